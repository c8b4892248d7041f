"""Indonesia's regions by their Kemendagri code (`33`, `33.74`, `33.74.11`); the one place that knows `lokal`."""

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
