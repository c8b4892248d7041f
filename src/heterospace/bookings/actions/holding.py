"""What the deeds of bookings share.

Locks are taken in one order: leaf spaces by id, then bookings by id, then nothing else.
"""

from collections.abc import Iterable

from django.core import signing
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from ...core import clock
from ...core.deeds import SYSTEM, Author, constraint_refuses, log
from ...core.notify import notify
from ...core.refusals import Refused, Sentence
from ...spaces.models import Space, SpaceLeaf
from ..calendars import ics_of
from ..enums import MOVES, BookingState
from ..models import Booking
from ..queries import claims_on

LINK_SALT = "bookings.give-back"
WHY_STAYS: dict[BookingState, tuple[str, Sentence]] = {
    BookingState.CONFIRMED: ("not_checked_in", _("Nobody has checked in for this booking.")),
    BookingState.CHECKED_IN: ("already_checked_in", _("This booking is already checked in.")),
    BookingState.FINISHED: ("already_over", _("This booking is already over.")),
    BookingState.NO_SHOW: ("no_show", _("Nobody checked in on time, so this space was given to others.")),
    BookingState.CANCELLED: ("already_cancelled", _("This booking was already cancelled.")),
}


def clash() -> Refused:
    """The refusal of a time somebody else has."""
    return Refused("clash", _("Somebody else has this space at that time. Choose another time or space."))


constraint_refuses("claim_no_overlap", clash)


def locked(booking: Booking) -> Booking:
    """The booking as it stands now, locked until the deed is done."""
    rows = Booking.objects.select_for_update(of=["self"])
    return rows.select_related("space__hub", "hub", "person", "organisation").get(pk=booking.pk)


def require_move(booking: Booking, to: BookingState) -> None:
    """Go on only when the booking's state may become `to`; raises Refused with the code of why it stays."""
    state = BookingState(booking.state)
    if to not in MOVES[state]:
        raise Refused(*WHY_STAYS[state])


def is_held(leaves: Iterable[int], period: TimestamptzRange, *, besides: Booking | None = None) -> bool:
    """Whether somebody (other than `besides`) holds one of these locked leaves in `period`.

    Bookings nobody came to, whose time to be taken back has passed, are found here and let go.
    """
    claims = claims_on(leaves, period)
    if besides is not None:
        claims = claims.exclude(booking=besides)
    if not claims.exists():
        return False
    overdue = Booking.objects.filter(
        pk__in=list(claims.values_list("booking", flat=True)),
        state=BookingState.CONFIRMED,
        release_at__lte=clock.now(),
    )
    rows = overdue.select_related("space", "hub", "person", "organisation").order_by("id")
    found = list(rows.select_for_update(of=["self"]))
    for booking in found:
        let_go(booking, by=SYSTEM)
    return not found or claims.exists()


def let_go(booking: Booking, *, by: Author, tell: bool = True) -> None:
    """Take a locked booking back that nobody came to; its person is told while there is time left to lose."""
    booking.state = BookingState.NO_SHOW
    booking.ended_at = clock.now()
    booking.revision += 1
    booking.save(update_fields=["state", "ended_at", "revision"])
    booking.claims.all().delete()
    log(by, "no_show", booking, office=booking.hub.office_id, organisation=booking.organisation_id)
    if tell and booking.end > clock.now():
        tell_person("booking_released", booking)


def lock_leaves(space: Space) -> list[int]:
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


def tell_person(kind: str, booking: Booking, **more: str) -> None:
    """Queue a message of `kind` to the person who has the booking; `more` goes to its text."""
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
            **more,
        },
        office=booking.hub.office_id,
        hub=booking.hub_id,
    )


def cancel_link(booking: Booking) -> str:
    """The path that lets whoever holds it cancel this one booking without signing in."""
    return f"/bookings/give-back/{signing.dumps(booking.pk, salt=LINK_SALT)}/"
