"""The deeds of bookings. Locks are taken in one order: leaf spaces by id, then nothing else."""

import datetime as dt
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from ..core import clock, codes
from ..core.deeds import SYSTEM, Author, allowed, constraint_refuses, deed, human, log, require
from ..core.notify import notify
from ..core.refusals import Forbidden, Invalid, NotFound, Refused
from ..hubs.models import Hub, Office
from ..members.models import Organisation, Person
from ..members.queries import acts_for, person_of
from ..spaces.models import Space, SpaceLeaf
from ..spaces.queries import space_schedule
from ..spaces.rules import why_not
from .calendars import ics_of
from .enums import MOVES, BookingState
from .models import Booking, Claim, Feed
from .queries import claim_period, claims_on, moments
from .rules import may_read_feed, too_late_to_cancel

REMIND_AHEAD = dt.timedelta(days=1)
JUST_BOOKED = dt.timedelta(hours=6)
LINK_SALT = "bookings.give-back"
TOO_LATE = _("It is too late to cancel this yourself. Please call or write to the front desk.")


def _clash() -> Refused:
    return Refused("clash", _("Somebody else has this space at that time. Choose another time or space."))


constraint_refuses("claim_no_overlap", _clash)


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

    leaves = _lock_leaves(space)
    period = claim_period(space, start, end)
    if claims_on(leaves, period).exists():
        raise _clash()
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
        _tell("booking_confirmed", booking)
    return booking


@deed
def cancel_booking(booking: Booking, *, by: Author, reason: str = "", tell: bool = True) -> Booking:
    """Give the space back and tell the person. Until the space's limit the person herself, later only the desk.

    Raises Forbidden (`forbidden`) and Refused (`already_cancelled`, `already_over`, `too_late_to_cancel`).
    """
    require(by, "bookings.cancel", booking)
    booking = (
        Booking.objects.select_for_update(of=["self"])
        .select_related("space", "hub", "person", "organisation")
        .get(pk=booking.pk)
    )
    if BookingState.CANCELLED not in MOVES[BookingState(booking.state)]:
        raise Refused("already_cancelled", _("This booking was already cancelled."))
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
        _tell("booking_cancelled", booking)
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


def _lock_leaves(space: Space) -> list[int]:
    """Lock the leaves a booking of `space` claims, in id order, and answer their ids.

    Raises Refused (`changed`) when the space was divided or closed while we waited.
    """
    ids = SpaceLeaf.objects.filter(space=space).values("leaf")
    rows = list(
        Space.objects.filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", "is_leaf", "is_active")
    )
    if not rows or not all(is_leaf and is_active for _pk, is_leaf, is_active in rows):
        raise Refused("changed", _("This space was just changed. Please look again."))
    return [pk for pk, _leaf, _active in rows]


def _tell(kind: str, booking: Booking) -> None:
    notify(
        booking.person.addressee,
        kind,
        {
            "reference": booking.reference,
            "space": booking.space.name,
            "hub": booking.hub.name,
            "address": booking.hub.address,
            "timezone": booking.hub.timezone,
            "start": booking.start.isoformat(),
            "end": booking.end.isoformat(),
            "purpose": booking.purpose,
            "people": booking.people,
            "reason": booking.cancel_reason,
            "give_back": cancel_link(booking),
            "ics": ics_of(booking),
        },
        office=booking.hub.office_id,
        hub=booking.hub_id,
    )


@deed
def remind_of_coming(*, by: Author) -> int:
    """Remind people of what starts within a day, once each; what was booked just now needs no reminder.

    Answers how many were reminded. Several ticks at once share the work.
    """
    require(by, "bookings.remind")
    now = clock.now()
    coming = (
        Booking.objects.filter(
            state=BookingState.CONFIRMED,
            reminded_at=None,
            period__startswith__gt=now,
            period__startswith__lte=now + REMIND_AHEAD,
            created_at__lte=now - JUST_BOOKED,
        )
        .select_related("space", "hub", "person", "organisation")
        .order_by("id")
        .select_for_update(of=["self"], skip_locked=True)[:200]
    )
    due = list(coming)
    for booking in due:
        booking.reminded_at = now
        booking.save(update_fields=["reminded_at"])
        _tell("booking_reminder", booking)
    return len(due)


def cancel_link(booking: Booking) -> str:
    """The path that lets whoever holds it cancel this one booking without signing in."""
    return f"/bookings/give-back/{signing.dumps(booking.pk, salt=LINK_SALT)}/"


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


@deed
def make_feed(
    office: Office,
    *,
    by: Author,
    organisation: Organisation | None = None,
    space: Space | None = None,
    hub: Hub | None = None,
) -> Feed:
    """A calendar of the author's own bookings, or of one thing she may see them of; the one she has, if she has one.

    Raises Forbidden (`not_a_member`, `forbidden`).
    """
    person = person_of(by, office.pk)
    if person is None or not person.is_active:
        raise Forbidden("not_a_member", _("Join first: a calendar needs an account at this office."))
    feed = Feed(maker=person, organisation=organisation, space=space, hub=hub)
    if not may_read_feed(human(by), feed):
        raise Forbidden("forbidden", _("You may not see these bookings."))
    known = Feed.objects.filter(
        maker=person, organisation=organisation, space=space, hub=hub, revoked_at=None
    ).first()
    if known is not None:
        return known
    feed.secret, feed.made_at = codes.secret(), clock.now()
    feed.save(force_insert=True)
    log(by, "make_feed", feed, office=office.pk, organisation=organisation.pk if organisation else None)
    return feed


@deed
def revoke_feed(feed: Feed, *, by: Author) -> None:
    """Close a calendar's address for good. Raises Forbidden."""
    require(by, "bookings.revoke_feed", feed)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        log(by, "revoke_feed", feed, office=feed.maker.office_id)
