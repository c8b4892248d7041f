"""The figures of a hub's events beside those of the office, their workbook, and the events behind them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ...core import clock, formats
from ...core.deeds import allowed, require
from ...hubs.models import Hub
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import signed_in
from .. import figures_told, report_sheets
from ..enums import Outcome
from ..figures import Period

PAGE = 50


def _at(request: HttpRequest, slug: str) -> tuple[Hub, list[Hub], dict[str, Any]]:
    """The hub, the other hubs this person may read, and what every page of the figures shows."""
    hub = hub_at(request.office, slug)
    require(request.user, "events.see_figures", hub)
    hubs = [one for one in hubs_of(request.office) if allowed(request.user, "events.see_figures", one)]
    span = figures_told.span_of(request.GET.get("period", ""))
    others = [one for one in hubs if one.pk != hub.pk]
    return hub, others, {"hub": hub, "hubs": hubs, "others": others, "span": span}


@require_GET
@signed_in
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """What events did for people in a quarter or a year."""
    hub, others, context = _at(request, slug)
    found = figures_told.lines(request.office, hub, others, context["span"])
    context |= {
        "spans": figures_told.spans(request.office),
        "groups": [
            (_("Reach"), "users-round", [line for line in found if line.figure.group == "reach"]),
            (_("For people"), "heart-handshake", [line for line in found if line.figure.group == "soc"]),
        ],
        "big": [
            line
            for line in found
            if line.figure.code in {"reach.people", "reach.attendance", "reach.events", "soc.skm"}
        ],
        "all_lines": found,
    }
    return render(request, "events/figures.html", context)


@require_GET
@signed_in
def workbook(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as XLSX."""
    hub, others, context = _at(request, slug)
    span = context["span"]
    found = figures_told.lines(request.office, hub, others, span)
    above = [
        _("Figures of events"),
        f"{hub.name}, {span.name}",
        _("As of %(moment)s") % {"moment": formats.moment_long(clock.now(), hub.timezone)},
    ]
    content = report_sheets.workbook([(_("Figures"), above, figures_told.table(found, hub, others))])
    response = HttpResponse(content, content_type=report_sheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="figures-{hub.slug}-{span.key}.xlsx"'
    return response


@require_GET
@signed_in
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """The events the figures were counted from, each with who came and the way to its report."""
    hub, _others, context = _at(request, slug)
    span = context["span"]
    seen = Q(scans__outcome=Outcome.IN, scans__annulment=None)
    rows = Period(request.office, span.first, span.last).events.filter(hub=hub)
    rows = rows.annotate(came=Count("scans__registration", distinct=True, filter=seen)).order_by(
        "-period", "-pk"
    )
    context |= {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))}
    return render(request, "events/figures_events.html", context)
