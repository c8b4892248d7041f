"""A reminder the day before, once, with a link that gives the space back without signing in."""

import datetime as dt

import pytest
from django.core import mail

from heterospace.bookings.actions import book_space, cancel_booking, cancel_link, remind_of_coming
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden
from heterospace.core.tasks import deliver
from heterospace.home.tick import tick
from tests.cast import TWIN_HOST

from .wishes import at

pytestmark = pytest.mark.django_db
DAY_BEFORE = at(9) - dt.timedelta(hours=23)


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def reminded_at(moment):
    with clock.set_to(moment):
        return remind_of_coming(by=SYSTEM)


def test_a_reminder_goes_out_a_day_before_and_once(booking):
    assert reminded_at(at(9) - dt.timedelta(hours=25)) == 0
    assert reminded_at(DAY_BEFORE) == 1
    assert reminded_at(DAY_BEFORE + dt.timedelta(minutes=1)) == 0
    message = Message.objects.get(kind="booking_reminder")
    deliver.call(message.pk)
    assert "Pengingat" in mail.outbox[0].subject
    assert cancel_link(booking).partition(":")[0] in mail.outbox[0].body  # the rest is when it was signed


def test_tick_reminds(booking):
    with clock.set_to(DAY_BEFORE):
        assert tick()["reminded"] == 1


def test_what_was_booked_just_now_or_cancelled_is_not_reminded(rembug_1, sari):
    with clock.set_to(DAY_BEFORE):
        book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
        later = book_space(rembug_1, at(13), at(15), purpose="Rapat", people=2, by=sari.user)
    with clock.set_to(at(1)):
        cancel_booking(later, by=sari.user)
    assert reminded_at(DAY_BEFORE) == 0
    assert reminded_at(at(2)) == 1


def test_people_do_not_remind_each_other(booking, ratna):
    with pytest.raises(Forbidden):
        remind_of_coming(by=ratna.user)


def test_the_link_cancels_at_a_tap_but_not_by_being_opened(booking, enter):
    browser = enter()
    page = browser.get(cancel_link(booking))
    assert page.status_code == 200
    assert "Sari" not in page.content.decode()
    booking.refresh_from_db()
    assert booking.is_live
    assert browser.post(cancel_link(booking)).status_code == 200
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert not booking.claims.exists()
    assert browser.post(cancel_link(booking)).status_code == 409


def test_the_link_keeps_the_limit_of_the_space(booking, enter):
    with clock.set_to(at(8)):
        assert "Ya, batalkan" not in enter().get(cancel_link(booking)).content.decode()
        assert enter().post(cancel_link(booking)).status_code == 409
    booking.refresh_from_db()
    assert booking.is_live


def test_a_made_up_link_or_another_office_is_not_found(booking, twin_hub, enter):
    link = cancel_link(booking)
    assert enter().get(link[:-3] + "xx/").status_code == 404
    assert enter().get(link, HTTP_HOST=TWIN_HOST).status_code == 404
