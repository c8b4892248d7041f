"""Check-in, release and extend as programs do them."""

import pytest

from heterospace.bookings.actions import book_space
from heterospace.bookings.models import Booking
from heterospace.core import clock
from tests.bookings.wishes import at

from .test_bookings_api import Api, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari):
    rembug_1.grace_minutes = 15
    rembug_1.save()
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def test_a_program_checks_in_stays_longer_and_leaves(booking, sari):
    api, path = Api(sari), f"bookings/{booking.reference}"
    problem(api.post(f"{path}/check-in"), 409, "too_early")
    with clock.set_to(at(9)):
        problem(Api(sari).post(f"{path}/extend", {"end": "2026-11-24T10:00:00+07:00"}), 422, "not_longer")
        inside = api.post(f"{path}/check-in").json()
        assert (inside["state"], inside["checked_in_at"]) == ("checked_in", "2026-11-24T09:00:00+07:00")
        assert inside["release_at"] == "2026-11-24T09:15:00+07:00"
        problem(api.post(f"{path}/check-in"), 409, "already_checked_in")
        longer = api.post(f"{path}/extend", {"end": "2026-11-24T11:30:00+07:00"}).json()
        assert longer["end"] == "2026-11-24T11:30:00+07:00"
    with clock.set_to(at(10)):
        left = api.post(f"{path}/release").json()
    assert (left["state"], left["end"]) == ("finished", "2026-11-24T10:00:00+07:00")
    assert (left["ended_at"], left["booked_until"]) == (left["end"], "2026-11-24T11:30:00+07:00")
    with clock.set_to(at(10)):
        problem(api.post(f"{path}/release"), 409, "already_over")


def test_a_repeat_with_the_same_key_gives_the_same_answer(booking, sari):
    with clock.set_to(at(9)):
        api = Api(sari)
        first = api.post(f"bookings/{booking.reference}/check-in", **{"Idempotency-Key": "door-1"})
        again = api.post(f"bookings/{booking.reference}/check-in", **{"Idempotency-Key": "door-1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_somebody_has_the_next_hour(booking, rembug_1, sari, bagus):
    book_space(rembug_1, at(11), at(12), purpose="Rapat", people=2, by=bagus.user)
    with clock.set_to(at(9)):
        answer = Api(sari).post(f"bookings/{booking.reference}/extend", {"end": "2026-11-24T11:30:00+07:00"})
    problem(answer, 409, "clash")
    assert Booking.objects.get(pk=booking.pk).end == at(11)


def test_others_do_not_find_it(rembug_1, sari, bagus, batik):
    booking = book_space(rembug_1, at(9), at(11), purpose="Temu", people=2, by=sari.user, organisation=batik)
    with clock.set_to(at(9)):
        for deed in ("check-in", "release"):
            problem(Api(bagus).post(f"bookings/{booking.reference}/{deed}"), 404, "unknown_booking")


def test_an_end_without_an_offset_is_refused(booking, sari):
    with clock.set_to(at(9)):
        for end in ("2026-11-24T11:30:00", "besok", None):
            answer = Api(sari).post(f"bookings/{booking.reference}/extend", {"end": end})
            assert answer.status_code == 422, answer.content
