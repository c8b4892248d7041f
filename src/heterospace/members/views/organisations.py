"""Doors of the organisations: finding, entering and correcting them, and who belongs to them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import regions
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from .. import actions, enums, forms, queries
from ..doors import at_office, signed_in
from ..models import Organisation

PAGE = 30


@require_GET
@at_office
def organisations(request: HttpRequest) -> HttpResponse:
    """The office's organisations, by words, kind and kabupaten."""
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("words", "kind", "regency")}
    found = queries.organisations_of(request.office, **chosen)  # type: ignore[attr-defined]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for organisation in page:
        organisation.place = regions.name(organisation.regency)
    context = {"page": page, "chosen": chosen, "kinds": enums.Kind.choices, "regencies": regions.regencies()}
    return render(request, "members/organisations.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; whoever does belongs to it."""
    office = request.office  # type: ignore[attr-defined]
    require(request.user, "members.create_organisation", office)
    form = forms.NewOrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            made = actions.create_organisation(office, by=request.user, **form.cleaned_data)
            messages.success(request, _("Entered. Tell more about it when you like."))
            return redirect("members:organisation", made.slug)
    return answer(request, "members/organisation_new.html", {"form": form}, form)


@require_GET
@at_office
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of an organisation; its leaders and staff see more."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    return render(request, "members/organisation.html", _shown(request, found))


def _shown(request: HttpRequest, found: Organisation) -> dict[str, object]:
    changes = allowed(request.user, "members.change_organisation", found)
    person = request.person  # type: ignore[attr-defined]
    mine = None
    if person is not None:
        mine = queries.affiliations_of(person).filter(organisation=found).first()
    return {
        "organisation": found,
        "place": ", ".join(filter(None, [regions.name(found.district), regions.name(found.regency)])),
        "changes": changes,
        "mine": mine,
        "ask": forms.AskForm(),
        "may_ask": person is not None and person.is_active and mine is None,
        "legalities": list(found.legalities.order_by("kind", "number")),
        "people": list(queries.public_people_of(found)),
        "asking": found.affiliations.filter(state="asked", until=None).count() if changes else 0,
    }


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct what an organisation tells."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    require(request.user, "members.change_organisation", found)
    form = forms.OrganisationForm(request.POST if request.method == "POST" else None, organisation=found)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            actions.change_organisation(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("members:organisation", found.slug)
    return answer(request, "members/organisation_edit.html", {"form": form, "organisation": found}, form)


@require_http_methods(["GET", "POST"])
@signed_in
def legality(request: HttpRequest, slug: str) -> HttpResponse:
    """Permits and registrations: note one, take one away."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    require(request.user, "members.change_organisation", found)
    form = forms.LegalityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.add_legality(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Noted."))
            return redirect("members:legality", found.slug)
    context = {
        "form": form,
        "organisation": found,
        "legalities": list(found.legalities.order_by("kind", "number")),
    }
    return answer(request, "members/legality.html", context, form)


@require_POST
@signed_in
def legality_remove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take a wrongly noted permit away."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    actions.remove_legality(get_object_or_404(found.legalities, pk=number), by=request.user)
    messages.success(request, _("Taken away."))
    return redirect("members:legality", found.slug)


@require_GET
@signed_in
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the organisation, who asks to: for those who decide."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    require(request.user, "members.see_affiliations", found)
    rows = list(queries.people_of(found))
    context = {
        "organisation": found,
        "asking": [row for row in rows if row.state == "asked" and row.until is None],
        "current": [row for row in rows if row.state == "confirmed" and row.until is None],
        "former": [row for row in rows if row.state == "confirmed" and row.until is not None],
    }
    return render(request, "members/organisation_people.html", context)


@require_POST
@signed_in
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the organisation to confirm that one belongs to it."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    form = forms.AskForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.ask_affiliation(found, by=request.user, role=form.cleaned_data["role"])
            messages.success(request, _("Asked. You get a message when the organisation answers."))
            return redirect("members:organisation", found.slug)
    return answer(
        request, "members/organisation.html", {**_shown(request, found), "ask": form, "may_ask": True}, form
    )


@require_POST
@signed_in
def affiliation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Confirm, decline or end that somebody belongs to the organisation."""
    found = queries.organisation_at(request.office, slug)  # type: ignore[attr-defined]
    row = get_object_or_404(found.affiliations.select_related("organisation", "person"), pk=number)
    act = request.POST.get("act", "")
    if act in {"confirm", "decline"}:
        actions.decide_affiliation(row, act == "confirm", by=request.user)
        messages.success(request, _("Confirmed.") if act == "confirm" else _("Declined."))
    elif act == "end":
        actions.end_affiliation(row, by=request.user)
        messages.success(request, _("Ended. Bookings already made stay."))
    if allowed(request.user, "members.see_affiliations", found):
        return redirect("members:organisation_people", found.slug)
    return redirect("members:me")
