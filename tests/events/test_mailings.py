"""Writing to the people of an event: a draft, somebody's check, then one message a person; and no more news."""

import datetime as dt
import re

import pytest
from django.core import mail

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.notify import compose
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.core.tasks import deliver
from heterospace.events import actions, mailings
from heterospace.events.models import Event, Mailing
from heterospace.members.actions import register_person
from heterospace.members.actions.people import give_consents
from heterospace.members.enums import Purpose
from tests.bookings.wishes import TUESDAY, at
from tests.events.stories import announce, text

WORDS = {
    "audience": "confirmed",
    "subject": "Bawa laptop: {title}",
    "body": "Halo {name}, sampai {when}. {link}",
}
LATER = TUESDAY + dt.timedelta(days=7)


@pytest.fixture
def event(semarang, ratna) -> Event:
    return announce(semarang, capacity=10)


def sent(mailing: Mailing) -> list[Message]:
    while actions.send_batch(mailing, by=SYSTEM, most=2):
        pass
    mailing.refresh_from_db()
    return list(mailings.messages_of(mailing).order_by("pk"))


def checked(event: Event, by, **words: str) -> Mailing:
    mailing = actions.write_mailing(event, by=by.user, **{**WORDS, **words})
    return actions.check_mailing(mailing, by=by.user)


def test_a_checked_message_reaches_everybody_with_her_own_name(event, ratna, sari, bagus, wulan):
    for person in (sari, bagus, wulan):
        actions.register(event, by=person.user)
    mailing = actions.send_mailing(checked(event, ratna), by=ratna.user)
    found = sent(mailing)
    assert (mailing.state, mailing.planned, mailing.sent_to, len(found)) == ("sent", 3, 3, 3)
    subject, body = compose(found[0])
    assert subject == "Bawa laptop: Foto Produk dengan Ponsel"
    assert body.startswith("Halo Sari Wulandari, sampai ")
    assert "/r/" in body
    assert actions.send_batch(mailing, by=SYSTEM) == 0  # a task that runs twice writes nobody again


def test_nothing_goes_out_unchecked_and_a_change_needs_a_new_check(event, ratna, sari):
    actions.register(event, by=sari.user)
    mailing = actions.write_mailing(event, by=ratna.user, **WORDS)
    with pytest.raises(Refused) as no:
        actions.send_mailing(mailing, by=ratna.user)
    assert no.value.code == "not_checked"
    actions.check_mailing(mailing, by=ratna.user)
    mailing = actions.write_mailing(event, by=ratna.user, mailing=mailing, **{**WORDS, "body": "Lain"})
    assert mailing.state == "draft"


def test_where_others_organise_too_the_writer_does_not_check_her_own(semarang, wulan, kawan_usaha, ratna):
    hosted = actions.plan_event(
        semarang, by=wulan.user, title="Temu", start=at(13, TUESDAY), end=at(16, TUESDAY), hosts=[kawan_usaha]
    )
    mailing = actions.write_mailing(hosted, by=ratna.user, **WORDS)
    with pytest.raises(Refused) as no:
        actions.check_mailing(mailing, by=ratna.user)
    assert no.value.code == "own_draft"
    assert actions.check_mailing(mailing, by=wulan.user).state == "reviewed"


def test_a_mistyped_placeholder_is_told(event, ratna):
    for words in ("Halo {nama}", "Halo { name }"):
        with pytest.raises(Invalid) as no:
            actions.write_mailing(event, by=ratna.user, **{**WORDS, "body": words})
        assert no.value.code == "placeholder"


def test_braces_and_markup_stay_what_was_typed(event, ratna, sari):
    actions.register(event, by=sari.user)
    body = "{% load x %} <b>100%</b> {{ }} {name}"
    mailing = actions.send_mailing(checked(event, ratna, body=body), by=ratna.user)
    assert "{% load x %} <b>100%</b> {{ }} Sari Wulandari" in compose(sent(mailing)[0])[1]


def test_who_came_is_known_afterwards(event, ratna, sari, bagus):
    hers = actions.register(event, by=sari.user)
    actions.register(event, by=bagus.user)
    mailing = checked(event, ratna, audience="missed")
    with pytest.raises(Refused) as no:
        actions.send_mailing(mailing, by=ratna.user)
    assert no.value.code == "not_over"
    with clock.set_to(at(18, TUESDAY)):
        actions.mark_present(event, [hers], by=ratna.user, note="daftar hadir")
        found = sent(actions.send_mailing(mailing, by=ratna.user))
    assert [one.addressee for one in found] == [bagus.pk]


def test_who_has_no_mail_waits_for_a_hand_and_is_ticked_off(event, ratna, dimas, semarang, enter):
    joko = register_person(
        semarang.office,
        by=dimas.user,
        name="Joko Susilo",
        whatsapp="0813 2222 1111",
        purposes=[Purpose.SERVICE],
    )
    actions.register(event, actions.Wish(), by=ratna.user, person=joko)
    mailing = actions.send_mailing(checked(event, ratna), by=ratna.user)
    (message,) = sent(mailing)
    deliver.call(message.pk)
    (waiting,) = mailings.by_hand(mailing, ratna.user)
    assert waiting.link.startswith("https://wa.me/6281322221111?text=Halo%20Joko%20Susilo")
    address = f"/events/{event.slug}/manage/messages/{mailing.pk}/"
    assert "Joko Susilo" in text(enter(ratna).get(address))
    enter(ratna).post(f"{address}act/", {"what": message.pk})
    message.refresh_from_db()
    assert message.state == "sent"
    assert mailings.by_hand(mailing, ratna.user) == []


