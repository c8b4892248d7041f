"""Reads of dialogues: which there are, who votes in one, what she has not seen yet, and its stored figures."""

import random
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..core import clock, codes
from ..core.refusals import NotFound
from ..hubs.models import Office
from ..members.models import Person
from .enums import DialogueState, StatementState
from .models import Dialogue, DialogueFigures, Initiative, Moderation, Statement, Vote, Voter
from .opinions.routing import draw

ALONG = ("initiative__hub", "initiative__office", "stage")
TO_VOTE = (  # all a vote needs to know: it is asked for by a whole hall at once
    "number",
    "state",
    "dialogue__reference",
    "dialogue__state",
    "dialogue__closes_on",
    "dialogue__allows_strangers",
    "dialogue__stage__initiative",
    "dialogue__initiative__office",
    "dialogue__initiative__hub__timezone",
)


def dialogue_at(office: Office, key: str, initiative: Initiative | None = None) -> Dialogue:
    """The office's dialogue with this reference, in small letters too. Raises NotFound (`unknown_dialogue`)."""
    rows = Dialogue.objects.filter(reference=codes.tidy(key), initiative__office=office)
    if initiative is not None:
        rows = rows.filter(initiative=initiative)
    found = rows.select_related(*ALONG).first()
    if found is None:
        raise NotFound("unknown_dialogue", _("There is no such dialogue here."))
    found.stage.initiative = found.initiative
    return found


def statement_at(office: Office, key: str) -> Statement:
    """The statement called `<reference of its dialogue>-<number>`. Raises NotFound (`unknown_statement`)."""
    reference, _dash, number = key.rpartition("-")
    found = None
    if number.isdecimal() and len(number) < 9:
        found = (
            Statement.objects.filter(
                dialogue__reference=codes.tidy(reference),
                number=int(number),
                dialogue__initiative__office=office,
            )
            .exclude(dialogue__state=DialogueState.DRAFT)
            .select_related("dialogue__initiative__hub", "dialogue__stage")
            .only(*TO_VOTE)
            .first()
        )
    if found is None:
        raise NotFound("unknown_statement", _("There is no such statement here."))
    found.dialogue.stage.initiative = found.dialogue.initiative
    return found


def key_of(dialogue: Dialogue, number: int) -> str:
    """What a statement is called from outside."""
    return f"{dialogue.reference}-{number}"


def listed(initiative: Initiative, *, drafts: bool = False) -> QuerySet[Dialogue]:
    """Its dialogues, the open ones first; each knows how many took part and how much was said."""
    rows = Dialogue.objects.filter(initiative=initiative)
    if not drafts:
        rows = rows.exclude(state=DialogueState.DRAFT)
    shown = Count("statements", filter=Q(statements__state=StatementState.SHOWN), distinct=True)
    return (
        rows.select_related("figures")
        .defer("figures__figures")
        .annotate(said=shown, closed=Q(state=DialogueState.CLOSED))
        .order_by("closed", "-pk")
    )


def voter_of(dialogue: Dialogue, person: Person | None, browser_digest: str = "") -> Voter | None:
    """Who somebody is in a dialogue, if she took part already."""
    if person is not None:
        rows = Voter.objects.filter(dialogue=dialogue, person=person)
    elif browser_digest:
        rows = Voter.objects.filter(dialogue=dialogue, browser=browser_digest)
    else:
        return None
    return rows.select_related("organisation").first()


def unseen(dialogue: Dialogue, voter: Voter | None) -> dict[int, float | None]:
    """The shown statements a voter has not voted on, with their priorities. One query."""
    rows = Statement.objects.filter(dialogue=dialogue, state=StatementState.SHOWN)
    if voter is not None:
        rows = rows.filter(~Exists(Vote.objects.filter(voter=voter, statement=OuterRef("pk"))))
    return dict(rows.order_by("number").values_list("pk", "priority"))


def next_statement(dialogue: Dialogue, waiting: dict[int, float | None], rng: Any = None) -> Statement | None:
    """One of those that wait, drawn by priority; None when everything was seen."""
    chosen = draw(list(waiting), waiting, rng or random.SystemRandom())
    return Statement.objects.get(pk=chosen) if chosen is not None else None


def shown_count(dialogue: Dialogue) -> int:
    """How many statements are shown."""
    return Statement.objects.filter(dialogue=dialogue, state=StatementState.SHOWN).count()


def vote_on(voter: Voter | None, statement: Statement) -> int | None:
    """What a voter said to one statement."""
    if voter is None:
        return None
    return Vote.objects.filter(voter=voter, statement=statement).values_list("value", flat=True).first()


def votes_of(voter: Voter) -> dict[int, int]:
    """Her votes by the number of the statement."""
    return dict(Vote.objects.filter(voter=voter).values_list("statement__number", "value"))


def figures_of(dialogue: Dialogue) -> DialogueFigures | None:
    """What was computed of it last."""
    found = DialogueFigures.objects.filter(dialogue=dialogue).first()
    return found if found is not None and found.figures else None


def texts_of(dialogue: Dialogue) -> dict[int, Statement]:
    """Its shown statements by number."""
    rows = Statement.objects.filter(dialogue=dialogue, state=StatementState.SHOWN)
    return {one.number: one for one in rows.order_by("number")}


def moderated(dialogue: Dialogue) -> QuerySet[Moderation]:
    """The public log of moderation, latest first."""
    return Moderation.objects.filter(statement__dialogue=dialogue).select_related("statement").order_by("-pk")


def is_over(dialogue: Dialogue) -> bool:
    """Whether its last day is over, whatever its state says until `tick` comes by."""
    return dialogue.state == DialogueState.CLOSED or (
        dialogue.is_open and dialogue.closes_on < clock.today(dialogue.initiative.hub.timezone)
    )
