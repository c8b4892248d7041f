"""Where blocks of time stand: the week of one space and the day of a whole hub, as the components c-week and c-board draw them.

Pure functions: minutes of the local day in, rows and columns of half hours out. Callers turn moments into local
minutes themselves, so that a hub in another zone never surprises anybody here.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HALF = 30
QUARTER = 15


@dataclass(frozen=True)
class Block:
    """A stretch of the day that means something. `start` and `end` are minutes since local midnight (end may be 1440)."""

    start: int
    end: int
    state: str  # week: free, taken, mine, held, past, closed; board: the state of the booking
    label: str = ""
    url: str = ""
    sub: str = ""
    time: str = ""  # what stands for its hours, when it is not "09.00-12.00"


@dataclass(frozen=True)
class Placed:
    """A block in its place: `row` counts half hours (on a board quarter hours) from 1, `span` is how many."""

    row: int
    span: int
    state: str
    time: str
    label: str = ""
    url: str = ""
    sub: str = ""


@dataclass(frozen=True)
class Hour:
    label: str
    span: int
    is_now: bool = False


@dataclass(frozen=True)
class Day:
    date: dt.date
    is_today: bool
    closed_reason: str
    blocks: list[Placed]

    @property
    def free_count(self) -> int:
        return sum(block.state == "free" for block in self.blocks)


@dataclass(frozen=True)
class Week:
    days: list[Day]
    hours: list[Hour]


@dataclass(frozen=True)
class Row:
    space: object  # anything with name, url, note
    blocks: list[Placed]  # in quarter hours; those that meet in time stack by themselves
    lanes: int  # how many stand above each other at the fullest moment


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    hours: list[Hour]
    now: int | None = None  # minutes from the left edge, on the day itself

    @property
    def minutes(self) -> int:
        """How wide it is."""
        return 60 * len(self.hours)


@dataclass
class DayInput:
    """One day as the caller knows it."""

    date: dt.date
    blocks: Sequence[Block] = field(default_factory=list)
    closed_reason: str = ""
    is_today: bool = False


def time_label(start: int, end: int | None = None, dot: str = ".") -> str:
    """`09.00` or `09.00-12.00`."""
    first = f"{start // 60:02d}{dot}{start % 60:02d}"
    return first if end is None else f"{first}-{end // 60:02d}{dot}{end % 60:02d}"


def frame(blocks: Iterable[Block], first: int | None = None, last: int | None = None) -> tuple[int, int]:
    """The first and last whole hour that hold every block; 08.00-18.00 when there is none."""
    found = list(blocks)
    low = min([b.start for b in found] + ([first] if first is not None else []), default=480)
    high = max([b.end for b in found] + ([last] if last is not None else []), default=1080)
    return low // 60 * 60, -(-high // 60) * 60


def hours_between(first: int, last: int, now: int | None = None, dot: str = ".") -> list[Hour]:
    """The hours of the clock, each two half hours wide; the one that holds minute `now` is marked."""
    return [
        Hour(time_label(at, dot=dot), 2, now is not None and at <= now < at + 60)
        for at in range(first, last, 60)
    ]


def place(block: Block, first: int, last: int, dot: str = ".") -> Placed:
    """Put a block on the half-hour rows that start at minute `first`; what sticks out is cut, nothing vanishes."""
    top = min(max(block.start, first), last - HALF)
    row = (top - first) // HALF
    span = max(1, -(-(min(block.end, last) - first - row * HALF) // HALF))
    time = block.time or time_label(block.start, block.end, dot)
    return Placed(row + 1, span, block.state, time, block.label, block.url, block.sub)


def week(days: Sequence[DayInput], first: int | None = None, last: int | None = None, dot: str = ".") -> Week:
    """The week that c-week draws. `first` and `last` widen the frame (opening hours); blocks may widen it further."""
    low, high = frame([block for day in days for block in day.blocks], first, last)
    placed = [
        Day(
            day.date, day.is_today, day.closed_reason,
            [place(block, low, high, dot) for block in sorted(day.blocks, key=lambda b: (b.start, b.end))],
        )
        for day in days
    ]  # fmt: skip
    return Week(placed, hours_between(low, high, dot=dot))


def board(
    rows: Sequence[tuple[object, Sequence[Block]]],
    first: int | None = None,
    last: int | None = None,
    now: int | None = None,
    dot: str = ".",
) -> Board:
    """The day that c-board draws, in columns of quarter hours: `rows` are (space, blocks).

    Ends are rounded to the nearest quarter, so that what does not overlap never seems to.
    """
    low, high = frame([block for _space, blocks in rows for block in blocks], first, last)
    drawn = []
    for space, blocks in rows:
        placed = [
            _in_quarters(block, low, high, dot)
            for block in sorted(blocks, key=lambda b: (b.start, b.end, b.label))
        ]
        drawn.append(Row(space, placed, _lanes(placed)))
    shown = now - low if now is not None and low <= now <= high else None
    return Board(drawn, hours_between(low, high, now, dot), shown)


def _in_quarters(block: Block, low: int, high: int, dot: str) -> Placed:
    last = (high - low) // QUARTER
    begin = min(max(0, round((block.start - low) / QUARTER)), last - 1)
    end = min(max(begin + 1, round((block.end - low) / QUARTER)), last)
    time = block.time or time_label(block.start, block.end, dot)
    return Placed(begin + 1, end - begin, block.state, time, block.label, block.url, block.sub)


def _lanes(blocks: Sequence[Placed]) -> int:
    """The most blocks that meet at one moment; 1 for none."""
    ends: list[int] = []
    most = 1
    for block in blocks:
        ends = [end for end in ends if end > block.row]
        ends.append(block.row + block.span)
        most = max(most, len(ends))
    return most
