"""What is on, for everybody: the list with its filters, an event's page, feeds, the embedded list."""

import datetime as dt
import json

import pytest
from icalendar import Calendar

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from tests.bookings.wishes import at
from tests.counting import grows_by
from tests.events.stories import announce, guest, text

pytestmark = pytest.mark.django_db
DECEMBER = dt.date(2026, 12, 8)


@pytest.fixture
def four(semarang, solo):
    """A class at Semarang, a paid concert at Solo, a webinar and a hybrid evening in December."""
    announce(semarang, "Foto Produk", topic="marketing", access=["sign_language"], capacity=30)
    announce(solo, "Malam Musik", topic="culture", price=25_000, start=at(19), end=at(22))
    announce(
        semarang,
        "Webinar Ekspor",
        mode="online",
        start=at(9, DECEMBER),
        end=at(11, DECEMBER),
        topic="business",
    )
    announce(
        solo,
        "Temu Perintis",
        mode="hybrid",
        capacity={"onsite": 5, "online": 100},
        start=at(19, DECEMBER),
        end=at(21, DECEMBER),
    )


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["Foto Produk", "Malam Musik", "Webinar Ekspor", "Temu Perintis"]),
        ("hub=solo", ["Malam Musik", "Temu Perintis"]),
        ("topic=marketing", ["Foto Produk"]),
        ("free=on", ["Foto Produk", "Webinar Ekspor", "Temu Perintis"]),
        ("way=online", ["Webinar Ekspor", "Temu Perintis"]),
        ("way=onsite", ["Foto Produk", "Malam Musik", "Temu Perintis"]),
        ("accessible=on", ["Foto Produk"]),
        ("q=musik", ["Malam Musik"]),
        ("when=month", ["Foto Produk", "Malam Musik"]),
        ("start=2026-12-01", ["Webinar Ekspor", "Temu Perintis"]),
        ("end=2026-11-30", ["Foto Produk", "Malam Musik"]),
        (
            "start=nonsense&end=9999-12-31&hub=nowhere",
            ["Foto Produk", "Malam Musik", "Webinar Ekspor", "Temu Perintis"],
        ),
        ("when=week", []),
        ("when=past", []),
    ],
)
def test_the_list_shows_what_was_asked_for(four, enter, asked, shown):
    page = enter().get(f"/events/?{asked}")
    titles = [event.title for _first, events in page.context["months"] for event in events]
    assert titles == shown
    if not shown:
        assert page.context["page"].paginator.count == 0
        assert "Semua yang akan datang" in text(page)


def test_a_hub_has_its_own_list(four, enter):
    words = text(enter().get("/hubs/solo/events/"))
    assert "Malam Musik" in words
    assert "Foto Produk" not in words


def test_the_next_events_stand_on_the_landing_page_and_the_hubs(four, enter):
    landing = text(enter().get("/"))
    assert "Foto Produk" in landing
    assert "Lihat semua acara (4)" in landing
    hub = text(enter().get("/hubs/semarang/"))
    assert "Foto Produk" in hub
    assert "Malam Musik" not in hub


def test_what_is_over_is_found_among_the_past_events_the_latest_first(semarang, enter):
    announce(semarang, "Kelas Satu")
    announce(semarang, "Kelas Dua", start=at(9, DECEMBER), end=at(10, DECEMBER))
    with clock.set_to(at(9, dt.date(2026, 12, 20))):
        page = enter().get("/events/?when=past")
        assert [event.title for _first, events in page.context["months"] for event in events] == [
            "Kelas Dua",
            "Kelas Satu",
        ]
        one = text(enter().get("/events/kelas-satu/"))
        assert "Acara ini sudah selesai" in one
        assert "Daftar" not in one.split("Kelas Satu")[1].split("Sebarkan")[0].replace("daftar", "")


def test_an_event_tells_everything_before_one_registers(
    semarang, sari, batik, kawan_usaha, gatra, enter, ratna
):
    event = announce(
        semarang,
        "Bazar Batik",
        capacity=40,
        summary="Dua puluh pembatik.",
        about="Bawa tas belanja.",
        access=["wheelchair"],
        price=10_000,
    )
    actions.add_party(event, batik, "host", by=ratna.user)
    actions.add_party(event, kawan_usaha, "supporter", by=ratna.user)
    actions.keep_seats(
        event.seats.get(),
        "women",
        5,
        "Separuh pembatik perempuan.",
        by=ratna.user,
        until=at(9, dt.date(2026, 11, 23)),
    )
    session = event.sessions.get()
    session.title = "Pembukaan"
    session.save()
    actions.set_speakers(
        session, [{"name": "Endah", "role": "Pembatik", "organisation": batik}], by=ratna.user
    )
    page = enter().get("/events/bazar-batik/")
    words = text(page)
    for said in (
        "Bazar Batik", "Selasa, 24 November 2026", "13.00-16.00 WIB", "Hetero Space Semarang", "Sisa 35 tempat dari 40",
        "Rp10.000, dibayar di tempat", "Dapat dilalui kursi roda", "Batik Sekar Arum", "Komunitas Kawan Usaha",
        "Separuh pembatik perempuan.", "Pembukaan", "Endah", "Bawa tas belanja.",
    ):  # fmt: skip
        assert said in words, said
    html = page.content.decode()
    assert 'property="og:image" content="http://localhost:8000/events/bazar-batik/picture.png?v=' in html
    data = json.loads(html.split('application/ld+json">')[1].split("</script>")[0])
    assert data["name"] == "Bazar Batik"
    assert data["startDate"] == "2026-11-24T13:00:00+07:00"
    assert data["organizer"] == [{"@type": "Organization", "name": "Batik Sekar Arum"}]


