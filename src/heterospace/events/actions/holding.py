"""What takes and gives seats, in one place and under one lock: the row of `Seats`.

The lock order of an event: its row, then its seats by id, then registrations by id. Whoever takes or frees a seat
holds the row of its `Seats` until the end of the deed, so that seats and places on the waiting list are given in the
order in which the server took the wishes. An offer that ran out is found under that lock by whoever comes next;
`tick` only tidies.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, log
from ...core.notify import notify
from ...core.refusals import Refused, Sentence
from ..enums import REGISTRATION_MOVES, RegistrationState
from ..models import Event, KeptSeats, Registration, Seats
from ..queries import groups_of

LINK_SALT = "events.registration"
SHORT_NOTICE = dt.timedelta(minutes=30)
WHY_STAYS: dict[RegistrationState, tuple[str, Sentence]] = {
    RegistrationState.PENDING: ("not_decided", _("The organisers have not decided about this yet.")),
    RegistrationState.CONFIRMED: ("already_confirmed", _("This registration is already confirmed.")),
    RegistrationState.WAITLISTED: ("waitlisted", _("This registration is still on the waiting list.")),
    RegistrationState.OFFERED: ("offered", _("A seat is offered and waits for an answer.")),
    RegistrationState.CANCELLED: ("already_cancelled", _("This registration was already cancelled.")),
    RegistrationState.REFUSED: ("already_refused", _("The organisers have chosen others.")),
    RegistrationState.EXPIRED: ("offer_lapsed", _("The seat was not taken in time and went to others.")),
}


def lock(seats: Iterable[Seats | int]) -> list[Seats]:
    """Hold these counters, by id; what was offered too long ago is let go. Everything that moves seats begins here.

    The event is read after the lock is had: while we waited it may have been called off.
    """
    ids = sorted({one.pk if isinstance(one, Seats) else one for one in seats})
    held = list(Seats.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    events = Event.objects.select_related("hub", "office").in_bulk({one.event_id for one in held})
    for one in held:
        one.event = events[one.event_id]
        _let_lapse(one)
    return held


def lock_for(registration: Registration) -> bool:
    """Hold the counter of a new registration, as `lock` does, in two queries; says whether somebody waits there.

    The event's state is read again under the lock: while we waited it may have been called off.
    """
    event = registration.event
    seats = Seats.objects.select_for_update().get(pk=registration.seats_id)
    mine = Registration.objects.filter(seats=seats)
    event.state, event.period, event.closes_at, is_overdue, waits = (
        Event.objects.filter(pk=event.pk)
        .order_by()
        .values_list(
            "state",
            "period",
            "closes_at",
            Exists(mine.filter(state=RegistrationState.OFFERED, offered_until__lte=clock.now())),
            Exists(mine.filter(state=RegistrationState.WAITLISTED)),
        )
        .get()
    )
    seats.event = event
    if is_overdue:
        _let_lapse(seats)
        waits = somebody_waits(seats)
    registration.seats = seats
    return waits


def locked(registration: Registration) -> Registration:
    """The registration as it is now, with its counter held."""
    (seats,) = lock([registration.seats_id])
    now = Registration.objects.select_related("person", "kept").get(pk=registration.pk)
    if now.seats_id != seats.pk:  # it was moved to the other mode in between
        return locked(now)
    now.seats, now.event = seats, seats.event
    return now


def require_move(registration: Registration, state: RegistrationState) -> None:
    """Go on only where the state table allows it; raises Refused with the reason of the state it is in."""
    if state not in REGISTRATION_MOVES[RegistrationState(registration.state)]:
        raise Refused(*WHY_STAYS[RegistrationState(registration.state)])


def kept_in(seats: Seats) -> list[KeptSeats]:
    """The seats of groups that are still kept."""
    return list(seats.kept_for.filter(released_at=None).order_by("pk"))


def take(registration: Registration, seats: Seats, kept: list[KeptSeats], *, general: bool = True) -> bool:
    """Take seats for the registration: those kept for its group first, then (`general`) those for everybody.

    Says whether it got them.
    """
    room = [one for one in kept if one.count - one.taken >= registration.people]
    if mine := groups_of(registration, room):
        one = mine[0]
        one.taken += registration.people
        one.save(update_fields=["taken"])
        seats.kept -= registration.people
        seats.taken += registration.people
        seats.save(update_fields=["kept", "taken"])
        registration.kept = one
        return True
    if not general or (seats.free is not None and seats.free < registration.people):
        return False
    seats.taken += registration.people
    seats.save(update_fields=["taken"])
    return True


def give(registration: Registration, seats: Seats) -> None:
    """Give the registration's seats back; those of a group stay the group's while they are kept."""
    kept = registration.kept
    seats.taken -= registration.people
    if kept is not None:
        kept.refresh_from_db()
        kept.taken -= registration.people
        kept.save(update_fields=["taken"])
        if kept.released_at is None:
            seats.kept += registration.people
        registration.kept = None
    seats.save(update_fields=["taken", "kept"])


def somebody_waits(seats: Seats) -> bool:
    """Whether the waiting list has anybody; who comes now may not pass them."""
    return Registration.objects.filter(seats=seats, state=RegistrationState.WAITLISTED).exists()


def next_number(seats: Seats) -> int:
    """The next place on the waiting list; never given twice."""
    seats.last_number += 1
    seats.save(update_fields=["last_number"])
    return seats.last_number


def promote(seats: Seats) -> list[Registration]:
    """Offer what is free to those who wait, in their order: nobody passes somebody whose wish is too large just now.

    Only members of a group may be called before others, to seats kept for it. Answers who was offered a seat.
    """
    event = seats.event
    if event.state != "published" or event.end <= clock.now():
        return []
    kept = kept_in(seats) if seats.kept else []
    if not kept and seats.free == 0:
        return []
    offered, is_blocked = [], False
    waiting = Registration.objects.select_related("person").filter(
        seats=seats, state=RegistrationState.WAITLISTED
    )
    for registration in waiting.order_by("number").iterator(chunk_size=100):
        if is_blocked and not any(one.count > one.taken for one in kept):
            break
        if not take(registration, seats, kept, general=not is_blocked):
            is_blocked = True
            continue
        registration.state = RegistrationState.OFFERED
        registration.offered_until = offer_ends(event)
        registration.save(update_fields=["state", "offered_until", "kept"])
        registration.seats, registration.event = seats, event
        offered.append(registration)
        log(SYSTEM, "offer_seat", registration, office=event.office_id, number=registration.number)
        tell("seat_offered", registration, moment=registration.offered_until.isoformat())
    return offered


def offer_ends(event: Event) -> dt.datetime:
    """Until when a seat offered now is kept: the event's hours, not past its beginning, but half an hour at least."""
    now = clock.now()
    until = min(now + dt.timedelta(hours=event.offer_hours), event.start)
    return max(until, now + SHORT_NOTICE)


