"""Whom a booking brings along: named beforehand or at the desk, ticked off as they come and go."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.refusals import Invalid, Refused
from ..enums import LIVE, BookingState
from ..models import Booking, Guest
from .holding import WHY_STAYS, locked

MOST = 300  # names on one booking; a longer list is an event's
NAMES_KEPT = dt.timedelta(days=30)


@deed
def add_guests(booking: Booking, names: Iterable[str], *, by: Author, arrived: bool = False) -> list[Guest]:
    """Write guests down by name, `arrived` when they stand here. Names already on the list are not written twice.

    Raises Forbidden, Invalid (`no_names`, `too_many_guests`, `too_long`) and Refused (what is over or given up).
    """
    require(by, "bookings.attend", booking)
    tidy = [" ".join(name.split()) for name in names]
    tidy = list(dict.fromkeys(name for name in tidy if name))
    if not tidy:
        none = _("Write at least one name.")
        raise Invalid("no_names", none, fields={"names": none})
    longest = Guest._meta.get_field("name").max_length or 0
    if any(len(name) > longest for name in tidy):
        sentence = _("Please keep each name under %(n)d characters.") % {"n": longest}
        raise Invalid("too_long", sentence, fields={"names": sentence})
    booking = _open(booking)
    known = {guest.name: guest for guest in booking.guests.order_by("id")}
    if len(known) + len(tidy) > MOST:
        sentence = _("A booking can have at most %(n)d guests by name.") % {"n": MOST}
        raise Invalid("too_many_guests", sentence, fields={"names": sentence})
    here = clock.now() if arrived else None
    new = [Guest(booking=booking, name=name, arrived_at=here) for name in tidy if name not in known]
    Guest.objects.bulk_create(new)
    if here:
        again = [known[name].pk for name in tidy if name in known]
        booking.guests.filter(pk__in=again, arrived_at=None).update(arrived_at=here)
    _log(by, "add_guests", booking, guests=len(new))
    return new


@deed
def guest_arrived(guest: Guest, *, by: Author) -> Guest:
    """Tick a guest off as here; who had gone comes back. Raises Forbidden and Refused (what is over or given up)."""
    require(by, "bookings.attend", guest.booking)
    booking = _open(guest.booking)
    guest.refresh_from_db()
    guest.arrived_at = guest.arrived_at or clock.now()
    guest.left_at = None
    guest.save(update_fields=["arrived_at", "left_at"])
    _log(by, "guest_arrived", booking, guest=guest.pk)
    return guest


@deed
def guest_left(guest: Guest, *, by: Author) -> Guest:
    """Note that a guest went home. Raises Forbidden and Refused (`not_here`)."""
    require(by, "bookings.attend", guest.booking)
    booking = locked(guest.booking)
    guest.refresh_from_db()
    if not guest.is_there:
        raise Refused("not_here", _("This guest is not here."))
    guest.left_at = clock.now()
    guest.save(update_fields=["left_at"])
    _log(by, "guest_left", booking, guest=guest.pk)
    return guest


@deed
def remove_guest(guest: Guest, *, by: Author) -> None:
    """Take a name off the list again, while the guest has not come. Raises Forbidden and Refused (`was_here`)."""
    require(by, "bookings.attend", guest.booking)
    booking = locked(guest.booking)
    guest.refresh_from_db()
    if guest.arrived_at is not None:
        raise Refused("was_here", _("This guest was here: the list keeps that."))
    _log(by, "remove_guest", booking, guest=guest.pk)
    guest.delete()


@deed
def forget_guests(*, by: Author) -> int:
    """Blank the names of guests a month after their booking; when they came stays, for the count of heads."""
    require(by, "bookings.forget_guests")
    old = Q(booking__period__endswith__lt=clock.now() - NAMES_KEPT)
    ids = list(Guest.objects.filter(old).exclude(name="").order_by("id").values_list("pk", flat=True)[:5000])
    return Guest.objects.filter(pk__in=ids).update(name="") if ids else 0


def _open(booking: Booking) -> Booking:
    booking = locked(booking)
    state = BookingState(booking.state)
    if state not in LIVE:
        raise Refused(*WHY_STAYS[state])
    return booking


def _log(by: Author, name: str, booking: Booking, **facts: int) -> None:
    log(by, name, booking, office=booking.hub.office_id, organisation=booking.organisation_id, **facts)
