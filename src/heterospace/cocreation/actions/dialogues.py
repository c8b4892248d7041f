"""A dialogue and its statements: opened and closed, what is said in it, and what moderators take out and why."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.queries import person_of
from ..enums import (
    DIALOGUE_MOVES,
    DialogueState,
    InitiativeState,
    Language,
    OutReason,
    StatementState,
    StepKind,
)
from ..models import LONGEST, Dialogue, Initiative, Moderation, Statement
from .telling import held, note, open_stage_of, require_running, step, words, wrong

DAYS = 21  # a dialogue stands open unless said otherwise, but no longer than its stage
MOST_SEEDS = 60
NOT_NOW = {
    DialogueState.DRAFT: ("not_open", _("This dialogue has not begun yet.")),
    DialogueState.OPEN: ("already_open", _("This dialogue is open already.")),
    DialogueState.CLOSED: ("dialogue_closed", _("This dialogue is closed. What was said stays readable.")),
}


@deed
def draft_dialogue(
    initiative: Initiative,
    *,
    by: Author,
    title: str,
    question: str,
    about: str = "",
    closes_on: dt.date | None = None,
    allows_strangers: bool = False,
    is_moderated_first: bool = False,
    seeds: Iterable[str] = (),
    language: str = Language.INDONESIAN,
) -> Dialogue:
    """Prepare a dialogue in the open stage; nobody votes before it is opened. `seeds` are statements to begin with.

    Raises Forbidden, Invalid (`no_title`, `no_question`, `too_long`, `closes_on` and what `add_seeds` refuses),
    Refused (`not_running`, `no_open_stage`).
    """
    require(by, "cocreation.steer", initiative)
    stage = open_stage_of(held(initiative))
    today = clock.today(stage.initiative.hub.timezone)
    dialogue = Dialogue(
        initiative=stage.initiative,
        stage=stage,
        reference=codes.reference("DG"),
        title=" ".join(words(title, "title", 160, missing=_("Give it a title.")).split()),
        question=words(question, "question", 600, missing=_("Write the question that is talked about.")),
        about=words(about, "about", 4000),
        closes_on=closes_on or min(stage.ends_on, today + dt.timedelta(days=DAYS)),
        allows_strangers=allows_strangers,
        is_moderated_first=is_moderated_first,
        made_at=clock.now(),
    )
    if closes_on is None and dialogue.closes_on < today:  # a stage that is late already
        dialogue.closes_on = today + dt.timedelta(days=DAYS)
    _require_day(dialogue)
    dialogue.save(force_insert=True)
    note(by, "draft_dialogue", dialogue, initiative)
    _add(dialogue, seeds, language)
    return dialogue


def _require_day(dialogue: Dialogue) -> None:
    if dialogue.closes_on < clock.today(dialogue.initiative.hub.timezone):
        raise wrong("closes_on", "closes_on", _("This day is over."))


def held_dialogue(dialogue: Dialogue) -> Dialogue:
    """The dialogue as it is now, its row held: the lock of all that numbers its statements and sheets."""
    rows = Dialogue.objects.select_for_update(of=("self",)).select_related(
        "initiative__hub", "initiative__office", "stage"
    )
    found = rows.get(pk=dialogue.pk)
    found.stage.initiative = found.initiative
    return found


@deed
def change_dialogue(dialogue: Dialogue, *, by: Author, **facts: Any) -> Dialogue:
    """Change what is written about a dialogue, until when it is open and who may take part.

    Its title and question stay once it is open: people answered them. Raises Forbidden, Invalid, Refused (`question_stands`).
    """
    require(by, "cocreation.run_dialogue", dialogue)
    dialogue = held_dialogue(dialogue)
    unknown = set(facts) - {
        "title",
        "question",
        "about",
        "closes_on",
        "allows_strangers",
        "is_moderated_first",
    }
    if unknown:
        raise TypeError(f"A dialogue has no {unknown}")
    for field, most, missing in (
        ("title", 160, _("Give it a title.")),
        ("question", 600, _("Write the question that is talked about.")),
    ):
        if field in facts:
            told = words(facts[field], field, most, missing=missing)
            if dialogue.state != DialogueState.DRAFT and told != getattr(dialogue, field):
                raise Refused(
                    "question_stands",
                    _("The question stays as it is: people have answered it."),
                    fields={field: _("The question stays as it is: people have answered it.")},
                )
            setattr(dialogue, field, told)
    if "about" in facts:
        dialogue.about = words(facts["about"], "about", 4000)
    if facts.get("closes_on") and facts["closes_on"] != dialogue.closes_on:
        dialogue.closes_on = facts["closes_on"]
        _require_day(dialogue)
    for field in ("allows_strangers", "is_moderated_first"):
        if field in facts:
            setattr(dialogue, field, bool(facts[field]))
    dialogue.save()
    note(by, "change_dialogue", dialogue, dialogue.initiative, fields=sorted(facts))
    return dialogue


def _require_move(dialogue: Dialogue, state: DialogueState) -> None:
    if state not in DIALOGUE_MOVES[DialogueState(dialogue.state)]:
        raise Refused(*NOT_NOW[DialogueState(dialogue.state)])


@deed
def open_dialogue(dialogue: Dialogue, *, by: Author, closes_on: dt.date | None = None) -> Dialogue:
    """Let people talk: for the first time, or again after it was closed, until `closes_on`.

    Raises Forbidden, Invalid (`closes_on`), Refused (`already_open`, `not_running`, `no_open_stage`).
    """
    require(by, "cocreation.run_dialogue", dialogue)
    dialogue = held_dialogue(dialogue)
    require_running(dialogue.initiative)
    _require_move(dialogue, DialogueState.OPEN)
    dialogue.closes_on = closes_on or dialogue.closes_on
    _require_day(dialogue)
    dialogue.stage = open_stage_of(dialogue.initiative)
    dialogue.state, dialogue.closed_at = DialogueState.OPEN, None
    dialogue.opened_at = dialogue.opened_at or clock.now()
    dialogue.save(update_fields=["stage", "state", "opened_at", "closed_at", "closes_on"])
    step(
        dialogue.initiative,
        StepKind.DIALOGUE,
        stage=dialogue.stage,
        path=f"dialogues/{dialogue.reference}/",
        title=dialogue.title,
    )
    note(by, "open_dialogue", dialogue, dialogue.initiative)
    return dialogue


@deed
def close_dialogue(dialogue: Dialogue, *, by: Author) -> Dialogue:
    """End the voting; the figures are computed once more. Raises Forbidden, Refused (`not_open`, `dialogue_closed`)."""
    require(by, "cocreation.run_dialogue", dialogue)
    dialogue = held_dialogue(dialogue)
    _require_move(dialogue, DialogueState.CLOSED)
    dialogue.state, dialogue.closed_at = DialogueState.CLOSED, clock.now()
    dialogue.save(update_fields=["state", "closed_at"])
    step(
        dialogue.initiative,
        StepKind.DIALOGUE_CLOSED,
        stage=dialogue.stage,
        path=f"dialogues/{dialogue.reference}/results/",
        title=dialogue.title,
    )
    note(by, "close_dialogue", dialogue, dialogue.initiative)
    return dialogue


@deed
def close_dialogues(*, by: Author) -> int:
    """Close the dialogues whose last day is over, or whose initiative has ended; answers how many. For `tick`."""
    require(by, "cocreation.tidy")
    count = 0
    for dialogue in Dialogue.objects.filter(state=DialogueState.OPEN).select_related("initiative__hub"):
        over = dialogue.closes_on < clock.today(dialogue.initiative.hub.timezone)
        if over or dialogue.initiative.state != InitiativeState.RUNNING:
            close_dialogue(dialogue, by=by)
            count += 1
    return count


# --- statements


def tidy_statement(text: str) -> str:
    """A statement on one line. Raises Invalid (`no_text`, `too_long`)."""
    tidy = " ".join(text.split())
    if not tidy:
        raise wrong("no_text", "text", _("Write what you want to say."))
    if len(tidy) > LONGEST:
        raise wrong("too_long", "text", _("Please keep this under %(n)d characters.") % {"n": LONGEST})
    return tidy


def bare(text: str) -> str:
    """What makes two statements the same: letters and digits, without case, accents and what stands between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign)).split()
    )


