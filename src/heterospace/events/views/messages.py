"""Writing to the people of an event: mailings with their check and progress, the event's own words, no more news."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from ...core.deeds import SYSTEM, allowed
from ...core.forms import answer, refusals_in
from ...core.models import Message
from ...core.notify import compose
from ...core.refusals import Refused
from ...members.actions import mark_sent
from ...members.doors import at_office, signed_in
from .. import actions, mailings
from ..actions.mailings import WHY_NOT, own_text_sample, sample
from ..enums import Audience, MailingState, TextKind
from ..mailings import Reader
from ..message_forms import MailingForm, TextsForm
from ..models import Event, Mailing
from ..tasks import send_all
from .planning import managed
from .registration import private


def _counts(event: Event) -> dict[str, int]:
    """The audiences that make sense for this event, with how many people each is."""
    fit = [one for one in Audience if one.value not in {"onsite", "online"} or event.mode == "hybrid"]
    return {
        one.value: mailings.count_of(event, one)
        for one in fit
        if mailings.why_not_audience(event, one) in {"", "not_over"}
    }


@signed_in
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What was written to the people of this event, and a new message."""
    event = managed(request, slug)
    form = MailingForm(request.POST or None, counts=_counts(event), initial={"audience": "confirmed"})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.write_mailing(event, by=request.user, **form.cleaned_data)
            return redirect("events:mailing", event.slug, made.pk)
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "messages",
        "form": form,
        "mailings": list(event.mailings.select_related("event")[:50]),
    }
    return answer(request, "events/messages.html", context, form)


def _mailing(event: Event, pk: int) -> Mailing:
    found = get_object_or_404(Mailing, event=event, pk=pk)
    found.event = event
    return found


def _preview(mailing: Mailing, person: Any) -> dict[str, Any]:
    """The message as the first of its readers gets it; as the organiser herself while there is none."""
    first = mailings.readers(mailing.event, mailing.audience, most=1)
    reader = first[0] if first else Reader(person)
    subject, body = compose(sample(mailing, reader))
    return {"reader": reader.person, "subject": subject, "body": body}


@signed_in
def mailing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One message: how it reads, checking and sending it, how far it is, who gets it by hand."""
    event = managed(request, slug)
    one = _mailing(event, pk)
    is_open = one.state in {MailingState.DRAFT, MailingState.REVIEWED}
    if request.method == "POST" and not is_open:
        raise Refused("already_sent", gettext_lazy("This message was sent already. Write a new one."))
    form = MailingForm(
        request.POST or None,
        counts=_counts(event),
        initial={"audience": one.audience, "subject": one.subject, "body": one.body},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.write_mailing(event, by=request.user, mailing=one, **form.cleaned_data)
            messages.success(request, _("Saved. Read it once more below."))
            return redirect("events:mailing", event.slug, one.pk)
    why = mailings.why_not_audience(event, one.audience)
    is_news = one.audience == Audience.NEWS
    may_check = not is_news or allowed(request.user, "events.review", event)
    is_mine = one.made_by_id == request.user.pk
    context = {
        "event": event,
        "hub": event.hub,
        "tab": "messages",
        "mailing": one,
        "form": form if is_open else None,
        "is_open": is_open,
        "is_news": is_news,
        "people": mailings.count_of(event, one.audience) if is_open else one.planned,
        "why_not": WHY_NOT.get(why, "") if is_open else "",
        "may_check": may_check,
        "needs_other": may_check and not is_news and is_mine and mailings.others_check(event, request.user),
        "preview": _preview(one, request.person) if is_open else None,
        "tally": None if is_open else mailings.tally(one),
        "by_hand": [] if is_open else mailings.by_hand(one, request.user),
    }
    if request.GET.get("part") == "progress" and not is_open:
        return render(request, "events/mailing.html#progress", context)
    return answer(request, "events/mailing.html", context, *([form] if is_open else []))


@require_POST
@signed_in
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Check a message, send it, throw it away, or note that one was sent by hand."""
    event = managed(request, slug)
    one = _mailing(event, pk)
    what = request.POST.get("what", "")
    try:
        if what == "check":
            actions.check_mailing(one, by=request.user)
            messages.success(request, _("Checked. It can be sent now."))
        elif what == "send":
            actions.send_mailing(one, by=request.user)
            send_all.enqueue(one.pk)
            messages.success(request, _("It is on its way."))
        elif what == "throw":
            actions.throw_away_mailing(one, by=request.user)
            messages.success(request, _("The draft is gone."))
            return redirect("events:messages", event.slug)
        elif what.isdigit():
            found = get_object_or_404(mailings.messages_of(one), pk=int(what))
            mark_sent(found, by=request.user)
            messages.success(request, _("Noted as sent."))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("events:mailing", event.slug, one.pk)


@signed_in
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organisers say in place of the house's sentence, and how each message reads then."""
    event = managed(request, slug)
    own = dict(event.texts.values_list("kind", "body"))
    form = TextsForm(request.POST if request.method == "POST" else None, initial=own)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            for kind, body in form.cleaned_data.items():
                if body != own.get(kind, ""):
                    actions.set_text(event, kind, body, by=request.user)
            messages.success(request, _("Saved. This is how they read now."))
            return redirect("events:texts", event.slug)
    shown = [(form[kind.value], kind.value in own, _read(event, kind, request.person)) for kind in TextKind]
    context = {"event": event, "hub": event.hub, "tab": "messages", "form": form, "texts": shown}
    return answer(request, "events/texts.html", context, form)


def _read(event: Event, kind: TextKind, person: Any) -> tuple[str, str]:
    message: Message = own_text_sample(event, kind, person)
    return compose(message)


@never_cache
@csrf_exempt  # a mail program's own button posts here; the signed link is the key
@require_http_methods(["GET", "POST"])
@at_office
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more news, with one tap and without signing in. Looking changes nothing: mail scanners follow links."""
    person = actions.person_of_link(request.office, token)
    done = request.method == "POST"
    if done:
        actions.end_news(person, by=SYSTEM)
    return private(render(request, "events/unsubscribe.html", {"done": done, "token": token}))
