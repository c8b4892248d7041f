"""The doors of a hub's settings. Who may come in is asked by name of permission; `members` knows the answer."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core import clock
from ..core.deeds import require
from ..core.forms import answer, refusals_in
from . import actions, forms, queries
from .models import Hub

View = Callable[..., HttpResponse]
YEAR = 366
NINE_TO_SIX = (9 * 60, 18 * 60)


def managers_door(view: View) -> View:
    """Give the view the hub of the address, for its managers only."""

    @wraps(view)
    def door(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        hub = queries.managed_hub_at(request.office, slug)  # type: ignore[attr-defined]
        require(request.user, "hubs.manage", hub)
        return view(request, hub, **kwargs)

    return door


@require_GET
def districts(request: HttpRequest) -> HttpResponse:
    """The field with the kecamatan of a kabupaten, for forms that learn of it while they are filled."""
    form = forms.HomeFields(initial={"regency": request.GET.get("regency", "")})
    response = render(request, "hubs/home_fields.html#districts", {"form": form})
    patch_cache_control(response, max_age=3600)
    return response


@require_http_methods(["GET", "POST"])
@managers_door
def facts(request: HttpRequest, hub: Hub) -> HttpResponse:
    """What people read about the hub."""
    form = forms.HubForm(request.POST if request.method == "POST" else None, hub=hub)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            actions.change_hub(hub, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("hubs:settings", hub.slug)
    return answer(request, "hubs/facts.html", {"hub": hub, "form": form}, form)


@require_http_methods(["GET", "POST"])
@managers_door
def hours(request: HttpRequest, hub: Hub) -> HttpResponse:
    """The opening week."""
    form = forms.WeekForm(
        request.POST if request.method == "POST" else None, schedule=queries.schedule_of(hub)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            actions.set_hours(
                hub,
                data["week"],
                by=request.user,
                closed_on_holidays=data["closed_on_holidays"],
                closed_on_collective_leave=data["closed_on_collective_leave"],
            )
            messages.success(request, _("Opening hours saved. Bookings already made stay."))
            return redirect("hubs:hours", hub.slug)
    return answer(request, "hubs/hours.html", {"hub": hub, "form": form}, form)


@require_http_methods(["GET", "POST"])
@managers_door
def days(request: HttpRequest, hub: Hub) -> HttpResponse:
    """Dates unlike their weekday: the hub's own, holidays and cuti bersama of the coming year."""
    form = forms.ExceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            actions.set_exception(
                hub, data["date"], by=request.user, reason=data["reason"], span=data["span"]
            )
            messages.success(request, _("Saved. It stands on the hub's page."))
            return redirect("hubs:days", hub.slug)
    coming = queries.special_days(hub, clock.today(hub.timezone), YEAR, get_language() or "id")
    return answer(request, "hubs/days.html", {"hub": hub, "form": form, "coming": coming}, form)


@require_POST
@managers_door
def day(request: HttpRequest, hub: Hub, date: dt.date) -> HttpResponse:
    """Open or close one of the listed days in one click, or let it be like its weekday again."""
    act = request.POST.get("act", "")
    if act == "usual":
        actions.remove_exception(get_object_or_404(hub.exceptions, date=date), by=request.user)
    elif act in {"open", "close"}:
        found = queries.special_days(hub, date, 1, get_language() or "id")
        usual = queries.schedule_of(hub).week.get(date.weekday(), ())
        span = None if act == "close" else next(iter(usual), NINE_TO_SIX)
        reason = found[0].name if found else _("Unlike other weeks")
        actions.set_exception(hub, date, by=request.user, reason=reason, span=span)
    messages.success(request, _("Saved. It stands on the hub's page."))
    return redirect("hubs:days", hub.slug)
