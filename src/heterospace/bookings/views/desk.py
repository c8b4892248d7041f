"""The front desk's day: who comes, who is in, who stands here now."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ...core import clock, formats
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...hubs.models import Hub
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from ...members.models import Person
from ...members.queries import search_people
from ...spaces.models import Space
from ...spaces.rules import add_months
from .. import actions
from ..desk_day import DeskDay, FreeNow, Visit, desk_day, desk_mark, free_now
from ..desk_forms import WalkInForm
from ..weeks import hub_board

SHOWN = 6


@never_cache
@signed_in
def desk(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The hub's day for those who work there; `?part=day` is what changes by itself, with an ETag."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    date = _date(request, hub)
    if request.method == "GET" and request.GET.get("part") == "day":
        return _live(request, hub, date)
    if request.method == "GET" and request.htmx.target == "found":
        context = {"form": WalkInForm(free=[]), **_found(request, request.GET.get("q", ""))}
        return render(request, "bookings/walk_in.html#found", context)
    if request.method == "GET" and request.htmx:
        return render(request, "bookings/desk.html#day", _day(request, hub, date))
    is_today = date == clock.today(hub.timezone)
    serves = allowed(request.user, "hubs.serve", hub)
    form = None
    if is_today and serves:
        asked = request.POST if request.method == "POST" else request.GET
        free = free_now(
            hub, _number(asked.get("people", "")), decides=allowed(request.user, "bookings.decide", hub)
        )
        form = WalkInForm(
            request.POST if request.method == "POST" else None,
            free=free,
            initial=_first_wish(hub, free, asked),
        )
        if request.GET.get("part") == "spaces":
            return render(request, "bookings/walk_in.html#spaces", {"form": form, "hub": hub})
        if request.method == "POST" and (done := _walk_in(request, hub, form)):
            return done
    context = _day(request, hub, date) | {
        "form": form,
        "before": date - dt.timedelta(days=1),
        "after": date + dt.timedelta(days=1),
    }
    words = form["q"].value() if form is not None and form.is_bound else request.GET.get("q", "")
    context |= _found(request, words or "")
    return answer(request, "bookings/desk.html", context, *([form] if form else []))


def _date(request: HttpRequest, hub: Hub) -> dt.date:
    today = clock.today(hub.timezone)
    try:
        date = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return today
    return max(add_months(today, -24), min(date, add_months(today, 24)))


def _day(request: HttpRequest, hub: Hub, date: dt.date) -> dict[str, object]:
    day: DeskDay = desk_day(hub, date)
    before, _slug, after = reverse("spaces:space", args=[hub.slug, "SLUG"]).rpartition("SLUG")  # once for all

    def space_url(space: Space) -> str:
        return f"{before}{space.slug}{after}"

    is_today = date == clock.today(hub.timezone)
    return {
        "hub": hub,
        "date": date,
        "is_today": is_today,
        "now": clock.now(),
        "day": day,
        "board": hub_board(day, date, space_url),
        "serves": allowed(request.user, "hubs.serve", hub),
    }


def _live(request: HttpRequest, hub: Hub, date: dt.date) -> HttpResponse:
    """What the page asks for again and again: 304 while nothing changed, not even the minute.

    The mark is asked before the day is read: what changes in between is told with an old mark, so asked for again.
    """
    serves = allowed(request.user, "hubs.serve", hub)
    facts = (desk_mark(hub, date), date, clock.now().replace(second=0, microsecond=0), get_language(), serves)
    etag = quote_etag(hashlib.sha256(repr(facts).encode()).hexdigest()[:32])
    same = get_conditional_response(request, etag=etag)
    response = same or render(request, "bookings/desk.html#day", _day(request, hub, date))
    response.headers["ETag"] = etag
    return response


def _found(request: HttpRequest, words: str) -> dict[str, object]:
    """Whom the desk may mean by what was typed so far."""
    words = words.strip()[:100]
    people = list(search_people(request.office, words)[: SHOWN + 1]) if len(words) > 1 else []
    for person in people:
        person.ending = person.whatsapp[-4:]
    digits = "".join(sign for sign in words if sign.isdigit())
    return {
        "words": words,
        "people": [person for person in people if person.is_active][:SHOWN],
        "more_people": len(people) > SHOWN,
        "typed_number": words if len(digits) > 5 else "",
        "typed_name": words if len(digits) <= 5 else "",
        "chosen": request.POST.get("person", ""),
    }


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else 1


def _first_wish(hub: Hub, free: list[FreeNow], asked: QueryDict) -> dict[str, object]:
    zone = ZoneInfo(hub.timezone)
    return {
        "q": asked.get("q", ""),
        "people": _number(asked.get("people", "")),
        "space": free[0].space.pk if free else None,
        "until": free[0].end.astimezone(zone).time() if free else None,
    }


def _walk_in(request: HttpRequest, hub: Hub, form: WalkInForm) -> HttpResponse | None:
    """Let somebody in; None when the form has to be shown again."""
    if not form.is_valid():
        return None
    data = dict(form.cleaned_data)
    person = _meant(request, data)
    if person is None and data["person"] != "new":
        form.add_error("q", _("Choose whom you mean, or enter somebody new."))
        return None
    with refusals_in(form), _asking_why(form):
        booking = actions.walk_in(
            data["space"],
            form.end(clock.today(hub.timezone), hub.timezone),
            people=data["people"],
            purpose=data["purpose"],
            person=person,
            name=data["name"],
            whatsapp=data["whatsapp"],
            override=data["override"],
            by=request.user,
        )
        words = {
            "name": booking.person.name,
            "space": booking.space.name,
            "until": formats.clock_time(booking.end, hub.timezone),
        }
        messages.success(request, _("%(name)s is in: %(space)s until %(until)s.") % words)
        return redirect("bookings:desk", hub.slug)
    return None


@contextmanager
def _asking_why(form: WalkInForm) -> Iterator[None]:
    """Beyond a quota the desk is asked for the reason; before that the form is shorter."""
    try:
        yield
    except Refused as refusal:
        form.asks_why = refusal.code == "quota" or bool(form.cleaned_data["override"])
        raise


def _meant(request: HttpRequest, data: dict[str, str]) -> Person | None:
    """Whom the desk chose; who is the only one found needs no choice."""
    office = request.office
    if data["person"].isascii() and data["person"].isdigit() and len(data["person"]) < 19:
        living = Person.objects.filter(office=office, merged_into=None, erased_at=None)
        return living.filter(pk=int(data["person"])).first()
    if data["person"] == "new" or len(data["q"]) < 2:
        return None
    found = list(search_people(office, data["q"])[:2])
    return found[0] if len(found) == 1 else None


@require_GET
@signed_in
def sheet(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The day on paper: space by space, who comes when, with boxes to tick."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    date = _date(request, hub)
    day = desk_day(hub, date)
    by_space: dict[int, list[Visit]] = {}
    for visit in day.visits:
        if not visit.booking.is_given_up:
            by_space.setdefault(visit.booking.space_id, []).append(visit)
    rows = [(space, by_space[space.pk]) for space in day.rows.spaces if space.pk in by_space]
    context = {"hub": hub, "date": date, "day": day, "rows": rows, "now": clock.now()}
    return render(request, "bookings/desk_sheet.html", context)
