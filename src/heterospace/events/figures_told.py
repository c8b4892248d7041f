"""The figures of a hub and its office in words, for one quarter or year."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..core import charts, clock, formats
from ..hubs.models import Hub, Office
from ..questionnaires.figures import two_decimals
from .figures import FIGURES, ZONE, Figure, Part, Value, figures, first_day


@dataclass(frozen=True)
class Span:
    """A quarter (`2026-Q4`) or a year (`2026`)."""

    key: str
    name: str
    first: dt.date
    last: dt.date


def quarter(year: int, number: int) -> Span:
    """One quarter."""
    first = dt.date(year, 3 * number - 2, 1)
    after = dt.date(year + number // 4, 3 * number % 12 + 1, 1)
    name = _("Quarter %(number)s, %(year)s") % {"number": number, "year": year}
    return Span(f"{year}-Q{number}", name, first, after - dt.timedelta(days=1))


def year(number: int) -> Span:
    """One year."""
    return Span(
        str(number), _("The year %(year)s") % {"year": number}, dt.date(number, 1, 1), dt.date(number, 12, 31)
    )


def span_of(key: str) -> Span:
    """The quarter or year with this key; the present quarter for anything else."""
    if match := re.fullmatch(r"(20\d\d)-Q([1-4])", key):
        return quarter(int(match[1]), int(match[2]))
    if re.fullmatch(r"20\d\d", key):
        return year(int(key))
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    return quarter(today.year, (today.month + 2) // 3)


def spans(office: Office) -> list[Span]:
    """Every quarter and year since the office's first event, the latest first."""
    today = clock.now().astimezone(ZoneInfo(ZONE)).date()
    begun = first_day(office)
    found = []
    for number in range(today.year, min(begun.year, today.year) - 1, -1):
        found.append(year(number))
        quarters = [quarter(number, n) for n in (4, 3, 2, 1)]
        found += [one for one in quarters if one.first <= today and one.last >= begun]
    return found


def told(number: float | None, unit: str) -> str:
    """A number with its unit, as people read it."""
    if number is None:
        return "-"
    if unit == "share":
        return f"{round(100 * number)} %"
    return two_decimals(number) if unit == "index" else formats.number(number)


@dataclass(frozen=True)
class Cell:
    """A figure at one place in words."""

    figure: Figure
    value: Value

    @property
    def text(self) -> str:
        """The number, or why there is none."""
        if self.value.hidden:
            return _("too few answers") if self.figure.unit == "index" else _("not shown")
        text = told(self.value.number, self.figure.unit)
        return f"{text} · {self.value.note}" if self.value.note else text

    @property
    def base(self) -> str:
        """What it was counted of."""
        one = self.value
        if one.hidden or one.n is None:
            return ""
        if self.figure.unit == "index":
            return ngettext("%(n)s answer", "%(n)s answers", one.n) % {"n": formats.number(one.n)}
        if one.base is None or not one.base:
            return ""
        if self.figure.unit == "share":
            return _("%(n)s of %(base)s") % {"n": formats.number(one.n), "base": formats.number(one.base)}
        return _("of %(base)s") % {"base": formats.number(one.base)}

    @property
    def bars(self) -> list[charts.Bar]:
        """Its parts as bars."""
        most = max((part.number or 0 for part in self.value.parts if part.unit == "n"), default=0)
        return [
            charts.bar(str(part.label), self._part(part), [(_length(part, most), "used")])
            for part in self.value.parts
        ]

    def _part(self, part: Part) -> str:
        if part.number is None:
            return _("not shown")
        text = told(part.number, part.unit)
        return f"{text} · {part.note}" if part.note else text


def _length(part: Part, most: float) -> float:
    if part.number is None:
        return 0
    if part.unit == "index":
        return part.number / 100
    return part.number if part.unit == "share" else part.number / most if most else 0


@dataclass(frozen=True)
class Line:
    """One figure at a hub, in the whole office, and at the other hubs."""

    figure: Figure
    here: Cell
    office: Cell
    others: list[Cell]


def lines(office: Office, hub: Hub, others: Sequence[Hub], span: Span) -> list[Line]:
    """Every figure in words."""
    counted = figures(office, [hub, *others], span.first, span.last)
    return [
        Line(
            figure,
            Cell(figure, counted[figure.code][hub.pk]),
            Cell(figure, counted[figure.code][None]),
            [Cell(figure, counted[figure.code][one.pk]) for one in others],
        )
        for figure in FIGURES
    ]


def table(found: Sequence[Line], hub: Hub, others: Sequence[Hub]) -> list[list[Any]]:
    """The figures as a table for a workbook: numbers where there are numbers."""
    rows: list[list[Any]] = [
        [
            _("Figure"),
            _("Code"),
            hub.name,
            _("Counted of"),
            _("Whole office"),
            *(one.name for one in others),
            _("Unit"),
            _("How it is counted"),
        ]
    ]
    for line in found:
        rows.append(
            [
                str(line.figure.name),
                line.figure.code,
                _number(line.here),
                line.here.base,
                _number(line.office),
                *(_number(one) for one in line.others),
                units()[line.figure.unit],
                str(line.figure.formula),
            ]
        )
        rows += [
            [f"   {part.label}", line.figure.code, part.number if part.number is not None else _("not shown")]
            for part in line.here.value.parts
        ]
    return rows


def _number(cell: Cell) -> Any:
    number = cell.value.number
    return cell.text if cell.value.hidden or number is None else round(number, 4)


def units() -> dict[str, str]:
    """The units in words."""
    return {
        "people": _("people"),
        "times": _("times"),
        "places": _("kabupaten and kota"),
        "events": _("events"),
        "share": _("share (0 to 1)"),
        "index": _("index (25 to 100)"),
    }
