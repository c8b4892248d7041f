"""Who has earned a certificate: a rule over the attendance ledger, and nothing else. Pure functions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Sitting:
    """A session people could be at."""

    id: int
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Line:
    """One counted line of the ledger, of one registration; `session` is None for a scan at the event's door."""

    id: int
    moment: dt.datetime
    comes: bool
    session: int | None = None
    is_online: bool = False


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


def earned(lines: Iterable[Line], sittings: Sequence[Sitting], *, online_minutes: int = 0) -> Earned:
    """What one person's `lines` amount to over `sittings`.

    A line at a session's door is that session. A stay at the event's door (from coming until going, or to the end of
    that day's last session) is every session it overlaps. Stays online count when they add up to `online_minutes`.
    """
    told = sorted(lines, key=lambda line: (line.moment, line.id))
    present: set[int] = {line.session for line in told if line.comes and line.session is not None}
    stays = _stays([line for line in told if line.session is None], sittings)
    online = [(start, end) for start, end, is_online in stays if is_online]
    minutes = sum(int((end - start).total_seconds() // 60) for start, end in online)
    for start, end, is_online in stays:
        if is_online and minutes < online_minutes:
            continue
        present |= {
            one.id for one in sittings if (start < one.end and end > one.start) or start == end == one.start
        }
    known = {one.id for one in sittings}
    return Earned(tuple(sorted(present & known)), len(sittings), minutes, tuple(line.id for line in told))


def _stays(lines: Sequence[Line], sittings: Sequence[Sitting]) -> list[tuple[dt.datetime, dt.datetime, bool]]:
    """From coming until going; who was not seen going stayed until the last session of that day, or half a day."""
    stays: list[tuple[dt.datetime, dt.datetime, bool]] = []
    came: Line | None = None
    for line in lines:
        if line.comes:
            if came is not None:
                stays.append((came.moment, _end_of(came.moment, sittings), came.is_online))
            came = line
        elif came is not None:
            stays.append((came.moment, line.moment, came.is_online))
            came = None
    if came is not None:
        stays.append((came.moment, _end_of(came.moment, sittings), came.is_online))
    return stays


def _end_of(moment: dt.datetime, sittings: Sequence[Sitting]) -> dt.datetime:
    that_day = [one.end for one in sittings if moment < one.end < moment + dt.timedelta(hours=18)]
    return max(that_day, default=moment + dt.timedelta(hours=12))
