"""One's bookings, one booking, giving it back, its letter, and what to take instead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import clock, formats, phones
from ...core.deeds import SYSTEM, allowed
from ...core.refusals import NotFound, Refused
from ...members.doors import at_office, signed_in
from .. import actions, calendars, queries
from ..alternatives import alternatives
from ..enums import MOVES, BookingState, WishState
from ..forms import CancelForm
from ..letters import approval_letter
from ..rules import cancel_until, presence_window, too_late_to_cancel
from ..waiting import wishes_of
from ._found import booking_of


@require_GET
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Her bookings: coming ones first."""
    coming, past = queries.own_bookings(request.person)
    wishes = list(wishes_of(request.person))
    return render(request, "bookings/mine.html", {"coming": coming, "past": past, "wishes": wishes})


@require_GET
@signed_in
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """One booking: what, when, where, the calendar file, giving it back."""
    found = booking_of(request, reference)
    movable = BookingState.CANCELLED in MOVES[BookingState(found.state)]
    may_cancel = movable and found.end > clock.now() and allowed(request.user, "bookings.cancel", found)
    at_desk = allowed(request.user, "bookings.book_for_others", found.hub)
    opens, closes = presence_window(found, at_desk=at_desk)
    at_its_time = opens <= clock.now() < closes
    there = found.is_firm and (at_its_time or found.is_inside)
    words = _("%(space)s, %(hub)s: %(when)s. Reference %(reference)s.") % {
        "space": found.space.name,
        "hub": found.hub.name,
        "when": formats.when(found.start, found.end, found.hub.timezone),
        "reference": found.reference,
    }
    asking = _("Hello, this is about booking %(reference)s.") % {"reference": found.reference}
    context = {
        "booking": found,
        "hub": found.hub,
        "share": phones.wa_link("", words),
        "desk_chat": phones.wa_link(found.hub.whatsapp, asking) if found.hub.whatsapp else "",
        "at_desk": at_desk,
        "may_cancel": may_cancel and (at_desk or not too_late_to_cancel(found)),
        "too_late": may_cancel and not at_desk and too_late_to_cancel(found),
        "cancel_until": cancel_until(found),
        "cancel_form": CancelForm(),
        "may_attend": allowed(request.user, "bookings.attend", found),
        "may_move": allowed(request.user, "bookings.move", found)
        and (at_desk or not too_late_to_cancel(found)),
        "present": there and allowed(request.user, "bookings.attend", found),
        "has_begun": found.is_inside or found.start <= clock.now() < found.end,
        "check_in_from": opens,
        "is_own": found.person == request.person,
        "is_over": found.end <= clock.now(),
        "may_decide": found.is_waiting and allowed(request.user, "bookings.decide", found.hub),
        "wish": found.wish.filter(state=WishState.OFFERED).first() if found.is_waiting else None,
        "things": list(found.things.all()),
    }
    return render(request, "bookings/booking.html", context)


@require_GET
@signed_in
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter of approval, as PDF."""
    found = booking_of(request, reference)
    sheet = approval_letter(found)
    if sheet is None:
        raise NotFound("no_letter", _("There is no letter for this booking."))
    return HttpResponse(
        sheet,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.reference}.pdf"'},
    )


@signed_in
def instead(request: HttpRequest, reference: str) -> HttpResponse:
    """What somebody whose booking was cancelled or refused can have instead, in one step."""
    found = booking_of(request, reference)
    others = []
    if found.end > clock.now():
        others = alternatives(
            request.office,
            found.start,
            found.end,
            space=found.space,
            people=found.people,
            for_organisation=found.organisation_id is not None,
        )
    if request.method == "POST":
        asked = request.POST.get("take", "")
        one = next((one for one in others if one.key == asked), None)
        try:
            if one is None:
                raise Refused("gone", _("This was just taken. Choose another one."))
            booked = actions.book_space(
                one.space,
                one.start,
                one.end,
                purpose=found.purpose,
                people=found.people,
                by=request.user,
                person=found.person,
                organisation=found.organisation,
            )
        except Refused as refusal:
            if refusal.status == 403:
                raise
            messages.error(request, str(refusal))
            return redirect("bookings:instead", found.reference)
        messages.success(request, _("Booked. We look forward to seeing you."))
        return redirect("bookings:booking", booked.reference)
    context = {
        "booking": found,
        "hub": found.hub,
        "instead": others,
        "is_own": found.person == request.person,
    }
    return render(request, "bookings/instead_page.html", context)


@require_POST
@signed_in
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a booking back."""
    found = booking_of(request, reference)
    form = CancelForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")[:300]
    try:
        actions.cancel_booking(found, by=request.user, reason=reason)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cancelled. Thank you for giving the space back."))
    return redirect("bookings:booking", found.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@at_office
def give_back(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel by the link of a message: shows what it is about, and cancels at a tap (never by opening it)."""
    found = actions.booking_of_link(token)
    if found.hub.office_id != request.office.pk:
        raise NotFound("unknown_link", _("This link is not complete. Open it from the message again."))
    refusal = ""
    if request.method == "POST":
        try:
            found = actions.cancel_by_link(token, by=SYSTEM)
        except Refused as refused:
            if refused.status != 409:
                raise
            refusal = str(refused)
    context = {
        "booking": found,
        "refusal": refusal,
        "may_cancel": found.is_live
        and not found.is_inside
        and not too_late_to_cancel(found)
        and found.end > clock.now(),
        "cancel_until": cancel_until(found),
        "call": phones.wa_link(found.hub.whatsapp) if found.hub.whatsapp else "",
    }
    return render(request, "bookings/give_back.html", context, status=409 if refusal else 200)


@require_GET
@signed_in
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The booking as an .ics file."""
    found = booking_of(request, reference)
    response = HttpResponse(calendars.ics_of(found), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.ics"'
    return response
