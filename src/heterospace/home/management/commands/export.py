"""`heterospace export KIND --hub SLUG FILE`: write a sheet."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from ....core.deeds import SYSTEM
from ....core.refusals import Refused
from ...data.jobs import give_file
from ...data.kinds import EVER, KINDS
from ...data.options import hub_named


class Command(BaseCommand):
    help = "Write spaces, people, organisations or bookings into an XLSX file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """KIND FILE --hub, and for bookings from when until when."""
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--hub", required=True)
        parser.add_argument("--office", default="")
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, default=EVER[0])
        parser.add_argument("--until", dest="last", type=dt.date.fromisoformat, default=EVER[1])

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it with a progress bar; the file is readable by its owner alone."""
        hub, file = hub_named(options["hub"], options["office"]), options["file"]
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        try:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(file.name, total=None)
                file.touch(mode=0o600)
                lines = give_file(
                    options["kind"],
                    hub,
                    file,
                    by=SYSTEM,
                    dates=(options["first"], options["last"]),
                    step=lambda done: bar.update(task, completed=done),
                )
        except Refused as refusal:
            file.unlink(missing_ok=True)
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        self.stdout.write(f"{lines} lines in {file}")
