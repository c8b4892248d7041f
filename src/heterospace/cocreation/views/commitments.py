"""Promises in public: the office's list, those of an initiative, one of them with its history, and what parties do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import clock
from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound
from ...members.doors import at_office, signed_in
from ...members.queries import acts_for, organisations_of
from .. import actions, promises, queries
from ..commitment_forms import (
    AnotherDayForm,
    DeliverForm,
    FilterForm,
    NoteForm,
    PromiseForm,
    WhyForm,
)
from ..enums import COMMITMENT_MOVES, CommitmentState
from ..models import Commitment
from ..names import agreed

PAGE = 25
APART = {"": None, "yes": True, "no": False}  # the promises of government apart


@require_GET
@at_office
def index(request: HttpRequest) -> HttpResponse:
    """Who promised what to whom in this office, and what became of it."""
    office = request.office
    form = FilterForm(
        request.GET or None, owners=promises.owners_of(office), initiatives=promises.initiatives_of(office)
    )
    chosen = form.chosen if form.is_bound else {"state": "", "owner": None, "initiative": None}
    apart = request.GET.get("government", "")
    rows = promises.commitments_of(
        office,
        state=chosen["state"] or "",
        owner=chosen["owner"],
        initiative=chosen["initiative"],
        government=APART.get(apart),
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "commitments": list(page.object_list),
        "form": form,
        "filtered": any(chosen.values()) or apart,
        "apart": apart if apart in APART else "",
        "kept": promises.kept_at(office),
        "owner": chosen["owner"],
        "owner_kept": promises.kept_by(chosen["owner"]) if chosen["owner"] else None,
    }
    return render(request, "cocreation/commitments.html", context)


@require_GET
@at_office
def of_initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """What was promised in one initiative, and how its parties keep their word."""
    initiative = queries.initiative_at(request.office, slug)
    page = Paginator(promises.commitments_of(request.office, initiative=initiative), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "page": page,
        "commitments": list(page.object_list),
        "keepers": promises.kept_in(initiative),
        "may_promise": queries.open_stage(initiative) is not None,
    }
    return render(request, "cocreation/commitments_of.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Promise something for an organisation one speaks for."""
    slug = request.GET.get("initiative", "")
    initiative = queries.initiative_at(request.office, slug) if slug else None
    form = PromiseForm(
        request.POST if request.method == "POST" else None, person=request.person, office=request.office
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = actions.promise(request.office, by=request.user, initiative=initiative, **data)
            messages.success(request, _("It is promised, and everybody can see it."))
            return redirect("cocreation:commitment", made.reference)
    context = {
        "form": form,
        "initiative": initiative,
        "speaks": acts_for(request.person).exists(),
        "parties": organisations_of(request.office).values_list("name", flat=True)[:300],
    }
    return answer(request, "cocreation/commitment_new.html", context, form)


FORMS: dict[str, type[Any]] = {
    "deliver": DeliverForm,
    "renegotiate": AnotherDayForm,
    "confirm": NoteForm,
    "reject": WhyForm,
    "release": WhyForm,
}
Act = Callable[[Commitment, Any, Any], Any]
ACTS: dict[str, Act] = {
    "deliver": lambda one, form, by: actions.deliver(one, form.told, on=form.cleaned_data["on"], by=by),
    "renegotiate": lambda one, form, by: actions.renegotiate(
        one, form.cleaned_data["due"], form.cleaned_data["reason"], by=by
    ),
    "confirm": lambda one, form, by: actions.confirm(one, note=form.cleaned_data["note"], by=by),
    "reject": lambda one, form, by: actions.reject(one, form.cleaned_data["reason"], by=by),
    "release": lambda one, form, by: actions.release(one, form.cleaned_data["reason"], by=by),
}


def _said(name: str) -> str:
    return {
        "deliver": _("Noted. Who receives it is asked to confirm."),
        "renegotiate": _("The new day is public, and who receives it has been told."),
        "confirm": _("Confirmed. The promise counts as kept."),
        "reject": _("It is due again, with your reason."),
        "release": _("Released. It is owed to nobody any more."),
    }[name]


def _offered(request: HttpRequest, found: Commitment) -> set[str]:
    """What this person could do with the promise now."""
    if not request.user.is_authenticated:
        return set()
    state = CommitmentState(found.state)
    offered: set[str] = set()
    if allowed(request.user, "cocreation.deliver", found):
        if CommitmentState.DELIVERED in COMMITMENT_MOVES[state]:
            offered.add("deliver")
        if state == CommitmentState.DUE:
            offered.add("renegotiate")
    if allowed(request.user, "cocreation.confirm", found):
        if state == CommitmentState.DELIVERED:
            offered |= {"confirm", "reject"}
        if state == CommitmentState.DUE:
            offered.add("release")
    return offered


def _page(request: HttpRequest, found: Commitment, **bound: Any) -> dict[str, Any]:
    changes = promises.changes_of(found)
    people = [found.promised_by_id, *(one.by_id for one in changes)]
    names = agreed(people)
    if request.person is not None:
        names[request.person.pk] = request.person.name
    for one in changes:
        one.who = names.get(one.by_id, "")
        one.words = "" if one.reason == actions.NO_WORDS else one.reason
        one.is_another_day = one.new_due != one.old_due
    offered = _offered(request, found)
    return {
        "commitment": found,
        "initiative": found.initiative,
        "changes": changes,
        "promised_by": names.get(found.promised_by_id, ""),
        "offered": offered,
        "forms": {name: bound.get(name) or FORMS[name](auto_id=f"{name}_%s") for name in offered},
        "kept": promises.kept_by(found.owner),
        "days_left": (found.due - promises.today_of(found)).days,
        "today": clock.now(),
    }


@require_GET
@at_office
def commitment(request: HttpRequest, reference: str) -> HttpResponse:
    """One promise: what, to whom, by when, how one sees it, and all that happened to it."""
    found = promises.commitment_at(request.office, reference)
    return render(request, "cocreation/commitment.html", _page(request, found))


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Deliver it, confirm it, send it back, give it another day, release it."""
    found = promises.commitment_at(request.office, reference)
    if name not in ACTS:
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    form = FORMS[name](request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        with refusals_in(form):
            ACTS[name](found, form, request.user)
            messages.success(request, _said(name))
            return redirect("cocreation:commitment", found.reference)
    context = _page(request, found, **{name: form})
    if name not in context["forms"]:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("cocreation:commitment", found.reference)
    return answer(request, "cocreation/commitment.html", context, form)
