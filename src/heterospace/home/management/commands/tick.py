"""`heterospace tick`: what time itself decides, once."""

from typing import Any

from django.core.management.base import BaseCommand

from ...tick import tick


class Command(BaseCommand):
    help = "Do what time decides: requeue tasks of dead workers, send waiting messages, forget old rows"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every step and print what it touched."""
        for step, rows in tick().items():
            self.stdout.write(f"{step}: {rows}")
