"""Reads about closed spaces and faults."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ..core import clock, formats
from ..hubs.models import Hub
from ..spaces.models import Space
from .alternatives import Alternative, alternatives
from .enums import FaultState
from .imports import MOST_BYTES, Entry
from .models import BlockOut, Booking, Fault
from .queries import bookings_hit

MOST_SUGGESTED = 20


@dataclass(frozen=True)
class Hit:
    """A booking in the way of a block-out, and where it could go at the same hub."""

    booking: Booking
    places: list[Alternative]


def coming_blocks(hub: Hub) -> QuerySet[BlockOut]:
    """What is closed at a hub now or later, soonest first."""
    rows = BlockOut.objects.filter(hub=hub, lifted_at=None, period__endswith__gt=clock.now())
    return rows.select_related("space", "made_by").order_by("period", "id")


def hits(space: Space, start: dt.datetime, end: dt.datetime) -> list[Hit]:
    """The bookings a block-out of `space` would hit, each with the places of its hub it can be moved to."""
    found = []
    for n, booking in enumerate(bookings_hit(space, start, end)):
        places = []
        if n < MOST_SUGGESTED:
            others = alternatives(
                space.hub.office,
                booking.start,
                booking.end,
                space=booking.space,
                people=booking.people,
                for_organisation=booking.organisation_id is not None,
            )
            places = [
                one
                for one in others
                if one.space.hub_id == space.hub_id
                and not (one.space.pk == space.pk and one.start < end and start < one.end)
            ]
        found.append(Hit(booking, places))
    return found


def faults_at(hub: Hub) -> QuerySet[Fault]:
    """What people said is broken at a hub, latest first."""
    rows = Fault.objects.filter(hub=hub).select_related("space", "equipment", "person", "block_out")
    return rows.order_by("-id")[:200]


def faults_count(hub: Hub) -> int:
    """How many reported faults nobody has dealt with."""
    return Fault.objects.filter(hub=hub, state=FaultState.OPEN).count()


def times_of(entries: Iterable[Entry], timezone: str) -> list[str]:
    """When the entries are, as people read it."""
    return [formats.when(one.start, one.end, timezone) for one in entries]


__all__ = ["MOST_BYTES", "Hit", "coming_blocks", "faults_at", "faults_count", "hits", "times_of"]
