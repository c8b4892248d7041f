"""The pulse of trust of an initiative: three dimensions by wave, and beside them promises kept."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed
from ...members.doors import at_office, signed_in
from .. import actions, trust
from ..queries import initiative_at
from .doing import done


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What people answered in each wave, how it moved, and what was promised and kept."""
    if request.method == "POST":
        return _act(request, slug)
    initiative = initiative_at(request.office, slug)
    wave = trust.open_wave_of(initiative)
    link = trust.link_of(wave) if wave is not None else None
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "waves": trust.waves(initiative),
        "kept": trust.kept(initiative),
        "link": f"{settings.BASE_URL}{link.path}" if link is not None else "",
        "path": link.path if link is not None else "",
        "steers": allowed(request.user, "cocreation.steer", initiative) and initiative.is_running,
        "is_asked": wave is not None,
    }
    return render(request, "cocreation/pulse.html", context)


@signed_in
def _act(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = initiative_at(request.office, slug)
    act = request.POST.get("act", "")
    if act == "open":
        done(
            request,
            lambda: actions.open_wave(initiative, by=request.user),
            _("Asked: everybody who took part is told the address."),
        )
    elif act == "close":
        wave = trust.open_wave_of(initiative)
        if wave is not None:
            done(
                request,
                lambda: actions.close_wave(wave, by=request.user),
                _("Closed. What ten or more people said can be read."),
            )
    return redirect("cocreation:pulse", initiative.slug)
