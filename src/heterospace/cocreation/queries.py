"""Reads of initiatives: which there are, who took part, who is missing, what happened."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import NotFound
from ..events.cells import is_small
from ..hubs.models import Office
from ..members.enums import HubRoleName
from ..members.models import Affiliation, Organisation, Person
from ..members.queries import current_affiliations, roles_of
from . import continuity
from .continuity import Presence
from .enums import InitiativeState, StageKind, StageState
from .models import Act, Alarm, Following, Initiative, Invite, Stage, Step, Steward


def initiative_at(office: Office, key: str) -> Initiative:
    """The office's initiative with this slug or reference. Raises NotFound (`unknown_initiative`)."""
    found = (
        Initiative.objects.filter(Q(slug=key) | Q(reference=key.upper()), office=office)
        .select_related("hub", "office", "proposer", "proposed_for", "answered_by", "copied_from__hub")
        .first()
    )
    if found is None:
        raise NotFound("unknown_initiative", _("There is no such initiative here."))
    return found


def stages_of(initiative: Initiative) -> list[Stage]:
    """Its four stages in order."""
    rows = list(initiative.stages.order_by("place"))
    for row in rows:
        row.initiative = initiative
    return rows


def stage_at(initiative: Initiative, kind: str) -> Stage:
    """Its stage of this kind. Raises NotFound (`unknown_stage`)."""
    found = initiative.stages.filter(kind=kind).first()
    if found is None:
        raise NotFound("unknown_stage", _("There is no such stage."))
    found.initiative = initiative
    return found


def open_stage(initiative: Initiative) -> Stage | None:
    """The stage it is in, or None between two stages and at the ends."""
    return initiative.stages.filter(state=StageState.OPEN).first()


def listed(office: Office, *, hub: Any = None, state: str = "", words: str = "") -> QuerySet[Initiative]:
    """The office's initiatives, what runs first; each knows the kind and end of its open stage.

    `state` is `running`, `proposed`, `ended` or empty for all.
    """
    found = Initiative.objects.filter(office=office)
    if hub is not None:
        found = found.filter(hub=hub)
    if state == "running":
        found = found.filter(state=InitiativeState.RUNNING)
    elif state == "proposed":
        found = found.filter(state=InitiativeState.PROPOSED)
    elif state == "ended":
        found = found.exclude(state__in=[InitiativeState.RUNNING, InitiativeState.PROPOSED])
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(problem__icontains=word))
    stage = Stage.objects.filter(initiative=OuterRef("pk"), state=StageState.OPEN)
    active = (
        Act.objects.filter(initiative=OuterRef("pk"), annulment=None)
        .order_by()
        .values("initiative")
        .annotate(n=Count("organisation", distinct=True))
        .values("n")
    )
    return (
        found.select_related("hub", "proposed_for")
        .annotate(
            stage_kind=Subquery(stage.values("kind")[:1]),
            stage_ends=Subquery(stage.values("ends_on")[:1]),
            organisations=Subquery(active[:1]),
        )
        .order_by(F("ended_at").desc(nulls_first=True), "-proposed_at", "-pk")
    )


def acts_of(initiative: Initiative) -> QuerySet[Act]:
    """The acts that count, in the order they happened."""
    return Act.objects.filter(initiative=initiative, annulment=None).order_by("at", "pk")


def from_source(source: str) -> Q:
    """Acts done to one thing: the first line of a person, and further ones that are numbered (`source#2`)."""
    return Q(source=source) | Q(source__startswith=f"{source}#")


def people_of(initiative: Initiative) -> QuerySet[Person]:
    """Everybody who took part and can still be written to; of a record that was merged, the one that was kept.

    Each knows `hat_organisation` and `hat_sector` of her latest act.
    """
    acts = (
        Act.objects.filter(initiative=initiative, annulment=None)
        .annotate(who=Coalesce("person__merged_into", "person"))
        .order_by("-at", "-pk")
    )
    latest = acts.filter(who=OuterRef("pk"))
    return (
        Person.objects.filter(
            pk__in=acts.order_by().values("who"), closed_at=None, erased_at=None, merged_into=None
        )
        .annotate(
            hat_organisation=Subquery(latest.values("organisation_id")[:1]),
            hat_sector=Subquery(latest.values("sector")[:1]),
        )
        .order_by("pk")
    )


