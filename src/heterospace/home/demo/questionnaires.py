"""What visitors of the invented hubs said: the counters' service survey over two years, and a small feedback form."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

from ...core.deeds import SYSTEM
from ...hubs.models import Hub, Office
from ...questionnaires import actions
from ...questionnaires.engine import Value
from ...questionnaires.models import Questionnaire
from ...questionnaires.queries import COUNTER
from .cast import SEED

QUARTERS = 8
# How each element fares: how often of a hundred people say 4, 3 and 2; the rest say 1.
LIKED = {
    "u1": (34, 56, 9), "u2": (33, 55, 10), "u3": (28, 52, 17), "u4": (62, 33, 4), "u5": (35, 55, 8), "u6": (42, 50, 7),
    "u7": (54, 40, 5), "u8": (36, 48, 13), "u9": (24, 52, 18),
}  # fmt: skip
BETTER = {"semarang": 3, "solo": 1, "banyumas": -4}  # how a hub differs, of a hundred
SAID = (
    "Stopkontak di ruang Maneka perlu ditambah.",
    "Petugasnya ramah, terima kasih.",
    "Wi-Fi kadang lambat saat siang.",
    "Parkir motor penuh saat ada acara.",
    "Mohon jam buka hari Sabtu lebih panjang.",
    "AC ruang rapat terlalu dingin.",
    "Pemesanan ruang sekarang jauh lebih mudah.",
    "Tolong sediakan air minum isi ulang di lantai dua.",
    "Toilet bersih, pertahankan.",
    "Balasan pengaduan agak lama.",
    "Studio foto sangat membantu usaha saya.",
    "Kursinya kurang nyaman untuk seharian.",
    "Tanda arah ke ruang acara kurang jelas.",
)
ROOM = (
    ("Proyektor", "Sering gagal tersambung ke laptop saya."),
    ("Kursi dan meja", "Dua kursi goyang."),
    ("Internet", "Putus setiap ada acara besar."),
    ("Suhu ruang", "Panas setelah pukul dua siang."),
)


def fill_questionnaires(office: Office) -> None:
    """The office's service survey with a counter at every hub and its answers by quarter; a feedback form at Semarang."""
    survey = actions.make_questionnaire(
        office,
        by=SYSTEM,
        title="Bagaimana layanan kami?",
        purpose="skm",
        intro="Sembilan pertanyaan singkat. Jawaban Anda membantu kami memperbaiki layanan.",
        thanks="Terima kasih. Hasilnya kami umumkan setiap triwulan.",
    )
    survey = actions.open_questionnaire(survey, by=SYSTEM)
    began = office.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    for hub in office.hubs.order_by("position", "id"):
        actions.link_to(survey, by=SYSTEM, subject=COUNTER, hub=hub, title=hub.name)
        _counter(survey, hub, began)
    _feedback(office, began)


def _counter(survey: Questionnaire, hub: Hub, began: dt.date) -> None:
    rng = Random(f"{SEED}:survey:{hub.slug}")
    first = dt.date(began.year, (began.month - 1) // 3 * 3 + 1, 1)
    rows: list[tuple[dt.date, dict[str, Value]]] = []
    for back in range(QUARTERS):
        month = first.year * 12 + first.month - 1 - 3 * back
        start = dt.date(month // 12, month % 12 + 1, 1)
        days = min((began - start).days, 89)
        drift = BETTER.get(hub.slug, 0) - back  # it was a little worse before
        for _n in range(rng.randint(34, 58) if days > 40 else max(6, days)):
            rows.append((start + dt.timedelta(days=rng.randint(0, max(days, 0))), _nine(rng, drift)))
    actions.enter_answers(survey, rows, by=SYSTEM, subject=COUNTER, hub=hub)


def _nine(rng: Random, drift: int) -> dict[str, Value]:
    mood = rng.gauss(0, 9) + drift  # who likes one thing likes the others too
    said: dict[str, Value] = {}
    for key, (four, three, two) in LIKED.items():
        point = rng.uniform(0, 100) - mood
        said[key] = (
            4 if point < four else 3 if point < four + three else 2 if point < four + three + two else 1
        )
    if rng.random() < 0.22:
        said["saran"] = rng.choice(SAID)
    return said


def _feedback(office: Office, began: dt.date) -> None:
    hub = office.hubs.filter(slug="semarang").first()
    if hub is None:
        return
    made = actions.make_questionnaire(
        office, by=SYSTEM, hub=hub, title="Ruang rapat: ada yang kurang?", purpose="feedback"
    )
    actions.add_question(
        made, by=SYSTEM, key="nyaman", text="Seberapa nyaman ruangnya?", kind="scale5", required=True
    )
    actions.add_question(
        made, by=SYSTEM, key="kurang", text="Ada yang tidak beres?", kind="yes_no", required=True
    )
    actions.add_question(
        made,
        by=SYSTEM,
        key="apa",
        text="Apa yang tidak beres?",
        kind="several",
        required=True,
        options=[name for name, _words in ROOM],
        shown_if="kurang",
        shown_values=["yes"],
    )
    actions.add_question(
        made,
        by=SYSTEM,
        key="cerita",
        text="Ceritakan sedikit",
        kind="long",
        shown_if="kurang",
        shown_values=["yes"],
    )
    made = actions.open_questionnaire(made, by=SYSTEM)
    rng = Random(f"{SEED}:feedback")
    rows: list[tuple[dt.date, dict[str, Value]]] = []
    for _n in range(31):
        told: dict[str, Value] = {"nyaman": rng.choice((3, 4, 4, 4, 5, 5)), "kurang": rng.random() < 0.35}
        if told["kurang"]:
            name, words = rng.choice(ROOM)
            told |= {"nyaman": rng.choice((2, 3, 3, 4)), "apa": [name]}
            if rng.random() < 0.7:
                told["cerita"] = words
        rows.append((began - dt.timedelta(days=rng.randint(1, 50)), told))
    actions.enter_answers(made, rows, by=SYSTEM, hub=hub)
