"""Events for other programs: iCalendar (RFC 5545), RSS, JSON Feed, and the JSON-LD of search engines."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from ..core import formats
from .enums import EventMode, EventState, Part
from .models import Event
from .pictures import share_address


def address_of(event: Event) -> str:
    """The full address of an event's page."""
    return settings.BASE_URL + reverse("events:event", args=[event.slug])


def place_of(event: Event) -> str:
    """Where it is, in words: never the meeting's link, which only those get who are confirmed."""
    where = event.place or f"{event.hub.name}, {event.hub.address}"
    if event.mode == EventMode.ONLINE:
        return str(EventMode.ONLINE.label)
    return f"{where} / {EventMode.ONLINE.label}" if event.mode == EventMode.HYBRID else where


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.reference}@heterospace")
    entry.add("dtstamp", event.ended_at or event.published_at or event.made_at)
    entry.add("dtstart", event.start.astimezone(dt.UTC))
    entry.add("dtend", event.end.astimezone(dt.UTC))
    entry.add("sequence", event.revision)
    entry.add("summary", event.title)
    entry.add("location", place_of(event))
    entry.add("status", "CANCELLED" if event.state == EventState.CANCELLED else "CONFIRMED")
    entry.add("description", "\n\n".join(part for part in (event.summary, address_of(event)) if part))
    entry.add("categories", [str(event.get_topic_display())])
    entry.add("url", address_of(event))
    return entry


def _calendar(method: str, name: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//HeteroSpace//id")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    return calendar


def ics_of(event: Event) -> bytes:
    """One event as a calendar file; one that was called off removes itself from the reader's calendar."""
    calendar = _calendar("CANCEL" if event.state == EventState.CANCELLED else "PUBLISH")
    calendar.add_component(_entry(event))
    return calendar.to_ical()


def feed_ics(name: str, events: Iterable[Event]) -> bytes:
    """Events as a calendar to subscribe to; the same events give the same bytes."""
    calendar = _calendar("PUBLISH", name)
    for event in events:
        calendar.add_component(_entry(event))
    return calendar.to_ical()


def feed_rss(name: str, address: str, events: Iterable[Event]) -> str:
    """Events as RSS 2.0."""
    feed = Rss201rev2Feed(name, address, _("What is on at our hubs"), language=get_language() or "id")
    for event in events:
        feed.add_item(
            event.title,
            address_of(event),
            _summary(event),
            unique_id=event.reference,
            unique_id_is_permalink=False,
            pubdate=event.published_at,
            categories=[str(event.get_topic_display())],
        )
    return feed.writeString("utf-8")


def feed_json(name: str, page: str, address: str, events: Iterable[Event]) -> dict[str, Any]:
    """Events as JSON Feed 1.1; `_event` holds what a calendar needs."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": name,
        "home_page_url": page,
        "feed_url": address,
        "language": get_language() or "id",
        "items": [
            {
                "id": event.reference,
                "url": address_of(event),
                "title": event.title,
                "content_text": _summary(event),
                "image": settings.BASE_URL + share_address(event),
                "date_published": event.published_at.isoformat() if event.published_at else None,
                "tags": [str(event.get_topic_display())],
                "_event": {
                    "start": event.start.astimezone(formats.zone(event.hub.timezone)).isoformat(),
                    "end": event.end.astimezone(formats.zone(event.hub.timezone)).isoformat(),
                    "hub": event.hub.slug,
                    "place": place_of(event),
                    "mode": event.mode,
                    "price": event.price,
                    "state": event.state,
                },
            }
            for event in events
        ],
    }


def _summary(event: Event) -> str:
    when = formats.when(event.start, event.end, event.hub.timezone)
    parts = [when, place_of(event), formats.rupiah(event.price), event.summary]
    if event.state == EventState.CANCELLED:
        parts.insert(0, str(EventState.CANCELLED.label))
    return " · ".join(part for part in parts if part)


def json_ld(event: Event) -> dict[str, Any]:
    """The event as schema.org knows it; its hub and parties are loaded."""
    here = {
        "@type": "Place",
        "name": event.place or event.hub.name,
        "address": event.place or event.hub.address,
    }
    there = {"@type": "VirtualLocation", "url": address_of(event)}
    held = {"onsite": "Offline", "online": "Online", "hybrid": "Mixed"}[event.mode]
    off = event.state == EventState.CANCELLED
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary or event.title,
        "startDate": event.start.astimezone(formats.zone(event.hub.timezone)).isoformat(),
        "endDate": event.end.astimezone(formats.zone(event.hub.timezone)).isoformat(),
        "eventAttendanceMode": f"https://schema.org/{held}EventAttendanceMode",
        "eventStatus": f"https://schema.org/Event{'Cancelled' if off else 'Scheduled'}",
        "location": {"onsite": here, "online": there, "hybrid": [here, there]}[event.mode],
        "image": [settings.BASE_URL + share_address(event)],
        "url": address_of(event),
        "isAccessibleForFree": event.price == 0,
        "offers": {
            "@type": "Offer",
            "price": event.price,
            "priceCurrency": "IDR",
            "url": address_of(event),
        },
        "organizer": [
            {"@type": "Organization", "name": party.organisation.name}
            for party in event.parties.all()
            if party.part != Part.SUPPORTER
        ]
        or [{"@type": "Organization", "name": event.hub.name}],
    }
