"""The two main axes of a table of votes, where people and statements stand on them, and which statement to show next.

After Small et al. 2021, "Polis: Scaling Deliberation by Mapping High Dimensional Opinion Spaces".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .matrix import Counts, Floats, Votes

NOTHING = 1e-12  # of the first axis' variance: below it a second one is noise
META = 7.0


@dataclass(frozen=True)
class Projection:
    """The centre of each statement and its loadings on two axes, with the places of people and statements."""

    centre: Floats  # statements
    axes: Floats  # 2 × statements
    people: Floats  # people × 2
    statements: Floats  # statements × 2

    @property
    def extremity(self) -> Floats:
        """How far from the middle one lands who agrees with this statement and has said nothing else."""
        return np.hypot(self.statements[:, 0], self.statements[:, 1])


def project(votes: Votes, out: NDArray[np.bool_] | None = None) -> Projection:
    """Principal components of the votes of everybody; what was not seen is the statement's mean.

    Columns marked `out` (taken out by moderators, or about the dialogue itself) are zero for everybody, here only: they
    keep their place, move nobody and have centre, loadings and extremity 0. An axis is turned so that its largest
    loading is positive; without a second direction in the votes its loadings are 0.
    """
    values = votes.values
    if out is not None and out.any():
        values = values.copy()
        values[:, out] = 0.0
    seen = ~np.isnan(values)
    how_many = seen.sum(axis=0)
    centre = np.where(seen, values, 0.0).sum(axis=0) / np.maximum(how_many, 1)
    moved = np.where(seen, values - centre, 0.0)
    axes = main_axes(moved)
    axes[:, ~moved.any(axis=0)] = 0.0
    width = values.shape[1]
    stretch = np.sqrt(width / np.maximum(seen.sum(axis=1), 1))
    people = moved @ axes.T * stretch[:, None]
    statements = (1.0 - centre)[:, None] * axes.T * np.sqrt(width)
    return Projection(centre, axes, people, statements)


def main_axes(moved: Floats) -> Floats:
    """The first two right singular vectors of a centred table, as rows. From the smaller of its two products."""
    height, width = moved.shape
    axes = np.zeros((2, width))
    if not height or not width:
        return axes
    if width <= height:
        strength, vectors = np.linalg.eigh(moved.T @ moved)
        found = vectors.T[::-1][:2]
    else:
        strength, vectors = np.linalg.eigh(moved @ moved.T)
        found = (moved.T @ vectors[:, ::-1][:, :2]).T
    strength = strength[::-1][:2]
    for place, (power, axis) in enumerate(zip(strength, found, strict=False)):
        if power <= NOTHING * max(strength[0], 1.0):
            break
        axis = axis / np.linalg.norm(axis)  # noqa: PLW2901
        largest = np.flatnonzero(np.abs(axis) >= np.abs(axis).max() - 1e-9)[0]
        axes[place] = axis * np.sign(axis[largest])
    return axes


def priority(counts: Counts, extremity: Floats, is_meta: NDArray[np.bool_] | None = None) -> Floats:
    """How much a statement wants to be shown: [(1 - pass)·(1 + extremity)·agree·(1 + 8·2^(-seen/5))]².

    The shares are those of `Counts`; a statement about the dialogue itself has 7² = 49.
    """
    newness = 1 + 8 * np.exp2(-counts.seen / 5)
    wanted = (1 - counts.share_pass) * (1 + extremity) * counts.share_agree * newness
    if is_meta is not None:
        wanted = np.where(is_meta, META, wanted)
    return wanted**2
