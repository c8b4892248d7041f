"""Calendars people subscribe to."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ...core.deeds import allowed
from ...core.refusals import NotFound
from ...hubs.queries import hubs_of
from ...members.doors import signed_in
from ...members.queries import acts_for, leads
from ...spaces.queries import bookable
from .. import actions, calendars, queries
from ..rules import may_read_feed, tells_names
from ._found import as_number


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
