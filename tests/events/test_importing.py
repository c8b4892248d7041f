"""The past comes in from the operator's own sheets: events, and who was there; the same file twice is once."""

import datetime as dt

import pytest

from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden
from heterospace.core.sheets import Line
from heterospace.events import actions
from heterospace.events.figures import figures
from heterospace.events.models import Event, Registration, Scan
from heterospace.events.report import figures_of
from heterospace.events.tables import EVENTS, PARTICIPANTS
from heterospace.home.data.jobs import give_file, take_file
from heterospace.members.models import Person
from tests.events.houses import batik_class, wrongs
from tests.home.sheets import workbook

pytestmark = pytest.mark.django_db
EVENT_HEAD = [
    "No",
    "Nama Acara",
    "Tanggal",
    "Jam Mulai",
    "Jam Selesai",
    "Metode",
    "Kapasitas",
    "Kolaborator",
    "Anggaran",
]
CLASS = [1, "Kelas Foto Produk", "21/10/2020", "09.00", "12.00", "Luring", 2, "Batik Sekar Arum", 500000]
WEBINAR = [2, "Webinar Pajak", "28/10/2020", "13.00", "15.00", "Webinar", None, "", None]
PEOPLE_HEAD = [
    "No",
    "Nama Acara",
    "Nama Lengkap",
    "NIK",
    "Nomor WhatsApp",
    "Email",
    "Hadir",
    "Jenis Kelamin",
    "Setuju Statistik",
    "Kabupaten/Kota",
]


def people(*rows):
    return [PEOPLE_HEAD, *rows]


def person(n, event="Kelas Foto Produk", came="ya", name=None, gender="P", agrees="ya"):
    return [
        n,
        event,
        name or f"Peserta {n}",
        "3374000000000001",
        f"0812 7000 {n:04}",
        None,
        came,
        gender,
        agrees,
        "Kota Semarang",
    ]


@pytest.fixture
def past(semarang, batik, ratna, tmp_path):
    """A class and a webinar of 2020."""
    taken = take_file("events", semarang, workbook(tmp_path, [EVENT_HEAD, CLASS, WEBINAR]), by=ratna.user)
    assert taken.brought is not None, taken.problems
    assert (taken.brought.new, taken.brought.same) == (2, 0)
    return taken


def test_events_come_in_as_held_with_seats_session_and_host(past, semarang, batik):
    held = Event.objects.get(title="Kelas Foto Produk")
    assert (held.state, held.mode, held.hub) == ("done", "onsite", semarang)
    assert held.start.isoformat() == "2020-10-21T02:00:00+00:00"
    assert held.seats.get().capacity == 2
    assert held.sessions.get().period == held.period
    assert held.parties.get().organisation == batik
    assert Event.objects.get(title="Webinar Pajak").seats.get().mode == "online"


def test_the_same_file_twice_changes_nothing(past, semarang, ratna, tmp_path):
    again = take_file("events", semarang, workbook(tmp_path, [EVENT_HEAD, CLASS, WEBINAR]), by=ratna.user)
    assert (again.brought.new, again.brought.same) == (0, 2)
    assert Event.objects.count() == 2
    file = workbook(tmp_path, people(person(1), person(2), person(3), person(1, "Webinar Pajak", "tidak")))
    first = take_file("participants", semarang, file, by=ratna.user)
    assert first.brought is not None, [str(one.sentence) for one in first.problems]
    assert first.brought.new == 4
    second = take_file("participants", semarang, file, by=ratna.user)
    assert (second.brought.new, second.brought.changed, second.brought.same) == (0, 0, 4)
    assert Registration.objects.count() == 4
    assert Scan.objects.count() == 3
    assert Person.objects.filter(name__startswith="Peserta").count() == 3
    assert wrongs() == []


def test_who_came_stands_in_the_ledger_as_from_a_list_and_counts(past, semarang, ratna, tmp_path):
    rows = [person(n, came="ya" if n < 8 else "tidak", agrees="ya") for n in range(1, 11)]
    take_file("participants", semarang, workbook(tmp_path, people(*rows)), by=ratna.user)
    held = Event.objects.get(title="Kelas Foto Produk")
    told = figures_of(held)
    assert (told["registered"], told["came"], told["missed"]) == (10, 7, 3)
    assert told["women"] == {"n": 7, "base": 7, "of": 7}
    assert {scan.source for scan in held.scans.all()} == {"import"}
    assert held.seats.get().capacity == 10  # more came than there were seats
    found = figures(semarang.office, [semarang], dt.date(2020, 10, 1), dt.date(2020, 12, 31))
    assert found["reach.people"][semarang.pk].number == 7
    assert found["reach.events"][semarang.pk].number == 2


