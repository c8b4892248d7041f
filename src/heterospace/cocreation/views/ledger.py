"""The act ledger in public, and the desk beside it where facilitators enter what happened away from the system."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...members.doors import at_office, signed_in
from ...members.models import Person
from ...members.queries import organisation_at, organisations_of
from .. import actions, ledger
from ..ledger_forms import ListForm, OneForm
from ..models import Act, Initiative
from ..names import name_all
from ..queries import initiative_at
from .doing import done

PAGE, LINES = 30, 50


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def acts(request: HttpRequest, slug: str) -> HttpResponse:
    """Who took part, by organisation, each with the lines behind it; for facilitators also what they enter."""
    if request.method == "POST":
        return _post(request, slug)
    initiative = initiative_at(request.office, slug)
    if request.htmx and "q" in request.GET:
        require(request.user, "cocreation.facilitate", initiative)
        return render(request, "cocreation/acts.html#found", _found(request, initiative))
    if "organisation" in request.GET:
        return _lines(request, initiative)
    return _page(request, initiative)


def _found(request: HttpRequest, initiative: Initiative, words: str | None = None) -> dict[str, Any]:
    words = (request.GET.get("q", "") if words is None else words).strip()[:100]
    people = ledger.candidates(request.user, initiative, words)
    digits = sum(sign.isdecimal() for sign in words)
    is_contact = "@" in words or digits >= 6
    return {
        "words": words,
        "people": people[: ledger.SHOWN],
        "more_people": len(people) > ledger.SHOWN,
        "typed_name": "" if is_contact else words,
        "typed_contact": words if is_contact else "",
    }


def _lines(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    organisation = organisation_at(request.office, request.GET.get("organisation", ""))
    page = Paginator(ledger.lines(initiative, organisation), LINES).get_page(request.GET.get("page"))
    rows = name_all(page.object_list, request.person)
    for row in rows:
        row.annulled = getattr(row, "annulment", None)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "organisation": organisation,
        "page": page,
        "rows": rows,
        "steers": allowed(request.user, "cocreation.steer", initiative),
    }
    return render(request, "cocreation/acts_of.html", context)


def _page(
    request: HttpRequest, initiative: Initiative, *, one: OneForm | None = None, many: ListForm | None = None
) -> HttpResponse:
    facilitates = allowed(request.user, "cocreation.facilitate", initiative)
    page = Paginator(ledger.organisations(initiative), PAGE).get_page(request.GET.get("page"))
    forms: list[Any] = []
    context: dict[str, Any] = {
        "initiative": initiative,
        "hub": initiative.hub,
        "page": page,
        "own": ledger.own_name(initiative),
        "facilitates": facilitates and initiative.is_running,
    }
    if context["facilitates"]:
        typed = str(one["q"].value() or "") if one is not None else request.GET.get("q", "")
        forms = [
            one or OneForm(initiative=initiative, auto_id="one_%s", initial={"q": typed}),
            many or ListForm(initiative=initiative, auto_id="list_%s"),
        ]
        context |= {
            "one": forms[0],
            "many": forms[1],
            "parties": organisations_of(initiative.office).values_list("name", flat=True)[:300],
            **_found(request, initiative, typed),
        }
    return answer(request, "cocreation/acts.html", context, *forms)


@signed_in
def _post(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = initiative_at(request.office, slug)
    act = request.POST.get("act", "")
    if act == "annul":
        return _annul(request, initiative)
    require(request.user, "cocreation.facilitate", initiative)
    if act == "one":
        return _one(request, initiative)
    if act == "list":
        return _list(request, initiative)
    return redirect("cocreation:acts", initiative.slug)


def _one(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    form = OneForm(request.POST, initiative=initiative, auto_id="one_%s")
    if form.is_valid():
        person = None
        if form.number is not None:
            person = get_object_or_404(Person, office=request.office, pk=form.number)
        with refusals_in(form):
            made = actions.record_named(initiative, form.line, by=request.user, person=person, **form.how())
            messages.success(request, _("Entered.") if made else _("That was entered already."))
            return redirect("cocreation:acts", initiative.slug)
    return _page(request, initiative, one=form)


def _list(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    form = ListForm(request.POST, initiative=initiative, auto_id="list_%s")
    if form.is_valid():
        with refusals_in(form):
            made = actions.record_list(initiative, form.cleaned_data["lines"], by=request.user, **form.how())
            messages.success(request, _("%(n)d lines entered.") % {"n": len(made)})
            return redirect("cocreation:acts", initiative.slug)
    return _page(request, initiative, many=form)


def _annul(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    typed = request.POST.get("line", "")
    row = get_object_or_404(
        Act.objects.select_related("initiative__hub", "organisation"),
        initiative=initiative,
        pk=int(typed) if typed.isdecimal() and len(typed) < 18 else 0,
    )
    done(
        request,
        lambda: actions.annul_act(row, request.POST.get("reason", ""), by=request.user),
        _("Annulled: the line stays readable and counts no more."),
    )
    back = f"?organisation={row.organisation.slug}" if row.organisation is not None else ""
    return redirect(f"{request.path}{back}")
