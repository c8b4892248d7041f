"""Being there: check-in, the space nobody came to, leaving early, staying longer; by whom, when, in which state."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heterospace.bookings.actions import (
    book_space,
    cancel_booking,
    check_in,
    extend_booking,
    finish_left_open,
    mark_no_shows,
    release_early,
)
from heterospace.bookings.enums import GIVEN_UP, LIVE, MOVES, WAITING, BookingState
from heterospace.bookings.models import Booking, Claim
from heterospace.bookings.queries import day_of, own_bookings, search
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM, allowed
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.core.tasks import deliver
from heterospace.home.doctor import examine
from heterospace.home.tick import tick
from heterospace.spaces.actions import change_space
from tests import cast
from tests.counting import grows_by

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict_room(rembug_1):
    """Rembug 1 with a grace of fifteen minutes and ten for tidying."""
    rembug_1.grace_minutes, rembug_1.turnaround_minutes = 15, 10
    rembug_1.save()
    return rembug_1


@pytest.fixture
def booking(strict_room, sari):
    return book_space(strict_room, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def code_of(deed, *args, **kwargs) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        deed(*args, **kwargs)
    return refusal.value.code


def wrong() -> list:
    return [finding for finding in examine() if finding.is_wrong]


class TestCheckIn:
    def test_bu_sari_says_that_she_is_there(self, booking, sari):
        with clock.set_to(at(8.75)):
            assert check_in(booking, by=sari.user).state == "checked_in"
        booking.refresh_from_db()
        assert (booking.checked_in_at, booking.is_live) == (at(8.75), True)
        assert LogEntry.objects.filter(deed="check_in", thing_id=booking.pk, by=sari.user).exists()
        with clock.set_to(at(9.5)):
            assert mark_no_shows(by=SYSTEM) == 0
            assert own_bookings(sari)[0] == [booking]

    def test_herself_from_half_an_hour_before_until_the_end_the_desk_all_day(self, booking, sari, dimas):
        with clock.set_to(at(8.4)):
            assert code_of(check_in, booking, by=sari.user) == "too_early"
            assert code_of(extend_booking, booking, at(12), by=sari.user) == "too_early"
        with clock.set_to(at(11)):
            assert code_of(check_in, booking, by=sari.user) == "already_over"
        with clock.set_to(at(23.9, TUESDAY - dt.timedelta(days=1))):
            assert code_of(check_in, booking, by=dimas.user) == "too_early"
        with clock.set_to(at(7)):
            assert check_in(booking, by=dimas.user).is_inside

    def test_twice_is_refused_by_name(self, booking, sari):
        with clock.set_to(at(9)):
            check_in(booking, by=sari.user)
            assert code_of(check_in, booking, by=sari.user) == "already_checked_in"
            assert code_of(cancel_booking, booking, by=sari.user) == "already_checked_in"

    def test_who_comes_late_but_before_anybody_took_it_is_let_in(self, booking, sari):
        with clock.set_to(at(9.5)):
            assert check_in(booking, by=sari.user).is_inside


class TestNobodyCame:
    def test_after_the_grace_the_space_is_free_and_she_is_told(self, booking, strict_room, sari, bagus):
        with clock.set_to(at(9.2)):
            assert mark_no_shows(by=SYSTEM) == 0
        with clock.set_to(at(9.25)):
            assert tick()["no_shows"] == 1
            assert mark_no_shows(by=SYSTEM) == 0
            booking.refresh_from_db()
            assert (booking.state, booking.ended_at, booking.is_live) == ("no_show", at(9.25), False)
            assert not Claim.objects.exists()
            assert [
                one.is_free for one in search(sari.office, at(9.5), at(11)) if one.space == strict_room
            ] == [True]
            assert book_space(strict_room, at(9.5), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
            assert code_of(check_in, booking, by=sari.user) == "no_show"
            assert own_bookings(sari)[0] == []
            assert day_of(strict_room.hub, TUESDAY).absent == [booking]
        message = Message.objects.get(kind="booking_released")
        assert "STATUS:CANCELLED" in message.context["ics"]
        deliver.call(message.pk)
        assert "dilepas" in mail.outbox[0].subject
        assert wrong() == []

    def test_who_wants_the_space_finds_it_before_the_clock_does(self, booking, strict_room, bagus):
        with clock.set_to(at(9.5)):
            assert book_space(strict_room, at(9.5), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
        booking.refresh_from_db()
        assert booking.state == "no_show"
        assert Message.objects.filter(kind="booking_released").exists()

    def test_a_space_without_grace_waits(self, rembug_1, sari):
        booking = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
        assert booking.release_at is None
        with clock.set_to(at(10.9)):
            assert mark_no_shows(by=SYSTEM) == 0

    def test_a_new_grace_counts_for_new_bookings_only(self, rembug_1, sari, ratna):
        booking = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
        change_space(rembug_1, by=ratna.user, grace_minutes=15)
        later = book_space(rembug_1, at(13), at(15), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(14)):
            assert mark_no_shows(by=SYSTEM) == 1
        booking.refresh_from_db()
        later.refresh_from_db()
        assert (booking.state, later.state) == ("confirmed", "no_show")

    def test_a_walk_in_has_the_grace_from_when_it_was_booked(self, strict_room, sari, dimas):
        with clock.set_to(at(9.25)):
            walk_in = book_space(
                strict_room, at(9), at(11), purpose="Rapat", people=2, by=dimas.user, person=sari
            )
        assert walk_in.release_at == at(9.5)

    def test_people_do_not_take_spaces_back(self, booking, ratna):
        with pytest.raises(Forbidden):
            mark_no_shows(by=ratna.user)

    def test_a_grace_out_of_bounds_is_refused_by_its_field(self, rembug_1, ratna):
        with pytest.raises(Invalid) as refusal:
            change_space(rembug_1, by=ratna.user, grace_minutes=3)
        assert "grace_minutes" in refusal.value.fields


class TestLeaving:
    def test_the_rest_goes_to_the_next_after_tidying(self, booking, strict_room, sari, bagus):
        with clock.set_to(at(9)):
            check_in(booking, by=sari.user)
        with clock.set_to(at(9.5) + dt.timedelta(seconds=20)):
            release_early(booking, by=sari.user)
        booking.refresh_from_db()
        assert (booking.state, booking.booked_until) == ("finished", at(11))
        assert booking.end == at(9.5) + dt.timedelta(minutes=1)
        assert booking.claims.get().period.upper == booking.end + dt.timedelta(minutes=10)
        assert LogEntry.objects.get(deed="release_early").facts == {"minutes": 89, "overtime": 0}
        assert code_of(
            book_space, strict_room, at(9.5), at(11), purpose="x", people=2, by=SYSTEM, person=bagus
        )
        with clock.set_to(at(9.75)):
            assert book_space(strict_room, at(10), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
            assert wrong() == []

    def test_before_it_begins_one_cancels(self, booking, sari):
        with clock.set_to(at(8.75)):
            assert code_of(release_early, booking, by=sari.user) == "not_started"
            check_in(booking, by=sari.user)
            release_early(booking, by=sari.user)
        booking.refresh_from_db()
        assert booking.end == at(9) + dt.timedelta(minutes=1)

    def test_who_stays_over_is_seen_and_noted(self, booking, sari, dimas):
        with clock.set_to(at(9)):
            check_in(booking, by=sari.user)
        with clock.set_to(at(11.5)):
            assert day_of(booking.hub, TUESDAY).staying() == [Booking.objects.get()]
            assert Booking.objects.get().overtime == 30
            assert Booking.objects.get().longer == at(12)
            assert finish_left_open(by=SYSTEM) == 0
            release_early(booking, by=dimas.user)
        booking.refresh_from_db()
        assert (booking.end, booking.booked_until, booking.overtime) == (at(11), None, 30)

    def test_who_never_said_goodbye_is_closed_two_hours_later(self, booking, sari):
        with clock.set_to(at(9)):
            check_in(booking, by=sari.user)
        with clock.set_to(at(13)):
            assert tick()["left_open"] == 1
        booking.refresh_from_db()
        assert (booking.state, booking.ended_at, booking.overtime) == ("finished", at(11), 0)


class TestStayingLonger:
    def test_half_an_hour_more(self, booking, sari):
        with clock.set_to(at(10)):
            check_in(booking, by=sari.user)
            extend_booking(booking, at(11.5), by=sari.user)
        booking.refresh_from_db()
        assert (booking.end, booking.revision) == (at(11.5), 1)
        assert booking.claims.get().period.upper == at(11.5) + dt.timedelta(minutes=10)
        assert LogEntry.objects.get(deed="extend_booking").facts == {"minutes": 30}
        assert wrong() == []

    def test_the_rules_of_a_new_booking_hold(self, strict_room, booking, sari, bagus, dimas):
        book_space(strict_room, at(12), at(13), purpose="Rapat", people=2, by=bagus.user)
        with clock.set_to(at(10)):
            check_in(booking, by=sari.user)
            assert code_of(extend_booking, booking, at(11), by=sari.user) == "not_longer"
            assert code_of(extend_booking, booking, at(12), by=sari.user) == "clash"  # no time to tidy
            assert code_of(extend_booking, booking, at(17.5), by=dimas.user) == "too_long"
        evening = book_space(strict_room, at(20), at(21.5), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(20)):
            assert code_of(extend_booking, evening, at(22.5), by=sari.user) == "outside_hours"
        booking.refresh_from_db()
        assert booking.end == at(11)

    def test_a_neighbour_who_never_came_makes_room(self, strict_room, booking, sari, bagus):
        book_space(strict_room, at(11.5), at(13), purpose="Rapat", people=2, by=bagus.user)
        with clock.set_to(at(10)):
            check_in(booking, by=sari.user)
        with clock.set_to(at(11.8)):
            assert extend_booking(booking, at(12.5), by=sari.user).end == at(12.5)
        assert Booking.objects.get(person=bagus).state == "no_show"

    def test_a_whole_hall_keeps_all_its_parts(self, gatra, sari, bagus):
        booking = book_space(gatra, at(9), at(11), purpose="Temu", people=80, by=sari.user)
        half = gatra.parts.first()
        book_space(half, at(12), at(13), purpose="Rapat", people=20, by=bagus.user)
        with clock.set_to(at(10)):
            assert code_of(extend_booking, booking, at(12.5), by=sari.user) == "clash"
            extend_booking(booking, at(12), by=sari.user)
        assert {claim.period.upper for claim in booking.claims.all()} == {at(12)}


@pytest.mark.parametrize(
    ("who", "may"),
    [("sari", True), ("dimas", True), ("ratna", True), ("hendro", True), ("bagus", False), ("wulan", False)],
)
def test_who_may_say_that_they_are_there(booking, who, may, request):
    user = request.getfixturevalue(who).user
    assert allowed(user, "bookings.attend", booking) is may
    for deed in (check_in, release_early, lambda one, by: extend_booking(one, at(12), by=by)):
        with clock.set_to(at(9)), transaction.atomic():
            if may:
                deed(booking, by=user)
            else:
                with pytest.raises(Forbidden):
                    deed(booking, by=user)
            transaction.set_rollback(True)


def test_the_desk_of_a_sibling_hub_may_not(booking, solo):
    other = cast.staff(solo, "front_desk", "Rini", "rini@demo.example")
    with clock.set_to(at(9)), pytest.raises(Forbidden):
        check_in(booking, by=other.user)


def test_the_states_are_one_table():
    assert set(MOVES) == set(BookingState)
    assert LIVE.isdisjoint(GIVEN_UP)
    assert {state for state, moves in MOVES.items() if moves} == LIVE | WAITING


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "checked_in"},
        {"state": "finished"},
        {"state": "no_show"},
        {"checked_in_at": at(9)},
        {"booked_until": at(12)},
        {"state": "no_show", "ended_at": at(9), "checked_in_at": at(9)},
        {"state": "finished", "ended_at": at(9), "booked_until": at(11)},
    ],
)
def test_the_database_refuses_states_that_say_too_little(booking, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(**facts)


DEEDS = {
    "check_in": (check_in, BookingState.CHECKED_IN),
    "release": (release_early, BookingState.FINISHED),
    "cancel": (cancel_booking, BookingState.CANCELLED),
    "no_show": (lambda _booking, by: mark_no_shows(by=by), BookingState.NO_SHOW),
    "left_open": (lambda _booking, by: finish_left_open(by=by), BookingState.FINISHED),
    "extend": (lambda one, by: extend_booking(one, Booking.objects.get(pk=one.pk).longer, by=by), None),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 50)), max_size=8))
def test_in_whatever_order_a_booking_only_makes_the_moves_of_the_table(booking, steps):
    with transaction.atomic():
        now = at(8)
        for name, minutes in steps:
            now += dt.timedelta(minutes=minutes)
            deed, to = DEEDS[name]
            before, refused = Booking.objects.get(pk=booking.pk), False
            with clock.set_to(now):
                try:
                    deed(booking, by=SYSTEM)
                except (Refused, Invalid) as refusal:
                    refused = True
                    assert refusal.code
            after = Booking.objects.get(pk=booking.pk)
            assert after.state == before.state or (
                not refused and after.state == to and to in MOVES[BookingState(before.state)]
            )
            claims = list(after.claims.all())
            assert bool(claims) is not after.is_given_up
            assert all(one.period.lower == after.start and one.period.upper >= after.end for one in claims)
        transaction.set_rollback(True)


class TestPages:
    def press(self, browser, name, booking, **facts):
        return browser.post(
            reverse(f"bookings:{name}", args=[booking.reference]), facts, follow=True
        ).content.decode()

    def test_her_booking_has_the_buttons_at_its_time(self, booking, sari, enter):
        address = reverse("bookings:booking", args=[booking.reference])
        page = enter(sari).get(address).content.decode()
        assert "Saya sudah di sini" not in page
        assert "setelah itu ruang diberikan kepada yang lain" in page
        with clock.set_to(at(8.9)):
            browser = enter(sari)
            page = browser.get(address).content.decode()
            assert "Saya sudah di sini" in page
            assert "Kami selesai" not in page
            assert "Selamat datang" in self.press(browser, "check_in", booking)
            page = self.press(browser, "extend", booking, end=at(11.5).isoformat())
            assert "Diperpanjang" in page
            assert "Saya sudah di sini" not in page
            assert "lebih lambat" in self.press(browser, "extend", booking, end=at(11.5).isoformat())
            assert "Terima kasih" in self.press(browser, "release", booking)
        booking.refresh_from_db()
        assert booking.state == "finished"

    def test_no_end_or_a_strange_one_is_refused(self, booking, sari, enter):
        address = reverse("bookings:extend", args=[booking.reference])
        for end in ("", "besok", "2026-11-24T11:30:00"):
            assert enter(sari).post(address, {"end": end}).status_code == 422

    def test_others_do_not_find_it(self, booking, bagus, enter):
        for name in ("check_in", "release", "extend"):
            address = reverse(f"bookings:{name}", args=[booking.reference])
            assert enter(bagus).post(address, {"end": at(12).isoformat()}).status_code == 404

    def test_the_desk_has_them_in_its_lists_and_comes_back_there(self, booking, dimas, hendro, sari, enter):
        desk = reverse("bookings:desk", args=["semarang"])
        with clock.set_to(at(8)):
            browser = enter(dimas)
            assert "Presensi" in browser.get(desk).content.decode()
            answer = browser.post(reverse("bookings:check_in", args=[booking.reference]), {"back": "desk"})
            assert answer["Location"] == desk
            assert "Sudah hadir" in browser.get(desk).content.decode()
            assert "Sudah pulang" not in browser.get(desk, {"date": "2026-11-25"}).content.decode()
        with clock.set_to(at(11.5)):
            page = enter(dimas).get(desk).content.decode()
            assert "lewat 30 menit" in page

    def test_the_desk_sees_who_did_not_come(self, booking, dimas, enter):
        with clock.set_to(at(9.5)):
            mark_no_shows(by=SYSTEM)
            page = enter(dimas).get(reverse("bookings:desk", args=["semarang"])).content.decode()
        assert page.count("Tidak hadir") >= 2

    def test_the_door_checks_in_at_a_tap_never_by_being_opened(self, booking, sari, bagus, enter):
        here = reverse("bookings:here", args=["semarang", "rembug-1"])
        assert "tidak punya pesanan" in enter(sari).get(here).content.decode()
        with clock.set_to(at(8.6)):
            assert "tidak punya pesanan" in enter(bagus).get(here).content.decode()
            browser = enter(sari)
            page = browser.get(here).content.decode()
            assert "Saya sudah di sini" in page
            booking.refresh_from_db()
            assert booking.state == "confirmed"
            assert browser.get(reverse("bookings:check_in", args=[booking.reference])).status_code == 405
            assert "Selamat datang" in self.press(browser, "check_in", booking)
            assert "Anda sudah presensi" in browser.get(here).content.decode()

    def test_the_door_of_a_half_knows_the_booking_of_the_hall(self, gatra, sari, enter):
        book_space(gatra, at(9), at(11), purpose="Temu", people=80, by=sari.user)
        half = gatra.parts.first()
        with clock.set_to(at(9)):
            page = enter(sari).get(reverse("bookings:here", args=["semarang", half.slug])).content.decode()
        assert "Saya sudah di sini" in page

    def test_the_sign_for_the_door_and_the_way_to_it(self, strict_room, ratna, dimas, sari, enter):
        door = reverse("bookings:door", args=["semarang", "rembug-1"])
        page = enter(dimas).get(door).content.decode()
        assert "<svg" in page
        assert "Setelah 15 menit" in page
        assert enter(sari).get(door).status_code == 403
        assert (
            door in enter(ratna).get(reverse("spaces:edit", args=["semarang", "rembug-1"])).content.decode()
        )

    def test_the_grace_is_set_in_the_settings_and_told_in_the_rules(self, rembug_1, ratna, enter):
        page = enter().get(reverse("spaces:space", args=["semarang", "rembug-1"])).content.decode()
        assert "paling lambat" not in page
        change_space(rembug_1, by=ratna.user, grace_minutes=15)
        page = enter().get(reverse("spaces:space", args=["semarang", "rembug-1"])).content.decode()
        assert "paling lambat 15 menit setelah mulai" in page

    def test_the_desk_asks_the_same_number_of_questions_for_any_number(self, strict_room, sari, dimas, enter):
        def grow(n):
            hour = 8 + n
            book_space(
                strict_room,
                at(hour),
                at(hour + 1) - dt.timedelta(minutes=10),
                purpose="Rapat",
                people=2,
                by=sari.user,
            )

        strict_room.min_length = 30
        strict_room.save()
        with clock.set_to(at(8)):
            grows_by(enter(dimas), reverse("bookings:desk", args=["semarang"]), grow, sizes=(1, 3, 10))