def test_a_presence_that_was_missing_is_added_later(past, semarang, ratna, tmp_path):
    take_file("participants", semarang, workbook(tmp_path, people(person(1, came="tidak"))), by=ratna.user)
    later = take_file("participants", semarang, workbook(tmp_path, people(person(1))), by=ratna.user)
    assert (later.brought.new, later.brought.changed) == (0, 1)
    assert Scan.objects.count() == 1


def test_who_is_known_is_found_and_what_needs_a_consent_is_not_kept(past, semarang, ratna, sari, tmp_path):
    row = person(1, agrees="tidak")
    hers = [2, "Webinar Pajak", "Sari", None, None, sari.email.upper(), "ya", "P", "ya", ""]
    take_file("participants", semarang, workbook(tmp_path, people(row, hers)), by=ratna.user)
    assert Person.objects.get(name="Peserta 1").gender == ""
    assert sari.registrations.get().event.title == "Webinar Pajak"


def test_every_mistake_is_told_with_its_line_and_nothing_is_taken(
    past, semarang, ratna, tmp_path, kawan_usaha
):
    bad = [
        [1, "Kelas Lain", "21/10/2020", "12.00", "09.00", "Luring", 2, "", None],
        [2, "Kelas Depan", "21/10/2030", "09.00", "12.00", "Luring", 2, "", None],
        [3, "Kelas Entah", "22/10/2020", "09.00", "12.00", "Luring", 2, "Tak Dikenal", None],
        [4, "Kelas Dua", "23/10/2020", "09.00", "12.00", "Luring", 2, "", None],
        [5, "Kelas Dua", "23/10/2020", "09.00", "12.00", "Luring", 2, "", None],
    ]
    taken = take_file("events", semarang, workbook(tmp_path, [EVENT_HEAD, *bad]), by=ratna.user)
    assert taken.brought is None
    assert [(one.line, one.column) for one in taken.problems] == [
        (2, "end"),
        (3, "date"),
        (4, "hosts"),
        (6, "title"),
    ]
    rows = [
        person(1, "Tidak Ada"),
        person(2),
        person(2),
        [4, "Kelas Foto Produk", "Tanpa Alamat", None, None, None, "ya", "P", "", ""],
    ]
    taken = take_file("participants", semarang, workbook(tmp_path, people(*rows)), by=ratna.user)
    assert taken.brought is None
    assert [(one.line, one.column) for one in taken.problems] == [(2, "event"), (4, "name"), (5, "whatsapp")]
    assert Event.objects.count() == 2
    assert not Registration.objects.exists()


def test_closed_books_take_nobody_and_two_of_a_title_need_the_date(past, semarang, ratna, tmp_path):
    actions.report_event(Event.objects.get(title="Webinar Pajak"), by=ratna.user)
    take_file(
        "events",
        semarang,
        workbook(tmp_path, [EVENT_HEAD, [1, "Kelas Foto Produk", "22/10/2020", *CLASS[3:]]]),
        by=ratna.user,
    )
    file = workbook(tmp_path, people(person(1, "Webinar Pajak"), person(2)))
    taken = take_file("participants", semarang, file, by=ratna.user)
    assert [(one.line, one.column) for one in taken.problems] == [(2, "event"), (3, "date")]


def test_only_who_runs_the_hub_brings_its_past_in(past, semarang, dimas, ratna, twin_manager, twin_hub):
    line = Line(2, {"event": "Kelas Foto Produk", "name": "X", "whatsapp": "+6281270000001"})
    for by in (dimas, twin_manager):
        with pytest.raises(Forbidden):
            actions.import_participants(semarang, [line], by=by.user)
        with pytest.raises(Forbidden):
            actions.import_events(semarang, [], by=by.user)


def test_what_goes_out_comes_in_again_unchanged(past, semarang, ratna, tmp_path):
    take_file(
        "participants",
        semarang,
        workbook(tmp_path, people(person(1), person(2, came="tidak"))),
        by=ratna.user,
    )
    for kind, count in (("events", 2), ("participants", 2)):
        file = tmp_path / f"{kind}.xlsx"
        assert give_file(kind, semarang, file, by=ratna.user) == count
        taken = take_file(kind, semarang, file, by=ratna.user)
        assert taken.brought is not None, [
            (one.line, one.column, str(one.sentence)) for one in taken.problems
        ]
        assert taken.brought.same == count


def test_coming_events_are_never_touched(semarang, ratna, tmp_path):
    batik_class(semarang)
    file = workbook(tmp_path, people(person(1, "Kelas Batik Cap")))
    assert take_file("participants", semarang, file, by=SYSTEM).brought is None
    assert {EVENTS.name, PARTICIPANTS.name} == {"events", "participants"}
