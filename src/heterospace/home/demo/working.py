"""What the invented initiatives proposed, met about, judged and felt; and what was signed.

Everything goes through the deeds, at its own time on the house's clock.
"""

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from ...cocreation import actions, trust
from ...cocreation.enums import StageKind
from ...cocreation.models import Initiative
from ...core import clock
from ...core.deeds import SYSTEM
from ...events import actions as events
from ...hubs.models import Office
from ...members import actions as members
from ...members.models import Affiliation, Organisation
from ...questionnaires.actions import save_answers
from ...questionnaires.enums import TrustItem

DAY = dt.timedelta(days=1)
ZONE = "Asia/Jakarta"
Rows = Sequence[Affiliation]
PROPOSALS: dict[str, tuple[tuple[str, str, str], ...]] = {
    # title, text, what somebody would change in it
    "program": (
        ("Pendamping yang pernah jatuh bangun", "Setiap tim mendapat satu pendamping tetap yang pernah menjalankan usaha sendiri, termasuk pernah gagal. Bertemu dua kali sebulan di Maneka, siang hari.\n\nPendamping diganti ongkosnya, tidak dibayar.", "siang hari|sore atau malam hari"),
        ("Pelanggan pertama sebelum modal pertama", "Modal awal baru dibagikan kepada tim yang sudah punya satu pelanggan yang membayar. Tim lain dibantu mencarinya dulu.", ""),
        ("Pameran tiap tiga bulan", "Pameran bersama di Gatra tiap tiga bulan, supaya tim bertemu pembeli.", ""),
    ),
    "space": (
        ("Pintu geser tanpa ambang", "Pintu depan diganti pintu geser selebar satu meter, tanpa ambang, dengan tombol setinggi pinggang.", "tombol setinggi pinggang|tombol setinggi pinggang dan sensor gerak"),
        ("Jalur taktil dari trotoar", "Jalur taktil dari trotoar sampai meja depan, diperiksa bersama teman netra sebelum dipasang.", ""),
    ),
    "event": (
        ("Stan dibagi dengan undian", "Setiap bulan stan dibagi dengan undian terbuka. Yang sudah dua kali dapat, menunggu satu bulan.", "menunggu satu bulan|menunggu dua bulan"),
        ("Tenda dari bambu", "Tenda bambu buatan perajin sendiri, supaya tidak menyewa setiap minggu.", ""),
        ("Minggu pagi, bukan Sabtu malam", "Pembeli keluarga datang Minggu pagi. Sabtu malam terlalu ramai oleh acara lain.", ""),
    ),
    "policy": (
        ("Jatah jam prima per organisasi", "Setiap organisasi mendapat paling banyak empat jam prima tiap bulan. Sisanya dibuka dua minggu sebelumnya untuk siapa saja.", "empat jam|enam jam"),
        ("Batal paling lambat tiga hari", "Yang batal kurang dari tiga hari sebelumnya kehilangan satu jatah bulan berikutnya.", ""),
    ),
    "other": (
        ("Relawan pemilah di setiap acara", "Dua relawan pemilah di setiap acara besar, bergiliran antarkomunitas.", "Dua relawan|Empat relawan"),
        ("Sisa makanan ke kebun belakang", "Sisa makanan dikomposkan di kebun belakang hub.", ""),
    ),
}  # fmt: skip
CRITERIA: dict[str, tuple[tuple[str, str, str, str, str], ...]] = {
    # text, before, hoped for, unit, now
    "program": (("Tim yang masih berjalan setelah setahun", "41", "60", "%", "58"), ("Tim yang punya pelanggan membayar", "belum diketahui", "10 tim", "", "11 tim")),
    "space": (("Teman difabel yang bekerja di Maneka tiap minggu", "2", "10", "orang", ""),),
    "event": (("Pembeli tiap akhir pekan", "0", "800", "orang", ""), ("Biaya yang tertutup sewa stan", "0", "100", "%", "")),
    "policy": (("Komunitas yang memakai Gatra tiap kuartal", "11", "20", "", "27"),),
    "other": (("Sampah acara yang terpilah", "0", "80", "%", ""),),
}  # fmt: skip
ANSWERS = (
    (
        "accepted",
        "Kami jalankan mulai bulan depan. Anggarannya sudah ada, dan pengusulnya ikut menyusun jadwal.",
    ),
    ("partly", "Kami mulai dengan separuhnya dulu, lalu dinilai bersama setelah tiga bulan."),
    (
        "not_feasible",
        "Belum bisa tahun ini: izinnya baru keluar tahun depan. Usulan ini kami bawa ke rapat anggaran.",
    ),
)
SAID = (
    ("for", "Ini yang kami tunggu sejak lama."),
    ("against", "Bagus, tetapi siapa yang merawatnya setelah program selesai?"),
    ("question", "Apakah yang dari luar kota boleh ikut?"),
)
JUDGED = {  # by how much influence they say they had
    1: ("Kami hanya diajak di awal. Setelah itu kami mendengar kabarnya dari koran.", "Usul kami dicatat, lalu tidak ada kabar lagi.", ""),
    2: ("Hasilnya terasa, tetapi keputusannya sudah jadi ketika kami diundang.", "Rapatnya siang hari kerja, anggota kami jarang bisa datang.", "Lebih baik daripada dulu. Kami ingin ikut sejak anggaran disusun.", ""),
    3: ("Satu usul kami dipakai, satu tidak, dan alasannya jelas.", ""),
    5: ("Selesai tepat waktu, dan kami belajar banyak dari komunitas.", "Tanpa relawan dan pendamping, anggaran kami tidak akan cukup."),
}  # fmt: skip
AGREEMENTS = (
    (
        "mou",
        "Pendampingan usaha rintisan oleh dosen dan alumni",
        "Kampus Tembalang",
        -320,
        40,
        "Startup Muda dirancang bersama",
    ),
    (
        "pks",
        "Modal awal bergulir bagi tim terpilih",
        "Bank Mitra Usaha",
        -120,
        600,
        "Startup Muda dirancang bersama",
    ),
    (
        "mou",
        "Perancangan ruang yang ramah difabel",
        "Politeknik Banyumanik",
        -90,
        400,
        "Ruang Maneka yang ramah difabel",
    ),
    ("pks", "Siaran kegiatan hub di radio", "Radio Kota Atas", -500, -20, ""),
)


