"""Meetings: an event with an agenda, minutes, and who was there by organisation and sector."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...events.models import Event
from ...members.enums import Sector
from ...members.models import Person
from .. import enums
from .initiative import Initiative, Stage
from .proposals import Hat, Proposal


class Meeting(models.Model):
    """A meeting of an initiative. Its event has time, place, seats and check-in; who came are acts of its stage."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="meetings")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="meetings")
    event = models.OneToOneField(Event, models.PROTECT, related_name="meeting")
    state = models.CharField(max_length=8, choices=enums.MeetingState.choices, default="called")
    called_at = models.DateTimeField(default=clock.now)
    minutes = models.TextField(_("minutes"), max_length=12000, blank=True)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    decisions = models.ManyToManyField("Decision", related_name="meetings")  # what it led to
    commitments = models.ManyToManyField("Commitment", related_name="meetings")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="called", written_at=None, approved_at=None)
                | Q(state="minuted", written_at__isnull=False, approved_at=None) & ~Q(minutes="")
                | Q(state="approved", written_at__isnull=False, approved_at__isnull=False) & ~Q(minutes=""),
                name="minutes_say_when",
            )
        ]
        indexes = [models.Index(fields=["initiative", "-id"])]

    def __str__(self) -> str:
        return str(self.event)

    @property
    def source(self) -> str:
        """What the act ledger calls having been at it."""
        return f"meeting:{self.event.reference}"

    @property
    def is_approved(self) -> bool:
        """Whether its minutes are fixed."""
        return self.state == enums.MeetingState.APPROVED


class MeetingItem(models.Model):
    """A point of the agenda, with what was said and agreed about it; `sector` brought it in."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=200)
    sector = models.CharField(_("brought in by"), max_length=12, choices=Sector.choices, blank=True)
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="agenda_items")
    minutes = models.TextField(_("what was said and agreed"), max_length=4000, blank=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "place"], name="agenda_place_once")]

    def __str__(self) -> str:
        return self.title


class MinutesApproval(Hat):
    """Somebody who was there says that the minutes are right. Two sectors make them approved."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="approvals")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="minutes_approved_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id} approves {self.meeting_id}"
