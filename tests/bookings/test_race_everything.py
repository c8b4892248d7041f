"""Every way of booking at the same moment, with real connections. The full race is in benchmarks/race.py."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from heterospace.bookings import actions
from heterospace.bookings.actions import book, counting, holding
from heterospace.bookings.enums import LIVE
from heterospace.bookings.models import Booking, Letter, Portion, Quarter, Quota, Wish
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from heterospace.home.doctor import examine
from heterospace.members.actions import ask_affiliation, decide_affiliation
from heterospace.spaces.actions import add_equipment, add_space
from heterospace.spaces.models import Space
from tests.cast import SATURDAY_NINE, member
from tests.tasks import run_tasks

from .test_race import at_once, overlaps, unlocked
from .wishes import TUESDAY, at

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 6
DAY = dt.timedelta(days=1)


def days() -> list[dt.date]:
    return [TUESDAY + n * DAY for n in range(ROUNDS)]


def wants(
    space: Space, who: Any, day: dt.date, start: float = 9, end: float = 11, **more: Any
) -> Callable[[], Any]:
    """A booking somebody is about to make."""
    mine = Space.objects.select_related("hub").get(pk=space.pk)
    more = {"purpose": "Rapat", "people": 2, **more}
    return lambda: actions.book_space(mine, at(start, day), at(end, day), by=who.user, **more)


def won(answers: list[Any]) -> list[Any]:
    """Those that were not refused; anything but a refusal fails the test."""
    odd = [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert not odd, odd
    return [one for one in answers if not isinstance(one, Refused)]


def codes(answers: list[Any]) -> list[str]:
    return sorted(one.code for one in answers if isinstance(one, Refused))


def healthy() -> bool:
    with clock.set_to(SATURDAY_NINE):
        return not [finding for finding in examine() if finding.is_wrong]


@pytest.fixture
def maneka(semarang):
    return add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=10, is_shared=True)


@pytest.fixture
def projectors(semarang):
    return add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=2)


@pytest.fixture
def colleagues(sari, bagus, batik, semarang):
    """Bu Sari and Bagus, whose business may have two hours a day."""
    decide_affiliation(ask_affiliation(batik, by=bagus.user, role="member"), True, by=sari.user)
    Quota.objects.create(hub=semarang, whose="organisation", hours=2, per="day")
    return [sari, bagus]


@pytest.fixture
def no_guard_on_counters():
    """The counters without their constraint, for the negative controls."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_quarter DROP CONSTRAINT quarter_not_over")
    yield
    Portion.objects.all().delete()
    Quarter.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE bookings_quarter ADD CONSTRAINT quarter_not_over CHECK (taken >= 0 AND taken <= most)"
        )


class TestRequests:
    def test_approving_twice_at_once_writes_one_letter(self, rembug_1, sari, ratna, hendro):
        rembug_1.approval = "compete"
        rembug_1.save()
        for day in days():
            asked = wants(rembug_1, sari, day)()
            answers = at_once(
                [
                    lambda who=who, pk=asked.pk: actions.approve_booking(
                        Booking.objects.get(pk=pk), by=who.user
                    )
                    for who in (ratna, hendro)
                ]
            )
            assert len(won(answers)) == 1, answers
            assert codes(answers) == ["already_decided"]
            assert Letter.objects.filter(booking=asked).count() == 1
        assert sorted(Letter.objects.values_list("number", flat=True)) == list(range(1, ROUNDS + 1))

    def test_of_two_requests_approved_at_once_one_is_granted(self, rembug_1, sari, bagus, ratna, hendro):
        rembug_1.approval = "compete"
        rembug_1.save()
        for day in days():
            asked = [wants(rembug_1, sari, day)(), wants(rembug_1, bagus, day, 10, 12)()]
            answers = at_once(
                [
                    lambda who=who, pk=one.pk: actions.approve_booking(
                        Booking.objects.get(pk=pk), by=who.user
                    )
                    for who, one in zip((ratna, hendro), asked, strict=True)
                ]
            )
            assert len(won(answers)) == 1, answers
            assert codes(answers) in (["already_refused"], ["clash"]), answers
        assert overlaps() == 0

    def test_rooms_whose_hall_is_asked_for_too_are_approved_at_once(
        self, gatra, sari, bagus, wulan, ratna, hendro
    ):
        """Each refuses the hall's request, and neither waits for the other for ever."""
        spaces = [gatra, *gatra.parts.order_by("id")]
        Space.objects.filter(pk__in=[one.pk for one in spaces]).update(approval="compete")
        for day in days():
            asked = [
                wants(space, who, day)() for space, who in zip(spaces, (sari, bagus, wulan), strict=True)
            ]
            answers = at_once(
                [
                    lambda who=who, pk=one.pk: actions.approve_booking(
                        Booking.objects.get(pk=pk), by=who.user
                    )
                    for who, one in zip((ratna, hendro), asked[1:], strict=True)
                ]
            )
            assert len(won(answers)) == 2, answers
            asked[0].refresh_from_db()
            assert asked[0].decision == "other_chosen"
        assert overlaps() == 0


