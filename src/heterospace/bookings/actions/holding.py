"""What the deeds of bookings share.

Locks are taken in one order: leaf spaces by id, then equipment by id, then bookings by id, then wishes, then counters
(of spaces by id, then of equipment by id, in time order), then the organisation, then the person. A deed that takes
several of one kind takes them together: `lock_together`, `lock_counters`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from ...core import clock
from ...core.deeds import SYSTEM, Author, constraint_refuses, deed, log
from ...core.notify import notify
from ...core.refusals import Refused, Sentence
from ...members.enums import HubRoleName
from ...members.queries import staff_of
from ...spaces.models import Equipment, Space, SpaceLeaf
from ..calendars import ics_of
from ..enums import FIRM, MOVES, WAITING, BookingState, LedgerKind, WishState
from ..models import BlockOut, Booking, Claim, LedgerEntry, Wish
from ..queries import claimed_in, claims_on, ends, longest_tidying, moments, overdue_in, quarters_of
from ..signals import time_freed
from ..waiting import OFFERS_MOST
from .counting import Counted, give_back, give_rest_back, is_short, lock_counters, short_times, take

LINK_SALT = "bookings.give-back"
WHY_STAYS: dict[BookingState, tuple[str, Sentence]] = {
    BookingState.REQUESTED: ("not_decided", _("This booking has not been approved yet.")),
    BookingState.HELD: ("not_decided", _("This booking has not been approved yet.")),
    BookingState.CONFIRMED: ("not_checked_in", _("Nobody has checked in for this booking.")),
    BookingState.CHECKED_IN: ("already_checked_in", _("This booking is already checked in.")),
    BookingState.FINISHED: ("already_over", _("This booking is already over.")),
    BookingState.NO_SHOW: ("no_show", _("Nobody checked in on time, so this space was given to others.")),
    BookingState.CANCELLED: ("already_cancelled", _("This booking was already cancelled.")),
    BookingState.REFUSED: ("already_refused", _("This request was already refused.")),
    BookingState.EXPIRED: ("expired", _("Nobody answered this request in time, so it lapsed.")),
}


def clash() -> Refused:
    """The refusal of a time somebody else has."""
    return Refused("clash", _("Somebody else has this space at that time. Choose another time or space."))


def too_few(name: str = "") -> Refused:
    """The refusal of more things than there are left."""
    sentence = _("There are not enough left at that time: %(name)s.") % {"name": name or _("desks")}
    return Refused("equipment_short" if name else "clash", sentence)


constraint_refuses("claim_no_overlap", clash)
constraint_refuses("quarter_not_over", too_few)


@dataclass
class Wanted:
    """What a booking holds, under lock: leaves claimed whole, desks and things that are counted."""

    leaves: list[int] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # of the equipment, by id


def locked(booking: Booking) -> Booking:
    """The booking as it stands now, locked until the deed is done."""
    rows = Booking.objects.select_for_update(of=["self"])
    return rows.select_related("space__hub", "hub", "person", "organisation").get(pk=booking.pk)


def require_move(booking: Booking, to: BookingState) -> None:
    """Go on only when the booking's state may become `to`; raises Refused with the code of why it stays."""
    state = BookingState(booking.state)
    if to not in MOVES[state]:
        raise Refused(*WHY_STAYS[state])


def lock(
    space: Space, people: int, equipment: Mapping[Equipment, int] | None = None, *, whole: bool = False
) -> Wanted:
    """Lock the leaves that `space` claims and then the equipment, each in id order; answer what is wanted of them.

    `people` desks of a shared space, all of them when it is taken as part of a larger one or `whole`.
    Raises Refused (`changed`) when the space was divided or closed while we waited, or the equipment put away.
    """
    changed = Refused("changed", _("This space was just changed. Please look again."))
    rows = _leaves_under_lock(space)
    if not rows or not all(is_leaf and is_active for _pk, is_leaf, is_active, _shared, _most in rows):
        raise changed
    found: list[Equipment] = []
    if equipment:
        pools = Equipment.objects.filter(
            pk__in=[one.pk for one in equipment], is_active=True, hub=space.hub_id
        )
        found = list(pools.order_by("pk").select_for_update(no_key=True))
        if len(found) < len(equipment):
            raise changed
    return _wanted(space, people, rows, {one: equipment[one] for one in found} if equipment else {}, whole)


Leaf = tuple[int, bool, bool, bool, int]  # pk, is_leaf, is_active, is_shared, capacity


def _leaves(space: Space) -> QuerySet[Space, Leaf]:
    ids = SpaceLeaf.objects.filter(space=space).values("leaf")
    leaves = Space.objects.filter(pk__in=ids).order_by("pk")
    return leaves.values_list("pk", "is_leaf", "is_active", "is_shared", "capacity")


def _leaves_under_lock(space: Space) -> list[Leaf]:
    return list(_leaves(space).select_for_update(no_key=True))