def in_stage(
    initiative: Initiative,
    kind: StageKind,
    start: dt.datetime,
    length: dt.timedelta,
    now: dt.datetime,
    rows: Rows,
    stays_open: bool,
    done_alone: bool,
) -> None:
    """What people did together while a stage was open; `rows` took part in it, who proposed first.

    In a stage that `stays_open` two proposals wait, one of them too long, and a meeting is still to come.
    In one `done_alone` no meeting is called: whoever is left comes without it, and nobody else is invited.
    """
    rng = Random(f"working:{initiative.title}:{kind}")
    end = now if stays_open else min(start + length, now)
    if kind == StageKind.FRAME:
        _criteria(initiative, start + DAY)
        _meet(initiative, "Rembug pertama: apa masalah sebenarnya?", start + 6 * DAY, end, rows)
    elif kind == StageKind.DESIGN:
        _propose(initiative, start, end, rows, rng, stays_open)
        if not done_alone:
            _meet(initiative, "Rembug rancangan", start + length / 2, end, rows)
    else:
        _measure(initiative, end - DAY / 2)
    if stays_open and not done_alone and kind != StageKind.EVALUATE:
        _meet(initiative, "Rembug berikutnya", now + 5 * DAY, now, rows)
    if initiative.pattern == "program":
        _pulse(initiative, kind, end - DAY / 3, now, rng)


