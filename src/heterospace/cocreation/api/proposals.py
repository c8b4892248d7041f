"""`/api/v1/proposals` and `/api/v1/amendments`: what could be done, how it should read instead, and the promised answer."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ...core import clock
from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public
from ...core.refusals import Invalid
from ...members.doors import member_of
from .. import actions, proposals
from ..actions.proposals import NO_STATEMENT
from ..answering import Answering, figure
from ..enums import ProposalState
from ..models import Amendment, Proposal
from ..names import name_all
from ..queries import initiative_at
from .initiatives import hat_of
from .shapes import HAT, WhoOut

router = Router(tags=["co-creation"])
amendments = Router(tags=["co-creation"])
WRONG = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class ProposalIn(Schema):
    initiative: str = Field(description="slug or reference")
    title: str
    text: str
    organisation: str = HAT
    statement: str = Field(
        "", description="what it grew from: reference of the dialogue, a slash, the statement's number"
    )


class ProposalOut(Schema):
    id: str = Field(description="its reference")
    reference: str
    initiative: str
    title: str
    text: str
    version: int
    state: str = Field(description="open, accepted, partly, not_feasible or withdrawn")
    authors: list[WhoOut]
    support: int
    comments: int
    amendments_open: int
    made_at: Moment
    answer_due: Moment
    is_late: bool
    answer: str
    answered_at: Moment | None

    @classmethod
    def of(cls, row: Proposal) -> "ProposalOut":
        """A proposal that `proposals.counted` counted and whose authors are named."""
        zone = row.initiative.hub.timezone
        return cls(
            id=row.reference,
            reference=row.reference,
            initiative=row.initiative.slug,
            title=row.title,
            text=row.text,
            version=row.version,
            state=row.state,
            authors=[WhoOut.of(one) for one in row.authors.all()],
            support=row.support,
            comments=row.said,
            amendments_open=row.wished,
            made_at=in_zone(row.made_at, zone),
            answer_due=in_zone(row.answer_due, zone),
            is_late=row.is_late,
            answer=row.answer,
            answered_at=in_zone(row.answered_at, zone) if row.answered_at else None,
        )


class PartOut(Schema):
    kind: str = Field(description="same, out, in; gap where unchanged words are left out")
    text: str


class AmendmentOut(Schema):
    id: str = Field(description="its reference")
    reference: str
    proposal: str
    by: WhoOut
    base: int = Field(description="the version it changes")
    text: str
    why: str
    state: str
    reason: str
    at: Moment
    became: str | None = Field(description="reference of the proposal it became")


class CommentOut(Schema):
    id: int
    kind: str = Field(description="for, against or question")
    by: WhoOut
    text: str = Field(description="empty when hidden")
    reply: str
    hidden_reason: str
    at: Moment


class AmendmentChange(AmendmentOut):
    changes: list[PartOut]


class ProposalWhole(ProposalOut):
    amendments: list[AmendmentChange]
    said: list[CommentOut]


class AnsweringOut(Schema):
    due: int
    in_time: int
    late: int
    overdue: int
    waiting: int
    share: float | None = Field(description="in time of those due")
    median_days: float | None = Field(description="days until an answer; unanswered ones kept in")
    as_of: Moment


class ProposalList(Items[ProposalOut]):
    answering: AnsweringOut


class AmendmentIn(Schema):
    text: str
    why: str
    base: int | None = Field(None, ge=1, le=32767, description="the version that was read")
    organisation: str = HAT


class CommentIn(Schema):
    kind: str
    text: str
    organisation: str = HAT


class SupportIn(Schema):
    support: bool = True
    organisation: str = HAT


WANTED = SupportIn()


class SupportOut(Schema):
    support: int
    supports: bool


class ProposalAnswerIn(Schema):
    state: str = Field(description="accepted, partly or not_feasible")
    answer: str = Field(description="the reason, for everybody to read")


class NotTakenUpIn(Schema):
    reason: str


class PromotedIn(Schema):
    title: str = ""


AS_IT_IS = PromotedIn()


def _told(proposal: Proposal) -> ProposalOut:
    row = proposals.counted(Proposal.objects.filter(pk=proposal.pk).select_related("initiative__hub")).get()
    name_all(row.authors.all())
    return ProposalOut.of(row)


def _amendment(row: Amendment, zone: str) -> dict[str, object]:
    return {
        "id": row.reference,
        "reference": row.reference,
        "proposal": row.proposal.reference,
        "by": WhoOut.of(row),
        "base": row.base,
        "text": row.text,
        "why": row.why,
        "state": row.state,
        "reason": row.reason,
        "at": in_zone(row.at, zone),
        "became": row.became.reference if row.became else None,
    }


def _told_amendment(row: Amendment) -> AmendmentOut:
    name_all([row])
    return AmendmentOut(**_amendment(row, row.proposal.initiative.hub.timezone))


@router.get("", response=ProposalList, auth=public, summary="Proposals")
def listing(
    request: HttpRequest,
    initiative: str = "",
    state: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """The proposals of an initiative, or of all, latest first, with how the promise of an answer is kept."""
    if request.office is None:
        return {**items([]), "answering": _answering_of(figure([], clock.now()))}
    if state and state not in ProposalState.values:
        raise Invalid("state", _("Choose from the list."), fields={"state": _("Choose from the list.")})
    found = initiative_at(request.office, initiative) if initiative else None
    rows = proposals.of_office(request.office, initiative=found)
    if state:
        rows = rows.filter(state=state)
    page = list(rows[offset : offset + limit])
    name_all([author for row in page for author in row.authors.all()])
    kept = proposals.answering(office=request.office, initiative=found)
    return {
        "items": [ProposalOut.of(row) for row in page],
        "count": rows.count(),
        "answering": _answering_of(kept),
    }


def _answering_of(kept: Answering) -> AnsweringOut:
    return AnsweringOut(
        due=kept.due,
        in_time=kept.in_time,
        late=kept.late,
        overdue=kept.overdue,
        waiting=kept.waiting,
        share=float(kept.share) if kept.share is not None else None,
        median_days=kept.median_days,
        as_of=clock.now(),
    )


@router.post("", response={201: ProposalOut, **WRONG}, summary="Propose something")
@idempotent
def make(request: HttpRequest, data: ProposalIn):
    """In a running initiative while it is framed or designed; the hub owes an answer with a reason by `answer_due`."""
    member_of(request)
    initiative = initiative_at(request.office, data.initiative)
    statement = proposals.statement_at(initiative, data.statement) if data.statement else None
    if data.statement and statement is None:
        sentence = NO_STATEMENT
        raise Invalid("statement", sentence, fields={"statement": sentence})
    made = actions.make_proposal(
        initiative,
        by=request.auth,
        title=data.title,
        text=data.text,
        organisation=hat_of(request, data.organisation),
        statement=statement,
    )
    return 201, _told(made)


@router.get("/{reference}", response={200: ProposalWhole, 404: Problem}, auth=public, summary="One proposal")
def one(request: HttpRequest, reference: str):
    """With its amendments, each with what it changes word by word, and what is said of it."""
    found = proposals.proposal_of_office(request.office, reference)
    told = proposals.read(found, None)
    zone = found.initiative.hub.timezone
    changes = [
        AmendmentChange(
            **_amendment(row, zone), changes=[PartOut(kind=part.kind, text=part.text) for part in row.parts]
        )
        for row in (*told["open_amendments"], *told["settled_amendments"])
    ]
    said = [
        CommentOut(
            id=row.pk,
            kind=row.kind,
            by=WhoOut.of(row),
            text="" if row.hidden_at else row.text,
            reply="" if row.hidden_at else row.reply,
            hidden_reason=row.hidden_reason,
            at=in_zone(row.at, zone),
        )
        for _kind, rows in told["comments"]
        for row in rows
    ]
    return ProposalWhole(**_told(found).model_dump(), amendments=changes, said=said)


@router.post("/{reference}/amendments", response={201: AmendmentOut, **WRONG}, summary="Amend a proposal")
@idempotent
def amend(request: HttpRequest, reference: str, data: AmendmentIn):
    """How it should read instead, and why. Its authors decide; a change by one of them stands at once."""
    member_of(request)
    found = proposals.proposal_of_office(request.office, reference)
    made = actions.amend(
        found,
        data.text,
        data.why,
        by=request.auth,
        base=data.base,
        organisation=hat_of(request, data.organisation),
    )
    return 201, _told_amendment(made)


@router.post("/{reference}/comments", response={201: CommentOut, **WRONG}, summary="Comment on a proposal")
@idempotent
def comment(request: HttpRequest, reference: str, data: CommentIn):
    """For it, against it, or a question its authors answer."""
    member_of(request)
    found = proposals.proposal_of_office(request.office, reference)
    made = actions.comment(
        found, data.kind, data.text, by=request.auth, organisation=hat_of(request, data.organisation)
    )
    name_all([made], request.person)
    return 201, CommentOut(
        id=made.pk,
        kind=made.kind,
        by=WhoOut.of(made),
        text=made.text,
        reply="",
        hidden_reason="",
        at=in_zone(made.at, found.initiative.hub.timezone),
    )


@router.post("/{reference}/support", response={200: SupportOut, **WRONG}, summary="Support a proposal")
@idempotent
def support(request: HttpRequest, reference: str, data: SupportIn = WANTED):
    """Want it, or no longer (`support: false`); who supports it is told its answer."""
    member_of(request)
    found = proposals.proposal_of_office(request.office, reference)
    supports = actions.support_proposal(
        found,
        by=request.auth,
        support=data.support,
        organisation=hat_of(request, data.organisation) if data.support else None,
    )
    return 200, SupportOut(support=found.supports.count(), supports=supports)


@router.post("/{reference}/answer", response={200: ProposalOut, **WRONG}, summary="Answer a proposal")
@idempotent
def answer(request: HttpRequest, reference: str, data: ProposalAnswerIn):
    """By who guides the initiative: accepted, partly or not feasible, with the reason; then it is frozen."""
    found = proposals.proposal_of_office(request.office, reference)
    return 200, _told(actions.answer_proposal(found, data.state, data.answer, by=request.auth))


@amendments.post("/{reference}/accept", response={200: AmendmentOut, **WRONG}, summary="Take an amendment up")
@idempotent
def accept(request: HttpRequest, reference: str):
    """By an author of the proposal: a new version of its text."""
    found = proposals.amendment_of_office(request.office, reference)
    return 200, _told_amendment(actions.accept_amendment(found, by=request.auth))


@amendments.post(
    "/{reference}/reject", response={200: AmendmentOut, **WRONG}, summary="Do not take an amendment up"
)
@idempotent
def reject(request: HttpRequest, reference: str, data: NotTakenUpIn):
    """By an author of the proposal, with the reason."""
    found = proposals.amendment_of_office(request.office, reference)
    return 200, _told_amendment(actions.reject_amendment(found, data.reason, by=request.auth))


@amendments.post(
    "/{reference}/promote", response={201: ProposalOut, **WRONG}, summary="Make an amendment a proposal"
)
@idempotent
def promote(request: HttpRequest, reference: str, data: PromotedIn = AS_IT_IS):
    """By whoever made it, when it was not taken up."""
    found = proposals.amendment_of_office(request.office, reference)
    return 201, _told(actions.promote_amendment(found, by=request.auth, title=data.title))
