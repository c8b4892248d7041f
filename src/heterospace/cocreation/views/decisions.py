"""Decisions of an initiative: the list, one of them with its ballot, its result, and what the stewards do."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import clock
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from ...members.doors import at_office, hide_unless, signed_in
from .. import actions, deciding, queries
from ..actions.ballots import turnout_of, was_counted
from ..counting import Turnout, votes_needed
from ..decision_forms import (
    BallotForm,
    DecisionForm,
    IntegrationForm,
    PositionForm,
    ReasonForm,
    ReceiptForm,
    ReviewForm,
)
from ..enums import DecisionState, ObjectionState, Stance
from ..models import LEAST_SECRET, Decision, Initiative
from ..names import name_all


def _initiative(request: HttpRequest, slug: str) -> Initiative:
    return queries.initiative_at(request.office, slug)


def _steers(request: HttpRequest, initiative: Initiative) -> bool:
    return request.user.is_authenticated and allowed(request.user, "cocreation.steer", initiative)


def _steered(request: HttpRequest, slug: str) -> Initiative:
    """The initiative for those who guide it; for others there is nothing here. Raises NotFound."""
    found = _initiative(request, slug)
    hide_unless(request.user, "cocreation.steer", found)
    return found


def _decision(request: HttpRequest, slug: str, reference: str) -> Decision:
    """A decision this person may see: drafts are for who guides the initiative. Raises NotFound."""
    initiative = _initiative(request, slug)
    found = deciding.decision_at(request.office, reference, initiative)
    found.initiative = initiative
    if found.opened_at is None and not _steers(request, initiative):
        raise NotFound("unknown_decision", deciding.NO_DECISION)
    return found


@require_GET
@at_office
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What is decided in an initiative, what was, and what came out."""
    initiative = _initiative(request, slug)
    steers = _steers(request, initiative)
    rows = list(deciding.decisions_of(initiative, drafts=steers))
    for one in rows:
        one.came_out = deciding.outcome_phrase(one)
        one.needed = votes_needed(one.electors, one.quorum)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "open_ones": [one for one in rows if one.state == DecisionState.OPEN],
        "drafts": [one for one in rows if one.state == DecisionState.DRAFT],
        "past": [one for one in rows if one.decided_at is not None],
        "may_steer": steers,
        "may_draft": steers and queries.open_stage(initiative) is not None,
    }
    return render(request, "cocreation/decisions.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Prepare a decision."""
    return _write(request, _steered(request, slug), None)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Change a decision that has not opened."""
    initiative = _steered(request, slug)
    found = deciding.decision_at(request.office, reference, initiative)
    if found.state != DecisionState.DRAFT:
        return redirect("cocreation:decision", slug, found.reference)
    return _write(request, initiative, found)


def _write(request: HttpRequest, initiative: Initiative, decision: Decision | None) -> HttpResponse:
    form = DecisionForm(
        request.POST if request.method == "POST" else None, initiative=initiative, decision=decision
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = (
                actions.draft_decision(initiative, by=request.user, **form.plan)
                if decision is None
                else actions.change_decision(decision, by=request.user, **form.plan)
            )
            messages.success(request, _("Your draft is kept. Look at it, then open it."))
            return redirect("cocreation:decision", initiative.slug, made.reference)
    context = {"initiative": initiative, "hub": initiative.hub, "decision": decision, "form": form}
    return answer(request, "cocreation/decision_edit.html", context, form)


Extra = dict[str, Any]


def _page(request: HttpRequest, decision: Decision, **extra: Any) -> Extra:
    """Everything the page of a decision shows; `extra` are bound forms and what was just done."""
    initiative, person = decision.initiative, request.person
    steers = _steers(request, initiative)
    voices = deciding.voices_of(decision, person) if decision.is_open else []
    unused = [one for one in voices if not one.has_voted]
    turnout = turnout_of(decision.box) if decision.box is not None else _coming_roll(decision)
    positions = name_all(deciding.positions_of(decision), person) if not decision.is_secret else []
    objections = sum(one.state == ObjectionState.OPEN for one in positions)
    takes_votes = decision.is_open and clock.now() < decision.closes_at
    context: Extra = {
        "initiative": initiative,
        "hub": initiative.hub,
        "decision": decision,
        "may_steer": steers,
        "takes_votes": takes_votes,
        "voices": voices,
        "unused": unused,
        "why_not": "" if voices or not decision.is_open else deciding.why_not(decision, person),
        "turnout": turnout,
        "needed": votes_needed(turnout.size, decision.quorum),
        "coming": deciding.coming_by_sector(turnout),
        "sector_quorum": deciding.sector_quorums(decision, turnout),
        "too_few": decision.state == DecisionState.DRAFT
        and decision.is_secret
        and turnout.size < LEAST_SECRET,
        "positions": positions,
        "open_objections": objections,
        "result": deciding.result_of(decision),
        "options": deciding.option_labels(decision),
        "may_close": steers and decision.is_open and actions.may_close(decision, turnout, objections),
        "may_review": steers
        and decision.state == DecisionState.DECIDED
        and decision.reviewed_at is None
        and decision.review_on is not None
        and decision.review_on <= clock.today(initiative.hub.timezone),
        "receipt_form": ReceiptForm(auto_id="receipt_%s"),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "review_form": ReviewForm(auto_id="review_%s"),
        "integration_form": IntegrationForm(auto_id=False),
        "commitments": list(decision.commitments.select_related("owner", "receiver").order_by("due", "pk")),
        "form": None,
        "cast": None,
        "checked": None,
        "wrong": None,
    }
    if takes_votes and decision.is_secret and unused:
        context["form"] = BallotForm(decision=decision, voices=unused)
    elif takes_votes and not decision.is_secret and voices:
        own = next((one for one in positions if one.elector_id in {voice.pk for voice in voices}), None)
        context["own"] = own
        start = {"stance": own.stance, "reason": own.reason} if own is not None and len(voices) == 1 else None
        context["form"] = PositionForm(voices=voices, initial=start)
    for one in positions:
        one.is_mine = one.state == ObjectionState.OPEN and (
            person is not None and one.elector_id in {voice.pk for voice in voices}
        )
    context.setdefault("own", None)
    return {**context, **extra}


def _coming_roll(decision: Decision) -> Turnout:
    """The roll there would be if a draft opened now."""
    roll: dict[str, int] = {}
    for voice in deciding.roll_for(decision):
        roll[voice.sector] = roll.get(voice.sector, 0) + 1
    return Turnout(roll, {})


@never_cache
@require_GET
@at_office
def decision(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """What is decided, how, who may vote and until when; the ballot; in the end what came out and why."""
    found = _decision(request, slug, reference)
    return render(request, "cocreation/decision.html", _page(request, found))


@never_cache
@require_POST
@signed_in
def vote(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Put a ballot into the box. The answer is the page itself with the receipt: no address and no cookie ever holds it."""
    found = _decision(request, slug, reference)
    voices = deciding.voices_of(found, request.person)
    if not found.is_secret:
        return _say(request, found, voices)
    form = BallotForm(request.POST, decision=found, voices=voices)
    if form.is_valid():
        with refusals_in(form):
            cast = actions.cast_ballot(
                found,
                form.choice,
                by=request.user,
                receipt=form.cleaned_data["receipt"],
                organisation=form.organisation,
            )
            fresh = _decision(request, slug, reference)
            return render(request, "cocreation/decision.html", _page(request, fresh, cast=cast))
    return answer(request, "cocreation/decision.html", _page(request, found, form=form), form)


def _say(request: HttpRequest, found: Decision, voices: list[Any]) -> HttpResponse:
    """A position on what is decided openly."""
    form = PositionForm(request.POST, voices=voices)
    if form.is_valid():
        with refusals_in(form):
            actions.take_position(
                found,
                form.cleaned_data["stance"],
                by=request.user,
                reason=form.cleaned_data["reason"],
                organisation=form.organisation,
            )
            messages.success(request, _("It is noted. You may think again until it closes."))
            return redirect("cocreation:decision", found.initiative.slug, found.reference)
    return answer(request, "cocreation/decision.html", _page(request, found, form=form), form)


@never_cache
@require_POST
@at_office
def receipt(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Whether a receipt is in the box: asked by a form, so that it stands in no address."""
    found = _decision(request, slug, reference)
    form = ReceiptForm(request.POST, auto_id="receipt_%s")
    checked = None
    if form.is_valid() and found.box is not None:
        checked = was_counted(found.box, form.cleaned_data["receipt"])
    return answer(
        request, "cocreation/decision.html", _page(request, found, receipt_form=form, checked=checked), form
    )


Act = Callable[[Decision, dict[str, Any], Any], Any]
ACTS: dict[str, tuple[type[Any] | None, Act, Callable[[], str]]] = {
    "open": (
        None,
        lambda found, _data, by: actions.open_decision(found, by=by),
        lambda: _("It is open, and everybody who may vote is invited."),
    ),
    "withdraw": (
        None,
        lambda found, _data, by: actions.withdraw_decision(found, by=by),
        lambda: _("The draft is withdrawn."),
    ),
    "close": (
        ReasonForm,
        lambda found, data, by: actions.close_decision(found, reason=data["reason"], by=by),
        lambda: _("It is closed, and what came out is published."),
    ),
    "explain": (
        ReasonForm,
        lambda found, data, by: actions.explain_decision(found, data["reason"], by=by),
        lambda: _("Your words stand beside the result."),
    ),
    "review": (
        ReviewForm,
        lambda found, data, by: actions.review_decision(found, data["note"], by=by),
        lambda: _("Noted for everybody to read."),
    ),
}


@require_POST
@signed_in
def act(request: HttpRequest, slug: str, reference: str, name: str) -> HttpResponse:
    """One step of a decision's life, by its stewards; what cannot be done says why and changes nothing."""
    initiative = _steered(request, slug)
    found = deciding.decision_at(request.office, reference, initiative)
    if name not in ACTS:
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    shape, deed, said = ACTS[name]
    kind = "review" if shape is ReviewForm else "reason"
    form = shape(request.POST, auto_id=f"{kind}_%s") if shape is not None else None
    if form is None or form.is_valid():
        try:
            deed(found, form.cleaned_data if form is not None else {}, request.user)
        except Refused as refusal:
            if refusal.status not in {409, 422}:
                raise
            messages.error(request, str(refusal))
        else:
            messages.success(request, said())
        if name == "withdraw":
            return redirect("cocreation:decisions", slug)
        return redirect("cocreation:decision", slug, found.reference)
    found.initiative = initiative
    extra = {f"{kind}_form": form}
    return answer(request, "cocreation/decision.html", _page(request, found, **extra), form)


@require_POST
@signed_in
def objection(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Who objected takes it back, or the stewards say how it is taken up."""
    found = _decision(request, slug, reference)
    position = get_object_or_404(
        found.positions.select_related("elector", "organisation", "person").filter(stance=Stance.OBJECT),
        pk=pk,
    )
    position.decision = found
    try:
        if request.POST.get("act") == "withdraw":
            actions.withdraw_objection(position, by=request.user)
            messages.success(request, _("Your objection is taken back. It stays readable."))
        else:
            actions.integrate_objection(position, request.POST.get("integration", ""), by=request.user)
            messages.success(request, _("It stands beside the text. Who objected has been told."))
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.error(request, str(refusal))
    return redirect("cocreation:decision", slug, found.reference)
