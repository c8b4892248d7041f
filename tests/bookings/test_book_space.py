"""Booking a space: who may, what the rules say, what is written, and that nobody gets it twice."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django_tasks_db.models import DBTaskResult

from heterospace.bookings.actions import book_space
from heterospace.bookings.models import Booking, Claim
from heterospace.bookings.queries import claims_on, moments
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.hubs.actions import open_hub, set_exception
from heterospace.members import actions as members
from heterospace.spaces.actions import add_space, change_space

from .wishes import TUESDAY, at

pytestmark = pytest.mark.django_db


def book(space, member, start=9, end=11, **more):
    wish = {"purpose": "Temu calon pembeli", "people": 4, "by": member.user, **more}
    return book_space(space, at(start), at(end), **wish)


def test_bu_sari_books_a_meeting_room(rembug_1, sari):
    booking = book(rembug_1, sari)

    assert booking.reference.startswith("HS-")
    assert (booking.start, booking.end) == (at(9), at(11))
    assert [claim.space_id for claim in booking.claims.order_by("id")] == [rembug_1.pk]
    entry = LogEntry.objects.get(deed="book_space")
    assert (entry.by, entry.thing_id, entry.office) == (sari.user, booking.pk, sari.office_id)
    message = Message.objects.get(kind="booking_confirmed")
    assert (message.to_address, message.addressee) == ("sari@demo.example", sari.pk)
    assert "BEGIN:VCALENDAR" in message.context["ics"]
    task = DBTaskResult.objects.get(task_path="heterospace.core.tasks.deliver")
    assert task.args_kwargs["args"] == [message.pk]


def test_nothing_is_written_when_the_deed_fails_late(rembug_1, sari, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the outbox fell over")

    monkeypatch.setattr("heterospace.bookings.actions.holding.notify", broken)
    with pytest.raises(RuntimeError):
        book(rembug_1, sari)
    counts = (
        Booking.objects.count(),
        Claim.objects.count(),
        LogEntry.objects.filter(deed="book_space").count(),
    )
    assert counts == (0, 0, 0)


def test_the_same_time_twice_is_a_clash(rembug_1, sari, bagus):
    book(rembug_1, sari)
    with pytest.raises(Refused) as refusal:
        book(rembug_1, bagus, 10, 12)
    assert refusal.value.code == "clash"
    assert Booking.objects.count() == 1


def test_back_to_back_is_no_clash(rembug_1, sari, bagus):
    book(rembug_1, sari, 9, 11)
    assert book(rembug_1, bagus, 11, 13).is_live


def test_tidying_time_belongs_to_the_booking_before_it(rembug_1, sari, bagus):
    change_space(rembug_1, by=SYSTEM, turnaround_minutes=30)
    book(rembug_1, sari, 9, 11)
    with pytest.raises(Refused):
        book(rembug_1, bagus, 11, 13)
    assert book(rembug_1, bagus, 11.5, 13).is_live


def test_a_hall_takes_all_its_rooms(gatra, sari, bagus):
    timur = gatra.parts.get(slug="gatra-timur")
    booking = book(gatra, sari)
    assert booking.claims.count() == 2
    with pytest.raises(Refused) as refusal:
        book(timur, bagus)
    assert refusal.value.code == "clash"


def test_one_half_taken_blocks_the_hall_but_not_the_other_half(gatra, sari, bagus):
    timur, barat = gatra.parts.order_by("id")
    book(timur, sari)
    with pytest.raises(Refused):
        book(gatra, bagus)
    assert book(barat, bagus).is_live


def test_the_constraint_refuses_what_the_check_would_miss(rembug_1, sari, bagus, monkeypatch):
    book(rembug_1, sari)
    monkeypatch.setattr("heterospace.bookings.actions.holding.claims_on", lambda *args: Claim.objects.none())
    with pytest.raises(Refused) as refusal:
        book(rembug_1, bagus)
    assert refusal.value.code == "clash"
    assert Booking.objects.count() == 1


def test_claims_cannot_overlap_in_the_database(rembug_1, sari):
    booking = book(rembug_1, sari)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(booking=booking, space=rembug_1, period=moments(at(10), at(12)))


CROWD = """
INSERT INTO bookings_claim (booking_id, space_id, period)
SELECT %(booking)s, %(first)s + n, tstzrange(t, t + interval '1 hour')
FROM generate_series(0, 199) n, generate_series(timestamptz '2026-11-20', '2026-11-28', '2 hours') t
"""


def test_the_clash_check_asks_the_index_for_the_space(rembug_1, gatra, sari):
    booking = book(rembug_1, sari)
    query = claims_on([rembug_1.pk, gatra.pk], moments(at(9), at(11)))
    with connection.cursor() as cursor:
        cursor.execute(CROWD, {"booking": booking.pk, "first": gatra.pk + 1000})
        cursor.execute("ANALYZE bookings_claim")
        plan = query.explain()
        cursor.execute("DELETE FROM bookings_claim WHERE space_id >= %s", [gatra.pk + 1000])
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert conditions, plan
    assert all("space_id" in line and "period" in line for line in conditions), plan


def test_an_uncast_space_id_would_miss_the_index(rembug_1):
    """Why queries cast: the control that makes the test above mean something."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = on")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM bookings_claim WHERE space_id = 57::int4 AND period && tstzrange(now(), now() + interval '1 hour')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    gist = [line for line in plan.splitlines() if "Index Cond" in line and "period" in line]
    assert not any("space_id" in line for line in gist), plan


