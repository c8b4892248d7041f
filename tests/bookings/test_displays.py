"""The tablet beside a door: what it says at each moment, to whom its address opens, and what it never says."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heterospace.bookings.actions import (
    block_out,
    book_space,
    check_in,
    make_display,
    mark_no_show,
    release_early,
    revoke_display,
)
from heterospace.bookings.faces import faces_of
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden
from heterospace.hubs.actions import set_exception
from heterospace.members.actions import end_hub_role, erase_person
from tests.cast import staff

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(rembug_1):
    """Rembug 1 with a grace of fifteen minutes and ten for tidying."""
    rembug_1.grace_minutes, rembug_1.turnaround_minutes = 15, 10
    rembug_1.save()
    return rembug_1


@pytest.fixture
def booking(room, sari, batik):
    return book_space(
        room, at(9), at(11), purpose="Wawancara Bu Tin", people=4, by=sari.user, organisation=batik
    )


@pytest.fixture
def display(room, ratna):
    return make_display(room, by=ratna.user)


def says(room, hour: float) -> tuple[str, str, str]:
    with clock.set_to(at(hour)):
        face = faces_of(room)[0][1]
    return face.state, face.title, face.sub


def foretold(room, hour: float, asked_at: float) -> tuple[str, str, str]:
    """What a tablet says at `hour` that heard from us last at `asked_at`."""
    with clock.set_to(at(asked_at)):
        face = [face for moment, face in faces_of(room) if moment <= at(hour)][-1]
    return face.state, face.title, face.sub


class TestWhatItSays:
    def test_through_the_day(self, booking, room, dimas):
        assert says(room, 7) == ("closed", "Tutup", "buka 08.00")
        assert says(room, 8) == ("free", "Kosong", "sampai 09.00")
        assert says(room, 8.8) == ("soon", "Kosong sebentar", "terpakai mulai 09.00")
        assert says(room, 9.1) == ("waiting", "Dipesan", "belum presensi, ditahan sampai 09.15")
        with clock.set_to(at(9.1)):
            check_in(booking, by=dimas.user)
        assert says(room, 9.5) == ("taken", "Terpakai", "sampai 11.00")
        assert says(room, 11.1) == ("taken", "Terpakai", "waktunya habis pukul 11.00")
        with clock.set_to(at(11)):
            release_early(booking, by=dimas.user)
        assert says(room, 11.1) == ("tidying", "Dirapikan", "kosong mulai 11.10")
        assert says(room, 11.5) == ("free", "Kosong", "sampai 22.00")
        assert says(room, 22) == ("closed", "Tutup", "buka Rabu 08.00")

    def test_hours_ahead_without_asking_again(self, booking, room):
        assert foretold(room, 8.9, asked_at=7)[0] == "soon"
        assert foretold(room, 9.1, asked_at=7)[0] == "waiting"
        assert foretold(room, 9.3, asked_at=7) == ("free", "Kosong", "sampai 22.00")  # nobody came: let go
        assert foretold(room, 23, asked_at=7) == ("closed", "Tutup", "buka Rabu 08.00")

    def test_names_the_organisation_never_a_person_nor_what_for(self, booking, room, bagus, display, enter):
        book_space(room, at(13), at(14), purpose="Curhat Bagus", people=1, by=bagus.user)
        with clock.set_to(at(8)):
            page = enter().get(reverse("bookings:display", args=[display.secret])).content.decode()
            data = enter().get(reverse("bookings:display_data", args=[display.secret])).content.decode()
        for told in (page, data):
            assert "Batik Sekar Arum" in told
            for private in ("Sari", "Bagus", "Wawancara", "Curhat", booking.reference):
                assert private not in told
        assert "<b>13.00-14.00</b> Terpakai" in page

    def test_a_part_knows_of_its_hall_and_a_block_out(self, gatra, sari, ratna):
        half = gatra.parts.select_related("hub").first()
        book_space(gatra, at(9), at(11), purpose="Bazar", people=80, by=sari.user)
        block_out(half, at(13), at(15), kind="maintenance", reason="AC bocor", by=ratna.user)
        assert says(half, 9.1) == ("waiting", "Dipesan", "sampai 11.00")
        assert says(half, 13.5)[0] == "blocked"
        assert says(half, 13.5)[2] == "sampai 15.00"

    def test_who_did_not_come_is_gone_from_it(self, booking, room, dimas):
        with clock.set_to(at(9.1)):
            mark_no_show(booking, by=dimas.user)
        assert says(room, 9.2)[0] == "free"

    def test_a_closed_day_says_when_it_opens_again(self, room, semarang):
        set_exception(semarang, TUESDAY, by=SYSTEM, reason="Fogging")
        assert says(room, 10) == ("closed", "Tutup", "buka Rabu 08.00")

    def test_a_room_by_the_night_or_month_has_no_hours(self, room):
        room.unit, room.min_length, room.max_length = "month", 1, 12
        room.save()
        assert says(room, 3) == ("free", "Kosong", "belum ada pemesanan")

    def test_it_speaks_english(self, booking, room, display, enter):
        with clock.set_to(at(8)):
            page = enter().get(
                reverse("bookings:display", args=[display.secret]), headers={"Accept-Language": "en"}
            )
        assert "until 09:00" in page.content.decode()


class TestItsAddress:
    def test_the_manager_makes_one_and_gets_the_same_again(self, room, ratna, hendro, display):
        assert make_display(room, by=hendro.user) == display

    def test_nobody_else_makes_or_closes_it(self, room, display, dimas, sari, twin_manager):
        for other in (dimas, sari, twin_manager):
            with pytest.raises(Forbidden):
                make_display(room, by=other.user)
            with pytest.raises(Forbidden):
                revoke_display(display, by=other.user)

    def test_needs_no_sign_in_but_is_closed_for_good(self, display, ratna, enter):
        names = ("bookings:display", "bookings:display_data", "bookings:display_worker")
        for name in names:
            assert enter().get(reverse(name, args=[display.secret])).status_code == 200
        revoke_display(display, by=ratna.user)
        for name in names:
            assert enter().get(reverse(name, args=[display.secret])).status_code == 404
        again = make_display(display.space, by=ratna.user)
        assert again.secret != display.secret

    def test_another_offices_host_does_not_know_it(self, display, twin_office, client):
        address = reverse("bookings:display", args=[display.secret])
        assert client.get(address, headers={"host": "twin.example"}).status_code == 404

    def test_stays_when_its_maker_leaves(self, display, ratna, hendro, enter):
        staff(display.space.hub, "manager", "Wening", "wening@demo.example")
        end_hub_role(ratna.hub_roles.get(), by=hendro.user)
        erase_person(ratna, by=hendro.user)
        assert enter().get(reverse("bookings:display", args=[display.secret])).status_code == 200

    def test_is_not_kept_by_anybody_on_the_way_and_not_indexed(self, display, enter):
        answer = enter().get(reverse("bookings:display", args=[display.secret]))
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "Disallow: /displays/" in enter().get("/robots.txt").content.decode()

    def test_the_page_of_the_manager(self, room, ratna, dimas, enter):
        address = reverse("bookings:displays", args=["semarang", "rembug-1"])
        browser = enter(ratna)
        assert address in browser.get(reverse("spaces:edit", args=["semarang", "rembug-1"])).content.decode()
        assert "Belum ada layar" in browser.get(address).content.decode()
        page = browser.post(address, follow=True).content.decode()
        assert "/displays/" in page
        assert "<svg" in page
        assert "Belum ada layar" in browser.post(address, {"revoke": "yes"}, follow=True).content.decode()
        assert enter(dimas).get(address).status_code == 403


class TestItsData:
    def test_says_what_time_it_is_here_and_turns_over_in_order(self, booking, display, enter):
        with clock.set_to(at(8)):
            data = enter().get(reverse("bookings:display_data", args=[display.secret])).json()
        assert data["now"] == at(8).timestamp() * 1000
        moments = [face["from"] for face in data["faces"]]
        assert moments == sorted(moments)
        assert [face["state"] for face in data["faces"]][:4] == ["free", "soon", "waiting", "free"]

    def test_asks_the_same_however_full_the_day(self, room, display, sari, enter):
        address = reverse("bookings:display_data", args=[display.secret])
        room.min_length, room.turnaround_minutes = 30, 0
        room.save()

        def asked() -> int:
            with clock.set_to(at(7)), CaptureQueriesContext(connection) as caught:
                enter().get(address)
            return len(caught)

        book_space(room, at(8), at(9), purpose="Rapat", people=1, by=sari.user)
        asked()
        few = asked()
        for hour in range(9, 22):
            book_space(room, at(hour), at(hour + 1), purpose="Rapat", people=1, by=sari.user)
        assert asked() == few

    def test_without_js_it_is_drawn_here_and_asks_again_each_minute(self, booking, display, enter):
        with clock.set_to(at(8)):
            page = enter().get(reverse("bookings:display", args=[display.secret])).content.decode()
        assert 'data-state="free"' in page
        assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
        assert "sampai 09.00" in page

    def test_a_long_weekend_is_foretold_no_further_than_it_is_true(self, booking, room):
        with clock.set_to(at(7)):
            assert faces_of(room)[-1][0] <= at(7) + dt.timedelta(hours=36)
