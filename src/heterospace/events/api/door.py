"""`/api/v1/check-ins`, the list a door device takes along, and who comes without a ticket."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from ninja import Router, Schema
from pydantic import Field

from ...core import codes
from ...core.api import Items, Moment, Problem, as_json, in_zone, items
from ...core.deeds import allowed, require
from ...members.doors import member_of
from .. import actions, door, tickets
from ..actions.attendance import MOST
from .events import router as events
from .events import visible

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


class PlaceOut(Schema):
    id: int
    title: str
    start: Moment
    end: Moment


class DoorOut(Schema):
    """Everything a device needs to judge tickets by itself; of people it knows their names only."""

    reference: str
    slug: str
    title: str
    hub: str
    timezone: str
    state: str
    start: Moment
    end: Moment
    forget_at: Moment = Field(description="delete this list then")
    may_walk_in: bool = Field(description="whether you may register people at the door")
    sessions: list[PlaceOut]
    keys: list[str] = Field(description="public keys (P-256, spki in base64) that tickets are signed with")
    registrations: list[tuple[str, str, int, str, str, dict[int, tuple[Moment, str, str]]]] = Field(
        description="each: reference, name, people, state, mode, and where it is in: by session (0 for the event) "
        "since when, let in at which gate, by which device"
    )


@events.get(
    "/{slug}/door",
    response={200: DoorOut, 403: Problem, 404: Problem},
    summary="The door's list to take along",
)
def door_list(request: HttpRequest, slug: str):
    """For a device that scans tickets, also without a line. Ask again with `If-None-Match`: 304 while nothing changed."""
    event = visible(request, slug)
    require(request.auth, "events.check_in", event)
    zone = event.hub.timezone
    told = DoorOut(
        reference=event.reference,
        slug=event.slug,
        title=event.title,
        hub=event.hub.name,
        timezone=zone,
        state=event.state,
        start=in_zone(event.start, zone),
        end=in_zone(event.end, zone),
        forget_at=in_zone(event.end + door.KEPT_AFTER, zone),
        may_walk_in=allowed(request.auth, "events.register_others", event),
        sessions=[
            PlaceOut(id=one.pk, title=one.title, start=in_zone(one.start, zone), end=in_zone(one.end, zone))
            for one in door.sessions_of(event)
        ],
        keys=tickets.public_keys(),
        registrations=[
            (
                row["reference"],
                row["name"],
                row["people"],
                row["state"],
                row["mode"],
                {place: (in_zone(at, zone), *where) for place, (at, *where) in row["inside"].items()},
            )
            for row in door.expected(event)
        ],
    )
    answer = as_json(200, told)
    answer.headers["Cache-Control"] = "no-store"
    etag = quote_etag(codes.digest(answer.content.decode())[:24])
    response: HttpResponse = get_conditional_response(request, etag=etag, response=answer)
    response.headers["ETag"] = etag
    return response


class WalkInIn(Schema):
    name: str = Field(max_length=200)
    email: str = Field("", max_length=254)
    whatsapp: str = Field("", max_length=30)
    session: int | None = None
    scanned_at: Moment
    nonce: str = Field(
        min_length=1, max_length=64, description="of this arrival; the same again changes nothing"
    )
    gate: str = Field("", max_length=60)
    device: str = Field("", max_length=60)


@events.post(
    "/{slug}/walk-ins",
    response={200: ScanOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Let somebody in who has no ticket",
)
def walk_in(request: HttpRequest, slug: str, data: WalkInIn):
    """Register somebody at the door and check her in; `not_confirmed` when there is no seat and she waits for one.

    409 `closed`, `called_off`, `not_open`; 422 `no_name`, `no_address`.
    """
    event = visible(request, slug)
    facts = data.dict(include={"name", "email", "whatsapp"})
    shown = actions.Shown(
        "", event.slug, **data.dict(include={"session", "scanned_at", "nonce", "gate", "device"})
    )
    return _told(actions.walk_in(event, shown, by=request.auth, **facts))
