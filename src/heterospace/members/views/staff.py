"""Doors of those who answer for a hub or the office: staff and roles, owner and operator, new hubs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...hubs import actions as hub_actions
from ...hubs.forms import NewHubForm
from ...hubs.models import Hub
from ...hubs.queries import managed_hub_at
from .. import actions, enums, forms, queries
from ..doors import needs, signed_in

FOUND = 10


def managers_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the hub of the address, for its managers only."""

    @signed_in
    @wraps(view)
    def door(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        hub = managed_hub_at(request.office, slug)  # type: ignore[attr-defined]
        require(request.user, "hubs.manage", hub)
        return view(request, hub, **kwargs)

    return door


@require_http_methods(["GET", "POST"])
@managers_door
def staff(request: HttpRequest, hub: Hub) -> HttpResponse:
    """Who works at the hub; invite somebody."""
    form = forms.RoleForm(request.POST if request.method == "POST" else None, roles=enums.HubRoleName)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            role = actions.give_hub_role(hub, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(name)s is invited by e-mail.") % {"name": role.person.name})
            return redirect("members:staff", hub.slug)
    context = {"hub": hub, "form": form, "roles": list(queries.staff_of(hub))}
    return answer(request, "members/staff.html", context, form)


@require_POST
@managers_door
def staff_end(request: HttpRequest, hub: Hub, number: int) -> HttpResponse:
    """End a role at the hub."""
    actions.end_hub_role(get_object_or_404(hub.roles, pk=number, until=None), by=request.user)
    messages.success(request, _("The role has ended."))
    still = allowed(request.user, "hubs.manage", hub)
    return redirect("members:staff", hub.slug) if still else redirect("members:me")


@require_http_methods(["GET", "POST"])
@managers_door
def parties(request: HttpRequest, hub: Hub) -> HttpResponse:
    """Which organisations own and run the hub; find another one by name."""
    office = request.office  # type: ignore[attr-defined]
    if request.method == "POST":
        if "end" in request.POST:
            actions.end_hub_party(get_object_or_404(hub.parties, pk=_number(request, "end")), by=request.user)
        else:
            organisation = get_object_or_404(office.organisations, pk=_number(request, "organisation"))
            part = "operator" if request.POST.get("part") == "operator" else "owner"
            actions.set_hub_party(hub, organisation, part, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("members:parties", hub.slug)
    words = request.GET.get("words", "").strip()[:100]
    found = list(queries.organisations_of(office, words=words)[:FOUND]) if words else []
    context = {"hub": hub, "parties": list(queries.parties_of(hub)), "words": words, "found": found}
    return answer(request, "members/parties.html", context)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0


@require_http_methods(["GET", "POST"])
@needs("members.give_office_role")
def office(request: HttpRequest) -> HttpResponse:
    """The office: its officers and its hubs."""
    here = request.office  # type: ignore[attr-defined]
    form = forms.RoleForm(request.POST if request.method == "POST" else None, roles=enums.OfficeRoleName)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            role = actions.give_office_role(here, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(name)s is invited by e-mail.") % {"name": role.person.name})
            return redirect("members:office")
    context = {
        "office": here,
        "form": form,
        "roles": list(queries.officers_of(here)),
        "hubs": list(here.hubs.order_by("position", "id")),
    }
    return answer(request, "members/office.html", context, form)


@require_POST
@needs("members.give_office_role")
def office_end(request: HttpRequest, number: int) -> HttpResponse:
    """End a role at the office."""
    here = request.office  # type: ignore[attr-defined]
    actions.end_office_role(get_object_or_404(here.roles, pk=number, until=None), by=request.user)
    messages.success(request, _("The role has ended."))
    return redirect(
        "members:office" if allowed(request.user, "members.give_office_role", here) else "members:me"
    )


@require_http_methods(["GET", "POST"])
@needs("hubs.create")
def hub_new(request: HttpRequest) -> HttpResponse:
    """Open another hub: the least it needs, the rest in its settings."""
    form = NewHubForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            hub = hub_actions.open_hub(request.office, by=request.user, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(
                request, _("The hub is open, Monday to Friday 09.00-18.00 to begin with. Now its settings.")
            )
            return redirect("hubs:settings", hub.slug)
    return answer(request, "members/hub_new.html", {"form": form}, form)
