"""Whatever is done in whatever order: no seat is given twice, and nobody is passed on the waiting list.

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

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Refused
from heterospace.events import actions
from heterospace.events.models import KeptSeats, Registration, Seats
from heterospace.home.doctor import nobody_waits_beside_free_seats, seats_equal_registrations
from heterospace.hubs.actions import open_hub, open_office
from heterospace.members.models import Person
from tests.bookings.wishes import at
from tests.events.houses import batik_class

DAY = dt.date(2040, 1, 10)  # to come, whenever this runs: the doctor's SQL asks the real clock
PICK, WHO, MODE = st.integers(0, 40), st.integers(0, 9), st.sampled_from(["onsite", "online"])
CODES = {
    "already_cancelled", "already_confirmed", "already_over", "already_registered", "called_off", "capacity",
    "closed", "companions", "full", "offer_lapsed", "same_mode", "seats_taken", "waitlisted", "already_decided",
    "no_limit",
}  # fmt: skip


def told(rule_of: Callable[..., Any]) -> Callable[..., Any]:
    """Run a rule at the machine's own time; a refusal must say why with a code we know."""

    @functools.wraps(rule_of)
    def done(self: "Doors", *args: Any, **kwargs: Any) -> None:
        with clock.set_to(self.now):
            try:
                rule_of(self, *args, **kwargs)
            except Refused as no:
                assert no.code in CODES, no.code
                assert str(no.sentence), no.code

    return done


class Doors(RuleBasedStateMachine):
    """An event with three seats and two online, ten people, some of them women, who come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now = at(8, DAY - dt.timedelta(days=3))

    @initialize()
    def open(self) -> None:
        with clock.set_to(self.now):
            office = open_office("Dinas", by=SYSTEM)
            self.hub = open_hub(
                office, by=SYSTEM, week={}, name="Hub", slug="h", regency="33.74", address="-"
            )
            event = actions.plan_event(
                self.hub,
                by=SYSTEM,
                title="Kelas",
                start=at(9, DAY),
                end=at(12, DAY),
                mode="hybrid",
                capacity={"onsite": 3, "online": 2},
                companions=2,
                offer_hours=4,
            )
            self.event = actions.publish_event(event, by=SYSTEM)
            self.people = [
                Person.objects.create(office=office, name=f"P{n}", gender="f" if n % 3 == 0 else "")
                for n in range(10)
            ]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def registration(self, pick: int) -> Registration | None:
        ids = list(Registration.objects.order_by("pk").values_list("pk", flat=True))
        found = Registration.objects.select_related("event__hub", "event__office", "seats", "person", "kept")
        return found.get(pk=ids[pick % len(ids)]) if ids else None

    def seats(self, mode: str) -> Seats:
        return Seats.objects.select_related("event__hub").get(event=self.event, mode=mode)

    @rule(who=WHO, mode=MODE, more=st.integers(0, 2))
    @told
    def register(self, who: int, mode: str, more: int) -> None:
        seats = self.seats(mode)
        waited = Registration.objects.filter(seats=seats, state="waitlisted").exists()
        wish = actions.Wish(mode=mode, companions=[f"T{n}" for n in range(more)])
        made = actions.register(self.event, wish, by=SYSTEM, person=self.people[who])
        if waited and made.state == "confirmed":
            assert made.kept is not None  # only a seat kept for her group goes past those who wait

    @rule(pick=PICK)
    @told
    def cancel(self, pick: int) -> None:
        if one := self.registration(pick):
            actions.cancel_registration(one, by=SYSTEM)

    @rule(pick=PICK)
    @told
    def accept(self, pick: int) -> None:
        if one := self.registration(pick):
            actions.accept_offer(one, by=SYSTEM)

    @rule(pick=PICK, mode=MODE)
    @told
    def switch(self, pick: int, mode: str) -> None:
        if one := self.registration(pick):
            actions.switch_mode(one, mode, by=SYSTEM)

    @rule(onsite=st.integers(1, 6), online=st.one_of(st.none(), st.integers(1, 4)))
    @told
    def change_capacity(self, onsite: int, online: int | None) -> None:
        actions.set_seats(self.event, "hybrid", {"onsite": onsite, "online": online}, by=SYSTEM)

    @rule(mode=MODE, group=st.sampled_from(["women", "first_timers"]), count=st.integers(1, 2))
    @told
    def keep(self, mode: str, group: str, count: int) -> None:
        seats = self.seats(mode)
        if not seats.kept_for.filter(group=group, released_at=None).exists():
            actions.keep_seats(seats, group, count, "Supaya seimbang.", by=SYSTEM)

    @rule(pick=PICK)
    @told
    def release(self, pick: int) -> None:
        rows = list(
            KeptSeats.objects.select_related("seats__event__hub").filter(released_at=None).order_by("pk")
        )
        if rows:
            actions.release_kept(rows[pick % len(rows)], by=SYSTEM)

    @rule(minutes=st.integers(1, 300))
    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule()
    @told
    def tick(self) -> None:
        actions.lapse_offers(by=SYSTEM)
        actions.release_kept_seats(by=SYSTEM)

    @invariant()
    def seats_are_never_oversold(self) -> None:
        with clock.set_to(self.now):
            for seats in Seats.objects.filter(event=self.event):
                rows = Registration.objects.filter(seats=seats, state__in=["confirmed", "offered"])
                taken = sum(row.people for row in rows)
                assert taken == seats.taken
                assert seats.capacity is None or taken + seats.kept <= seats.capacity
            assert [*seats_equal_registrations(), *nobody_waits_beside_free_seats()] == []

    @invariant()
    def nobody_was_passed(self) -> None:
        """Offers went out in the order of the list: who got one out of turn has a seat of her group."""
        offers = LogEntry.objects.filter(deed="offer_seat", office=self.event.office_id)
        for entry in offers.order_by("pk"):
            registration = Registration.objects.get(pk=entry.thing_id)
            if registration.state != "offered" or registration.kept_id:
                continue
            before = Registration.objects.filter(
                seats=registration.seats_id, state="waitlisted", number__lt=registration.number
            )
            assert not before.exists()


def run(machine: type[RuleBasedStateMachine], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_no_order_of_deeds_oversells_or_passes_anybody() -> None:
    run(Doors, 100 if settings.default.max_examples >= 1000 else 25)


def test_the_invariants_can_fail(semarang, sari, bagus, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: when nobody calls those who wait, or a counter is off, the invariants of the machine say so."""
    event = batik_class(semarang, capacity=1, start=at(9, DAY), end=at(12, DAY))
    hers = actions.register(event, by=sari.user)
    actions.register(event, by=bagus.user)
    monkeypatch.setattr("heterospace.events.actions.registering.promote", lambda _seats: [])
    actions.cancel_registration(hers, by=sari.user)
    assert [one.check for one in nobody_waits_beside_free_seats()] == ["waits_beside_free_seats"]
    event.seats.update(taken=1)
    assert [one.check for one in seats_equal_registrations()] == ["seats_miscounted"]
