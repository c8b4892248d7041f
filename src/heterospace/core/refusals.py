"""How the system says no: a stable code for programs and tests, a sentence for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

Sentence = str | Promise


class Refused(Exception):
    """A deed broke a rule. Doors turn it into a form error or a problem+json answer, in one place."""

    status = 409

    def __init__(
        self, code: str, sentence: Sentence, *, fields: Mapping[str, Sentence] | None = None, **extra: Any
    ):
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.fields = dict(fields or {})
        self.extra = extra

    def __str__(self) -> str:
        return str(self.sentence)


class Invalid(Refused):
    """What was typed cannot be meant (422): end before start, unknown space, too long a purpose."""

    status = 422


class Forbidden(Refused):
    """The person may not do this (403)."""

    status = 403


class TooOften(Refused):
    """Too much at once from one person, contact or place (429); later it may be done."""

    status = 429


class NotFound(Refused):
    """There is no such thing, or none this person may know of (404)."""

    status = 404
