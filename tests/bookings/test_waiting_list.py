"""Waiting for a time others have: offers in turn, for a time, to one person after the other."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.bookings.actions import (
    accept_offer,
    add_wish,
    approve_booking,
    book_space,
    cancel_booking,
    lapse_wishes,
    mark_no_shows,
    withdraw_wish,
)
from heterospace.bookings.models import Booking, LedgerEntry, Quota, Wish
from heterospace.bookings.tasks import offer_freed
from heterospace.bookings.waiting import Waiting, in_turn, position_of
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.spaces.actions import change_space
from tests.bookings.wishes import at
from tests.tasks import run_tasks


@pytest.fixture
def taken(rembug_1, dimas):
    """Somebody has the room from nine to eleven."""
    return book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=dimas.user)


def wait(space, person, start=9, end=11, later=0, **more):
    with clock.set_to(clock.now() + dt.timedelta(minutes=later)):
        return add_wish(space, at(start), at(end), purpose="Temu", people=4, by=person.user, **more)


def states():
    return dict(Wish.objects.order_by("id").values_list("person__name", "state"))


def offers():
    return list(Message.objects.filter(kind="wish_offer").order_by("id").values_list("addressee", flat=True))


class TestWaiting:
    def test_what_is_free_is_booked_not_waited_for(self, rembug_1, sari):
        with pytest.raises(Refused) as no:
            wait(rembug_1, sari)
        assert no.value.code == "is_free"

    def test_nobody_waits_twice_for_the_same(self, taken, rembug_1, sari):
        wait(rembug_1, sari)
        with pytest.raises(Refused) as no:
            wait(rembug_1, sari)
        assert no.value.code == "already_waiting"

    def test_a_wish_obeys_the_rules_of_the_space(self, taken, rembug_1, sari):
        with pytest.raises(Invalid) as no:
            add_wish(rembug_1, at(9), at(11), purpose="Temu", people=40, by=sari.user)
        assert no.value.code == "too_many_people"

    def test_who_waits_sees_her_place(self, taken, rembug_1, sari, bagus):
        first, second = wait(rembug_1, sari), wait(rembug_1, bagus, later=1)
        assert (position_of(first), position_of(second)) == (1, 2)


class TestOffers:
    def test_one_after_the_other_never_all_at_once(self, taken, rembug_1, sari, bagus, wulan, dimas):
        first, second = wait(rembug_1, sari), wait(rembug_1, bagus, later=1)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        assert offers() == [sari.pk]
        first.refresh_from_db()
        assert (first.state, first.offer.state) == ("offered", "held")
        assert first.offer.release_at == clock.now() + dt.timedelta(hours=4)
        with pytest.raises(Refused) as no:
            book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=wulan.user)
        assert no.value.code == "clash"
        booking = accept_offer(first, by=sari.user)
        assert (booking.state, booking.person) == ("confirmed", sari)
        run_tasks()
        assert offers() == [sari.pk]
        second.refresh_from_db()
        assert second.state == "waiting"

    def test_who_does_not_answer_lets_the_next_one_in(self, taken, rembug_1, sari, bagus, dimas):
        first, _second = wait(rembug_1, sari), wait(rembug_1, bagus, later=1)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        with clock.set_to(clock.now() + dt.timedelta(hours=5)):
            with pytest.raises(Refused) as no:
                accept_offer(Wish.objects.get(pk=first.pk), by=sari.user)
            assert no.value.code == "offer_expired"
            run_tasks()
            assert offers() == [sari.pk, bagus.pk]
            assert states() == {"Sari Wulandari": "waiting", "Bagus Prasetyo": "offered"}
        with clock.set_to(clock.now() + dt.timedelta(hours=10)):
            mark_no_shows(by=SYSTEM)
            run_tasks()
            assert offers() == [sari.pk, bagus.pk, sari.pk]
        with clock.set_to(clock.now() + dt.timedelta(hours=15)):
            mark_no_shows(by=SYSTEM)
            run_tasks()
            assert states()["Sari Wulandari"] == "lapsed"
            assert offers() == [sari.pk, bagus.pk, sari.pk, bagus.pk]

    def test_saying_no_lets_the_next_one_in_at_once(self, taken, rembug_1, sari, bagus, dimas):
        first, _second = wait(rembug_1, sari), wait(rembug_1, bagus, later=1)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        withdraw_wish(Wish.objects.get(pk=first.pk), by=sari.user)
        run_tasks()
        assert states() == {"Sari Wulandari": "withdrawn", "Bagus Prasetyo": "offered"}

    def test_a_space_that_asks_for_approval_asks_for_it_after_an_offer_too(
        self, taken, rembug_1, sari, dimas, ratna
    ):
        rembug_1.approval = "hold"
        rembug_1.save()
        hers = wait(rembug_1, sari)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        booking = accept_offer(Wish.objects.get(pk=hers.pk), by=sari.user)
        assert (booking.state, booking.release_at) == ("held", clock.now() + dt.timedelta(hours=24))
        assert approve_booking(booking, by=ratna.user).state == "confirmed"

    def test_a_closed_account_does_not_keep_the_next_one_waiting(self, taken, rembug_1, sari, bagus, dimas):
        wait(rembug_1, sari)
        wait(rembug_1, bagus, later=1)
        sari.closed_at = clock.now()
        sari.save()
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        assert offers() == [bagus.pk]

    def test_who_had_least_goes_first(self, taken, rembug_1, sari, bagus, dimas):
        old = book_space(rembug_1, at(13), at(15), purpose="Rapat", people=2, by=sari.user)
        LedgerEntry.objects.create(booking=old, kind="used", minutes=120)
        wait(rembug_1, sari)
        wait(rembug_1, bagus, later=1)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        assert offers() == [bagus.pk]

    def test_another_room_will_do(self, taken, rembug_1, rembug_2, sari, bagus, dimas):
        other = book_space(rembug_2, at(9), at(11), purpose="Rapat", people=2, by=bagus.user)
        wish = wait(rembug_1, sari, any_space=True)
        cancel_booking(other, by=bagus.user)
        run_tasks()
        wish.refresh_from_db()
        assert wish.offer.space == rembug_2

    def test_an_offer_is_not_for_others_to_take(self, taken, rembug_1, sari, bagus, dimas):
        wish = wait(rembug_1, sari)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        wish = Wish.objects.get(pk=wish.pk)
        with pytest.raises(Forbidden):
            accept_offer(wish, by=bagus.user)
        assert accept_offer(wish, by=dimas.user).person == sari  # she called the desk

    def test_who_waits_only_for_the_time_to_tidy_up_is_offered_too(self, rembug_1, sari, bagus, dimas):
        change_space(rembug_1, by=SYSTEM, turnaround_minutes=60)
        rembug_1.refresh_from_db()
        after = book_space(rembug_1, at(11), at(13), purpose="Rapat", people=4, by=dimas.user)
        wait(rembug_1, sari)
        cancel_booking(after, by=dimas.user)
        run_tasks()
        assert states() == {sari.name: "offered"}

    def test_part_of_the_time_is_no_offer(self, taken, rembug_1, sari, bagus, dimas):
        book_space(rembug_1, at(11), at(13), purpose="Rapat", people=2, by=bagus.user)
        wait(rembug_1, sari, 10, 12)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        assert offers() == []

    def test_who_has_had_her_quota_is_passed_over(self, taken, rembug_1, sari, bagus, dimas, semarang):
        Quota.objects.create(hub=semarang, whose="person", hours=2, per="week")
        wait(rembug_1, sari)
        wait(rembug_1, bagus, later=1)
        book_space(rembug_1, at(13), at(15), purpose="Rapat", people=2, by=sari.user)
        cancel_booking(taken, by=dimas.user)
        run_tasks()
        assert offers() == [bagus.pk]

    def test_the_task_may_run_twice(self, taken, rembug_1, sari, dimas):
        wait(rembug_1, sari)
        cancel_booking(taken, by=dimas.user)
        for _twice in range(2):
            offer_freed.call(rembug_1.hub_id, at(9).isoformat(), at(11).isoformat())
        assert offers() == [sari.pk]
        assert Booking.objects.filter(state="held").count() == 1

    def test_a_wish_ends_when_its_time_begins(self, taken, rembug_1, sari):
        wait(rembug_1, sari)
        with clock.set_to(at(9)):
            assert lapse_wishes(by=SYSTEM) == 1
        assert states() == {"Sari Wulandari": "lapsed"}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 600), st.integers(0, 60)), max_size=20))
def test_the_turn_is_the_rule_that_is_shown(facts):
    start = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    waiting = [
        Waiting(n, passed, had, start + dt.timedelta(minutes=minute))
        for n, (passed, had, minute) in enumerate(facts)
    ]
    turn = in_turn(waiting)
    assert sorted(one.wish for one in turn) == sorted(one.wish for one in waiting)
    for before, after in itertools.pairwise(turn):
        assert (before.passed, before.had_minutes, before.since) <= (
            after.passed,
            after.had_minutes,
            after.since,
        )
