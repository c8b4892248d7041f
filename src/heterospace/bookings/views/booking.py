"""Booking a space, one's bookings, one booking, giving it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import clock, formats, phones
from ...core.deeds import SYSTEM, allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from ...members.doors import at_office, signed_in
from ...members.queries import acts_for
from ...spaces.models import Space
from ...spaces.words import rules_in_words
from .. import actions, calendars, queries
from ..alternatives import Alternative, alternatives
from ..enums import MOVES, BookingState
from ..forms import BookingForm, CancelForm
from ..rules import cancel_until, presence_window, too_late_to_cancel
from ._found import booking_of, holder_of, space_of


@signed_in
def book(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Book one space: the form, filled from the search or the week, and the deed."""
    space = space_of(request, hub_slug, slug)
    holder = holder_of(request)
    person = holder or request.person
    form = BookingForm(
        request.POST or None, space=space, organisations=acts_for(person), initial=_wish_from(request, space)
    )
    instead: list[Alternative] = []
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)  # a refusal takes the field it is about out of the form's own
        start, end = form.wish()
        with refusals_in(form):
            try:
                booking = actions.book_space(
                    space,
                    start,
                    end,
                    purpose=data["purpose"],
                    people=data["people"],
                    by=request.user,
                    person=holder,
                    organisation=data.get("organisation"),
                )
            except Refused as refusal:
                # Sent twice (two tabs, a slow line): the first booking is the answer.
                twin = queries.own_twin(person, space, start, end) if refusal.code == "clash" else None
                if twin is None:
                    raise
                messages.info(request, _("You already have this booking."))
                return redirect("bookings:booking", twin.reference)
            messages.success(request, _("Booked. We look forward to seeing you."))
            return redirect("bookings:booking", booking.reference)
        if not form.is_valid():  # refused just now: what could be had instead
            instead = alternatives(request.office, start, end, space=space, people=data["people"])
    date = form["date"].value()
    context = {
        "instead": instead,
        "people": form["people"].value(),
        "for_person": holder,
        "form": form,
        "space": space,
        "hub": space.hub,
        "holder": holder,
        "rules": rules_in_words(space),
        "day": queries.space_day(space, date if isinstance(date, str) else ""),
    }
    template = "bookings/book.html#day" if request.headers.get("HX-Request") else "bookings/book.html"
    return answer(request, template, context, form)


def _wish_from(request: HttpRequest, space: Space) -> dict[str, object]:
    """What the address already says of the wish."""
    wish = {
        key: request.GET[key] for key in ("date", "start", "end", "people", "units") if key in request.GET
    }
    wish.setdefault("people", "1")
    wish.setdefault("units", str(space.min_length))
    wish.setdefault("date", clock.today(space.hub.timezone).isoformat())
    return wish


@require_GET
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Her bookings: coming ones first."""
    coming, past = queries.own_bookings(request.person)
    return render(request, "bookings/mine.html", {"coming": coming, "past": past})


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
    there = found.is_live and (at_its_time or found.is_inside)
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
    }
    return render(request, "bookings/booking.html", context)


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
