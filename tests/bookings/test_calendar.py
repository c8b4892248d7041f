"""The manager's calendar: what stands in it, who may move it, and the form that needs no mouse."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heterospace.bookings.actions import block_out, book_space, cancel_booking, check_in
from heterospace.bookings.calendar_events import frame_of
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import set_hours
from heterospace.spaces.actions import add_space

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db
EVENTS = "/desk/semarang/calendar/events.json"
DAY = {"start": "2026-11-24T00:00:00", "end": "2026-11-25T00:00:00"}


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


@pytest.fixture
def rembug_2(semarang):
    return add_space(semarang, by=SYSTEM, name="Rembug 2", kind="meeting", capacity=6)


class TestFeed:
    def test_a_booking_with_its_state_in_words_and_the_way_to_move_it(self, booking, rembug_1, dimas, enter):
        (event,) = enter(dimas).get(EVENTS, DAY).json()
        assert (event["id"], event["resourceId"], event["title"]) == (
            booking.reference,
            rembug_1.pk,
            "Sari Wulandari",
        )
        assert event["start"] == at(9).isoformat()
        assert event["startEditable"] is True
        assert event["extendedProps"]["words"] == "Terkonfirmasi"
        assert event["extendedProps"]["address"] == reverse("bookings:move", args=[booking.reference])

    def test_the_halves_of_a_taken_hall_and_what_is_closed_are_ground(
        self, gatra, rembug_1, sari, ratna, enter
    ):
        book_space(gatra, at(9), at(11), purpose="Bazar", people=80, by=sari.user)
        block_out(rembug_1, at(13), at(15), kind="maintenance", reason="AC bocor", by=ratna.user)
        found = enter(ratna).get(EVENTS, DAY).json()
        ground = [event["resourceId"] for event in found if event.get("display") == "background"]
        assert sorted(ground) == sorted(part.pk for part in gatra.parts.all())
        assert any("AC bocor" in event["title"] for event in found)

    def test_what_is_over_or_given_up_does_not_move(self, booking, rembug_1, dimas, sari, enter):
        gone = book_space(rembug_1, at(13), at(14), purpose="Rapat", people=2, by=sari.user)
        cancel_booking(gone, by=sari.user)
        with clock.set_to(at(12)):
            (event,) = enter(dimas).get(EVENTS, DAY).json()
        assert (event["startEditable"], event["durationEditable"]) == (False, False)
        assert event["extendedProps"]["address"] == reverse("bookings:booking", args=[booking.reference])

    def test_a_times_without_offset_are_the_hubs(self, booking, dimas, enter):
        browser = enter(dimas)
        before = {"start": "2026-11-24T00:00:00", "end": "2026-11-24T09:00:00"}
        assert browser.get(EVENTS, before).json() == []
        asked = {"start": "2026-11-24T03:59:00+00:00", "end": "2026-11-24T04:00:00+00:00"}
        assert len(browser.get(EVENTS, asked).json()) == 1

    @pytest.mark.parametrize(
        "wish",
        [
            {},
            {"start": "kemarin", "end": "besok"},
            {"start": "0001-01-01", "end": "9999-12-31"},
            {"start": "2026-11-24"},
        ],
    )
    def test_strange_ranges_are_refused(self, rembug_1, dimas, enter, wish):
        assert enter(dimas).get(EVENTS, wish).status_code == 422

    def test_a_year_is_cut_and_a_backward_range_is_empty(self, booking, dimas, enter):
        browser = enter(dimas)
        assert browser.get(EVENTS, {"start": "2026-11-25", "end": "2026-11-24"}).json() == []
        assert len(browser.get(EVENTS, {"start": "2026-11-01", "end": "2027-11-01"}).json()) == 1
        assert browser.get(EVENTS, {"start": "2026-10-01", "end": "2027-11-01"}).json() == []

    def test_asks_the_same_however_full(self, semarang, sari, dimas, enter):
        browser = enter(dimas)

        def asked() -> int:
            browser.get(EVENTS, DAY)
            with CaptureQueriesContext(connection) as caught:
                browser.get(EVENTS, DAY)
            return len(caught)

        def room(n: int) -> None:
            one = add_space(semarang, by=SYSTEM, name=f"Ruang {n}", kind="meeting", capacity=8)
            book_space(one, at(9), at(10), purpose="Rapat", people=1, by=sari.user)

        room(1)
        few = asked()
        for n in range(2, 30):
            room(n)
        assert asked() == few

    def test_nothing_of_a_sibling_hub(self, booking, solo, sari, dimas, enter):
        far = add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
        book_space(far, at(9), at(10), purpose="Rapat", people=1, by=sari.user)
        assert len(enter(dimas).get(EVENTS, DAY).json()) == 1


class TestPage:
    def test_knows_rows_hours_and_the_hubs_clock(self, rembug_1, gatra, ratna, enter):
        page = enter(ratna).get("/desk/semarang/calendar/", {"date": "2026-11-24"})
        about = page.context["about"]
        assert [row["title"] for row in about["rows"]] == ["Rembug 1", "Gatra", "Gatra Timur", "Gatra Barat"]
        assert (about["first"], about["last"], about["offset"], about["date"]) == (
            "08:00:00",
            "22:00:00",
            "+07:00",
            "2026-11-24",
        )
        assert about["movable"] is True

    def test_without_js_it_leads_to_the_desk(self, rembug_1, ratna, enter):
        page = text(enter(ratna).get("/desk/semarang/calendar/", {"date": "2026-11-24"}))
        assert "/desk/semarang/?date=2026-11-24" in page

    def test_half_hours_of_opening_are_rounded_to_full_ones(self, semarang, ratna):
        set_hours(semarang, dict.fromkeys(range(7), ((9 * 60 + 30, 17 * 60 + 15),)), by=ratna.user)
        semarang.refresh_from_db()
        assert frame_of(semarang) == (9 * 60, 18 * 60)


class TestTheForm:
    def press(self, browser, booking, **facts):
        wish = {"space": booking.space_id, "date": "2026-11-24", "start": "09:00", "end": "11:00", **facts}
        return browser.post(reverse("bookings:move", args=[booking.reference]), wish, follow=True)

    def test_is_filled_with_how_it_is_and_moves(self, booking, rembug_2, dimas, enter):
        browser = enter(dimas)
        page = text(browser.get(reverse("bookings:move", args=[booking.reference])))
        for value in ('value="2026-11-24"', 'value="09:00"', 'value="11:00"', "Rembug 2"):
            assert value in page
        answer = self.press(browser, booking, space=rembug_2.pk, start="13:00", end="15:00", back="calendar")
        assert answer.redirect_chain[-1][0] == "/desk/semarang/calendar/"
        assert "Sudah dipindahkan" in text(answer)
        booking.refresh_from_db()
        assert (booking.space, booking.start, booking.end) == (rembug_2, at(13), at(15))

    def test_a_refusal_stands_in_the_form_with_what_else_there_is(
        self, booking, rembug_2, bagus, dimas, enter
    ):
        book_space(rembug_2, at(9), at(12), purpose="Rapat", people=2, by=bagus.user)
        answer = self.press(enter(dimas), booking, space=rembug_2.pk, end="12:00")
        assert answer.status_code == 409
        page = text(answer)
        assert "Orang lain sudah" in page or "sudah dipesan" in page.lower()
        assert 'value="12:00"' in page
        assert "Pilih ini" in page

    def test_a_closed_day_is_refused_with_the_sentence(self, booking, dimas, enter):
        answer = self.press(enter(dimas), booking, date="2026-12-25")
        assert answer.status_code == 422
        assert "Hub tutup pada hari itu" in text(answer)

    def test_changing_nothing_says_so(self, booking, dimas, enter):
        assert "Tidak ada yang berubah" in text(self.press(enter(dimas), booking))

    def test_with_people_inside_only_the_room_and_the_end(self, booking, rembug_2, dimas, enter):
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
        with clock.set_to(at(10)):
            self.press(enter(dimas), booking, space=rembug_2.pk, date="2026-11-30", start="17:00")
        booking.refresh_from_db()
        assert (booking.space, booking.start, booking.end) == (rembug_2, at(9), at(11))

    def test_a_room_by_the_month_moves_by_months(self, semarang, sari, dimas, enter):
        facts = {"kind": "office", "capacity": 4, "unit": "month", "min_length": 1, "max_length": 12}
        office = add_space(semarang, by=SYSTEM, name="Kantor 1", **facts)
        add_space(semarang, by=SYSTEM, name="Kantor 2", **facts)
        booking = book_space(
            office,
            at(0, dt.date(2026, 12, 1)),
            at(0, dt.date(2027, 1, 1)),
            purpose="Kantor",
            people=2,
            by=sari.user,
        )
        browser = enter(dimas)
        page = text(browser.get(reverse("bookings:move", args=[booking.reference])))
        assert "Berapa bulan" in page
        browser.post(
            reverse("bookings:move", args=[booking.reference]),
            {"space": office.pk, "date": "2027-01-01", "units": 2},
        )
        booking.refresh_from_db()
        assert (booking.start, booking.end) == (at(0, dt.date(2027, 1, 1)), at(0, dt.date(2027, 3, 1)))

    def test_she_moves_her_own_others_do_not_find_it(self, booking, sari, bagus, enter):
        browser = enter(sari)
        address = reverse("bookings:move", args=[booking.reference])
        assert address in text(browser.get(reverse("bookings:booking", args=[booking.reference])))
        assert "Sudah dipindahkan" in text(self.press(browser, booking, start="13:00", end="15:00"))
        assert enter(bagus).get(address).status_code == 404
        with clock.set_to(at(12)):
            page = text(enter(sari).get(reverse("bookings:booking", args=[booking.reference])))
            assert address not in page


class TestApi:
    def post(self, browser, booking, **facts):
        return browser.post(
            f"/api/v1/bookings/{booking.reference}/move", facts, content_type="application/json"
        )

    def test_room_and_time_at_once(self, booking, rembug_2, dimas, enter):
        answer = self.post(
            enter(dimas), booking, space=rembug_2.pk, start=at(13).isoformat(), end=at(14).isoformat()
        )
        assert answer.status_code == 200
        body = answer.json()
        assert (body["space"]["name"], body["start"]) == ("Rembug 2", "2026-11-24T13:00:00+07:00")

    def test_what_is_left_out_stays(self, booking, dimas, enter):
        body = self.post(enter(dimas), booking, start=at(13).isoformat()).json()
        assert (body["space"]["slug"], body["end"]) == ("rembug-1", "2026-11-24T15:00:00+07:00")

    def test_refusals_carry_code_and_sentence(self, booking, rembug_2, bagus, dimas, enter):
        book_space(rembug_2, at(9), at(12), purpose="Rapat", people=2, by=bagus.user)
        browser = enter(dimas)
        clash = self.post(browser, booking, space=rembug_2.pk)
        assert (clash.status_code, clash.json()["code"]) == (409, "clash")
        closed = self.post(browser, booking, start=at(9, dt.date(2026, 12, 25)).isoformat())
        assert (closed.status_code, closed.json()["code"]) == (422, "holiday")
        assert "Hub tutup pada hari itu" in closed.json()["detail"]
        unknown = self.post(browser, booking, space="tidak-ada")
        assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_space")

    def test_a_session_needs_its_csrf_token(self, booking, dimas, enter):
        browser = enter(dimas, enforce_csrf_checks=True)
        answer = self.post(browser, booking, start=at(13).isoformat())
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")

    def test_others_do_not_find_it(self, booking, bagus, enter):
        assert self.post(enter(bagus), booking, start=at(13).isoformat()).status_code == 404

    def test_the_calendar_date_is_today_by_default(self, rembug_1, dimas, enter):
        with clock.set_to(at(9, TUESDAY)):
            about = enter(dimas).get("/desk/semarang/calendar/").context["about"]
        assert about["date"] == TUESDAY.isoformat()
