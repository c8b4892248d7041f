"""The states of a booking and the moves between them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class BookingState(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    CHECKED_IN = "checked_in", pgettext_lazy("booking", "Checked in")
    FINISHED = "finished", pgettext_lazy("booking", "Finished")
    NO_SHOW = "no_show", pgettext_lazy("booking", "Nobody came")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")


MOVES: dict[BookingState, frozenset[BookingState]] = {
    BookingState.CONFIRMED: frozenset(
        {BookingState.CHECKED_IN, BookingState.FINISHED, BookingState.NO_SHOW, BookingState.CANCELLED}
    ),
    BookingState.CHECKED_IN: frozenset({BookingState.FINISHED}),
    BookingState.FINISHED: frozenset(),
    BookingState.NO_SHOW: frozenset(),
    BookingState.CANCELLED: frozenset(),
}
LIVE = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN})  # holds its space
GIVEN_UP = frozenset({BookingState.CANCELLED, BookingState.NO_SHOW})  # claims nothing, not even the past
