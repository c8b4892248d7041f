"""Who may change spaces, and what a wish for one must look like."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import rules
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.models import User
from ..core.refusals import Sentence
from ..hubs.hours import Schedule
from ..members.queries import roles_of
from ..members.rules import manages_hub
from .enums import SpaceKind, Unit, WhoMay
from .models import Equipment, Space


@rules.predicate
def manages_space(user: User, space: Space | Equipment) -> bool:
    """The manager of the space's hub, or an officer."""
    return manages_hub(user, space.hub)


@rules.predicate
def serves_space(user: User, space: Space | Equipment) -> bool:
    """Desk staff of the space's hub."""
    return roles_of(user, space.hub.office_id).serves(space.hub_id)


rules.add_perm("spaces.create", manages_hub)
rules.add_perm("spaces.change", manages_space)
rules.add_perm("spaces.override", serves_space)


WALK_IN = dt.timedelta(minutes=1)  # who stands at the desk begins with the next full minute


@dataclass(frozen=True)
class WhyNot:
    """One reason a wish cannot be met: a stable code, the field it is about, a sentence."""

    code: str
    field: str
    sentence: Sentence


# Worded when they are read, in the reader's language. (`ngettext_lazy` makes a class at every call.)
_at_most_people = lazy(
    lambda n: (
        ngettext("This space holds %(n)d person.", "This space holds at most %(n)d people.", n) % {"n": n}
    ),
    str,
)
_at_most_ahead = lazy(
    lambda n: (
        ngettext(
            "This space can be booked at most %(n)d day ahead.",
            "This space can be booked at most %(n)d days ahead.",
            n,
        )
        % {"n": n}
    ),
    str,
)
_days = lazy(lambda n: ngettext("%(n)d day", "%(n)d days", n) % {"n": n}, str)
_hours = lazy(lambda n: ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}, str)
_minutes = lazy(lambda n: ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}, str)
_nights = lazy(lambda n: ngettext("%(n)d night", "%(n)d nights", n) % {"n": n}, str)
_months = lazy(lambda n: ngettext("%(n)d month", "%(n)d months", n) % {"n": n}, str)


