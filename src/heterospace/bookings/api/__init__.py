"""The API of bookings, by address."""

from . import blocks, utilisation, waiting
from .bookings import availability, first_free, router

__all__ = ["availability", "blocks", "first_free", "router", "utilisation", "waiting"]
