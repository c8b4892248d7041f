"""The pages of bookings: search, book, mine, one, cancel, being there, the desk's day."""

import datetime as dt
import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core import clock, codes, formats, phones, qr
from ..core.deeds import SYSTEM, allowed, require
from ..core.forms import answer, refusals_in
from ..core.refusals import Invalid, NotFound, Refused
from ..hubs.queries import hub_at, hubs_of
from ..members.doors import at_office, signed_in
from ..members.models import Person
from ..members.queries import acts_for, leads
from ..spaces.models import Space
from ..spaces.queries import bookable, features, space_at
from ..spaces.rules import add_months
from ..spaces.words import rules_in_words
from . import actions, calendars, queries
from .alternatives import Alternative, alternatives
from .enums import MOVES, BookingState
from .forms import BookingForm, CancelForm, SearchForm
from .models import Booking
from .rules import cancel_until, may_read_feed, presence_window, tells_names, too_late_to_cancel
from .weeks import hub_board


@require_GET
@at_office
def search(request: HttpRequest) -> HttpResponse:
    """What is free when, for how many, with what."""
    hubs = list(hubs_of(request.office))
    asked = request.GET.copy()
    if asked:
        for key, value in queries.first_wish().items():
            asked.setdefault(key, value)
    form = SearchForm(asked or None, hubs=hubs, features=features(), initial=queries.first_wish())
    context = {"form": form, "offers": None, "for_person": _holder(request)}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        hub = form.hubs.get(data["hub"])
        start, end = form.wish(hub.timezone if hub else "Asia/Jakarta")
        offers = queries.search(
            request.office,
            start,
            end,
            hub=hub,
            kind=data["kind"],
            people=data["people"],
            codes=data["features"],
            at_desk=hub is not None and allowed(request.user, "bookings.book_for_others", hub),
        )
        free = [offer for offer in offers if offer.is_free]
        instead = []
        if not free:
            instead = alternatives(
                request.office,
                start,
                end,
                hub=hub,
                people=data["people"],
                kind=data["kind"],
                codes=data["features"],
            )
        context |= {
            "offers": offers,
            "free": free,
            "instead": instead,
            "people": data["people"],
            "page": Paginator(free, 12).get_page(request.GET.get("page")),
            "near": [offer for offer in offers if not offer.is_free and offer.is_near],
            "others": [offer for offer in offers if not offer.is_free and not offer.is_near],
            "start": start,
            "end": end,
            "data": data,
            "zone": hub.timezone if hub else "Asia/Jakarta",
        }
    return answer(request, "bookings/search.html", context, *([form] if form.is_bound else []))


def _holder(request: HttpRequest) -> Person | None:
    """Whom a member of staff books for (`?person=`); None for oneself."""
    number = request.POST.get("person") or request.GET.get("person") or ""
    if not (number.isascii() and number.isdigit()) or not allowed(
        request.user, "members.register_person", request.office
    ):
        return None
    return Person.objects.filter(
        pk=int(number), office=request.office, merged_into=None, erased_at=None
    ).first()


def _space(request: HttpRequest, hub_slug: str, slug: str) -> Space:
    space = space_at(hub_at(request.office, hub_slug), slug)
    if space is None or not space.is_active:
        raise NotFound("unknown_space", _("There is no such space here."))
    return space


