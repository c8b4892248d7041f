"""Reads about questionnaires and what was answered. Office or questionnaire is always named by the caller.

Nothing is shown of fewer answers than the threshold, nor of so many that the rest would be fewer.
"""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncQuarter
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from ..members.models import Person
from ..members.queries import Roles
from .engine import labels_of
from .enums import IN_WORDS, SCALES, Element, Purpose, QuestionKind, State
from .models import THRESHOLD, Answer, Link, Question, Questionnaire, Submission
from .skm import Skm, Words, skm

COUNTER = "counter"  # the subject of a hub's desk


def questionnaires_of(
    office: Office, *, hub: Hub | None = None, purpose: str = "", state: str = ""
) -> QuerySet[Questionnaire]:
    """The office's questionnaires, newest first; with `hub` those that can be asked there (its own, the office's)."""
    found = Questionnaire.objects.filter(office=office).select_related("hub", "office")
    if hub is not None:
        found = found.filter(Q(hub=hub) | Q(hub=None))
    if purpose:
        found = found.filter(purpose=purpose)
    if state:
        found = found.filter(state=state)
    return found.order_by("-id")


def visible_to(roles: Roles, office: Office) -> QuerySet[Questionnaire]:
    """The questionnaires whose answers may be seen with these roles (`questionnaires.see`); never the trust pulse."""
    found = questionnaires_of(office).exclude(purpose=Purpose.PULSE)
    if roles.office:
        return found
    making = [hub for hub, names in roles.hubs.items() if {"manager", "program"} & names]
    return found.filter(Q(hub__in=making) | Q(hub=None)) if making else found.none()


def with_counts(rows: QuerySet[Questionnaire]) -> QuerySet[Questionnaire]:
    """The same, each with how many questions it has and how many answered (`questions_n`, `answers_n`)."""
    return rows.annotate(questions_n=_number_of(Question), answers_n=_number_of(Submission))


def _number_of(model: type[Question] | type[Submission]) -> Coalesce:
    rows = model.objects.filter(questionnaire=OuterRef("pk")).order_by().values("questionnaire")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def questionnaire_at(office: Office | None, key: str) -> Questionnaire:
    """The office's questionnaire with this key, in any state. Raises NotFound (`unknown_questionnaire`)."""
    found = (
        Questionnaire.objects.select_related("office", "hub").filter(office=office, key=key).first()
        if office
        else None
    )
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("unknown_questionnaire", _("There is no such questionnaire here."))


@dataclass(frozen=True)
class Asking:
    """A questionnaire as it is asked at one address: about what, at which hub."""

    questionnaire: Questionnaire
    subject: str = ""
    hub: Hub | None = None
    title: str = ""
    link: Link | None = None


def asked_at(office: Office | None, key: str, *, to_answer: bool = True) -> Asking:
    """What is asked at a public address of the office, or under a questionnaire's own key (about nothing in particular).

    Drafts are asked nowhere; registration questions are only read here, they are answered where one registers.
    Raises NotFound (`unknown_questionnaire`).
    """
    if office is None:
        raise _unknown()
    link = (
        Link.objects.select_related("questionnaire__office", "questionnaire__hub", "hub")
        .filter(questionnaire__office=office, key=key)
        .first()
    )
    found = link.questionnaire if link is not None else questionnaire_at(office, key)
    if found.is_draft or (to_answer and found.purpose == Purpose.REGISTRATION):
        raise _unknown()
    if link is not None:
        return Asking(found, link.subject, link.hub or found.hub, link.title, link)
    return Asking(found, "", found.hub)


def questions_of(questionnaire: Questionnaire) -> list[Question]:
    """Its questions in order."""
    return list(questionnaire.questions.all())


def links_of(questionnaire: Questionnaire) -> QuerySet[Link]:
    """Where it is asked, and about what."""
    return questionnaire.links.select_related("hub").order_by("-id")


def skm_of(hub: Hub) -> Questionnaire | None:
    """The open service survey that is asked at a hub: its own before the office's; None when there is none yet."""
    open_ones = questionnaires_of(hub.office, hub=hub, purpose=Purpose.SKM, state=State.OPEN)
    return open_ones.order_by(F("hub").asc(nulls_last=True), "-id").first()


def counter_link(hub: Hub) -> Link | None:
    """Where visitors of a hub's desk answer the service survey; None while nobody opened it."""
    return survey_link(hub, COUNTER)


def survey_link(hub: Hub, subject: str) -> Link | None:
    """Where the service survey is answered about a subject at a hub; None while nobody asked, or when it is closed."""
    open_ones = Link.objects.filter(
        hub=hub, subject=subject, questionnaire__state=State.OPEN, questionnaire__purpose=Purpose.SKM
    )
    return open_ones.select_related("questionnaire").order_by("-id").first()


