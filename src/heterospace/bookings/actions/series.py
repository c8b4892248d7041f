"""Bookings that come back: a series is asked for once and booked date by date, in a constant number of queries."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.notify import notify
from ...core.refusals import Invalid, Refused, Sentence
from ...members.models import Organisation, Person
from ...spaces.models import Equipment, Space
from ..calendars import series_ics
from ..enums import LIVE, BookingState
from ..fairness import quotas_on, shares
from ..models import BookedThing, Booking, MissedDate, Series
from ..queries import claim_period, moments
from ..series import Date, Span, by_the_rules, dates_of, placed, takes_series
from .book import (
    Booker,
    book_space,
    booker_of,
    cancel_booking,
    check_purpose,
    lock_shares,
    new_booking,
    wanted_things,
)
from .counting import lock_counters
from .holding import Wanted, hold, let_go_overdue, lock, refusals, tell_managers

SKIPPED = "skipped"


@dataclass
class Booked:
    """What came of a series: its bookings, and the dates it did not get."""

    series: Series
    bookings: list[Booking] = field(default_factory=list)
    missed: list[MissedDate] = field(default_factory=list)


@deed
def preview_series(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    rule: str,
    *,
    people: int,
    by: Author,
    person: Person | None = None,
    organisation: Organisation | None = None,
    equipment: Mapping[Equipment, int] | None = None,
    moves: Mapping[dt.date, Span] | None = None,
    override: str = "",
) -> list[Date]:
    """Every date of a series with what would stand in its way: a rule, a closed day or holiday, a clash, a quota.

    Writes nothing. Raises Forbidden and Invalid (`rule`, `rule_without_end`, `too_many_dates`, `unit`, `unknown_date`,
    `end_before_start`).
    """
    booker = booker_of(space, by, person, organisation)
    dates = _placed(space, start, end, rule, moves)
    wanted = lock(space, people, wanted_things(equipment))
    return _judged(space, dates, people, booker, wanted, by=by, override=override)


@deed
def book_series(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    rule: str,
    *,
    purpose: str,
    people: int,
    by: Author,
    person: Person | None = None,
    organisation: Organisation | None = None,
    equipment: Mapping[Equipment, int] | None = None,
    skip: Collection[dt.date] = (),
    moves: Mapping[dt.date, Span] | None = None,
    override: str = "",
    tell: bool = True,
) -> Booked:
    """Book `space` (with its hub loaded) on every date of an RRULE that begins with [start, end).

    Dates in `skip` are left out, dates in `moves` take another time, both by the day the rule gives. What cannot be
    had is kept with its reason and may be added later. Desk staff go beyond a quota by giving the reason
    (`override`). As many queries for 26 weeks as for two.

    Raises Forbidden, Invalid (as the preview, and `no_purpose`) and Refused (`no_dates` when none can be had).
    """
    booker = booker_of(space, by, person, organisation)
    check_purpose(purpose)
    things = wanted_things(equipment)
    every = _placed(space, start, end, rule, moves)
    kept = [date for date in every if date.day not in skip]
    wanted = lock(space, people, things)
    let_go_overdue(wanted, *[claim_period(space, date.start, date.end) for date in kept])
    dates = _judged(space, kept, people, booker, wanted, by=by, override=override)
    free = [date for date in dates if date.is_free]
    if not free:
        first: Sentence = dates[0].sentence if dates else _("Every date was left out.")
        sentence = _("None of these dates can be had. The first one: %(reason)s") % {"reason": first}
        raise Refused("no_dates", sentence)
    series = Series(
        reference=codes.reference(),
        space=space,
        person=booker.person,
        organisation=organisation,
        rule=rule.upper().removeprefix("RRULE:"),
        start=start,
        minutes=int((end - start).total_seconds() // 60),
        made_at=clock.now(),
    )
    series.save(force_insert=True)
    bookings = [new_booking(space, date.start, date.end, purpose, people, booker) for date in free]
    for booking in bookings:
        booking.series = series
    Booking.objects.bulk_create(bookings)
    BookedThing.objects.bulk_create(
        BookedThing(booking=booking, equipment=one, quantity=quantity)
        for booking in bookings
        for one, quantity in things.items()
    )
    held = [booking for booking in bookings if booking.state != BookingState.REQUESTED]
    hold(wanted, {booking: claim_period(space, booking.start, booking.end) for booking in held})
    left_out = [date.without(SKIPPED, _("You left this date out.")) for date in every if date.day in skip]
    missed = [
        MissedDate(
            series=series,
            period=moments(date.start, date.end),
            code=date.code,
            reason=str(date.sentence)[:300],
        )
        for date in [*dates, *left_out]
        if not date.is_free
    ]
    MissedDate.objects.bulk_create(missed)
    log(
        by,
        "book_series",
        series,
        office=space.hub.office_id,
        organisation=organisation.pk if organisation else None,
        space=space.pk,
        bookings=[booking.pk for booking in bookings],
        missed=len(missed),
        **({"override": override[:300]} if override else {}),
    )
    if tell:
        _tell(series, bookings, len(missed))
        if bookings[0].is_waiting:
            tell_managers(bookings[0])
    return Booked(series, bookings, sorted(missed, key=lambda one: one.period.lower))


@deed
def add_missed_date(
    missed: MissedDate,
    *,
    by: Author,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    override: str = "",
) -> Booking:
    """Book a date of a series after all that was refused or left out, at its time or at another.

    Raises Forbidden and what booking raises.
    """
    series = Series.objects.select_related("space__hub", "person", "organisation").get(pk=missed.series_id)
    require(by, "bookings.change_series", series)
    pattern = series.bookings.order_by("period").first()
    things = (
        {row.equipment: row.quantity for row in pattern.things.select_related("equipment")} if pattern else {}
    )
    booking = book_space(
        series.space,
        start or missed.period.lower,
        end or missed.period.upper,
        purpose=pattern.purpose if pattern else series.space.name,
        people=pattern.people if pattern else 1,
        by=by,
        person=series.person,
        organisation=series.organisation,
        equipment=things,
        override=override,
    )
    booking.series = series
    booking.save(update_fields=["series"])
    missed.delete()
    return booking


@deed
def cancel_series(
    series: Series, *, by: Author, since: dt.datetime | None = None, reason: str = ""
) -> list[Booking]:
    """Cancel the dates of a series from `since` (default: all to come); answers those that were cancelled.

    Dates that are on, or too near for their person to cancel, stay.
    Raises Forbidden and Refused (`nothing_to_cancel`).
    """
    require(by, "bookings.change_series", series)
    begin = max(since or clock.now(), clock.now())
    coming = Booking.objects.filter(
        series=series, state__in=[*LIVE, BookingState.REQUESTED], period__startswith__gte=begin
    )
    gone = []
    listed = list(coming.select_related("hub", "space").order_by("id").select_for_update(of=["self"]))
    lock_counters(listed)
    for booking in listed:
        try:
            gone.append(cancel_booking(booking, by=by, reason=reason, tell=False))
        except Refused:
            continue
    if not gone:
        raise Refused("nothing_to_cancel", _("No date of this series can be cancelled any more."))
    log(by, "cancel_series", series, office=gone[0].hub.office_id, bookings=[one.pk for one in gone])
    _tell(series, gone, 0, kind="series_cancelled")
    return gone


def _placed(
    space: Space, start: dt.datetime, end: dt.datetime, rule: str, moves: Mapping[dt.date, Span] | None
) -> list[Date]:
    if not takes_series(space):
        sentence: Sentence = _("This space is booked by the %(unit)s.") % {"unit": space.get_unit_display()}
        raise Invalid("unit", sentence, fields={"series": sentence})
    if end <= start:
        sentence = _("The end must come after the start.")
        raise Invalid("end_before_start", sentence, fields={"end": sentence})
    return placed(dates_of(rule, start, end, space.hub.timezone), moves or {}, space.hub.timezone)


def _judged(
    space: Space,
    dates: list[Date],
    people: int,
    booker: Booker,
    wanted: Wanted,
    *,
    by: Author,
    override: str,
) -> list[Date]:
    """Each date with what stands in its way, in a constant number of queries; the shares are locked."""
    dates = by_the_rules(
        space, dates, people, at_desk=booker.at_desk, for_organisation=booker.organisation is not None
    )
    fit = [date for date in dates if date.is_free]
    said_of = dict(
        zip(fit, refusals(wanted, [claim_period(space, one.start, one.end) for one in fit]), strict=True)
    )
    refused = [(date, said_of.get(date)) for date in dates]
    dates = [date.without(no.code, no.sentence) if no is not None else date for date, no in refused]
    quotas = quotas_on(space, booker.organisation)
    free = [(date.start, date.end) for date in dates if date.is_free]
    if quotas and free:
        lock_shares(quotas, booker)
        said = shares(quotas, space.hub, free, booker.person, booker.organisation)
        over = {
            span: next((share for share in shared if share.is_over), None)
            for span, shared in zip(free, said, strict=True)
        }
        if override.strip() and any(over.values()):
            require(by, "bookings.book_for_others", space.hub)
            return dates
        found = [(date, over.get((date.start, date.end)) if date.is_free else None) for date in dates]
        dates = [
            date.without("quota", share.sentence) if share is not None else date for date, share in found
        ]
    return dates


def _tell(series: Series, bookings: list[Booking], missed: int, kind: str = "series_booked") -> None:
    hub = bookings[0].hub
    notify(
        series.person.addressee,
        kind,
        {
            "series": series.reference,
            "space": series.space.name,
            "hub": hub.name,
            "timezone": hub.timezone,
            "start": bookings[0].start.isoformat(),
            "end": bookings[0].end.isoformat(),
            "dates": [(one.start.isoformat(), one.end.isoformat()) for one in bookings],
            "missed": missed,
            "waiting": bookings[0].is_waiting,
            "ics": series_ics(bookings),
        },
        office=hub.office_id,
        hub=hub.pk,
    )
