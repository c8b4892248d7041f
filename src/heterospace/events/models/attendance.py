"""The attendance ledger: every scan, refused ones too; nothing is changed or deleted, only annulled."""

from django.db import models
from django.db.models import Q

from ...core import clock
from ...core.models import User
from ..enums import Direction, Outcome, Source
from .event import Event, Session
from .registration import Registration


class Scan(models.Model):
    """Somebody was seen coming or going, or was turned away: when it was scanned, when we heard of it, where, by what.

    Append-only (a trigger). An effective one (`in`, `out`) has a `turn`: the n-th coming, or the n-th going, of this
    registration at this event or session, so that no ticket is let in twice at once whatever path is taken.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="scans")
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="scans")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="scans")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    turn = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.DOOR)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)
    nonce = models.CharField(max_length=64, unique=True)
    gate = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=60, blank=True)
    minutes = models.PositiveIntegerField(null=True)  # online: how long; on the `out`
    note = models.CharField(max_length=300, blank=True)  # by hand: how we know
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session", "direction", "turn"],
                condition=Q(turn__isnull=False),
                nulls_distinct=False,
                name="let_in_once_a_turn",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["in", "out"], turn__isnull=False, registration__isnull=False)
                | (~Q(outcome__in=["in", "out"]) & Q(turn=None)),
                name="effective_has_a_turn",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["in", "out"]) | Q(direction=models.F("outcome")),
                name="outcome_has_its_direction",
            ),
            models.CheckConstraint(condition=~Q(source="manual") | ~Q(note=""), name="by_hand_says_how"),
        ]
        indexes = [
            models.Index(fields=["event", "outcome"]),
            models.Index(fields=["registration", "id"]),
            models.Index(fields=["event", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.registration_id} {self.scanned_at}"

    @property
    def stay(self) -> str:
        """Of a line online, the name of the stay it begins or ends; empty at a door."""
        return self.nonce.removesuffix("-in").removesuffix("-out") if self.source == Source.ONLINE else ""


class Annulment(models.Model):
    """A line of the ledger that was wrong, and why. Append-only (a trigger)."""

    scan = models.OneToOneField(Scan, models.PROTECT, related_name="annulment")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="annulled_says_why")]

    def __str__(self) -> str:
        return f"{self.scan_id}: {self.reason}"


class OnlineVisit(models.Model):
    """A person's join page is open: when she came, when it was last heard of. Closed, it becomes lines of the ledger."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="visits")
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(closed_at=None), name="one_visit_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["seen_at"], condition=Q(closed_at=None), name="visits_open")]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.began_at}"
