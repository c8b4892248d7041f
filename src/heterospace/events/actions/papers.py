"""The evidence folder: files in while the event's books are open, and who took it home."""

from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.files import checked
from ...core.refusals import Invalid, Refused
from ..enums import EventState, EvidenceKind
from ..models import Event, EvidenceFile
from .planning import WHY_STAYS, held

MOST_FILES = 200
MOST_AT_ONCE = 20


def _require_open(event: Event) -> None:
    if event.state == EventState.REPORTED:
        raise Refused(*WHY_STAYS[EventState.REPORTED])


@deed
def add_evidence(
    event: Event, kind: str, files: Sequence[Any], *, by: Author, title: str = ""
) -> list[EvidenceFile]:
    """Put files into an event's evidence folder: all of them, or none. `title` names them, else their own names.

    Raises Forbidden, Invalid (`file`, `too_many`), Refused (`already_reported`).
    """
    require(by, "events.manage", event)
    kind = EvidenceKind(kind)
    event = held(event)
    _require_open(event)
    if not files or len(files) > MOST_AT_ONCE or event.evidence.count() + len(files) > MOST_FILES:
        sentence = _("Choose up to %(once)d files at a time; a folder takes %(all)d.") % {
            "once": MOST_AT_ONCE,
            "all": MOST_FILES,
        }
        raise Invalid("too_many", sentence, fields={"files": sentence})
    made = []
    for file, (name, content) in [(file, checked(file)) for file in files]:
        own = str(file.name).rpartition("/")[2].rpartition(".")[0].replace("_", " ")
        row = EvidenceFile(
            event=event,
            kind=kind,
            title=(title.strip() or own)[:160],
            size=content.size,
            added_at=clock.now(),
            added_by_id=by.pk,
        )
        row.file.save(name, content if isinstance(content, File) else File(content), save=False)
        row.save(force_insert=True)
        made.append(row)
    log(by, "add_evidence", event, office=event.office_id, kind=kind, files=len(made))
    return made


@deed
def remove_evidence(row: EvidenceFile, *, by: Author) -> None:
    """Take a file out of the folder, for good. Raises Forbidden, Refused (`already_reported`)."""
    require(by, "events.manage", row.event)
    event = held(row.event)
    _require_open(event)
    store, name = row.file.storage, str(row.file.name)
    row.delete()
    transaction.on_commit(lambda: store.delete(name))
    log(by, "remove_evidence", event, office=event.office_id, kind=row.kind)


@deed
def note_folder_taken(event: Event, *, by: Author) -> None:
    """Write down that somebody took the folder with its list of names. Raises Forbidden."""
    require(by, "events.see_report", event)
    log(by, "take_folder", event, office=event.office_id)
