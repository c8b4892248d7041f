"""Equipment of a hub: how many, broken ones, carrying them to another hub."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ...core import clock
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import signed_in
from ...spaces.actions import add_equipment, change_equipment
from ...spaces.models import Equipment
from .. import actions, queries
from ..forms import EquipmentForm
from ._found import as_number


@signed_in
def equipment(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """What can be borrowed at a hub, and the form that adds to it."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    form = EquipmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            add_equipment(hub, by=request.user, **form.cleaned_data)
            messages.success(request, _("Added. It can be booked now."))
            return redirect("bookings:equipment", hub.slug)
    now = clock.now()
    context = {
        "hub": hub,
        "rows": queries.things_left(hub, now, now + queries.QUARTER),
        "others": [one for one in hubs_of(request.office) if one.pk != hub.pk],
        "form": form,
        "may_block": allowed(request.user, "bookings.block", hub),
        "manages": allowed(request.user, "spaces.create", hub),
    }
    return answer(request, "bookings/equipment.html", context, form)


@require_POST
@signed_in
def change(request: HttpRequest, hub_slug: str, slug: str) -> HttpResponse:
    """One act on one pool: broken, mended, thrown away, counted, carried, put away."""
    hub = hub_at(request.office, hub_slug)
    found = get_object_or_404(Equipment.objects.select_related("hub"), hub=hub, slug=slug)
    number = as_number(request.POST.get("number"))
    act = request.POST.get("act", "")
    try:
        if act == "broken":
            gone = actions.break_things(found, number, by=request.user)
            words = ngettext(
                "Noted. %(n)d booking had to give its things back; its person is told.",
                "Noted. %(n)d bookings had to give their things back; their people are told.",
                len(gone),
            )
            messages.success(request, words % {"n": len(gone)} if gone else _("Noted."))
        elif act in ("mended", "thrown_away"):
            actions.mend_things(found, number, by=request.user, thrown_away=act == "thrown_away")
            messages.success(request, _("Noted."))
        elif act == "count":
            actions.count_things(found, number, by=request.user)
            messages.success(request, _("Noted."))
        elif act == "carry":
            to = hub_at(request.office, request.POST.get("to", ""))
            actions.move_things(found, to, number, by=request.user)
            messages.success(request, _("They are at %(hub)s now.") % {"hub": to.name})
        elif act == "put_away":
            change_equipment(found, by=request.user, name=found.name, about=found.about, is_active=False)
            messages.success(request, _("It cannot be booked any more."))
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
    return redirect("bookings:equipment", hub.slug)
