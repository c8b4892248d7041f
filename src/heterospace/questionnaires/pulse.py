"""The trust pulse: nine items in three dimensions of trust in a public organisation, and what may be said of them. Pure.

Competence, benevolence and integrity are the dimensions Grimmelikhuijsen and Knies (2017) found in nine items; the words
here are our own. Each item is answered from 1 (not at all) to 5 (entirely). A dimension's value is the mean of a person's
means of its items. Nothing is said of fewer than ten people; then a mean with its 95 % interval (Student's t), and
between two waves a difference with its interval (Welch). Never one number for all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from django.utils.translation import gettext_lazy as _

from .built_in import BuiltIn
from .enums import Dimension, TrustItem

LEAST = 10
LABELS = (
    _("Not at all true"),
    _("Hardly true"),
    _("Partly true"),
    _("Mostly true"),
    _("Entirely true"),
)
DIMENSION_OF: dict[TrustItem, Dimension] = {
    item: dimension
    for dimension, items in (
        (Dimension.COMPETENCE, (TrustItem.T1, TrustItem.T2, TrustItem.T3)),
        (Dimension.BENEVOLENCE, (TrustItem.T4, TrustItem.T5, TrustItem.T6)),
        (Dimension.INTEGRITY, (TrustItem.T7, TrustItem.T8, TrustItem.T9)),
    )
    for item in items
}
BUILT_IN: dict[TrustItem, BuiltIn] = {
    TrustItem.T1: BuiltIn(_("Those who run this know what they are doing."), LABELS),
    TrustItem.T2: BuiltIn(_("They get done what they set out to do."), LABELS),
    TrustItem.T3: BuiltIn(_("They use the knowledge of those who take part."), LABELS),
    TrustItem.T4: BuiltIn(_("They care about what people like me need."), LABELS),
    TrustItem.T5: BuiltIn(_("They would help if we were in difficulty."), LABELS),
    TrustItem.T6: BuiltIn(_("They act for the good of all, not only for their own."), LABELS),
    TrustItem.T7: BuiltIn(_("They tell the truth, also when it is uncomfortable."), LABELS),
    TrustItem.T8: BuiltIn(_("They keep what they promise."), LABELS),
    TrustItem.T9: BuiltIn(_("They treat everybody by the same rules."), LABELS),
}


@dataclass(frozen=True)
class Level:
    """The mean of one dimension with its 95 % interval, from `n` people."""

    dimension: Dimension
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """How a dimension moved between two waves, with its 95 % interval; `is_clear` when that leaves out nought."""

    dimension: Dimension
    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether it can hardly be chance."""
        return self.low > 0 or self.high < 0


Person = Mapping[TrustItem, int]
Wave = Sequence[Person]


def values_of(wave: Wave, dimension: Dimension) -> list[float]:
    """Each person's mean of the dimension's items; of those who answered at least two of its three."""
    found = []
    for one in wave:
        said = [value for item, value in one.items() if DIMENSION_OF[item] == dimension]
        if len(said) >= 2:
            found.append(fmean(said))
    return found


def levels(wave: Wave) -> list[Level]:
    """The three dimensions of one wave; one that fewer than ten people answered is left out."""
    found = []
    for dimension in Dimension:
        values = values_of(wave, dimension)
        if len(values) >= LEAST:
            mean, half = fmean(values), _half(values)
            found.append(Level(dimension, len(values), mean, max(1.0, mean - half), min(5.0, mean + half)))
    return found


def changes(before: Wave, after: Wave) -> list[Change]:
    """How the three dimensions moved; one that fewer than ten people answered in either wave is left out."""
    found = []
    for dimension in Dimension:
        old, new = values_of(before, dimension), values_of(after, dimension)
        if len(old) < LEAST or len(new) < LEAST:
            continue
        variances = stdev(old) ** 2 / len(old), stdev(new) ** 2 / len(new)
        error = math.sqrt(sum(variances))
        if error:
            freedom = sum(variances) ** 2 / (
                variances[0] ** 2 / (len(old) - 1) + variances[1] ** 2 / (len(new) - 1)
            )
            half = t_quantile(freedom) * error
        else:
            half = 0.0
        difference = fmean(new) - fmean(old)
        found.append(Change(dimension, difference, difference - half, difference + half))
    return found


def _half(values: Sequence[float]) -> float:
    return t_quantile(len(values) - 1) * stdev(values) / math.sqrt(len(values))


def t_quantile(freedom: float, share: float = 0.975) -> float:
    """The quantile of Student's t by the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5).

    Within 2e-5 of the tables from 9 degrees of freedom on, which is what ten people have, and 1e-6 from 19 on.
    """
    z = NormalDist().inv_cdf(share)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )
