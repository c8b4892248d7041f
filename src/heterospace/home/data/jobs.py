"""Taking a file in and giving one out. Both are a deed of the apps below; here is what stands around it."""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from ...core import clock, sheets
from ...core.deeds import Author, require
from ...core.refusals import Refused
from ...core.sheets.tables import SHOWN
from ...hubs.models import Hub
from ...members.actions import note_exported
from ..models import Import, ImportState
from .kinds import EVER, KINDS, Dates, Kind

Tell = Callable[[int], None]
READING = 50  # per cent of the work
PAUSE = 0.5  # seconds between two notes of how far it is
LOCK = 0x696D70  # the first key of the advisory locks of imports


class Taken:
    """What came of a file: what it brought, or why nothing; and what of it is not kept."""

    def __init__(
        self, brought: sheets.Imported | None, filled: sheets.Filled, problems: list[sheets.Problem]
    ) -> None:
        self.brought = brought
        self.dropped = filled.dropped
        self.problems = problems


def take_file(kind: str, hub: Hub, file: Path, *, by: Author, tell: Tell = lambda percent: None) -> Taken:
    """Read `file` and take all of it, or nothing; `tell` hears the per cent.

    Raises Forbidden, and Invalid (`sheet`) for a file that is no workbook.
    """
    require(by, "hubs.manage", hub)
    told = KINDS[kind]
    filled = sheets.read(
        told.table, file, step=lambda done, rows: tell(min(READING, READING * done // max(rows, done)))
    )
    if filled.problems:
        return Taken(None, filled, [*filled.problems, *_also_wrong(told, hub, filled, by)])
    count = max(len(filled.lines), 1)
    try:
        brought = told.take(
            hub, filled.lines, by, lambda done: tell(READING + (100 - READING) * done // count)
        )
    except sheets.WrongRows as wrong:
        return Taken(None, filled, wrong.problems)
    tell(100)
    return Taken(brought, filled, [])


def _also_wrong(told: Kind, hub: Hub, filled: sheets.Filled, by: Author) -> list[sheets.Problem]:
    """What the deed says of the lines that can be read, so that one sending tells every mistake; nothing is taken."""
    broken = {problem.line for problem in filled.problems}
    sound = [line for line in filled.lines if line.number not in broken]
    if not sound or min(broken) < filled.lines[0].number:  # headings that are wrong make every line wrong
        return []
    try:
        with transaction.atomic():
            told.take(hub, sound, by, lambda done: None)
            transaction.set_rollback(True)
    except sheets.WrongRows as wrong:
        # a whole may stand in a line that cannot be read
        return [problem for problem in wrong.problems if problem.column != "parent"]
    return []


def heading(kind: str, column: str) -> str:
    """How people know a column: its heading where `column` is a key."""
    found = next((one for one in KINDS[kind].table.columns if one.key == column), None)
    return found.heading if found else column


def run_import(number: int) -> None:
    """Take the file of one Import; what it brought, or every reason, stands in its row afterwards.

    Two workers with the same task: the second finds it locked and leaves it alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number % 2**31])
        if not cursor.fetchone()[0]:
            return
    try:
        job = Import.objects.select_related("hub__office", "by").filter(pk=number).first()
        if job is not None and job.is_under_way:
            _run(job)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, number % 2**31])


def _run(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(state=ImportState.ACTIVE, percent=0)
    ended: dict[str, Any] = {"state": ImportState.FAILED, "problems": []}
    try:
        with translation.override(job.language):
            try:
                taken = take_file(job.kind, job.hub, Path(job.file.path), by=job.by, tell=_teller(job.pk))
                ended = _ended(job.kind, taken)
            except Refused as refusal:
                ended = {"state": ImportState.REFUSED, "problems": [[0, "", str(refusal)]]}
    finally:
        job.file.delete(save=False)
        Import.objects.filter(pk=job.pk).update(file="", ended_at=clock.now(), percent=100, **ended)


def _ended(kind: str, taken: Taken) -> dict[str, Any]:
    shown = [
        [one.line, heading(kind, one.column), str(one.sentence)]
        for one in sorted(taken.problems, key=lambda one: one.line)[:SHOWN]
    ]
    brought = taken.brought
    return {
        "state": ImportState.REFUSED if brought is None else ImportState.DONE,
        "problems": shown,
        "more": max(0, len(taken.problems) - SHOWN),
        "dropped": [[name, str(why)] for name, why in taken.dropped],
        **({"new": brought.new, "changed": brought.changed, "same": brought.same} if brought else {}),
    }


def _teller(number: int) -> Tell:
    """Notes the per cent on a connection of its own: the deed's transaction is not to be seen before it ends."""
    last = 0.0

    def tell(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last < PAUSE:
            return
        aside = connection.copy()
        try:
            with aside.cursor() as cursor:
                cursor.execute("UPDATE home_import SET percent = %s WHERE id = %s", [percent, number])
        finally:
            aside.close()
        last = time.monotonic()

    return tell


def give_file(
    kind: str, hub: Hub, file: Path, *, by: Author, dates: Dates = EVER, step: Tell = lambda done: None
) -> int:
    """Write what is known into `file`, and that it was given out; answers how many lines.

    Raises Forbidden, Refused (`nothing_to_export`).
    """
    require(by, "hubs.manage", hub)
    told = KINDS[kind]
    with transaction.atomic():
        lines = sheets.write(told.table, told.lines(hub, dates), file, step=step)
        note_exported(hub.office, kind, told.people(hub, dates), by=by, lines=lines)
    return lines


def forget_imports(before: dt.datetime) -> int:
    """Forget imports sent before; a file that was never read goes with its row."""
    old = Import.objects.filter(sent_at__lt=before)
    for job in old.exclude(file="").order_by("id"):
        job.file.delete(save=False)
    return old.delete()[0]
