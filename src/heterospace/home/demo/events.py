"""What happened in the invented hubs since February 2020: six years of events, who came, and what is coming.

History is written in bulk, month by month, as the deeds would have left it; `doctor` looks at it like at anything
else. What is coming goes through the deeds.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from ...bookings.queries import moments
from ...core import clock, codes, regions
from ...core.deeds import SYSTEM
from ...core.refusals import Refused
from ...events import actions
from ...events.actions import certificate_for
from ...events.certificates import earners
from ...events.enums import Direction, Outcome, Source
from ...events.models import (
    Certificate,
    CertificateRule,
    Event,
    EventParty,
    Registration,
    Scan,
    Seats,
    Session,
    Speaker,
)
from ...hubs.models import Hub, Office
from ...members.enums import Kind, Purpose
from ...members.models import Consent, Organisation, Person
from ...spaces.models import Space
from . import names
from .cast import SEED

OPENED = dt.date(2020, 2, 1)
FIRST_MONTHS, FIRST_EVENTS = 8, 231
SINCE = {"semarang": OPENED, "solo": dt.date(2022, 1, 1), "banyumas": dt.date(2023, 1, 1)}
PEOPLE = 15_400
ZONE = "Asia/Jakarta"
TITLES = {
    "digital": ("Jualan di Marketplace dari Nol", "Foto Produk dengan Ponsel", "Iklan Murah di Media Sosial", "Kasir Digital untuk Warung", "Dasar Desain dengan Aplikasi Gratis"),
    "business": ("Menyusun Rencana Usaha Satu Halaman", "Klinik Start-up", "Dari Ide ke Pelanggan Pertama", "Pitching Malam", "Belajar dari yang Gagal"),
    "finance": ("Pembukuan Sederhana untuk UMKM", "Menghitung Harga Pokok", "KUR dan Cara Mengajukannya", "Pajak UMKM 0,5 Persen"),
    "legality": ("Urus NIB lewat OSS", "Sertifikasi Halal Langkah demi Langkah", "Daftar Merek Sendiri", "P-IRT untuk Makanan Rumahan"),
    "craft": ("Batik Pewarna Alam", "Kemasan yang Menjual", "Anyaman Bambu Modern", "Ecoprint untuk Pemula"),
    "food": ("Uji Rasa Produk Kuliner", "Foto Makanan yang Menggugah", "Resep Konsisten, Rasa Sama"),
    "marketing": ("Cerita di Balik Merek", "WhatsApp Bisnis untuk Pelanggan Setia", "Ekspor Pertama Saya"),
    "culture": ("Ngobrol Film Pendek", "Musik Lokal di Panggung Gatra", "Gim Buatan Jawa Tengah"),
    "community": ("Temu Komunitas Kreatif", "Gotong Royong Data", "Srawung Sabtu Sore", "Hetero Talk"),
}  # fmt: skip
CLASSES = ("Sekolah UMKM", "Kelas Inkubasi", "Kelas Desain Kemasan", "Kelas Bahasa Inggris Dagang")
SPEAKERS = ("Pendamping UMKM", "Pelaku usaha", "Dosen", "Pegiat komunitas", "Perajin", "Praktisi pemasaran")


def people_units(office: Office) -> Iterator[Callable[[], None]]:
    """The people who came over the years, a thousand at a time."""
    for first in range(0, PEOPLE, 1000):
        yield partial(_people, office, first, min(first + 1000, PEOPLE))


def month_units(office: Office) -> Iterator[Callable[[], None]]:
    """The months from the opening to the last one that is over, each with its events."""
    months = _months(office)
    for number, month in enumerate(months):
        yield partial(_month, office, month, number, len(months))


def _months(office: Office) -> list[dt.date]:
    began = office.created_at.astimezone(ZoneInfo(ZONE)).date()
    count = (began.year - OPENED.year) * 12 + began.month - OPENED.month
    return [dt.date(OPENED.year + (1 + n) // 12, (1 + n) % 12 + 1, 1) for n in range(count)]


def _people(office: Office, first: int, last: int) -> None:
    rng = Random(f"{SEED}:people:{first}")
    codes_ = [code for code, _name in regions.regencies()]
    near = ["33.74", "33.72", "33.02", "33.22", "33.11", "33.24"]
    rows, agreed = [], []
    for n in range(first, last):
        tells = rng.random() < 0.72
        rows.append(
            Person(
                office=office,
                name=names.person(rng),
                email=f"peserta{n:05}@demo.example",
                whatsapp=f"+62899{n:08}" if rng.random() < 0.8 else "",
                regency=rng.choice(near if rng.random() < 0.6 else codes_),
                gender=rng.choices(("f", "m"), (56, 44))[0] if tells else "",
                birth_year=rng.randint(1962, 2007) if tells else None,
                access_needs="Kursi roda" if rng.random() < 0.012 else "",
                created_at=clock.at(OPENED, 0, ZONE),
            )
        )
        agreed.append(tells)
    for person, tells in zip(Person.objects.bulk_create(rows), agreed, strict=True):
        purposes = [Purpose.SERVICE] + [Purpose.STATISTICS] * tells
        purposes += [Purpose.DISABILITY] * bool(person.access_needs)
        Consent.objects.bulk_create(
            Consent(person=person, purpose=one, given_at=person.created_at) for one in purposes
        )


def _pool(office_id: int) -> tuple[int, ...]:
    """The ids of all those people, in their order."""
    found = Person.objects.filter(office=office_id, email__startswith="peserta")
    return tuple(found.order_by("pk").values_list("pk", flat=True))


def _month(office: Office, month: dt.date, number: int, months: int) -> None:
    """A month's events at the hubs that were open, with who came."""
    rng = Random(f"{SEED}:events:{month}")
    hubs = [hub for hub in office.hubs.order_by("position", "id") if SINCE.get(hub.slug, OPENED) <= month]
    count = FIRST_EVENTS * (number + 1) // FIRST_MONTHS - FIRST_EVENTS * number // FIRST_MONTHS
    if number >= FIRST_MONTHS:
        count = rng.randint(4, 6) * len(hubs) + (3 if month.year == 2021 else 0)
    pool = _pool(office.pk)
    fresh = list(pool[len(pool) * number // months : len(pool) * (number + 1) // months])
    known = pool[: len(pool) * number // months]
    hosts = list(
        Organisation.objects.filter(
            office=office, kind__in=[Kind.COMMUNITY, Kind.CAMPUS, Kind.COMPANY, Kind.AGENCY]
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    share = len(fresh) / count
    for n in range(count):
        new = fresh[int(n * share) : int((n + 1) * share)]
        _past_event(office, rng.choice(hubs), month, rng, new, known, hosts)


def _past_event(
    office: Office,
    hub: Hub,
    month: dt.date,
    rng: Random,
    new: list[int],
    known: tuple[int, ...],
    hosts: list[int],
) -> None:
    is_class = rng.random() < 0.12
    topic = rng.choice(list(TITLES))
    title = rng.choice(CLASSES) if is_class else rng.choice(TITLES[topic])
    distant = dt.date(2020, 4, 1) <= month <= dt.date(2021, 10, 1)
    mode = (
        "online"
        if distant and rng.random() < 0.9
        else rng.choices(("onsite", "online", "hybrid"), (78, 12, 10))[0]
    )
    day = month + dt.timedelta(days=rng.randint(0, 27))
    hour = rng.choice((540, 570, 780, 810, 840, 1140 if mode != "onsite" else 600))
    length = rng.choice((90, 120, 150, 180))
    sittings = [
        (
            clock.at(day + dt.timedelta(days=7 * n), hour, hub.timezone),
            clock.at(day + dt.timedelta(days=7 * n), hour + length, hub.timezone),
        )
        for n in range(rng.randint(3, 5) if is_class else 1)
    ]
    over = sittings[-1][1]
    if over > clock.now():
        return
    event = Event.objects.create(
        office=office,
        hub=hub,
        slug=f"{slugify(title)}-{day:%Y-%m-%d}-{codes.reference('X')[2:6].lower()}",
        reference=codes.reference("EV"),
        title=title,
        summary=f"{title} bersama komunitas di {hub.name}.",
        topic=topic,
        mode=mode,
        period=moments(sittings[0][0], over),
        access=["wheelchair"] if mode != "online" and rng.random() < 0.5 else [],
        state="done" if over > clock.now() - dt.timedelta(days=45) else "reported",
        made_at=sittings[0][0] - dt.timedelta(days=30),
        published_at=sittings[0][0] - dt.timedelta(days=21),
        ended_at=over,
    )
    spaces = _halls(hub.pk)
    place = rng.choice(spaces) if spaces and mode != "online" else None
    sessions = Session.objects.bulk_create(
        Session(
            event=event,
            title=f"Pertemuan {n + 1}" if is_class else "",
            period=moments(*times),
            space_id=place,
        )
        for n, times in enumerate(sittings)
    )
    Speaker.objects.create(session=sessions[0], name=names.person(rng), role=rng.choice(SPEAKERS))
    EventParty.objects.bulk_create(
        EventParty(
            event=event, organisation_id=one, part="host" if n == 0 else rng.choice(("co_host", "supporter"))
        )
        for n, one in enumerate(rng.sample(hosts, rng.choices((1, 2, 3), (60, 30, 10))[0]))
    )
    guests = new + rng.sample(known, min(len(known), rng.randint(6, 22)))
    for seats, share in _seats(event, rng, len(guests)):
        mine, guests = guests[:share], guests[share:]
        _came(event, seats, mine, sessions, rng, is_class=is_class)
    if is_class or rng.random() < 0.25:
        _certify(event)


def _halls(hub_id: int) -> tuple[int, ...]:
    found = Space.objects.filter(hub=hub_id, is_leaf=True, kind__in=["event", "meeting"], capacity__gte=20)
    return tuple(found.order_by("pk").values_list("pk", flat=True))


def _seats(event: Event, rng: Random, guests: int) -> list[tuple[Seats, int]]:
    """The counters, and how many guests took part each way; one event in ten was full."""
    modes = [mode.value for mode in event.modes]
    shares = [guests] if len(modes) == 1 else [guests * 6 // 10, guests - guests * 6 // 10]
    rows = []
    for mode, share in zip(modes, shares, strict=True):
        full = mode == "onsite" and rng.random() < 0.1 and share > 8
        capacity = share - rng.randint(1, 5) if full else max(20, -(-share // 10) * 10)
        rows.append((Seats(event=event, mode=mode, capacity=None if mode == "online" else capacity), share))
    Seats.objects.bulk_create(seats for seats, _share in rows)
    return rows


def _came(
    event: Event, seats: Seats, guests: list[int], sessions: list[Session], rng: Random, *, is_class: bool
) -> None:
    """Registrations with believable no-shows, and the ledger's lines of those who came."""
    online = seats.mode == "online"
    rows = []
    for n, person in enumerate(guests):
        made = event.start - dt.timedelta(hours=rng.randint(3, 400))
        waits = seats.capacity is not None and n >= seats.capacity
        gone = not waits and rng.random() < 0.06
        state = "waitlisted" if waits else "cancelled" if gone else "confirmed"
        rows.append(
            Registration(
                reference=codes.reference("RG"),
                event=event,
                seats=seats,
                person_id=person,
                state=state,
                number=n - seats.capacity + 1 if waits else None,
                door="demo",
                made_at=made,
                confirmed_at=None if waits else made,
                ended_at=made + dt.timedelta(hours=2) if gone else None,
            )
        )
    rows = Registration.objects.bulk_create(rows)
    seated = [row for row in rows if row.state == "confirmed"]
    seats.taken = len(seated)
    seats.last_number = sum(row.state == "waitlisted" for row in rows)
    seats.save(update_fields=["taken", "last_number"])
    likely = rng.gauss(0.52 if online else 0.71, 0.08)
    scans: list[Scan] = []
    for row in seated:
        if rng.random() > likely:
            continue
        for session in sessions:
            if is_class and rng.random() < 0.12:
                continue
            scans += _lines(row, session if is_class else None, session, rng, online=online)
    Scan.objects.bulk_create(scans)


def _lines(
    registration: Registration, session: Session | None, at: Session, rng: Random, *, online: bool
) -> list[Scan]:
    came = at.start + dt.timedelta(minutes=rng.randint(-20, 15))
    left = min(at.end, at.start + dt.timedelta(minutes=rng.randint(25, 200))) if online else None
    common = {
        "event": registration.event,
        "session": session,
        "registration": registration,
        "turn": 1,
        "source": Source.ONLINE if online else Source.DOOR,
        "gate": "" if online else "Pintu depan",
    }
    nonce = f"demo-{registration.reference}-{at.pk}"
    lines = [
        Scan(
            direction=Direction.IN,
            outcome=Outcome.IN,
            scanned_at=came,
            received_at=came,
            nonce=f"{nonce}-in",
            **common,
        )
    ]
    if left is not None and left > came:
        minutes = int((left - came).total_seconds() // 60)
        lines.append(
            Scan(
                direction=Direction.OUT,
                outcome=Outcome.OUT,
                scanned_at=left,
                received_at=left,
                nonce=f"{nonce}-out",
                minutes=minutes,
                **common,
            )
        )
    return lines


def _certify(event: Event) -> None:
    """Certificates by the rule over the ledger, issued the day after."""
    rule = CertificateRule.objects.create(
        event=event, percent=80, signer="Ratna Kusumawati", signer_title="Manajer Hub"
    )
    with clock.set_to(event.end + dt.timedelta(days=1)):
        Certificate.objects.bulk_create(
            certificate_for(
                one.person,
                event.hub,
                event.title,
                {
                    "sessions": len(one.earned.sessions),
                    "of": one.earned.of,
                    "minutes": one.earned.minutes,
                    "lines": list(one.earned.lines),
                    "from": one.first.isoformat(),
                    "until": one.last.isoformat(),
                },
                by=SYSTEM,
                event=event,
                topic=event.topic,
                signer=rule.signer,
                signer_title=rule.signer_title,
            )
            for one in earners(rule)
            if one.has_earned
        )


COMING = (
    # title, hub, days from today, hour, minutes, topic, mode, capacity, host, registrations
    ("Foto Produk dengan Ponsel", "semarang", 4, 13, 180, "digital", "onsite", 25, None, 31),
    ("Batik Pewarna Alam", "semarang", 8, 9, 180, "craft", "onsite", 20, "Batik Sari Pandanaran", 9),
    ("Temu Kawan Usaha", "solo", 6, 13, 180, "community", "onsite", 60, "Komunitas Kawan Usaha", 38),
    ("Urus NIB lewat OSS", "semarang", 3, 19, 90, "legality", "online", None, None, 64),
    ("Hetero Talk: Ekspor Pertama", "semarang", 10, 13, 150, "marketing", "hybrid", 40, None, 52),
    ("Klinik Start-up", "semarang", 5, 15, 120, "business", "onsite", 12, "Sinau Aplikasi", 8),
    ("Kelas Desain Kemasan", "banyumas", 7, 9, 180, "craft", "onsite", 30, None, 17),
    ("Ngobrol Film Pendek", "solo", 12, 18, 120, "culture", "onsite", 50, None, 12),
    ("Pembukuan Sederhana untuk UMKM", "banyumas", 13, 9, 150, "finance", "online", 200, None, 41),
)  # fmt: skip


def fill_coming(office: Office) -> None:
    """What is on in the coming weeks, planned and filled through the deeds, and one event that is on right now."""
    rng = Random(f"{SEED}:coming")
    hubs = {hub.slug: hub for hub in office.hubs.select_related("office")}
    today = clock.today(ZONE)
    sari = Person.objects.get(office=office, email="sari@demo.example")
    wulan = Person.objects.get(office=office, email="wulan@demo.example")
    for title, slug, days, hour, minutes, topic, mode, capacity, host, count in COMING:
        start = clock.at(today + dt.timedelta(days=days), hour * 60, ZONE)
        event = _planned(
            office, hubs[slug], title, start, minutes, topic=topic, mode=mode, capacity=capacity, host=host
        )
        event = actions.publish_event(event, by=SYSTEM, tell_planner=False)
        _register(event, rng, count)
        if title in {"Foto Produk dengan Ponsel", "Temu Kawan Usaha"}:
            wish = actions.Wish(mode="onsite")
            actions.register(event, wish, by=SYSTEM, person=sari, tell_her=False)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with clock.set_to(now - dt.timedelta(days=3)):  # they registered before it began
        on = _planned(office, hubs["semarang"], "Srawung Sabtu Sore" if today.weekday() == 5 else "Srawung Sore", now - dt.timedelta(hours=1), 300, topic="community", mode="onsite", capacity=80)  # fmt: skip
        on = actions.publish_event(on, by=SYSTEM, tell_planner=False)
        _register(on, rng, 46)
        actions.register(on, by=SYSTEM, person=sari, tell_her=False)
    there = list(on.registrations.select_related("seats").order_by("pk")[:24])
    stays = [
        actions.Stay(row, now + dt.timedelta(minutes=n - 50), None, f"demo-on-{row.pk}")
        for n, row in enumerate(there)
    ]
    actions.record_stays(on, stays, Source.DOOR, by=SYSTEM)
    for title, days, sent in (("Pasar Kecil Kawan Usaha", 20, True), ("Malam Gagasan Warga", 27, False)):
        start = clock.at(today + dt.timedelta(days=days), 15 * 60, ZONE)
        draft = _planned(
            office, hubs["semarang"], title, start, 180, topic="community", mode="onsite", capacity=50,
            host="Komunitas Kawan Usaha", person=wulan,
        )  # fmt: skip
        if sent:
            actions.submit_event(draft, by=SYSTEM)


def _planned(
    office: Office,
    hub: Hub,
    title: str,
    start: dt.datetime,
    minutes: int,
    *,
    host: str | None = None,
    person: Person | None = None,
    **facts: object,
) -> Event:
    hosts = list(Organisation.objects.filter(office=office, name=host)) if host else []
    event = actions.plan_event(
        hub,
        by=SYSTEM,
        title=title,
        start=start,
        end=start + dt.timedelta(minutes=minutes),
        hosts=hosts,
        person=person,
        summary=f"{title}: gratis, terbuka untuk semua, di {hub.name}.",
        about="Kita belajar dari yang sudah mencoba, lalu langsung praktik. Bawa ponsel dan produk Anda.",
        access=["wheelchair"] if facts["mode"] != "online" else ["captions"],
        **facts,
    )
    session = event.sessions.get()
    rng = Random(f"{SEED}:{title}")
    actions.set_speakers(session, [{"name": names.person(rng), "role": rng.choice(SPEAKERS)}], by=SYSTEM)
    return event


def _register(event: Event, rng: Random, count: int) -> None:
    """Guests who registered by name: found again in history when it is filled."""
    for _n in range(count):
        mode = "" if event.mode != "hybrid" else rng.choice(("onsite", "online"))
        try:
            actions.register_guest(
                event,
                actions.Wish(mode=mode),
                by=SYSTEM,
                name=names.person(rng),
                email=f"tamu{rng.randint(0, 9999):04}@demo.example",
                door="demo",
                tell_her=False,
            )
        except Refused:
            continue
