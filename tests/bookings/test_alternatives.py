"""When a wish cannot be met: the first free gap, and the best other time, room or hub."""

import contextlib
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heterospace.bookings.actions import book_space
from heterospace.bookings.alternatives import alternatives, first_free
from heterospace.bookings.models import Booking
from heterospace.bookings.queries import claim_period, claims_on, search, taken_among
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from heterospace.hubs.actions import set_exception
from heterospace.spaces.actions import add_space, change_space
from heterospace.spaces.models import Space
from heterospace.spaces.queries import catalogue
from tests.api.test_bookings_api import Api, problem, wish

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db


def take(space, person, start, end, day=TUESDAY):
    space = Space.objects.select_related("hub").get(pk=space.pk)
    return book_space(space, at(start, day), at(end, day), purpose="Rapat", people=1, by=person.user)


def gaps(office, minutes, earliest, **filters):
    found = first_free(list(catalogue(office, **filters)), minutes, earliest)
    return {space.name: start for space, start in found}


def test_a_free_room_is_free_at_once_on_its_step(rembug_1, office):
    assert gaps(office, 120, at(9.25)) == {"Rembug 1": at(9.5)}


def test_the_gap_is_long_enough_tidying_included(rembug_1, office, sari):
    change_space(rembug_1, by=SYSTEM, turnaround_minutes=30)
    take(rembug_1, sari, 10, 12)
    take(rembug_1, sari, 14.5, 16)
    assert gaps(office, 120, at(9)) == {"Rembug 1": at(16.5)}
    assert gaps(office, 90, at(9)) == {"Rembug 1": at(12.5)}


def test_tidying_may_reach_past_closing_but_the_booking_may_not(rembug_1, office, sari):
    change_space(rembug_1, by=SYSTEM, turnaround_minutes=60)
    assert gaps(office, 120, at(20)) == {"Rembug 1": at(20)}
    assert gaps(office, 120, at(20.5)) == {"Rembug 1": at(8, TUESDAY + dt.timedelta(days=1))}


def test_closed_days_and_lead_times_are_stepped_over(rembug_1, office, semarang):
    set_exception(semarang, TUESDAY, by=SYSTEM, reason="Perbaikan")
    assert gaps(office, 60, at(9)) == {"Rembug 1": at(8, TUESDAY + dt.timedelta(days=1))}
    change_space(rembug_1, by=SYSTEM, lead_minutes=5 * 1440)
    assert gaps(office, 60, at(9))["Rembug 1"] == at(9, dt.date(2026, 11, 26))


def test_beyond_the_horizon_and_outside_the_lengths_there_is_nothing(rembug_1, office):
    change_space(rembug_1, by=SYSTEM, horizon_days=1)
    assert gaps(office, 60, at(9)) == {}
    change_space(rembug_1, by=SYSTEM, horizon_days=60)
    assert gaps(office, 9 * 60, at(9)) == {}


def test_a_hall_is_free_when_all_its_rooms_are(gatra, office, sari):
    timur, barat = gatra.parts.order_by("id")
    take(timur, sari, 8, 12)
    take(barat, sari, 13, 15)
    assert gaps(office, 120, at(8)) == {"Gatra": at(15), "Gatra Timur": at(12), "Gatra Barat": at(8)}


def test_one_query_for_any_number_of_spaces(semarang, office):
    asked = set()
    for rows in (1, 3, 50):
        while semarang.spaces.count() < rows:
            add_space(
                semarang, by=SYSTEM, name=f"Ruang {semarang.spaces.count()}", kind="meeting", capacity=4
            )
        spaces = list(catalogue(office))
        first_free(spaces, 60, at(9))
        with CaptureQueriesContext(connection) as queries:
            assert len(first_free(spaces, 60, at(9))) == rows
        asked.add(len(queries))
    assert asked == {1}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    taken=st.lists(st.tuples(st.integers(16, 42), st.integers(2, 8)), max_size=6),
    minutes=st.sampled_from([60, 90, 120, 240]),
    earliest=st.integers(16, 43),
    tidying=st.sampled_from([0, 15, 60]),
)
def test_the_first_gap_is_the_first_that_can_be_booked(rembug_1, sari, taken, minutes, earliest, tidying):
    """Against the slow way: try every step from the earliest on until the deed says yes."""
    Booking.objects.all().delete()
    change_space(rembug_1, by=SYSTEM, turnaround_minutes=tidying)
    for half, halves in taken:
        try:
            take(rembug_1, sari, half / 2, half / 2 + halves / 2)
        except Refused:
            continue
    found = first_free(list(catalogue(rembug_1.hub.office)), minutes, at(earliest / 2))[0][1]
    tried = at(earliest / 2)
    while True:
        space = Space.objects.select_related("hub").get(pk=rembug_1.pk)
        try:
            book_space(
                space, tried, tried + dt.timedelta(minutes=minutes), purpose="Rapat", people=1, by=sari.user
            )
            break
        except Refused:
            tried += dt.timedelta(minutes=30)
    assert found == tried


