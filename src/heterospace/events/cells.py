"""Small cells: counts of people by what they are, hidden where they could point at somebody. Pure.

From one to four people are not shown. Of parts that add up to a known whole, one hidden part could be found by
subtracting; so as many others are hidden that at least two are, with five people in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAST = 5


def is_small(n: int) -> bool:
    """Whether so few people are counted that they could be guessed; nobody at all may be said."""
    return 0 < n < LEAST


@dataclass(frozen=True)
class Share:
    """How many of those who told us; `n` is None when it, or the rest, could point at somebody."""

    n: int | None
    base: int
    of: int  # everybody, also those who did not tell

    @property
    def is_hidden(self) -> bool:
        """Whether there is a figure that is not shown."""
        return self.n is None

    @property
    def percent(self) -> int | None:
        """Of those who told us, in per cent."""
        return round(100 * self.n / self.base) if self.n is not None and self.base else None

    def plain(self) -> dict[str, Any]:
        """As it is kept in a frozen report."""
        return {"n": self.n, "base": self.base, "of": self.of}


def share(n: int, base: int, of: int) -> Share:
    """`n` of `base` who told us, of `of` in all; hidden when `n`, or those left over, are too few."""
    return Share(None if is_small(n) or is_small(base - n) or base < LEAST else n, base, of)


@dataclass(frozen=True)
class Parts:
    """A whole by its parts: those shown, the largest first, and how many people are in how many that are not."""

    shown: dict[str, int]
    hidden: int = 0
    hidden_parts: int = 0

    @property
    def whole(self) -> int:
        """Everybody in it."""
        return sum(self.shown.values()) + self.hidden

    def plain(self) -> dict[str, Any]:
        """As it is kept in a frozen report."""
        return {
            "shown": [list(pair) for pair in self.shown.items()],
            "hidden": self.hidden,
            "hidden_parts": self.hidden_parts,
        }


def hidden_of(counts: Mapping[Any, int]) -> set[Any]:
    """The keys whose counts must not be shown where the sum of all is known."""
    left = sorted((n, str(key), key) for key, n in counts.items() if n > 0)
    gone = [one for one in left if is_small(one[0])]
    left = left[len(gone) :]
    while gone and left and (len(gone) == 1 or sum(one[0] for one in gone) < LEAST):
        gone.append(left.pop(0))
    return {key for _n, _word, key in gone}


def parts(counts: Mapping[str, int]) -> Parts:
    """The counts of a whole's parts without those that could point at somebody."""
    gone = hidden_of(counts)
    shown = {
        key: n
        for key, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if n and key not in gone
    }
    people = sum(counts[key] for key in gone)
    if is_small(people):  # the whole itself is too small to be told apart
        return Parts({}, 0, len(gone))
    return Parts(shown, people, len(gone))
