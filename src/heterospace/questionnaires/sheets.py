"""What was answered as a table, as XLSX or CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from .models import Questionnaire, Submission
from .queries import Results, answers_of, questions_of

Table = Sequence[Sequence[Any]]  # the first row are headings


def by_name(questionnaire: Questionnaire, rows: Iterable[Submission]) -> Table:
    """One line for each who answered by name, one column a question."""
    listed = list(rows)
    questions = questions_of(questionnaire)
    given = answers_of(listed)
    table: list[list[Any]] = [[_("Name"), _("Day"), _("About"), *(one.words for one in questions)]]
    for row in listed:
        name = row.person.name if row.person else _("erased")
        answers = given[row.pk]
        table.append(
            [name, row.on.isoformat(), row.subject, *(_cell(answers.get(one.key)) for one in questions)]
        )
    return table


def counted(results: Results) -> Table:
    """How often each answer was given, and what was written in words, in no order. Nothing below the threshold."""
    table: list[list[Any]] = [[_("Question"), _("Answer"), _("How many"), _("Share of answers"), _("Mean")]]
    if not results.enough:
        few = _("Fewer than %(n)s answers: nothing is shown.") % {"n": results.threshold}
        return [*table, [few, "", "", "", ""]]
    for one in results.questions:
        words = one.question.words
        if not one.enough:
            table.append([words, _("too few answers"), "", "", ""])
            continue
        mean = "" if one.mean is None else round(one.mean, 4)
        for answer in one.counts:
            table.append([words, str(answer.label), answer.n, round(answer.share, 4), mean])
        if not one.counts and not one.texts:
            table.append([words, "", one.n, "", mean])
        table.extend([words, text, "", "", ""] for text in one.texts)
    return table


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else value


def workbook(table: Table) -> bytes:
    """The table as XLSX; nothing in it is taken for a formula or a link."""
    import xlsxwriter  # heavy: only who exports loads it

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Answers")[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for line, row in enumerate(table):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, place, value)
            else:
                sheet.write_string(line, place, str(value)[:32000], head if line == 0 else None)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, max(len(table[0]) - 1, 1), 22)
    sheet.freeze_panes(1, 1)
    book.close()
    return file.getvalue()


def csv_text(table: Table) -> str:
    """The table as CSV with a byte order mark, so that spreadsheets read it as UTF-8; no cell begins a formula."""
    file = io.StringIO()
    file.write("\ufeff")
    csv.writer(file).writerows([[_plain(value) for value in row] for row in table])
    return file.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


__all__ = ["by_name", "counted", "csv_text", "workbook"]
