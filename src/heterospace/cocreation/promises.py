"""Reads of commitments: lists, who speaks for whom in them, and how promises are kept."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import NotFound
from ..hubs.models import Office
from ..members.enums import OfficeRoleName, Sector
from ..members.models import Affiliation, OfficeRole, Organisation, Person
from ..members.queries import acts_for, current_affiliations
from .enums import CommitmentState
from .keeping import Kept, Promise, kept
from .models import Commitment, CommitmentChange, Initiative
from .queries import stewards_of

ZONE = "Asia/Jakarta"  # where a promise outside an initiative has its midnight
NO_COMMITMENT = _("There is no such promise here.")
SHOWN = {
    "open": (CommitmentState.DUE, CommitmentState.DELIVERED),
    "kept": (CommitmentState.CONFIRMED,),
    "broken": (CommitmentState.BROKEN,),
    "released": (CommitmentState.RELEASED,),
}


def day_of(commitment: Commitment, moment: dt.datetime) -> dt.date:
    """The calendar day of a moment where the promise is: its hub's, or Western Indonesia's."""
    zone = commitment.initiative.hub.timezone if commitment.initiative is not None else ZONE
    return moment.astimezone(ZoneInfo(zone)).date()


def today_of(commitment: Commitment) -> dt.date:
    """The calendar day it is there."""
    return day_of(commitment, clock.now())


def commitments_of(
    office: Office,
    *,
    state: str = "",
    owner: Organisation | None = None,
    initiative: Initiative | None = None,
    government: bool | None = None,
) -> QuerySet[Commitment]:
    """The office's promises, what is open first by its day, then the latest. `state` is a key of `SHOWN` or empty for all.

    `government` True leaves only those of the office and other agencies, False all others.
    """
    found = Commitment.objects.filter(office=office)
    if state in SHOWN:
        found = found.filter(state__in=SHOWN[state])
    if owner is not None:
        found = found.filter(owner=owner)
    if initiative is not None:
        found = found.filter(initiative=initiative)
    if government is not None:
        ours = Q(sector=Sector.GOVERNMENT)
        found = found.filter(ours if government else ~ours)
    settled = Case(When(state__in=SHOWN["open"], then=0), default=1)
    latest = Case(When(state__in=SHOWN["open"], then=None), default=F("due"))
    return found.select_related("initiative__hub", "owner", "receiver").order_by(
        settled, latest.desc(nulls_first=True), "due", "pk"
    )


def commitment_at(office: Office, reference: str) -> Commitment:
    """The promise with this reference. Raises NotFound (`unknown_commitment`)."""
    found = (
        Commitment.objects.filter(office=office, reference=reference.upper())
        .select_related(
            "office", "initiative__hub", "initiative__office", "owner", "receiver", "decision", "proposal"
        )
        .first()
    )
    if found is None:
        raise NotFound("unknown_commitment", NO_COMMITMENT)
    return found


def changes_of(commitment: Commitment) -> list[CommitmentChange]:
    """Its history, latest first."""
    return list(commitment.changes.order_by("-pk"))


def owners_of(office: Office) -> QuerySet[Organisation]:
    """The organisations that promised something, by name."""
    mine = Commitment.objects.filter(owner=OuterRef("pk"))
    return Organisation.objects.filter(Exists(mine), office=office).order_by("name", "pk")


def initiatives_of(office: Office) -> QuerySet[Initiative]:
    """The initiatives in which something was promised, by title."""
    inside = Commitment.objects.filter(initiative=OuterRef("pk"))
    return Initiative.objects.filter(Exists(inside), office=office).order_by("title", "pk")


def leaders_of(organisation: Organisation, also: Person | None = None) -> list[Person]:
    """Who hears for an organisation: those who lead it, and who promised, while they may still act for it."""
    today = clock.today(ZONE)
    leads = Affiliation.objects.filter(
        current_affiliations(today),
        person=OuterRef("pk"),
        organisation=organisation,
        role__in=["owner", "manager"],
    )
    found = list(
        Person.objects.filter(Exists(leads), closed_at=None, erased_at=None, merged_into=None).order_by("pk")
    )
    if also is None or also in found or not also.is_active:
        return found
    speaks = acts_for(also).filter(pk=organisation.pk).exists()
    return [*found, also] if speaks else found


def hears_for_receiver(commitment: Commitment) -> list[Person]:
    """Who is told for the receiver: those who lead it; else the stewards, or the officers; never who leads the owner."""
    if commitment.receiver is not None:
        found = leaders_of(commitment.receiver)
    elif commitment.initiative is not None:
        found = [one.person for one in stewards_of(commitment.initiative)]
    else:
        officers = OfficeRole.objects.filter(
            office=commitment.office_id, until=None, role=OfficeRoleName.OFFICER
        ).select_related("person")
        found = [one.person for one in officers.order_by("pk")]
    own = {one.pk for one in leaders_of(commitment.owner)}
    return [one for one in found if one.is_active and one.pk not in own]


def as_promises(rows: QuerySet[Commitment]) -> list[tuple[int, str, Promise]]:
    """(owner, sector, what keeping needs to know) of each of these. One query."""
    late = CommitmentChange.objects.filter(
        commitment=OuterRef("pk"), state=CommitmentState.DUE, in_time=False
    ).exclude(new_due=F("old_due"))
    values = rows.order_by("pk").annotate(was_late=Exists(late))
    return [
        (owner, sector, Promise(due, state, delivered_on, was_late))
        for owner, sector, due, state, delivered_on, was_late in values.values_list(
            "owner", "sector", "due", "state", "delivered_on", "was_late"
        )
    ]


def kept_by(organisation: Organisation) -> Kept:
    """How an organisation keeps its promises."""
    rows = as_promises(Commitment.objects.filter(owner=organisation))
    return kept((one for _owner, _sector, one in rows), clock.today(ZONE))


@dataclass(frozen=True)
class Keeper:
    """An organisation and how it keeps its promises."""

    organisation: Organisation
    kept: Kept


def kept_in(initiative: Initiative) -> list[Keeper]:
    """The organisations that promised something in an initiative, by name: no order of merit."""
    rows = as_promises(Commitment.objects.filter(initiative=initiative))
    return _keepers(rows, clock.today(initiative.hub.timezone))


def _keepers(rows: Iterable[tuple[int, str, Promise]], today: dt.date) -> list[Keeper]:
    own: dict[int, list[Promise]] = {}
    for owner, _sector, one in rows:
        own.setdefault(owner, []).append(one)
    names = Organisation.objects.filter(pk__in=own).order_by("name", "pk")
    return [Keeper(one, kept(own[one.pk], today)) for one in names]


def kept_at(office: Office) -> dict[str, Kept]:
    """How all of the office's parties keep their promises, and apart from them its own agencies: `others`, `government`."""
    rows = as_promises(Commitment.objects.filter(office=office))
    today = clock.today(ZONE)
    own = [one for _owner, sector, one in rows if sector == Sector.GOVERNMENT]
    others = [one for _owner, sector, one in rows if sector != Sector.GOVERNMENT]
    return {"government": kept(own, today), "others": kept(others, today)}


