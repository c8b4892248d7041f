"""What organisers write in messages: their words with {placeholders}, filled for one reader."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from ..core.models import Message
from .models import EventText, Mailing

PLACES = ("name", "title", "when", "link")
PLACE = re.compile(r"\{(name|title|when|link)\}")


def fill(words: str, told: Mapping[str, Any]) -> str:
    """`words` with {name}, {title}, {when} and {link} filled; anything else in braces stays as it was typed."""
    return PLACE.sub(lambda found: str(told[found[1]]), words)


def unknown_places(words: str) -> list[str]:
    """What looks like a placeholder and is none: most likely mistyped."""
    return [
        one for one in re.findall(r"\{\s*(\w+)\s*\}", words) if one not in PLACES or f"{{{one}}}" not in words
    ]


def _told(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": told["to_name"],
        "title": told["title"],
        "when": told["when_text"],
        "link": f"{settings.BASE_URL}{told['link']}",
    }


def own_words(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """What this event's organisers say in place of the house's sentence, if anything."""
    found = EventText.objects.filter(
        event__office=message.office, event__slug=told["slug"], kind=message.kind
    ).first()
    return {"own": fill(found.body, _told(told))} if found else {}


def mailing_words(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """Subject and text of a mailing for one of its readers."""
    mailing = Mailing.objects.get(pk=told["mailing"])
    mine = _told(told)
    return {"subject": " ".join(fill(mailing.subject, mine).split()), "words": fill(mailing.body, mine)}
