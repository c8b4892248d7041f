"""Questions whose words come with the system: of the service survey and of the trust pulse."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class BuiltIn:
    """A question in both languages, with the words of its answers from 1 on."""

    text: Words
    labels: Sequence[Words]


def built_in(element: str) -> BuiltIn:
    """The question an element stands for. Raises KeyError for an unknown one."""
    from . import pulse, skm

    return {**skm.BUILT_IN, **pulse.BUILT_IN}[element]  # type: ignore[index]
