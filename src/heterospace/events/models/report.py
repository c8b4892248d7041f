"""The report of an event as it stood when its books were closed."""

from django.db import models

from ...core import clock
from ...core.models import User
from .event import Event


class Report(models.Model):
    """The figures of an event, frozen. What is corrected later shows beside them; they stay."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="report")
    figures = models.JSONField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.event_id} {self.at}"
