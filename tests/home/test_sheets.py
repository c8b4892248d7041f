"""Sheets in and out: what a wrong file is told, what a right one brings, and that a repeat changes nothing."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from heterospace.bookings.actions import book_space, cancel_booking
from heterospace.bookings.models import Booking, Claim, LedgerEntry
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.core.sheets import read, write, write_template
from heterospace.core.sheets.reading import checked
from heterospace.home.data.jobs import forget_imports, give_file, run_import, take_file
from heterospace.home.data.kinds import KINDS
from heterospace.home.doctor import examine
from heterospace.home.models import Import
from heterospace.home.tick import tick
from heterospace.members import actions as members
from heterospace.members.models import Affiliation, Consent, Legality, Organisation, Person, PersonalView
from heterospace.members.tables import ORGANISATIONS, PEOPLE
from heterospace.spaces.actions import add_space
from heterospace.spaces.models import Space
from tests.bookings.wishes import at
from tests.cast import TWIN_HOST
from tests.home.sheets import workbook, written

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 16)


@pytest.fixture
def take(tmp_path, semarang):
    """`take("people", rows)` takes a workbook with these rows at Semarang."""

    def taken(kind, rows, *, by=SYSTEM, hub=semarang, **more):
        return take_file(kind, hub, workbook(tmp_path, rows, **more), by=by)

    return taken


def told(taken):
    """(line, column, sentence) of every problem."""
    assert taken.brought is None
    return [(one.line, one.column, str(one.sentence)) for one in taken.problems]


def brought(taken):
    """(new, changed, same) of a file without problems."""
    assert taken.problems == [], told(taken)
    return taken.brought.new, taken.brought.changed, taken.brought.same


# people

HEADINGS = [
    "No",
    "Nama Lengkap",
    "NIK",
    "Nomor WhatsApp",
    "Email",
    "Jenis Kelamin",
    "Tanggal Lahir",
    "Kabupaten/Kota",
]
OPERATORS = [
    ["DAFTAR MEMBER HETERO SPACE 2026"],
    [],
    HEADINGS,
    [1, "Rini  Astuti", 3374010101900001, 81255550001.0, "Rini@Contoh.example", "Perempuan", dt.datetime(1990, 1, 1), "Kota Semarang"],
    [2, "Joko Riyanto", "3374", "+62 812-5555-0002", "-", "L", "17 Agustus 1985", "Kab. Banyumas"],
    [3, "Tuti", None, 6281255550003, None, "P", 33000, "33.72"],
]  # fmt: skip


def test_the_operators_own_sheet_is_taken_and_the_nik_is_dropped(take, office):
    taken = take("people", OPERATORS, merge=["A1:H1"])
    assert brought(taken) == (3, 0, 0)
    assert [name for name, _why in taken.dropped] == ["No", "NIK"]
    assert "NIK" in str(taken.dropped[1][1])
    rini, joko, tuti = Person.objects.order_by("id")
    assert (rini.name, rini.whatsapp, rini.email, rini.regency) == (
        "Rini Astuti", "+6281255550001", "rini@contoh.example", "33.74",
    )  # fmt: skip
    assert (joko.whatsapp, joko.email, joko.regency) == ("+6281255550002", "", "33.02")
    assert (tuti.whatsapp, tuti.regency) == ("+6281255550003", "33.72")
    assert [person.birth_year for person in (rini, joko, tuti)] == [None] * 3  # nobody agreed to statistics
    assert Consent.objects.filter(purpose="service").count() == 3
    assert "3374010101900001" not in str(list(LogEntry.objects.values_list("facts")))
    assert LogEntry.objects.filter(deed="import_person").count() == 3


def test_the_same_file_again_changes_nothing(take):
    take("people", OPERATORS)
    before = list(Person.objects.order_by("id").values())
    assert brought(take("people", OPERATORS)) == (0, 0, 3)
    assert list(Person.objects.order_by("id").values()) == before


def test_known_people_are_found_and_only_their_blanks_filled(take, sari, dimas, semarang):
    karto = members.register_person(
        semarang.office, by=dimas.user, name="Mbah Karto", whatsapp="081277778888"
    )
    count = Person.objects.count()
    rows = [
        ["Nama", "WA", "Email", "Kabupaten", "Kecamatan", "Setuju statistik", "Tahun lahir", "Jenis kelamin"],
        ["Sari Lain", "", sari.email.upper(), "Kota Semarang", "", "", "", ""],
        [
            "Karto",
            "0812-7777-8888",
            "karto@contoh.example",
            "Kota Semarang",
            "Banyumanik",
            "ya",
            1951,
            "Laki-laki",
        ],
    ]
    assert brought(take("people", rows)) == (0, 1, 1)
    assert Person.objects.count() == count
    sari.refresh_from_db()
    assert (sari.name, sari.regency) == ("Sari Wulandari", "33.72")
    karto.refresh_from_db()
    assert (karto.name, karto.email, karto.district, karto.birth_year, karto.gender) == (
        "Mbah Karto", "karto@contoh.example", "33.74.11", 1951, "m",
    )  # fmt: skip
    assert brought(take("people", rows)) == (0, 0, 2)


def test_every_mistake_is_told_with_line_and_column_and_nothing_is_taken(take, sari, bagus, semarang):
    bagus.whatsapp = "+6281266660000"
    bagus.save()
    before = Person.objects.count()
    taken = take(
        "people",
        [
            ["Nama Lengkap", "Nomor WhatsApp", "Email", "Tahun Lahir", "Kabupaten/Kota", "Organisasi", "Setuju statistik"],
            ["", "0812 5555 0001", "", "", "", "", ""],
            ["Ani", "12", "ani@", "besok", "Atlantis", "", "mungkin"],
            ["Budi", "", "", "", "", "", ""],
            ["Cici", "0812 5555 0004", "", "", "", "PT Tidak Ada", ""],
            ["Dedi", "081255550004", "", 2015, "", "", ""],
            ["Eni", "8.12555E+10", "", "", "Semarang", "", ""],
            ["Dua", "0812 6666 0000", sari.email, "", "", "", ""],
        ],
    )  # fmt: skip
    found = {(line, column) for line, column, _sentence in told(taken)}
    assert found == {
        (2, "Nama lengkap"), (3, "Nomor WhatsApp"), (3, "Email"), (3, "Tahun lahir"), (3, "Kabupaten atau kota"),
        (3, "Setuju dihitung dalam statistik"), (7, "Nomor WhatsApp"), (7, "Kabupaten atau kota"),
        # what only the house knows, of the lines that can be read
        (4, "whatsapp"), (5, "organisation"), (6, "whatsapp"), (6, "guardian_name"), (8, "whatsapp"),
    }  # fmt: skip
    assert Person.objects.count() == before


def test_people_join_the_organisations_their_line_names(take, batik, kawan_usaha):
    rows = [["Nama", "WA", "Organisasi"], ["Rini", "081255550001", "batik sekar arum; Komunitas Kawan Usaha"]]
    assert brought(take("people", rows)) == (1, 0, 0)
    rini = Person.objects.get(whatsapp="+6281255550001")
    assert set(rini.affiliations.values_list("organisation__name", "role", "state")) == {
        ("Batik Sekar Arum", "member", "confirmed"),
        ("Komunitas Kawan Usaha", "member", "confirmed"),
    }
    assert brought(take("people", rows)) == (0, 0, 1)
    assert Affiliation.objects.filter(person=rini).count() == 2


def test_a_minor_comes_with_a_guardian(take):
    rows = [
        ["Nama", "WA", "Tahun lahir", "Nama wali", "Nomor wali"],
        ["Adik", "081255550001", 2012, "Bu Adik", "081255550009"],
    ]
    assert brought(take("people", rows)) == (1, 0, 0)
    assert Person.objects.get(name="Adik").birth_year == 2012


# the operator's own forms, with every heading they have

MEMBER = {
    "Nama Lengkap": "Rini Astuti", "NIK": "3374010101900001", "Email": "rini@contoh.example", "Telepon": "081255550001",
    "Jenis Kelamin": "Perempuan", "Tanggal Lahir": "01/02/1990", "Pendidikan Terakhir": "S1", "Alamat": "Jl. Mawar 1",
    "Provinsi": "Jawa Tengah", "Kabupaten/Kota": "Kota Semarang", "Kecamatan": "Banyumanik", "Desa/Kelurahan": "Pudakpayung",
    "Kode Pos": "50265", "Perusahaan": "Batik Sekar Arum", "Paket": "Rembug 1", "Tanggal Mulai": "16/11/2026",
    "Tanggal Selesai": "16/11/2026", "Durasi": "1 hari", "Add-on": "Snack", "Tahu dari mana": "media sosial",
}  # fmt: skip
REGISTRANT = MEMBER | {
    "Nomor WhatsApp": "081255550009", "Group WA": "ya", "Status Disabilitas": "-", "Alasan Bergabung": "Belajar", "Kategori": "UMKM",
}  # fmt: skip
CATEGORIES = {
    "UMKM": ["Nama Usaha", "Jenis Bisnis", "Badan Usaha", "Alamat Usaha", "Tahun Berdiri", "Pendapatan Bulanan", "Jumlah Karyawan",
             "Nomor Sertifikat", "Media Sosial", "Marketplace", "Website"],
    "Mahasiswa": ["Institusi", "Jurusan", "Tahun Masuk", "Semester", "Minat Karir", "Keahlian"],
    "Profesional": ["Jabatan", "Pengalaman", "Sektor", "Keahlian"],
    "Komunitas": ["Nama Komunitas", "Peran", "Jumlah Anggota", "Area Fokus", "Area Operasional"],
    "Umum": ["Bidang Minat", "Latar Belakang", "Tingkat Pengalaman"],
}  # fmt: skip


def sheet_of(form):
    return [list(form), list(form.values())]


def test_the_space_members_sheet_is_taken_as_people(take, batik):
    taken = take("people", sheet_of(MEMBER))
    assert brought(taken) == (1, 0, 0)
    assert {name for name, _why in taken.dropped} == {
        "NIK", "Pendidikan Terakhir", "Alamat", "Provinsi", "Desa/Kelurahan", "Kode Pos", "Paket", "Tanggal Mulai",
        "Tanggal Selesai", "Durasi", "Add-on", "Tahu dari mana",
    }  # fmt: skip
    rini = Person.objects.get(whatsapp="+6281255550001")
    assert (rini.regency, rini.district, rini.birth_year) == ("33.74", "33.74.11", None)
    assert rini.affiliations.get().organisation == batik


def test_the_space_members_sheet_is_taken_as_past_bookings(take, rembug_1, batik, tmp_path):
    taken = take("bookings", sheet_of(MEMBER | {"Perusahaan": ""}))
    assert brought(taken) == (1, 0, 0)
    why = {name: str(sentence) for name, sentence in taken.dropped}
    assert set(why) == {
        "NIK", "Jenis Kelamin", "Tanggal Lahir", "Pendidikan Terakhir", "Alamat", "Provinsi", "Kabupaten/Kota", "Kecamatan",
        "Desa/Kelurahan", "Kode Pos", "Durasi", "Add-on", "Tahu dari mana",
    }  # fmt: skip
    assert "NIK" in why["NIK"]
    assert why["Kecamatan"] == "Tempatnya di lembar orang."
    booking = Booking.objects.get()
    assert (booking.space, booking.state, booking.person.whatsapp) == (
        rembug_1,
        "finished",
        "+6281255550001",
    )
    assert booking.person.gender == ""
    kept = str([list(model.objects.values()) for model in (Person, Booking, LogEntry, Import)])
    assert not {word for word in ("3374010101900001", "Mawar", "Pudakpayung", "50265") if word in kept}
    assert brought(take("bookings", sheet_of(MEMBER | {"Perusahaan": ""}))) == (0, 0, 1)


@pytest.mark.parametrize(
    "heading", ["No. KTP", "Nomor KTP", "NIK/No. KTP", "NIK (KTP)", "Nomor Induk Kependudukan"]
)
def test_a_nik_is_dropped_whatever_it_is_called(take, rembug_1, heading):
    for kind in ("people", "bookings"):
        form = {heading: "3374010101900001"} | {
            key: value for key, value in MEMBER.items() if key not in ("NIK", "Perusahaan")
        }
        taken = take(kind, sheet_of(form))
        assert taken.problems == [], told(taken)
        assert "NIK" in {name: str(why) for name, why in taken.dropped}[heading]


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_registrants_sheet_is_taken_by_its_whatsapp_number(take, rembug_1, category):
    form = {key: value for key, value in REGISTRANT.items() if key != "Perusahaan"}
    form |= dict.fromkeys(CATEGORIES[category], "")
    for kind in ("people", "bookings"):
        taken = take(kind, sheet_of(form))
        assert taken.problems == [], told(taken)
        assert dict(taken.dropped)["Telepon"] == "Kolom “Nomor WhatsApp” yang diambil."
        assert set(CATEGORIES[category]) - {"Nama Usaha", "Institusi", "Nama Komunitas"} <= set(
            dict(taken.dropped)
        )
    assert Person.objects.filter(whatsapp="+6281255550009").count() == 1
    assert not Person.objects.filter(whatsapp="+6281255550001").exists()


def test_the_employer_gives_way_to_the_business(take, batik):
    form = REGISTRANT | {"Perusahaan": "PT Tidak Ada", "Nama Usaha": "Batik Sekar Arum"}
    taken = take("people", sheet_of(form))
    assert brought(taken) == (1, 0, 0)
    assert "Nama Usaha" in dict(taken.dropped)["Perusahaan"]
    assert Person.objects.get(whatsapp="+6281255550009").affiliations.get().organisation == batik


@pytest.mark.parametrize(
    "twice",
    [["Nomor WhatsApp", "Nomor WhatsApp"], ["Telepon", "Telepon"], ["Telepon", "No HP"], ["WA", "Nomor WhatsApp", "Telepon"]],
)  # fmt: skip
def test_which_of_two_is_meant_is_not_guessed(take, twice):
    before = Person.objects.count()
    rows = [["Nama", *twice], ["Rini", *["081255550001"] * len(twice)]]
    problems = told(take("people", rows))
    assert [(line, column) for line, column, _s in problems] == [(1, twice[1])]
    assert "dua" in problems[0][2]
    assert Person.objects.count() == before


# the file itself


def refused(file, table=PEOPLE):
    with pytest.raises(Invalid) as refusal:
        read(table, file)
    assert refusal.value.code == "sheet"
    return str(refusal.value.sentence)


def test_what_is_no_workbook_says_what_it_is(tmp_path):
    file = tmp_path / "data.xlsx"
    file.write_text("Nama;Nomor\nRini;0812\n", encoding="utf-16")
    assert "CSV" in refused(file)
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "kata sandi" in refused(file)
    file.write_bytes(b"PK\x03\x04nonsense")
    assert ".xlsx" in refused(file)
    file.write_bytes(b"")
    refused(file)
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("word/document.xml", "<x/>")
    refused(file)
    whole = workbook(tmp_path, [["Nama", "WA"], ["Rini", "0812"]])
    file.write_bytes(whole.read_bytes()[:-200])
    refused(file)


def test_a_bomb_is_not_unpacked(tmp_path, settings):
    file = workbook(tmp_path, [["Nama", "WA"], ["Rini", "081255550001"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/big.xml", b"0" * 151_000_000)
    assert file.stat().st_size < 1_000_000
    assert "terlalu besar" in refused(file)
    settings.MAX_SHEET_BYTES = 1000
    assert "MB" in refused(file)


def test_entities_are_refused(tmp_path):
    file = workbook(tmp_path, [["Nama", "WA"], ["Rini", "081255550001"]])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(evil, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            new.writestr(part, content)
    refused(evil)


def test_an_empty_sheet_one_without_headings_and_one_without_lines(take, tmp_path):
    assert "kosong" in refused(workbook(tmp_path, []))
    assert told(take("people", [["Halo"], ["apa", "kabar"]]))[0][0] == 0
    assert told(take("people", [["Nama Lengkap", "WA"]]))[0][0] == 0


def test_headings_that_are_unknown_twice_or_missing_are_named(take):
    problems = told(
        take("people", [["Namaa Lengkap", "WA", "No WA", "Hobi"], ["Rini", "081255550001", "", "memasak"]])
    )
    by_column = {column: sentence for _line, column, sentence in problems}
    assert "nama lengkap" in by_column["Namaa Lengkap"].lower()
    assert "dua" in by_column["No WA"]
    assert "Hobi" in by_column
    assert "tidak ada" in by_column["Nama lengkap"]


def test_merged_cells_and_formulas_without_result_are_told(take, tmp_path):
    rows = [
        ["Nama", "WA"],
        ["Rini", "081255550001"],
        [None, "081255550002"],
        ['=CONCATENATE("A","B")', "081255550003"],
    ]
    problems = told(take("people", rows, merge=["A2:A3"]))
    assert (2, "A") in {(line, column) for line, column, _sentence in problems}
    assert any(line == 4 and "Rumus" in sentence for line, _column, sentence in problems)
    problems = told(take("people", [["Nama", "WA"], ["#REF!", "081255550001"]]))
    assert [(line, column) for line, column, _sentence in problems] == [(2, "Nama lengkap")]


def test_more_lines_than_bearable(tmp_path, monkeypatch):
    monkeypatch.setattr("heterospace.core.sheets.reading.MOST_ROWS", 2)
    rows = [["Nama", "WA"], *[[f"Orang {n}", f"08125555{n:04}"] for n in range(3)]]
    assert "Bagi" in refused(workbook(tmp_path, rows))


# organisations


def test_organisations_are_found_by_code_nib_and_name(take, batik, sari, office):
    members.add_legality(batik, by=sari.user, kind="nib", number="1234567890123")
    rows = [
        [
            "Kode",
            "Nama Usaha",
            "Jenis",
            "NIB",
            "Omzet Setahun",
            "Tahun Berdiri",
            "Jumlah Karyawan",
            "Badan Usaha",
        ],
        ["", "Batik apa saja", "UMKM", 1234567890123.0, "Rp380.000.000", 2016, 4, "CV"],
        ["", "Kopi Kidul", "umkm", "9876543210987", "", "", "", ""],
        ["", "Universitas Kidul", "Kampus", "", "", "", "", ""],
    ]
    assert brought(take("organisations", rows)) == (2, 1, 0)
    batik.refresh_from_db()
    assert (batik.name, batik.yearly_sales, batik.founded_year, batik.workers) == (
        "Batik Sekar Arum",
        380_000_000,
        2016,
        4,
    )
    assert Legality.objects.get(number="9876543210987").organisation.slug == "kopi-kidul"
    assert brought(take("organisations", rows)) == (0, 0, 3)
    wrong = [
        rows[0][:4],
        ["nowhere", "X", "UMKM", ""],
        ["", "Kopi Selatan", "Pasar", "12"],
        ["", "Teh", "UMKM", ""],
        ["", "teh", "UMKM", ""],
        ["kopi-kidul", "Kopi", "UMKM", "1234567890123"],
    ]
    assert {(line, column) for line, column, _s in told(take("organisations", wrong))} == {
        (2, "slug"), (3, "Jenis"), (3, "NIB"), (5, "name"), (6, "nib"),
    }  # fmt: skip


# spaces


def test_spaces_come_with_parts_features_and_rules(take, semarang, rembug_1):
    rows = [
        ["Nama Ruang", "Bagian dari", "Jenis", "Kapasitas (orang)", "Fasilitas", "Satuan", "Paling singkat", "Paling lama", "Dapat dipesan"],
        ["Gatra", "", "Ruang acara", 100, "Wi-Fi, Proyektor", "jam", 120, 540, "ya"],
        ["Gatra Timur", "Gatra", "Ruang acara", 50, "", "jam", "", "", ""],
        ["Rembug 1", "", "Ruang rapat", 10, "Wi-Fi", "", "", "", ""],
    ]  # fmt: skip
    assert brought(take("spaces", rows)) == (2, 1, 0)
    gatra = Space.objects.get(slug="gatra")
    assert (gatra.capacity, gatra.min_length, gatra.is_leaf) == (100, 120, False)
    assert {row.feature.code for row in gatra.feature_rows.all()} == {"wifi", "projector"}
    rembug_1.refresh_from_db()
    assert rembug_1.capacity == 10
    assert brought(take("spaces", rows)) == (0, 0, 3)
    assert [finding for finding in examine() if finding.is_wrong] == []


def test_wrong_spaces_change_nothing(take, semarang, rembug_1, gatra):
    rows = [
        ["Kode", "Nama", "Bagian dari", "Jenis", "Kapasitas", "Fasilitas", "Paling singkat", "Paling lama", "Disimpan tanpa presensi"],
        ["", "Baru", "Tidak ada", "Studio", 4, "Kolam renang", "", "", ""],
        ["nowhere", "Baru 2", "", "Studio", 4, "", "", "", ""],
        ["", "Rembug 1", "Gatra", "Ruang rapat", 4, "", "", "", ""],
        ["rembug-1", "Rembug 1", "", "Ruang rapat", 4, "", "", "", ""],
        ["", "Baru 3", "", "Studio", 4, "", 90, 60, ""],
        ["", "Baru 4", "", "Studio", 4, "", "", "", 3],
        ["", "Baru 5", "", "Studio", 4, "", "", "", ""],
    ]  # fmt: skip
    assert {(line, column) for line, column, _s in told(take("spaces", rows))} == {
        (2, "features"), (2, "parent"), (3, "slug"), (4, "parent"), (5, "slug"), (6, "max_length"), (7, "grace_minutes"),
    }  # fmt: skip
    assert not Space.objects.filter(name__startswith="Baru").exists()
    rembug_1.refresh_from_db()
    assert rembug_1.capacity == 8


# past bookings

PAST = [
    "Ruang",
    "Tanggal",
    "Jam mulai",
    "Jam selesai",
    "Nama",
    "Nomor WhatsApp",
    "Email",
    "Organisasi",
    "Keperluan",
    "Jumlah orang",
    "Status",
]


def past(
    space="Rembug 1",
    date="16/11/2026",
    start="09.00",
    end="11.00",
    name="Rini",
    phone="081255550001",
    mail="",
    house="",
    state="",
):
    return [space, date, start, end, name, phone, mail, house, "Foto produk", 4, state]


def test_past_bookings_come_finished_cancelled_or_missed_without_mail(
    take, semarang, rembug_1, gatra, sari, batik
):
    before = Message.objects.count()
    rows = [
        PAST,
        past(),
        past(start=dt.time(11), end=0.5, name="Sari", phone="", mail=sari.email, house="Batik Sekar Arum"),
        past(start="9:00", end="10:00", date=dt.datetime(2026, 11, 17), state="Batal"),
        past(start="9", end="10", date="2026-11-17", state="tidak hadir", phone="081255550002", name="Joko"),
        past(space="Gatra", start="", end="", date=46342, name="Joko", phone="081255550002"),
    ]  # fmt: skip
    assert brought(take("bookings", rows)) == (5, 0, 0)
    assert Message.objects.count() == before
    first, second, third, fourth, fifth = Booking.objects.order_by("id")
    assert (first.start, first.end, first.state) == (at(9, MONDAY), at(11, MONDAY), "finished")
    assert (second.person, second.organisation, second.end) == (sari, batik, at(12, MONDAY))
    assert (third.state, fourth.state) == ("cancelled", "no_show")
    assert third.person.whatsapp == "+6281255550001"
    assert fifth.person == fourth.person
    assert (fifth.start.hour, fifth.end.hour) == (1, 15)  # 08.00-22.00 WIB, its hours that day
    assert Claim.objects.filter(booking=fifth).count() == 2
    assert not Claim.objects.filter(booking__in=[third, fourth]).exists()
    assert set(LedgerEntry.objects.values_list("kind", "minutes")) >= {("used", 120), ("no_show", 60)}
    assert brought(take("bookings", rows)) == (0, 0, 5)
    assert Person.objects.filter(name="Rini").count() == 1
    assert [finding for finding in examine() if finding.is_wrong] == []


def test_two_bookings_never_overlap_in_the_file_or_in_the_house(take, semarang, rembug_1, gatra, sari):
    with clock.set_to(at(7, MONDAY)):
        book_space(rembug_1, at(13, MONDAY), at(15, MONDAY), purpose="Rapat", people=2, by=sari.user)
        gone = book_space(rembug_1, at(17, MONDAY), at(18, MONDAY), purpose="Rapat", people=2, by=sari.user)
        cancel_booking(gone, by=SYSTEM)
    rows = [
        PAST,
        past(),
        past(start="10.30", end="11.30", phone="081255550002"),
        past(start="14.00", end="16.00", phone="081255550003"),
        past(space="Gatra", start="09.00", end="12.00"),
        past(space="Gatra Timur", start="11.00", end="13.00", phone="081255550004"),
        past(start="17.00", end="18.00"),
        past(),
    ]
    problems = told(take("bookings", rows))
    assert {line for line, _column, _s in problems} == {3, 4, 6, 8}
    assert "baris 2" in next(sentence for line, _c, sentence in problems if line == 3)
    assert Booking.objects.count() == 2


def test_what_a_past_booking_cannot_be(take, semarang, rembug_1, sari, bagus):
    Person.objects.filter(pk=bagus.pk).update(name=sari.name)
    rows = [
        PAST,
        past(space="Tidak ada"),
        past(date="21/11/2026"),
        past(date="11/30/2026"),
        past(start="11.00", end="09.00"),
        past(start="", end="09.00"),
        past(phone="", mail="", name=sari.name),
        past(house="PT Tidak Ada"),
        past(state="mungkin"),
        past(state="Terkonfirmasi"),
    ]
    problems = told(take("bookings", rows))
    assert {(4, "Tanggal"), (9, "Status")} <= {(line, column) for line, column, _s in problems}, problems
    rows = [row for n, row in enumerate(rows) if n not in {3, 8}]
    problems = {(line, column) for line, column, _s in told(take("bookings", rows))}
    assert problems >= {
        (2, "space"),
        (3, "date"),
        (4, "end"),
        (5, "start"),
        (6, "whatsapp"),
        (7, "organisation"),
    }
    assert not Booking.objects.exists()


def test_desks_are_counted_one_by_one(take, semarang):
    add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=5)
    Space.objects.filter(slug="maneka").update(is_shared=True)
    row = lambda phone, people: [*past(space="Maneka", phone=phone)[:9], people, ""]  # noqa: E731
    assert brought(take("bookings", [PAST, row("081255550001", 2), row("081255550002", 3)])) == (2, 0, 0)
    assert told(take("bookings", [PAST, row("081255550003", 1)]))[0][:2] == (2, "space")
    assert Booking.objects.count() == 2
    assert [finding for finding in examine() if finding.is_wrong] == []


def test_a_reference_of_ours_is_kept_and_known_again(take, semarang, rembug_1, solo, sari):
    rows = [["Kode", *PAST], ["HS-7K3M-Q9TX", *past()], ["INV-001", *past(date="17/11/2026")]]
    assert brought(take("bookings", rows)) == (2, 0, 0)
    assert Booking.objects.filter(reference="HS-7K3M-Q9TX").exists()
    rows[1][4] = "13.00"  # whatever else the line says by now
    assert brought(take("bookings", rows)) == (0, 0, 2)
    room = add_space(solo, by=SYSTEM, name="Rembug 1", kind="meeting", capacity=8)
    assert room.hub == solo
    assert told(take("bookings", rows[:2], hub=solo))[0][:2] == (2, "reference")


# there and back


def everything():
    return {
        model: list(model.objects.order_by("pk").values())
        for model in (
            Person,
            Consent,
            Organisation,
            Affiliation,
            Legality,
            Space,
            Booking,
            Claim,
            LedgerEntry,
        )
    }


def test_an_export_taken_in_again_changes_nothing(
    take, tmp_path, semarang, rembug_1, gatra, sari, bagus, wulan, batik, kawan_usaha, dimas
):
    space = rembug_1
    space.about = "Ruang tenang,\nsatu meja besar."
    space.save()
    members.add_legality(batik, by=sari.user, kind="nib", number="1234567890123")
    members.register_person(semarang.office, by=dimas.user, name="Mbah Karto")
    Person.objects.filter(pk=wulan.pk).update(whatsapp=sari.whatsapp)  # one phone for two
    take(
        "bookings",
        [
            PAST,
            past(),
            past(start="13.00", end="14.00", state="Batal"),
            past(space="Gatra", start="20.00", end="24.00"),
        ],
    )
    book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user, organisation=batik)
    gone = members.register_person(semarang.office, by=dimas.user, name="Hilang", whatsapp="081299990000")
    take("bookings", [PAST, past(start="15.00", end="16.00", name="Hilang", phone="081299990000")])
    members.erase_person(gone, by=SYSTEM)
    before = everything()
    for kind in ("spaces", "organisations", "people", "bookings"):
        file = tmp_path / f"{kind}-out.xlsx"
        lines = give_file(kind, semarang, file, by=SYSTEM)
        assert lines == len(written(file)) - 1
        taken = take_file(kind, semarang, file, by=SYSTEM)
        assert brought(taken) == (0, 0, lines), kind
        assert everything() == before, kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_and_its_example_are_right(kind, tmp_path, semarang):
    table = KINDS[kind].table
    file = tmp_path / "template.xlsx"
    write_template(table, file)
    book = load_workbook(file)
    assert len(book.worksheets) == 3
    headings = [cell.value for cell in book.worksheets[0][1]]
    assert headings == [column.heading for column in table.columns]
    example = Workbook()
    for row in book.worksheets[1].iter_rows(values_only=True):
        example.active.append(row)
    example.save(file)
    assert read(table, file).problems == []
    assert len(read(table, file).lines) >= 1


def test_what_looks_like_a_formula_stays_text(tmp_path):
    file = tmp_path / "out.xlsx"
    write(ORGANISATIONS, [{"name": "=1+1", "about": '=HYPERLINK("x")'}], file)
    with zipfile.ZipFile(file) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


# who may


def test_only_managers_and_officers_take_and_give(
    take, tmp_path, semarang, solo, sari, dimas, ratna, hendro, rembug_1
):
    rows = {
        "people": [["Nama", "WA"], ["Rini", "081255550001"]],
        "organisations": [["Nama", "Jenis"], ["Kopi", "UMKM"]],
        "spaces": [["Nama", "Jenis", "Kapasitas"], ["Baru", "Studio", 4]],
        "bookings": [PAST, past()],
    }
    elsewhere = members.give_hub_role(
        solo, by=SYSTEM, role="manager", name="Solo", email="solo@demo.example"
    ).person
    for kind, table in rows.items():
        for person in (sari, dimas, elsewhere):
            with pytest.raises(Forbidden):
                take(kind, table, by=person.user)
            with pytest.raises(Forbidden):
                give_file(kind, semarang, tmp_path / "x.xlsx", by=person.user)
        assert take(kind, table, by=ratna.user).brought.total == 1
        assert take(kind, table, by=hendro.user).brought.same == 1
    for deed, lines in ((members.import_people, []), (members.import_organisations, [])):
        with pytest.raises(Forbidden):
            deed(semarang.office, lines, by=dimas.user)


def test_who_took_a_persons_data_stands_where_she_reads_it(tmp_path, semarang, sari, ratna, rembug_1, enter):
    book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)
    give_file("people", semarang, tmp_path / "a.xlsx", by=ratna.user)
    assert PersonalView.objects.filter(person=sari, by=ratna.user, page="export").count() == 1
    give_file("bookings", semarang, tmp_path / "b.xlsx", by=ratna.user)
    assert PersonalView.objects.filter(person=sari, by=ratna.user, page="export").count() == 2
    assert LogEntry.objects.filter(deed="export_people", by=ratna.user).count() == 1
    assert ratna.name in enter(sari).get("/me/data/").content.decode()
    with pytest.raises(Refused) as refusal:
        give_file("organisations", semarang, tmp_path / "c.xlsx", by=ratna.user)
    assert refusal.value.code == "nothing_to_export"


# the page


def send(browser, kind, file, **more):
    with file.open("rb") as opened:
        return browser.post(
            f"/hubs/semarang/data/{kind}/import/", {f"{kind}-file": opened, f"{kind}-agreed": "on", **more}
        )


def test_sending_a_file_and_watching_it(
    enter, ratna, semarang, tmp_path, client, django_capture_on_commit_callbacks
):
    browser = enter(ratna)
    assert "Impor dan ekspor" in browser.get("/hubs/semarang/data/").content.decode()
    sent = send(browser, "people", workbook(tmp_path, OPERATORS))
    job = Import.objects.get()
    assert sent.headers["Location"] == f"/hubs/semarang/data/imports/{job.pk}/"
    page = browser.get(sent.headers["Location"]).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert 'hx-trigger="every 1s"' in page
    assert client.get(f"/files/{job.file.name}").status_code == 404
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.new, job.file.name) == ("done", 3, "")
    fragment = browser.get(sent.headers["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "3 baru" in fragment
    assert "NIK" in fragment
    assert "every 1s" not in fragment
    run_import(job.pk)  # a task that came back
    assert Person.objects.filter(name__startswith="Rini").count() == 1


def test_a_wrong_file_shows_its_mistakes_and_is_gone(enter, ratna, semarang, tmp_path, settings):
    rows = [["Nama Lengkap", "Nomor WhatsApp"], *[["Orang", "12"] for _n in range(250)]]
    send(enter(ratna), "people", workbook(tmp_path, rows))
    job = Import.objects.get()
    path = job.file.path
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, len(job.problems), job.more) == ("refused", 200, 50)
    page = enter(ratna).get(f"/hubs/semarang/data/imports/{job.pk}/").content.decode()
    assert "50 kesalahan lagi" in page
    assert "Nomor WhatsApp" in page
    assert not Path(path).exists()


def test_what_is_refused_at_the_door(enter, ratna, semarang, tmp_path):
    browser = enter(ratna)
    csv = tmp_path / "data.xlsx"
    csv.write_text("Nama,WA\n")
    answer = send(browser, "people", csv)
    assert answer.status_code == 422
    assert "CSV" in answer.content.decode()
    right = workbook(tmp_path, OPERATORS, name="data.xls")
    assert send(browser, "people", right).status_code == 422
    good = workbook(tmp_path, OPERATORS)
    with good.open("rb") as opened:
        unsaid = browser.post("/hubs/semarang/data/people/import/", {"people-file": opened})
    assert unsaid.status_code == 422
    assert browser.post("/hubs/semarang/data/people/import/").status_code == 422
    assert browser.post("/hubs/semarang/data/recipes/import/").status_code == 404
    assert not Import.objects.exists()


def test_export_and_template_are_downloads(enter, ratna, semarang, rembug_1, sari, tmp_path):
    browser = enter(ratna)
    for kind in KINDS:
        template = browser.get(f"/hubs/semarang/data/{kind}/template.xlsx")
        assert template.status_code == 200
        assert "attachment" in template.headers["Content-Disposition"]
    answer = browser.post("/hubs/semarang/data/people/export/")
    assert "attachment" in answer.headers["Content-Disposition"]
    file = tmp_path / "got.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))
    assert sari.name in str(written(file))
    checked(file)
    empty = browser.post(
        "/hubs/semarang/data/bookings/export/", {"first": "2026-01-01", "last": "2026-11-21"}
    )
    assert empty.status_code == 409
    wrong = browser.post(
        "/hubs/semarang/data/bookings/export/", {"first": "2020-01-01", "last": "2026-11-21"}
    )
    assert wrong.status_code == 422


def test_another_hubs_and_offices_imports_are_not_to_be_seen(
    enter, ratna, solo, semarang, twin_manager, tmp_path
):
    send(enter(ratna), "people", workbook(tmp_path, OPERATORS))
    job = Import.objects.get()
    assert enter(ratna).get(f"/hubs/solo/data/imports/{job.pk}/").status_code == 403
    assert (
        enter(twin_manager).get(f"/hubs/semarang/data/imports/{job.pk}/", HTTP_HOST=TWIN_HOST).status_code
        == 404
    )
    assert take_file("people", semarang, workbook(tmp_path, OPERATORS), by=ratna.user).brought.new == 3
    assert not Person.objects.filter(office=twin_manager.office, name__startswith="Rini").exists()


def test_old_imports_are_forgotten_with_their_files(enter, ratna, semarang, tmp_path):
    send(enter(ratna), "people", workbook(tmp_path, OPERATORS))
    path = Import.objects.get().file.path
    with clock.set_to(clock.now() + dt.timedelta(days=29)):
        tick()
    assert Import.objects.exists()
    with clock.set_to(clock.now() + dt.timedelta(days=31)):
        assert forget_imports(clock.now() - dt.timedelta(days=30)) == 1
    assert not Path(path).exists()


def test_a_broken_deed_takes_nothing_and_says_so(enter, ratna, semarang, tmp_path, monkeypatch):
    send(enter(ratna), "people", workbook(tmp_path, OPERATORS))
    job = Import.objects.get()

    def breaks(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("heterospace.home.data.jobs.take_file", breaks)
    with pytest.raises(ZeroDivisionError):
        run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file.name) == ("failed", "")
    assert "kesalahan kami" in enter(ratna).get(f"/hubs/semarang/data/imports/{job.pk}/").content.decode()


# the commands


def test_the_commands_take_and_give(semarang, rembug_1, tmp_path):
    out = io.StringIO()
    call_command(
        "import",
        "people",
        str(workbook(tmp_path, OPERATORS)),
        "--hub",
        "semarang",
        stdout=out,
        stderr=io.StringIO(),
    )
    assert out.getvalue().strip() == "3 new, 0 changed, 0 as before"
    file = tmp_path / "out.xlsx"
    out = io.StringIO()
    call_command("export", "people", str(file), "--hub", "semarang", stdout=out, stderr=io.StringIO())
    assert out.getvalue().startswith("3 lines")
    assert file.stat().st_mode & 0o077 == 0
    errors = io.StringIO()
    with pytest.raises(CommandError, match="nothing was taken"):
        call_command(
            "import",
            "people",
            str(workbook(tmp_path, [["Nama", "WA"], ["", "12"]])),
            "--hub",
            "semarang",
            stderr=errors,
        )
    assert "2\tNama lengkap" in errors.getvalue()
    for wrong in (["--hub", "nowhere"], ["--hub", "semarang", "--office", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("export", "people", str(file), *wrong, stderr=io.StringIO())
    with pytest.raises(CommandError):
        call_command("import", "people", str(tmp_path / "none.xlsx"), "--hub", "semarang")
