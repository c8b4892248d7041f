"""What spaces announce to the apps above."""

from django.dispatch import Signal

space_about_to_divide = (
    Signal()
)  # space: a leaf that is to get its first part; a receiver answers whether it is booked
