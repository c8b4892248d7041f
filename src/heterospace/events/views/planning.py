"""Planning an event: the organisers' list, the first form, and the pages an event is managed on."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...hubs.models import Hub
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import hide_unless, signed_in
from ...members.queries import acts_for, find_person, known_number, organisations_of
from ...questionnaires.queries import questionnaires_of
from ...spaces.queries import bookable
from .. import actions, planning
from ..models import Event, EventParty, Helper, KeptSeats, Seats, Session
from ..planning_forms import (
    FactsForm,
    HelperForm,
    KeepForm,
    MoveForm,
    NoteForm,
    PartyForm,
    PlanForm,
    ReasonForm,
    RepeatForm,
    SeatsForm,
    SessionForm,
    moment,
)
from ..queries import event_at


def managed(request: HttpRequest, slug: str, permission: str = "events.manage") -> Event:
    """The event for those who work on it; for others there is nothing here. Raises NotFound."""
    event = event_at(request.office, slug)
    hide_unless(request.user, permission, event)
    return event


@require_GET
@signed_in
def organise(request: HttpRequest) -> HttpResponse:
    """What I organise, what waits for my review, and where I may plan something."""
    hubs = [hub for hub in hubs_of(request.office) if allowed(request.user, "events.propose", hub)]
    reviewed = [hub for hub in hubs if allowed(request.user, "events.run_hub", hub)]
    context = {"hubs": hubs, **planning.organised(request.person, reviewed)}
    return render(request, "events/organise.html", context)


def _spaces(hub: Hub) -> Any:
    return bookable(hub.office_id).filter(hub=hub).select_related("hub").order_by("position", "name")


@signed_in
def plan(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """A new event at a hub."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "events.propose", hub)
    runs = allowed(request.user, "events.run_hub", hub)
    form = PlanForm(
        request.POST or None,
        hosts=organisations_of(request.office) if runs else acts_for(request.person),
        spaces=_spaces(hub),
        must_host=not runs,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        start, end = form.span(hub.timezone)
        with refusals_in(form):
            event = actions.plan_event(
                hub,
                by=request.user,
                title=data["title"],
                summary=data["summary"],
                topic=data["topic"],
                start=start,
                end=end,
                mode=data["mode"],
                capacity=form.capacity(),
                hosts=[data["host"]] if data["host"] else [],
                space=data["space"],
            )
            messages.success(request, _("Your draft is kept. Tell more about it, then publish it."))
            return redirect("events:manage", event.slug)
    return answer(request, "events/plan.html", {"hub": hub, "form": form, "runs": runs}, form)


@require_GET
@signed_in
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """Where an event stands, what is missing, and what can be done next."""
    event = managed(request, slug)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "overview",
        "reviews": allowed(request.user, "events.review", event),
        "note_form": NoteForm(auto_id="note_%s"),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "move_form": MoveForm(auto_id="move_%s", initial=planning.local_start(event)),
        "repeat_form": RepeatForm(auto_id="repeat_%s"),
        **planning.overview(event),
    }
    return render(request, "events/manage.html", context)


def _starts(event: Event, data: dict[str, Any]) -> list[dt.datetime]:
    days = int(data["every"])
    return [event.start + dt.timedelta(days=days * n) for n in range(1, data["times"] + 1)]