def _criteria(initiative: Initiative, at: dt.datetime) -> None:
    with clock.set_to(at):
        for text, baseline, target, unit, _now in CRITERIA[initiative.pattern]:
            actions.add_criterion(
                initiative,
                by=SYSTEM,
                text=text,
                baseline=baseline,
                target=target,
                unit=unit,
                measured_by="figure",
            )


def _measure(initiative: Initiative, at: dt.datetime) -> None:
    with clock.set_to(at):
        for row, told in zip(
            initiative.criteria.order_by("place"), CRITERIA[initiative.pattern], strict=False
        ):
            if told[4]:
                actions.measure_criterion(row, told[4], "Data hub dan survei peserta", by=SYSTEM)


def _propose(
    initiative: Initiative, start: dt.datetime, end: dt.datetime, rows: Rows, rng: Random, stays_open: bool
) -> None:
    """Proposals, each with support and words; the last one of an open stage waits, the one before it longer than promised."""
    plans = PROPOSALS[initiative.pattern]
    due = dt.timedelta(days=initiative.hub.answer_days)
    for place, (title, text, change) in enumerate(plans):
        maker, others = rows[place % len(rows)], [row for row in rows if row != rows[place % len(rows)]]
        waits = stays_open and place >= len(plans) - 2
        made_at = start + (2 + 3 * place) * DAY
        if waits:
            made_at = max(start + DAY, end - (due + 3 * DAY if place == len(plans) - 2 else 2 * DAY))
        if made_at >= end:
            return
        with clock.set_to(made_at):
            proposal = actions.make_proposal(
                initiative,
                by=SYSTEM,
                person=maker.person,
                organisation=maker.organisation,
                title=title,
                text=text,
            )
        with clock.set_to(min(made_at + DAY, end)):
            for row in others[: rng.randint(3, min(9, len(others)))] if len(others) > 3 else others:
                actions.support_proposal(
                    proposal, by=SYSTEM, person=row.person, organisation=row.organisation
                )
            for (kind, words), row in zip(SAID[: 1 + place], reversed(others), strict=False):
                said = actions.comment(
                    proposal, kind, words, by=SYSTEM, person=row.person, organisation=row.organisation
                )
                if kind == "question":
                    actions.reply_to(said, "Boleh, asal ikut rapat pertama.", by=SYSTEM)
            if change and others:
                old, new = change.split("|")
                amended = actions.amend(
                    proposal,
                    text.replace(old, new),
                    "Supaya lebih banyak yang bisa ikut.",
                    by=SYSTEM,
                    person=others[0].person,
                    organisation=others[0].organisation,
                )
                actions.accept_amendment(amended, by=SYSTEM)
        if not waits:
            state, answer = ANSWERS[place % len(ANSWERS)]
            with clock.set_to(min(made_at + due * rng.uniform(0.4, 1.1), end)):
                actions.answer_proposal(proposal, state, answer, by=SYSTEM)


