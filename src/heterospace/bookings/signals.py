"""What bookings announce."""

from django.dispatch import Signal

time_freed = (
    Signal()
)  # hub (its id), start, end: something of a hub's time became free, and somebody waits for it
