"""The deeds of bookings, by what they are about."""

from .blocking import block_out, lift_block_out
from .book import book_space, booking_of_link, cancel_booking, cancel_by_link
from .deciding import approve_booking, refuse_booking
from .displays import make_display, revoke_display
from .feeds import make_feed, revoke_feed
from .guests import add_guests, forget_guests, guest_arrived, guest_left, remove_guest
from .holding import cancel_link
from .moving import move_booking
from .presence import check_in, extend_booking, finish_left_open, mark_no_show, mark_no_shows, release_early
from .reminders import remind_of_coming
from .waiting import accept_offer, add_wish, lapse_wishes, offer_next, withdraw_wish
from .walking_in import walk_in

__all__ = [
    "accept_offer",
    "add_guests",
    "add_wish",
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
    "forget_guests",
    "guest_arrived",
    "guest_left",
    "lapse_wishes",
    "lift_block_out",
    "make_display",
    "make_feed",
    "mark_no_show",
    "mark_no_shows",
    "move_booking",
    "offer_next",
    "refuse_booking",
    "release_early",
    "remind_of_coming",
    "remove_guest",
    "revoke_display",
    "revoke_feed",
    "walk_in",
    "withdraw_wish",
]
