"""Many people want the same hour: real connections, released together. The full race is in benchmarks/race.py."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from heterospace.bookings import actions
from heterospace.bookings.actions import holding
from heterospace.bookings.models import Booking, Claim
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Refused
from heterospace.spaces.actions import add_space
from heterospace.spaces.models import Space
from tests.cast import SATURDAY_NINE, member

from .wishes import TUESDAY, at

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CONTENDERS = 8
ROUNDS = 12


def at_once(deeds: list[Callable[[], Any]], moment: dt.datetime = SATURDAY_NINE) -> list[Any]:
    """Every deed in a thread and connection of its own, released together; their answers or refusals."""
    barrier = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def go(n: int) -> None:
        try:
            connection.ensure_connection()
            with clock.set_to(moment):
                barrier.wait()
                answers[n] = deeds[n]()
        except Exception as error:
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bookings_claim a JOIN bookings_claim b "
            "ON a.space_id = b.space_id AND a.period && b.period AND a.id < b.id"
        )
        return cursor.fetchone()[0]


def unlocked(space: Space) -> list[tuple[Any, ...]]:
    """The leaves of a space without their lock, for the negative controls."""
    rows = Space.objects.filter(claimed_by_rows__space=space).order_by("pk")
    return list(rows.values_list("pk", "is_leaf", "is_active", "is_shared", "capacity"))


@pytest.fixture
def crowd(office):
    return [member(office, f"Anggota {n}", f"member{n}@demo.example") for n in range(CONTENDERS)]


def race(crowd, spaces: list[Space], day: dt.date) -> list[Any]:
    def wish(n: int) -> Callable[[], Booking]:
        space = Space.objects.select_related("hub").get(pk=spaces[n % len(spaces)].pk)
        start, end = at(9 + n % 2, day), at(11 + n % 3, day)
        return lambda: actions.book_space(space, start, end, purpose="Rapat", people=2, by=crowd[n].user)

    return at_once([wish(n) for n in range(len(crowd))])


def test_one_room_has_one_winner_a_round(rembug_1, crowd):
    for n in range(ROUNDS):
        answers = race(crowd, [rembug_1], TUESDAY + dt.timedelta(days=n))
        won = [answer for answer in answers if isinstance(answer, Booking)]
        lost = [answer for answer in answers if isinstance(answer, Refused) and answer.code == "clash"]
        assert len(won) == 1, answers
        assert len(won) + len(lost) == CONTENDERS, answers
    assert overlaps() == 0


def test_a_hall_and_its_rooms_never_overlap_and_always_have_a_winner(gatra, crowd):
    spaces = [gatra, *gatra.parts.order_by("id")]
    for n in range(ROUNDS):
        answers = race(crowd, spaces, TUESDAY + dt.timedelta(days=n))
        assert any(isinstance(answer, Booking) for answer in answers), answers
        assert all(isinstance(answer, Booking | Refused) for answer in answers), answers
    assert overlaps() == 0


@pytest.mark.slow
def test_thirty_two_want_a_room_and_a_hall_all_day_long(rembug_1, gatra, office):
    crowd = [member(office, f"Anggota {n}", f"member{n}@demo.example") for n in range(32)]
    for spaces in ([rembug_1], [gatra, *gatra.parts.order_by("id")]):
        for n in range(30):  # until the day before Christmas Eve, when the house closes
            answers = race(crowd, spaces, TUESDAY + dt.timedelta(days=n))
            assert any(isinstance(answer, Booking) for answer in answers), answers
            assert all(isinstance(answer, Booking | Refused) for answer in answers), answers
    assert overlaps() == 0


def test_without_lock_and_constraint_the_same_race_doubles(rembug_1, crowd, monkeypatch):
    """The negative control: what the two guards are for."""

    def no_lock(space: Space) -> list[tuple[Any, ...]]:
        leaves = unlocked(space)
        looked.wait()
        return leaves

    def all_looked(*args: Any) -> Any:
        free = not claims_on(*args).exists()
        looked.wait()
        return Claim.objects.none() if free else Claim.objects.all()

    claims_on = holding.claims_on
    looked = threading.Barrier(CONTENDERS)
    monkeypatch.setattr(holding, "_leaves_under_lock", no_lock)
    monkeypatch.setattr(holding, "claims_on", all_looked)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_claim DROP CONSTRAINT claim_no_overlap")
    try:
        race(crowd, [rembug_1], TUESDAY)
        assert overlaps() > 0
    finally:
        Claim.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE bookings_claim ADD CONSTRAINT claim_no_overlap "
                "EXCLUDE USING gist (space_id WITH =, period WITH &&)"
            )


def test_dividing_a_room_waits_for_the_booking_under_way(rembug_1, crowd, semarang):
    def book() -> Booking:
        space = Space.objects.select_related("hub").get(pk=rembug_1.pk)
        return actions.book_space(space, at(9), at(11), purpose="Rapat", people=2, by=crowd[0].user)

    def divide() -> Space:
        parent = Space.objects.get(pk=rembug_1.pk)
        return add_space(semarang, by=SYSTEM, parent=parent, name="Sisi", kind="meeting", capacity=4)

    booked, divided = at_once([book, divide])
    won = [isinstance(booked, Booking), isinstance(divided, Space)]
    assert any(won), (booked, divided)
    if all(won):  # divided before the booking began: it holds the part, not what is no longer a leaf
        assert [claim.space_id for claim in booked.claims.all()] == [divided.pk]
    assert won[0] or booked.code == "changed"
    assert won[1] or divided.code == "space_has_bookings"


def extend_against_book(room: Space, sari: Any, bagus: Any, day: dt.date) -> list[Any]:
    """Bu Sari's meeting goes on for an hour while Bagus books that same hour."""
    mine = actions.book_space(room, at(9, day), at(11, day), purpose="Temu", people=2, by=SYSTEM, person=sari)

    def extend() -> Booking:
        return actions.extend_booking(Booking.objects.get(pk=mine.pk), at(12, day), by=sari.user)

    def book() -> Booking:
        space = Space.objects.select_related("hub").get(pk=room.pk)
        return actions.book_space(space, at(11, day), at(13, day), purpose="Rapat", people=2, by=bagus.user)

    return at_once([extend, book], at(10, day))


