"""Dates that come back by a rule, and what a series would find on each of them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..core import clock, formats
from ..core.refusals import Invalid, Sentence
from ..hubs.models import Office
from ..spaces.enums import Unit
from ..spaces.models import Space
from ..spaces.queries import space_schedule
from ..spaces.rules import why_not
from .models import Booking, MissedDate, Series

MOST = 60
RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"}
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Date:
    """One date of a series: to be had, or why not."""

    day: dt.date  # the one its rule gives: by it a date is skipped or moved, wherever it went
    start: dt.datetime
    end: dt.datetime
    code: str = ""
    sentence: Sentence = ""
    is_moved: bool = False

    @property
    def is_free(self) -> bool:
        """Whether it can be booked."""
        return not self.code

    def without(self, code: str, sentence: Sentence) -> "Date":
        """The same date, not to be had."""
        return replace(self, code=code, sentence=sentence)


def dates_of(rule: str, start: dt.datetime, end: dt.datetime, timezone: str) -> list[Span]:
    """The [start, end) of every date of an RRULE (RFC 5545, with COUNT or UNTIL) that begins with [start, end).

    Hours stay what the clock on the wall says. Raises Invalid (`rule`, `rule_without_end`, `too_many_dates`).
    """

    def no(code: str, sentence: Sentence) -> Invalid:
        return Invalid(code, sentence, fields={"series": sentence})

    parts = dict(part.partition("=")[::2] for part in rule.upper().removeprefix("RRULE:").split(";"))
    known = set(parts) <= RULE_PARTS and parts.get("FREQ") in ("DAILY", "WEEKLY", "MONTHLY")
    if not known or len(rule) > 200:
        raise no("rule", _("Choose how the date comes back: daily, weekly or monthly."))
    if "COUNT" not in parts and "UNTIL" not in parts:
        raise no("rule_without_end", _("Say how often, or until when."))
    zone = ZoneInfo(timezone)
    first, length = start.astimezone(zone).replace(tzinfo=None), end - start
    until = parts.get("UNTIL", "")
    if until:  # a date, or a moment of which the day counts
        parts["UNTIL"] = f"{until[:8]}T235959"
    text = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        found = [moment for moment, _n in zip(rrulestr(text, dtstart=first), range(MOST + 1), strict=False)]
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise no("rule", _("Choose how the date comes back: daily, weekly or monthly.")) from error
    if len(found) > MOST:
        raise no("too_many_dates", _("A series has at most %(n)d dates.") % {"n": MOST})
    if not found:
        raise no("rule", _("There is no such date before the end."))
    return [(moment.replace(tzinfo=zone), moment.replace(tzinfo=zone) + length) for moment in found]


def placed(spans: Iterable[Span], moves: Mapping[dt.date, Span], timezone: str) -> list[Date]:
    """The dates with those moved that `moves` names by their day, in time order.

    Raises Invalid (`unknown_date` for a move of a day that is none of them, `end_before_start`).
    """

    def no(code: str, sentence: Sentence) -> Invalid:
        return Invalid(code, sentence, fields={"series": sentence})

    zone, left = ZoneInfo(timezone), dict(moves)
    found = []
    for start, end in spans:
        day = start.astimezone(zone).date()
        moved = left.pop(day, None)
        found.append(Date(day, *(moved or (start, end)), is_moved=moved is not None))
    if left:
        said = formats.date_long(min(left))
        raise no("unknown_date", _("%(date)s is no date of this series.") % {"date": said})
    if any(date.end <= date.start for date in found):
        raise no("end_before_start", _("The end must come after the start."))
    return sorted(found, key=lambda date: (date.start, date.end, date.day))


def by_the_rules(
    space: Space, dates: Iterable[Date], people: int, *, at_desk: bool, for_organisation: bool
) -> list[Date]:
    """Each date with the first reason, other than being taken, why it cannot be had. Hourly spaces only."""
    schedule = space_schedule(space)
    found = []
    last: dt.datetime | None = None
    for date in dates:
        reasons = why_not(
            space, schedule, date.start, date.end, people, at_desk=at_desk, for_organisation=for_organisation
        )
        if last is not None and date.start < last:
            found.append(date.without("overlap", _("This date runs into the one before it.")))
        elif reasons:
            found.append(date.without(reasons[0].code, reasons[0].sentence))
        else:
            found.append(date)
            last = date.end + dt.timedelta(minutes=space.turnaround_minutes)
    return found


def takes_series(space: Space) -> bool:
    """Whether a space is booked by the hour, so that a date can come back."""
    return space.unit == Unit.HOUR


def series_at(office: Office, reference: str) -> Series | None:
    """One series of the office by its reference."""
    rows = Series.objects.filter(space__hub__office=office, reference=reference)
    return rows.select_related("space__hub", "person", "organisation").first()


def dates_booked(series: Series) -> QuerySet[Booking]:
    """The bookings of a series in time order."""
    rows = Booking.objects.filter(series=series).select_related("space", "hub", "person", "organisation")
    return rows.order_by("period", "id")


def missed_to_come(series: Series) -> list[MissedDate]:
    """The dates a series did not get that are still to come."""
    return list(series.missed.filter(period__startswith__gt=clock.now()))
