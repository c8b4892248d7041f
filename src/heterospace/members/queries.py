"""Reads about people, organisations and roles. Each list of things has its `visible_to` beside the rule."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..core import clock, phones
from ..core.models import Message, User
from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from .enums import AffiliationState, HubRoleName, OfficeRoleName, Purpose
from .models import (
    Affiliation,
    Agreement,
    AgreementParty,
    Consent,
    HubParty,
    HubRole,
    Merge,
    OfficeRole,
    Organisation,
    Person,
    PersonalView,
)


@dataclass
class Roles:
    """What a person currently does at the office and its hubs."""

    hubs: dict[int, set[str]] = field(default_factory=dict)
    office: set[str] = field(default_factory=set)

    @property
    def is_staff(self) -> bool:
        """Whether she works here at all."""
        return bool(self.hubs or self.office)

    @property
    def is_officer(self) -> bool:
        """Whether she answers for the whole office."""
        return OfficeRoleName.OFFICER in self.office

    def at(self, hub_id: int) -> set[str]:
        """Her roles at one hub."""
        return self.hubs.get(hub_id, set())

    def manages(self, hub_id: int) -> bool:
        """Whether she manages this hub (its manager, or an officer of the office)."""
        return HubRoleName.MANAGER in self.at(hub_id) or self.is_officer

    def serves(self, hub_id: int) -> bool:
        """Whether she stands at this hub's desk (front desk, manager, officer)."""
        return self.manages(hub_id) or HubRoleName.FRONT_DESK in self.at(hub_id)


def remembered(user: Any, key: tuple[str, int], ask: Any) -> Any:
    """What `ask()` answers, once a request: the middleware gives the request's user a memory, nobody else has one."""
    memory = getattr(user, "request_memory", None)
    if memory is None:
        return ask()
    if key not in memory:
        memory[key] = ask()
    return memory[key]


def person_of(user: Any, office_id: int) -> Person | None:
    """The person behind a sign-in at this office, or None; after a merge, the record that was kept."""
    if not isinstance(user, User):
        return None
    return remembered(user, ("person", office_id), lambda: _ask_person(user, office_id))


def _ask_person(user: User, office_id: int) -> Person | None:
    person = Person.objects.filter(user_id=user.pk, office_id=office_id).first()
    return person.merged_into if person is not None and person.merged_into_id else person


def roles_of(user: Any, office_id: int) -> Roles:
    """The current roles of a sign-in at this office; none for a stranger, a closed or an erased account."""
    return remembered(user, ("roles", office_id), lambda: _ask_roles(person_of(user, office_id)))


def _ask_roles(person: Person | None) -> Roles:
    roles = Roles()
    if person is None or not person.is_active:
        return roles
    for hub_id, role in HubRole.objects.filter(person=person, until=None).values_list("hub_id", "role"):
        roles.hubs.setdefault(hub_id, set()).add(role)
    roles.office = set(OfficeRole.objects.filter(person=person, until=None).values_list("role", flat=True))
    return roles


def current_affiliations(today: dt.date) -> Q:
    """The condition for affiliations that let a person act for an organisation today."""
    return Q(state=AffiliationState.CONFIRMED, since__lte=today) & (Q(until=None) | Q(until__gte=today))


def acts_for(person: Person) -> QuerySet[Organisation]:
    """The organisations this person may act for today."""
    today = clock.today("Asia/Jakarta")
    current = Affiliation.objects.filter(
        current_affiliations(today), person=person, organisation=OuterRef("pk")
    )
    return Organisation.objects.filter(Exists(current)).order_by("name", "id")


def leads(person: Person | None, organisation: Organisation) -> bool:
    """Whether this person decides about the organisation's page and people (its owner or person in charge)."""
    if person is None or not person.is_active:
        return False
    today = clock.today("Asia/Jakarta")
    return Affiliation.objects.filter(
        current_affiliations(today), person=person, organisation=organisation, role__in=["owner", "manager"]
    ).exists()