Step = tuple[type[Any] | None, Callable[[Event, dict[str, Any], Any], Any], Any]
STEPS: dict[str, Step] = {
    "submit": (
        None,
        lambda event, _data, by: actions.submit_event(event, by=by),
        gettext_lazy("The hub has your event and writes to you."),
    ),
    "publish": (
        None,
        lambda event, _data, by: actions.publish_event(event, by=by),
        gettext_lazy("Published. Now share it."),
    ),
    "return": (
        NoteForm,
        lambda event, data, by: actions.return_event(event, data["note"], by=by),
        gettext_lazy("Sent back with your note."),
    ),
    "cancel": (
        ReasonForm,
        lambda event, data, by: actions.cancel_event(event, data["reason"], by=by),
        gettext_lazy("Called off. Everybody who wanted to come is told."),
    ),
    "close": (
        None,
        lambda event, _data, by: actions.report_event(event, by=by),
        gettext_lazy("The event's books are closed."),
    ),
    "move": (
        MoveForm,
        lambda event, data, by: actions.move_event(
            event, moment(data["date"], data["start"], event.hub.timezone), by=by
        ),
        gettext_lazy("Moved, with its spaces. Who has a seat is told."),
    ),
    "repeat": (
        RepeatForm,
        lambda event, data, by: actions.repeat_event(event, _starts(event, data), by=by),
        gettext_lazy("The drafts are made. Give them their spaces and publish them."),
    ),
}


@require_POST
@signed_in
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One step of an event's life; what cannot be done says why and changes nothing."""
    event = managed(request, slug)
    shape, act, said = STEPS[name]
    data: dict[str, Any] = {}
    if shape is not None:
        form = shape(request.POST)
        if not form.is_valid():
            messages.error(request, next(iter(form.errors.values()))[0])
            return redirect("events:manage", event.slug)
        data = form.cleaned_data
    try:
        act(event, data, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, str(said))
    return redirect(
        "events:organise" if name == "repeat" else "events:manage", *([] if name == "repeat" else [slug])
    )


@signed_in
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is told about the event."""
    event = managed(request, slug)
    form = FactsForm(
        request.POST or None,
        request.FILES or None,
        instance=event,
        questionnaires=questionnaires_of(request.office, hub=event.hub, purpose="registration", state="open"),
    )
    if request.method == "POST" and form.is_valid():
        photo = form.cleaned_data.get("picture")
        with refusals_in(form):
            actions.change_event(event, by=request.user, photo=photo, **form.facts())
            messages.success(request, _("Saved."))
            return redirect("events:manage", event.slug)
    return answer(
        request, "events/edit.html", {"event": event, "hub": event.hub, "form": form, "tab": "edit"}, form
    )


@signed_in
def seats(request: HttpRequest, slug: str) -> HttpResponse:
    """How many seats there are, and those kept for a group."""
    event = managed(request, slug)
    rows = {one.mode: one for one in event.seats.all()}
    posted = request.POST if request.method == "POST" else None
    keeps = posted is not None and "group" in posted
    form = SeatsForm(
        None if keeps else posted,
        initial={"mode": event.mode, **{mode: one.capacity for mode, one in rows.items()}},
    )
    keep_form = KeepForm(posted if keeps else None, event=event, auto_id="keep_%s")
    if keeps and keep_form.is_valid():
        with refusals_in(keep_form):
            _keep(event, keep_form.cleaned_data, request.user)
            messages.success(request, _("The seats are kept, and the reason stands on the event's page."))
            return redirect("events:seats", event.slug)
    elif posted is not None and not keeps and form.is_valid():
        with refusals_in(form):
            actions.set_seats(event, form.cleaned_data["mode"], form.capacity(), by=request.user)
            messages.success(request, _("Saved. Who waited is offered what became free."))
            return redirect("events:seats", event.slug)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "seats",
        "form": form,
        "keep_form": keep_form if keep_form.fields["seats"].choices else None,
        "counters": planning.counters(event),
    }
    return answer(request, "events/seats_manage.html", context, keep_form if keeps else form)


def _keep(event: Event, data: dict[str, Any], by: Any) -> None:
    counter = Seats.objects.select_related("event__hub").get(pk=data["seats"], event=event)
    until = moment(data["until"], dt.time(23, 59), event.hub.timezone) if data["until"] else None
    actions.keep_seats(
        counter, data["group"], data["count"], data["reason"], by=by, region=data["region"], until=until
    )


@require_POST
@signed_in
def release(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give kept seats to everybody."""
    event = managed(request, slug)
    kept = get_object_or_404(KeptSeats.objects.select_related("seats__event__hub"), seats__event=event, pk=pk)
    actions.release_kept(kept, by=request.user)
    messages.success(request, _("These seats are now for everybody."))
    return redirect("events:seats", event.slug)


