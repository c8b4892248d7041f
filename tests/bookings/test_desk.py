"""The front desk's day: who comes and who is in, walk-ins, no-shows by hand, the sheet on paper, staying live."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from heterospace.bookings.actions import (
    add_guests,
    block_out,
    book_space,
    cancel_booking,
    check_in,
    extend_booking,
    guest_arrived,
    mark_no_show,
    release_early,
    remove_guest,
    walk_in,
)
from heterospace.bookings.desk_day import desk_day, free_now
from heterospace.bookings.models import Booking, Claim, Quota
from heterospace.bookings.queries import moments
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.hubs.actions import set_exception
from heterospace.members.actions import ask_affiliation, change_person, decide_affiliation
from heterospace.members.models import Person
from heterospace.spaces.actions import add_space, change_space
from tests.cast import SATURDAY_NINE, staff
from tests.counting import grows_by, queries, queries_of

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db
DESK = "/desk/semarang/"


def text(response) -> str:
    return response.content.decode()


def part(browser, **headers):
    return browser.get(DESK, {"part": "day"}, headers=headers)


def code_of(deed, *args, **kwargs) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        deed(*args, **kwargs)
    return refusal.value.code


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


class TestTheDay:
    def test_shows_the_day_and_who_comes(self, enter, dimas, sari, rembug_1, batik):
        book_space(
            rembug_1, at(9), at(11), purpose="Temu pembeli", people=5, by=sari.user, organisation=batik
        )
        page = text(enter(dimas).get(DESK, {"date": "2026-11-24"}))
        for word in ("Selasa, 24 November 2026", "Batik Sekar Arum", "Sari Wulandari", "Rembug 1"):
            assert word in page

    @pytest.mark.parametrize("date", ["", "kemarin", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_any_date_opens(self, enter, dimas, rembug_1, date):
        assert enter(dimas).get(DESK, {"date": date}).status_code == 200

    def test_the_late_come_first_then_who_is_next(self, rembug_1, gatra, sari, bagus, wulan, semarang, dimas):
        book_space(rembug_1, at(9), at(11), purpose="Satu", people=1, by=sari.user)
        book_space(gatra, at(13), at(14), purpose="Dua", people=1, by=bagus.user)
        book_space(gatra, at(10), at(12), purpose="Tiga", people=30, by=wulan.user)
        with clock.set_to(at(10.2)):
            day = desk_day(semarang, TUESDAY)
            assert [(one.booking.purpose, one.state) for one in day.arrivals] == [
                ("Satu", "late"),
                ("Tiga", "late"),
                ("Dua", "confirmed"),
            ]
            assert (day.late, day.in_the_house) == (2, 0)
            check_in(day.arrivals[1].booking, by=dimas.user)
            day = desk_day(semarang, TUESDAY)
            assert ([one.booking.purpose for one in day.inside], day.in_the_house) == (["Tiga"], 30)

    def test_at_each_moment_the_state_says_what_matters(self, booking, semarang, dimas, enter):
        def words(hour: float) -> str:
            with clock.set_to(at(hour)):
                return desk_day(semarang, TUESDAY).visits[0].words

        assert [words(hour) for hour in (8, 9, 9.2, 11.5)] == [
            "Terkonfirmasi",
            "Waktunya datang",
            "Terlambat 12 menit",
            "Tidak ada kabar",
        ]
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
        assert words(11.5) == "lewat 30 menit"

    def test_bars_stand_where_their_time_is_and_now_is_a_line(self, booking, enter, dimas):
        with clock.set_to(at(9.5)):
            page = text(enter(dimas).get(DESK))
        assert re.search(
            r'<li class="q5 w8"><a href="[^"]+" class="bar wait"', page
        )  # an hour after 08.00, two hours long
        assert 'd="M90 0V1"' in page

    def test_residents_by_the_month_stand_beside_the_board(self, enter, dimas, sari, semarang):
        office = add_space(
            semarang,
            by=SYSTEM,
            name="Kantor 1",
            kind="office",
            capacity=4,
            unit="month",
            min_length=1,
            max_length=12,
        )
        first = dt.date(2026, 12, 1)
        book_space(office, at(0, first), at(0, dt.date(2027, 1, 1)), purpose="Kantor", people=3, by=sari.user)
        response = enter(dimas).get(DESK, {"date": "2026-12-02"})
        assert response.context["board"].rows == []
        day = response.context["day"]
        assert (len(day.rows.residents), day.rows.people, day.visits) == (1, 0, [])

    def test_asks_the_same_however_many_bookings_and_spaces(self, enter, dimas, sari, semarang):
        browser = enter(dimas)

        def grow(n: int) -> None:
            room = add_space(semarang, by=SYSTEM, name=f"Ruang {n}", kind="meeting", capacity=8)
            for hour in (8, 10, 13):
                one = book_space(room, at(hour), at(hour + 1), purpose="Rapat", people=1, by=sari.user)
                if hour == 8:
                    add_guests(one, ["Tamu"], by=sari.user)

        with clock.set_to(at(7.5)):
            grows_by(browser, DESK, grow, sizes=(1, 3, 40))
            assert len(queries(browser, f"{DESK}?part=day")) <= 13

    def test_members_of_the_community_team_see_it_but_have_no_buttons(self, booking, enter, semarang):
        joko = staff(semarang, "community", "Joko", "joko@demo.example")
        with clock.set_to(at(9)):
            page = text(enter(joko).get(DESK))
        assert "Temu pembeli" in page
        assert "formaction" not in page
        assert 'name="q"' not in page


class TestLive:
    def test_the_day_alone_answers_304_while_nothing_changes(self, booking, enter, dimas):
        browser = enter(dimas)
        with clock.set_to(at(8)):
            first = part(browser)
            assert "<html" not in text(first)
            assert "csrfmiddlewaretoken" not in text(first)
            assert part(browser, if_none_match=first["ETag"]).status_code == 304
            check_in(booking, by=dimas.user)
            assert part(browser, if_none_match=first["ETag"]).status_code == 200
        with clock.set_to(at(8) + dt.timedelta(minutes=1)):  # "as of" moves on
            assert part(browser, if_none_match=first["ETag"]).status_code == 200

    @pytest.mark.parametrize(
        "change",
        [
            lambda house: book_space(
                house.room, at(13), at(14), purpose="Rapat", people=1, by=house.sari.user
            ),
            lambda house: check_in(house.booking, by=house.dimas.user),
            lambda house: release_early(check_in(house.booking, by=house.dimas.user), by=house.dimas.user),
            lambda house: mark_no_show(house.booking, by=house.dimas.user),
            lambda house: cancel_booking(house.booking, by=house.dimas.user),
            lambda house: extend_booking(house.booking, at(11.5), by=house.dimas.user),
            lambda house: add_guests(house.booking, ["Tamu"], by=house.sari.user),
            lambda house: guest_arrived(house.booking.guests.get(), by=house.dimas.user),
            lambda house: remove_guest(house.booking.guests.get(), by=house.dimas.user),
            lambda house: block_out(
                house.room, at(15), at(16), kind="maintenance", reason="Bocor", by=house.dimas.user
            ),
            lambda house: change_space(house.room, by=SYSTEM, name="Rembug Satu"),
            lambda house: change_space(house.room, by=SYSTEM, is_bookable=False),
            lambda house: add_space(house.hub, by=SYSTEM, name="Baru", kind="meeting", capacity=2),
            lambda house: set_exception(house.hub, TUESDAY, span=(600, 720), by=SYSTEM, reason="Rapat"),
            lambda house: change_person(house.sari, by=house.sari.user, name="Sari Baru"),
            lambda house: Person.objects.filter(pk=house.sari.pk).update(name="Lewat mana pun"),
        ],
    )
    def test_asks_again_after_every_change(self, change, booking, rembug_1, enter, dimas, sari, semarang):
        browser = enter(dimas)
        with clock.set_to(at(8)):
            add_guests(booking, ["Pak Joko"], by=sari.user)
        with clock.set_to(at(9)):
            first = part(browser)
            assert part(browser, if_none_match=first["ETag"]).status_code == 304
            change(SimpleNamespace(room=rembug_1, booking=booking, dimas=dimas, sari=sari, hub=semarang))
            again = part(browser, if_none_match=first["ETag"])
            assert (again.status_code, again["ETag"] == first["ETag"]) == (200, False)
            assert text(again) != text(first)

    def test_each_reader_has_a_mark_of_her_own(self, booking, enter, dimas, semarang):
        joko = enter(staff(semarang, "community", "Joko", "joko@demo.example"))
        with clock.set_to(at(9)):
            first = part(enter(dimas))["ETag"]
            assert part(enter(dimas), if_none_match=first).status_code == 304
            assert part(joko, if_none_match=first).status_code == 200  # no buttons
            assert part(enter(dimas), if_none_match=first, accept_language="en").status_code == 200
            tomorrow = {"part": "day", "date": "2026-11-25"}
            answer = enter(dimas).get(DESK, tomorrow, headers={"If-None-Match": first})
            assert answer.status_code == 200

    def test_one_mark_never_stands_for_two_boards(self, booking, gatra, bagus, enter, dimas):
        gatra = change_space(gatra, by=SYSTEM, grace_minutes=15)
        odd = book_space(gatra, at(9), at(10), purpose="Ganjil", people=1, by=bagus.user)
        seconds = dt.timedelta(seconds=25)  # no door makes such a booking; an import or a repair might
        release = odd.release_at + seconds
        Booking.objects.filter(pk=odd.pk).update(
            period=moments(odd.start + seconds, odd.end + seconds), release_at=release
        )
        boards: dict[str, str] = {}
        browser = enter(dimas)
        for start in (at(8), odd.start, release - dt.timedelta(minutes=1), odd.end, at(11)):
            for step in range(-2, 12):
                with clock.set_to(start + step * dt.timedelta(seconds=10)):
                    answer = part(browser)
                    assert boards.setdefault(answer["ETag"], text(answer)) == text(answer)
        assert len(boards) > 10

    def test_to_say_that_nothing_changed_costs_one_look(self, booking, enter, dimas):
        browser = enter(dimas)
        with clock.set_to(at(9)):
            first = part(browser)
            same = queries_of(lambda: part(browser, if_none_match=first["ETag"]))
            assert queries_of(lambda: part(browser)) - same == 6

    def test_a_button_answers_with_the_day_alone(self, booking, enter, dimas):
        browser = enter(dimas)
        with clock.set_to(at(9)):
            answer = browser.post(
                reverse("bookings:check_in", args=[booking.reference]),
                {"back": "desk"},
                headers={"HX-Request": "true", "HX-Target": "day"},
                follow=True,
            )
        assert "Selamat datang" in text(answer) or "Sudah hadir" in text(answer)
        booking.refresh_from_db()
        assert booking.is_inside


class TestNobodyCameByHand:
    def test_the_desk_gives_the_space_back_and_she_is_told(self, booking, rembug_1, dimas, bagus):
        with clock.set_to(at(9.1)):
            assert mark_no_show(booking, by=dimas.user).state == "no_show"
            assert not Claim.objects.exists()
            assert book_space(rembug_1, at(9.5), at(11), purpose="Rapat", people=2, by=bagus.user).is_live
        assert Message.objects.filter(kind="booking_released").count() == 1

    def test_afterwards_it_is_only_noted(self, booking, dimas):
        with clock.set_to(at(12)):
            mark_no_show(booking, by=dimas.user)
        assert not Message.objects.filter(kind="booking_released").exists()

    def test_not_before_it_begins_nor_of_who_is_here(self, booking, dimas):
        assert code_of(mark_no_show, booking, by=dimas.user) == "not_started"
        with clock.set_to(at(9)):
            check_in(booking, by=dimas.user)
            assert code_of(mark_no_show, booking, by=dimas.user) == "already_checked_in"

    def test_only_the_desk(self, booking, sari, twin_manager):
        for other in (sari, twin_manager):
            with clock.set_to(at(9)), pytest.raises(Forbidden):
                mark_no_show(booking, by=other.user)

    def test_by_its_button(self, booking, enter, dimas):
        with clock.set_to(at(9.1)):
            browser = enter(dimas)
            address = reverse("bookings:no_show", args=[booking.reference])
            assert address in text(browser.get(DESK))
            answer = browser.post(address, {"back": "desk"}, follow=True)
        assert "Dicatat tidak hadir" in text(answer)


class TestLeadersAttend:
    def test_who_leads_the_organisation_checks_in_for_it(self, rembug_1, bagus, wulan, kawan_usaha):
        asked = ask_affiliation(kawan_usaha, by=bagus.user, role="member")
        decide_affiliation(asked, True, by=wulan.user)
        booking = book_space(
            rembug_1, at(9), at(11), purpose="Rapat", people=2, by=bagus.user, organisation=kawan_usaha
        )
        with clock.set_to(at(9)):
            assert check_in(booking, by=wulan.user).is_inside


class TestWhatIsFreeNow:
    def test_the_smallest_that_fits_until_the_next_full_hour(self, semarang, rembug_1, gatra):
        with clock.set_to(at(9.3)):
            assert [(one.space.name, one.end) for one in free_now(semarang, 5)] == [
                ("Rembug 1", at(11)),  # an hour at least, then the full hour
                ("Gatra Timur", at(11)),
                ("Gatra Barat", at(11)),
                ("Gatra", at(11)),
            ]
            assert [one.space.name for one in free_now(semarang, 60)] == ["Gatra"]

    def test_what_others_have_and_their_tidying_is_not(self, semarang, rembug_1, gatra, sari):
        rembug_1.turnaround_minutes = 30
        rembug_1.save()
        book_space(rembug_1, at(11), at(12), purpose="Rapat", people=2, by=sari.user)
        book_space(gatra.parts.first(), at(13), at(14), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(9.3)):
            found = {one.space.name: one.until for one in free_now(semarang)}
        assert found == {"Gatra Timur": at(13), "Gatra Barat": None, "Gatra": at(13)}

    def test_whom_nobody_waits_for_any_more_is_in_nobodys_way(self, semarang, rembug_1, sari):
        rembug_1.grace_minutes = 15
        rembug_1.save()
        book_space(rembug_1, at(9), at(12), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(9.1)):
            assert free_now(semarang) == []
        with clock.set_to(at(9.3)):
            assert len(free_now(semarang)) == 1

    def test_a_space_that_needs_approval_is_the_managers_to_give(
        self, semarang, rembug_1, dimas, ratna, sari
    ):
        change_space(rembug_1, by=SYSTEM, approval="hold")
        with clock.set_to(at(9.3)):
            assert free_now(semarang) == []
            assert len(free_now(semarang, decides=True)) == 1
            wish = {"people": 1, "person": sari}
            assert code_of(walk_in, rembug_1, at(11), by=dimas.user, **wish) == "needs_approval"
            assert not Booking.objects.exists()
            assert walk_in(rembug_1, at(11), by=ratna.user, **wish).is_inside

    def test_desks_of_a_shared_space_while_there_are_enough(self, semarang, sari, dimas):
        desks = add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=6, is_shared=True)
        book_space(desks, at(9), at(12), purpose="Kerja", people=4, by=sari.user)
        with clock.set_to(at(9.3)):
            assert [one.space for one in free_now(semarang, 2)] == [desks]
            assert free_now(semarang, 3) == []
            assert walk_in(desks, at(11), people=2, person=sari, by=dimas.user).is_inside

    def test_nothing_outside_the_hours(self, semarang, rembug_1):
        with clock.set_to(at(21.5)):
            assert free_now(semarang) == []


class TestWalkIn:
    def press(self, browser, **facts):
        return browser.post(DESK, {"until": "11:00", "people": "1", **facts}, follow=True)

    def test_a_member_is_in_at_once_from_this_minute(self, rembug_1, sari, dimas):
        with clock.set_to(at(9.3) + dt.timedelta(seconds=20)):
            booking = walk_in(rembug_1, at(11), people=2, person=sari, by=dimas.user)
        assert (booking.state, booking.start, booking.end) == (
            "checked_in",
            at(9) + dt.timedelta(minutes=19),
            at(11),
        )
        assert LogEntry.objects.filter(deed__in=["book_space", "check_in"], by=dimas.user).count() == 2

    def test_right_after_somebody_left_early(self, rembug_1, sari, bagus, dimas):
        first = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(9.5) + dt.timedelta(seconds=20)):
            release_early(first, by=sari.user)
            assert walk_in(rembug_1, at(11), people=2, person=bagus, by=dimas.user).is_inside

    def test_somebody_new_is_registered_with_it_or_not_at_all(self, rembug_1, dimas):
        with clock.set_to(at(9.3)):
            booking = walk_in(
                rembug_1, at(11), people=1, name="Mbah Karto", whatsapp="0812 7777 8888", by=dimas.user
            )
            assert (booking.person.name, booking.person.whatsapp) == ("Mbah Karto", "+6281277778888")
            refused = code_of(
                walk_in, rembug_1, at(11), people=1, name="Bu Tin", whatsapp="081255554444", by=dimas.user
            )
        assert refused == "clash"
        assert not Person.objects.filter(name="Bu Tin").exists()

    def test_a_known_number_is_that_person(self, rembug_1, sari, dimas):
        with clock.set_to(at(9.3)):
            booking = walk_in(
                rembug_1, at(11), people=1, name="Sari", whatsapp="0812 1111 2222", by=dimas.user
            )
        assert booking.person == sari

    def test_nobody_named_the_house_closed_a_room_too_small(self, rembug_1, sari, dimas):
        with clock.set_to(at(9.3)):
            assert code_of(walk_in, rembug_1, at(11), people=1, name="Bu Tin", by=dimas.user) == "nobody"
            assert (
                code_of(walk_in, rembug_1, at(11), people=9, person=sari, by=dimas.user) == "too_many_people"
            )
        with clock.set_to(at(21.5)):
            assert code_of(walk_in, rembug_1, at(23), people=1, person=sari, by=dimas.user) == "outside_hours"

    def test_only_the_desk_lets_people_in(self, rembug_1, sari, bagus):
        with clock.set_to(at(9.3)), pytest.raises(Forbidden):
            walk_in(rembug_1, at(11), people=1, person=sari, by=bagus.user)

    def test_the_form_begins_with_the_first_fitting_space_and_the_full_hour(self, rembug_1, enter, dimas):
        with clock.set_to(at(9.3)):
            page = text(enter(dimas).get(DESK))
        assert re.search(r'<option value="\d+" selected>Rembug 1', page)
        assert 'value="11:00"' in page
        assert 'data-key="w"' in page

    def test_as_one_types_people_appear_the_first_one_chosen(self, rembug_1, sari, wulan, enter, dimas):
        browser = enter(dimas)
        found = text(browser.get(DESK, {"q": "wula"}, headers={"HX-Request": "true", "HX-Target": "found"}))
        assert "<html" not in found
        assert re.search(rf'value="{sari.pk}"\s+checked>', found)
        assert re.search(rf'value="{wulan.pk}"\s*>', found)
        page = text(browser.get(DESK, {"q": "wula"}))  # without JS the same, in the whole page
        assert re.search(rf'value="{sari.pk}"\s+checked>', page)

    def test_whoever_is_not_known_is_entered_in_the_same_form(self, rembug_1, enter, dimas):
        browser = enter(dimas)
        found = text(browser.get(DESK, {"q": "Karto"}, headers={"HX-Request": "true", "HX-Target": "found"}))
        assert re.search(r'value="new"\s+checked>', found)
        assert 'name="name" value="Karto"' in found
        with clock.set_to(at(9.3)):
            answer = self.press(
                browser,
                q="Karto",
                person="new",
                name="Mbah Karto",
                whatsapp="0812 7777 8888",
                space=rembug_1.pk,
            )
        assert "Mbah Karto sudah masuk: Rembug 1 sampai 11.00" in text(answer)

    def test_enter_before_the_list_is_there_takes_the_only_one_found(self, rembug_1, sari, enter, dimas):
        with clock.set_to(at(9.3)):
            answer = self.press(enter(dimas), q="sari wul", space=rembug_1.pk)
        assert "Sari Wulandari sudah masuk" in text(answer)
        assert Booking.objects.get().person == sari

    def test_never_guesses_among_several_and_keeps_what_was_typed(self, rembug_1, sari, wulan, enter, dimas):
        with clock.set_to(at(9.3)):
            answer = self.press(enter(dimas), q="wula", space=rembug_1.pk, people="3")
            assert answer.status_code == 422
            page = text(answer)
            assert "Pilih orangnya" in page
            assert 'value="wula"' in page
            assert 'value="3"' in page
            assert not Booking.objects.exists()
            new = self.press(
                enter(dimas), q="Karto", person="new", name="Mbah Karto", whatsapp="12", space=rembug_1.pk
            )
            assert new.status_code == 422
            assert 'value="Mbah Karto"' in text(new)

    def test_a_room_taken_meanwhile_is_said_at_its_field(self, rembug_1, gatra, sari, bagus, enter, dimas):
        with clock.set_to(at(9.3)):
            walk_in(rembug_1, at(11), people=1, person=bagus, by=dimas.user)
            answer = self.press(enter(dimas), q="sari", person=sari.pk, space=rembug_1.pk)
        assert answer.status_code == 422
        assert "baru saja terisi" in text(answer)

    @pytest.mark.parametrize("person", ["-1", "9" * 30, "abc", "٣"])
    def test_strange_numbers_are_nobody(self, rembug_1, enter, dimas, person):
        with clock.set_to(at(9.3)):
            assert self.press(enter(dimas), person=person, space=rembug_1.pk).status_code == 422

    def test_another_offices_people_are_not_found(self, rembug_1, twin_sari, enter, dimas):
        with clock.set_to(at(9.3)):
            browser = enter(dimas)
            found = browser.get(DESK, {"q": "Kembar"}, headers={"HX-Request": "true", "HX-Target": "found"})
            assert "Kembar Sari" not in text(found)
            assert self.press(browser, person=twin_sari.pk, space=rembug_1.pk).status_code == 422

    def test_more_people_get_a_bigger_room(self, rembug_1, gatra, enter, dimas):
        with clock.set_to(at(9.3)):
            spaces = text(enter(dimas).get(DESK, {"part": "spaces", "people": "20"}))
        assert "Rembug 1" not in spaces
        assert re.search(r"selected>Gatra Timur", spaces)

    def test_beyond_a_quota_the_desk_says_why(self, rembug_1, gatra, sari, semarang, enter, dimas):
        Quota.objects.create(hub=semarang, whose="person", hours=1, per="day")
        book_space(gatra, at(13), at(14), purpose="Rapat", people=20, by=sari.user)
        with clock.set_to(at(9.3)):
            browser = enter(dimas)
            assert 'name="override"' not in text(browser.get(DESK))
            sent = {"q": "sari", "person": sari.pk, "space": rembug_1.pk}
            answer = self.press(browser, **sent)
            assert answer.status_code == 409
            assert 'name="override"' in text(answer)
            assert "masuk" in text(self.press(browser, **sent, override="Tamu dinas"))
        assert LogEntry.objects.get(deed="book_space", by=dimas.user).facts["override"] == "Tamu dinas"

    def test_a_full_house_says_so(self, rembug_1, sari, enter, dimas):
        book_space(rembug_1, at(9), at(13), purpose="Rapat", people=2, by=sari.user)
        with clock.set_to(at(9.3)):
            assert "Tidak ada ruang kosong mulai sekarang" in text(enter(dimas).get(DESK))


class TestSheet:
    def test_has_everybody_space_by_space_with_boxes(self, booking, gatra, bagus, enter, dimas, sari):
        book_space(gatra, at(13), at(15), purpose="Bazar", people=60, by=bagus.user)
        address = reverse("bookings:desk_sheet", args=["semarang"])
        page = text(enter(dimas).get(address, {"date": "2026-11-24"}))
        assert page.count("tick-box") == 2
        assert page.index("Rembug 1") < page.index("Gatra")
        assert "64 orang dijadwalkan" in page
        assert enter(sari).get(address).status_code == 403

    def test_an_empty_day_says_so(self, rembug_1, enter, dimas):
        with clock.set_to(SATURDAY_NINE):
            page = text(enter(dimas).get(reverse("bookings:desk_sheet", args=["semarang"])))
        assert "Tidak ada pemesanan pada hari ini" in page or "Tidak ada" in page
