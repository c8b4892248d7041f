"""Closing spaces: the list, the form with who is in the way, opening again, calendar files, fault reports."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ...core import clock
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from ...spaces.models import Space
from ...spaces.queries import bookable, equipment_of
from .. import actions, blocks
from ..forms import BlockOutForm, FaultForm, ImportForm
from ..models import BlockOut, Fault
from ._found import as_number


@require_GET
@signed_in
def block_outs(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """What is closed at a hub, now and to come."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    context = {
        "hub": hub,
        "blocks": list(blocks.coming_blocks(hub)),
        "may_block": allowed(request.user, "bookings.block", hub),
        "form": ImportForm(hub=hub),
    }
    return render(request, "bookings/block_outs.html", context)


@signed_in
def block(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Close a space; when bookings are in the way, what becomes of each is asked first."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.block", hub)
    today = clock.today(hub.timezone).isoformat()
    fault = Fault.objects.filter(hub=hub, pk=as_number(request.GET.get("fault"))).first()
    first: dict[str, Any] = {"date": today, "last": today, "start": "08:00", "end": "17:00"}
    first |= {key: request.GET[key] for key in ("space", "date", "start", "end") if key in request.GET}
    if fault is not None:
        first |= {"space": fault.space_id, "kind": "fault", "reason": fault.text[:300]}
    form = BlockOutForm(request.POST or None, hub=hub, initial=first)
    hits: list[blocks.Hit] = []
    if request.method == "POST" and form.is_valid():
        space, (start, end) = form.cleaned_data["space"], form.period()
        with refusals_in(form):
            wish: dict[str, Any] = {
                "reason": form.cleaned_data["reason"],
                "moves": _moves(request, space, start, end),
                "cancel_hit": "decided" in request.POST,
                "by": request.user,
            }
            try:
                if fault is not None and fault.space_id == space.pk:
                    actions.close_for_repair(fault, start, end, **wish)
                else:
                    actions.block_out(space, start, end, kind=form.cleaned_data["kind"], **wish)
            except Refused as refusal:
                if refusal.code == "bookings_hit" or "decided" in request.POST:
                    hits = blocks.hits(space, start, end)
                raise
            messages.success(request, _("%(space)s is closed for that time.") % {"space": space.name})
            return redirect("bookings:block_outs", hub.slug)
    context = {"hub": hub, "form": form, "hits": hits}
    return answer(request, "bookings/block_out.html", context, form)


def _moves(
    request: HttpRequest, space: Space, start: dt.datetime, end: dt.datetime
) -> dict[str, tuple[Space, dt.datetime, dt.datetime]]:
    """Where the bookings in the way go, as the form says: `to-<reference>` names one of the offered places."""
    if "decided" not in request.POST:
        return {}
    moves = {}
    for hit in blocks.hits(space, start, end):
        asked = request.POST.get(f"to-{hit.booking.reference}", "")
        place = next((one for one in hit.places if one.key == asked), None)
        if place is not None:
            moves[hit.booking.reference] = (place.space, place.start, place.end)
    return moves


@require_POST
@signed_in
def lift(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Open a space again."""
    hub = hub_at(request.office, hub_slug)
    found = get_object_or_404(BlockOut, hub=hub, pk=as_number(request.POST.get("block")))
    try:
        actions.lift_block_out(found, by=request.user)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The space can be booked again."))
    return redirect("bookings:block_outs", hub.slug)


@require_POST
@signed_in
def import_file(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Close a space for the entries of a calendar file."""
    hub = hub_at(request.office, hub_slug)
    form = ImportForm(request.POST, request.FILES, hub=hub)
    if form.is_valid():
        with refusals_in(form):
            file = form.cleaned_data["file"]
            content = file.read(blocks.MOST_BYTES + 1)
            taken = actions.import_calendar(
                form.cleaned_data["space"], content, by=request.user, file_name=file.name
            )
            n, left = len(taken.closed), taken.left
            words = ngettext("%(n)d entry was taken over.", "%(n)d entries were taken over.", n)
            messages.success(request, words % {"n": n})
            if taken.lifted:
                n = len(taken.lifted)
                words = ngettext(
                    "%(n)d time was given back: its entry is gone from this calendar or has moved.",
                    "%(n)d times were given back: their entries are gone from this calendar or have moved.",
                    n,
                )
                messages.info(request, words % {"n": n})
            if left:
                words = ngettext(
                    "%(n)d entry was not: somebody has the space at that time.",
                    "%(n)d entries were not: somebody has the space at that time.",
                    len(left),
                )
                times = ", ".join(blocks.times_of(left[:5], hub.timezone))
                messages.warning(request, f"{words % {'n': len(left)}} {times}")
            return redirect("bookings:block_outs", hub.slug)
    context = {"hub": hub, "blocks": list(blocks.coming_blocks(hub)), "may_block": True, "form": form}
    return answer(request, "bookings/block_outs.html", context, form)


@signed_in
def report(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """A member says that something is broken."""
    hub = hub_at(request.office, hub_slug)
    spaces = list(bookable(request.office).filter(hub=hub))
    form = FaultForm(
        request.POST or None,
        spaces=spaces,
        equipment=list(equipment_of(hub)),
        initial={"thing": f"space-{as_number(request.GET.get('space'))}"},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.report_fault(form.cleaned_data["text"], by=request.user, **form.facts())
            messages.success(request, _("Thank you. The hub looks after it and writes to you."))
            return redirect("spaces:hub", hub.slug)
    return answer(request, "bookings/fault.html", {"hub": hub, "form": form}, form)


@require_GET
@signed_in
def faults(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """What people say is broken, open ones first."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    found = list(blocks.faults_at(hub))
    context = {
        "hub": hub,
        "open": [one for one in found if one.state in ("open", "blocked")],
        "closed": [one for one in found if one.state not in ("open", "blocked")][:30],
        "may_block": allowed(request.user, "bookings.block", hub),
    }
    return render(request, "bookings/faults.html", context)


@require_POST
@signed_in
def settle(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Say what became of a fault."""
    hub = hub_at(request.office, hub_slug)
    found = get_object_or_404(Fault, hub=hub, pk=as_number(request.POST.get("fault")))
    try:
        actions.settle_fault(
            found,
            by=request.user,
            repaired=request.POST.get("became") == "repaired",
            answer=request.POST.get("answer", ""),
        )
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done. Who reported it is told."))
    return redirect("bookings:faults", hub.slug)
