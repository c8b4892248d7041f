"""The sheets of people and organisations: their columns as operators name them, and lines for an export."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core import phones, regions
from ..core.sheets import Column, Table
from ..core.sheets.cells import Odd, choice, email, paragraphs, phone, plain, text, whole, year, yes
from ..hubs.models import Office
from .enums import Gender, Kind, LegalityKind, Purpose
from .models import Affiliation, Consent, Legality, Organisation, Person

NOT_KEPT = _("HeteroSpace does not keep it.")
TOO_MUCH = _("Not kept: more than is needed to run a membership.")
NIK = _("The NIK is never kept here. It was dropped and stands nowhere.")
OF_ORGANISATIONS = _("Belongs into the sheet of organisations.")
TELEPHONE = ("telepon", "no telepon", "nomor telepon", "no hp", "nomor hp", "hp", "telp", "no telp")
NUMBER = ("whatsapp", "wa", "no whatsapp", "no wa", "nomor wa", *TELEPHONE)
EMPLOYER = (
    "perusahaan",
)  # asked of everybody; a business, community or campus is asked for by its own name too
KEEP_OUT = {
    "no": _("Only the number of the line."),
    "nomor": _("Only the number of the line."),
    "nik": NIK,
    "nomor ktp": NIK,
    "no ktp": NIK,
    "nik ktp": NIK,
    "nik no ktp": NIK,
    "no nik": NIK,
    "nomor nik": NIK,
    "nomor induk kependudukan": NIK,
    "tempat lahir": TOO_MUCH,
    "pendidikan": TOO_MUCH,
    "pendidikan terakhir": TOO_MUCH,
    "alamat": TOO_MUCH,
    "alamat lengkap": TOO_MUCH,
    "provinsi": _("Told by the kabupaten or kota."),
    "desa": TOO_MUCH,
    "kelurahan": TOO_MUCH,
    "desa kelurahan": TOO_MUCH,
    "kelurahan desa": TOO_MUCH,
    "kode pos": TOO_MUCH,
    "status disabilitas": _("Ask people what to prepare for them; a diagnosis is not kept."),
    "disabilitas": _("Ask people what to prepare for them; a diagnosis is not kept."),
    "group wa": NOT_KEPT,
    "alasan bergabung": NOT_KEPT,
    "paket": _("Belongs into the sheet of past bookings."),
    "tanggal mulai": _("Belongs into the sheet of past bookings."),
    "tanggal selesai": _("Belongs into the sheet of past bookings."),
    "durasi": _("Belongs into the sheet of past bookings."),
    "add on": NOT_KEPT,
    "tahu dari mana": NOT_KEPT,
    "jabatan": NOT_KEPT,
    "kategori": NOT_KEPT,
    **dict.fromkeys(
        ("jenis bisnis", "badan usaha", "alamat usaha", "tahun berdiri", "pendapatan bulanan", "jumlah karyawan",
         "nomor sertifikat", "media sosial", "marketplace", "website", "jumlah anggota", "area fokus", "area operasional"),
        OF_ORGANISATIONS,
    ),
    **dict.fromkeys(
        ("jurusan", "tahun masuk", "semester", "minat karir", "keahlian", "pengalaman", "sektor", "peran", "bidang minat",
         "latar belakang", "tingkat pengalaman"),
        NOT_KEPT,
    ),
}  # fmt: skip


def region(value: Any) -> str:
    """The code of a kabupaten or kota, or another province, by code or name (`Kab. Banyumas`)."""
    typed = plain(value)
    if regions.is_home(typed):
        return typed
    found = _regions().get(_short(typed), [])
    if len(found) != 1:
        if len(found) > 1:
            raise Odd(_("There are a kabupaten and a kota of this name. Write which."))
        raise Odd(_("This kabupaten, kota or province is not known."))
    return found[0]


def _short(name: str) -> str:
    words = name.lower().replace(".", " ").split()
    return " ".join({"kab": "kabupaten", "kotamadya": "kota"}.get(word, word) for word in words)


_KNOWN: dict[str, list[str]] = {}


def _regions() -> dict[str, list[str]]:
    """Codes by full and by short name; a short name may be a kabupaten's and a kota's."""
    if not _KNOWN:
        for code, name in regions.homes():
            full = _short(name)
            for way in {full, full.removeprefix("kabupaten ").removeprefix("kota ")}:
                _KNOWN.setdefault(way, []).append(code)
    return _KNOWN


def nib(value: Any) -> str:
    """A NIB: 13 digits, also when Excel took them for a number."""
    digits = plain(value).replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 13):
        raise Odd(_("A NIB has 13 digits."))
    return digits


def names(value: Any) -> list[str]:
    """Several names with semicolons between."""
    return [name for part in plain(value).split(";") if (name := part.strip())]


def website(value: Any) -> str:
    """An address on the web, with https:// when nothing stands in front."""
    typed = text(200)(value)
    if "." not in typed or " " in typed:
        raise Odd(_("This does not look like a web address."))
    return typed if typed.startswith(("http://", "https://")) else f"https://{typed}"


