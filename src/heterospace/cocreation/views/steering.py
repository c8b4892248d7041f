"""What stewards and the hub do: answer, plan, open and close stages, find stewards, invite again, stop, repeat elsewhere."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...hubs.queries import hubs_of
from ...members.doors import hide_unless, signed_in
from ...members.queries import find_person, known_number, organisations_of
from .. import actions, queries, told
from ..enums import InitiativeState, StageKind
from ..forms import (
    AnswerForm,
    CloseForm,
    EndForm,
    HubForm,
    OpenForm,
    ReasonForm,
    StageForm,
    StewardForm,
    WordsForm,
)
from ..models import Initiative, Stage
from ..names import name_all

Sent = dict[str, Any] | None


def steered(request: HttpRequest, slug: str) -> Initiative:
    """The initiative for those who guide it; for others there is nothing here. Raises NotFound."""
    found = queries.initiative_at(request.office, slug)
    hide_unless(request.user, "cocreation.steer", found)
    return found


@require_http_methods(["GET", "POST"])
@signed_in
def steer(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything one guides an initiative with, on one page; each form posts its act here."""
    initiative = steered(request, slug)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(request, initiative, act)
    if act in DEEDS and (act not in forms or forms[act].is_valid()):
        form = forms.get(act)
        if form is None:
            return _plain(request, initiative, act)
        with refusals_in(form):
            said = DEEDS[act](request, initiative, form)
            messages.success(request, said)
            return redirect("cocreation:steer", initiative.slug)
    return answer(request, "cocreation/steer.html", _context(request, initiative, forms), *forms.values())


def _plain(request: HttpRequest, initiative: Initiative, act: str) -> HttpResponse:
    try:
        messages.success(request, DEEDS[act](request, initiative, None))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cocreation:steer", initiative.slug)


def _stage_now(initiative: Initiative) -> tuple[Stage | None, Stage | None]:
    """(the open stage, the next one that could open)."""
    stages = queries.stages_of(initiative)
    open_one = next((one for one in stages if one.is_open), None)
    planned = next((one for one in stages if one.opened_at is None), None)
    return open_one, planned


def _forms(request: HttpRequest, initiative: Initiative, act: str) -> dict[str, Any]:
    """The forms that can be sent now, bound when it is theirs that was sent."""

    def sent(name: str) -> Any:
        return request.POST if act == name else None

    forms: dict[str, Any] = {}
    open_one, planned = _stage_now(initiative)
    if initiative.waits and allowed(request.user, "cocreation.answer", initiative):
        forms["answer"] = AnswerForm(request.POST if act == "answer" else None, prefix="answer")
    if initiative.ended_at is None and not _is_framed(initiative):
        words = {name: getattr(initiative, name) for name in ("title", "problem", "hope")}
        forms["words"] = WordsForm(sent("words"), initial=words, prefix="words")
    if initiative.is_running:
        forms["steward"] = StewardForm(sent("steward"), prefix="steward")
        if open_one is not None:
            kind = EndForm if open_one.kind == StageKind.EVALUATE else CloseForm
            forms["close"] = kind(sent("close"), prefix="close")
        if open_one is None and planned is not None:
            forms["open"] = OpenForm(sent("open"), prefix="open")
        if allowed(request.user, "cocreation.answer", initiative):
            forms["stop"] = ReasonForm(sent("stop"), prefix="stop")
    if initiative.state == InitiativeState.CLOSED:
        others = hubs_of(initiative.office).exclude(pk=initiative.hub_id)
        forms["repeat"] = HubForm(sent("repeat"), hubs=others, prefix="repeat")
    return forms


def _is_framed(initiative: Initiative) -> bool:
    return any(one.kind == StageKind.FRAME and one.closed_at for one in queries.stages_of(initiative))


def _context(request: HttpRequest, initiative: Initiative, forms: dict[str, Any]) -> dict[str, Any]:
    stages = queries.stages_of(initiative)
    staying = told.staying(initiative, stages)
    open_one, planned = _stage_now(initiative)
    stewards = name_all(queries.stewards_of(initiative), request.person)
    return {
        "initiative": initiative,
        "hub": initiative.hub,
        "stages": stages,
        "open_stage": open_one,
        "next_stage": planned,
        "forms": forms,
        "stewards": stewards,
        "sectors": len({one.sector for one in stewards}),
        "absences": told.absences(stages, staying.rows),
        "parties": organisations_of(initiative.office).values_list("name", flat=True)[:300],
        "replies": list(queries.replies_to(initiative)),
        "criteria": initiative.criteria.count(),
        "copies": list(initiative.copies.select_related("hub").order_by("pk")),
    }


