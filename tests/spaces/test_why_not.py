"""The units of spaces: hours, days, nights and months as people count them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.hubs.hours import Schedule
from heterospace.spaces.models import Space
from heterospace.spaces.rules import add_months, period_of, whole_units

ALWAYS = Schedule("Asia/Jakarta", dict.fromkeys(range(7), ((0, 1440),)))


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2028, 1, 31), 1, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 1), 2, dt.date(2027, 1, 1)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
    ],
)
def test_a_month_later(day, months, found):
    assert add_months(day, months) == found


@given(
    unit=st.sampled_from(["day", "night", "month"]),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)),
    units=st.integers(1, 24),
)
def test_a_period_of_n_units_counts_n(unit, day, units):
    space = Space(unit=unit, arrive=14 * 60, leave=12 * 60)
    start, end = period_of(space, day, units, "Asia/Jakarta")
    assert whole_units(space, start, end, ALWAYS.timezone) == units


@given(minutes=st.integers(1, 3000))
def test_hours_count_minutes(minutes):
    start = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
    assert (
        whole_units(Space(unit="hour"), start, start + dt.timedelta(minutes=minutes), ALWAYS.timezone)
        == minutes
    )


def test_half_a_day_is_no_day_and_noon_is_no_night():
    start = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
    for unit in ("day", "night", "month"):
        space = Space(unit=unit, arrive=14 * 60, leave=12 * 60)
        assert whole_units(space, start, start + dt.timedelta(hours=5), ALWAYS.timezone) is None
