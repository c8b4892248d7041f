"""Desks of a shared space and things of a pool: counted by the quarter hour, never more than there are."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from heterospace.bookings.actions import (
    book_space,
    break_things,
    cancel_booking,
    check_in,
    count_things,
    extend_booking,
    mend_things,
    move_things,
    release_early,
)
from heterospace.bookings.models import BookedThing, Portion, Quarter
from heterospace.bookings.queries import looks_free, taken_times, things_left
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.spaces import actions as space_deeds
from tests.bookings.wishes import at


@pytest.fixture
def maneka(semarang):
    """A co-working room with ten desks."""
    return space_deeds.add_space(
        semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=10, is_shared=True
    )


@pytest.fixture
def projectors(semarang):
    return space_deeds.add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=2)


def desks(space, person, people, start=9, end=11, **more):
    return book_space(space, at(start), at(end), purpose="Kerja", people=people, by=person.user, **more)


def counters():
    """Every counter beside the sum of the rows it counts."""
    rows = Quarter.objects.order_by("at")
    return [
        (
            row.taken,
            sum(
                Portion.objects.filter(
                    space=row.space_id, equipment=row.equipment_id, counted__contains=row.at
                ).values_list("quantity", flat=True)
            ),
        )
        for row in rows
    ]


class TestDesks:
    def test_many_sit_in_one_room_until_it_is_full(self, maneka, sari, bagus, wulan):
        desks(maneka, sari, 4)
        desks(maneka, bagus, 6, 10, 12)
        with pytest.raises(Refused) as no:
            desks(maneka, wulan, 1, 10, 11)
        assert no.value.code == "clash"
        assert desks(maneka, wulan, 4, 11, 12).is_live
        assert all(taken == rows for taken, rows in counters())

    def test_nobody_can_have_more_desks_than_there_are(self, maneka, sari):
        with pytest.raises(Invalid) as no:
            desks(maneka, sari, 11)
        assert no.value.code == "too_many_people"

    def test_giving_back_frees_the_desks(self, maneka, sari, bagus):
        mine = desks(maneka, sari, 10)
        cancel_booking(mine, by=sari.user)
        assert desks(maneka, bagus, 10).is_live
        assert all(taken == rows for taken, rows in counters())

    def test_leaving_early_frees_the_quarter_hours_that_are_left(self, maneka, sari, bagus):
        mine = desks(maneka, sari, 10)
        with clock.set_to(at(9.6)):
            check_in(mine, by=sari.user)
            release_early(mine, by=sari.user)
            assert desks(maneka, bagus, 10, 10, 11).is_live
        assert all(taken == rows for taken, rows in counters())

    def test_staying_longer_counts_again(self, maneka, sari, bagus):
        mine = desks(maneka, sari, 6)
        desks(maneka, bagus, 5, 11, 12)
        with clock.set_to(at(10)):
            check_in(mine, by=sari.user)
            with pytest.raises(Refused) as no:
                extend_booking(mine, at(12), by=sari.user)
            assert no.value.code == "clash"
        mine.refresh_from_db()
        assert mine.end == at(11)
        assert all(taken == rows for taken, rows in counters())

    def test_the_whole_house_takes_all_desks(self, maneka, semarang, sari, bagus):
        house = space_deeds.add_space(semarang, by=SYSTEM, name="Rumah", kind="event", capacity=60)
        maneka.parent = house
        maneka.save()
        space_deeds._write_leaves(semarang)
        desks(maneka, sari, 1)
        with pytest.raises(Refused) as no:
            desks(house, bagus, 20)
        assert no.value.code == "clash"
        assert not looks_free(house, 20, at(9), at(11))
        assert [(one.start, one.end) for one in taken_times(house, at(0), at(24))] == [(at(9), at(11))]
        assert desks(house, bagus, 20, 13, 15).is_live
        with pytest.raises(Refused):
            desks(maneka, sari, 1, 14, 15)

    def test_the_week_shows_only_the_hours_without_a_desk_as_taken(self, maneka, sari, bagus):
        desks(maneka, sari, 4)
        desks(maneka, bagus, 6, 10, 12)
        assert [(one.start, one.end) for one in taken_times(maneka, at(0), at(24))] == [(at(10), at(11))]
        assert looks_free(maneka, 6, at(9), at(10))
        assert not looks_free(maneka, 7, at(9), at(10))

    def test_the_database_itself_refuses_the_desk_too_many(self, maneka, sari):
        desks(maneka, sari, 10)
        with pytest.raises(IntegrityError), transaction.atomic():
            Quarter.objects.filter(space=maneka).update(taken=11)

    def test_a_shared_space_has_neither_tidying_nor_approval(self, maneka):
        for facts in ({"turnaround_minutes": 10}, {"approval": "hold"}, {"unit": "month"}):
            with pytest.raises(Invalid) as no:
                space_deeds.change_space(maneka, by=SYSTEM, **facts)
            assert no.value.code == "shared"


class TestThings:
    def test_a_room_and_its_projector_are_had_together_or_not_at_all(
        self, rembug_1, rembug_2, projectors, sari, bagus
    ):
        mine = desks(rembug_1, sari, 4, equipment={projectors: 2})
        assert BookedThing.objects.get(booking=mine).quantity == 2
        with pytest.raises(Refused) as no:
            desks(rembug_2, bagus, 4, 10, 12, equipment={projectors: 1})
        assert no.value.code == "equipment_short"
        assert "Proyektor" in str(no.value)
        assert looks_free(rembug_2, 4, at(10), at(12))
        assert things_left(rembug_1.hub, at(9), at(10)) == [(projectors, 0)]
        assert things_left(rembug_1.hub, at(12), at(13)) == [(projectors, 2)]

    def test_what_belongs_to_another_hub_is_not_here(self, rembug_1, solo, sari):
        elsewhere = space_deeds.add_equipment(solo, by=SYSTEM, name="Mikrofon", quantity=4)
        with pytest.raises(Refused) as no:
            desks(rembug_1, sari, 4, equipment={elsewhere: 1})
        assert no.value.code == "changed"

    def test_a_thing_is_lent_over_night_from_the_counter(self, semarang, projectors, sari):
        counter = space_deeds.add_space(
            semarang,
            by=SYSTEM,
            name="Meja pinjam",
            kind="counter",
            capacity=50,
            is_shared=True,
            max_length=7 * 1440,
        )
        lent = book_space(
            counter,
            at(15),
            at(33),
            purpose="Pameran di desa",
            people=1,
            by=sari.user,
            equipment={projectors: 1},
        )
        assert lent.is_live
        assert things_left(semarang, at(23), at(24)) == [(projectors, 1)]
        with pytest.raises(Invalid) as no:
            book_space(counter, at(15), at(26), purpose="Pameran", people=1, by=sari.user)
        assert no.value.code == "outside_hours"

    def test_who_booked_last_hears_that_it_broke_and_what_is_left(
        self, rembug_1, rembug_2, projectors, semarang, sari, bagus, dimas
    ):
        space_deeds.add_equipment(semarang, by=SYSTEM, name="Layar", quantity=3)
        first = desks(rembug_1, sari, 4, equipment={projectors: 1})
        with clock.set_to(clock.now() + dt.timedelta(minutes=5)):
            last = desks(rembug_2, bagus, 4, equipment={projectors: 1})
        gone = break_things(projectors, 1, by=dimas.user)
        assert [portion.booking_id for portion in gone] == [last.pk]
        last.refresh_from_db()
        assert last.state == "confirmed"
        assert not last.things.exists()
        assert first.things.exists()
        told = Message.objects.get(kind="thing_missing")
        assert told.addressee == bagus.pk
        assert told.context["others"] == [["Layar", 3]]
        projectors.refresh_from_db()
        assert (projectors.quantity, projectors.broken) == (1, 1)
        assert all(taken == rows for taken, rows in counters())
        mend_things(projectors, 1, by=dimas.user)
        assert desks(rembug_2, bagus, 4, 13, 15, equipment={projectors: 2}).is_live

    def test_things_are_carried_to_another_hub_and_back(self, projectors, solo, ratna, hendro):
        with pytest.raises(Forbidden):
            move_things(projectors, solo, 1, by=ratna.user)
        there = move_things(projectors, solo, 1, by=hendro.user)
        projectors.refresh_from_db()
        assert (projectors.quantity, there.quantity, there.hub) == (1, 1, solo)
        for number in (0, 2):
            with pytest.raises(Invalid):
                move_things(projectors, solo, number, by=hendro.user)
        back = move_things(there, projectors.hub, 1, by=hendro.user)
        assert (back.pk, back.quantity) == (projectors.pk, 2)

    def test_counting_again_takes_back_what_is_not_there(self, rembug_1, projectors, sari, ratna):
        mine = desks(rembug_1, sari, 4, equipment={projectors: 2})
        count_things(projectors, 1, by=ratna.user)
        assert not mine.things.exists()
        assert Quarter.objects.filter(equipment=projectors, taken__gt=0).count() == 0


class TestCounting(TestCase):
    """Whatever is booked and given back in whatever order, the counters are the sums of their rows."""

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(1, 6), st.booleans()), max_size=12
        )
    )
    def test_counters_equal_rows_and_never_pass_the_room(self, wishes):
        from tests.bookings.houses import shared_house

        space, person = shared_house()
        with clock.set_to(dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)):
            for quarter, length, people, gives_back in wishes:
                start = at(9) + dt.timedelta(minutes=15 * quarter)
                try:
                    mine = book_space(
                        space,
                        start,
                        start + dt.timedelta(minutes=30 * length),
                        purpose="Kerja",
                        people=people,
                        by=person.user,
                        tell=False,
                    )
                except Refused as no:
                    assert no.code in ("clash", "step", "too_short")
                    continue
                if gives_back:
                    cancel_booking(mine, by=person.user, tell=False)
        assert all(taken == rows <= space.capacity for taken, rows in counters())
