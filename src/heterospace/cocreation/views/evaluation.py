"""The evaluation of an initiative: its criteria, how every party judges, and writing and measuring them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...members.doors import at_office, signed_in
from ...members.queries import acts_for
from .. import actions, evaluation
from ..evaluation_forms import CriterionForm, JudgeForm
from ..models import Criterion, Initiative
from ..queries import initiative_at, own_hat
from .doing import done


@require_http_methods(["GET", "POST"])
@at_office
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What was to be reached and what was; how each party judges; who has not been heard."""
    if request.method == "POST":
        return _act(request, slug)
    return _page(request, initiative_at(request.office, slug))


@signed_in
def _act(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = initiative_at(request.office, slug)
    act = request.POST.get("act", "")
    if act == "judge":
        return _judge(request, initiative)
    if act == "add":
        form = CriterionForm(request.POST)
        if form.is_valid():
            with refusals_in(form):
                actions.add_criterion(initiative, by=request.user, **form.cleaned_data)
                messages.success(request, _("Written: it can be changed until framing is over."))
                return redirect("cocreation:evaluation", initiative.slug)
        return _page(request, initiative, adding=form)
    if act in ACTS:
        ACTS[act](request, _criterion(request, initiative))
    return redirect("cocreation:evaluation", initiative.slug)


def _criterion(request: HttpRequest, initiative: Initiative) -> Criterion:
    typed = request.POST.get("criterion", "")
    return evaluation.criterion_at(initiative, int(typed) if typed.isdecimal() and len(typed) < 6 else 0)


def _change(request: HttpRequest, found: Criterion) -> None:
    form = CriterionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, next(iter(form.errors.values()))[0])
        return
    facts = form.cleaned_data
    done(request, lambda: actions.change_criterion(found, by=request.user, **facts), _("Changed."))


ACTS: dict[str, Callable[[HttpRequest, Criterion], Any]] = {
    "change": _change,
    "remove": lambda request, found: done(
        request, lambda: actions.remove_criterion(found, by=request.user), _("Taken away.")
    ),
    "measure": lambda request, found: done(
        request,
        lambda: actions.measure_criterion(
            found, request.POST.get("value", ""), request.POST.get("source", ""), by=request.user
        ),
        _("Noted: everybody sees before and after."),
    ),
}


def _judge(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    form = JudgeForm(request.POST, person=request.person, initiative=initiative, auto_id="judge_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.judge(initiative, by=request.user, **form.told())
            messages.success(request, _("Thank you. You can change it while it is evaluated."))
            return redirect("cocreation:evaluation", initiative.slug)
    return _page(request, initiative, judging=form)


def _form(request: HttpRequest, initiative: Initiative) -> JudgeForm | None:
    """The form of whoever may judge, with what was said before under the hat she wore last."""
    person = request.person
    if person is None or not person.is_active:
        return None
    hat = acts_for(person).filter(pk=own_hat(initiative, person) or 0).first()
    judged = evaluation.judgement_of(initiative, person, hat)
    return JudgeForm(person=person, initiative=initiative, judged=judged, auto_id="judge_%s")


def _page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    adding: CriterionForm | None = None,
    judging: JudgeForm | None = None,
) -> HttpResponse:
    steers = allowed(request.user, "cocreation.steer", initiative)
    told = evaluation.read(initiative, request.person)
    kind = evaluation.open_kind(initiative)
    is_judged = evaluation.is_judged(kind)
    writes = steers and evaluation.is_framing(kind)
    if writes:
        for one in told.criteria:
            one.form = CriterionForm.of(one)
    adding = adding or CriterionForm(auto_id="new_%s")
    if judging is None and is_judged:
        judging = _form(request, initiative)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "told": told,
        "steers": steers,
        "writes": writes,
        "measures": steers and evaluation.is_measured(kind),
        "is_judged": is_judged,
        "judging": judging if is_judged else None,
        "adding": adding,
    }
    return answer(request, "cocreation/evaluation.html", context, adding, *([judging] if judging else []))
