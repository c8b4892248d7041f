"""Requests: what waits for a decision, with what one should know about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in, show
from ...core.refusals import Refused
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from .. import actions
from ..forms import BeyondForm, RefusalForm
from ..models import Booking
from ..requests import requests_at
from ._found import booking_of


@require_GET
@signed_in
def requests(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """What people asked for and nobody has answered, soonest deadline first."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    context = {
        "hub": hub,
        "asked": requests_at(hub),
        "decides": allowed(request.user, "bookings.decide", hub),
        "form": RefusalForm(),
    }
    return answer(request, "bookings/requests.html", context)


@require_POST
@signed_in
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve or refuse one request. Who approves is asked why it may go beyond a quota once it would."""
    found = booking_of(request, reference)
    if request.POST.get("answer") == "approve":
        beyond = BeyondForm(request.POST)
        if beyond.is_valid():
            try:
                actions.approve_booking(found, by=request.user, override=beyond.cleaned_data["override"])
            except Refused as refusal:
                if refusal.status != 409:
                    raise
                if refusal.code != "quota":
                    messages.error(request, str(refusal))
                    return redirect("bookings:requests", found.hub.slug)
                show(refusal, beyond)
            else:
                messages.success(request, _("Approved. The person has the letter."))
                return redirect("bookings:requests", found.hub.slug)
        require(request.user, "bookings.decide", found.hub)
        return _queue(request, found, beyond, beyond=beyond)
    form = RefusalForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.refuse_booking(
                found, form.cleaned_data["reason"], note=form.cleaned_data["note"], by=request.user
            )
            messages.success(request, _("Refused. The person knows why."))
            return redirect("bookings:requests", found.hub.slug)
    return _queue(request, found, form, refused_form=form)


def _queue(
    request: HttpRequest, found: Booking, wrong: BeyondForm | RefusalForm, **more: BeyondForm | RefusalForm
) -> HttpResponse:
    """The queue again, with what was typed into the form of one request."""
    context = {
        "hub": found.hub,
        "asked": requests_at(found.hub),
        "decides": allowed(request.user, "bookings.decide", found.hub),
        "form": RefusalForm(),
        "sent": found.reference,
        **more,
    }
    return answer(request, "bookings/requests.html", context, wrong)
