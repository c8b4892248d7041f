"""The sheet of a hub's past bookings: its columns, and lines for an export."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from ..core import phones
from ..core.sheets import Column, Table
from ..core.sheets.cells import choice, date, email, phone, text, time, whole
from ..hubs.models import Hub
from ..members.tables import EMPLOYER, KEEP_OUT, NUMBER, TELEPHONE
from .enums import BookingState
from .models import Booking
from .queries import moments

OF_PEOPLE = _("Belongs into the sheet of people.")
OF_THEM = (
    "jenis kelamin", "jk", "l p", "tahun lahir", "tanggal lahir", "tgl lahir", "domisili", "kabupaten kota", "kabupaten",
    "kota", "kab kota", "kab", "kecamatan", "kec", "provinsi", "nomor anggota", "no anggota",
)  # fmt: skip
PAST = (BookingState.FINISHED, BookingState.CANCELLED, BookingState.NO_SHOW)
BOOKINGS = Table(
    "bookings",
    _("Past bookings"),
    (
        Column("reference", _("Reference"), text(40), ("kode", "kode pemesanan", "kode booking"),
               help=_("Leave it empty, or keep your own; an export fills it."), width=16),
        Column("space", _("Space"), text(120), ("ruang", "nama ruang", "paket", "nama paket", "kode ruang"), needed=True,
               example=("Rembug 1", "Gatra"), help=_("Name or code of a space of this hub."), width=26),
        Column("date", _("Date"), date, ("tanggal", "tanggal mulai", "tgl mulai", "tgl"), needed=True, example=("21/10/2026", "22/10/2026"), width=13),
        Column("start", _("From"), time, ("jam mulai", "mulai", "dari", "pukul"), example=("09.00", "08.00"),
               help=_("Without times an hourly space counts as taken while it was open that day."), width=10),
        Column("end", _("Until"), time, ("jam selesai", "selesai", "sampai", "hingga"), example=("11.00", "17.00"), width=10),
        Column("last_date", _("Last date"), date, ("tanggal selesai", "tgl selesai", "sampai tanggal"), help=_("Only when it is another day."), width=13),
        Column("name", _("Full name"), text(200), ("nama", "nama lengkap", "pemesan", "peminjam", "nama peminjam"), needed=True, example=("Sari Wulandari", "Wulan Maharani"), width=28),
        Column("whatsapp", _("WhatsApp number"), phone, NUMBER, yields=TELEPHONE, example=("0812 0000 0001", "0812 0000 0003"),
               help=_("A number or an e-mail finds the person, or enters her."), width=20),
        Column("email", _("E-mail"), email, ("email", "surel"), width=26),
        Column("organisation", _("Organisation"), text(200), ("organisasi", "atas nama", "perusahaan", "nama perusahaan", "instansi", "institusi", "nama usaha", "komunitas", "nama komunitas"),
               yields=EMPLOYER, example=("", "Komunitas Kawan Usaha"),
               help=_("A name that is known here, or empty."), width=28),
        Column("purpose", _("What for"), text(500), ("keperluan", "kegiatan", "acara", "tujuan"), example=("Foto produk", "Temu bulanan"), width=32),
        Column("people", _("People"), whole(1, 100_000), ("jumlah orang", "jumlah peserta", "peserta", "orang"), example=(4, 40), width=10),
        Column("state", _("State"), choice(BookingState, *PAST, batal="cancelled", dibatalkan="cancelled", selesai="finished", hadir="finished",
                                           **{"tidak hadir": "no_show", "no show": "no_show"}),
               ("status", "keadaan"), example=("Selesai", "Dibatalkan"), choices=lambda: [str(state.label) for state in PAST],
               help=_("Empty means that it took place."), width=14),
    ),
    {key: words for key, words in KEEP_OUT.items() if key not in {"tanggal mulai", "tanggal selesai", "paket"}}
    | dict.fromkeys(OF_THEM, OF_PEOPLE)
    | {
        "durasi": _("Told by the times."),
        "harga": _("Payments come later."),
        "tarif": _("Payments come later."),
        "pembayaran": _("Payments come later."),
    },
)  # fmt: skip


def history(hub: Hub, first: dt.date, last: dt.date) -> Any:
    """The hub's bookings that begin from `first` to `last`, in order."""
    zone = ZoneInfo(hub.timezone)
    low = dt.datetime.combine(first, dt.time(), zone)
    high = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    return Booking.objects.filter(hub=hub, period__overlap=moments(low, high)).order_by("period", "id")


def booking_lines(hub: Hub, rows: Any) -> Iterator[dict[str, Any]]:
    """Bookings (a query of them) as their sheet has them, with times as clocks at the hub show them."""
    zone = ZoneInfo(hub.timezone)
    found = rows.select_related("space", "person", "organisation")
    for row in found.iterator(2000):
        start, end = row.start.astimezone(zone), row.end.astimezone(zone)
        yield {
            "reference": row.reference,
            "space": row.space.name,
            "date": start.date(),
            "start": start.time(),
            "end": end.time(),
            "last_date": end.date() if end.date() != start.date() else None,
            "name": str(row.person),
            "whatsapp": phones.readable(row.person.whatsapp),
            "email": row.person.email,
            "organisation": row.organisation.name if row.organisation else "",
            "purpose": row.purpose,
            "people": row.people,
            "state": row.get_state_display(),
        }
