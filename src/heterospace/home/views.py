"""The front door: landing, API documentation, health."""

import functools

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from ..api import api
from ..bookings.forms import SearchForm
from ..bookings.queries import first_wish
from ..cocreation.enums import StageKind
from ..cocreation.queries import running_count
from ..cocreation.told import for_cards
from ..core import clock, regions
from ..events import listing
from ..hubs.queries import hubs_of, schedule_of
from ..members.doors import at_office
from ..spaces.queries import features, spaces_count

EXAMPLE = """\
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"space": 4, "start": "2026-11-24T09:00+07:00", "end": "2026-11-24T11:00+07:00",
       "purpose": "Rapat tim", "people": 6}' \\
  %(base)s/api/v1/bookings"""


@require_GET
@at_office
def landing(request: HttpRequest) -> HttpResponse:
    """What this house is, and the question most people come with: a room, when, for how many."""
    hubs = list(hubs_of(request.office))
    now = clock.now()
    counts = spaces_count(request.office)
    houses = [
        {
            "hub": hub,
            "is_open": any(
                a <= now < b for a, b in schedule_of(hub).open_moments(clock.today(hub.timezone), 1)
            ),
            "day": schedule_of(hub).day(clock.today(hub.timezone), translation.get_language() or "id"),
            "spaces": counts.get(hub.pk, 0),
        }
        for hub in hubs
    ]
    form = SearchForm(hubs=hubs, features=features(), initial=first_wish())
    context = {
        "houses": houses,
        "form": form,
        "places": " · ".join(regions.name(hub.regency) for hub in hubs),
        "total": sum(counts.values()),
        "events": listing.for_cards(listing.coming(request.office)),
        "events_total": listing.coming_count(request.office),
        "initiatives_total": running_count(request.office),
        "initiatives": for_cards(request.office, 3),
        "kinds": list(StageKind),
    }
    return render(request, "home/landing.html", context)


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API for people: every endpoint with its fields and answers, from the OpenAPI document itself."""
    endpoints, info = _endpoints()
    example = EXAMPLE % {"base": settings.BASE_URL}
    return render(request, "home/api.html", {"endpoints": endpoints, "info": info, "example": example})


@functools.cache
def _endpoints() -> tuple[list[dict], dict]:
    """(endpoints, title and version); the document does not change while the process runs."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    endpoints = [
        {"path": path, "method": method.upper(), "id": deed["operationId"], **_readable(deed, schema)}
        for path, methods in schema["paths"].items()
        for method, deed in methods.items()
    ]
    return endpoints, schema["info"]


def _readable(deed: dict, schema: dict) -> dict:
    """The parts of an OpenAPI operation that a page shows."""
    body = deed.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    named = body.get("$ref") or next((part["$ref"] for part in body.get("anyOf", []) if "$ref" in part), "")
    fields = schema["components"]["schemas"].get(named.rsplit("/", 1)[-1], {}) if named else {}
    required = set(fields.get("required", []))
    return {
        "summary": deed.get("summary", ""),
        "description": deed.get("description", ""),
        "public": not deed.get("security"),
        "parameters": [
            {
                "name": p["name"],
                "where": p["in"],
                "type": _type(p.get("schema", {})),
                "required": p.get("required", False),
            }
            for p in deed.get("parameters", [])
        ],
        "fields": [
            {
                "name": name,
                "type": _type(field),
                "required": name in required,
                "note": field.get("description", ""),
            }
            for name, field in fields.get("properties", {}).items()
        ],
        "answers": sorted(str(status) for status in deed.get("responses", {})),
    }


def _type(field: dict) -> str:
    """A field's type in a word or two."""
    if "anyOf" in field:
        return " | ".join(_type(part) for part in field["anyOf"])
    return field.get("format") or field.get("type") or field.get("$ref", "").rsplit("/", 1)[-1]


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process and its database answer; for proxies and `up`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
