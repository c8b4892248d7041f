"""The manager's calendar: all spaces, moved by hand or by keyboard, under the rules of every other door."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ...core import clock
from ...core.deeds import allowed, require
from ...core.refusals import Invalid
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from ..calendar_events import events_between, frame_of, rows_of


@require_GET
@signed_in
def calendar(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The calendar's frame; what stands in it comes from `calendar_events`."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    today = clock.today(hub.timezone)
    try:
        date = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        date = today
    first, last = frame_of(hub)
    offset = clock.at(date, 720, hub.timezone).astimezone(dt.UTC)
    about = {
        "rows": rows_of(hub),
        "date": date.isoformat(),
        "first": f"{first // 60:02}:00:00",
        "last": f"{last // 60:02}:00:00",
        "offset": _offset(offset, hub.timezone),
        "locale": get_language() or "id",
        "icons": static("core/icons.svg"),
        "movable": allowed(request.user, "bookings.book_for_others", hub),
        "words": {
            "today": _("Today"),
            "prev": _("Before"),
            "next": _("After"),
            "day": _("Day"),
            "week": _("Week"),
            "columns": _("Columns"),
            "moved": _("Moved: %(name)s, %(when)s."),
            "offline": _("No connection: nothing was moved. Please try again."),
            "people": _("%(n)s people"),
        },
    }
    return render(request, "bookings/calendar.html", {"hub": hub, "about": about, "date": date})


def _offset(moment: dt.datetime, timezone: str) -> str:
    """`+07:00`: how far a hub's clocks are from UTC."""
    text = moment.astimezone(ZoneInfo(timezone)).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


@require_GET
@signed_in
def events(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """`?start=&end=` (ISO 8601, the hub's clocks where no offset is given): the calendar's own feed."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    try:
        start, end = (_moment(request.GET.get(name, ""), hub.timezone) for name in ("start", "end"))
    except (ValueError, OverflowError):
        sentence = _("Say from when until when.")
        raise Invalid("invalid", sentence, fields={"start": sentence}) from None
    movable = allowed(request.user, "bookings.book_for_others", hub)
    found = events_between(hub, start, end, movable=movable)
    return JsonResponse(found, safe=False, headers={"Cache-Control": "private, no-store"})


def _moment(text: str, timezone: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if not 2000 < moment.year < 3000:
        raise ValueError(text)
    if moment.tzinfo is not None:
        return moment
    return clock.at(moment.date(), moment.hour * 60 + moment.minute, timezone)
