"""Telling people: one way, one outbox.

`notify` writes the message and its task row inside the deed's transaction, so neither is ever lost. An app
registers its kinds of message; the text is the template `messages/<kind>.txt`, first line the subject.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from . import clock, formats
from .enums import Channel
from .models import Message

KINDS: dict[str, str | Promise] = {}
Words = Callable[[Message, dict[str, Any]], dict[str, Any]]
_words: dict[str, Words] = {}


def register(kind: str, label: str | Promise, *, words: Words | None = None) -> None:
    """Make `kind` known (its template is `messages/<kind>.txt`) with the label the outbox shows.

    `words(message, told)` answers more for the template to tell when the message is composed: what people wrote.
    """
    KINDS[kind] = label
    if words is not None:
        _words[kind] = words


@dataclasses.dataclass(frozen=True)
class Addressee:
    """Whom a message goes to: e-mail when there is one, else a wa.me link that staff send by hand."""

    id: int
    name: str
    email: str = ""
    whatsapp: str = ""
    language: str = "id"


def notify(to: Addressee, kind: str, context: dict[str, Any], *, office: int, hub: int | None = None) -> None:
    """Queue one message of `kind`; `context` must be JSON. Somebody without any address gets none.

    Raises KeyError for a kind nobody registered.
    """
    from .tasks import deliver

    KINDS[kind]
    channel, address = (Channel.EMAIL, to.email) if to.email else (Channel.WHATSAPP, to.whatsapp)
    if not address:
        return
    message = Message(
        office=office,
        hub=hub,
        addressee=to.id,
        kind=kind,
        channel=channel,
        to_name=to.name,
        to_address=address,
        language=to.language,
        context=context,
        created_at=clock.now(),
    )
    message.save(force_insert=True)
    deliver.enqueue(message.pk)


def compose(message: Message) -> tuple[str, str]:
    """Subject and body of `message`, in its reader's language."""
    with translation.override(message.language):
        told = {**message.context, "to_name": message.to_name, "site_url": settings.BASE_URL}
        if "start" in told:
            start, end = (dt.datetime.fromisoformat(told[key]) for key in ("start", "end"))
            told["start_text"] = formats.date_short(start, told["timezone"])
            told["when_text"] = formats.when(start, end, told["timezone"])
        if "moment" in told:
            told["moment_text"] = formats.moment_long(
                dt.datetime.fromisoformat(told["moment"]), told["timezone"]
            )
        if message.kind in _words:
            told |= _words[message.kind](message, told)
        text = render_to_string(f"messages/{message.kind}.txt", told)
    subject, _newline, body = text.strip().partition("\n")
    return subject.strip()[:200], body.strip() + "\n"


__all__ = ["KINDS", "Addressee", "compose", "notify", "register"]
