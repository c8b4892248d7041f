"""`/api/v1/availability`, `/api/v1/first-free` and `/api/v1/bookings`."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field

from ...core import clock, codes
from ...core.api import Items, Moment, Problem, as_json, idempotent, in_zone, items, public
from ...core.refusals import Invalid, NotFound, Refused
from ...hubs.queries import hub_at
from ...members.doors import member_of
from ...members.models import Organisation, Person
from ...spaces.models import Equipment, Space
from ...spaces.queries import bookable, equipment_of, rooms
from ...spaces.rules import WhyNot
from ...spaces.schemas import SpaceOut, words
from .. import actions, alternatives, queries, unmet
from ..fit import Reason as Why
from ..models import Booking
from ..series import MOST, Span, dates_of
from .instead import SpaceRef, with_alternatives

router = Router(tags=["bookings"])
availability = Router(tags=["availability"])
first_free = Router(tags=["availability"])


class Reason(BaseModel):
    code: str
    message: str


class OfferOut(SpaceOut):
    free: bool
    start: Moment = Field(
        description="what it was judged for: the wish; of a space by the day, night or month its own period from that "
        "day on"
    )
    end: Moment
    reasons: list[Reason] = Field(description="why it cannot be had for this wish")
    fit: list[Reason] = Field(description="why a free space stands where it does")


class ThingIn(Schema):
    equipment: int | str = Field(description="id or slug of the hub's equipment")
    quantity: int = Field(1, ge=1, le=10_000)


class MovedDateIn(Schema):
    date: dt.date = Field(description="the day the rule gives")
    start: Moment
    end: Moment


class SeriesIn(Schema):
    rule: str = Field(description="RRULE (RFC 5545): daily, weekly or monthly, with COUNT or UNTIL")
    skip: list[dt.date] = Field([], description="days the rule gives that are left out")
    moves: list[MovedDateIn] = Field(
        [], max_length=MOST, description="days the rule gives that take another time"
    )


class BookingIn(Schema):
    space: int | str = Field(description="the space's id, or its slug where no other hub has the same")
    start: Moment
    end: Moment
    purpose: str
    people: int = Field(1, le=100_000)
    organisation: int | str | None = Field(None, description="id or slug of an organisation you act for")
    person: int | None = Field(None, description="desk staff: the id of the person it is for")
    equipment: list[ThingIn] = []
    series: SeriesIn | None = None
    override: str = Field("", description="desk staff: why it may go beyond a quota")


class DecisionIn(Schema):
    override: str = Field("", description="why it may go beyond a quota")


class RefusalIn(Schema):
    reason: str = Field(description="a code of the catalogue: not_fitting, own_use, fair_share, other ...")
    note: str = ""


class CancelIn(Schema):
    reason: str = ""


class ExtendIn(Schema):
    end: Moment
    override: str = Field("", description="desk staff: why it may go beyond a quota")


class MoveIn(Schema):
    space: int | str | None = Field(None, description="another space of the same hub: its id or slug")
    start: Moment | None = None
    end: Moment | None = None
    override: str = Field("", description="desk staff: why it may go beyond a quota")


class ThingOut(Schema):
    id: int
    name: str
    quantity: int


class MissedOut(Schema):
    start: Moment
    end: Moment
    code: str
    message: str


class SeriesOut(Schema):
    reference: str
    booked: list[str] = Field(description="references of its bookings, in time order")
    missed: list[MissedOut]


class BookingOut(Schema):
    reference: str
    state: str
    hub: str
    space: SpaceRef
    start: Moment
    end: Moment
    people: int
    purpose: str
    person: str
    organisation: str | None
    created_at: Moment
    cancelled_at: Moment | None
    cancel_reason: str
    checked_in_at: Moment | None
    ended_at: Moment | None = Field(description="when its people left, or when the space was taken back")
    booked_until: Moment | None = Field(description="the end before the rest of the time was given back")
    release_at: Moment | None = Field(
        description="when the space goes to others unless somebody checks in, or decides about the request"
    )
    decided_at: Moment | None
    decision: str = Field(description="why it was refused: a code of the catalogue")
    decision_note: str
    equipment: list[ThingOut]
    series: SeriesOut | None = Field(
        None, description="what came of the whole series; where it was just booked"
    )

    @classmethod
    def of(cls, booking: Booking) -> "BookingOut":
        """The booking with its times as its hub reads them."""
        zone = booking.hub.timezone
        return cls(
            reference=booking.reference,
            state=booking.state,
            hub=booking.hub.slug,
            space=SpaceRef(id=booking.space.pk, slug=booking.space.slug, name=booking.space.name),
            start=in_zone(booking.start, zone),
            end=in_zone(booking.end, zone),
            people=booking.people,
            purpose=booking.purpose,
            person=booking.person.name,
            organisation=booking.organisation.slug if booking.organisation else None,
            created_at=in_zone(booking.created_at, zone),
            cancelled_at=in_zone(booking.cancelled_at, zone) if booking.cancelled_at else None,
            cancel_reason=booking.cancel_reason,
            checked_in_at=in_zone(booking.checked_in_at, zone) if booking.checked_in_at else None,
            ended_at=in_zone(booking.ended_at, zone) if booking.ended_at else None,
            booked_until=in_zone(booking.booked_until, zone) if booking.booked_until else None,
            release_at=in_zone(booking.release_at, zone) if booking.release_at else None,
            decided_at=in_zone(booking.decided_at, zone) if booking.decided_at else None,
            decision=booking.decision,
            decision_note=booking.decision_note,
            equipment=[
                ThingOut(id=one.equipment_id, name=one.equipment.name, quantity=one.quantity)
                for one in booking.things.all()
            ],
        )


class Availability(Items[OfferOut]):
    others: list[OfferOut]


@availability.get("", response=Availability, auth=public, summary="What is free in a window")
def what_is_free(
    request: HttpRequest,
    start: Moment,
    end: Moment,
    hub: str = "",
    people: int = Query(1, ge=0, le=100_000),
    kind: str = "",
    features: str = "",
    near: str = Query("", max_length=5, description="code of a kabupaten or kota: closer spaces fit better"),
):
    """The free spaces that fit the filters, best fitting first; `others` are those that are not, each with why.

    Spaces by the day, night or month are judged for whole units from that day on and stand behind the hourly ones.
    """
    if request.office is None:
        return {**items([]), "others": []}
    if end <= start:
        sentence = _("The end must come after the start.")
        raise Invalid("end_before_start", sentence, fields={"end": sentence})
    at = hub_at(request.office, hub) if hub else None
    offers = queries.search(
        request.office,
        start,
        end,
        hub=at,
        kind=kind,
        people=people,
        codes=words(features),
        near=queries.home_in(near),
    )
    told = [
        OfferOut.of(
            offer.space,
            offer.features,
            free=offer.is_free,
            start=in_zone(offer.start, offer.space.hub.timezone),
            end=in_zone(offer.end, offer.space.hub.timezone),
            fit=_told(offer.why) if offer.is_free else [],
            reasons=_told(offer.reasons),
        )
        for offer in offers
    ]
    free = [one for one in told if one.free]
    if not any(offer.is_free for offer in queries.meant(offers)):
        unmet.note(request, unmet.reason_of(offers), start, hub=at, people=people, kind=kind)
    return as_json(200, Availability(**items(free), others=told[len(free) :]))


def _told(reasons: Iterable[WhyNot | Why]) -> list[Reason]:
    return [Reason(code=one.code, message=str(one.sentence)) for one in reasons]


class GapOut(Schema):
    space: SpaceRef
    hub: str
    start: Moment
    end: Moment


@first_free.get("", response=Items[GapOut], auth=public, summary="The first free gap of each space")
def first_gaps(
    request: HttpRequest,
    minutes: int = Query(ge=5, le=7 * 1440),
    hub: str = "",
    people: int = Query(1, ge=0, le=100_000),
    kind: str = "",
    features: str = "",
    for_organisation: bool = False,
    earliest: Moment | None = Query(None, alias="from"),  # noqa: B008 - how ninja names a keyword
    limit: int = Query(20, ge=1, le=200),
):
    """Where and when `minutes` are first free in the coming 14 days from `from` (default: now), soonest first.

    Spaces only organisations book are named with `for_organisation`, those only staff book never.
    """
    if request.office is None:
        return items([])
    at = hub_at(request.office, hub) if hub else None
    found = rooms(request.office, hub=at, kind=kind, people=people, codes=words(features))
    spaces = [one for one in found if alternatives.may_book(one, for_organisation=for_organisation)]
    gaps = alternatives.first_free(
        spaces, minutes, max(earliest or clock.now(), clock.now()), people=people or 1
    )
    return items(
        GapOut(
            space=SpaceRef(id=space.pk, slug=space.slug, name=space.name),
            hub=space.hub.slug,
            start=in_zone(start, space.hub.timezone),
            end=in_zone(start + dt.timedelta(minutes=minutes), space.hub.timezone),
        )
        for space, start in gaps[:limit]
    )


@router.post("", response={201: BookingOut, 403: Problem, 409: Problem, 422: Problem}, summary="Book a space")
@idempotent
def book(request: HttpRequest, data: BookingIn):
    """Book for yourself or for an organisation you act for; the answer carries the reference.

    A space that needs approval answers with the state `held` (the time is kept) or `requested`. With `series` every
    date of the rule is booked that can be had, those of `moves` at another time; the answer is the first, its
    `series` names all. `override` goes beyond a quota for every date.

    409 `clash` when somebody else has the time, `equipment_short`, `no_dates` of a series, each with up to three
    `alternatives` (of a series for its first date), and `quota`; 422 with a sentence per field when the wish breaks
    a rule.
    """
    person = member_of(request)
    space = space_asked(request, data.space)
    holder = None
    if data.person is not None and data.person != person.pk:
        holder = Person.objects.filter(pk=data.person, office=request.office).first()
        if holder is None:
            raise Invalid(
                "unknown_person", _("There is no such person here."), fields={"person": _("Unknown.")}
            )
    wish = {
        "purpose": data.purpose,
        "people": data.people,
        "by": request.auth,
        "person": holder,
        "organisation": organisation_asked(request, data.organisation),
        "equipment": things_asked(space, data.equipment),
    }
    asked = {
        "people": data.people,
        "things": wish["equipment"],
        "for_organisation": data.organisation is not None,
    }
    try:
        if data.series is not None:
            first = _first_date(space, data.start, data.end, data.series)
            with with_alternatives(space, *first, **asked):
                booked = actions.book_series(
                    space,
                    data.start,
                    data.end,
                    data.series.rule,
                    skip=data.series.skip,
                    moves={one.date: (one.start, one.end) for one in data.series.moves},
                    override=data.override,
                    **wish,
                )
            return 201, _with_series(booked)
        with with_alternatives(space, data.start, data.end, **asked):
            booking = actions.book_space(space, data.start, data.end, override=data.override, **wish)
    except Refused as refusal:
        reason = unmet.reason_of_refusal(refusal.code)
        unmet.note(request, reason, data.start, hub=space.hub, people=data.people, kind=space.kind)
        raise
    return 201, BookingOut.of(booking)


def _first_date(space: Space, start: dt.datetime, end: dt.datetime, asked: SeriesIn) -> Span:
    """The first date of a series that is not left out, moved if it is; the wish itself where the rule or its times are wrong."""
    zone = ZoneInfo(space.hub.timezone)
    try:
        dates = dates_of(asked.rule, start, end, space.hub.timezone)
    except Refused:  # the deed says so
        return start, end
    moved = {one.date: (one.start, one.end) for one in asked.moves}
    kept = ((date[0].astimezone(zone).date(), date) for date in dates)
    return next((moved.get(day, date) for day, date in kept if day not in asked.skip), (start, end))


def _with_series(booked: actions.Booked) -> BookingOut:
    zone = booked.series.space.hub.timezone
    answer = BookingOut.of(booked.bookings[0])
    answer.series = SeriesOut(
        reference=booked.series.reference,
        booked=[one.reference for one in booked.bookings],
        missed=[
            MissedOut(
                start=in_zone(one.period.lower, zone),
                end=in_zone(one.period.upper, zone),
                code=one.code,
                message=one.reason,
            )
            for one in booked.missed
        ],
    )
    return answer


@router.get("", response=Items[BookingOut], summary="My bookings")
def my_bookings(request: HttpRequest, state: str = "", limit: int = 100, offset: int = 0):
    """Your own bookings, latest first; `count` is how many there are in all."""
    mine = queries.with_names(Booking.objects.filter(person=member_of(request)))
    if state:
        mine = mine.filter(state=state)
    offset, limit = min(max(0, offset), 10**9), min(max(1, limit), 500)
    page = mine[offset : offset + limit]
    return {"items": [BookingOut.of(booking) for booking in page], "count": mine.count()}


@router.get("/{reference}", response={200: BookingOut, 404: Problem}, summary="One booking")
def one_booking(request: HttpRequest, reference: str):
    """A booking you may see: your own, your organisation's if you lead it, your hub's if you work there."""
    return BookingOut.of(visible(request, reference))


@router.post(
    "/{reference}/cancel",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Cancel",
)
@idempotent
def cancel(request: HttpRequest, reference: str, data: CancelIn | None = None):
    """Give the space back; 409 `too_late_to_cancel` after the space's limit."""
    booking = actions.cancel_booking(
        visible(request, reference), by=request.auth, reason=data.reason if data else ""
    )
    return 200, BookingOut.of(booking)


