"""Coming to an event through the pages: a member in two taps, a guest, the waiting list, the ticket by its link."""

import io

import pytest
from PIL import Image

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.notify import KINDS, compose
from heterospace.events import actions
from heterospace.events.actions.holding import link_of
from heterospace.events.models import Registration
from heterospace.events.tickets import read
from heterospace.members.models import Person
from heterospace.questionnaires import queries as answers
from tests.bookings.wishes import at
from tests.counting import grows_by
from tests.events.stories import announce, guest, text
from tests.questionnaires.houses import registration as questions

pytestmark = pytest.mark.django_db
TWO = {"name": "Mbak Tari", "whatsapp": "0812 7000 1000"}


def register(browser, event, **typed):
    return browser.post(f"/events/{event.slug}/register/", typed)


def test_bu_sari_registers_in_two_taps(semarang, sari, enter):
    event = announce(semarang)
    browser = enter(sari)
    page = browser.get(f"/events/{event.slug}/")  # the event, and one button that posts straight away
    assert f'action="/events/{event.slug}/register/"' in page.content.decode()
    answer = register(browser, event)
    made = Registration.objects.get(person=sari)
    assert made.state == "confirmed"
    assert answer.status_code == 302
    assert answer["Location"].startswith("/r/")
    words = text(browser.get(answer["Location"]))
    assert "Anda terdaftar" in words
    assert made.reference in words
    assert "Sari Wulandari" in words
    assert "Tiket saya" in text(browser.get(f"/events/{event.slug}/"))
    assert event.title in text(browser.get("/me/"))
    assert event.title in text(browser.get("/me/events/"))
    assert register(browser, event)["Location"].startswith("/r/")  # once more is the same registration
    assert Registration.objects.count() == 1


def test_a_guest_needs_a_name_and_a_number_only(semarang, enter):
    event = announce(semarang)
    browser = enter()
    answer = register(browser, event, **TWO)
    made = Registration.objects.get()
    assert (made.person.name, made.person.whatsapp) == ("Mbak Tari", "+6281270001000")
    assert made.door == "page"
    words = text(browser.get(answer["Location"]))
    assert made.reference in words
    assert "Mbak Tari" not in words


def test_nothing_typed_is_lost_when_something_is_missing(semarang, enter):
    event = announce(semarang, companions=2)
    page = register(
        enter(), event, name="Mbak Tari", companions="Ani\nBudi\nCici", access_needs="Kursi dekat pintu"
    )
    assert page.status_code == 422
    html = page.content.decode()
    for typed in ("Mbak Tari", "Ani\nBudi\nCici", "Kursi dekat pintu"):
        assert typed in html
    assert "Tuliskan email atau nomor WhatsApp" in text(page)
    assert "Setujui agar kami boleh menyimpannya" in text(page)
    page = register(enter(), event, **TWO, companions="Ani\nBudi\nCici")
    assert page.status_code == 422
    assert "Anda dapat mengajak paling banyak 2 orang." in text(page)
    assert not Registration.objects.exists()


def test_a_link_shows_no_name_unless_it_is_she_or_the_hub(semarang, sari, bagus, dimas, ratna, enter):
    event = announce(semarang, companions=1)
    browser = enter(sari)
    link = register(browser, event, companions="Ibu Rahasia")["Location"]
    for person, sees in ((sari, True), (dimas, True), (ratna, True), (bagus, False), (None, False)):
        words = text(enter(person).get(link)).replace("Menu Sari Wulandari SW Sari Wulandari", "")
        assert ("Nama Sari Wulandari" in words) == sees, person
        assert ("Ibu Rahasia" in words) == sees, person
    stranger = enter().get(link)
    assert stranger["X-Robots-Tag"] == "noindex"
    assert stranger["Referrer-Policy"] == "no-referrer"
    assert "no-store" in stranger["Cache-Control"]
    assert enter().get(link[:-3] + "x/").status_code == 404


def test_a_link_of_the_twin_office_is_nothing_here(semarang, twin_hub, enter):
    theirs = guest(announce(twin_hub, "Acara Kembar"), "Tamu Kembar")
    assert enter().get(link_of(theirs)).status_code == 404
    assert enter().get("/events/acara-kembar/").status_code == 404
    assert "Kembar" not in text(enter().get("/events/"))
    assert b"Kembar" not in enter().get("/events/feed.json").content


