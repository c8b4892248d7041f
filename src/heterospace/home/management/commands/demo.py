"""`heterospace demo`: fill the demonstration, or go on where an earlier filling stopped."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from ....core.refusals import Refused
from ...demo import begin, fill
from ...doctor import examine


class Command(BaseCommand):
    help = "Fill the demonstration: three hubs, an invented cast, organisations, two months of bookings"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--begin-only` stops after what the first page needs."""
        parser.add_argument("--begin-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin, fill with a progress bar, then let the doctor look."""
        try:
            office = begin()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["begin_only"] or office.demo_progress is None:
            return
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("The demo's history", total=100, completed=office.demo_progress)
            fill(office, lambda percent: bar.update(task, completed=percent))
        wrong = [finding for finding in examine() if finding.is_wrong]
        if wrong:
            raise CommandError("; ".join(finding.sentence for finding in wrong))
