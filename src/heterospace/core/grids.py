"""Where blocks of time stand: the week of one space and the day of a whole hub, as the components c-week and c-board draw them.

Pure functions: minutes of the local day in, rows and columns of half hours out. Callers turn moments into local
minutes themselves, so that a hub in another zone never surprises anybody here.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HALF = 30


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
    """A block in its place: `row` counts half hours from 1, `span` is how many."""

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
    lanes: list[list["Cell"]]
    is_idle: bool


@dataclass(frozen=True)
class Cell:
    span: int
    block: Placed | None = None


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    hours: list[Hour]


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
    """The day that c-board draws: `rows` are (space, blocks). Blocks at the same time get lanes of their own."""
    low, high = frame([block for _space, blocks in rows for block in blocks], first, last)
    drawn = []
    for space, blocks in rows:
        lanes = [_cells(lane, (high - low) // HALF) for lane in _lanes(blocks, low, high, dot)]
        drawn.append(Row(space, lanes or [_cells([], (high - low) // HALF)], not blocks))
    return Board(drawn, hours_between(low, high, now, dot))


def _lanes(blocks: Sequence[Block], low: int, high: int, dot: str) -> list[list[Placed]]:
    """Fewest lanes in which no two blocks touch the same half hour; earlier blocks stand higher."""
    lanes: list[list[Placed]] = []
    for block in sorted(blocks, key=lambda b: (b.start, b.end, b.label)):
        placed = place(block, low, high, dot)
        lane = next((lane for lane in lanes if lane[-1].row + lane[-1].span <= placed.row), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(placed)
    return lanes


def _cells(lane: Sequence[Placed], columns: int) -> list[Cell]:
    """The cells of a table row, gaps included, `columns` wide altogether."""
    cells, at = [], 1
    for block in lane:
        cells += _gap(at, block.row)
        cells.append(Cell(block.span, block))
        at = block.row + block.span
    return cells + _gap(at, columns + 1)


def _gap(start: int, end: int) -> list[Cell]:
    """Empty cells from column `start` up to `end`, cut at the full hours (odd columns) so that hours can be seen."""
    cells = []
    while start < end:
        stop = min(end, start + (2 if start % 2 else 1))
        cells.append(Cell(stop - start))
        start = stop
    return cells
