"""The door of an event: the web app that checks people in, and the same page for browsers without scripts."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core import clock, codes, formats
from ...core.deeds import allowed
from ...core.refusals import Refused
from ...members.doors import signed_in
from .. import actions, door
from ..door_words import ICONS, PAGE_TONES, TONES, WHY, words
from ..enums import Direction, Outcome
from ..models import Event
from .planning import managed

PARTS = (  # what the app is made of; its worker keeps them for when the line is down
    "core/app.css",
    "core/checkin.css",
    "core/checkin.js",
    "core/qr-worker.js",
    "core/icons.svg",
    "core/favicon.svg",
    "core/plus-jakarta-sans.woff2",
)

TYPED = ("direction", "session", "gate", "name", "contact")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Check people in. With scripts this is an app that works offline; without, a form that says what came of it."""
    event = managed(request, slug, "events.check_in")
    said = _take(request, event) if request.method == "POST" else None
    wanted = request.GET.get("q", "").strip()[:100]
    context = {
        **_about(event),
        "said": said,
        "typed": {key: request.POST.get(key, "") for key in TYPED},
        "words_wanted": wanted,
        "found": door.find(event, wanted) if wanted else [],
        "inside": door.people_inside(event),
        "nonce": codes.secret(),
        "may_walk_in": allowed(request.user, "events.register_others", event),
        "manages": allowed(request.user, "events.see_people", event),
    }
    response = render(request, "events/door.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _take(request: HttpRequest, event: Event) -> dict[str, Any] | None:
    """What a posted form did, as the page shows it; a refusal becomes a message."""
    typed = request.POST
    session = typed.get("session", "")
    shown = actions.Shown(
        typed.get("ticket", "").strip()[:400],
        event.slug,
        clock.now(),
        typed.get("nonce", "")[:64] or codes.secret(),
        direction=Direction.OUT if typed.get("direction") == "out" else Direction.IN,
        session=int(session) if session.isascii() and session.isdigit() and len(session) < 10 else None,
        gate=typed.get("gate", "").strip()[:60],
        device=str(request.person)[:60],
    )
    try:
        if "name" in typed:
            contact = typed.get("contact", "").strip()
            address = {"email" if "@" in contact else "whatsapp": contact}
            judged = actions.walk_in(event, shown, by=request.user, name=typed["name"], **address)
        elif shown.ticket:
            (judged,) = actions.check_in([shown], by=request.user)
        else:
            return None
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return None
    outcome = Outcome(judged.scan.outcome)
    ours = judged.registration is not None and judged.registration.event_id == event.pk
    before = judged.first
    return {
        "tone": PAGE_TONES[TONES[outcome]],
        "icon": ICONS[outcome],
        "outcome": outcome.label,
        "why": WHY[outcome],
        "name": str(judged.registration.person) if ours and judged.registration else "",
        "people": judged.registration.people if ours and judged.registration else 0,
        "before": _("%(time)s at %(gate)s")
        % {
            "time": formats.clock_time(before.scanned_at, event.hub.timezone),
            "gate": before.gate or before.device,
        }
        if before
        else "",
    }


@require_GET
@signed_in
def shell(request: HttpRequest, slug: str) -> HttpResponse:
    """The app without anything personal: what a device keeps to open again without a line."""
    event = managed(request, slug, "events.check_in")
    response = render(request, "events/door.html", {**_about(event), "shell": True})
    response.headers["Cache-Control"] = "no-store"
    return response


def _about(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "hub": event.hub,
        "sessions": door.sessions_of(event),
        "about": {
            "slug": event.slug,
            "list": reverse("api:door_list", args=[event.slug]),
            "checkIns": reverse("api:check_in"),
            "walkIns": reverse("api:walk_in", args=[event.slug]),
            "shell": reverse("events:door_shell", args=[event.slug]),
            "worker": reverse("events:door_worker", args=[event.slug]),
            "scope": reverse("events:door", args=[event.slug]),
            "icons": static("core/icons.svg"),
            "qrWorker": static("core/qr-worker.js"),
            "timezone": event.hub.timezone,
            "locale": get_language(),
            "words": words(),
            "tones": TONES,
            "pictures": ICONS,
        },
    }


@require_GET
@signed_in
def manifest(request: HttpRequest, slug: str) -> HttpResponse:
    """So that a phone puts the door of this event on its home screen."""
    event = managed(request, slug, "events.check_in")
    start = reverse("events:door", args=[event.slug])
    icon = {"type": "image/png", "purpose": "any maskable"}
    return JsonResponse(
        {
            "id": start,
            "name": _("Door: %(event)s") % {"event": event.title},
            "short_name": _("Door"),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#1b2a52",
            "theme_color": "#1b2a52",
            "lang": get_language(),
            "icons": [
                {"src": static("core/icon-192.png"), "sizes": "192x192", **icon},
                {"src": static("core/icon-512.png"), "sizes": "512x512", **icon},
            ],
        },
        content_type="application/manifest+json",
    )


@require_GET
@signed_in
def worker(request: HttpRequest, slug: str) -> HttpResponse:
    """The service worker of one event's door: it reaches no further than this address."""
    event = managed(request, slug, "events.check_in")
    parts = [static(part) for part in PARTS]
    script = static("core/checkin-worker.js")
    build = hashlib.sha256(" ".join([script, *parts]).encode()).hexdigest()[:12]
    kept = [reverse("events:door_shell", args=[event.slug]), *parts]
    text = f'self.BUILD = "{build}";\nself.KEPT = {JsonResponse(kept, safe=False).content.decode()};\nimportScripts("{script}");\n'
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


__all__ = ["manifest", "page", "shell", "worker"]
