"""Indonesia's regions by their Kemendagri code (`33`, `33.74`, `33.74.11`); the one place that knows `lokal`."""

import math
from functools import cache

from lokal import wilayah

PROVINCE = "33"


@cache
def _children(code: str) -> tuple[tuple[str, str], ...]:
    # Asked code by code, `lokal` loads its regions only; its own list would load 83,762 villages (20 MB).
    codes = (f"{code}.{n:02}" if code else f"{n:02}" for n in range(1, 100))
    return tuple((found, title) for found in codes if (title := wilayah.wilayah_name(found)))


@cache
def name(code: str) -> str:
    """The region's name (`Kota Semarang`), or "" for an unknown or empty code."""
    return (wilayah.wilayah_name(code) or "") if code else ""


@cache
def regencies() -> tuple[tuple[str, str], ...]:
    """Central Java's 35 kabupaten and kota as (code, name)."""
    return _children(PROVINCE)


def districts(regency: str) -> tuple[tuple[str, str], ...]:
    """The kecamatan of a kabupaten or kota as (code, name); empty for a province or nothing."""
    return _children(regency) if regency.count(".") == 1 else ()


@cache
def homes() -> tuple[tuple[str, str], ...]:
    """Where people come from: the 35 of Central Java, then the other provinces."""
    return regencies() + tuple(pair for pair in _children("") if pair[0] != PROVINCE)


def is_home(code: str) -> bool:
    """Whether `code` is one of `homes()`."""
    return any(code == known for known, _name in homes())


Place = tuple[float, float]  # latitude, longitude

# Where the seat of each kabupaten and kota of Central Java lies, to about a kilometre.
SEATS: dict[str, Place] = {
    "33.01": (-7.72, 109.01),  # Cilacap
    "33.02": (-7.42, 109.24),  # Banyumas: Purwokerto
    "33.03": (-7.39, 109.36),  # Purbalingga
    "33.04": (-7.40, 109.69),  # Banjarnegara
    "33.05": (-7.67, 109.65),  # Kebumen
    "33.06": (-7.71, 110.01),  # Purworejo
    "33.07": (-7.36, 109.90),  # Wonosobo
    "33.08": (-7.60, 110.22),  # Magelang: Mungkid
    "33.09": (-7.53, 110.60),  # Boyolali
    "33.10": (-7.71, 110.60),  # Klaten
    "33.11": (-7.68, 110.83),  # Sukoharjo
    "33.12": (-7.81, 110.92),  # Wonogiri
    "33.13": (-7.60, 110.95),  # Karanganyar
    "33.14": (-7.43, 111.02),  # Sragen
    "33.15": (-7.09, 110.91),  # Grobogan: Purwodadi
    "33.16": (-6.97, 111.42),  # Blora
    "33.17": (-6.71, 111.34),  # Rembang
    "33.18": (-6.75, 111.04),  # Pati
    "33.19": (-6.80, 110.84),  # Kudus
    "33.20": (-6.59, 110.67),  # Jepara
    "33.21": (-6.89, 110.64),  # Demak
    "33.22": (-7.13, 110.41),  # Semarang: Ungaran
    "33.23": (-7.32, 110.17),  # Temanggung
    "33.24": (-6.92, 110.20),  # Kendal
    "33.25": (-6.91, 109.73),  # Batang
    "33.26": (-7.03, 109.58),  # Pekalongan: Kajen
    "33.27": (-6.89, 109.38),  # Pemalang
    "33.28": (-6.98, 109.14),  # Tegal: Slawi
    "33.29": (-6.87, 109.04),  # Brebes
    "33.71": (-7.48, 110.22),  # Kota Magelang
    "33.72": (-7.57, 110.82),  # Kota Surakarta
    "33.73": (-7.33, 110.50),  # Kota Salatiga
    "33.74": (-6.99, 110.42),  # Kota Semarang
    "33.75": (-6.89, 109.67),  # Kota Pekalongan
    "33.76": (-6.87, 109.13),  # Kota Tegal
}


def seat(code: str) -> Place | None:
    """Where a kabupaten or kota of Central Java is governed from; None for any other region."""
    return SEATS.get(code)


def kilometres(one: Place, other: Place) -> float:
    """The distance as the crow flies."""
    (lat, lon), (to_lat, to_lon) = (map(math.radians, place) for place in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))
