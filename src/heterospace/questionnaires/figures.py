"""Results as the charts and tables draw them. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from ..core import charts, formats
from .enums import QuestionKind
from .queries import Counted, Quarter, Result
from .skm import Skm


def two_decimals(value: float | Decimal) -> str:
    """`86,40` (`86.40` in English)."""
    text = f"{value:.2f}"
    return text if formats.language() == "en" else text.replace(".", ",")


class Drawn:
    """One question's result with its bars."""

    def __init__(self, result: Result) -> None:
        self.result, self.question = result, result.question

    @cached_property
    def bars(self) -> list[charts.Bar]:
        """A bar an answer, as long as its share of those who answered."""
        if self.question.kind == QuestionKind.DATE:
            return []
        return [charts.bar(str(one.label), told(one), [(one.share, "used")]) for one in self.result.counts]

    @property
    def mean(self) -> str:
        """The mean in the reader's figures; nothing where there is none."""
        return "" if self.result.mean is None else two_decimals(self.result.mean)


def told(one: Counted) -> str:
    """`12 (34 %)`."""
    return f"{formats.number(one.n)} ({round(100 * one.share)} %)"


def elements(found: Skm) -> list[charts.Bar]:
    """The means of the nine elements, 4 being the whole."""
    return [
        charts.bar(
            f"{one.element.value.upper()} {one.element.label}",
            two_decimals(one.mean),
            [(one.mean / 4, "used")],
        )
        for one in found.scores
    ]


def series(quarters: Sequence[Quarter], most: int = 12) -> list[charts.Bar]:
    """The index of the last quarters side by side, the oldest first; those with too few answers stay empty."""
    return charts.columns(
        (
            one.name,
            two_decimals(one.skm.index) if one.skm.index is not None else _("too few answers"),
            [(float(one.skm.index) / 100, "used")] if one.skm.index is not None else [],
        )
        for one in reversed(quarters[:most])
    )
