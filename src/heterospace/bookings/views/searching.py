"""Searching for a free space."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from ...core.deeds import allowed
from ...core.forms import answer
from ...hubs.queries import hubs_of
from ...members.doors import at_office
from ...members.models import Person
from ...spaces.queries import features
from .. import queries, unmet
from ..alternatives import alternatives
from ..forms import SearchForm
from ._found import holder_of

SHOWN = 12


def _wish(data: dict[str, Any], holder: Person | None) -> str:
    """The wish as the booking form reads it from its address."""
    asked = {
        "date": data["date"].isoformat(),
        "start": f"{data['start']:%H:%M}",
        "end": f"{data['end']:%H:%M}",
        "people": data["people"],
    }
    return urlencode(asked | ({"person": holder.pk} if holder else {}), safe=":")


@require_GET
@at_office
def search(request: HttpRequest) -> HttpResponse:
    """What is free when, for how many, with what."""
    hubs = list(hubs_of(request.office))
    sent = request.GET.copy()
    if sent:
        for key, value in queries.first_wish().items():
            sent.setdefault(key, value)
    form = SearchForm(sent or None, hubs=hubs, features=features(), initial=queries.first_wish())
    holder = holder_of(request)
    context = {"form": form, "offers": None, "for_person": holder}
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
            wishes=data["features"],
            near=None if hub else queries.home_in(getattr(holder or request.person, "regency", "")),
            at_desk=hub is not None and allowed(request.user, "bookings.book_for_others", hub),
        )
        asked = (
            offers if data["kind"] else queries.meant(offers)
        )  # who names a kind means its nights and months, too
        free = [offer for offer in asked if offer.is_free and offer.fit.is_whole]
        lacking = [offer for offer in asked if offer.is_free and not offer.fit.is_whole]
        near = [offer for offer in asked if not offer.is_free and offer.is_near]
        longer = [offer for offer in offers if offer.is_free and offer not in asked]
        instead = []
        if not free:
            if "page" not in request.GET:
                reason = unmet.reason_of(offers)
                unmet.note(request, reason, start, hub=hub, people=data["people"], kind=data["kind"])
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
            "page": Paginator(free, SHOWN).get_page(request.GET.get("page")),
            "lacking": lacking[:SHOWN],
            "near": near[:SHOWN],
            "unshown": len(lacking[SHOWN:]) + len(near[SHOWN:]) + len(longer[SHOWN:]),
            "longer": longer[:SHOWN],
            "others": [
                offer for offer in offers if not offer.is_free and not (offer.is_near and offer in asked)
            ],
            "by_hours": any(offer.is_hourly for offer in asked),
            "start": start,
            "end": end,
            "data": data,
            "wish": _wish(data, holder),
            "zone": hub.timezone if hub else "Asia/Jakarta",
        }
    return answer(request, "bookings/search.html", context, *([form] if form.is_bound else []))
