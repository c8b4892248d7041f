"""A series: its dates, those it did not get, cancelling some or all."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ...core import clock, codes
from ...core.deeds import allowed
from ...core.forms import answer, show
from ...core.refusals import NotFound, Refused
from ...members.doors import signed_in
from .. import actions
from ..enums import LIVE, WAITING
from ..forms import OtherTimeForm
from ..models import MissedDate, Series
from ..queries import ends
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
    return _page(request, _series(request, reference))


def _page(
    request: HttpRequest, found: Series, refused: tuple[MissedDate, OtherTimeForm] | None = None
) -> HttpResponse:
    """The series with a form for each date it did not get; that of a date `refused` just now as it was sent."""
    at_desk = allowed(request.user, "bookings.book_for_others", found.space.hub)
    missed = []
    for one in missed_to_come(found):
        is_it = refused is not None and refused[0] == one
        missed.append(
            (
                one,
                refused[1] if refused and is_it else _other_time(found, one, at_desk and one.code == "quota"),
            )
        )
    dates = list(dates_booked(found))
    now = clock.now()
    coming = [one for one in dates if one.start > now and (one.state in LIVE or one.state in WAITING)]
    context = {
        "series": found,
        "space": found.space,
        "hub": found.space.hub,
        "coming": coming,
        "others": [one for one in dates if one not in coming],
        "missed": missed,
        "is_own": found.person == request.person,
    }
    return answer(request, "bookings/series.html", context, *([refused[1]] if refused else []))


def _other_time(
    found: Series, missed: MissedDate, asks_why: bool, sent: QueryDict | None = None
) -> OtherTimeForm:
    return OtherTimeForm(
        sent,
        prefix=f"missed-{missed.pk}",
        span=ends(missed.period),
        timezone=found.space.hub.timezone,
        asks_why=asks_why,
    )


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
    """Try again to book a date the series did not get, at its own time or at another."""
    found = _series(request, reference)
    missed = get_object_or_404(found.missed, pk=as_number(request.POST.get("date")))
    at_desk = allowed(request.user, "bookings.book_for_others", found.space.hub)
    form = _other_time(found, missed, at_desk, request.POST)
    asks_why = missed.code == "quota"
    if form.is_valid():
        start, end = form.cleaned_data["span"]
        override = form.cleaned_data.get("override", "")
        try:
            actions.add_missed_date(missed, by=request.user, start=start, end=end, override=override)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            show(refusal, form)
            asks_why = asks_why or refusal.code == "quota"
        else:
            messages.success(request, _("This date is booked, too."))
            return redirect("bookings:series", found.reference)
    if not (asks_why or request.POST.get(form.add_prefix("override"))):  # asked where it is needed
        form.fields.pop("override", None)
    return _page(request, found, (missed, form))
