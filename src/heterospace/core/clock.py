"""The one clock. Everybody asks here what time it is; the demo and the tests set it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

UTC = dt.UTC
_set: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """The moment it is, aware, in UTC."""
    return _set.get() or dt.datetime.now(UTC)  # noqa: TID251 - this is the clock


def today(timezone: str) -> dt.date:
    """The calendar day it is in `timezone` (an IANA name, a hub's)."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def set_to(moment: dt.datetime) -> Iterator[None]:
    """Make `now()` answer `moment` (aware) inside the block, for the demo and the tests."""
    if moment.tzinfo is None:
        raise ValueError("The clock needs an aware moment")
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def at(day: dt.date, minute: int, timezone: str) -> dt.datetime:
    """The moment `minute` minutes into `day` as clocks in `timezone` show it; 1440 is the next midnight."""
    days, rest = divmod(minute, 1440)
    wall = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(rest // 60, rest % 60))
    return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
