"""Who has earned a certificate: a rule over the attendance ledger, and nothing else. Pure functions."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Sitting:
    """A session people could be at."""

    id: int
    start: dt.datetime
    end: dt.datetime
    event: int = 0


@dataclass(frozen=True)
class Line:
    """One counted line of the ledger, of one person; `session` is None for a scan at the event's door.

    `stay` names the stay online a line begins or ends.
    """

    id: int
    moment: dt.datetime
    comes: bool
    session: int | None = None
    stay: str = ""
    event: int = 0


@dataclass(frozen=True)
class Earned:
    """What a person's lines amount to: the sessions she was at, minutes online, and the lines that say so."""

    sessions: tuple[int, ...]
    of: int
    minutes: int
    lines: tuple[int, ...]

    @property
    def percent(self) -> int:
        """Of the sessions, rounded down: 79.9 % is not 80 %."""
        return 100 * len(self.sessions) // self.of if self.of else 0


def earned(
    lines: Iterable[Line], sittings: Sequence[Sitting], *, online_minutes: Mapping[int, int] | None = None
) -> Earned:
    """What one person's `lines` amount to over `sittings`.

    A line at a session's door is that session. A stay at the event's door (from coming until going, or to the end of
    that day's last session) is every session it overlaps. Stays online count within the sessions, each minute once, when
    those of an event are as many as it asks for (`online_minutes`, by event).
    """
    told = sorted(lines, key=lambda line: (line.moment, line.id))
    doors = [line for line in told if not line.stay]
    present: set[int] = {line.session for line in doors if line.comes and line.session is not None}
    counted = _stays([line for line in doors if line.session is None], sittings)
    minutes = 0
    for event in {line.event for line in told if line.stay}:
        here = [(one.start, one.end) for one in sittings if one.event == event]
        online = together(_online([line for line in told if line.stay and line.event == event]), here)
        there = minutes_of(online)
        minutes += there
        if there >= (online_minutes or {}).get(event, 0):
            counted += online
    for start, end in counted:
        present |= {
            one.id for one in sittings if (start < one.end and end > one.start) or start == end == one.start
        }
    known = {one.id for one in sittings}
    return Earned(tuple(sorted(present & known)), len(sittings), minutes, tuple(line.id for line in told))


def together(spans: Iterable[Span], bounds: Sequence[Span]) -> list[Span]:
    """The spans cut to `bounds`, what they share told once, by time."""
    found: list[Span] = []
    cut = ((max(a, low), min(b, high)) for a, b in spans for low, high in bounds)
    for start, end in sorted(one for one in cut if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def apart(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What of a span nothing of `taken` covers, by time; a moment stays a moment."""
    start, end = span
    if start == end:
        return [] if any(a <= start < b for a, b in taken) else [span]
    found = []
    for a, b in together(taken, [span]):
        if start < a:
            found.append((start, a))
        start = b
    return [*found, (start, end)] if start < end else found


def minutes_of(spans: Iterable[Span]) -> int:
    """Whole minutes of spans that share nothing."""
    return int(sum((end - start).total_seconds() for start, end in spans) // 60)


def _online(lines: Iterable[Line]) -> list[Span]:
    """Stays online from the lines that begin and end them."""
    began: dict[str, dt.datetime] = {}
    found = []
    for line in lines:
        if line.comes:
            began[line.stay] = line.moment
        elif line.stay in began:
            found.append((began.pop(line.stay), line.moment))
    return found


def _stays(lines: Sequence[Line], sittings: Sequence[Sitting]) -> list[Span]:
    """From coming until going; who was not seen going stayed until the last session of that day, or half a day."""
    stays: list[Span] = []
    came: Line | None = None
    for line in lines:
        if line.comes:
            if came is not None:
                stays.append((came.moment, _end_of(came.moment, sittings)))
            came = line
        elif came is not None:
            stays.append((came.moment, line.moment))
            came = None
    if came is not None:
        stays.append((came.moment, _end_of(came.moment, sittings)))
    return stays


def _end_of(moment: dt.datetime, sittings: Sequence[Sitting]) -> dt.datetime:
    that_day = [one.end for one in sittings if moment < one.end < moment + dt.timedelta(hours=18)]
    return max(that_day, default=moment + dt.timedelta(hours=12))
