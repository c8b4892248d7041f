"""The organisers' pages: Wulan plans, Ratna reviews, both run it."""

import pytest

from heterospace.bookings.actions import book_space
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from heterospace.events.models import Event
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class, seats

WISH = {
    "title": "Temu Kawan Usaha",
    "topic": "community",
    "date": str(TUESDAY),
    "start": "13:00",
    "end": "16:00",
    "mode": "onsite",
    "onsite": "40",
}


@pytest.fixture
def hosted(semarang, wulan, kawan_usaha):
    return actions.plan_event(
        semarang,
        by=wulan.user,
        title="Temu Kawan Usaha",
        start=at(13, TUESDAY),
        end=at(16, TUESDAY),
        capacity=40,
        hosts=[kawan_usaha],
    )


def test_wulan_plans_and_ratna_publishes(enter, semarang, wulan, ratna, kawan_usaha, gatra):
    page = enter(wulan)
    made = page.post("/hubs/semarang/events/plan/", {**WISH, "host": kawan_usaha.pk, "space": gatra.pk})
    event = Event.objects.get()
    assert made["Location"] == f"/events/{event.slug}/manage/"
    assert event.sessions.get().booking.space == gatra
    assert page.post(f"/events/{event.slug}/manage/submit/").status_code == 302
    assert "Temu Kawan Usaha" in enter(ratna).get("/events/organise/").content.decode()
    assert enter(ratna).post(f"/events/{event.slug}/manage/publish/").status_code == 302
    event.refresh_from_db()
    assert event.state == "published"


def test_a_clash_is_told_and_nothing_typed_is_lost(enter, semarang, ratna, sari, gatra):
    book_space(gatra, at(14, TUESDAY), at(15, TUESDAY), purpose="Rapat", people=5, by=SYSTEM, person=sari)
    answer = enter(ratna).post("/hubs/semarang/events/plan/", {**WISH, "space": gatra.pk})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Temu Kawan Usaha"' in text
    assert not Event.objects.exists()


def test_strangers_and_other_members_find_nothing_there(enter, hosted, sari, bagus):
    for person in (sari, bagus):
        for path in ("", "edit/", "seats/", "programme/", "team/", "people/"):
            assert enter(person).get(f"/events/{hosted.slug}/manage/{path}").status_code == 404
    assert enter().get(f"/events/{hosted.slug}/manage/").status_code == 302
    assert enter(sari).post(f"/events/{hosted.slug}/manage/publish/").status_code == 404


def test_the_desk_sees_people_but_manages_nothing(enter, semarang, dimas, sari):
    event = batik_class(semarang)
    actions.register(event, by=sari.user)
    page = enter(dimas).get(f"/events/{event.slug}/manage/people/")
    assert "Sari Wulandari" in page.content.decode()
    assert enter(dimas).get(f"/events/{event.slug}/manage/").status_code == 404


def test_seats_are_changed_and_kept_with_a_reason(enter, semarang, ratna):
    event = batik_class(semarang)
    page, address = enter(ratna), f"/events/{event.slug}/manage/seats/"
    assert page.post(address, {"mode": "onsite", "onsite": "10"}).status_code == 302
    counter = seats(event)
    wish = {"seats": counter.pk, "group": "women", "count": "3", "reason": "Supaya seimbang."}
    assert page.post(address, wish).status_code == 302
    assert (seats(event).capacity, seats(event).kept) == (10, 3)
    refused = page.post(address, {"mode": "onsite", "onsite": "2"})
    assert refused.status_code == 409
    kept = counter.kept_for.get()
    page.post(f"{address}{kept.pk}/release/")
    assert seats(event).kept == 0


def test_sessions_are_added_changed_and_taken_out(enter, semarang, ratna, gatra):
    event = batik_class(semarang)
    page, address = enter(ratna), f"/events/{event.slug}/manage/programme/"
    more = {
        "title": "Praktik",
        "date": str(TUESDAY),
        "start": "16:00",
        "end": "17:00",
        "space": gatra.pk,
        "speakers": "Bu Ninik, perajin\nPak Joko",
    }
    assert page.post(address, more).status_code == 302
    session = event.sessions.get(title="Praktik")
    assert [(one.name, one.role) for one in session.speakers.all()] == [
        ("Bu Ninik", "perajin"),
        ("Pak Joko", ""),
    ]
    changed = page.post(f"{address}{session.pk}/", {**more, "space": "", "start": "16:30"})
    assert changed.status_code == 302
    session.refresh_from_db()
    assert (session.start, session.space) == (at(16.5, TUESDAY), None)
    assert page.post(f"{address}{session.pk}/", {"remove": "1"}).status_code == 302
    assert event.sessions.count() == 1


def test_hosts_and_helpers(enter, semarang, ratna, bagus, kawan_usaha):
    event = batik_class(semarang)
    page, address = enter(ratna), f"/events/{event.slug}/manage/team/"
    assert page.post(address, {"organisation": kawan_usaha.pk, "part": "co_host"}).status_code == 302
    assert page.post(address, {"who": "bagus@demo.example", "role": "door"}).status_code == 302
    assert page.post(address, {"who": "nobody@demo.example", "role": "door"}).status_code == 422
    assert (event.parties.get().part, event.helpers.get().person) == ("co_host", bagus)
    page.post(f"{address}helper/{event.helpers.get().pk}/")
    page.post(f"{address}party/{event.parties.get().pk}/")
    assert not event.helpers.exists()
    assert not event.parties.exists()


def test_registrations_are_decided_and_cancelled(enter, semarang, ratna, sari, bagus):
    event = batik_class(semarang, admission="approval")
    hers, his = actions.register(event, by=sari.user), actions.register(event, by=bagus.user)
    page, address = enter(ratna), f"/events/{event.slug}/manage/people/"
    page.post(f"{address}{hers.reference}/", {"what": "choose"})
    page.post(f"{address}{his.reference}/", {"what": "refuse", "reason": "Kelas lanjutan"})
    hers.refresh_from_db()
    his.refresh_from_db()
    assert (hers.state, his.state, his.note) == ("confirmed", "refused", "Kelas lanjutan")
    page.post(f"{address}{hers.reference}/", {"what": "cancel"})
    hers.refresh_from_db()
    assert hers.state == "cancelled"
    added = page.post(address, {"name": "Pak Joko", "whatsapp": "0812 9999 0000"})
    assert added.status_code == 302
    assert event.registrations.get(person__name="Pak Joko").state == "confirmed"


def test_facts_are_told_and_a_wrong_one_keeps_what_was_typed(enter, semarang, ratna):
    event = batik_class(semarang, mode="online", capacity=None)
    page, address = enter(ratna), f"/events/{event.slug}/manage/edit/"
    facts = {
        "title": "Kelas Batik Tulis",
        "topic": "craft",
        "price": "0",
        "admission": "open",
        "companions": "1",
        "offer_hours": "12",
        "online_minutes": "45",
        "access": ["captions"],
        "closes_date": str(TUESDAY),
        "closes_time": "10:00",
    }
    assert page.post(address, facts).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.access, event.closes_at) == (
        "Kelas Batik Tulis",
        ["captions"],
        at(10, TUESDAY),
    )
    wrong = page.post(address, {**facts, "title": "", "about": "Panjang sekali"})
    assert wrong.status_code == 422
    assert "Panjang sekali" in wrong.content.decode()
