"""Bookings as iCalendar (RFC 5545)."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from ..core import clock
from .models import Booking


def _event(booking: Booking, *, stamp: dt.datetime, private: bool = False) -> Event:
    event = Event()
    event.add("uid", f"{booking.reference}@heterospace")
    event.add("dtstamp", stamp)
    event.add("dtstart", booking.start.astimezone(dt.UTC))
    event.add("dtend", booking.end.astimezone(dt.UTC))
    event.add("sequence", booking.revision)
    event.add("location", f"{booking.space.name}, {booking.hub.name}, {booking.hub.address}")
    status = "CANCELLED" if booking.is_given_up else "TENTATIVE" if booking.is_waiting else "CONFIRMED"
    event.add("status", status)
    if private:
        taken = pgettext("slot", "Taken")
        event.add("summary", f"{booking.space.name}: {taken}")
        return event
    who = booking.organisation.name if booking.organisation else booking.person.name
    event.add("summary", f"{booking.space.name}, {booking.hub.name}")
    event.add("description", f"{booking.purpose}\n{who}\n{booking.reference}")
    event.add("url", f"{settings.BASE_URL}/bookings/{booking.reference}/")
    return event


def _calendar(method: str, name: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//HeteroSpace//id")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    return calendar


def ics_of(booking: Booking) -> str:
    """One booking as a calendar file; a cancelled one removes itself from the reader's calendar."""
    calendar = _calendar("CANCEL" if booking.is_given_up else "PUBLISH")
    calendar.add_component(_event(booking, stamp=clock.now()))
    return calendar.to_ical().decode()


def series_ics(bookings: Iterable[Booking]) -> str:
    """The bookings of a series as one calendar file."""
    calendar = _calendar("PUBLISH")
    for booking in bookings:
        calendar.add_component(_event(booking, stamp=clock.now()))
    return calendar.to_ical().decode()


def feed_ics(name: str, bookings: Iterable[Booking], *, private: bool) -> bytes:
    """Many bookings as a calendar to subscribe to; the same bookings give the same bytes, so that it has an ETag.

    `private` tells only that a space is taken, not by whom or what for.
    """
    calendar = _calendar("PUBLISH", name)
    for booking in bookings:
        changed = booking.ended_at or booking.cancelled_at or booking.created_at
        calendar.add_component(_event(booking, stamp=changed, private=private))
    return calendar.to_ical()
