"""The utilisation of a hub as rows with words: the same for the page, the workbook and the API."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..core import charts, formats
from ..members.enums import Sector
from ..spaces.enums import SpaceKind, Unit
from .enums import PEOPLE_BANDS, UnmetReason
from .occupancy import Minutes
from .utilisation import Report

BECAME: dict[str, Callable[[], str]] = {
    "asked": lambda: _("Asked for"),
    "granted": lambda: _("Granted"),
    "used": lambda: _("Used"),
    "kept": lambda: _("Booked, no check-in noted"),
    "no_show": lambda: _("Nobody came"),
    "cancelled": lambda: _("Cancelled"),
    "late": lambda: _("of these cancelled late"),
    "refused": lambda: _("Refused"),
    "expired": lambda: _("Lapsed without an answer"),
    "waiting": lambda: _("Still to be answered"),
}


def hours(minutes: int) -> float:
    """Minutes as hours with one decimal."""
    return round(minutes / 60, 1)


def percent(share: float | None) -> str:
    """`46 %`; a dash where nothing was open."""
    return "–" if share is None else f"{round(share * 100)} %"


def sector_name(sector: str) -> str:
    """The sector in the reader's words; people without an organisation are one, too."""
    return str(Sector(sector).label) if sector else _("People for themselves")


def kind_name(kind: str, unit: str = "hour") -> str:
    """The kind of space, with its unit where that is not the hour."""
    name = str(SpaceKind(kind).label) if kind else _("Any kind")
    return name if unit == Unit.HOUR else f"{name} ({_by(unit)})"


def _by(unit: str) -> str:
    return {
        Unit.DAY: pgettext("space booked", "by the day"),
        Unit.NIGHT: pgettext("space booked", "by the night"),
        Unit.MONTH: pgettext("space booked", "by the month"),
    }[Unit(unit)]