def organisations_of(
    office: Office, *, words: str = "", kind: str = "", regency: str = ""
) -> QuerySet[Organisation]:
    """The office's organisations by name, filtered by words in the name, kind and kabupaten."""
    found = Organisation.objects.filter(office=office)
    if words:
        found = found.filter(name__icontains=words)
    if kind:
        found = found.filter(kind=kind)
    if regency:
        found = found.filter(regency=regency)
    return found.order_by("name", "id")


def people_of(organisation: Organisation) -> QuerySet[Affiliation]:
    """Everybody who is, was or asks to be in the organisation, current ones first."""
    return organisation.affiliations.select_related("person").order_by("until", "state", "person__name", "id")


def public_people_of(organisation: Organisation) -> QuerySet[Affiliation]:
    """The organisation's current people who agreed to be shown in the directory."""
    yes = Consent.objects.filter(person=OuterRef("person"), purpose=Purpose.DIRECTORY, withdrawn_at=None)
    today = clock.today("Asia/Jakarta")
    return people_of(organisation).filter(current_affiliations(today)).filter(Exists(yes))


def find_person(office: Office | int, *, email: str = "", whatsapp: str = "") -> Person | None:
    """The record with this e-mail or (normalised) number: how find-or-create finds. Merged ones lead to the kept."""
    same = Q(email__iexact=email) if email else Q()
    if whatsapp:
        same |= Q(whatsapp=whatsapp)
    if not same:
        return None
    found = Person.objects.filter(same, office=office, erased_at=None)
    person = found.order_by(F("merged_into").asc(nulls_first=True), "id").first()
    return person.merged_into if person is not None and person.merged_into_id else person


def search_people(office: Office, words: str) -> QuerySet[Person]:
    """The office's living records whose name, e-mail or number contains `words`, for the front desk."""
    found = Person.objects.filter(office=office, merged_into=None, erased_at=None)
    for word in words.split():
        digits = "".join(sign for sign in word if sign.isdigit())
        match = Q(name__icontains=word) | Q(email__icontains=word)
        if len(digits) >= 4:
            match |= Q(whatsapp__contains=digits.lstrip("0"))
        found = found.filter(match)
    return found.order_by("name", "id")


def likely_duplicates(person: Person) -> list[Person]:
    """Other living records that look like the same person: same number, same e-mail, or same name and home."""
    same = Q(name__iexact=person.name, regency=person.regency)
    if person.email:
        same |= Q(email__iexact=person.email)
    if person.whatsapp:
        same |= Q(whatsapp=person.whatsapp)
    others = Person.objects.filter(same, office_id=person.office_id, merged_into=None, erased_at=None)
    return list(others.exclude(pk=person.pk).order_by("id")[:10])


def staff_of(hub: Hub) -> QuerySet[HubRole]:
    """The hub's current roles with their people."""
    return hub.roles.filter(until=None).select_related("person").order_by("person__name", "role", "id")


def hub_roles_of(person: Person) -> QuerySet[HubRole]:
    """What a person does at which hub now; none for a closed account."""
    rows = person.hub_roles.filter(until=None) if person.is_active else person.hub_roles.none()
    return rows.select_related("hub").order_by("hub__position", "hub_id", "role")


def officers_of(office: Office) -> QuerySet[OfficeRole]:
    """The office's current roles with their people."""
    return office.roles.filter(until=None).select_related("person").order_by("person__name", "role", "id")


def consents_of(person: Person) -> dict[str, Consent]:
    """The person's current yes by purpose."""
    return {row.purpose: row for row in person.consents.filter(withdrawn_at=None).order_by("id")}


def kinds_count(office: Office) -> dict[str, int]:
    """How many organisations of each kind the office knows."""
    rows = Organisation.objects.filter(office=office).values("kind").annotate(n=Count("id")).order_by("kind")
    return {row["kind"]: row["n"] for row in rows}


def known_number(typed: str) -> str:
    """The normalised number, or "" when it cannot be one (for searches, which never refuse)."""
    try:
        return phones.normalise(typed)
    except phones.Invalid:
        return ""


def organisation_at(office: Office, slug: str) -> Organisation:
    """The office's organisation with this slug. Raises NotFound (`unknown_organisation`)."""
    found = Organisation.objects.filter(office=office, slug=slug).first()
    if found is None:
        raise NotFound("unknown_organisation", _("There is no such organisation here."))
    return found


