"""The sheets of past events and their participants: their columns as operators name them, and lines for an export."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core import phones, regions
from ..core.sheets import Column, Table
from ..core.sheets.cells import choice, date, email, paragraphs, phone, text, time, whole, year, yes
from ..hubs.models import Hub
from ..members.enums import Gender, Purpose
from ..members.models import Consent
from ..members.tables import (
    EMPLOYER,
    KEEP_OUT,
    NUMBER,
    TELEPHONE,
    YES_NO,
    gender,
    labels,
    names,
    region,
)
from .enums import HELD, EventMode, Mode, Outcome, Part, RegistrationState, Topic
from .models import Event, Registration, Scan

NOT_KEPT = _("HeteroSpace does not keep it.")
EVENTS = Table(
    "events",
    _("Past events"),
    (
        Column("reference", _("Reference"), text(12), ("kode", "kode acara"), help=_("Leave it empty for a new one; an export fills it."), width=14),
        Column("title", _("Title"), text(160), ("judul", "nama acara", "nama program", "nama kegiatan", "program", "acara", "kegiatan"), needed=True,
               example=("Kelas Foto Produk", "Webinar Pajak UMKM"), width=36),
        Column("hub", _("Hub"), text(80), ("area", "lokasi hub"), example=("", ""), help=_("Only to check: it must be the hub whose page this is."), width=22),
        Column("date", _("Date"), date, ("tanggal", "tanggal mulai", "tgl", "tgl mulai", "tanggal pelaksanaan"), needed=True, example=("21/10/2020", "28/10/2020"), width=13),
        Column("start", _("From"), time, ("jam mulai", "mulai", "pukul", "waktu"), needed=True, example=("09.00", "13.00"), width=10),
        Column("end", _("Until"), time, ("jam selesai", "selesai", "sampai"), needed=True, example=("12.00", "15.00"), width=10),
        Column("last_date", _("Last date"), date, ("tanggal selesai", "tgl selesai"), help=_("Only when it is another day."), width=13),
        Column("mode", _("How"), choice(EventMode, luring="onsite", offline="onsite", daring="online", webinar="online", hybrid="hybrid", hibrida="hybrid",
                                        **{"tatap muka": "onsite"}), ("cara", "metode", "moda", "pelaksanaan"),
               example=("Luring", "Daring"), choices=lambda: labels(EventMode), help=_("Empty means on site."), width=18),
        Column("capacity", _("Seats"), whole(1, 100_000), ("kapasitas", "kuota", "jumlah kursi"), example=(40, 200), help=_("Leave it empty for as many as come."), width=10),
        Column("topic", _("Topic"), choice(Topic), ("topik", "kategori", "bidang"), choices=lambda: labels(Topic), width=22),
        Column("hosts", _("Hosts"), names, ("tuan rumah", "kolaborator", "penyelenggara", "mitra", "klien"), example=("Komunitas Kawan Usaha",), width=28,
               help=_("Names with semicolons between. They must be known: import organisations first.")),
        Column("summary", _("In one sentence"), text(240), ("ringkasan",), width=36),
        Column("about", _("What happens"), paragraphs(8000), ("deskripsi", "keterangan", "uraian"), width=40),
    ),
    {
        "no": _("Only the number of the line."),
        "nomor": _("Only the number of the line."),
        "peserta": _("Counted from the sheet of participants."),
        "jumlah peserta": _("Counted from the sheet of participants."),
        "status": _("Everything in this sheet has taken place."),
        "instruktur": NOT_KEPT,
        "pic": NOT_KEPT,
        "anggaran": _("Payments come later."),
    },
)  # fmt: skip
PARTICIPANTS = Table(
    "participants",
    _("Participants of past events"),
    (
        Column("event", _("Event"), text(160), ("acara", "judul", "nama acara", "nama program", "program", "kegiatan", "nama kegiatan", "kode acara"), needed=True,
               example=("Kelas Foto Produk", "Webinar Pajak UMKM"), help=_("Title or reference of an event of this hub that is over."), width=34),
        Column("date", _("Date"), date, ("tanggal", "tanggal acara", "tgl"), example=("21/10/2020", ""), help=_("Only needed where several events have the same title."), width=13),
        Column("name", _("Full name"), text(200), ("nama", "nama lengkap", "nama peserta"), needed=True, example=("Sari Wulandari", "Bagus Prakoso"), width=30),
        Column("whatsapp", _("WhatsApp number"), phone, NUMBER, yields=TELEPHONE,
               example=("0812 0000 0001", ""), help=_("A number or an e-mail finds the person again; one of them is needed."), width=20),
        Column("email", _("E-mail"), email, ("email", "surel", "alamat email"), example=("", "bagus@contoh.example"), width=28),
        Column("came", pgettext_lazy("event", "Came"), yes, ("hadir", "kehadiran", "datang"), example=("ya", "tidak"), choices=YES_NO, help=_("Empty means yes."), width=10),
        Column("mode", _("How"), choice(Mode, luring="onsite", offline="onsite", daring="online", **{"tatap muka": "onsite"}), ("cara", "metode", "moda"),
               choices=lambda: labels(Mode), help=_("Only needed where an event was both."), width=14),
        Column("organisation", _("Organisation"), text(200), ("organisasi", "perusahaan", "nama usaha", "nama perusahaan", "nama komunitas", "institusi", "instansi"),
               yields=EMPLOYER, example=("Batik Sari Pandanaran",), help=_("A name that is known here, or empty."), width=28),
        Column("regency", _("Kabupaten or kota"), region, ("kabupaten kota", "kabupaten", "kota", "kab kota", "domisili"), example=("Kota Semarang", "Kab. Semarang"), width=22),
        Column("gender", _("Gender"), gender, ("jenis kelamin", "jk", "l p"), example=("Perempuan", "L"), choices=lambda: labels(Gender), help=_("Only kept of who agrees to statistics.")),
        Column("birth_year", _("Birth year"), year, ("tahun lahir", "tanggal lahir", "tgl lahir"), example=(1990,),
               help=_("Of a date of birth only the year is kept, and only of who agrees to statistics or is under 18."), width=12),
        Column("statistics", _("Agrees to statistics"), yes, ("setuju statistik",), example=("ya", "ya"), choices=YES_NO, width=14),
    ),
    {key: words for key, words in KEEP_OUT.items() if key not in {"tanggal mulai", "tanggal selesai", "paket", "durasi"}}
    | {
        "kategori": NOT_KEPT,
        "sektor": _("Told by the organisation."),
        "alasan bergabung": NOT_KEPT,
    },
)  # fmt: skip


def past(hub: Hub, first: dt.date, last: dt.date) -> Any:
    """The hub's events that were held and began from `first` to `last`, in order."""
    zone = ZoneInfo(hub.timezone)
    low = dt.datetime.combine(first, dt.time(), zone)
    high = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    held = Event.objects.filter(
        hub=hub, state__in=HELD, period__startswith__gte=low, period__startswith__lt=high
    )
    return held.order_by("period", "id")


