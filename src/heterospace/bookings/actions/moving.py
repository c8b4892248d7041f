"""Moving a booking: to another space, another time, or both."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ...core import clock, formats
from ...core.deeds import Author, allowed, deed, log, require
from ...core.refusals import Invalid, Refused
from ...spaces.enums import Approval
from ...spaces.models import Space
from ...spaces.queries import space_schedule
from ...spaces.rules import why_not
from ..enums import LIVE, BookingState
from ..models import Booking
from ..queries import claim_period, moments
from ..rules import release_moment, too_late_to_cancel
from .book import HOLD_LEAST, Booker, require_quota
from .counting import lock_counters
from .holding import WHY_STAYS, free, hold, lock_for, lock_together, locked, require_free, tell_person
from .reminders import REMIND_AHEAD


@deed
def move_booking(
    booking: Booking,
    *,
    by: Author,
    space: Space | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    override: str = "",
    tell: bool = True,
) -> Booking:
    """Give a booking another space of its hub, another time (aware), or both, under the rules of a new booking.

    What is left out stays; a new start without an end keeps the length. One that has begun keeps its start once
    people are in, and holds a new space from now on only. The desk may until the end, others until the limit for
    cancelling, and the desk goes beyond a quota by giving the reason (`override`), which another room at the same time
    does not need. The same wish again changes nothing and tells nobody.

    Raises Forbidden, Invalid (`other_hub`, `has_begun`, the codes of `spaces.rules.why_not`) and Refused (`clash`,
    `changed`, `quota`, `too_late_to_move`, `needs_approval`, `already_over`, `already_cancelled`, `no_show`).
    """
    if any(moment is not None and moment.tzinfo is None for moment in (start, end)):
        raise TypeError("A booking needs aware moments")
    require(by, "bookings.move", booking)
    known = booking.space_id
    space = space or booking.space
    if space.hub_id != booking.hub_id:
        sentence = _("Choose a space of the same hub.")
        raise Invalid("other_hub", sentence, fields={"space": sentence})
    lock_together([booking.space, space])
    wanted = lock_for(booking, space)
    booking = locked(booking)
    if booking.space_id != known:
        raise Refused("changed", _("This booking was just changed. Please look again."))
    at_desk = allowed(by, "bookings.book_for_others", booking.hub)
    _require_movable(booking, at_desk=at_desk)
    if space.approval != Approval.INSTANT and not allowed(by, "bookings.decide", booking.hub):
        raise Refused("needs_approval", _("This space needs approval. Ask for the new time instead."))
    was_space, was_start, was_end = booking.space, booking.start, booking.end
    start = start or was_start
    end = end or start + (was_end - was_start)
    if (space.pk, start, end) == (was_space.pk, was_start, was_end):
        return booking

    now = clock.now()
    stays_begun = start == was_start and (booking.is_inside or start <= now)
    _check(booking, space, start, end, at_desk=at_desk, stays_begun=stays_begun)
    held_from = None
    if stays_begun:
        held_from = booking.held_from if space == was_space else now.replace(second=0, microsecond=0)
        held_from = held_from if held_from and held_from > start else None
    period = claim_period(space, held_from or start, end)
    lock_counters([booking], wanted.counted, [period])
    free(booking)
    require_free(wanted, period)
    beyond = False
    if not at_desk or (start, end, space.kind) != (was_start, was_end, was_space.kind):
        booker = Booker(booking.person, booking.organisation, at_desk=False, decides=True)
        beyond = require_quota(space, start, end, booker, by=by, override=override, besides=booking)
    hold(wanted, {booking: period})
    booking.space, booking.period, booking.held_from = space, moments(start, end), held_from
    booking.revision += 1
    if not booking.is_inside:
        booking.release_at = _release_at(booking, space, start, end)
    if start != was_start:  # this message reminds her already of what is near
        booking.reminded_at = now if start <= now + REMIND_AHEAD else None
    booking.save(update_fields=["space", "period", "held_from", "revision", "release_at", "reminded_at"])
    log(
        by,
        "move_booking",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
        was_space=was_space.pk,
        space=space.pk,
        was_start=was_start.isoformat(),
        was_end=was_end.isoformat(),
        **({"override": override[:300]} if beyond else {}),
    )
    if tell:
        with translation.override(booking.person.language):
            when = formats.when(was_start, was_end, booking.hub.timezone)
        tell_person("booking_moved", booking, was=f"{was_space.name}, {when}")
    return booking


def _release_at(booking: Booking, space: Space, start: dt.datetime, end: dt.datetime) -> dt.datetime | None:
    """When a moved booking is taken back: by the rule of its new space, or unanswered, and then not after its start."""
    if booking.release_at is not None and booking.is_waiting:
        return min(booking.release_at, max(start, clock.now() + HOLD_LEAST))
    return release_moment(space, start, end)


def _require_movable(booking: Booking, *, at_desk: bool) -> None:
    state = BookingState(booking.state)
    if state not in LIVE:
        raise Refused(*WHY_STAYS[state])
    if booking.end <= clock.now() and not booking.is_inside:
        raise Refused(*WHY_STAYS[BookingState.FINISHED])
    if not at_desk and too_late_to_cancel(booking):
        raise Refused(
            "too_late_to_move",
            _("It is too late to move this yourself. Please call or write to the front desk."),
        )


def _check(
    booking: Booking,
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    at_desk: bool,
    stays_begun: bool,
) -> None:
    if booking.is_inside and start != booking.start:
        sentence = _("Its people are here already: only the space and the end can change.")
        raise Invalid("has_begun", sentence, fields={"start": sentence})
    if stays_begun and end <= clock.now():
        sentence = _("This time has already passed.")
        raise Invalid("past", sentence, fields={"end": sentence})
    reasons = why_not(
        space,
        space_schedule(space),
        start,
        end,
        booking.people,
        at_desk=at_desk,
        for_organisation=booking.organisation_id is not None,
        is_longer=stays_begun,
    )
    if reasons:
        fields = {reason.field: reason.sentence for reason in reversed(reasons)}
        raise Invalid(reasons[0].code, reasons[0].sentence, fields=fields)