def _let_lapse(seats: Seats) -> None:
    overdue = list(
        Registration.objects.select_related("person", "kept")
        .filter(seats=seats, state=RegistrationState.OFFERED, offered_until__lte=clock.now())
        .order_by("pk")
    )
    for registration in overdue:
        registration.seats, registration.event = seats, seats.event
        give(registration, seats)
        registration.state = RegistrationState.EXPIRED
        registration.offered_until = None
        registration.ended_at = clock.now()
        registration.save(update_fields=["state", "offered_until", "ended_at", "kept"])
        log(SYSTEM, "lapse_offer", registration, office=seats.event.office_id)
        tell("seat_lapsed", registration)
    if overdue:
        promote(seats)


def link_of(registration: Registration) -> str:
    """The path of the registration's own page: for whoever has the link, signed in or not."""
    return f"/r/{signing.dumps(registration.pk, salt=LINK_SALT)}/"


def facts_of(registration: Registration) -> dict[str, Any]:
    """What messages to the registration's person are made of."""
    event = registration.event
    return {
        "title": event.title,
        "slug": event.slug,
        "hub": event.hub.name,
        "address": event.place or event.hub.address,
        "reference": registration.reference,
        "mode": registration.seats.mode,
        "people": registration.people,
        "link": link_of(registration),
        "note": event.note_online if registration.seats.mode == "online" else event.note_onsite,
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "timezone": event.hub.timezone,
    }


def tell(kind: str, registration: Registration, **more: Any) -> None:
    """Write to the registration's person."""
    notify(
        registration.person.addressee,
        kind,
        {**facts_of(registration), **more},
        office=registration.event.office_id,
        hub=registration.event.hub_id,
    )


def record(by: Author, deed_name: str, registration: Registration, **facts: Any) -> None:
    """Log a deed about a registration, with its organisation."""
    log(
        by,
        deed_name,
        registration,
        office=registration.event.office_id,
        organisation=registration.organisation_id,
        **facts,
    )
