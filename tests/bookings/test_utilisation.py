"""How spaces are used: what is counted, who may read it, the workbook, and wishes that found nothing."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from heterospace.bookings.actions import (
    block_out,
    book_space,
    cancel_booking,
    check_in,
    count_unmet,
    lift_block_out,
    mark_no_shows,
    release_early,
)
from heterospace.bookings.enums import BlockKind, UnmetReason
from heterospace.bookings.models import UnmetWish
from heterospace.bookings.occupancy import Minutes
from heterospace.bookings.utilisation import utilisation
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import set_exception
from heterospace.members.actions import give_office_role
from heterospace.spaces.actions import add_space, change_space
from heterospace.spaces.models import Space
from tests.api.test_bookings_api import Api, problem, wish
from tests.cast import open_hub
from tests.counting import grows_by

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + dt.timedelta(days=1)
DAY = 14 * 60  # open from 8 to 22
NEXT_WEEK = at(12, TUESDAY + dt.timedelta(days=7))


def book(space, person, start, end, day=TUESDAY, **more):
    space = Space.objects.select_related("hub").get(pk=space.pk)
    return book_space(
        space, at(start, day), at(end, day), **{"purpose": "Rapat", "people": 2, "by": person.user, **more}
    )


def use(booking, leaves=None):
    with clock.set_to(booking.start):
        check_in(booking, by=SYSTEM)
    with clock.set_to(leaves or booking.end):
        release_early(booking, by=SYSTEM)


def figures(hub, first=TUESDAY, last=TUESDAY, now=NEXT_WEEK):
    with clock.set_to(now):
        return utilisation(hub, first, last)


def of_space(report, name):
    return next(minutes for place, minutes in report.occupancy.places if place.name == name)


class TestCounting:
    def test_a_day_of_one_room(self, rembug_1, semarang, sari, batik):
        change_space(rembug_1, by=SYSTEM, grace_minutes=15)
        use(book(rembug_1, sari, 9, 11, organisation=batik))
        missed = book(rembug_1, sari, 12, 14)
        book(rembug_1, sari, 20, 22)
        with clock.set_to(missed.start + dt.timedelta(minutes=15)):
            mark_no_shows(by=SYSTEM)
        report = figures(semarang)
        assert of_space(report, "Rembug 1") == Minutes(open=DAY, booked=120 + 15 + 120, used=120, missed=15)
        assert report.occupancy.sectors["msme"] == Minutes(booked=120, used=120)
        assert report.occupancy.sectors[""].booked == 135
        assert {name: one.count for name, one in report.became.items() if one.count} == {
            "asked": 3,
            "granted": 3,
            "used": 1,
            "no_show": 1,
            "kept": 1,
        }

    def test_time_given_back_early_is_not_booked(self, rembug_1, semarang, sari):
        booking = book(rembug_1, sari, 9, 12)
        use(booking, leaves=at(10))
        assert of_space(figures(semarang), "Rembug 1").booked == 60

    def test_a_hall_fills_its_halves(self, gatra, semarang, sari):
        book(gatra, sari, 8, 12)
        book(gatra.parts.get(name="Gatra Timur"), sari, 13, 15)
        report = figures(semarang)
        assert [place.name for place, _minutes in report.occupancy.places] == ["Gatra Timur", "Gatra Barat"]
        assert of_space(report, "Gatra Timur").booked == 360
        assert of_space(report, "Gatra Barat").booked == 240
        assert report.became["asked"].count == 2

    def test_desks_are_counted_one_by_one(self, semarang, sari):
        desks = add_space(semarang, by=SYSTEM, name="Maneka Personal", kind="coworking", capacity=4)
        Space.objects.filter(pk=desks.pk).update(is_shared=True)
        book(desks, sari, 9, 11, people=3)
        assert of_space(figures(semarang), "Maneka Personal") == Minutes(open=4 * DAY, booked=3 * 120)

    def test_closed_days_and_closures_for_repair_are_not_on_offer(self, rembug_1, semarang):
        set_exception(semarang, WEDNESDAY, by=SYSTEM, reason="Perbaikan")
        block_out(rembug_1, at(8), at(12), kind=BlockKind.MAINTENANCE, reason="Cat", by=SYSTEM)
        lifted = block_out(rembug_1, at(14), at(20), kind=BlockKind.MAINTENANCE, reason="Cat", by=SYSTEM)
        with clock.set_to(at(15)):
            lift_block_out(getattr(lifted, "block_out", lifted), by=SYSTEM)
        report = figures(semarang, last=WEDNESDAY)
        assert of_space(report, "Rembug 1").open == DAY - 240 - 60
        assert report.occupancy.days[1].open == 0

    def test_nights_stand_apart_from_the_open_hours(self, semarang, sari):
        room = add_space(
            semarang,
            by=SYSTEM,
            name="Kamar 1",
            kind="lodging",
            capacity=2,
            unit="night",
            min_length=1,
            max_length=30,
        )
        room = Space.objects.select_related("hub").get(pk=room.pk)
        book_space(room, at(14), at(12, WEDNESDAY), purpose="Menginap", people=1, by=sari.user)
        report = figures(semarang, last=WEDNESDAY)
        assert of_space(report, "Kamar 1").booked == 600 + 720
        assert report.occupancy.total == Minutes()
        assert list(report.occupancy.kinds()) == [("lodging", "night")]

    def test_what_is_still_to_come_is_left_out(self, rembug_1, semarang, sari):
        book(rembug_1, sari, 9, 11, day=WEDNESDAY)
        report = figures(semarang, last=WEDNESDAY, now=at(12))
        assert report.last == TUESDAY
        assert report.occupancy.total == Minutes(open=DAY)
        assert figures(semarang, first=WEDNESDAY, last=WEDNESDAY, now=at(12)).occupancy.days == []

    def test_cancelled_in_time_and_late(self, rembug_1, semarang, sari):
        cancel_booking(book(rembug_1, sari, 9, 11), by=sari.user)
        late = book(rembug_1, sari, 13, 15)
        with clock.set_to(at(12.5)):
            cancel_booking(late, by=SYSTEM)
        became = figures(semarang).became
        assert (became["cancelled"].count, became["late"].count, became["granted"].count) == (2, 1, 2)

    def test_the_house_next_door_does_not_count(self, rembug_1, solo, sari, twin_hub):
        there = add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
        book(rembug_1, sari, 9, 11)
        report = figures(solo)
        assert of_space(report, there.name).booked == 0
        assert figures(twin_hub).occupancy.places == []

    def test_hours_are_those_of_the_clock_on_the_wall(self, office, sari):
        hub = open_hub(office, "Hub Berlin", "berlin", "33.74")
        type(hub).objects.filter(pk=hub.pk).update(timezone="Europe/Berlin", closed_on_holidays=False)
        hub.refresh_from_db()
        sunday = dt.date(2027, 3, 28)  # 02.00 becomes 03.00
        room = add_space(hub, by=SYSTEM, name="Raum", kind="meeting", capacity=8, horizon_days=400)
        room = Space.objects.select_related("hub").get(pk=room.pk)
        start, end = (clock.at(sunday, hour * 60, "Europe/Berlin") for hour in (9, 11))
        book_space(room, start, end, purpose="Treffen", people=1, by=sari.user)
        report = figures(hub, first=sunday, last=sunday, now=end + dt.timedelta(days=3))
        assert report.occupancy.hours[6][9] == Minutes(open=60, booked=60)
        assert report.occupancy.hours[6][10] == Minutes(open=60, booked=60)
        assert report.occupancy.hours[6][11] == Minutes(open=60)

    def test_as_many_queries_for_any_number_of_bookings(self, semarang, sari):
        asked = set()
        for rooms in (1, 3, 20):
            while semarang.spaces.count() < rooms:
                room = add_space(
                    semarang, by=SYSTEM, name=f"R{semarang.spaces.count()}", kind="meeting", capacity=4
                )
                book(room, sari, 9, 11)
            figures(semarang)
            with CaptureQueriesContext(connection) as caught:
                figures(semarang)
            asked.add(len(caught))
        assert asked == {5}


class TestPage:
    address = "/desk/semarang/utilisation/"
    period = {"first": "2026-11-24", "last": "2026-11-25"}

    def page(self, browser, **period):
        with clock.set_to(NEXT_WEEK):
            return browser.get(self.address, period or self.period)

    def test_who_may_read_it(self, enter, semarang, solo, sari, dimas, ratna, hendro, office, rembug_1):
        auditor = give_office_role(
            office, by=SYSTEM, role="auditor", name="Auditor", email="auditor@demo.example"
        ).person
        for person, status in ((sari, 403), (dimas, 403), (ratna, 200), (hendro, 200), (auditor, 200)):
            assert self.page(enter(person)).status_code == status, person
        assert self.page(enter()).status_code == 302
        assert enter(ratna).get("/desk/solo/utilisation/").status_code == 403
        assert enter(ratna).get("/desk/solo/utilisation.xlsx", self.period).status_code == 403

    def test_says_what_happened_in_figures(self, enter, ratna, sari, rembug_1, semarang):
        use(book(rembug_1, sari, 8, 15))
        text = self.page(enter(ratna)).content.decode()
        assert "25 %" in text  # seven hours of twice fourteen
        assert "Perorangan" in text
        assert "Rembug 1" in text
        assert "utilisation.xlsx?first=2026-11-24&amp;last=2026-11-25" in text

    def test_the_desk_of_the_manager_leads_there(self, enter, ratna, dimas, rembug_1):
        for page in ("/desk/semarang/", "/desk/semarang/requests/"):
            assert enter(ratna).get(page).content.decode().count(self.address) == 2  # a tab, and her own menu
            assert self.address not in enter(dimas).get(page).content.decode()

    def test_a_wrong_period_is_said_and_the_present_month_shown(self, enter, ratna, rembug_1):
        for wrong, said in (
            ({"first": "2026-11-25", "last": "2026-11-24"}, "tidak boleh sebelum"),
            ({"first": "2025-01-01", "last": "2026-11-24"}, "paling lama satu tahun"),
            ({"first": "0001-01-01", "last": "0001-02-01"}, "setelah tahun 2000"),
            ({"first": "besok", "last": "2026-11-24"}, "besok"),
        ):
            page = self.page(enter(ratna), **wrong)
            assert page.status_code == 422
            assert said in page.content.decode()
            assert page.context["report"].first == dt.date(2026, 12, 1)

    def test_days_to_come_say_that_there_is_nothing_yet(self, enter, ratna, rembug_1):
        page = self.page(enter(ratna), first="2027-01-01", last="2027-01-31")
        assert "Belum ada yang dihitung" in page.content.decode()

    def test_as_many_queries_at_one_three_and_fifty_bookings(self, enter, ratna, sari, semarang):
        room = add_space(semarang, by=SYSTEM, name="Rembug 9", kind="meeting", capacity=4)
        past = dt.date(2026, 11, 21)

        def grow(n):
            day = past - dt.timedelta(days=n)
            with clock.set_to(at(7, day)):
                book(room, sari, 9, 11, day=day)

        grows_by(enter(ratna), f"{self.address}?first=2026-09-01&last=2026-11-21", grow)


class TestWorkbook:
    def test_reads_back_as_it_was_counted(self, enter, ratna, sari, batik, rembug_1, gatra, semarang):
        use(book(rembug_1, sari, 9, 11, organisation=batik))
        book(gatra, sari, 8, 12)
        count_unmet(
            semarang.office, semarang, at(9), people=12, kind="event", reason=UnmetReason.FULL, by=SYSTEM
        )
        with clock.set_to(NEXT_WEEK):
            answer = enter(ratna).get(
                "/desk/semarang/utilisation.xlsx", {"first": "2026-11-24", "last": "2026-11-25"}
            )
        assert answer.status_code == 200
        assert "utilisation-semarang-2026-11-24-2026-11-25.xlsx" in answer["Content-Disposition"]
        book_ = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book_.sheetnames == [
            "Hasil permintaan",
            "Per ruang",
            "Per jam",
            "Per jenis",
            "Per sektor",
            "Hari demi hari",
            "Dicari tetapi tidak dapat",
        ]
        for page in book_:
            assert page["A1"].value == f"Hetero Space Semarang: {page.title}"
            assert page["A2"].value == "24 November 2026 - 25 November 2026"
            assert page["A3"].value == "Keadaan 1 Desember 2026, 12.00 WIB"

        def rows(name):
            return [list(row) for row in book_[name].iter_rows(min_row=6, values_only=True)]

        assert ["Rembug 1", 28, 2, 2, 0, pytest.approx(1 / 14), pytest.approx(1 / 14)] in [
            row[:7] for row in rows("Per ruang")
        ]
        by_space = sum(row[2] for row in rows("Per ruang"))
        assert (
            by_space == sum(row[2] for row in rows("Per jenis")) == sum(row[1] for row in rows("Per sektor"))
        )
        assert by_space == sum(row[2] for row in rows("Hari demi hari")) == 2 + 2 * 4
        assert by_space == sum(sum(row[8:15]) for row in rows("Per jam"))
        assert ["Alasan", "Semua yang cocok sudah dipesan", 1] in rows("Dicari tetapi tidak dapat")
        assert ["Orang", "11-20 orang", 1] in rows("Dicari tetapi tidak dapat")

    def test_a_name_is_never_a_formula(self, enter, ratna, semarang):
        add_space(semarang, by=SYSTEM, name="=1+1", kind="meeting", capacity=4)
        with clock.set_to(NEXT_WEEK):
            answer = enter(ratna).get(
                "/desk/semarang/utilisation.xlsx", {"first": "2026-11-24", "last": "2026-11-24"}
            )
        cell = openpyxl.load_workbook(io.BytesIO(answer.content))["Per ruang"]["A6"]
        assert (cell.value, cell.data_type) == ("=1+1", "s")

    def test_without_a_period_it_is_refused(self, enter, ratna, semarang):
        assert enter(ratna).get("/desk/semarang/utilisation.xlsx").status_code == 422


class TestApi:
    def test_tells_minutes(self, ratna, sari, rembug_1):
        use(book(rembug_1, sari, 9, 11))
        with clock.set_to(NEXT_WEEK):
            told = (
                Api(ratna)
                .get("utilisation", hub="semarang", **{"from": "2026-11-24", "to": "2026-11-24"})
                .json()
            )
        assert told["total"] == {"open": DAY, "booked": 120, "used": 120, "no_show": 0, "share": 0.1429}
        assert (told["hub"], told["from"], told["to"]) == ("semarang", "2026-11-24", "2026-11-24")
        assert told["spaces"][0]["name"] == "Rembug 1"
        assert {one["hour"] for one in told["hours"] if one["booked"]} == {9, 10}
        assert told["became"]["used"] == {"count": 1, "minutes": 120}
        assert sum(day["booked"] for day in told["days"]) == 120

    def test_is_for_who_answers_for_the_hub(self, sari, dimas, ratna, semarang, solo):
        period = {"from": "2026-11-24", "to": "2026-11-24"}
        for person in (sari, dimas):
            problem(Api(person).get("utilisation", hub="semarang", **period), 403, "forbidden")
        problem(Api(ratna).get("utilisation", hub="solo", **period), 403, "forbidden")
        problem(Api(ratna).get("utilisation", hub="atlantis", **period), 404, "unknown_hub")
        problem(Api().get("utilisation", hub="semarang", **period), 401, "sign_in")
        wrong = {"from": "2026-11-24", "to": "2026-11-23"}
        problem(Api(ratna).get("utilisation", hub="semarang", **wrong), 422, "wrong_period")


SEARCH = {"people": "6", "date": "2026-11-24", "start": "09:00", "end": "11:00"}


def unmet():
    return sorted(UnmetWish.objects.values_list("hub__slug", "kind", "hour", "people", "reason", "count"))


class TestUnmet:
    def search(self, browser, **more):
        return browser.get(reverse("bookings:search"), SEARCH | more)

    def test_a_search_that_finds_nothing_is_counted_without_a_name(self, enter, sari, rembug_1):
        book(rembug_1, sari, 9, 11)
        self.search(enter(), hub="semarang", kind="meeting")
        assert unmet() == [("semarang", "meeting", 9, 5, "full", 1)]
        fields = {field.name for field in UnmetWish._meta.fields}
        assert fields == {"id", "office", "hub", "kind", "day", "hour", "people", "reason", "count"}

    def test_once_however_often_the_page_is_read(self, enter, sari, bagus, rembug_1):
        book(rembug_1, sari, 9, 11)
        for _time in range(3):
            self.search(enter(bagus))
        self.search(enter(bagus), page="2")
        self.search(enter(sari))
        assert unmet() == [(None, "", 9, 5, "full", 2)]

    def test_a_kind_that_does_not_exist_is_nobodys_wish(self, enter, sari, rembug_1):
        book(rembug_1, sari, 9, 11)
        when = {"start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00"}
        answer = enter().get("/api/v1/availability", {**when, "kind": "a kind far too long to be kept"})
        assert (answer.status_code, unmet()) == (200, [])

    def test_a_search_that_finds_something_is_not(self, enter, rembug_1):
        self.search(enter())
        assert unmet() == []

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"people": "60"}, "too_many"),
            ({"start": "21:00", "end": "23:00"}, "closed"),
            ({"start": "09:00", "end": "20:00"}, "rules"),
            ({"kind": "court"}, "lacking"),
            ({"features": "stage"}, "lacking"),
        ],
    )
    def test_the_reason_is_the_one_closest_to_a_yes(self, enter, rembug_1, asked, reason):
        self.search(enter(), **asked)
        assert [row[4] for row in unmet()] == [reason]

    @pytest.mark.parametrize("asked", [{"date": "2026-11-20"}, {"date": "2029-11-20"}, {"end": "08:00"}])
    def test_the_past_the_far_future_and_mistakes_are_nobodys_demand(self, enter, rembug_1, asked):
        self.search(enter(), **asked)
        assert unmet() == []

    def test_a_booking_that_came_too_late_counts_on_the_page_and_over_the_api(
        self, enter, sari, bagus, wulan, rembug_1
    ):
        book(rembug_1, sari, 9, 11)
        form = {**SEARCH, "purpose": "Rapat tim"}
        assert enter(bagus).post("/hubs/semarang/spaces/rembug-1/book/", form).status_code == 409
        problem(Api(wulan).post("bookings", wish(rembug_1)), 409, "clash")
        assert sum(row[-1] for row in unmet()) == 2
        assert {row[4] for row in unmet()} == {"full"}

    def test_an_answer_of_the_api_without_anything_free_counts(self, sari, rembug_1):
        book(rembug_1, sari, 9, 11)
        period = {"start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00"}
        Api().get("availability", people=4, **period)
        assert unmet() == [(None, "", 9, 2, "full", 1)]

    def test_the_page_tells_why_and_when(self, enter, ratna, semarang, office, rembug_1):
        for reason, count in ((UnmetReason.FULL, 3), (UnmetReason.QUOTA, 1)):
            for _time in range(count):
                count_unmet(office, semarang, at(9), people=12, kind="", reason=reason, by=SYSTEM)
        count_unmet(office, None, at(19), people=200, kind="event", reason=UnmetReason.FULL, by=SYSTEM)
        with clock.set_to(NEXT_WEEK):
            page = enter(ratna).get(
                "/desk/semarang/utilisation/", {"first": "2026-11-24", "last": "2026-11-24"}
            )
        report, text = page.context["report"], page.content.decode()
        assert report.unmet_count == 5
        assert report.unmet_by("reason") == [("full", 4), ("quota", 1)]
        assert report.unmet_by("hour") == [(9, 4), (19, 1)]
        for said in ("Jatah pemakaian sudah habis", "101 orang atau lebih", "Ruang acara", "19.00"):
            assert said in text

    def test_another_hubs_wishes_stay_there(self, semarang, solo, office):
        count_unmet(office, solo, at(9), people=1, kind="", reason=UnmetReason.FULL, by=SYSTEM)
        assert figures(semarang).unmet_count == 0
        assert figures(solo).unmet_count == 1


def test_every_word_of_the_figures_is_there_in_both_languages(semarang, rembug_1):
    from heterospace.bookings.enums import PEOPLE_BANDS
    from heterospace.bookings.figures import BECAME, band_name, kind_name

    for language in ("id", "en"):
        with translation.override(language):
            said = [word() for word in BECAME.values()] + [band_name(least) for least in PEOPLE_BANDS]
            said += [kind_name("office", unit) for unit in ("hour", "day", "night", "month")]
            assert len(set(said)) == len(said)
            assert not any(re.search(r"%\(|\|", word) for word in said)
