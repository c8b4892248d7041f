"""The deeds of bookings, by what they are about."""

from .book import book_space, booking_of_link, cancel_booking, cancel_by_link
from .feeds import make_feed, revoke_feed
from .guests import add_guests, forget_guests, guest_arrived, guest_left, remove_guest
from .holding import cancel_link
from .moving import move_booking
from .presence import check_in, extend_booking, finish_left_open, mark_no_show, mark_no_shows, release_early
from .reminders import remind_of_coming
from .walking_in import walk_in

__all__ = [
    "add_guests",
    "book_space",
    "booking_of_link",
    "cancel_booking",
    "cancel_by_link",
    "cancel_link",
    "check_in",
    "extend_booking",
    "finish_left_open",
    "forget_guests",
    "guest_arrived",
    "guest_left",
    "make_feed",
    "mark_no_show",
    "mark_no_shows",
    "move_booking",
    "release_early",
    "remind_of_coming",
    "remove_guest",
    "revoke_feed",
    "walk_in",
]
