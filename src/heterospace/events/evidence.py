"""The evidence folder of an event: what is there, and the whole of it as one ZIP."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..core import clock, files, formats, sheets, zips
from . import presence
from .enums import EvidenceKind, RegistrationState
from .models import Certificate, Event, EvidenceFile
from .programme_paper import programme_of
from .queries import Presence, attendance_of
from .report_paper import report_of

EXPECTED = tuple(kind for kind in EvidenceKind if kind != EvidenceKind.OTHER)
PIECE = 65_536


def ending_of(row: EvidenceFile) -> str:
    """What kind of file it is."""
    return files.ending_of(row.file)


def name_of(row: EvidenceFile) -> str:
    """A tidy name for people who take the file home."""
    return f"{slugify(row.title) or row.kind}.{ending_of(row)}"


def papers_of(event: Event) -> dict[EvidenceKind, Callable[[], bytes]]:
    """What the house writes itself, by the kind of evidence it is: the programme, and once it was held the report."""
    found: dict[EvidenceKind, Callable[[], bytes]] = {EvidenceKind.PROGRAMME: lambda: programme_of(event)}
    if event.was_held:
        found[EvidenceKind.REPORT] = lambda: report_of(event)
    return found


def shelves(event: Event) -> list[dict[str, Any]]:
    """Every kind of evidence with its files; those that are expected come first and say when nothing is there."""
    made = papers_of(event)
    rows: dict[str, list[EvidenceFile]] = {}
    for row in event.evidence.select_related("event"):
        row.ending = ending_of(row).upper()
        rows.setdefault(row.kind, []).append(row)
    return [
        {
            "kind": kind,
            "files": rows.get(kind, []),
            "is_missing": kind in EXPECTED and kind not in rows and kind not in made,
        }
        for kind in EvidenceKind
        if kind in EXPECTED or kind in rows
    ]


def _column(key: str, label: Any, width: int = 18) -> sheets.Column:
    return sheets.Column(key, label, str, width=width)


PEOPLE = sheets.Table(
    "registrations",
    gettext_lazy("Registrations"),
    (
        _column("reference", gettext_lazy("Reference")),
        _column("name", gettext_lazy("Name"), 30),
        _column("organisation", gettext_lazy("Organisation"), 30),
        _column("mode", gettext_lazy("How")),
        _column("state", gettext_lazy("State")),
        _column("people", gettext_lazy("Seats")),
        _column("made", gettext_lazy("Registered on")),
        _column("came", gettext_lazy("Came")),
        _column("first_in", gettext_lazy("From")),
        _column("minutes", pgettext_lazy("attendance", "Minutes")),
    ),
)
CERTIFICATES = sheets.Table(
    "certificates",
    gettext_lazy("Certificates"),
    (
        _column("serial", gettext_lazy("Serial number")),
        _column("holder", gettext_lazy("Name"), 30),
        _column("title", gettext_lazy("What the certificate says"), 40),
        _column("issued", gettext_lazy("Issued on")),
        _column("revoked", gettext_lazy("Revoked on")),
    ),
)


def _sheet(table: sheets.Table, lines: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "sheet.xlsx"
        sheets.write(table, lines, path)
        with path.open("rb") as opened:
            while piece := opened.read(PIECE):
                yield piece


def _people(event: Event) -> Iterator[dict[str, Any]]:
    zone = event.hub.timezone
    there: dict[int, Presence] = {one.registration.pk: one for one in attendance_of(event)}
    rows = event.registrations.select_related("person", "seats", "organisation").order_by("pk")
    for one in rows.iterator(chunk_size=500):
        seen = there.get(one.pk)
        yield {
            "reference": one.reference,
            "name": one.person.name,
            "organisation": one.organisation.name if one.organisation else "",
            "mode": one.seats.get_mode_display(),
            "state": one.get_state_display(),
            "people": one.people,
            "made": formats.day(one.made_at, zone),
            "came": bool(seen and seen.came),
            "first_in": formats.clock_time(seen.first_in, zone) if seen and seen.first_in else None,
            "minutes": seen.minutes if seen else None,
        }


def _certificates(event: Event) -> Iterator[dict[str, Any]]:
    zone = event.hub.timezone
    rows = Certificate.objects.filter(event=event).select_related("holder").order_by("pk")
    for one in rows.iterator(chunk_size=500):
        yield {
            "serial": one.serial,
            "holder": one.holder.name,
            "title": one.title,
            "issued": formats.day(one.issued_at, zone),
            "revoked": formats.day(one.revoked_at, zone) if one.revoked_at else None,
        }


def facts(event: Event) -> dict[str, Any]:
    """What the event was, in keys a program reads; figures and organisations, no person but its speakers."""
    rows = attendance_of(event)
    states = list(event.registrations.values_list("state", flat=True))
    return {
        "reference": event.reference,
        "title": event.title,
        "hub": event.hub.name,
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "mode": event.mode,
        "topic": event.topic,
        "state": event.state,
        "place": event.place or event.hub.address,
        "capacity": {one.mode: one.capacity for one in event.seats.all()},
        "hosts": [
            {"organisation": one.organisation.name, "part": one.part}
            for one in event.parties.select_related("organisation")
        ],
        "sessions": [
            {
                "title": one.title,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "space": one.space.name if one.space else None,
                "speakers": [speaker.name for speaker in one.speakers.all()],
            }
            for one in event.sessions.select_related("space").prefetch_related("speakers")
        ],
        "registrations": {state.value: states.count(state.value) for state in RegistrationState},
        "came": sum(one.came for one in rows),
        "certificates": Certificate.objects.filter(event=event, revoked_at=None).count(),
        "written_at": clock.now().isoformat(),
    }


def _stored(row: EvidenceFile) -> Iterator[bytes]:
    with row.file.open("rb") as opened:
        yield from iter(lambda: opened.read(PIECE), b"")


def folder_name(event: Event) -> str:
    """What the ZIP is called."""
    day: dt.date = formats.day(event.start, event.hub.timezone)
    return f"{day.isoformat()}-{event.slug}"


def _later(make: Callable[[], bytes]) -> Iterator[bytes]:
    yield make()


def folder(event: Event) -> Iterator[bytes]:
    """The folder as a ZIP, piece by piece: the files by kind, then what the house knows of the event."""
    language = translation.get_language() or "id"
    root = folder_name(event)

    def entries() -> Iterator[zips.Entry]:
        kinds = list(EvidenceKind)
        count: dict[str, int] = {}
        for row in event.evidence.order_by("kind", "pk"):
            kind = EvidenceKind(row.kind)
            count[kind] = count.get(kind, 0) + 1
            place = f"{kinds.index(kind) + 1}-{slugify(str(kind.label))}"
            yield f"{root}/{place}/{count[kind]:02d}-{name_of(row)}", _stored(row)
        ours = f"{root}/0-{slugify(_('From the house'))}"
        for kind, make in papers_of(event).items():
            yield f"{ours}/{slugify(str(kind.label))}.pdf", _later(make)
        yield (
            f"{ours}/{slugify(_('Attendance list'))}.pdf",
            _later(lambda: presence.paper(event, filled=True)),
        )
        yield f"{ours}/{slugify(_('Registrations'))}.xlsx", _sheet(PEOPLE, _people(event))
        if Certificate.objects.filter(event=event).exists():
            yield f"{ours}/{slugify(_('Certificates'))}.xlsx", _sheet(CERTIFICATES, _certificates(event))
        yield (
            f"{ours}/{slugify(_('Event'))}.json",
            _later(lambda: json.dumps(facts(event), ensure_ascii=False, indent=2).encode()),
        )

    pieces = zips.stream(entries(), event.hub.timezone)
    while True:  # the server asks for the next piece after the request's language is gone
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