@signed_in
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The sittings of an event; a new one at the end of the list."""
    event = managed(request, slug)
    form = SessionForm(request.POST or None, spaces=_spaces(event.hub), hub=event.hub)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        start, end = form.span(event.hub.timezone)
        with refusals_in(form):
            made = actions.add_session(
                event,
                start,
                end,
                by=request.user,
                title=data["title"],
                about=data["about"],
                space=data["space"],
            )
            actions.set_speakers(made, form.told_speakers(), by=request.user)
            messages.success(request, _("The session is in the programme."))
            return redirect("events:programme", event.slug)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "programme",
        "form": form,
        "sessions": planning.sessions_of(event),
    }
    return answer(request, "events/programme.html", context, form)


@signed_in
def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One sitting: its words, time, space and speakers; or out with it."""
    event = managed(request, slug)
    one = get_object_or_404(
        Session.objects.select_related("event__hub", "booking__space", "booking__hub", "space"),
        event=event,
        pk=pk,
    )
    if request.method == "POST" and "remove" in request.POST:
        try:
            actions.remove_session(one, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("The session is out of the programme."))
        return redirect("events:programme", event.slug)
    form = SessionForm(request.POST or None, spaces=_spaces(event.hub), session=one, hub=event.hub)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        start, end = form.span(event.hub.timezone)
        with refusals_in(form):
            actions.change_session(
                one,
                by=request.user,
                start=start,
                end=end,
                space=data["space"],
                no_space=data["space"] is None,
                title=data["title"],
                about=data["about"],
            )
            actions.set_speakers(one, form.told_speakers(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect("events:programme", event.slug)
    context = {"event": event, "hub": event.hub, "tab": "programme", "form": form, "session": one}
    return answer(request, "events/session.html", context, form)


@signed_in
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who hosts it and who helps."""
    event = managed(request, slug)
    posted = request.POST if request.method == "POST" else None
    helps = posted is not None and "who" in posted
    party_form = PartyForm(
        None if helps else posted,
        organisations=organisations_of(request.office),
        auto_id="party_%s",
    )
    helper_form = HelperForm(posted if helps else None, auto_id="helper_%s")
    if helps and helper_form.is_valid():
        typed = helper_form.cleaned_data["who"].strip()
        found = find_person(
            request.office,
            **({"email": typed.lower()} if "@" in typed else {"whatsapp": known_number(typed)}),
        )
        if found is None:
            helper_form.add_error("who", _("Nobody here has this address. Ask them to join first."))
        else:
            with refusals_in(helper_form):
                actions.add_helper(event, found, helper_form.cleaned_data["role"], by=request.user)
                messages.success(request, _("They help now. It stands on their page."))
                return redirect("events:team", event.slug)
    elif posted is not None and not helps and party_form.is_valid():
        with refusals_in(party_form):
            actions.add_party(
                event,
                party_form.cleaned_data["organisation"],
                party_form.cleaned_data["part"],
                by=request.user,
            )
            messages.success(request, _("It stands on the event's page."))
            return redirect("events:team", event.slug)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "team",
        "party_form": party_form,
        "helper_form": helper_form,
        "parties": list(event.parties.select_related("organisation")),
        "helpers": list(event.helpers.select_related("person")),
    }
    return answer(request, "events/team.html", context, helper_form if helps else party_form)


@require_POST
@signed_in
def leave_team(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    """Take an organisation or a helper off."""
    event = managed(request, slug)
    if kind == "party":
        actions.remove_party(
            get_object_or_404(EventParty.objects.select_related("event", "organisation"), event=event, pk=pk),
            by=request.user,
        )
    else:
        actions.remove_helper(
            get_object_or_404(Helper.objects.select_related("event__hub"), event=event, pk=pk),
            by=request.user,
        )
    return redirect("events:team", event.slug)
