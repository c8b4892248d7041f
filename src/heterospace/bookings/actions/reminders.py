"""Reminding people of what is coming."""

import datetime as dt

from ...core import clock
from ...core.deeds import Author, deed, require
from ..enums import BookingState
from ..models import Booking
from .holding import tell_person

REMIND_AHEAD = dt.timedelta(days=1)
JUST_BOOKED = dt.timedelta(hours=6)


@deed
def remind_of_coming(*, by: Author) -> int:
    """Remind people of what starts within a day, once each; what was booked just now needs no reminder.

    Answers how many were reminded. Several ticks at once share the work.
    """
    require(by, "bookings.remind")
    now = clock.now()
    coming = (
        Booking.objects.filter(
            state=BookingState.CONFIRMED,
            reminded_at=None,
            period__startswith__gt=now,
            period__startswith__lte=now + REMIND_AHEAD,
            created_at__lte=now - JUST_BOOKED,
        )
        .select_related("space", "hub", "person", "organisation")
        .order_by("id")
        .select_for_update(of=["self"], skip_locked=True)[:200]
    )
    due = list(coming)
    for booking in due:
        booking.reminded_at = now
        booking.save(update_fields=["reminded_at"])
        tell_person("booking_reminder", booking)
    return len(due)
