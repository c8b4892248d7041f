"""The door of an event on a telephone: without a line, reloaded, and every scan arrives once."""

import datetime as dt
import time

import pytest
from playwright.sync_api import expect

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions, tickets
from heterospace.events.models import Scan
from heterospace.hubs.actions import open_hub
from heterospace.members.actions import give_hub_role

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50


@pytest.fixture
def event(office):
    """A class that has just begun, by the real clock: the server's threads know no other."""
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
    start = clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=10)
    planned = actions.plan_event(
        hub,
        by=SYSTEM,
        title="Kelas Batik Cap",
        start=start,
        end=start + dt.timedelta(hours=3),
        capacity=200,
        topic="craft",
    )
    return actions.publish_event(planned, by=SYSTEM)


@pytest.fixture
def crowd(event):
    """Fifty guests with their tickets."""
    return [
        actions.register_guest(
            event, by=SYSTEM, name=f"Tamu {n:02}", email=f"tamu{n}@tamu.example", tell_her=False
        )
        for n in range(PEOPLE)
    ]


@pytest.fixture
def dimas(event):
    return give_hub_role(
        event.hub, by=SYSTEM, role="front_desk", name="Dimas", email="dimas@demo.example"
    ).person


def ticket(registration):
    return tickets.ticket_of(registration.reference, registration.event.reference)


def opened(page, event):
    """The app with its list, its shell kept for when the line is down."""
    page.goto(f"/events/{event.slug}/door/")
    page.locator("body[data-kept=yes]").wait_for()
    page.locator("[data-net][data-state=on]").wait_for()


