"""The tablet beside a door in a real browser: hours without a line, a wrong clock, opened again in the dark."""

import datetime as dt
import re
import time

import pytest
from django.urls import reverse

from heterospace.bookings.actions import book_space, make_display
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import open_hub
from heterospace.members.actions import give_hub_role
from heterospace.spaces.actions import add_space

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(office):
    """A room of a hub that never closes: the server's clock is the real one."""
    hub = open_hub(
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
    return add_space(
        hub, by=SYSTEM, name="Rembug 1", kind="meeting", capacity=8, step_minutes=5, min_length=15
    )


@pytest.fixture
def address(room):
    ratna = give_hub_role(
        room.hub, by=SYSTEM, role="manager", name="Ratna", email="ratna@demo.example"
    ).person
    return reverse("bookings:display", args=[make_display(room, by=ratna.user).secret])


def in_two_hours(room, person, organisation=None):
    """A booking from the second full hour from now."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=2)
    return book_space(
        room,
        hour,
        hour + dt.timedelta(hours=1),
        purpose="Rapat",
        people=2,
        by=SYSTEM,
        person=person,
        organisation=organisation,
    )


KEPT = "(async () => { let n = 0; for (const one of await caches.keys()) n += (await (await caches.open(one)).keys()).length; return n; })()"


def face(page) -> str:
    return page.evaluate("document.body.dataset.state")


def minutes_until(moment: dt.datetime) -> int:
    return int((moment - clock.now()).total_seconds() // 60)


def test_turns_over_by_itself_without_a_line_and_says_how_old_it_is(desk, room, address, sari, batik):
    booking = in_two_hours(room, sari, batik)
    desk.clock.install()
    desk.goto(address)
    desk.wait_for_function("document.body.dataset.state === 'free'")
    assert not desk.locator("[data-stale]").is_visible()
    known = desk.locator("[data-asof]").inner_text()
    desk.context.set_offline(True)
    desk.clock.run_for(150_000)
    desk.locator("[data-stale]").wait_for()
    assert "Tidak ada sambungan" in desk.locator("[data-stale]").inner_text()
    desk.clock.fast_forward((minutes_until(booking.start) + 5) * 60_000)
    desk.clock.run_for(3_000)
    assert face(desk) == "waiting"
    assert "Batik Sekar Arum" in desk.locator("[data-who]").inner_text()
    desk.clock.fast_forward(60 * 60_000)
    desk.clock.run_for(3_000)
    assert face(desk) == "free"
    assert desk.locator("[data-asof]").inner_text()[:14] == known[:14]  # "Data pukul 10."
    desk.complaints.clear()  # the browser tells of every request that found no line


@pytest.mark.parametrize("wrong", ["2019-03-01T03:00:00+07:00", "2031-12-31T23:00:00+07:00"])
def test_a_tablet_with_a_wrong_clock_is_right(desk, room, address, sari, wrong):
    booking = in_two_hours(room, sari)
    desk.clock.install(time=dt.datetime.fromisoformat(wrong))
    desk.goto(address)
    desk.wait_for_function("document.body.dataset.state === 'free'")
    shown = desk.locator("[data-clock]").inner_text()
    local = clock.now().astimezone(dt.timezone(dt.timedelta(hours=7)))
    near = {(local + dt.timedelta(minutes=n)).strftime("%H.%M") for n in (-1, 0, 1)}
    assert shown in near
    desk.context.set_offline(True)
    desk.clock.fast_forward((minutes_until(booking.start) + 5) * 60_000)
    desk.clock.run_for(3_000)
    assert face(desk) == "waiting"
    desk.complaints.clear()


def test_opens_again_without_a_line(desk, room, address, sari):
    in_two_hours(room, sari)
    desk.goto(address)
    until = time.monotonic() + 10
    while desk.evaluate(KEPT) < 5 and time.monotonic() < until:
        desk.wait_for_timeout(100)
    desk.context.set_offline(True)
    desk.reload()
    desk.locator("h1", has_text="Rembug 1").wait_for()
    assert face(desk) == "free"
    assert re.match(r"\d\d\.\d\d", desk.locator("[data-clock]").inner_text())
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 81, 44)"
    desk.complaints.clear()


def test_a_closed_address_closes_on_the_tablet_too(desk, room, address):
    from heterospace.bookings.actions import revoke_display
    from heterospace.bookings.models import Display

    desk.clock.install()
    desk.goto(address)
    revoke_display(Display.objects.get(), by=SYSTEM)
    desk.clock.run_for(31_000)
    desk.get_by_text("Alamat ini sudah ditutup").wait_for()
    desk.complaints.clear()  # the worker's own script is gone as well


def test_fits_a_small_tablet_lying_or_standing_and_can_be_read_from_afar(desk, room, address, sari):
    in_two_hours(room, sari)
    for width, height in ((1024, 600), (600, 1024), (1280, 800)):
        desk.set_viewport_size({"width": width, "height": height})
        desk.goto(address)
        box = desk.locator("[data-title]").bounding_box()
        assert box["height"] >= 0.12 * min(width, height)
        assert desk.evaluate("document.documentElement.scrollHeight") <= height
        assert desk.locator("aside svg").bounding_box()["width"] >= 0.3 * min(width, height)