@router.post(
    "/{reference}/approve",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Approve a request",
)
@idempotent
def approve(request: HttpRequest, reference: str, data: DecisionIn | None = None):
    """Say yes, for the hub's manager.

    409 `clash` when somebody got the time meanwhile, `equipment_short`, both with `alternatives` to tell the person;
    `already_decided`, `expired`.
    """
    asked = visible(request, reference)
    with with_alternatives(asked.space, asked.start, asked.end, **_needs(asked)):
        booking = actions.approve_booking(asked, by=request.auth, override=data.override if data else "")
    return 200, BookingOut.of(booking)


@router.post(
    "/{reference}/refuse",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Refuse a request",
)
@idempotent
def refuse(request: HttpRequest, reference: str, data: RefusalIn):
    """Say no with a reason from the catalogue, for the hub's manager; `other` wants a note."""
    booking = actions.refuse_booking(
        visible(request, reference), data.reason, note=data.note, by=request.auth
    )
    return 200, BookingOut.of(booking)


@router.post(
    "/{reference}/check-in",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Check in",
)
@idempotent
def check_in(request: HttpRequest, reference: str):
    """Say that you are there, from 30 minutes before the start; the desk may all day.

    409 `too_early`, `already_checked_in`, `already_over`, `already_cancelled`, or `no_show` when the space went to
    others.
    """
    return 200, BookingOut.of(actions.check_in(visible(request, reference), by=request.auth))


