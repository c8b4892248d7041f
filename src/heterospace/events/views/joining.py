"""Taking part online: one's own way in, open to those who are confirmed, from half an hour before."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core import clock
from ...core.deeds import SYSTEM
from ...core.refusals import Refused
from ...members.doors import at_office
from .. import actions, listing, online
from .registration import private


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The way in, and how long she has been there. The page asks for itself each minute, also without JS."""
    found = actions.registration_of_link(request.office, token)
    if request.method == "POST" and request.POST.get("act") == "leave":
        actions.close_visit(found, by=SYSTEM)
        return redirect("events:join", token)
    shut = online.why_shut(found)
    if shut == "not_online":
        return redirect("events:registration", token)
    visit = actions.ping_visit(found, by=SYSTEM)
    past = listing.minutes_online(found)
    context = {
        "registration": found,
        "event": found.event,
        "hub": found.event.hub,
        "token": token,
        "shut": shut,
        "opens": online.opens_at(found.event),
        "visit": visit,
        "minutes": past + (int((clock.now() - visit.began_at).total_seconds() // 60) if visit else 0),
        "needed": found.event.online_minutes,
    }
    template = "events/join.html#visit" if request.headers.get("HX-Request") else "events/join.html"
    return private(render(request, template, context))


@never_cache
@require_GET
@at_office
def go(request: HttpRequest, token: str) -> HttpResponse:
    """Into the meeting, noting that she went."""
    found = actions.registration_of_link(request.office, token)
    try:
        actions.open_visit(found, by=SYSTEM)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("events:join", token)
    return private(HttpResponseRedirect(online.meeting_of(found.event)))
