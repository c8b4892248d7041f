"""Giving a space back: who may, until when, and that the time is free again."""

import pytest

from heterospace.bookings.actions import book_space, cancel_booking
from heterospace.bookings.models import Claim
from heterospace.bookings.queries import visible_to
from heterospace.core import clock
from heterospace.core.deeds import allowed
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Refused

from .wishes import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari, batik):
    return book_space(
        rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user, organisation=batik
    )


def test_bu_sari_gives_her_room_back(booking, sari, bagus, rembug_1):
    cancel_booking(booking, by=sari.user, reason="Pembeli berhalangan")
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason, booking.revision) == ("cancelled", "Pembeli berhalangan", 1)
    assert not Claim.objects.exists()
    message = Message.objects.get(kind="booking_cancelled")
    assert "STATUS:CANCELLED" in message.context["ics"]
    assert book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=bagus.user).is_live


def test_twice_is_refused_by_name(booking, sari):
    cancel_booking(booking, by=sari.user)
    with pytest.raises(Refused) as refusal:
        cancel_booking(booking, by=sari.user)
    assert refusal.value.code == "already_cancelled"


def test_after_the_limit_only_the_desk_can(booking, sari, dimas):
    with clock.set_to(at(8)):
        with pytest.raises(Refused) as refusal:
            cancel_booking(booking, by=sari.user)
        assert refusal.value.code == "too_late_to_cancel"
        assert cancel_booking(booking, by=dimas.user).state == "cancelled"


def test_what_is_over_stays(booking, dimas):
    with clock.set_to(at(12)), pytest.raises(Refused) as refusal:
        cancel_booking(booking, by=dimas.user)
    assert refusal.value.code == "already_over"


CAN = {  # who: (see, cancel)
    "sari": (True, True),
    "bagus": (False, False),
    "wulan": (False, False),
    "dimas": (True, True),
    "ratna": (True, True),
    "hendro": (True, True),
    "twin_manager": (False, False),
}


@pytest.mark.parametrize("who", CAN)
def test_who_may_see_and_cancel(booking, who, request):
    person = request.getfixturevalue(who)
    see, cancel = CAN[who]
    assert allowed(person.user, "bookings.see", booking) is see
    assert allowed(person.user, "bookings.cancel", booking) is cancel
    assert visible_to(person.user, booking.hub.office).filter(pk=booking.pk).exists() is see
    if not cancel:
        with pytest.raises(Forbidden):
            cancel_booking(booking, by=person.user)
