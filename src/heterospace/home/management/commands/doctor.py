"""`heterospace doctor`: is everything as it must be?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...doctor import CHECKS, examine


class Command(BaseCommand):
    help = "Check configuration and invariants; exits with 1 when something is wrong"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every finding, one a line."""
        findings = examine()
        for finding in findings:
            self.stdout.write(
                f"{'WRONG' if finding.is_wrong else 'look'}  {finding.check}: {finding.sentence}"
            )
        if any(finding.is_wrong for finding in findings):
            raise CommandError("The house is not well.")
        self.stdout.write(f"{len(CHECKS)} checks, nothing wrong.")
