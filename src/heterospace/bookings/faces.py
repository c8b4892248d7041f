"""What a space's door says, moment by moment: worked out here once, shown by the tablet even without a line.

No door names a person or says what somebody does inside: an organisation's name, or that it is taken.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import clock, formats
from ..hubs.hours import Moments
from ..spaces.enums import Unit
from ..spaces.models import Space
from ..spaces.queries import space_schedule
from .enums import BookingState
from .models import Booking
from .queries import Taken, taken_times, with_names

AHEAD = dt.timedelta(hours=36)
SOON = dt.timedelta(minutes=15)
NEXT = 3


@dataclass
class Coming:
    """One line of what comes next."""

    time: str
    who: str


@dataclass
class Face:
    """What the door says from a moment on: free, soon, taken, waiting, tidying, blocked or closed."""

    state: str
    title: str
    sub: str
    who: str = ""
    next: list[Coming] = field(default_factory=list)


@dataclass
class Stretch:
    """A stretch of time somebody has the space, as its door tells it."""

    start: dt.datetime
    end: dt.datetime
    state: str
    who: str
    release_at: dt.datetime | None = None


def faces_of(space: Space) -> list[tuple[dt.datetime, Face]]:
    """(from when, what the door says) from now for a day and a half, in time order; the first one is now's."""
    now = clock.now()
    stretches = _stretches(space, now)
    first = clock.today(space.hub.timezone)
    opened = space_schedule(space).open_moments(first, 9) if space.unit == Unit.HOUR else []
    moments = {now}
    for one in stretches:
        moments |= {one.start - SOON, one.start, one.end}
        if one.release_at is not None:
            moments.add(one.release_at)
    for opens, closes in opened:
        moments |= {opens, closes}
    faces: list[tuple[dt.datetime, Face]] = []
    for moment in sorted(moments):
        if now <= moment <= now + AHEAD:
            face = _face(space, stretches, opened, moment)
            if not faces or faces[-1][1] != face:
                faces.append((moment, face))
    over = with_names(Booking.objects.filter(space=space, state=BookingState.CHECKED_IN))
    staying = over.filter(period__endswith__lte=now).first()
    if staying is not None and faces[0][1].state in {"free", "soon", "tidying", "closed"}:
        until = formats.clock_time(staying.end, space.hub.timezone)
        sub = _("their time ended at %(time)s") % {"time": until}
        faces[0] = (now, Face("taken", _taken(), sub, _who(staying), faces[0][1].next))
    return faces


def as_data(space: Space, faces: Iterable[tuple[dt.datetime, Face]]) -> dict[str, Any]:
    """The faces for the tablet, with what time it is here: it trusts this clock, not its own (milliseconds)."""
    now = clock.now()
    return {
        "now": _stamp(now),
        "timezone": space.hub.timezone,
        "faces": [{"from": _stamp(moment), **asdict(face)} for moment, face in faces],
    }


def _stamp(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


def _taken() -> str:
    return pgettext("door", "Taken")


def _who(booking: Booking | None) -> str:
    return booking.organisation.name if booking is not None and booking.organisation else ""


def _stretches(space: Space, now: dt.datetime) -> list[Stretch]:
    """Who has the space (or its whole, or a part of it) from now on, the tidying after each as its own stretch."""
    found: list[Stretch] = []
    for one in taken_times(space, now - dt.timedelta(hours=1), now + dt.timedelta(days=2)):
        found.extend(_told(one, now))
    return sorted(found, key=lambda one: one.start)


def _told(one: Taken, now: dt.datetime) -> list[Stretch]:
    if one.block_out is not None:
        return [Stretch(one.start, one.end, "blocked", one.block_out.get_kind_display())]
    booking = one.booking
    if booking is None:  # no desk is left
        return [Stretch(one.start, one.end, "taken", "")]
    awaited = booking.state == BookingState.CONFIRMED
    release = booking.release_at if awaited else None
    if release is not None and release <= now:
        return []
    stretch = Stretch(one.start, booking.end, "waiting" if awaited else "taken", _who(booking), release)
    tidying = [Stretch(booking.end, one.end, "tidying", "")] if one.end > booking.end else []
    return [stretch, *tidying]


def _face(space: Space, stretches: list[Stretch], opened: list[Moments], moment: dt.datetime) -> Face:
    zone = space.hub.timezone
    live = [one for one in stretches if one.release_at is None or one.release_at > max(moment, one.start)]
    live = [one for one in live if one.end > moment]
    current = next((one for one in live if one.start <= moment), None)
    coming = [one for one in live if one.start > moment and one.state != "tidying"]
    lines = [Coming(_hours(one, moment, zone), _named(one)) for one in coming[:NEXT]]
    if current is not None:
        return _occupied(current, lines, moment, zone)
    if space.unit == Unit.HOUR:
        closes = next((closes for opens, closes in opened if opens <= moment < closes), None)
        if closes is None:
            opens = next((opens for opens, _closes in opened if opens > moment), None)
            sub = _("opens %(when)s") % {"when": _moment(opens, moment, zone)} if opens else ""
            return Face("closed", pgettext("door", "Closed"), sub, next=lines)
    else:
        closes = None
    after = coming[0].start if coming else None
    if after is not None and after - moment <= SOON:
        return Face(
            "soon",
            _("Free for a moment"),
            _("taken from %(when)s") % {"when": _moment(after, moment, zone)},
            next=lines,
        )
    ends = min((one for one in (after, closes) if one is not None), default=None)
    sub = _("until %(when)s") % {"when": _moment(ends, moment, zone)} if ends else _("no booking in sight")
    return Face("free", pgettext("door", "Free"), sub, next=lines)


def _occupied(current: Stretch, lines: list[Coming], moment: dt.datetime, zone: str) -> Face:
    sub = _("until %(when)s") % {"when": _moment(current.end, moment, zone)}
    if current.state == "waiting":
        if current.release_at is not None:
            kept = formats.clock_time(current.release_at, zone)
            sub = _("not checked in yet, kept until %(time)s") % {"time": kept}
        return Face("waiting", _("Booked"), sub, current.who, lines)
    if current.state == "tidying":
        sub = _("free from %(when)s") % {"when": _moment(current.end, moment, zone)}
        return Face("tidying", _("Being tidied"), sub, next=lines)
    if current.state == "blocked":
        return Face("blocked", current.who, sub, next=lines)
    return Face("taken", _taken(), sub, current.who, lines)


def _named(one: Stretch) -> str:
    return one.who or _taken()


def _moment(moment: dt.datetime, now: dt.datetime, zone: str) -> str:
    """`10.00`, or with its day when it is not this day's."""
    if formats.day(moment, zone) == formats.day(now, zone):
        return formats.clock_time(moment, zone)
    return f"{formats.weekday(moment, zone)} {formats.clock_time(moment, zone)}"


def _hours(one: Stretch, now: dt.datetime, zone: str) -> str:
    return f"{_moment(one.start, now, zone)}-{formats.clock_time(one.end, zone)}"
