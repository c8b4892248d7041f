"""Workbooks of bookings."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import formats
from .figures import Figures, Row, hours


def utilisation_workbook(figures: Figures) -> bytes:
    """The figures as XLSX: what became of wishes, by space, hour, kind and sector, day by day, and the unmet ones.

    Hours and shares are numbers, so that they can be counted on.
    """
    report = figures.report
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    share, number = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "#,##0.0"})
    zone = report.hub.timezone
    period = f"{formats.date_medium(report.first)} - {formats.date_medium(report.last)}"
    as_of = _("As of %(moment)s") % {"moment": formats.moment(report.as_of, zone)}

    def sheet(
        name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], shares: Sequence[int] = ()
    ) -> None:
        page = book.add_worksheet(name[:31])
        page.write(0, 0, f"{report.hub.name}: {name}", bold)
        page.write(1, 0, period)
        page.write(2, 0, as_of)
        page.write_row(4, 0, columns, head)
        for line, row in enumerate(rows, 5):
            for column, value in enumerate(row):
                if value is None:
                    page.write_blank(line, column, None)
                elif isinstance(value, float):
                    page.write_number(line, column, value, share if column in shares else number)
                else:
                    page.write(line, column, value)
        page.set_column(0, 0, 34)
        page.set_column(1, len(columns), 14)
        page.freeze_panes(5, 1)

    measured = [
        _("Open hours"),
        _("Booked hours"),
        _("Used hours"),
        _("Hours nobody came"),
        _("Booked of open"),
        _("Used of open"),
    ]

    def line(row: Row) -> list[Any]:
        return [row.label, *row.hours, row.minutes.share, row.minutes.used_share]

    sheet(
        _("What became of wishes"),
        [_("What"), pgettext("table", "How many"), _("Hours")],
        [[row.label, row.count, row.hours] for row in figures.became],
    )
    sheet(
        _("By space"),
        [_("Space"), *measured, _("Booked by")],
        [[*line(row), row.note] for row in figures.spaces],
        (5, 6),
    )
    of_week = report.occupancy.hours
    sheet(
        _("By hour"),
        [_("Hour"), *(f"{day} %" for day in figures.weekdays()), *figures.weekdays()],
        [
            [
                name,
                *(day[hour].share for day in of_week),
                *(hours(day[hour].booked) for day in of_week),
            ]
            for hour in range(24)
            if any(day[hour].open for day in of_week)
            for name in [f"{hour:02}.00"]
        ],
        tuple(range(1, 8)),
    )
    sheet(_("By kind"), [_("Kind of space"), *measured], [line(row) for row in figures.kinds], (5, 6))
    whole = figures.total.minutes.booked
    sheet(
        _("By sector"),
        [_("Sector"), _("Booked hours"), _("Used hours"), _("Hours nobody came"), _("Of all booked hours")],
        [
            [row.label, *row.hours[1:], row.minutes.booked / whole if whole else None]
            for row in figures.sectors
        ],
        (4,),
    )
    sheet(_("Day by day"), [_("Day"), *measured], [line(row) for row in figures.days], (5, 6))
    sheet(
        _("Looked for in vain"),
        [_("What"), _("Which"), pgettext("table", "How many")],
        [
            [title, row.label, row.count]
            for title, what in (
                (_("Reason"), "reason"),
                (_("Kind of space"), "kind"),
                (_("Hour"), "hour"),
                (_("People"), "people"),
            )
            for row in figures.unmet(what)
        ],
    )
    book.close()
    return file.getvalue()
