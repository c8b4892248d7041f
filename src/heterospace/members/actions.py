"""The deeds of members: joining, registering, organisations, affiliations, roles, merging, leaving."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..core import clock, codes, phones, regions
from ..core.deeds import SYSTEM, Author, constraint_refuses, deed, human, log, require
from ..core.enums import MessageState
from ..core.models import Message, User
from ..core.notify import notify
from ..core.refusals import Invalid, NotFound, Refused
from ..core.tasks import deliver
from ..hubs.models import Hub, Office
from . import personal_data
from .enums import AffiliationRole, AffiliationState, HubRoleName, OfficeRoleName, Part, Purpose
from .models import (
    Affiliation,
    Consent,
    DeskCode,
    HubParty,
    HubRole,
    Legality,
    Merge,
    OfficeRole,
    Organisation,
    Person,
    PersonalView,
)
from .queries import find_person, person_of

ADULT = 18
DESK_CODE_MINUTES = 30
PERSON_FIELDS = (
    "name",
    "email",
    "whatsapp",
    "regency",
    "district",
    "birth_year",
    "gender",
    "access_needs",
    "guardian_name",
    "guardian_whatsapp",
    "language",
)
ORGANISATION_FIELDS = (
    "name",
    "kind",
    "about",
    "regency",
    "district",
    "whatsapp",
    "email",
    "website",
    "founded_year",
    "workers",
    "yearly_sales",
    "capital",
)


constraint_refuses(
    "one_current_affiliation",
    lambda: Refused(
        "already_affiliated", _("This person is already in the organisation, or has already asked.")
    ),
)


def _tidy_person(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts about a person as stored. Raises Invalid with the field's sentence."""
    unknown = set(facts) - set(PERSON_FIELDS)
    if unknown:
        raise TypeError(f"A person has no {unknown}")
    tidy = dict(facts)
    if "name" in tidy:
        tidy["name"] = " ".join(tidy["name"].split())
        if not tidy["name"]:
            raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})
    if "email" in tidy:
        tidy["email"] = tidy["email"].strip().lower()
    for field in ("whatsapp", "guardian_whatsapp"):
        if field in tidy:
            tidy[field] = phones.normalise(tidy[field])
    if tidy.get("regency") and not regions.is_home(tidy["regency"]):
        raise Invalid(
            "region", _("Choose a region from the list."), fields={"regency": _("Choose from the list.")}
        )
    if tidy.get("district") and not tidy["district"].startswith(tidy.get("regency", tidy["district"])):
        tidy["district"] = ""
    return tidy


def is_minor(birth_year: int | None) -> bool:
    """Whether somebody born that year may still be under eighteen; unknown years are taken for adults."""
    return birth_year is not None and clock.now().year - birth_year < ADULT


def _guarded(facts: dict[str, Any]) -> None:
    if is_minor(facts.get("birth_year")) and not (
        facts.get("guardian_name") and facts.get("guardian_whatsapp")
    ):
        sentence = _("Under 18, a parent or guardian agrees with you: give their name and WhatsApp number.")
        raise Invalid("guardian_needed", sentence, fields={"guardian_name": sentence})


@deed
def join(office: Office, *, by: Author, user: User, purposes: Iterable[str], **facts: Any) -> Person:
    """Make `user` a member of the office. A record staff made earlier for this e-mail becomes hers.

    Raises Invalid (`no_name`, `whatsapp`, `region`, `guardian_needed`, `consent_needed`) and Refused (`already_member`).
    """
    facts = _tidy_person({**facts, "email": user.email or ""})
    _guarded(facts)
    if Purpose.SERVICE not in purposes:
        sentence = _("Without this we cannot keep your membership or your bookings.")
        raise Invalid("consent_needed", sentence, fields={"purposes": sentence})
    if person_of(user, office.pk) is not None:
        raise Refused("already_member", _("You are already a member."))
    known = find_person(office, email=facts["email"])
    if known is not None and known.user_id is None:
        person = known
        for (
            field,
            value,
        ) in facts.items():  # what the desk wrote stays: at this point the e-mail is only claimed
            setattr(person, field, getattr(person, field) or value)
    else:
        person = Person(office=office, created_at=clock.now(), **facts)
    person.user = user
    person.save()
    _give_consents(person, purposes)
    _forget_unagreed(person)
    person.save()
    log(by, "join", person, office=office.pk)
    return person


