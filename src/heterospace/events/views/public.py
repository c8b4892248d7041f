"""What is on, for everybody: the list, one event, its picture and calendar entry, feeds, the embedded list."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from ...core import clock, formats, phones
from ...core.deeds import allowed
from ...core.middleware import POLICY
from ...core.refusals import NotFound
from ...hubs.models import Hub
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import at_office
from .. import calendars, listing, pictures
from ..actions.holding import link_of
from ..enums import PLANNED, Access, Admission, EventMode, EventState, Part
from ..forms import EventFilter, RegistrationForm
from ..models import Event
from ..queries import event_at, live_registration, survey_of

PAGE = 24
EMBED_MOST = 12


def shown_event(request: HttpRequest, slug: str) -> Event:
    """The event of this page, for whoever may see it; what is not published exists for its team only."""
    found = event_at(request.office, slug)
    if not allowed(request.user, "events.see", found):
        raise NotFound("unknown_event", _("There is no such event."))
    return found


def _filter(request: HttpRequest, hub: Hub | None = None) -> tuple[EventFilter, dict[str, Any], Hub | None]:
    hubs = list(hubs_of(request.office))
    form = EventFilter(request.GET, hubs=hubs)
    form.is_valid()
    if hub is not None:
        del form.fields["hub"]
    chosen = hub or next((one for one in hubs if one.slug == form.cleaned_data.get("hub")), None)
    return form, form.cleaned_data, chosen


@require_GET
@at_office
def events(request: HttpRequest) -> HttpResponse:
    """What is on at all hubs."""
    return _list(request, None)


@require_GET
@at_office
def at_hub(request: HttpRequest, slug: str) -> HttpResponse:
    """What is on at one hub."""
    return _list(request, hub_at(request.office, slug))


def _list(request: HttpRequest, hub: Hub | None) -> HttpResponse:
    form, data, chosen = _filter(request, hub)
    page = Paginator(listing.listed(request.office, data, chosen), PAGE).get_page(request.GET.get("page"))
    when = "" if data.get("start") or data.get("end") else data.get("when", "")
    asked = {key: value for key, value in request.GET.items() if value and key not in {"page", "when"}}
    if hub is not None:
        asked["hub"] = hub.slug
    feed = f"?{urlencode({**asked, **({'when': when} if when else {})})}" if asked or when else ""
    base = settings.BASE_URL
    embed = reverse("events:embed") + (f"?{urlencode({'hub': chosen.slug})}" if chosen else "")
    context = {
        "hub": hub,
        "chosen": chosen,
        "form": form,
        "page": page,
        "months": _months(page.object_list),
        "when": when,
        "whens": [
            ("", _("All that is coming")),
            ("week", _("This week")),
            ("month", _("This month")),
            ("past", _("Past events")),
        ],
        "is_past": when == "past",
        "feeds": [
            (_("Calendar (subscribe)"), "calendar-days", f"{base}{reverse('events:feed_ics')}{feed}"),
            ("RSS", "megaphone", f"{base}{reverse('events:feed_rss')}{feed}"),
            ("JSON", "link", f"{base}{reverse('events:feed_json')}{feed}"),
        ],
        "rss": f"{reverse('events:feed_rss')}{feed}",
        "snippet": _snippet(f"{base}{embed}", str(chosen) if chosen else "HeteroSpace"),
        "now": clock.now(),
    }
    return render(request, "events/list.html", context)


def _months(found: Any) -> list[tuple[Event, list[Event]]]:
    """The events month by month, each month with its first."""
    months: list[tuple[Event, list[Event]]] = []
    for event in listing.for_cards(found):
        if not months or listing.month_of(months[-1][0]) != listing.month_of(event):
            months.append((event, []))
        months[-1][1].append(event)
    return months


def _snippet(address: str, title: str) -> str:
    words = title.replace('"', "")
    return f'<iframe src="{address}" title="{words}" width="100%" height="520" frameborder="0"></iframe>'


@require_GET
@at_office
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, with the way in."""
    found = shown_event(request, slug)
    person = request.person
    own = live_registration(found, person) if person is not None else None
    places = listing.places_of(found)
    sessions = list(
        found.sessions.select_related("space")
        .prefetch_related("speakers__organisation")
        .order_by("period", "id")
    )
    parties = list(found.parties.select_related("organisation"))
    may_manage = request.user.is_authenticated and allowed(request.user, "events.manage", found)
    door = doorway(found, places)
    direct = person is not None and person.is_active and _is_direct(found, person, places)
    words = _("%(title)s: %(when)s. %(address)s") % {
        "title": found.title,
        "when": formats.when(found.start, found.end, found.hub.timezone),
        "address": calendars.address_of(found),
    }
    context = {
        "event": found,
        "hub": found.hub,
        "places": places,
        "kept": [one for place in places for one in place.kept],
        "sessions": sessions if len(sessions) > 1 or any(_says_more(one) for one in sessions) else [],
        "spaces": list(dict.fromkeys(one.space for one in sessions if one.space)),
        "hosts": [
            (part.label, [party.organisation for party in parties if party.part == part]) for part in Part
        ],
        "access": [str(Access(code).label) for code in found.access if code in Access.values],
        "own": own,
        "own_link": link_of(own) if own is not None else "",
        "door": door,
        "direct": direct,
        "may_manage": may_manage,
        "share": phones.wa_link("", words),
        "address": calendars.address_of(found),
        "picture": settings.BASE_URL + pictures.share_address(found),
        "data": _script(calendars.json_ld(found)) if found.is_shown else "",
        "is_over": found.end <= clock.now() or found.was_held,
        "is_planned": found.state in PLANNED,
        "place": calendars.place_of(found),
        "is_onsite": found.mode != EventMode.ONLINE,
        "asks_approval": found.admission == Admission.APPROVAL,
        "by_invitation": found.admission == Admission.INVITATION,
        "survey": survey_of(found),
    }
    return render(request, "events/event.html", context)


