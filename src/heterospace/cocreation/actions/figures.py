"""The stored figures of dialogues, and conversations taken over from public files."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Invalid, Refused
from ...events import cells
from ..enums import DialogueState, Language, OutReason, StatementState
from ..models import LONGEST, Dialogue, DialogueFigures, Statement, Vote, Voter
from ..opinions.public_files import Broken, Said, read
from .dialogues import held_dialogue
from .telling import note, words, wrong
from .voting import write

SOON = dt.timedelta(seconds=20)  # not more often than this while people vote
UNSURE = dt.timedelta(seconds=5)  # a vote that was on its way while the figures were computed
LATELY = dt.timedelta(days=1)


@deed
def compute_figures(dialogue: Dialogue, *, by: Author) -> DialogueFigures:
    """Compute everything the pages of a dialogue show, and the priorities for its routing. For tasks and `tick`."""
    require(by, "cocreation.tidy")
    from ..opinions.summary import summarise

    now = clock.now()
    DialogueFigures.objects.get_or_create(
        dialogue=dialogue, defaults={"at": now, "votes": 0, "voters": 0, "figures": {}}
    )
    row = DialogueFigures.objects.select_for_update().get(dialogue=dialogue)  # one at a time
    statements = list(dialogue.statements.values_list("pk", "number", "state", "is_meta", "priority"))
    votes = list(
        Vote.objects.filter(voter__dialogue=dialogue).values_list("voter", "statement__number", "value")
    )
    voters = list(
        Voter.objects.filter(dialogue=dialogue, pk__in={voter for voter, _s, _v in votes}).values_list(
            "pk", "sector", "person", "browser", "sheet", "imported"
        )
    )
    figures, priority = summarise(
        votes,
        sector_of={pk: sector for pk, sector, *_more in voters if sector},
        shown=[number for _pk, number, state, *_more in statements if state == StatementState.SHOWN],
        meta=[number for _pk, number, _state, is_meta, _p in statements if is_meta],
    )
    figures["people"] = _people(voters)
    figures["statements_shown"] = sum(state == StatementState.SHOWN for _pk, _n, state, *_more in statements)
    Statement.objects.bulk_update(
        [
            Statement(pk=pk, priority=priority[number])
            for pk, number, _state, _meta, before in statements
            if number in priority and priority[number] != before
        ],
        ["priority"],
        batch_size=500,
    )
    row.at, row.votes, row.voters, row.figures = now, len(votes), len(voters), figures
    row.last_vote_at = (
        Vote.objects.filter(voter__dialogue=dialogue).order_by("-at").values_list("at", flat=True).first()
    )
    row.save()
    return row


def _people(voters: list[Any]) -> dict[str, Any]:
    """How many took part, by way and by sector, small cells hidden."""
    ways = {"members": 0, "browsers": 0, "paper": 0, "imported": 0}
    sectors: dict[str, int] = {}
    for _pk, sector, _person, browser, sheet, imported in voters:
        way = "imported" if imported else "paper" if sheet else "browsers" if browser else "members"
        ways[way] += 1
        sectors[sector] = sectors.get(sector, 0) + 1
    return {"all": len(voters), "ways": cells.parts(ways).plain(), "sectors": cells.parts(sectors).plain()}


def stale() -> Any:
    """The dialogues whose figures are older than their latest votes or statements, the longest waiting first."""
    now = clock.now()
    lately = Q(state=DialogueState.OPEN) | Q(state=DialogueState.CLOSED, closed_at__gt=now - LATELY)
    newer = Vote.objects.filter(voter__dialogue=OuterRef("pk"), at__gt=OuterRef("figures__at") - UNSURE)
    moved = Statement.objects.filter(dialogue=OuterRef("pk"), moderations__at__gt=OuterRef("figures__at"))
    never = Q(figures=None) & Exists(Vote.objects.filter(voter__dialogue=OuterRef("pk")))
    old = Q(figures__at__lt=now - SOON) & (Exists(newer) | Exists(moved))
    return Dialogue.objects.filter(lately & (never | old)).order_by("figures__at", "pk")


@deed
def refresh_figures(*, by: Author) -> int:
    """Compute again what is old, a few dialogues at a time; answers how many. For `tick`."""
    require(by, "cocreation.tidy")
    found = list(stale()[:10])
    for dialogue in found:
        compute_figures(dialogue, by=by)
    return len(found)


@deed
def import_conversation(
    dialogue: Dialogue,
    votes: str,
    *,
    by: Author,
    comments: str = "",
    source: str,
    language: str = Language.ENGLISH,
) -> Dialogue:
    """Take a conversation over from the texts of its public files into a dialogue without statements; figures follow.

    `source` is the attribution its licence asks for, shown wherever its figures are. Votes, statements and what was
    taken out come along; people become numbers.
    Raises Forbidden, Invalid (`file`, `no_source`, `too_long`, `language`), Refused (`not_empty`, `dialogue_closed`).
    """
    require(by, "cocreation.run_dialogue", dialogue)
    source = words(source, "source", 300, missing=_("Say where it comes from and under which licence."))
    if language not in Language.values:
        raise wrong("language", "language", _("Choose from the list."))
    try:
        conversation = read(votes, comments or None)
        if not conversation.votes:
            raise Broken("votes.csv holds no votes.")
    except Broken as broken:
        raise Invalid("file", str(broken), fields={"votes": str(broken)}) from broken
    dialogue = held_dialogue(dialogue)
    if dialogue.state == DialogueState.CLOSED:
        raise Refused("dialogue_closed", _("This dialogue is closed. What was said stays readable."))
    if dialogue.last_number:
        raise Refused("not_empty", _("Something was said here already: import into a new dialogue."))
    known = dict(conversation.statements)
    for _who, what, _value in conversation.votes:
        known.setdefault(what, Said(what))
    now = clock.now()
    made = Statement.objects.bulk_create(
        (_statement(dialogue, place, one, language, now) for place, one in enumerate(known.values(), 1)),
        batch_size=1000,
    )
    number_of = dict(zip(known, made, strict=True))
    people = sorted({str(who) for who, _what, _value in conversation.votes})
    voters = Voter.objects.bulk_create(
        (Voter(dialogue=dialogue, imported=who[:20], at=now) for who in people), batch_size=1000
    )
    voter_of = dict(zip(people, voters, strict=True))
    last = {(str(who), what): value for who, what, value in conversation.votes}
    write(
        [
            Vote(voter=voter_of[who], statement=number_of[what], value=value, at=now)
            for (who, what), value in last.items()
        ]
    )
    dialogue.last_number, dialogue.source = len(made), source
    dialogue.save(update_fields=["last_number", "source"])
    note(by, "import_conversation", dialogue, dialogue.initiative, votes=len(last), people=len(people))
    return dialogue


def _statement(dialogue: Dialogue, place: int, said: Said, language: str, now: dt.datetime) -> Statement:
    return Statement(
        dialogue=dialogue,
        number=place,
        text=" ".join(said.text.split())[:LONGEST] or f"#{said.key}",
        language=language,
        is_seed=said.is_seed,
        is_meta=said.is_meta,
        state=StatementState.OUT if said.is_out else StatementState.SHOWN,
        out_reason=OutReason.IMPORTED if said.is_out else "",
        at=now,
    )


__all__ = ["compute_figures", "import_conversation", "refresh_figures", "stale"]