@pytest.mark.parametrize(
    ("start", "end", "people", "code"),
    [
        (11, 9, 4, "end_before_start"),
        (9, 9, 4, "end_before_start"),
        (9, 9.5, 4, "too_short"),
        (9, 19, 4, "too_long"),
        (7, 9, 4, "outside_hours"),
        (21, 23, 4, "outside_hours"),
        (9.25, 11, 4, "step"),
        (9, 11, 9, "too_many_people"),
        (9, 11, 0, "no_people"),
    ],
)
def test_a_wish_that_breaks_a_rule_is_told_which(rembug_1, sari, start, end, people, code):
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari, start, end, people=people)
    assert refusal.value.code == code
    assert all(str(sentence) for sentence in refusal.value.fields.values())
    assert Booking.objects.count() == 0


def test_the_past_cannot_be_booked(rembug_1, sari):
    with clock.set_to(at(12)), pytest.raises(Invalid) as refusal:
        book(rembug_1, sari, 9, 11)
    assert refusal.value.code == "past"


def test_too_far_ahead_and_too_late(rembug_1, sari):
    change_space(rembug_1, by=SYSTEM, horizon_days=2, lead_minutes=0)
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari)
    assert refusal.value.code == "too_early"
    change_space(rembug_1, by=SYSTEM, horizon_days=60, lead_minutes=7 * 1440)
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari)
    assert refusal.value.code == "too_late"


def test_a_holiday_and_a_closed_day_say_their_name(rembug_1, sari, semarang):
    christmas = dt.date(2026, 12, 25)
    with pytest.raises(Invalid) as refusal:
        book_space(rembug_1, at(9, christmas), at(11, christmas), purpose="x", people=1, by=sari.user)
    assert refusal.value.code == "holiday"
    assert "Natal" in str(refusal.value.fields["start"])
    set_exception(semarang, TUESDAY, by=SYSTEM, reason="Perbaikan atap")
    rembug_1.refresh_from_db()
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari)
    assert "Perbaikan atap" in str(refusal.value.fields["start"])


@pytest.mark.parametrize(
    ("purpose", "code"), [("", "no_purpose"), ("  ", "no_purpose"), ("x" * 10_000, "purpose_too_long")]
)
def test_the_purpose_is_a_few_words(rembug_1, sari, purpose, code):
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari, purpose=purpose)
    assert (refusal.value.code, list(refusal.value.fields)) == (code, ["purpose"])


def test_any_script_and_sign_is_kept_as_written(rembug_1, sari):
    purpose = "Rapat 🎨 ꦱꦿꦮꦸꦁ <b>batik</b>"
    booking = book(rembug_1, sari, purpose=purpose)
    booking.refresh_from_db()
    assert booking.purpose == purpose


