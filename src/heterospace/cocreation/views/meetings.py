"""The pages of meetings: which there were, calling one, its agenda, who was there, its minutes and their approval."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core import clock
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound
from ...events.queries import live_registration
from ...members.doors import at_office, signed_in
from ...spaces.queries import bookable
from .. import actions, meetings
from ..enums import ProposalState
from ..meeting_forms import CallForm, MinutesForm, agenda_form, points_of
from ..minutes_paper import minutes_sheet
from ..models import Initiative, Meeting
from ..queries import initiative_at, open_stage
from .doing import done
from .steering import steered

PAGE = 20


@require_GET
@at_office
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Meetings to come and those that were, with their minutes."""
    initiative = initiative_at(request.office, slug)
    page = Paginator(meetings.listed(initiative), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    came = meetings.organisations_at(rows)
    for one in rows:
        one.came = came[one.pk]
        one.has_begun, one.is_over = one.event.start <= clock.now(), one.event.end <= clock.now()
    steers = allowed(request.user, "cocreation.steer", initiative)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "page": page,
        "meetings": rows,
        "may_call": steers and open_stage(initiative) is not None and initiative.is_running,
    }
    return render(request, "cocreation/meetings.html", context)


def _open_proposals(initiative: Initiative) -> Any:
    return initiative.proposals.exclude(state=ProposalState.WITHDRAWN).order_by("-pk")


@require_http_methods(["GET", "POST"])
@signed_in
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a meeting: whoever took part is invited."""
    initiative = steered(request, slug)
    data = request.POST if request.method == "POST" else None
    spaces = bookable(initiative.office_id).filter(hub=initiative.hub).select_related("hub")
    form = CallForm(data, spaces=spaces.order_by("position", "name"))
    agenda = agenda_form(data, proposals=_open_proposals(initiative))
    if data is not None and form.is_valid() and agenda.is_valid():
        with refusals_in(form):
            made = actions.call_meeting(
                initiative, by=request.user, agenda=points_of(agenda), **form.facts(initiative.hub.timezone)
            )
            count = made.invites.count()
            messages.success(request, _("The meeting stands, and %(n)d people are invited.") % {"n": count})
            return redirect("cocreation:meeting", initiative.slug, made.pk)
    context = {"initiative": initiative, "hub": initiative.hub, "form": form, "agenda": agenda}
    return answer(request, "cocreation/meeting_call.html", context, form)


def _found(request: HttpRequest, slug: str, number: int) -> Meeting:
    return meetings.meeting_at(initiative_at(request.office, slug), number)


@require_http_methods(["GET", "POST"])
@at_office
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One meeting: when and where, its agenda, who was invited and who came, its minutes."""
    if request.method == "POST":
        return _approve(request, slug, number)
    found = _found(request, slug, number)
    person = request.person
    steers = allowed(request.user, "cocreation.steer", found.initiative)
    was_there = person is not None and meetings.act_of(found, person) is not None
    named = steers or was_there
    approvals = meetings.approved_by(found, person, named=named)
    event, now = found.event, clock.now()
    context = {
        "initiative": found.initiative,
        "hub": found.initiative.hub,
        "meeting": found,
        "event": event,
        "is_off": event.state == "cancelled",
        "has_begun": event.start <= now,
        "is_over": event.end <= now,
        "items": list(found.items.select_related("proposal").order_by("place")),
        "decisions": list(found.decisions.order_by("pk")),
        "commitments": list(found.commitments.select_related("owner").order_by("due", "pk")),
        "presence": meetings.presence(found, named=named),
        "invited": meetings.invited(found),
        "named": named,
        "steers": steers,
        "approvals": approvals,
        "sectors": meetings.sectors_of(approvals),
        "may_approve": was_there
        and found.state == "minuted"
        and not any(row.person_id == person.pk for row in approvals),
        "registration": live_registration(event, person) if person is not None else None,
    }
    return render(request, "cocreation/meeting.html", context)


@signed_in
def _approve(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _found(request, slug, number)
    if request.POST.get("act") == "approve":
        done(
            request,
            lambda: actions.approve_minutes(found, by=request.user),
            _("Thank you. They are fixed when people of two sectors have said so."),
        )
    return redirect("cocreation:meeting", found.initiative.slug, found.pk)


def _steered(request: HttpRequest, slug: str, number: int) -> Meeting:
    return meetings.meeting_at(steered(request, slug), number)


@require_http_methods(["GET", "POST"])
@signed_in
def agenda(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Other points, until it begins."""
    found = _steered(request, slug, number)
    data = request.POST if request.method == "POST" else None
    formset = agenda_form(data, proposals=_open_proposals(found.initiative), meeting=found)
    if data is not None and formset.is_valid():
        done(
            request,
            lambda: actions.set_agenda(found, points_of(formset), by=request.user),
            _("The agenda is changed."),
        )
        return redirect("cocreation:meeting", found.initiative.slug, found.pk)
    context = {
        "initiative": found.initiative,
        "hub": found.initiative.hub,
        "meeting": found,
        "agenda": formset,
    }
    status = 422 if data is not None else 200
    return render(request, "cocreation/meeting_agenda.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def minutes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write or correct the minutes."""
    found = _steered(request, slug, number)
    initiative = found.initiative
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        meeting=found,
        decisions=initiative.decisions.order_by("-pk"),
        commitments=initiative.commitments.order_by("-pk"),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.write_minutes(found, form.cleaned_data["minutes"], by=request.user, **form.told())
            messages.success(
                request, _("The minutes are public. Who was there is asked whether they are right.")
            )
            return redirect("cocreation:meeting", initiative.slug, found.pk)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "meeting": found,
        "form": form,
        "approvals": found.approvals.count(),
    }
    return answer(request, "cocreation/meeting_minutes.html", context, form)


@require_GET
@at_office
def paper(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The minutes on paper; people's names only for those who were there, and who guides it."""
    found = _found(request, slug, number)
    if not found.minutes:
        raise NotFound("no_minutes", _("There are no minutes yet."))
    person = request.person
    named = allowed(request.user, "cocreation.see_who_was_there", found) if person is not None else False
    response = HttpResponse(minutes_sheet(found, named=named), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="notulen-{found.event.slug}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
