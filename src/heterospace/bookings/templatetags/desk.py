"""Long lists of the front desk, drawn at once: a template's loop over hundreds of rows is what would take the time."""

from collections.abc import Callable, Iterable
from html import escape  # Django's looks for lazy words first, and there are hundreds

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heterospace.core import formats
from heterospace.core.templatetags.ui import icon, state_icon, tone

from ...hubs.models import Hub
from ...spaces.enums import Unit
from ..desk_day import Visit
from ..enums import BookingState

register = template.Library()
PLAIN = {"confirmed", "finished"}  # no chip: it goes without saying
LONGEST = 60  # letters of what a booking is for

# Every word below is escaped before it is marked as safe.


@register.simple_tag
def visit_lines(visits: Iterable[Visit], hub: Hub) -> SafeString:
    """One line a booking, each a link to its page: hours, who, where, and its state where that says something."""
    clock_time = formats.clock_times(hub.timezone)
    lines = "".join(_line(visit, clock_time) for visit in visits)
    return mark_safe(f'<ul class="visit-lines">{lines}</ul>')  # noqa: S308


def _line(visit: Visit, clock_time: Callable[..., str]) -> str:
    booking = visit.booking
    hours = f"{clock_time(booking.start)}-{clock_time(booking.end)}"
    who = escape(booking.person.name + (f" · {booking.organisation.name}" if booking.organisation else ""))
    where = escape(booking.space.name)
    link = f'<a href="{visit.address}"><b>{hours}</b> {who} <span class="soft">{where}</span></a>'
    return f"<li>{link}{'' if visit.state in PLAIN else f' {_chip(visit)}'}</li>"


def _chip(visit: Visit) -> str:
    return (
        f'<span class="chip {tone(visit.state)}">{icon(state_icon(visit.state))}{escape(visit.words)}</span>'
    )


@register.simple_tag
def visit_rows(visits: Iterable[Visit], hub: Hub, acts: bool) -> SafeString:
    """Each booking as the desk reads and, with `acts`, handles it; its buttons belong to the form around the day."""
    draw = _Row(hub, acts)
    return mark_safe(f'<ul class="visits">{"".join(map(draw, visits))}</ul>')  # noqa: S308


class _Row:
    """Draws bookings; the words that are the same in each are translated once."""

    def __init__(self, hub: Hub, acts: bool) -> None:
        self.clock_time = formats.clock_times(hub.timezone)
        self.acts = acts
        self.more = escape(_("More for %(name)s"))
        self.dots = icon("ellipsis")
        self.words = {
            name: f"{icon(picture)} {escape(words)}"
            for name, picture, words in (
                ("check-in", "user-check", _("Check in")),
                ("release", "log-out", _("They left")),
                ("extend", "clock", _("30 minutes longer")),
                ("move", "repeat", _("Another room or time")),
                ("guests", "users-round", _("Guests")),
                ("no-show", "user-round", pgettext("verb", "Nobody came")),
                ("open", "ticket", _("Open the booking")),
            )
        }

    def __call__(self, visit: Visit) -> str:
        booking = visit.booking
        name, where = escape(booking.person.name), escape(booking.space.name)
        waits = " wait" if visit.state in {"late", "overtime"} else ""
        acts = self._acts(visit, f'<span class="sr"> {name}, {where}</span>', name) if self.acts else ""
        return (
            f'<li class="visit{waits}"><p class="at">{self.clock_time(booking.start)}'
            f'<small>{self.clock_time(booking.end)}</small></p><div class="grow">'
            f'<p><a class="strong" href="{visit.address}">{name}</a> <span>{icon("map-pin")} {where}</span></p>'
            f'<p class="small soft">{self._about(visit)}</p>{self._state(visit)}</div>{acts}</li>'
        )

    def _about(self, visit: Visit) -> str:
        booking, purpose = visit.booking, visit.booking.purpose
        said = [booking.organisation.name] if booking.organisation else []
        said.append(
            ngettext("%(count)s person", "%(count)s people", booking.people) % {"count": booking.people}
        )
        if visit.guests:
            here = {"here": visit.guests_here, "all": visit.guests}
            said.append(_("%(here)s of %(all)s guests here") % here)
        said.append(purpose if len(purpose) <= LONGEST else f"{purpose[: LONGEST - 1]}…")
        return escape(" · ".join(said))

    def _state(self, visit: Visit) -> str:
        if visit.state == "confirmed":
            return ""
        kept = ""
        if visit.is_kept:
            until = _("kept until %(time)s") % {"time": self.clock_time(visit.booking.release_at)}
            kept = f' <span class="small soft">{escape(until)}</span>'
        return f"<p>{_chip(visit)}{kept}</p>"

    def _acts(self, visit: Visit, whose: str, name: str) -> str:
        booking, address, words = visit.booking, visit.address, self.words
        if not booking.is_firm:
            return ""

        def button(look: str, deed: str, more: str = "", whose: str = "") -> str:
            return f'<button type="submit" class="{look}"{more} formaction="{address}{deed}/">{words[deed]}{whose}</button>'

        first = ""
        if visit.is_awaited:
            first = button("button", "check-in", f' id="in-{booking.reference}"', whose)
        elif booking.is_inside:
            first = button("button quiet", "release", f' id="out-{booking.reference}"', whose)
        items = []
        if booking.space.unit == Unit.HOUR and visit.has_begun and visit.state != "unclear":
            items.append(button("item", "extend", f' name="end" value="{booking.longer.isoformat()}"'))
        if visit.state != "unclear":
            items.append(f'<a href="{address}move/?back=desk">{words["move"]}</a>')
        items.append(f'<a href="{address}guests/">{words["guests"]}</a>')
        if booking.state == BookingState.CONFIRMED and visit.has_begun:
            items.append(button("item", "no-show"))
        items.append(f'<a href="{address}">{words["open"]}</a>')
        return (
            f'<div class="acts">{first}<details class="menu"><summary aria-label="{self.more % {"name": name}}">'
            f'{self.dots}</summary><div class="sheet">{"".join(items)}</div></details></div>'
        )
