"""Decisions, and the box their secret ballots go into.

Nothing in the database leads from a voter to her ballot. The ballots of a box are one sealed text in one row, made anew
in random order with every ballot that goes in; the roll says who has voted, not when; there is no row, number, time,
log entry or kept answer of a single ballot. Opened, the box shows its ballots in random order, and the sector of a
ballot only where at least five of its sector were cast. See docs/decisions/0015.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums
from .initiative import Initiative, Stage
from .proposals import Hat, Proposal

LEAST_SECRET = 5


class Box(models.Model):
    """A ballot box with its roll. `sealed` holds the ballots until it is opened (`ballots.py`); from then on `ballots` does.

    `receipts` are digests of what voters keep, sorted: each can look whether hers was counted, nobody which it was.
    A box that was never opened (too few ballots) is emptied: `sealed` is blank, and nothing in it can be read any more.
    """

    sealed = models.BinaryField(default=bytes)
    count = models.PositiveIntegerField(default=0)
    receipts = ArrayField(models.CharField(max_length=64), default=list)
    is_open = models.BooleanField(default=False)  # emptied onto the table
    ballots = models.JSONField(default=list)  # [{"choice": …, "sector": …}] in random order

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=False, ballots=[]) | Q(is_open=True, sealed=b""),
                name="box_is_sealed_or_open",
            ),
            models.CheckConstraint(
                condition=Q(receipts__len=models.F("count")), name="box_has_a_receipt_for_each_ballot"
            ),
        ]
        verbose_name_plural = "boxes"

    def __str__(self) -> str:
        return f"box {self.pk}"


class Elector(models.Model):
    """A line of the roll: a person, or an organisation with one voice. Whether it was used, never when.

    `voted_by` is who cast an organisation's voice; a person's own is hers alone.
    """

    box = models.ForeignKey(Box, models.CASCADE, related_name="roll")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="electors")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="electors")
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    has_voted = models.BooleanField(default=False)
    voted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="voices_cast")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(voted_by=None) | Q(has_voted=True, person=None), name="voice_was_cast_by_somebody"
            ),
            models.UniqueConstraint(
                fields=["box", "person"], condition=Q(person__isnull=False), name="one_voice_a_person"
            ),
            models.UniqueConstraint(
                fields=["box", "organisation"],
                condition=Q(person=None),
                name="one_voice_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(organisation__isnull=False), name="elector_is_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.organisation_id} of {self.box_id}"


class Decision(models.Model):
    """A question, how it is decided, by whom, and what was decided. Its text and rules are frozen when it opens."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="decisions")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="decisions")
    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what is decided"), max_length=6000)
    method = models.CharField(_("how"), max_length=8, choices=enums.Method.choices)
    options = ArrayField(models.CharField(max_length=160), default=list, blank=True)  # approval and score
    franchise = models.CharField(_("who may vote"), max_length=14, choices=enums.Franchise.choices)
    quorum = models.PositiveSmallIntegerField(_("so many of a hundred must vote"), default=50)
    sector_quorum = models.JSONField(default=dict, blank=True)  # {sector: how many at least}
    passes_above = models.PositiveSmallIntegerField(_("yes needs more than (per cent)"), default=50)
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="decisions")
    first_sector = models.CharField(
        _("who proposed it first"), max_length=12, choices=Sector.choices, blank=True
    )
    was_changed = models.BooleanField(_("changed after others had their say"), default=False)
    state = models.CharField(max_length=9, choices=enums.DecisionState.choices, default="draft")
    closes_at = models.DateTimeField(_("until"))
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of text and rules, when it opened
    box = models.OneToOneField(Box, models.PROTECT, null=True, related_name="decision")
    tally = models.JSONField(default=dict)  # what the counting said (`counting.py`)
    outcome = models.CharField(max_length=300, blank=True)
    reason = models.TextField(_("why"), max_length=4000, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"], box=None)
                | ~Q(state__in=["draft", "withdrawn"])
                & Q(opened_at__isnull=False, box__isnull=False)
                & ~Q(digest=""),
                name="open_decision_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "failed"], decided_at__isnull=False)
                | ~Q(state__in=["decided", "failed"]) & Q(decided_at=None),
                name="decided_says_when",
            ),
            models.CheckConstraint(condition=~Q(state="decided") | ~Q(outcome=""), name="decided_says_what"),
            models.CheckConstraint(
                condition=Q(quorum__lte=100, passes_above__gte=50, passes_above__lt=100),
                name="decision_shares",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(review_on__isnull=False), name="review_was_planned"
            ),
        ]
        indexes = [
            models.Index(fields=["initiative", "-id"]),
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="decisions_open"),
            models.Index(
                fields=["review_on"],
                condition=Q(state="decided", reviewed_at=None),
                name="decisions_to_review",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_secret(self) -> bool:
        """Whether it is decided by secret ballot."""
        return enums.Method(self.method).is_secret

    @property
    def is_open(self) -> bool:
        """Whether it takes votes."""
        return self.state == enums.DecisionState.OPEN


class Position(Hat):
    """What one elector says openly to a decision by consent; an objection says why."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="positions")
    elector = models.OneToOneField(Elector, models.PROTECT, related_name="position")
    stance = models.CharField(max_length=8, choices=enums.Stance.choices)
    reason = models.TextField(_("why"), max_length=2000, blank=True)
    state = models.CharField(
        max_length=10, choices=enums.ObjectionState.choices, blank=True
    )  # of an objection
    integration = models.TextField(_("how it was taken up"), max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stance="object") & ~Q(reason="") & ~Q(state="")
                | ~Q(stance="object") & Q(state=""),
                name="objection_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="integrated") | ~Q(integration=""), name="integrated_says_how"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stance} {self.decision_id}"