class TestWaitingList:
    def test_an_offer_is_accepted_or_lapses_never_both(self, rembug_1, sari, bagus, dimas):
        for day in days():
            taken = wants(rembug_1, dimas, day)()
            hers = actions.add_wish(rembug_1, at(9, day), at(11, day), purpose="Temu", people=2, by=sari.user)
            actions.cancel_booking(taken, by=dimas.user)
            run_tasks()
            hers.refresh_from_db()
            until = hers.offer.release_at

            def accept(pk: int = hers.pk, until: dt.datetime = until) -> Booking:
                with clock.set_to(until - dt.timedelta(seconds=1)):
                    return actions.accept_offer(Wish.objects.get(pk=pk), by=sari.user)

            answers = at_once(
                [accept, lambda: actions.mark_no_shows(by=SYSTEM), wants(rembug_1, bagus, day)], until
            )
            hers.refresh_from_db()
            accepted = isinstance(answers[0], Booking)
            assert not (accepted and isinstance(answers[2], Booking)), answers
            assert hers.state == ("accepted" if accepted else "waiting"), answers
            assert hers.offer.state == ("confirmed" if accepted else "expired"), answers
            assert set(codes(answers)) <= {"clash", "offer_expired", "no_offer"}, answers
            if not accepted:
                actions.withdraw_wish(hers, by=sari.user)
        assert overlaps() == 0
        assert healthy()

    def test_what_is_free_goes_to_who_books_or_who_waits(self, rembug_1, sari, bagus, wulan, dimas):
        for day in days():
            taken = wants(rembug_1, dimas, day)()
            for who in (sari, wulan):
                actions.add_wish(rembug_1, at(9, day), at(11, day), purpose="Temu", people=2, by=who.user)
            actions.cancel_booking(taken, by=dimas.user)

            def offer(day: dt.date = day) -> int:
                return actions.offer_next(rembug_1.hub_id, at(9, day), at(11, day), by=SYSTEM)

            answers = at_once([offer, wants(rembug_1, bagus, day), offer])
            offered = Wish.objects.filter(state="offered", period__startswith=at(9, day)).count()
            assert offered + isinstance(answers[1], Booking) == 1, answers
            assert sum(one for one in won(answers) if isinstance(one, int)) == offered
        assert overlaps() == 0
        assert healthy()


class TestQuota:
    def race(self, rooms: list[Space], people: list[Any], batik: Any, day: dt.date) -> list[Any]:
        return at_once(
            [wants(room, who, day, organisation=batik) for room, who in zip(rooms, people, strict=True)]
        )

    def test_two_colleagues_reach_it_at_once(self, rembug_1, rembug_2, colleagues, batik):
        for day in days():
            answers = self.race([rembug_1, rembug_2], colleagues, batik, day)
            assert len(won(answers)) == 1, answers
            assert codes(answers) == ["quota"]

    def test_without_the_lock_they_go_beyond(self, rembug_1, rembug_2, colleagues, batik, monkeypatch):
        """The negative control."""

        def both_looked(*args: Any, **kwargs: Any) -> Any:
            said = shares(*args, **kwargs)
            looked.wait()
            return said

        shares, looked = book.shares, threading.Barrier(2)
        monkeypatch.setattr(book, "lock_shares", lambda *args: None)
        monkeypatch.setattr(book, "shares", both_looked)
        assert len(won(self.race([rembug_1, rembug_2], colleagues, batik, TUESDAY))) == 2


