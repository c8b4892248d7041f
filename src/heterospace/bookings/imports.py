"""Calendar files (.ics) of others, read as times in which a space is taken."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr
from django.utils.translation import gettext_lazy as _

from ..core.refusals import Invalid, Sentence

MOST_BYTES = 1_000_000
MOST_EVENTS = 1000
OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}  # nobody's appointments, and years of work to count
NAMES = (
    "UID",
    "X-WR-RELCALID",
    "X-WR-CALNAME",
    "NAME",
)  # by which a calendar is known again, the surest first
ODD = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
)  # what values that are none make of reading
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Entry:
    """One time of a calendar file."""

    uid: str
    start: dt.datetime
    end: dt.datetime
    title: str


@dataclass(frozen=True)
class Read:
    """What a calendar file says: which calendar it is (a hash, "" when it has no name), and its times."""

    calendar: str
    entries: list[Entry]


def read_calendar(
    content: bytes, timezone: str, first: dt.datetime, after: dt.datetime, *, file_name: str = ""
) -> Read:
    """The times of a calendar file that touch [first, after), repeated ones date by date, in time order.

    Cancelled and free entries are left out; days without hours run from midnight to midnight in `timezone`. A calendar
    that says no name of itself is known again by its file's.
    Raises Invalid (`not_a_calendar`, `too_large`, `too_many`); one entry that cannot be read is enough, and is named.
    """
    if len(content) > MOST_BYTES:
        raise _no("too_large", _("This file is larger than 1 MB."))
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = calendar.walk("VEVENT")
    except Exception as error:  # whatever a broken file makes its parser say
        raise _no("not_a_calendar", _("This is not a calendar file (.ics).")) from error
    zone = ZoneInfo(timezone)
    moved: set[tuple[str, dt.datetime]] = set()
    for event in events:
        if "RECURRENCE-ID" in event:
            try:
                moved.add((_text(event, "UID"), _moment(_one(event, "RECURRENCE-ID").dt, zone)))
            except ODD as error:
                raise _unreadable(event) from error
    found: dict[tuple[str, dt.datetime, dt.datetime], Entry] = {}
    for event in events:
        if _text(event, "STATUS").upper() == "CANCELLED" or "DTSTART" not in event:
            continue
        if _text(event, "TRANSP").upper() == "TRANSPARENT":
            continue
        uid, title = _text(event, "UID"), _text(event, "SUMMARY")[:250]
        try:
            for start, end in _times(event, zone, first, after):
                if "RECURRENCE-ID" not in event and (uid, start) in moved:
                    continue
                entry = Entry(uid[:200] or f"{start.isoformat()} {title}"[:200], start, end, title)
                found[entry.uid, start, end] = entry
                if len(found) > MOST_EVENTS:
                    raise _too_many()
        except ODD as error:
            raise _unreadable(event) from error
    entries = sorted(found.values(), key=lambda one: (one.start, one.uid))
    return Read(_known_as(calendar, file_name), entries)


def _no(code: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence, fields={"file": sentence})


def _too_many() -> Invalid:
    return _no("too_many", _("This calendar has more than %(n)d entries.") % {"n": MOST_EVENTS})


def _unreadable(event: icalendar.Component) -> Invalid:
    sentence = _("An entry of this calendar cannot be read: %(name)s. Nothing of the file was taken.")
    name = _text(event, "SUMMARY") or _text(event, "UID") or "?"
    return _no("not_a_calendar", sentence % {"name": name[:100]})


def _known_as(calendar: icalendar.Component, file_name: str) -> str:
    """A hash: the name may be somebody's mail address, and nobody needs to read it."""
    of_file = re.sub(
        r"\s*\(\d+\)(?=\.\w+$|$)", "", file_name
    )  # `dinas (1).ics` is the same file loaded again
    name = next((said for key in NAMES if (said := _text(calendar, key))), "") or of_file
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32] if name else ""


def _one(event: icalendar.Component, name: str) -> Any:
    """The only value of a property. Raises ValueError where it is there twice."""
    value = event[name]
    if isinstance(value, list):
        raise ValueError(name)
    return value


def _text(event: icalendar.Component, name: str) -> str:
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) else value).replace("\0", "").strip()


def _moment(value: Any, zone: ZoneInfo) -> dt.datetime:
    """A moment, or the midnight of a day. Raises TypeError for anything else a file may have in its place."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if not isinstance(value, dt.date):
        raise TypeError(value)
    return dt.datetime.combine(value, dt.time(), zone)


def _times(
    event: icalendar.Component, zone: ZoneInfo, first: dt.datetime, after: dt.datetime
) -> Iterator[Span]:
    """The times of one entry that touch [first, after): its own, those of its rule, its further dates."""
    start = _moment(_one(event, "DTSTART").dt, zone)
    length = _end(event, start, zone) - start
    spans = {(at, at + length) for at in _starts(event, start, zone, first - length, after)}
    for one in _dates(event, "RDATE"):
        if isinstance(one, tuple):  # a period: its end, or how long it is
            begin, end = _moment(one[0], zone), one[1]
            spans.add((begin, begin + end if isinstance(end, dt.timedelta) else _moment(end, zone)))
        else:
            begin = _moment(one, zone)
            spans.add((begin, begin + length))
    left_out = {_moment(one, zone) for one in _dates(event, "EXDATE")}
    for begin, end in sorted(spans):
        if begin < end and begin < after and end > first and begin not in left_out:
            yield begin, end


def _end(event: icalendar.Component, start: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if "DTEND" in event:
        return _moment(_one(event, "DTEND").dt, zone)
    if "DURATION" in event:
        length = _one(event, "DURATION").dt
        if not isinstance(length, dt.timedelta):
            raise TypeError(length)
        return start + length
    whole_day = not isinstance(_one(event, "DTSTART").dt, dt.datetime)
    return start + (dt.timedelta(days=1) if whole_day else dt.timedelta())


def _dates(event: icalendar.Component, name: str) -> list[Any]:
    lists = event.get(name, [])
    return [one.dt for dates in (lists if isinstance(lists, list) else [lists]) for one in dates.dts]


def _starts(
    event: icalendar.Component, start: dt.datetime, zone: ZoneInfo, first: dt.datetime, after: dt.datetime
) -> list[dt.datetime]:
    if "RRULE" not in event:
        return [start]
    local = start.astimezone(zone).replace(tzinfo=None)
    recur = _one(event, "RRULE")
    if OFTEN & set(recur.get("FREQ", [])) or min(recur.get("INTERVAL", [1])) < 1:  # would count for ever
        raise ValueError(recur)
    rule = recur.to_ical().decode().split(";")
    parts = [part if not part.startswith("UNTIL=") else f"UNTIL={part[6:14]}T235959" for part in rule]
    rules = rrulestr(";".join(parts), dtstart=local)
    low, high = (moment.astimezone(zone).replace(tzinfo=None) for moment in (first, after))
    coming = takewhile(lambda moment: moment <= high, rules.xafter(low, inc=True))
    found = [moment.replace(tzinfo=zone) for moment in islice(coming, MOST_EVENTS + 1)]
    if len(found) > MOST_EVENTS:
        raise _too_many()
    return found