def test_full_then_the_waiting_list_an_offer_and_yes(semarang, sari, bagus, wulan, enter):
    event = announce(semarang, capacity=1)
    first = register(enter(sari), event)["Location"]
    browser = enter(bagus)
    assert "Masuk daftar tunggu" in text(browser.get(f"/events/{event.slug}/"))
    link = register(browser, event)["Location"]
    register(enter(wulan), event)
    words = text(browser.get(link))
    assert "Anda nomor 1 di daftar tunggu" in words
    assert "Anda yang berikutnya." in words
    assert "Tawaran berlaku 24 jam" in words
    behind = text(enter(wulan).get("/me/events/"))
    assert "nomor 2" in behind
    assert browser.get(link + "ticket.png").status_code == 404
    enter().post(first, {"act": "cancel"})  # by the link alone, signed out
    assert Registration.objects.get(person=sari).state == "cancelled"
    words = text(browser.get(link))
    assert "Satu tempat disimpan untuk Anda" in words
    assert "Minggu, 22 November 2026, 09.00 WIB" in words
    words = text(browser.post(link, {"act": "accept"}, follow=True))
    assert "Tempatnya milik Anda" in words
    assert Registration.objects.get(person=bagus).state == "confirmed"
    assert browser.get(link + "ticket.png").status_code == 200


def test_who_says_no_to_an_offer_gives_it_to_the_next(semarang, sari, bagus, wulan, enter):
    event = announce(semarang, capacity=1)
    first, second, third = (register(enter(one), event)["Location"] for one in (sari, bagus, wulan))
    enter(sari).post(first, {"act": "cancel"})
    words = text(enter(bagus).post(second, {"act": "cancel"}, follow=True))
    assert "Orang berikutnya di daftar tunggu sekarang ditanya" in words
    assert "Satu tempat disimpan untuk Anda" in text(enter().get(third))


def test_an_offer_that_ran_out_is_refused_in_words(semarang, sari, bagus, enter):
    event = announce(semarang, capacity=1)
    first, second = (register(enter(one), event)["Location"] for one in (sari, bagus))
    enter(sari).post(first, {"act": "cancel"})
    with clock.set_to(at(12)):
        words = text(enter(bagus).post(second, {"act": "accept"}, follow=True))
    assert "Tawaran sudah lewat waktu" in words
    assert "Tempat tidak diambil tepat waktu" in words


def test_the_ticket_is_a_picture_that_proves_itself(semarang, sari, enter):
    event = announce(semarang)
    link = register(enter(sari), event)["Location"]
    made = Registration.objects.get()
    answer = enter().get(link + "ticket.png")
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (1080, 1620)
    assert len(answer.content) < 120_000
    page = enter().get(link)
    assert read(page.context["registration"].reference) is None
    assert made.reference in text(page)
    assert 'class="qr' in page.content.decode()


def test_a_minor_comes_with_a_guardian(semarang, enter):
    event = announce(semarang)
    page = register(enter(), event, **TWO, under_18="on")
    assert page.status_code == 422
    assert "kami menanyakan tahun lahir" in text(page)
    page = register(enter(), event, **TWO, under_18="on", birth_year="2012")
    assert page.status_code == 422
    assert "tuliskan nama" in text(page).lower() or "wali" in text(page)
    answer = register(
        enter(),
        event,
        **TWO,
        under_18="on",
        birth_year="2012",
        guardian_name="Ibu Tari",
        guardian_whatsapp="08127000200",
    )
    assert answer.status_code == 302
    made = Registration.objects.get()
    assert (made.guardian_name, made.guardian_whatsapp) == ("Ibu Tari", "+628127000200")
    assert made.person.birth_year == 2012


def test_nobody_else_is_asked_for_a_birth_year(semarang, sari, enter):
    event = announce(semarang, companions=1)
    assert "Tahun lahir" not in text(enter(sari).get(f"/events/{event.slug}/register/"))