class TestCounted:
    def test_two_want_the_last_desk(self, maneka, sari, bagus, dimas):
        for day in days():
            wants(maneka, dimas, day, people=9)()
            answers = at_once([wants(maneka, who, day, people=1) for who in (sari, bagus)])
            assert len(won(answers)) == 1, answers
            assert codes(answers) == ["clash"]
        assert healthy()

    def test_two_want_the_last_projector(self, rembug_1, rembug_2, maneka, projectors, sari, bagus, dimas):
        for day in days():
            wants(maneka, dimas, day, equipment={projectors: 1})()
            answers = at_once(
                [
                    wants(room, who, day, equipment={projectors: 1})
                    for room, who in ((rembug_1, sari), (rembug_2, bagus))
                ]
            )
            assert len(won(answers)) == 1, answers
            assert codes(answers) == ["equipment_short"]
        assert healthy()

    def test_without_lock_and_constraint_there_is_one_desk_too_many(
        self, maneka, sari, bagus, dimas, monkeypatch, no_guard_on_counters
    ):
        """The negative control."""

        def both_looked(*args: Any) -> Any:
            short = is_short(*args)
            looked.wait()
            return short

        wants(maneka, dimas, TUESDAY, people=9)()
        is_short, looked = counting.is_short, threading.Barrier(2)
        monkeypatch.setattr(holding, "_leaves_under_lock", unlocked)
        monkeypatch.setattr(holding, "is_short", both_looked)
        answers = at_once([wants(maneka, who, TUESDAY, people=1) for who in (sari, bagus)])
        assert len(won(answers)) == 2, answers
        assert Quarter.objects.filter(taken__gt=F("most")).exists()

    def test_desks_and_things_come_and_go_at_once(self, maneka, rembug_1, projectors, office, dimas):
        """Booked, given back, and taken back by the clock at one moment: counters stay the sums of their rows."""
        crowd = [member(office, f"Anggota {n}", f"member{n}@demo.example") for n in range(6)]
        maneka.grace_minutes = 15
        maneka.save()
        for day in days():
            late = [
                wants(maneka, crowd[n], day, 9 + n % 3 / 2, 11.5, equipment={projectors: n % 2})()
                for n in range(3)
            ]
            mine = [wants(maneka, crowd[n], day, 9 + n % 2, 12, people=1)() for n in (3, 4)]

            def cancel(one: Booking) -> Booking:
                return actions.cancel_booking(Booking.objects.get(pk=one.pk), by=dimas.user)

            answers = at_once(
                [
                    lambda: actions.mark_no_shows(by=SYSTEM),
                    *[lambda one=one: cancel(one) for one in (*late[:2], *mine)],
                    wants(maneka, crowd[5], day, 10, 12, people=8, equipment={projectors: 2}),
                    wants(rembug_1, crowd[5], day, 10, 12, equipment={projectors: 1}),
                ],
                at(9.8, day),
            )
            won(answers)
        assert healthy()