@deed
def register_person(
    office: Office, *, by: Author, purposes: Iterable[str] = (Purpose.SERVICE,), **facts: Any
) -> Person:
    """Enter somebody at the desk, or find her: one number or e-mail is one person.

    She agrees at the desk, so the consents are hers. Raises Forbidden, Invalid (`no_name`, `no_address`, ...).
    """
    require(by, "members.register_person", office)
    facts = _tidy_person(facts)
    known = find_person(office, email=facts.get("email", ""), whatsapp=facts.get("whatsapp", ""))
    if known is not None:
        return known
    _guarded(facts)
    person = Person.objects.create(office=office, created_at=clock.now(), **facts)
    _give_consents(person, purposes)
    _forget_unagreed(person)
    person.save()
    log(by, "register_person", person, office=office.pk)
    return person


@deed
def change_person(person: Person, *, by: Author, **facts: Any) -> Person:
    """Correct what is known of a person. The sign-in's e-mail changes on the account pages only.

    Raises Forbidden, Invalid (`no_name`, `whatsapp`, `region`, `guardian_needed`).
    """
    require(by, "members.change_person", person)
    if person.user_id is not None:
        facts.pop("email", None)
    facts = _tidy_person(facts)
    if "birth_year" in facts:
        _guarded({field: facts.get(field, getattr(person, field)) for field in PERSON_FIELDS})
    for field, value in facts.items():
        setattr(person, field, value)
    _forget_unagreed(person)
    person.save()
    log(by, "change_person", person, office=person.office_id, fields=sorted(facts))
    return person


@deed
def set_consents(person: Person, purposes: Iterable[str], *, by: Author) -> None:
    """Give and take back consents so that exactly `purposes` stand. Taking back the service closes the account.

    Raises Forbidden, Refused (`has_roles` when staff take back the service).
    """
    require(by, "members.change_person", person)
    wanted = {Purpose(purpose) for purpose in purposes}
    if Purpose.SERVICE not in wanted and roles_count(person):
        raise _has_roles()
    for consent in person.consents.filter(withdrawn_at=None).exclude(purpose__in=wanted):
        consent.withdrawn_at = clock.now()
        consent.save(update_fields=["withdrawn_at"])
    _give_consents(person, wanted)
    _forget_unagreed(person)
    if Purpose.SERVICE not in wanted and person.closed_at is None:
        person.closed_at = clock.now()
    person.save()
    log(by, "set_consents", person, office=person.office_id, purposes=sorted(wanted))


