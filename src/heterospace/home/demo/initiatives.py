"""What the invented hubs made together: initiatives in every stage, with who shaped them and who was lost on the way.

Everything goes through the deeds, at its own time on the house's clock.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from ...cocreation import actions
from ...cocreation.enums import StageKind
from ...cocreation.models import Initiative
from ...cocreation.queries import stage_at
from ...core import clock
from ...core.deeds import SYSTEM
from ...hubs.models import Hub, Office
from ...members.enums import AffiliationRole, AffiliationState, Kind, Purpose
from ...members.models import Affiliation, Consent, Organisation, Person
from . import deciding, names, working
from .cast import SEED
from .dialogues import hold_talk

ZONE = "Asia/Jakarta"
SINCE_DAYS = 500  # the cast and the parties have been here for so long
PARTIES: Sequence[tuple[str, Kind]] = (
    ("Dinas Perdagangan Kota Lama", Kind.AGENCY), ("Balai Latihan Kerja Serayu", Kind.AGENCY), ("Badan Perencanaan Tengah", Kind.AGENCY),
    ("Kopi Lereng Ungaran", Kind.UMKM), ("Keripik Tempe Bu Narti", Kind.UMKM), ("Tas Eceng Rawa Pening", Kind.UMKM), ("Jamu Gendong Modern", Kind.UMKM),
    ("Sepatu Kulit Bejalen", Kind.UMKM), ("Roti Ganjel Rel Mak Sum", Kind.UMKM), ("Angkringan Digital", Kind.STARTUP), ("Tani Pintar Kedu", Kind.STARTUP),
    ("Kirim Desa", Kind.STARTUP), ("Koperasi Perajin Serat Alam", Kind.COOPERATIVE),
    ("Komunitas Kota Lama Kreatif", Kind.COMMUNITY), ("Semarang Ngoding", Kind.COMMUNITY), ("Ibu Berdaya Banyumanik", Kind.COMMUNITY), ("Forum Difabel Berkarya", Kind.COMMUNITY),
    ("Solo Film Pendek", Kind.COMMUNITY), ("Pegiat Literasi Serayu", Kind.COMMUNITY), ("Komunitas Sepeda Pagi", Kind.COMMUNITY), ("Gim Jawa Tengah", Kind.COMMUNITY),
    ("Karang Taruna Srondol", Kind.COMMUNITY), ("Rumah Kelola Sampah", Kind.COMMUNITY), ("Perempuan Pesisir Maju", Kind.COMMUNITY), ("Desainer Muda Solo", Kind.COMMUNITY),
    ("PT Awan Nusantara", Kind.COMPANY), ("PT Rel Logistik Jaya", Kind.COMPANY), ("Bank Mitra Usaha", Kind.BANK), ("Bank Tani Sejahtera", Kind.BANK),
    ("Kampus Tembalang", Kind.CAMPUS), ("Politeknik Banyumanik", Kind.CAMPUS), ("Institut Seni Kentingan", Kind.CAMPUS), ("Universitas Serayu", Kind.CAMPUS),
    ("Radio Kota Atas", Kind.MEDIA), ("Harian Pesisir", Kind.MEDIA),
)  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """One initiative: when it began, how long its stages last, and how many of each sector took part in each."""

    title: str
    hub: str
    proposer: str
    problem: str
    hope: str
    pattern: str
    days_ago: int  # it was proposed
    answer_after: int  # days
    stewards: Sequence[str]
    came: Sequence[Mapping[str, int]] = ()  # one mapping a stage that began
    lengths: Sequence[int] = ()  # days of each stage that began
    results: Sequence[str] = ()
    answer: str = "Ini masalah bersama, dan tidak dapat kami selesaikan sendiri. Kami ikut."
    outcome: tuple[str, str] | None = None
    declined: str = ""
    opened_alone: str = ""  # why deliver began without a promise of others
    # Sectors that nobody invited after framing: from then on it was done alone.
    lost: frozenset[str] = field(default_factory=frozenset)


SPECS: Sequence[Spec] = (
    Spec(
        "Startup Muda dirancang bersama", "semarang", "Komunitas Kawan Usaha",
        "Banyak usaha rintisan anak muda berhenti setelah tahun pertama. Pelatihan sudah banyak, tetapi pesertanya tidak pernah ikut merancang, dan pendampingnya jarang pernah menjalankan usaha sendiri.",
        "Separuh dari tim yang ikut masih berjalan dua tahun kemudian, dan komunitas ikut menentukan isi programnya.",
        "program", 178, 6, ("Kampus Tembalang", "Balai Pelatihan Koperasi dan UKM"),
        came=(
            {"government": 3, "msme": 8, "community": 12, "company": 2, "campus": 4, "media": 2},
            {"government": 3, "msme": 8, "community": 9, "company": 3, "campus": 4, "media": 1},
            {"government": 3, "msme": 7, "community": 7, "company": 2, "campus": 3, "media": 1},
            {"government": 2, "msme": 6, "community": 5, "company": 1, "campus": 3},
        ),
        lengths=(30, 45, 70, 30),
        results=(
            "Masalah intinya bukan kurang pelatihan, melainkan kurang pendamping yang pernah jatuh bangun dan kurang pelanggan pertama. Kita sepakat: program diukur dari pelanggan pertama, bukan dari sertifikat.",
            "Program 12 minggu: empat bulan mencari pelanggan pertama dengan delapan pendamping, ruang Gatra dua hari tiap bulan, dan modal awal bagi tim yang sudah punya pelanggan.",
            "24 tim ikut, 17 selesai, 11 punya pelanggan yang membayar. Pendampingan 152 jam. Dua tim bergabung menjadi satu usaha.",
        ),
    ),
    Spec(
        "Ruang Maneka yang ramah difabel", "semarang", "Forum Difabel Berkarya",
        "Pintu Maneka terlalu berat untuk kursi roda, tidak ada penanda taktil, dan suara ruang membuat lelah teman yang memakai alat bantu dengar.",
        "Teman difabel dapat bekerja di Maneka tanpa harus dibantu.",
        "space", 122, 9, ("Politeknik Banyumanik", "Balai Pelatihan Koperasi dan UKM"),
        came=(
            {"government": 2, "msme": 2, "community": 6, "company": 1, "campus": 2, "media": 1},
            {"government": 2, "msme": 2, "company": 1, "campus": 2},
            {"government": 2, "company": 2, "campus": 1},
        ),
        lengths=(21, 30, 75),
        results=(
            "Tiga hal yang paling mengganggu: pintu, penanda arah, dan gema. Yang menentukan berhasil tidaknya adalah teman difabel sendiri.",
            "Pintu geser, jalur taktil dari pintu depan, panel kain peredam dari perca batik. Biaya Rp38.000.000, sebagian dikerjakan gotong royong.",
        ),
        lost=frozenset({"community"}),
    ),
    Spec(
        "Pasar kreatif akhir pekan Solo", "solo", "Desainer Muda Solo",
        "Perajin muda Solo hanya bertemu pembeli lewat media sosial. Sewa stan di mal tidak terjangkau.",
        "Pasar rutin yang dikelola bersama dan menutup biayanya sendiri.",
        "event", 64, 5, ("Institut Seni Kentingan", "Bank Tani Sejahtera"),
        came=(
            {"government": 1, "msme": 6, "community": 7, "company": 1, "campus": 2, "media": 1},
            {"government": 1, "msme": 6, "community": 5, "company": 2, "campus": 2, "media": 1},
        ),
        lengths=(14, 52),
        results=("Pasar harus dekat dengan halte, tidak hujan-hujanan, dan stan dibagi adil, bukan siapa cepat.",),
    ),
    Spec(
        "Sampah acara jadi bahan karya", "banyumas", "Rumah Kelola Sampah",
        "Setiap acara besar di hub meninggalkan dua kuintal sampah. Sebagian dapat menjadi bahan perajin, tetapi tidak ada yang memilah.",
        "Tidak ada sampah acara yang langsung ke tempat pembuangan akhir.",
        "other", 33, 4, ("Universitas Serayu", "Koperasi Perajin Serat Alam"),
        came=({"government": 1, "msme": 3, "community": 5, "company": 1, "campus": 2},),
        lengths=(45,),
    ),
    Spec(
        "Aturan pinjam ruang yang adil", "semarang", "Komunitas Kota Lama Kreatif",
        "Ruang terbesar selalu dipakai kelompok yang sama karena mereka memesan paling awal. Komunitas kecil tidak kebagian akhir pekan.",
        "Setiap komunitas mendapat giliran, dan aturannya dapat dibaca semua orang.",
        "policy", 290, 11, ("Kampus Tembalang", "Balai Pelatihan Koperasi dan UKM"),
        came=(
            {"government": 2, "msme": 3, "community": 10, "company": 1, "campus": 2},
            {"government": 2, "msme": 2, "community": 8, "company": 1, "campus": 2},
            {"government": 2, "msme": 2, "community": 7, "company": 1, "campus": 2},
            {"government": 2, "msme": 2, "community": 7, "company": 1, "campus": 2},
        ),
        lengths=(30, 50, 120, 30),
        results=(
            "Masalahnya jam prima akhir pekan, bukan jumlah ruang.",
            "Jatah jam prima per organisasi dan per bulan; sisa jam dibuka dua minggu sebelumnya.",
            "Aturan berlaku sejak bulan ketiga. Jumlah komunitas yang memakai Gatra naik dari 11 menjadi 27.",
            "Semua sektor yang merumuskan ikut menilai. Aturannya dipakai terus, jatahnya dinaikkan untuk komunitas difabel.",
        ),
        outcome=("continue", "Lebih banyak komunitas mendapat giliran, dan tidak ada yang mengusulkan kembali ke cara lama."),
    ),
    Spec(
        "Peta jalur sepeda ke tiga hub", "semarang", "Komunitas Sepeda Pagi",
        "Anggota yang bersepeda tidak tahu jalan aman ke hub dan tidak ada tempat parkir sepeda.",
        "Seperempat pengunjung datang tanpa kendaraan bermotor.",
        "other", 9, 0, (),
    ),
    Spec(
        "Studio siniar di lantai dua", "solo", "Solo Film Pendek",
        "Pembuat siniar merekam di kamar kos. Peralatannya mahal dan jarang dipakai penuh.",
        "Satu studio bersama dengan jadwal terbuka.",
        "space", 75, 12, (),
        declined="Lantai dua dipakai arsip sampai akhir tahun depan. Studio foto dapat dipakai merekam sejak bulan ini; usul ini kami buka lagi setelah arsip pindah.",
    ),
)  # fmt: skip


class Crowd:
    """The organisations of a sector in a steady order, each with who speaks for it."""

    def __init__(self, office: Office) -> None:
        rows = Affiliation.objects.filter(
            organisation__office=office,
            role=AffiliationRole.OWNER,
            state=AffiliationState.CONFIRMED,
            until=None,
        ).select_related("organisation", "person")
        self.by_name = {row.organisation.name: row for row in rows.order_by("pk")}
        self.by_sector: dict[str, list[Affiliation]] = {}
        for name, _kind in PARTIES:
            if name in self.by_name:
                row = self.by_name[name]
                self.by_sector.setdefault(row.organisation.sector, []).append(row)
        for name in (
            "Komunitas Kawan Usaha",
            "Batik Sari Pandanaran",
            "Sinau Aplikasi",
            "Balai Pelatihan Koperasi dan UKM",
        ):
            row = self.by_name[name]
            self.by_sector.setdefault(row.organisation.sector, []).insert(0, row)

    def some(self, sector: str, n: int, first: str) -> list[Affiliation]:
        """`n` parties of a sector; who proposed comes first, so that the same ones stay longest."""
        rows = self.by_sector.get(sector, [])
        return sorted(rows, key=lambda row: row.organisation.name != first)[:n]


def make_parties(office: Office) -> None:
    """The organisations that make things together here, each with somebody who speaks for it."""
    rng = Random(f"{SEED}:parties")
    since = clock.today(ZONE) - dt.timedelta(days=SINCE_DAYS)
    born = clock.now() - dt.timedelta(days=SINCE_DAYS)
    organisations = Organisation.objects.bulk_create(
        Organisation(office=office, name=name, slug=names.slug(name), kind=kind, regency=rng.choice(("33.74", "33.72", "33.02", "33.22")), created_at=born)
        for name, kind in PARTIES
    )  # fmt: skip
    people = Person.objects.bulk_create(
        Person(office=office, name=names.person(rng), email=f"pihak{n:02}@demo.example", whatsapp=f"+62812{n:08}", regency=one.regency, created_at=born)
        for n, one in enumerate(organisations, start=100)
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(person=person, purpose=purpose, given_at=born)
        for person in people
        for purpose in (Purpose.SERVICE, Purpose.DIRECTORY)
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            person=person,
            organisation=organisation,
            role=AffiliationRole.OWNER,
            state=AffiliationState.CONFIRMED,
            since=since,
            decided_by=person,
            decided_at=born,
        )
        for person, organisation in zip(people, organisations, strict=True)
    )


def fill_initiatives(office: Office) -> None:
    """All of them, the oldest first."""
    make_parties(office)
    crowd = Crowd(office)
    hubs = {hub.slug: hub for hub in office.hubs.select_related("office")}
    for spec in sorted(SPECS, key=lambda one: -one.days_ago):
        _tell(spec, hubs[spec.hub], crowd)
    working.sign(office)


def _tell(spec: Spec, hub: Hub, crowd: Crowd) -> None:
    """One initiative from its proposal to today."""
    now = clock.now()
    moment = now - dt.timedelta(days=spec.days_ago)
    proposer = crowd.by_name[spec.proposer]
    with clock.set_to(moment):
        initiative = actions.propose_initiative(
            hub,
            by=SYSTEM,
            person=proposer.person,
            organisation=proposer.organisation,
            title=spec.title,
            problem=spec.problem,
            hope=spec.hope,
            pattern=spec.pattern,
        )
    moment += dt.timedelta(days=spec.answer_after)
    with clock.set_to(moment):
        if spec.declined:
            actions.decline_initiative(initiative, spec.declined, by=SYSTEM)
        if not spec.stewards:
            return
        initiative = actions.accept_initiative(initiative, spec.answer, by=SYSTEM)
        for name in spec.stewards:
            steward = crowd.by_name[name]
            actions.add_steward(initiative, steward.person, steward.organisation, by=SYSTEM)
    for place, kind in enumerate(list(StageKind)[: len(spec.lengths)]):
        moment = _stage(spec, initiative, crowd, kind, place, moment, now)


def _stage(
    spec: Spec,
    initiative: Initiative,
    crowd: Crowd,
    kind: StageKind,
    place: int,
    moment: dt.datetime,
    now: dt.datetime,
) -> dt.datetime:
    """One stage: opened, acted in, and closed when its time is over; answers when the next one begins."""
    length = dt.timedelta(days=spec.lengths[place])
    with clock.set_to(moment):
        stage = stage_at(initiative, kind)
        today = clock.today(ZONE)
        actions.plan_stage(stage, by=SYSTEM, starts_on=today, ends_on=today + length - dt.timedelta(days=1))
        actions.open_stage(
            stage_at(initiative, kind), by=SYSTEM, reason=spec.opened_alone or "Alasan terbuka."
        )
    rng = Random(f"{SEED}:{spec.title}:{kind}")
    took_part: list[Affiliation] = []
    for sector, n in spec.came[place].items():
        for row in crowd.some(sector, n, spec.proposer):
            took_part.append(row)
            at = moment + dt.timedelta(
                days=rng.uniform(0.5, min(length.days, (now - moment).days or 1) - 0.4)
            )
            with clock.set_to(min(at, now)):
                if kind == StageKind.EVALUATE:
                    working.judge(initiative, row, rng)
                    continue
                actions.record_act(
                    initiative,
                    row.person,
                    "delivered" if kind == StageKind.DELIVER else "attended",
                    by=SYSTEM,
                    source="daftar hadir rapat",
                    organisation=row.organisation,
                    stage=stage_at(initiative, kind),
                )
    hold_talk(initiative, kind, moment, now)
    took_part.sort(key=lambda row: row.organisation.name != spec.proposer)
    stays_open = len(spec.results) <= place
    done_alone = bool(spec.lost) and kind != StageKind.FRAME
    working.in_stage(initiative, kind, moment, length, now, took_part, stays_open, done_alone)
    for day in (length / 3 + dt.timedelta(days=1), length - dt.timedelta(days=6)):
        if moment + day < now:
            with clock.set_to(moment + day):
                actions.raise_alarms(by=SYSTEM)
    deciding.in_stage(initiative, kind, moment, length, now, spec.lost, stays_open)
    if len(spec.results) > place:
        with clock.set_to(min(moment + length, now)):
            outcome = dict(zip(("outcome", "outcome_reason"), spec.outcome or (), strict=False))
            actions.close_stage(
                stage_at(initiative, kind),
                spec.results[place],
                by=SYSTEM,
                **(outcome if kind == StageKind.EVALUATE else {}),
            )
    return moment + length