def band_name(least: int) -> str:
    """`5-10 people`: the band of people a wish was counted in."""
    at = PEOPLE_BANDS.index(least)
    if at == len(PEOPLE_BANDS) - 1:
        return _("%(n)d people or more") % {"n": least}
    most = PEOPLE_BANDS[at + 1] - 1
    if most == least:
        return ngettext("%(n)d person", "%(n)d people", least) % {"n": least}
    return _("%(least)d-%(most)d people") % {"least": least, "most": most}


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is about and its minutes."""

    label: str
    minutes: Minutes
    note: str = ""

    @property
    def hours(self) -> list[float]:
        """Open, booked, used and missed hours."""
        of = self.minutes
        return [hours(one) for one in (of.open, of.booked, of.used, of.missed)]

    @property
    def percent(self) -> str:
        """Booked of open."""
        return percent(self.minutes.share)

    @property
    def used_percent(self) -> str:
        """Used of open."""
        return percent(self.minutes.used_share)

    def parts(self, whole: int) -> charts.Parts:
        """Its booked minutes of `whole`, by what became of them."""
        of = self.minutes
        if not whole:
            return []
        kept = of.booked - of.used - of.missed
        return [(of.used / whole, "used"), (kept / whole, "kept"), (of.missed / whole, "missed")]

    @property
    def bar(self) -> charts.Bar:
        """Booked of open, drawn."""
        label = f"{self.label} ({self.note})" if self.note else self.label
        return charts.bar(label, self.percent, self.parts(self.minutes.open))


@dataclass(frozen=True)
class Count:
    """How many, and how many hours of them."""

    code: str
    label: str
    count: int
    hours: float | None = None


@dataclass(frozen=True)
class Cell:
    """One hour of one weekday."""

    percent: str
    level: int
    is_open: bool


class Figures:
    """A report's rows by what people ask for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        counted = report.occupancy
        self.spaces = [  # those by the hour first: the share above is theirs
            Row(place.name, minutes, "" if place.is_hourly else _by(place.unit))
            for place, minutes in sorted(counted.places, key=lambda pair: not pair[0].is_hourly)
        ]
        self.kinds = [Row(kind_name(*key), minutes) for key, minutes in counted.kinds().items()]
        self.days = [
            Row(formats.date_long(report.first + dt.timedelta(days=day)), minutes)
            for day, minutes in enumerate(counted.days)
        ]
        self.sectors = [
            Row(sector_name(sector), minutes)
            for sector, minutes in sorted(counted.sectors.items(), key=lambda pair: -pair[1].booked)
        ]
        self.became = [
            Count(code, said(), report.became[code].count, hours(report.became[code].minutes))
            for code, said in BECAME.items()
        ]
        self.total = Row("", counted.total)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no open hour, or no day yet."""
        return not any(row.minutes.open for row in self.spaces)

    def hour_rows(self) -> list[tuple[str, list[Cell]]]:
        """(09.00, its seven weekdays from Monday) for each hour at which something is ever open."""
        of_week = self.report.occupancy.hours
        open_hours = [hour for hour in range(24) if any(day[hour].open for day in of_week)]
        if not open_hours:
            return []
        return [
            (
                formats.clock_time(dt.time(hour)),
                [
                    Cell(
                        str(round((day[hour].share or 0) * 100)),
                        charts.level(day[hour].share),
                        bool(day[hour].open),
                    )
                    for day in of_week
                ],
            )
            for hour in range(open_hours[0], open_hours[-1] + 1)
        ]

    @staticmethod
    def weekdays() -> list[str]:
        """Monday to Sunday, short."""
        monday = dt.date(2024, 1, 1)
        return [formats.weekday(monday + dt.timedelta(days=day), short=True) for day in range(7)]

    def space_bars(self) -> list[charts.Bar]:
        """Booked of open by space."""
        return [row.bar for row in self.spaces]

    def kind_bars(self) -> list[charts.Bar]:
        """Booked of open by kind of space."""
        return [row.bar for row in self.kinds]

    def sector_bars(self) -> list[charts.Bar]:
        """The booked hours by sector of who booked."""
        whole = self.total.minutes.booked
        return [
            charts.bar(row.label, percent(row.minutes.booked / whole if whole else None), row.parts(whole))
            for row in self.sectors
        ]

    def day_bars(self) -> list[charts.Bar]:
        """Booked of open by day."""
        return charts.columns((row.label, row.percent, row.parts(row.minutes.open)) for row in self.days)

    def became_bars(self) -> list[charts.Bar]:
        """What became of all that was asked for."""
        asked = self.report.became["asked"].count
        tones = {"used": "used", "no_show": "missed", "late": "missed", "refused": "part", "expired": "part"}
        return [
            charts.bar(
                row.label,
                formats.number(row.count),
                [(row.count / asked, tones.get(row.code, "kept"))] if asked else [],
            )
            for row in self.became
            if row.count or row.code in {"asked", "granted", "used"}
        ]

    def unmet(self, what: str) -> list[Count]:
        """Wishes that found nothing by `reason`, `kind`, `hour` or `people`."""
        words: dict[str, Callable[[Any], str]] = {
            "reason": lambda code: str(UnmetReason(code).label),
            "kind": kind_name,
            "hour": lambda hour: formats.clock_time(dt.time(hour)),
            "people": band_name,
        }
        return [Count(str(key), words[what](key), count) for key, count in self.report.unmet_by(what)]

    def unmet_bars(self, what: str) -> list[charts.Bar]:
        """The same, drawn."""
        rows = self.unmet(what)
        most = max((row.count for row in rows), default=1)
        return [
            charts.bar(row.label, formats.number(row.count), [(row.count / most, "part")]) for row in rows
        ]

    unmet_reasons = property(lambda self: self.unmet_bars("reason"))
    unmet_kinds = property(lambda self: self.unmet_bars("kind"))
    unmet_hours = property(lambda self: self.unmet_bars("hour"))
    unmet_people = property(lambda self: self.unmet_bars("people"))