def presence_of(initiative: Initiative) -> dict[str, continuity.SectorRow]:
    """Who took part and who was invited, by sector (`""` is all), of organisations only. Two queries.

    An organisation was invited where anybody was who acted for it here, under whatever hat she acts now.
    """
    who = Coalesce("person__merged_into", "person")
    acts = (
        acts_of(initiative)
        .exclude(organisation=None)
        .order_by()
        .values_list("organisation", "sector", "stage__kind", who)
        .annotate(first=Min("at"), number=Min("pk"))
        .order_by("first", "number")
    )
    asked: dict[int, set[str]] = {}
    invitations = Invite.objects.filter(initiative=initiative).order_by()
    for person, kind in invitations.values_list(who, "stage__kind").distinct():
        asked.setdefault(person, set()).add(kind)
    came: list[Presence] = []
    invited: dict[tuple[int, str], Presence] = {}
    for organisation, sector, stage, person, *_when in acts:
        came.append(Presence(organisation, sector, stage))
        for kind in asked.get(person, ()):
            invited.setdefault((organisation, kind), Presence(organisation, sector, kind))
    return continuity.by_sector(came, invited.values())


@dataclass(frozen=True)
class Missing:
    """A sector that framed and has not acted in a stage: its organisations, and which of them were invited there."""

    sector: str
    framed: list[Organisation]
    invited: list[Organisation]

    @property
    def not_invited(self) -> list[Organisation]:
        """Those nobody invited in this stage."""
        asked = {one.pk for one in self.invited}
        return [one for one in self.framed if one.pk not in asked]


def missing_in(stage: Stage, rows: dict[str, continuity.SectorRow] | None = None) -> list[Missing]:
    """The sectors that framed its initiative and have no act in `stage` yet."""
    rows = presence_of(stage.initiative) if rows is None else rows
    gone = continuity.missing(rows, stage.kind)
    ids = {pk for row in gone for pk in row.active["frame"]}
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=ids).order_by("name", "pk")}
    return [
        Missing(
            row.sector,
            [names[pk] for pk in names if pk in row.active["frame"]],
            [names[pk] for pk in names if pk in row.active["frame"] & row.asked[stage.kind]],
        )
        for row in gone
    ]


def is_alarmed(stage: Stage, today: dt.date) -> bool:
    """Whether a sector missing in this open stage is to be said aloud by now: from one third of it on."""
    return stage.is_open and stage.kind != StageKind.FRAME and today >= stage.third_on


def stewards_of(initiative: Initiative) -> QuerySet[Steward]:
    """Who guides it now: with an open account, for an organisation that still has her."""
    today = clock.today(initiative.hub.timezone)
    current = Affiliation.objects.filter(
        current_affiliations(today), person=OuterRef("person"), organisation=OuterRef("organisation")
    )
    return (
        initiative.stewards.filter(
            Exists(current), until=None, person__closed_at=None, person__erased_at=None
        )
        .select_related("person", "organisation")
        .order_by("sector", "pk")
    )


def own_hat(initiative: Initiative, person: Person) -> int | None:
    """The organisation a person last spoke for in this initiative, as a first guess for what she does next."""
    return (
        Act.objects.filter(initiative=initiative, person=person, annulment=None)
        .order_by("-at", "-pk")
        .values_list("organisation", flat=True)
        .first()
    )


def following_of(initiative: Initiative, person: Person | None) -> Following | None:
    """Whether and how a person follows it."""
    return (
        Following.objects.filter(initiative=initiative, person=person).first() if person is not None else None
    )


def open_invites(person: Person) -> QuerySet[Invite]:
    """What a person is invited to and could still answer or come to."""
    now = clock.now()
    coming = Q(kind="meeting", meeting__event__state="published", meeting__event__period__endswith__gt=now)
    deciding = Q(kind="decision", decision__state="open", decision__closes_at__gt=now)
    judging = Q(kind="evaluation", stage__state=StageState.OPEN)
    return (
        Invite.objects.filter(coming | deciding | judging, person=person)
        .select_related("initiative__hub", "stage", "meeting__event__hub", "decision", "organisation")
        .order_by("at", "pk")
    )


