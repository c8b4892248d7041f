"""Opening hours as people read them."""

from django import template

from heterospace.core import formats
from heterospace.hubs.hours import Span

register = template.Library()


@register.filter
def span_times(span: Span) -> str:
    """`09.00-18.00` for minutes after midnight; the end of the day is 24.00."""
    dot = ":" if formats.language() == "en" else "."
    return "-".join(f"{minute // 60:02}{dot}{minute % 60:02}" for minute in span)
