"""Open an office with its first hub and manager, without a demo."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from heterospace.core import regions
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Refused
from heterospace.home.actions import set_up

QUESTIONS = {
    "office": "Name of the office",
    "hub": "Name of the first hub",
    "regency": "Kabupaten or kota of the hub (its code such as 33.74, or its name)",
    "address": "Address of the hub",
    "manager": "Name of the first manager",
    "email": "E-mail of the first manager",
}


class Command(BaseCommand):
    help = "Open an office with its first hub and manager. Asks for what is not given."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        for name, question in QUESTIONS.items():
            parser.add_argument(f"--{name}", default="", help=question)

    def handle(self, *args: Any, **options: Any) -> None:
        told = {name: (options[name] or self.ask(question)).strip() for name, question in QUESTIONS.items()}
        hub = {"name": told["hub"], "regency": code_of(told["regency"]), "address": told["address"]}
        try:
            office, opened, person = set_up(
                told["office"], by=SYSTEM, hub=hub, manager=told["manager"], email=told["email"]
            )
        except Refused as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        self.stdout.write(
            f"{office.name}: {opened.name} is open, Monday to Friday 09.00-18.00 to begin with."
        )
        self.stdout.write(f"{person.name} signs in as {person.email}; the code comes by e-mail.")
        if not settings.EMAIL_URL:
            self.stdout.write(
                f"No mail server is set (HETEROSPACE_EMAIL): mails are files in {settings.EMAIL_FILE_PATH}."
            )

    def ask(self, question: str) -> str:
        """What is typed for `question`. Raises CommandError when nobody can type."""
        try:
            return input(f"{question}: ")
        except EOFError:
            raise CommandError(f"Not told: {question}. Give it as an option (see --help).") from None


def code_of(typed: str) -> str:
    """The code of a kabupaten or kota told by code or name; what is unknown stays as typed and is refused."""
    names = {name.casefold(): code for code, name in regions.homes()}
    return names.get(typed.casefold(), typed)
