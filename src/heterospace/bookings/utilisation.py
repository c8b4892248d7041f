"""What was offered, asked for, granted and used at a hub in a period, and what was looked for in vain.

A constant number of queries. The shares are counted by `occupancy`, which knows no database.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from ..core import clock
from ..hubs.models import Hub
from ..spaces.enums import SpaceKind, Unit
from ..spaces.models import Space
from ..spaces.queries import schedules_of
from .models import UnmetWish
from .occupancy import Occupancy, Place, Spans, occupancy, without

# Bookings that had their space, leaf by leaf, in minutes from midnight before the first date; who never came counts
# until the space was taken back.
STAYS = """
SELECT l.leaf_id,
       (date_part('epoch', lower(b.period) AT TIME ZONE %(zone)s::text)::bigint - %(midnight)s::bigint) / 60,
       (date_part('epoch', CASE WHEN b.state = 'no_show' THEN least(b.ended_at, upper(b.period)) ELSE upper(b.period) END
                           AT TIME ZONE %(zone)s::text)::bigint - %(midnight)s::bigint) / 60,
       CASE WHEN b.space_id = l.leaf_id THEN b.people ELSE 0 END,
       coalesce(o.sector, ''),
       CASE b.state WHEN 'confirmed' THEN 'kept' WHEN 'no_show' THEN 'missed' ELSE 'used' END
FROM bookings_booking b
     JOIN spaces_spaceleaf l ON l.space_id = b.space_id
     LEFT JOIN members_organisation o ON o.id = b.organisation_id
WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange
  AND b.state IN ('confirmed', 'checked_in', 'finished', 'no_show')
ORDER BY 1, 2
"""

# Requests and bookings that begin in the period, by what became of them.
BECAME = """
SELECT b.state, coalesce(o.sector, ''), b.is_late, b.was_decided OR s.approval = 'instant',
       sum(b.number)::bigint, (sum(date_part('epoch', b.length)) / 60)::bigint
FROM (
    SELECT b.state, b.organisation_id, b.space_id, late.id IS NOT NULL AS is_late,
           b.decided_at IS NOT NULL AS was_decided, count(*) AS number, sum(upper(b.period) - lower(b.period)) AS length
    FROM bookings_booking b
         LEFT JOIN bookings_ledgerentry late ON late.booking_id = b.id AND late.kind = 'late_cancel'
    WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange
      AND (lower(b.period) <@ %(period)s::tstzrange) IS TRUE  -- else all that began at every hub is read
    GROUP BY 1, 2, 3, 4, 5
) b
     JOIN spaces_space s ON s.id = b.space_id
     LEFT JOIN members_organisation o ON o.id = b.organisation_id
GROUP BY 1, 2, 3, 4
"""

BLOCKED = """
SELECT l.leaf_id,
       floor(extract(epoch FROM lower(b.period) AT TIME ZONE %(zone)s::text - %(first)s::timestamp) / 60)::int,
       ceil(extract(epoch FROM least(upper(b.period), b.lifted_at) AT TIME ZONE %(zone)s::text - %(first)s::timestamp) / 60)::int
