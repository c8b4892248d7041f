"""Figures of the service survey as people here write them."""

from decimal import Decimal

from django import template

from heterospace.core import formats

register = template.Library()


@register.filter
def decimal(value: float | Decimal) -> str:
    """`86,40` (`86.40` in English): always two decimals."""
    text = f"{value:.2f}"
    return text if formats.language() == "en" else text.replace(".", ",")
