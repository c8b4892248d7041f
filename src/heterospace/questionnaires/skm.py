"""The public service survey (Survei Kepuasan Masyarakat, Permen PANRB 14/2017): its nine questions and its index. Pure.

Nine elements, each answered from 1 to 4. NRR of an element is the mean of its answers; every element weighs 1/9; the index is
the weighted sum × 25, rounded to two decimals, and its grade follows from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .built_in import BuiltIn, Words
from .enums import Element

GRADES = (
    ("A", Decimal("88.31"), _("Very good")),
    ("B", Decimal("76.61"), pgettext_lazy("grade", "Good")),
    ("C", Decimal("65.00"), _("Less good")),
    ("D", Decimal("25.00"), _("Not good")),
)


BUILT_IN: dict[Element, BuiltIn] = {
    Element.U1: BuiltIn(
        _("How well do the requirements suit the kind of service?"),
        (_("They do not suit"), _("They hardly suit"), _("They suit"), _("They suit very well")),
    ),
    Element.U2: BuiltIn(
        _("How easy is it to get the service here?"),
        (_("Not easy"), _("Less easy"), _("Easy"), _("Very easy")),
    ),
    Element.U3: BuiltIn(
        _("How quickly were you served?"),
        (_("Not quickly"), _("Less quickly"), _("Quickly"), _("Very quickly")),
    ),
    Element.U4: BuiltIn(
        _("How fair is what the service costs?"),
        (_("Very expensive"), _("Rather expensive"), _("Cheap"), pgettext_lazy("skm", "Free")),
    ),
    Element.U5: BuiltIn(
        _("How well does what you got match what the service promises?"),
        (
            _("It does not match"),
            _("It hardly matches"),
            _("It matches"),
            _("It matches very well"),
        ),
    ),
    Element.U6: BuiltIn(
        _("How able were the staff who served you?"),
        (_("Not able"), _("Less able"), _("Able"), _("Very able")),
    ),
    Element.U7: BuiltIn(
        _("How polite and friendly were the staff?"),
        (
            _("Not polite and friendly"),
            _("Less polite and friendly"),
            _("Polite and friendly"),
            _("Very polite and friendly"),
        ),
    ),
    Element.U8: BuiltIn(
        _("How good are the building and its equipment?"),
        (_("Bad"), _("Fair"), pgettext_lazy("skm", "Good"), _("Very good")),
    ),
    Element.U9: BuiltIn(
        _("How are complaints handled here?"),
        (
            _("There is no way to complain"),
            _("There is one, but it does not work"),
            _("It works, but not as well as it could"),
            _("Complaints are handled well"),
        ),
    ),
}


@dataclass(frozen=True)
class Score:
    """The mean of one element's answers (NRR, 1 to 4)."""

    element: Element
    n: int
    mean: float

    @property
    def index(self) -> float:
        """The mean on the scale of the index, 25 to 100."""
        return self.mean * 25


@dataclass(frozen=True)
class Skm:
    """The survey's result: `index` 25 to 100 with its grade, or nothing while fewer than `threshold` people answered."""

    n: int
    threshold: int
    scores: Sequence[Score] = ()
    index: Decimal | None = None
    grade: str = ""

    @property
    def enough(self) -> bool:
        """Whether so many answered that the result may be shown."""
        return self.index is not None

    @property
    def label(self) -> Words:
        """The grade in words."""
        return next((label for grade, _least, label in GRADES if grade == self.grade), "")


def index_of(sums: Mapping[Element, tuple[int, int]]) -> Decimal:
    """The index from (sum, number) of the answers to each element, elements weighing alike. Raises ValueError without answers."""
    asked = [Fraction(total, n) for total, n in sums.values() if n]
    if not asked:
        raise ValueError("Nobody answered")
    exact = sum(asked, Fraction()) / len(asked) * 25
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def grade_of(index: Decimal) -> str:
    """`A` very good (88.31 to 100), `B` good (76.61), `C` less good (65.00), `D` not good (25.00 to 64.99)."""
    return next((grade for grade, least, _label in GRADES if index >= least), "D")


def skm(n: int, sums: Mapping[Element, tuple[int, int]], threshold: int) -> Skm:
    """The result for `n` people; nothing but `n` while they are fewer than `threshold`."""
    if n < threshold or not any(count for _sum, count in sums.values()):
        return Skm(n, threshold)
    index = index_of(sums)
    scores = [
        Score(element, sums[element][1], sums[element][0] / sums[element][1])
        for element in Element
        if sums.get(element, (0, 0))[1]
    ]
    return Skm(n, threshold, scores, index, grade_of(index))