def test_what_somebody_needs_is_kept_with_her_consent(semarang, sari, enter):
    event = announce(semarang)
    register(enter(sari), event, access_needs="Kursi roda", access_consent="on")
    made = Registration.objects.get()
    assert (made.access_needs, made.access_consent_at is not None) == ("Kursi roda", True)


def test_for_her_business(semarang, sari, batik, enter):
    event = announce(semarang)
    register(enter(sari), event, organisation=batik.slug)
    assert Registration.objects.get().organisation == batik


def test_hybrid_asks_how_and_lets_her_change(semarang, sari, bagus, enter):
    event = announce(semarang, mode="hybrid", capacity={"onsite": 1, "online": 50})
    browser = enter(sari)
    page = text(browser.get(f"/events/{event.slug}/register/"))
    assert "Datang langsung · sisa 1 tempat" in page
    assert "Daring · sisa 50 tempat" in page
    assert register(browser, event).status_code == 422
    link = register(browser, event, mode="onsite")["Location"]
    waits = register(enter(bagus), event, mode="onsite")["Location"]
    assert "Anda nomor 1 di daftar tunggu" in text(enter().get(waits))
    words = text(browser.post(link, {"act": "switch", "mode": "online"}, follow=True))
    assert "Diganti: Daring." in words
    assert Registration.objects.get(person=sari).seats.mode == "online"
    assert "Satu tempat disimpan untuk Anda" in text(enter().get(waits))
    words = text(browser.post(link, {"act": "switch", "mode": "onsite"}, follow=True))
    assert "Tempat Anda yang sekarang tetap milik Anda" in words
    assert Registration.objects.get(person=sari).seats.mode == "online"


def test_by_invitation(semarang, sari, bagus, ratna, enter):
    event = announce(semarang, admission="invitation")
    actions.invite(event, sari, by=ratna.user)
    assert register(enter(sari), event).status_code == 302
    page = register(enter(bagus), event)
    assert page.status_code == 403
    assert "Acara ini khusus undangan." in text(page)
    page = register(enter(), event, **TWO)
    assert (page.status_code, "Mbak Tari" in page.content.decode()) == (403, True)
    assert not Person.objects.filter(name="Mbak Tari").exists()


def test_the_organisers_choose(semarang, sari, ratna, enter):
    event = announce(semarang, admission="approval")
    browser = enter(sari)
    assert "Ajukan diri" in text(browser.get(f"/events/{event.slug}/"))
    link = register(browser, event)["Location"]
    made = Registration.objects.get()
    assert made.state == "pending"
    assert "Anda belum mendapat tempat" in text(browser.get(link))
    actions.decide_registration(made, True, by=ratna.user)
    assert "Tunjukkan di pintu masuk" in text(browser.get(link))


def test_the_organisers_ask_and_the_answers_arrive_with_the_registration(semarang, sari, enter):
    asked = questions(semarang.office, semarang)
    event = announce(semarang, questionnaire=asked)
    browser = enter(sari)
    page = browser.get(f"/events/{event.slug}/")
    assert f'action="/events/{event.slug}/register/"' not in page.content.decode()
    page = register(browser, event, **{"q-naik": "Bus"})
    assert page.status_code == 422
    assert not Registration.objects.exists()
    assert "Naik bus dari mana?" in text(page)
    register(browser, event, **{"q-naik": "Motor"})
    kept = answers.submission_of(asked, sari, f"event:{event.slug}")
    assert answers.answers_of([kept])[kept.pk] == {"naik": "Motor"}


def test_who_is_registered_already_is_told_by_letter_not_on_the_page(semarang, sari, enter):
    """Somebody types Bu Sari's address: the page tells nothing of her, the letter goes to her."""
    event = announce(semarang)
    register(enter(sari), event)
    made = Registration.objects.get()
    before = Message.objects.filter(addressee=sari.pk).count()
    page = register(enter(), event, name="Seseorang", email="sari@demo.example")
    assert page.status_code == 409
    words = text(page)
    assert "baru saja kami kirim lagi" in words
    assert made.reference not in words
    assert "/r/" not in page.content.decode()
    assert "Sari" not in words
    assert Message.objects.filter(addressee=sari.pk).count() == before + 1
    assert Registration.objects.count() == 1


