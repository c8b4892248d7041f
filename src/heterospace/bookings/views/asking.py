"""Asking for a space: one booking, a series of dates, or a place on the waiting list."""

import datetime as dt
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ...core import clock
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...members.doors import signed_in
from ...members.queries import acts_for
from ...spaces.models import Space
from ...spaces.words import rules_in_words
from .. import actions, queries, unmet
from ..alternatives import Alternative, alternatives
from ..forms import AskForm, BookingForm, OtherTimeForm
from ..series import dates_of
from ._found import holder_of, space_of

MOVE = "move-"  # what the fields of another time for a date begin with


@signed_in
def book(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Book one space: the form, filled from the search or the week, and the deed; a series shows its dates first."""
    space = space_of(request, hub_slug, slug)
    holder = holder_of(request)
    person = holder or request.person
    form = BookingForm(
        request.POST or None, space=space, organisations=acts_for(person), initial=_wish_from(request, space)
    )
    at_desk = holder is not None and allowed(request.user, "bookings.book_for_others", space.hub)
    more = AskForm(
        request.POST or None,
        space=space,
        left=queries.things_left(space.hub, *_times_of(form)),
        may_override=at_desk,
    )
    instead: list[Alternative] = []
    may_wait = False
    if request.method == "POST" and form.is_valid() and more.is_valid():
        data = dict(form.cleaned_data)  # a refusal takes the field it is about out of the form's own
        start, end = form.wish()
        wish: dict[str, Any] = {
            "purpose": data["purpose"],
            "people": data["people"],
            "by": request.user,
            "person": holder,
            "organisation": data.get("organisation"),
            "equipment": more.things(),
        }
        with refusals_in(form):
            if more.rule():
                return _series(request, form, more, space, start, end, wish)
            try:
                found = actions.book_space(
                    space, start, end, override=more.cleaned_data.get("override", ""), **wish
                )
            except Refused as refusal:
                # Sent twice (two tabs, a slow line): the first booking is the answer.
                twin = queries.own_twin(person, space, start, end) if refusal.code == "clash" else None
                may_wait = refusal.code == "clash"
                if twin is None:
                    reason = unmet.reason_of_refusal(refusal.code)
                    unmet.note(request, reason, start, hub=space.hub, people=data["people"], kind=space.kind)
                    raise
                messages.info(request, _("You already have this booking."))
                return redirect("bookings:booking", twin.reference)
            messages.success(
                request,
                _("We have your request. The hub writes to you.")
                if found.is_waiting
                else _("Booked. We look forward to seeing you."),
            )
            return redirect("bookings:booking", found.reference)
        if not form.is_valid():  # refused just now: what could be had instead
            instead = alternatives(
                request.office,
                start,
                end,
                space=space,
                people=data["people"],
                for_organisation=data.get("organisation") is not None,
            )
    date = form["date"].value()
    context = {
        "instead": instead,
        "may_wait": may_wait,
        "people": form["people"].value(),
        "for_person": holder,
        "form": form,
        "more": more,
        "space": space,
        "hub": space.hub,
        "holder": holder,
        "rules": rules_in_words(space),
        "day": queries.space_day(space, date if isinstance(date, str) else ""),
    }
    template = "bookings/book.html#day" if request.headers.get("HX-Request") else "bookings/book.html"
    return answer(request, template, context, form, more)


def _times_of(form: BookingForm) -> tuple[dt.datetime, dt.datetime]:
    """The time the form is about, as far as it is known; else the hour from now."""
    if form.is_bound and form.is_valid():
        with suppress(ValueError, OverflowError):
            start, end = form.wish()
            if start < end < start + dt.timedelta(days=40):
                return start, end
    return clock.now(), clock.now() + dt.timedelta(hours=1)


def _series(
    request: HttpRequest,
    form: BookingForm,
    more: AskForm,
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    wish: dict[str, Any],
) -> HttpResponse:
    """Every date of a series with what stands in its way, each to be moved or left out; once confirmed, the series.

    `keep` are the ticked dates, `refused` those that had no tick to take away: a move is all they can get.
    """
    zone, sent = space.hub.timezone, request.POST
    others = {}
    for own in dates_of(more.rule(), start, end, zone):
        day = own[0].astimezone(ZoneInfo(zone)).date()
        others[day] = OtherTimeForm(sent, prefix=f"{MOVE}{day}", span=own, timezone=zone)
    moves = {day: one.moved for day, one in others.items() if one.moved}
    asked = {**wish, "moves": moves, "override": more.cleaned_data.get("override", "")}
    dates = actions.preview_series(
        space, start, end, more.rule(), **{key: value for key, value in asked.items() if key != "purpose"}
    )
    is_first = not {"seen", "confirmed"} & set(sent)
    kept, refused = set(sent.getlist("keep")), set(sent.getlist("refused"))
    rows = []
    for date in dates:
        day = date.day.isoformat()
        rows.append((date, others[date.day], is_first or day in kept | refused))
    is_wrong = any(one.errors for one in others.values())
    status, no = (422 if is_wrong else 200), ""
    if "confirmed" in sent and not is_wrong:
        if any(date.is_moved and not date.is_free and chosen for date, _form, chosen in rows):
            no = _("A date cannot be had where you moved it. Give it another time, or its own again.")
        else:
            skip = [
                date.day
                for date in dates
                if date.is_free
                and date.day.isoformat() not in kept
                and not (date.is_moved and date.day.isoformat() in refused)
            ]
            try:
                booked = actions.book_series(space, start, end, more.rule(), skip=skip, **asked)
            except Refused as refusal:
                if refusal.status != 409:
                    raise
                no = str(refusal)
            else:
                words = ngettext("%(n)d date is booked.", "%(n)d dates are booked.", len(booked.bookings))
                messages.success(request, words % {"n": len(booked.bookings)})
                return redirect("bookings:series", booked.series.reference)
        status = 409
    asks_why = "override" in more.fields and (
        bool(asked["override"]) or any(date.code == "quota" for date in dates)
    )
    answered = {
        "csrfmiddlewaretoken",
        "keep",
        "refused",
        "seen",
        "confirmed",
        *(["override"] if asks_why else []),
    }
    typed = [
        (key, value)
        for key, values in sent.lists()
        for value in values
        if key not in answered and not key.startswith(MOVE)
    ]
    context = {
        "space": space,
        "hub": space.hub,
        "rows": rows,
        "free": sum(date.is_free for date in dates),
        "typed": typed,
        "holder": wish["person"],
        "no": no,
        "why": more["override"] if asks_why else None,
    }
    return render(request, "bookings/series_preview.html", context, status=status)


@require_POST
@signed_in
def wait(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Get in line for a time others have, with what was typed into the booking form."""
    space = space_of(request, hub_slug, slug)
    holder = holder_of(request)
    form = BookingForm(request.POST, space=space, organisations=acts_for(holder or request.person))
    address = reverse("bookings:book", args=[hub_slug, slug])
    if not form.is_valid():
        messages.error(request, _("Fill in the form first."))
        return redirect(address)
    start, end = form.wish()
    try:
        wish = actions.add_wish(
            space,
            start,
            end,
            purpose=form.cleaned_data["purpose"],
            people=form.cleaned_data["people"],
            by=request.user,
            person=holder,
            organisation=form.cleaned_data.get("organisation"),
            any_space="any_space" in request.POST,
        )
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        messages.error(request, str(refusal))
        said = {key: request.POST[key] for key in ("date", "start", "end", "people") if key in request.POST}
        return redirect(f"{address}?{urlencode(said)}")
    messages.success(request, _("You are on the waiting list. We write to you when it is your turn."))
    return redirect("bookings:wish", wish.reference)


def _wish_from(request: HttpRequest, space: Space) -> dict[str, object]:
    """What the address already says of the wish."""
    wish = {
        key: request.GET[key] for key in ("date", "start", "end", "people", "units") if key in request.GET
    }
    wish.setdefault("people", "1")
    wish.setdefault("units", str(space.min_length))
    wish.setdefault("date", clock.today(space.hub.timezone).isoformat())
    return wish
