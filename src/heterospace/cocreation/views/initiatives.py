"""Initiatives in public: the list, one of them, who stayed, its rules, its timeline; proposing one; following it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from ...core import phones
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...hubs.queries import hubs_of
from ...members.doors import at_office, signed_in
from .. import actions, queries, told
from ..enums import StageKind
from ..forms import ProposeForm
from ..models import Initiative
from ..names import name_all
from ..rules_text import canonical

PAGE = 12
STEPS = 40


def found(request: HttpRequest, slug: str) -> Initiative:
    """The initiative of this page. Raises NotFound."""
    return queries.initiative_at(request.office, slug)


@require_GET
@at_office
def index(request: HttpRequest) -> HttpResponse:
    """What is made together: what runs, what waits for an answer, what has ended."""
    hubs = list(hubs_of(request.office))
    hub = next((one for one in hubs if one.slug == request.GET.get("hub")), None)
    state = request.GET.get("show", "")
    words = request.GET.get("q", "")[:80]
    rows = queries.listed(request.office, hub=hub, state=state, words=words)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "initiatives": told.as_cards(list(page.object_list)),
        "hubs": hubs,
        "hub": hub,
        "state": state,
        "words": words,
        "kinds": list(StageKind),
        "shows": [
            ("", pgettext("initiatives", "All")),
            ("running", _("Running")),
            ("proposed", _("Waiting for an answer")),
            ("ended", _("Ended")),
        ],
    }
    return render(request, "cocreation/list.html", context)


@signed_in
def propose(request: HttpRequest) -> HttpResponse:
    """Tell a hub of a problem to be solved together."""
    hubs = hubs_of(request.office)
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        hubs=hubs,
        person=request.person,
        initial={"hub": request.GET.get("hub")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = actions.propose_initiative(
                data["hub"],
                by=request.user,
                title=data["title"],
                problem=data["problem"],
                hope=data["hope"],
                pattern=data["pattern"],
                organisation=form.hat,
            )
            messages.success(request, _("It is proposed. The hub answers with a reason by the promised day."))
            return redirect("cocreation:initiative", made.slug)
    days = max((hub.answer_days for hub in hubs), default=14)
    return answer(request, "cocreation/propose.html", {"form": form, "days": days}, form)


@require_GET
@at_office
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """One initiative: where it stands, who stayed, what one can do in it now."""
    it = found(request, slug)
    stages = queries.stages_of(it)
    stage = next((one for one in stages if one.is_open), None)
    staying = told.staying(it, stages)
    person = request.person
    following = queries.following_of(it, person)
    address = settings.BASE_URL + reverse("cocreation:initiative", args=[it.slug])
    context = {
        "initiative": it,
        "hub": it.hub,
        "stages": stages,
        "stage": stage,
        "results": [one for one in stages if one.result],
        "staying": staying,
        "absences": told.absences(stages, staying.rows),
        "doings": told.doings(it, stage),
        "promises": told.promises(it),
        "stewards": name_all(queries.stewards_of(it), person),
        "proposer": name_all([_Proposer(it)], person)[0],
        "steps": list(queries.steps_of(it)[:6]),
        "following": following if following is not None and following.until is None else None,
        "may_steer": request.user.is_authenticated and allowed(request.user, "cocreation.steer", it),
        "may_answer": request.user.is_authenticated
        and it.waits
        and allowed(request.user, "cocreation.answer", it),
        "may_withdraw": request.user.is_authenticated
        and it.waits
        and allowed(request.user, "cocreation.withdraw", it),
        "share": phones.wa_link("", f"{it.title}: {address}"),
        "address": address,
        "agreements": [one.agreement for one in it.attached.select_related("agreement")],
    }
    return render(request, "cocreation/initiative.html", context)


class _Proposer:
    """Who proposed it, as `name_all` names people."""

    def __init__(self, initiative: Initiative) -> None:
        self.person_id = initiative.proposer_id
        self.organisation = initiative.proposed_for


@require_GET
@at_office
def continuity(request: HttpRequest, slug: str) -> HttpResponse:
    """Who stayed, as a picture and as tables, with the formulas and every alarm there was."""
    it = found(request, slug)
    stages = queries.stages_of(it)
    staying = told.staying(it, stages)
    context = {
        "initiative": it,
        "stages": stages,
        "staying": staying,
        "lines": told.lines(staying),
        "absences": told.absences(stages, staying.rows),
        "alarms": list(queries.alarms_of(it)),
        "own_name": queries.in_own_name(it),
        "may_steer": request.user.is_authenticated and allowed(request.user, "cocreation.steer", it),
    }
    return render(request, "cocreation/continuity.html", context)


@require_GET
@at_office
def rules(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The rules of a stage with every version, its fingerprint, and the text it is the fingerprint of."""
    it = found(request, slug)
    stage = queries.stage_at(it, kind)
    versions = list(stage.versions.order_by("-number"))
    for one in versions:
        one.text = canonical(
            stage=stage.kind,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            influence=one.influence,
            rules=one.rules,
        )
    context = {"initiative": it, "stage": stage, "versions": versions}
    return render(request, "cocreation/rules.html", context)


@require_GET
@at_office
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    """All that happened, latest first."""
    it = found(request, slug)
    page = Paginator(queries.steps_of(it), STEPS).get_page(request.GET.get("page"))
    return render(request, "cocreation/timeline.html", {"initiative": it, "hub": it.hub, "page": page})


@require_POST
@signed_in
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Its proposer takes it back before the hub answers."""
    it = found(request, slug)
    actions.withdraw_initiative(it, by=request.user)
    messages.success(request, _("You took it back. It stays readable."))
    return redirect("cocreation:initiative", it.slug)


@require_POST
@signed_in
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow it, follow it no more, or ask not to be invited any more."""
    it = found(request, slug)
    act = request.POST.get("act", "follow")
    if act == "follow":
        actions.follow(it, by=request.user)
        messages.success(request, _("You hear of what happens, at most once a day, and are invited."))
    else:
        actions.unfollow(it, by=request.user, invitations=act != "leave")
        messages.success(
            request,
            _("You hear nothing more of it and are not invited any more.")
            if act == "leave"
            else _("You hear nothing more of it. Invitations still come, because you took part."),
        )
    return redirect("cocreation:initiative", it.slug)