def _forget_unagreed(person: Person) -> None:
    """Blank what is only kept with a consent that does not stand."""
    standing = set(person.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    if Purpose.DISABILITY not in standing:
        person.access_needs = ""
    if Purpose.STATISTICS not in standing:
        person.gender = ""
        if not is_minor(person.birth_year):  # a minor's year says that a guardian is needed
            person.birth_year = None


def _has_roles() -> Refused:
    return Refused("has_roles", _("End this person's roles first."))


def _give_consents(person: Person, purposes: Iterable[str]) -> None:
    standing = set(person.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    Consent.objects.bulk_create(
        [
            Consent(
                person=person, purpose=purpose, given_at=clock.now(), by_guardian=is_minor(person.birth_year)
            )
            for purpose in sorted(set(purposes) - standing)
        ]
    )


@deed
def give_desk_code(person: Person, *, by: Author) -> str:
    """A one-time code with which somebody without e-mail signs in on her own phone; older ones stop working.

    The code is answered once and only its digest is kept. Raises Forbidden, Refused (`account_closed`).
    """
    require(by, "members.give_desk_code", person)
    if not person.is_active:
        raise Refused("account_closed", _("This account is closed. Open it again first."))
    if person.user_id is not None and roles_count(person):
        raise Refused("staff_code", _("Staff sign in with their own e-mail, password or passkey."))
    now = clock.now()
    person.desk_codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = codes.short_code()
    DeskCode.objects.create(
        person=person,
        digest=codes.digest(code),
        made_by=human(by),
        made_at=now,
        expires_at=now + dt.timedelta(minutes=DESK_CODE_MINUTES),
    )
    log(by, "give_desk_code", person, office=person.office_id)
    return code


def roles_count(person: Person) -> int:
    """How many current roles the person has: a desk code must never open a staff account."""
    return person.hub_roles.filter(until=None).count() + person.office_roles.filter(until=None).count()


@deed
def use_desk_code(office: Office, typed: str, *, by: Author) -> User:
    """The sign-in behind a desk code, made on first use. Raises Invalid (`desk_code`) for a wrong, old or used one."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    code = (
        DeskCode.objects.select_for_update(of=["self"])
        .select_related("person")
        .filter(digest=codes.digest(f"{signs[:4]}-{signs[4:]}"), person__office=office)
        .first()
    )
    if code is None or code.used_at or code.expires_at <= clock.now() or not code.person.is_active:
        sentence = _("This code is wrong or too old. Ask the front desk for a new one.")
        raise Invalid("desk_code", sentence, fields={"code": sentence})
    if roles_count(code.person):
        raise Refused("staff_code", _("Staff sign in with their own e-mail, password or passkey."))
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    person = code.person
    if person.user_id is None:
        person.user = User.objects.create_user(None)
        person.save(update_fields=["user"])
    log(by, "use_desk_code", person, office=office.pk)
    return person.user  # type: ignore[return-value]


@deed
def create_organisation(
    office: Office, *, by: Author, role: str = AffiliationRole.OWNER, **facts: Any
) -> Organisation:
    """Enter an organisation; a member who enters it leads it. Raises Forbidden, Invalid (`no_name`, `whatsapp`)."""
    require(by, "members.create_organisation", office)
    organisation = Organisation(office=office, created_at=clock.now())
    _set_organisation(organisation, facts)
    organisation.slug = free_slug(office, organisation.name)
    organisation.save(force_insert=True)
    person = person_of(by, office.pk)
    if person is not None:
        Affiliation.objects.create(
            person=person,
            organisation=organisation,
            role=role,
            state=AffiliationState.CONFIRMED,
            since=clock.today("Asia/Jakarta"),
            decided_by=person,
            decided_at=clock.now(),
        )
    log(by, "create_organisation", organisation, office=office.pk, organisation=organisation.pk)
    return organisation


def free_slug(office: Office, name: str) -> str:
    """A slug for `name` nobody at the office has yet."""
    stem = slugify(name)[:70] or "organisasi"
    taken = set(
        Organisation.objects.filter(office=office, slug__startswith=stem).values_list("slug", flat=True)
    )
    taken.add("new")  # the address of the form
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


@deed
def change_organisation(organisation: Organisation, *, by: Author, **facts: Any) -> Organisation:
    """Correct what is known of an organisation. Raises Forbidden, Invalid (`no_name`, `whatsapp`)."""
    require(by, "members.change_organisation", organisation)
    _set_organisation(organisation, facts)
    organisation.save()
    log(
        by,
        "change_organisation",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        fields=sorted(facts),
    )
    return organisation


def _set_organisation(organisation: Organisation, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(ORGANISATION_FIELDS)
    if unknown:
        raise TypeError(f"An organisation has no {unknown}")
    for field, value in facts.items():
        setattr(organisation, field, value)
    organisation.name = " ".join(organisation.name.split())
    organisation.whatsapp = phones.normalise(organisation.whatsapp)
    if not organisation.name:
        raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})


@deed
def add_legality(
    organisation: Organisation,
    *,
    by: Author,
    kind: str,
    number: str,
    version: str = "",
    valid_until: dt.date | None = None,
) -> Legality:
    """Note a permit or registration. A NIB has 13 digits; a KBLI says its edition.

    Raises Forbidden, Invalid (`nib`, `kbli`, `no_number`).
    """
    require(by, "members.change_organisation", organisation)
    number = number.strip()
    if not number:
        raise Invalid("no_number", _("Write the number."), fields={"number": _("Write the number.")})
    if kind == "nib" and not (number.isascii() and number.isdigit() and len(number) == 13):
        sentence = _("A NIB has 13 digits.")
        raise Invalid("nib", sentence, fields={"number": sentence})
    if kind == "kbli" and version not in {"2020", "2025"}:
        sentence = _("Say which KBLI edition: 2020 or 2025.")
        raise Invalid("kbli", sentence, fields={"version": sentence})
    legality, _new = Legality.objects.update_or_create(
        organisation=organisation,
        kind=kind,
        number=number,
        defaults={"version": version if kind == "kbli" else "", "valid_until": valid_until},
    )
    log(
        by,
        "add_legality",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        kind=kind,
    )
    return legality


@deed
def remove_legality(legality: Legality, *, by: Author) -> None:
    """Take a wrongly noted permit away. Raises Forbidden."""
    organisation = legality.organisation
    require(by, "members.change_organisation", organisation)
    kind = legality.kind
    legality.delete()
    log(
        by,
        "remove_legality",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        kind=kind,
    )


@deed
def ask_affiliation(
    organisation: Organisation, *, by: Author, role: str, person: Person | None = None
) -> Affiliation:
    """Ask the organisation to confirm that the author (or, by staff, `person`) belongs to it.

    Raises Forbidden, Refused (`already_affiliated`).
    """
    require(by, "members.create_organisation", organisation.office)
    own = person_of(by, organisation.office_id)
    if person is None:
        person = own
    if person is None:
        raise NotFound("not_found", _("There is no such person here."))
    if person != own:
        require(by, "members.register_person", organisation.office)
    affiliation = Affiliation.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        state=AffiliationState.ASKED,
        since=clock.today("Asia/Jakarta"),
    )
    log(by, "ask_affiliation", affiliation, office=organisation.office_id, organisation=organisation.pk)
    for leader in leaders_of(organisation):
        notify(
            leader.addressee,
            "affiliation_asked",
            {"person": person.name, "organisation": organisation.name, "slug": organisation.slug},
            office=organisation.office_id,
        )
    return affiliation


def leaders_of(organisation: Organisation) -> list[Person]:
    """The confirmed owners and persons in charge, who decide who belongs to it."""
    rows = organisation.affiliations.filter(
        Q(until=None), state=AffiliationState.CONFIRMED, role__in=["owner", "manager"]
    ).select_related("person")
    return [row.person for row in rows.order_by("id") if row.person.is_active]


@deed
def decide_affiliation(affiliation: Affiliation, confirm: bool, *, by: Author) -> Affiliation:
    """The organisation's yes or no to somebody who asks to belong to it.

    Raises Forbidden, Refused (`already_decided`).
    """
    require(by, "members.decide_affiliation", affiliation)
    row = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    if row.state != AffiliationState.ASKED or row.until is not None:
        raise Refused("already_decided", _("This was already decided."))
    row.state = AffiliationState.CONFIRMED if confirm else AffiliationState.DECLINED
    row.decided_by = person_of(by, affiliation.organisation.office_id)
    row.decided_at = clock.now()
    row.save()
    organisation = affiliation.organisation
    log(
        by,
        "decide_affiliation",
        row,
        office=organisation.office_id,
        organisation=organisation.pk,
        confirmed=confirm,
    )
    notify(
        affiliation.person.addressee,
        "affiliation_decided",
        {"organisation": organisation.name, "slug": organisation.slug, "confirmed": confirm},
        office=organisation.office_id,
    )
    return row


@deed
def end_affiliation(affiliation: Affiliation, *, by: Author) -> None:
    """From today the person no longer acts for the organisation. Raises Forbidden, Refused (`last_leader`)."""
    require(by, "members.end_affiliation", affiliation)
    row = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    organisation = affiliation.organisation
    others = [leader for leader in leaders_of(organisation) if leader.pk != row.person_id]
    in_it = organisation.affiliations.filter(until=None, state=AffiliationState.CONFIRMED).exclude(pk=row.pk)
    if (
        row.state == AffiliationState.CONFIRMED
        and row.role in {"owner", "manager"}
        and not others
        and in_it.exists()
    ):
        raise Refused("last_leader", _("Somebody must lead the organisation: confirm another leader first."))
    yesterday = clock.today("Asia/Jakarta") - dt.timedelta(days=1)
    if row.since > yesterday:  # it never lasted a day
        row.state = AffiliationState.DECLINED
        row.until = row.since
    else:
        row.until = yesterday
    row.save()
    log(by, "end_affiliation", row, office=organisation.office_id, organisation=organisation.pk)


@deed
def give_hub_role(hub: Hub, *, by: Author, role: str, name: str, email: str) -> HubRole:
    """Invite somebody to work at the hub: find or make the person and her sign-in, give the role, send the mail.

    Raises Forbidden, Invalid (`no_name`, `no_email`), Refused (`role_given`).
    """
    require(by, "members.give_hub_role", hub)
    person = _staff_person(hub.office, name, email)
    HubRoleName(role)
    found, new = HubRole.objects.get_or_create(
        person=person, hub=hub, role=role, until=None, defaults={"since": clock.now()}
    )
    if not new:
        raise Refused("role_given", _("This person already has this role here."))
    log(by, "give_hub_role", found, office=hub.office_id, hub=hub.pk, role=role, person=person.pk)
    notify(
        person.addressee,
        "role_given",
        {"hub": hub.name, "role": role, "email": person.email},
        office=hub.office_id,
        hub=hub.pk,
    )
    return found


@deed
def end_hub_role(role: HubRole, *, by: Author) -> None:
    """End a role at a hub. Raises Forbidden, Refused (`last_manager`)."""
    require(by, "members.give_hub_role", role.hub)
    Hub.objects.select_for_update(no_key=True).get(pk=role.hub_id)
    managers = role.hub.roles.filter(role=HubRoleName.MANAGER, until=None)
    if role.role == HubRoleName.MANAGER and managers.exclude(pk=role.pk).count() == 0:
        raise Refused("last_manager", _("A hub needs a manager: give the role to somebody else first."))
    role.until = clock.now()
    role.save(update_fields=["until"])
    log(
        by,
        "end_hub_role",
        role,
        office=role.hub.office_id,
        hub=role.hub_id,
        role=role.role,
        person=role.person_id,
    )


@deed
def give_office_role(office: Office, *, by: Author, role: str, name: str, email: str) -> OfficeRole:
    """Make somebody officer or auditor of the office. Raises Forbidden, Invalid (`no_name`, `no_email`), Refused (`role_given`)."""
    require(by, "members.give_office_role", office)
    person = _staff_person(office, name, email)
    OfficeRoleName(role)
    found, new = OfficeRole.objects.get_or_create(
        person=person, office=office, role=role, until=None, defaults={"since": clock.now()}
    )
    if not new:
        raise Refused("role_given", _("This person already has this role here."))
    log(by, "give_office_role", found, office=office.pk, role=role, person=person.pk)
    notify(
        person.addressee,
        "role_given",
        {"hub": office.name, "role": role, "email": person.email},
        office=office.pk,
    )
    return found


@deed
def end_office_role(role: OfficeRole, *, by: Author) -> None:
    """End a role at the office. Raises Forbidden, Refused (`last_officer`)."""
    require(by, "members.give_office_role", role.office)
    Office.objects.select_for_update(no_key=True).get(pk=role.office_id)
    officers = role.office.roles.filter(role=OfficeRoleName.OFFICER, until=None)
    if role.role == OfficeRoleName.OFFICER and officers.exclude(pk=role.pk).count() == 0:
        raise Refused("last_officer", _("An office needs an officer: give the role to somebody else first."))
    role.until = clock.now()
    role.save(update_fields=["until"])
    log(by, "end_office_role", role, office=role.office_id, role=role.role, person=role.person_id)


def _staff_person(office: Office, name: str, email: str) -> Person:
    email = email.strip().lower()
    if "@" not in email:
        sentence = _("Staff sign in by e-mail: give one.")
        raise Invalid("no_email", sentence, fields={"email": sentence})
    user = User.objects.filter(email=email).first()
    person = (person_of(user, office.pk) if user else None) or find_person(office, email=email)
    if person is None:
        person = Person(office=office, created_at=clock.now(), **_tidy_person({"name": name, "email": email}))
    if person.user_id is None:
        if user is None:
            user = User.objects.create_user(email)
            EmailAddress.objects.create(user=user, email=email, primary=True)  # confirmed by her first code
        person.user = user
        person.save()
        _give_consents(person, [Purpose.SERVICE])
    return person


@deed
def set_hub_party(hub: Hub, organisation: Organisation, part: str, *, by: Author) -> HubParty:
    """Say which organisation owns or runs the hub; one of each. Raises Forbidden, Invalid (`other_office`)."""
    require(by, "hubs.manage", hub)
    if organisation.office_id != hub.office_id:
        raise Invalid("other_office", _("This organisation belongs to another office."))
    HubParty.objects.filter(hub=hub, part=Part(part)).exclude(organisation=organisation).delete()
    party, _new = HubParty.objects.get_or_create(hub=hub, organisation=organisation, part=part)
    log(by, "set_hub_party", party, office=hub.office_id, organisation=organisation.pk, hub=hub.pk, part=part)
    return party


@deed
def end_hub_party(party: HubParty, *, by: Author) -> None:
    """The organisation no longer owns or runs the hub. Raises Forbidden."""
    hub = party.hub
    require(by, "hubs.manage", hub)
    part, organisation = party.part, party.organisation_id
    party.delete()
    log(by, "end_hub_party", hub, office=hub.office_id, organisation=organisation, part=part)


@deed
def merge_people(kept: Person, dropped: Person, *, by: Author) -> Merge:
    """Two records are one person: everything of `dropped` becomes `kept`'s. Logged, and undone by `undo_merge`.

    Raises Forbidden, Refused (`cannot_merge`).
    """
    require(by, "members.merge", kept.office)
    rows = {
        row.pk: row
        for row in Person.objects.select_for_update().filter(pk__in=[kept.pk, dropped.pk]).order_by("pk")
    }
    kept, dropped = rows[kept.pk], rows[dropped.pk]
    same = kept.pk == dropped.pk or kept.office_id != dropped.office_id
    gone = any(row.merged_into_id or row.erased_at for row in (kept, dropped))
    # Two sign-ins become one person: if either is staff, the other would gain or carry off her roles.
    two_sign_ins = bool(dropped.user_id and kept.user_id)
    if same or gone or (two_sign_ins and (roles_count(dropped) or roles_count(kept))):
        raise Refused("cannot_merge", _("These two records cannot be merged."))
    moved = personal_data.move(kept, dropped)
    merge = Merge.objects.create(kept=kept, dropped=dropped, moved=moved, by_id=by.pk, at=clock.now())
    log(by, "merge_people", kept, office=kept.office_id, dropped=dropped.pk)
    return merge


@deed
def undo_merge(merge: Merge, *, by: Author) -> None:
    """Part two records again that were not the same person. Raises Forbidden, Refused (`already_undone`)."""
    require(by, "members.merge", merge.kept.office)
    merge = Merge.objects.select_for_update(of=["self"]).select_related("kept", "dropped").get(pk=merge.pk)
    later = Merge.objects.filter(
        Q(kept__in=[merge.kept_id, merge.dropped_id]) | Q(dropped=merge.kept_id),
        pk__gt=merge.pk,
        undone_at=None,
    )
    if merge.undone_at is not None or later.exists() or merge.kept.erased_at:
        raise Refused("already_undone", _("This merge cannot be undone any more."))
    personal_data.move_back(merge)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    log(by, "undo_merge", merge.kept, office=merge.kept.office_id, dropped=merge.dropped_id)


@deed
def close_account(person: Person, *, by: Author) -> None:
    """Nothing new happens in this person's name; history stays, and staff can open it again.

    Raises Forbidden, Refused (`has_roles`).
    """
    require(by, "members.close_account", person)
    if roles_count(person):
        raise _has_roles()
    person.closed_at = clock.now()
    person.save(update_fields=["closed_at"])
    log(by, "close_account", person, office=person.office_id)


@deed
def reopen_account(person: Person, *, by: Author) -> None:
    """Open a closed account again; she agrees to the service anew. Raises Forbidden, Refused (`erased`)."""
    require(by, "members.give_desk_code", person)
    if person.erased_at or person.merged_into_id:
        raise Refused("erased", _("This record is gone and cannot be opened again."))
    person.closed_at = None
    person.save(update_fields=["closed_at"])
    _give_consents(person, [Purpose.SERVICE])
    log(by, "reopen_account", person, office=person.office_id)


@deed
def erase_person(person: Person, *, by: Author) -> None:
    """Blank everything that tells who this was; ledgers keep the key, so statistics stay. Cannot be undone.

    Raises Forbidden, Refused (`has_roles`, `coming_bookings` by an app above).
    """
    require(by, "members.erase", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if roles_count(person):
        raise _has_roles()
    personal_data.erase(person)
    log(by, "erase_person", person, office=person.office_id)


@deed
def note_view(person: Person, page: str, *, by: Author) -> None:
    """Write down that staff looked at this person's data; once an hour and page is enough."""
    hour_ago = clock.now() - dt.timedelta(hours=1)
    if by is SYSTEM or person.user_id == by.pk:
        return
    if not PersonalView.objects.filter(person=person, by_id=by.pk, page=page, at__gt=hour_ago).exists():
        PersonalView.objects.create(person=person, by=human(by), page=page, at=clock.now())


@deed
def take_email(user: User, email: str, *, by: Author) -> None:
    """Messages go to the e-mail the person has confirmed for her sign-in."""
    for person in user.people.filter(erased_at=None).exclude(email=email.lower()).order_by("id"):
        person.email = email.lower()
        person.save(update_fields=["email"])
        log(by, "take_email", person, office=person.office_id)


@deed
def mark_sent(message: Message, *, by: Author) -> Message:
    """Staff sent this message by hand. Raises Forbidden, Refused (`not_by_hand`)."""
    require(by, "members.send_message", message)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.state != MessageState.BY_HAND:
        raise Refused("not_by_hand", _("This message does not wait to be sent by hand."))
    row.state, row.sent_at = MessageState.SENT, clock.now()
    row.save(update_fields=["state", "sent_at"])
    log(by, "mark_sent", row, office=row.office, kind=row.kind)
    return row


@deed
def retry_message(message: Message, *, by: Author) -> Message:
    """Try a message again that could not be delivered. Raises Forbidden, Refused (`not_failed`)."""
    require(by, "members.send_message", message)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.state != MessageState.FAILED:
        raise Refused("not_failed", _("This message did not fail."))
    row.state, row.attempts, row.error = MessageState.WAITING, 0, ""
    row.save(update_fields=["state", "attempts", "error"])
    deliver.enqueue(row.pk)
    log(by, "retry_message", row, office=row.office, kind=row.kind)
    return row
