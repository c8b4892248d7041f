"""The guests of a booking: named beforehand, ticked off as they come."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from ...members.doors import signed_in
from .. import actions
from ..desk_forms import GuestsForm
from ..models import Booking, Guest
from ._found import booking_of

DEEDS = {"arrived": actions.guest_arrived, "left": actions.guest_left, "remove": actions.remove_guest}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def guests(request: HttpRequest, reference: str) -> HttpResponse:
    """Who comes along: add names, tick them off."""
    found = booking_of(request, reference)
    require(request.user, "bookings.attend", found)
    at_desk = allowed(request.user, "bookings.book_for_others", found.hub)
    form = GuestsForm(request.POST if "names" in request.POST else None)
    if request.method == "POST":
        if "names" not in request.POST:
            return _tick(request, found)
        if form.is_valid():
            with refusals_in(form):
                names = form.cleaned_data["names"].splitlines()
                actions.add_guests(found, names, by=request.user, arrived="here" in request.POST)
                messages.success(request, _("Written down."))
                return redirect("bookings:guests", found.reference)
    rows = list(found.guests.exclude(name="").order_by("left_at", "arrived_at", "name", "id"))
    context = {
        "booking": found,
        "hub": found.hub,
        "form": form,
        "guests": rows,
        "here": sum(guest.is_there for guest in rows),
        "at_desk": at_desk,
    }
    return answer(request, "bookings/guests.html", context, form)


def _tick(request: HttpRequest, found: Booking) -> HttpResponse:
    for name, deed in DEEDS.items():
        number = request.POST.get(name, "")
        if number:
            deed_on = _guest(found, number)
            try:
                deed(deed_on, by=request.user)
            except Refused as refusal:
                if refusal.status != 409:
                    raise
                messages.error(request, str(refusal))
    return redirect("bookings:guests", found.reference)


def _guest(found: Booking, number: str) -> Guest:
    known = number.isascii() and number.isdigit() and len(number) < 19
    guest = found.guests.filter(pk=int(number)).first() if known else None
    if guest is None:
        raise NotFound("unknown_guest", _("This guest is not on the list any more."))
    return guest
