"""Opinion groups: k-means on the two main axes, shown only behind a gate, because below a hundred people they are noise.

Seeded: the same votes give the same groups in whatever order they come. How often the gate refuses, and why its bars
stand where they do, is measured in `docs/opinions.md`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .matrix import Floats, Ints, Votes, active
from .projection import project
from .shares import LEAST_AGREEMENT, LEAST_PEOPLE

SIZES = (2, 3, 4, 5)
STARTS = 8
ROUNDS = 50

LEAST_SHARE = 0.10
LEAST_GROUP = 5
DRAWS = 40
DRAWN_AT_MOST = 400  # people in one draw; fewer than there are makes the gate stricter, and keeps it quick
JUDGED_AT_MOST = 1000  # people whose silhouette is taken
BLANKS = 20  # crowds without groups that the real one must beat, all of them
BLANK_AT_MOST = 400  # people in one of these
SEED = 20261


@dataclass(frozen=True)
class Groups:
    """What came of looking for groups: rows of each, largest first, or none and the code of the reason.

    `people` were clustered; `k`, `smallest`, `agreement` (median adjusted Rand index between the groups and those found
    in redrawn crowds), `width` and `by_chance` (silhouette of the groups, and the largest in crowds without any) say how
    far it got.
    """

    groups: list[list[int]] | None
    refused: str | None
    people: int
    k: int | None = None
    smallest: int | None = None
    agreement: float | None = None
    width: float | None = None
    by_chance: float | None = None


def gate(votes: Votes, out: NDArray[np.bool_] | None = None, *, seed: int = SEED) -> Groups:
    """Look for opinion groups and say them only when they are there to stay.

    Refused with `too_few_people` (fewer than 50 who gave 7 votes), `no_axes` (everybody says the same), `small_group`
    (one under 10 % or 5 people), `unstable` (median agreement of 40 redrawn crowds under 0.8), `one_crowd` (a crowd
    without groups would be cut as clearly).
    """
    rows = active(votes)
    if len(rows) < LEAST_PEOPLE:
        return Groups(None, "too_few_people", len(rows))
    places = project(votes, out).people[rows]
    rng = np.random.default_rng(seed)
    if not np.ptp(places, axis=0).any():
        return Groups(None, "no_axes", len(rows))
    labels, width = best_split(places, rng)
    sizes = np.bincount(labels)
    k, smallest = len(sizes), int(sizes.min())
    if smallest < max(LEAST_GROUP, LEAST_SHARE * len(rows)):
        return Groups(None, "small_group", len(rows), k, smallest)
    agreement = stability(votes, out, rows, labels, rng)
    if agreement < LEAST_AGREEMENT:
        return Groups(None, "unstable", len(rows), k, smallest, agreement, width)
    by_chance = blank(places, rng)
    if width <= by_chance:
        return Groups(None, "one_crowd", len(rows), k, smallest, agreement, width, by_chance)
    order = sorted(range(k), key=lambda group: (-sizes[group], int(np.flatnonzero(labels == group)[0])))
    found = [[int(row) for row in rows[labels == group]] for group in order]
    return Groups(found, None, len(rows), k, smallest, agreement, width, by_chance)


def blank(places: Floats, rng: np.random.Generator) -> float:
    """The clearest silhouette in 20 crowds without groups: as many people, spread evenly over a rectangle as wide and long.

    k-means cuts any cloud, and cuts the same one alike again and again: stability alone cannot tell (`docs/opinions.md`). The
    even rectangle is the reference of the gap statistic (Tibshirani, Walther & Hastie 2001); a bell curve would be
    easier to beat, for votes pile up at the edges.
    """
    size = min(len(places), BLANK_AT_MOST)
    strength, turned = np.linalg.eigh(np.cov(places.T))
    sides = np.sqrt(12 * np.maximum(strength, 0.0))
    drawn = ((rng.random((size, 2)) - 0.5) * sides @ turned.T for _ in range(BLANKS))
    return max(best_split(one, rng)[1] for one in drawn)


def best_split(places: Floats, rng: np.random.Generator) -> tuple[Ints, float]:
    """A label for each place, and the silhouette: k-means with the number of groups, 2 to 5, for which that is largest."""
    judged = np.arange(len(places))
    if len(places) > JUDGED_AT_MOST:
        judged = np.sort(rng.choice(len(places), JUDGED_AT_MOST, replace=False))
    gaps = distances(places[judged])
    best, labels = -np.inf, np.zeros(len(places), dtype=np.int64)
    for k in SIZES:
        if len(places) <= k:
            break
        found = k_means(places, k, rng)
        width = silhouette(gaps, found[judged])
        if width > best + 1e-12:
            best, labels = width, found
    return labels, best


def k_means(places: Floats, k: int, rng: np.random.Generator) -> Ints:
    """Lloyd's rounds from eight seeded starts spread apart (k-means++), side by side; the tightest result, none empty."""
    centres = np.stack([_start(places, k, rng) for _ in range(STARTS)])
    square = (places**2).sum(axis=1)
    for _ in range(ROUNDS):
        gaps = (
            square[None, :, None]
            - 2 * np.einsum("nd,skd->snk", places, centres)
            + (centres**2).sum(axis=2)[:, None]
        )
        nearest = gaps.argmin(axis=2)
        member = nearest[:, :, None] == np.arange(k)
        sizes = member.sum(axis=1)
        sums = np.einsum("snk,nd->skd", member.astype(np.float64), places)
        moved = np.where(sizes[:, :, None] > 0, sums / np.maximum(sizes, 1)[:, :, None], centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-9):
            break
        centres = moved
    spread = np.round(gaps.min(axis=2).sum(axis=1), 9)
    return np.unique(nearest[int(spread.argmin())], return_inverse=True)[1].astype(np.int64)


