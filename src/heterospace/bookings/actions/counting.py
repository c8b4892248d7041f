"""Desks and things by the quarter hour: one counter row each, moved in time order, never beyond what there is."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from psycopg.types.range import TimestamptzRange

from ..models import BlockOut, Booking, Portion, Quarter
from ..queries import moments, quarters_of

TAKE = """
INSERT INTO bookings_quarter ({thing}_id, at, taken, most)
SELECT %s, at, count(*) * %s, %s
FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS span(first, after),
LATERAL generate_series(first, after - interval '15 minutes', interval '15 minutes') AS at
GROUP BY at ORDER BY at
ON CONFLICT ({thing}_id, at) DO UPDATE SET taken = bookings_quarter.taken + EXCLUDED.taken, most = EXCLUDED.most
"""
GIVE = """
WITH held AS (SELECT id FROM bookings_quarter WHERE {thing}_id = %s AND at >= %s AND at < %s ORDER BY at FOR UPDATE)
UPDATE bookings_quarter q SET taken = q.taken - %s FROM held WHERE q.id = held.id
"""


@dataclass(frozen=True)
class Counted:
    """`quantity` of the `most` desks of a shared space, or things of a pool."""

    thing: str  # "space" or "equipment": the column of its counter
    pk: int
    quantity: int
    most: int


def short_times(wanted: Counted, first: dt.datetime, after: dt.datetime) -> list[dt.datetime]:
    """The quarter hours of [first, after) in which there are too few left, in time order."""
    rows = Quarter.objects.filter(at__gte=first, at__lt=after, taken__gt=wanted.most - wanted.quantity)
    return list(rows.filter(**{wanted.thing: wanted.pk}).order_by("at").values_list("at", flat=True))


def is_short(wanted: Counted, period: TimestamptzRange) -> bool:
    """Whether there are too few left in some quarter hour of `period`."""
    return wanted.quantity > wanted.most or bool(short_times(wanted, *quarters_of(period)))


def take(
    wanted: Iterable[Counted],
    periods: Mapping[Booking | BlockOut, TimestamptzRange],
) -> None:
    """Move the counters up for each holder's period and write what it took, in two queries for each thing.

    The constraint `quarter_not_over` refuses what is not there.
    """
    spans = {holder: quarters_of(period) for holder, period in periods.items()}
    firsts, afters = [first for first, _after in spans.values()], [after for _first, after in spans.values()]
    portions = []
    for one in wanted:
        with connection.cursor() as cursor:
            cursor.execute(TAKE.format(thing=one.thing), [one.pk, one.quantity, one.most, firsts, afters])
        portions += [
            Portion(
                booking=holder if isinstance(holder, Booking) else None,
                block_out=holder if isinstance(holder, BlockOut) else None,
                quantity=one.quantity,
                counted=moments(first, after),
                **{f"{one.thing}_id": one.pk},
            )
            for holder, (first, after) in spans.items()
        ]
    if portions:
        Portion.objects.bulk_create(portions)


def lock_counters(
    bookings: Iterable[Booking], wanted: Iterable[Counted] = (), periods: Collection[TimestamptzRange] = ()
) -> None:
    """Lock the counters that several bookings moved, and those of what is wanted, in the order of all deeds.

    For deeds that move those of more than one holder, or down and up again; one alone is in order by itself.
    """
    rows = Q()
    for portion in Portion.objects.filter(booking__in=list(bookings)).order_by("id"):
        low, high = portion.counted.lower, portion.counted.upper
        rows |= Q(space=portion.space_id, equipment=portion.equipment_id, at__gte=low, at__lt=high)
    for one in wanted:
        for period in periods:
            first, after = quarters_of(period)
            rows |= Q(**{one.thing: one.pk}, at__gte=first, at__lt=after)
    if rows:
        list(Quarter.objects.filter(rows).order_by("space_id", "equipment_id", "at").select_for_update())


def give_back(portions: Iterable[Portion]) -> None:
    """Move the counters down again and forget the portions."""
    gone = list(portions)
    for one in gone:
        _move_down(one, one.counted.lower, one.counted.upper)
    if gone:
        Portion.objects.filter(pk__in=[one.pk for one in gone]).delete()


def give_rest_back(portion: Portion, until: dt.datetime) -> None:
    """Hold a portion only until the quarter hour that contains `until` is over."""
    first, after = quarters_of(moments(portion.counted.lower, until))
    if after < portion.counted.upper:
        _move_down(portion, after, portion.counted.upper)
        portion.counted = moments(first, after)
        portion.save(update_fields=["counted"])


def _move_down(portion: Portion, first: dt.datetime, after: dt.datetime) -> None:
    thing, pk = ("space", portion.space_id) if portion.space_id else ("equipment", portion.equipment_id)
    with connection.cursor() as cursor:
        cursor.execute(GIVE.format(thing=thing), [pk, first, after, portion.quantity])
