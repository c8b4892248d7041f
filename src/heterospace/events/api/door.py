"""`/api/v1/check-ins` and the list a door device takes along."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, in_zone, items
from ...members.doors import member_of
from .. import actions
from ..actions.attendance import MOST

router = Router(tags=["events"])


class ScanIn(Schema):
    ticket: str = Field(max_length=400, description="what the QR code says, or the registration's reference")
    event: str = Field(description="slug")
    session: int | None = None
    direction: str = Field("in", pattern="^(in|out)$")
    scanned_at: Moment
    nonce: str = Field(
        min_length=1, max_length=64, description="of this scan; the same again changes nothing"
    )
    gate: str = Field("", max_length=60)
    device: str = Field("", max_length=60)


class BeforeOut(Schema):
    scanned_at: Moment
    gate: str
    device: str


class ScanOut(Schema):
    nonce: str
    outcome: str = Field(
        description="in, out, already_in, not_in, not_confirmed, unknown, wrong_event or cancelled"
    )
    reference: str | None
    name: str | None
    people: int | None
    before: BeforeOut | None = Field(description="who let the ticket in already, and when")


@router.post("", response={200: Items[ScanOut], 403: Problem, 404: Problem, 422: Problem}, summary="Check in")
def check_in(request: HttpRequest, data: list[ScanIn]):
    """Judge scans, also those of a device that was offline; one answer each, in their order.

    Repeating an upload changes nothing: every nonce is taken once and answered as it was the first time.
    """
    member_of(request)
    shown = [actions.Shown(**one.dict()) for one in data[: MOST + 1]]
    return items(_told(one) for one in actions.check_in(shown, by=request.auth))


def _told(judged: actions.Judged) -> ScanOut:
    scan, registration, before = judged.scan, judged.registration, judged.first
    ours = registration is not None and registration.event_id == scan.event_id
    zone = scan.event.hub.timezone
    return ScanOut(
        nonce=scan.nonce,
        outcome=scan.outcome,
        reference=registration.reference if ours else None,
        name=registration.person.name if ours else None,
        people=registration.people if ours else None,
        before=BeforeOut(scanned_at=in_zone(before.scanned_at, zone), gate=before.gate, device=before.device)
        if before
        else None,
    )