def whole_units(space: Space, start: dt.datetime, end: dt.datetime, timezone: str) -> int | None:
    """How many of the space's units [start, end) is, or None when it is not a whole number of them.

    Hours count minutes; days run from midnight to midnight, nights from `arrive` to `leave`, months from a
    date to the same date (or the next month's last day).
    """
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    minute = lambda moment: moment.hour * 60 + moment.minute  # noqa: E731
    if space.unit == Unit.HOUR:
        return int((end - start).total_seconds() // 60)
    if space.unit == Unit.NIGHT:
        fits = minute(first) == space.arrive and minute(last) == space.leave
        return (last.date() - first.date()).days or None if fits else None
    if minute(first) or minute(last):
        return None
    if space.unit == Unit.DAY:
        return (last.date() - first.date()).days
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if months and last.date() == add_months(first.date(), months) else None


def add_months(day: dt.date, months: int) -> dt.date:
    """The same date `months` later; the 31st becomes the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))


def period_of(space: Space, day: dt.date, units: int, timezone: str) -> tuple[dt.datetime, dt.datetime]:
    """The period of `units` days, nights or months of a space from `day`; hours are not counted here."""
    if space.unit == Unit.NIGHT:
        last = day + dt.timedelta(days=units)
        return clock.at(day, space.arrive, timezone), clock.at(last, space.leave, timezone)
    last = add_months(day, units) if space.unit == Unit.MONTH else day + dt.timedelta(days=units)
    return clock.at(day, 0, timezone), clock.at(last, 0, timezone)


def why_not(
    space: Space,
    schedule: Schedule,
    start: dt.datetime,
    end: dt.datetime,
    people: int,
    *,
    at_desk: bool = False,
    for_organisation: bool = False,
    is_longer: bool = False,
) -> list[WhyNot]:
    """Every reason, other than being taken, why the space cannot be had for this wish; empty when it can.

    `at_desk`: staff who serve the hub may book at once, far ahead and spaces kept for staff; the house's hours
    and the room's size bind them too, but who is here now begins at any minute. `is_longer`: a booking that is there already gets a later end, so that how it
    began is not asked again.
    """
    now = clock.now()
    found: list[WhyNot] = []

    def no(code: str, field: str, sentence: Sentence) -> None:
        found.append(WhyNot(code, field, sentence))

    if end <= start:
        no("end_before_start", "end", _("The end must come after the start."))
        return found
    if not is_longer and start < now - dt.timedelta(minutes=space.step_minutes if at_desk else 0):
        no("past", "start", _("This time has already passed."))
        return found
    if not (space.is_active and space.is_bookable and space.hub.is_open):
        no("not_bookable", "space", _("This space cannot be booked now."))
    if people < 1:
        no("no_people", "people", _("Say for how many people."))
    if people > space.capacity:
        no("too_many_people", "people", _at_most_people(space.capacity))
    if not at_desk and not is_longer:
        if space.who_may == WhoMay.STAFF:
            no("staff_only", "space", _("Only the hub's staff can book this space. Ask at the desk."))
        if space.who_may == WhoMay.ORGANISATIONS and not for_organisation:
            no(
                "organisations_only",
                "organisation",
                _("This space is for organisations: choose the one you act for."),
            )
        if start < now + dt.timedelta(minutes=space.lead_minutes):
            no(
                "too_late",
                "start",
                _("Book this space at least %(time)s ahead.") % {"time": spoken(space.lead_minutes)},
            )
        if start > now + dt.timedelta(days=space.horizon_days):
            no("too_early", "start", _at_most_ahead(space.horizon_days))
    length = whole_units(space, start, end, schedule.timezone)
    if length is None:
        no("unit", "end", _("This space is booked by the %(unit)s.") % {"unit": space.get_unit_display()})
        return found
    if length < space.min_length or length > space.max_length:
        code = "too_short" if length < space.min_length else "too_long"
        no(
            code,
            "end",
            _("This space is booked for %(least)s up to %(most)s.")
            % {
                "least": length_spoken(space, space.min_length),
                "most": length_spoken(space, space.max_length),
            },
        )
    if space.unit == Unit.HOUR:
        hours = _hours_why_not(space, schedule, start, end)
        any_minute = is_longer or (at_desk and start < now + WALK_IN)
        found.extend(why for why in hours if not (any_minute and why.code == "step"))
    return found


def _hours_why_not(space: Space, schedule: Schedule, start: dt.datetime, end: dt.datetime) -> list[WhyNot]:
    local = start.astimezone(ZoneInfo(schedule.timezone))
    day = schedule.day(local.date(), get_language() or "id")
    if day.is_closed:
        reason = f" ({day.reason})" if day.reason else ""
        sentence = _("The hub is closed on that day%(reason)s.") % {"reason": reason}
        return [WhyNot("holiday" if day.reason else "closed_day", "start", sentence)]
    last = end.astimezone(ZoneInfo(schedule.timezone)) - dt.timedelta(minutes=1)
    is_lent = (
        space.kind == SpaceKind.COUNTER and last.date() > local.date()
    )  # taken home: fetched, brought back
    covered = (
        schedule.covers(start, start + dt.timedelta(minutes=1)) and schedule.covers(last, end)
        if is_lent
        else schedule.covers(start, end)
    )
    if not covered:
        spans = ", ".join(f"{clock_face(opens)}-{clock_face(closes)}" for opens, closes in day.spans)
        return [WhyNot("outside_hours", "start", _("On that day it is open %(spans)s.") % {"spans": spans})]
    minute = local.hour * 60 + local.minute
    from_opening = min((minute - opens for opens, _closes in day.spans if opens <= minute), default=minute)
    if start.second or start.microsecond or from_opening % space.step_minutes:
        sentence = _("Bookings start every %(time)s from opening.") % {"time": spoken(space.step_minutes)}
        return [WhyNot("step", "start", sentence)]
    return []


def clock_face(minute: int) -> str:
    """Minutes after midnight as `09.00`; the midnight at the end is `24.00`."""
    return f"{minute // 60:02}.{minute % 60:02}"


def spoken(minutes: int) -> Sentence:
    """A length of time as people say it: `30 minutes`, `2 hours`, `3 days`."""
    if minutes and minutes % 1440 == 0:
        return _days(minutes // 1440)
    if minutes and minutes % 60 == 0:
        return _hours(minutes // 60)
    return _minutes(minutes)


def length_spoken(space: Space, length: int) -> Sentence:
    """A length in the space's unit as people say it."""
    if space.unit == Unit.HOUR:
        return spoken(length)
    if space.unit == Unit.NIGHT:
        return _nights(length)
    if space.unit == Unit.MONTH:
        return _months(length)
    return _days(length)
