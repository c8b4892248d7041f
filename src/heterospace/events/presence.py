"""The attendance of an event as its organisers read it: on the page, on paper, as a sheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..core import formats
from ..core.pdf import typeset
from ..core.sheets import Column, Table, write
from ..core.sheets.cells import text
from . import door
from .door_words import ICONS, PAGE_TONES, TONES
from .enums import EFFECTIVE, Outcome, Source
from .models import Event, Scan
from .queries import Presence, attendance_of

LATE = dt.timedelta(minutes=2)  # between scanning and hearing of it: the device was offline
TEMPLATE = Path(__file__).parent / "papers" / "attendance.typ"
SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
SHEET = Table(
    "attendance",
    gettext_lazy("Attendance"),
    tuple(
        Column(key, label, text(300), width=width)
        for key, label, width in (
            ("name", gettext_lazy("Name"), 30),
            ("reference", gettext_lazy("Reference"), 16),
            ("organisation", gettext_lazy("Organisation"), 26),
            ("mode", gettext_lazy("How"), 12),
            ("people", gettext_lazy("People"), 10),
            ("came", gettext_lazy("Came"), 10),
            ("first_in", gettext_lazy("First in"), 18),
            ("last_out", gettext_lazy("Last out"), 18),
            ("minutes", gettext_lazy("Minutes"), 10),
            ("sources", gettext_lazy("Known by"), 24),
        )
    ),
)


def told(event: Event, show: str = "", words: str = "") -> dict[str, Any]:
    """Figures over all, and the rows that `show` (came, missed) and `words` leave."""
    everybody = attendance_of(event)
    rows = [row for row in everybody if not show or row.came == (show == "came")]
    for word in words.casefold().split():
        rows = [
            row
            for row in rows
            if word in f"{row.registration.person.name} {row.registration.reference}".casefold()
        ]
    for row in rows:
        row.how = [str(Source(source).label) for source in row.sources]  # type: ignore[attr-defined]
    return {
        "rows": rows,
        "registered": len(everybody),
        "came": sum(row.came for row in everybody),
        "missed": sum(not row.came for row in everybody),
        "people": sum(row.registration.people for row in everybody if row.came),
        "inside": door.people_inside(event),
    }


def ledger(event: Event, show: str = "", words: str = "") -> QuerySet[Scan]:
    """The lines of the ledger, latest first: all, those that were refused, or those that were annulled."""
    lines = Scan.objects.filter(event=event).select_related(
        "registration__person", "session", "annulment", "event__hub"
    )
    if show == "refused":
        lines = lines.exclude(outcome__in=EFFECTIVE)
    elif show == "annulled":
        lines = lines.filter(annulment__isnull=False)
    for word in words.split():
        lines = lines.filter(
            Q(registration__person__name__icontains=word)
            | Q(registration__reference__icontains=word)
            | Q(gate__icontains=word)
        )
    return lines.order_by("-pk")


def tell(scan: Scan) -> Scan:
    """Give a line what its row on the page shows: whether it counts, came late, its colour and sign."""
    outcome = Outcome(scan.outcome)
    scan.annulled = getattr(scan, "annulment", None)  # type: ignore[attr-defined]
    scan.counts = outcome in EFFECTIVE and scan.annulled is None  # type: ignore[attr-defined]
    scan.late = scan.received_at - scan.scanned_at > LATE and scan.source == Source.DOOR  # type: ignore[attr-defined]
    scan.tone = "neutral" if scan.annulled else PAGE_TONES[TONES[outcome]]  # type: ignore[attr-defined]
    scan.icon = ICONS[outcome]  # type: ignore[attr-defined]
    return scan


def refusals(event: Event) -> list[tuple[str, int]]:
    """How often people were turned away, by the reason."""
    counts: dict[str, int] = {}
    lines = Scan.objects.filter(event=event).exclude(outcome__in=EFFECTIVE)
    for outcome in lines.values_list("outcome", flat=True):
        counts[outcome] = counts.get(outcome, 0) + 1
    return [(str(one.label), counts[one]) for one in Outcome if one in counts]


def _lines(event: Event) -> Iterator[dict[str, Any]]:
    zone = event.hub.timezone
    for row in attendance_of(event):
        one = row.registration
        yield {
            "name": str(one.person),
            "reference": one.reference,
            "organisation": one.organisation.name if one.organisation else "",
            "mode": str(one.seats.get_mode_display()),
            "people": one.people,
            "came": _("yes") if row.came else _("no"),
            "first_in": formats.moment(row.first_in, zone) if row.first_in else "",
            "last_out": formats.moment(row.last_out, zone) if row.last_out else "",
            "minutes": row.minutes,
            "sources": ", ".join(str(Source(source).label) for source in row.sources),
        }


def write_xlsx(event: Event, file: Path) -> int:
    """The attendance as XLSX into `file`; answers how many lines."""
    return write(SHEET, _lines(event), file)


def as_csv(event: Event) -> str:
    """The attendance as CSV; what a spreadsheet would run as a formula stays words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.heading for column in SHEET.columns])
    for line in _lines(event):
        values = [line[column.key] for column in SHEET.columns]
        writer.writerow(
            [f"'{value}" if isinstance(value, str) and value.startswith(SIGNS) else value for value in values]
        )
    return out.getvalue()


def on_paper(event: Event, *, filled: bool) -> dict[str, Any]:
    """What stands on the daftar hadir: everybody with a line to sign, or `filled` with who came and when."""
    zone = event.hub.timezone
    rows = attendance_of(event)

    def line(row: Presence) -> list[str]:
        one = row.registration
        when = formats.clock_time(row.first_in, zone) if row.first_in else ""
        known = ", ".join(str(Source(source).label) for source in row.sources)
        name = f"{one.person}" + (f" (+{one.people - 1})" if one.people > 1 else "")
        return [name, one.organisation.name if one.organisation else "", *([when, known] if filled else [])]

    shown = [row for row in rows if row.came or not filled]
    heads = [
        _("No."),
        _("Name"),
        _("Organisation"),
        *([_("Came at"), _("Known by")] if filled else [_("Signature")]),
    ]
    return {
        "lang": get_language() or "id",
        "heading": _("Attendance list"),
        "office": event.hub.office.name,
        "hub": event.hub.name,
        "title": event.title,
        "when": formats.when(event.start, event.end, zone),
        "day": formats.date_long(event.start, zone),
        "place": event.place or event.hub.address,
        "heads": heads,
        "rows": [line(row) for row in shown],
        "blank": 0 if filled else 10,
        "filled": filled,
        "figures": _("%(came)s of %(registered)s who registered came.")
        % {"came": sum(row.came for row in rows), "registered": len(rows)}
        if filled
        else "",
        "sign": [_("On behalf of the organisers"), "(                                        )"],
        "reference": event.reference,
    }


def paper(event: Event, *, filled: bool) -> bytes:
    """The daftar hadir (PDF, A4): to be signed before the event, or `filled` after it."""
    return typeset(TEMPLATE, on_paper(event, filled=filled))