def steps_of(initiative: Initiative) -> QuerySet[Step]:
    """Its timeline, latest first."""
    return initiative.steps.select_related("stage").order_by("-pk")


def invite_by_secret(office: Office, secret: str) -> Invite:
    """The invitation whose link this is. Raises NotFound (`unknown_invitation`)."""
    found = (
        Invite.objects.filter(secret=secret, initiative__office=office)
        .select_related(
            "initiative__hub",
            "initiative__office",
            "stage",
            "person",
            "organisation",
            "meeting__event__hub",
            "decision",
        )
        .first()
    )
    if found is None:
        raise NotFound("unknown_invitation", _("This link does not work any more."))
    return found


def names_of(ids: Sequence[int] | frozenset[int]) -> list[Organisation]:
    """The organisations with these ids by name."""
    return list(Organisation.objects.filter(pk__in=list(ids)).order_by("name", "pk"))


def alarms_of(initiative: Initiative) -> QuerySet[Alarm]:
    """Every alarm that was raised, latest first; each knows whether its sector has acted in that stage since."""
    acted = Act.objects.filter(stage=OuterRef("stage"), sector=OuterRef("sector"), annulment=None)
    return (
        Alarm.objects.filter(stage__initiative=initiative)
        .select_related("stage")
        .annotate(came=Exists(acted))
        .order_by("-pk")
    )


def in_own_name(initiative: Initiative) -> dict[str, int]:
    """How many people acted in their own name, by stage; not said where they are fewer than five."""
    rows = (
        acts_of(initiative)
        .filter(organisation=None)
        .order_by()
        .values_list("stage__kind")
        .annotate(n=Count("person", distinct=True))
    )
    return {kind: n for kind, n in rows if not is_small(n)}


def steward_at(initiative: Initiative, pk: int) -> Steward:
    """A current steward of it. Raises NotFound (`not_found`)."""
    found = stewards_of(initiative).filter(pk=pk).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    found.initiative = initiative
    return found


def replies_to(initiative: Initiative) -> QuerySet[Invite]:
    """What people answered to the invitations of the open stage, a no with its reason first; for who guides it."""
    return (
        Invite.objects.filter(initiative=initiative, stage__state=StageState.OPEN)
        .exclude(reply="")
        .select_related("person", "organisation", "meeting__event", "decision")
        .order_by("reply", "-replied_at", "-pk")[:60]
    )


def followed_by(person: Person) -> QuerySet[Initiative]:
    """What a person follows and is not over, what moved last first."""
    mine = Following.objects.filter(person=person, until=None)
    return (
        Initiative.objects.filter(pk__in=mine.values("initiative"), ended_at=None)
        .select_related("hub")
        .order_by("-proposed_at", "-pk")
    )


def with_organisation(organisation: Organisation) -> QuerySet[Initiative]:
    """The initiatives in which an organisation acted, the latest first."""
    acts = Act.objects.filter(organisation=organisation, annulment=None)
    return Initiative.objects.filter(pk__in=acts.values("initiative")).order_by("-proposed_at", "-pk")


def waiting_for(user: Any, office: Office) -> QuerySet[Initiative]:
    """The initiatives a user should answer for her hubs: the list beside `cocreation.answer`, nearest promise first."""
    roles = roles_of(user, office.pk)
    hubs = [
        hub
        for hub, names in roles.hubs.items()
        if {HubRoleName.MANAGER, HubRoleName.COMMUNITY, HubRoleName.PROGRAM} & names
    ]
    found = Initiative.objects.filter(office=office, state=InitiativeState.PROPOSED).select_related("hub")
    if not roles.is_officer:
        found = found.filter(hub__in=hubs)
    return found.order_by("answer_due", "pk")


def running_count(office: Office) -> int:
    """How many initiatives run at an office."""
    return Initiative.objects.filter(office=office, state=InitiativeState.RUNNING).count()
