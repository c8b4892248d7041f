"""Places in a lower app's page that apps above it fill, so that nobody imports upwards.

A lower app names a place while its `apps.py` is imported; an app above fills it from its `ready()`. The page says
`{% panel "members.me" %}` (after `{% load panels %}`).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Filling = tuple[str, dict[str, Any]]
Filler = Callable[..., Filling | None]

_places: dict[str, list[tuple[int, Filler]]] = {}


def place(*names: str) -> None:
    """Make the places `names` ("app.page") known, empty."""
    for name in names:
        _places.setdefault(name, [])


def fill(name: str, filler: Filler, *, position: int = 50) -> None:
    """Let `filler(request, **context)` stand at place `name`, small positions first.

    It answers (template, context), or None when it has nothing to show. Raises KeyError for an unknown place.
    """
    _places[name].append((position, filler))
    _places[name].sort(key=lambda pair: pair[0])


def fillings(name: str, request: HttpRequest, /, **context: Any) -> list[Filling]:
    """What stands at place `name` of this page, in order. Raises KeyError for an unknown place."""
    answers = (filler(request, **context) for _position, filler in _places[name])
    return [answer for answer in answers if answer is not None]


__all__ = ["fill", "fillings", "place"]
