"""`heterospace token EMAIL`: an API token, printed alone."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ....core import deeds, tokens
from ....core.models import User

LONGEST_LIFE = 3650  # days


class Command(BaseCommand):
    help = "Print a new API token for the sign-in with this e-mail"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """EMAIL, how long it lasts, what it is for."""
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--label", default="command")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token and nothing else."""
        if not 0 < options["days"] <= LONGEST_LIFE:
            raise CommandError(f"--days takes 1 to {LONGEST_LIFE}.")
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        life = dt.timedelta(days=options["days"])
        self.stdout.write(tokens.give_token(user, by=deeds.SYSTEM, label=options["label"], life=life))
