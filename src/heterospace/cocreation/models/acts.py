"""Who took part, who was invited, and where the system said that somebody was missing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.models import User
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums
from .initiative import Initiative, Stage


class Act(models.Model):
    """Somebody took part: under which hat, in which stage, how, and how we know. Append-only (a trigger).

    `sector` is the organisation's at that time; an act in one's own name has neither. `source` names the thing it was
    done to (`proposal:PR-7K3M-Q9TX`, `meeting:EV-…`, `list:…`): the same act twice is one.
    """

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="acts")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="acts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="acts")
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    kind = models.CharField(max_length=10, choices=enums.ActKind.choices)
    channel = models.CharField(max_length=8, choices=enums.Channel.choices)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "person", "kind", "source"], name="act_once"),
            models.CheckConstraint(
                condition=Q(organisation=None, sector="") | Q(organisation__isnull=False) & ~Q(sector=""),
                name="act_wears_one_hat",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="act_has_a_source"),
        ]
        indexes = [
            models.Index(fields=["initiative", "stage", "sector"]),
            models.Index(fields=["person", "-id"]),
            models.Index(fields=["organisation", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} in {self.stage_id}"


class ActAnnulment(models.Model):
    """A line of the act ledger that was wrong, and why; it stays readable and counts no more. Append-only (a trigger)."""

    act = models.OneToOneField(Act, models.PROTECT, related_name="annulment")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="act_annulled_says_why")]

    def __str__(self) -> str:
        return f"{self.act_id}: {self.reason}"


class Invite(models.Model):
    """A person was invited because she took part before: to a meeting, a decision, or to evaluate. It is no act.

    `secret` opens the page on which one tap answers it. Why somebody stays away is for the stewards only.
    """

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="invites")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="invites")
    person = models.ForeignKey(Person, models.PROTECT, related_name="invites")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="invites")
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    kind = models.CharField(max_length=10, choices=enums.InviteKind.choices)
    meeting = models.ForeignKey("Meeting", models.PROTECT, null=True, related_name="invites")
    decision = models.ForeignKey("Decision", models.PROTECT, null=True, related_name="invites")
    secret = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(default=clock.now)
    reply = models.CharField(max_length=3, choices=enums.Reply.choices, blank=True)
    replied_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why not"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="meeting", meeting__isnull=False, decision=None)
                | Q(kind="decision", meeting=None, decision__isnull=False)
                | Q(kind="evaluation", meeting=None, decision=None),
                name="invite_is_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["stage", "person", "kind", "meeting", "decision"],
                nulls_distinct=False,
                name="cocreation_invited_once",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None, reason="")
                | ~Q(reply="") & Q(replied_at__isnull=False),
                name="invite_reply_says_when",
            ),
        ]
        indexes = [models.Index(fields=["initiative", "stage"]), models.Index(fields=["person", "-id"])]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.kind} of {self.stage_id}"


class Alarm(models.Model):
    """At this mark of a stage a sector that framed the initiative had not taken part. Raised once, cleared by its first act.

    How many of its organisations had been invited by then, and how many not, is kept as it was.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="alarms")
    sector = models.CharField(max_length=12, choices=Sector.choices)
    mark = models.CharField(max_length=5, choices=enums.Mark.choices)
    raised_at = models.DateTimeField(default=clock.now)
    framed = models.PositiveSmallIntegerField()  # organisations of it that framed
    invited = models.PositiveSmallIntegerField()  # of these, invited in this stage

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "sector", "mark"], name="alarm_once"),
            models.CheckConstraint(condition=Q(invited__lte=models.F("framed")), name="alarm_counts"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sector} missing in {self.stage_id}"