FROM bookings_blockout b JOIN spaces_spaceleaf l ON l.space_id = b.space_id
WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange
"""


@dataclass
class Became:
    """How many wishes for a space, and how many of their hours, went which way."""

    count: int = 0
    minutes: int = 0

    def add(self, count: int, minutes: int) -> None:
        """Count more of them."""
        self.count += count
        self.minutes += minutes


@dataclass
class Unmet:
    """Wishes alike that found nothing."""

    reason: str
    kind: str
    hour: int
    people: int
    count: int
    any_hub: bool


@dataclass
class Report:
    """The figures of one hub and period; `last` is included."""

    hub: Hub
    first: dt.date
    last: dt.date
    as_of: dt.datetime
    occupancy: Occupancy
    became: dict[
        str, Became
    ]  # asked, granted, used, kept, no_show, cancelled, late, refused, expired, waiting
    sectors: dict[str, Became]  # granted, by sector; "" for people without an organisation
    unmet: list[Unmet]

    @property
    def unmet_count(self) -> int:
        """How many wishes found nothing, whatever the reason."""
        return sum(one.count for one in self.unmet)

    def unmet_by(self, what: str) -> list[tuple[Any, int]]:
        """How many wishes found nothing, by `reason` or `kind` the most frequent first, by `hour` or `people` in order."""
        found: dict[Any, int] = {}
        for one in self.unmet:
            found[getattr(one, what)] = found.get(getattr(one, what), 0) + one.count
        in_order = what in {"hour", "people"}
        return sorted(found.items(), key=lambda pair: pair[0] if in_order else (-pair[1], pair[0]))


def utilisation(hub: Hub, first: dt.date, last: dt.date) -> Report:
    """The figures of a hub from `first` to `last`, both included; what is still to come after today is left out.

    Offered are the hours the spaces were really open: their own week or the hub's, less holidays, exceptions and
    block-outs. A constant number of queries, whatever was booked.
    """
    last = min(last, clock.today(hub.timezone))
    days = max(0, (last - first).days + 1)
    spaces = list(
        Space.objects.filter(
            hub=hub,
            is_leaf=True,
            is_active=True,
            claimed_by_rows__space__is_active=True,
            claimed_by_rows__space__is_bookable=True,
        )
        .exclude(kind=SpaceKind.COUNTER)  # people come there for things
        .distinct()
        .order_by("position", "id")
    )
    for space in spaces:
        space.hub = hub
    places = [
        Place(space.pk, space.name, space.kind, space.unit, space.capacity if space.is_shared else 1)
        for space in spaces
    ]
    asked: dict[str, Any] = {
        "hub": hub.pk,
        "zone": hub.timezone,
        "first": first,
        "midnight": (first - dt.date(1970, 1, 1)).days * 86400,  # before it, as clocks there count seconds
        "period": f"[{clock.at(first, 0, hub.timezone).isoformat()},"
        f"{clock.at(first + dt.timedelta(days=days), 0, hub.timezone).isoformat()})",
    }
    opens = _opens(spaces, first, days)
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED, asked)
        for pk, low, high in cursor.fetchall():
            if pk in opens:
                opens[pk] = [
                    without(spans, low - 1440 * day, high - 1440 * day) for day, spans in enumerate(opens[pk])
                ]
        cursor.execute(STAYS, asked)
        counted = occupancy(first, places, opens, cursor.fetchall())
        cursor.execute(BECAME, asked)
        became, sectors = _became(cursor.fetchall())
    return Report(hub, first, last, clock.now(), counted, became, sectors, _unmet(hub, first, last))


def _opens(spaces: Sequence[Space], first: dt.date, days: int) -> dict[int, Sequence[Spans]]:
    """The dates of each space; spaces with the same hours share one list."""
    schedules = schedules_of(spaces)
    shared: dict[object, list[Spans]] = {}
    found: dict[int, Sequence[Spans]] = {}
    for space in spaces:
        key: object = id(schedules[space.pk])
        if space.unit == Unit.NIGHT:
            key = space.leave, space.arrive
        elif space.unit != Unit.HOUR:
            key = space.unit
        if key not in shared:
            if space.unit == Unit.HOUR:
                dates = [schedules[space.pk].day(first + dt.timedelta(days=day)).spans for day in range(days)]
            elif space.unit == Unit.NIGHT:
                dates = [((0, space.leave), (space.arrive, 1440))] * days
            else:
                dates = [((0, 1440),)] * days
            shared[key] = list(dates)
        found[space.pk] = shared[key]
    return found


def _became(
    rows: Sequence[tuple[str, str, bool, bool, int, int]],
) -> tuple[dict[str, Became], dict[str, Became]]:
    names = [
        "asked",
        "granted",
        "used",
        "kept",
        "no_show",
        "cancelled",
        "late",
        "refused",
        "expired",
        "waiting",
    ]
    became = {name: Became() for name in names}
    sectors: dict[str, Became] = {}
    ways = {
        "confirmed": "kept",
        "checked_in": "used",
        "finished": "used",
        "requested": "waiting",
        "held": "waiting",
    }
    for state, sector, is_late, was_granted, count, minutes in rows:
        became["asked"].add(count, minutes)
        became[ways.get(state, state)].add(count, minutes)
        if is_late:
            became["late"].add(count, minutes)
        if state in {"confirmed", "checked_in", "finished", "no_show"} or (
            state == "cancelled" and was_granted
        ):
            became["granted"].add(count, minutes)
            sectors.setdefault(sector, Became()).add(count, minutes)
    return became, sectors


def _unmet(hub: Hub, first: dt.date, last: dt.date) -> list[Unmet]:
    rows = (
        UnmetWish.objects.filter(Q(hub=hub) | Q(hub=None), office=hub.office_id, day__range=(first, last))
        .values_list("reason", "kind", "hour", "people", "hub")
        .annotate(n=Sum("count"))
        .order_by("-n", "reason", "kind", "hour", "people")
    )
    return [Unmet(reason, kind, hour, people, n, at is None) for reason, kind, hour, people, at, n in rows]
