"""Wishes the stories of this folder share."""

import datetime as dt

from heterospace.core import clock

ZONE = "Asia/Jakarta"
TUESDAY = dt.date(2026, 11, 24)


def at(hour: float, day: dt.date = TUESDAY, zone: str = ZONE) -> dt.datetime:
    """The moment of that hour; 9.5 is half past nine."""
    return clock.at(day, round(hour * 60), zone)
