"""Booking a space and giving it back before it begins."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, allowed, deed, log, require
from ...core.refusals import Forbidden, Invalid, NotFound, Refused, Sentence
from ...members.models import Organisation, Person
from ...members.queries import acts_for, person_of
from ...spaces.enums import Approval
from ...spaces.models import Equipment, Space
from ...spaces.queries import space_schedule
from ...spaces.rules import why_not
from ..enums import BookingState, LedgerKind, Whose, WishState
from ..fairness import quotas_on, shares
from ..models import BookedThing, Booking, Quota
from ..queries import claim_period, moments
from ..rules import release_moment, too_late_to_cancel
from .holding import (
    LINK_SALT,
    enter,
    free,
    hold,
    lock,
    locked,
    require_free,
    require_move,
    tell_managers,
    tell_person,
)

TOO_LATE = _("It is too late to cancel this yourself. Please call or write to the front desk.")


HOLD_LEAST = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Booker:
    """Who a booking is for, and in what role its author speaks."""

    person: Person
    organisation: Organisation | None
    at_desk: bool
    decides: bool  # needs nobody's approval


@deed
def book_space(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    purpose: str,
    people: int,
    by: Author,
    person: Person | None = None,
    organisation: Organisation | None = None,
    equipment: Mapping[Equipment, int] | None = None,
    override: str = "",
    tell: bool = True,
) -> Booking:
    """Book `space` (with its hub loaded) for [start, end), with things of its hub's, and tell the person.

    Where the space asks for approval the booking holds the time (`held`) or only asks for it (`requested`), unless
    its author decides here. Without `person` it is the author's own booking; desk staff may name somebody else, and
    may go beyond a quota by giving the reason (`override`). With `organisation` it is for an organisation that
    person currently acts for. `tell=False` keeps the mail back (the demo's history).

    Raises Forbidden (`forbidden`, `account_closed`, `not_your_organisation`), Invalid (`invalid`, with the
    codes of `spaces.rules.why_not` per field) and Refused (`clash`, `equipment_short`, `quota`).
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
    things = wanted_things(equipment)
    wanted = lock(space, people, things)
    period = claim_period(space, start, end)
    require_free(wanted, period)
    require_quota(space, start, end, booker, by=by, override=override)
    booking = new_booking(space, start, end, purpose, people, booker)
    booking.save(force_insert=True)
    BookedThing.objects.bulk_create(
        BookedThing(booking=booking, equipment=one, quantity=quantity) for one, quantity in things.items()
    )
    if booking.state != BookingState.REQUESTED:
        hold(wanted, {booking: period})
    log(
        by,
        "book_space",
        booking,
        office=space.hub.office_id,
        organisation=organisation.pk if organisation else None,
        space=space.pk,
        people=people,
        **({"override": override[:300]} if override else {}),
    )
    if tell:
        tell_person("booking_requested" if booking.is_waiting else "booking_confirmed", booking)
        if booking.is_waiting:
            tell_managers(booking)
    return booking


def booker_of(space: Space, by: Author, person: Person | None, organisation: Organisation | None) -> Booker:
    """Who a booking of `space` is for. Raises Forbidden when its author may not book for them."""
    hub = space.hub
    at_desk = by is SYSTEM or (person is not None and allowed(by, "bookings.book_for_others", hub))
    own = person_of(by, hub.office_id)
    if person is None:
        if own is None:
            raise Forbidden("not_a_member", _("Join first: booking needs an account at this office."))
        person = own
    elif not at_desk and person != own:
        raise Forbidden("forbidden", _("Only the hub's desk can book for somebody else."))
    if not person.is_active:
        raise Forbidden("account_closed", _("This account is closed. Ask the front desk to open it again."))
    if person.office_id != hub.office_id:
        raise Forbidden("not_a_member", _("Join first: booking needs an account at this office."))
    if organisation is not None and not acts_for(person).filter(pk=organisation.pk).exists():
        raise Forbidden(
            "not_your_organisation",
            _("You cannot act for this organisation now. Ask its leader to confirm you."),
            fields={"organisation": _("You cannot act for this organisation now.")},
        )
    decides = space.approval == Approval.INSTANT or allowed(by, "bookings.decide", hub)
    return Booker(person, organisation, at_desk, decides)


def wanted_things(equipment: Mapping[Equipment, int] | None) -> dict[Equipment, int]:
    """The things that are really wanted. Raises Invalid (`invalid`) for fewer than none."""
    wanted = dict(equipment or {})
    if any(quantity < 0 for quantity in wanted.values()):
        sentence = _("Say how many you need.")
        raise Invalid("invalid", sentence, fields={"equipment": sentence})
    return {one: quantity for one, quantity in wanted.items() if quantity}


def first_state(
    space: Space, start: dt.datetime, end: dt.datetime, booker: Booker
) -> tuple[BookingState, dt.datetime | None]:
    """The state a space's approval puts a wish in, and until when it waits for an answer or for its people."""
    if booker.decides or space.approval == Approval.INSTANT:
        return BookingState.CONFIRMED, release_moment(space, start, end)
    asked_until, state = start, BookingState.REQUESTED
    if space.approval == Approval.HOLD:
        asked_until, state = min(start, clock.now() + dt.timedelta(hours=space.hold_hours)), BookingState.HELD
    return state, max(asked_until, clock.now() + HOLD_LEAST)


def new_booking(
    space: Space, start: dt.datetime, end: dt.datetime, purpose: str, people: int, booker: Booker
) -> Booking:
    """A booking not yet saved, in the state the space's approval puts it in."""
    state, until = first_state(space, start, end, booker)
    return Booking(
        reference=codes.reference(),
        hub=space.hub,
        space=space,
        period=moments(start, end),
        person=booker.person,
        organisation=booker.organisation,
        purpose=purpose.strip(),
        people=people,
        state=state,
        created_at=clock.now(),
        release_at=until,
    )


def require_quota(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    booker: Booker,
    *,
    by: Author,
    override: str = "",
    besides: Booking | None = None,
) -> bool:
    """Go on only within the quotas of the organisation and the person, both locked; staff go beyond with a reason.

    `besides` is the booking as it was, when it is changed. Answers whether the reason was needed.
    Raises Refused (`quota`) and Forbidden (`forbidden`) when somebody else gives a reason.
    """
    quotas = quotas_on(space, booker.organisation)
    if not quotas:
        return False
    lock_shares(quotas, booker)
    wish = [(start, end)]
    (said,) = shares(quotas, space.hub, wish, booker.person, booker.organisation, besides=besides)
    over = next((share for share in said if share.is_over), None)
    if over is None:
        return False
    if override.strip():
        require(by, "bookings.book_for_others", space.hub)
        return True
    raise Refused("quota", over.sentence)


def lock_shares(quotas: Iterable[Quota], booker: Booker) -> None:
    """Lock the organisation and the person whose quota is looked at, so that two colleagues count one after the other."""
    whose = {quota.whose for quota in quotas}
    if booker.organisation and Whose.ORGANISATION in whose:
        Organisation.objects.select_for_update(no_key=True).get(pk=booker.organisation.pk)
    if Whose.PERSON in whose:
        Person.objects.select_for_update(no_key=True).get(pk=booker.person.pk)


@deed
def cancel_booking(booking: Booking, *, by: Author, reason: str = "", tell: bool = True) -> Booking:
    """Give the space back and tell the person. Until the space's limit the person herself, later only the desk.

    Raises Forbidden (`forbidden`) and Refused (`already_cancelled`, `already_checked_in`, `already_over`, `no_show`,
    `too_late_to_cancel`).
    """
    require(by, "bookings.cancel", booking)
    booking = locked(booking)
    require_move(booking, BookingState.CANCELLED)
    if booking.end <= clock.now():
        raise Refused("already_over", _("This booking is already over."))
    is_late = too_late_to_cancel(booking) and not booking.is_waiting
    if is_late and not allowed(by, "bookings.book_for_others", booking.hub):
        raise Refused("too_late_to_cancel", TOO_LATE)
    booking.state = BookingState.CANCELLED
    booking.cancelled_at = clock.now()
    booking.cancel_reason = reason.strip()[:300]
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])
    booking.wish.filter(state=WishState.OFFERED).update(state=WishState.WITHDRAWN)
    free(booking)
    if is_late:
        enter(booking, LedgerKind.LATE_CANCEL, booking.start, booking.end)
    log(by, "cancel_booking", booking, office=booking.hub.office_id, organisation=booking.organisation_id)
    if tell:
        tell_person("booking_cancelled", booking)
    return booking


