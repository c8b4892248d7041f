"""The agreements of an initiative: which belong to it, attaching one of the register, taking one off."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ...core.deeds import allowed
from ...members.doors import at_office, signed_in
from ...members.models import Agreement
from .. import actions, agreeing
from ..models import Initiative, InitiativeAgreement
from ..queries import initiative_at
from .doing import done


class AttachForm(forms.Form):
    """An agreement of the register."""

    agreement = forms.ModelChoiceField(
        label=gettext_lazy("Agreement"),
        queryset=Agreement.objects.none(),
        to_field_name="reference",
        empty_label=gettext_lazy("Choose…"),
    )

    def __init__(self, *args: object, initiative: Initiative, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = agreeing.attachable(initiative)


@require_http_methods(["GET", "POST"])
@at_office
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What was signed for it."""
    if request.method == "POST":
        return _act(request, slug)
    initiative = initiative_at(request.office, slug)
    steers = allowed(request.user, "cocreation.steer", initiative)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "rows": list(agreeing.attached_to(initiative)),
        "steers": steers,
        "form": AttachForm(initiative=initiative) if steers and initiative.ended_at is None else None,
    }
    return render(request, "cocreation/agreements.html", context)


@signed_in
def _act(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = initiative_at(request.office, slug)
    act = request.POST.get("act", "")
    if act == "attach":
        form = AttachForm(request.POST, initiative=initiative)
        if form.is_valid():
            found = form.cleaned_data["agreement"]
            done(
                request,
                lambda: actions.attach_agreement(initiative, found, by=request.user),
                _("Attached: it stands on the timeline."),
            )
        else:
            messages.warning(request, _("Choose an agreement."))
    elif act == "detach":
        typed = request.POST.get("row", "")
        row = get_object_or_404(
            InitiativeAgreement.objects.select_related("initiative__hub"),
            initiative=initiative,
            pk=int(typed) if typed.isdecimal() and len(typed) < 18 else 0,
        )
        done(request, lambda: actions.detach_agreement(row, by=request.user), _("Taken off."))
    return redirect("cocreation:agreements", initiative.slug)
