"""Words of events in templates and messages."""

import datetime as dt

from django import template

from ...core import formats, regions

register = template.Library()


@register.filter
def region_name(code: str) -> str:
    """The name of a kabupaten or kota."""
    return regions.name(code)


@register.filter
def iso_moment(text: str, timezone: str) -> str:
    """A moment written as ISO 8601 (a message's words are JSON), as people read it."""
    return formats.moment_long(dt.datetime.fromisoformat(text), timezone)