def test_one_browser_cannot_fill_an_event_with_invented_names(semarang, enter):
    event = announce(semarang, capacity=None)
    browser = enter()
    statuses = [
        register(browser, event, name=f"Tamu {n}", email=f"t{n}@x.example").status_code for n in range(32)
    ]
    assert statuses == [302] * 30 + [429] * 2
    assert register(enter(), event, **TWO).status_code == 302  # the next phone in the same hall


def test_registration_that_has_closed(semarang, sari, enter):
    event = announce(semarang, closes_at=at(9, at(9).date()))
    with clock.set_to(at(12)):
        browser = enter(sari)
        assert "Pendaftaran ditutup 24 November 2026, 09.00 WIB" in text(
            browser.get(f"/events/{event.slug}/")
        )
        assert register(browser, event).status_code == 302
        assert not Registration.objects.exists()


def test_an_event_that_is_called_off_takes_the_ticket_back(semarang, sari, ratna, enter):
    event = announce(semarang)
    link = register(enter(sari), event)["Location"]
    actions.cancel_event(event, "Gedung banjir.", by=ratna.user)
    words = text(enter().get(link))
    assert "Acara ini batal" in words
    assert "Gedung banjir." in words
    assert "Tunjukkan di pintu masuk" not in words
    assert enter().get(link + "ticket.png").status_code == 404
    assert event.title in text(enter(sari).get("/me/events/"))


def test_every_message_is_written_in_both_languages(semarang, sari, bagus, ratna, enter):
    """What a life of an event sends is composed, in the reader's language, with its link."""
    event = announce(semarang, capacity=1)
    register(enter(sari), event)
    bagus.language = "en"
    bagus.save()
    register(enter(bagus), event)
    enter(sari).post(link_of(Registration.objects.get(person=sari)), {"act": "cancel"})
    told = {kind: compose(Message.objects.filter(kind=kind).last()) for kind in (
        "registration_confirmed", "registration_waitlisted", "registration_cancelled", "seat_offered"
    )}  # fmt: skip
    assert told["registration_confirmed"][0] == "Anda terdaftar: Foto Produk dengan Ponsel, Sel, 24 Nov"
    assert "http://localhost:8000/r/" in told["registration_confirmed"][1]
    assert told["seat_offered"][0].startswith("A place for you: ")
    assert "Please answer by Sunday, 22 November 2026, 09:00 WIB" in told["seat_offered"][1]
    assert "waiting list" in told["registration_waitlisted"][1]
    assert "Selasa, 24 November 2026, 13.00-16.00 WIB" in told["registration_cancelled"][1]
    written = [one for one in KINDS if one.startswith(("registration_", "seat_", "event_"))]
    for kind in set(written) - {"event_mailing", "event_news"}:  # whose words are their organisers'
        message = Message.objects.filter(kind="registration_confirmed").last()
        message.kind = kind
        for language in ("id", "en"):
            message.language = language
            message.context |= {"note": "catatan", "reason": "alasan", "moment": at(9).isoformat()}
            subject, body = compose(message)
            assert event.title in subject
            assert len(body) > 60


def test_the_pages_ask_the_same_however_many_events_she_has(semarang, sari, enter):
    def more(n: int) -> None:
        event = announce(semarang, f"Kelas {n}", capacity=1)
        if n % 2:
            guest(event, "Tamu")
        actions.register(event, by=sari.user)

    for address in ("/me/events/", "/me/"):
        grows_by(enter(sari), address, more, (1, 3, 8))


def test_one_registration_asks_the_same_however_long_the_list_is(semarang, sari, enter):
    event = announce(semarang, capacity=1)
    first = guest(event, "Tamu 0")
    waits = actions.register(event, by=sari.user)
    for one in (first, waits):
        grows_by(enter(), link_of(one), lambda n, who=one.pk: guest(event, f"Tamu {who} {n}"), (1, 3, 8))


def test_system_is_no_name_on_the_page(semarang, sari, enter):
    """Registered by the desk, the page is the same."""
    event = announce(semarang)
    made = actions.register(event, by=SYSTEM, person=sari, door="desk")
    assert made.reference in text(enter().get(link_of(made)))
