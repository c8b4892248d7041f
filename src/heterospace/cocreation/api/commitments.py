"""`/api/v1/commitments`: promises, and what parties do with them."""

import datetime as dt

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public
from ...core.refusals import NotFound
from ...hubs.models import Office
from ...members.doors import member_of
from ...members.queries import organisation_at
from .. import actions, promises
from ..deciding import decision_at
from ..models import Commitment
from ..queries import initiative_at

router = Router(tags=["commitments"])


class CommitmentIn(Schema):
    owner: str = Field(description="slug of an organisation you speak for")
    what: str
    due: dt.date
    receiver: str = Field("", description="slug of the organisation it is promised to")
    for_whom: str = Field("", description="or to whom, in words")
    initiative: str = Field("", description="slug or reference")
    decision: str = Field("", description="reference of the decision it follows from")


class ChangeOut(Schema):
    at: Moment
    state: str
    old_due: dt.date
    new_due: dt.date
    in_time: bool
    reason: str


class CommitmentOut(Schema):
    id: str = Field(description="its reference")
    reference: str
    what: str
    owner: str
    sector: str
    receiver: str | None
    for_whom: str
    initiative: str | None
    due: dt.date
    first_due: dt.date
    state: str
    made_at: Moment
    delivered_on: dt.date | None
    evidence: str
    confirmed_at: Moment | None
    kept_on_time: bool
    note: str
    changes: list[ChangeOut] | None = Field(description="its history, latest first; not in lists")

    @classmethod
    def of(cls, row: Commitment, *, history: bool = False) -> "CommitmentOut":
        """The promise; people are not named."""
        zone = row.initiative.hub.timezone if row.initiative else promises.ZONE
        changes = [
            ChangeOut(
                at=in_zone(one.at, zone),
                state=one.state,
                old_due=one.old_due,
                new_due=one.new_due,
                in_time=one.in_time,
                reason="" if one.reason == actions.NO_WORDS else one.reason,
            )
            for one in (promises.changes_of(row) if history else [])
        ]
        return cls(
            id=row.reference,
            reference=row.reference,
            what=row.what,
            owner=row.owner.slug,
            sector=row.sector,
            receiver=row.receiver.slug if row.receiver else None,
            for_whom=row.for_whom,
            initiative=row.initiative.slug if row.initiative else None,
            due=row.due,
            first_due=row.first_due,
            state=row.state,
            made_at=in_zone(row.made_at, zone),
            delivered_on=row.delivered_on,
            evidence=row.evidence,
            confirmed_at=in_zone(row.confirmed_at, zone) if row.confirmed_at else None,
            kept_on_time=row.was_kept_on_time,
            note=row.note,
            changes=changes if history else None,
        )


class DeliveryIn(Schema):
    evidence: str
    on: dt.date | None = Field(None, description="the day it came, today unless told")


class NoteIn(Schema):
    note: str = ""


NO_NOTE = NoteIn()


class ReasonIn(Schema):
    reason: str


class AnotherDayIn(ReasonIn):
    due: dt.date


def _office(request: HttpRequest) -> Office:
    if request.office is None:
        raise NotFound("unknown_commitment", promises.NO_COMMITMENT)
    return request.office


def _found(request: HttpRequest, reference: str) -> Commitment:
    return promises.commitment_at(_office(request), reference)


def told(request: HttpRequest, reference: str) -> CommitmentOut:
    """One promise with its history as it is now."""
    return CommitmentOut.of(_found(request, reference), history=True)


PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


@router.get("", response=Items[CommitmentOut], auth=public, summary="Commitments")
def listed(
    request: HttpRequest,
    state: str = Query("", description="open, kept, broken, released; empty for all"),
    owner: str = "",
    initiative: str = "",
    government: bool | None = None,
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """What is open first by its day, then the latest; `count` is how many in all."""
    if request.office is None:
        return items([])
    found = promises.commitments_of(
        request.office,
        state=state,
        owner=organisation_at(request.office, owner) if owner else None,
        initiative=initiative_at(request.office, initiative) if initiative else None,
        government=government,
    )
    return {
        "items": [CommitmentOut.of(row) for row in found[offset : offset + limit]],
        "count": found.count(),
    }


@router.post("", response={201: CommitmentOut, **PROBLEMS}, summary="Promise something")
@idempotent
def promise(request: HttpRequest, data: CommitmentIn):
    """For an organisation you speak for; public from now on. An act of the open stage of its initiative."""
    member_of(request)
    office = _office(request)
    made = actions.promise(
        office,
        organisation_at(office, data.owner),
        by=request.auth,
        what=data.what,
        due=data.due,
        for_whom=data.for_whom,
        receiver=organisation_at(office, data.receiver) if data.receiver else None,
        initiative=initiative_at(office, data.initiative) if data.initiative else None,
        decision=decision_at(office, data.decision) if data.decision else None,
    )
    return 201, told(request, made.reference)


@router.get(
    "/{reference}", response={200: CommitmentOut, 404: Problem}, auth=public, summary="One commitment"
)
def one(request: HttpRequest, reference: str):
    """A promise with all that happened to it."""
    return told(request, reference)


@router.post("/{reference}/deliver", response={200: CommitmentOut, **PROBLEMS}, summary="It is delivered")
@idempotent
def deliver(request: HttpRequest, reference: str, data: DeliveryIn):
    """By who speaks for its owner; its receiver is asked to confirm. 409 `already_delivered`, `settled`."""
    actions.deliver(_found(request, reference), data.evidence, on=data.on, by=request.auth)
    return 200, told(request, reference)


@router.post("/{reference}/confirm", response={200: CommitmentOut, **PROBLEMS}, summary="It came")
@idempotent
def confirm(request: HttpRequest, reference: str, data: NoteIn = NO_NOTE):
    """By who receives it, never by who speaks for its owner. 409 `not_delivered`."""
    actions.confirm(_found(request, reference), note=data.note, by=request.auth)
    return 200, told(request, reference)


@router.post("/{reference}/reject", response={200: CommitmentOut, **PROBLEMS}, summary="It did not come")
@idempotent
def reject(request: HttpRequest, reference: str, data: ReasonIn):
    """By who receives it: it is due again. 409 `not_delivered`."""
    actions.reject(_found(request, reference), data.reason, by=request.auth)
    return 200, told(request, reference)


@router.post("/{reference}/renegotiate", response={200: CommitmentOut, **PROBLEMS}, summary="Another day")
@idempotent
def renegotiate(request: HttpRequest, reference: str, data: AnotherDayIn):
    """By who speaks for its owner, with a reason; before its day it leaves the count until the new one. 409 `broken`."""
    actions.renegotiate(_found(request, reference), data.due, data.reason, by=request.auth)
    return 200, told(request, reference)


@router.post("/{reference}/release", response={200: CommitmentOut, **PROBLEMS}, summary="Let the owner off")
@idempotent
def release(request: HttpRequest, reference: str, data: ReasonIn):
    """By who receives it, while it is open; it counts nowhere any more."""
    actions.release(_found(request, reference), data.reason, by=request.auth)
    return 200, told(request, reference)
