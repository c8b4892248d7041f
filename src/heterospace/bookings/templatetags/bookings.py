"""Words of bookings in templates and messages."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import ngettext

from ...core import formats
from ...hubs.models import Hub
from ..blocks import faults_count
from ..enums import RefusalReason
from ..requests import requests_count

register = template.Library()


@register.filter
def refusal_reason(code: str) -> str:
    """The sentence of a reason from the catalogue; "" for none."""
    return str(RefusalReason(code).label) if code in RefusalReason.values else ""


@register.filter
def iso_day(moment: dt.datetime, timezone: str) -> str:
    """The date of a moment at a hub, as a form has it: `2026-11-21`."""
    return formats.day(moment, timezone).isoformat()


@register.filter
def iso_time(moment: dt.datetime, timezone: str) -> str:
    """The hour of a moment at a hub, as a form has it: `09:00`."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%H:%M}"


@register.filter
def iso_moment(text: str, timezone: str) -> str:
    """A moment that was written as ISO 8601 (a message's words are JSON), as people read it."""
    return formats.moment(dt.datetime.fromisoformat(text), timezone)


@register.simple_tag
def iso_when(start: str, end: str, timezone: str) -> str:
    """[start, end) as two ISO 8601 moments, as people read it."""
    return formats.when(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), timezone)


@register.filter
def in_hours(minutes: int) -> str:
    """Minutes as hours and a tenth: `70,4 jam`, for sums over weeks."""
    amount = formats.number(round(minutes / 60, 1))
    return ngettext("%(n)s hour", "%(n)s hours", 1 if minutes == 60 else 2) % {"n": amount}


@register.simple_tag
def waiting_at(hub: Hub) -> dict[str, int | str]:
    """How many requests and faults wait at a hub's desk; "" for none."""
    return {"requests": requests_count(hub) or "", "faults": faults_count(hub) or ""}
