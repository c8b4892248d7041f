"""Made-up crowds with opinions, for the engine: seeded, two numbers decide what somebody says."""

import numpy as np

from heterospace.cocreation.opinions.matrix import Votes


def crowd(
    people: int, statements: int, *, seed: int = 1, camps: int = 1, apart: float = 0.0, seen: float = 0.7
) -> Votes:
    """`camps` camps whose centres lie `apart` from each other; each has seen a share `seen` of the statements."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(camps) / camps
    centres = apart * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places = centres[np.arange(people) % camps] + rng.normal(size=(people, 2)) * 0.5
    leaning = places @ rng.normal(size=(2, statements)) + rng.normal(size=(people, statements)) * 0.6
    values = np.where(leaning > 0.35, 1.0, np.where(leaning < -0.35, -1.0, 0.0))
    values[rng.random((people, statements)) >= seen] = np.nan
    values[:, 0] = np.where(np.isnan(values[:, 0]), 0.0, values[:, 0])  # nobody without a vote
    values[0] = np.where(np.isnan(values[0]), 1.0, values[0])  # nothing nobody saw
    return Votes(list(range(people)), list(range(statements)), values)
