"""Asking for a space: holding its time or competing for it, yes and no, letters, and what lapses."""

import datetime as dt

import pytest

from heterospace.bookings.actions import (
    approve_booking,
    book_space,
    cancel_booking,
    check_in,
    mark_no_shows,
    move_booking,
    refuse_booking,
)
from heterospace.bookings.models import Letter
from heterospace.bookings.requests import requests_at
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.spaces.actions import change_space
from heterospace.spaces.enums import Approval
from tests.bookings.wishes import TUESDAY, at


@pytest.fixture
def hall(gatra):
    gatra.approval = Approval.HOLD
    gatra.save()
    return gatra


@pytest.fixture
def contest(gatra):
    gatra.approval = Approval.COMPETE
    gatra.save()
    return gatra


def ask(space, who, start=9, end=11, **more):
    return book_space(space, at(start), at(end), purpose="Pameran batik", people=60, by=who.user, **more)


def kinds():
    return list(
        Message.objects.filter(kind__startswith="booking").order_by("id").values_list("kind", flat=True)
    )


class TestHold:
    def test_the_time_is_kept_while_the_manager_thinks(self, hall, sari, bagus, ratna):
        asked = ask(hall, sari)
        assert (asked.state, asked.claims.count()) == ("held", 2)
        assert asked.release_at == clock.now() + dt.timedelta(hours=24)
        with pytest.raises(Refused) as no:
            ask(hall, bagus, 10, 12)
        assert no.value.code == "clash"
        approved = approve_booking(asked, by=ratna.user)
        assert (approved.state, approved.decided_by, approved.release_at) == ("confirmed", ratna.user, None)
        letter = Letter.objects.get(booking=approved)
        assert (letter.number, letter.year, letter.signer) == (1, 2026, "Ratna Maharani")
        assert kinds() == ["booking_requested", "booking_approved"]

    def test_who_decides_here_needs_nobodys_approval(self, hall, ratna, sari):
        assert ask(hall, ratna).state == "confirmed"
        assert ask(hall, ratna, 12, 14, person=sari).state == "confirmed"

    def test_the_desk_asks_like_everybody(self, hall, dimas, sari):
        assert ask(hall, dimas, person=sari).state == "held"

    def test_an_expired_hold_is_closed_by_whoever_wants_the_time(self, hall, sari, bagus):
        asked = ask(hall, sari)
        with clock.set_to(clock.now() + dt.timedelta(hours=25)):
            assert ask(hall, bagus).state == "held"
            asked.refresh_from_db()
            assert (asked.state, asked.claims.count()) == ("expired", 0)
            assert "booking_expired" in kinds()

    def test_a_hold_whose_time_is_up_is_closed_by_who_wants_to_approve_it(self, hall, sari, bagus, ratna):
        asked = ask(hall, sari)
        with clock.set_to(clock.now() + dt.timedelta(hours=25)):
            with pytest.raises(Refused) as no:
                approve_booking(asked, by=ratna.user)
            assert no.value.code == "expired"
            asked.refresh_from_db()
            assert (asked.state, asked.claims.count()) == ("expired", 0)
            assert ask(hall, bagus).state == "held"

    def test_the_clock_tidies_what_nobody_answered(self, hall, sari, ratna):
        asked = ask(hall, sari)
        with clock.set_to(clock.now() + dt.timedelta(hours=25)):
            assert mark_no_shows(by=SYSTEM) == 1
            with pytest.raises(Refused) as no:
                approve_booking(asked, by=ratna.user)
        assert no.value.code == "expired"

    def test_a_hold_never_outlasts_the_start(self, hall, sari):
        day = dt.date(2026, 11, 21)
        asked = book_space(hall, at(12, day), at(14, day), purpose="Temu", people=60, by=sari.user)
        assert asked.release_at == at(12, day)

    def test_a_hold_can_be_taken_back_but_nobody_checks_in(self, hall, sari, bagus):
        asked = ask(hall, sari)
        with clock.set_to(at(9)), pytest.raises(Refused) as no:
            check_in(asked, by=sari.user)
        assert no.value.code == "not_decided"
        assert cancel_booking(asked, by=sari.user).state == "cancelled"
        assert ask(hall, bagus).state == "held"

    def test_an_approved_time_is_not_moved_behind_the_managers_back(self, hall, sari, ratna, dimas):
        asked = approve_booking(ask(hall, sari), by=ratna.user)
        for author in (sari, dimas):
            with pytest.raises(Refused) as no:
                move_booking(asked, by=author.user, start=at(14))
            assert no.value.code == "needs_approval"
        assert move_booking(asked, by=ratna.user, start=at(14)).start == at(14)


