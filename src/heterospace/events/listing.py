"""Reads shaped for the public pages: what is on under a filter, the places of an event, whose events come next."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..core import clock
from ..hubs.models import Hub, Office
from ..members.models import Organisation, Person
from .enums import LIVE, SHOWN, EventState, Mode, Outcome, RegistrationState, Source
from .models import Event, KeptSeats, Registration, Seats
from .queries import effective, whats_on

ZONE = "Asia/Jakarta"
FEED_MOST = 200
KEEP_PAST = dt.timedelta(days=60)  # a calendar that is subscribed to does not lose yesterday


@dataclass(frozen=True)
class Span:
    """From when until when somebody looks; `past` lists what is over, the latest first."""

    start: dt.datetime | None
    end: dt.datetime | None
    past: bool = False


def span_of(
    when: str, start: dt.date | None = None, end: dt.date | None = None, timezone: str = ZONE
) -> Span:
    """The time behind a filter: dates win over `week`, `month` (what is left of them), `past`; else from now on."""
    now, today = clock.now(), clock.today(timezone)
    if start or end:
        opens = clock.at(start, 0, timezone) if start else now
        return Span(opens, clock.at(end, 1440, timezone) if end else None)
    if when == "week":
        return Span(now, clock.at(today + dt.timedelta(days=7 - today.weekday()), 0, timezone))
    if when == "month":
        first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return Span(now, clock.at(first, 0, timezone))
    if when == "past":
        return Span(None, now, past=True)
    return Span(now, None)


def listed(
    office: Office, filters: Mapping[str, Any], hub: Hub | None = None, *, since: dt.datetime | None = None
) -> QuerySet[Event]:
    """The events a filter shows (cleaned values of `forms.EventFilter`); `since` reaches back when no time is asked."""
    zone = hub.timezone if hub else ZONE
    span = span_of(filters.get("when", ""), filters.get("start"), filters.get("end"), zone)
    start = span.start
    if since is not None and span == span_of("", timezone=zone):
        start = since
    found = whats_on(
        office,
        hub=hub,
        start=start,
        end=span.end,
        topic=filters.get("topic", ""),
        free=bool(filters.get("free")),
        mode=filters.get("way", ""),
        accessible=bool(filters.get("accessible")),
        words=filters.get("q", "").strip(),
    )
    if span.past:
        return found.filter(ends__lte=clock.now()).order_by("-starts", "-id")
    return found


def for_feed(office: Office, filters: Mapping[str, Any], hub: Hub | None = None) -> list[Event]:
    """What a feed of the same filter holds; without a time also the last sixty days."""
    return list(listed(office, filters, hub, since=clock.now() - KEEP_PAST)[:FEED_MOST])


def coming(office: Office, hub: Hub | None = None, most: int = 3) -> list[Event]:
    """The next events that take place."""
    return list(whats_on(office, hub=hub).exclude(state=EventState.CANCELLED)[:most])


def coming_count(office: Office) -> int:
    """How many events are coming."""
    return (
        Event.objects.filter(office=office, state=EventState.PUBLISHED, period__endswith__gt=clock.now())
        .order_by()
        .count()
    )


def hosted_by(organisation: Organisation, most: int = 5) -> list[Event]:
    """The latest events an organisation hosted or supported, coming ones first."""
    found = Event.objects.filter(parties__organisation=organisation, state__in=SHOWN)
    return list(found.select_related("hub").order_by("-period", "-id")[:most])


@dataclass(frozen=True)
class Places:
    """The places of one mode: how many are left, who waits, what is kept for whom."""

    seats: Seats
    mode: Mode
    waiting: int
    kept: list[KeptSeats]

    @property
    def free(self) -> int | None:
        """Places anybody can have now; None where they are not counted."""
        if self.seats.free is None:
            return None
        return 0 if self.waiting else max(self.seats.free, 0)

    @property
    def is_full(self) -> bool:
        """Whether who comes now waits."""
        return self.free == 0


def places_of(event: Event) -> list[Places]:
    """The places of an event, on site first, in two queries."""
    waiting = (
        Registration.objects.filter(seats=OuterRef("pk"), state=RegistrationState.WAITLISTED)
        .order_by()
        .values("seats")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = list(event.seats.annotate(waiting=Coalesce(Subquery(waiting), 0)).order_by("-mode"))
    kept: dict[int, list[KeptSeats]] = {}
    for one in KeptSeats.objects.filter(
        seats__in=rows, released_at=None, until__gt=clock.now(), count__gt=F("taken")
    ).order_by("pk"):
        kept.setdefault(one.seats_id, []).append(one)
    return [Places(row, Mode(row.mode), row.waiting, kept.get(row.pk, [])) for row in rows]


def is_full(event: Event) -> bool:
    """Whether no place of any mode is left, as far as the counters (prefetched for lists) say."""
    rows = list(event.seats.all())
    return bool(rows) and all(row.free is not None and row.free <= 0 for row in rows)


def left(event: Event) -> int | None:
    """Places left in all modes together; None where one of them is not counted."""
    free = [row.free for row in event.seats.all()]
    return None if not free or None in free else sum(max(n, 0) for n in free if n is not None)


def for_cards(events: Iterable[Event]) -> list[Event]:
    """The events as cards show them: `is_full`, and `left` places."""
    found = list(events)
    for event in found:
        event.is_full = is_full(event)  # type: ignore[attr-defined]
        event.left = left(event)  # type: ignore[attr-defined]
    return found


def own_registrations(person: Person, *, past: bool = False, most: int = 50) -> list[Registration]:
    """Her registrations: those that stand for what is to come (with `place`, on the waiting list), or the rest."""
    found = (
        Registration.objects.filter(person=person)
        .select_related("event__hub", "seats")
        .annotate(place=_place())
    )
    stands = Q(state__in=LIVE, event__period__endswith__gt=clock.now()) & ~Q(
        event__state=EventState.CANCELLED
    )
    if past:
        return list(found.filter(~stands).order_by("-event__period", "-id")[:most])
    return list(found.filter(stands).order_by("event__period", "id")[:most])


def _place() -> Coalesce:
    before = (
        Registration.objects.filter(
            seats=OuterRef("seats"), state=RegistrationState.WAITLISTED, number__lte=OuterRef("number")
        )
        .order_by()
        .values("seats")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(before), 0)


def month_of(event: Event) -> tuple[int, int]:
    """(year, month) in which it begins at its hub."""
    local = event.start.astimezone(ZoneInfo(event.hub.timezone))
    return local.year, local.month


def minutes_online(registration: Registration) -> int:
    """How many minutes of online visits the ledger holds for a registration."""
    went = effective().filter(registration=registration, source=Source.ONLINE, outcome=Outcome.OUT)
    return went.aggregate(n=Sum("minutes"))["n"] or 0
