"""Dialogues for the stories: one that is open, and people who vote in it."""

from typing import Any

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.models import Dialogue, Initiative, Statement, Voter
from heterospace.core.deeds import SYSTEM
from tests.cast import member
from tests.cocreation.houses import Party

SEEDS = (
    "Kelas malam lebih cocok bagi yang bekerja.",
    "Setiap tim perlu satu mentor tetap.",
    "Modal awal harus berupa hibah, bukan pinjaman.",
)


def talk(initiative: Initiative, **facts: Any) -> Dialogue:
    """An open dialogue with three statements."""
    made = actions.draft_dialogue(
        initiative,
        by=SYSTEM,
        **{
            "title": "Apa yang dibutuhkan?",
            "question": "Apa yang membuat usaha bertahan?",
            "seeds": SEEDS,
            **facts,
        },
    )
    return actions.open_dialogue(made, by=SYSTEM)


@pytest.fixture
def dialogue(initiative: Initiative) -> Dialogue:
    """`talk`."""
    return talk(initiative)


def statement(dialogue: Dialogue, number: int) -> Statement:
    """The statement with this number, with its dialogue as it is now."""
    dialogue = Dialogue.objects.select_related("initiative__hub", "stage").get(pk=dialogue.pk)
    dialogue.stage.initiative = dialogue.initiative
    found = dialogue.statements.get(number=number)
    found.dialogue = dialogue
    return found


def say_to(dialogue: Dialogue, party: Party, votes: dict[int, int], **who: Any) -> None:
    """A party's votes by the number of the statement."""
    for number, value in votes.items():
        actions.vote(statement(dialogue, number), value, by=party.user, who=actions.Who(**who))


def crowd_of(dialogue: Dialogue, party: Party, count: int, votes: dict[int, int]) -> list[Voter]:
    """So many members who speak for the party's organisation and vote alike; written straight into the table."""
    office = dialogue.initiative.office
    made = []
    for n in range(count):
        person = member(
            office, f"Orang {party.organisation.slug} {n}", f"{party.organisation.slug}{n}@orang.example"
        )
        voter = Voter.objects.create(
            dialogue=dialogue,
            person=person,
            organisation=party.organisation,
            sector=party.organisation.sector,
        )
        for number, value in votes.items():
            voter.votes.create(statement=dialogue.statements.get(number=number), value=value)
        made.append(voter)
    return made