def test_organisers_who_are_no_staff_see_no_numbers(semarang, wulan, kawan_usaha, dimas, ratna):
    hosted = actions.plan_event(
        semarang, by=wulan.user, title="Temu", start=at(13, TUESDAY), end=at(16, TUESDAY), hosts=[kawan_usaha]
    )
    hosted = actions.publish_event(hosted, by=SYSTEM)
    joko = register_person(
        semarang.office,
        by=dimas.user,
        name="Joko Susilo",
        whatsapp="0813 2222 1111",
        purposes=[Purpose.SERVICE],
    )
    actions.register(hosted, actions.Wish(), by=SYSTEM, person=joko)
    mailing = actions.send_mailing(checked(hosted, wulan), by=wulan.user)
    (message,) = sent(mailing)
    deliver.call(message.pk)
    assert mailings.by_hand(mailing, wulan.user) == []
    assert len(mailings.by_hand(mailing, ratna.user)) == 1


@pytest.fixture
def invited(event, semarang, sari, bagus, wulan):
    """Next week's event; Sari and Bagus were at this week's, and only Sari wants news."""
    for person in (sari, bagus):
        actions.register(event, by=person.user)
    give_consents(sari, [Purpose.NEWS])
    give_consents(wulan, [Purpose.NEWS])
    with clock.set_to(at(9, TUESDAY + dt.timedelta(days=1))):
        yield announce(semarang, "Kelas berikutnya", start=at(13, LATER), end=at(16, LATER))


def test_news_go_only_to_those_who_agreed_and_one_tap_ends_them(invited, ratna, sari, enter):
    mailing = actions.send_mailing(checked(invited, ratna, audience="news"), by=ratna.user)
    (message,) = sent(mailing)
    assert message.addressee == sari.pk
    deliver.call(message.pk)
    (letter,) = [one for one in mail.outbox if "Kelas berikutnya" in one.subject]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"/unsubscribe/[^/]+/", letter.extra_headers["List-Unsubscribe"])[0]
    assert link in letter.body
    stranger = enter()
    assert "?" in text(stranger.get(link))
    assert sari.consents.filter(purpose="news", withdrawn_at=None).exists()  # looking changes nothing
    assert (
        enter(None, enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    )
    assert not sari.consents.filter(purpose="news", withdrawn_at=None).exists()
    assert sari.consents.filter(purpose="service", withdrawn_at=None).exists()
    assert stranger.post(link).status_code == 200  # twice is once
    assert mailings.count_of(invited, "news") == 0


def test_a_made_up_link_ends_nothing(semarang, enter):
    assert enter().post("/unsubscribe/abc:def/").status_code == 404


def test_news_are_checked_and_sent_by_the_hub(invited, wulan, ratna):
    actions.add_helper(invited, wulan, "organiser", by=SYSTEM)
    mailing = actions.write_mailing(invited, by=wulan.user, **{**WORDS, "audience": "news"})
    with pytest.raises(Forbidden):
        actions.check_mailing(mailing, by=wulan.user)
    actions.check_mailing(mailing, by=ratna.user)
    with pytest.raises(Forbidden):
        actions.send_mailing(mailing, by=wulan.user)


def test_tick_goes_on_where_a_worker_died(event, ratna, sari):
    actions.register(event, by=sari.user)
    mailing = actions.send_mailing(checked(event, ratna), by=ratna.user)
    assert actions.go_on_sending(by=SYSTEM) == 0  # its worker may still be at it
    with clock.set_to(clock.now() + dt.timedelta(minutes=6)):
        assert actions.go_on_sending(by=SYSTEM) == 1
    mailing.refresh_from_db()
    assert mailing.state == "sent"


def test_the_events_own_words_stand_in_place_of_the_houses(event, ratna, sari, enter):
    address = f"/events/{event.slug}/manage/messages/texts/"
    answer = enter(ratna).post(address, {"registration_confirmed": "Sugeng rawuh, {name}!"}, follow=True)
    assert "Sugeng rawuh, Ratna Maharani!" in text(answer)
    actions.register(event, by=sari.user)
    _subject, body = compose(Message.objects.get(kind="registration_confirmed"))
    assert "Sugeng rawuh, Sari Wulandari!" in body
    assert "/r/" in body  # the ticket stays
    enter(ratna).post(address, {})
    assert "Sugeng rawuh" not in compose(Message.objects.get(kind="registration_confirmed"))[1]


def test_the_pages_lead_from_a_draft_to_what_was_sent(
    event, ratna, sari, enter, django_capture_on_commit_callbacks
):
    actions.register(event, by=sari.user)
    page = enter(ratna)
    home = f"/events/{event.slug}/manage/messages/"
    assert page.post(home, {**WORDS, "body": "{x}"}).status_code == 422
    made = page.post(home, WORDS)
    assert "Halo Sari Wulandari" in text(page.get(made["Location"]))
    page.post(f"{made['Location']}act/", {"what": "check"})
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"{made['Location']}act/", {"what": "send"})
    mailing = Mailing.objects.get()
    assert mailing.state in {"sending", "sent"}
    sent(mailing)
    assert "1/1" in text(page.get(f"{made['Location']}?part=progress"))
    assert page.post(made["Location"], WORDS).status_code == 409
    other = page.post(home, WORDS)["Location"]
    page.post(f"{other}act/", {"what": "throw"})
    assert Mailing.objects.count() == 1


def test_others_find_nothing_there(event, sari, dimas, enter):
    for person in (sari, dimas):
        assert enter(person).get(f"/events/{event.slug}/manage/messages/").status_code == 404


def test_a_repeated_event_keeps_its_words(event, ratna):
    actions.set_text(event, "event_tomorrow", "Bawa payung, {name}.", by=ratna.user)
    (again,) = actions.repeat_event(event, [at(13, LATER)], by=ratna.user)
    assert again.texts.get().body == "Bawa payung, {name}."
