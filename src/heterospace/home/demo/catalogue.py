"""The three hubs and what they offer. Facts from the press and the operator's published package names.

Not published, and therefore editable defaults of ours: the opening hours of Semarang and Solo (we set Monday to
Friday 09.00-18.00; Banyumas publishes just these), capacities, floor areas, and every booking rule. Halls divide
as such halls usually do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Span = tuple[int, int]
Week = dict[int, list[Span]]

OFFICE_HOURS: Week = {day: [(540, 1080)] for day in range(5)}
WITH_WEEKEND: Week = {**OFFICE_HOURS, 5: [(540, 1080)], 6: [(540, 1020)]}
COURT_HOURS: Week = {day: [(360, 1260)] for day in range(7)}


@dataclass(frozen=True)
class SpaceSpec:
    """A space to add: its facts, features, own hours and parts."""

    name: str
    kind: str
    capacity: int
    features: tuple[str, ...] = ()
    hours: Week | None = None
    about: str = ""
    rules: dict[str, Any] = field(default_factory=dict)
    parts: tuple["SpaceSpec", ...] = ()


@dataclass(frozen=True)
class HubSpec:
    """A hub to open."""

    slug: str
    name: str
    facts: dict[str, Any]
    spaces: tuple[SpaceSpec, ...]


MEETING = {
    "min_length": 60,
    "max_length": 240,
    "step_minutes": 30,
    "turnaround_minutes": 10,
    "cancel_minutes": 120,
    "grace_minutes": 20,
}
DESK = {"min_length": 60, "max_length": 540, "step_minutes": 30, "cancel_minutes": 60}
HALL = {
    "min_length": 120,
    "max_length": 540,
    "step_minutes": 30,
    "turnaround_minutes": 60,
    "lead_minutes": 3 * 1440,
    "horizon_days": 180,
    "cancel_minutes": 2 * 1440,
}
COURT = {"min_length": 60, "max_length": 180, "step_minutes": 60, "horizon_days": 30, "cancel_minutes": 180}
OFFICE = {
    "unit": "month",
    "min_length": 1,
    "max_length": 12,
    "horizon_days": 180,
    "cancel_minutes": 7 * 1440,
    "who_may": "organisations",
}
NIGHTS = {"unit": "night", "min_length": 1, "max_length": 14, "horizon_days": 90, "cancel_minutes": 1440}
LAB = {
    "min_length": 60,
    "max_length": 300,
    "step_minutes": 30,
    "turnaround_minutes": 30,
    "lead_minutes": 1440,
    "cancel_minutes": 720,
}


def rembug(name: str, capacity: int, *extra: str) -> SpaceSpec:
    return SpaceSpec(
        name,
        "meeting",
        capacity,
        ("wifi", "screen", "whiteboard", "air-conditioning", *extra),
        about="Ruang rapat tenang dengan layar dan papan tulis.",
        rules=MEETING,
    )


def maneka() -> SpaceSpec:
    return SpaceSpec(
        "Maneka",
        "coworking",
        40,
        ("wifi", "air-conditioning", "step-free"),
        about="Ruang kerja bersama. Seluruh ruang dapat dipesan, atau satu bagiannya saja.",
        rules={**DESK, "who_may": "organisations"},
        parts=(
            SpaceSpec(
                "Maneka Personal",
                "coworking",
                24,
                ("wifi", "quiet", "step-free"),
                about="Meja kerja perorangan di sisi yang tenang.",
                rules={**DESK, "is_shared": True},
            ),
            SpaceSpec(
                "Maneka Group",
                "coworking",
                16,
                ("wifi", "whiteboard", "step-free"),
                about="Meja besar untuk kerja kelompok.",
                rules=DESK,
            ),
        ),
    )


def lending_counter() -> SpaceSpec:
    return SpaceSpec(
        "Meja Pinjam Alat",
        "counter",
        50,
        about="Ambil dan kembalikan alat di sini; dapat dibawa pulang sampai tujuh hari.",
        rules={
            "min_length": 60,
            "max_length": 7 * 1440,
            "step_minutes": 30,
            "is_shared": True,
            "cancel_minutes": 60,
        },
    )


# name, how many, what one should know
EQUIPMENT = (
    ("Proyektor", 4, "3.500 lumen, HDMI dan USB-C"),
    ("Mikrofon nirkabel", 6, "Sepasang baterai disertakan"),
    ("Kamera mirrorless", 2, "Dengan tripod; untuk foto produk dan dokumentasi"),
    ("Lampu studio", 4, "Softbox 60 cm"),
    ("Laptop", 5, "Untuk pelatihan; tidak untuk dibawa pulang"),
    ("Kursi lipat", 80, ""),
)


def gatra(
    whole: int, first: int, second: int, name: str = "Gatra Event Space", approval: str = "hold"
) -> SpaceSpec:
    return SpaceSpec(
        name,
        "event",
        whole,
        (
            "wifi",
            "projector",
            "sound",
            "stage",
            "air-conditioning",
            "step-free",
            "accessible-toilet",
            "parking",
        ),
        WITH_WEEKEND,
        about="Aula serbaguna untuk kelas, pameran dan pertemuan komunitas. Dapat disekat menjadi dua.",
        rules={**HALL, "approval": approval, "hold_hours": 48},
        parts=(
            SpaceSpec(
                f"{name} Sisi Timur",
                "event",
                first,
                ("projector", "sound", "air-conditioning", "step-free"),
                WITH_WEEKEND,
                rules={**HALL, "lead_minutes": 1440},
            ),
            SpaceSpec(
                f"{name} Sisi Barat",
                "event",
                second,
                ("projector", "air-conditioning", "step-free"),
                WITH_WEEKEND,
                rules={**HALL, "lead_minutes": 1440},
            ),
        ),
    )


def offices(*sizes: tuple[str, int]) -> Iterator[SpaceSpec]:
    for name, capacity in sizes:
        yield SpaceSpec(
            f"Private Office {name}",
            "office",
            capacity,
            ("wifi", "air-conditioning"),
            about="Kantor pribadi berkunci untuk tim kecil, dipesan per bulan.",
            rules=OFFICE,
        )


def court(name: str, capacity: int) -> SpaceSpec:
    return SpaceSpec(name, "court", capacity, ("parking", "step-free"), COURT_HOURS, rules=COURT)


HUBS = (
    HubSpec(
        "semarang",
        "Hetero Space Semarang",
        {
            "tagline": "Usaha rintisan digital, UMKM dan industri kreatif di UMKM Center.",
            "about": "Dibuka 31 Januari 2020 di UMKM Center Banyumanik. Tempat bertemu, belajar dan mengerjakan bersama.",
            "regency": "33.74",
            "district": "33.74.11",
            "address": "UMKM Center, Jl. Setiabudi No. 192, Srondol Wetan, Banyumanik",
            "latitude": "-7.058900",
            "longitude": "110.412300",
            "access_notes": "Pintu utama tanpa anak tangga. Tempat parkir difabel di depan lobi.",
        },
        (
            maneka(),
            lending_counter(),
            rembug("Rembug 1", 8, "step-free"),
            rembug("Rembug 2", 12, "video-call"),
            rembug("Rembug 3", 16, "projector", "wide-door"),
            *offices(("1", 4), ("2", 4), ("3", 4), ("4", 6), ("5", 6), ("6", 10)),
            gatra(120, 50, 60),
            SpaceSpec(
                "Event Space Outdoor",
                "outdoor",
                150,
                ("parking", "step-free"),
                WITH_WEEKEND,
                about="Halaman untuk bazar, pentas kecil dan senam pagi.",
                rules=HALL,
            ),
            SpaceSpec(
                "Activation Webinar",
                "studio",
                6,
                ("wifi", "video-call", "lighting", "sound"),
                about="Studio siap siar dengan kamera, lampu dan pelantang.",
                rules=LAB,
            ),
        ),
    ),
    HubSpec(
        "solo",
        "Hetero Space Solo",
        {
            "tagline": "Kriya, seni pertunjukan dan gim di pusat kota.",
            "about": "Dibuka Desember 2021 di bekas kantor dinas, sekitar 1.500 m².",
            "regency": "33.72",
            "district": "33.72.04",
            "address": "Jl. Urip Sumoharjo No. 92, Purwodiningratan, Jebres",
            "latitude": "-7.563900",
            "longitude": "110.838100",
            "access_notes": "Landai di pintu samping; lift belum ada.",
        },
        (
            maneka(),
            lending_counter(),
            *offices(
                ("1", 4),
                ("2", 4),
                ("3", 4),
                ("4", 4),
                ("5", 4),
                ("6", 4),
                ("7", 6),
                ("8", 6),
                ("9", 8),
                ("10", 10),
            ),
            rembug("Rembug Meeting Room", 12, "video-call", "step-free"),
            gatra(100, 40, 50, approval="compete"),
            SpaceSpec(
                "Saka Foodlab",
                "kitchen",
                10,
                ("kitchen", "tools", "step-free"),
                about="Dapur uji untuk usaha kuliner: resep, kemasan, foto produk.",
                rules=LAB,
            ),
            SpaceSpec(
                "Abipraya Game Area",
                "games",
                20,
                ("wifi", "screen", "sound"),
                WITH_WEEKEND,
                about="Ruang uji gim dan kumpul komunitas gim.",
                rules=DESK,
            ),
        ),
    ),
    HubSpec(
        "banyumas",
        "Hetero Space Banyumas",
        {
            "tagline": "Hub terluas: lapangan, makerspace dan kamar co-living di Purwokerto.",
            "about": "Dibuka 16 Desember 2022 di bekas Bakorwil III, rumah kolonial yang pernah diinapi Bung Karno.",
            "regency": "33.02",
            "district": "33.02.27",
            "address": "Jl. Gatot Subroto No. 75, Purwokerto",
            "latitude": "-7.424600",
            "longitude": "109.239600",
            "access_notes": "Halaman rata; kamar co-living di lantai dasar.",
        },
        (
            maneka(),
            lending_counter(),
            rembug("Rembug Meeting Room", 14, "video-call", "step-free"),
            *offices(("1", 4), ("2", 4), ("3", 6), ("4", 6), ("5", 8), ("6", 10)),
            gatra(140, 60, 70, "Gatra Event Space Indoor"),
            SpaceSpec(
                "Gatra Wedding Hall",
                "event",
                300,
                ("sound", "stage", "parking", "step-free", "accessible-toilet"),
                WITH_WEEKEND,
                rules={**HALL, "lead_minutes": 7 * 1440},
            ),
            SpaceSpec("Outdoorspace", "outdoor", 200, ("parking", "step-free"), WITH_WEEKEND, rules=HALL),
            SpaceSpec("Amphitheater", "outdoor", 120, ("stage", "sound"), WITH_WEEKEND, rules=HALL),
            court("Basketball Court", 20),
            court("Futsal Court", 16),
            court("Tennis Court", 8),
            *(
                SpaceSpec(
                    f"Co-Living Room {n}",
                    "lodging",
                    2,
                    ("wifi", "air-conditioning"),
                    about="Kamar menginap untuk peserta program dan tamu komunitas.",
                    rules=NIGHTS,
                )
                for n in range(1, 5)
            ),
            SpaceSpec(
                "Makerspace",
                "makerspace",
                12,
                ("tools", "wifi", "step-free"),
                about="Mesin jahit, pencetak 3D dan meja pengemasan.",
                rules=LAB,
            ),
        ),
    ),
)
