"""Searching for a free space."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from ...core.deeds import allowed
from ...core.forms import answer
from ...hubs.queries import hubs_of
from ...members.doors import at_office
from ...spaces.queries import features
from .. import queries
from ..alternatives import alternatives
from ..forms import SearchForm
from ._found import holder_of


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
    context = {"form": form, "offers": None, "for_person": holder_of(request)}
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
