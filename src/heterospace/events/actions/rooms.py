"""The spaces of sessions: bookings that follow their event."""

import datetime as dt
from typing import Any

from ...bookings.actions import book_space, cancel_booking, move_booking
from ...bookings.enums import BookingState
from ...bookings.models import Booking
from ...core import clock
from ...core.deeds import SYSTEM, Author, allowed
from ...members.queries import acts_for, person_of
from ...spaces.models import Space
from ..models import Event, Session


def book_for(event: Event, space: Space, start: dt.datetime, end: dt.datetime, by: Author) -> Booking:
    """A space for a session: for the host the author acts for, else for the author (the planner, when SYSTEM)."""
    onsite = event.seats.filter(mode="onsite").first()
    people = min(onsite.capacity or 1, space.capacity) if onsite else 1
    person = person_of(by, event.office_id)
    hosts = event.parties.exclude(part="supporter").values_list("organisation", flat=True)
    planner = person or event.made_by
    organisation = acts_for(planner).filter(pk__in=hosts).first() if planner else None
    booking = book_space(
        space,
        start,
        end,
        purpose=event.title,
        people=people,
        by=by,
        person=None if person else event.made_by,
        organisation=organisation,
        tell=False,
    )
    _keep(booking)
    return booking


def _keep(booking: Booking) -> None:
    """An event's space is not given to others because nobody checked the booking in."""
    if booking.state == BookingState.CONFIRMED:
        booking.release_at = None
        booking.save(update_fields=["release_at"])


def move_for(booking: Booking, by: Author, **where: Any) -> None:
    """Move a session's booking along with it."""
    if not allowed(by, "bookings.move", booking):  # who may move the event may move its booking
        by = SYSTEM
    moved = move_booking(booking, by=by, tell=False, **where)
    _keep(moved)


def release(session: Session) -> None:
    """Give the space of a session back, if it still has it."""
    booking = session.booking
    if booking is not None and not booking.is_given_up and booking.end > clock.now():
        cancel_booking(booking, by=SYSTEM, tell=False)
