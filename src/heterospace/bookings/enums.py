"""States, their allowed moves, and the words of bookings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BookingState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("booking", "Asked for")
    HELD = "held", pgettext_lazy("booking", "Kept")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    CHECKED_IN = "checked_in", pgettext_lazy("booking", "Checked in")
    FINISHED = "finished", pgettext_lazy("booking", "Finished")
    NO_SHOW = "no_show", pgettext_lazy("booking", "Nobody came")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")
    REFUSED = "refused", pgettext_lazy("booking", "Refused")
    EXPIRED = "expired", pgettext_lazy("booking", "Lapsed")


MOVES: dict[BookingState, frozenset[BookingState]] = {
    BookingState.REQUESTED: frozenset(
        {BookingState.CONFIRMED, BookingState.REFUSED, BookingState.EXPIRED, BookingState.CANCELLED}
    ),
    BookingState.HELD: frozenset(
        {BookingState.CONFIRMED, BookingState.REFUSED, BookingState.EXPIRED, BookingState.CANCELLED}
    ),
    BookingState.CONFIRMED: frozenset(
        {BookingState.CHECKED_IN, BookingState.FINISHED, BookingState.NO_SHOW, BookingState.CANCELLED}
    ),
    BookingState.CHECKED_IN: frozenset({BookingState.FINISHED}),
    BookingState.FINISHED: frozenset(),
    BookingState.NO_SHOW: frozenset(),
    BookingState.CANCELLED: frozenset(),
    BookingState.REFUSED: frozenset(),
    BookingState.EXPIRED: frozenset(),
}
WAITING = frozenset({BookingState.REQUESTED, BookingState.HELD})  # somebody has yet to decide
FIRM = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN})  # its people may come
LIVE = FIRM | {BookingState.HELD}  # holds its space
GIVEN_UP = frozenset(
    {BookingState.CANCELLED, BookingState.NO_SHOW, BookingState.REFUSED, BookingState.EXPIRED}
)  # claims nothing, not even the past


class RefusalReason(models.TextChoices):
    """Why a request was refused: the catalogue a decision takes its reason from."""

    OTHER_CHOSEN = "other_chosen", _("Somebody else who asked for this time got it.")
    NOT_FITTING = "not_fitting", _("The space does not suit this activity.")
    TOO_FEW = "too_few", _("The space is too large for so few people.")
    INCOMPLETE = "incomplete", _("We do not know enough about the activity.")
    OWN_USE = "own_use", _("The hub needs the space itself at that time.")
    MAINTENANCE = "maintenance", _("The space is being repaired at that time.")
    FAIR_SHARE = "fair_share", _("Others who have had less get their turn first.")
    NOT_ALLOWED = "not_allowed", _("The house rules do not allow this activity.")
    OTHER = "other", _("Another reason, see the note.")


class BlockKind(models.TextChoices):
    MAINTENANCE = "maintenance", _("Maintenance")
    FAULT = "fault", _("Out of order")
    OWN_USE = "own_use", _("Used by the hub")
    CLOSED = "closed", pgettext_lazy("space", "Closed")
    IMPORTED = "imported", _("From another calendar")


class FaultState(models.TextChoices):
    OPEN = "open", pgettext_lazy("fault", "Reported")
    BLOCKED = "blocked", pgettext_lazy("fault", "Closed for repair")
    FIXED = "fixed", pgettext_lazy("fault", "Repaired")
    DISMISSED = "dismissed", pgettext_lazy("fault", "Nothing to repair")


class WishState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("waiting list", "Waiting")
    OFFERED = "offered", pgettext_lazy("waiting list", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("waiting list", "Taken")
    WITHDRAWN = "withdrawn", pgettext_lazy("waiting list", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("waiting list", "The time has passed")


class LedgerKind(models.TextChoices):
    USED = "used", pgettext_lazy("ledger", "Used")
    NO_SHOW = "no_show", pgettext_lazy("ledger", "Nobody came")
    LATE_CANCEL = "late_cancel", pgettext_lazy("ledger", "Cancelled late")
    GIVEN_BACK = "given_back", pgettext_lazy("ledger", "Given back early")


class Whose(models.TextChoices):
    ORGANISATION = "organisation", _("Each organisation, its people together")
    PERSON = "person", _("Each person")


class Per(models.TextChoices):
    DAY = "day", pgettext_lazy("quota", "a day")
    WEEK = "week", pgettext_lazy("quota", "a week")
    MONTH = "month", pgettext_lazy("quota", "a month")


class UnmetReason(models.TextChoices):
    """Why nothing was to be had, as the figures tell it."""

    FULL = "full", pgettext_lazy("unmet wish", "Everything that fits was taken")
    CLOSED = "closed", pgettext_lazy("unmet wish", "Outside opening hours")
    TOO_MANY = "too_many", pgettext_lazy("unmet wish", "No space is large enough")
    LACKING = "lacking", pgettext_lazy("unmet wish", "No space has what was asked for")
    RULES = "rules", pgettext_lazy("unmet wish", "The rules of the spaces do not allow it")
    QUOTA = "quota", pgettext_lazy("unmet wish", "The fair share was used up")


PEOPLE_BANDS = (1, 2, 5, 11, 21, 51, 101)  # the least of each: 1, 2-4, 5-10, 11-20, 21-50, 51-100, more
