"""What a device at the door takes along and shows: who is expected, who is in. Names only, no address, no needs."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from ..core import codes
from .enums import LIVE, Outcome
from .models import Event, Registration, Session
from .queries import effective

KEPT_AFTER = dt.timedelta(hours=12)  # the end of the event; then a device deletes its list
FOUND = 20
NIGHT = dt.timedelta(hours=4)

Line = tuple[dt.datetime, str, str]  # when it was let in, at which gate, by which device


def day_of(moment: dt.datetime, event: Event) -> dt.date:
    """The day of the event a moment belongs to: until four in the morning it is still the evening before.

    Who came in is in until the end of that day; the next one everybody is let in anew.
    """
    return (moment.astimezone(ZoneInfo(event.hub.timezone)) - NIGHT).date()


def inside_of(event: Event) -> dict[int, dict[int, Line]]:
    """Who is in right now: by registration and session (0 for the event as a whole), the line that let it in."""
    found: dict[int, dict[int, Line]] = {}
    lines = effective(event).order_by("pk")
    told = lines.values_list("registration", "session", "outcome", "scanned_at", "gate", "device")
    for registration, session, outcome, at, gate, device in told:
        places = found.setdefault(registration, {})
        if outcome == Outcome.IN:
            places[session or 0] = (at, gate, device)
        else:
            places.pop(session or 0, None)
    return found


def expected(event: Event) -> list[dict[str, Any]]:
    """Every registration of the event, whatever its state, with who is in; two queries."""
    inside = inside_of(event)
    rows = Registration.objects.filter(event=event).order_by("person__name", "pk")
    told = rows.values_list("pk", "reference", "person__name", "people", "state", "seats__mode")
    return [
        {
            "reference": reference,
            "name": name,
            "people": people,
            "state": state,
            "mode": mode,
            "inside": inside.get(pk, {}),
        }
        for pk, reference, name, people, state, mode in told
    ]


def sessions_of(event: Event) -> list[Session]:
    """Its sittings by their beginning."""
    return list(event.sessions.all())


def people_inside(event: Event) -> int:
    """How many people are in by the event's own door or any session's, with their companions, each once.

    Of an event of several days those of its latest.
    """
    days = {
        pk: max(day_of(at, event) for at, *_where in where.values())
        for pk, where in inside_of(event).items()
        if where
    }
    latest = max(days.values(), default=None)
    places = [pk for pk, day in days.items() if day == latest]
    return sum(Registration.objects.filter(pk__in=places).values_list("people", flat=True))


def find(event: Event, words: str) -> Iterable[Registration]:
    """Those on the list whose name or reference fits, the first few; for doors without a scanner."""
    named = Q()
    for word in words.split():
        named &= Q(person__name__icontains=word)
    found = Registration.objects.filter(Q(reference=codes.tidy(words)) | named, event=event, state__in=LIVE)
    return found.select_related("person", "seats").order_by("person__name", "pk")[:FOUND]
