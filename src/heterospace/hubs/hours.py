"""When doors are open: pure functions over plain values, used by rules, searches, calendars and doctor."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from ..core import clock

Span = tuple[int, int]  # minutes after midnight, end open; 1440 is the next midnight
Moments = tuple[dt.datetime, dt.datetime]


@lru_cache(maxsize=64)
def public_holidays(year: int, language: str) -> dict[dt.date, str]:
    """Indonesia's public holidays of `year` by date, named in `language` (`id` or `en`)."""
    code = {"id": "id", "en": "en_US"}.get(language, "id")
    return dict(holidays.country_holidays("ID", years=year, language=code, categories=("public",)))


@lru_cache(maxsize=64)
def collective_leave(year: int, language: str) -> dict[dt.date, str]:
    """The government's days of *cuti bersama* of `year` by date, named in `language`."""
    code = {"id": "id", "en": "en_US"}.get(language, "id")
    return dict(holidays.country_holidays("ID", years=year, language=code, categories=("government",)))


@dataclass(frozen=True)
class Day:
    """One date as the hub lives it."""

    date: dt.date
    spans: tuple[Span, ...]
    reason: str = ""  # why it is closed or unlike its weekday; "" for an ordinary day

    @property
    def is_closed(self) -> bool:
        """Whether the doors stay shut all day."""
        return not self.spans


@dataclass(frozen=True)
class Schedule:
    """A week of opening spans with what overrides it, in one time zone."""

    timezone: str
    week: Mapping[int, Sequence[Span]]
    exceptions: Mapping[dt.date, tuple[Span | None, str]] = field(default_factory=dict)
    closed_on_holidays: bool = True
    closed_on_collective_leave: bool = True

    def day(self, date: dt.date, language: str = "id") -> Day:
        """The date's spans; an exception goes before a holiday, a holiday before the weekday."""
        if date in self.exceptions:
            span, reason = self.exceptions[date]
            return Day(date, (span,) if span else (), reason)
        for closes, days in (
            (self.closed_on_holidays, public_holidays),
            (self.closed_on_collective_leave, collective_leave),
        ):
            if closes and (reason := days(date.year, language).get(date)):
                return Day(date, (), reason)
        return Day(date, tuple(self.week.get(date.weekday(), ())))

    def open_moments(self, first: dt.date, days: int) -> list[Moments]:
        """The open spans of `days` dates from `first` as moments; spans that touch at midnight are joined."""
        joined: list[Moments] = []
        for n in range(days):
            day = self.day(first + dt.timedelta(days=n))
            for opens, closes in day.spans:
                start = clock.at(day.date, opens, self.timezone)
                end = clock.at(day.date, closes, self.timezone)
                if joined and joined[-1][1] >= start:
                    joined[-1] = (joined[-1][0], max(joined[-1][1], end))
                else:
                    joined.append((start, end))
        return joined

    def after_open(self, start: dt.datetime, minutes: int, *, within_days: int = 60) -> dt.datetime | None:
        """The moment by which the doors have been open for `minutes` since `start`; None when they hardly open at all.

        Counting begins at the next full quarter of an hour, so that the answer is a time people say.
        """
        begin = start + dt.timedelta(seconds=-start.timestamp() % 900)
        left = dt.timedelta(minutes=minutes)
        for opens, closes in self.open_moments(start.astimezone(ZoneInfo(self.timezone)).date(), within_days):
            opened = max(opens, begin)
            if opened + left <= closes:
                return opened + left
            left -= max(dt.timedelta(), closes - opened)
        return None

    def covers(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether the doors are open during the whole of [start, end)."""
        first = start.astimezone(ZoneInfo(self.timezone)).date()
        last = end.astimezone(ZoneInfo(self.timezone)).date()
        spans = self.open_moments(first, (last - first).days + 1)
        return any(opens <= start and end <= closes for opens, closes in spans)
