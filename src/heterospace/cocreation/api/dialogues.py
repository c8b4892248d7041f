"""`/api/v1/dialogues`, `/api/v1/statements` and `/api/v1/initiatives/{id}/dialogues`."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from ...bookings.api.bookings import organisation_asked
from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public, who_asks
from ...core.deeds import allowed
from ...core.models import User
from ...core.refusals import NotFound, TooOften
from ...hubs.models import Office
from ...members import limits
from ...members.doors import member_of
from ...members.middleware import recognise
from .. import actions, dialogue_results, dialogues
from ..enums import DialogueState
from ..models import Dialogue, Statement
from ..queries import initiative_at
from ..tasks import compute_dialogue

router = Router(tags=["dialogues"])
of_initiatives = Router(tags=["dialogues"])
statements = Router(tags=["dialogues"])


def anybody(request: HttpRequest) -> Any:
    """The `auth` of what strangers may read too: a draft is known to who runs it."""
    user = who_asks(request)
    if user is None:
        return True
    recognise(request, user)
    return user


def office(request: HttpRequest) -> Office:
    """The office of this request. Raises NotFound."""
    if request.office is None:
        raise NotFound("unknown_office", _("There is no office here."))
    return request.office


class DialogueIn(Schema):
    title: str
    question: str
    about: str = ""
    allows_strangers: bool = Field(False, description="also without an account, by browser, marked as such")
    moderated_first: bool = Field(False, description="statements wait until a moderator shows them")
    closes_on: dt.date | None = Field(
        None, description="the last day; three weeks or the stage's end when left out"
    )
    seeds: list[str] = Field([], description="statements to begin with, at most 200 characters each")
    language: str = Field("id", description="of the seeds: id, en or jv")
    draft: bool = Field(False, description="prepare it only; by itself it opens at once")


class DialogueOut(Schema):
    id: str = Field(description="its reference, such as DG-7K3M-Q9TX")
    reference: str
    initiative: str
    title: str
    question: str
    about: str
    state: str
    allows_strangers: bool
    moderated_first: bool
    opened_at: Moment | None
    closes_on: dt.date
    closed_at: Moment | None
    source: str
    statements: int

    @classmethod
    def of(cls, row: Dialogue) -> "DialogueOut":
        """The dialogue with its times as its hub reads them."""
        zone = row.initiative.hub.timezone
        return cls(
            id=row.reference,
            reference=row.reference,
            initiative=row.initiative.slug,
            title=row.title,
            question=row.question,
            about=row.about,
            state=row.state,
            allows_strangers=row.allows_strangers,
            moderated_first=row.is_moderated_first,
            opened_at=in_zone(row.opened_at, zone) if row.opened_at else None,
            closes_on=row.closes_on,
            closed_at=in_zone(row.closed_at, zone) if row.closed_at else None,
            source=row.source,
            statements=dialogues.shown_count(row),
        )


class StatementOut(Schema):
    id: str = Field(description="reference of the dialogue and number, such as DG-7K3M-Q9TX-12")
    number: int
    text: str
    language: str
    state: str
    seed: bool

    @classmethod
    def of(cls, row: Statement, dialogue: Dialogue) -> "StatementOut":
        """The statement; who said it is nobody's business."""
        return cls(
            id=dialogues.key_of(dialogue, row.number),
            number=row.number,
            text=row.text,
            language=row.language,
            state=row.state,
            seed=row.is_seed,
        )


class StatementIn(Schema):
    text: str
    language: str = Field("id", description="id, en or jv")
    organisation: int | str | None = Field(None, description="as in a vote")


class VoteIn(Schema):
    value: Literal[1, 0, -1] = Field(description="1 agree, -1 disagree, 0 pass")
    organisation: int | str | None = Field(
        None,
        description='id or slug of an organisation you act for, `""` for none; counts with the first vote in a dialogue. '
        "Left out: the one you last spoke for in this initiative, or your only one.",
    )


class VoteOut(Schema):
    statement: str
    value: int
    at: Moment


class NextOut(Schema):
    statement: StatementOut | None = Field(description="null when you have seen everything")
    seen: int
    of: int


class ImportIn(Schema):
    votes: str = Field(description="the text of votes.csv")
    comments: str = Field("", description="the text of comments.csv")
    source: str = Field(description="the attribution its licence asks for")
    language: str = Field("en", description="of the statements: id, en or jv")


class ResultsOut(Schema):
    dialogue: str
    as_of: Moment | None = Field(description="when the figures were computed; null before the first time")
    source: str
    participants: int = 0
    votes: int = 0
    heard: list[str] = []
    participants_by_sector: dict[str, int] = Field({}, description="people without one under an empty key")
    participants_by_way: dict[str, int] = {}
    statements: list[dict[str, Any]] = []
    shared: list[str] = []
    rejected: list[str] = []
    divides: list[dict[str, str]] = []
    splits: list[str] = []
    groups: list[dict[str, Any]] | None = None
    refused: str | None = None
    refused_why: str | None = None


def found(request: HttpRequest, key: str) -> Dialogue:
    """The dialogue of this address; one that is being prepared only for who runs it. Raises NotFound."""
    dialogue = dialogues.dialogue_at(office(request), key)
    user = getattr(request, "auth", None)
    if dialogue.state == DialogueState.DRAFT and not (
        isinstance(user, User) and allowed(user, "cocreation.run_dialogue", dialogue)
    ):
        raise NotFound("unknown_dialogue", _("There is no such dialogue here."))
    return dialogue


