"""What templates of co-creation need: the frame around every page of an initiative."""

from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heterospace.cocreation import queries
from heterospace.cocreation.enums import StageKind
from heterospace.cocreation.models import Initiative, Step
from heterospace.cocreation.proposals import making_stage
from heterospace.cocreation.timeline import sentence
from heterospace.cocreation.timeline import tone as step_tone
from heterospace.cocreation.told import Line
from heterospace.core.deeds import allowed
from heterospace.core.templatetags.ui import icon
from heterospace.members.enums import Sector

register = template.Library()


@register.inclusion_tag("cocreation/frame.html", takes_context=True)
def initiative_frame(
    context: Any, initiative: Initiative, tab: str, title: str = "", lead: str = ""
) -> dict[str, Any]:
    """The head of a page of an initiative: where it stands, its stages, the ways to its parts.

    `title` is the page's own; without one it is the initiative's. A page that has read the stages already gives them
    as `stages` in its context.
    """
    request = context["request"]
    return {
        "request": request,
        "initiative": initiative,
        "hub": initiative.hub,
        "stages": context.get("stages") or queries.stages_of(initiative),
        "tab": tab,
        "title": title,
        "lead": lead,
        "may_steer": request.user.is_authenticated and allowed(request.user, "cocreation.steer", initiative),
    }


@register.simple_tag
def may_propose(initiative: Initiative) -> bool:
    """Whether proposals are made in it now."""
    return making_stage(initiative) is not None


@register.filter
def says(step: Step) -> str:
    """A step of the timeline as a sentence."""
    return sentence(step)


@register.filter
def colour(step: Step) -> str:
    """The colour word of a step."""
    return step_tone(step)


@register.filter
def sector_label(sector: str) -> str:
    """A sector's name in the reader's language; nothing for none."""
    return str(Sector(sector).label) if sector else ""


@register.filter
def stage_label(kind: str) -> str:
    """A stage's name in the reader's language."""
    return str(StageKind(kind).label) if kind else ""


FATES = {
    "through": ("good", "check", _("went through")),
    "came": ("act", "check", pgettext_lazy("continuity", "came")),
    "not_invited": ("bad", "mail-x", _("not invited")),
    "invited": ("wait", "mail", _("invited, did not come")),
}


@register.filter
def fate(line: Line) -> SafeString:
    """What became of an organisation after it shaped a thing; drawn here, a template takes too long for hundreds."""
    if not line.fate:
        return mark_safe("")
    if line.fate == "joined":
        return format_html('<span class="soft small">{}</span>', _("joined later"))
    tone, sign, said = FATES[line.fate]
    return format_html('<span class="chip {}">{}{}</span>', tone, icon(sign), said)


@register.simple_tag
def blank(said: str) -> SafeString:
    """A dash that a reader hears as `said`."""
    return format_html('<span class="soft" aria-hidden="true">–</span><span class="sr">{}</span>', said)


@register.filter
def percent(share: Any) -> str:
    """A share of 1 in whole per cent; a dash for none."""
    return "–" if share is None else f"{round(float(share) * 100)} %"


@register.filter
def stage_about(kind: str) -> str:
    """What happens in a stage."""
    return StageKind(kind).about


@register.filter
def trust_mean(level: Any) -> str:
    """Where the mean of a level of trust (1 to 5) stands on a line from 10 to 390."""
    return _on_line(level.mean)


@register.filter
def trust_low(level: Any) -> str:
    """Where its interval begins."""
    return _on_line(level.low)


@register.filter
def trust_high(level: Any) -> str:
    """Where its interval ends."""
    return _on_line(level.high)


def _on_line(value: float) -> str:
    return f"{10 + 95 * (value - 1):.1f}"


@register.filter
def signed(value: float) -> str:
    """A difference with its sign, to a tenth."""
    rounded = round(value, 1)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else "±"
    return f"{sign}{floatformat(abs(rounded), 1)}"
