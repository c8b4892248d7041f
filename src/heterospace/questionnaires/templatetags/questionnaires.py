"""Figures of the service survey as people here write them."""

from decimal import Decimal

from django import template

from heterospace.questionnaires.figures import two_decimals

register = template.Library()


@register.filter
def decimal(value: float | Decimal) -> str:
    """`86,40` (`86.40` in English): always two decimals."""
    return two_decimals(value)
