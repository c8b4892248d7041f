"""Pictures of an event: what a chat shows of its link, and a ticket to keep in a phone."""

import functools
import hashlib
import json
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..core import formats, pictures, qr
from .enums import EventMode, EventState, RegistrationState
from .models import Event, Registration
from .tickets import ticket_of

WIDE, HIGH = 1200, 630  # what chats and networks expect of a link's picture


def share_facts(event: Event) -> dict[str, Any]:
    """What the picture of an event says; the picture is as new as these."""
    where = event.place or event.hub.name
    if event.mode == EventMode.ONLINE:
        where = str(EventMode.ONLINE.label)
    elif event.mode == EventMode.HYBRID:
        where = f"{where} + {EventMode.ONLINE.label}"
    state = str(EventState.CANCELLED.label) if event.state == EventState.CANCELLED else ""
    return {
        "title": event.title,
        "day": formats.date_long(event.start, event.hub.timezone),
        "time": formats.time_range(event.start, event.end, event.hub.timezone),
        "where": where,
        "price": formats.rupiah(event.price),
        "state": state,
        "seed": formats.shade(event.slug, 10_000),
    }


def revision_of(event: Event) -> str:
    """A short mark that changes with what the picture says."""
    facts = json.dumps([share_facts(event), get_language()], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:10]


def share_address(event: Event) -> str:
    """The path of the picture, another one when the event changes: chats keep pictures for long."""
    return f"{reverse('events:picture', args=[event.slug])}?v={revision_of(event)}"


def share_picture(event: Event) -> bytes:
    """The picture (PNG, 1200 by 630) of an event's link."""
    return _share(json.dumps(share_facts(event), sort_keys=True))


@functools.lru_cache(64)
def _share(facts: str) -> bytes:
    told = json.loads(facts)
    picture, pen = pictures.canvas(WIDE, HIGH)
    pictures.cloth(picture, (0, 0, 210, HIGH), 105, told["seed"])
    left, width = 262, WIDE - 262 - 60
    pictures.mark(picture, (left, 48), 44)
    pen.text((left + 58, 52), "HeteroSpace", font=pictures.font(30, 700), fill=pictures.SOGA)
    if told["state"]:
        _stamp(pen, told["state"])
    size = 76 if len(told["title"]) < 46 else 58
    title = pictures.font(size, 800)
    y = pictures.write(
        pen, (left, 132), pictures.lines(told["title"], title, width, 3), title, pictures.INK, 1.14
    )
    day, rest = pictures.font(38, 700), pictures.font(34, 500)
    y = max(y + 24, 396)
    y = pictures.write(
        pen, (left, y), [told["day"] if told["day"] else told["time"]], day, pictures.INDIGO, 1.35
    )
    y = pictures.write(pen, (left, y), [told["time"]], day, pictures.INDIGO, 1.45)
    where = pictures.lines(f"{told['where']} · {told['price']}", rest, width, 1)
    pictures.write(pen, (left, y), where, rest, pictures.SOFT, 1.3)
    return pictures.png(picture)


def _stamp(pen: Any, words: str) -> None:
    letters = pictures.font(32, 800)
    wide = round(letters.getlength(words)) + 48
    pen.rounded_rectangle((WIDE - 60 - wide, 40, WIDE - 60, 98), 29, fill="#a0232a")
    pen.text((WIDE - 36 - wide, 47), words, font=letters, fill="#ffffff")


def ticket_picture(registration: Registration) -> bytes:
    """A ticket as a picture (PNG, 1080 by 1620) for the phone's gallery or a chat; it names nobody."""
    event = registration.event
    zone = event.hub.timezone
    wide, high, edge = 1080, 1620, 70
    picture, pen = pictures.canvas(wide, high)
    pictures.cloth(picture, (0, 0, wide, 120), 60, formats.shade(event.slug, 10_000))
    title, day, rest = pictures.font(54, 800), pictures.font(38, 700), pictures.font(32, 500)
    y = pictures.write(
        pen, (edge, 156), pictures.lines(event.title, title, wide - 2 * edge, 2), title, pictures.INK, 1.16
    )
    y = pictures.write(pen, (edge, y + 14), [formats.date_long(event.start, zone)], day, pictures.INDIGO, 1.3)
    y = pictures.write(
        pen, (edge, y), [formats.time_range(event.start, event.end, zone)], day, pictures.INDIGO, 1.4
    )
    place = pictures.lines(event.place or f"{event.hub.name}, {event.hub.address}", rest, wide - 2 * edge, 2)
    y = pictures.write(pen, (edge, y), place, rest, pictures.SOFT, 1.3)
    rows = qr.squares(ticket_of(registration.reference, event.reference))
    dot = 900 // (len(rows) + 8)
    side = dot * (len(rows) + 8)
    left, top = (wide - side) // 2, y + (high - 190 - y - side) // 2
    pen.rounded_rectangle(
        (left, top, left + side, top + side), 28, fill="#ffffff", outline=pictures.LINE, width=3
    )
    for row, squares in enumerate(rows):
        for column, dark in enumerate(squares):
            if dark:
                x, at = left + dot * (column + 4), top + dot * (row + 4)
                pen.rectangle((x, at, x + dot - 1, at + dot - 1), fill="#000000")
    code = pictures.font(64, 800)
    pen.text((wide // 2, high - 140), registration.reference, font=code, fill=pictures.INK, anchor="mm")
    words = _("Show this at the door")
    if registration.people > 1:
        words = f"{words} · {_('for %(count)s people') % {'count': registration.people}}"
    pen.text((wide // 2, high - 62), words, font=rest, fill=pictures.SOFT, anchor="mm")
    return pictures.png(picture)


def has_ticket(registration: Registration) -> bool:
    """Whether this registration has a ticket for the door: confirmed, on site, of an event that takes place."""
    return (
        registration.state == RegistrationState.CONFIRMED
        and registration.mode == "onsite"
        and registration.event.state != EventState.CANCELLED
    )
