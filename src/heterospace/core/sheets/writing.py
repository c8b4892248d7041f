"""Writing tables as XLSX: an export, and the template to fill in."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .tables import Table

NOTHING: Callable[[int], None] = lambda done: None  # noqa: E731


def write(
    table: Table, lines: Iterable[dict[str, Any]], file: Path, *, step: Callable[[int], None] = NOTHING
) -> int:
    """Write `lines` (values by column key) under the headings of `table`; answers how many. `step(done)` counts."""
    with _book(file) as book:
        sheet = _sheet(book, table, str(table.title))
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
        count = 0
        for count, line in enumerate(lines, start=1):
            _row(sheet, count, table, line, formats)
            if count % 500 == 0:
                step(count)
        step(count)
    return count


def write_template(table: Table, file: Path) -> None:
    """An empty sheet with the headings, one with examples, and one that says what every column takes."""
    with _book(file) as book:
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
        empty = _sheet(book, table, str(table.title))
        for place, column in enumerate(table.columns):
            if column.choices:
                words = list(column.choices())
                if sum(len(word) + 1 for word in words) < 250:  # what Excel takes as a list
                    empty.data_validation(
                        1, place, 5000, place, {"validate": "list", "source": words, "error_type": "warning"}
                    )
        shown = _sheet(book, table, _("Example"))
        for number in range(max((len(column.example) for column in table.columns), default=0)):
            line = {
                column.key: column.example[number] for column in table.columns if number < len(column.example)
            }
            _row(shown, number + 1, table, line, formats)
        told = book.add_worksheet(_("What to write"))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        told.set_column(0, 0, 28)
        told.set_column(1, 1, 10)
        told.set_column(2, 2, 90, wrap)
        for place, word in enumerate((_("Column"), _("Needed"), _("What to write"))):
            told.write_string(0, place, word, bold)
        for number, column in enumerate(table.columns, start=1):
            told.write_string(number, 0, column.heading, bold)
            told.write_string(number, 1, _("yes") if column.needed else "")
            listed = ", ".join(column.choices()) if column.choices else ""
            told.write_string(number, 2, " ".join(filter(None, [str(column.help), listed])))
        for number, (heading, why) in enumerate(table.dropped.items(), start=len(table.columns) + 2):
            told.write_string(number, 0, heading)
            told.write_string(number, 2, str(why))


SHAPES = {"date": "dd/mm/yyyy", "time": "hh:mm", "text": "@", "number": "0"}


def _book(file: Path) -> Any:
    from xlsxwriter import Workbook  # heavy: only who exports loads it

    return Workbook(
        str(file), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )


def _sheet(book: Any, table: Table, title: str) -> Any:
    sheet = book.add_worksheet(title[:31])
    head = book.add_format(
        {"bold": True, "bg_color": "#F3E9DC", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    text = book.add_format({"num_format": "@"})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width, text if column.key in {"whatsapp", "nib"} else None)
        sheet.write_string(0, place, column.heading, head)
    sheet.freeze_panes(1, 0)
    return sheet


def _row(sheet: Any, number: int, table: Table, line: dict[str, Any], formats: dict[str, Any]) -> None:
    for place, column in enumerate(table.columns):
        value = line.get(column.key)
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            sheet.write_string(number, place, _("yes") if value else _("no"))
        elif isinstance(value, dt.datetime | dt.date):
            sheet.write_datetime(number, place, value, formats["date"])
        elif isinstance(value, dt.time):
            sheet.write_datetime(number, place, value, formats["time"])
        elif isinstance(value, int):
            sheet.write_number(number, place, value, formats["number"])
        else:
            sheet.write_string(number, place, str(value), formats["text"])
