"""Bookings, the claims and counters that prove them, and what stands around them."""

from .booking import BlockOut, Booking, Claim, MissedDate, Series
from .counters import BookedThing, Portion, Quarter
from .displays import Display
from .fairness import LedgerEntry, Quota
from .feeds import Feed
from .guests import Guest
from .papers import Fault, Letter
from .unmet import UnmetWish
from .waiting import Wish

__all__ = [
    "BlockOut",
    "BookedThing",
    "Booking",
    "Claim",
    "Display",
    "Fault",
    "Feed",
    "Guest",
    "LedgerEntry",
    "Letter",
    "MissedDate",
    "Portion",
    "Quarter",
    "Quota",
    "Series",
    "UnmetWish",
    "Wish",
]
