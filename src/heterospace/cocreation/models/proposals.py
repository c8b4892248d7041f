"""Proposals: written together, amended, commented, and answered with a reason by a promised day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums
from .initiative import Initiative, Stage


class Hat(models.Model):
    """A person, the one organisation she speaks for here or none, and its sector at that time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="%(class)ss")
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class Proposal(models.Model):
    """What could be done. `number` of its text counts versions; each is kept (`ProposalText`)."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="proposals")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="proposals")
    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what should be done"), max_length=8000)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=enums.ProposalState.choices, default="open")
    made_at = models.DateTimeField(default=clock.now)
    answer_due = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    statement = models.ForeignKey("Statement", models.PROTECT, null=True, related_name="proposals")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "partly", "not_feasible"], answered_at__isnull=False)
                & ~Q(answer="")
                | Q(state__in=["open", "withdrawn"], answered_at=None, answer=""),
                name="proposal_answered_with_reason",
            )
        ]
        indexes = [
            models.Index(fields=["initiative", "-id"]),
            models.Index(fields=["answer_due"], condition=Q(state="open"), name="proposals_unanswered"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer: it can be amended, commented and supported."""
        return self.state == enums.ProposalState.OPEN

    @property
    def is_late(self) -> bool:
        """Whether its answer came, or still comes, after the promised moment; never for one withdrawn."""
        if self.state == enums.ProposalState.WITHDRAWN:
            return False
        return (self.answered_at or clock.now()) > self.answer_due


class ProposalAuthor(Hat):
    """Who wrote it, or an amendment that was taken up."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="authors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="author_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.proposal_id}"


class ProposalText(models.Model):
    """A proposal as it read at one version. Append-only (a trigger)."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=8000)
    amendment = models.ForeignKey("Amendment", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_text_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.proposal_id} v{self.number}"


class Amendment(Hat):
    """Another text for a proposal; its authors take it up or say why not. One not taken up may become a proposal."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="amendments")
    reference = models.CharField(max_length=12, unique=True)
    base = models.PositiveSmallIntegerField()  # the version it changes
    text = models.TextField(_("the text as it should read"), max_length=8000)
    why = models.TextField(_("why"), max_length=1000)
    state = models.CharField(max_length=10, choices=enums.AmendmentState.choices, default="open")
    reason = models.TextField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True)
    became = models.OneToOneField(Proposal, models.PROTECT, null=True, related_name="grown_from")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "promoted"]) | ~Q(reason=""),
                name="amendment_rejected_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="promoted", became__isnull=False) | ~Q(state="promoted") & Q(became=None),
                name="promoted_became_a_proposal",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="amendment_decided_says_when",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reference


class Comment(Hat):
    """A word for, against, or a question. What breaks the rules is hidden, with the reason."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="comments")
    kind = models.CharField(_("what it is"), max_length=8, choices=enums.CommentKind.choices)
    text = models.TextField(_("your words"), max_length=1000)
    reply = models.TextField(max_length=1000, blank=True)  # the authors' to a question
    replied_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=12, choices=enums.OutReason.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_reason="")
                | Q(hidden_at__isnull=False) & ~Q(hidden_reason=""),
                name="hidden_comment_says_why",
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.proposal_id}"


class Support(Hat):
    """Somebody wants a proposal; she is told what it was answered."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="supports")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="supports_once")]

    def __str__(self) -> str:
        return f"{self.person_id} supports {self.proposal_id}"
