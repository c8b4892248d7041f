"""A series: its dates, those it did not get, cancelling some or all."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ...core import clock, codes
from ...core.deeds import allowed
from ...core.refusals import NotFound, Refused
from ...members.doors import signed_in
from .. import actions
from ..enums import LIVE, WAITING
from ..models import Series
from ..series import dates_booked, missed_to_come, series_at
from ._found import as_number


def _series(request: HttpRequest, reference: str) -> Series:
    found = series_at(request.office, codes.tidy(reference))
    if found is None or not allowed(request.user, "bookings.change_series", found):
        raise NotFound("unknown_series", _("There is no such series, or it is not yours."))
    return found


@require_GET
@signed_in
def series(request: HttpRequest, reference: str) -> HttpResponse:
    """All dates of a series."""
    found = _series(request, reference)
    dates = list(dates_booked(found))
    now = clock.now()
    coming = [one for one in dates if one.start > now and (one.state in LIVE or one.state in WAITING)]
    context = {
        "series": found,
        "space": found.space,
        "hub": found.space.hub,
        "coming": coming,
        "others": [one for one in dates if one not in coming],
        "missed": missed_to_come(found),
        "is_own": found.person == request.person,
    }
    return render(request, "bookings/series.html", context)


@require_POST
@signed_in
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel all dates to come, or those from one date on."""
    found = _series(request, reference)
    since = None
    if request.POST.get("since"):
        try:
            since = dt.datetime.fromisoformat(request.POST["since"])
        except ValueError:
            since = None
        if since is None or since.tzinfo is None:
            raise NotFound("unknown_date", _("There is no such date."))
    try:
        gone = actions.cancel_series(found, by=request.user, since=since)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(n)d date was cancelled.", "%(n)d dates were cancelled.", len(gone))
        messages.success(request, words % {"n": len(gone)})
    return redirect("bookings:series", found.reference)


@require_POST
@signed_in
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Try again to book a date the series did not get."""
    found = _series(request, reference)
    missed = get_object_or_404(found.missed, pk=as_number(request.POST.get("date")))
    try:
        actions.add_missed_date(missed, by=request.user)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This date is booked, too."))
    return redirect("bookings:series", found.reference)
