"""The pages of spaces: a hub with its rooms, the catalogue, one space, and their settings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core import clock, formats, phones, regions
from ..core.deeds import allowed, require
from ..core.forms import answer, refusals_in
from ..core.refusals import NotFound
from ..hubs.models import Hub
from ..hubs.queries import coming_days, hub_at, hubs_of, managed_hub_at, schedule_of
from ..members.doors import at_office, signed_in
from ..questionnaires.queries import counter_link
from . import actions, queries
from .forms import FilterForm, PhotoForm, SpaceForm, SpaceHoursForm
from .models import Space
from .words import rules_in_words


@require_GET
@at_office
def hub(request: HttpRequest, slug: str) -> HttpResponse:
    """One hub: where it is, when it is open, what it has."""
    found = managed_hub_at(request.office, slug)
    if not allowed(request.user, "hubs.manage", found):
        found = hub_at(request.office, slug)  # before it opens only its manager sees it
    today = clock.today(found.timezone)
    days = coming_days(found, today, 7, get_language() or "id")
    now = clock.now()
    spans = schedule_of(found).open_moments(today, 1)
    greeting = _("Hello %(hub)s, I would like to ask something.") % {"hub": found.name}
    parties = list(found.parties.select_related("organisation").order_by("part", "id"))
    context = {
        "hub": found,
        "days": days,
        "today": today,
        "is_open_now": any(opens <= now < closes for opens, closes in spans),
        "region": regions.name(found.regency),
        "district": regions.name(found.district),
        "zone": formats.zone_name(found.timezone, now),
        "chat": phones.wa_link(found.whatsapp, greeting),
        "parties": parties,
        "spaces": list(queries.catalogue(request.office, hub=found)),
        "may_manage": allowed(request.user, "hubs.manage", found),
        "may_serve": allowed(request.user, "hubs.serve", found),
        "survey": counter_link(found),
    }
    return render(request, "spaces/hub.html", context)


@require_GET
@at_office
def catalogue(request: HttpRequest) -> HttpResponse:
    """All spaces of all hubs, with filters."""
    hubs = list(hubs_of(request.office))
    form = FilterForm(request.GET, hubs=hubs, features=queries.features())
    form.is_valid()
    data = form.cleaned_data
    found = queries.catalogue(
        request.office,
        hub=next((one for one in hubs if one.slug == data.get("hub")), None),
        kind=data.get("kind", ""),
        people=data.get("people") or 0,
        codes=data.get("features", ()),
    )
    page = Paginator(found, 24).get_page(request.GET.get("page"))
    filtered = any(data.get(name) for name in ("hub", "kind", "people", "features"))
    return render(request, "spaces/list.html", {"form": form, "page": page, "filtered": filtered})


def _space(request: HttpRequest, hub_slug: str, slug: str) -> Space:
    house = managed_hub_at(request.office, hub_slug)
    found = queries.space_at(house, slug)
    is_shown = found is not None and found.is_active and house.is_open
    if found is None or not (is_shown or allowed(request.user, "spaces.change", found)):
        raise NotFound("unknown_space", _("There is no such space here."))
    return found


@require_GET
@at_office
def space(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """One space: what it has, its rules, its parts, and (by the bookings' panel) its week."""
    found = _space(request, hub_slug, slug)
    rows = list(found.feature_rows.all())
    context = {
        "space": found,
        "hub": found.hub,
        "features": [row for row in rows if not row.feature.is_access],
        "access": [row for row in rows if row.feature.is_access],
        "parts": list(found.parts.filter(is_active=True).order_by("position", "id")),
        "rules": rules_in_words(found),
        "own_week": queries.own_week(found),
        "may_change": allowed(request.user, "spaces.change", found),
    }
    return render(request, "spaces/space.html", context)


@require_GET
@at_office
def photo(request: HttpRequest, hub_slug: str, slug: str, name: str) -> HttpResponse:
    """A space's photo. Its name is a secret made when it was uploaded, so it may be kept for ever."""
    found = _space(request, hub_slug, slug)
    if not found.photo or found.photo.name != f"spaces/{name}":
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    response = FileResponse(found.photo.open(), content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _managed(request: HttpRequest, hub_slug: str) -> Hub:
    found = managed_hub_at(request.office, hub_slug)
    require(request.user, "hubs.manage", found)
    return found


@require_GET
@signed_in
def manage(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The hub's spaces as a tree, for its manager."""
    found = _managed(request, hub_slug)
    return render(request, "spaces/manage.html", {"hub": found, "tree": queries.tree(found)})


def _facts(form: SpaceForm) -> dict[str, object]:
    return {field: form.cleaned_data[field] for field in actions.SPACE_FIELDS if field in form.cleaned_data}


@signed_in
def add(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """A new space, or (`?part_of=`) a new part of one."""
    found = _managed(request, hub_slug)
    parent = Space.objects.filter(hub=found, slug=request.GET.get("part_of", "")).first()
    form, hours = SpaceForm(request.POST or None), SpaceHoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and hours.is_valid():
        with refusals_in(form):
            made = actions.add_space(
                found,
                by=request.user,
                parent=parent,
                features=form.cleaned_data["features"],
                hours=hours.week() if form.cleaned_data["own_hours"] else None,
                **_facts(form),
            )
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("spaces:edit", found.slug, made.slug)
    context = {
        "hub": found,
        "parent": parent,
        "form": form,
        "hours": hours,
        "space": None,
        "photo_form": None,
    }
    return answer(request, "spaces/edit.html", context, form, hours)


@signed_in
def edit(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """A space's facts, rules, features and hours."""
    house = _managed(request, hub_slug)
    found = _space(request, hub_slug, slug)
    form = SpaceForm(request.POST or None, instance=found)
    hours = SpaceHoursForm(request.POST or None, space=found)
    if request.method == "POST" and form.is_valid() and hours.is_valid():
        with refusals_in(form):
            actions.change_space(
                found,
                by=request.user,
                features=form.cleaned_data["features"],
                own_hours=form.cleaned_data["own_hours"],
                hours=hours.week(),
                **_facts(form),
            )
            messages.success(request, _("Saved."))
            return redirect("spaces:edit", house.slug, found.slug)
    context = {
        "hub": house,
        "parent": found.parent,
        "form": form,
        "hours": hours,
        "space": found,
        "photo_form": PhotoForm(initial={"photo_text": found.photo_text}),
    }
    return answer(request, "spaces/edit.html", context, form, hours)


@require_POST
@signed_in
def set_photo(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Upload a photo of a space."""
    house = _managed(request, hub_slug)
    found = _space(request, hub_slug, slug)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.set_photo(
                found, form.cleaned_data["photo"], by=request.user, text=form.cleaned_data["photo_text"]
            )
            messages.success(request, _("The photo is there now."))
            return redirect("spaces:edit", house.slug, found.slug)
    context = {
        "hub": house,
        "parent": found.parent,
        "form": SpaceForm(instance=found),
        "hours": SpaceHoursForm(space=found),
        "space": found,
        "photo_form": form,
    }
    return answer(request, "spaces/edit.html", context, form)
