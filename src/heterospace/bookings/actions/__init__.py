"""The deeds of bookings, by what they are about."""

from .blocking import block_out, import_calendar, lift_block_out
from .book import book_space, booking_of_link, cancel_booking, cancel_by_link
from .deciding import approve_booking, refuse_booking
from .displays import make_display, revoke_display
from .faults import close_for_repair, report_fault, settle_fault
from .feeds import make_feed, revoke_feed
from .guests import add_guests, forget_guests, guest_arrived, guest_left, remove_guest
from .history import import_history
from .holding import cancel_link
from .moving import move_booking
from .presence import check_in, extend_booking, finish_left_open, mark_no_show, mark_no_shows, release_early
from .quotas import remove_quota, set_quota
from .reminders import remind_of_coming
from .series import Booked, add_missed_date, book_series, cancel_series, preview_series
from .things import break_things, count_things, mend_things, move_things
from .unmet import count_unmet
from .waiting import accept_offer, add_wish, lapse_wishes, offer_next, withdraw_wish
from .walking_in import walk_in

__all__ = [
    "Booked",
    "accept_offer",
    "add_guests",
    "add_missed_date",
    "add_wish",
    "approve_booking",
    "block_out",
    "book_series",
    "book_space",
    "booking_of_link",
    "break_things",
    "cancel_booking",
    "cancel_by_link",
    "cancel_link",
    "cancel_series",
    "check_in",
    "close_for_repair",
    "count_things",
    "count_unmet",
    "extend_booking",
    "finish_left_open",
    "forget_guests",
    "guest_arrived",
    "guest_left",
    "import_calendar",
    "import_history",
    "lapse_wishes",
    "lift_block_out",
    "make_display",
    "make_feed",
    "mark_no_show",
    "mark_no_shows",
    "mend_things",
    "move_booking",
    "move_things",
    "offer_next",
    "preview_series",
    "refuse_booking",
    "release_early",
    "remind_of_coming",
    "remove_guest",
    "remove_quota",
    "report_fault",
    "revoke_display",
    "revoke_feed",
    "set_quota",
    "settle_fault",
    "walk_in",
    "withdraw_wish",
]
