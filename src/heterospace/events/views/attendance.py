"""Who was there: the organisers' page, the ledger behind it, marking by hand, annulling, paper and sheets."""

import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core.deeds import allowed
from ...core.refusals import Refused
from ...members.doors import signed_in
from .. import actions, online_lists, presence
from ..enums import Source
from ..models import Registration, Scan
from ..participants import Unreadable, decoded
from ..queries import conflicts_of
from .planning import managed

PAGE = 100
SHOWS = ("came", "missed")
LINES = ("refused", "annulled")
MOST_MARKED = 2000
MOST_BYTES = 700_000
MOST_SHOWN = 400
STATES = ("matched", "ambiguous", "unmatched")
UNREADABLE = gettext_lazy(
    "We cannot read this as a participant list. Download it again as CSV and send it unchanged."
)


class MarkForm(forms.Form):
    """How we know that they were there."""

    note = forms.CharField(
        label=gettext_lazy("How do we know?"),
        max_length=300,
        help_text=gettext_lazy("Such as: signed list, photo, the speaker says so."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def attendance(request: HttpRequest, slug: str) -> HttpResponse:
    """Who came, who did not, what the gates disagree on; who manages it marks people by hand."""
    event = managed(request, slug, "events.see_people")
    form = MarkForm(request.POST or None)
    chosen = [value for value in request.POST.getlist("who") if value.isascii() and value.isdigit()][
        :MOST_MARKED
    ]
    if request.method == "POST":
        if not chosen:
            messages.error(request, _("Tick who was there first."))
        elif form.is_valid():
            people = Registration.objects.filter(event=event, pk__in=[int(value) for value in chosen])
            count = actions.mark_present(event, people, by=request.user, note=form.cleaned_data["note"])
            said = ngettext(
                "%(n)d person is marked as present.", "%(n)d people are marked as present.", count
            )
            messages.success(request, said % {"n": count})
            return redirect(request.get_full_path())
    show = request.GET.get("show", "")
    words = request.GET.get("q", "").strip()[:100]
    context = presence.told(event, show if show in SHOWS else "", words)
    context |= {
        "event": event,
        "hub": event.hub,
        "tab": "attendance",
        "show": show,
        "words": words,
        "page": Paginator(context.pop("rows"), PAGE).get_page(request.GET.get("page")),
        "conflicts": conflicts_of(event),
        "refusals": presence.refusals(event),
        "form": form,
        "chosen": {int(value) for value in chosen},
        "manages": allowed(request.user, "events.manage", event),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "events/attendance.html", context, status=status)


@never_cache
@require_GET
@signed_in
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Every line of the attendance ledger, also those that were refused or annulled, and why."""
    event = managed(request, slug, "events.see_people")
    show = request.GET.get("show", "")
    words = request.GET.get("q", "").strip()[:100]
    lines = presence.ledger(event, show if show in LINES else "", words)
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    for scan in page.object_list:
        presence.tell(scan)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "attendance",
        "show": show,
        "words": words,
        "page": page,
        "manages": allowed(request.user, "events.manage", event),
    }
    return render(request, "events/ledger.html", context)


@require_POST
@signed_in
def annul(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say that a line of the ledger was wrong; it stays readable and counts no more."""
    event = managed(request, slug)
    scan = get_object_or_404(Scan.objects.select_related("event__hub"), event=event, pk=pk)
    try:
        actions.annul_scan(scan, request.POST.get("reason", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("This line counts no more. It stays readable with your reason."))
    return redirect("events:ledger", event.slug)


@never_cache
@require_GET
@signed_in
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The daftar hadir as PDF: with a column to sign, or filled with who came (`?filled=1`)."""
    event = managed(request, slug, "events.see_people")
    filled = request.GET.get("filled") == "1"
    answer = HttpResponse(presence.paper(event, filled=filled), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="daftar-hadir-{event.slug}.pdf"'
    return answer


@never_cache
@require_GET
@signed_in
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponse | FileResponse:
    """The attendance as a sheet: csv or xlsx."""
    event = managed(request, slug, "events.see_people")
    name = f"attendance-{event.slug}.{kind}"
    if kind == "csv":
        answer = HttpResponse("\ufeff" + presence.as_csv(event), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    presence.write_xlsx(event, Path(file.name))
    return FileResponse(file, as_attachment=True, filename=name)


class ListForm(forms.Form):
    """A participant list as it was downloaded."""

    file = forms.FileField(
        label=gettext_lazy("Participant list (CSV)"),
        help_text=gettext_lazy("As Zoom or Google Meet gives it, or the chat of a YouTube stream."),
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large: 700 kilobytes at most."))
        try:
            return decoded(file.read())
        except Unreadable as error:
            raise forms.ValidationError(UNREADABLE) from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def online(request: HttpRequest, slug: str) -> HttpResponse:
    """Minutes online from a participant list: send the file, look at who is who, choose by hand, write it down."""
    event = managed(request, slug)
    text = request.POST.get("text", "")[:MOST_BYTES]
    form = ListForm(request.POST or None, request.FILES or None) if not text else ListForm()
    if request.method == "POST" and not text and form.is_valid():
        text = form.cleaned_data["file"]
    context = {"event": event, "hub": event.hub, "tab": "attendance", "form": form, "text": ""}
    if not text:
        return render(
            request, "events/online_list.html", context, status=422 if request.method == "POST" else 200
        )
    try:
        service, participants, skipped, known = online_lists.read(event, text)
    except Unreadable:
        form = ListForm(request.POST, request.FILES)
        form.is_valid()
        form.add_error("file", UNREADABLE)
        return render(request, "events/online_list.html", context | {"form": form}, status=422)
    chosen = {
        int(name[4:]): value
        for name, value in request.POST.items()
        if name.startswith("row-") and name[4:].isascii() and name[4:].isdigit()
    }
    wrong = online_lists.choose(participants, known, chosen)
    if "sure" in request.POST and not wrong:
        stays = online_lists.stays(event, participants)
        count = actions.record_stays(event, stays, Source.ONLINE, by=request.user)
        said = ngettext("%(n)d stay is written down.", "%(n)d stays are written down.", count)
        messages.success(request, said % {"n": count} if count else _("All of this was known already."))
        return redirect("events:attendance", event.slug)
    for who in participants:
        who.typed = chosen.get(who.rows[0].number, "")  # type: ignore[attr-defined]
    states = {state: [who for who in participants if who.state == state] for state in STATES}
    context |= {
        "text": text,
        "service": {"zoom": "Zoom", "meet": "Google Meet", "youtube": "YouTube"}[service],
        "skipped": skipped,
        "known": known,
        "wrong": wrong,
        **states,
        "open": states["ambiguous"] + states["unmatched"][:MOST_SHOWN],
    }
    return render(request, "events/online_list.html", context, status=422 if wrong else 200)
