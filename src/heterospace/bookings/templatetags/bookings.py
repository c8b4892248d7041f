"""Words of bookings in templates and messages."""

import datetime as dt

from django import template

from ...core import formats
from ..enums import RefusalReason

register = template.Library()


@register.filter
def refusal_reason(code: str) -> str:
    """The sentence of a reason from the catalogue; "" for none."""
    return str(RefusalReason(code).label) if code in RefusalReason.values else ""


@register.filter
def iso_moment(text: str, timezone: str) -> str:
    """A moment that was written as ISO 8601 (a message's words are JSON), as people read it."""
    return formats.moment(dt.datetime.fromisoformat(text), timezone)
