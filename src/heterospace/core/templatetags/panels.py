"""`{% panel "members.me" person=person %}`: what the apps above put at this place of the page."""

from typing import Any

from django import template
from django.template import Engine
from django.template.context import RequestContext
from django.utils.safestring import SafeString, mark_safe

from .. import panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: RequestContext, at_place: str, **given: Any) -> SafeString:
    """The fillings of `at_place`, drawn inside this page's own context (no context processor runs twice)."""
    engine = Engine.get_default()
    drawn = []
    for address, own in panels.fillings(at_place, context["request"], **given):
        with context.push(**{**given, **own}):
            drawn.append(engine.get_template(address).render(context))
    return mark_safe("\n".join(drawn))  # noqa: S308 - its templates have escaped