class TestLargerThings:
    def test_a_hall_is_booked_while_one_of_its_rooms_is(self, gatra, sari, bagus):
        part = gatra.parts.order_by("id").first()
        for day in days():
            answers = at_once([wants(gatra, sari, day), wants(part, bagus, day, 10, 12)])
            assert len(won(answers)) == 1, answers
            assert codes(answers) == ["clash"]
        assert overlaps() == 0

    def test_a_series_and_a_single_date(self, rembug_1, sari, bagus):
        room = Space.objects.select_related("hub").get(pk=rembug_1.pk)

        def series(day: dt.date) -> Any:
            return actions.book_series(
                room, at(9, day), at(11, day), "FREQ=DAILY;COUNT=4", purpose="Kelas", people=2, by=sari.user
            )

        for day in [TUESDAY + 4 * n * DAY for n in range(ROUNDS)]:
            booked, single = at_once([lambda day=day: series(day), wants(rembug_1, bagus, day + 2 * DAY)])
            assert isinstance(booked, actions.Booked), booked
            assert len(booked.bookings) + len(booked.missed) == 4
            assert isinstance(single, Booking) is ("clash" in [one.code for one in booked.missed]), single
        assert overlaps() == 0

    def test_a_block_out_and_a_booking(self, rembug_1, sari, dimas):
        room = Space.objects.select_related("hub").get(pk=rembug_1.pk)
        for cancels, day in zip((False, True) * ROUNDS, days(), strict=False):

            def block(day: dt.date = day, cancels: bool = cancels) -> Any:
                return actions.block_out(
                    room,
                    at(8, day),
                    at(17, day),
                    kind="maintenance",
                    reason="Cat baru",
                    by=dimas.user,
                    cancel_hit=cancels,
                )

            answers = at_once([block, wants(rembug_1, sari, day)])
            assert len(won(answers)) in ((1, 2) if cancels else (1,)), answers
            assert set(codes(answers)) <= {"clash", "bookings_hit"}, answers
        assert overlaps() == 0
        assert healthy()

    def test_a_block_out_moves_what_it_hits_while_the_hall_is_wanted(self, gatra, sari, bagus, dimas):
        west, east = Space.objects.filter(parent=gatra).select_related("hub").order_by("id")
        for day in days():
            hit = wants(east, sari, day)()

            def block(day: dt.date = day, hit: Booking = hit) -> Any:
                return actions.block_out(
                    east,
                    at(8, day),
                    at(17, day),
                    kind="maintenance",
                    reason="Cat baru",
                    by=dimas.user,
                    moves={hit.reference: (west, hit.start, hit.end)},
                )

            answers = at_once([block, *[wants(gatra, bagus, day, hour, hour + 1) for hour in (9, 12, 15)]])
            assert won(answers), answers
        assert overlaps() == 0
        assert healthy()

    def test_staying_longer_while_the_desk_moves_it_elsewhere(self, rembug_1, rembug_2, sari, dimas):
        other = Space.objects.select_related("hub").get(pk=rembug_2.pk)
        for day in days():
            mine = wants(rembug_1, sari, day)()

            def extend(pk: int = mine.pk, day: dt.date = day) -> Booking:
                return actions.extend_booking(Booking.objects.get(pk=pk), at(12, day), by=sari.user)

            def move(pk: int = mine.pk) -> Booking:
                return actions.move_booking(Booking.objects.get(pk=pk), space=other, by=dimas.user)

            answers = at_once([extend, move], at(8.8, day))
            assert won(answers), answers
            assert set(codes(answers)) <= {"changed"}, answers
            mine.refresh_from_db()
            assert [one.space_id for one in mine.claims.all()] == [mine.space_id]
        assert healthy()

    def test_who_swaps_rooms_never_waits_for_ever(self, rembug_1, rembug_2, sari, bagus, dimas):
        for day in days():
            two = [wants(rembug_1, sari, day)(), wants(rembug_2, bagus, day, 12, 14)()]
            rooms = [rembug_2, rembug_1]
            answers = at_once(
                [
                    lambda pk=one.pk, to=to: actions.move_booking(
                        Booking.objects.get(pk=pk), space=Space.objects.get(pk=to.pk), by=dimas.user
                    )
                    for one, to in zip(two, rooms, strict=True)
                ]
            )
            assert len(won(answers)) == 2, answers
        assert overlaps() == 0


def test_the_whole_house_at_once(
    gatra, rembug_1, maneka, projectors, colleagues, batik, office, ratna, dimas
):
    """Single bookings, a series, requests approved, desks, things, offers and a quota, all in one moment."""
    crowd = [member(office, f"Anggota {n}", f"member{n}@demo.example") for n in range(6)]
    parts = list(gatra.parts.order_by("id"))
    Space.objects.filter(pk=parts[0].pk).update(approval="compete")
    room = Space.objects.select_related("hub").get(pk=rembug_1.pk)

    def everything(day: dt.date) -> list[Callable[[], Any]]:
        asked = [wants(parts[0], who, day)() for who in crowd[:2]]
        taken = wants(rembug_1, dimas, day, 13, 15)()
        actions.add_wish(room, at(13, day), at(15, day), purpose="Temu", people=2, by=crowd[2].user)
        actions.cancel_booking(taken, by=dimas.user)
        wants(maneka, dimas, day, people=8)()
        rule = {"purpose": "Kelas", "people": 2, "by": crowd[5].user}
        return [
            *[
                lambda pk=one.pk: actions.approve_booking(Booking.objects.get(pk=pk), by=ratna.user)
                for one in asked
            ],
            wants(gatra, crowd[3], day, 10, 12),
            wants(maneka, colleagues[0], day, organisation=batik, equipment={projectors: 2}),
            wants(parts[1], colleagues[1], day, 9, 10.5, organisation=batik, equipment={projectors: 1}),
            wants(maneka, crowd[4], day, people=1),
            lambda: actions.book_series(room, at(14, day), at(16, day), "FREQ=DAILY;COUNT=1", **rule),
            lambda: actions.offer_next(room.hub_id, at(13, day), at(15, day), by=SYSTEM),
        ]

    for day in days():
        answers = at_once(everything(day))
        assert won(answers), answers
        had = Booking.objects.filter(organisation=batik, period__overlap=(at(0, day), at(24, day)))
        assert sum((one.end - one.start).total_seconds() for one in had) <= 2 * 3600
        assert Booking.objects.filter(period__overlap=(at(13, day), at(16, day)), state__in=LIVE).count() == 1
    assert overlaps() == 0
    assert healthy()
