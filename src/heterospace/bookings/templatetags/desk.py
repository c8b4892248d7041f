"""Long lists of the front desk, drawn at once: a template's loop over hundreds of rows is what would take the time."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from heterospace.core import formats
from heterospace.core.templatetags.ui import icon, state_icon, tone

from ..desk_day import Visit

register = template.Library()
PLAIN = {"confirmed", "finished"}  # no chip: it goes without saying


@register.simple_tag
def visit_lines(visits: Iterable[Visit]) -> SafeString:
    """One line a booking, each a link to its page: hours, who, where, and its state where that says something."""
    return format_html('<ul class="visit-lines">{}</ul>', format_html_join("", LINE, map(_line, visits)))


LINE = '<li><a href="{}"><b>{}</b> {} <span class="soft">{}</span></a>{}</li>'


def _line(visit: Visit) -> tuple[str, str, str, str, SafeString]:
    booking, zone = visit.booking, visit.booking.hub.timezone
    hours = f"{formats.clock_time(booking.start, zone)}-{formats.clock_time(booking.end, zone)}"
    who = booking.person.name + (f" · {booking.organisation.name}" if booking.organisation else "")
    return visit.address, hours, who, booking.space.name, _chip(visit)


def _chip(visit: Visit) -> SafeString:
    if visit.state in PLAIN:
        return mark_safe("")
    look, picture = tone(visit.state), icon(state_icon(visit.state))
    return format_html(' <span class="chip {}">{}{}</span>', look, picture, visit.words)
