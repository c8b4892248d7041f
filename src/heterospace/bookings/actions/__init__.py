"""The deeds of bookings, by what they are about."""

from .blocking import block_out, lift_block_out
from .book import book_space, booking_of_link, cancel_booking, cancel_by_link
from .deciding import approve_booking, refuse_booking
from .feeds import make_feed, revoke_feed
from .history import import_history
from .holding import cancel_link
from .moving import move_booking
from .presence import check_in, extend_booking, finish_left_open, mark_no_shows, release_early
from .reminders import remind_of_coming

__all__ = [
    "approve_booking",
    "block_out",
    "book_space",
    "booking_of_link",
    "cancel_booking",
    "cancel_by_link",
    "cancel_link",
    "check_in",
    "extend_booking",
    "finish_left_open",
    "import_history",
    "lift_block_out",
    "make_feed",
    "mark_no_shows",
    "move_booking",
    "refuse_booking",
    "release_early",
    "remind_of_coming",
    "revoke_feed",
]
