"""The waiting list: asking for a time others have, and the timed offers when it becomes free."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, allowed, constraint_refuses, deed, log, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from ...spaces.models import Space
from ...spaces.queries import catalogue, space_schedule
from ...spaces.rules import why_not
from ..enums import BookingState, WishState
from ..models import Booking, Wish
from ..queries import claim_period, looks_free, moments
from ..waiting import waiting_for
from .book import Booker, booker_of, check_wish, first_state, new_booking, require_quota
from .holding import close_when_lapsed, free, hold, is_free, let_go_overdue, lock, locked, tell_person

OFFER_LASTS = dt.timedelta(hours=4)
SHORT_NOTICE = dt.timedelta(minutes=30)

constraint_refuses(
    "wish_once", lambda: Refused("already_waiting", _("You are on the waiting list for this already."))
)


@deed
def add_wish(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    purpose: str,
    people: int,
    by: Author,
    person: Person | None = None,
    organisation: Organisation | None = None,
    any_space: bool = False,
) -> Wish:
    """Wait for a space (with its hub loaded) that others have in [start, end); `any_space`: one that fits will do.

    Raises what booking raises for the wish and the person, and Refused (`is_free` when it can be booked right now,
    `already_waiting`).
    """
    booker = booker_of(space, by, person, organisation)
    check_wish(
        space,
        start,
        end,
        purpose,
        people,
        at_desk=booker.at_desk,
        for_organisation=organisation is not None,
    )
    if is_free(lock(space, people), claim_period(space, start, end)):
        raise Refused("is_free", _("It is free: you can book it now."))
    wish = Wish(
        reference=codes.reference(),
        hub=space.hub,
        space=space,
        any_space=any_space,
        period=moments(start, end),
        person=booker.person,
        organisation=organisation,
        purpose=purpose.strip(),
        people=people,
        made_at=clock.now(),
    )
    wish.save(force_insert=True)
    log(
        by,
        "add_wish",
        wish,
        office=space.hub.office_id,
        organisation=organisation.pk if organisation else None,
        space=space.pk,
    )
    return wish


def offer_next(hub: int, start: dt.datetime, end: dt.datetime, *, by: Author) -> int:
    """Offer what is free of a hub's [start, end) to those who wait for it, in turn; answers how many got an offer.

    Each offer is a deed of its own, so that no two spaces are locked at once.
    """
    return sum(_offer(pk, by=by) for pk in waiting_for(hub, start, end))


@deed
def _offer(pk: int, *, by: Author) -> bool:
    wish = Wish.objects.select_related("space__hub", "hub", "person", "organisation").get(pk=pk)
    space = _space_for(wish)
    if space is None:
        return False
    wanted = lock(space, wish.people)
    period = claim_period(space, wish.start, wish.end)
    let_go_overdue(wanted, period)
    still = Wish.objects.select_for_update().filter(pk=pk, state=WishState.WAITING).exists()
    if not still or not is_free(wanted, period):
        return False
    try:
        booker = booker_of(space, SYSTEM, wish.person, wish.organisation)
        require_quota(space, wish.start, wish.end, booker, by=by)
    except (
        Refused
    ):  # the account was closed, she left the organisation, the quota is used up: the next one's turn
        return False
    booking = new_booking(space, wish.start, wish.end, wish.purpose, wish.people, booker)
    booking.state = BookingState.HELD
    booking.release_at = _answer_until(wish.start)
    booking.save(force_insert=True)
    hold(wanted, {booking: period})
    wish.offer, wish.state = booking, WishState.OFFERED
    wish.save(update_fields=["offer", "state"])
    log(
        by,
        "offer",
        wish,
        office=wish.hub.office_id,
        organisation=wish.organisation_id,
        booking=booking.pk,
    )
    tell_person("wish_offer", booking, wish=wish.reference, until=booking.release_at.isoformat())
    return True


def _space_for(wish: Wish) -> Space | None:
    """The wished space, or the smallest that fits where another will do, when its rules allow it and it looks free."""
    others = []
    if wish.any_space:
        fitting = catalogue(wish.hub.office, hub=wish.hub, kind=wish.space.kind, people=wish.people)
        others = sorted((one for one in fitting if one.pk != wish.space_id), key=lambda one: one.capacity)
    for space in [wish.space, *others]:
        reasons = why_not(
            space,
            space_schedule(space),
            wish.start,
            wish.end,
            wish.people,
            at_desk=True,
            for_organisation=wish.organisation_id is not None,
        )
        if not reasons and looks_free(space, wish.people, wish.start, wish.end):
            return space
    return None


def _answer_until(start: dt.datetime) -> dt.datetime:
    """Until when an offer stands: four hours, but not beyond the start, and half an hour where that is possible."""
    now = clock.now()
    return min(start, max(now + SHORT_NOTICE, min(now + OFFER_LASTS, start - SHORT_NOTICE)))


def accept_offer(wish: Wish, *, by: Author) -> Booking:
    """Take an offer: its booking is confirmed, or waits for the approval that its space asks for.

    One whose time is up is closed first, and goes to the next.

    Raises Forbidden and Refused (`offer_expired`, `no_offer`).
    """
    if wish.offer is not None:
        close_when_lapsed(wish.offer, by=SYSTEM)
    return _accept(wish, by=by)


@deed
def _accept(wish: Wish, *, by: Author) -> Booking:
    require(by, "bookings.answer_offer", wish)
    if wish.offer is None:
        raise Refused("no_offer", _("There is no offer for this wish now."))
    booking = locked(wish.offer)
    wish = Wish.objects.select_for_update(of=["self"]).get(pk=wish.pk)
    if wish.state != WishState.OFFERED or booking.state != BookingState.HELD:
        if booking.state == BookingState.EXPIRED:
            raise Refused("offer_expired", _("The time for this offer is over; it went to the next person."))
        raise Refused("no_offer", _("There is no offer for this wish now."))
    booker = Booker(
        booking.person,
        booking.organisation,
        at_desk=False,
        decides=allowed(by, "bookings.decide", booking.hub),
    )
    booking.state, booking.release_at = first_state(booking.space, booking.start, booking.end, booker)
    if booking.is_waiting:  # the time is kept, even where several may ask: it was offered to her
        booking.state = BookingState.HELD
    booking.revision += 1
    booking.save(update_fields=["state", "release_at", "revision"])
    wish.state = WishState.ACCEPTED
    wish.save(update_fields=["state"])
    log(by, "accept_offer", wish, office=booking.hub.office_id, organisation=wish.organisation_id)
    tell_person("booking_requested" if booking.is_waiting else "booking_confirmed", booking)
    return booking


@deed
def withdraw_wish(wish: Wish, *, by: Author) -> Wish:
    """Leave the waiting list; an open offer goes to the next.

    Raises Forbidden and Refused (`not_waiting`).
    """
    require(by, "bookings.answer_offer", wish)
    booking = locked(wish.offer) if wish.offer is not None else None
    wish = Wish.objects.select_for_update(of=["self"]).select_related("hub").get(pk=wish.pk)
    if wish.state not in (WishState.WAITING, WishState.OFFERED):
        raise Refused("not_waiting", _("This wish is not on the waiting list any more."))
    wish.state = WishState.WITHDRAWN
    wish.save(update_fields=["state"])
    if booking is not None and booking.state == BookingState.HELD:
        booking.state = BookingState.CANCELLED
        booking.cancelled_at = clock.now()
        booking.revision += 1
        booking.save(update_fields=["state", "cancelled_at", "revision"])
        free(booking)
    log(by, "withdraw_wish", wish, office=wish.hub.office_id, organisation=wish.organisation_id)
    return wish


@deed
def lapse_wishes(*, by: Author) -> int:
    """Take wishes off the list whose time has begun; answers how many."""
    require(by, "bookings.lapse_wishes")
    past = Wish.objects.filter(state=WishState.WAITING, period__startswith__lte=clock.now())
    return past.update(state=WishState.LAPSED)
