"""`/api/v1/questionnaires`: what is asked, answering it, and the results for staff."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ..core.api import Problem, as_json, idempotent, public, who_asks
from ..core.deeds import SYSTEM, require
from ..core.models import User
from ..core.refusals import Forbidden, Refused
from ..hubs.queries import hub_at
from ..members import limits
from ..members.doors import member_of
from ..members.middleware import recognise
from . import actions, engine, queries
from .enums import IN_WORDS
from .queries import Asking, Results

router = Router(tags=["questionnaires"])
PER_HOUR = 1200


class Choice(Schema):
    value: str
    label: str


class Condition(Schema):
    question: str
    values: list[str]


class QuestionOut(Schema):
    key: str
    text: str
    help: str
    kind: str = Field(description="text, long, one, several, yes_no, number, date, scale4 or scale5")
    required: bool = Field(description="when it is asked")
    choices: list[Choice]
    shown_if: Condition | None = Field(description="asked only after one of these answers")
    element: str = Field(description="u1 to u9 in the service survey (SKM)")


class QuestionnaireOut(Schema):
    key: str
    title: str
    intro: str
    purpose: str
    state: str
    anonymous: bool
    threshold: int
    hub: str | None
    about: str = Field(description="what it is asked about at this address")
    questions: list[QuestionOut]

    @classmethod
    def of(cls, asked: Asking, key: str) -> "QuestionnaireOut":
        """What is asked at `key`."""
        about = asked.questionnaire
        listed = queries.questions_of(about)
        keys = {question.pk: question.key for question in listed}
        return cls(
            key=key,
            title=about.title,
            intro=about.intro,
            purpose=about.purpose,
            state=about.state,
            anonymous=about.is_anonymous,
            threshold=about.threshold,
            hub=asked.hub.slug if asked.hub else None,
            about=asked.subject,
            questions=[
                QuestionOut(
                    key=one.key,
                    text=one.words,
                    help=one.help,
                    kind=one.kind,
                    required=one.required,
                    choices=[Choice(value=value, label=str(label)) for value, label in engine.labels_of(one)],
                    shown_if=Condition(question=keys[one.shown_if_id], values=one.shown_values)
                    if one.shown_if_id
                    else None,
                    element=one.element,
                )
                for one in listed
            ],
        )


class AnswersIn(Schema):
    answers: dict[str, Any] = Field(
        description="by question key: a text, a number, true or false, a list, a date as 2026-11-21"
    )


class Taken(Schema):
    key: str
    on: dt.date


class CountOut(Schema):
    value: str
    label: str
    n: int


class ResultOut(Schema):
    key: str
    text: str
    n: int | None
    mean: float | None
    counts: list[CountOut]
    texts: list[str] = Field(description="in no order")


class SkmOut(Schema):
    index: float
    grade: str
    elements: dict[str, float]


class ResultsOut(Schema):
    n: int
    threshold: int
    shown: bool
    why: str = Field(
        description="few: fewer than the threshold; rest: those left out would be fewer; else empty"
    )
    questions: list[ResultOut]
    skm: SkmOut | None

    @classmethod
    def of(cls, found: Results) -> "ResultsOut":
        """The results, or only why they are not shown."""
        score = queries.skm_of_results(found)
        return cls(
            n=found.n,
            threshold=found.threshold,
            shown=found.enough,
            why=found.why,
            questions=[
                ResultOut(
                    key=one.question.key,
                    text=one.question.words,
                    n=one.n if one.enough else None,
                    mean=one.mean,
                    counts=[
                        CountOut(value=count.value, label=str(count.label), n=count.n) for count in one.counts
                    ],
                    texts=one.texts if one.question.kind in IN_WORDS else [],
                )
                for one in found.questions
            ],
            skm=SkmOut(
                index=float(score.index),
                grade=score.grade,
                elements={row.element.value: row.mean for row in score.scores},
            )
            if score is not None and score.index is not None
            else None,
        )


class TooOften(Refused):
    """Answered too often from one place (429)."""

    status = 429


def anybody(request: HttpRequest) -> User | bool:
    """The `auth` of answering: strangers too, and a member by her token."""
    user = who_asks(request)
    if user is None:
        return True
    recognise(request, user)
    return user


@router.get(
    "/{key}", response={200: QuestionnaireOut, 404: Problem}, auth=public, summary="What a questionnaire asks"
)
def questionnaire(request: HttpRequest, key: str):
    """The questions at a public address (`/s/{key}/`) or of a questionnaire, in order; drafts are not shown."""
    return QuestionnaireOut.of(queries.asked_at(request.office, key, to_answer=False), key)


@router.post(
    "/{key}/answers",
    response={201: Taken, 401: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem},
    auth=anybody,
    summary="Answer a questionnaire",
)
def answer(request: HttpRequest, key: str, data: AnswersIn) -> HttpResponse:
    """Answers to what is asked; what is not asked is left out. 422 names each wrong question, with a code in `codes`.

    An anonymous answer is kept without the token it came with, and not under an Idempotency-Key.
    """
    asked = queries.asked_at(request.office, key)
    if asked.questionnaire.is_anonymous:
        place = f"{request.META.get('REMOTE_ADDR', '')} {key}"
        if not limits.within_for(request, "answer", place, PER_HOUR, 3600):
            raise TooOften("too_often", _("That was often enough for now. Please try again in an hour."))
        return as_json(*_keep(asked, key, data))
    return idempotent(_named)(request, asked, key, data)


def _named(request: HttpRequest, asked: Asking, key: str, data: AnswersIn) -> tuple[int, Schema]:
    person = member_of(request)
    return _keep(asked, key, data, by=request.auth, person=person)


def _keep(asked: Asking, key: str, data: AnswersIn, **who: Any) -> tuple[int, Schema]:
    cleaned = engine.check_answers(asked.questionnaire, data.answers)
    made = actions.save_answers(
        asked.questionnaire, cleaned, subject=asked.subject, hub=asked.hub, **({"by": SYSTEM} | who)
    )
    return 201, Taken(key=key, on=made.on)


@router.get(
    "/{key}/results",
    response={200: ResultsOut, 403: Problem, 404: Problem},
    summary="What was answered",
)
def results(
    request: HttpRequest,
    key: str,
    hub: str = "",
    about: str | None = None,
    first: dt.date | None = Query(None, alias="from"),  # noqa: B008 - how ninja names a keyword
    last: dt.date | None = Query(None, alias="to"),  # noqa: B008
):
    """Per question how many answered what, of the days `from` to `to`. Nothing below the threshold. For staff.

    Of the office's questionnaire the staff of a hub name their `hub`.
    """
    found = queries.questionnaire_at(request.office, key)
    require(request.auth, "questionnaires.see", found)
    at = hub_at(request.office, hub) if hub else None
    mine = queries.hubs_read(request.roles, found)
    if mine is not None and (at is None or at.pk not in mine):
        raise Forbidden("forbidden", _("Name your hub: you read what was answered there."))
    end = last + dt.timedelta(days=1) if last else None
    return ResultsOut.of(queries.results(found, subject=about, hub=at, start=first, end=end))
