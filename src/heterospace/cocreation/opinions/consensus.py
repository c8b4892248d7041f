"""Agreement across parties: opinion groups, or the sectors people declared. And what most people agree on."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .matrix import Counts, Floats, Votes, count

HEARD = 5  # votes of a sector on one statement: fewer are neither shown nor counted
SIGNIFICANT = 1.2815515655446004  # 90 % of the normal distribution, one-sided


def by_party(votes: Votes, parties: Sequence[Sequence[int]]) -> list[Counts]:
    """Votes per statement of each party, given as rows."""
    return [count(votes.values[list(rows)]) for rows in parties]


def informed(parties: Sequence[Counts]) -> Floats:
    """Group-informed consensus: the product over the groups of (agree + 1) / (seen + 2). It falls with their number."""
    return np.prod([one.share_agree for one in parties], axis=0)


@dataclass(frozen=True)
class SectorConsensus:
    """Agreement across the sectors that were heard, per statement.

    `product` is the product of their shares, `mean` its k-th root, comparable between statements on which a different
    number `k` was heard; NaN where k is 0. `shares_agree` and `shares_disagree` are NaN where a sector was not heard.
    """

    sectors: list[str]
    counts: list[Counts]
    heard: NDArray[np.bool_]  # sectors × statements
    agree: Floats
    disagree: Floats
    product: Floats

    @property
    def k(self) -> NDArray[np.int64]:
        """How many sectors were heard on each statement."""
        return self.heard.sum(axis=0)

    @property
    def mean(self) -> Floats:
        """The geometric mean of the heard sectors' shares of agreement."""
        return _mean(self.agree, self.k)

    @property
    def mean_disagree(self) -> Floats:
        """The same of disagreement: what all heard sectors reject."""
        return _mean(self.disagree, self.k)


def _mean(shares: Floats, k: NDArray[np.int64]) -> Floats:
    logs = np.where(np.isnan(shares), 0.0, np.log(np.where(np.isnan(shares), 1.0, shares))).sum(axis=0)
    return np.where(k > 0, np.exp(logs / np.maximum(k, 1)), np.nan)


def across_sectors(votes: Votes, sector_of: Mapping[Hashable, str], *, least: int = HEARD) -> SectorConsensus:
    """Sector-informed consensus: group-informed consensus over declared sectors instead of computed groups.

    A sector with fewer than `least` votes on a statement was not heard on it and stays out: the smoothing would count
    it as one half, and its numbers would tell single votes. People without a sector count for none.
    """
    sectors = sorted({sector for sector in sector_of.values() if sector})
    rows = [[n for n, person in enumerate(votes.people) if sector_of.get(person) == one] for one in sectors]
    counts = by_party(votes, rows)
    shape = (len(sectors), len(votes.statements))
    seen = np.array([one.seen for one in counts]).reshape(shape)
    heard = seen >= least
    agree = np.where(heard, np.array([one.share_agree for one in counts]).reshape(shape), np.nan)
    disagree = np.where(heard, np.array([one.share_disagree for one in counts]).reshape(shape), np.nan)
    product = np.where(heard.any(axis=0), np.prod(np.where(heard, agree, 1.0), axis=0), np.nan)
    return SectorConsensus(sectors, counts, heard, agree, disagree, product)


def one_share_test(successes: NDArray[np.int64], seen: NDArray[np.int64]) -> Floats:
    """2·√(seen + 1)·((successes + 1)/(seen + 1) - ½): how far a share lies above one half."""
    return 2 * np.sqrt(seen + 1) * ((successes + 1) / (seen + 1) - 0.5)


def two_shares_test(
    inside: NDArray[np.int64], outside: NDArray[np.int64], seen: NDArray[np.int64], others: NDArray[np.int64]
) -> Floats:
    """Pooled z of two shares, one added to all four counts; 0 where everybody succeeded."""
    a, b, n, m = inside + 1, outside + 1, seen + 1, others + 1
    pooled = (a + b) / (n + m)
    spread = np.sqrt(np.clip(pooled * (1 - pooled), 0, None) * (1 / n + 1 / m))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (a / n - b / m) / spread
    return np.where((pooled >= 1) | (spread == 0), 0.0, z)


def majority(counts: Counts, *, most: int = 5) -> tuple[list[int], list[int]]:
    """The columns most people agree with, and those most reject, clearly so (90 %), the clearest first."""
    found = []
    for successes, share in ((counts.agree, counts.share_agree), (counts.disagree, counts.share_disagree)):
        test = one_share_test(successes, counts.seen)
        clear = [n for n in range(len(share)) if share[n] > 0.5 and test[n] > SIGNIFICANT]
        found.append(sorted(clear, key=lambda n: -share[n] * test[n])[:most])
    return found[0], found[1]


@dataclass(frozen=True)
class Typical:
    """A statement by which a group differs from everybody else: its column, and whether it agrees."""

    column: int
    agrees: bool


def typical(
    inside: Counts, outside: Counts, *, most: int = 5, skip: frozenset[int] = frozenset()
) -> list[Typical]:
    """What is typical of a group against all others: agreements first, at most `most`, always with its best agreement.

    A statement is when the share in the group lies clearly above one half and above the others' share (90 % each); the
    order is by the product of both shares' ratio and tests.
    """
    sides = {}
    for agrees in (True, False):
        mine, theirs = (inside.agree, outside.agree) if agrees else (inside.disagree, outside.disagree)
        share, other = (mine + 1) / (inside.seen + 2), (theirs + 1) / (outside.seen + 2)
        sides[agrees] = (
            share,
            one_share_test(mine, inside.seen),
            share / other,
            two_shares_test(mine, theirs, inside.seen, outside.seen),
        )
    columns = [n for n in range(len(inside.seen)) if n not in skip]
    clear = [
        n
        for n in columns
        if any(t[n] > SIGNIFICANT and rt[n] > SIGNIFICANT for _, t, _, rt in sides.values())
    ]
    agrees_at = {n: bool(sides[True][3][n] > sides[False][3][n]) for n in columns}

    def weight(n: int) -> float:
        share, test, ratio, ratio_test = (part[n] for part in sides[agrees_at[n]])
        return float(ratio * ratio_test * share * test)

    best = _best_agreement(columns, inside, sides[True])
    head: list[int] = []
    if best is not None:
        head = [best]
    elif not clear and columns:
        head = [max(columns, key=lambda n: max(sides[True][3][n], sides[False][3][n]))]
    chosen = (head + [n for n in sorted(clear, key=weight, reverse=True) if n not in head])[:most]
    return sorted((Typical(n, agrees_at[n]) for n in chosen), key=lambda one: not one.agrees)


def _best_agreement(columns: list[int], inside: Counts, side: tuple[Floats, ...]) -> int | None:
    share, test, ratio, ratio_test = side
    best: int | None = None
    for n in columns:
        if not inside.agree[n] and not inside.disagree[n]:
            continue
        if best is None:
            if test[n] > SIGNIFICANT or (ratio[n] > 1 and share[n] > 0.5):
                best = n
        elif ratio[best] > 1:
            mine, its = (ratio[i] * ratio_test[i] * share[i] * test[i] for i in (n, best))
            best = n if mine > its else best
        elif share[n] * test[n] > share[best] * test[best]:
            best = n
    return best
