"""Reading an XLSX somebody sent: nothing in it is trusted, and every mistake is told with its line and column."""

import difflib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..refusals import Invalid, Sentence
from .cells import Odd, is_empty, plain
from .tables import Column, Line, Problem, Table, fold

MOST_ROWS = 50_000
MOST_COLUMNS = 60
MOST_UNPACKED = 150_000_000  # bytes
MOST_PARTS = 500
HEADINGS_WITHIN = 12  # rows: a title may stand above the headings
CHUNK = 1 << 20
OVERLAP = 4096
MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
FORMULA = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v>(?=[^<])|(?P<none><))"
)
Step = Callable[[int, int], None]


@dataclass
class Filled:
    """What a file says: its lines, what is wrong, and which known columns are not kept and why."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[tuple[str, Sentence]] = field(default_factory=list)


def read(table: Table, file: Path, *, step: Step = lambda done, all_rows: None) -> Filled:
    """The lines of the first sheet of `file`, read as `table`; `step(done, of)` tells how far.

    Mistakes in headings and cells are answered as problems. Raises Invalid (`sheet`) for what is no such file at all.
    """
    checked(file)
    from openpyxl import load_workbook  # heavy: only who imports loads it

    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a broken file makes its parser say
        raise unreadable() from error
    try:
        if not book.worksheets:
            raise unreadable()
        sheet = book.worksheets[0]
        filled = Filled()
        expected = sheet.max_row or 0  # what the file says of itself: for the progress only
        sheet.reset_dimensions()
        try:
            _fill(filled, table, sheet, lambda done: step(done, expected))
        except Invalid:
            raise
        except Exception as error:
            raise unreadable() from error
        with zipfile.ZipFile(file) as parts, parts.open(sheet._worksheet_path.lstrip("/")) as part:
            first = min((line.number for line in filled.lines), default=0)
            filled.problems += _hidden(part, first, _headings(filled))
        filled.problems.sort(key=lambda problem: problem.line)
        return filled
    finally:
        book.close()


def unreadable() -> Invalid:
    """The refusal of a file that is no workbook."""
    return _no(_("This is not a workbook we can read. Save it as Excel workbook (.xlsx) and send it again."))


def _no(sentence: Sentence) -> Invalid:
    return Invalid("sheet", sentence, fields={"file": sentence})


def checked(file: Path) -> None:
    """Go on only with a file that is an XLSX of a bearable size, also unpacked. Raises Invalid (`sheet`)."""
    if file.stat().st_size > settings.MAX_SHEET_BYTES:
        raise _no(
            _("This file is larger than %(n)d MB. Divide it.") % {"n": settings.MAX_SHEET_BYTES // 1_000_000}
        )
    with file.open("rb") as opened:
        head = opened.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no(
            _(
                "This is an old Excel file (.xls) or locked with a password. Save it as .xlsx without a password."
            )
        )
    if not head.startswith(b"PK"):
        raise _no(_("This is text (CSV?) and not a workbook. Open it in Excel and save it as .xlsx."))
    try:
        with zipfile.ZipFile(file) as parts:
            known = parts.infolist()
            if len(known) > MOST_PARTS or sum(part.file_size for part in known) > MOST_UNPACKED:
                raise _no(_("Unpacked, this file is too large. Take only the table into a new workbook."))
            names = {part.filename for part in known}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise unreadable()
            for part in known:
                if part.filename.endswith((".xml", ".rels")):
                    with parts.open(part) as content:
                        if any(b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk for chunk in _chunks(content)):
                            raise unreadable()
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise unreadable() from error


def _chunks(content: Any) -> Iterator[bytes]:
    """The bytes of a part piece by piece; each begins with the end of the one before."""
    before = b""
    while chunk := content.read(CHUNK):
        yield before + chunk
        before = chunk[-OVERLAP:]


def _fill(filled: Filled, table: Table, sheet: Any, step: Callable[[int], None]) -> None:
    columns: dict[int, Column] = {}
    seen = 0
    for number, cells in enumerate(
        sheet.iter_rows(max_row=MOST_ROWS + HEADINGS_WITHIN + 1, max_col=MOST_COLUMNS, values_only=True),
        start=1,
    ):
        if all(is_empty(cell) for cell in cells):
            continue
        seen += 1
        if not columns:
            columns = _columns_of(filled, table, number, cells)
            if not columns and number >= HEADINGS_WITHIN:
                break
            continue
        if len(filled.lines) >= MOST_ROWS:
            raise _no(
                _("There are more than %(n)s lines. Divide the file.")
                % {"n": f"{MOST_ROWS:,}".replace(",", ".")}
            )
        filled.lines.append(_line(filled, columns, number, cells))
        if number % 500 == 0:
            step(number)
    if not seen:
        raise _no(_("The first sheet is empty."))
    if not columns:
        wanted = ", ".join(column.heading for column in table.columns if column.needed)
        filled.problems.append(
            Problem(0, "", _("No line has the headings. These are needed: %(names)s.") % {"names": wanted})
        )
    elif not filled.lines:
        filled.problems.append(Problem(0, "", _("There are headings, and no line below them.")))


def _columns_of(filled: Filled, table: Table, number: int, cells: Iterable[Any]) -> dict[int, Column]:
    """The columns by their place, if this row is the one with the headings; a title above is no such row."""
    named = {place: plain(cell) for place, cell in enumerate(cells) if not is_empty(cell)}
    found = {place: column for place, name in named.items() if (column := table.column_of(name))}
    if len(found) < 2 and not any(column.needed for column in found.values()):
        return {}
    kept: dict[int, Column] = {}
    for place, column in _without_weaker(filled, named, found).items():
        if column in kept.values():
            filled.problems.append(
                Problem(number, named[place], _("This column is there twice. Delete one of them."))
            )
        else:
            kept[place] = column
    known = [name for column in table.columns for name in (column.heading, *column.aliases)]
    for place, name in named.items():
        if place in found:
            continue
        if fold(name) in table.dropped:
            filled.dropped.append((name, table.dropped[fold(name)]))
            continue
        near = difflib.get_close_matches(name.lower(), [one.lower() for one in known], n=1, cutoff=0.75)
        sentence: Sentence = (
            _("This column is not known. Do you mean “%(name)s”?") % {"name": near[0]}
            if near
            else _("This column is not known. Delete it or give it a heading of the template.")
        )
        filled.problems.append(Problem(number, name, sentence))
    for column in table.columns:
        if column.needed and column not in kept.values():
            filled.problems.append(Problem(number, column.heading, _("This column is missing.")))
    return kept


def _without_weaker(filled: Filled, named: dict[int, str], found: dict[int, Column]) -> dict[int, Column]:
    """`found` without headings that give way to another one of their column (`Telepon` to `Nomor WhatsApp`)."""
    strong = {
        column: named[place] for place, column in found.items() if fold(named[place]) not in column.yields
    }
    stay = {}
    for place, column in found.items():
        if column in strong and fold(named[place]) in column.yields:
            told = _("The column “%(name)s” is taken instead.") % {"name": strong[column]}
            filled.dropped.append((named[place], told))
        else:
            stay[place] = column
    return stay


def _line(filled: Filled, columns: dict[int, Column], number: int, cells: tuple[Any, ...]) -> Line:
    values: dict[str, Any] = {}
    for place, column in columns.items():
        cell = cells[place] if place < len(cells) else None
        if is_empty(cell):
            if column.needed:
                filled.problems.append(Problem(number, column.heading, _("This is empty.")))
            continue
        try:
            values[column.key] = column.read(cell)
        except Odd as odd:
            filled.problems.append(Problem(number, column.heading, odd.sentence))
    return Line(number, values)


def _headings(filled: Filled) -> int:
    return min((line.number for line in filled.lines), default=1) - 1


def _hidden(part: BinaryIO | Any, first: int, headings: int) -> Iterator[Problem]:
    """What the reader cannot see: merged cells from the headings on, formulas that were never worked out."""
    told: set[bytes] = set()
    for chunk in _chunks(part):
        for match in MERGED.finditer(chunk):
            if match[0] not in told and int(match[4]) >= headings > 0:
                told.add(match[0])
                where = f"{match[1].decode()}{match[2].decode()}:{match[3].decode()}{match[4].decode()}"
                sentence = _("The cells %(where)s are merged. Part them: one value a cell.") % {
                    "where": where
                }
                yield Problem(int(match[2]), match[1].decode(), sentence)
        for match in FORMULA.finditer(chunk):
            if match["none"] and match[0] not in told and int(match[2]) >= first > 0:
                told.add(match[0])
                said = _("A formula without a result. Open and save the file in Excel, or write the value.")
                yield Problem(int(match[2]), match[1].decode(), said)
