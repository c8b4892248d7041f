"""Doors of the outbox: what was said to whom, what staff send by hand, what failed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ...core import phones
from ...core.deeds import allowed
from ...core.enums import Channel, MessageState
from ...core.models import Message
from ...core.notify import KINDS, compose
from ...core.refusals import Forbidden
from .. import actions, queries
from ..doors import signed_in

PAGE = 50


def _visible(request: HttpRequest) -> "queries.QuerySet[Message]":
    if not request.roles.is_staff:  # type: ignore[attr-defined]
        raise Forbidden("forbidden", _("Only staff see the outbox."))
    return queries.messages_visible_to(request.user, request.office)  # type: ignore[attr-defined]


@never_cache
@require_GET
@signed_in
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages of my hubs, newest first; what waits for a hand stands out."""
    found = _visible(request)
    by_hand = found.filter(state=MessageState.BY_HAND).count()
    failed = found.filter(state=MessageState.FAILED).count()
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    if state in MessageState.values:
        found = found.filter(state=state)
    if channel in Channel.values:
        found = found.filter(channel=channel)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for message in page:
        message.title = KINDS.get(message.kind, message.kind)
    context = {
        "page": page,
        "state": state,
        "channel": channel,
        "states": MessageState.choices,
        "channels": Channel.choices,
        "by_hand": by_hand,
        "failed": failed,
    }
    return render(request, "members/outbox.html", context)


@never_cache
@require_GET
@signed_in
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message as its reader sees it."""
    found = get_object_or_404(_visible(request), pk=number)
    erased = not found.to_address
    subject, body = (found.subject, found.body) if found.body or erased else compose(found)
    context = {
        "message": found,
        "title": KINDS.get(found.kind, found.kind),
        "subject": subject,
        "body": body,
        "erased": erased,
        "chat": phones.wa_link(found.to_address, body)
        if found.channel == Channel.WHATSAPP and not erased
        else "",
        "sends": allowed(request.user, "members.send_message", found),
    }
    return render(request, "members/message.html", context)


@require_POST
@signed_in
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Note that a message was sent by hand, or try a failed one again."""
    found = get_object_or_404(_visible(request), pk=number)
    if request.POST.get("act") == "retry":
        actions.retry_message(found, by=request.user)
        messages.success(request, _("It is tried again now."))
    else:
        actions.mark_sent(found, by=request.user)
        messages.success(request, _("Noted as sent."))
    return redirect("members:outbox")