@router.post(
    "/{reference}/release",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Leave, and give the rest back",
)
@idempotent
def release(request: HttpRequest, reference: str):
    """End a booking now: what is left of its time is free for others; 409 `not_started` before it begins."""
    return 200, BookingOut.of(actions.release_early(visible(request, reference), by=request.auth))


@router.post(
    "/{reference}/extend",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Stay longer",
)
@idempotent
def extend(request: HttpRequest, reference: str, data: ExtendIn):
    """Move the end to a later moment, under the rules of a new booking.

    409 `clash` when somebody has that time, `equipment_short`, both with `alternatives` of the hub for the time that is
    missing; `too_early` before it has begun.
    """
    booking = visible(request, reference)
    with with_alternatives(booking.space, booking.end, data.end, same_hub=True, **_needs(booking)):
        longer = actions.extend_booking(booking, data.end, by=request.auth, override=data.override)
    return 200, BookingOut.of(longer)


@router.post(
    "/{reference}/move",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Another space or time",
)
@idempotent
def move(request: HttpRequest, reference: str, data: MoveIn):
    """Give a booking another space, start or end, under the rules of a new booking; what is left out stays.

    409 `clash` when somebody has that time, `equipment_short`, both with `alternatives` of the hub;
    `too_late_to_move` after the limit for cancelling.
    """
    booking = visible(request, reference)
    space = space_asked(request, data.space) if data.space not in (None, "", booking.space_id) else None
    start = data.start or booking.start
    end = data.end or start + (booking.end - booking.start)
    with with_alternatives(space or booking.space, start, end, same_hub=True, **_needs(booking)):
        moved = actions.move_booking(
            booking, by=request.auth, space=space, start=data.start, end=data.end, override=data.override
        )
    return 200, BookingOut.of(moved)


