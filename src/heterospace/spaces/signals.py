"""What spaces announce to the apps above."""

from django.dispatch import Signal

# space: a leaf that is to get its first part, or to be had by the desk or no more; a receiver answers whether it is booked
space_about_to_change = Signal()
