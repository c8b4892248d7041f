"""Bookings that come back: every Tuesday, every month; what cannot be had is kept with its reason."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.bookings.actions import (
    add_missed_date,
    approve_booking,
    block_out,
    book_series,
    book_space,
    cancel_booking,
    cancel_series,
    preview_series,
)
from heterospace.bookings.models import Booking, Quota
from heterospace.bookings.series import dates_of
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.hubs.actions import set_exception
from heterospace.spaces import actions as space_deeds
from tests.bookings.wishes import TUESDAY, ZONE, at
from tests.counting import queries_of

WEEK = dt.timedelta(days=7)


@pytest.fixture
def room(rembug_1):
    rembug_1.horizon_days = 365
    rembug_1.save()
    return rembug_1


def weekly(room, person, times=6, **more):
    return book_series(
        room,
        at(9),
        at(11),
        f"FREQ=WEEKLY;COUNT={times}",
        purpose="Rapat mingguan",
        people=4,
        by=person.user,
        **more,
    )


class TestRule:
    def test_every_second_tuesday(self):
        found = dates_of("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3", at(9), at(11), ZONE)
        assert [start for start, _end in found] == [at(9), at(9) + 2 * WEEK, at(9) + 4 * WEEK]
        assert all(end - start == dt.timedelta(hours=2) for start, end in found)

    def test_working_days_until_a_date_that_counts(self):
        found = dates_of("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261201", at(9), at(11), ZONE)
        assert [start.day for start, _end in found] == [24, 25, 26, 27, 30, 1]

    @pytest.mark.parametrize(
        ("rule", "code"),
        [
            ("FREQ=WEEKLY", "rule_without_end"),
            ("FREQ=SECONDLY;COUNT=4", "rule"),
            ("FREQ=WEEKLY;COUNT=61", "too_many_dates"),
            ("FREQ=DAILY;UNTIL=20991231", "too_many_dates"),
            ("FREQ=WEEKLY;COUNT=many", "rule"),
            ("FREQ=WEEKLY;UNTIL=20200101", "rule"),
            ("FREQ=WEEKLY;COUNT=3;BYEASTER=1", "rule"),
            ("nonsense", "rule"),
        ],
    )
    def test_what_is_no_rule_is_said(self, rule, code):
        with pytest.raises(Invalid) as no:
            dates_of(rule, at(9), at(11), ZONE)
        assert no.value.code == code

    @given(st.text(max_size=80))
    def test_no_text_breaks_it(self, text):
        try:
            assert dates_of(text, at(9), at(11), ZONE)
        except Invalid as no:
            assert no.code in ("rule", "rule_without_end", "too_many_dates")


class TestBooking:
    def test_what_cannot_be_had_is_kept_with_its_reason(self, room, sari, bagus, semarang):
        book_space(room, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
        set_exception(semarang, TUESDAY + 2 * WEEK, by=SYSTEM, reason="Sedekah bumi")
        booked = weekly(room, sari, skip=[TUESDAY + 3 * WEEK])
        assert [one.start for one in booked.bookings] == [at(9), at(9) + 4 * WEEK, at(9) + 5 * WEEK][
            : len(booked.bookings)
        ]
        assert [(one.period.lower, one.code) for one in booked.missed][:3] == [
            (at(9) + WEEK, "clash"),
            (at(9) + 2 * WEEK, "holiday"),
            (at(9) + 3 * WEEK, "skipped"),
        ]
        assert Message.objects.get(kind="series_booked").context["missed"] == len(booked.missed)
        assert all(one.claims.count() == 1 for one in booked.bookings)

    def test_a_date_may_take_another_hour(self, room, sari):
        moved = (at(14) + WEEK, at(16) + WEEK)
        booked = weekly(room, sari, times=3, moves={TUESDAY + WEEK: moved})
        assert [one.start for one in booked.bookings] == [at(9), at(14) + WEEK, at(9) + 2 * WEEK]

    def test_a_refused_date_is_added_when_it_becomes_free(self, room, sari, bagus):
        other = book_space(room, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
        booked = weekly(room, sari, times=3)
        (missed,) = booked.missed
        with pytest.raises(Refused) as no:
            add_missed_date(missed, by=sari.user)
        assert no.value.code == "clash"
        with pytest.raises(Forbidden):
            add_missed_date(missed, by=bagus.user)
        cancel_booking(other, by=bagus.user)
        added = add_missed_date(missed, by=sari.user)
        assert (added.start, added.series, added.purpose) == (at(9) + WEEK, booked.series, "Rapat mingguan")
        assert not booked.series.missed.exists()

    def test_one_this_and_following_or_all(self, room, sari):
        booked = weekly(room, sari, times=4)
        cancel_booking(booked.bookings[0], by=sari.user)
        gone = cancel_series(booked.series, by=sari.user, since=booked.bookings[2].start)
        assert [one.start for one in gone] == [at(9) + 2 * WEEK, at(9) + 3 * WEEK]
        assert [one.start for one in cancel_series(booked.series, by=sari.user)] == [at(9) + WEEK]
        with pytest.raises(Refused) as no:
            cancel_series(booked.series, by=sari.user)
        assert no.value.code == "nothing_to_cancel"
        assert Message.objects.filter(kind="booking_cancelled").count() == 1

    def test_only_her_and_the_desk_change_it(self, room, sari, bagus, dimas):
        booked = weekly(room, sari, times=3)
        with pytest.raises(Forbidden):
            cancel_series(booked.series, by=bagus.user)
        assert len(cancel_series(booked.series, by=dimas.user)) == 3

    def test_when_nothing_can_be_had_nothing_is_kept(self, room, sari, bagus):
        weekly(room, bagus, times=3)
        with pytest.raises(Refused) as no:
            weekly(room, sari, times=3)
        assert no.value.code == "no_dates"
        assert Booking.objects.filter(person=sari).count() == 0

    def test_a_series_that_needs_approval_asks_for_each_date(self, room, sari, ratna):
        room.approval = "hold"
        room.save()
        booked = weekly(room, sari, times=2)
        assert {one.state for one in booked.bookings} == {"held"}
        assert approve_booking(booked.bookings[1], by=ratna.user).state == "confirmed"

    def test_a_quota_counts_through_the_series(self, room, sari, semarang):
        Quota.objects.create(hub=semarang, whose="person", hours=4, per="month")
        booked = weekly(room, sari, times=4)  # two in November's last days... one, then December
        assert [one.code for one in booked.missed] == ["quota"] * len(booked.missed)
        by_month = {}
        for one in booked.bookings:
            by_month[one.start.astimezone().month] = by_month.get(one.start.astimezone().month, 0) + 2
        assert all(hours <= 4 for hours in by_month.values())

    def test_a_space_by_the_month_has_no_series(self, room, sari):
        room.unit, room.min_length, room.max_length = "month", 1, 12
        room.save()
        with pytest.raises(Invalid) as no:
            weekly(room, sari)
        assert no.value.code == "unit"

    def test_desks_and_things_are_counted_for_each_date(self, semarang, sari):
        maneka = space_deeds.add_space(
            semarang,
            by=SYSTEM,
            name="Maneka",
            kind="coworking",
            capacity=10,
            is_shared=True,
            horizon_days=365,
        )
        screen = space_deeds.add_equipment(semarang, by=SYSTEM, name="Layar", quantity=1)
        booked = weekly(maneka, sari, times=3, equipment={screen: 1})
        assert [one.portions.count() for one in booked.bookings] == [2, 2, 2]
        again = weekly(maneka, sari, times=4, equipment={screen: 1})
        assert [one.code for one in again.missed] == ["equipment_short"] * 3


def test_the_preview_says_what_booking_then_finds(room, sari, bagus, ratna):
    book_space(room, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
    block_out(
        room, at(8) + 3 * WEEK, at(12) + 3 * WEEK, kind="maintenance", reason="Cat ulang", by=ratna.user
    )
    seen = preview_series(room, at(9), at(11), "FREQ=WEEKLY;COUNT=5", people=4, by=sari.user)
    booked = weekly(room, sari, times=5)
    assert [date.start for date in seen if date.is_free] == [one.start for one in booked.bookings]
    assert [(date.start, date.code) for date in seen if not date.is_free] == [
        (one.period.lower, one.code) for one in booked.missed
    ]


def test_half_a_year_costs_as_many_queries_as_two_weeks(room, sari):
    def cost(times, hour):
        rule = f"FREQ=WEEKLY;COUNT={times}"
        seen = queries_of(lambda: preview_series(room, at(hour), at(hour + 1), rule, people=4, by=sari.user))
        done = queries_of(
            lambda: book_series(
                room,
                at(hour),
                at(hour + 1),
                rule,
                purpose="Rapat",
                people=4,
                by=sari.user,
                skip=[TUESDAY],
                moves={TUESDAY + WEEK: (at(hour + 1) + WEEK, at(hour + 2) + WEEK)},
            )
        )
        return seen, done

    cost(2, 8)
    assert cost(2, 10) == cost(26, 13)


class TestMoving:
    def test_a_day_that_is_none_of_its_dates_is_said(self, room, sari):
        with pytest.raises(Invalid) as no:
            weekly(room, sari, times=3, moves={TUESDAY + dt.timedelta(days=1): (at(14), at(16))})
        assert no.value.code == "unknown_date"
        with pytest.raises(Invalid) as no:
            weekly(room, sari, times=3, moves={TUESDAY: (at(16), at(14))})
        assert no.value.code == "end_before_start"
        assert not Booking.objects.exists()

    def test_it_is_left_out_by_the_day_the_rule_gives(self, room, sari):
        onto = {TUESDAY: (at(14) + WEEK, at(16) + WEEK)}
        booked = weekly(room, sari, times=3, moves=onto, skip=[TUESDAY + WEEK])
        assert [one.start for one in booked.bookings] == [at(14) + WEEK, at(9) + 2 * WEEK]
        assert [(one.period.lower, one.code) for one in booked.missed] == [(at(9) + WEEK, "skipped")]

    def test_two_dates_at_one_time_are_not_one(self, room, sari):
        booked = weekly(room, sari, times=3, moves={TUESDAY: (at(9) + WEEK, at(11) + WEEK)})
        assert [one.start for one in booked.bookings] == [at(9) + WEEK, at(9) + 2 * WEEK]
        assert [one.code for one in booked.missed] == ["overlap"]

    def test_what_it_did_not_get_is_added_at_another_hour(self, room, sari, bagus):
        book_space(room, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
        booked = weekly(room, sari, times=3)
        (missed,) = booked.missed
        added = add_missed_date(missed, by=sari.user, start=at(14) + WEEK, end=at(16) + WEEK)
        assert (added.start, added.end, added.series) == (at(14) + WEEK, at(16) + WEEK, booked.series)


class TestBeyondAQuota:
    @pytest.fixture
    def quota(self, semarang):
        return Quota.objects.create(hub=semarang, whose="person", hours=2, per="month")

    def test_the_desk_goes_beyond_with_a_reason_that_is_kept(self, room, quota, sari, dimas):
        def book(**more):
            return book_series(
                room, at(9), at(11), "FREQ=WEEKLY;COUNT=4", purpose="Rapat", people=4, by=dimas.user, person=sari, **more
            )  # fmt: skip

        assert {one.code for one in book().missed} == {"quota"}
        cancel_series(Booking.objects.first().series, by=sari.user)
        told = preview_series(
            room, at(9), at(11), "FREQ=WEEKLY;COUNT=4", people=4, by=dimas.user, person=sari, override="Pelatihan"
        )  # fmt: skip
        assert all(date.is_free for date in told)
        booked = book(override="Pelatihan dinas")
        assert (len(booked.bookings), booked.missed) == (4, [])
        assert LogEntry.objects.filter(deed="book_series").last().facts["override"] == "Pelatihan dinas"

    def test_nobody_else_does(self, room, quota, sari):
        with pytest.raises(Forbidden):
            weekly(room, sari, times=4, override="Penting sekali")
        assert not Booking.objects.exists()

    def test_a_date_is_added_beyond_it(self, room, quota, sari, dimas):
        missed = weekly(room, sari, times=2, moves={TUESDAY + WEEK: (at(14), at(16))}).missed[0]
        with pytest.raises(Refused) as no:
            add_missed_date(missed, by=dimas.user)
        assert no.value.code == "quota"
        with pytest.raises(Forbidden):
            add_missed_date(missed, by=sari.user, override="Penting sekali")
        assert add_missed_date(missed, by=dimas.user, override="Tamu dinas").is_live
        assert LogEntry.objects.filter(deed="book_space").last().facts["override"] == "Tamu dinas"
