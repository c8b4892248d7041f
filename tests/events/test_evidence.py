"""The evidence folder: what may go in, who takes it home, and the whole of it as a ZIP."""

import io
import json
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.events import actions
from heterospace.events.models import Event, EvidenceFile
from heterospace.members.actions import give_office_role
from tests.bookings.wishes import TUESDAY, at
from tests.events.stories import announce, text


@pytest.fixture
def auditor(office):
    return give_office_role(
        office, by=SYSTEM, role="auditor", name="Rini Astuti", email="rini@demo.example"
    ).person


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    Image.new("RGB", (3000, 2000), "#8a5a2b").save(out, kind, exif=exif)
    return out.getvalue()


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.fixture
def event(semarang, ratna) -> Event:
    return announce(semarang)


def put(event: Event, by, kind: str, *files: SimpleUploadedFile, title: str = "") -> list[EvidenceFile]:
    return actions.add_evidence(event, kind, files, by=by.user, title=title)


def test_files_are_taken_by_what_they_are(event, ratna):
    (paper,) = put(event, ratna, "minutes", upload(PDF, "Notulen rapat.PDF"))
    assert paper.file.name.endswith(".pdf")
    assert paper.title == "Notulen rapat"
    (photo,) = put(event, ratna, "photo", upload(picture(), "foto.bin"))
    kept = Image.open(photo.file)
    assert (kept.format, max(kept.size), dict(kept.getexif())) == ("WEBP", 2400, {})
    (sheet,) = put(event, ratna, "other", upload(office("xl/workbook.xml"), "a.xlsx"))
    assert sheet.file.name.endswith(".xlsx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "laporan.pdf"),
        (b"MZ\x90\x00", "laporan.docx"),
        (office("word/document.xml", "word/vbaProject.bin"), "laporan.docx"),
        (office("evil.exe"), "laporan.xlsx"),
        (b"PK\x03\x04 broken", "laporan.xlsx"),
        (b"", "kosong.pdf"),
    ],
)
def test_what_only_calls_itself_so_is_refused_and_nothing_is_kept(event, ratna, content, name):
    with pytest.raises(Invalid) as no:
        put(event, ratna, "report", upload(PDF, "baik.pdf"), upload(content, name))
    assert (no.value.code, name in str(no.value.fields["files"])) == ("file", True)
    assert not event.evidence.exists()


def test_a_file_goes_home_and_is_never_shown_inside_the_house(event, ratna, auditor, sari, enter):
    (paper,) = put(event, ratna, "minutes", upload(PDF, "x.pdf"), title="Notulen & catatan")
    address = f"/events/{event.slug}/manage/evidence/{paper.pk}/"
    for person in (ratna, auditor):
        answer = enter(person).get(address)
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="notulen-catatan.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert enter(sari).get(address).status_code == 404
    assert enter().get(address).status_code == 302


def test_the_page_says_what_is_there_and_what_is_missing(event, ratna, auditor, enter):
    page = enter(ratna)
    address = f"/events/{event.slug}/manage/evidence/"
    assert "1/6" in text(page.get(address))  # the programme writes itself
    answer = page.post(
        address, {"kind": "photo", "files": [upload(picture(), "a.jpg"), upload(picture(), "b.jpg")]}
    )
    assert answer.status_code == 302
    assert "2/6" in text(page.get(address))
    assert page.post(address, {"kind": "photo", "files": upload(b"nothing", "a.jpg")}).status_code == 422
    assert page.post(address, {"kind": "photo"}).status_code == 422
    assert (
        "<form"
        not in enter(auditor).get(address).content.decode().partition("<main")[2].partition("</main")[0]
    )


def test_nothing_goes_in_or_out_once_the_event_is_reported(event, ratna, auditor):
    (paper,) = put(event, ratna, "minutes", upload(PDF, "x.pdf"))
    (wrong,) = put(event, ratna, "photo", upload(picture("PNG"), "x.png"))
    store, name = wrong.file.storage, wrong.file.name
    actions.remove_evidence(wrong, by=ratna.user)
    assert store.exists(name)  # until the deed is certain
    with pytest.raises(Forbidden):
        actions.remove_evidence(paper, by=auditor.user)
    with clock.set_to(at(18, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        actions.report_event(Event.objects.get(pk=event.pk), by=ratna.user)
    for act in (
        lambda: actions.remove_evidence(paper, by=ratna.user),
        lambda: put(event, ratna, "photo", upload(PDF, "y.pdf")),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code == "already_reported"


def test_the_folder_as_a_zip_holds_files_lists_and_facts(event, ratna, sari, bagus, enter):
    hers = actions.register(event, by=sari.user)
    actions.register(event, by=bagus.user)
    put(event, ratna, "minutes", upload(PDF, "x.pdf"), title="Notulen ../../rapat")
    put(event, ratna, "photo", upload(picture(), "Foto bersama.jpg"), upload(picture(), "Foto bersama.jpg"))
    with clock.set_to(at(18, TUESDAY)):
        actions.mark_present(event, [hers], by=ratna.user, note="daftar hadir")
        answer = enter(ratna).get(f"/events/{event.slug}/manage/evidence/folder.zip")
        pieces = list(answer.streaming_content)
    assert len(pieces) > 3  # it was sent while it was written
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    names = archive.namelist()
    root = f"2026-11-24-{event.slug}/"
    assert all(name.startswith(root) and ".." not in name for name in names)
    assert f"{root}4-foto/02-foto-bersama.webp" in names
    inside = lambda ending: archive.read(next(name for name in names if name.endswith(ending)))  # noqa: E731
    assert inside("daftar-hadir.pdf").startswith(b"%PDF-")
    assert inside("0-dari-pengelola/susunan-acara.pdf").startswith(b"%PDF-")
    told = json.loads(inside(".json"))
    assert (told["came"], told["registrations"]["confirmed"]) == (1, 2)
    sheet = openpyxl.load_workbook(io.BytesIO(inside(".xlsx"))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert "sari@demo.example" not in str(rows)