def _start(places: Floats, k: int, rng: np.random.Generator) -> Floats:
    chosen = [places[rng.integers(len(places))]]
    far = ((places - chosen[0]) ** 2).sum(axis=1)
    for _ in range(1, k):
        total = far.cumsum()
        pick = np.searchsorted(total, rng.random() * total[-1], side="right") if total[-1] > 0 else 0
        chosen.append(places[min(int(pick), len(places) - 1)])
        far = np.minimum(far, ((places - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def distances(places: Floats) -> Floats:
    """The distance of each place to each other."""
    return np.sqrt(((places[:, None, :] - places[None]) ** 2).sum(axis=2))


def silhouette(gaps: Floats, labels: Ints) -> float:
    """The mean over all of (b - a) / max(a, b): a the mean distance within one's group, b to the nearest other; 0 when alone."""
    sizes = np.bincount(labels)
    if np.count_nonzero(sizes) < 2:
        return -1.0
    sums = np.stack([gaps[:, labels == group].sum(axis=1) for group in range(len(sizes))], axis=1)
    own = np.arange(len(labels))
    alone = sizes[labels] == 1
    within = sums[own, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[own, labels] = np.inf
    means[:, sizes == 0] = np.inf
    nearest = means.min(axis=1)
    largest = np.maximum(within, nearest)
    values = np.where(alone | (largest == 0), 0.0, (nearest - within) / np.where(largest == 0, 1.0, largest))
    return float(values.mean())


def stability(
    votes: Votes,
    out: NDArray[np.bool_] | None,
    rows: NDArray[np.intp],
    labels: Ints,
    rng: np.random.Generator,
) -> float:
    """The median adjusted Rand index between `labels` and the groups found anew in redrawn crowds.

    Each of 40 draws takes people with replacement (at most 400), computes axes and the same number of groups from
    their votes alone, and compares for those who were drawn.
    """
    k = len(np.unique(labels))
    at = {int(row): n for n, row in enumerate(rows)}
    found = []
    for _ in range(DRAWS):
        drawn = rng.choice(rows, size=min(len(rows), DRAWN_AT_MOST), replace=True)
        once, first = np.unique(drawn, return_index=True)
        places = project(Votes([], votes.statements, votes.values[drawn]), out).people
        again = k_means(places, k, rng)[first]
        found.append(rand_index(labels[[at[int(row)] for row in once]], again))
    return float(np.median(found))


def rand_index(one: Ints, other: Ints) -> float:
    """The adjusted Rand index (Hubert & Arabie 1985) of two partitions: 1 the same, about 0 by chance."""
    if len(one) < 2:
        return 1.0
    cells = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(cells, (one, other), 1)

    def pairs(n: Floats) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(cells), pairs(cells.sum(axis=1)), pairs(cells.sum(axis=0))
    total = len(one) * (len(one) - 1) / 2
    chance = rows * columns / total
    top = (rows + columns) / 2
    return 1.0 if top == chance else (both - chance) / (top - chance)
