"""Long lists of the front desk, drawn at once: a template's loop over hundreds of rows is what would take the time."""

from collections.abc import Iterable
from html import escape  # Django's looks for lazy words first, and there are hundreds

from django import template
from django.utils.safestring import SafeString, mark_safe

from heterospace.core import formats
from heterospace.core.templatetags.ui import icon, state_icon, tone

from ..desk_day import Visit

register = template.Library()
PLAIN = {"confirmed", "finished"}  # no chip: it goes without saying


@register.simple_tag
def visit_lines(visits: Iterable[Visit]) -> SafeString:
    """One line a booking, each a link to its page: hours, who, where, and its state where that says something."""
    lines = "".join(map(_line, visits))
    return mark_safe(f'<ul class="visit-lines">{lines}</ul>')  # noqa: S308 - every word is escaped below


def _line(visit: Visit) -> str:
    booking, zone = visit.booking, visit.booking.hub.timezone
    hours = f"{formats.clock_time(booking.start, zone)}-{formats.clock_time(booking.end, zone)}"
    who = escape(booking.person.name + (f" · {booking.organisation.name}" if booking.organisation else ""))
    where = escape(booking.space.name)
    link = f'<a href="{visit.address}"><b>{hours}</b> {who} <span class="soft">{where}</span></a>'
    return f"<li>{link}{_chip(visit)}</li>"


def _chip(visit: Visit) -> str:
    if visit.state in PLAIN:
        return ""
    look, picture = tone(visit.state), icon(state_icon(visit.state))
    return f' <span class="chip {look}">{picture}{escape(visit.words)}</span>'