def person_at(office: Office, number: int) -> Person:
    """The office's record with this number; a merged one leads to the kept. Raises NotFound (`not_found`)."""
    person = Person.objects.select_related("merged_into", "user").filter(office=office, pk=number).first()
    if person is None:
        raise NotFound("not_found", _("There is no such person here."))
    return person.merged_into or person


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """The organisations a person is in or asks to be in, current ones first."""
    current = Q(until=None) | Q(until__gte=clock.today("Asia/Jakarta"))
    rows = person.affiliations.filter(current).exclude(state=AffiliationState.DECLINED)
    return rows.select_related("organisation").order_by("organisation__name", "id")


def waiting_for(person: Person) -> QuerySet[Affiliation]:
    """Requests to belong to an organisation this person leads."""
    today = clock.today("Asia/Jakarta")
    led = Affiliation.objects.filter(
        current_affiliations(today),
        person=person,
        organisation=OuterRef("organisation"),
        role__in=["owner", "manager"],
    )
    rows = Affiliation.objects.filter(Exists(led), state=AffiliationState.ASKED, until=None)
    return rows.select_related("organisation", "person").order_by("id")


def views_of(person: Person) -> list[tuple[PersonalView, str]]:
    """Who of the staff looked at this person's data, newest first, with the name they have at this office."""
    rows = list(person.views.order_by("-at", "-id")[:100])
    names = dict(
        Person.objects.filter(office=person.office_id, user__in={row.by_id for row in rows})
        .order_by("id")
        .values_list("user_id", "name")
    )
    return [(row, names.get(row.by_id, "")) for row in rows]


def merges_of(person: Person) -> QuerySet[Merge]:
    """The records joined into this one, newest first."""
    return Merge.objects.filter(kept=person).select_related("dropped").order_by("-id")


def parties_of(hub: Hub) -> QuerySet[HubParty]:
    """The organisations that own and run the hub."""
    return hub.parties.select_related("organisation").order_by("-part", "id")


def messages_visible_to(user: Any, office: Office) -> QuerySet[Message]:
    """The outbox as far as this user may see it: the list beside `members.see_message`."""
    roles = roles_of(user, office.pk)
    found = Message.objects.filter(office=office.pk)
    if not roles.office:
        mine = Q(hub__in=list(roles.hubs))
        if any(roles.serves(hub) for hub in roles.hubs):
            mine |= Q(hub=None)
        found = found.filter(mine)
    return found.order_by("-id")


def roles_count(person: Person) -> int:
    """How many current roles the person has: a desk code must never open a staff account."""
    return person.hub_roles.filter(until=None).count() + person.office_roles.filter(until=None).count()


def agreements_of(
    office: Office, *, show: str = "", words: str = "", organisation: Organisation | None = None
) -> QuerySet[Agreement]:
    """The office's register, latest first: all, those in force (`standing`) or over (`over`); by words and party."""
    today = clock.today("Asia/Jakarta")
    over = Q(ended_at__isnull=False) | Q(until__lt=today)
    found = Agreement.objects.filter(office=office)
    if show == "standing":
        found = found.exclude(over).filter(since__lte=today)
    elif show == "over":
        found = found.filter(over)
    for word in words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(number__icontains=word)
            | Exists(
                AgreementParty.objects.filter(agreement=OuterRef("pk"), organisation__name__icontains=word)
            )
        )
    if organisation is not None:
        found = found.filter(
            Exists(AgreementParty.objects.filter(agreement=OuterRef("pk"), organisation=organisation))
        )
    parties = AgreementParty.objects.select_related("organisation").order_by("pk")
    return found.prefetch_related(Prefetch("parties", parties)).order_by("-since", "-pk")


def agreement_at(office: Office, reference: str) -> Agreement:
    """The office's agreement with this reference. Raises NotFound (`unknown_agreement`)."""
    found = agreements_of(office).filter(reference=reference.upper()).first()
    if found is None:
        raise NotFound("unknown_agreement", _("There is no such agreement here."))
    found.office = office
    return found
