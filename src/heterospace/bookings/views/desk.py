"""The front desk's day."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ...core import clock
from ...core.deeds import allowed, require
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from ...spaces.models import Space
from ...spaces.rules import add_months
from .. import queries
from ..models import Booking
from ..weeks import hub_board


@require_GET
@signed_in
def desk(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The hub's day for those who work there: all spaces, who is in, who comes."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    today = clock.today(hub.timezone)
    try:
        date = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        date = today
    date = max(add_months(today, -24), min(date, add_months(today, 24)))
    day = queries.day_of(hub, date)

    def space_url(space: Space) -> str:
        return reverse("spaces:space", args=[hub.slug, space.slug])

    def booking_url(one: Booking) -> str:
        return reverse("bookings:booking", args=[one.reference])

    current = day.current() if date == today else []
    context = {
        "hub": hub,
        "date": date,
        "is_today": date == today,
        "before": date - dt.timedelta(days=1),
        "after": date + dt.timedelta(days=1),
        "day": day,
        "board": hub_board(day, date, space_url, booking_url),
        "current": current,
        "inside": sum(one.people for one in current),
        "coming": day.coming() if date == today else day.visits,
        "residents": day.residents,
        "absent": day.absent,
        "staying": day.staying() if date == today else [],
        "serves": allowed(request.user, "hubs.serve", hub),
        "sees_figures": allowed(request.user, "bookings.see_utilisation", hub),
    }
    return render(request, "bookings/desk.html", context)