def _meet(initiative: Initiative, title: str, day: dt.datetime, end: dt.datetime, rows: Rows) -> None:
    """A meeting called, held, minuted, and its minutes approved by two sectors; only called when it is still to come."""
    start = clock.at(day.astimezone(dt.UTC).date(), 13 * 60, ZONE)
    with clock.set_to(min(start - 4 * DAY, end - DAY / 24)):
        meeting = actions.call_meeting(
            initiative,
            by=SYSTEM,
            title=title,
            start=start,
            end=start + dt.timedelta(hours=2),
            agenda=[
                actions.Point("Pembukaan dan perkenalan"),
                actions.Point("Apa yang paling mengganggu", sector=rows[0].organisation.sector),
                actions.Point("Langkah berikutnya"),
            ],
        )
    if start + DAY / 8 > end:
        return
    came = rows[:9]
    with clock.set_to(start):
        shown = [
            events.Shown(
                events.register(
                    meeting.event, by=SYSTEM, person=row.person, organisation=row.organisation
                ).reference,
                meeting.event.slug,
                start,
                f"rembug-{meeting.pk}-{row.pk}",
            )
            for row in came
        ]
        events.check_in(shown, by=SYSTEM)
    with clock.set_to(start + DAY / 12):
        points = list(meeting.items.order_by("place"))
        actions.write_minutes(
            meeting,
            f"{len(came)} pihak hadir. Semua mendapat giliran bicara, yang belum pernah bicara lebih dulu.",
            by=SYSTEM,
            points={
                points[
                    1
                ].pk: "Tiga hal disebut berulang kali; yang pertama disepakati untuk dikerjakan lebih dulu.",
                points[2].pk: "Setiap pihak membawa satu usulan ke pertemuan berikutnya.",
            },
        )
        sectors: set[str] = set()
        for row in came:
            if row.organisation.sector not in sectors and len(sectors) < 2:
                sectors.add(row.organisation.sector)
                actions.approve_minutes(meeting, by=SYSTEM, person=row.person)


def judge(initiative: Initiative, row: Affiliation, rng: Random) -> None:
    """One party judges what became of it: those who were asked least see it darkest."""
    organisation: Organisation = row.organisation
    bright = {"government": 1, "company": 0, "campus": 0, "media": 0}.get(organisation.sector, -1)
    result = min(5, max(1, 4 + bright + rng.choice((-1, 0, 0, 1))))
    influence = min(5, max(1, 3 + 2 * bright + rng.choice((-1, 0, 1))))
    words = rng.choice(JUDGED.get(influence, ("",)))
    met = {5: "met", 4: "met", 3: "partly"}.get(result, "missed")
    actions.judge(
        initiative,
        by=SYSTEM,
        person=row.person,
        organisation=organisation,
        result=result,
        influence=influence,
        again=influence > 1,
        words_said=words,
        criteria={one.place: met for one in initiative.criteria.all()},
    )


def _pulse(initiative: Initiative, kind: StageKind, at: dt.datetime, now: dt.datetime, rng: Random) -> None:
    """A wave at the end of each stage; the one of an open stage is still being asked."""
    places = {StageKind.FRAME: 0, StageKind.DESIGN: 1, StageKind.DELIVER: 2, StageKind.EVALUATE: 3}
    is_open = at >= now - DAY
    moment = min(at, now - 2 * DAY) if is_open else at
    with clock.set_to(moment):
        wave = actions.open_wave(initiative, by=SYSTEM)
        link: Any = trust.link_of(wave)
        for _person in range(6 if is_open else 24):
            mood = rng.gauss(3.0 + 0.35 * places[kind], 0.8)
            said = {
                item.value: min(5, max(1, round(mood + rng.gauss(-0.5 if place >= 6 else 0.2, 0.6))))
                for place, item in enumerate(TrustItem)
            }
            save_answers(link.questionnaire, said, by=SYSTEM, subject=wave.subject, hub=initiative.hub)
        if not is_open:
            actions.close_wave(wave, by=SYSTEM)


def sign(office: Office) -> None:
    """The register of agreements, and which initiative each belongs to."""
    today = clock.today(ZONE)
    organisations = {one.name: one for one in Organisation.objects.filter(office=office)}
    ours = organisations["Balai Pelatihan Koperasi dan UKM"]
    for number, (kind, title, party, since, until, belongs) in enumerate(AGREEMENTS, start=1):
        signed = members.enter_agreement(
            office,
            by=SYSTEM,
            kind=kind,
            title=title,
            number=f"415.4/{number:03}/2026",
            since=today + since * DAY,
            until=today + until * DAY,
            parties=[ours, organisations[party]],
        )
        found = Initiative.objects.filter(office=office, title=belongs, ended_at=None).first()
        if found is not None:
            actions.attach_agreement(found, signed, by=SYSTEM)
