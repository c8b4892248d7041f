"""Questionnaires, their questions, where they are asked, and what was answered.

An anonymous answer carries a date and nothing else: no person, no time, and a number drawn at random, so that its place
in the table says nothing about who answered before or after whom.
"""

import secrets

from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core import clock
from ..hubs.models import Hub, Office
from ..members.models import Person
from .built_in import built_in
from .enums import (
    KEPT_AS_NUMBER,
    KEPT_AS_TEXT,
    WITH_OPTIONS,
    Element,
    Purpose,
    QuestionKind,
    State,
    TrustItem,
)

THRESHOLD = 5
LEAST_ANONYMOUS = 3
LEAST_PULSE = 10


def drawn() -> int:
    """A number drawn at random, for rows whose order must tell nothing."""
    return secrets.randbits(62)


class Questionnaire(models.Model):
    """A set of questions of one hub, or of the office for all its hubs. Frozen once somebody answered."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="questionnaires")
    hub = models.ForeignKey(Hub, models.PROTECT, null=True, blank=True, related_name="questionnaires")
    key = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("words before the questions"), max_length=1000, blank=True)
    thanks = models.CharField(_("words after sending"), max_length=300, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=12, choices=Purpose.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    is_anonymous = models.BooleanField(_("anonymous"), default=True)
    threshold = models.PositiveSmallIntegerField(_("shown from so many answers on"), default=THRESHOLD)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="copies")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False, threshold__gte=1)
                | Q(is_anonymous=True, threshold__gte=LEAST_ANONYMOUS),
                name="questionnaire_threshold",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.REGISTRATION) | Q(is_anonymous=False),
                name="registration_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.SKM) | Q(is_anonymous=True), name="skm_is_anonymous"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.PULSE) | Q(is_anonymous=True, threshold__gte=LEAST_PULSE),
                name="pulse_is_anonymous",
            ),
        ]
        indexes = [models.Index(fields=["office", "purpose", "state"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether its questions may still change."""
        return self.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it may be answered now."""
        return self.state == State.OPEN


class Question(models.Model):
    """One question. `key` names it for programs; `shown_if` is an earlier one that decides whether it is asked."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(_("short name for programs"), max_length=40)
    text = models.CharField(_("question"), max_length=300, blank=True)  # built-in ones have their own words
    help = models.CharField(_("explanation"), max_length=300, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=QuestionKind.choices)
    required = models.BooleanField(_("must be answered"), default=False)
    options = models.JSONField(_("answers to choose from"), default=list, blank=True)
    element = models.CharField(  # of a built-in one
        max_length=2, choices=[*Element.choices, *TrustItem.choices], blank=True
    )
    shown_if = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="deciding")
    shown_values = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="question_key_once"),
            models.UniqueConstraint(
                fields=["questionnaire", "position"],
                name="question_position_once",
                deferrable=Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "element"], condition=~Q(element=""), name="question_element_once"
            ),
            models.CheckConstraint(
                condition=Q(element="")
                | Q(element__in=Element.values, kind=QuestionKind.SCALE4)
                | Q(element__in=TrustItem.values, kind=QuestionKind.SCALE5),
                name="element_has_its_scale",
            ),
            models.CheckConstraint(condition=~Q(text="") | ~Q(element=""), name="question_has_words"),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_OPTIONS) & ~Q(options=[])
                | ~Q(kind__in=WITH_OPTIONS) & Q(options=[]),
                name="question_options",
            ),
            models.CheckConstraint(
                condition=Q(shown_if=None, shown_values=[]) | Q(shown_if__isnull=False) & ~Q(shown_values=[]),
                name="question_condition",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What is asked: as typed, or in the reader's language when it is built in."""
        return self.text or str(built_in(self.element).text)


class Link(models.Model):
    """Where a questionnaire is asked about one thing: its public address, kept when a new version takes over."""

    key = models.CharField(max_length=12, unique=True)
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="links")
    subject = models.CharField(max_length=80)
    hub = models.ForeignKey(Hub, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)  # what it is about, in words
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "subject", "hub"],
                name="one_link_about_a_thing",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> str:
        """The path of the page on which it is answered."""
        return f"/s/{self.key}/"


class Submission(models.Model):
    """One set of answers about `subject` (`event:hari-batik`, `counter`, or nothing in particular)."""

    id = models.BigIntegerField(primary_key=True, default=drawn, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="submissions")
    subject = models.CharField(max_length=80, blank=True)
    hub = models.ForeignKey(Hub, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    is_anonymous = models.BooleanField()
    at = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="submissions")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=True, person=None, at=None, forgotten_at=None)
                | Q(is_anonymous=False, at__isnull=False, person__isnull=False, forgotten_at=None)
                | Q(is_anonymous=False, at__isnull=False, person=None, forgotten_at__isnull=False),
                name="anonymous_names_nobody",
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "person", "subject"],
                condition=Q(person__isnull=False),
                name="one_answer_per_person",
            ),
        ]
        indexes = [
            models.Index(fields=["questionnaire", "subject"], name="submission_subject"),
            models.Index(fields=["hub", "on"], name="submission_hub_on"),
            models.Index(fields=["person"], name="submission_person"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} {self.on}"


class Answer(models.Model):
    """The answer to one question, in the column its kind is kept in."""

    id = models.BigIntegerField(primary_key=True, default=drawn, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    text = models.TextField(null=True)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    chosen = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "question"], name="one_answer_a_question"),
            models.CheckConstraint(
                condition=Q(kind__in=KEPT_AS_TEXT, text__isnull=False, number=None, chosen__isnull=True)
                | Q(kind__in=KEPT_AS_NUMBER, text=None, number__isnull=False, chosen__isnull=True)
                | Q(kind=QuestionKind.SEVERAL, text=None, number=None, chosen__isnull=False),
                name="answer_stands_in_its_column",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[QuestionKind.SCALE4, QuestionKind.SCALE5, QuestionKind.YES_NO])
                | Q(kind=QuestionKind.SCALE4, number__in=[1, 2, 3, 4])
                | Q(kind=QuestionKind.SCALE5, number__in=[1, 2, 3, 4, 5])
                | Q(kind=QuestionKind.YES_NO, number__in=[0, 1]),
                name="answer_is_on_its_scale",
            ),
        ]
        verbose_name = pgettext_lazy("questionnaire", "answer")

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"

    @property
    def value(self) -> "str | int | float | bool | list[str]":
        """What was answered, as programs read it: a text, a number, yes or no, a list; a date as ISO 8601."""
        if self.chosen is not None:
            return list(self.chosen)
        if self.number is not None:
            if self.kind == QuestionKind.YES_NO:
                return bool(self.number)
            return int(self.number) if self.number == int(self.number) else float(self.number)
        return self.text or ""
