"""The evidence folder of an event: what is there and what is missing, files in and out, all of it as a ZIP."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ...core.deeds import allowed
from ...core.files import ACCEPTED, handed_out
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from ...members.doors import signed_in
from .. import actions, evidence
from ..enums import EventState, EvidenceKind
from ..models import EvidenceFile
from .planning import managed

SEES = "events.see_report"


class ManyFiles(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of them, not empty."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


class EvidenceForm(forms.Form):
    """Files for the folder."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=EvidenceKind.choices)
    files = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("PDF, photos, DOCX or XLSX, up to 15 MB each."),
        widget=ManyFiles(attrs={"accept": ACCEPTED}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Empty: the name of the file."),
    )


@signed_in
def folder(request: HttpRequest, slug: str) -> HttpResponse:
    """What is there, what is missing, and a place to put more."""
    event = managed(request, slug, SEES)
    manages = allowed(request.user, "events.manage", event)
    is_open = manages and event.state != EventState.REPORTED
    chosen = request.GET.get("kind", "")
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": chosen if chosen in EvidenceKind.values else EvidenceKind.PHOTO},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.add_evidence(event, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(n)d in the folder.") % {"n": len(made)})
            return redirect("events:evidence", event.slug)
    shelves = evidence.shelves(event)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "evidence",
        "manages": manages,
        "is_open": is_open,
        "shelves": shelves,
        "there": sum(not one["is_missing"] for one in shelves if one["kind"] in evidence.EXPECTED),
        "expected": len(evidence.EXPECTED),
        "form": form,
    }
    return answer(request, "events/evidence.html", context, form)


@never_cache
@require_GET
@signed_in
def file(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """One file to take home; never shown inside the house."""
    event = managed(request, slug, SEES)
    row = get_object_or_404(EvidenceFile, event=event, pk=pk)
    return handed_out(row.file, row.title or row.kind)


@require_POST
@signed_in
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file out of the folder."""
    event = managed(request, slug)
    row = get_object_or_404(EvidenceFile.objects.select_related("event__hub"), event=event, pk=pk)
    try:
        actions.remove_evidence(row, by=request.user)
        messages.success(request, _("The file is gone."))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("events:evidence", event.slug)


@never_cache
@require_GET
@signed_in
def as_zip(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The whole folder with what the house knows, written while it is sent."""
    event = managed(request, slug, SEES)
    actions.note_folder_taken(event, by=request.user)
    response = StreamingHttpResponse(evidence.folder(event), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{evidence.folder_name(event)}.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
