"""A manager's settings of her hub: facts, opening week, holidays and exceptions."""

import datetime as dt

import pytest

from heterospace.core import clock
from heterospace.hubs.queries import schedule_of
from tests.cast import EVERY_DAY

FACTS = {
    "name": "Hetero Space Semarang",
    "regency": "33.74",
    "address": "Jl. Imam Bonjol",
    "timezone": "Asia/Jakarta",
    "is_open": "on",
}
SUNDAY, CHRISTMAS = dt.date(2026, 11, 22), dt.date(2026, 12, 25)


def week(**typed):
    empty = {
        f"{part}_{day}_{nth}": "" for part in ("opens", "closes") for day in range(7) for nth in range(2)
    }
    return empty | typed


@pytest.fixture
def manager(enter, ratna):
    return enter(ratna)


def test_facts_are_kept_and_wrong_ones_said(manager, semarang):
    assert (
        manager.post("/hubs/semarang/settings/", {**FACTS, "tagline": "Rumah 🌿 bersama"}).status_code == 302
    )
    semarang.refresh_from_db()
    assert semarang.tagline == "Rumah 🌿 bersama"
    for wrong in (
        {"latitude": "91"},
        {"timezone": "Mars/Kawah"},
        {"regency": ""},
        {"whatsapp": "x"},
        {"name": " "},
    ):
        assert manager.post("/hubs/semarang/settings/", FACTS | wrong).status_code == 422, wrong


def test_a_hub_that_is_not_shown_is_still_managed(manager, semarang, enter):
    facts = {name: value for name, value in FACTS.items() if name != "is_open"}
    manager.post("/hubs/semarang/settings/", facts)
    assert manager.get("/hubs/semarang/settings/").status_code == 200


def test_the_opening_week_is_replaced(manager, semarang):
    typed = week(
        opens_0_0="08.30",
        closes_0_0="12.00",
        opens_0_1="13:00",
        closes_0_1="24.00",
        opens_6_0="9",
        closes_6_0="00.00",
    )
    assert manager.post("/hubs/semarang/settings/hours/", typed).status_code == 302
    semarang.refresh_from_db()
    assert schedule_of(semarang).week == {0: ((510, 720), (780, 1440)), 6: ((540, 1440),)}
    assert not semarang.closed_on_holidays
    page = manager.get("/hubs/semarang/settings/hours/").content.decode()
    assert 'value="08.30"' in page
    assert 'value="24.00"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens_0_0": "09.00"},
        {"closes_0_0": "09.00"},
        {"opens_0_0": "10.00", "closes_0_0": "09.00"},
        {"opens_0_0": "09.00", "closes_0_0": "12.00", "opens_0_1": "11.00", "closes_0_1": "13.00"},
        {"opens_0_0": "25.00", "closes_0_0": "26.00"},
    ],
)
def test_hours_that_cannot_be_change_nothing(wrong, manager, semarang):
    answer = manager.post("/hubs/semarang/settings/hours/", week(**wrong))
    assert answer.status_code == 422
    assert all(typed in answer.content.decode() for typed in wrong.values())
    assert schedule_of(semarang).week == EVERY_DAY


def test_a_holiday_is_opened_and_let_be_in_one_click(manager, semarang):
    assert schedule_of(semarang).day(CHRISTMAS).is_closed
    address = f"/hubs/semarang/settings/days/{CHRISTMAS}/"
    assert address in manager.get("/hubs/semarang/settings/days/").content.decode()
    manager.post(address, {"act": "open"})
    semarang.refresh_from_db()
    assert schedule_of(semarang).day(CHRISTMAS).spans == ((480, 1320),)
    manager.post(address, {"act": "usual"})
    semarang.refresh_from_db()
    assert schedule_of(semarang).day(CHRISTMAS).is_closed
    assert manager.post(address, {"act": "usual"}).status_code == 404
    assert manager.post("/hubs/semarang/settings/days/2026-02-31/", {"act": "open"}).status_code == 404


def test_an_exception_says_why(manager, semarang):
    address = "/hubs/semarang/settings/days/"
    assert manager.post(address, {"date": "2026-11-22", "reason": ""}).status_code == 422
    assert (
        manager.post(address, {"date": "2026-11-22", "reason": "Rapat", "is_open": "yes"}).status_code == 422
    )
    manager.post(address, {"date": "2026-11-22", "reason": "Bersih-bersih <b>", "is_open": ""})
    semarang.refresh_from_db()
    assert schedule_of(semarang).day(SUNDAY).is_closed
    assert "Bersih-bersih &lt;b&gt;" in manager.get(address).content.decode()
    manager.post(
        address,
        {"date": "2026-11-22", "reason": "Pasar", "is_open": "yes", "opens": "07.00", "closes": "10.30"},
    )
    semarang.refresh_from_db()
    assert schedule_of(semarang).day(SUNDAY).spans == ((420, 630),)


def test_what_the_front_desk_may_not_change(enter, dimas, semarang):
    desk = enter(dimas)
    for page, typed in (
        ("", FACTS),
        ("hours/", week()),
        ("days/", {"date": "2026-11-22", "reason": "x"}),
        ("days/2026-12-25/", {"act": "open"}),
    ):
        assert desk.post(f"/hubs/semarang/settings/{page}", typed).status_code == 403
    assert schedule_of(semarang).week == EVERY_DAY
    assert clock.today("Asia/Jakarta") == dt.date(2026, 11, 21)