def refuse_repeats(dialogue: Dialogue, texts: Iterable[str]) -> None:
    """Raises Refused (`said_already` with the `number` that says the same)."""
    said = {bare(text): number for number, text in dialogue.statements.values_list("number", "text")}
    for text in texts:
        key = bare(text) or text
        if key in said:
            sentence = _("Statement %(n)s says this already.") % {"n": said[key]}
            raise Refused("said_already", sentence, fields={"text": sentence}, number=said[key])
        said[key] = 0


def _add(dialogue: Dialogue, texts: Iterable[str], language: str) -> list[Statement]:
    """The facilitators' own statements, numbered on; the dialogue's row is held or new."""
    tidy = [tidy_statement(text) for text in texts if text.strip()]
    if not tidy:
        return []
    if language not in Language.values:
        raise wrong("language", "language", _("Choose from the list."))
    if len(tidy) > MOST_SEEDS:
        raise wrong("too_many", "seeds", _("Begin with at most %(n)s statements.") % {"n": MOST_SEEDS})
    try:
        refuse_repeats(dialogue, tidy)
    except Refused as again:
        raise Refused(again.code, again.sentence, fields={"seeds": again.sentence}, **again.extra) from again
    made = Statement.objects.bulk_create(
        Statement(
            dialogue=dialogue,
            number=dialogue.last_number + place,
            text=text,
            language=language,
            is_seed=True,
            state=StatementState.SHOWN,
            at=clock.now(),
        )
        for place, text in enumerate(tidy, 1)
    )
    dialogue.last_number += len(made)
    dialogue.save(update_fields=["last_number"])
    return made


