"""The waiting list: one wish, taking its offer, leaving the list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core import codes
from ...core.deeds import require
from ...core.refusals import NotFound, Refused
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from .. import actions
from ..enums import WishState
from ..models import Wish
from ..rules import wishes_seen_by
from ..waiting import OFFERS_MOST, position_of, wishes_at


def _wish(request: HttpRequest, reference: str) -> Wish:
    found = wishes_seen_by(request.user, request.office).filter(reference=codes.tidy(reference)).first()
    if found is None:
        raise NotFound("unknown_wish", _("There is no such wish, or it is not yours."))
    return found


@require_GET
@signed_in
def wish(request: HttpRequest, reference: str) -> HttpResponse:
    """What somebody waits for, whose turn it is, and the offer when it is hers."""
    found = _wish(request, reference)
    context = {
        "wish": found,
        "hub": found.hub,
        "position": position_of(found),
        "offers_most": OFFERS_MOST,
        "is_offered": found.state == WishState.OFFERED,
        "is_open": found.state in (WishState.WAITING, WishState.OFFERED),
        "is_own": found.person == request.person,
    }
    return render(request, "bookings/wish.html", context)


@require_POST
@signed_in
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the offer."""
    found = _wish(request, reference)
    try:
        booking = actions.accept_offer(found, by=request.user)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return redirect("bookings:wish", found.reference)
    messages.success(
        request,
        _("We have your request. The hub writes to you.")
        if booking.is_waiting
        else _("Booked. We look forward to seeing you."),
    )
    return redirect("bookings:booking", booking.reference)


@require_POST
@signed_in
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave the waiting list."""
    found = _wish(request, reference)
    try:
        actions.withdraw_wish(found, by=request.user)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You do not wait for this any more."))
    return redirect(
        "bookings:mine" if found.person == request.person else "bookings:wish",
        *([] if found.person == request.person else [found.reference]),
    )


@require_GET
@signed_in
def at_hub(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Who waits for what at a hub, for its desk."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    return render(request, "bookings/waiting_list.html", {"hub": hub, "wishes": list(wishes_at(hub))})
