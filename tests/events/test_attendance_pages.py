"""Who was there: the organisers' page, the ledger, paper, sheets, and minutes online from a list."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions, presence, queries
from heterospace.events.models import Scan
from tests.bookings.wishes import TUESDAY, at
from tests.cast import SATURDAY_NINE
from tests.counting import grows_by
from tests.events import houses
from tests.events.houses import batik_class
from tests.events.stories import text


@pytest.fixture
def event(semarang):
    return batik_class(semarang, capacity=80, companions=2)


@pytest.fixture
def after(event):
    """Tuesday evening, when it is over."""
    with clock.set_to(at(18, TUESDAY)):
        yield event


def stranger(event, name, **more):
    """Somebody who registered on Saturday."""
    with clock.set_to(SATURDAY_NINE):
        return houses.stranger(event, name, **more)


def scan(event, registration, minute=0, **more):
    shown = actions.Shown(
        registration.reference,
        event.slug,
        at(13, TUESDAY) + dt.timedelta(minutes=minute),
        more.pop("nonce", f"{registration.pk}-{minute}"),
        **more,
    )
    (judged,) = actions.check_in([shown], by=SYSTEM)
    return judged.scan


def page(event, path=""):
    return f"/events/{event.slug}/manage/attendance/{path}"


def test_ratna_reads_who_came_who_did_not_and_where_the_gates_disagree(enter, after, ratna):
    tini, joko = stranger(after, "Bu Tini"), stranger(after, "Pak Joko")
    scan(after, tini, 2, gate="Pintu timur", device="hp-1")
    scan(after, tini, 4, gate="Pintu barat", device="hp-2")
    scan(after, tini, 62, direction="out")
    told = text(enter(ratna).get(page(after)))
    assert "1 tiket ditunjukkan di dua pintu" in told
    assert "Pintu timur pukul 13.02, Pintu barat pukul 13.04" in told
    assert "Sudah di dalam" in told
    assert "1 jam" in told
    assert "Pak Joko" not in text(enter(ratna).get(page(after), {"show": "came"}))
    missed = text(enter(ratna).get(page(after), {"show": "missed", "q": joko.reference}))
    assert "Pak Joko" in missed


def test_somebody_nobody_scanned_is_marked_by_hand_with_a_reason(enter, after, ratna, dimas):
    tini, joko = stranger(after, "Bu Tini"), stranger(after, "Pak Joko")
    browser = enter(ratna)
    nobody = browser.post(page(after), {"note": "Daftar bertanda tangan"})
    assert nobody.status_code == 422
    silent = browser.post(page(after), {"who": [tini.pk], "note": ""})
    assert silent.status_code == 422
    assert f'value="{tini.pk}" checked' in silent.content.decode()
    done = browser.post(page(after), {"who": [tini.pk], "note": "Daftar bertanda tangan"}, follow=True)
    assert "1 orang dicatat hadir" in text(done)
    assert [row.came for row in queries.attendance_of(after)] == [True, False]
    assert enter(dimas).post(page(after), {"who": [joko.pk], "note": "saya lihat"}).status_code == 403
    assert Scan.objects.get().note == "Daftar bertanda tangan"


def test_the_desk_reads_it_and_neither_marks_nor_annuls(enter, after, dimas, bagus):
    tini = stranger(after, "Bu Tini")
    line = scan(after, tini)
    for path in ("", "ledger/"):
        html = enter(dimas).get(page(after, path)).content.decode()
        assert "Bu Tini" in html
        assert 'name="who"' not in html
        assert "/annul/" not in html
    assert enter(dimas).post(page(after, f"ledger/{line.pk}/annul/"), {"reason": "x"}).status_code == 404
    actions.add_helper(after, bagus, "door", by=SYSTEM)
    for path in ("", "ledger/", "list.pdf", "list.csv", "online/"):
        assert enter(bagus).get(page(after, path)).status_code == 404


def test_a_wrong_line_is_annulled_with_a_reason_and_stays_readable(enter, after, ratna):
    line = scan(after, stranger(after, "Bu Tini"), gate="Pintu timur")
    browser = enter(ratna)
    address = page(after, f"ledger/{line.pk}/annul/")
    assert "Tuliskan mengapa itu salah" in text(browser.post(address, {"reason": " "}, follow=True))
    told = text(browser.post(address, {"reason": "Tiket orang lain"}, follow=True))
    assert "Dibatalkan: Tiket orang lain" in told
    assert not queries.attendance_of(after)[0].came
    assert "Bu Tini" in text(browser.get(page(after, "ledger/"), {"show": "annulled"}))
    assert "Bu Tini" not in text(browser.get(page(after, "ledger/"), {"show": "refused"}))


def test_a_scan_that_was_sent_later_says_so(enter, after, ratna):
    scan(after, stranger(after, "Bu Tini"))
    assert "Terkirim belakangan" in text(enter(ratna).get(page(after, "ledger/")))


def test_the_daftar_hadir_is_signed_before_and_filled_after(enter, event, ratna):
    tini = stranger(event, "Bu Tini", wish=actions.Wish(companions=["Rini"]))
    stranger(event, "Pak [Joko] #1 $x$")
    empty = presence.on_paper(event, filled=False)
    assert [row[0] for row in empty["rows"]] == ["Bu Tini (+1)", "Pak [Joko] #1 $x$"]
    assert len(empty["heads"]) == 4
    with clock.set_to(at(18, TUESDAY)), translation.override("id"):
        scan(event, tini, 5)
        filled = presence.on_paper(event, filled=True)
        assert filled["rows"] == [["Bu Tini (+1)", "", "13.05", "Di pintu"]]
        assert filled["figures"] == "1 dari 2 pendaftar hadir."
        for path in ("list.pdf", "list.pdf?filled=1"):
            answer = enter(ratna).get(page(event, path))
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF-")


def test_the_attendance_as_a_sheet_runs_nothing(enter, after, ratna):
    scan(after, stranger(after, "=HYPERLINK(1)"), 5)
    stranger(after, "Pak Joko")
    told = enter(ratna).get(page(after, "list.csv")).content.decode("utf-8-sig")
    assert told.splitlines()[0].startswith("Nama,")
    assert "'=HYPERLINK(1)" in told
    answer = enter(ratna).get(page(after, "list.xlsx"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["=HYPERLINK(1)", "Pak Joko"]
    assert sheet["A2"].data_type == "s"


def test_the_pages_ask_no_more_with_more_people(enter, after, ratna):
    def come(n):
        scan(after, stranger(after, f"Tamu {n}"), n, gate=f"Pintu {n}")

    browser = enter(ratna)
    door = f"/events/{after.slug}/door/?q=tamu"
    for number, path in enumerate(
        (page(after), page(after, "ledger/"), door, f"/api/v1/events/{after.slug}/door")
    ):
        grows_by(browser, path, lambda n, number=number: come(n + 100 * number), (1, 3, 20))


# --- minutes online from a list

ZOOM = """Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Bu Tini,bu.tini@tamu.example,11/24/2026 01:02:00 PM,11/24/2026 02:02:00 PM,60,Yes,,No
HP Joko,,11/24/2026 01:10:00 PM,11/24/2026 03:00:00 PM,110,Yes,,No
Joko,,11/24/2026 02:30:00 PM,11/24/2026 03:30:00 PM,60,Yes,,No
Orang Asing,,11/24/2026 01:10:00 PM,11/24/2026 03:00:00 PM,110,Yes,,No
"""


def sent(browser, event, body=ZOOM, name="participants.csv"):
    file = SimpleUploadedFile(name, body.encode() if isinstance(body, str) else body)
    return browser.post(page(event, "online/"), {"file": file})


def test_a_zoom_list_is_looked_at_first_and_taken_once(enter, semarang, ratna):
    event = batik_class(semarang, mode="online", capacity=None)
    tini, joko = stranger(event, "Bu Tini"), stranger(event, "Pak Joko")
    browser = enter(ratna)
    looked = text(sent(browser, event))
    assert "Zoom" in looked
    assert f"Pak Joko ({joko.reference})" in looked
    assert "Orang Asing" in looked
    assert not Scan.objects.exists()
    wish = {
        "text": ZOOM,
        "sure": "yes",
        "row-3": f"Pak Joko ({joko.reference})",
        "row-4": joko.reference,
        "row-5": "",
    }
    wrong = browser.post(page(event, "online/"), {**wish, "row-5": "entah siapa"})
    assert wrong.status_code == 422
    assert f"Pak Joko ({joko.reference})" in wrong.content.decode()
    assert not Scan.objects.exists()
    done = browser.post(page(event, "online/"), wish, follow=True)
    assert "2 " in text(done)
    minutes = {row.registration: row.minutes for row in queries.attendance_of(event)}
    assert minutes == {tini: 60, joko: 140}  # two devices, one stay
    assert {one.source for one in Scan.objects.all()} == {"online"}
    count = Scan.objects.count()
    browser.post(page(event, "online/"), {**wish, "text": ZOOM.replace("\n", "\r\n")})
    assert Scan.objects.count() == count


def test_a_file_that_is_no_list_is_refused_with_a_sentence(enter, semarang, ratna):
    event = batik_class(semarang, mode="online", capacity=None)
    for body in ("", "halo", b"\x89PNG\0\0", "Nama,Harga\nKopi,12000\n", "x" * 800_000):
        answer = sent(enter(ratna), event, body)
        assert answer.status_code == 422, body[:20]
        assert "role=" in answer.content.decode()
    assert not Scan.objects.exists()