def visible(request: HttpRequest, reference: str) -> Booking:
    """The booking this user may see; raises NotFound (`unknown_booking`)."""
    member_of(request)
    found = queries.visible_to(request.auth, request.office).filter(reference=codes.tidy(reference)).first()
    if found is None:
        raise NotFound("unknown_booking", _("There is no such booking, or it is not yours."))
    return found


def space_asked(request: HttpRequest, asked: int | str) -> Space:
    """The bookable space of this id or slug; raises Invalid (`unknown_space`, `ambiguous_space`)."""
    spaces = bookable(request.office)
    number = asked if isinstance(asked, int) else int(asked) if asked.isascii() and asked.isdigit() else None
    if number is not None:
        found = list(spaces.filter(pk=number)) if number < 2**63 else []
    else:
        found = list(spaces.filter(slug=asked)[:2])
    if not found:
        raise Invalid("unknown_space", _("There is no such space."), fields={"space": _("Unknown space.")})
    if len(found) > 1:
        sentence = _("More than one hub has a space of this name: give its id.")
        raise Invalid("ambiguous_space", sentence, fields={"space": sentence})
    return found[0]


def organisation_asked(request: HttpRequest, asked: int | str | None) -> Organisation | None:
    """The organisation of this id or slug; raises Invalid (`unknown_organisation`)."""
    if asked is None or asked == "":
        return None
    found = Organisation.objects.filter(office=request.office)
    is_id = isinstance(asked, int) or (asked.isascii() and asked.isdigit())
    one = (
        found.filter(pk=int(asked)).first()
        if is_id and int(asked) < 2**63
        else found.filter(slug=asked).first()
    )
    if one is None:
        sentence = _("There is no such organisation.")
        raise Invalid("unknown_organisation", sentence, fields={"organisation": sentence})
    return one


def things_asked(space: Space, asked: list[ThingIn]) -> dict[Equipment, int]:
    """The equipment of the space's hub that is asked for; raises Invalid (`unknown_equipment`)."""
    if not asked:
        return {}
    known = {str(key): one for one in equipment_of(space.hub) for key in (one.pk, one.slug)}
    wanted: dict[Equipment, int] = {}
    for one in asked:
        equipment = known.get(str(one.equipment))
        if equipment is None:
            sentence = _("There is no such equipment at this hub.")
            raise Invalid("unknown_equipment", sentence, fields={"equipment": sentence})
        wanted[equipment] = wanted.get(equipment, 0) + one.quantity
    return wanted


def _needs(booking: Booking) -> dict[str, Any]:
    """What a place must have to do instead of a booking's."""
    return {
        "people": booking.people,
        "things": {one.equipment: one.quantity for one in booking.things.all()},
        "for_organisation": booking.organisation_id is not None,
    }
