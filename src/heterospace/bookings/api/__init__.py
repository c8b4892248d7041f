"""The API of bookings, by address."""

from . import blocks, waiting
from .bookings import availability, first_free, router

__all__ = ["availability", "blocks", "first_free", "router", "waiting"]
