"""How parties judged, as a picture in which differences stay visible: one row a group, a circle for each value of the scale. Pure.

A circle's area is how many gave that value; a line goes from the lowest to the highest, a stroke marks the middle one.
Drawn in a box of 400 × 56, the values 1 to 5 at 40, 120, 200, 280 and 360. Nothing is averaged over all.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

VALUES = (1, 2, 3, 4, 5)
WIDTH, HEIGHT = 400, 56
FIRST, GAP = 40, 80
RADIUS, MOST = 12, 26


def place(value: float) -> float:
    """Where a value stands."""
    return FIRST + GAP * (value - VALUES[0])


@dataclass(frozen=True)
class Mark:
    """So many gave this value."""

    value: int
    n: int

    @property
    def x(self) -> float:
        """Where it stands."""
        return place(self.value)

    @property
    def radius(self) -> float:
        """Its area is in proportion to `n`, as far as it fits."""
        return round(min(MOST, RADIUS * math.sqrt(self.n)), 1)


@dataclass(frozen=True)
class Row:
    """One group of those who judged."""

    key: str
    label: str
    marks: Sequence[Mark]
    middle: float  # the median value

    @property
    def n(self) -> int:
        """How many judged."""
        return sum(mark.n for mark in self.marks)

    @property
    def low(self) -> float:
        """Where its lowest value stands."""
        return self.marks[0].x

    @property
    def high(self) -> float:
        """Where its highest value stands."""
        return self.marks[-1].x

    @property
    def middle_x(self) -> float:
        """Where its middle stands."""
        return place(self.middle)


def draw(groups: Mapping[tuple[str, str], Sequence[int]]) -> list[Row]:
    """A row for each group (key, label) in which somebody judged, in the order given."""
    return [
        Row(key, label, [Mark(value, n) for value, n in sorted(Counter(values).items())], median(values))
        for (key, label), values in groups.items()
        if values
    ]