def check_wish(
    space: Space, start: dt.datetime, end: dt.datetime, purpose: str, people: int, **who: bool
) -> None:
    """Go on only with a wish that the space's rules allow; raises Invalid with a sentence for each field."""
    if start.tzinfo is None or end.tzinfo is None:
        raise TypeError("A booking needs aware moments")
    fields: dict[str, Any] = {}
    reasons = why_not(space, space_schedule(space), start, end, people, **who)
    for reason in reasons:
        fields.setdefault(reason.field, reason.sentence)
    first = reasons[0].code if reasons else "invalid"
    try:
        check_purpose(purpose)
    except Invalid as refusal:
        fields |= refusal.fields
        first = first if reasons else refusal.code
    if fields:
        raise Invalid(first, next(iter(fields.values())), fields=fields)


def check_purpose(purpose: str) -> None:
    """Go on only when it is said what for; raises Invalid (`no_purpose`, `purpose_too_long`)."""
    longest = Booking._meta.get_field("purpose").max_length or 0
    if not purpose.strip():
        sentence: Sentence = _("Say in a few words what you will do.")
        raise Invalid("no_purpose", sentence, fields={"purpose": sentence})
    if len(purpose.strip()) > longest:
        sentence = _("Please keep this under %(n)d characters.") % {"n": longest}
        raise Invalid("purpose_too_long", sentence, fields={"purpose": sentence})


def booking_of_link(token: str) -> Booking:
    """The booking a cancel link is for. Raises NotFound (`unknown_link`) for a made-up or mangled one."""
    try:
        number = signing.loads(token, salt=LINK_SALT)
    except signing.BadSignature as error:
        raise NotFound(
            "unknown_link", _("This link is not complete. Open it from the message again.")
        ) from error
    return Booking.objects.select_related("space", "hub", "person", "organisation").get(pk=number)


@deed
def cancel_by_link(token: str, *, by: Author) -> Booking:
    """Cancel a booking by the link of its messages, under the same limit as its person.

    Raises NotFound (`unknown_link`), Refused (`already_cancelled`, `already_over`, `too_late_to_cancel`).
    """
    require(by, "bookings.cancel_by_link")
    booking = booking_of_link(token)
    if too_late_to_cancel(booking) and booking.end > clock.now() and booking.is_live:
        raise Refused("too_late_to_cancel", TOO_LATE)
    return cancel_booking(booking, by=by)
