"""Whatever is done in whatever order, the house stays whole: a machine that does everything at random.

`--hypothesis-profile=long` tries ten times as many stories.
"""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from heterospace.bookings import actions
from heterospace.bookings.enums import LIVE, BookingState
from heterospace.bookings.fairness import COUNTED, counted_minutes, window_of
from heterospace.bookings.models import BlockOut, Booking, LedgerEntry, MissedDate, Quota, Series, Wish
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from heterospace.home.doctor import examine
from heterospace.members.actions import merge_people, undo_merge
from heterospace.members.models import Merge
from tests.bookings.houses import whole_house
from tests.bookings.wishes import ZONE, at
from tests.tasks import run_tasks

MONDAY = dt.date(2040, 1, 2)  # to come, whenever this runs: the doctor's SQL asks the real clock
DAYS, HOURS, LENGTHS = st.integers(0, 3), st.integers(16, 42), st.sampled_from([0.5, 1, 2, 3, 4])
PICK, WHO = st.integers(0, 40), st.integers(0, 2)
CODES = {
    "account_closed", "already_cancelled", "already_checked_in", "already_decided", "already_lifted",
    "already_over", "already_refused", "already_undone", "already_waiting", "bookings_hit", "cannot_merge",
    "changed", "clash", "equipment_short", "expired", "forbidden", "has_begun", "is_free", "no_dates",
    "needs_approval", "no_offer", "no_quantity", "no_show", "not_checked_in", "not_decided", "not_longer",
    "not_started", "not_waiting", "nothing_to_cancel", "not_your_organisation", "offer_expired", "offered",
    "outside_hours", "past", "people_inside", "quota", "too_early", "too_far", "too_late_to_cancel",
    "too_late_to_move", "too_long", "too_many_people", "too_short",
}  # fmt: skip


def told(rule_of: Callable[..., Any]) -> Callable[..., Any]:
    """Run a rule at the machine's own time; a refusal must say why with a code we know."""

    @functools.wraps(rule_of)
    def done(self: "House", *args: Any, **kwargs: Any) -> None:
        with clock.set_to(self.now):
            try:
                rule_of(self, *args, **kwargs)
            except Refused as no:
                assert no.code in CODES, no.code
                assert str(no.sentence), no.code

    return done


