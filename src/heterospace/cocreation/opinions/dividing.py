"""What divides: statements on which heard sectors differ, and statements that go right through everybody."""

from dataclasses import dataclass

import numpy as np

from .consensus import SectorConsensus
from .matrix import Counts, Floats

LEAST_VOTES = 10
CLEAR = 1.645  # 95 % of the normal distribution, one-sided
HALF = 0.6  # of 1: agree and disagree at least about 20 : 80 without passes


@dataclass(frozen=True)
class Gap:
    """Two sectors that differ on one statement: who agrees most, who least, and their smoothed shares."""

    column: int
    most: str
    least: str
    share_most: float
    share_least: float

    @property
    def width(self) -> float:
        """The difference of the two shares, 0 to 1."""
        return self.share_most - self.share_least


def between_sectors(across: SectorConsensus, *, most: int = 5) -> list[Gap]:
    """The statements on which heard sectors lie furthest apart, widest first.

    The width is the largest minus the smallest (agree + 1) / (seen + 2) of heard sectors; it is said when a pooled z of
    the two shares (each with one agreement and one other vote added) passes 95 %, so that five people are no abyss.
    """
    found = []
    for column in np.flatnonzero(across.k >= 2):
        shares = across.agree[:, column]
        top, low = int(np.nanargmax(shares)), int(np.nanargmin(shares))
        a, b = shares[top], shares[low]
        n, m = (across.counts[sector].seen[column] + 2 for sector in (top, low))
        pooled = (a * n + b * m) / (n + m)
        z = (a - b) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        if z > CLEAR:
            found.append(Gap(int(column), across.sectors[top], across.sectors[low], float(a), float(b)))
    return sorted(found, key=lambda gap: (-gap.width, gap.column))[:most]


def split(counts: Counts) -> Floats:
    """4·agree·disagree / seen², 1 when half agree and half disagree, falling with passes; 0 under ten votes."""
    seen = np.maximum(counts.seen, 1)
    value = 4 * counts.agree * counts.disagree / seen**2
    return np.where(counts.seen >= LEAST_VOTES, value, 0.0)


def through_everybody(counts: Counts, *, most: int = 5) -> list[int]:
    """The columns that split everybody nearest to half and half, the most even first."""
    value = split(counts)
    order = sorted(np.flatnonzero(value >= HALF), key=lambda n: (-value[n], -counts.seen[n], n))
    return [int(n) for n in order[:most]]
