"""How often a browser may try: never per address alone, a whole hall sits behind one."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

ADDRESS_FACTOR = 60  # as many browsers behind one address


def within(request: HttpRequest, act: str, tries: int, seconds: int) -> bool:
    """Whether this browser may do `act` once more: `tries` in `seconds`, and 60 times that from its address."""
    if not request.session.session_key:
        request.session.create()
    address = request.META.get("REMOTE_ADDR", "")
    keys = (
        ("browser", request.session.session_key or "", tries),
        ("address", address, tries * ADDRESS_FACTOR),
    )
    return _all(act, keys, seconds)


def within_for(request: HttpRequest, act: str, mailbox: str, tries: int, seconds: int) -> bool:
    """Whether `act` may be done once more for one mailbox or number, whatever browser or program asks."""
    address = request.META.get("REMOTE_ADDR", "")
    keys = (("mailbox", mailbox, tries), ("program", address, tries * ADDRESS_FACTOR))
    return _all(act, keys, seconds)


def _all(act: str, keys: tuple[tuple[str, str, int], ...], seconds: int) -> bool:
    return all(_count(f"limit:{act}:{kind}:{_short(value)}", seconds) <= most for kind, value, most in keys)


def _count(key: str, seconds: int) -> int:
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out in between
        cache.set(key, 1, seconds)
        return 1


def _short(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:24]
