"""Reminders: the day before at an hour when people are up, two hours before, once each."""

import datetime as dt

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.notify import compose
from heterospace.events import actions
from heterospace.events.actions.mailings import due_at
from heterospace.events.models import Event
from tests.bookings.wishes import TUESDAY, at
from tests.events.stories import announce

MONDAY = TUESDAY - dt.timedelta(days=1)


def sent(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def tick_at(moment: dt.datetime) -> int:
    with clock.set_to(moment):
        return actions.remind_of_events(by=SYSTEM)


def test_bu_sari_is_reminded_the_day_before_and_two_hours_before(semarang, sari):
    actions.register(announce(semarang, note_onsite="Bawa ponsel Anda."), by=sari.user)
    assert tick_at(at(12, MONDAY)) == 0
    assert [tick_at(at(13, MONDAY)), tick_at(at(13, MONDAY))] == [1, 0]
    assert [tick_at(at(11, TUESDAY)), tick_at(at(11, TUESDAY))] == [1, 0]
    assert (sent("event_tomorrow"), sent("event_soon")) == (1, 1)
    _subject, body = compose(Message.objects.get(kind="event_tomorrow"))
    assert "/r/" in body
    assert "Bawa ponsel Anda." in body


def test_who_takes_part_online_gets_her_own_way_in(semarang, sari):
    event = announce(semarang, mode="online", capacity=None, note_online="Nyalakan kamera.")
    actions.register(event, by=sari.user)
    tick_at(at(11, TUESDAY))
    _subject, body = compose(Message.objects.get(kind="event_soon"))
    assert "/join/" in body
    assert "Nyalakan kamera." in body


def test_only_those_who_are_confirmed_are_reminded(semarang, sari, bagus, wulan):
    event = announce(semarang, capacity=1)
    actions.register(event, by=sari.user)
    actions.register(event, by=bagus.user)
    assert tick_at(at(13, MONDAY)) == 1
    assert Message.objects.get(kind="event_tomorrow").addressee == sari.pk


def test_an_event_that_is_called_off_reminds_nobody(semarang, sari):
    event = announce(semarang)
    actions.register(event, by=sari.user)
    actions.cancel_event(event, "Pembicara sakit", by=SYSTEM)
    assert tick_at(at(13, MONDAY)) == 0
    assert tick_at(at(11, TUESDAY)) == 0


def test_a_moved_event_reminds_again(semarang, sari):
    event = announce(semarang)
    actions.register(event, by=sari.user)
    tick_at(at(13, MONDAY))
    with clock.set_to(at(14, MONDAY)):
        actions.move_event(Event.objects.get(pk=event.pk), at(13, TUESDAY + dt.timedelta(days=2)), by=SYSTEM)
    assert tick_at(at(13, TUESDAY + dt.timedelta(days=1))) == 1
    assert sent("event_tomorrow") == 2


def test_other_words_for_a_session_remind_nobody_again(semarang, sari):
    event = announce(semarang)
    actions.register(event, by=sari.user)
    tick_at(at(13, MONDAY))
    actions.change_session(event.sessions.select_related("event__hub").get(), by=SYSTEM, title="Cahaya")
    assert tick_at(at(14, MONDAY)) == 0


def test_after_a_pause_there_is_one_reminder_and_none_about_what_has_begun(semarang, sari):
    actions.register(announce(semarang), by=sari.user)
    assert tick_at(at(12, TUESDAY)) == 1
    assert (sent("event_tomorrow"), sent("event_soon")) == (0, 1)
    actions.register(announce(semarang, "Kelas kedua"), by=sari.user)
    assert tick_at(at(13, TUESDAY)) == 0


def test_nobody_is_woken(semarang, sari):
    early = announce(semarang, "Senam pagi", start=at(5, TUESDAY), end=at(6, TUESDAY))
    late = announce(semarang, "Pasar malam", start=at(21, TUESDAY), end=at(22, TUESDAY))
    assert due_at(early) == at(7, MONDAY)
    assert due_at(late) == at(19, MONDAY)
    actions.register(late, by=sari.user)
    assert [tick_at(at(22, MONDAY)), tick_at(at(7, TUESDAY))] == [0, 1]


def test_who_registered_just_now_needs_no_reminder(semarang, sari):
    event = announce(semarang)
    with clock.set_to(at(11, MONDAY)):
        actions.register(event, by=sari.user)
    assert tick_at(at(13, MONDAY)) == 0
    assert tick_at(at(11, TUESDAY)) == 1
