"""Wishes that found nothing: the reason that stands for all, and counting each wish of a person once."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.core.cache import caches
from django.http import HttpRequest

from ..core.deeds import SYSTEM
from ..hubs.models import Hub
from ..spaces.enums import SpaceKind
from .actions import count_unmet
from .enums import UnmetReason
from .queries import Offer, meant

ONCE_IN = 1800  # seconds in which the same wish of the same browser counts once
_CLOSED = {"closed_day", "holiday", "outside_hours"}
_REFUSED = {
    "clash": UnmetReason.FULL,
    "quota": UnmetReason.QUOTA,
    "too_many_people": UnmetReason.TOO_MANY,
    **dict.fromkeys(_CLOSED, UnmetReason.CLOSED),
}


def reason_of(offers: Sequence[Offer]) -> UnmetReason | None:
    """Why a search found nothing that has everything: the reason closest to a yes. None when it is nobody's demand."""
    offers = meant(offers)
    codes = [{reason.code for reason in offer.reasons} for offer in offers]
    if not codes or any(offer.is_free for offer in offers):
        return UnmetReason.LACKING
    if any(found & {"past", "end_before_start", "no_people"} for found in codes):
        return None
    if {"clash"} in codes:
        return UnmetReason.FULL
    if any(found <= _CLOSED | {"clash"} for found in codes):
        return UnmetReason.CLOSED
    if all("too_many_people" in found for found in codes):
        return UnmetReason.TOO_MANY
    return UnmetReason.RULES


def reason_of_refusal(code: str) -> UnmetReason | None:
    """What a refused booking counts as; None for mistakes in the form and other things that are no demand."""
    return _REFUSED.get(code)


def note(
    request: HttpRequest,
    reason: UnmetReason | None,
    start: dt.datetime,
    *,
    hub: Hub | None,
    people: int,
    kind: str = "",
) -> None:
    """Count a wish of this request that found nothing, once in half an hour, however often the page is read.

    Whose wish it was is known to this process's memory alone, as a hash that is forgotten after that half hour.
    """
    office = request.office  # type: ignore[attr-defined]
    if reason is None or office is None or kind not in {"", *SpaceKind.values}:  # nobody's real wish
        return
    user = request.user.pk or (request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent"))
    wish = repr((user, hub and hub.pk, start, people, kind, reason.value))
    key = f"unmet:{hashlib.sha256(wish.encode()).hexdigest()}"
    if caches["local"].add(key, 1, ONCE_IN):
        count_unmet(office, hub, start, people=people, kind=kind, reason=reason, by=SYSTEM)
