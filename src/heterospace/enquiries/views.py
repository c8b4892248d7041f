"""Asking a hub and following the answer; the desk's queue and one enquiry in it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ..core import clock, phones
from ..core.deeds import SYSTEM, allowed, require
from ..core.forms import answer, refusals_in
from ..core.refusals import Refused
from ..hubs.queries import hub_at, managed_hub_at
from ..members import limits
from ..members.doors import at_office, signed_in
from . import actions, forms, queries
from .enums import EnquiryKind, Way
from .models import Enquiry

PAGE = 30


@require_http_methods(["GET", "POST"])
@at_office
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell a hub something: the box of its page, again with what was typed when something is missing."""
    hub = hub_at(request.office, slug)  # type: ignore[attr-defined]
    person = request.person  # type: ignore[attr-defined]
    told = {name: request.GET[name] for name in ("kind", "space") if name in request.GET}
    form = forms.AskForm(
        request.POST if request.method == "POST" else None, hub=hub, person=person, initial=told
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        mailbox = (
            data.get("email") or data.get("whatsapp") or f"person {person.pk if person else ''}"
        ).lower()
        if not (
            limits.within(request, "enquiry", 8, 3600)
            and limits.within_for(request, "enquiry", mailbox, 8, 3600)
        ):
            return render(request, "429.html", status=429)
        with refusals_in(form):
            made = actions.ask_hub(
                hub,
                by=request.user if person else SYSTEM,  # type: ignore[arg-type]
                language=get_language() or "id",
                **data,
            )
            messages.success(request, _("It has arrived. Thank you for telling us."))
            return redirect("enquiries:follow", made.secret)
    context = {
        "hub": hub,
        "form": form,
        "person": person,
        "promised_by": queries.promise(hub, clock.now()),
        "is_fault": form["kind"].value() == EnquiryKind.FAULT,
    }
    return answer(request, "enquiries/ask.html", context, form)


@never_cache
@require_GET
@at_office
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """What was asked, by when it is answered, and the answer: for whoever holds the link."""
    found = queries.enquiry_of_link(request.office, secret)  # type: ignore[attr-defined]
    context = {
        "enquiry": found,
        "hub": found.hub,
        "answers": list(queries.answers_to(found)),
        "link": f"{settings.BASE_URL}{actions.link_of(found)}",
        "call": phones.wa_link(
            found.hub.whatsapp,
            _("Hello %(hub)s, about %(reference)s:") % {"hub": found.hub.name, "reference": found.reference},
        )
        if found.hub.whatsapp
        else "",
    }
    return render(request, "enquiries/follow.html", context)


@never_cache
@require_GET
@signed_in
def queue(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """What waits for an answer, the nearest promise first; and what was settled."""
    hub = managed_hub_at(request.office, hub_slug)  # type: ignore[attr-defined]
    require(request.user, "enquiries.read", hub)  # type: ignore[arg-type]
    shown = request.GET.get("show", "")
    settled = shown == "settled"
    rows = queries.settled_at(hub) if settled else queries.waiting_at(hub)
    if shown == "mine":
        rows = rows.filter(taken_by=request.person)  # type: ignore[attr-defined]
    context = {
        "hub": hub,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "kept": queries.kept(hub),
        "shown": shown,
        "settled": settled,
        "shows": [
            ("", pgettext("enquiries", "Waiting")),
            ("mine", pgettext("enquiries", "Mine")),
            ("settled", _("Answered and closed")),
        ],
    }
    return render(request, "enquiries/queue.html", context)


def _act(request: HttpRequest, found: Enquiry, replying: forms.AnswerForm, closing: forms.CloseForm) -> bool:
    """Do what a button of the page says; False when its form was refused."""
    act, by = request.POST.get("act"), request.user
    if act == "answer":
        if not replying.is_valid():
            return False
        with refusals_in(replying):
            actions.answer_enquiry(
                found, replying.cleaned_data["text"], way=replying.cleaned_data["way"], by=by
            )  # type: ignore[arg-type]
        if replying.errors:
            return False
        by_chat = replying.cleaned_data["way"] == Way.WHATSAPP
        messages.success(request, _("Noted. Now send it by WhatsApp.") if by_chat else _("Noted."))
    elif act == "close":
        if not closing.is_valid():
            return False
        with refusals_in(closing):
            actions.close_enquiry(
                found, closing.cleaned_data["outcome"], note=closing.cleaned_data["note"], by=by
            )  # type: ignore[arg-type]
        if closing.errors:
            return False
        messages.success(request, _("Closed."))
    else:
        try:
            (actions.reopen_enquiry if act == "reopen" else actions.take_enquiry)(found, by=by)  # type: ignore[arg-type]
        except Refused as refusal:
            if refusal.status != 409:
                raise
            messages.warning(request, str(refusal))
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def enquiry(request: HttpRequest, hub_slug: str, reference: str) -> HttpResponse:
    """One enquiry with everything the desk does about it."""
    hub = managed_hub_at(request.office, hub_slug)  # type: ignore[attr-defined]
    require(request.user, "enquiries.read", hub)  # type: ignore[arg-type]
    found = queries.enquiry_at(hub, reference)
    act = request.POST.get("act")
    replying = forms.AnswerForm(request.POST if act == "answer" else None, enquiry=found)
    closing = forms.CloseForm(request.POST if act == "close" else None, enquiry=found)
    if request.method == "POST" and _act(request, found, replying, closing):
        return redirect("enquiries:enquiry", hub.slug, found.reference)
    known = queries.known_asker(found) if found.forgotten_at is None else None
    actions.note_reading(found, known, by=request.user)  # type: ignore[arg-type]
    answers = list(queries.answers_to(found))
    for one in answers:
        one.chat = _chat(found, one.text) if one.way == Way.WHATSAPP and found.whatsapp else ""
    context = {
        "hub": hub,
        "enquiry": found,
        "known": known,
        "answers": answers,
        "replying": replying,
        "closing": closing,
        "may_answer": allowed(request.user, "enquiries.answer_at", hub),
        "is_mine": found.taken_by_id is not None and found.taken_by == request.person,  # type: ignore[attr-defined]
        "whatsapp": phones.readable(found.whatsapp),
        "chat": _chat(found, "") if found.whatsapp else "",
    }
    return answer(request, "enquiries/enquiry.html", context, replying, closing)


def _chat(found: Enquiry, text: str) -> str:
    """A chat with the person, opened with a greeting, the answer if there is one, and the way to follow it."""
    lines = [
        _("Hello %(name)s, this is %(hub)s about %(reference)s.")
        % {"name": found.name, "hub": found.hub.name, "reference": found.reference}
    ]
    if text:
        lines += [text, f"{settings.BASE_URL}{actions.link_of(found)}"]
    return phones.wa_link(found.whatsapp, "\n\n".join(lines) + ("" if text else " "))
