"""Closing a space: who is in the way, where they can go, and when it opens again."""

import datetime as dt

import pytest

from heterospace.bookings.actions import add_wish, block_out, book_space, check_in, lift_block_out
from heterospace.bookings.models import BlockOut, Wish
from heterospace.bookings.queries import bookings_hit, looks_free, taken_times
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.spaces import actions as space_deeds
from tests.bookings.wishes import TUESDAY, at
from tests.tasks import run_tasks


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu anggota", people=4, by=sari.user)


def close(space, person, start=8, end=12, **more):
    return block_out(
        space, at(start), at(end), kind="maintenance", reason="Cat ulang", by=person.user, **more
    )


def test_nobody_books_a_closed_space(rembug_1, gatra, sari, dimas):
    block = close(rembug_1, dimas)
    with pytest.raises(Refused) as no:
        book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user)
    assert no.value.code == "clash"
    assert not looks_free(rembug_1, 4, at(9), at(11))
    assert [one.block_out for one in taken_times(rembug_1, at(0), at(24))] == [block]


def test_a_closed_room_closes_its_hall(gatra, sari, dimas):
    close(gatra.parts.order_by("id").first(), dimas)
    with pytest.raises(Refused):
        book_space(gatra, at(9), at(11), purpose="Pameran", people=60, by=sari.user)


def test_a_closed_hall_closes_its_rooms(gatra, sari, dimas):
    close(gatra, dimas)
    with pytest.raises(Refused):
        book_space(gatra.parts.first(), at(9), at(11), purpose="Rapat", people=4, by=sari.user)


def test_who_is_in_the_way_is_listed_first(booking, rembug_1, dimas):
    assert bookings_hit(rembug_1, at(8), at(12)) == [booking]
    with pytest.raises(Refused) as no:
        close(rembug_1, dimas)
    assert (no.value.code, no.value.extra["bookings"]) == ("bookings_hit", [booking.reference])
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_a_booking_in_the_way_is_moved_in_one_step(booking, rembug_1, rembug_2, dimas, sari):
    close(rembug_1, dimas, moves={booking.reference: (rembug_2, booking.start, booking.end)})
    booking.refresh_from_db()
    assert (booking.state, booking.space) == ("confirmed", rembug_2)
    assert Message.objects.get(kind="booking_moved").addressee == sari.pk


def test_a_booking_in_the_way_is_cancelled_and_its_person_told_what_else_there_is(
    booking, rembug_1, dimas, sari
):
    close(rembug_1, dimas, cancel_hit=True)
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == ("cancelled", "Cat ulang")
    assert Message.objects.get(kind="booking_displaced").addressee == sari.pk
    assert not booking.ledger.exists()


def test_people_in_the_room_are_not_put_out_by_a_form(booking, rembug_1, dimas, sari):
    with clock.set_to(at(9)):
        check_in(booking, by=sari.user)
        with pytest.raises(Refused) as no:
            close(rembug_1, dimas, 9.5, 12, cancel_hit=True)
    assert no.value.code == "people_inside"


def test_when_one_move_fails_nothing_is_changed(booking, rembug_1, rembug_2, dimas, bagus):
    book_space(rembug_2, at(9), at(11), purpose="Rapat", people=2, by=bagus.user)
    with pytest.raises(Refused) as no:
        close(rembug_1, dimas, moves={booking.reference: (rembug_2, booking.start, booking.end)})
    assert no.value.code == "clash"
    booking.refresh_from_db()
    assert (booking.space, booking.claims.count(), BlockOut.objects.count()) == (rembug_1, 1, 0)


def test_it_opens_again_and_who_waits_gets_an_offer(rembug_1, sari, dimas):
    block = close(rembug_1, dimas)
    wish = add_wish(rembug_1, at(9), at(11), purpose="Temu", people=4, by=sari.user)
    lift_block_out(block, by=dimas.user)
    run_tasks()
    assert Wish.objects.get(pk=wish.pk).state == "offered"
    with pytest.raises(Refused) as no:
        lift_block_out(block, by=dimas.user)
    assert no.value.code == "already_lifted"


def test_desks_are_closed_together(semarang, sari, dimas):
    maneka = space_deeds.add_space(
        semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=10, is_shared=True
    )
    mine = book_space(maneka, at(9), at(11), purpose="Kerja", people=2, by=sari.user)
    with pytest.raises(Refused) as no:
        close(maneka, dimas)
    assert no.value.extra["bookings"] == [mine.reference]
    close(maneka, dimas, 12, 14)
    with pytest.raises(Refused):
        book_space(maneka, at(12), at(13), purpose="Kerja", people=1, by=sari.user)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reason": " "}, "no_reason"),
        ({"kind": "mood"}, "unknown_kind"),
        ({"end": at(8)}, "end_before_start"),
        ({"end": at(9, TUESDAY + dt.timedelta(days=500))}, "too_long"),
        ({"start": at(8, dt.date(2026, 11, 1)), "end": at(9, dt.date(2026, 11, 2))}, "past"),
    ],
)
def test_what_makes_no_sense_is_said(rembug_1, dimas, facts, code):
    asked = {"start": at(9), "end": at(11), "kind": "closed", "reason": "Renovasi", **facts}
    with pytest.raises(Invalid) as no:
        block_out(rembug_1, asked.pop("start"), asked.pop("end"), by=dimas.user, **asked)
    assert no.value.code == code


def test_members_do_not_close_spaces(rembug_1, sari, solo):
    with pytest.raises(Forbidden):
        close(rembug_1, sari)
