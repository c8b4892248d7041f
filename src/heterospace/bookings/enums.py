"""The states of a booking and the moves between them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class BookingState(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")


MOVES: dict[BookingState, frozenset[BookingState]] = {
    BookingState.CONFIRMED: frozenset({BookingState.CANCELLED}),
    BookingState.CANCELLED: frozenset(),
}
