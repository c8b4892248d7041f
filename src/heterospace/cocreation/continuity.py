"""Who shaped a thing, and who was still in it in the end: counted by organisation, for each sector. Pure.

Only acts count, never log-ins; an invitation is no act. With A(p) the organisations of a sector active in stage p:

- continuity(p, q) = |A(p) ∩ A(q)| / |A(p)|
- shaped = A(frame) ∪ A(design); came = shaped ∩ (A(deliver) ∪ A(evaluate)); delivered = shaped ∩ A(deliver);
  evaluated = shaped ∩ A(evaluate)
- through rate = |shaped ∩ A(deliver) ∩ A(evaluate)| / |shaped|: from planning through implementation to evaluation
- all four = |A(frame) ∩ A(design) ∩ A(deliver) ∩ A(evaluate)| / |A(frame)| (figure `col.through`)
- balance of sectors among acts = Shannon entropy of their shares / ln(number of sectors present), 1 is even

An organisation is counted in the sector it had at its first act here, so that nobody leaves a sector's count by being
registered anew. Invited means: invited in deliver or evaluate, whatever came of it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

STAGES = ("frame", "design", "deliver", "evaluate")
LATER = STAGES[2:]


@dataclass(frozen=True)
class Presence:
    """An organisation acted in a stage, or was invited in it."""

    organisation: int
    sector: str
    stage: str


@dataclass(frozen=True)
class SectorRow:
    """What became of one sector (or of all): organisations by their ids."""

    sector: str
    active: Mapping[str, frozenset[int]]
    asked: Mapping[str, frozenset[int]]

    @property
    def shaped(self) -> frozenset[int]:
        """Active in frame or design."""
        return self.active["frame"] | self.active["design"]

    @property
    def invited(self) -> frozenset[int]:
        """Of those who shaped: invited in deliver or evaluate."""
        return self.shaped & (self.asked["deliver"] | self.asked["evaluate"])

    @property
    def not_invited(self) -> frozenset[int]:
        """Of those who shaped: never invited afterwards."""
        return self.shaped - self.invited

    @property
    def came(self) -> frozenset[int]:
        """Of those who shaped: active in deliver or evaluate."""
        return self.delivered | self.evaluated

    @property
    def delivered(self) -> frozenset[int]:
        """Of those who shaped: active in deliver."""
        return self.shaped & self.active["deliver"]

    @property
    def evaluated(self) -> frozenset[int]:
        """Of those who shaped: active in evaluate."""
        return self.shaped & self.active["evaluate"]

    @property
    def through(self) -> frozenset[int]:
        """Of those who shaped: active in deliver and in evaluate."""
        return self.delivered & self.evaluated

    @property
    def all_four(self) -> frozenset[int]:
        """Active in every stage."""
        return self.active["frame"] & self.active["design"] & self.active["deliver"] & self.active["evaluate"]

    @property
    def through_rate(self) -> Fraction | None:
        """From planning through implementation to evaluation; None when nobody shaped."""
        return rate(len(self.through), len(self.shaped))

    @property
    def all_four_rate(self) -> Fraction | None:
        """Kept from frame to evaluate; None when nobody framed."""
        return rate(len(self.all_four), len(self.active["frame"]))

    def kept(self, before: str, after: str) -> frozenset[int]:
        """Active in both stages."""
        return self.active[before] & self.active[after]

    def continuity(self, before: str, after: str) -> Fraction | None:
        """The share of those active in `before` who were active in `after`; None when nobody was."""
        return rate(len(self.kept(before, after)), len(self.active[before]))


def rate(part: int, whole: int) -> Fraction | None:
    """An exact share, or None of nothing."""
    return Fraction(part, whole) if whole else None


def by_sector(acts: Iterable[Presence], invitations: Iterable[Presence] = ()) -> dict[str, SectorRow]:
    """A row for each sector that acted or was invited, and `""` for all of them together.

    Acts come in the order they happened: the first one decides an organisation's sector.
    """
    acts, invitations = list(acts), list(invitations)
    home: dict[int, str] = {}
    for one in (*acts, *invitations):
        home.setdefault(one.organisation, one.sector)
    return {
        sector: SectorRow(sector, _sets(acts, home, sector), _sets(invitations, home, sector))
        for sector in ("", *sorted(set(home.values())))
    }


def _sets(rows: list[Presence], home: Mapping[int, str], sector: str) -> dict[str, frozenset[int]]:
    return {
        stage: frozenset(
            one.organisation for one in rows if one.stage == stage and sector in ("", home[one.organisation])
        )
        for stage in STAGES
    }


def missing(rows: Mapping[str, SectorRow], stage: str) -> list[SectorRow]:
    """The sectors that framed and have no act in `stage`, by name."""
    return [
        row
        for sector, row in sorted(rows.items())
        if sector and row.active["frame"] and not row.active[stage]
    ]


def balance(sectors: Iterable[str]) -> float | None:
    """Shannon entropy of the sectors' shares of acts over ln(sectors present): 1 even, 0 for one alone; None of nothing."""
    counts = Counter(sectors)
    total = sum(counts.values())
    if not total:
        return None
    if len(counts) == 1:
        return 0.0
    entropy = -sum(n / total * math.log(n / total) for n in counts.values())
    return entropy / math.log(len(counts))
