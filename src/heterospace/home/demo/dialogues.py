"""What the invented people said to each other: four dialogues, from thirty to four hundred who voted.

Opened, moderated and closed through the deeds; the votes are written in bulk, drawn from what each sector and each of two
leanings would say.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from ...cocreation import actions
from ...cocreation.actions.acts import Did, enter
from ...cocreation.actions.voting import source_of
from ...cocreation.enums import ActKind, Channel, OutReason, StageKind
from ...cocreation.models import Act, Dialogue, Initiative, Statement, Vote, Voter
from ...core import clock, codes
from ...core.deeds import SYSTEM
from .cast import SEED


@dataclass(frozen=True)
class Said:
    """A statement: how much is agreed with it (log odds), how the two leanings pull it, what some sectors say instead."""

    text: str
    agreed: float
    camp: float = 0.0
    sectors: Mapping[str, float] = field(default_factory=dict)
    language: str = "id"
    by_voter: bool = False


@dataclass(frozen=True)
class Talk:
    """A dialogue: when it opened after its stage did, for how many days, and who voted."""

    title: str
    question: str
    about: str
    said: Sequence[Said]
    after: int
    days: int
    browsers: int
    paper: Mapping[str, int]
    advert: str = ""


TALKS: dict[tuple[str, StageKind], Talk] = {
    ("Startup Muda dirancang bersama", StageKind.FRAME): Talk(
        "Apa yang membuat usaha rintisan bertahan?",
        "Apa yang membuat usaha rintisan muda bertahan lebih dari setahun?",
        "Jawaban Anda dibawa ke rapat perumusan. Butuh lima menit, dan tidak ada yang melihat suara Anda.",
        (
            Said("Pelanggan pertama lebih penting daripada modal pertama.", 1.9),
            Said("Pendamping harus pernah menjalankan usaha sendiri, termasuk pernah gagal.", 2.1),
            Said("Modal awal sebaiknya hibah, bukan pinjaman.", 0.2, 1.9, {"company": -1.6, "government": -0.8}),
            Said("Setiap tim perlu satu pendamping tetap, bukan banyak pemateri.", 1.5),
            Said("Program harus bisa diikuti sambil bekerja: malam atau akhir pekan.", 1.2, 0.0, {"government": -0.4}),
            Said("Peserta dipilih lewat lomba ide.", -0.9, -1.3),
            Said("Yang sudah punya pelanggan didahulukan.", 0.2, -1.8, {"community": -0.9}),
            Said("Komunitas ikut memilih peserta, bukan hanya dinas.", 1.1, 0.6, {"government": -1.2, "community": 1.4}),
            Said("Sertifikat tidak perlu; yang perlu adalah bukti penjualan.", 0.7, -0.6),
            Said("Kampus memberi SKS bagi mahasiswa yang ikut sampai selesai.", 0.9, 0.2, {"campus": 0.9, "company": -0.2}),
            Said("Laporan keuangan program dibuka setiap bulan.", 1.7),
            Said("Ilmune gratis, nanging komitmene kudu ana.", 1.4, 0.0, language="jv", by_voter=True),
            Said("Uang muka yang dikembalikan bila lulus membuat peserta serius.", -0.2, -1.7, by_voter=True),
            Said("Tim yang berhenti di tengah jalan tetap boleh memakai ruang.", 0.3, 1.7, by_voter=True),
            Said("Perusahaan besar sebaiknya menjadi pelanggan pertama, bukan hanya sponsor.", 1.6, 0.2, {"company": -0.3}, by_voter=True),
            Said("Usaha rintisan tidak harus berbasis teknologi.", 1.0, 0.9, by_voter=True),
            Said("Satu angkatan paling banyak 25 tim supaya pendampingan tidak tipis.", 0.9, -0.3, by_voter=True),
            Said("Orang tua peserta perlu diajak bicara sekali di awal.", -0.3, 0.7, by_voter=True),
        ),
        4, 22, 282, {"community": 24, "msme": 22, "campus": 14, "government": 8, "company": 7, "media": 6},
        advert="Jual akun pembelajaran murah, hubungi saya.",
    ),
    ("Aturan pinjam ruang yang adil", StageKind.FRAME): Talk(
        "Kapan sebuah giliran terasa adil?",
        "Aturan seperti apa yang membuat pembagian ruang terasa adil?",
        "",
        (
            Said("Setiap organisasi punya jatah jam yang sama di akhir pekan.", 0.8, 0.9),
            Said("Yang paling cepat memesan, dia yang dapat.", -1.4, -0.9),
            Said("Jatah yang tidak dipakai kembali ke semua dua minggu sebelumnya.", 1.8),
            Said("Tidak datang tanpa kabar mengurangi jatah berikutnya.", 1.5),
            Said("Kegiatan yang terbuka untuk umum didahulukan.", 1.1, 0.4, {"company": -1.2}),
            Said("Perusahaan membayar, komunitas tidak.", 0.5, 0.9, {"company": -1.9, "community": 1.1}),
            Said("Daftar pemakaian ruang dapat dibaca semua orang.", 1.9),
            Said("Komunitas difabel mendapat jatah lebih.", 1.2, 0.5),
            Said("Rapat internal tidak boleh memakai Gatra di akhir pekan.", 0.3, 1.2, {"government": -0.9}, by_voter=True),
            Said("Panitia wajib membereskan ruang sebelum jam berikutnya.", 2.2, by_voter=True),
            Said("Pesan ruang paling jauh tiga bulan ke depan.", 0.6, 0.2, by_voter=True),
        ),
        5, 18, 52, {"community": 14, "msme": 9, "campus": 8, "government": 6, "company": 5},
    ),
    ("Pasar kreatif akhir pekan Solo", StageKind.DESIGN): Talk(
        "Pasar seperti apa yang kita mau?",
        "Bagaimana pasar kreatif akhir pekan dijalankan supaya adil dan menutup biayanya?",
        "Hasilnya dipakai di rapat rancangan berikutnya.",
        (
            Said("Stan dibagi lewat undian setiap bulan.", 0.9, 0.6),
            Said("Sewa stan dihitung dari hasil penjualan, bukan dipukul rata.", 1.1, 0.5, {"company": -0.9}),
            Said("Semua yang dijual buatan sendiri.", 1.6, 0.0, {"company": -0.5}),
            Said("Makanan cukup sepertiga dari jumlah stan.", 0.5, -0.7, {"msme": -0.8}),
            Said("Tanpa plastik sekali pakai.", 1.4),
            Said("Panggung musik membuat orang bertahan lebih lama.", 1.0, -0.4),
            Said("Perajin baru gratis dua kali pertama.", 1.3),
            Said("Pasare diwiwiti esuk wae, sadurunge panas.", 0.4, 0.9, language="jv"),
            Said("Pengelola dipilih bergiliran dari para perajin.", 0.7, 0.7, {"government": -0.7}, by_voter=True),
            Said("Jadwal pasar tidak boleh bertabrakan dengan pasar tiban kampung.", 1.5, by_voter=True),
            Said("Harga wajib ditulis supaya pembeli tidak segan.", 1.7, by_voter=True),
        ),
        6, 30, 24, {"msme": 9, "community": 8, "campus": 6, "government": 4},
    ),
    ("Sampah acara jadi bahan karya", StageKind.FRAME): Talk(
        "Sampah siapa, bahan siapa?",
        "Apa yang harus terjadi dengan sampah sebuah acara di hub?",
        "",
        (
            Said("Panitia memilah di tempat, bukan petugas kebersihan.", 1.0, 0.5, {"government": -0.4}),
            Said("Spanduk bekas diberikan gratis kepada perajin.", 1.8),
            Said("Acara tanpa rencana sampah tidak diberi izin ruang.", 0.2, 0.8),
            Said("Sisa makanan menjadi kompos di kebun hub.", 1.5),
            Said("Uang jaminan kebersihan untuk acara di atas seratus orang.", 0.4, -0.6, {"community": -0.7}),
            Said("Hasil karya dari sampah dijual di hub, sebagian untuk kas bersama.", 1.2, by_voter=True),
            Said("Botol minum dilarang, air isi ulang disediakan.", 1.1, 0.3, by_voter=True),
        ),
        3, 40, 9, {"community": 5, "msme": 5},
    ),
}  # fmt: skip


def hold_talk(initiative: Initiative, kind: StageKind, began: dt.datetime, now: dt.datetime) -> None:
    """The dialogue of this stage, if there was one, with everybody who voted so far."""
    talk = TALKS.get((initiative.title, kind))
    if talk is None:
        return
    rng = Random(f"{SEED}:{talk.title}")
    opened = began + dt.timedelta(days=talk.after)
    closes = opened + dt.timedelta(days=talk.days)
    until = min(closes, now)
    with clock.set_to(opened):
        seeds = [one.text for one in talk.said if not one.by_voter and one.language == "id"]
        dialogue = actions.draft_dialogue(
            initiative,
            by=SYSTEM,
            title=talk.title,
            question=talk.question,
            about=talk.about,
            seeds=seeds,
            allows_strangers=talk.browsers > 0,
            closes_on=closes.date(),
        )
        actions.add_seeds(
            dialogue,
            [one.text for one in talk.said if not one.by_voter and one.language != "id"],
            by=SYSTEM,
            language="jv",
        )
        dialogue = actions.open_dialogue(dialogue, by=SYSTEM)
        given = actions.give_sheets(dialogue, sum(talk.paper.values()) + 6, by=SYSTEM)
    voters = _voters(dialogue, talk, rng, opened, until, given)
    _speak(dialogue, talk, voters, rng, opened, until)
    _vote(dialogue, talk, voters, rng, until)
    with clock.set_to(until):
        if closes < now:
            dialogue = actions.close_dialogue(dialogue, by=SYSTEM)
        actions.compute_figures(dialogue, by=SYSTEM)


def _voters(
    dialogue: Dialogue, talk: Talk, rng: Random, opened: dt.datetime, until: dt.datetime, given: range
) -> list[Voter]:
    """Members who took part in this stage, sheets of paper from its meeting, browsers without an account."""

    def moment() -> dt.datetime:
        return opened + (until - opened) * rng.random() ** 1.6 * 0.98

    rows = Act.objects.filter(stage=dialogue.stage, kind=ActKind.ATTENDED).order_by("pk")
    members = [
        Voter(dialogue=dialogue, person_id=person, organisation_id=organisation, sector=sector, at=moment())
        for person, organisation, sector in rows.values_list("person", "organisation", "sector")
    ]
    numbers = iter(given)
    paper = [
        Voter(dialogue=dialogue, sheet=next(numbers), sector=sector, channel=Channel.PAPER, at=moment())
        for sector, n in talk.paper.items()
        for _n in range(n)
    ]
    browsers = [
        Voter(dialogue=dialogue, browser=codes.digest(f"{SEED}:{talk.title}:{n}"), at=moment())
        for n in range(talk.browsers)
    ]
    made = Voter.objects.bulk_create([*members, *paper, *browsers])
    did = [Did(one.person_id, one.organisation_id, one.sector, one.at) for one in made if one.person_id]
    with clock.set_to(until):
        enter(dialogue.stage, ActKind.VOTED, source_of(dialogue), did, by=SYSTEM)
    return made


def _speak(
    dialogue: Dialogue,
    talk: Talk,
    voters: list[Voter],
    rng: Random,
    opened: dt.datetime,
    until: dt.datetime,
) -> None:
    """What voters said themselves, day after day; and one advertisement that a steward took out."""
    authors = [one for one in voters if one.sheet is None]
    told = [one for one in talk.said if one.by_voter]
    moments = sorted(opened + (until - opened) * rng.uniform(0.05, 0.6) for _one in told)
    rows = [
        Statement(
            dialogue=dialogue,
            number=dialogue.last_number + n,
            text=one.text,
            language=one.language,
            author=rng.choice(authors),
            at=moment,
        )
        for n, (one, moment) in enumerate(zip(told, moments, strict=True), 1)
    ]
    if talk.advert:
        rows.append(
            Statement(
                dialogue=dialogue,
                number=dialogue.last_number + len(rows) + 1,
                text=talk.advert,
                author=authors[-1],
                at=opened + (until - opened) * 0.3,
            )
        )
    Statement.objects.bulk_create(rows)
    dialogue.last_number += len(rows)
    dialogue.save(update_fields=["last_number"])
    if talk.advert:
        with clock.set_to(rows[-1].at + dt.timedelta(hours=2)):
            actions.moderate(rows[-1], "out", by=SYSTEM, reason=OutReason.ADVERT)


def _vote(dialogue: Dialogue, talk: Talk, voters: list[Voter], rng: Random, until: dt.datetime) -> None:
    """Everybody's votes on most of it."""
    said = {one.text: one for one in talk.said}
    rows = [(row, said[row.text]) for row in dialogue.statements.order_by("number") if row.text in said]
    votes = []
    for voter in voters:
        leaning = rng.choice((-1.0, 1.0)) * rng.uniform(0.8, 1.3)
        patience = 1.0 if voter.sheet else rng.uniform(0.6, 1.0)
        for row, one in rows:
            if rng.random() > patience:
                continue
            odds = one.agreed + one.camp * leaning * 1.4 + one.sectors.get(voter.sector, 0.0)
            agrees = 1 / (1 + math.exp(-odds))
            drawn = rng.random()
            value = 0 if drawn < 0.09 else 1 if rng.random() < agrees else -1
            votes.append(Vote(voter=voter, statement=row, value=value, at=min(max(voter.at, row.at), until)))
    Vote.objects.bulk_create(votes, batch_size=5000)
