"""Who registered for an event: the list, decisions, registering others, inviting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ...core import clock
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...members.doors import signed_in
from .. import actions, planning
from ..actions.holding import link_of
from ..enums import Mode, RegistrationState
from ..planning_forms import AddPersonForm, InviteForm
from ..queries import registration_at
from .planning import managed

PAGE = 50


@signed_in
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The registrations by state; the organisers and the desk register others here, also at the door."""
    event = managed(request, slug, "events.see_people")
    form = AddPersonForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        wish = actions.Wish(mode=data.pop("mode", ""))
        with refusals_in(form):
            made = actions.register_guest(
                event,
                wish,
                by=request.user,
                door="desk",
                came_at=clock.now() if event.start <= clock.now() else None,
                **data,
            )
            said = {
                RegistrationState.CONFIRMED: _("%(name)s has a seat."),
                RegistrationState.WAITLISTED: _("%(name)s is on the waiting list."),
            }[RegistrationState(made.state)]
            messages.success(request, said % {"name": made.person.name})
            return redirect("events:people", event.slug)
    chosen = request.GET.get("state", "")
    state = chosen if chosen in RegistrationState.values else ""
    mode = request.GET.get("mode", "")
    words = request.GET.get("q", "").strip()[:100]
    found = planning.people_of(event, state=state, mode=mode if mode in Mode.values else "", words=words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for one in page.object_list:
        one.event = event
        one.link = link_of(one)
    overview = planning.overview(event)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "people",
        "page": page,
        "state": state,
        "words": words,
        "states": [
            (one.value, one.label, overview["counts"][one.value])
            for one in RegistrationState
            if overview["counts"][one.value]
        ],
        "form": form,
        "counters": overview["counters"],
        "manages": allowed(request.user, "events.manage", event),
    }
    return answer(request, "events/people.html", context, form)


@signed_in
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the organisers invited, and who of them has registered; inviting somebody by name and address."""
    event = managed(request, slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.invite_guest(event, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(name)s is invited.") % {"name": made.person.name})
            return redirect("events:invitations", event.slug)
    found = planning.invited_to(event)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "people",
        "form": form,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return answer(request, "events/invitations.html", context, form)


@require_POST
@signed_in
def decide(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Choose somebody, choose not, or cancel for her."""
    event = managed(request, slug, "events.see_people")
    registration = registration_at(request.office, reference)
    if registration.event_id != event.pk:
        return redirect("events:people", event.slug)
    what = request.POST.get("what")
    reason = request.POST.get("reason", "")
    try:
        if what == "cancel":
            actions.cancel_registration(registration, by=request.user, reason=reason)
            messages.success(request, _("The registration is cancelled and the seat is free."))
        else:
            done = actions.decide_registration(registration, what == "choose", by=request.user, reason=reason)
            messages.success(request, str(done.get_state_display()))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("events:people", event.slug)