def _wanted(
    space: Space, people: int, leaves: Iterable[Leaf], equipment: Mapping[Equipment, int], whole: bool = False
) -> Wanted:
    wanted = Wanted()
    for pk, _leaf, _active, is_shared, capacity in leaves:
        if is_shared:
            desks = people if pk == space.pk and not whole else capacity
            wanted.counted.append(Counted("space", pk, desks, capacity))
        else:
            wanted.leaves.append(pk)
    for one, quantity in equipment.items():
        wanted.counted.append(Counted("equipment", one.pk, quantity, one.quantity))
        wanted.names[one.pk] = one.name
    return wanted


def lock_for(booking: Booking, space: Space | None = None) -> Wanted:
    """Lock what a booking holds or is to hold (in `space`, else its own), before the booking itself."""
    return lock(space or booking.space, booking.people, _things(booking))


def seen(booking: Booking) -> Wanted:
    """What a booking is to hold, without a lock: for a look at others while our own locks are taken."""
    return _wanted(booking.space, booking.people, _leaves(booking.space), _things(booking))


def _things(booking: Booking) -> dict[Equipment, int]:
    rows = booking.things.select_related("equipment").order_by("equipment_id")
    return {row.equipment: row.quantity for row in rows}


def lock_together(spaces: Iterable[Space], bookings: Iterable[Booking] = ()) -> None:
    """Lock the leaves of several spaces and the things of several bookings in one go, before they are locked one by
    one: who swaps rooms, or moves many, never waits for another who does."""
    ids = SpaceLeaf.objects.filter(space__in=list(spaces)).values("leaf")
    rows = Space.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))
    pools = Equipment.objects.filter(booked_things__booking__in=list(bookings)).values("pk")
    list(Equipment.objects.filter(pk__in=pools).order_by("pk").select_for_update(no_key=True))


def require_free(wanted: Wanted, period: TimestamptzRange) -> None:
    """Go on only when all that is wanted is free in `period`; raises Refused (`clash`, `equipment_short`).

    Bookings nobody came to or answered in time are found here and let go.
    """
    refusal = _refusal(wanted, period)
    if refusal and let_go_overdue(wanted, period):
        refusal = _refusal(wanted, period)
    if refusal:
        raise refusal


def is_free(wanted: Wanted, period: TimestamptzRange) -> bool:
    """Whether all that is wanted is free in `period`."""
    return _refusal(wanted, period) is None


def refusals(wanted: Wanted, periods: Sequence[TimestamptzRange]) -> list[Refused | None]:
    """For each period why what is wanted cannot be had then (None when it can), in a constant number of queries."""
    if not periods:
        return []
    held = [ends(claimed) for claimed in claimed_in(wanted.leaves, periods)]
    spans = [ends(period) for period in periods]
    first, after = quarters_of(moments(min(low for low, _high in spans), max(high for _low, high in spans)))
    short = [(one, short_times(one, first, after)) for one in wanted.counted]
    found: list[Refused | None] = []
    for period in periods:
        start, end = ends(period)
        low, high = quarters_of(period)
        refusal = clash() if any(begins < end and start < stops for begins, stops in held) else None
        for one, times in short:
            if refusal is None and (one.quantity > one.most or any(low <= at < high for at in times)):
                refusal = too_few(wanted.names.get(one.pk, "") if one.thing == "equipment" else "")
        found.append(refusal)
    return found


def _refusal(wanted: Wanted, period: TimestamptzRange) -> Refused | None:
    if claims_on(wanted.leaves, period).exists():
        return clash()
    for one in wanted.counted:
        if is_short(one, period):
            return too_few(wanted.names.get(one.pk, "") if one.thing == "equipment" else "")
    return None


def let_go_overdue(wanted: Wanted, *periods: TimestamptzRange) -> bool:
    """Let go of what stands in the way in any of the periods and is overdue: nobody came, or nobody answered.

    Answers whether there was anything.
    """
    ids = overdue_in(wanted.leaves, [(one.thing, one.pk) for one in wanted.counted], periods)
    if not ids:
        return False
    overdue = Booking.objects.filter(
        pk__in=ids,
        state__in=[BookingState.CONFIRMED, BookingState.HELD],
        release_at__lte=clock.now(),
    )
    overdue = overdue.select_related("space", "hub", "person", "organisation").order_by("id")
    found = list(overdue.select_for_update(of=["self"]))
    if found:
        lock_counters(found, wanted.counted, periods)
    for booking in found:
        let_go(booking, by=SYSTEM)
    return bool(found)


def hold(wanted: Wanted, periods: Mapping[Booking | BlockOut, TimestamptzRange]) -> None:
    """Claim the leaves and count the desks and things for each holder's period, under the constraints."""
    Claim.objects.bulk_create(
        Claim(
            booking=holder if isinstance(holder, Booking) else None,
            block_out=holder if isinstance(holder, BlockOut) else None,
            space_id=leaf,
            period=period,
        )
        for holder, period in periods.items()
        for leaf in wanted.leaves
    )
    take(wanted.counted, periods)


