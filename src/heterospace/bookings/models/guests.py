"""Whom a booking brings along."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .booking import Booking


class Guest(models.Model):
    """Somebody a booking brings along: a name for the desk, blanked a month after, and when she came and went."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="guests")
    name = models.CharField(_("name"), max_length=120, blank=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(arrived_at__isnull=False, left_at__gte=models.F("arrived_at")),
                name="guest_came_before_leaving",
            )
        ]
        indexes = [models.Index(fields=["booking"], condition=~Q(name=""), name="guest_named")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_there(self) -> bool:
        """Whether she came and has not gone."""
        return self.arrived_at is not None and self.left_at is None
