"""Everybody at once: real connections. The full crowd over HTTP is in benchmarks/dialogue.py."""

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.models import Act, Vote, Voter
from heterospace.core.refusals import Refused
from tests.bookings.test_race import at_once
from tests.cast import member
from tests.cocreation.houses import begin
from tests.cocreation.talks import statement, talk

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dialogue(semarang, parties):
    return talk(begin(semarang, parties))


def test_one_who_taps_many_times_is_one_voter_with_one_vote_and_one_act(dialogue, parties):
    bank = parties["bank"]
    rows = [statement(dialogue, 1) for _ in range(8)]
    answers = at_once([lambda row=row: actions.vote(row, 1, by=bank.user) for row in rows])
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (Voter.objects.count(), Vote.objects.count(), Act.objects.filter(kind="voted").count()) == (
        1,
        1,
        1,
    )


def test_nobodys_vote_is_lost_and_the_last_one_counts(dialogue, office):
    crowd = [member(office, f"Orang {n}", f"orang{n}@demo.example") for n in range(8)]
    for value in (1, -1):
        deeds = [
            lambda one=one, row=row, value=value: actions.vote(row, value, by=one.user)
            for one in crowd
            for row in (statement(dialogue, 1), statement(dialogue, 2))
        ]
        assert [one for one in at_once(deeds) if isinstance(one, Exception)] == []
        assert sorted(Vote.objects.values_list("value", flat=True)) == [value] * 16


def test_the_same_words_at_once_are_said_once_and_numbers_stay_whole(dialogue, office):
    crowd = [member(office, f"Orang {n}", f"orang{n}@demo.example") for n in range(6)]
    deeds = [lambda one=one: actions.say_statement(dialogue, "Sama persis.", by=one.user) for one in crowd]
    deeds += [
        lambda one=one, n=n: actions.say_statement(dialogue, f"Lain {n}.", by=one.user)
        for n, one in enumerate(crowd)
    ]
    refused = [one for one in at_once(deeds) if isinstance(one, Exception)]
    assert {one.code for one in refused if isinstance(one, Refused)} == {"said_already"}
    assert len(refused) == 5
    numbers = list(dialogue.statements.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 11))
