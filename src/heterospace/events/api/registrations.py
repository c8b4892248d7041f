"""`/api/v1/registrations`."""

from django.http import HttpRequest
from ninja import Router, Schema

from ...core.api import Items, Problem, idempotent, items
from ...core.deeds import allowed
from ...core.refusals import NotFound
from ...members.doors import member_of
from .. import actions, queries
from ..models import Registration
from .events import RegistrationOut

router = Router(tags=["events"])


class WhyIn(Schema):
    reason: str = ""


class ModeIn(Schema):
    mode: str


def seen(request: HttpRequest, reference: str) -> Registration:
    """A registration this user may see. Raises NotFound."""
    registration = queries.registration_at(request.office, reference)
    if not allowed(request.auth, "events.see_registration", registration):
        raise NotFound("unknown_registration", queries.UNKNOWN_REGISTRATION)
    return registration


@router.get("", response=Items[RegistrationOut], summary="My registrations")
def mine(request: HttpRequest):
    """Your own registrations, latest first."""
    found = queries.registrations_of(member_of(request))
    return items(RegistrationOut.of(one) for one in found[:500])


@router.get("/{reference}", response={200: RegistrationOut, 404: Problem}, summary="One registration")
def one_registration(request: HttpRequest, reference: str):
    """A registration of yours, or of an event you organise."""
    return RegistrationOut.of(seen(request, reference))


@router.post(
    "/{reference}/cancel",
    response={200: RegistrationOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Cancel",
)
@idempotent
def cancel(request: HttpRequest, reference: str, data: WhyIn | None = None):
    """Give the seat back; it is offered to the next on the waiting list at once."""
    done = actions.cancel_registration(
        seen(request, reference), by=request.auth, reason=data.reason if data else ""
    )
    return 200, RegistrationOut.of(done)


@router.post(
    "/{reference}/accept",
    response={200: RegistrationOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Accept an offered seat",
)
@idempotent
def accept(request: HttpRequest, reference: str):
    """Take the seat that was offered. 409 `offer_lapsed`, `waitlisted`, `already_confirmed`."""
    return 200, RegistrationOut.of(actions.accept_offer(seen(request, reference), by=request.auth))


@router.post(
    "/{reference}/switch",
    response={200: RegistrationOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Take part the other way",
)
@idempotent
def switch(request: HttpRequest, reference: str, data: ModeIn):
    """Come instead of taking part online, or the other way round. 409 `full`: you keep the seat you have."""
    done = actions.switch_mode(seen(request, reference), data.mode, by=request.auth)
    return 200, RegistrationOut.of(done)
