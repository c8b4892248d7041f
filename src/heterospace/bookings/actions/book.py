"""Booking a space and giving it back before it begins."""

import datetime as dt
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, allowed, deed, log, require
from ...core.refusals import Forbidden, Invalid, NotFound, Refused
from ...members.models import Organisation, Person
from ...members.queries import acts_for, person_of
from ...spaces.models import Space
from ...spaces.queries import space_schedule
from ...spaces.rules import why_not
from ..enums import BookingState
from ..models import Booking, Claim
from ..queries import claim_period, moments
from ..rules import release_moment, too_late_to_cancel
from .holding import LINK_SALT, clash, is_held, lock_leaves, locked, require_move, tell_person

TOO_LATE = _("It is too late to cancel this yourself. Please call or write to the front desk.")


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
    tell: bool = True,
) -> Booking:
    """Book `space` (with its hub loaded) for [start, end) and tell the person.

    Without `person` it is the author's own booking; desk staff may name somebody else. With `organisation` it is
    for an organisation that person currently acts for. `tell=False` keeps the mail back (the demo's history).

    Raises Forbidden (`forbidden`, `account_closed`, `not_your_organisation`), Invalid (`invalid`, with the
    codes of `spaces.rules.why_not` per field) and Refused (`clash`).
    """
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
    _check_wish(
        space, start, end, purpose, people, at_desk=at_desk, for_organisation=organisation is not None
    )

    leaves = lock_leaves(space)
    period = claim_period(space, start, end)
    if is_held(leaves, period):
        raise clash()
    booking = Booking(
        reference=codes.reference(),
        hub=hub,
        space=space,
        period=moments(start, end),
        person=person,
        organisation=organisation,
        purpose=purpose.strip(),
        people=people,
        created_at=clock.now(),
        release_at=release_moment(space, start, end),
    )
    booking.save(force_insert=True)
    Claim.objects.bulk_create([Claim(booking=booking, space_id=leaf, period=period) for leaf in leaves])
    log(
        by,
        "book_space",
        booking,
        office=hub.office_id,
        organisation=organisation.pk if organisation else None,
        space=space.pk,
        people=people,
    )
    if tell:
        tell_person("booking_confirmed", booking)
    return booking


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
    if too_late_to_cancel(booking) and not allowed(by, "bookings.book_for_others", booking.hub):
        raise Refused("too_late_to_cancel", TOO_LATE)
    booking.state = BookingState.CANCELLED
    booking.cancelled_at = clock.now()
    booking.cancel_reason = reason.strip()[:300]
    booking.revision += 1
    booking.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])
    booking.claims.all().delete()
    log(by, "cancel_booking", booking, office=booking.hub.office_id, organisation=booking.organisation_id)
    if tell:
        tell_person("booking_cancelled", booking)
    return booking


def _check_wish(
    space: Space, start: dt.datetime, end: dt.datetime, purpose: str, people: int, **who: bool
) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise TypeError("A booking needs aware moments")
    fields: dict[str, Any] = {}
    reasons = why_not(space, space_schedule(space), start, end, people, **who)
    for reason in reasons:
        fields.setdefault(reason.field, reason.sentence)
    first = reasons[0].code if reasons else "invalid"
    longest = Booking._meta.get_field("purpose").max_length or 0
    if not purpose.strip():
        fields["purpose"] = _("Say in a few words what you will do.")
        first = first if reasons else "no_purpose"
    elif len(purpose.strip()) > longest:
        fields["purpose"] = _("Please keep this under %(n)d characters.") % {"n": longest}
        first = first if reasons else "purpose_too_long"
    if fields:
        raise Invalid(first, next(iter(fields.values())), fields=fields)


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