def scan(page, text):
    """A hand-held scanner: it types the code and Enter, with the focus nowhere in particular."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def verdict(page):
    page.locator("[data-verdict]:not([hidden])").wait_for()
    return page.locator("[data-verdict]").get_attribute("data-outcome")


def eventually(what, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


def unsent(page):
    return int(page.locator("[data-unsent]").inner_text())


def test_fifty_are_scanned_without_a_line_and_arrive_exactly_once(phone, sign_in, event, crowd, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    phone.context.set_offline(True)
    phone.locator("[data-net][data-state=off]").wait_for()
    for n, one in enumerate(crowd):
        if n == 25:  # the telephone restarts in the middle, still without a line
            phone.reload()
            phone.locator("[data-app]:not([hidden])").wait_for()
            assert phone.locator("h1").inner_text() == "Kelas Batik Cap"
            assert unsent(phone) == 25
        scan(phone, ticket(one))
        expect(phone.locator("[data-unsent]")).to_have_text(str(n + 1))
        assert verdict(phone) == "in"
    scan(phone, ticket(crowd[3]))  # judged by what this device saw before it was reloaded
    phone.locator("[data-verdict][data-outcome=already_in]:not([hidden])").wait_for()
    assert phone.locator("[data-inside]").inner_text() == str(PEOPLE)
    phone.reload()
    phone.locator("[data-app]:not([hidden])").wait_for()
    phone.locator("[data-net][data-state=off]").wait_for()
    assert (
        unsent(phone) == PEOPLE + 1
    )  # one may have slipped through while the page was changed: its answer was lost
    phone.context.set_offline(False)
    assert eventually(lambda: Scan.objects.count() == PEOPLE + 1)
    expect(phone.locator("[data-unsent]")).to_have_text("0")
    assert Scan.objects.filter(outcome="in").count() == PEOPLE
    assert set(Scan.objects.filter(outcome="in").values_list("registration", flat=True)) == {
        one.pk for one in crowd
    }
    phone.reload()
    phone.locator("[data-net][data-state=on]").wait_for()
    phone.wait_for_timeout(500)
    assert Scan.objects.count() == PEOPLE + 1
    assert all(one.scanned_at <= one.received_at for one in Scan.objects.all())
    phone.complaints.clear()  # the browser tells of every request that found no line


def test_two_gates_without_a_line_let_the_same_ticket_in_and_are_told(phone, sign_in, event, crowd, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    phone.context.set_offline(True)
    scan(phone, ticket(crowd[0]))
    assert verdict(phone) == "in"
    moment = clock.now()
    other = actions.Shown(
        ticket(crowd[0]), event.slug, moment, "other", gate="Pintu barat", device="HP panitia"
    )
    actions.check_in([other], by=SYSTEM)
    phone.context.set_offline(False)
    conflict = phone.locator(".gate-conflicts li")
    conflict.wait_for()
    assert "Tamu 00" in conflict.inner_text()
    assert "Pintu barat" in conflict.inner_text()
    assert "Pintu barat" in phone.locator("[data-verdict]").inner_text()
    phone.locator("[data-close-verdict]").click()
    phone.reload()
    conflict.wait_for()  # it stays until somebody has looked at it
    conflict.get_by_role("button").click()
    conflict.wait_for(state="detached")
    assert sorted(Scan.objects.values_list("outcome", flat=True)) == ["already_in", "in"]
    phone.complaints.clear()


def test_found_by_name_named_gate_out_again_and_the_ticket_of_nobody(phone, sign_in, event, crowd, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    phone.locator("[data-open=settings]").click()
    phone.locator("#set-gate").fill("Pintu timur")
    phone.locator("[data-settings] [type=submit]").click()
    phone.locator("#code").fill("tamu 07")
    phone.locator("[data-found] button").click()
    assert verdict(phone) == "in"
    assert eventually(lambda: Scan.objects.filter(gate="Pintu timur", outcome="in").exists())
    phone.locator("[data-close-verdict]").click()
    phone.get_by_text("Keluar", exact=True).first.click()
    phone.locator("#code").fill(crowd[7].reference.lower())
    phone.keyboard.press("Enter")
    phone.locator("[data-verdict][data-outcome=out]:not([hidden])").wait_for()
    phone.locator("[data-close-verdict]").click()
    phone.locator("body").click(position={"x": 5, "y": 60})
    scan(phone, "https://example.org/promo")
    phone.locator("[data-verdict][data-outcome=unknown]:not([hidden])").wait_for()
    assert eventually(lambda: Scan.objects.count() == 3)


def test_a_walk_in_without_a_line_is_registered_when_it_is_back(phone, sign_in, event, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    phone.context.set_offline(True)
    phone.locator("[data-walk] summary").click()
    phone.locator("#walk-name").fill("Mbah Karto")
    phone.locator("#walk-contact").fill("0812 7777 8888")
    phone.locator("[data-walk-in] [type=submit]").click()
    assert verdict(phone) == "walk_in"
    phone.context.set_offline(False)
    assert eventually(
        lambda: Scan.objects.filter(outcome="in", registration__person__name="Mbah Karto").exists()
    )
    phone.complaints.clear()


def test_a_forgotten_device_knows_nothing(phone, sign_in, event, crowd, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    phone.locator("[data-open=settings]").click()
    phone.locator("[data-forget]").click()
    phone.locator("[data-warn]:not([hidden])").wait_for()
    left = phone.evaluate(
        "(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, localStorage.length])()"
    )
    assert left == [0, 0, 0]


def test_somebody_who_may_no_longer_stand_here_loses_the_list(phone, sign_in, event, crowd, dimas):
    sign_in(phone, dimas)
    opened(phone, event)
    dimas.hub_roles.all().delete()
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.locator("[data-net][data-state=gone]").wait_for()
    kept = phone.evaluate(
        "(async () => { const [{ name }] = await indexedDB.databases(); const db = await new Promise((done) => "
        "{ const o = indexedDB.open(name); o.onsuccess = () => done(o.result); }); "
        "return new Promise((done) => { const g = db.transaction('kept').objectStore('kept').get('list'); "
        "g.onsuccess = () => done(g.result ?? null); }); })()"
    )
    assert kept is None
    phone.complaints.clear()
