"""Opening hours: exceptions before holidays before weekdays, midnight without a hole, any time zone."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from heterospace.core import clock
from heterospace.hubs.hours import Schedule, collective_leave, public_holidays

OFFICE = dict.fromkeys(range(5), ((540, 1080),))
MONDAY = dt.date(2026, 11, 23)
CHRISTMAS = dt.date(2026, 12, 25)
ZONES = st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "Europe/Helsinki", "America/New_York"])


def at(day, minute, zone="Asia/Jakarta"):
    return clock.at(day, minute, zone)


def test_a_weekday_is_open_and_a_weekend_closed_without_a_reason():
    schedule = Schedule("Asia/Jakarta", OFFICE)
    assert schedule.day(MONDAY).spans == ((540, 1080),)
    saturday = schedule.day(MONDAY - dt.timedelta(days=2))
    assert (saturday.is_closed, saturday.reason) == (True, "")


def test_holidays_close_by_name_in_both_languages_unless_the_hub_stays_open():
    schedule = Schedule("Asia/Jakarta", OFFICE)
    assert schedule.day(CHRISTMAS, "id").reason == "Hari Raya Natal"
    assert "Christmas" in schedule.day(CHRISTMAS, "en").reason
    assert not Schedule("Asia/Jakarta", OFFICE, closed_on_holidays=False).day(CHRISTMAS).is_closed


def test_cuti_bersama_is_a_switch_of_its_own():
    leave = next(day for day in sorted(collective_leave(2026, "id")) if day.weekday() < 5)
    assert leave not in public_holidays(2026, "id")
    assert Schedule("Asia/Jakarta", OFFICE).day(leave).is_closed
    assert not Schedule("Asia/Jakarta", OFFICE, closed_on_collective_leave=False).day(leave).is_closed


def test_an_exception_goes_before_everything():
    schedule = Schedule(
        "Asia/Jakarta", OFFICE, {CHRISTMAS: ((600, 720), "Bazar Natal"), MONDAY: (None, "Pindahan")}
    )
    assert schedule.day(CHRISTMAS).spans == ((600, 720),)
    assert (schedule.day(MONDAY).is_closed, schedule.day(MONDAY).reason) == (True, "Pindahan")


def test_the_last_minute_is_open_and_one_more_is_not():
    schedule = Schedule("Asia/Jakarta", OFFICE)
    assert schedule.covers(at(MONDAY, 540), at(MONDAY, 1080))
    assert not schedule.covers(at(MONDAY, 539), at(MONDAY, 600))
    assert not schedule.covers(at(MONDAY, 1020), at(MONDAY, 1081))


def test_a_house_open_past_midnight_has_no_hole_in_the_night():
    schedule = Schedule("Asia/Jakarta", {0: ((1200, 1440),), 1: ((0, 120), (540, 1080))})
    assert schedule.covers(at(MONDAY, 1380), at(MONDAY, 1500))
    assert not schedule.covers(at(MONDAY, 1380), at(MONDAY, 1440 + 121))


spans = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 96)).map(lambda pair: (pair[0] * 15, pair[1] * 15)),
    max_size=3,
).map(lambda drawn: disjoint(sorted(span for span in drawn if span[0] < span[1])))


def disjoint(ordered):
    kept = []
    for span in ordered:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)


@given(
    week=st.dictionaries(st.integers(0, 6), spans, max_size=7),
    zone=ZONES,
    start=st.integers(0, 3 * 96),
    length=st.integers(1, 96),
)
def test_covers_says_what_walking_every_quarter_hour_says(week, zone, start, length):
    """Against the slow way: each quarter of an hour lies in some open span of its own local day."""
    schedule = Schedule(zone, week, closed_on_holidays=False, closed_on_collective_leave=False)
    begin = at(MONDAY, 0, zone) + dt.timedelta(minutes=15 * start)
    quarters = [begin + dt.timedelta(minutes=15 * n) for n in range(length)]

    def is_open(moment):
        local = moment.astimezone(clock.ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in week.get(local.weekday(), ()))

    end = begin + dt.timedelta(minutes=15 * length)
    assert schedule.covers(begin, end) == all(is_open(moment) for moment in quarters)
