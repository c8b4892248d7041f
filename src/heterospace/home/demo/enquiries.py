"""What people asked the invented hubs in the last weeks, and how the desk kept its word."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ...core import clock
from ...core.deeds import SYSTEM
from ...core.models import User
from ...enquiries.actions import answer_enquiry, ask_hub, close_enquiry, take_enquiry
from ...hubs.models import Hub, Office
from ...hubs.queries import schedule_of
from ...members.models import Person


@dataclass(frozen=True)
class Told:
    """What somebody told a hub: how many days before the demo began, what, and what became of it."""

    hub: str
    days: int
    kind: str
    name: str  # one of the cast by her e-mail's name, else a stranger
    text: str
    answer: str = ""
    after: int = 0  # hours until it was answered
    outcome: str = ""
    note: str = ""
    taken: bool = False


TOLD = (
    Told(
        "semarang", 26, "question", "Nur Aini", "Apakah ada tempat untuk salat dekat ruang rapat?",
        "Ada musala di lantai 1, di sebelah ruang Maneka.", 2, "explained",
    ),
    Told(
        "semarang", 19, "complaint", "bagus", "AC ruang Rembug 2 tidak dingin sejak pekan lalu, rapat kami terganggu.",
        "Mohon maaf. AC sudah dibersihkan hari ini dan kami cek setiap Senin.", 5, "upheld",
        "AC dibersihkan, masuk daftar periksa mingguan",
    ),
    Told(
        "semarang", 12, "praise", "sari", "Terima kasih, petugas meja depan membantu saya sampai siaran langsung jalan.",
        "Senang mendengarnya, Bu Sari. Kami sampaikan ke tim.", 1, "solved",
    ),
    Told(
        "semarang", 9, "question", "Yoga Pratama", "Bisakah menyewa kamera untuk foto produk dua jam?",
        "Bisa. Kamera ada di studio; pesan studionya lewat situs, kamera ikut.", 30, "solved",
    ),
    Told("semarang", 4, "fault", "bagus", "Proyektor di Gatra berkedip kalau pakai kabel HDMI.", taken=True),
    Told("semarang", 0, "question", "Lestari", "Apakah pelajar SMK boleh ikut memakai ruang Maneka tanpa organisasi?"),
    Told("semarang", 0, "praise", "Heru Santoso", "Usul: tambah stopkontak di dekat jendela ruang Maneka."),
    Told(
        "solo", 7, "question", "wulan", "Berapa orang yang muat di Gatra kalau kursi disusun teater?",
        "Sampai 80 kursi, panggung tetap di depan.", 3, "explained",
    ),
    Told("solo", 1, "complaint", "Joko Riyanto", "Parkiran motor penuh saat ada acara, kami terlambat setengah jam."),
    Told("banyumas", 1, "question", "Siti Rahma", "Apakah kamar co-living bisa untuk dua malam saat lomba?"),
)  # fmt: skip


def fill_enquiries(office: Office) -> None:
    """Tell every hub something in its opening hours, and let the desk answer most of it in time."""
    began = office.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    dimas = User.objects.get(email="dimas@demo.example")
    for n, told in enumerate(TOLD):
        hub = office.hubs.filter(slug=told.hub).first()
        if hub is None:
            continue
        asked_at = min(_while_open(hub, began - dt.timedelta(days=told.days), n), office.created_at)
        person = Person.objects.filter(office=office, email=f"{told.name}@demo.example").first()
        with clock.set_to(asked_at):
            enquiry = ask_hub(
                hub,
                by=person.user if person is not None and person.user is not None else SYSTEM,
                kind=told.kind,
                text=told.text,
                name="" if person else told.name,
                whatsapp="" if person else f"08120009{n:04}",
            )
        at_desk = dimas if told.hub == "semarang" else SYSTEM
        if told.taken:
            with clock.set_to(asked_at + dt.timedelta(minutes=40)):
                take_enquiry(enquiry, by=at_desk)
        if told.answer:
            with clock.set_to(asked_at + dt.timedelta(hours=told.after)):
                answer_enquiry(enquiry, told.answer, way="spoken" if person else "whatsapp", by=at_desk)
            with clock.set_to(asked_at + dt.timedelta(hours=told.after + 1)):
                close_enquiry(enquiry, told.outcome, note=told.note, by=at_desk)


def _while_open(hub: Hub, day: dt.date, n: int) -> dt.datetime:
    """A moment of the last opening up to `day`, an hour and some minutes after the doors opened."""
    spans = schedule_of(hub).open_moments(day - dt.timedelta(days=9), 10)
    opens = spans[-1][0] if spans else clock.at(day, 9 * 60, hub.timezone)
    return opens + dt.timedelta(minutes=60 + 7 * n)
