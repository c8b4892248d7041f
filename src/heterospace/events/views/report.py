"""The report of an event: the page, the sheet of paper, the workbook; the survey; the list of who registered."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ...core import clock, phones, qr
from ...core.deeds import allowed
from ...core.refusals import Refused
from ...members.doors import signed_in
from ...questionnaires.queries import survey_link
from .. import actions, report_sheets
from ..queries import attendance_of, registration_at
from ..report import subject_of
from ..report_paper import above, report_of, told_of
from .planning import managed


@never_cache
@require_GET
@signed_in
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Who wanted to come, who came, what it was for them; and asking them how it was."""
    event = managed(request, slug, "events.see_report")
    told, frozen, later = told_of(event)
    manages = allowed(request.user, "events.manage", event)
    link = survey_link(event.hub, subject_of(event))
    address = f"{settings.BASE_URL}{link.path}" if link else ""
    context: dict[str, Any] = {
        "event": event,
        "hub": event.hub,
        "tab": "report",
        "told": told,
        "frozen": frozen,
        "later": later,
        "manages": manages,
        "has_begun": event.start <= clock.now(),
        "link": link,
        "address": address,
        "qr": qr.svg(address) if address else "",
        "chat": phones.wa_link(
            "",
            _("%(title)s: how was it? Nine short questions, without your name. %(link)s")
            % {"title": event.title, "link": address},
        ),
        "needs": list(
            event.registrations.filter(state="confirmed").exclude(access_needs="").select_related("person")
        )
        if manages
        else [],
    }
    return render(request, "events/report.html", context)


@require_POST
@signed_in
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin asking who was there."""
    event = managed(request, slug)
    actions.ask_survey(event, by=request.user)
    messages.success(
        request, _("People find the questions on their ticket's page from the beginning of the event.")
    )
    return redirect("events:report", event.slug)


@require_POST
@signed_in
def access(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say whether what somebody needed was there."""
    event = managed(request, slug)
    found = registration_at(request.office, reference)
    if found.event_id == event.pk:
        met = {"yes": True, "no": False}.get(request.POST.get("met", ""))
        try:
            actions.mark_access(found, met, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("Saved."))
    return redirect("events:report", event.slug)


@require_GET
@signed_in
def report_paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as PDF."""
    event = managed(request, slug, "events.see_report")
    return _file(report_of(event), "application/pdf", f"report-{event.slug}.pdf", inline=True)


@require_GET
@signed_in
def report_workbook(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as XLSX."""
    event = managed(request, slug, "events.see_report")
    told, frozen, _later = told_of(event)
    return _file(
        report_sheets.report_workbook(told, above(event, frozen)),
        report_sheets.XLSX,
        f"report-{event.slug}.xlsx",
    )


@require_GET
@signed_in
def registrations(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Who registered, as XLSX or CSV; that it was taken is written down."""
    event = managed(request, slug)
    try:
        rows = actions.take_registrations(event, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("events:people", event.slug)
    table = report_sheets.registrations_table(event, rows, attendance_of(event))
    if kind == "csv":
        return _file(
            report_sheets.csv_text(table), "text/csv; charset=utf-8", f"registrations-{event.slug}.csv"
        )
    content = report_sheets.workbook([(_("Registrations"), [], table)])
    return _file(content, report_sheets.XLSX, f"registrations-{event.slug}.xlsx")


def _file(content: bytes | str, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