def test_booking_for_an_organisation_one_acts_for(rembug_1, sari, batik):
    booking = book(rembug_1, sari, organisation=batik)
    assert booking.organisation == batik
    assert LogEntry.objects.get(deed="book_space").organisation == batik.pk


def test_somebody_elses_organisation_is_refused(rembug_1, bagus, batik):
    with pytest.raises(Forbidden) as refusal:
        book(rembug_1, bagus, organisation=batik)
    assert refusal.value.code == "not_your_organisation"


def test_an_ended_affiliation_no_longer_acts(rembug_1, sari, batik):
    affiliation = batik.affiliations.get()
    affiliation.since, affiliation.until = dt.date(2026, 1, 1), dt.date(2026, 11, 20)
    affiliation.save()
    with pytest.raises(Forbidden) as refusal:
        book(rembug_1, sari, organisation=batik)
    assert refusal.value.code == "not_your_organisation"


def test_a_closed_account_books_nothing(rembug_1, sari):
    members.close_account(sari, by=sari.user)
    with pytest.raises(Forbidden) as refusal:
        book(rembug_1, sari)
    assert refusal.value.code == "account_closed"


def test_nobody_books_without_being_somebody(rembug_1):
    with pytest.raises(TypeError):
        book_space(rembug_1, at(9), at(11), purpose="x", people=1, by=None)


def test_the_desk_books_for_a_walk_in(rembug_1, sari, dimas, bagus):
    assert book(rembug_1, dimas, person=sari).person == sari
    with pytest.raises(Forbidden):
        book(rembug_1, bagus, 13, 15, person=sari)


def test_a_person_of_another_office_cannot_be_booked_in(rembug_1, dimas, twin_sari):
    with pytest.raises(Forbidden):
        book(rembug_1, dimas, person=twin_sari)


def test_spaces_for_organisations_or_staff_only(rembug_1, sari, batik, dimas):
    change_space(rembug_1, by=SYSTEM, who_may="organisations")
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari)
    assert refusal.value.code == "organisations_only"
    assert book(rembug_1, sari, organisation=batik).is_live
    change_space(rembug_1, by=SYSTEM, who_may="staff")
    with pytest.raises(Invalid) as refusal:
        book(rembug_1, sari, 13, 15)
    assert refusal.value.code == "staff_only"
    assert book(rembug_1, dimas, 13, 15, person=sari).is_live


def test_a_hub_in_another_timezone_keeps_its_own_clock(office, sari):
    papua = open_hub(office, by=SYSTEM, name="Jayapura", regency="91", address="-", timezone="Asia/Jayapura")
    room = add_space(papua, by=SYSTEM, name="Rembug", kind="meeting", capacity=4)
    nine = at(9, zone="Asia/Jayapura")
    assert nine == at(7)
    booking = book_space(room, nine, at(11, zone="Asia/Jayapura"), purpose="Rapat", people=2, by=sari.user)
    assert booking.start == at(7)
    with pytest.raises(Invalid) as refusal:
        book_space(room, at(17), at(19), purpose="Rapat", people=2, by=sari.user)  # 19.00 at the hub
    assert refusal.value.code == "outside_hours"


def test_nights_and_months_are_whole(semarang, sari):
    room = add_space(
        semarang,
        by=SYSTEM,
        name="Co-Living 1",
        kind="lodging",
        capacity=2,
        unit="night",
        min_length=1,
        max_length=14,
    )
    wednesday = TUESDAY + dt.timedelta(days=1)
    stay = book_space(room, at(14), at(12, wednesday), purpose="Menginap", people=1, by=sari.user)
    assert stay.is_live
    with pytest.raises(Invalid) as refusal:
        book_space(room, at(9, wednesday), at(11, wednesday), purpose="Menginap", people=1, by=sari.user)
    assert refusal.value.code == "unit"
    office = add_space(
        semarang,
        by=SYSTEM,
        name="Private Office 1",
        kind="office",
        capacity=4,
        unit="month",
        min_length=1,
        max_length=12,
    )
    first, third = dt.date(2026, 12, 1), dt.date(2027, 2, 1)
    assert book_space(office, at(0, first), at(0, third), purpose="Kantor", people=3, by=sari.user).is_live
