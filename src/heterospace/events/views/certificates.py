"""Certificates: the organisers' page, the page anybody checks one on, and the sheet of paper."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from ...members.doors import at_office, signed_in
from .. import actions, certificates
from ..models import Certificate, CertificateRule, Event
from ..tasks import issue_all
from .planning import managed

PAGE = 50


class RuleForm(forms.Form):
    """Who gets a certificate, and what it says."""

    percent = forms.IntegerField(
        label=gettext_lazy("Of the sessions, at least (per cent)"), min_value=1, max_value=100, initial=80
    )
    title = forms.CharField(
        label=gettext_lazy("What the certificate says"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the event's title."),
    )
    signer = forms.CharField(label=gettext_lazy("Who signs"), max_length=120, required=False)
    signer_title = forms.CharField(label=gettext_lazy("Their office"), max_length=120, required=False)
    whole_series = forms.BooleanField(
        label=gettext_lazy("For the whole series, all its events together"), required=False
    )

    def __init__(self, *args, event: Event, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if event.series is None:
            del self.fields["whole_series"]


def rule_of(event: Event) -> CertificateRule | None:
    """The rule this event's certificates follow: its own, or its series'."""
    rows = CertificateRule.objects.select_related("event__hub", "event__office", "series__hub__office")
    own = rows.filter(event=event).first()
    return own or (rows.filter(series=event.series).first() if event.series else None)


@signed_in
def issuing(request: HttpRequest, slug: str) -> HttpResponse:
    """The rule, who earned one, and issuing them with progress."""
    event = managed(request, slug)
    rule = rule_of(event)
    first = (
        {
            "percent": rule.percent,
            "title": rule.title,
            "signer": rule.signer,
            "signer_title": rule.signer_title,
            "whole_series": rule.series_id is not None,
        }
        if rule
        else {}
    )
    form = RuleForm(request.POST or None, event=event, initial=first)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        whole = data.pop("whole_series", False)
        with refusals_in(form):
            actions.set_certificate_rule(event.series if whole else event, by=request.user, **data)
            messages.success(request, _("Saved."))
            return redirect("events:certificates", event.slug)
    rows = certificates.earners(rule) if rule else []
    earned = [one for one in rows if one.has_earned]
    issued = sum(one.certificate is not None for one in rows)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "certificates",
        "rule": rule,
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "earned": len(earned),
        "issued": issued,
        "to_issue": sum(one.waits for one in earned),
        "is_over": rule is not None and certificates.is_over(rule),
        "history": list(certificates.history_of(rule)[:PAGE]) if rule else [],
        "revokes": allowed(request.user, "events.run_hub", event.hub),
    }
    if request.GET.get("part") == "progress":
        return render(request, "events/certificates.html#progress", context)
    return answer(request, "events/certificates.html", context, form)


@require_POST
@signed_in
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Issue what was earned: the first at once, the rest in the background."""
    event = managed(request, slug)
    rule = rule_of(event)
    if rule is None:
        messages.error(request, _("First say who gets a certificate."))
        return redirect("events:certificates", event.slug)
    try:
        actions.issue_certificates(rule, by=request.user, most=20)
        issue_all.enqueue(rule.pk)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("They are being issued. Each person is told."))
    return redirect("events:certificates", event.slug)


@require_POST
@signed_in
def change(request: HttpRequest, slug: str, serial: str) -> HttpResponse:
    """Revoke a certificate, or issue it again."""
    event = managed(request, slug)
    certificate = get_object_or_404(
        Certificate.objects.select_related("hub", "holder"), serial=serial, hub=event.hub
    )
    deed = actions.reissue_certificate if "again" in request.POST else actions.revoke_certificate
    try:
        deed(certificate, request.POST.get("reason", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Done. The person is told."))
    return redirect("events:certificates", event.slug)


@require_GET
@at_office
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Whether a certificate is valid, for anybody who holds it in her hand."""
    try:
        checked = certificates.certificate_at(request.office, serial)
    except NotFound:
        return render(request, "events/certificate.html", {"serial": serial[:24]}, status=404)
    return render(request, "events/certificate.html", {"checked": checked, "serial": serial})


@require_GET
@at_office
def paper(request: HttpRequest, serial: str) -> HttpResponse:
    """The certificate as PDF, for whoever has its number."""
    checked = certificates.certificate_at(request.office, serial)
    answer_ = HttpResponse(certificates.sheet(checked.certificate), content_type="application/pdf")
    answer_["Content-Disposition"] = f'inline; filename="{checked.certificate.serial}.pdf"'
    answer_["X-Robots-Tag"] = "noindex"
    return answer_


@require_GET
@at_office
def look_up(request: HttpRequest) -> HttpResponse:
    """Type a serial number to check it."""
    if serial := request.GET.get("serial", "").strip():
        return redirect("events:certificate", serial[:24])
    return render(request, "events/certificate.html", {"serial": ""})
