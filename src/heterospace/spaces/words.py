"""A space's rules as people read them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..core.refusals import Sentence
from .enums import Approval, Unit
from .models import Space
from .rules import clock_face, length_spoken, spoken


@dataclass(frozen=True)
class RuleLine:
    """One rule: what it is about, its icon, what it says, and the same in few words ("" when too plain to repeat)."""

    label: str
    icon: str
    text: Sentence
    short: Sentence = ""


def rules_in_words(space: Space) -> list[RuleLine]:
    """Who may book, for how long, from and until when, in the order people ask."""
    length = _length(space)
    asked = {
        Approval.HOLD: _("the hub decides; the time is kept for you until then"),
        Approval.COMPETE: _("the hub decides among all who ask"),
    }.get(Approval(space.approval))
    lines = [
        RuleLine(_("Who may book"), "users-round", space.get_who_may_display()),
        RuleLine(_("How long"), "clock", length, length),
    ]
    if asked:
        lines.append(RuleLine(_("Approval"), "hourglass", asked, _("needs approval")))
    if space.is_shared:
        lines.append(
            RuleLine(_("Shared"), "armchair", _("everybody books a desk, not the room"), _("by the desk"))
        )
    if space.unit == Unit.HOUR:
        every = spoken(space.step_minutes)
        lines.append(
            RuleLine(
                _("Starts"),
                "calendar-clock",
                _("every %(time)s from opening") % {"time": every},
                _("starts every %(time)s") % {"time": every},
            )
        )
    if space.unit == Unit.NIGHT:
        text = _("from %(arrive)s, out by %(leave)s") % {
            "arrive": clock_face(space.arrive),
            "leave": clock_face(space.leave),
        }
        lines.append(RuleLine(_("Arrival and departure"), "door-open", text, text))
    lines.append(RuleLine(_("Booking ahead"), "calendar-plus", _ahead(space)))
    if space.turnaround_minutes:
        text = _("%(time)s kept free after each booking") % {"time": spoken(space.turnaround_minutes)}
        lines.append(RuleLine(_("Tidying"), "sparkles", text))
    lines.append(RuleLine(_("Cancelling"), "calendar-x", _cancelling(space), _cancelling_short(space)))
    if space.grace_minutes and space.unit == Unit.HOUR:
        text = _("within %(time)s of the start, or the space goes to others") % {
            "time": spoken(space.grace_minutes)
        }
        lines.append(RuleLine(_("Check-in"), "user-check", text))
    return lines


def _length(space: Space) -> str:
    least, most = length_spoken(space, space.min_length), length_spoken(space, space.max_length)
    if space.min_length == space.max_length:
        return str(least)
    return _("%(least)s up to %(most)s") % {"least": least, "most": most}


def _ahead(space: Space) -> str:
    days = spoken(space.horizon_days * 1440)
    if not space.lead_minutes:
        return _("until it starts, at most %(days)s ahead") % {"days": days}
    return _("%(lead)s to %(days)s ahead") % {"lead": spoken(space.lead_minutes), "days": days}


def _cancelling(space: Space) -> str:
    if not space.cancel_minutes:
        return _("until it starts")
    return _("until %(time)s before it starts") % {"time": spoken(space.cancel_minutes)}


def _cancelling_short(space: Space) -> str:
    return _("cancel %(until)s") % {"until": _cancelling(space)}
