"""Sixty people vote at once on one box, each on a connection of its own: none is lost, and without the lock some are."""

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.actions import ballots as box_deeds
from heterospace.cocreation.actions import decisions as decision_deeds
from heterospace.cocreation.ballots import unseal
from heterospace.cocreation.models import Box, Decision, Elector
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from tests.bookings.test_race import at_once
from tests.cocreation.ballot_stories import everybody, fresh, join_in, opened, people
from tests.cocreation.houses import days

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CROWD = 60


def inside(decision: Decision) -> tuple[int, int, int, int]:
    """(ballots in the sealed box, its counter, its receipts, marks on the roll)."""
    box = Box.objects.get(pk=decision.box_id)
    marks = Elector.objects.filter(box=box, has_voted=True).count()
    return len(unseal(box.pk, box.sealed)[0]), box.count, len(box.receipts), marks


def test_sixty_at_once_lose_no_ballot(initiative, office):
    persons = people(office, CROWD)
    join_in(initiative, persons)
    decision = opened(initiative)
    answers = at_once(
        [
            lambda one=one, n=n: actions.cast_ballot(decision, "no" if n % 3 else "yes", by=one.user)
            for n, one in enumerate(persons)
        ]
    )
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert inside(decision) == (CROWD,) * 4
    assert all(actions.was_counted(fresh(decision).box, one.receipt) for one in answers)
    with days(8):
        closed = actions.close_decision(decision, by=SYSTEM)
    assert closed.tally["got"] == [20, 40]


def test_one_who_taps_ten_times_votes_once(initiative, office):
    persons = people(office, 5)
    join_in(initiative, persons)
    decision = opened(initiative)
    tap = [lambda: actions.cast_ballot(decision, "yes", by=persons[0].user, receipt="TAP-TAP-TAP-TAP")]
    answers = at_once(tap * 10)
    assert sorted(one.again for one in answers) == [False] + [True] * 9
    others = at_once([lambda: actions.cast_ballot(decision, "no", by=persons[1].user)] * 10)
    assert sorted(getattr(one, "code", "cast") for one in others) == ["already_voted"] * 9 + ["cast"]
    assert inside(decision) == (2,) * 4


def test_who_votes_while_it_closes_is_counted_or_told(initiative, office):
    """Everybody has voted but the last five, who vote in the minute in which the clock closes it."""
    persons = people(office, 15)
    join_in(initiative, persons)
    decision = opened(initiative)
    for one in persons[:10]:
        actions.cast_ballot(decision, "yes", by=one.user)
    late = [lambda one=one: actions.cast_ballot(decision, "no", by=one.user) for one in persons[10:]]
    close = [lambda: actions.close_decision(decision, by=SYSTEM, reason="Semua sudah memilih.")] * 3
    answers = at_once([*late, *close])
    for one in answers:
        assert not isinstance(one, Exception) or isinstance(one, Refused), one
    now = fresh(decision)
    cast = sum(type(one).__name__ == "Cast" for one in answers)
    marks = Elector.objects.filter(box=now.box_id, has_voted=True).count()
    assert now.box.count == len(now.box.receipts) == marks == 10 + cast
    if now.state == "decided":
        assert now.tally["got"] == [10, cast]


def test_positions_and_closing_at_once_end_in_no_deadlock(initiative, parties):
    seven = everybody(initiative, parties)
    decision = opened(initiative, method="consent")
    for one in seven:
        actions.take_position(decision, "consent", by=one.user)
    deeds = [
        lambda one=one: actions.take_position(decision, "object", by=one.user, reason="Tunggu dulu.")
        for one in seven[:3]
    ]
    deeds += [lambda: actions.close_decision(decision, by=SYSTEM)] * 2
    deeds += [lambda: actions.open_decision(decision, by=SYSTEM)] * 2
    for answer in at_once(deeds):
        assert not isinstance(answer, Exception) or isinstance(answer, Refused), answer
    now = fresh(decision)
    objections = now.positions.filter(stance="object").count()
    assert now.state == "open" or now.tally["stances"]["object"] == objections == 0


def without_lock(box: int) -> Box:
    """`hold` as somebody might write it who forgot the lock."""
    return Box.objects.get(pk=box)


def test_without_the_lock_ballots_are_lost(initiative, office, monkeypatch):
    """The control: the race above can fail."""
    monkeypatch.setattr(box_deeds, "hold", without_lock)
    assert decision_deeds.ballots.hold is without_lock
    persons = people(office, 20)
    join_in(initiative, persons)
    lost = False
    for _round in range(5):
        decision = opened(initiative)
        at_once([lambda one=one, it=decision: actions.cast_ballot(it, "yes", by=one.user) for one in persons])
        kept, _count, _receipts, marks = inside(decision)
        lost = lost or kept < marks
        if lost:
            break
    assert lost
