"""What bookings show in pages of the apps below."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..core import clock, panels
from ..core.deeds import allowed
from ..members.models import Organisation, Person
from ..spaces.enums import Unit
from ..spaces.models import Space
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
    return "bookings/week_panel.html", {
        "space": space,
        "week": space_week(space, monday, request.person, book_url, names=names),
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
        "is_this_week": monday <= today <= monday + dt.timedelta(days=6),
    }


def _face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def next_bookings(request: HttpRequest, *, person: Person) -> panels.Filling:
    """Her next bookings on her own page."""
    coming, _past = queries.own_bookings(person)
    return "bookings/next_panel.html", {"coming": coming[:3], "more": len(coming) > 3}


def organisation_bookings(request: HttpRequest, *, organisation: Organisation) -> panels.Filling | None:
    """What was booked for an organisation, for those who lead it."""
    if not allowed(request.user, "members.see_affiliations", organisation):
        return None
    rows = list(queries.bookings_of_organisation(organisation)[:10])
    return "bookings/organisation_panel.html", {"bookings": rows}


panels.fill("spaces.space", week_of_space)
panels.fill("members.me", next_bookings, position=10)
panels.fill("members.organisation", organisation_bookings)
