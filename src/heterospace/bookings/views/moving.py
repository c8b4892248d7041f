"""Another room, another time: the form that needs no mouse."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...members.doors import signed_in
from .. import actions
from ..alternatives import Alternative, alternatives
from ..desk_forms import MoveForm
from ._found import booking_of

BACK = {"desk": "bookings:desk", "calendar": "bookings:hub_calendar"}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a booking another space, date or time; `?back=desk|calendar` says where to go afterwards.

    The desk is asked why it may go beyond a quota once it would (`?beyond`: it just did)."""
    found = booking_of(request, reference)
    require(request.user, "bookings.move", found)
    at_desk = allowed(request.user, "bookings.book_for_others", found.hub)
    form = MoveForm(request.POST or None, booking=found, asked=request.GET, at_desk=at_desk)
    beyond = at_desk and ("beyond" in request.GET or "override" in request.POST)
    back = request.POST.get("back") or request.GET.get("back", "")
    instead: list[Alternative] = []
    if request.method == "POST" and form.is_valid():
        space, (start, end) = form.cleaned_data["space"], form.wish()
        with refusals_in(form):
            revision = found.revision
            try:
                override = form.cleaned_data.get("override", "")
                moved = actions.move_booking(
                    found, by=request.user, space=space, start=start, end=end, override=override
                )
            except Refused as refusal:
                beyond = beyond or (at_desk and refusal.code == "quota")
                if refusal.code == "clash":
                    others = alternatives(
                        request.office,
                        start,
                        end,
                        space=space,
                        people=found.people,
                        for_organisation=found.organisation_id is not None,
                    )
                    instead = [one for one in others if one.space.hub_id == found.hub_id]
                raise
            if moved.revision == revision:
                messages.info(request, _("Nothing changed."))
            else:
                messages.success(request, _("Moved."))
            if back in BACK:
                return redirect(BACK[back], found.hub.slug)
            return redirect("bookings:booking", found.reference)
    context = {
        "booking": found,
        "hub": found.hub,
        "form": form,
        "back": back,
        "instead": instead,
        "at_desk": at_desk,
        "beyond": beyond,
    }
    return answer(request, "bookings/move.html", context, form)