class TestCompete:
    def test_several_ask_one_gets_it_the_others_hear_why(self, contest, sari, bagus, wulan, ratna):
        sari_asks, bagus_asks = ask(contest, sari), ask(contest, bagus, 10, 12)
        later = ask(contest, wulan, 13, 15)
        assert {one.state for one in (sari_asks, bagus_asks, later)} == {"requested"}
        assert sari_asks.claims.count() == 0
        approve_booking(bagus_asks, by=ratna.user)
        for one in (sari_asks, later):
            one.refresh_from_db()
        assert (sari_asks.state, sari_asks.decision) == ("refused", "other_chosen")
        assert later.state == "requested"
        told = Message.objects.get(kind="booking_refused")
        assert told.addressee == sari.pk

    def test_who_ends_before_but_tidies_into_it_is_refused_too(self, contest, sari, bagus, ratna):
        change_space(contest, by=SYSTEM, turnaround_minutes=180)
        morning, noon = ask(contest, sari, 9, 11), ask(contest, bagus, 13, 15)
        (queued,) = [one for one in requests_at(contest.hub) if one.booking == noon]
        assert queued.rivals == [morning]
        approve_booking(noon, by=ratna.user)
        morning.refresh_from_db()
        assert (morning.state, morning.decision) == ("refused", "other_chosen")

    def test_asking_for_what_somebody_has_already_is_refused_at_once(self, contest, sari, bagus, ratna):
        approve_booking(ask(contest, sari), by=ratna.user)
        with pytest.raises(Refused) as no:
            ask(contest, bagus)
        assert no.value.code == "clash"

    def test_a_room_taken_meanwhile_stops_the_approval(self, contest, sari, bagus, ratna):
        asked = ask(contest, sari)
        part = contest.parts.order_by("id").first()
        book_space(part, at(9), at(10), purpose="Rapat", people=4, by=bagus.user)
        with pytest.raises(Refused) as no:
            approve_booking(asked, by=ratna.user)
        assert no.value.code == "clash"
        asked.refresh_from_db()
        assert asked.state == "requested"

    def test_a_request_lapses_when_its_time_begins(self, contest, sari):
        asked = ask(contest, sari)
        with clock.set_to(at(9)):
            mark_no_shows(by=SYSTEM)
        asked.refresh_from_db()
        assert asked.state == "expired"


class TestDeciding:
    def test_only_those_who_decide_here(self, hall, sari, dimas, bagus):
        asked = ask(hall, sari)
        for person in (sari, dimas, bagus):
            with pytest.raises(Forbidden):
                approve_booking(asked, by=person.user)
            with pytest.raises(Forbidden):
                refuse_booking(asked, "not_fitting", by=person.user)

    def test_a_second_answer_is_refused(self, hall, sari, ratna, hendro):
        asked = ask(hall, sari)
        approve_booking(asked, by=ratna.user)
        for deed in (
            lambda: approve_booking(asked, by=hendro.user),
            lambda: refuse_booking(asked, "not_fitting", by=hendro.user),
        ):
            with pytest.raises(Refused) as no:
                deed()
            assert no.value.code == "already_decided"
        assert Letter.objects.count() == 1

    def test_a_no_has_a_reason_and_frees_the_time(self, hall, sari, bagus, ratna):
        asked = ask(hall, sari)
        for reason, note, code in (
            ("", "", "no_reason"),
            ("mood", "", "no_reason"),
            ("other", " ", "no_note"),
        ):
            with pytest.raises(Invalid) as no:
                refuse_booking(asked, reason, note=note, by=ratna.user)
            assert no.value.code == code
        refused = refuse_booking(asked, "other", note="Ada pelantikan", by=ratna.user)
        assert (refused.state, refused.decision_note) == ("refused", "Ada pelantikan")
        assert ask(hall, bagus).state == "held"
        assert LogEntry.objects.get(deed="refuse_booking").facts["reason"] == "other"

    def test_letters_are_numbered_through_the_year(self, hall, sari, ratna):
        for n, day in enumerate((TUESDAY, TUESDAY + dt.timedelta(days=1), dt.date(2027, 1, 12)), 1):
            with clock.set_to(at(8, day - dt.timedelta(days=3))):
                asked = book_space(hall, at(9, day), at(11, day), purpose="Temu", people=60, by=sari.user)
                letter = Letter.objects.get(booking=approve_booking(asked, by=ratna.user))
            assert (letter.year, letter.number) == ((2026, n) if n < 3 else (2027, 1))
