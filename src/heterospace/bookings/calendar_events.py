"""What the manager's calendar draws: every space as a row, every booking in its time, what cannot be had as ground."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ..core import clock
from ..core.templatetags.ui import state_icon, tone
from ..hubs.hours import Span
from ..hubs.models import Hub
from ..hubs.queries import schedule_of
from ..spaces.models import Space
from .desk_day import kin_of, state_now, state_words
from .enums import GIVEN_UP, LIVE
from .models import BlockOut, Booking
from .queries import moments

MOST = dt.timedelta(days=45)
EARLIEST, LATEST = 8 * 60, 18 * 60


def rows_of(hub: Hub) -> list[dict[str, Any]]:
    """The hub's bookable spaces as the calendar's rows, in the order of the house."""
    spaces = Space.objects.filter(hub=hub, is_active=True, is_bookable=True).order_by("position", "id")
    return [{"id": space.pk, "title": space.name} for space in spaces]


def frame_of(hub: Hub) -> Span:
    """From and until which minute of a day the calendar is drawn: all opening hours of the week, in full hours."""
    spans = [span for spans in schedule_of(hub).week.values() for span in spans]
    first = min((opens for opens, _closes in spans), default=EARLIEST)
    last = max((closes for _opens, closes in spans), default=LATEST)
    return first // 60 * 60, -(-last // 60) * 60


def events_between(hub: Hub, start: dt.datetime, end: dt.datetime, *, movable: bool) -> list[dict[str, Any]]:
    """What stands in a hub's calendar in [start, end) (aware, 45 days at most), in four queries.

    `movable`: whether the reader may drag what is to come; what is over never moves.
    """
    period = moments(start, max(start, min(end, start + MOST)))
    if period.lower == period.upper:
        return []
    found = (
        Booking.objects.filter(hub=hub, period__overlap=period)
        .exclude(state__in=GIVEN_UP)
        .select_related("space", "person", "organisation")
        .order_by("period", "id")
    )
    kin = kin_of(hub)
    events: list[dict[str, Any]] = []
    said = state_words()
    for booking in found:
        events.append(_event(booking, said, movable=movable))
        if booking.state in LIVE:
            events += [
                _ground(f"{booking.pk}-{space}", space, booking.start, booking.end)
                for space in sorted(kin.get(booking.space_id, ()))
            ]
    blocks = BlockOut.objects.filter(hub=hub, lifted_at=None, period__overlap=period).order_by("period", "id")
    for block in blocks:
        events.append(
            {
                **_ground(f"b{block.pk}", block.space_id, block.start, block.end),
                "display": "auto",
                "title": f"{block.get_kind_display()}: {block.reason}",
                "editable": False,
                "extendedProps": {"icon": "wrench"},
            }
        )
        events += [
            _ground(f"b{block.pk}-{space}", space, block.start, block.end)
            for space in sorted(kin.get(block.space_id, ()))
        ]
    return events


def _event(booking: Booking, said: dict[str, str], *, movable: bool) -> dict[str, Any]:
    state, words = state_now(booking, said)
    moves = movable and booking.state in LIVE and (booking.is_inside or booking.end > clock.now())
    return {
        "id": booking.reference,
        "resourceId": booking.space_id,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "title": booking.person.name,
        "startEditable": moves,
        "durationEditable": moves,
        "classNames": [tone(state)],
        "extendedProps": {
            "words": words,
            "icon": state_icon(state),
            "what": booking.organisation.name if booking.organisation else booking.purpose[:80],
            "people": booking.people,
            "address": reverse("bookings:move" if moves else "bookings:booking", args=[booking.reference]),
            "api": f"/api/v1/bookings/{booking.reference}/move",
        },
    }


def _ground(name: str, space: int, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    """Time in which a space cannot be had because of something elsewhere."""
    return {
        "id": name,
        "resourceId": space,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "display": "background",
        "title": _("not free"),
        "classNames": ["neutral"],
    }
