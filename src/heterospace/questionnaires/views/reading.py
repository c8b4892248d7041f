"""What was answered: the results of a questionnaire, its workbook, and the service survey of a hub by quarter."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ...core.deeds import allowed, require
from ...core.forms import answer
from ...core.refusals import Forbidden
from ...hubs.models import Hub
from ...hubs.queries import hubs_of, managed_hub_at
from ...members.doors import signed_in
from .. import actions, queries, sheets
from ..enums import Element
from ..figures import Drawn, elements, series
from ..forms import ResultsForm
from ..models import Questionnaire
from .making import about_of, seen

SUBJECTS = 200  # to choose from; any other by its address (`?subject=event:hari-batik`)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _filter(request: HttpRequest, found: Questionnaire) -> tuple[ResultsForm, dict[str, Any]]:
    """The filter form and what `results` takes; staff of a hub see only their hub's part of an office's questionnaire."""
    allowed_hubs = queries.hubs_read(request.roles, found)  # type: ignore[attr-defined]
    every_hub = allowed_hubs is None
    hubs: list[Hub] = []
    if found.hub_id is None:
        hubs = [
            hub
            for hub in hubs_of(request.office)  # type: ignore[attr-defined]
            if allowed_hubs is None or hub.pk in allowed_hubs
        ]
        if not every_hub and not hubs:
            raise Forbidden(
                "forbidden", _("You may not do this. Ask the hub's staff if you think you should.")
            )
    subjects = {link.subject: about_of(link) for link in queries.links_of(found)[:SUBJECTS]}
    answered = queries.subjects_of(found)
    for subject in [*answered[:SUBJECTS], *(one for one in answered if one == request.GET.get("subject"))]:
        subjects.setdefault(subject, subject or _("Nothing in particular"))
    listed = [(subject or "-", words) for subject, words in subjects.items()]
    form = ResultsForm(request.GET or None, subjects=listed, hubs=hubs, every_hub=every_hub)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    hub = next((one for one in hubs if one.slug == data.get("hub")), None)
    if hubs and not every_hub and hub is None:
        hub = hubs[0]
    subject = data.get("subject") or None
    last = data.get("last")
    return form, {
        "subject": "" if subject == "-" else subject,
        "hub": hub,
        "start": data.get("first"),
        "end": last + dt.timedelta(days=1) if last else None,
    }


@never_cache
@require_GET
@signed_in
def results(request: HttpRequest, key: str) -> HttpResponse:
    """Per question how many answered what; nothing below the threshold."""
    found = seen(request, key)
    form, wanted = _filter(request, found)
    counted = queries.results(found, **wanted)
    context = {
        "questionnaire": found,
        "results": counted,
        "drawn": [Drawn(one) for one in counted.questions],
        "skm": queries.skm_of_results(counted),
        "form": form,
        "hub": wanted["hub"] or found.hub,
        "query": request.GET.urlencode(),
    }
    return answer(request, "questionnaires/results.html", context, *([form] if form.is_bound else []))


@never_cache
@require_GET
@signed_in
def results_file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The same as XLSX or CSV: by name one line each, anonymous only counted."""
    found = seen(request, key)
    _form, wanted = _filter(request, found)
    if found.is_anonymous:
        table = sheets.counted(queries.results(found, **wanted))
    else:
        table = sheets.by_name(found, actions.take_answers(found, by=request.user, **wanted))  # type: ignore[arg-type]
    content = sheets.workbook(table) if kind == "xlsx" else sheets.csv_text(table)
    response = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="answers-{found.key}.{kind}"'
    return response


@require_GET
@signed_in
def service(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The service survey of a hub by quarter, with its grade, and the way to its counter survey."""
    hub = managed_hub_at(request.office, hub_slug)  # type: ignore[attr-defined]
    require(request.user, "questionnaires.figures", hub)  # type: ignore[arg-type]
    hubs = [
        one
        for one in hubs_of(request.office)  # type: ignore[attr-defined]
        if one.pk == hub.pk or allowed(request.user, "questionnaires.figures", one)
    ]
    by_hub = queries.skm_by_quarter(hub.office, hubs=hubs)
    quarters = by_hub.get(hub.pk, [])
    latest = next((one for one in quarters if one.skm.enough), None)
    context = {
        "hub": hub,
        "hubs": hubs,
        "quarters": quarters,
        "latest": latest,
        "elements": elements(latest.skm) if latest else [],
        "codes": [(one.value.upper(), one.label) for one in Element],
        "columns": series(quarters),
        "others": [(one, by_hub[one.pk][0]) for one in hubs if by_hub.get(one.pk)] if len(hubs) > 1 else [],
        "link": queries.counter_link(hub),
        "may_make": allowed(request.user, "questionnaires.make", hub),
    }
    return render(request, "questionnaires/service.html", context)


@require_POST
@signed_in
def counter(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Begin the service survey at a hub's counter."""
    hub = managed_hub_at(request.office, hub_slug)  # type: ignore[attr-defined]
    link = actions.open_counter(hub, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Visitors can answer now. Print the code or open it on a tablet."))
    return redirect("questionnaires:share", link.key)
