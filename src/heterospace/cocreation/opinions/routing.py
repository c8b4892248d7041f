"""Which statement comes next. Without numpy: it is asked for at every vote."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")

MISSING = 1.0  # the weight of a statement whose priority was not computed yet


def draw(unseen: Sequence[Key], priority: Mapping[Key, float | None], rng: random.Random) -> Key | None:
    """One of the unseen statements, each as likely as its priority; None when all were seen."""
    if not unseen:
        return None
    weights = [_weight(priority.get(key)) for key in unseen]
    return rng.choices(unseen, weights)[0]


def _weight(value: float | None) -> float:
    return value if value is not None and 0 < value < float("inf") else MISSING
