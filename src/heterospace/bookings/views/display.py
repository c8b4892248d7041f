"""The tablet beside a space's door: public by a secret address, naming no person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core import clock, qr
from ...core.deeds import require
from ...core.refusals import NotFound
from ...members.doors import at_office, signed_in
from .. import actions, faces, queries
from ..models import Display
from ._found import space_of


def _display(request: HttpRequest, secret: str) -> Display:
    found = queries.display_at(secret)
    if found is None or found.space.hub.office_id != request.office.pk:
        raise NotFound("unknown_display", _("This address is closed. Ask the hub's manager for a new one."))
    return found


@require_GET
@at_office
def display(request: HttpRequest, secret: str) -> HttpResponse:
    """What the door says now; with JS it turns over by itself, offline too."""
    space = _display(request, secret).space
    told = faces.faces_of(space)
    link = settings.BASE_URL + reverse("bookings:here", args=[space.hub.slug, space.slug])
    context = {
        "space": space,
        "hub": space.hub,
        "secret": secret,
        "face": told[0][1],
        "data": faces.as_data(space, told),
        "now": clock.now(),
        "qr": qr.svg(link),
        "icons": ICONS,
    }
    return _uncached(render(request, "bookings/display.html", context))


ICONS = {
    "free": "circle-check",
    "soon": "hourglass",
    "taken": "ban",
    "waiting": "alarm-clock",
    "tidying": "sparkles",
    "blocked": "wrench",
    "closed": "door-closed",
}


@require_GET
@at_office
def display_data(request: HttpRequest, secret: str) -> HttpResponse:
    """The day and a half to come, asked for every half minute."""
    space = _display(request, secret).space
    return _uncached(JsonResponse(faces.as_data(space, faces.faces_of(space))))


def _uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = (
        "no-store"  # what is kept for a dead line, the page's own worker keeps
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_GET
@at_office
def display_worker(request: HttpRequest, secret: str) -> HttpResponse:
    """The service worker of one display: it may only reach below this address."""
    _display(request, secret)
    script = f'importScripts("{static("core/display-worker.js")}");\n'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def displays(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Make, open and close the address of a space's door display."""
    space = space_of(request, hub_slug, slug)
    require(request.user, "bookings.make_display", space)
    found = queries.display_of(space)
    if request.method == "POST":
        if "revoke" in request.POST:
            if found is not None:
                actions.revoke_display(found, by=request.user)
            messages.success(request, _("Closed. Tablets that use the old address show nothing any more."))
        else:
            actions.make_display(space, by=request.user)
            messages.success(request, _("The address is ready. Open it on the tablet beside the door."))
        return redirect("bookings:displays", space.hub.slug, space.slug)
    link = settings.BASE_URL + reverse("bookings:display", args=[found.secret]) if found else ""
    context = {
        "space": space,
        "hub": space.hub,
        "display": found,
        "link": link,
        "qr": qr.svg(link) if link else "",
    }
    return render(request, "bookings/displays.html", context)
