"""`/api/v1/initiatives`: proposing, answering, stages, acts, and who stayed."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public
from ...core.deeds import require
from ...core.refusals import Invalid, NotFound
from ...hubs.queries import hub_at
from ...members.actions import enter_guest
from ...members.doors import member_of
from ...members.models import Organisation, Person
from ...members.queries import organisation_at, person_at
from .. import actions, queries, told
from ..continuity import STAGES, SectorRow, balance
from ..enums import Channel
from ..models import Act, Initiative, Stage
from ..names import name_all
from ..timeline import sentence

router = Router(tags=["co-creation"])


class StageOut(Schema):
    stage: str
    state: str
    starts_on: dt.date
    ends_on: dt.date
    influence: str = Field(description="inform, consult, collaborate or decide")
    rules: str
    version: int = Field(description="of the rules; 0 while they are not frozen")
    digest: str = Field(description="SHA-256 of the frozen rules; empty before the stage opens")
    opened_at: Moment | None
    closed_at: Moment | None
    result: str
    reason: str = Field(description="why it opened or closed without somebody, as everybody may read it")

    @classmethod
    def of(cls, stage: Stage) -> "StageOut":
        """A stage with the version of its rules that is in force."""
        zone = stage.initiative.hub.timezone
        latest = max(stage.versions.all(), key=lambda one: one.number, default=None)
        return cls(
            stage=stage.kind,
            state=stage.state,
            starts_on=stage.starts_on,
            ends_on=stage.ends_on,
            influence=stage.influence,
            rules=stage.rules,
            version=latest.number if latest else 0,
            digest=latest.digest if latest else "",
            opened_at=in_zone(stage.opened_at, zone) if stage.opened_at else None,
            closed_at=in_zone(stage.closed_at, zone) if stage.closed_at else None,
            result=stage.result,
            reason=stage.close_reason or stage.open_reason,
        )


class StewardOut(Schema):
    organisation: str
    sector: str


class InitiativeOut(Schema):
    id: str = Field(description="its slug; its reference works as well")
    reference: str
    title: str
    problem: str
    hope: str
    pattern: str
    hub: str
    state: str
    proposed_for: str | None = Field(description="slug of the organisation that proposed it")
    proposed_at: Moment
    answer_due: Moment = Field(description="by when the hub promised its answer")
    answered_at: Moment | None
    answer: str
    stage: str | None = Field(description="the stage that is open")
    stages: list[StageOut]
    stewards: list[StewardOut]
    result: str
    end_reason: str
    copied_from: str | None

    @classmethod
    def of(cls, it: Initiative) -> "InitiativeOut":
        """An initiative as it stands."""
        zone = it.hub.timezone
        stages = list(it.stages.prefetch_related("versions").order_by("place"))
        for one in stages:
            one.initiative = it
        return cls(
            id=it.slug,
            reference=it.reference,
            title=it.title,
            problem=it.problem,
            hope=it.hope,
            pattern=it.pattern,
            hub=it.hub.slug,
            state=it.state,
            proposed_for=it.proposed_for.slug if it.proposed_for else None,
            proposed_at=in_zone(it.proposed_at, zone),
            answer_due=in_zone(it.answer_due, zone),
            answered_at=in_zone(it.answered_at, zone) if it.answered_at else None,
            answer=it.answer,
            stage=next((one.kind for one in stages if one.is_open), None),
            stages=[StageOut.of(one) for one in stages],
            stewards=[
                StewardOut(organisation=one.organisation.slug, sector=one.sector)
                for one in queries.stewards_of(it)
            ],
            result=it.result,
            end_reason=it.end_reason,
            copied_from=it.copied_from.slug if it.copied_from else None,
        )


class InitiativeLine(Schema):
    id: str
    reference: str
    title: str
    hub: str
    state: str
    stage: str | None
    organisations: int
    missing: list[str] = Field(description="sectors that framed it and are missing in its open stage")
    answer_due: Moment


class InitiativeIn(Schema):
    title: str
    problem: str
    hub: str = Field(description="slug of the hub that should answer")
    hope: str = ""
    pattern: str = Field("other", description="program, event, space, policy or other")
    organisation: str = Field("", description="slug of the organisation you speak for; empty for yourself")


class AnswerIn(Schema):
    accept: bool
    reason: str


class StewardIn(Schema):
    person: int | None = Field(None, description="number of the person; without it yourself")
    organisation: str = Field(description="slug of the organisation she speaks for")


class StageIn(Schema):
    stage: str = Field(description="frame, design, deliver or evaluate")
    act: str = Field("plan", description="plan, open or close")
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    influence: str | None = None
    rules: str | None = None
    result: str = Field("", description="closing: the published result")
    reason: str = Field(
        "", description="why open rules change, or why a stage opens or closes without somebody"
    )
    outcome: str = Field("", description="closing evaluate: continue, adapt, stop or replicate")
    outcome_reason: str = ""


class SomebodyIn(Schema):
    name: str
    email: str = ""
    whatsapp: str = ""


class ActIn(Schema):
    kind: str = Field(
        description="attended, proposed, amended, commented, voted, promised, delivered or evaluated"
    )
    source: str = Field(description="how it is known: a list, a sheet, notes")
    channel: str = Field(Channel.MEETING, description="online, meeting, desk or paper")
    person: int | SomebodyIn = Field(description="number of a person, or name with e-mail or WhatsApp")
    organisation: str = Field("", description="slug of the one organisation she spoke for")
    stage: str = Field("", description="without it the open one")
    at: Moment | None = None


class ActOut(Schema):
    stage: str
    kind: str
    channel: str
    source: str
    organisation: str | None
    sector: str
    who: str = Field(description="the organisation, or a name shown with consent, or that it was a member")
    at: Moment


class SectorOut(Schema):
    sector: str
    active: dict[str, int] = Field(description="organisations by stage")
    shaped: int = Field(description="active in frame or design")
    invited: int = Field(description="of those, invited in deliver or evaluate")
    came: int = Field(description="of those who shaped, active in deliver or evaluate")
    delivered: int
    evaluated: int
    through: int = Field(description="of those who shaped, active in deliver and in evaluate")
    through_rate: float | None
    all_four: int = Field(description="active in every stage")
    all_four_rate: float | None = Field(description="of those who framed")
    continuity: dict[str, float | None] = Field(
        description="share of a stage's organisations that were active in the other, by `frame-design` and so on"
    )

    @classmethod
    def of(cls, row: SectorRow) -> "SectorOut":
        """A sector's row with its counts."""
        pairs = [(one, other) for place, one in enumerate(STAGES) for other in STAGES[place + 1 :]]
        return cls(
            sector=row.sector,
            active={stage: len(row.active[stage]) for stage in STAGES},
            shaped=len(row.shaped),
            invited=len(row.invited),
            came=len(row.came),
            delivered=len(row.delivered),
            evaluated=len(row.evaluated),
            through=len(row.through),
            through_rate=_plain(row.through_rate),
            all_four=len(row.all_four),
            all_four_rate=_plain(row.all_four_rate),
            continuity={f"{one}-{other}": _plain(row.continuity(one, other)) for one, other in pairs},
        )


