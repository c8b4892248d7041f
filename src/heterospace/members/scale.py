"""The size class of a business by PP 7/2021 article 35, and by which of its two measures."""

from dataclasses import dataclass

from .enums import Scale, ScaleBasis

BILLION = 1_000_000_000
SALES_UP_TO = ((2 * BILLION, Scale.MICRO), (15 * BILLION, Scale.SMALL), (50 * BILLION, Scale.MEDIUM))
CAPITAL_UP_TO = ((1 * BILLION, Scale.MICRO), (5 * BILLION, Scale.SMALL), (10 * BILLION, Scale.MEDIUM))


@dataclass(frozen=True)
class ScaleFound:
    scale: Scale
    basis: ScaleBasis


def scale_of(sales: int | None, capital: int | None) -> ScaleFound | None:
    """The class from yearly sales (rupiah), else from capital without land and buildings; None when neither is known.

    PP 7/2021 art. 35: capital is for founding or registering a business, sales for one that already trades, so
    sales go first when both are told.
    """
    for value, limits, basis in (
        (sales, SALES_UP_TO, ScaleBasis.SALES),
        (capital, CAPITAL_UP_TO, ScaleBasis.CAPITAL),
    ):
        if value is not None:
            return ScaleFound(next((scale for limit, scale in limits if value <= limit), Scale.LARGE), basis)
    return None