class House(RuleBasedStateMachine):
    """A hall of two rooms, ten desks, two projectors; Bu Sari and Bagus, who share a business; the staff."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now = at(8, MONDAY)
        self.excused: set[int] = set()  # bookings that may go beyond a quota

    @initialize()
    def open(self) -> None:
        with clock.set_to(self.now - dt.timedelta(days=1)):
            self.house = whole_house()
            Quota.objects.create(hub=self.house.hub, whose="organisation", hours=6, per="day")
            Quota.objects.create(hub=self.house.hub, whose="person", hours=12, per="week")
            _hall, _east, west, room, desks = self.house.spaces
            for who, space in enumerate((room, west, desks)):
                start, end = self.when(who % 2, 20, 2)
                actions.book_space(space, start, end, purpose="Rapat", people=4, by=self.who(who % 2))
            actions.add_wish(room, *self.when(0, 20, 2), purpose="Temu", people=4, by=self.who(1))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def one(self, rows: Any, pick: int) -> Any:
        """One of some rows, or none."""
        ids = list(rows.order_by("id").values_list("pk", flat=True))
        return rows.model._default_manager.get(pk=ids[pick % len(ids)]) if ids else None

    def booking(self, pick: int, *states: BookingState) -> Booking | None:
        return self.one(Booking.objects.filter(state__in=states or list(BookingState)), pick)

    def when(self, day: int, half_hour: int, hours: float) -> tuple[dt.datetime, dt.datetime]:
        start = at(half_hour / 2, MONDAY + dt.timedelta(days=day))
        return start, start + dt.timedelta(hours=hours)

    def who(self, who: int) -> Any:
        """Bu Sari, Bagus, or the manager Ratna."""
        return [*self.house.people, self.house.ratna][who].user

    def space(self, pick: int) -> Any:
        return self.house.spaces[pick % len(self.house.spaces)]

    @rule(
        pick=PICK, day=DAYS, at=HOURS, hours=LENGTHS, who=WHO, people=st.integers(1, 6),
        things=st.integers(0, 2), shared=st.booleans(), override=st.booleans(),
    )  # fmt: skip
    @told
    def book(
        self, pick: int, day: int, at: int, hours: float, who: int, people: int, things: int,
        shared: bool, override: bool,
    ) -> None:  # fmt: skip
        booking = actions.book_space(
            self.space(pick),
            *self.when(day, at, hours),
            purpose="Rapat",
            people=people,
            by=self.who(who),
            person=self.house.people[pick % 2] if who == 2 else None,
            organisation=self.house.business if shared else None,
            equipment={self.house.projectors: things},
            override="Tamu" if override and who == 2 else "",
        )
        if override and who == 2:
            self.excused.add(booking.pk)

    @rule(
        pick=PICK, day=DAYS, at=HOURS, who=WHO, every=st.sampled_from(["DAILY", "WEEKLY"]),
        count=st.integers(2, 4), shared=st.booleans(), things=st.integers(0, 1),
    )  # fmt: skip
    @told
    def book_series(
        self, pick: int, day: int, at: int, who: int, every: str, count: int, shared: bool, things: int
    ) -> None:
        booked = actions.book_series(
            self.space(pick),
            *self.when(day, at, 2),
            f"FREQ={every};COUNT={count}",
            purpose="Kelas",
            people=2,
            by=self.who(who),
            person=self.house.people[pick % 2] if who == 2 else None,
            organisation=self.house.business if shared else None,
            equipment={self.house.projectors: things},
        )
        assert len(booked.bookings) + len(booked.missed) == count

    @rule(pick=PICK, who=WHO)
    @told
    def cancel_series(self, pick: int, who: int) -> None:
        if series := self.one(Series.objects.all(), pick):
            actions.cancel_series(series, by=self.who(who))

    @rule(pick=PICK, who=WHO)
    @told
    def add_missed_date(self, pick: int, who: int) -> None:
        if missed := self.one(MissedDate.objects.all(), pick):
            actions.add_missed_date(missed, by=self.who(who))

    @rule(pick=PICK, override=st.booleans())
    @told
    def approve(self, pick: int, override: bool) -> None:
        if booking := self.booking(pick, BookingState.REQUESTED, BookingState.HELD):
            actions.approve_booking(booking, by=self.house.ratna.user, override="Perlu" if override else "")
            if override:
                self.excused.add(booking.pk)

    @rule(pick=PICK)
    @told
    def refuse(self, pick: int) -> None:
        if booking := self.booking(pick, BookingState.REQUESTED, BookingState.HELD):
            actions.refuse_booking(booking, "not_fitting", by=self.house.ratna.user)

    @rule(pick=PICK, who=WHO)
    @told
    def cancel(self, pick: int, who: int) -> None:
        if booking := self.booking(pick):
            actions.cancel_booking(booking, by=self.who(who))

    @rule(pick=PICK, who=WHO)
    @told
    def check_in(self, pick: int, who: int) -> None:
        if booking := self.booking(pick, BookingState.CONFIRMED):
            actions.check_in(booking, by=self.who(who))

    @rule(pick=PICK, who=WHO)
    @told
    def release_early(self, pick: int, who: int) -> None:
        if booking := self.booking(pick, *LIVE):
            actions.release_early(booking, by=self.who(who))

    @rule(pick=PICK, who=WHO, hours=LENGTHS)
    @told
    def extend(self, pick: int, who: int, hours: float) -> None:
        if booking := self.booking(pick, *LIVE):
            actions.extend_booking(booking, booking.end + dt.timedelta(hours=hours), by=self.who(who))
            if who == 2:
                self.excused.add(booking.pk)

    @rule(pick=PICK, who=WHO, to=st.integers(0, 5), day=DAYS, at=HOURS, stays=st.booleans())
    @told
    def move(self, pick: int, who: int, to: int, day: int, at: int, stays: bool) -> None:
        if booking := self.booking(pick, *LIVE):
            start = booking.start if stays else self.when(day, at, 1)[0]
            space = None if to == 5 else self.space(to)
            actions.move_booking(booking, by=self.who(who), space=space, start=start)
            if who == 2:
                self.excused.add(booking.pk)

    @rule(pick=PICK)
    @told
    def say_nobody_came(self, pick: int) -> None:
        if booking := self.booking(pick, *LIVE):
            actions.mark_no_show(booking, by=self.house.ratna.user)

    @rule(pick=PICK, who=st.integers(0, 1), day=DAYS, at=HOURS, other=st.booleans(), shared=st.booleans())
    @told
    def wait(self, pick: int, who: int, day: int, at: int, other: bool, shared: bool) -> None:
        actions.add_wish(
            self.space(pick),
            *self.when(day, at, 1),
            purpose="Temu",
            people=3,
            by=self.who(who),
            any_space=other,
            organisation=self.house.business if shared else None,
        )

    @rule(pick=PICK, who=st.integers(0, 1))
    @told
    def wait_for_what_is_taken(self, pick: int, who: int) -> None:
        if booking := self.booking(pick, *LIVE):
            actions.add_wish(
                booking.space, booking.start, booking.end, purpose="Temu", people=3, by=self.who(who)
            )

    @rule(pick=PICK, who=WHO)
    @told
    def accept(self, pick: int, who: int) -> None:
        if wish := self.one(Wish.objects.filter(offer__isnull=False), pick):
            actions.accept_offer(wish, by=self.who(who))

    @rule(pick=PICK, who=WHO)
    @told
    def withdraw(self, pick: int, who: int) -> None:
        if wish := self.one(Wish.objects.all(), pick):
            actions.withdraw_wish(wish, by=self.who(who))

    @rule()
    @told
    def make_offers(self) -> None:
        run_tasks()

    @rule(pick=PICK, day=DAYS, at=HOURS, hours=st.integers(1, 48), cancels=st.booleans(), moves=st.booleans())
    @told
    def block_out(self, pick: int, day: int, at: int, hours: int, cancels: bool, moves: bool) -> None:
        start, end = self.when(day, at, hours)
        hit = self.booking(pick, *LIVE) if moves else None
        actions.block_out(
            self.space(pick),
            start,
            end,
            kind="maintenance",
            reason="Cat baru",
            by=self.house.ratna.user,
            cancel_hit=cancels,
            moves={hit.reference: (self.space(pick // 5), hit.start, hit.end)} if hit else None,
        )

    @rule(pick=PICK)
    @told
    def lift(self, pick: int) -> None:
        if block := self.one(BlockOut.objects.all(), pick):
            actions.lift_block_out(block, by=self.house.ratna.user)

    @rule(number=st.integers(1, 2))
    @told
    def break_things(self, number: int) -> None:
        actions.break_things(self.house.projectors, number, by=self.house.ratna.user)

    @rule(number=st.integers(1, 2), thrown_away=st.booleans())
    @told
    def mend_things(self, number: int, thrown_away: bool) -> None:
        actions.mend_things(self.house.projectors, number, by=self.house.ratna.user, thrown_away=thrown_away)

    @rule(number=st.integers(0, 3))
    @told
    def count_things(self, number: int) -> None:
        actions.count_things(self.house.projectors, number, by=self.house.ratna.user)

    @rule(minutes=st.sampled_from([1, 7.5, 15, 30, 60, 60, 180, 300, 1440]))
    def time_passes(self, minutes: float) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule(pick=PICK, minutes=st.sampled_from([-10, 0, 5, 20]))
    def until_one_begins(self, pick: int, minutes: int) -> None:
        booking = self.booking(pick, *LIVE)
        if booking:
            self.now = max(self.now, booking.start + dt.timedelta(minutes=minutes))

    @rule()
    @told
    def tick(self) -> None:
        actions.mark_no_shows(by=SYSTEM)
        actions.finish_left_open(by=SYSTEM)
        actions.lapse_wishes(by=SYSTEM)

    @rule(which=st.booleans())
    @told
    def merge(self, which: bool) -> None:
        kept, dropped = self.house.people if which else reversed(self.house.people)
        merge_people(kept, dropped, by=self.house.hendro.user)
        self.excuse_all()

    @rule(pick=PICK)
    @told
    def part_again(self, pick: int) -> None:
        if merge := self.one(Merge.objects.all(), pick):
            undo_merge(merge, by=self.house.hendro.user)
            self.excuse_all()

    def excuse_all(self) -> None:
        """What two people had apart may be more than one may have."""
        self.excused |= set(Booking.objects.order_by().values_list("pk", flat=True))

    @invariant()
    def the_doctor_finds_nothing_wrong(self) -> None:
        with clock.set_to(self.now):
            assert [finding for finding in examine() if finding.is_wrong] == []

    @invariant()
    def the_ledger_says_what_became_of_every_booking(self) -> None:
        had: dict[int, dict[str, int]] = {}
        for booking, kind, minutes in LedgerEntry.objects.order_by("id").values_list(
            "booking", "kind", "minutes"
        ):
            had.setdefault(booking, {})[kind] = minutes
        for booking in Booking.objects.order_by("id"):
            length = int((booking.end - booking.start).total_seconds() // 60)
            said = had.get(booking.pk, {})
            if booking.state == BookingState.FINISHED:
                rest = (booking.booked_until or booking.end) - booking.end
                back = int(rest.total_seconds() // 60)
                assert said == {"used": length} | ({"given_back": back} if back else {})
            elif booking.state == BookingState.NO_SHOW:
                assert said == {"no_show": length}
            elif booking.state == BookingState.CANCELLED:
                assert said in ({}, {"late_cancel": length})
            else:
                assert said == {}

    @invariant()
    def nobody_has_more_than_a_quota_allows(self) -> None:
        spent = set(LedgerEntry.objects.filter(kind__in=COUNTED).order_by().values_list("booking", flat=True))
        counts = [
            booking
            for booking in Booking.objects.order_by("id")
            if booking.state in LIVE or booking.pk in spent
        ]
        for quota in Quota.objects.order_by("id"):
            had: dict[Any, list[Booking]] = {}
            for booking in counts:
                whose = booking.person_id if quota.whose == "person" else booking.organisation_id
                if whose:
                    window = window_of(quota.per, booking.start, ZONE)[0]
                    had.setdefault((whose, window), []).append(booking)
            for bookings in had.values():
                minutes = sum(counted_minutes(quota, one.start, one.end, ZONE) for one in bookings)
                excused = any(one.pk in self.excused for one in bookings)
                assert minutes <= quota.hours * 60 or excused, (quota, bookings)

    @invariant()
    def nobody_waits_for_what_is_theirs(self) -> None:
        offered = Wish.objects.filter(state="offered").exclude(offer__state="held")
        assert not offered.exists()
        held = Booking.objects.filter(state="held", wish__isnull=False)
        assert not held.exclude(wish__state__in=["offered", "accepted"]).exists()


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_house_stays_whole():
    is_long = settings.default.max_examples >= 1000
    run_state_machine_as_test(
        House,
        settings=settings(
            max_examples=80 if is_long else 6,
            stateful_step_count=60 if is_long else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )
