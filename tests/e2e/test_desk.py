"""The front desk by keyboard: somebody walks in, arrivals are ticked off, the day stays live and loses nothing typed."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.bookings.actions import book_space, check_in
from heterospace.bookings.models import Booking
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import open_hub
from heterospace.members.actions import give_hub_role
from heterospace.spaces.actions import add_space

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hub(office):
    """A hub that never closes: the browser's clock is the real one."""
    return open_hub(
        office,
        by=SYSTEM,
        week=dict.fromkeys(range(7), ((0, 1440),)),
        closed_on_holidays=False,
        closed_on_collective_leave=False,
        name="Hetero Space Semarang",
        slug="semarang",
        regency="33.74",
        address="Jalan Percobaan 1",
    )


@pytest.fixture
def dimas(hub):
    return give_hub_role(
        hub, by=SYSTEM, role="front_desk", name="Dimas Anggoro", email="dimas@demo.example"
    ).person


@pytest.fixture
def rooms(hub):
    facts = {"kind": "meeting", "capacity": 8, "min_length": 15}
    return [add_space(hub, by=SYSTEM, name=f"Rembug {n}", **facts) for n in (1, 2)]


def soon(room, person, minutes=0):
    """A booking of this room on now, an hour long."""
    start = clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=minutes)
    return book_space(
        room, start, start + dt.timedelta(hours=1), purpose="Rapat", people=2, by=SYSTEM, person=person
    )


def test_somebody_walks_in_with_a_key_a_name_and_enter(desk, sign_in, dimas, rooms, sari, wulan):
    sign_in(desk, dimas)
    desk.goto(reverse("bookings:desk", args=["semarang"]))
    desk.keyboard.press("w")
    desk.keyboard.type("sari")
    desk.locator(".who-choice", has_text="Sari Wulandari").wait_for()
    desk.keyboard.press("Enter")
    desk.get_by_text("Sari Wulandari sudah masuk").first.wait_for()
    booking = Booking.objects.get()
    assert (booking.person, booking.is_inside, booking.space) == (sari, True, rooms[0])


def test_somebody_new_is_entered_without_leaving_the_line(desk, sign_in, dimas, rooms):
    sign_in(desk, dimas)
    desk.goto(reverse("bookings:desk", args=["semarang"]))
    desk.keyboard.press("w")
    desk.keyboard.type("Karto")
    number = desk.get_by_label("Nomor WhatsApp")
    number.wait_for()
    number.fill("0812 7777 8888")
    number.press("Enter")
    desk.get_by_text("Karto sudah masuk").first.wait_for()


def test_one_tap_checks_in_and_the_page_stays(desk, sign_in, dimas, rooms, sari):
    booking = soon(rooms[0], sari)
    sign_in(desk, dimas)
    desk.goto(reverse("bookings:desk", args=["semarang"]))
    desk.locator("#id_q").fill("belum selesai diketik")
    desk.get_by_role("button", name="Presensi").first.click()
    desk.get_by_role("button", name="Sudah pulang").wait_for()
    assert desk.locator("#id_q").input_value() == "belum selesai diketik"
    assert "Sari" in desk.locator(".bar.good").first.inner_text()
    booking.refresh_from_db()
    assert booking.is_inside


def test_the_day_renews_itself_and_leaves_focus_and_typing_alone(
    desk, sign_in, dimas, rooms, sari, live_server
):
    booking = soon(rooms[0], sari)
    sign_in(desk, dimas)
    address = reverse("bookings:desk", args=["semarang"])
    desk.clock.install()
    desk.goto(address)
    desk.locator("#id_q").fill("setengah")
    button = desk.get_by_role("button", name="Presensi").first
    button.focus()
    with desk.expect_response(lambda answer: "part=day" in answer.url):
        desk.clock.run_for(16_000)
    assert desk.evaluate("document.activeElement.id") == f"in-{booking.reference}"
    check_in(booking, by=dimas.user)  # at another desk
    with desk.expect_response(lambda answer: "part=day" in answer.url):
        desk.clock.run_for(16_000)
    desk.get_by_role("button", name="Sudah pulang").wait_for()
    assert desk.locator("#id_q").input_value() == "setengah"


def test_an_open_menu_is_not_taken_away(desk, sign_in, dimas, rooms, sari):
    booking = soon(rooms[0], sari)
    sign_in(desk, dimas)
    desk.clock.install()
    desk.goto(reverse("bookings:desk", args=["semarang"]))
    desk.locator(".visit summary").first.click()
    check_in(booking, by=dimas.user)
    desk.clock.run_for(31_000)
    assert desk.get_by_role("button", name="Tidak hadir").is_visible()


def test_on_a_phone_the_timeline_scrolls_inside_itself_from_now(phone, sign_in, dimas, rooms, sari):
    soon(rooms[0], sari)
    sign_in(phone, dimas)
    phone.goto(reverse("bookings:desk", args=["semarang"]))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    now = phone.locator(".board-hours .now").bounding_box()
    assert 0 <= now["x"] <= 360
