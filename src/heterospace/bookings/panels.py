"""What bookings show in pages of the apps below."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from ..core import clock, panels
from ..core.deeds import allowed
from ..hubs.models import Hub
from ..hubs.queries import schedule_of
from ..members.models import Organisation, Person
from ..spaces.enums import SpaceKind, Unit
from ..spaces.models import Space
from ..spaces.queries import bookable, equipment_of
from . import queries
from .weeks import space_week


def week_of_space(request: HttpRequest, *, space: Space) -> panels.Filling:
    """The space's week with free times as links; `?week=` is any date of it."""
    today = clock.today(space.hub.timezone)
    try:
        asked = dt.date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        asked = today
    asked = max(today - dt.timedelta(days=371), min(asked, today + dt.timedelta(days=740)))
    monday = asked - dt.timedelta(days=asked.weekday())
    address = reverse("bookings:book", args=[space.hub.slug, space.slug])
    shortest = space.min_length if space.unit == Unit.HOUR else 0

    def book_url(date: dt.date, low: int, high: int) -> str:
        wish: dict[str, Any] = {"date": date.isoformat()}
        if space.unit == Unit.HOUR:
            end = max(high, low + shortest)
            wish |= {"start": _face(low), "end": _face(end % 1440)}
        return f"{address}?{urlencode(wish)}"

    names = allowed(request.user, "bookings.see_day", space.hub)
    shown = space_week(space, monday, request.person, book_url, names=names)
    if "week" not in request.GET and not any(day.free_count for day in shown.days):
        monday += dt.timedelta(days=7)  # on a Saturday people mean the week to come
        shown = space_week(space, monday, request.person, book_url, names=names)
    return "bookings/week_panel.html", {
        "space": space,
        "week": shown,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
        "today": today,
        "is_this_week": monday <= today <= monday + dt.timedelta(days=6),
    }


def _face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def door_of_space(request: HttpRequest, *, space: Space) -> panels.Filling | None:
    """On a space's settings: the way to the QR for its door."""
    return ("bookings/door_panel.html", {"space": space}) if space.is_bookable else None


def next_bookings(request: HttpRequest, *, person: Person) -> panels.Filling:
    """Her next bookings on her own page."""
    coming, _past = queries.own_bookings(person)
    return "bookings/next_panel.html", {"coming": coming[:3], "more": len(coming) > 3}


def free_soon(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """What can be had for an hour now, or as soon as the hub opens; nothing when that is more than a week away."""
    now = clock.now()
    begin = now - dt.timedelta(minutes=now.minute % 30 - 30, seconds=now.second, microseconds=now.microsecond)
    hour = dt.timedelta(hours=1)
    spans = schedule_of(hub).open_moments(clock.today(hub.timezone), 8)
    start = next((max(opens, begin) for opens, closes in spans if max(opens, begin) + hour <= closes), None)
    if start is None:
        return None
    offers = queries.search(hub.office, start, start + hour, hub=hub)
    local = start.astimezone(ZoneInfo(hub.timezone))
    wish = {"date": local.date().isoformat(), "start": f"{local:%H:%M}", "end": f"{local + hour:%H:%M}"}
    return "bookings/hub_panel.html", {
        "free": [offer for offer in offers if offer.is_free and offer.is_hourly][:6],
        "start": start,
        "end": start + hour,
        "soon": start == begin,
        "wish": urlencode(wish),
    }


def bookings_of_person(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """A person's coming bookings for the desk, and the way to book for her."""
    if not allowed(request.user, "members.register_person", person.office):
        return None
    coming, _past = queries.own_bookings(person)
    seen = set(
        queries.visible_to(request.user, person.office).filter(person=person).values_list("pk", flat=True)
    )
    return "bookings/person_panel.html", {"coming": [one for one in coming if one.pk in seen][:5]}


def organisation_bookings(
    request: HttpRequest, *, organisation: Organisation, **_more: Any
) -> panels.Filling | None:
    """What was booked for an organisation, for those who lead it."""
    if not allowed(request.user, "members.see_affiliations", organisation):
        return None
    rows = list(queries.bookings_of_organisation(organisation)[:10])
    return "bookings/organisation_panel.html", {"bookings": rows}


def things_of_hub(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """What can be borrowed at a hub, and where."""
    things = list(equipment_of(hub))
    counter = bookable(hub.office_id).filter(hub=hub, kind=SpaceKind.COUNTER).first()
    return ("bookings/things_panel.html", {"things": things, "counter": counter}) if things else None


panels.fill("spaces.hub", free_soon)
panels.fill("spaces.hub", things_of_hub)
panels.fill("spaces.space", week_of_space)
panels.fill("spaces.edit", door_of_space)
panels.fill("members.person", bookings_of_person)
panels.fill("members.me", next_bookings, position=10)
panels.fill("members.organisation", organisation_bookings)
