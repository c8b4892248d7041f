"""An invitation answered with one tap, signed in or by its own link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...core.deeds import SYSTEM
from ...core.forms import refusals_in
from ...core.refusals import NotFound
from ...events.actions.holding import link_of
from ...events.queries import live_registration
from ...members.doors import at_office
from .. import actions, queries
from ..enums import Reply
from ..forms import ReplyForm
from ..models import Invite


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What one is invited to and why, with two big buttons. Whoever has the link answers for its person only."""
    found = queries.invite_by_secret(request.office, secret)
    if not found.person.is_active:
        raise NotFound("unknown_invitation", "")
    form = ReplyForm(request.POST if request.method == "POST" else None, initial={"reason": found.reason})
    if request.method == "POST" and form.is_valid():
        reply = Reply.NO if request.POST.get("reply") == Reply.NO else Reply.YES
        with refusals_in(form):
            actions.answer_invite(found, reply, by=SYSTEM, reason=form.cleaned_data["reason"])
            return redirect("cocreation:invitation", secret)
    registration = live_registration(found.meeting.event, found.person) if found.meeting is not None else None
    context = {
        "invite": found,
        "initiative": found.initiative,
        "hub": found.initiative.hub,
        "form": form,
        "is_open": _is_open(found),
        "ticket": link_of(registration) if registration is not None else "",
    }
    return render(request, "cocreation/invitation.html", context, status=200 if not form.errors else 409)


def _is_open(invite: Invite) -> bool:
    """Whether there is still something to come to."""
    return queries.open_invites(invite.person).filter(pk=invite.pk).exists()
