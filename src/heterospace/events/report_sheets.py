"""Workbooks and lists of events: a report, the registrations, the figures."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import formats, phones, regions
from ..members.enums import Purpose, Sector
from ..members.models import Consent
from .models import Event, Registration
from .queries import Presence
from .reading import Told

Table = Sequence[Sequence[Any]]  # the first row are headings
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(pages: Iterable[tuple[str, Sequence[str], Table]]) -> bytes:
    """XLSX of pages: name, lines above, table. Numbers stay numbers; nothing is taken for a formula or a link."""
    import xlsxwriter  # heavy: only who exports loads it

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for name, above, table in pages:
        page = book.add_worksheet(name[:31])
        for line, words in enumerate(above):
            page.write_string(line, 0, words, bold if line == 0 else None)
        first = len(above) + 1 if above else 0
        for line, row in enumerate(table):
            for place, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    page.write_number(first + line, place, value)
                elif value not in (None, ""):
                    page.write_string(first + line, place, str(value)[:32000], head if line == 0 else None)
        page.set_column(0, 0, 34)
        page.set_column(1, max(len(table[0]) - 1, 1), 22)
        page.freeze_panes(first + 1, 1)
    book.close()
    return file.getvalue()


def csv_text(table: Table) -> str:
    """CSV with a byte order mark, so that spreadsheets read it as UTF-8; no cell begins a formula."""
    file = io.StringIO()
    file.write("\ufeff")
    csv.writer(file).writerows([[_plain(value) for value in row] for row in table])
    return file.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def report_workbook(told: Told, above: Sequence[str]) -> bytes:
    """An event's report, one table for all its sections."""
    table: list[list[Any]] = [[_("What"), _("Figure"), _("Number"), _("Counted of"), _("Section")]]
    table += [
        [row.label, row.text, row.number, row.note, section.title]
        for section in told.sections
        for row in section.rows
    ]
    return workbook([(_("Report"), above, table)])


def registrations_table(event: Event, rows: Sequence[Registration], present: Iterable[Presence]) -> Table:
    """One line a registration, in the columns operators keep their lists in; what needs a consent only with it."""
    seen = {one.registration.pk: one for one in present}
    counted = set(
        Consent.objects.filter(
            person__in={row.person_id for row in rows}, purpose=Purpose.STATISTICS, withdrawn_at=None
        ).values_list("person_id", flat=True)
    )
    zone = event.hub.timezone
    table: list[list[Any]] = [
        [
            _("No."),
            _("Full name"),
            _("WhatsApp number"),
            _("E-mail"),
            _("Gender"),
            _("Birth year"),
            _("Kabupaten or kota"),
            _("Kecamatan"),
            _("Organisation"),
            _("Sector"),
            _("How"),
            _("State"),
            pgettext("event", "Came"),
            _("First seen"),
            _("Minutes"),
            _("Companions"),
            _("Accessibility needs"),
            _("Registered on"),
            _("Reference"),
        ]
    ]
    for number, row in enumerate(rows, start=1):
        person, there = row.person, seen.get(row.pk)
        told = row.person_id in counted
        came = there is not None and there.came
        table.append(
            [
                number,
                str(person),
                phones.readable(person.whatsapp),
                person.email,
                person.get_gender_display() if told and person.gender else "",
                (person.birth_year or "") if told else "",
                regions.name(person.regency),
                regions.name(person.district),
                row.organisation.name if row.organisation else "",
                str(Sector(row.organisation.sector).label) if row.organisation else "",
                row.seats.get_mode_display(),
                row.get_state_display(),
                _("yes") if came else _("no"),
                formats.moment(there.first_in, zone) if there is not None and there.first_in else "",
                there.minutes if there is not None and there.minutes is not None else "",
                "; ".join(filter(None, row.companions)),
                row.access_needs,
                formats.moment(row.made_at, zone),
                row.reference,
            ]
        )
    return table