def test_staying_longer_and_the_next_booking_have_one_winner(rembug_1, sari, bagus):
    for n in range(ROUNDS):
        answers = extend_against_book(rembug_1, sari, bagus, TUESDAY + dt.timedelta(days=n))
        won = [answer for answer in answers if isinstance(answer, Booking)]
        lost = [answer for answer in answers if isinstance(answer, Refused) and answer.code == "clash"]
        assert (len(won), len(lost)) == (1, 1), answers
    assert overlaps() == 0


def test_without_lock_and_constraint_staying_longer_doubles(rembug_1, sari, bagus, monkeypatch):
    """The negative control of the race above."""

    def both_looked(*args: Any, **kwargs: Any) -> Any:
        refusal = look(*args, **kwargs)
        if threading.current_thread() is not threading.main_thread():
            looked.wait()
        return refusal

    look, looked = holding._refusal, threading.Barrier(2)
    monkeypatch.setattr(holding, "_leaves_under_lock", unlocked)
    monkeypatch.setattr(holding, "_refusal", both_looked)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_claim DROP CONSTRAINT claim_no_overlap")
    try:
        extend_against_book(rembug_1, sari, bagus, TUESDAY)
        assert overlaps() > 0
    finally:
        Claim.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE bookings_claim ADD CONSTRAINT claim_no_overlap "
                "EXCLUDE USING gist (space_id WITH =, period WITH &&)"
            )


def test_the_clock_and_the_person_at_the_door_agree_on_one_outcome(rembug_1, sari, bagus):
    """Two ticks release, somebody else wants the hour, and she checks in, all in the same moment."""
    rembug_1.grace_minutes = 15
    rembug_1.save()
    for n in range(ROUNDS):
        day = TUESDAY + dt.timedelta(days=n)
        mine = actions.book_space(
            rembug_1, at(9, day), at(11, day), purpose="Temu", people=2, by=SYSTEM, person=sari
        )

        def arrive(mine: Booking = mine) -> Booking:
            return actions.check_in(Booking.objects.get(pk=mine.pk), by=sari.user)

        def book(day: dt.date = day) -> Booking:
            space = Space.objects.select_related("hub").get(pk=rembug_1.pk)
            return actions.book_space(
                space, at(9.5, day), at(11, day), purpose="Rapat", people=2, by=bagus.user
            )

        def tick() -> int:
            return actions.mark_no_shows(by=SYSTEM)

        answers = at_once([arrive, tick, book, tick], at(9.25, day))
        came, released = isinstance(answers[0], Booking), Booking.objects.get(pk=mine.pk).state == "no_show"
        assert came is not released, answers
        assert came or answers[0].code == "no_show", answers
        assert isinstance(answers[2], Booking) or (
            isinstance(answers[2], Refused) and answers[2].code == "clash"
        ), answers
        assert not (came and isinstance(answers[2], Booking)), answers
        assert LogEntry.objects.filter(deed="no_show", thing_id=mine.pk).count() == int(released)
        assert mine.claims.exists() is came
    assert overlaps() == 0
