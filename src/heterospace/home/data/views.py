"""The page of a hub's sheets: templates, exports, sending a file, and how far it is."""

import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ...core import clock, codes, sheets
from ...core.deeds import require
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound
from ...core.sheets.reading import checked
from ...hubs.models import Hub
from ...hubs.queries import managed_hub_at
from ...members.doors import signed_in
from ..models import Import
from .forms import XLSX, DatesForm, SendForm
from .jobs import give_file
from .kinds import EVER, KINDS, Kind
from .tasks import take_in

View = Callable[..., HttpResponse]


def managers_door(view: View) -> View:
    """Give the view the hub of the address, for its managers only; and the kind of sheet, if it is one."""

    @never_cache
    @signed_in
    @wraps(view)
    def door(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        hub = managed_hub_at(request.office, slug)  # type: ignore[attr-defined]
        require(request.user, "hubs.manage", hub)  # type: ignore[arg-type]
        if kwargs.get("kind", "people") not in KINDS:
            raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
        return view(request, hub, **kwargs)

    return door


def _shown(
    request: HttpRequest, hub: Hub, sending: SendForm | None = None, dates: DatesForm | None = None
) -> HttpResponse:
    forms = {kind: SendForm(kind=kind) for kind in KINDS}
    if sending is not None:
        forms[str(sending.prefix)] = sending
    dates = dates or DatesForm(hub=hub)
    context = {
        "hub": hub,
        "cards": [{"name": name, "kind": kind, "form": forms[name]} for name, kind in KINDS.items()],
        "dates": dates,
        "imports": list(Import.objects.filter(hub=hub).order_by("-id")[:10]),
    }
    for job in context["imports"]:
        job.title = KINDS[job.kind].table.title
    return answer(request, "home/data.html", context, dates, *forms.values())


@require_GET
@managers_door
def data(request: HttpRequest, hub: Hub) -> HttpResponse:
    """The four sheets, and what was sent of late."""
    return _shown(request, hub)


@require_GET
@managers_door
def template(request: HttpRequest, hub: Hub, kind: str) -> HttpResponse:
    """An empty sheet with headings, examples and what to write."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.xlsx"
        sheets.write_template(KINDS[kind].table, file)
        content = file.read_bytes()
    name = content_disposition_header(as_attachment=True, filename=_named(_("template"), KINDS[kind]))
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


def _named(*words: Any) -> str:
    """What a download is called."""
    parts = (str(word.table.title if isinstance(word, Kind) else word) for word in words)
    return "-".join(parts).lower().replace(" ", "-") + ".xlsx"


@require_POST
@managers_door
def export(request: HttpRequest, hub: Hub, kind: str) -> HttpResponse:
    """What is known, as a sheet; that it was taken out is written down."""
    told, span = KINDS[kind], EVER
    dates = DatesForm(request.POST if told.dated else None, hub=hub)
    if told.dated:
        if not dates.is_valid():
            return _shown(request, hub, dates=dates)
        span = (dates.cleaned_data["first"], dates.cleaned_data["last"])
    day = clock.today(hub.timezone).isoformat()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.xlsx"
        give_file(kind, hub, file, by=request.user, dates=span)  # type: ignore[arg-type]
        # gone from its folder when this returns, and still there to be read
        opened = file.open("rb")
        return FileResponse(
            opened, as_attachment=True, filename=_named(told, hub.slug, day), content_type=XLSX
        )


@require_POST
@managers_door
def take(request: HttpRequest, hub: Hub, kind: str) -> HttpResponse:
    """Keep the file somebody sends until the worker has read it, and lead to where one sees how far that is."""
    form = SendForm(request.POST, request.FILES, kind=kind)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_in(form), transaction.atomic():
            job = Import(
                hub=hub, by=request.user, kind=kind, name=Path(sent.name).name[-120:], sent_at=clock.now()
            )
            job.language = get_language() or "id"
            job.file.save(f"{codes.secret()}.xlsx", File(sent), save=False)
            try:
                checked(Path(job.file.path))
                job.save(force_insert=True)
            except BaseException:
                job.file.delete(save=False)
                raise
            take_in.enqueue(job.pk)
            return redirect("home:data_progress", hub.slug, job.pk)
    return _shown(request, hub, form)


@require_GET
@managers_door
def progress(request: HttpRequest, hub: Hub, number: int) -> HttpResponse:
    """How far a file is, and what came of it."""
    job = get_object_or_404(Import, hub=hub, pk=number)
    template_name = "home/data_progress.html#progress" if request.htmx else "home/data_progress.html"  # type: ignore[attr-defined]
    return render(request, template_name, {"hub": hub, "job": job, "title": KINDS[job.kind].table.title})
