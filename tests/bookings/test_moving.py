"""Another room, another time: who may move a booking, under which rules, and what is left behind."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connection

from heterospace.bookings.actions import (
    book_space,
    cancel_booking,
    check_in,
    extend_booking,
    mark_no_shows,
    move_booking,
    release_early,
)
from heterospace.bookings.models import Booking, Claim
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.core.tasks import deliver
from heterospace.home.doctor import examine
from heterospace.spaces.actions import add_space, change_space

from .wishes import TUESDAY, at

SATURDAY = dt.date(2026, 11, 21)

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def code_of(deed, *args, **kwargs) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        deed(*args, **kwargs)
    return refusal.value.code


def held(booking) -> list:
    return [(one.space_id, one.period.lower, one.period.upper) for one in booking.claims.order_by("space")]


def wrong() -> list:
    return [finding for finding in examine() if finding.is_wrong]


class TestToAnotherRoom:
    def test_the_desk_swaps_the_room_and_she_is_told(self, booking, rembug_1, rembug_2, dimas, bagus):
        moved = move_booking(booking, by=dimas.user, space=rembug_2)
        assert (moved.space, moved.start, moved.end) == (rembug_2, at(9), at(11))
        assert held(moved) == [(rembug_2.pk, at(9), at(11) + dt.timedelta(minutes=10))]
        assert book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
        log = LogEntry.objects.get(deed="move_booking", thing_id=booking.pk)
        assert (log.by_id, log.facts["was_space"], log.facts["space"]) == (
            dimas.user.pk,
            rembug_1.pk,
            rembug_2.pk,
        )
        message = Message.objects.get(kind="booking_moved")
        assert "SEQUENCE:1" in message.context["ics"]
        deliver.call(message.pk)
        assert "dipindahkan" in mail.outbox[0].body
        assert "Rembug 1, Selasa, 24 November 2026, 09.00-11.00 WIB" in mail.outbox[0].body
        assert wrong() == []

    def test_a_room_that_somebody_has_is_refused_and_nothing_changes(self, booking, rembug_2, dimas, bagus):
        book_space(rembug_2, at(10), at(12), purpose="Rapat", people=2, by=bagus.user)
        before = held(booking)
        assert code_of(move_booking, booking, by=dimas.user, space=rembug_2) == "clash"
        booking.refresh_from_db()
        assert (held(booking), booking.revision) == (before, 0)
        assert not Message.objects.filter(kind="booking_moved").exists()

    def test_a_room_that_is_too_small_or_of_another_hub_is_refused_by_its_field(
        self, booking, semarang, solo, dimas
    ):
        small = add_space(semarang, by=SYSTEM, name="Bilik", kind="meeting", capacity=2)
        far = add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
        assert code_of(move_booking, booking, by=dimas.user, space=small) == "too_many_people"
        with pytest.raises(Invalid) as refusal:
            move_booking(booking, by=dimas.user, space=far)
        assert (refusal.value.code, "space" in refusal.value.fields) == ("other_hub", True)

    def test_into_a_hall_takes_its_halves_and_out_again_gives_them_back(
        self, booking, gatra, rembug_1, dimas
    ):
        move_booking(booking, by=dimas.user, space=gatra)
        assert {space for space, _low, _high in held(booking)} == {part.pk for part in gatra.parts.all()}
        booking.refresh_from_db()
        move_booking(booking, by=dimas.user, space=rembug_1)
        assert [space for space, _low, _high in held(booking)] == [rembug_1.pk]

    def test_from_the_hall_into_its_own_half(self, gatra, sari, dimas):
        hall = book_space(gatra, at(9), at(11), purpose="Temu", people=40, by=sari.user)
        half = gatra.parts.first()
        move_booking(hall, by=dimas.user, space=half)
        assert [space for space, _low, _high in held(hall)] == [half.pk]

    def test_out_of_a_room_that_was_closed(self, booking, rembug_1, rembug_2, dimas):
        rembug_1.is_active = False
        rembug_1.save()
        assert move_booking(booking, by=dimas.user, space=rembug_2).space == rembug_2


class TestToAnotherTime:
    def test_a_new_start_keeps_the_length(self, booking, dimas):
        moved = move_booking(booking, by=dimas.user, start=at(13))
        assert (moved.start, moved.end) == (at(13), at(15))

    def test_over_its_own_time(self, booking, dimas):
        assert move_booking(booking, by=dimas.user, start=at(10)).end == at(12)

    def test_shorter_or_longer_by_its_end(self, booking, dimas):
        assert move_booking(booking, by=dimas.user, end=at(10)).start == at(9)
        booking.refresh_from_db()
        assert move_booking(booking, by=dimas.user, end=at(12)).end == at(12)

    def test_a_closed_day_an_odd_start_and_the_past_are_refused(self, booking, dimas):
        christmas = dt.date(2026, 12, 25)
        assert code_of(move_booking, booking, by=dimas.user, start=at(23)) == "outside_hours"
        assert code_of(move_booking, booking, by=dimas.user, start=at(9.25)) == "step"
        assert code_of(move_booking, booking, by=dimas.user, start=at(9, dt.date(2026, 11, 20))) == "past"
        assert code_of(move_booking, booking, by=dimas.user, end=at(8)) == "end_before_start"
        assert code_of(move_booking, booking, by=dimas.user, start=at(9, christmas)) == "holiday"

    def test_the_same_wish_again_tells_nobody(self, booking, rembug_1, dimas):
        assert move_booking(booking, by=dimas.user, space=rembug_1, start=at(9), end=at(11)).revision == 0
        assert not Message.objects.filter(kind="booking_moved").exists()

    def test_it_is_reminded_of_anew_when_it_goes_far(self, booking, dimas):
        Booking.objects.update(reminded_at=at(8, TUESDAY - dt.timedelta(days=1)))
        moved = move_booking(booking, by=dimas.user, start=at(9, TUESDAY + dt.timedelta(days=7)))
        assert moved.reminded_at is None
        with clock.set_to(at(8, TUESDAY)):
            assert move_booking(moved, by=dimas.user, start=at(13)).reminded_at is not None

    def test_the_grace_follows(self, booking, rembug_1, dimas):
        rembug_1.grace_minutes = 15
        rembug_1.save()
        assert move_booking(booking, by=dimas.user, start=at(13)).release_at == at(13.25)

    def test_what_nobody_has_decided_yet_lapses_before_its_new_start(self, rembug_1, rembug_2, sari, ratna):
        change_space(rembug_1, by=SYSTEM, approval="hold")
        asked = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
        assert asked.release_at == clock.now() + dt.timedelta(hours=24)
        moved = move_booking(
            asked, by=ratna.user, space=rembug_2, start=at(16, SATURDAY), end=at(17, SATURDAY)
        )
        assert (moved.state, moved.release_at) == ("held", at(16, SATURDAY))
        assert wrong() == []


class TestWhoMay:
    def test_herself_until_the_limit_for_cancelling_under_the_rules_of_members(
        self, booking, rembug_1, rembug_2, sari
    ):
        change_space(rembug_2, by=SYSTEM, who_may="staff")
        assert code_of(move_booking, booking, by=sari.user, space=rembug_2) == "staff_only"
        assert move_booking(booking, by=sari.user, start=at(10)).start == at(10)
        with clock.set_to(at(8.5)):
            assert code_of(move_booking, booking, by=sari.user, start=at(13)) == "too_late_to_move"

    def test_the_leader_of_its_organisation(self, rembug_1, wulan, kawan_usaha, sari):
        booking = book_space(
            rembug_1, at(9), at(11), purpose="Rapat", people=2, by=wulan.user, organisation=kawan_usaha
        )
        assert move_booking(booking, by=wulan.user, start=at(13)).start == at(13)
        with pytest.raises(Forbidden):
            move_booking(booking, by=sari.user, start=at(15))

    def test_nobody_else(self, booking, bagus, twin_manager):
        for other in (bagus, twin_manager):
            with pytest.raises(Forbidden):
                move_booking(booking, by=other.user, start=at(13))

    def test_only_what_is_to_come_or_on(self, booking, dimas):
        cancel_booking(booking, by=SYSTEM)
        assert code_of(move_booking, booking, by=dimas.user, start=at(13)) == "already_cancelled"

    def test_not_what_is_over(self, booking, dimas):
        with clock.set_to(at(11)):
            assert code_of(move_booking, booking, by=dimas.user, start=at(13)) == "already_over"


class TestWhileItIsOn:
    """The projector broke at ten; the room next door was used by others until half past nine."""

    def test_the_new_room_is_held_from_now_on(self, booking, rembug_1, rembug_2, dimas, bagus):
        rembug_2.turnaround_minutes, rembug_2.min_length = 0, 30
        rembug_2.save()
        book_space(rembug_2, at(9), at(9.5), purpose="Rapat", people=2, by=bagus.user)
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
        with clock.set_to(at(10)):
            moved = move_booking(booking, by=dimas.user, space=rembug_2)
            assert (moved.start, moved.end, moved.is_inside) == (at(9), at(11), True)
            assert held(moved) == [(rembug_2.pk, at(10), at(11))]
            assert book_space(rembug_1, at(10), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
            extended = extend_booking(moved, at(11.5), by=dimas.user)
            assert held(extended) == [(rembug_2.pk, at(10), at(11.5))]
            assert wrong() == []
            assert move_booking(extended, by=dimas.user, end=at(11)).held_from == at(10)
        with clock.set_to(at(10.5)):
            release_early(booking, by=dimas.user)
        assert wrong() == []

    def test_who_leaves_the_moment_she_moved_gives_everything_back(self, booking, rembug_1, dimas, sari):
        other = add_space(rembug_1.hub, by=SYSTEM, name="Rembug 3", kind="meeting", capacity=8)
        with clock.set_to(at(10)):
            check_in(booking, by=sari.user)
            moved = move_booking(booking, by=dimas.user, space=other)
            assert release_early(moved, by=sari.user).end == at(10) + dt.timedelta(minutes=1)
        assert wrong() == []

    def test_its_start_stays_once_people_are_in(self, booking, dimas):
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
            assert code_of(move_booking, booking, by=dimas.user, start=at(10)) == "has_begun"
        with clock.set_to(at(9.5)):
            assert code_of(move_booking, booking, by=dimas.user, end=at(9.5)) == "past"

    def test_who_comes_late_may_be_given_a_later_time(self, booking, dimas):
        with clock.set_to(at(9.4)):
            assert move_booking(booking, by=dimas.user, start=at(10)).held_from is None

    def test_what_nobody_came_to_gives_way(self, booking, rembug_1, rembug_2, dimas, bagus):
        rembug_2.grace_minutes = 15
        rembug_2.save()
        missed = book_space(rembug_2, at(9), at(11), purpose="Rapat", people=2, by=bagus.user)
        with clock.set_to(at(9.5)):
            assert move_booking(booking, by=dimas.user, space=rembug_2).space == rembug_2
            missed.refresh_from_db()
            assert (missed.state, mark_no_shows(by=SYSTEM)) == ("no_show", 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_rooms_at_once_do_not_wait_for_each_other(rembug_1, rembug_2, sari, bagus, dimas):
    """Each wants the other's room: both are refused or one wins, nobody hangs, nothing is held twice."""
    one = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
    two = book_space(rembug_2, at(9), at(11), purpose="Rapat", people=2, by=bagus.user)
    gate, answers = threading.Barrier(2), []

    def swap(booking, space):
        try:
            with clock.set_to(at(8)):
                gate.wait()
                move_booking(booking, by=dimas.user, space=space)
                answers.append("moved")
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=swap, args=pair) for pair in ((one, rembug_2), (two, rembug_1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == ["clash", "clash"]
    assert Claim.objects.count() == 2
    assert wrong() == []