def gender(value: Any) -> str:
    """Female or male."""
    return choice(Gender, p="f", w="f", wanita="f", l="m", pria="m", **{"laki-laki": "m", "laki laki": "m"})(
        value
    )


def labels(choices: Any) -> list[str]:
    """The words of a list in the reader's language."""
    return [str(label) for label in choices.labels]


YES_NO = lambda: [str(_("yes")), str(_("no"))]  # noqa: E731
PEOPLE = Table(
    "people",
    _("People"),
    (
        Column("number", _("Member number"), whole(1), ("nomor anggota", "no anggota", "id"),
               help=_("Leave it empty for somebody new; an export fills it."), width=10),
        Column("name", _("Full name"), text(200), ("nama", "nama lengkap", "nama anggota", "nama member"), needed=True,
               example=("Sari Wulandari", "Bagus Prakoso"), width=30),
        Column("whatsapp", _("WhatsApp number"), phone,
               NUMBER, yields=TELEPHONE, example=("0812 0000 0001", "+62 812-0000-0002"),
               help=_("A number or an e-mail finds the person again; one of them is needed."), width=20),
        Column("email", _("E-mail"), email, ("email", "surel", "alamat email"),
               example=("sari@contoh.example", "bagus@contoh.example"), width=28),
        Column("organisation", _("Organisations"), names,
               ("organisasi", "perusahaan", "nama usaha", "nama perusahaan", "nama komunitas", "institusi"),
               yields=EMPLOYER, example=("Batik Sari Pandanaran",), width=28,
               help=_("Names with semicolons between. They must be known: import organisations first.")),
        Column("regency", _("Kabupaten or kota"), region,
               ("kabupaten kota", "kabupaten", "kota", "kab kota", "domisili", "kab"), example=("Kota Semarang", "Kab. Semarang"), width=22),
        Column("district", _("Kecamatan"), text(60), ("kec",), example=("Banyumanik",)),
        Column("birth_year", _("Birth year"), year, ("tahun lahir", "tanggal lahir", "tgl lahir"), example=(1990, "21/11/1998"),
               help=_("Of a date of birth only the year is kept, and only of who agrees to statistics or is under 18."), width=12),
        Column("gender", _("Gender"), gender, ("jenis kelamin", "jk", "l p"), example=("Perempuan", "L"), choices=lambda: labels(Gender),
               help=_("Only kept of who agrees to statistics.")),
        Column("news", _("Agrees to news"), yes, ("setuju kabar",), example=("ya",), choices=YES_NO, width=14),
        Column("directory", _("Agrees to the directory"), yes, ("setuju direktori",), example=("ya",), choices=YES_NO, width=14),
        Column("statistics", _("Agrees to statistics"), yes, ("setuju statistik",), example=("ya", "ya"), choices=YES_NO, width=14),
        Column("guardian_name", _("Parent or guardian"), text(200), ("nama wali", "wali"), help=_("Needed under 18."), width=24),
        Column("guardian_whatsapp", _("Their WhatsApp number"), phone, ("nomor wali", "wa wali"), help=_("Needed under 18."), width=20),
    ),
    KEEP_OUT,
)  # fmt: skip
ORGANISATIONS = Table(
    "organisations",
    _("Organisations"),
    (
        Column("slug", _("Code"), text(80), ("kode",), help=_("Leave it empty for a new one; an export fills it."), width=22),
        Column("name", _("Name"), text(200), ("nama", "nama usaha", "nama organisasi", "nama komunitas", "nama perusahaan"), needed=True,
               example=("Batik Sari Pandanaran", "Komunitas Kawan Usaha"), width=32),
        Column("kind", pgettext_lazy("organisation", "Kind"),
               choice(Kind, usaha="umkm", umkm="umkm", startup="startup", koperasi="cooperative", dinas="agency", instansi="agency",
                      pt="company", kampus="campus", universitas="campus"),
               ("jenis", "jenis organisasi", "kategori"), needed=True, example=("UMKM", "Komunitas"), choices=lambda: labels(Kind), width=22),
        Column("regency", _("Kabupaten or kota"), region, ("kabupaten kota", "kabupaten", "kota", "kab kota"), example=("Kota Semarang", "Kota Surakarta"), width=22),
        Column("district", _("Kecamatan"), text(60), ("kec",)),
        Column("whatsapp", _("WhatsApp number"), phone, NUMBER, yields=TELEPHONE, width=20),
        Column("email", _("E-mail"), email, ("email", "surel"), width=26),
        Column("website", _("Website or shop"), website, ("website", "situs", "marketplace"), width=26),
        Column("founded_year", _("Founded in"), year, ("tahun berdiri",), example=(2016,), width=12),
        Column("workers", _("Workers"), whole(0, 1_000_000), ("jumlah karyawan", "tenaga kerja", "jumlah anggota"), example=(4,), width=12),
        Column("yearly_sales", _("Yearly sales (Rp)"), whole(0, 10**16), ("omzet setahun", "hasil penjualan tahunan", "omzet"),
               example=("Rp380.000.000",)),
        Column("capital", _("Capital without land and buildings (Rp)"), whole(0, 10**16), ("modal usaha", "modal"), width=20),
        Column("nib", "NIB", nib, ("nomor induk berusaha",), example=("1234567890123",)),
        Column("about", _("What it does"), paragraphs(2000), ("keterangan", "bidang usaha", "jenis bisnis", "area fokus"), example=("Batik tulis pewarna alam",), width=40),
    ),
    {
        **{heading: KEEP_OUT[heading] for heading in ("no", "nomor", "nik", "nomor ktp", "no ktp", "alamat", "provinsi", "kode pos", "desa", "kelurahan")},
        "alamat usaha": TOO_MUCH,
        "badan usaha": NOT_KEPT,
        "pendapatan bulanan": _("A band of monthly income is no figure; write yearly sales."),
        "nomor sertifikat": NOT_KEPT,
        "media sosial": NOT_KEPT,
        "area operasional": NOT_KEPT,
        "peran": NOT_KEPT,
    },
)  # fmt: skip
AGREED = {"news": Purpose.NEWS, "directory": Purpose.DIRECTORY, "statistics": Purpose.STATISTICS}
CHUNK = 2000