@signed_in
def book(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Book one space: the form, filled from the search or the week, and the deed."""
    space = _space(request, hub_slug, slug)
    holder = _holder(request)
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


def _booking(request: HttpRequest, reference: str) -> Booking:
    found = queries.visible_to(request.user, request.office).filter(reference=codes.tidy(reference)).first()
    if found is None:
        raise NotFound("unknown_booking", _("There is no such booking, or it is not yours."))
    return found


@require_GET
@signed_in
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """One booking: what, when, where, the calendar file, giving it back."""
    found = _booking(request, reference)
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
    found = _booking(request, reference)
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


def _presence(
    request: HttpRequest, reference: str, deed: Callable[[Booking], object], done: str
) -> HttpResponse:
    """Do one thing with a booking that is on, say how it went, and go back to where the button was."""
    found = _booking(request, reference)
    try:
        deed(found)
    except (Refused, Invalid) as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.error(request, str(refusal))
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
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """They stay until the moment the button named."""
    try:
        end = dt.datetime.fromisoformat(request.POST.get("end", ""))
    except ValueError:
        end = None
    if end is None or end.tzinfo is None:
        raise Invalid("invalid", _("Say until when."), fields={"end": _("Say until when.")})
    return _presence(
        request,
        reference,
        lambda found: actions.extend_booking(found, end, by=request.user),
        _("Extended."),
    )


@require_GET
@signed_in
def here(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """What the QR at a space's door opens: her booking of it, to check in at a tap."""
    space = _space(request, hub_slug, slug)
    found = queries.bookings_here(request.person, space)
    return render(request, "bookings/here.html", {"space": space, "hub": space.hub, "bookings": found})


@require_GET
@signed_in
def door(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """The sign for a space's door, with its QR, to print."""
    space = _space(request, hub_slug, slug)
    require(request.user, "bookings.book_for_others", space.hub)
    link = settings.BASE_URL + reverse("bookings:here", args=[space.hub.slug, space.slug])
    context = {"space": space, "hub": space.hub, "link": link, "qr": qr.svg(link)}
    return render(request, "bookings/door.html", context)


@require_GET
@signed_in
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The booking as an .ics file."""
    found = _booking(request, reference)
    response = HttpResponse(calendars.ics_of(found), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.ics"'
    return response


@require_GET
@signed_in
def desk(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The hub's day for those who work there: all spaces, who is in, who comes."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    today = clock.today(hub.timezone)
    try:
        date = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        date = today
    date = max(add_months(today, -24), min(date, add_months(today, 24)))
    day = queries.day_of(hub, date)

    def space_url(space: Space) -> str:
        return reverse("spaces:space", args=[hub.slug, space.slug])

    def booking_url(one: Booking) -> str:
        return reverse("bookings:booking", args=[one.reference])

    current = day.current() if date == today else []
    context = {
        "hub": hub,
        "date": date,
        "is_today": date == today,
        "before": date - dt.timedelta(days=1),
        "after": date + dt.timedelta(days=1),
        "day": day,
        "board": hub_board(day, date, space_url, booking_url),
        "current": current,
        "inside": sum(one.people for one in current),
        "coming": day.coming() if date == today else day.visits,
        "residents": day.residents,
        "absent": day.absent,
        "staying": day.staying() if date == today else [],
        "serves": allowed(request.user, "hubs.serve", hub),
    }
    return render(request, "bookings/desk.html", context)


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A calendar for programs to subscribe to: no sign-in but its secret, an ETag, 304 while nothing changed."""
    found = queries.feed_at(secret)
    user = found.maker.user if found else None
    if found is None or user is None or not may_read_feed(user, found):
        raise NotFound("unknown_feed", _("This calendar address is closed."))
    with translation.override(found.maker.language):
        name = str(found.thing)
        body = calendars.feed_ics(name, queries.bookings_of_feed(found), private=not tells_names(user, found))
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=response)


@signed_in
def feeds(request: HttpRequest) -> HttpResponse:
    """The calendars she subscribes to: make one, copy its address, close it."""
    hubs = [hub for hub in hubs_of(request.office) if allowed(request.user, "bookings.see_day", hub)]
    led = [one for one in acts_for(request.person) if leads(request.person, one)]
    if request.method == "POST":
        asked = request.POST
        if "revoke" in asked:
            mine = queries.feeds_of(request.person).filter(pk=as_number(asked["revoke"])).first()
            if mine is None:
                raise NotFound("unknown_feed", _("This calendar address is closed."))
            actions.revoke_feed(mine, by=request.user)
            messages.success(request, _("Closed. The old address answers nobody any more."))
            return redirect("bookings:feeds")
        things = {
            "organisation": next((one for one in led if one.slug == asked.get("organisation")), None),
            "hub": next((hub for hub in hubs if hub.slug == asked.get("hub")), None),
            "space": bookable(request.office).filter(pk=as_number(asked.get("space"))).first(),
        }
        if any(asked.get(name) and thing is None for name, thing in things.items()):
            raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
        actions.make_feed(request.office, by=request.user, **things)
        messages.success(request, _("The calendar is ready. Copy its address into your calendar program."))
        return redirect("bookings:feeds")
    mine = list(queries.feeds_of(request.person))
    have = {(one.organisation_id, one.hub_id, one.space_id) for one in mine}
    context = {
        "feeds": mine,
        "base": settings.BASE_URL,
        "offer_own": (None, None, None) not in have,
        "offer_organisations": [one for one in led if (one.pk, None, None) not in have],
        "offer_hubs": [hub for hub in hubs if (None, hub.pk, None) not in have],
    }
    return render(request, "bookings/feeds.html", context)


def as_number(typed: str | None) -> int:
    """The row number in a form's hidden field; 0, which no row has, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