def event_lines(hub: Hub, rows: Any) -> Iterator[dict[str, Any]]:
    """Events (a query of them) as their sheet has them, with times as clocks at the hub show them."""
    zone = ZoneInfo(hub.timezone)
    for row in rows.prefetch_related("seats", "parties__organisation").iterator(500):
        start, end = row.start.astimezone(zone), row.end.astimezone(zone)
        counts = [one.capacity for one in row.seats.all()]
        hosts = [one.organisation.name for one in row.parties.all() if one.part != Part.SUPPORTER]
        yield {
            "reference": row.reference,
            "title": row.title,
            "hub": hub.name,
            "date": start.date(),
            "start": start.time(),
            "end": end.time(),
            "last_date": end.date() if end.date() != start.date() else None,
            "mode": row.get_mode_display(),
            "capacity": sum(counts) if counts and all(counts) else None,  # type: ignore[arg-type]
            "topic": row.get_topic_display(),
            "hosts": "; ".join(hosts),
            "summary": row.summary,
            "about": row.about,
        }


def participant_lines(hub: Hub, rows: Any) -> Iterator[dict[str, Any]]:
    """Who had a seat at these events, as their sheet has them; what needs a consent only with it."""
    zone = ZoneInfo(hub.timezone)
    seen = Scan.objects.filter(registration=OuterRef("pk"), outcome=Outcome.IN, annulment=None)
    agreed = Consent.objects.filter(person=OuterRef("person"), purpose=Purpose.STATISTICS, withdrawn_at=None)
    found = Registration.objects.filter(event__in=rows.values("pk"), state=RegistrationState.CONFIRMED)
    found = found.annotate(there=Exists(seen), counted=Exists(agreed)).order_by("event", "id")
    for row in found.select_related("event", "person", "seats", "organisation").iterator(2000):
        person = row.person
        yield {
            "event": row.event.reference,
            "date": row.event.start.astimezone(zone).date(),
            "name": person.name,
            "whatsapp": phones.readable(person.whatsapp),
            "email": person.email,
            "came": row.there,
            "mode": row.seats.get_mode_display(),
            "organisation": row.organisation.name if row.organisation else "",
            "regency": regions.name(person.regency),
            "gender": person.get_gender_display() if row.counted and person.gender else "",
            "birth_year": person.birth_year if row.counted else None,
            "statistics": row.counted,
        }
