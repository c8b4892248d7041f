"""Requests: approving and refusing them."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, log, require
from ...core.refusals import Invalid, Refused
from ...hubs.models import Hub
from ...members.models import Person
from ...members.queries import person_of
from ...spaces.models import SpaceLeaf
from ..enums import WAITING, BookingState, RefusalReason, WishState
from ..models import Booking, Letter
from ..queries import claim_period, ends, longest_tidying, moments
from ..rules import release_moment
from .book import Booker, require_quota
from .holding import (
    WHY_STAYS,
    close_when_lapsed,
    free,
    hold,
    is_free,
    lock_for,
    locked,
    require_free,
    seen,
    tell_person,
)


def approve_booking(booking: Booking, *, by: Author, override: str = "", tell: bool = True) -> Booking:
    """Say yes to a request, under the lock and the rules of a booking; a numbered letter goes with it.

    A request that only asked (`requested`) gets its time now; others who asked for it and cannot be had any more are
    refused with that reason. A hold whose time is up is closed by whoever finds it: its person was told until when.

    Raises Forbidden and Refused (`clash`, `equipment_short`, `quota`, `already_decided`, `already_over`,
    `already_refused`, `already_cancelled`, `expired`).
    """
    close_when_lapsed(booking, by=SYSTEM)
    return _approve(booking, by=by, override=override, tell=tell)


@deed
def _approve(booking: Booking, *, by: Author, override: str, tell: bool) -> Booking:
    require(by, "bookings.decide", booking.hub)
    wanted = lock_for(booking)
    period = claim_period(booking.space, booking.start, booking.end)
    booking, rivals = _with_rivals(booking)
    _require_waiting(booking)
    if booking.end <= clock.now():
        raise Refused(*WHY_STAYS[BookingState.FINISHED])
    if booking.state == BookingState.REQUESTED:
        require_free(wanted, period)
        booker = Booker(booking.person, booking.organisation, at_desk=True, decides=True)
        require_quota(booking.space, booking.start, booking.end, booker, by=by, override=override)
        hold(wanted, {booking: period})
    booking.state = BookingState.CONFIRMED
    booking.release_at = release_moment(booking.space, booking.start, booking.end)
    _decided(booking, by)
    letter = _letter(booking, by)
    log(
        by,
        "approve_booking",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
        letter=letter.number,
        **({"override": override[:300]} if override else {}),
    )
    if tell:
        tell_person("booking_approved", booking)
    for rival in rivals:
        if not is_free(seen(rival), claim_period(rival.space, rival.start, rival.end)):
            _refuse(rival, RefusalReason.OTHER_CHOSEN, "", by=by, tell=tell)
    return booking


@deed
def refuse_booking(
    booking: Booking, reason: str, *, by: Author, note: str = "", tell: bool = True
) -> Booking:
    """Say no to a request with a reason from the catalogue (`RefusalReason`) and, if wanted, a note to the person.

    Raises Forbidden, Invalid (`no_reason`, `no_note` for the reason "other" without one) and Refused as approving.
    """
    require(by, "bookings.decide", booking.hub)
    if reason not in RefusalReason.values:
        sentence = _("Choose a reason from the list.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    if reason == RefusalReason.OTHER and not note.strip():
        sentence = _("Write the reason in the note.")
        raise Invalid("no_note", sentence, fields={"note": sentence})
    booking = locked(booking)
    _require_waiting(booking)
    _refuse(booking, reason, note, by=by, tell=tell)
    return booking


def _with_rivals(booking: Booking) -> tuple[Booking, list[Booking]]:
    """The booking and the requests that want the same time of the same leaves, all locked in id order."""
    rivals: list[int] = []
    if booking.state == BookingState.REQUESTED:
        leaves = SpaceLeaf.objects.filter(space=booking.space).values("leaf")
        sharing = SpaceLeaf.objects.filter(leaf__in=leaves).values("space")
        _start, after = ends(claim_period(booking.space, booking.start, booking.end))
        period = moments(booking.start - longest_tidying(booking.hub_id), after)
        same = Booking.objects.filter(state=BookingState.REQUESTED, space__in=sharing, period__overlap=period)
        rivals = list(same.exclude(pk=booking.pk).values_list("pk", flat=True))
    rows = Booking.objects.filter(pk__in=[booking.pk, *rivals]).order_by("pk")
    rows = rows.select_related("space__hub", "hub", "person", "organisation").select_for_update(of=["self"])
    found = {row.pk: row for row in rows}
    return found.pop(booking.pk), [row for row in found.values() if row.state == BookingState.REQUESTED]


def _require_waiting(booking: Booking) -> None:
    state = BookingState(booking.state)
    if state not in WAITING:
        if state in (BookingState.CONFIRMED, BookingState.CHECKED_IN):
            raise Refused("already_decided", _("This request was already approved."))
        raise Refused(*WHY_STAYS[state])
    if state == BookingState.HELD and booking.wish.filter(state=WishState.OFFERED).exists():
        raise Refused("offered", _("This is an offer from the waiting list: its person decides."))


def _decided(booking: Booking, by: Author) -> None:
    booking.decided_at = clock.now()
    booking.decided_by_id = None if by is SYSTEM else by.pk
    booking.revision += 1
    booking.save(
        update_fields=[
            "state",
            "release_at",
            "decided_at",
            "decided_by",
            "decision",
            "decision_note",
            "revision",
        ]
    )


def _refuse(booking: Booking, reason: str, note: str, *, by: Author, tell: bool) -> None:
    booking.state = BookingState.REFUSED
    booking.decision = reason
    booking.decision_note = note.strip()[:500]
    _decided(booking, by)
    free(booking)
    log(
        by,
        "refuse_booking",
        booking,
        office=booking.hub.office_id,
        organisation=booking.organisation_id,
        reason=reason,
    )
    if tell:
        tell_person(
            "booking_refused", booking, decision=RefusalReason(reason).value, note=booking.decision_note
        )


def _letter(booking: Booking, by: Author) -> Letter:
    """The letter of an approval with the next number of the year at its hub; the hub is locked for it."""
    Hub.objects.select_for_update(no_key=True).get(pk=booking.hub_id)
    year = clock.today(booking.hub.timezone).year
    last = Letter.objects.filter(hub=booking.hub_id, year=year).aggregate(n=Max("number"))["n"] or 0
    signer: Person | None = person_of(by, booking.hub.office_id)
    return Letter.objects.create(
        booking=booking,
        hub_id=booking.hub_id,
        year=year,
        number=last + 1,
        issued_at=clock.now(),
        signer=signer.name if signer else "",
    )