def subjects_of(questionnaire: Questionnaire) -> list[str]:
    """What it was answered about."""
    return list(questionnaire.submissions.order_by("subject").values_list("subject", flat=True).distinct())


def has_answers(questionnaire: Questionnaire) -> bool:
    """Whether anybody answered: then its questions are frozen."""
    return questionnaire.submissions.exists()


def submission_of(questionnaire: Questionnaire, person: Person, subject: str = "") -> Submission | None:
    """What a person answered by name about a subject, or None."""
    return Submission.objects.filter(
        questionnaire=questionnaire, person=person, subject=subject, is_anonymous=False
    ).first()


def answers_of(submissions: Iterable[Submission]) -> dict[int, dict[str, Any]]:
    """`{question key: value}` of named submissions by their id, in one query."""
    found: dict[int, dict[str, Any]] = {one.pk: {} for one in submissions if not one.is_anonymous}
    rows = Answer.objects.filter(submission__in=list(found)).select_related("question")
    for row in rows.order_by("question__position"):
        found[row.submission_id][row.question.key] = row.value
    return found


def hubs_read(roles: Roles, questionnaire: Questionnaire) -> list[int] | None:
    """The hubs (ids) whose part of the answers these roles may read; None for all of it.

    Of the office's questionnaire, a hub's manager and program staff read what was answered at their hub.
    """
    if roles.office or questionnaire.hub_id is not None:
        return None
    return [hub for hub, names in roles.hubs.items() if {"manager", "program"} & names]