def test_a_taken_room_has_another_time_another_room_and_another_hub(rembug_1, semarang, solo, office, sari):
    add_space(semarang, by=SYSTEM, name="Rembug 2", kind="meeting", capacity=10)
    add_space(semarang, by=SYSTEM, name="Aula", kind="event", capacity=9)
    add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
    take(rembug_1, sari, 9, 11)
    found = alternatives(office, at(9), at(11), space=rembug_1, people=4)
    assert [(one.kind, one.space.name) for one in found] == [
        ("other_time", "Rembug 1"),
        ("other_room", "Rembug 2"),
        ("other_hub", "Rembug Solo"),
    ]
    assert (found[0].start, found[0].end) == (at(11), at(13))
    assert found[1].start == at(9)


def test_what_is_offered_can_be_booked(rembug_1, gatra, solo, office, sari, bagus):
    add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
    take(rembug_1, sari, 9, 11)
    for one in alternatives(office, at(9), at(11), space=rembug_1, people=4):
        assert book_space(one.space, one.start, one.end, purpose="Rapat", people=4, by=bagus.user).is_live


def test_a_clash_over_the_api_carries_alternatives(rembug_1, gatra, sari, bagus):
    Api(sari).post("bookings", wish(rembug_1))
    body = problem(Api(bagus).post("bookings", wish(rembug_1)), 409, "clash")
    assert [one["kind"] for one in body["alternatives"]] == ["other_time", "other_room", "other_time"]
    first = body["alternatives"][0]
    again = wish(rembug_1, first["start"], first["end"])
    assert Api(bagus).post("bookings", again).status_code == 201


def test_first_free_over_the_api(rembug_1, gatra, sari):
    Api(sari).post("bookings", wish(rembug_1))
    told = Api().get("first-free", minutes=120, people=4, **{"from": "2026-11-24T09:00:00+07:00"}).json()
    assert told["count"] == 4
    assert {one["space"]["name"]: one["start"] for one in told["items"]}[
        "Rembug 1"
    ] == "2026-11-24T11:00:00+07:00"
    assert Api().get("first-free", minutes=120, hub="semarang", limit=1).json()["count"] == 1
    problem(Api().get("first-free", minutes=120, hub="atlantis"), 404, "unknown_hub")
    problem(Api().get("first-free"), 422, "invalid")


def test_a_lending_counter_is_no_room(rembug_1, semarang, office, sari):
    add_space(
        semarang, by=SYSTEM, name="Meja pinjam", kind="counter", capacity=50, is_shared=True, max_length=1440
    )
    then = at(9), at(11)
    assert [one.space.name for one in search(office, *then)] == ["Rembug 1"]
    assert [one.space.name for one in search(office, *then, kind="counter")] == ["Meja pinjam"]
    take(rembug_1, sari, 9, 11)
    assert {one.space.name for one in alternatives(office, *then, space=rembug_1)} == {"Rembug 1"}
    found = Api(sari).get("first-free?minutes=60").json()["items"]
    assert [one["space"]["name"] for one in found] == ["Rembug 1"]


