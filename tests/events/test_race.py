"""Many people want the last seats: real connections, released together. The full crowd is in benchmarks/events.py."""

import pytest
from django.db import IntegrityError

from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from heterospace.events import actions
from heterospace.events.actions import holding, registering
from heterospace.events.models import Registration, Seats
from tests.bookings.test_race import at_once
from tests.cast import member
from tests.events.houses import batik_class, seats, wrongs

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CROWD, PLACES = 12, 4


@pytest.fixture
def crowd(office):
    return [member(office, f"Peserta {n}", f"peserta{n}@demo.example") for n in range(CROWD)]


def test_seats_go_to_the_first_and_the_rest_wait_in_the_order_they_were_taken(semarang, crowd):
    event = batik_class(semarang, capacity=PLACES)
    answers = at_once([lambda one=one: actions.register(event, by=one.user) for one in crowd])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    rows = list(Registration.objects.order_by("pk").values_list("state", "number"))
    assert rows == [("confirmed", None)] * PLACES + [("waitlisted", n + 1) for n in range(CROWD - PLACES)]
    assert seats(event).taken == PLACES


def test_one_person_who_taps_ten_times_is_registered_once(semarang, crowd):
    event = batik_class(semarang, capacity=PLACES)
    answers = at_once([lambda: actions.register(event, by=crowd[0].user)] * 10)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {answer.code for answer in refused} == {"already_registered"}
    assert len(refused) == 9
    assert seats(event).taken == 1


def test_cancelling_accepting_and_coming_at_once_never_oversells(semarang, crowd):
    event = batik_class(semarang, capacity=PLACES)
    first = [actions.register(event, by=one.user) for one in crowd[:8]]
    deeds = [lambda one=one: actions.cancel_registration(one, by=SYSTEM) for one in first[:PLACES]]
    deeds += [lambda one=one: actions.accept_offer(one, by=SYSTEM) for one in first[PLACES:]]
    deeds += [lambda one=one: actions.register(event, by=one.user) for one in crowd[8:]]
    for answer in at_once(deeds):
        assert not isinstance(answer, Exception) or isinstance(answer, Refused), answer
    assert seats(event).taken <= PLACES
    assert wrongs() == []


def test_switching_both_ways_at_once_ends_in_no_deadlock(semarang, crowd):
    event = batik_class(semarang, mode="hybrid", capacity={"onsite": 6, "online": 6})
    rows = [
        actions.register(event, actions.Wish(mode="onsite" if n % 2 else "online"), by=one.user)
        for n, one in enumerate(crowd[:8])
    ]
    turned = [
        lambda one=one: actions.switch_mode(one, "online" if one.mode == "onsite" else "onsite", by=SYSTEM)
        for one in rows
    ]
    for answer in at_once(turned):
        assert not isinstance(answer, Exception) or isinstance(answer, Refused), answer
    assert wrongs() == []


def without_lock(registration):
    """`lock_for` as somebody might write it who forgot the lock."""
    found = Seats.objects.get(pk=registration.seats_id)
    found.event = registration.event
    registration.seats = found
    return holding.somebody_waits(found)


def test_without_the_lock_the_constraints_still_refuse_and_without_both_it_oversells(
    semarang, crowd, monkeypatch
):
    """The control: the races above can fail."""
    monkeypatch.setattr(registering, "lock_for", without_lock)
    oversold = False
    for _round in range(6):
        event = batik_class(semarang, capacity=PLACES)
        deeds = [
            lambda one=one, event=event: actions.register(event, by=one.user, tell_her=False) for one in crowd
        ]
        answers = at_once(deeds)
        assert all(isinstance(answer, (Registration, IntegrityError)) for answer in answers), answers
        oversold = oversold or event.registrations.filter(state="confirmed").count() > seats(event).taken
    assert oversold
