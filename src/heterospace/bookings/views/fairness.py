"""Fair shares: the quotas of a hub and who had how much."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...hubs.queries import hub_at
from ...members.doors import signed_in
from .. import actions
from ..fairness import shares_at
from ..forms import QuotaForm
from ..models import Quota
from ._found import as_number


@signed_in
def fair_use(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The quotas of a hub, and what organisations had in the last 90 days."""
    hub = hub_at(request.office, hub_slug)
    require(request.user, "bookings.see_day", hub)
    form = QuotaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.set_quota(hub, by=request.user, **form.cleaned_data)
            messages.success(request, _("The quota counts from now on."))
            return redirect("bookings:fair_use", hub.slug)
    context = {
        "hub": hub,
        "quotas": list(Quota.objects.filter(hub=hub)),
        "shares": shares_at(hub),
        "form": form,
        "manages": allowed(request.user, "bookings.set_quota", hub),
    }
    return answer(request, "bookings/fair_use.html", context, form)


@require_POST
@signed_in
def remove(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Take a quota away."""
    hub = hub_at(request.office, hub_slug)
    found = get_object_or_404(Quota, hub=hub, pk=as_number(request.POST.get("quota")))
    actions.remove_quota(found, by=request.user)
    messages.success(request, _("The quota is gone."))
    return redirect("bookings:fair_use", hub.slug)