@deed
def add_seeds(
    dialogue: Dialogue, texts: Iterable[str], *, by: Author, language: str = Language.INDONESIAN
) -> list[Statement]:
    """Add statements of the facilitators, so that there is something to begin with.

    Raises Forbidden, Invalid (`too_long`, `too_many`, `language`), Refused (`said_already` with its `number`, `dialogue_closed`).
    """
    require(by, "cocreation.run_dialogue", dialogue)
    dialogue = held_dialogue(dialogue)
    if dialogue.state == DialogueState.CLOSED:
        raise Refused(*NOT_NOW[DialogueState.CLOSED])
    made = _add(dialogue, texts, language)
    note(by, "add_seeds", dialogue, dialogue.initiative, count=len(made))
    return made


def require_open(dialogue: Dialogue) -> None:
    """Go on only while people may take part. Raises Refused (`not_open`, `dialogue_closed`)."""
    if dialogue.state == DialogueState.DRAFT:
        raise Refused(*NOT_NOW[DialogueState.DRAFT])
    over = dialogue.closes_on < clock.today(dialogue.initiative.hub.timezone)
    if dialogue.state != DialogueState.OPEN or over:
        raise Refused(*NOT_NOW[DialogueState.CLOSED])


@deed
def moderate(statement: Statement, state: str, *, by: Author, reason: str = "") -> Statement:
    """Show a statement, or take it out for a reason of the published policy. Everybody may read that it was done, and why.

    Its votes stay counted nowhere while it is out. Raises Forbidden, Invalid (`state`, `reason`), Refused (`nothing_changed`).
    """
    require(by, "cocreation.run_dialogue", statement.dialogue)
    if state not in {StatementState.SHOWN, StatementState.OUT}:
        raise wrong("state", "state", _("Choose from the list."))
    if state == StatementState.OUT and reason not in OutReason.values:
        raise wrong("reason", "reason", _("Give the reason: the policy of moderation names them."))
    row = Statement.objects.select_for_update().get(pk=statement.pk)
    row.dialogue = statement.dialogue
    reason = reason if state == StatementState.OUT else ""
    if (row.state, row.out_reason) == (state, reason):
        raise Refused("nothing_changed", _("It is so already."))
    row.state, row.out_reason = StatementState(state), reason
    row.save(update_fields=["state", "out_reason"])
    office = statement.dialogue.initiative.office_id
    Moderation.objects.create(
        statement=row, state=state, reason=reason, at=clock.now(), by=person_of(by, office)
    )
    note(by, "moderate", row, statement.dialogue.initiative, state=state, reason=reason)
    return row


__all__ = [
    "add_seeds",
    "bare",
    "change_dialogue",
    "close_dialogue",
    "close_dialogues",
    "draft_dialogue",
    "held_dialogue",
    "moderate",
    "open_dialogue",
    "refuse_repeats",
    "require_open",
    "tidy_statement",
]
