"""Being there: check-in, leaving, staying longer, the sign at the door."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from ...core import qr
from ...core.deeds import allowed, require
from ...core.refusals import Invalid, Refused
from ...members.doors import signed_in
from .. import actions, queries
from ..models import Booking
from ._found import booking_of, space_of


def _presence(
    request: HttpRequest,
    reference: str,
    deed: Callable[[Booking], object],
    done: str,
    *,
    refused: Callable[[Booking, Refused], HttpResponse | None] | None = None,
) -> HttpResponse:
    """Do one thing with a booking that is on, say how it went, and go back to where the button was.

    `refused` may answer with another page instead.
    """
    found = booking_of(request, reference)
    try:
        deed(found)
    except (Refused, Invalid) as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.error(request, str(refusal))
        if refused and (answer := refused(found, refusal)):
            return answer
    else:
        messages.success(request, done)
    if request.POST.get("back") == "desk":
        return redirect("bookings:desk", found.hub.slug)
    return redirect("bookings:booking", found.reference)


@require_POST
@signed_in
def check_in(request: HttpRequest, reference: str) -> HttpResponse:
    """The people of a booking are there."""
    return _presence(
        request,
        reference,
        lambda found: actions.check_in(found, by=request.user),
        _("Checked in. Welcome!"),
    )


@require_POST
@signed_in
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """They leave; what is left of the time is free for others."""
    return _presence(
        request,
        reference,
        lambda found: actions.release_early(found, by=request.user),
        _("Thank you. The space is free for others now."),
    )


@require_POST
@signed_in
def no_show(request: HttpRequest, reference: str) -> HttpResponse:
    """Nobody came; what is left of the time is free for others."""
    return _presence(
        request,
        reference,
        lambda found: actions.mark_no_show(found, by=request.user),
        _("Noted: nobody came. The space is free for others now."),
    )


@require_POST
@signed_in
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """They stay until the moment the button named."""
    try:
        end = dt.datetime.fromisoformat(request.POST.get("end", ""))
    except ValueError:
        end = None
    if end is None or end.tzinfo is None:
        raise Invalid("invalid", _("Say until when."), fields={"end": _("Say until when.")})

    def ask_why(found: Booking, refusal: Refused) -> HttpResponse | None:
        may = refusal.code == "quota" and allowed(request.user, "bookings.book_for_others", found.hub)
        return _ask_why(request, found, end) if may else None

    return _presence(
        request,
        reference,
        lambda found: actions.extend_booking(found, end, by=request.user),
        _("Extended."),
        refused=ask_why,
    )


def _ask_why(request: HttpRequest, found: Booking, end: dt.datetime) -> HttpResponse:
    """To the form that asks the desk why it may go beyond a quota, filled with the longer time."""
    until = end.astimezone(ZoneInfo(found.hub.timezone)).strftime("%H:%M")
    back = request.POST.get("back", "")
    query = urlencode({"end": until, "beyond": "", **({"back": back} if back else {})})
    address = f"{reverse('bookings:move', args=[found.reference])}?{query}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@require_GET
@signed_in
def here(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """What the QR at a space's door opens: her booking of it, to check in at a tap."""
    space = space_of(request, hub_slug, slug)
    found = queries.bookings_here(request.person, space)
    return render(request, "bookings/here.html", {"space": space, "hub": space.hub, "bookings": found})


@require_GET
@signed_in
def door(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """The sign for a space's door, with its QR, to print."""
    space = space_of(request, hub_slug, slug)
    require(request.user, "bookings.book_for_others", space.hub)
    link = settings.BASE_URL + reverse("bookings:here", args=[space.hub.slug, space.slug])
    context = {"space": space, "hub": space.hub, "link": link, "qr": qr.svg(link)}
    return render(request, "bookings/door.html", context)