def hat_of(request: HttpRequest, data: VoteIn | StatementIn) -> actions.Who:
    """The hat that was asked for; nothing said lets the deed guess."""
    if "organisation" not in data.model_fields_set:
        return actions.Who()
    return actions.Who(organisation=organisation_asked(request, data.organisation))


@of_initiatives.get(
    "/{id}/dialogues", response={200: Items[DialogueOut], 404: Problem}, auth=public, summary="Its dialogues"
)
def of_initiative(request: HttpRequest, id: str):
    """The dialogues of an initiative, the open ones first."""
    it = initiative_at(office(request), id)
    rows = list(dialogues.listed(it))
    for row in rows:
        row.initiative = it
    return items(DialogueOut.of(row) for row in rows)


@of_initiatives.post(
    "/{id}/dialogues",
    response={201: DialogueOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Open a dialogue",
)
@idempotent
def make(request: HttpRequest, id: str, data: DialogueIn):
    """Open a dialogue in the open stage of an initiative you guide. 409 `no_open_stage`, `said_already`."""
    made = actions.draft_dialogue(
        initiative_at(office(request), id),
        by=request.auth,
        is_moderated_first=data.moderated_first,
        **data.model_dump(exclude={"draft", "moderated_first"}),
    )
    if not data.draft:
        made = actions.open_dialogue(made, by=request.auth)
    return 201, DialogueOut.of(made)


@router.get("/{id}", response={200: DialogueOut, 404: Problem}, auth=anybody, summary="One dialogue")
def one(request: HttpRequest, id: str):
    """What is talked about, until when, and by whom."""
    return DialogueOut.of(found(request, id))


@router.get(
    "/{id}/statements",
    response={200: Items[StatementOut], 404: Problem},
    auth=anybody,
    summary="Its statements",
)
def all_statements(request: HttpRequest, id: str):
    """What was said and is shown, in the order it was said; without votes, so that nobody is led."""
    dialogue = found(request, id)
    return items(StatementOut.of(row, dialogue) for row in dialogues.texts_of(dialogue).values())


@router.post(
    "/{id}/statements",
    response={201: StatementOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem},
    summary="Say something",
)
@idempotent
def say(request: HttpRequest, id: str, data: StatementIn):
    """Say something others vote on. 409 `said_already` (with the `number` that says the same), `dialogue_closed`."""
    dialogue = found(request, id)
    person = member_of(request)
    runs = allowed(request.auth, "cocreation.run_dialogue", dialogue)
    if not runs and not limits.within_for(request, "statement", f"{dialogue.pk}:{person.pk}", 10, 600):
        raise TooOften("too_often", _("That was a lot at once. Please go on in ten minutes."))
    made = actions.say_statement(
        dialogue, data.text, by=request.auth, language=data.language, who=hat_of(request, data)
    )
    return 201, StatementOut.of(made, dialogue)


@router.get(
    "/{id}/next", response={200: NextOut, 403: Problem, 404: Problem}, summary="The next statement for you"
)
def next_one(request: HttpRequest, id: str):
    """One you have not seen, drawn by how much it wants to be shown; null at the end."""
    dialogue = found(request, id)
    voter = dialogues.voter_of(dialogue, member_of(request))
    waiting = dialogues.unseen(dialogue, voter)
    row = dialogues.next_statement(dialogue, waiting)
    whole = dialogues.shown_count(dialogue)
    return NextOut(
        statement=StatementOut.of(row, dialogue) if row is not None else None,
        seen=whole - len(waiting),
        of=whole,
    )


@router.get("/{id}/results", response={200: ResultsOut, 404: Problem}, auth=anybody, summary="Its figures")
def results(request: HttpRequest, id: str):
    """The figures as last computed. Sectors with fewer than five votes on a statement were not heard and are not told."""
    dialogue = found(request, id)
    stored = dialogues.figures_of(dialogue)
    if stored is None:
        return ResultsOut(dialogue=dialogue.reference, as_of=None, source=dialogue.source)
    told = dialogue_results.tell(stored, dialogues.texts_of(dialogue))
    return ResultsOut(
        dialogue=dialogue.reference,
        as_of=in_zone(stored.at, dialogue.initiative.hub.timezone),
        source=dialogue.source,
        **dialogue_results.data(dialogue, told),
    )


@router.post(
    "/{id}/import",
    response={200: DialogueOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Take a public conversation over",
)
@idempotent
def take_over(request: HttpRequest, id: str, data: ImportIn):
    """Fill a dialogue without statements from the texts of public CSV files. 422 `file`, 409 `not_empty`."""
    filled = actions.import_conversation(found(request, id), by=request.auth, **data.model_dump())
    compute_dialogue.enqueue(filled.pk)
    return 200, DialogueOut.of(filled)


@router.post(
    "/{id}/close", response={200: DialogueOut, 403: Problem, 404: Problem, 409: Problem}, summary="Close"
)
@idempotent
def close(request: HttpRequest, id: str):
    """End the voting."""
    done = actions.close_dialogue(found(request, id), by=request.auth)
    compute_dialogue.enqueue(done.pk)
    return 200, DialogueOut.of(done)


@statements.post(
    "/{id}/votes",
    response={200: VoteOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Agree, disagree, pass",
)
@idempotent
def vote(request: HttpRequest, id: str, data: VoteIn):
    """Say what you think of a statement; the last time counts. 409 `dialogue_closed`, `not_shown`, `voted_on_paper`."""
    statement = dialogues.statement_at(office(request), id)
    said = actions.vote(statement, data.value, by=request.auth, who=hat_of(request, data))
    return 200, VoteOut(
        statement=dialogues.key_of(statement.dialogue, statement.number),
        value=said.value,
        at=in_zone(said.at, statement.dialogue.initiative.hub.timezone),
    )
