"""The counting behind the utilisation page: properties that hold for any spaces, hours and bookings."""

import datetime as dt
import itertools
from dataclasses import astuple

import hypothesis.strategies as st
from hypothesis import given

from heterospace.bookings.occupancy import KEPT, MISSED, USED, Minutes, Place, occupancy, summed, without

FIRST = dt.date(2026, 11, 1)  # a Sunday
KINDS = ["meeting", "event", "coworking"]
LENGTH = 9

spans = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(
    lambda found: list(zip(sorted(found)[::2], sorted(found)[1::2], strict=False))
)


@st.composite
def worlds(draw):
    places = [
        Place(
            pk, f"Ruang {pk}", draw(st.sampled_from(KINDS)), draw(st.sampled_from(["hour", "night"])), seats
        )
        for pk, seats in enumerate(draw(st.lists(st.sampled_from([1, 1, 3]), min_size=1, max_size=4)))
    ]
    shared = draw(st.lists(spans, min_size=LENGTH, max_size=LENGTH))
    opens = {
        place.pk: shared if draw(st.booleans()) else draw(st.lists(spans, min_size=LENGTH, max_size=LENGTH))
        for place in places
    }
    stays = draw(
        st.lists(
            st.tuples(
                st.integers(0, len(places)),  # one of them is nowhere
                st.integers(0, LENGTH * 1440),
                st.integers(1, 3000),
                st.integers(0, 4),
                st.sampled_from(["", "msme", "community"]),
                st.sampled_from([USED, KEPT, MISSED]),
            ),
            max_size=20,
        )
    )
    return places, opens, sorted((pk, low, low + long, *rest) for pk, low, long, *rest in stays)


@given(worlds())
def test_nothing_is_booked_more_than_it_is_open(world):
    found = occupancy(FIRST, *world)
    every = [minutes for _place, minutes in found.places] + found.days + list(itertools.chain(*found.hours))
    for minutes in every:
        assert 0 <= minutes.used + minutes.missed <= minutes.booked <= minutes.open
        assert minutes.share is None or 0 <= minutes.share <= 1


@given(worlds())
def test_all_ways_to_look_at_it_have_the_same_sum(world):
    found = occupancy(FIRST, *world)
    whole = astuple(found.total)
    assert astuple(summed(found.days)) == whole
    assert astuple(summed(itertools.chain(*found.hours))) == whole
    assert astuple(summed(found.sectors.values()))[1:] == whole[1:]
    hourly = [minutes for (_kind, unit), minutes in found.kinds().items() if unit == "hour"]
    assert astuple(summed(hourly)) == whole
    every = astuple(summed(minutes for _place, minutes in found.places))
    assert astuple(summed(found.kinds().values())) == every


@given(worlds())
def test_against_the_slow_way_minute_by_minute(world):
    _places, opens, stays = world
    found = occupancy(FIRST, *world)
    for place, minutes in found.places:
        if place.seats > 1:
            continue
        booked = set()
        for pk, low, high, *_rest in stays:
            booked |= set(range(low, high)) if pk == place.pk else set()
        is_open = {
            day * 1440 + minute
            for day, of_day in enumerate(opens[place.pk])
            for low, high in of_day
            for minute in range(low, high)
        }
        assert minutes.open == len(is_open)
        assert minutes.booked == len(is_open & booked)


def one(stays, seats=1, unit="hour", dates=None):
    place = Place(1, "Rembug", "meeting", unit, seats)
    return occupancy(FIRST, [place], {1: dates or [[(480, 1320)]] * 7}, stays)


def test_two_hours_of_a_day_of_fourteen():
    found = one([(1, 1440 + 540, 1440 + 660, 0, "msme", USED)])
    assert found.days[1] == Minutes(open=840, booked=120, used=120)
    assert found.hours[0][9] == Minutes(open=60, booked=60, used=60)  # Monday
    assert found.hours[0][8] == Minutes(open=60)
    assert found.total.share == 120 / (7 * 840)
    assert found.sectors == {"msme": Minutes(booked=120, used=120)}


def test_what_lies_outside_open_hours_and_dates_is_not_counted():
    found = one([(1, 400, 500, 0, "", KEPT), (1, 7 * 1440 - 200, 8 * 1440, 0, "", KEPT)])
    assert found.total.booked == 20 + 80


def test_a_night_counts_on_both_its_dates():
    dates = [[(0, 720), (840, 1440)]] * 7  # out by 12.00, in from 14.00
    found = one([(1, 840, 1440 + 720, 0, "", USED)], unit="night", dates=dates)
    assert found.places[0][1].booked == 600 + 720
    assert found.total == Minutes()  # nights are no open hours


def test_desks_are_counted_one_by_one():
    found = one([(1, 480, 540, 2, "", USED), (1, 480, 600, 3, "", KEPT)], seats=4)
    assert found.total.open == 4 * 7 * 840
    # Two desks for an hour, then two at once and the third as soon as one of those is left.
    assert found.total.booked == 2 * 60 + 2 * 120 + 60


def test_the_second_of_two_who_have_one_room_counts_for_what_is_left():
    found = one([(1, 480, 600, 0, "a", MISSED), (1, 540, 660, 0, "b", USED)])
    assert found.total == Minutes(open=7 * 840, booked=180, used=60, missed=120)


@given(spans, st.integers(-100, 1500), st.integers(-100, 1500))
def test_less_a_block_out(of_day, one_end, other):
    low, high = sorted([one_end, other])
    left = without(of_day, low, high)
    minutes = {minute for a, b in left for minute in range(a, b)}
    assert minutes == {minute for a, b in of_day for minute in range(a, b) if not low <= minute < high}
    assert left == sorted(left)