def named_rows(
    questionnaire: Questionnaire,
    *,
    subject: str | None = None,
    hub: Hub | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> QuerySet[Submission]:
    """Who answered by name, in order; nobody for an anonymous one."""
    rows = questionnaire.submissions.filter(_where(subject, hub, start, end), is_anonymous=False)
    return rows.select_related("person").order_by("at", "pk")


def _where(
    subject: str | None = None,
    hub: Hub | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    *,
    of: str = "",
) -> Q:
    """The condition on submissions; `of="submission__"` on their answers."""
    wanted = {"subject": subject, "hub": hub, "on__gte": start, "on__lt": end}
    return Q(**{f"{of}{name}": value for name, value in wanted.items() if value is not None})


@dataclass(frozen=True)
class Counted:
    """One answer and how many gave it; `share` of those who answered the question."""

    value: str
    label: Words
    n: int
    share: float


@dataclass
class Result:
    """What was answered to one question; nothing but `n` when `enough` is not."""

    question: Question
    n: int = 0
    enough: bool = False
    counts: list[Counted] = field(default_factory=list)
    mean: float | None = None
    texts: list[str] = field(default_factory=list)  # in no order


@dataclass
class Results:
    """What was answered to a questionnaire. When `enough` is not, `why` is `few` or `rest` and nothing else stands here."""

    questionnaire: Questionnaire
    n: int
    threshold: int
    why: str = ""
    questions: list[Result] = field(default_factory=list)

    @property
    def enough(self) -> bool:
        """Whether the figures may be shown."""
        return not self.why


def why_hidden(n: int, all_of_them: int, threshold: int) -> str:
    """`few` when fewer than the threshold answered, `rest` when those left out would be fewer; else nothing."""
    if n < threshold:
        return "few"
    return "rest" if 0 < all_of_them - n < threshold else ""


def results(
    questionnaire: Questionnaire,
    *,
    subject: str | None = None,
    hub: Hub | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Results:
    """Per question how many answered, what, and the mean; of the days [start, end). Nothing below the threshold."""
    n = questionnaire.submissions.filter(_where(subject, hub, start, end)).count()
    everybody = questionnaire.submissions.count()
    threshold = questionnaire.threshold
    why = why_hidden(n, everybody, threshold)
    if why:
        return Results(questionnaire, n, threshold, why)
    listed = [Result(question) for question in questions_of(questionnaire)]
    answers = Answer.objects.filter(
        _where(subject, hub, start, end, of="submission__"), submission__questionnaire=questionnaire
    )
    given = _given(answers)
    for result in listed:
        _count(result, given.get(result.question.pk, {}), threshold)
    wordy = [one.question.pk for one in listed if one.enough and one.question.kind in IN_WORDS]
    if wordy:
        texts: dict[int, list[str]] = {}
        for pk, text in answers.filter(question__in=wordy).values_list("question_id", "text"):
            texts.setdefault(pk, []).append(text or "")
        for result in listed:
            result.texts = texts.get(result.question.pk, [])
            random.shuffle(result.texts)
    return Results(questionnaire, n, threshold, "", listed)


Given = dict[int, dict[str | Decimal | None, int]]


def _given(answers: QuerySet[Answer]) -> Given:
    """How often each value was given, by question; texts are only counted."""
    found: Given = {}
    plain = answers.exclude(kind=QuestionKind.SEVERAL).exclude(kind__in=IN_WORDS)
    for pk, text, number, n in plain.values_list("question_id", "text", "number").annotate(n=Count("id")):
        found.setdefault(pk, {})[text if number is None else number] = n
    for pk, n in answers.filter(kind__in=IN_WORDS).values_list("question_id").annotate(n=Count("id")):
        found.setdefault(pk, {})[None] = n
    for pk, chosen, n in (
        answers.filter(kind=QuestionKind.SEVERAL).values_list("question_id", "chosen").annotate(n=Count("id"))
    ):
        options = found.setdefault(pk, {})
        options[None] = options.get(None, 0) + n
        for option in chosen:
            options[option] = options.get(option, 0) + n
    return found


def _count(result: Result, given: dict[str | Decimal | None, int], threshold: int) -> None:
    kind = QuestionKind(result.question.kind)
    several = kind == QuestionKind.SEVERAL or kind in IN_WORDS
    result.n = given.get(None, 0) if several else sum(given.values())
    result.enough = result.n >= threshold
    if not result.enough:
        return
    named = {_as_value(kind, value): n for value, n in given.items() if value is not None}
    labels = labels_of(result.question)
    if not labels and kind == QuestionKind.DATE:
        labels = [(value, value) for value in sorted(named)]
    result.counts = [
        Counted(value, label, named.get(value, 0), named.get(value, 0) / result.n) for value, label in labels
    ]
    if kind in SCALES or kind == QuestionKind.NUMBER:
        total = sum((value * n for value, n in given.items() if isinstance(value, Decimal)), Decimal())
        result.mean = float(total / result.n)


def _as_value(kind: QuestionKind, value: str | Decimal) -> str:
    if not isinstance(value, Decimal):
        return value
    if kind == QuestionKind.YES_NO:
        return "yes" if value else "no"
    return f"{value.normalize():f}"


def _surveys(office: Office) -> QuerySet[Questionnaire]:
    return Questionnaire.objects.filter(office=office, purpose=Purpose.SKM)


def _threshold(office: Office) -> int:
    """The highest of the office's service surveys: they are read together."""
    return _surveys(office).aggregate(most=Max("threshold"))["most"] or THRESHOLD


Sums = dict[Element, tuple[int, int]]


def _elements(office: Office) -> dict[int, Element]:
    """Which element each question of the office's service surveys is about, all versions; few, so answers need no join."""
    asked = Question.objects.filter(questionnaire__in=_surveys(office)).exclude(element="")
    return {pk: Element(element) for pk, element in asked.values_list("pk", "element")}


def _add(sums: Sums, element: Element, total: int, n: int) -> None:
    before = sums.get(element, (0, 0))
    sums[element] = (before[0] + total, before[1] + n)


def skm_index(
    office: Office,
    *,
    hub: Hub | None = None,
    subject: str | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Skm:
    """The service survey's index with its nine means, over all versions; of a hub, a subject, the days [start, end)."""
    rows = Submission.objects.filter(_where(subject, hub, start, end), questionnaire__in=_surveys(office))
    elements = _elements(office)
    answers = Answer.objects.filter(
        _where(subject, hub, start, end, of="submission__"), question__in=list(elements)
    )
    sums: Sums = {}
    for question, total, n in answers.values_list("question").annotate(total=Sum("number"), n=Count("id")):
        _add(sums, elements[question], int(total), n)
    return skm(rows.count(), sums, _threshold(office))


@dataclass(frozen=True)
class Places:
    """The service survey of one hub, or of the office: all of it, and its two parts where neither can be subtracted."""

    whole: Skm
    counter: Skm | None = None
    events: Skm | None = None


def skm_by_hub(office: Office, *, start: dt.date, end: dt.date) -> dict[int | None, Places]:
    """The index of the days [start, end) by hub id and for the whole office (None), with its parts; four queries.

    The parts are shown only where each of those answered has enough answers, so that none is found by subtracting.
    """
    elements = _elements(office)
    about = Case(
        When(subject=COUNTER, then=Value("counter")),
        When(subject__startswith="event:", then=Value("events")),
        default=Value("other"),
        output_field=CharField(),
    )
    days = Submission.objects.filter(_where(None, None, start, end), questionnaire__in=_surveys(office))
    counted: dict[tuple[int | None, str], int] = {}
    sums: dict[tuple[int | None, str], Sums] = {}
    for hub, part, n in days.annotate(about=about).values_list("hub", "about").annotate(n=Count("id")):
        for key in _places(hub, part):
            counted[key] = counted.get(key, 0) + n
    answers = Answer.objects.filter(question__in=list(elements), submission__in=days)
    about = Case(
        When(submission__subject=COUNTER, then=Value("counter")),
        When(submission__subject__startswith="event:", then=Value("events")),
        default=Value("other"),
        output_field=CharField(),
    )
    rows = answers.annotate(about=about).values_list("submission__hub", "about", "question")
    for hub, part, question, total, n in rows.annotate(total=Sum("number"), n=Count("id")):
        for key in _places(hub, part):
            _add(sums.setdefault(key, {}), elements[question], int(total), n)
    threshold = _threshold(office)
    found = {}
    for hub in {hub for hub, _part in counted} | {None}:
        of = {
            part: skm(counted.get((hub, part), 0), sums.get((hub, part), {}), threshold)
            for part in ("", "counter", "events", "other")
        }
        told = [one for part, one in of.items() if part and one.n]
        apart = len(told) > 1 and all(one.enough for one in told)
        found[hub] = Places(
            of[""],
            *(
                of[part] if apart or (len(told) == 1 and of[part].n) else None
                for part in ("counter", "events")
            ),
        )
    return found


def _places(hub: int | None, part: str) -> set[tuple[int | None, str]]:
    return {(hub, part), (hub, ""), (None, part), (None, "")}


def skm_about(hub: Hub, subject: str) -> Skm:
    """The index about one subject at a hub; nothing when few answered, or when the hub's others would be few."""
    found = skm_index(hub.office, hub=hub, subject=subject)
    everybody = Submission.objects.filter(questionnaire__in=_surveys(hub.office), hub=hub).count()
    if why_hidden(found.n, everybody, found.threshold):
        return Skm(found.n, found.threshold)
    return found


def skm_of_results(found: Results) -> Skm | None:
    """The index of one service survey's results; None for other questionnaires or when too few answered."""
    if found.questionnaire.purpose != Purpose.SKM or not found.enough:
        return None
    sums = {
        Element(one.question.element): (round((one.mean or 0) * one.n), one.n)
        for one in found.questions
        if one.question.element and one.enough
    }
    return skm(found.n, sums, found.threshold)


@dataclass(frozen=True)
class Quarter:
    """One quarter of a hub's service survey."""

    start: dt.date
    skm: Skm

    @property
    def number(self) -> int:
        """1 to 4."""
        return (self.start.month + 2) // 3

    @property
    def name(self) -> str:
        """`Quarter 4, 2026`."""
        return gettext("Quarter %(number)s, %(year)s") % {"number": self.number, "year": self.start.year}


def skm_by_quarter(
    office: Office, *, hubs: Iterable[Hub] | None = None, subject: str | None = None
) -> dict[int | None, list[Quarter]]:
    """The index of every quarter with answers by hub id, the newest first; without `hubs`, of the whole office (None)."""
    elements = _elements(office)
    rows = Submission.objects.filter(_where(subject), questionnaire__in=_surveys(office))
    answers = Answer.objects.filter(_where(subject, of="submission__"), question__in=list(elements))
    if hubs is not None:
        named = list(hubs)
        rows, answers = rows.filter(hub__in=named), answers.filter(submission__hub__in=named)
    by_hub = hubs is not None
    places = ("hub", "quarter") if by_hub else ("quarter",)
    counted: dict[tuple[int | None, dt.date], int] = {}
    sums: dict[tuple[int | None, dt.date], Sums] = {}
    for row in rows.annotate(quarter=TruncQuarter("on")).values(*places).annotate(n=Count("id")):
        counted[(row.get("hub"), row["quarter"])] = row["n"]
    answers = answers.annotate(quarter=TruncQuarter("submission__on"), hub=F("submission__hub"))
    for row in answers.values("question", *places).annotate(total=Sum("number"), n=Count("id")):
        key = (row.get("hub"), row["quarter"])
        _add(sums.setdefault(key, {}), elements[row["question"]], int(row["total"]), row["n"])
    threshold = _threshold(office)
    found: dict[int | None, list[Quarter]] = {}
    for (hub_id, quarter), n in sorted(counted.items(), key=lambda pair: pair[0][1], reverse=True):
        found.setdefault(hub_id, []).append(
            Quarter(quarter, skm(n, sums.get((hub_id, quarter), {}), threshold))
        )
    return found


def own_copy(row: Submission) -> dict[str, Any]:
    """What a person gets of one of her named answers in the copy of her data."""
    return {
        "questionnaire": row.questionnaire.title,
        "about": row.subject,
        "at": row.at.isoformat() if row.at else None,
        "answers": {
            answer.question.words: answer.value
            for answer in row.answers.select_related("question").order_by("question__position")
        },
    }