def _answer(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    if request.POST.get("say") == "no":
        actions.decline_initiative(initiative, form.cleaned_data["answer"], by=request.user)
        return _("Your no, with its reason, is public now. Who proposed it has been told.")
    actions.accept_initiative(initiative, form.cleaned_data["answer"], by=request.user)
    return _("It is taken up. Find stewards of two sectors, then open the first stage.")


def _words(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    actions.change_initiative(initiative, by=request.user, **form.cleaned_data)
    return _("The words are changed.")


def _steward(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    typed, name = form.cleaned_data["contact"].strip(), form.cleaned_data["organisation"].strip()
    person = find_person(
        initiative.office,
        **({"email": typed.lower()} if "@" in typed else {"whatsapp": known_number(typed)}),
    )
    if person is None:
        sentence = _("Nobody here has this e-mail or number.")
        raise Refused("unknown_person", sentence, fields={"contact": sentence})
    organisation = organisations_of(initiative.office).filter(name__iexact=name).first()
    if organisation is None:
        sentence = _("There is no such organisation here.")
        raise Refused("unknown_organisation", sentence, fields={"organisation": sentence})
    actions.add_steward(initiative, person, organisation, by=request.user)
    return _("%(organisation)s guides it too now.") % {"organisation": organisation.name}


def _open(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    _open_one, planned = _stage_now(initiative)
    if planned is None:
        raise Refused("no_stage", _("There is no stage left to open."))
    actions.open_stage(planned, by=request.user, reason=form.cleaned_data["reason"])
    return _("“%(stage)s” is open. Its rules are frozen.") % {"stage": planned.get_kind_display()}


def _close(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    open_one, _planned = _stage_now(initiative)
    if open_one is None:
        raise Refused("not_open", _("This stage is not open."))
    data = dict(form.cleaned_data)
    actions.close_stage(open_one, data.pop("result"), by=request.user, **data)
    return _("“%(stage)s” is closed; its result is public.") % {"stage": open_one.get_kind_display()}


def _stop(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    actions.stop_initiative(initiative, form.cleaned_data["reason"], by=request.user)
    return _("It is stopped. Everybody who took part has been told why.")


def _repeat(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    made = actions.replicate(initiative, form.cleaned_data["hub"], by=request.user)
    return _("It is proposed to %(hub)s.") % {"hub": made.hub.name}


def _invite(request: HttpRequest, initiative: Initiative, form: Any) -> str:
    open_one, _planned = _stage_now(initiative)
    if open_one is None:
        raise Refused("no_open_stage", _("No stage is open now. The stewards open the next one."))
    count = actions.invite_again(open_one, by=request.user)
    if not count:
        return _("Everybody who took part has been invited to all that is open.")
    return ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", count) % {
        "n": count
    }


DEEDS: dict[str, Callable[[HttpRequest, Initiative, Any], str]] = {
    "answer": _answer,
    "words": _words,
    "steward": _steward,
    "open": _open,
    "close": _close,
    "stop": _stop,
    "repeat": _repeat,
    "invite": _invite,
}


@require_http_methods(["GET", "POST"])
@signed_in
def stage(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Dates, influence and rules of one stage."""
    initiative = steered(request, slug)
    found = queries.stage_at(initiative, kind)
    form = StageForm(request.POST if request.method == "POST" else None, stage=found)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.plan_stage(
                found, by=request.user, reason=form.cleaned_data.get("reason", ""), **form.plan
            )
            messages.success(request, _("The plan of this stage is kept."))
            return redirect("cocreation:steer", initiative.slug)
    return answer(
        request, "cocreation/stage.html", {"initiative": initiative, "stage": found, "form": form}, form
    )


@require_POST
@signed_in
def end_steward(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A steward stops, by herself or by those who guide it with her."""
    initiative = steered(request, slug)
    steward = queries.steward_at(initiative, pk)
    try:
        actions.end_steward(steward, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The stewards are changed."))
    if allowed(request.user, "cocreation.steer", initiative):
        return redirect("cocreation:steer", initiative.slug)
    return redirect("cocreation:initiative", initiative.slug)
