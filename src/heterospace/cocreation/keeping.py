"""Whether promises are kept: the rate of an organisation with its interval, hidden while it would say little. Pure.

kept rate = kept on time / due

- A promise is due when its *current* day has come. One that is still open on its day has until midnight; one that was
  delivered, kept or broken counts from that day on.
- One renegotiated before its day was over leaves the count until its new day: due − renegotiated in time.
- One renegotiated only after its day counts as due and not kept, whatever becomes of it.
- Kept on time means that it came by its day and its receiver confirmed it: what still waits for the confirmation counts
  as due, not yet as kept, and is told beside the rate (`waiting`).
- One its receiver released is owed to nobody and counts nowhere.

The interval is Wilson's (Journal of the American Statistical Association 22, 1927) at 95 %. Below five due there is no
rate. It is told of an organisation, never of a person, and organisations are listed by name.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

LEAST = 5
Z95 = 1.959963984540054
DUE, DELIVERED, CONFIRMED, BROKEN, RELEASED = "due", "delivered", "confirmed", "broken", "released"


@dataclass(frozen=True)
class Promise:
    """What a rate needs to know of a promise: its day now, its state, when it came, whether it was renegotiated too late."""

    due: dt.date
    state: str
    delivered_on: dt.date | None = None
    was_late: bool = False

    def counts_on(self, today: dt.date) -> bool:
        """Whether it is due on a day."""
        if self.state == RELEASED:
            return False
        if self.was_late or self.due < today:
            return True
        return self.due == today and self.state != DUE

    @property
    def was_kept(self) -> bool:
        """Whether it came by its day and its receiver confirmed it."""
        return (
            self.state == CONFIRMED
            and self.delivered_on is not None
            and self.delivered_on <= self.due
            and not self.was_late
        )


@dataclass(frozen=True)
class Kept:
    """How many promises were due and kept, how many wait for their receiver, and how many are still to come."""

    due: int
    kept: int
    waiting: int = 0
    coming: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether there were enough of them to tell a rate."""
        return self.due >= LEAST

    @property
    def rate(self) -> float | None:
        """The share kept on time, 0 to 1; None below five due."""
        return self.kept / self.due if self.is_shown else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the rate; None below five due."""
        return wilson(self.kept, self.due) if self.is_shown else None

    @property
    def percent(self) -> int | None:
        """The rate in per cent."""
        return round(100 * self.rate) if self.rate is not None else None

    @property
    def low(self) -> int | None:
        """The lower end of the interval in per cent."""
        return round(100 * self.interval[0]) if self.interval is not None else None

    @property
    def high(self) -> int | None:
        """The upper end of the interval in per cent."""
        return round(100 * self.interval[1]) if self.interval is not None else None


def wilson(successes: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n). `of` is above 0."""
    p, square = successes / of, z * z
    middle = p + square / (2 * of)
    half = z * math.sqrt(p * (1 - p) / of + square / (4 * of * of))
    whole = 1 + square / of
    low = (middle - half) / whole if successes else 0.0
    high = (middle + half) / whole if successes < of else 1.0
    return low, high


def kept(promises: Iterable[Promise], today: dt.date) -> Kept:
    """Count the promises of one owner as they stand on a day."""
    listed = list(promises)
    due = [one for one in listed if one.counts_on(today)]
    coming = [one for one in listed if not one.counts_on(today) and one.state in (DUE, DELIVERED)]
    return Kept(
        len(due),
        sum(one.was_kept for one in due),
        sum(one.state == DELIVERED for one in due),
        len(coming),
    )
