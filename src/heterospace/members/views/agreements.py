"""Doors of the register of agreements: the list, one, entering and correcting, its signed paper."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core.deeds import allowed, require
from ...core.files import handed_out
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from .. import actions, queries
from ..doors import at_office, hide_unless, needs, signed_in
from ..forms import AgreementForm, PaperForm
from ..models import Agreement

PAGE = 30


@require_GET
@at_office
def agreements(request: HttpRequest) -> HttpResponse:
    """What was signed with whom: for everybody to read, without the papers."""
    office = request.office  # type: ignore[attr-defined]
    show = request.GET.get("show", "standing")
    words = request.GET.get("words", "").strip()[:100]
    key = request.GET.get("organisation", "")
    organisation = queries.organisation_at(office, key) if key else None
    found = queries.agreements_of(office, show=show, words=words, organisation=organisation)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "show": show,
        "words": words,
        "organisation": organisation,
        "shows": [
            ("standing", _("In force")),
            ("over", pgettext("agreements", "Over")),
            ("all", pgettext("agreements", "All")),
        ],
        "may_enter": allowed(request.user, "members.enter_agreement", office),
    }
    return render(request, "members/agreements.html", context)


def _found(request: HttpRequest, reference: str) -> Agreement:
    return queries.agreement_at(request.office, reference)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@at_office
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement: its parties and dates; its paper for staff and the parties."""
    if request.method == "POST":
        return _act(request, reference)
    return _page(request, _found(request, reference), PaperForm())


def _page(request: HttpRequest, found: Agreement, form: PaperForm) -> HttpResponse:
    enters = allowed(request.user, "members.enter_agreement", found.office)
    context = {
        "agreement": found,
        "parties": list(found.parties.all()),
        "enters": enters,
        "reads": bool(found.file) and allowed(request.user, "members.see_agreement_paper", found),
        "form": form if enters else None,
    }
    return answer(request, "members/agreement.html", context, form)


@signed_in
def _act(request: HttpRequest, reference: str) -> HttpResponse:
    found = _found(request, reference)
    require(request.user, "members.enter_agreement", found.office)
    if request.POST.get("act") == "end":
        try:
            actions.end_agreement(found, by=request.user)
            messages.success(request, _("It has ended today."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect("members:agreement", found.reference)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.attach_paper(found, form.cleaned_data["file"], by=request.user)
            messages.success(request, _("The paper is kept."))
            return redirect("members:agreement", found.reference)
    return _page(request, found, form)


@require_http_methods(["GET", "POST"])
@needs("members.enter_agreement")
def new(request: HttpRequest) -> HttpResponse:
    """Enter a signed agreement."""
    office = request.office  # type: ignore[attr-defined]
    form = AgreementForm(request.POST or None, request.FILES or None, office=office)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.enter_agreement(office, by=request.user, **form.cleaned_data)
            messages.success(request, _("Entered into the register."))
            return redirect("members:agreement", made.reference)
    return answer(request, "members/agreement_form.html", _form(request, form, None), form)


def _form(request: HttpRequest, form: AgreementForm, found: Agreement | None) -> dict[str, object]:
    names = queries.organisations_of(request.office).values_list("name", flat=True)  # type: ignore[attr-defined]
    return {"form": form, "agreement": found, "names": names[:500]}


@require_http_methods(["GET", "POST"])
@needs("members.enter_agreement")
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct what is known of an agreement."""
    found = _found(request, reference)
    form = AgreementForm(request.POST or None, office=found.office, agreement=found)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_agreement(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("members:agreement", found.reference)
    return answer(request, "members/agreement_form.html", _form(request, form, found), form)


@never_cache
@require_GET
@signed_in
def paper(request: HttpRequest, reference: str) -> FileResponse:
    """The signed paper to take home, for staff and the parties. Raises NotFound for others."""
    found = _found(request, reference)
    hide_unless(request.user, "members.see_agreement_paper", found)
    if not found.file:
        raise NotFound("no_paper", _("There is no paper yet."))
    return handed_out(found.file, f"{found.number or found.reference} {found.title}")
