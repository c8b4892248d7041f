"""Rooms by the night, offices by the month, halls by the day: found by a search, and other dates when taken."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.bookings.actions import book_space
from heterospace.bookings.alternatives import alternatives, next_dates
from heterospace.bookings.models import UnmetWish
from heterospace.bookings.queries import own_period, search
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.spaces.actions import add_space
from heterospace.spaces.models import Space
from heterospace.spaces.rules import period_of
from tests.api.test_bookings_api import Api, problem, wish
from tests.counting import queries_of

from .wishes import TUESDAY, ZONE, at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ASKED = {"people": 1, "date": "2026-11-24", "start": "09:00", "end": "11:00"}


def room(hub, name, unit="night", kind="lodging", **facts):
    more = {"capacity": 2, "min_length": 1, "max_length": 14, "horizon_days": 365, **facts}
    made = add_space(hub, by=SYSTEM, name=name, kind=kind, unit=unit, **more)
    return Space.objects.select_related("hub").get(pk=made.pk)


def take(space, who, day=TUESDAY, units=1):
    start, end = period_of(space, day, units, ZONE)
    return book_space(space, start, end, purpose="Menginap", people=1, by=who.user)


def free(office, **more):
    return [offer.space.name for offer in search(office, at(9), at(11), **more) if offer.is_free]


@pytest.fixture
def mawar(semarang):
    return room(semarang, "Mawar", arrive=14 * 60, leave=12 * 60)


@pytest.fixture
def melati(semarang):
    return room(semarang, "Melati", arrive=14 * 60, leave=12 * 60)


class TestSearch:
    def test_who_asks_for_a_room_to_stay_hears_which_are_free(self, mawar, melati, office, sari):
        take(mawar, sari)
        assert free(office, kind="lodging") == ["Melati"]
        offers = {offer.space.name: offer for offer in search(office, at(9), at(11), kind="lodging")}
        assert [one.code for one in offers["Mawar"].reasons] == ["clash"]
        assert offers["Mawar"].is_near
        assert (offers["Melati"].start, offers["Melati"].end) == (at(14), at(12, TUESDAY + DAY))
        assert offers["Melati"].units == 1

    def test_an_office_is_asked_for_its_whole_month(self, semarang, office, sari):
        kantor = room(semarang, "Kantor", "month", "office")
        take(kantor, sari, TUESDAY + 20 * DAY)
        assert free(office) == []
        assert [one.code for one in search(office, at(9), at(11))[0].reasons] == ["clash"]

    def test_it_is_judged_for_the_fewest_it_is_let_for_or_for_what_was_asked(self, semarang):
        villa = room(semarang, "Villa", min_length=3)
        asked = period_of(villa, TUESDAY, 5, ZONE)
        assert own_period(villa, at(9), at(11)) == period_of(villa, TUESDAY, 3, ZONE)
        assert own_period(villa, *asked) == asked
        far = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
        assert own_period(villa, far, far) == (far, far)

    def test_its_own_rules_hold(self, mawar, office):
        with clock.set_to(at(15)):
            reasons = search(office, at(16), at(17), kind="lodging")[0].reasons
            assert [one.code for one in reasons] == ["past"]  # people had to arrive by two

    def test_hours_come_first(self, mawar, rembug_1, office):
        assert free(office) == ["Rembug 1", "Mawar"]

    def test_as_many_queries_for_many_rooms_as_for_one(self, mawar, semarang, office):
        def cost():
            return queries_of(lambda: search(office, at(9), at(11)))

        cost()
        first = cost()
        for n in range(12):
            room(semarang, f"Kamar {n}")
            room(semarang, f"Kantor {n}", "month", "office")
        cost()
        assert cost() == first


class TestOtherDates:
    def test_the_next_nights_on_which_it_is_free(self, mawar, office, sari, bagus):
        take(mawar, sari, units=3)
        start, end = period_of(mawar, TUESDAY, 2, ZONE)
        found = alternatives(office, start, end, space=mawar)
        assert [(one.kind, one.start) for one in found] == [
            ("other_time", at(14, TUESDAY + n * DAY)) for n in (3, 4, 5)
        ]
        assert found[0].end == at(12, TUESDAY + 5 * DAY)
        assert found[0].query == "date=2026-11-27&units=2"
        for one in found[::2]:
            assert book_space(
                one.space, one.start, one.end, purpose="Menginap", people=1, by=bagus.user
            ).is_live

    def test_another_room_for_the_same_nights_and_never_one_by_the_hour(
        self, mawar, melati, rembug_1, solo, office, sari
    ):
        room(solo, "Kenanga", arrive=14 * 60, leave=12 * 60)
        take(mawar, sari)
        start, end = period_of(mawar, TUESDAY, 1, ZONE)
        found = alternatives(office, start, end, space=mawar)
        assert [(one.kind, one.space.name) for one in found] == [
            ("other_time", "Mawar"),
            ("other_room", "Melati"),
            ("other_hub", "Kenanga"),
        ]
        assert (found[1].start, found[1].end) == (start, end)

    def test_hours_are_never_answered_with_nights(self, mawar, rembug_1, office, sari, bagus):
        book_space(rembug_1, at(9), at(11), purpose="Rapat", people=1, by=sari.user)
        found = alternatives(office, at(9), at(11), space=rembug_1)
        assert {one.space.name for one in found} == {"Rembug 1"}

    def test_the_next_months(self, semarang, office, sari):
        kantor = room(semarang, "Kantor", "month", "office", max_length=12)
        take(kantor, sari, dt.date(2026, 11, 30), 2)
        start, end = period_of(kantor, dt.date(2026, 11, 30), 1, ZONE)
        found = alternatives(office, start, end, space=kantor)
        months = [one.start.astimezone(start.tzinfo) for one in found]
        days = [clock.at(day, 0, ZONE) for day in (dt.date(2027, 1, 30), dt.date(2027, 2, 28), dt.date(2027, 3, 30))]  # fmt: skip
        assert months == days

    def test_never_further_than_it_can_be_booked(self, semarang, office, sari):
        soon = room(semarang, "Soka", horizon_days=5)
        take(soon, sari)
        start, end = period_of(soon, TUESDAY, 1, ZONE)
        assert [begin for _space, begin, _end in next_dates([soon], start, end)] == [
            period_of(soon, TUESDAY + DAY, 1, ZONE)[0]
        ]

    def test_one_query_for_many_rooms(self, mawar, semarang):
        start, end = period_of(mawar, TUESDAY, 1, ZONE)
        many = [mawar, *(room(semarang, f"Kamar {n}") for n in range(6))]
        next_dates(many, start, end)
        assert queries_of(lambda: next_dates([mawar], start, end)) == 1
        assert queries_of(lambda: next_dates(many, start, end)) == 1


class TestPages:
    def search(self, browser, **more):
        return browser.get("/search/", {**ASKED, **more}).content.decode()

    def test_the_search_says_by_what_it_is_let_and_leads_to_the_form(self, enter, mawar, melati, sari):
        take(mawar, sari)
        page = self.search(enter(sari), kind="lodging")
        assert "1 ruang kosong" in page
        assert "per malam" in page
        assert "/hubs/semarang/spaces/melati/book/?date=2026-11-24&amp;start=09:00" in page
        assert "units=1" in page
        assert "Bisa di waktu lain" in page
        form = enter(sari).get(
            f"{reverse('bookings:book', args=['semarang', 'melati'])}?date=2026-11-24&units=3"
        )
        assert 'value="3"' in form.content.decode()

    def test_with_none_free_it_offers_the_next_nights(self, enter, mawar, sari):
        take(mawar, sari)
        page = self.search(enter(sari), kind="lodging")
        assert "/hubs/semarang/spaces/mawar/book/?date=2026-11-25&amp;units=1" in page

    def test_who_asks_for_hours_finds_longer_stays_apart(self, enter, mawar, rembug_1, sari, bagus):
        page = self.search(enter(sari))
        assert "1 ruang kosong" in page
        assert page.index("Rembug 1") < page.index("Kosong per hari, malam, atau bulan") < page.index("Mawar")
        book_space(rembug_1, at(9), at(11), purpose="Rapat", people=1, by=bagus.user)
        page = self.search(enter(sari))
        assert "Di waktu lain" in page
        assert [one.reason for one in UnmetWish.objects.all()] == ["full"]

    def test_a_refused_stay_is_offered_other_nights(self, enter, mawar, sari, bagus):
        take(mawar, sari)
        sent = {"date": "2026-11-24", "units": "1", "people": "1", "purpose": "Menginap"}
        page = enter(bagus).post(reverse("bookings:book", args=["semarang", "mawar"]), sent)
        assert page.status_code == 409
        assert "/hubs/semarang/spaces/mawar/book/?date=2026-11-25&amp;units=1" in page.content.decode()

    def test_the_hub_says_by_the_hour_what_is_free_now(self, enter, mawar):
        assert "Kosong sekarang" not in enter().get("/hubs/semarang/").content.decode()


def test_over_the_api(mawar, melati, sari, bagus):
    start, end = (one.isoformat() for one in period_of(mawar, TUESDAY, 1, ZONE))
    Api(sari).post("bookings", wish(mawar, start, end, people=1))
    body = problem(Api(bagus).post("bookings", wish(mawar, start, end, people=1)), 409, "clash")
    assert [(one["kind"], one["space"]["name"]) for one in body["alternatives"]][:2] == [
        ("other_time", "Mawar"),
        ("other_room", "Melati"),
    ]
    told = Api().get(
        "availability", start="2026-11-24T09:00:00+07:00", end="2026-11-24T11:00:00+07:00", kind="lodging"
    ).json()  # fmt: skip
    assert [(one["name"], one["unit"], one["start"], one["end"]) for one in told["items"]] == [
        ("Melati", "night", "2026-11-24T14:00:00+07:00", "2026-11-25T12:00:00+07:00")
    ]
    assert [one["reasons"][0]["code"] for one in told["others"]] == ["clash"]