def _says_more(session: Any) -> bool:
    return bool(session.title or session.about or session.speakers.all())


def doorway(found: Event, places: list[listing.Places]) -> str:
    """What the way in says: `called_off`, `over`, `not_open`, `closed`, `full` or `open`."""
    now = clock.now()
    if found.state == EventState.CANCELLED:
        return "called_off"
    if found.was_held or found.end <= now:
        return "over"
    if found.state != EventState.PUBLISHED or not places:
        return "not_open"
    if found.closes_at and found.closes_at <= now:
        return "closed"
    return "full" if all(one.is_full for one in places) else "open"


def _is_direct(found: Event, person: Any, places: list[listing.Places]) -> bool:
    """Whether one tap is enough: nothing else must be asked of this person."""
    if found.questionnaire_id is not None and found.questionnaire.is_open:
        return False
    return RegistrationForm(event=found, person=person, places=places).asks_little


def _script(data: dict[str, Any]) -> str:
    """JSON that can stand in a page: nothing in it ends the script."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@require_GET
@at_office
def photo(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """An event's picture. Its name is a secret made when it was uploaded, so it may be kept for ever."""
    found = shown_event(request, slug)
    if not found.photo or found.photo.name != f"events/{name}":
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    response = FileResponse(found.photo.open(), content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
@at_office
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What a chat shows of the event's link."""
    found = shown_event(request, slug)
    etag = quote_etag(pictures.revision_of(found))
    return _kept(request, etag, lambda: HttpResponse(pictures.share_picture(found), content_type="image/png"))


@require_GET
@at_office
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as an .ics file."""
    found = shown_event(request, slug)
    response = HttpResponse(calendars.ics_of(found), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    return response


def _kept(request: HttpRequest, etag: str, make: Callable[[], HttpResponse], age: int = 300) -> HttpResponse:
    """What everybody may keep for a while: drawn only when the reader has another one."""
    response = get_conditional_response(request, etag=etag) or make()
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={age}"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _feed(request: HttpRequest) -> tuple[str, str, list[Event]]:
    """(its name, the page of the same list, the events) of a feed."""
    _form, data, hub = _filter(request)
    name = (
        _("Events, %(hub)s") % {"hub": hub.name}
        if hub
        else _("Events, %(office)s") % {"office": request.office.name}
    )
    query = request.GET.urlencode()
    page = settings.BASE_URL + reverse("events:list") + (f"?{query}" if query else "")
    return name, page, listing.for_feed(request.office, data, hub)


def _etag(body: bytes) -> str:
    return quote_etag(hashlib.sha256(body).hexdigest()[:32])


@require_GET
@at_office
def feed_ics(request: HttpRequest) -> HttpResponse:
    """The list as a calendar to subscribe to."""
    name, _page, found = _feed(request)
    body = calendars.feed_ics(name, found)
    return _kept(
        request, _etag(body), lambda: HttpResponse(body, content_type="text/calendar; charset=utf-8")
    )


@require_GET
@at_office
def feed_rss(request: HttpRequest) -> HttpResponse:
    """The list for feed readers."""
    name, page, found = _feed(request)
    body = calendars.feed_rss(name, page, found).encode()
    etag = _etag(b"".join(f"{one.reference}{one.revision}{one.state}{one.title}".encode() for one in found))
    return _kept(request, etag, lambda: HttpResponse(body, content_type="application/rss+xml; charset=utf-8"))


@require_GET
@at_office
def feed_json(request: HttpRequest) -> HttpResponse:
    """The list for programs (JSON Feed 1.1)."""
    name, page, found = _feed(request)
    told = calendars.feed_json(name, page, settings.BASE_URL + request.get_full_path(), found)
    response = JsonResponse(
        told, json_dumps_params={"ensure_ascii": False}, content_type="application/feed+json"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _kept(request, _etag(response.content), lambda: response)


@require_GET
@xframe_options_exempt
@at_office
def embed(request: HttpRequest) -> HttpResponse:
    """The next events as a small page that other sites may frame."""
    _form, data, hub = _filter(request)
    found = list(listing.listed(request.office, data, hub)[:EMBED_MOST])
    query = f"?{urlencode({'hub': hub.slug})}" if hub else ""
    response = render(request, "events/embed.html", {"months": _months(found), "hub": hub, "query": query})
    response.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    response.headers["Cache-Control"] = "public, max-age=120"
    return response
