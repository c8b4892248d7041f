"""Being there: checking in, giving the rest back, staying longer, and what becomes of spaces nobody came to."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock, formats
from ...core.deeds import Author, allowed, deed, log, require
from ...core.refusals import Invalid, Refused
from ...spaces.queries import space_schedule
from ...spaces.rules import why_not
from ..enums import FIRM, WAITING, BookingState, LedgerKind
from ..models import Booking
from ..queries import claim_period, moments
from ..rules import presence_window
from .book import Booker, require_quota
from .counting import lock_counters
from .holding import (
    WHY_STAYS,
    enter,
    free,
    hold,
    let_go,
    lock_for,
    locked,
    require_free,
    require_move,
    shorten,
    tell_person,
)

LEFT_OPEN = dt.timedelta(hours=2)
AT_ONCE = 200


@deed
def check_in(booking: Booking, *, by: Author) -> Booking:
    """Say that the people of a booking are there: by its person on her phone or at the door, or by the desk.

    Who comes after the grace time but before anybody took the space back is let in.
    Raises Forbidden and Refused (`too_early`, `already_checked_in`, `already_over`, `already_cancelled`, `no_show`).
    """
    require(by, "bookings.attend", booking)
    booking = locked(booking)
    require_move(booking, BookingState.CHECKED_IN)
    _require_time(booking, by)
    booking.state = BookingState.CHECKED_IN
    booking.checked_in_at = clock.now()
    booking.save(update_fields=["state", "checked_in_at"])
    log(by, "check_in", booking, office=booking.hub.office_id, organisation=booking.organisation_id)
    return booking


@deed
def release_early(booking: Booking, *, by: Author) -> Booking:
    """End a booking now and give the rest of its time back; after its end it notes how long people stayed over.

    Raises Forbidden and Refused (`not_started`, `already_over`, `already_cancelled`, `no_show`).
    """
    require(by, "bookings.attend", booking)
    booking = locked(booking)
    require_move(booking, BookingState.FINISHED)
    now = clock.now()
    if not booking.is_inside:
        if now < booking.start:
            raise Refused("not_started", _("It has not begun yet. Cancel it instead."))
        if now >= booking.end:
            raise Refused(*WHY_STAYS[BookingState.FINISHED])
    minute = dt.timedelta(minutes=1)
    full = now.replace(second=0, microsecond=0)
    end = max(full if full == now else full + minute, (booking.held_from or booking.start) + minute)
    given_back = booking.end - end
    if given_back > dt.timedelta():
        booking.booked_until = booking.end
        booking.period = moments(booking.start, end)
        booking.revision += 1
        shorten(booking, end + dt.timedelta(minutes=booking.space.turnaround_minutes))
    booking.state = BookingState.FINISHED
    booking.ended_at = now
    booking.save(update_fields=["state", "ended_at", "booked_until", "period", "revision"])
    enter(booking, LedgerKind.USED, booking.start, booking.end)
    enter(booking, LedgerKind.GIVEN_BACK, booking.end, booking.booked_until or booking.end)
    log(
        by,
        "release_early",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
        minutes=max(0, int(given_back.total_seconds() // 60)),
        overtime=booking.overtime,
    )
    return booking


@deed
def extend_booking(
    booking: Booking, end: dt.datetime, *, by: Author, override: str = "", tell: bool = True
) -> Booking:
    """Let a booking last until `end` (aware), under the rules and the lock of a new booking, and tell the person.

    The desk goes beyond a quota by giving the reason (`override`).
    Raises Forbidden, Invalid (`not_longer` and the codes of `spaces.rules.why_not`) and Refused (`clash`, `changed`,
    `quota`, `too_early`, `already_over`, `already_cancelled`, `no_show`).
    """
    if end.tzinfo is None:
        raise TypeError("A booking needs aware moments")
    require(by, "bookings.attend", booking)
    wanted, known = lock_for(booking), booking.space_id
    booking = locked(booking)
    if booking.space_id != known:
        raise Refused("changed", _("This booking was just changed. Please look again."))
    state = BookingState(booking.state)
    if state not in FIRM:
        raise Refused(*WHY_STAYS[state])
    if not booking.is_inside:
        _require_time(booking, by)
        if booking.end <= clock.now():
            raise Refused(*WHY_STAYS[BookingState.FINISHED])
    if end <= max(booking.end, clock.now()):
        sentence = _("Choose an end that is later than now and than the booking's end.")
        raise Invalid("not_longer", sentence, fields={"end": sentence})
    space = booking.space
    schedule = space_schedule(space)
    reasons = why_not(space, schedule, booking.start, end, booking.people, is_longer=True)
    if reasons:
        fields = {reason.field: reason.sentence for reason in reversed(reasons)}
        raise Invalid(reasons[0].code, reasons[0].sentence, fields=fields)
    period = claim_period(space, booking.held_from or booking.start, end)
    lock_counters([booking], wanted.counted, [period])
    free(booking)
    require_free(wanted, period)
    booker = Booker(booking.person, booking.organisation, at_desk=False, decides=True)
    beyond = require_quota(space, booking.start, end, booker, by=by, override=override, besides=booking)
    minutes = int((end - booking.end).total_seconds() // 60)
    booking.period = moments(booking.start, end)
    booking.revision += 1
    booking.save(update_fields=["period", "revision"])
    hold(wanted, {booking: period})
    log(
        by,
        "extend_booking",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
        minutes=minutes,
        **({"override": override[:300]} if beyond else {}),
    )
    if tell:
        tell_person("booking_extended", booking)
    return booking


@deed
def mark_no_show(booking: Booking, *, by: Author) -> Booking:
    """Give a space back that nobody came to before its grace time is over, or note it afterwards: the desk's word.

    Raises Forbidden and Refused (`not_started`, `already_checked_in`, `already_over`, `already_cancelled`, `no_show`).
    """
    require(by, "bookings.mark_no_show", booking)
    booking = locked(booking)
    require_move(booking, BookingState.NO_SHOW)
    if clock.now() < booking.start:
        raise Refused("not_started", _("It has not begun yet. Cancel it instead."))
    let_go(booking, by=by)
    return booking


@deed
def mark_no_shows(*, by: Author, tell: bool = True) -> int:
    """Take back every space whose grace time is over and nobody checked in, and what nobody answered; answers how many.

    Several ticks at once share the work, and who checks in at the same moment is left alone.
    """
    require(by, "bookings.mark_no_shows")
    due = (
        Booking.objects.filter(state__in=[BookingState.CONFIRMED, *WAITING], release_at__lte=clock.now())
        .select_related("space", "hub", "person", "organisation")
        .order_by("id")
        .select_for_update(of=["self"], skip_locked=True)[:AT_ONCE]
    )
    found = list(due)
    lock_counters(found)
    for booking in found:
        let_go(booking, by=by, tell=tell)
    return len(found)


@deed
def finish_left_open(*, by: Author) -> int:
    """Close bookings that are over and nobody said so, two hours after the end: they count as used."""
    require(by, "bookings.finish_left_open")
    over = Booking.objects.filter(
        Q(state=BookingState.CHECKED_IN) | Q(state=BookingState.CONFIRMED, release_at=None),
        state__in=FIRM,
        period__endswith__lte=clock.now() - LEFT_OPEN,
    ).order_by("period__endswith", "id")
    found = list(over.select_related("hub").select_for_update(of=["self"], skip_locked=True)[:AT_ONCE])
    for booking in found:
        booking.state = BookingState.FINISHED
        booking.ended_at = booking.end
        booking.save(update_fields=["state", "ended_at"])
        enter(booking, LedgerKind.USED, booking.start, booking.end)
        log(
            by,
            "finish_left_open",
            booking,
            office=booking.hub.office_id,
            organisation=booking.organisation_id,
        )
    return len(found)


def _require_time(booking: Booking, by: Author) -> None:
    opens, closes = presence_window(booking, at_desk=allowed(by, "bookings.book_for_others", booking.hub))
    if clock.now() < opens:
        sentence = _("Too early: from %(moment)s on you can check in.")
        raise Refused("too_early", sentence % {"moment": formats.moment(opens, booking.hub.timezone)})
    if clock.now() >= closes:
        raise Refused(*WHY_STAYS[BookingState.FINISHED])
