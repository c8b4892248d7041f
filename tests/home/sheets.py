"""Small workbooks for the stories of import and export."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from heterospace.core.sheets import Table


def workbook(folder: Path, rows: list[list[Any]], name: str = "data.xlsx", **more: Any) -> Path:
    """A workbook whose first sheet holds `rows`; `merge=["A1:B1"]` merges cells."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in more.get("merge", ()):
        sheet.merge_cells(cells)
    file = folder / name
    book.save(file)
    return file


def written(file: Path) -> list[list[Any]]:
    """The rows of a workbook's first sheet."""
    return [list(row) for row in load_workbook(file).worksheets[0].iter_rows(values_only=True)]


def headed(table: Table, *lines: dict[str, Any]) -> list[list[Any]]:
    """Rows with the table's headings and these lines, by column key."""
    return [
        [column.heading for column in table.columns],
        *([line.get(column.key) for column in table.columns] for line in lines),
    ]
