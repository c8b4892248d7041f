"""Bookings as iCalendar (RFC 5545)."""

import datetime as dt

from django.conf import settings
from icalendar import Calendar, Event

from ..core import clock
from .models import Booking


def ics_of(booking: Booking) -> str:
    """One booking as a calendar file; a cancelled one removes itself from the reader's calendar."""
    event = Event()
    event.add("uid", f"{booking.reference}@heterospace")
    event.add("dtstamp", clock.now())
    event.add("dtstart", booking.start.astimezone(dt.UTC))
    event.add("dtend", booking.end.astimezone(dt.UTC))
    event.add("sequence", booking.revision)
    event.add("summary", f"{booking.space.name}, {booking.hub.name}")
    event.add("location", f"{booking.space.name}, {booking.hub.name}, {booking.hub.address}")
    event.add("description", f"{booking.purpose}\n{booking.reference}")
    event.add("url", f"{settings.BASE_URL}/bookings/{booking.reference}/")
    event.add("status", "CONFIRMED" if booking.is_live else "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", "-//HeteroSpace//id")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if booking.is_live else "CANCEL")
    calendar.add_component(event)
    return calendar.to_ical().decode()
