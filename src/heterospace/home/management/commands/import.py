# ruff: noqa: N999 - the command is named so
"""`heterospace import KIND FILE --hub SLUG`: take a sheet, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from ....core.deeds import SYSTEM
from ....core.refusals import Refused
from ...data.jobs import heading, take_file
from ...data.kinds import KINDS
from ...data.options import hub_named

SHOWN = 50


class Command(BaseCommand):
    help = "Take spaces, people, organisations or past bookings from an XLSX file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """KIND FILE --hub."""
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--hub", required=True, help="short name of the hub (of the office's first one for people)"
        )
        parser.add_argument("--office", default="", help="short name of the office, when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it with a progress bar; every mistake is printed with its line and column."""
        kind, file = options["kind"], options["file"]
        hub = hub_named(options["hub"], options["office"])
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(file.name, total=100)
                taken = take_file(
                    kind, hub, file, by=SYSTEM, tell=lambda percent: bar.update(task, completed=percent)
                )
        except Refused as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        for name, why in taken.dropped:
            self.stderr.write(f"{name}: {why}")
        if taken.brought is None:
            for problem in taken.problems[:SHOWN]:
                self.stderr.write(
                    f"{problem.line or '-'}\t{heading(kind, problem.column) or '-'}\t{problem.sentence}"
                )
            more = len(taken.problems) - SHOWN
            raise CommandError(
                f"{len(taken.problems)} mistakes, nothing was taken."
                + (f" {more} are not shown." if more > 0 else "")
            )
        brought = taken.brought
        self.stdout.write(f"{brought.new} new, {brought.changed} changed, {brought.same} as before")
