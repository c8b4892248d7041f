"""The queue of requests, with what one should know before saying yes or no."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, OuterRef, Q

from ..core import clock
from ..hubs.models import Hub
from .enums import WAITING, BookingState, LedgerKind, WishState
from .fairness import recent_minutes
from .models import Booking, LedgerEntry, Wish
from .queries import with_names

YEAR = dt.timedelta(days=365)


@dataclass
class Asked:
    """One request and its context."""

    booking: Booking
    had_minutes: int  # in the last 90 days, the person's or her organisation's
    visits: int  # in the last year, the person's
    no_shows: int
    last_visit: dt.datetime | None
    rivals: list[Booking] = field(default_factory=list)  # requests for some of the same time and space


def requests_at(hub: Hub) -> list[Asked]:
    """What waits for a decision at a hub, the nearest deadline first, in a constant number of queries."""
    offered = Wish.objects.filter(offer=OuterRef("pk"), state=WishState.OFFERED)
    rows = Booking.objects.filter(~Exists(offered), hub=hub, state__in=WAITING)
    found = list(with_names(rows).prefetch_related("space__leaf_rows").order_by("release_at", "id"))
    persons = {one.person_id for one in found}
    alone, together = recent_minutes(
        hub.pk,
        [one.person_id for one in found if one.organisation_id is None],
        [one.organisation_id for one in found if one.organisation_id],
    )
    past = LedgerEntry.objects.filter(
        booking__hub=hub, booking__person__in=persons, at__gte=clock.now() - YEAR
    ).order_by()
    known = {
        person: (used, missed, last)
        for person, used, missed, last in past.values_list("booking__person").annotate(
            used=Count("pk", filter=Q(kind=LedgerKind.USED)),
            missed=Count("pk", filter=Q(kind=LedgerKind.NO_SHOW)),
            last=Max("at", filter=Q(kind=LedgerKind.USED)),
        )
    }
    leaves = {one.pk: {row.leaf_id for row in one.space.leaf_rows.all()} for one in found}
    asked = []
    for one in found:
        used, missed, last = known.get(one.person_id, (0, 0, None))
        had = together.get(one.organisation_id, 0) if one.organisation_id else alone.get(one.person_id, 0)
        rivals = [
            other
            for other in found
            if other.pk != one.pk
            and one.state == other.state == BookingState.REQUESTED
            and leaves[one.pk] & leaves[other.pk]
            and other.start < _tidied(one)
            and one.start < _tidied(other)
        ]
        asked.append(Asked(one, had, used, missed, last, rivals))
    return asked


def _tidied(booking: Booking) -> dt.datetime:
    """When its space is ready for the next."""
    return booking.end + dt.timedelta(minutes=booking.space.turnaround_minutes)


def requests_count(hub: Hub) -> int:
    """How many requests wait for a decision at a hub."""
    offered = Wish.objects.filter(offer=OuterRef("pk"), state=WishState.OFFERED)
    return Booking.objects.filter(~Exists(offered), hub=hub, state__in=WAITING).count()
