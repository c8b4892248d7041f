"""Commitments: what a party promised, the office included; kept, renegotiated in time, or broken."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...hubs.models import Office
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums
from .decisions import Decision
from .initiative import Initiative, Stage
from .proposals import Proposal


class Commitment(models.Model):
    """An organisation promises something to somebody by a day. Who receives it confirms it, never who gave it."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="commitments")
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, related_name="commitments")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="commitments")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="commitments")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="commitments")
    reference = models.CharField(max_length=12, unique=True)
    what = models.CharField(_("what is promised"), max_length=300)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments")
    sector = models.CharField(max_length=12, choices=Sector.choices)  # the owner's at that time
    promised_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="commitments")
    receiver = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="commitments_received")
    for_whom = models.CharField(_("for whom"), max_length=200)
    due = models.DateField(_("by"))
    first_due = models.DateField()
    state = models.CharField(max_length=10, choices=enums.CommitmentState.choices, default="due")
    made_at = models.DateTimeField(default=clock.now)
    delivered_on = models.DateField(null=True)
    delivered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    evidence = models.TextField(_("how one sees it"), max_length=2000, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(max_length=1000, blank=True)  # the receiver's words
    reminded_for = models.DateField(null=True)  # the last day before its due day its owner was reminded on

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(initiative=None, stage=None) | Q(initiative__isnull=False),
                name="promise_in_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["delivered", "confirmed"], delivered_on__isnull=False)
                & ~Q(evidence="")
                | ~Q(state__in=["delivered", "confirmed"]),
                name="delivered_shows_it",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | ~Q(state="confirmed") & Q(confirmed_at=None),
                name="confirmed_commitment_says_when",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("owner")), name="promised_to_somebody_else"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "state", "due"]),
            models.Index(fields=["owner", "due"]),
            models.Index(fields=["initiative", "id"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def was_kept_on_time(self) -> bool:
        """Whether the receiver confirmed it and it came by its day."""
        return (
            self.state == enums.CommitmentState.CONFIRMED
            and self.delivered_on is not None
            and self.delivered_on <= self.due
        )


class CommitmentChange(models.Model):
    """A promise got another day, or went another way; before its day came or after. Append-only (a trigger)."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="changes")
    state = models.CharField(max_length=10, choices=enums.CommitmentState.choices)
    old_due = models.DateField()
    new_due = models.DateField()
    in_time = models.BooleanField()  # before its day was over
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="commitment_change_says_why")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.state} {self.new_due}"
