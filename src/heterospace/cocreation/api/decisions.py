"""`/api/v1/decisions`: reading and running decisions, and the one endpoint of which nothing is kept, the ballot's."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, as_json, idempotent, in_zone, items, public
from ...core.deeds import allowed
from ...core.refusals import NotFound
from ...hubs.models import Office
from ...members.doors import member_of
from ...members.queries import organisation_at
from .. import actions, deciding
from ..actions.ballots import turnout_of, was_counted
from ..counting import Turnout, votes_needed
from ..deciding import coming_by_sector
from ..models import Decision, Proposal
from ..queries import initiative_at

router = Router(tags=["decisions"])


class DecisionIn(Schema):
    initiative: str = Field(description="slug or reference")
    title: str
    text: str
    method: str = Field(description="consent, majority, approval or score")
    options: list[str] = Field([], description="2 to 20, for approval and score")
    franchise: str = Field("acted", description="acted, organisations or stewards")
    quorum: int = Field(50, description="per cent of the roll that must vote, 1 to 100")
    sector_quorum: dict[str, int] = Field({}, description="how many of a sector must vote at least")
    passes_above: int = Field(50, description="per cent, 50 to 99")
    closes_at: Moment
    proposal: str = Field("", description="reference of the proposal it comes from")
    first_sector: str = ""
    was_changed: bool = False
    review_on: dt.date | None = None


class ComingOut(Schema):
    sector: str | None = Field(description="none gathers sectors too small to be told apart")
    roll: int
    voted: int


class TurnoutOut(Schema):
    roll: int
    voted: int
    needed: int
    sectors: list[ComingOut]


class DecisionOut(Schema):
    id: str = Field(description="its reference")
    reference: str
    initiative: str
    stage: str
    title: str
    text: str
    method: str
    options: list[str]
    franchise: str
    quorum: int
    sector_quorum: dict[str, int]
    passes_above: int
    state: str
    is_secret: bool
    opened_at: Moment | None
    closes_at: Moment
    decided_at: Moment | None
    digest: str
    first_sector: str
    was_changed: bool
    proposal: str | None
    outcome: str
    reason: str
    tally: dict[str, Any] = Field(description="what the counting said; empty while it is open")
    review_on: dt.date | None
    reviewed_at: Moment | None
    review_note: str
    turnout: TurnoutOut | None = Field(description="with one decision, not in lists")

    @classmethod
    def of(cls, row: Decision, turnout: Turnout | None = None) -> "DecisionOut":
        """The decision with its times as its hub reads them."""
        zone = row.initiative.hub.timezone
        return cls(
            id=row.reference,
            reference=row.reference,
            initiative=row.initiative.slug,
            stage=row.stage.kind,
            title=row.title,
            text=row.text,
            method=row.method,
            options=row.options,
            franchise=row.franchise,
            quorum=row.quorum,
            sector_quorum=row.sector_quorum,
            passes_above=row.passes_above,
            state=row.state,
            is_secret=row.is_secret,
            opened_at=in_zone(row.opened_at, zone) if row.opened_at else None,
            closes_at=in_zone(row.closes_at, zone),
            decided_at=in_zone(row.decided_at, zone) if row.decided_at else None,
            digest=row.digest,
            first_sector=row.first_sector,
            was_changed=row.was_changed,
            proposal=row.proposal.reference if row.proposal else None,
            outcome=row.outcome,
            reason=row.reason,
            tally=row.tally,
            review_on=row.review_on,
            reviewed_at=in_zone(row.reviewed_at, zone) if row.reviewed_at else None,
            review_note=row.review_note,
            turnout=_turnout(row, turnout) if turnout is not None else None,
        )


def _turnout(row: Decision, turnout: Turnout) -> TurnoutOut:
    return TurnoutOut(
        roll=turnout.size,
        voted=turnout.came,
        needed=votes_needed(turnout.size, row.quorum),
        sectors=[
            ComingOut(sector=one.sector, roll=one.roll, voted=one.voted) for one in coming_by_sector(turnout)
        ],
    )


class WordsIn(Schema):
    reason: str = ""


class BallotIn(Schema):
    choice: str | list[str] | dict[str, int] | None = Field(
        None, description='"yes" or "no"; a list of options; points from 0 to 5 by option'
    )
    stance: str = Field("", description="of a consent: consent, aside or object")
    reason: str = Field("", description="of an objection")
    receipt: str = Field(
        "", description="12 to 64 letters and digits you made; the same ballot sent again counts once"
    )
    organisation: str = Field("", description="slug, where you have several voices")


class BallotOut(Schema):
    receipt: str = Field(description="kept by nobody but you; empty for what is said openly")
    stance: str = ""


class ReceiptIn(Schema):
    receipt: str


class CountedOut(Schema):
    counted: bool


def _office(request: HttpRequest) -> Office:
    if request.office is None:
        raise NotFound("unknown_decision", deciding.NO_DECISION)
    return request.office


def visible(request: HttpRequest, reference: str) -> Decision:
    """A decision this user may see: drafts are for who guides its initiative. Raises NotFound."""
    found = deciding.decision_at(_office(request), reference)
    if found.opened_at is None:
        user = request.auth if not isinstance(request.auth, bool) else request.user
        if not (
            getattr(user, "is_authenticated", False) and allowed(user, "cocreation.steer", found.initiative)
        ):
            raise NotFound("unknown_decision", deciding.NO_DECISION)
    return found


def told(request: HttpRequest, reference: str) -> DecisionOut:
    """One decision with its turnout as it is now."""
    found = deciding.decision_at(_office(request), reference)
    return DecisionOut.of(found, turnout_of(found.box) if found.box is not None else None)


@router.get("", response=Items[DecisionOut], auth=public, summary="Decisions")
def listed(
    request: HttpRequest,
    initiative: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """Decisions that are or were open, the latest first; `count` is how many in all."""
    if request.office is None:
        return items([])
    within = initiative_at(request.office, initiative) if initiative else None
    found = deciding.listed(request.office, within)
    return {
        "items": [DecisionOut.of(row) for row in found[offset : offset + limit]],
        "count": found.count(),
    }


@router.post(
    "",
    response={201: DecisionOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Prepare a decision",
)
@idempotent
def draft(request: HttpRequest, data: DecisionIn):
    """A draft only the stewards see, until it is opened."""
    member_of(request)
    initiative = initiative_at(_office(request), data.initiative)
    facts = data.dict(exclude={"initiative", "proposal"})
    proposal = None
    if data.proposal:
        proposal = Proposal.objects.filter(initiative=initiative, reference=data.proposal.upper()).first()
        if proposal is None:
            raise NotFound("unknown_proposal", deciding.NO_PROPOSAL)
    made = actions.draft_decision(initiative, by=request.auth, proposal=proposal, **facts)
    return 201, told(request, made.reference)


@router.get("/{reference}", response={200: DecisionOut, 404: Problem}, auth=public, summary="One decision")
def one(request: HttpRequest, reference: str):
    """What is decided and how, how many voted, and in the end what came out."""
    visible(request, reference)
    return told(request, reference)


@router.post(
    "/{reference}/open",
    response={200: DecisionOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Open a decision",
)
@idempotent
def open_it(request: HttpRequest, reference: str):
    """From now on nothing of it changes. 409 `too_few_electors`, `nobody_to_vote`, `quorum_impossible`, `already_open`."""
    made = actions.open_decision(visible(request, reference), by=request.auth)
    return 200, told(request, made.reference)


@router.post(
    "/{reference}/close",
    response={200: DecisionOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Close a decision",
)
@idempotent
def close_it(request: HttpRequest, reference: str, data: WordsIn):
    """After its time, or when everybody has voted. 409 `too_early`, `closed`."""
    made = actions.close_decision(visible(request, reference), reason=data.reason, by=request.auth)
    return 200, told(request, made.reference)


@router.post(
    "/{reference}/ballots",
    response={201: BallotOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Vote",
)
def vote(request: HttpRequest, reference: str, data: BallotIn):
    """Put a ballot into the box, or say openly whether you consent. An Idempotency-Key is ignored: nothing of a ballot is kept.

    Send it again with the same `receipt` when the line broke. 409 `already_voted`, `too_late`, `closed`, `not_open`.
    """
    found = visible(request, reference)
    organisation = organisation_at(_office(request), data.organisation) if data.organisation else None
    if not found.is_secret:
        position = actions.take_position(
            found, data.stance, by=request.auth, reason=data.reason, organisation=organisation
        )
        return as_json(201, BallotOut(receipt="", stance=position.stance))
    cast = actions.cast_ballot(
        found, data.choice, by=request.auth, receipt=data.receipt, organisation=organisation
    )
    return as_json(201, BallotOut(receipt=cast.receipt))


@router.post(
    "/{reference}/receipts",
    response={200: CountedOut, 404: Problem},
    auth=public,
    summary="Was my ballot counted?",
)
def counted(request: HttpRequest, reference: str, data: ReceiptIn):
    """Whether a ballot with this receipt is in the box; which it is, nobody can tell. Posted, so that no address holds it."""
    found = visible(request, reference)
    return CountedOut(counted=found.box is not None and was_counted(found.box, data.receipt))
