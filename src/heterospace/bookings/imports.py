"""Calendar files (.ics) of others, read as times in which a space is taken."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr
from django.utils.translation import gettext_lazy as _

from ..core.refusals import Invalid

MOST_BYTES = 1_000_000
MOST_EVENTS = 1000


@dataclass(frozen=True)
class Entry:
    """One time of a calendar file."""

    uid: str
    start: dt.datetime
    end: dt.datetime
    title: str


def entries_of(content: bytes, timezone: str, first: dt.datetime, after: dt.datetime) -> list[Entry]:
    """The times of a calendar file that touch [first, after), repeated ones date by date, in time order.

    Cancelled and free entries are left out; days without hours run from midnight to midnight in `timezone`.
    Raises Invalid (`not_a_calendar`, `too_large`, `too_many`).
    """

    def no(code: str, sentence: object) -> Invalid:
        return Invalid(code, sentence, fields={"file": sentence})  # type: ignore[arg-type,dict-item]

    if len(content) > MOST_BYTES:
        raise no("too_large", _("This file is larger than 1 MB."))
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = calendar.walk("VEVENT")
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise no("not_a_calendar", _("This is not a calendar file (.ics).")) from error
    zone = ZoneInfo(timezone)
    moved = {
        (str(event.get("UID", "")), _moment(event["RECURRENCE-ID"].dt, zone))
        for event in events
        if "RECURRENCE-ID" in event
    }
    found: list[Entry] = []
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
            continue
        if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        start = _moment(event["DTSTART"].dt, zone)
        end = _end(event, start, zone)
        if end <= start:
            continue
        uid, title = str(event.get("UID", ""))[:200], str(event.get("SUMMARY", ""))[:250]
        for at in _starts(event, start, zone, first - (end - start), after):
            if "RECURRENCE-ID" not in event and (str(event.get("UID", "")), at) in moved:
                continue
            if at < after and at + (end - start) > first:
                found.append(Entry(uid or f"{at.isoformat()} {title}", at, at + (end - start), title))
            if len(found) > MOST_EVENTS:
                raise no("too_many", _("This calendar has more than %(n)d entries.") % {"n": MOST_EVENTS})
    return sorted(found, key=lambda one: (one.start, one.uid))


def _moment(value: dt.date | dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time(), zone)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _end(event: icalendar.Event, start: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if "DTEND" in event:
        return _moment(event["DTEND"].dt, zone)
    if "DURATION" in event:
        return start + event["DURATION"].dt
    whole_day = not isinstance(event["DTSTART"].dt, dt.datetime)
    return start + (dt.timedelta(days=1) if whole_day else dt.timedelta())


def _starts(
    event: icalendar.Event, start: dt.datetime, zone: ZoneInfo, first: dt.datetime, after: dt.datetime
) -> list[dt.datetime]:
    if "RRULE" not in event:
        return [start]
    local = start.astimezone(zone).replace(tzinfo=None)
    rule = event["RRULE"].to_ical().decode().split(";")
    parts = [part if not part.startswith("UNTIL=") else f"UNTIL={part[6:14]}T235959" for part in rule]
    left_out = {
        _moment(one.dt, zone)
        for dates in (event["EXDATE"] if isinstance(event.get("EXDATE"), list) else [event.get("EXDATE")])
        if dates
        for one in dates.dts
    }
    try:
        rules = rrulestr(";".join(parts), dtstart=local)
        low, high = (moment.astimezone(zone).replace(tzinfo=None) for moment in (first, after))
        dates = [
            moment.replace(tzinfo=zone) for moment in rules.between(low, high, inc=True)[: MOST_EVENTS + 1]
        ]
    except (ValueError, TypeError, OverflowError):
        return [start]
    return [moment for moment in dates if moment not in left_out]
