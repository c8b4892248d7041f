"""Doors of the front desk's people: finding, entering, helping and tidying up. Looking is written down."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import phones, qr, regions
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import Refused
from .. import actions, forms, queries
from ..doors import needs
from ..models import Merge, Person
from ..personal_data import BLANK

SHOWN = 20
desk = needs("members.register_person")


@never_cache
@require_GET
@desk
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody by name, number or e-mail; as one types, and without JS."""
    words = request.GET.get("words", "").strip()[:100]
    office = request.office  # type: ignore[attr-defined]
    found = list(queries.search_people(office, words)[: SHOWN + 1]) if len(words) > 1 else []
    for person in found:
        person.place = regions.name(person.regency)
        person.ending = person.whatsapp[-4:]
    context = {"words": words, "found": found[:SHOWN], "more": len(found) > SHOWN}
    template = "members/people.html#results" if request.htmx else "members/people.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@desk
def new(request: HttpRequest) -> HttpResponse:
    """Enter somebody who stands at the desk, or find that she is known."""
    office = request.office  # type: ignore[attr-defined]
    form = forms.RegisterForm(
        request.POST if request.method == "POST" else None,
        initial={"name": request.GET.get("name", "")[:200]},
    )
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        data = form.cleaned_data
        known = queries.find_person(office, email=data["email"], whatsapp=data["whatsapp"])
        with refusals_in(form):
            person = actions.register_person(office, by=request.user, **data)
            if known is not None:
                messages.warning(
                    request, _("Somebody with this number or e-mail is already here: this is the record.")
                )
            else:
                messages.success(request, _("Entered."))
            return redirect("members:person", person.pk)
    return answer(request, "members/person_new.html", {"form": form}, form)


def _known(request: HttpRequest, number: int) -> Person:
    return queries.person_at(request.office, number)  # type: ignore[attr-defined]


@never_cache
@require_GET
@desk
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One record, with what may be done for this person."""
    found = _known(request, number)
    if found.pk != number:
        return redirect("members:person", found.pk)
    actions.note_view(found, "person", by=request.user)
    return render(request, "members/person.html", _shown(request, found))


def _shown(request: HttpRequest, found: Person) -> dict[str, object]:
    return {
        "person": found,
        "place": ", ".join(filter(None, [regions.name(found.district), regions.name(found.regency)])),
        "whatsapp": phones.readable(found.whatsapp),
        "chat": phones.wa_link(found.whatsapp) if found.whatsapp else "",
        "guardian_whatsapp": phones.readable(found.guardian_whatsapp),
        "minor": actions.is_minor(found.birth_year),
        "consents": list(queries.consents_of(found).values()),
        "affiliations": list(queries.affiliations_of(found)),
        "duplicates": queries.likely_duplicates(found) if found.erased_at is None else [],
        "merges": list(queries.merges_of(found)),
        "is_staff": bool(queries.roles_count(found)),
        "manages": allowed(request.user, "members.merge", found.office),
        "form": forms.EraseForm(),
    }


@require_http_methods(["GET", "POST"])
@desk
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Correct a record at the desk."""
    found = _known(request, number)
    actions.note_view(found, "edit", by=request.user)
    agreed = set(queries.consents_of(found))
    form = forms.ProfileForm(request.POST if request.method == "POST" else None, person=found, agreed=agreed)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        with refusals_in(form):
            actions.change_person(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("members:person", found.pk)
    return answer(request, "members/profile.html", {"form": form, "person": found, "agreed": agreed}, form)


@never_cache
@require_POST
@desk
def code(request: HttpRequest, number: int) -> HttpResponse:
    """A one-time code on a slip to print; shown this once, only its digest is kept."""
    found = _known(request, number)
    given = actions.give_desk_code(found, by=request.user)
    link = f"{settings.BASE_URL}{reverse('members:desk_code')}?code={given}"
    context = {"person": found, "code": given, "qr": qr.svg(link), "minutes": actions.DESK_CODE_MINUTES}
    return render(request, "members/desk_slip.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("members.merge")
def merge(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """Two records side by side; on a click they become one."""
    kept, dropped = _known(request, number), _known(request, other)
    if request.method == "POST":
        actions.merge_people(kept, dropped, by=request.user)
        messages.success(request, _("Merged. It can be undone below."))
        return redirect("members:person", kept.pk)
    for found in (kept, dropped):
        actions.note_view(found, "merge", by=request.user)
    fields = [name for name in BLANK if getattr(kept, name) or getattr(dropped, name)]
    rows = [
        (Person._meta.get_field(name).verbose_name, *(_read(found, name) for found in (kept, dropped)))
        for name in fields
    ]
    return render(request, "members/merge.html", {"kept": kept, "dropped": dropped, "rows": rows})


def _read(found: Person, name: str) -> str:
    value = getattr(found, name)
    if name in {"regency", "district"}:
        return regions.name(value)
    if name in {"whatsapp", "guardian_whatsapp"}:
        return phones.readable(value)
    return str(found.get_gender_display()) if name == "gender" else str(value or "")


@require_POST
@needs("members.merge")
def undo_merge(request: HttpRequest, number: int) -> HttpResponse:
    """Part two records again."""
    done = get_object_or_404(
        Merge.objects.select_related("kept__office"), pk=number, kept__office=request.office
    )  # type: ignore[attr-defined]
    actions.undo_merge(done, by=request.user)
    messages.success(request, _("The two records are apart again."))
    return redirect("members:person", done.kept_id)


@require_POST
@desk
def account(request: HttpRequest, number: int) -> HttpResponse:
    """Close or reopen an account."""
    found = _known(request, number)
    if request.POST.get("act") == "reopen":
        actions.reopen_account(found, by=request.user)
        messages.success(request, _("The account is open again."))
    else:
        actions.close_account(found, by=request.user)
        messages.success(request, _("The account is closed. History stays."))
    return redirect("members:person", found.pk)


@require_POST
@needs("members.merge")
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """Erase a person at her wish, after a typed word."""
    found = _known(request, number)
    require(request.user, "members.erase", found)
    form = forms.EraseForm(request.POST)
    if form.is_valid():
        try:
            actions.erase_person(found, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("members:person", found.pk)
        messages.success(request, _("Erased. Bookings stay in the statistics without a name."))
        return redirect("members:people")
    return answer(request, "members/person.html", {**_shown(request, found), "form": form}, form)
