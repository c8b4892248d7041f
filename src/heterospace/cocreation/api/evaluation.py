"""`/api/v1/initiatives/{key}/criteria` and `…/judgements`: what was to be reached, and how every party judges."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public
from ...members.doors import member_of
from .. import actions, evaluation
from ..models import Criterion, Judgement
from ..names import name_all
from .initiatives import at, hat_of
from .shapes import HAT, WhoOut

router = Router(tags=["co-creation"])
WRONG = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class CriterionIn(Schema):
    text: str
    baseline: str = Field(description="how it is before; without it nobody can tell a change")
    measured_by: str = Field("judgement", description="figure, survey or judgement")
    unit: str = ""
    target: str = ""


class CriterionOut(Schema):
    number: int
    text: str
    baseline: str
    target: str
    unit: str
    measured_by: str
    value: str = Field(description="how it is now; empty before it was measured")
    source: str
    measured_at: Moment | None

    @classmethod
    def of(cls, row: Criterion, zone: str) -> "CriterionOut":
        """A criterion before and after."""
        return cls(
            number=row.place,
            text=row.text,
            baseline=row.baseline,
            target=row.target,
            unit=row.unit,
            measured_by=row.measured_by,
            value=row.value,
            source=row.source,
            measured_at=in_zone(row.measured_at, zone) if row.measured_at else None,
        )


class JudgementIn(Schema):
    result: int = Field(description="1 nothing came of it, 5 all that was hoped for")
    influence: int = Field(description="one's own: 1 none, 5 it is ours as well")
    again: bool = Field(description="would do it again")
    words: str = ""
    organisation: str = HAT
    criteria: dict[int, str] = Field(
        {}, description="met, partly, missed or unknown by the criterion's number"
    )


class JudgementOut(Schema):
    by: WhoOut
    result: int
    influence: int
    again: bool
    words: str
    criteria: dict[int, str]
    at: Moment


class OwnNameOut(Schema):
    n: int
    result: dict[int, int]
    influence: dict[int, int]
    again: int


class JudgementList(Items[JudgementOut]):
    own_name: OwnNameOut | None = Field(
        description="people who judged in their own name, counted; none while they are fewer than five"
    )
    silent: list[str] = Field(description="slugs of organisations that took part and have not judged")


def _told(row: Judgement, places: dict[int, int], zone: str) -> JudgementOut:
    return JudgementOut(
        by=WhoOut.of(row),
        result=row.result,
        influence=row.influence,
        again=row.again,
        words=row.words,
        criteria={places[one.criterion_id]: one.met for one in row.of_criteria.all()},
        at=in_zone(row.at, zone),
    )


@router.get(
    "/{key}/criteria", response={200: Items[CriterionOut], 404: Problem}, auth=public, summary="Criteria"
)
def criteria(request: HttpRequest, key: str):
    """How one would know that it worked: before, hoped for, now."""
    found = at(request, key)
    return items(CriterionOut.of(row, found.hub.timezone) for row in found.criteria.order_by("place"))


@router.post("/{key}/criteria", response={201: CriterionOut, **WRONG}, summary="Write a criterion")
@idempotent
def write(request: HttpRequest, key: str, data: CriterionIn):
    """With how it is now; by who guides the initiative, while it is framed (409 `not_framing` afterwards)."""
    found = at(request, key)
    made = actions.add_criterion(found, by=request.auth, **data.model_dump())
    return 201, CriterionOut.of(made, found.hub.timezone)


@router.get(
    "/{key}/judgements", response={200: JudgementList, 404: Problem}, auth=public, summary="How parties judge"
)
def judgements(request: HttpRequest, key: str):
    """Every organisation's judgement under its name; people in their own name only counted, from five on."""
    found = at(request, key)
    told = evaluation.read(found)
    places = {row.pk: row.place for row in told.criteria}
    rows = [_told(row, places, found.hub.timezone) for row in told.parties]
    own = None
    if told.own is not None:
        result, influence = (
            next(row for row in drawn if row.key == evaluation.OWN) for drawn in (told.result, told.influence)
        )
        own = OwnNameOut(
            n=told.own.n,
            again=told.own.again,
            result={mark.value: mark.n for mark in result.marks},
            influence={mark.value: mark.n for mark in influence.marks},
        )
    silent = [one.slug for _key, _label, bodies in told.silent for one in bodies]
    return {**items(rows), "own_name": own, "silent": silent}


@router.post("/{key}/judgements", response={201: JudgementOut, **WRONG}, summary="Judge what became of it")
@idempotent
def judge(request: HttpRequest, key: str, data: JudgementIn):
    """Once an organisation, or once in one's own name; again changes it while it is evaluated (409 `not_evaluating` before)."""
    member_of(request)
    found = at(request, key)
    row = actions.judge(
        found,
        by=request.auth,
        result=data.result,
        influence=data.influence,
        again=data.again,
        words_said=data.words,
        criteria=data.criteria,
        organisation=hat_of(request, data.organisation),
    )
    name_all([row], request.person)
    places = dict(found.criteria.order_by("pk").values_list("pk", "place"))
    return 201, _told(row, places, found.hub.timezone)
