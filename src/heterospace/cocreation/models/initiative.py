"""An initiative: one thread from a shared problem to an evaluation, in four stages."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...hubs.models import Hub, Office
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums

ANSWERED = ["running", "declined", "stopped", "closed"]
ENDED = sorted(enums.ENDED)


class Initiative(models.Model):
    """Something a problem's parties do about it together. Public from the moment it is proposed."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="initiatives")
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="initiatives")  # whose team answers for it
    slug = models.SlugField(max_length=80)
    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    problem = models.TextField(_("the problem, and for whom it is one"), max_length=4000)
    hope = models.TextField(_("what should be different in the end"), max_length=2000, blank=True)
    pattern = models.CharField(
        _("what kind of thing"), max_length=8, choices=enums.Pattern.choices, default="other"
    )
    state = models.CharField(max_length=10, choices=enums.InitiativeState.choices, default="proposed")
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="proposed_initiatives")
    proposed_for = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="proposed_initiatives"
    )
    proposed_at = models.DateTimeField(default=clock.now)
    answer_due = models.DateTimeField()  # the hub's promise; everybody sees the clock
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(max_length=2000, blank=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=enums.Result.choices, blank=True)
    end_reason = models.TextField(max_length=2000, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="initiative_slug_once"),
            models.CheckConstraint(
                condition=Q(state__in=ANSWERED, answered_at__isnull=False) & ~Q(answer="")
                | ~Q(state__in=ANSWERED) & Q(answered_at=None, answer=""),
                name="initiative_answered_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | ~Q(state__in=ENDED) & Q(ended_at=None, result="", end_reason=""),
                name="initiative_ended_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result="") & ~Q(end_reason=""),
                name="initiative_closed_says_what_came_of_it",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(end_reason=""), name="initiative_stopped_says_why"
            ),
        ]
        indexes = [models.Index(fields=["office", "state", "-id"]), models.Index(fields=["hub", "state"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        """Whether it was taken up and has not ended."""
        return self.state == enums.InitiativeState.RUNNING

    @property
    def waits(self) -> bool:
        """Whether the hub owes an answer."""
        return self.state == enums.InitiativeState.PROPOSED

    @property
    def is_answer_late(self) -> bool:
        """Whether the hub's answer came, or still comes, after the promised moment."""
        return (self.answered_at or clock.now()) > self.answer_due


class Steward(models.Model):
    """Who guides an initiative, for which sector. It is guided by at least two."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="stewards")
    person = models.ForeignKey(Person, models.PROTECT, related_name="stewardships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="stewardships")
    sector = models.CharField(max_length=12, choices=Sector.choices)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "person"], condition=Q(until=None), name="steward_once"
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.initiative_id}"


class Stage(models.Model):
    """One of the four stages, with its dates, what is promised to those who take part, and its result.

    Its rules can be changed freely until it opens; from then on every change is a `RulesVersion` with a reason.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=8, choices=enums.StageKind.choices)
    place = models.PositiveSmallIntegerField()  # 0 to 3
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    influence = models.CharField(_("your influence"), max_length=12, choices=enums.Influence.choices)
    rules = models.TextField(_("rules"), max_length=4000)
    state = models.CharField(max_length=8, choices=enums.StageState.choices, default="planned")
    opened_at = models.DateTimeField(null=True)
    open_reason = models.TextField(
        max_length=1000, blank=True
    )  # opened though a promise of others is missing
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(max_length=1000, blank=True)  # closed though a sector is missing
    result = models.TextField(_("result"), max_length=8000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "kind"], name="stage_once"),
            models.UniqueConstraint(fields=["initiative"], condition=Q(state="open"), name="one_open_stage"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="stage_span"),
            models.CheckConstraint(
                condition=Q(kind="frame", place=0)
                | Q(kind="design", place=1)
                | Q(kind="deliver", place=2)
                | Q(kind="evaluate", place=3),
                name="stage_place",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="stage_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result=""), name="no_close_without_result"
            ),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.initiative_id}"

    @property
    def is_open(self) -> bool:
        """Whether it is the stage the initiative is in."""
        return self.state == enums.StageState.OPEN

    @property
    def third_on(self) -> dt.date:
        """The day one third of it is over, counted from the day it really opened."""
        return self.starts_on + (self.ends_on - self.starts_on) // 3

    @property
    def week_left_on(self) -> dt.date:
        """The day seven days before its end, never before its first third is over."""
        return max(self.ends_on - dt.timedelta(days=7), self.third_on)


class RulesVersion(models.Model):
    """The rules of an open stage at one time, with their fingerprint. Append-only (a trigger).

    `digest` is the SHA-256 of the canonical text (`rules_text.canonical`): anybody can check that nothing was changed.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    influence = models.CharField(max_length=12, choices=enums.Influence.choices)
    rules = models.TextField(max_length=4000)
    digest = models.CharField(max_length=64)
    reason = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "number"], name="rules_version_once"),
            models.CheckConstraint(
                condition=Q(number=1) | Q(number__gt=1) & ~Q(reason=""), name="changed_rules_say_why"
            ),
        ]
        ordering = ["stage", "number"]

    def __str__(self) -> str:
        return f"{self.stage_id} v{self.number}"


class Step(models.Model):
    """A line of an initiative's timeline: what followers are told of. Append-only (a trigger).

    `facts` hold what the line says (titles, references, sectors, counts), never the name of a person: it outlives one.
    """

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="steps")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="steps")
    kind = models.CharField(max_length=20, choices=enums.StepKind.choices)
    at = models.DateTimeField(default=clock.now)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)  # where to read more, below the initiative's page

    class Meta:
        indexes = [models.Index(fields=["initiative", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.initiative_id}"


class Following(models.Model):
    """A person hears of an initiative's steps, a digest at a time. Whoever takes part follows, until she stops."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="followings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="followings")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    wants_invitations = models.BooleanField(default=True)
    told_step = models.BigIntegerField(default=0)  # the last step she was told of
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "person"], name="follows_once")]
        indexes = [models.Index(fields=["person"], condition=Q(until=None), name="followed_by")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.initiative_id}"
