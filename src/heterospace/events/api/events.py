"""`/api/v1/events`."""

import datetime as dt

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, idempotent, in_zone, items, public
from ...core.deeds import require
from ...hubs.queries import hub_at
from ...members.doors import member_of
from ...members.queries import organisation_at
from .. import actions, queries, tickets
from ..door import people_inside
from ..enums import RegistrationState
from ..models import Event, Registration

router = Router(tags=["events"])


class SeatsIn(Schema):
    onsite: int | None = Field(None, ge=1, le=1_000_000)
    online: int | None = Field(None, ge=1, le=1_000_000)


class EventIn(Schema):
    title: str
    hub: str = Field(description="slug of the hub")
    start: Moment
    end: Moment
    mode: str = Field("onsite", description="onsite, online or hybrid")
    capacity: int | SeatsIn | None = Field(
        None, description="seats, or {onsite, online}; none for as many as come"
    )
    summary: str = ""
    about: str = ""
    topic: str = "other"
    place: str = ""
    price: int = Field(0, ge=0, le=1_000_000_000)
    admission: str = Field("open", description="open, approval or invitation")
    companions: int = Field(0, ge=0, le=10)
    online_url: str = ""
    hosts: list[str] = Field([], description="slugs of organisations that host it")


class SeatsOut(Schema):
    capacity: int | None
    taken: int
    kept: int
    waiting: int


class EventOut(Schema):
    reference: str
    slug: str
    title: str
    summary: str
    hub: str
    state: str
    mode: str
    topic: str
    start: Moment
    end: Moment
    place: str
    price: int
    access: list[str]
    admission: str
    hosts: list[str]
    seats: dict[str, SeatsOut]

    @classmethod
    def of(cls, event: Event, waiting: dict[int, int]) -> "EventOut":
        """The event with its times as its hub reads them."""
        zone = event.hub.timezone
        return cls(
            reference=event.reference,
            slug=event.slug,
            title=event.title,
            summary=event.summary,
            hub=event.hub.slug,
            state=event.state,
            mode=event.mode,
            topic=event.topic,
            start=in_zone(event.start, zone),
            end=in_zone(event.end, zone),
            place=event.place,
            price=event.price,
            access=event.access,
            admission=event.admission,
            hosts=[party.organisation.slug for party in event.parties.all()],
            seats={
                one.mode: SeatsOut(
                    capacity=one.capacity,
                    taken=one.taken,
                    kept=one.kept,
                    waiting=waiting.get(one.pk, 0),
                )
                for one in event.seats.all()
            },
        )


def told(event: Event) -> EventOut:
    """One event with its seats as they are now."""
    fresh = queries.with_seats(Event.objects.filter(pk=event.pk)).get()
    return EventOut.of(fresh, queries.waiting_on([fresh]))


