"""Doors of a person's own page: what she told, what she agreed to, what is known of her, and leaving."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import clock
from ...core.deeds import require
from ...core.forms import answer, refusals_in
from .. import actions, personal_data, queries
from ..doors import signed_in
from ..forms import ConsentsForm, EraseForm, ProfileForm
from ..models import Person

ASKED = ("name", "whatsapp", "email", "regency", "district")


@require_GET
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Her page: what comes next, her organisations, what waits for her."""
    person: Person = request.person  # type: ignore[attr-defined]
    context = {
        "person": person,
        "affiliations": list(queries.affiliations_of(person)),
        "waiting": list(queries.waiting_for(person)),
        "roles": list(queries.hub_roles_of(person)),
        "told": sum(bool(getattr(person, field)) for field in ASKED),
        "asked": len(ASKED),
    }
    return render(request, "members/me.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """What she tells about herself."""
    person: Person = request.person  # type: ignore[attr-defined]
    agreed = set(queries.consents_of(person))
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person, agreed=agreed)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            actions.change_person(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("members:me")
    return answer(request, "members/profile.html", {"form": form, "person": person, "agreed": agreed}, form)


@require_http_methods(["GET", "POST"])
@signed_in
def consents(request: HttpRequest) -> HttpResponse:
    """What she agrees to, and taking it back."""
    person: Person = request.person  # type: ignore[attr-defined]
    standing = queries.consents_of(person)
    form = ConsentsForm(
        request.POST if request.method == "POST" else None, initial={"purposes": list(standing)}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.set_consents(person, form.cleaned_data["purposes"], by=request.user)
            messages.success(request, _("Saved. What you took back is no longer used from now on."))
            return redirect("members:consents")
    context = {"form": form, "person": person, "history": list(person.consents.order_by("-given_at", "-id"))}
    return answer(request, "members/consents.html", context, form)


@never_cache
@require_GET
@signed_in
def my_data(request: HttpRequest) -> HttpResponse:
    """What is known of her, who looked at it, taking it along, and leaving."""
    person: Person = request.person  # type: ignore[attr-defined]
    context = {"person": person, "views": queries.views_of(person), "form": EraseForm()}
    return render(request, "members/my_data.html", context)


@never_cache
@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Her own copy of everything, as a file."""
    person: Person = request.person  # type: ignore[attr-defined]
    require(request.user, "members.export", person)
    response = JsonResponse(
        personal_data.export(person), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    day = clock.today("Asia/Jakarta").isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="hetero-space-{day}.json"'
    return response


@require_POST
@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """Close her account: nothing new, history stays."""
    actions.close_account(request.person, by=request.user)  # type: ignore[attr-defined]
    messages.success(request, _("Your account is closed. The front desk can open it again."))
    return redirect("members:my_data")


@require_POST
@signed_in
def erase(request: HttpRequest) -> HttpResponse:
    """Erase everything that tells who she is, after a typed word."""
    person: Person = request.person  # type: ignore[attr-defined]
    form = EraseForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.erase_person(person, by=request.user)
            logout(request)
            messages.success(request, _("Your data is erased. Thank you for having been here."))
            return redirect("/")
    context = {"person": person, "views": queries.views_of(person), "form": form}
    return answer(request, "members/my_data.html", context, form)
