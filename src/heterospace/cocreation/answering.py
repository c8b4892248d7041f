"""How a promise of an answer was kept: the share answered in time, and how long an answer takes. Pure.

Counted are the questions whose answer came or whose promised moment has passed; what still has time is not counted yet.
One that is unanswered past its moment stays in for ever, so that silence never makes the figure better. How long an
answer takes is the median of Kaplan and Meier (1958): what is unanswered counts with the time it has waited so far.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Asked:
    """Something asked, by when an answer with a reason was promised, and when it came, if it did."""

    at: dt.datetime
    promised_by: dt.datetime
    answered_at: dt.datetime | None = None


@dataclass(frozen=True)
class Answering:
    """What came of promises: `due` are answered or past their moment, of these `in_time` came by it.

    `overdue` are unanswered past their moment, `waiting` still have time. `median` is how long an answer takes; None while
    fewer than half can be said to be answered.
    """

    due: int
    in_time: int
    late: int
    overdue: int
    waiting: int
    median: dt.timedelta | None

    @property
    def share(self) -> Fraction | None:
        """Of those due, answered by the promised moment; None of nothing."""
        return Fraction(self.in_time, self.due) if self.due else None

    @property
    def percent(self) -> int | None:
        """`share` in whole per cent, rounded down: 99.9 % is not 100 %."""
        return None if self.share is None else int(100 * self.share)

    @property
    def median_days(self) -> float | None:
        """`median` in days, to a tenth."""
        return None if self.median is None else round(self.median / dt.timedelta(days=1), 1)


def figure(asked: Iterable[Asked], now: dt.datetime) -> Answering:
    """How these promises stand at `now`."""
    in_time = late = overdue = waiting = 0
    rows = list(asked)
    for one in rows:
        if one.answered_at is not None:
            in_time += one.answered_at <= one.promised_by
            late += one.answered_at > one.promised_by
        elif one.promised_by < now:
            overdue += 1
        else:
            waiting += 1
    return Answering(in_time + late + overdue, in_time, late, overdue, waiting, median(rows, now))


def median(asked: Iterable[Asked], now: dt.datetime) -> dt.timedelta | None:
    """The time after which half are answered (Kaplan-Meier): the first at which the estimated share still waiting is at most 1/2."""
    times = sorted(
        ((one.answered_at or now) - one.at, one.answered_at is None) for one in asked
    )  # at the same time answers come before those that wait on
    at_risk, waiting = len(times), Fraction(1)
    for waited, is_open in times:
        if not is_open:
            waiting *= Fraction(at_risk - 1, at_risk)
            if waiting <= Fraction(1, 2):
                return waited
        at_risk -= 1
    return None