def own_promises(person: Person, most: int = 5) -> list[Commitment]:
    """What the organisations a person speaks for have promised and not settled, the nearest day first."""
    open_ones = [CommitmentState.DUE, CommitmentState.DELIVERED, CommitmentState.BROKEN]
    found = Commitment.objects.filter(
        owner__in=acts_for(person).order_by().values("pk"), state__in=open_ones
    ).select_related("initiative__hub", "owner", "receiver")
    return list(found.order_by("due", "pk")[:most])


def to_confirm(person: Person, officer: bool, most: int = 5) -> list[Commitment]:
    """What was delivered and waits for this person's word, oldest first."""
    mine = acts_for(person).order_by().values("pk")
    guided = person.stewardships.filter(until=None).order_by().values("initiative")
    waits = Q(receiver__in=mine) | Q(receiver=None, initiative__in=guided)
    if officer:
        waits |= Q(receiver=None, initiative=None, office=person.office_id)
    found = (
        Commitment.objects.filter(waits, state=CommitmentState.DELIVERED)
        .exclude(owner__in=mine)
        .select_related("initiative__hub", "owner", "receiver")
    )
    return list(found.order_by("delivered_on", "pk")[:most])


__all__ = [
    "SHOWN",
    "as_promises",
    "changes_of",
    "commitment_at",
    "commitments_of",
    "day_of",
    "hears_for_receiver",
    "initiatives_of",
    "kept_at",
    "kept_by",
    "kept_in",
    "leaders_of",
    "own_promises",
    "owners_of",
    "to_confirm",
    "today_of",
]