def test_only_what_one_may_book_is_named(rembug_1, rembug_2, semarang, office, sari):
    change_space(rembug_1, by=SYSTEM, who_may="organisations")
    change_space(rembug_2, by=SYSTEM, who_may="staff")
    named = lambda more="": [  # noqa: E731
        one["space"]["name"] for one in Api(sari).get(f"first-free?minutes=60{more}").json()["items"]
    ]
    assert named() == []
    assert named("&for_organisation=true") == ["Rembug 1"]
    Space.objects.filter(pk=rembug_1.pk).update(who_may="members")
    take(rembug_1, sari, 9, 11)
    Space.objects.filter(pk=rembug_1.pk).update(who_may="organisations")
    rembug_1.refresh_from_db()
    assert alternatives(office, at(9), at(11), space=rembug_1) == []
    others = alternatives(office, at(9), at(11), space=rembug_1, for_organisation=True)
    assert {(one.kind, one.space.name) for one in others} == {("other_time", "Rembug 1")}


def test_times_gone_by_are_never_offered(rembug_1, office, sari):
    with clock.set_to(at(15.1)):
        assert gaps(office, 60, at(9)) == {"Rembug 1": at(15.5)}


def test_the_form_that_clashed_offers_something_else_and_keeps_what_was_typed(
    rembug_1, gatra, sari, bagus, enter
):
    take(rembug_1, sari, 9, 11)
    form = {"date": "2026-11-24", "start": "09:00", "end": "11:00", "people": "4", "purpose": "Rapat tim"}
    page = enter(bagus).post("/hubs/semarang/spaces/rembug-1/book/", form)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Rapat tim" in text
    assert "Ruang lain pada jam yang sama" in text
    assert "/hubs/semarang/spaces/gatra-timur/book/?date=2026-11-24&amp;start=09%3A00&amp;end=11%3A00" in text


def test_a_search_with_nothing_free_offers_something_else(rembug_1, sari, enter):
    take(rembug_1, sari, 9, 11)
    page = enter().get("/search/", {"people": 4, "date": "2026-11-24", "start": "09:00", "end": "11:00"})
    assert "Di waktu lain" in page.content.decode()


def test_desks_are_free_while_enough_are_left(semarang, office, sari):
    hall = add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=20)
    desks = add_space(semarang, by=SYSTEM, parent=hall, name="Maneka Personal", kind="coworking", capacity=4)
    Space.objects.filter(pk=desks.pk).update(is_shared=True)
    desks = Space.objects.select_related("hub").get(pk=desks.pk)
    book_space(desks, at(9), at(11), purpose="Kerja", people=3, by=sari.user)

    def free(people):
        found = search(office, at(9), at(11), people=people)
        return {offer.space.name for offer in found if offer.is_free}

    assert free(1) == {"Maneka Personal"}  # the whole is taken as soon as anybody sits in it
    assert free(2) == set()
    assert gaps(office, 60, at(9)) == {"Maneka Personal": at(9), "Maneka": at(11)}
    found = first_free(list(catalogue(office)), 60, at(9), people=2)
    assert {space.name: start for space, start in found} == {"Maneka Personal": at(11), "Maneka": at(11)}
    assert [one.code for one in search(office, at(9), at(11), people=2)[0].reasons] == ["clash"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    taken=st.lists(st.tuples(st.integers(16, 42), st.integers(2, 8), st.booleans()), max_size=6),
    windows=st.lists(st.tuples(st.integers(14, 46), st.integers(1, 12)), min_size=1, max_size=6),
    tidying=st.sampled_from([0, 15, 60]),
)
def test_taken_is_what_meets_a_claim(gatra, sari, taken, windows, tidying):
    """Against the exclusion index: the same answer for the hall and each of its halves."""
    Booking.objects.all().delete()
    change_space(gatra, by=SYSTEM, turnaround_minutes=tidying)
    halves = list(gatra.parts.order_by("id"))
    for half, halves_of_hours, west in taken:
        with contextlib.suppress(Refused):
            take(halves[west], sari, half / 2, half / 2 + halves_of_hours / 2)
    spaces = [Space.objects.get(pk=gatra.pk), *halves]
    for half, length in windows:
        start, end = at(half / 2), at(half / 2 + length / 2)
        met = {
            space.pk
            for space in spaces
            if claims_on(
                space.leaf_rows.values_list("leaf", flat=True), claim_period(space, start, end)
            ).exists()
        }
        assert taken_among(spaces, start, end, 1) == met
