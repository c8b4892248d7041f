"""Taking part online: the way in, the minutes, the ledger."""

import datetime as dt

import pytest

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from heterospace.events.actions.holding import link_of
from heterospace.events.models import OnlineVisit, Scan
from heterospace.events.online import meeting_of
from heterospace.home.tick import tick
from tests.bookings.wishes import at
from tests.events.stories import announce, guest, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(semarang):
    """A webinar on Tuesday 13.00-16.00 without a link of its own."""
    return announce(semarang, "Webinar Ekspor", mode="online", capacity=100)


@pytest.fixture
def own(webinar, sari):
    return actions.register(webinar, by=sari.user)


def lines(registration) -> list[tuple[str, str, int | None, int | None]]:
    rows = Scan.objects.filter(registration=registration).order_by("pk")
    return [(row.outcome, row.source, row.turn, row.minutes) for row in rows]


def minute(n: int) -> dt.datetime:
    """The n-th minute of the webinar."""
    return at(13) + dt.timedelta(minutes=n)


def test_the_way_in_opens_half_an_hour_before(webinar, own, enter):
    link = link_of(own)
    browser = enter()
    assert "Ikut daring" in text(browser.get(link))
    page = browser.get(link + "join/")
    assert "Pintu masuk masih tertutup" in text(page)
    assert "Selasa, 24 November 2026, 12.30 WIB" in text(page)
    assert browser.get(link + "join/go/")["Location"] == link + "join/"
    assert not OnlineVisit.objects.exists()
    with clock.set_to(minute(-30)):
        assert "Masuk ke pertemuan" in text(browser.get(link + "join/"))
        answer = browser.get(link + "join/go/")
        assert answer["Location"] == meeting_of(webinar)
        assert answer["Location"].startswith("https://meet.jit.si/HeteroSpace-")
        assert answer["Referrer-Policy"] == "no-referrer"
    with clock.set_to(minute(181)):
        assert "Acara ini sudah selesai." in text(browser.get(link + "join/"))
        assert browser.get(link + "join/go/")["Location"] == link + "join/"


def test_the_organisers_own_link_is_used(webinar, own, ratna, enter):
    actions.change_event(webinar, by=ratna.user, online_url="https://zoom.example/j/123")
    with clock.set_to(minute(0)):
        assert enter().get(link_of(own) + "join/go/")["Location"] == "https://zoom.example/j/123"
        assert b"zoom.example" not in enter().get(link_of(own) + "join/").content


def test_rooms_differ_and_stay(webinar, semarang):
    other = announce(semarang, "Webinar Lain", mode="online")
    assert meeting_of(webinar) == meeting_of(webinar) != meeting_of(other)


def test_minutes_are_counted_and_stand_in_the_ledger(own, enter):
    link, browser = link_of(own), enter()
    for n in range(41):
        with clock.set_to(minute(n)):
            browser.get(link + ("join/go/" if n == 0 else "join/"))
    assert OnlineVisit.objects.filter(closed_at=None).count() == 1
    with clock.set_to(minute(41)):
        words = text(browser.post(link + "join/", {"act": "leave"}, follow=True))
        assert "41 menit" in words
    assert lines(own) == [("in", "online", 1, None), ("out", "online", 1, 41)]


def test_a_page_that_fell_silent_counts_until_it_was_last_heard_of(own, enter):
    link, browser = link_of(own), enter()
    for n in (0, 1, 2, 3):
        with clock.set_to(minute(n)):
            browser.get(link + ("join/go/" if n == 0 else "join/"))
    with clock.set_to(minute(7)):
        assert tick()["visits_closed"] == 0
    with clock.set_to(minute(9)):
        assert tick()["visits_closed"] == 1
        assert tick()["visits_closed"] == 0
    assert lines(own) == [("in", "online", 1, None), ("out", "online", 1, 3)]
    with clock.set_to(minute(20)):  # she comes back: a second turn
        browser.get(link + "join/go/")
    with clock.set_to(minute(30)):  # her phone slept for ten minutes, then asks again
        browser.get(link + "join/")
        assert OnlineVisit.objects.filter(closed_at=None).count() == 1
    assert lines(own)[2:] == [("in", "online", 2, None), ("out", "online", 2, 0)]


def test_two_tabs_are_one_visit(own, enter):
    with clock.set_to(minute(1)):
        for _tab in range(3):
            enter().get(link_of(own) + "join/go/")
    assert OnlineVisit.objects.count() == 1


def test_only_who_is_confirmed_for_online_gets_in(semarang, sari, enter):
    event = announce(semarang, mode="hybrid", capacity={"onsite": 5, "online": 1})
    onsite = actions.register(event, actions.Wish(mode="onsite"), by=sari.user)
    first = guest(event, "Tamu Satu", wish=actions.Wish(mode="online"))
    waits = guest(event, "Tamu Dua", wish=actions.Wish(mode="online"))
    with clock.set_to(minute(1)):
        for one in (onsite, waits):
            link = link_of(one)
            assert enter().get(link + "join/")["Location"].startswith("/r/")
            assert enter().get(link + "join/go/")["Location"] == link + "join/"
        actions.cancel_registration(first, by=SYSTEM)
        assert enter().get(link_of(first) + "join/go/")["Location"].endswith("/join/")
    assert not OnlineVisit.objects.exists()


def test_the_page_asks_for_itself_with_and_without_js(own, enter):
    with clock.set_to(minute(1)):
        browser = enter()
        browser.get(link_of(own) + "join/go/")
        html = browser.get(link_of(own) + "join/").content.decode()
        assert 'hx-trigger="every 60s' in html
        assert '<noscript><meta http-equiv="refresh" content="60">' in html
        part = browser.get(link_of(own) + "join/", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert "Saya sudah keluar dari pertemuan" in part