def people_lines(office: Office) -> Iterator[dict[str, Any]]:
    """The office's living records by number, as the sheet of people has them."""
    last = 0
    while True:
        rows = list(
            Person.objects.filter(office=office, merged_into=None, erased_at=None, pk__gt=last).order_by(
                "pk"
            )[:CHUNK]
        )
        if not rows:
            return
        last = rows[-1].pk
        ids = [row.pk for row in rows]
        agreed: dict[int, set[str]] = {}
        for person, purpose in (
            Consent.objects.filter(person__in=ids, withdrawn_at=None)
            .values_list("person_id", "purpose")
            .order_by("id")
        ):
            agreed.setdefault(person, set()).add(purpose)
        acts: dict[int, list[str]] = {}
        standing = Affiliation.objects.filter(person__in=ids, until=None, state="confirmed")
        for person, name in standing.order_by("organisation__name", "id").values_list(
            "person_id", "organisation__name"
        ):
            acts.setdefault(person, []).append(name)
        for row in rows:
            yield {
                "number": row.pk,
                "name": row.name,
                "whatsapp": phones.readable(row.whatsapp),
                "email": row.email,
                "organisation": "; ".join(acts.get(row.pk, [])),
                "regency": regions.name(row.regency),
                "district": regions.name(row.district),
                "birth_year": row.birth_year,
                "gender": row.get_gender_display() if row.gender else "",
                **{key: purpose in agreed.get(row.pk, ()) for key, purpose in AGREED.items()},
                "guardian_name": row.guardian_name,
                "guardian_whatsapp": phones.readable(row.guardian_whatsapp),
            }


def organisation_lines(office: Office) -> Iterator[dict[str, Any]]:
    """The office's organisations by number, as their sheet has them."""
    nibs: dict[int, str] = dict(
        Legality.objects.filter(organisation__office=office, kind=LegalityKind.NIB)
        .order_by("-id")
        .values_list("organisation_id", "number")
    )
    for row in Organisation.objects.filter(office=office).order_by("pk").iterator(CHUNK):
        yield {
            "slug": row.slug,
            "name": row.name,
            "kind": row.get_kind_display(),
            "regency": regions.name(row.regency),
            "district": regions.name(row.district),
            "whatsapp": phones.readable(row.whatsapp),
            "email": row.email,
            "website": row.website,
            "founded_year": row.founded_year,
            "workers": row.workers,
            "yearly_sales": row.yearly_sales,
            "capital": row.capital,
            "nib": nibs.get(row.pk, ""),
            "about": row.about,
        }
