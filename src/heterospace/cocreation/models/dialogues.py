"""Dialogue: short statements, one at a time; agree, disagree, pass. Votes are private: figures show them, nobody else does."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import enums
from .initiative import Initiative, Stage

LONGEST = 200


class Dialogue(models.Model):
    """A question on which everybody says short things and votes on what others said."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="dialogues")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="dialogues")
    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    question = models.TextField(_("the question"), max_length=600)
    about = models.TextField(_("what one should know"), max_length=4000, blank=True)
    allows_strangers = models.BooleanField(_("also without an account"), default=False)
    is_moderated_first = models.BooleanField(_("statements wait for a moderator"), default=False)
    state = models.CharField(max_length=6, choices=enums.DialogueState.choices, default="draft")
    closes_on = models.DateField(_("until"))
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    source = models.CharField(
        max_length=300, blank=True
    )  # of one that was imported: attribution, shown with its figures
    last_number = models.PositiveIntegerField(default=0)  # of its statements
    last_sheet = models.PositiveIntegerField(default=0)  # of its paper sheets

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="dialogue_says_when",
            )
        ]
        indexes = [
            models.Index(fields=["initiative", "-id"]),
            models.Index(fields=["closes_on"], condition=Q(state="open"), name="dialogues_open"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it takes votes and statements."""
        return self.state == enums.DialogueState.OPEN


class Voter(models.Model):
    """Somebody in a dialogue: a member under one hat, a browser without an account, or a sheet of paper.

    `sector` is known for members who speak for an organisation, and for sheets on which staff noted one.
    """

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="voters")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="voters")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="voters")
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    browser = models.CharField(max_length=64, blank=True)  # digest of the cookie's secret
    sheet = models.PositiveIntegerField(null=True)  # number of the paper
    imported = models.CharField(max_length=20, blank=True)  # its number in the file it came from
    channel = models.CharField(max_length=8, choices=enums.Channel.choices, default="online")
    at = models.DateTimeField(default=clock.now)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "person"], condition=Q(person__isnull=False), name="voter_once"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "browser"], condition=~Q(browser=""), name="browser_once"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "sheet"], condition=Q(sheet__isnull=False), name="sheet_once"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "imported"], condition=~Q(imported=""), name="imported_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, browser="", sheet=None, imported="", forgotten_at=None)
                | Q(person=None, sheet=None, imported="", forgotten_at=None) & ~Q(browser="")
                | Q(person=None, browser="", sheet__isnull=False, imported="", forgotten_at=None)
                | Q(person=None, browser="", sheet=None, forgotten_at=None) & ~Q(imported="")
                | Q(person=None, browser="", sheet=None, imported="", forgotten_at__isnull=False),
                name="voter_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} in {self.dialogue_id}"


class Statement(models.Model):
    """One short thing somebody said. Its text never changes: people voted on it."""

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    text = models.CharField(_("your statement"), max_length=LONGEST)
    language = models.CharField(max_length=2, choices=enums.Language.choices, default="id")
    author = models.ForeignKey(Voter, models.PROTECT, null=True, related_name="statements")
    is_seed = models.BooleanField(default=False)  # the facilitators' own, to begin with
    is_meta = models.BooleanField(default=False)  # about the dialogue itself
    state = models.CharField(max_length=7, choices=enums.StatementState.choices, default="shown")
    out_reason = models.CharField(max_length=12, choices=enums.OutReason.choices, blank=True)
    priority = models.FloatField(null=True)  # as last computed: how much it wants to be shown
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="statement_number_once"),
            models.CheckConstraint(
                condition=Q(state="out") & ~Q(out_reason="") | ~Q(state="out") & Q(out_reason=""),
                name="statement_out_says_why",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="statement_says_something"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """What one voter says to one statement: 1 agree, -1 disagree, 0 pass. The last counts."""

    voter = models.ForeignKey(Voter, models.PROTECT, related_name="votes")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="votes")
    value = models.SmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voter", "statement"], name="one_vote_a_statement"),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vote_is_one_of_three"),
        ]
        indexes = [models.Index(fields=["at"], name="votes_by_time")]  # whether figures are old

    def __str__(self) -> str:
        return f"{self.voter_id} {self.value:+} {self.statement_id}"


class Moderation(models.Model):
    """What a moderator did with a statement and why; everybody may read it. Append-only (a trigger)."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="moderations")
    state = models.CharField(max_length=7, choices=enums.StatementState.choices)
    reason = models.CharField(max_length=12, choices=enums.OutReason.choices, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.state}"


class DialogueFigures(models.Model):
    """The figures of a dialogue as computed at one moment, from so many votes; pages read these."""

    dialogue = models.OneToOneField(Dialogue, models.CASCADE, related_name="figures")
    at = models.DateTimeField()
    votes = models.PositiveIntegerField()
    voters = models.PositiveIntegerField()
    last_vote_at = models.DateTimeField(null=True)  # of those counted: later ones make the figures old
    figures = models.JSONField()

    def __str__(self) -> str:
        return f"{self.dialogue_id} as of {self.at}"
