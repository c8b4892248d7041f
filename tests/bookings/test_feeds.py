"""Calendars to subscribe to: whose, what they tell to whom, and when they stop."""

import pytest
from icalendar import Calendar

from heterospace.bookings.actions import book_space, cancel_booking, make_feed, revoke_feed
from heterospace.bookings.models import Feed
from heterospace.core.refusals import Forbidden
from heterospace.members.actions import close_account, end_affiliation, end_hub_role
from heterospace.members.personal_data import erase, export

from .wishes import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari, batik):
    return book_space(
        rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user, organisation=batik
    )


def read(enter, feed, **headers):
    """What a calendar program gets: no sign-in, only the address."""
    return enter().get(f"/feeds/{feed.secret}.ics", headers=headers)


def events(response):
    assert response.status_code == 200, response
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_bu_sari_subscribes_to_her_bookings(booking, sari, enter):
    feed = make_feed(sari.office, by=sari.user)
    response = read(enter, feed)
    assert response["Content-Type"].startswith("text/calendar")
    (event,) = events(response)
    assert event["UID"] == f"{booking.reference}@heterospace"
    assert event["SUMMARY"] == "Rembug 1, Hetero Space Semarang"
    assert "Temu pembeli" in event["DESCRIPTION"]


def test_nothing_new_costs_nothing(booking, sari, enter):
    feed = make_feed(sari.office, by=sari.user)
    etag = read(enter, feed)["ETag"]
    assert read(enter, feed, **{"If-None-Match": etag}).status_code == 304
    cancel_booking(booking, by=sari.user)
    changed = read(enter, feed, **{"If-None-Match": etag})
    (event,) = events(changed)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_asking_twice_gives_the_same_address(sari):
    assert make_feed(sari.office, by=sari.user) == make_feed(sari.office, by=sari.user)
    assert Feed.objects.count() == 1


def test_a_closed_address_answers_nobody_and_a_new_one_is_another(sari, enter):
    feed = make_feed(sari.office, by=sari.user)
    revoke_feed(feed, by=sari.user)
    assert read(enter, feed).status_code == 404
    assert make_feed(sari.office, by=sari.user).secret != feed.secret


def test_only_its_maker_closes_it(sari, bagus):
    feed = make_feed(sari.office, by=sari.user)
    with pytest.raises(Forbidden):
        revoke_feed(feed, by=bagus.user)


def test_a_space_tells_members_when_it_is_taken_and_staff_by_whom(booking, rembug_1, bagus, dimas, enter):
    (event,) = events(read(enter, make_feed(bagus.office, by=bagus.user, space=rembug_1)))
    assert event["SUMMARY"] == "Rembug 1: Terisi"
    assert "DESCRIPTION" not in event
    assert "URL" not in event
    (event,) = events(read(enter, make_feed(dimas.office, by=dimas.user, space=rembug_1)))
    assert "Batik Sekar Arum" in event["DESCRIPTION"]


def test_a_room_is_taken_when_its_hall_is(gatra, sari, enter):
    timur = gatra.parts.get(slug="gatra-timur")
    book_space(gatra, at(9), at(11), purpose="Pameran", people=40, by=sari.user)
    assert len(events(read(enter, make_feed(sari.office, by=sari.user, space=timur)))) == 1


CAN = {  # who: (an organisation's calendar, a hub's)
    "sari": (True, False),
    "bagus": (False, False),
    "dimas": (False, True),
    "ratna": (False, True),
    "hendro": (False, True),
    "twin_manager": (False, False),
}


@pytest.mark.parametrize("who", CAN)
def test_who_may_subscribe_to_what(booking, batik, semarang, who, request):
    person = request.getfixturevalue(who)
    for thing, may in zip(({"organisation": batik}, {"hub": semarang}), CAN[who], strict=True):
        if may:
            assert make_feed(semarang.office, by=person.user, **thing).thing == next(iter(thing.values()))
        else:
            with pytest.raises(Forbidden):
                make_feed(semarang.office, by=person.user, **thing)


def test_a_calendar_ends_with_the_right_to_see_it(booking, batik, semarang, sari, dimas, ratna, enter):
    desk = make_feed(semarang.office, by=dimas.user, hub=semarang)
    assert len(events(read(enter, desk))) == 1
    end_hub_role(dimas.hub_roles.get(), by=ratna.user)
    assert read(enter, desk).status_code == 404
    led = make_feed(semarang.office, by=sari.user, organisation=batik)
    end_affiliation(batik.affiliations.get(), by=sari.user)
    assert read(enter, led).status_code == 404
    own = make_feed(semarang.office, by=sari.user)
    close_account(sari, by=sari.user)
    assert read(enter, own).status_code == 404


def test_export_names_them_and_erasing_ends_them(sari, enter):
    feed = make_feed(sari.office, by=sari.user)
    assert export(sari)["records"]["bookings.feed.maker"][0]["revoked"] is False
    erase(sari)
    assert read(enter, feed).status_code == 404


def test_the_page_makes_and_closes_them(booking, sari, batik, bagus, rembug_1, enter):
    browser = enter(sari)
    for thing in ({"own": "yes"}, {"organisation": batik.slug}, {"space": rembug_1.pk}):
        assert browser.post("/calendars/", thing).status_code == 302
    page = browser.get("/calendars/").content.decode()
    assert page.count("<code>http://localhost:8000/feeds/") == 3
    feed = Feed.objects.order_by("id").first()
    assert browser.post("/calendars/", {"revoke": feed.pk}).status_code == 302
    assert Feed.objects.filter(revoked_at=None).count() == 2
    other = Feed.objects.filter(revoked_at=None).first()
    assert enter(bagus).post("/calendars/", {"revoke": other.pk}).status_code == 404
    assert enter(bagus).post("/calendars/", {"organisation": batik.slug}).status_code == 404
    assert enter(bagus).post("/calendars/", {"space": "9" * 40}).status_code == 404


def test_a_stranger_signs_in_first(office, enter):
    assert enter().get("/calendars/")["Location"].startswith("/account/login/")