class OrganisationLine(Schema):
    organisation: str
    name: str
    sector: str
    active: dict[str, bool]
    shaped: bool
    invited: bool
    came: bool
    delivered: bool
    evaluated: bool
    through: bool


class AlarmOut(Schema):
    stage: str
    sector: str
    not_invited: list[str] = Field(description="slugs of organisations that framed and were not invited here")
    invited: list[str] = Field(description="slugs of those that were invited and have not come")


class ContinuityOut(Schema):
    sectors: list[SectorOut]
    everybody: SectorOut
    organisations: list[OrganisationLine]
    alarms: list[AlarmOut]
    balance: float | None = Field(
        description="entropy of sectors among acts over ln(sectors present); 1 is even"
    )


class StepOut(Schema):
    kind: str
    at: Moment
    stage: str | None
    says: str


def _plain(share: Any) -> float | None:
    return None if share is None else float(share)


@router.get("", response=Items[InitiativeLine], auth=public, summary="What is made together")
def initiatives(
    request: HttpRequest,
    hub: str = "",
    state: str = Query("", description="running, proposed, ended"),
    q: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """Initiatives of the office, those that run first; `count` is how many in all."""
    if request.office is None:
        return items([])
    found = queries.listed(
        request.office, hub=hub_at(request.office, hub) if hub else None, state=state, words=q[:80]
    )
    page = list(found[offset : offset + limit])
    missing = told.alarmed(page)
    return {
        "items": [
            InitiativeLine(
                id=one.slug,
                reference=one.reference,
                title=one.title,
                hub=one.hub.slug,
                state=one.state,
                stage=one.stage_kind,
                organisations=one.organisations or 0,
                missing=missing.get(one.pk, []),
                answer_due=in_zone(one.answer_due, one.hub.timezone),
            )
            for one in page
        ],
        "count": found.count(),
    }


@router.post(
    "",
    response={201: InitiativeOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Propose an initiative",
)
@idempotent
def propose(request: HttpRequest, data: InitiativeIn):
    """Tell a hub of a problem to be solved together; it answers with a reason by `answer_due`."""
    member_of(request)
    made = actions.propose_initiative(
        hub_at(request.office, data.hub),
        by=request.auth,
        title=data.title,
        problem=data.problem,
        hope=data.hope,
        pattern=data.pattern,
        organisation=hat_of(request, data.organisation),
    )
    return 201, InitiativeOut.of(made)


def hat_of(request: HttpRequest, slug: str) -> Organisation | None:
    """The organisation a request speaks for; None for one's own name. Raises NotFound."""
    return organisation_at(request.office, slug) if slug else None


def at(request: HttpRequest, key: str) -> Initiative:
    """The initiative with this slug or reference. Raises NotFound."""
    if request.office is None:
        raise NotFound("unknown_initiative", _("There is no such initiative here."))
    return queries.initiative_at(request.office, key)


@router.get("/{key}", response={200: InitiativeOut, 404: Problem}, auth=public, summary="One initiative")
def one(request: HttpRequest, key: str):
    """An initiative with its stages, their rules and results. `key` is its slug or reference."""
    return InitiativeOut.of(at(request, key))


@router.post(
    "/{key}/answer",
    response={200: InitiativeOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="The hub's answer",
)
@idempotent
def answer(request: HttpRequest, key: str, data: AnswerIn):
    """Take an initiative up or not, with the reason everybody may read: the hub's team. 409 `already_answered`."""
    act = actions.accept_initiative if data.accept else actions.decline_initiative
    return 200, InitiativeOut.of(act(at(request, key), data.reason, by=request.auth))


@router.post(
    "/{key}/stewards",
    response={201: InitiativeOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Let somebody guide it too",
)
@idempotent
def steward(request: HttpRequest, key: str, data: StewardIn):
    """A steward of another sector, say: by those who guide it and the hub's team. 409 `already_steward`."""
    found = at(request, key)
    person = person_at(request.office, data.person) if data.person is not None else member_of(request)
    actions.add_steward(found, person, organisation_at(request.office, data.organisation), by=request.auth)
    return 201, InitiativeOut.of(at(request, key))


@router.post(
    "/{key}/stages",
    response={200: StageOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Plan, open or close a stage",
)
@idempotent
def stages(request: HttpRequest, key: str, data: StageIn):
    """Plan a stage (`starts_on`, `ends_on`, `influence`, `rules`; `reason` once it is open), open it, or close it with its `result`.

    409 `two_sectors`, `stage_before`, `no_promise` (give a `reason`), `sector_missing` (with `missing`; give a `reason`).
    """
    stage = queries.stage_at(at(request, key), data.stage)
    plan = {
        name: value
        for name in ("starts_on", "ends_on", "influence", "rules")
        if (value := getattr(data, name)) is not None
    }
    if data.act == "plan":
        actions.plan_stage(stage, by=request.auth, reason=data.reason, **plan)
    elif data.act == "open":
        if plan:
            actions.plan_stage(stage, by=request.auth, **plan)
        actions.open_stage(
            queries.stage_at(stage.initiative, data.stage), by=request.auth, reason=data.reason
        )
    elif data.act == "close":
        actions.close_stage(
            stage,
            data.result,
            by=request.auth,
            reason=data.reason,
            outcome=data.outcome,
            outcome_reason=data.outcome_reason,
        )
    else:
        raise Invalid("act", _("Choose from the list."), fields={"act": _("Choose from the list.")})
    return 200, StageOut.of(queries.stage_at(stage.initiative, data.stage))


@router.get("/{key}/acts", response=Items[ActOut], auth=public, summary="Who did what")
def acts(
    request: HttpRequest,
    key: str,
    limit: int = Query(200, ge=1, le=1000),
    offset: int = Query(0, ge=0, le=10**9),
):
    """The act ledger without annulled lines, in the order things happened."""
    found = queries.acts_of(at(request, key)).select_related("organisation", "stage", "initiative__hub")
    return {
        "items": [_told(act) for act in name_all(found[offset : offset + limit])],
        "count": found.count(),
    }


def _told(act: Act) -> ActOut:
    return ActOut(
        stage=act.stage.kind,
        kind=act.kind,
        channel=act.channel,
        source=act.source,
        organisation=act.organisation.slug if act.organisation else None,
        sector=act.sector,
        who=act.who,  # type: ignore[attr-defined]
        at=in_zone(act.at, act.initiative.hub.timezone),
    )


@router.post(
    "/{key}/acts",
    response={201: ActOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Enter an act from a list",
)
@idempotent
def record(request: HttpRequest, key: str, data: ActIn):
    """What somebody did away from the system: by those who guide the initiative and the hub's desk. The same act twice is one."""
    found = at(request, key)
    require(request.auth, "cocreation.facilitate", found)
    act = actions.record_act(
        found,
        _somebody(request, data.person),
        data.kind,
        by=request.auth,
        source=data.source,
        organisation=hat_of(request, data.organisation),
        stage=queries.stage_at(found, data.stage) if data.stage else None,
        channel=data.channel,
        at=data.at,
    )
    (named,) = name_all([act])
    return 201, _told(named)


def _somebody(request: HttpRequest, who: int | SomebodyIn) -> Person:
    if isinstance(who, int):
        return person_at(request.office, who)
    return enter_guest(request.office, by=request.auth, name=who.name, email=who.email, whatsapp=who.whatsapp)


@router.get(
    "/{key}/continuity", response={200: ContinuityOut, 404: Problem}, auth=public, summary="Who stayed"
)
def stayed(request: HttpRequest, key: str):
    """By sector and organisation: who shaped it, was invited, came, delivered, evaluated; and who is missing now."""
    found = at(request, key)
    stages = queries.stages_of(found)
    staying = told.staying(found, stages)
    return ContinuityOut(
        sectors=[SectorOut.of(row) for row in staying.sectors],
        everybody=SectorOut.of(staying.everybody),
        organisations=[_line(line) for line in told.lines(staying)],
        alarms=[
            AlarmOut(
                stage=one.stage.kind,
                sector=one.missing.sector,
                not_invited=[body.slug for body in one.missing.not_invited],
                invited=[body.slug for body in one.missing.invited],
            )
            for one in told.absences(stages, staying.rows)
        ],
        balance=balance(queries.acts_of(found).exclude(sector="").values_list("sector", flat=True)),
    )


def _line(line: told.Line) -> OrganisationLine:
    return OrganisationLine(
        organisation=line.organisation.slug,
        name=line.organisation.name,
        sector=line.sector,
        active=dict(zip(STAGES, line.active, strict=True)),
        shaped=line.shaped,
        invited=line.invited,
        came=line.came,
        delivered=line.delivered,
        evaluated=line.evaluated,
        through=line.through,
    )


@router.get("/{key}/timeline", response=Items[StepOut], auth=public, summary="What happened")
def timeline(
    request: HttpRequest,
    key: str,
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """The steps of an initiative, latest first, each as a sentence in the language asked for."""
    found = at(request, key)
    steps = queries.steps_of(found)
    return {
        "items": [
            StepOut(
                kind=step.kind,
                at=in_zone(step.at, found.hub.timezone),
                stage=step.stage.kind if step.stage else None,
                says=sentence(step),
            )
            for step in steps[offset : offset + limit]
        ],
        "count": steps.count(),
    }
