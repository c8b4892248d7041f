"""Fair shares: quotas inside the lock, the ledger, and going beyond with a reason."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from heterospace.bookings.actions import (
    book_space,
    cancel_booking,
    check_in,
    extend_booking,
    finish_left_open,
    mark_no_shows,
    move_booking,
    release_early,
)
from heterospace.bookings.fairness import counted_minutes, window_of
from heterospace.bookings.models import LedgerEntry, Quota
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Forbidden, Refused
from heterospace.members.actions import ask_affiliation, decide_affiliation
from tests.bookings.wishes import TUESDAY, ZONE, at


def meet(space, who, start, end, day=TUESDAY, **more):
    return book_space(space, at(start, day), at(end, day), purpose="Rapat", people=2, by=who.user, **more)


def ledger():
    return list(LedgerEntry.objects.order_by("id").values_list("kind", "minutes"))


class TestQuota:
    def test_a_person_has_so_many_hours_a_week(self, rembug_1, rembug_2, semarang, sari, bagus):
        Quota.objects.create(hub=semarang, whose="person", hours=4, per="week")
        meet(rembug_1, sari, 9, 12)
        with pytest.raises(Refused) as no:
            meet(rembug_2, sari, 13, 15)
        assert no.value.code == "quota"
        assert "4" in str(no.value)
        assert meet(rembug_2, sari, 13, 14).is_live
        assert meet(rembug_2, bagus, 9, 12).is_live
        assert meet(rembug_1, sari, 9, 12, TUESDAY + dt.timedelta(days=7)).is_live

    def test_an_organisations_people_share_its_hours(self, rembug_1, rembug_2, semarang, sari, bagus, batik):
        Quota.objects.create(hub=semarang, whose="organisation", hours=4, per="day")
        decide_affiliation(ask_affiliation(batik, by=bagus.user, role="member"), True, by=sari.user)
        meet(rembug_1, sari, 9, 12, organisation=batik)
        with pytest.raises(Refused) as no:
            meet(rembug_2, bagus, 9, 11, organisation=batik)
        assert no.value.code == "quota"
        assert meet(rembug_2, bagus, 9, 11).is_live

    def test_only_prime_time_counts_where_it_is_set(self, rembug_1, rembug_2, semarang, sari):
        Quota.objects.create(
            hub=semarang, whose="person", hours=2, per="week", prime_from=9 * 60, prime_until=12 * 60
        )
        meet(rembug_1, sari, 11, 14)
        meet(rembug_2, sari, 12, 18)
        with pytest.raises(Refused):
            meet(rembug_2, sari, 9, 11)

    def test_a_quota_of_one_kind_leaves_the_others_alone(self, rembug_1, gatra, semarang, sari):
        Quota.objects.create(hub=semarang, whose="person", kind="event", hours=2, per="week")
        meet(rembug_1, sari, 9, 15)
        meet(gatra, sari, 9, 11)
        with pytest.raises(Refused):
            meet(gatra, sari, 12, 13)

    def test_what_was_cancelled_in_time_costs_nothing_a_no_show_does(self, rembug_1, semarang, sari):
        Quota.objects.create(hub=semarang, whose="person", hours=2, per="day")
        cancel_booking(meet(rembug_1, sari, 9, 11), by=sari.user)
        rembug_1.grace_minutes = 15
        rembug_1.save()
        meet(rembug_1, sari, 9, 11)
        with clock.set_to(at(9.5)):
            mark_no_shows(by=SYSTEM)
            with pytest.raises(Refused) as no:
                meet(rembug_1, sari, 13, 15)
        assert no.value.code == "quota"

    def test_the_desk_goes_beyond_with_a_reason_that_is_kept(self, rembug_1, semarang, sari, dimas):
        Quota.objects.create(hub=semarang, whose="person", hours=2, per="day")
        meet(rembug_1, sari, 9, 11)
        with pytest.raises(Refused):
            meet(rembug_1, dimas, 13, 15, person=sari)
        with pytest.raises(Forbidden):
            meet(rembug_1, sari, 13, 15, override="Penting sekali")
        meet(rembug_1, dimas, 13, 15, person=sari, override="Tamu dari kementerian")
        assert LogEntry.objects.order_by("-id").first().facts["override"] == "Tamu dari kementerian"

    def test_staying_longer_and_moving_count_as_well(self, rembug_1, semarang, sari, dimas):
        Quota.objects.create(hub=semarang, whose="person", hours=3, per="day")
        mine = meet(rembug_1, sari, 9, 11)
        other = meet(rembug_1, sari, 9, 11, TUESDAY + dt.timedelta(days=1))
        with pytest.raises(Refused) as no:
            move_booking(other, by=sari.user, start=at(13))
        assert no.value.code == "quota"
        assert move_booking(mine, by=sari.user, start=at(12)).start == at(12)
        with clock.set_to(at(13)):
            check_in(mine, by=sari.user)
            with pytest.raises(Refused) as no:
                extend_booking(mine, at(16), by=sari.user)
            assert no.value.code == "quota"
            assert extend_booking(mine, at(15), by=sari.user).end == at(15)
            with pytest.raises(Refused) as no:
                extend_booking(mine, at(16), by=dimas.user)
            assert no.value.code == "quota"
            assert extend_booking(mine, at(16), by=dimas.user, override="Pelatihan dinas").end == at(16)
        assert LogEntry.objects.order_by("-id").first().facts["override"] == "Pelatihan dinas"

    def test_the_desk_moves_beyond_with_a_reason_and_to_another_room_without(
        self, rembug_1, rembug_2, semarang, sari, dimas
    ):
        Quota.objects.create(hub=semarang, whose="person", hours=3, per="day")
        meet(rembug_1, sari, 9, 11)
        other = meet(rembug_1, sari, 9, 11, TUESDAY + dt.timedelta(days=1))
        with pytest.raises(Refused) as no:
            move_booking(other, by=dimas.user, start=at(13))
        assert no.value.code == "quota"
        move_booking(other, by=dimas.user, start=at(13), override="Pindah karena lampu padam")
        assert LogEntry.objects.order_by("-id").first().facts["override"] == "Pindah karena lampu padam"
        assert move_booking(other, by=dimas.user, space=rembug_2).space == rembug_2

    def test_the_desks_button_for_longer_leads_to_the_form_that_asks_why(
        self, rembug_1, semarang, sari, dimas, enter
    ):
        Quota.objects.create(hub=semarang, whose="person", hours=2, per="day")
        mine = meet(rembug_1, sari, 9, 11)
        browser = enter(dimas)
        with clock.set_to(at(10)):
            check_in(mine, by=sari.user)
            address = f"/bookings/{mine.reference}/extend/"
            wish = {"end": at(11.5).isoformat(), "back": "desk"}
            answer = browser.post(address, wish, headers={"HX-Request": "true", "HX-Target": "day"})
            form = answer["HX-Redirect"]
            assert browser.post(address, wish)["Location"] == form
            page = browser.get(form).content.decode()
            assert 'name="override"' in page
            assert 'value="11:30"' in page
            sent = {"space": rembug_1.pk, "date": "2026-11-24", "start": "09:00", "end": "11:30"}
            assert browser.post(form, {**sent, "back": "desk", "override": ""}).status_code == 409
            done = browser.post(form, {**sent, "back": "desk", "override": "Tamu dinas"})
            assert done["Location"] == "/desk/semarang/"
        mine.refresh_from_db()
        assert mine.end == at(11.5)
        assert 'name="override"' not in enter(sari).get(form).content.decode()

    def test_windows_are_days_weeks_and_months_of_the_hub(self):
        assert window_of("day", at(9), ZONE) == (at(0), at(24))
        assert window_of("week", at(9), ZONE) == (at(-24), at(24 * 6))
        first = dt.date(2026, 12, 1)
        assert window_of("month", at(9, first), ZONE) == (at(0, first), at(0, dt.date(2027, 1, 1)))

    def test_prime_minutes_are_those_of_working_days(self):
        quota = Quota(hours=2, per="week", prime_from=9 * 60, prime_until=12 * 60)
        saturday = TUESDAY + dt.timedelta(days=4)
        assert counted_minutes(quota, at(8), at(10), ZONE) == 60
        assert counted_minutes(quota, at(8, saturday), at(12, saturday), ZONE) == 0
        assert counted_minutes(quota, at(11), at(11 + 24), ZONE) == 60 + 120


class TestLedger:
    def test_it_says_what_became_of_every_booking(self, rembug_1, sari, dimas):
        used = meet(rembug_1, sari, 9, 11)
        late = meet(rembug_1, sari, 13, 15)
        silent = meet(rembug_1, sari, 16, 18)
        with clock.set_to(at(9)):
            check_in(used, by=sari.user)
        with clock.set_to(at(10)):
            release_early(used, by=sari.user)
        with clock.set_to(at(12.5)):
            cancel_booking(late, by=dimas.user)
        with clock.set_to(at(21)):
            finish_left_open(by=SYSTEM)
        silent.refresh_from_db()
        assert silent.state == "finished"
        assert ledger() == [("used", 60), ("given_back", 60), ("late_cancel", 120), ("used", 120)]

    def test_a_missed_booking_is_kept_with_its_minutes(self, rembug_1, sari):
        rembug_1.grace_minutes = 15
        rembug_1.save()
        meet(rembug_1, sari, 9, 11)
        with clock.set_to(at(10)):
            mark_no_shows(by=SYSTEM)
            mark_no_shows(by=SYSTEM)
        assert ledger() == [("no_show", 120)]

    def test_nothing_in_it_is_ever_changed(self, rembug_1, sari):
        booking = meet(rembug_1, sari, 9, 11)
        LedgerEntry.objects.create(booking=booking, kind="used", minutes=5)
        for change in (
            lambda: LedgerEntry.objects.update(minutes=1),
            lambda: LedgerEntry.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