@router.get("", response=Items[EventOut], auth=public, summary="What is on")
def whats_on(
    request: HttpRequest,
    hub: str = "",
    start: Moment | None = Query(None, alias="from"),  # noqa: B008 - how ninja names a keyword
    end: Moment | None = Query(None, alias="to"),  # noqa: B008
    topic: str = "",
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """Published events from now on, or those that meet [from, to), by their beginning; `count` is how many in all."""
    if request.office is None:
        return items([])
    found = queries.whats_on(
        request.office, hub=hub_at(request.office, hub) if hub else None, start=start, end=end, topic=topic
    )
    page = list(found[offset : offset + limit])
    waiting = queries.waiting_on(page)
    return {"items": [EventOut.of(event, waiting) for event in page], "count": found.count()}


@router.post("", response={201: EventOut, 403: Problem, 404: Problem, 422: Problem}, summary="Plan an event")
@idempotent
def plan(request: HttpRequest, data: EventIn):
    """Draft an event: the hub's team, and whoever acts for an organisation. The hub publishes it."""
    member_of(request)
    facts = data.dict(exclude={"hub", "hosts", "capacity"})
    capacity = data.capacity
    if isinstance(capacity, SeatsIn):
        capacity = capacity.dict(exclude_unset=True)
    event = actions.plan_event(
        hub_at(request.office, data.hub),
        by=request.auth,
        capacity=capacity,
        hosts=[organisation_at(request.office, slug) for slug in data.hosts],
        **facts,
    )
    return 201, told(event)


def visible(request: HttpRequest, slug: str) -> Event:
    """An event this user may see. Raises NotFound."""
    return queries.event_seen_by(request.user, request.office, slug)


@router.get("/{slug}", response={200: EventOut, 404: Problem}, auth=public, summary="One event")
def one_event(request: HttpRequest, slug: str):
    """A published event, or a draft of yours."""
    return told(visible(request, slug))


@router.post(
    "/{slug}/publish",
    response={200: EventOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Publish an event",
)
@idempotent
def publish(request: HttpRequest, slug: str):
    """Show it to everybody and open its registration: the hub's team. 409 `past`, `already_published`."""
    return 200, told(actions.publish_event(visible(request, slug), by=request.auth))


class StrangerIn(Schema):
    name: str
    email: str = ""
    whatsapp: str = ""
    birth_year: int | None = Field(None, ge=1900, le=2100)


class RegistrationIn(Schema):
    mode: str = Field("", description="onsite or online, where there are both")
    answers: dict[str, object] = Field({}, description="to the event's questions, by their keys")
    person: StrangerIn | None = Field(None, description="organisers and desk staff: somebody else")
    organisation: str = Field("", description="slug of an organisation you act for")
    companions: list[str] = []
    access_needs: str = ""
    access_consent: bool = False
    guardian_name: str = ""
    guardian_whatsapp: str = ""


class RegistrationOut(Schema):
    reference: str
    event: str
    state: str
    mode: str
    people: int
    position: int | None = Field(description="place on the waiting list")
    offered_until: Moment | None
    ticket: str | None = Field(description="what the QR code says; of a confirmed registration only")

    @classmethod
    def of(cls, registration: Registration) -> "RegistrationOut":
        """The registration as its person reads it."""
        event = registration.event
        confirmed = registration.state == RegistrationState.CONFIRMED
        return cls(
            reference=registration.reference,
            event=event.slug,
            state=registration.state,
            mode=registration.seats.mode,
            people=registration.people,
            position=queries.position(registration),
            offered_until=in_zone(registration.offered_until, event.hub.timezone)
            if registration.offered_until
            else None,
            ticket=tickets.ticket_of(registration.reference, event.reference) if confirmed else None,
        )


@router.post(
    "/{slug}/registrations",
    response={201: RegistrationOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Register",
)
@idempotent
def register(request: HttpRequest, slug: str, data: RegistrationIn):
    """Take a seat, or a place on the waiting list when there is none (`waitlisted`, with `position`).

    409 `already_registered` (with its `reference`), `closed`, `called_off`; 403 `not_invited`.
    """
    event = visible(request, slug)
    wish = actions.Wish(
        mode=data.mode,
        companions=data.companions,
        access_needs=data.access_needs,
        access_consent=data.access_consent,
        guardian_name=data.guardian_name,
        guardian_whatsapp=data.guardian_whatsapp,
        answers=data.answers or (None if data.person else {}),
    )
    if data.person is not None:
        registration = actions.register_guest(event, wish, by=request.auth, door="api", **data.person.dict())
    else:
        registration = actions.register(
            event,
            wish,
            by=request.auth,
            organisation=organisation_at(request.office, data.organisation) if data.organisation else None,
            door="api",
        )
    return 201, RegistrationOut.of(registration)


class PresenceOut(Schema):
    reference: str
    name: str
    mode: str
    came: bool
    first_in: Moment | None
    last_out: Moment | None
    minutes: int | None = Field(description="online, or between coming and going where both are known")
    sources: list[str]


class AttendanceOut(Items[PresenceOut]):
    registered: int
    came: int
    inside: int


@router.get(
    "/{slug}/attendance", response={200: AttendanceOut, 403: Problem, 404: Problem}, summary="Attendance"
)
def attendance(request: HttpRequest, slug: str):
    """Who was there, by the ledger; for organisers and the hub."""
    event = visible(request, slug)
    require(request.auth, "events.see_people", event)
    zone = event.hub.timezone
    rows = queries.attendance_of(event)

    def shown(moment: dt.datetime | None) -> dt.datetime | None:
        return in_zone(moment, zone) if moment else None

    return {
        **items(
            PresenceOut(
                reference=row.registration.reference,
                name=row.registration.person.name,
                mode=row.registration.seats.mode,
                came=row.came,
                first_in=shown(row.first_in),
                last_out=shown(row.last_out),
                minutes=row.minutes,
                sources=row.sources,
            )
            for row in rows
        ),
        "registered": len(rows),
        "came": sum(row.came for row in rows),
        "inside": people_inside(event),
    }
