"""The picture of who stayed: for each sector four nodes, as high as the organisations that were active, and between them
ribbons as wide as those that stayed. Pure: rows of `continuity` in, coordinates out.

Every sector has a row of its own, so that a sector that went away is a gap one cannot overlook. Drawn in a box of
400 × `height`, the nodes' middles at 50, 150, 250 and 350.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .continuity import STAGES, SectorRow

WIDTH, NODE, GAP = 400, 26, 100
HIGHEST, LEAST = 52, 6


@dataclass(frozen=True)
class Node:
    """A sector in a stage: how many of its organisations were active. `state`: `on`, `gone` (framed, and none here), `none`, `ahead`."""

    stage: str
    n: int
    state: str
    x: int
    y: float
    height: float

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - NODE / 2

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Ribbon:
    """Those that stayed from one stage to the next."""

    n: int
    path: str


@dataclass(frozen=True)
class Row:
    """One sector: its nodes and ribbons."""

    sector: str
    nodes: Sequence[Node]
    ribbons: Sequence[Ribbon]
    height: float


def draw(rows: Mapping[str, SectorRow], begun: Sequence[str], order: Sequence[str]) -> list[Row]:
    """A row for each sector that ever took part, in `order`; `begun` are the stages that opened."""
    present = [rows[sector] for sector in order if sector in rows and _counts(rows[sector]) != [0, 0, 0, 0]]
    most = max((n for row in present for n in _counts(row)), default=0)
    return [_row(row, begun, most) for row in present]


def _counts(row: SectorRow) -> list[int]:
    return [len(row.active[stage]) for stage in STAGES]


def _size(n: int, most: int) -> float:
    return round(max(LEAST, HIGHEST * n / most), 1) if n and most else 0.0


def _row(row: SectorRow, begun: Sequence[str], most: int) -> Row:
    counts = _counts(row)
    height = max(26.0, *(_size(n, most) for n in counts)) + 4
    nodes = []
    for place, stage in enumerate(STAGES):
        n, size = counts[place], _size(counts[place], most)
        if stage not in begun:
            state = "ahead"
        elif n:
            state = "on"
        else:
            state = "gone" if counts[0] and place else "none"
        nodes.append(Node(stage, n, state, 50 + GAP * place, round((height - size) / 2, 1), size))
    ribbons = [
        _ribbon(len(row.kept(STAGES[place], STAGES[place + 1])), nodes[place], nodes[place + 1], most)
        for place in range(len(STAGES) - 1)
        if row.kept(STAGES[place], STAGES[place + 1])
    ]
    return Row(row.sector, nodes, ribbons, height)


def _ribbon(n: int, before: Node, after: Node, most: int) -> Ribbon:
    size = HIGHEST * n / most
    x1, x2 = before.x + NODE / 2, after.x - NODE / 2
    bend = (x1 + x2) / 2
    y1 = before.middle - min(size, before.height) / 2
    y2 = after.middle - min(size, after.height) / 2
    low1, low2 = y1 + min(size, before.height), y2 + min(size, after.height)
    points = [
        f"{value:g}" for value in (x1, y1, bend, y1, bend, y2, x2, y2, low2, bend, low2, bend, low1, x1, low1)
    ]
    return Ribbon(
        n,
        "M{} {}C{} {} {} {} {} {}V{}C{} {} {} {} {} {}Z".format(*points),
    )
