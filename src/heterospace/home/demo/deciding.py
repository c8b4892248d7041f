"""What the invented initiatives decided and what their parties promised: kept, late, given another day, broken.

Everything goes through the deeds, at its own time on the house's clock.
"""

import datetime as dt
from random import Random
from typing import Any

from ...cocreation import actions
from ...cocreation.enums import StageKind
from ...cocreation.models import Act, Commitment, Decision, Initiative
from ...core import clock
from ...core.deeds import SYSTEM
from ...members.models import Organisation, Person

DAY = dt.timedelta(days=1)
ZONE = "Asia/Jakarta"
CHOICES = {
    "program": ("Program dimulai dengan 24 tim", ("12 minggu, tatap muka tiap Rabu", "8 minggu, tatap muka dua kali sepekan", "16 minggu, sebagian besar daring")),
    "space": ("Pintu geser dipasang lebih dulu", ("Pintu dan jalur taktil", "Panel peredam gema", "Penanda arah di semua lantai")),
    "event": ("Stan dibagi dengan undian tiap bulan", ("Sabtu sore", "Minggu pagi", "Jumat malam")),
    "policy": ("Jatah jam prima berlaku per organisasi", ("Dua kali tiap bulan", "Empat kali tiap bulan", "Enam kali tiap kuartal")),
    "other": ("Pemilahan dimulai dari acara bulan depan", ("Kompos di kebun belakang", "Dijual ke bank sampah", "Diolah perajin")),
}  # fmt: skip
PROMISES = {
    "program": {
        "government": "Ruang Gatra dua hari tiap bulan, tanpa biaya", "msme": "Tempat belajar bagi dua tim, masing-masing tiga bulan",
        "community": "Empat puluh relawan pada hari pembukaan", "company": "Modal awal Rp15.000.000 bagi tim yang terpilih",
        "campus": "Delapan pendamping, masing-masing 20 jam", "media": "Satu liputan tiap bulan sampai selesai",
    },
    "space": {
        "government": "Pintu geser dipasang sebelum akhir tahun", "msme": "Kain perca batik untuk dua belas panel peredam",
        "community": "Teman difabel mencoba setiap bagian sebelum dipasang", "company": "Ubin taktil untuk 40 meter jalur",
        "campus": "Gambar kerja dan pengukuran gema, tanpa biaya", "media": "Video cara masuk ke Maneka, dengan takarir",
    },
    "event": {
        "government": "Izin halaman depan untuk enam akhir pekan", "msme": "Delapan belas stan terisi pada pembukaan",
        "community": "Dua puluh relawan penjaga stan tiap akhir pekan", "company": "Tenda dan lampu untuk tiga bulan pertama",
        "campus": "Mahasiswa desain menata papan dan denah pasar", "media": "Pengumuman pasar setiap Jumat pagi",
    },
    "policy": {
        "government": "Jatah dan pemakaian jam prima diumumkan tiap bulan", "msme": "Jam prima yang tidak terpakai dikembalikan tiga hari sebelumnya",
        "community": "Jadwal bergilir antarkomunitas untuk akhir pekan", "company": "Rapat perusahaan dipindah ke hari kerja",
        "campus": "Hitungan pemakaian ruang tiap kuartal", "media": "Satu liputan setelah bulan ketiga",
    },
}  # fmt: skip
EVIDENCE = "Sudah. Daftar hadir dan foto ada di map kegiatan hub."
FATES = ("kept", "kept", "moved", "kept", "late", "waits", "kept")


def in_stage(
    initiative: Initiative,
    kind: StageKind,
    start: dt.datetime,
    length: dt.timedelta,
    now: dt.datetime,
    lost: frozenset[str],
    stays_open: bool,
) -> None:
    """What is decided and promised while a stage is open: both in design, what is due in every later one.

    Sectors in `lost` are invited no more and promise nothing; where there are any, nothing is decided together.
    In a stage that `stays_open` a ballot waits for whoever tries the demo.
    """
    if kind == StageKind.DESIGN:
        if not lost:
            _decide(initiative, start, length, now, stays_open)
        with clock.set_to(min(start + length - 3 * DAY, now)):
            _promise(initiative, lost, Random(f"promises:{initiative.title}"))
    if kind == StageKind.FRAME and start + length > now:
        _open_consent(initiative, now)
    settle(initiative, min(start + length, now))


def _decide(
    initiative: Initiative, start: dt.datetime, length: dt.timedelta, now: dt.datetime, stays_open: bool
) -> None:
    title, options = CHOICES[initiative.pattern]
    rng = Random(f"votes:{initiative.title}")
    for place, (name, plan) in enumerate(
        (
            (title, {"method": "majority", "passes_above": 50}),
            (f"{initiative.title}: bentuknya", {"method": "approval", "options": list(options)}),
        )
    ):
        opened_at = start + length * (2 + place) / 5
        closes_at = opened_at + 9 * DAY
        if place and stays_open:
            opened_at, closes_at = now - 4 * DAY, now + 6 * DAY
        if opened_at >= now:
            return
        with clock.set_to(opened_at):
            decision = actions.draft_decision(
                initiative,
                by=SYSTEM,
                title=name[:160],
                text="Diputuskan setelah mendengar semua pihak dalam tahap ini. Hasilnya langsung dikerjakan.",
                closes_at=closes_at,
                first_sector="community" if place == 0 else "campus",
                was_changed=place == 0,
                review_on=(closes_at + 180 * DAY).date() if place == 0 else None,
                quorum=40,
                **plan,
            )
            decision = actions.open_decision(decision, by=SYSTEM)
        with clock.set_to(min(opened_at + 3 * DAY, now)):
            _vote(decision, rng, list(options) if place else [], everybody=closes_at <= now)
        if closes_at <= now:
            with clock.set_to(closes_at):
                closed = actions.close_decision(decision, by=SYSTEM)
                actions.explain_decision(
                    closed, "Kita sepakat mencoba dulu, lalu menilainya bersama pada tahap akhir.", by=SYSTEM
                )