def test_a_title_cannot_break_out_of_the_page(semarang, enter):
    event = announce(semarang, '</script><b onclick="x">Kelas</b>')
    html = enter().get(f"/events/{event.slug}/").content.decode()
    assert "<b onclick" not in html
    assert html.count("</script>") == html.count("<script")


def test_a_draft_is_for_its_team(semarang, enter, sari, ratna):
    announce(semarang, "Rahasia", publish=False)
    assert enter().get("/events/rahasia/").status_code == 404
    assert enter(sari).get("/events/rahasia/").status_code == 404
    assert enter().get("/events/rahasia/register/").status_code == 404
    words = text(enter(ratna).get("/events/rahasia/"))
    assert "Hanya Anda dan hub yang melihat halaman ini" in words
    assert "Rahasia" not in text(enter(ratna).get("/events/"))


def test_an_event_that_was_called_off_says_so_everywhere(semarang, enter, ratna):
    event = announce(semarang, "Kelas Batal")
    actions.cancel_event(event, "Pemateri sakit.", by=ratna.user)
    words = text(enter().get("/events/kelas-batal/"))
    assert "Acara ini batal" in words
    assert "Pemateri sakit." in words
    assert enter().get("/events/kelas-batal/register/").status_code == 302
    calendar = Calendar.from_ical(enter().get("/events/kelas-batal/calendar.ics").content)
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_feeds_carry_the_same_filter(four, enter):
    browser = enter()
    calendar = browser.get("/events/feed.ics?hub=solo")
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(calendar.content).walk("VEVENT")
    assert [str(entry["SUMMARY"]) for entry in entries] == ["Malam Musik", "Temu Perintis"]
    assert (
        browser.get("/events/feed.ics?hub=solo", headers={"If-None-Match": calendar["ETag"]}).status_code
        == 304
    )
    rss = browser.get("/events/feed.rss?free=on").content.decode()
    assert "<title>Webinar Ekspor</title>" in rss
    assert "Malam Musik" not in rss
    feed = browser.get("/events/feed.json?way=online").json()
    assert [item["title"] for item in feed["items"]] == ["Webinar Ekspor", "Temu Perintis"]
    assert feed["items"][0]["_event"]["start"] == "2026-12-08T09:00:00+07:00"


def test_a_subscribed_calendar_keeps_what_was_lately(four, enter):
    with clock.set_to(at(9, dt.date(2026, 12, 1))):
        assert b"Foto Produk" in enter().get("/events/feed.ics").content
        assert b"Foto Produk" not in enter().get("/events/feed.ics?start=2026-12-01").content


def test_no_feed_tells_the_link_of_a_meeting(semarang, enter):
    announce(semarang, "Webinar", mode="online", online_url="https://meet.example/rahasia")
    for address in (
        "/events/webinar/",
        "/events/webinar/calendar.ics",
        "/events/feed.ics",
        "/events/feed.json",
        "/events/feed.rss",
    ):
        assert b"meet.example" not in enter().get(address).content, address


def test_other_sites_may_frame_the_small_list_and_nothing_else(four, enter):
    small = enter().get("/events/embed/?hub=solo")
    assert "frame-ancestors *" in small["Content-Security-Policy"]
    assert "X-Frame-Options" not in small
    assert "Malam Musik" in text(small)
    assert "Foto Produk" not in text(small)
    big = enter().get("/events/")
    assert "frame-ancestors 'none'" in big["Content-Security-Policy"]
    assert big["X-Frame-Options"] == "DENY"
    assert "&lt;iframe src=&quot;http://localhost:8000/events/embed/&quot;" in big.content.decode()


def test_the_picture_of_a_link_is_drawn_once_and_changes_with_the_event(semarang, enter, ratna):
    event = announce(
        semarang, "Kelas yang namanya sangat panjang sekali sampai tidak muat di satu baris " * 2
    )
    browser = enter()
    address = f"/events/{event.slug}/picture.png"
    first = browser.get(address)
    assert first["Content-Type"] == "image/png"
    assert first.content.startswith(b"\x89PNG")
    assert len(first.content) < 100_000
    assert browser.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    actions.change_event(event, by=ratna.user, title="Kelas")
    again = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again.content != first.content


def test_pages_ask_the_same_with_one_event_and_with_fifty(semarang, batik, enter):
    def more(n: int) -> None:
        event = announce(semarang, f"Kelas {n}")
        actions.add_party(event, batik, "host", by=SYSTEM)

    for address in ("/events/", "/", "/hubs/semarang/", "/events/embed/"):
        grows_by(enter(), address, more, (1, 3, 8))


def test_an_event_asks_the_same_however_many_come(semarang, batik, enter):
    event = announce(semarang, "Kelas", capacity=2)

    def more(n: int) -> None:
        guest(event, f"Tamu {n}")
        session = actions.add_session(event, at(n), at(n + 0.5), by=SYSTEM, title=f"Sesi {n}")
        actions.set_speakers(session, [{"name": "Endah", "organisation": batik}], by=SYSTEM)

    grows_by(enter(), "/events/kelas/", more, (1, 3, 8))
