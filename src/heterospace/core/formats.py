"""Dates, times, money and names as people here write them: `Sabtu, 21 November 2026`, `09.00-12.00 WIB`, `Rp1.250.000`.

Pure functions of their arguments and the active language; none asks the clock.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
JAKARTA = ZoneInfo("Asia/Jakarta")


def language() -> str:
    """`id` or `en`: the language of this answer."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def locale() -> Locale:
    """Babel's locale of the active language (English here is British: day before month)."""
    return Locale("en", "GB") if language() == "en" else Locale("id")


def zone(tz: str | dt.tzinfo | None) -> dt.tzinfo:
    """The time zone of a hub from its name or itself; Western Indonesia when unsaid."""
    if tz is None or tz == "":
        return JAKARTA
    return ZoneInfo(tz) if isinstance(tz, str) else tz


def zone_name(tz: str | dt.tzinfo | None = None, at: dt.datetime | None = None) -> str:
    """`WIB`, `WITA` or `WIT`; elsewhere the zone's own abbreviation or offset."""
    place = zone(tz)
    moment = at or dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    offset = place.utcoffset(moment.astimezone(place).replace(tzinfo=None)) or dt.timedelta()
    hours = offset / dt.timedelta(hours=1)
    if "Asia/" in str(place) and hours in ZONES:
        return ZONES[int(hours)]
    return moment.astimezone(place).tzname() or "UTC"


def day(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> dt.date:
    """The calendar day of a moment at a place; a date stays itself."""
    return value.astimezone(zone(tz)).date() if isinstance(value, dt.datetime) else value


def date_long(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`Sabtu, 21 November 2026`."""
    return format_date(day(value, tz), "EEEE, d MMMM y", locale=locale())


def date_medium(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`21 November 2026`."""
    return format_date(day(value, tz), "d MMMM y", locale=locale())


def date_short(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`Sab, 21 Nov`: for places where the year is plain."""
    return format_date(day(value, tz), "EEE, d MMM", locale=locale())


def weekday(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None, short: bool = False) -> str:
    """`Sabtu` or `Sab`."""
    return format_date(day(value, tz), "EEE" if short else "EEEE", locale=locale())


def month_short(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`Nov`."""
    return format_date(day(value, tz), "MMM", locale=locale())


def month_year(value: dt.date | dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`November 2026`: a heading."""
    return format_date(day(value, tz), "LLLL y", locale=locale())


def clock_time(value: dt.datetime | dt.time, tz: str | dt.tzinfo | None = None) -> str:
    """`09.00` (`09:00` in English), without the zone. Midnight at the end of a day is the caller's `24.00`."""
    moment = value.astimezone(zone(tz)) if isinstance(value, dt.datetime) else value
    return f"{moment.hour:02d}{_dot()}{moment.minute:02d}"


def clock_times(tz: str | dt.tzinfo | None = None) -> Callable[[dt.datetime], str]:
    """`clock_time` at a place for long lists: zone and language are asked once."""
    place, dot = zone(tz), _dot()

    def said(moment: dt.datetime) -> str:
        local = moment.astimezone(place)
        return f"{local.hour:02d}{dot}{local.minute:02d}"

    return said


def time_range(start: dt.datetime, end: dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`09.00-12.00 WIB`; over several days `Sab, 21 Nov 09.00 - Min, 22 Nov 12.00 WIB`."""
    place = zone(tz)
    first, last = start.astimezone(place), end.astimezone(place)
    if last.date() == first.date():
        return f"{clock_time(start, tz)}-{clock_time(end, tz)} {zone_name(tz, start)}"
    if last.time() == dt.time() and last.date() - first.date() == dt.timedelta(days=1):
        return f"{clock_time(start, tz)}-24{_dot()}00 {zone_name(tz, start)}"
    return (
        f"{date_short(start, tz)} {clock_time(start, tz)} - {date_short(end, tz)} {clock_time(end, tz)} "
        f"{zone_name(tz, start)}"
    )


def when(start: dt.datetime, end: dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`Sabtu, 21 November 2026, 09.00-12.00 WIB`."""
    if day(start, tz) == day(end, tz) or time_range(start, end, tz).count(" ") == 1:
        return f"{date_long(start, tz)}, {time_range(start, end, tz)}"
    return time_range(start, end, tz)


def moment(value: dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`21 November 2026, 09.00 WIB`."""
    return f"{date_medium(value, tz)}, {clock_time(value, tz)} {zone_name(tz, value)}"


def moment_long(value: dt.datetime, tz: str | dt.tzinfo | None = None) -> str:
    """`Sabtu, 21 November 2026, 09.00 WIB`: for what somebody was promised."""
    return f"{date_long(value, tz)}, {clock_time(value, tz)} {zone_name(tz, value)}"


def duration(minutes: int) -> str:
    """`2 jam 30 menit`; whole days as days."""
    days, rest = divmod(int(minutes), 1440)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if left or not parts:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", left) % {"count": left})
    return " ".join(parts)


def number(value: float | int) -> str:
    """`18.204` (`18,204` in English); at most three decimals. By hand: Babel takes ten times as long, a table has many."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").removesuffix(".")
    return text if language() == "en" else text.translate(_SWAPPED)


def rupiah(value: int | None) -> str:
    """`Rp1.250.000`; nothing to pay is a word: `Gratis`."""
    if value is None:
        return ""
    if value == 0:
        return _("Free")
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{number(abs(value))}"


def initials(name: str) -> str:
    """Up to two letters for a round picture; honorifics (`Bu`, `Pak`, `Dr.`) do not count."""
    words = [word for word in re.split(r"[\s\-]+", name.strip()) if word]
    kept = [
        word
        for word in words
        if word.lower().rstrip(".") not in {"bu", "ibu", "pak", "bapak", "dr", "mas", "mbak", "h", "hj"}
    ]
    letters = []
    for word in kept or words:
        first = next((char for char in word if unicodedata.category(char).startswith(("L", "N"))), "")
        if first:
            letters.append(first.upper())
    return "".join([letters[0], letters[-1]] if len(letters) > 1 else letters) or "·"


def shade(text: str, count: int) -> int:
    """A number 1..count that stays the same for the same text: the colour of a person or an organisation."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % count + 1


_SWAPPED = str.maketrans(",.", ".,")


def _dot() -> str:
    return ":" if language() == "en" else "."
