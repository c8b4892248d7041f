"""The guests of a booking: named beforehand, ticked off as they come, forgotten a month later."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.bookings.actions import (
    add_guests,
    book_space,
    cancel_booking,
    check_in,
    forget_guests,
    guest_arrived,
    guest_left,
    remove_guest,
)
from heterospace.bookings.desk_day import desk_day
from heterospace.bookings.models import Guest
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.home.tick import tick

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def code_of(deed, *args, **kwargs) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        deed(*args, **kwargs)
    return refusal.value.code


class TestTheList:
    def test_she_names_them_beforehand_each_once(self, booking, sari):
        add_guests(booking, ["  Pak   Joko ", "Bu Tin", "", "Bu Tin"], by=sari.user)
        add_guests(booking, ["Pak Joko"], by=sari.user)
        assert list(booking.guests.order_by("id").values_list("name", flat=True)) == ["Pak Joko", "Bu Tin"]

    def test_the_log_keeps_no_name(self, booking, sari):
        add_guests(booking, ["Pak Joko"], by=sari.user)
        assert LogEntry.objects.get(deed="add_guests").facts == {"guests": 1}

    def test_they_come_go_and_come_back(self, booking, dimas, sari):
        (guest,) = add_guests(booking, ["Pak Joko"], by=sari.user)
        with clock.set_to(at(9.1)):
            assert guest_arrived(guest, by=dimas.user).arrived_at == at(9.1)
            assert code_of(remove_guest, guest, by=dimas.user) == "was_here"
        with clock.set_to(at(10)):
            assert guest_left(guest, by=dimas.user).left_at == at(10)
            assert code_of(guest_left, guest, by=dimas.user) == "not_here"
            back = guest_arrived(guest, by=dimas.user)
        assert (back.arrived_at, back.left_at) == (at(9.1), None)

    def test_a_wrong_name_goes_while_nobody_of_it_came(self, booking, sari):
        (guest,) = add_guests(booking, ["Salah"], by=sari.user)
        remove_guest(guest, by=sari.user)
        assert not Guest.objects.exists()

    def test_the_desk_adds_who_stands_here(self, booking, sari, dimas):
        add_guests(booking, ["Pak Joko"], by=sari.user)
        with clock.set_to(at(9.1)):
            add_guests(booking, ["Pak Joko", "Bu Tin"], by=dimas.user, arrived=True)
        assert booking.guests.filter(arrived_at=at(9.1)).count() == 2

    def test_nothing_too_much_too_long_too_late(self, booking, sari):
        assert code_of(add_guests, booking, ["", " "], by=sari.user) == "no_names"
        assert code_of(add_guests, booking, ["x" * 121], by=sari.user) == "too_long"
        assert code_of(add_guests, booking, [str(n) for n in range(301)], by=sari.user) == "too_many_guests"
        cancel_booking(booking, by=sari.user)
        assert code_of(add_guests, booking, ["Pak Joko"], by=sari.user) == "already_cancelled"

    def test_nobody_else_writes_them(self, booking, bagus, twin_manager):
        for other in (bagus, twin_manager):
            with pytest.raises(Forbidden):
                add_guests(booking, ["Pak Joko"], by=other.user)


class TestHeads:
    def test_the_list_counts_when_there_is_one(self, booking, semarang, sari, dimas):
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
            assert desk_day(semarang, TUESDAY).heads == {booking.space_id: 4}
            first, _second = add_guests(booking, ["Pak Joko", "Bu Tin"], by=sari.user)
            assert desk_day(semarang, TUESDAY).heads == {booking.space_id: 1}
            guest_arrived(first, by=dimas.user)
            assert desk_day(semarang, TUESDAY).heads == {booking.space_id: 2}


class TestForgetting:
    def test_names_go_after_thirty_days_the_count_stays(self, booking, sari):
        add_guests(booking, ["Pak Joko"], by=sari.user)
        with clock.set_to(at(11) + dt.timedelta(days=30)):
            assert forget_guests(by=SYSTEM) == 0
        with clock.set_to(at(11) + dt.timedelta(days=30, minutes=1)):
            assert tick()["guests_forgotten"] == 1
            assert tick()["guests_forgotten"] == 0
        assert Guest.objects.get().name == ""

    def test_people_do_not_do_it(self, booking, ratna):
        with pytest.raises(Forbidden):
            forget_guests(by=ratna.user)


class TestPages:
    def test_she_writes_them_and_the_desk_ticks_them(self, booking, sari, dimas, enter):
        address = reverse("bookings:guests", args=[booking.reference])
        browser = enter(sari)
        assert address in browser.get(reverse("bookings:booking", args=[booking.reference])).content.decode()
        page = browser.post(address, {"names": "Pak Joko\nBu Tin"}, follow=True).content.decode()
        assert "0 dari 2 tamu hadir" in page
        joko = booking.guests.get(name="Pak Joko")
        with clock.set_to(at(9.1)):
            page = enter(dimas).post(address, {"arrived": joko.pk}, follow=True).content.decode()
            assert "hadir sejak 09.06" in page
            assert "1 dari 2 tamu hadir" in page
            page = enter(dimas).post(address, {"left": joko.pk}, follow=True).content.decode()
            assert "hadir 09.06 sampai 09.06" in page

    def test_wrong_input_keeps_what_was_typed(self, booking, sari, enter):
        address = reverse("bookings:guests", args=[booking.reference])
        answer = enter(sari).post(address, {"names": "y" * 200})
        assert answer.status_code == 422
        assert "y" * 200 in answer.content.decode()

    @pytest.mark.parametrize("number", ["0", "-3", "x", "9" * 40])
    def test_a_guest_of_nobody_is_not_found(self, booking, sari, enter, number):
        address = reverse("bookings:guests", args=[booking.reference])
        assert enter(sari).post(address, {"arrived": number}).status_code == 404

    def test_others_do_not_see_them(self, booking, bagus, enter):
        assert enter(bagus).get(reverse("bookings:guests", args=[booking.reference])).status_code == 404