def free(thing: Booking | BlockOut) -> None:
    """Give up all that a booking or block-out holds; who waits for that time gets an offer."""
    freed = list(thing.claims.values_list("period", flat=True)) + list(
        thing.portions.values_list("counted", flat=True)
    )
    thing.claims.all().delete()
    give_back(thing.portions.order_by("space_id", "equipment_id"))
    if freed:
        start, end = min(one.lower for one in freed), max(one.upper for one in freed)
        tell_waiting(thing.hub_id, start, end)


def shorten(booking: Booking, until: dt.datetime) -> None:
    """Let a booking hold what it holds only until `until` (tidying included); the rest is for others."""
    last = until
    for claim in booking.claims.order_by("space"):
        last = max(last, claim.period.upper)
        claim.period = moments(claim.period.lower, min(claim.period.upper, until))
        claim.save(update_fields=["period"])
    for portion in booking.portions.order_by("space_id", "equipment_id"):
        last = max(last, portion.counted.upper)
        give_rest_back(portion, until)
    tell_waiting(booking.hub_id, until, last)


def tell_waiting(hub: int, start: dt.datetime, end: dt.datetime) -> None:
    """Something of a hub's [start, end) became free: announce it when somebody waits.

    A wish that ends before may have waited for the time to tidy up after it.
    """
    start -= longest_tidying(hub)
    if (
        start < end
        and Wish.objects.filter(
            hub=hub, state=WishState.WAITING, period__overlap=moments(start, end)
        ).exists()
    ):
        time_freed.send(sender=Wish, hub=hub, start=start, end=end)


def let_go(booking: Booking, *, by: Author, tell: bool = True) -> None:
    """Take a locked booking back that nobody came to, or that nobody answered in time.

    Its person is told while there is time left to lose.
    """
    expired = booking.state in WAITING
    booking.state = BookingState.EXPIRED if expired else BookingState.NO_SHOW
    booking.ended_at = None if expired else clock.now()
    booking.revision += 1
    booking.save(update_fields=["state", "ended_at", "revision"])
    offered = expired and _pass_over(booking)
    free(booking)
    if not expired:
        enter(booking, LedgerKind.NO_SHOW, booking.start, booking.end)
    log(
        by,
        "lapse" if expired else "no_show",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
    )
    if tell and (expired or booking.end > clock.now()):
        kind = "wish_lapsed" if offered else "booking_expired" if expired else "booking_released"
        tell_person(kind, booking)


@deed
def close_when_lapsed(booking: Booking, *, by: Author) -> None:
    """Close a hold or an offer whose time is up: whoever finds it does, before its own transaction."""
    booking = locked(booking)
    until = booking.release_at
    if booking.state == BookingState.HELD and until is not None and until <= clock.now():
        let_go(booking, by=by)


def _pass_over(booking: Booking) -> bool:
    """Put who let this offer lapse back on the waiting list, or off it after OFFERS_MOST; False when it was none."""
    wish = booking.wish.filter(state=WishState.OFFERED).select_for_update(of=["self"]).first()
    if wish is None:
        return False
    wish.passed += 1
    wish.state = WishState.LAPSED if wish.passed >= OFFERS_MOST else WishState.WAITING
    wish.save(update_fields=["passed", "state"])
    return True


def enter(booking: Booking, kind: LedgerKind, start: dt.datetime, end: dt.datetime) -> None:
    """Write into the fair-use ledger what became of [start, end) of a booking; nothing for no time."""
    minutes = int((end - start).total_seconds() // 60)
    if minutes > 0:
        LedgerEntry.objects.bulk_create(
            [LedgerEntry(booking=booking, kind=kind, minutes=minutes, at=clock.now())], ignore_conflicts=True
        )


def tell_person(kind: str, booking: Booking, **more: object) -> None:
    """Queue a message of `kind` to the person who has the booking; `more` is added to its words."""
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
            "ics": ics_of(booking) if booking.state in FIRM or booking.is_given_up else "",
            **more,
        },
        office=booking.hub.office_id,
        hub=booking.hub_id,
    )


def tell_managers(booking: Booking) -> None:
    """Queue a message to each manager of the hub that somebody asks for a space."""
    managers = staff_of(booking.hub).filter(role=HubRoleName.MANAGER)
    for role in managers.exclude(person=booking.person):
        notify(
            role.person.addressee,
            "request_waiting",
            {
                "reference": booking.reference,
                "space": booking.space.name,
                "hub": booking.hub.name,
                "hub_slug": booking.hub.slug,
                "timezone": booking.hub.timezone,
                "start": booking.start.isoformat(),
                "end": booking.end.isoformat(),
                "who": booking.organisation.name if booking.organisation else booking.person.name,
                "purpose": booking.purpose,
                "people": booking.people,
            },
            office=booking.hub.office_id,
            hub=booking.hub_id,
        )


def cancel_link(booking: Booking) -> str:
    """The path that lets whoever holds it cancel this one booking without signing in."""
    return f"/bookings/give-back/{signing.dumps(booking.pk, salt=LINK_SALT)}/"