def _vote(decision: Decision, rng: Random, options: list[str], *, everybody: bool) -> None:
    """Nine of ten of those who came in this stage vote; who is not in it any more does not come back by voting.

    Whoever signs in to the demo votes herself while it is open.
    """
    came = set(decision.stage.acts.values_list("person", flat=True))
    for line in decision.box.roll.select_related("person").order_by("pk") if decision.box else []:
        if line.person is None or line.person_id not in came or rng.random() < 0.1:
            continue
        if line.person.user_id is not None and not everybody:
            continue
        if options:
            choice: Any = [one for place, one in enumerate(options) if rng.random() < (0.8, 0.45, 0.3)[place]]
        else:
            against = 0.5 if line.sector == "msme" else 0.12
            choice = "no" if rng.random() < against else "yes"
        actions.cast_ballot(decision, choice, by=SYSTEM, person=line.person)


def _open_consent(initiative: Initiative, now: dt.datetime) -> None:
    """A decision by consent that is open now, with an objection still to be taken up."""
    with clock.set_to(now - 3 * DAY):
        decision = actions.draft_decision(
            initiative,
            by=SYSTEM,
            title="Rumusan masalah ini kita pakai",
            text=f"{initiative.problem}\n\nRumusan ini menjadi dasar tahap merancang.",
            method="consent",
            closes_at=now + 8 * DAY,
            first_sector="community",
            quorum=50,
        )
        decision = actions.open_decision(decision, by=SYSTEM)
        lines = list(decision.box.roll.select_related("person").order_by("pk")) if decision.box else []
        for place, line in enumerate(lines[: len(lines) * 2 // 3]):
            if line.person is None:
                continue
            if place == 2:
                actions.take_position(
                    decision,
                    "object",
                    by=SYSTEM,
                    person=line.person,
                    reason="Sampah dari dapur belum disebut, padahal itu separuhnya.",
                )
            else:
                actions.take_position(decision, "consent", by=SYSTEM, person=line.person)


def _promise(initiative: Initiative, lost: frozenset[str], rng: Random) -> None:
    """One organisation of each sector promises something, in the order they first came."""
    promises = PROMISES[initiative.pattern]
    owners: dict[str, tuple[Organisation, Person]] = {}
    acts = Act.objects.filter(initiative=initiative, annulment=None).exclude(organisation=None)
    for act in acts.select_related("organisation", "person").order_by("pk"):
        if act.organisation is not None and act.sector in promises and act.sector not in lost:
            owners.setdefault(act.sector, (act.organisation, act.person))
    others = [one for one, _person in owners.values()]
    today = clock.today(initiative.hub.timezone)
    for place, (sector, (owner, person)) in enumerate(owners.items()):
        receiver = others[(place + 1) % len(others)] if len(others) > 1 and place % 2 else None
        actions.promise(
            initiative.office,
            owner,
            by=SYSTEM,
            person=person,
            initiative=initiative,
            what=promises[sector],
            receiver=receiver,
            for_whom="" if receiver is not None else "semua yang ikut dalam inisiatif ini",
            due=today + dt.timedelta(days=rng.randint(14, 45)),
        )


def settle(initiative: Initiative, until: dt.datetime) -> None:
    """Let the promises of an initiative go their ways up to a moment, each at its own time."""
    rows = Commitment.objects.filter(initiative=initiative).select_related(
        "owner", "receiver", "initiative__hub", "promised_by", "office"
    )
    for place, one in enumerate(rows.order_by("pk")):
        if one.state not in {"confirmed", "released"}:
            _go_on(one, FATES[place % len(FATES)], until)


def _go_on(one: Commitment, fate: str, until: dt.datetime) -> None:
    due = clock.at(one.due, 12 * 60, ZONE)
    if fate == "moved" and one.due == one.first_due and due - 5 * DAY < until:
        with clock.set_to(due - 5 * DAY):
            one = actions.renegotiate(one, one.due + 21 * DAY, "Jadwal semester bergeser.", by=SYSTEM)
        due += 21 * DAY
    came = due + 4 * DAY if fate == "late" else due - 2 * DAY
    if fate == "late" and due + DAY < until:
        with clock.set_to(due + DAY):
            actions.break_overdue(by=SYSTEM)
    if came >= until:
        return
    if one.state != "delivered":
        with clock.set_to(came):
            one = actions.deliver(one, EVIDENCE, by=SYSTEM, person=one.promised_by)
    if fate != "waits" and came + DAY < until:
        with clock.set_to(came + DAY):
            actions.confirm(one, by=SYSTEM, note="Terima kasih, sudah kami terima.")
