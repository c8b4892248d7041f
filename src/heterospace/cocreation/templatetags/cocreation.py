"""What templates of co-creation need: the frame around every page of an initiative."""

from typing import Any

from django import template

from heterospace.cocreation import queries
from heterospace.cocreation.enums import StageKind
from heterospace.cocreation.models import Initiative, Step
from heterospace.cocreation.timeline import sentence
from heterospace.cocreation.timeline import tone as step_tone
from heterospace.core.deeds import allowed
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


@register.filter
def percent(share: Any) -> str:
    """A share of 1 in whole per cent; a dash for none."""
    return "–" if share is None else f"{round(float(share) * 100)} %"


@register.filter
def stage_about(kind: str) -> str:
    """What happens in a stage."""
    return StageKind(kind).about
