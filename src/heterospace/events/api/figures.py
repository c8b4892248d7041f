"""`/api/v1/figures`."""

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from ...core.api import Problem
from ...core.deeds import require
from ...core.refusals import Invalid
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import member_of
from ..figures import FIGURES, figures

WRONG = _("The last day is before the first, or this is longer than ten years.")
router = Router(tags=["events"])
LONGEST = 3660  # days


class PartOut(BaseModel):
    label: str
    value: float | None
    unit: str


class FigureOut(BaseModel):
    code: str
    name: str
    unit: str
    formula: str
    value: float | None = Field(
        description="shares are 0 to 1; null when there is nothing to tell, or hidden"
    )
    n: int | None = Field(description="what was counted; null when hidden")
    base: int | None = Field(description="of how many")
    suppressed: bool = Field(description="too few people: it could point at somebody")
    parts: list[PartOut]


class FiguresOut(BaseModel):
    hub: str = Field(description="empty for the whole office")
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    figures: list[FigureOut]


@router.get(
    "",
    response={200: FiguresOut, 403: Problem, 404: Problem, 422: Problem},
    by_alias=True,
    summary="What events did for people",
)
def figures_of(
    request: HttpRequest,
    first: dt.date = Query(alias="from"),  # noqa: B008 - how ninja names a keyword
    last: dt.date = Query(alias="to"),  # noqa: B008
    hub: str = "",
):
    """The figures of the groups reach and soc, of events that began from one day to another, both included.

    Of a hub for its manager, of a hub or the whole office (no `hub`) for officers and auditors.
    """
    member_of(request)
    at = hub_at(request.office, hub) if hub else None
    require(request.auth, "events.see_figures" if at else "events.see_office_figures", at or request.office)
    if last < first or (last - first).days > LONGEST:
        raise Invalid("wrong_period", WRONG, fields={"to": WRONG})
    counted = figures(request.office, hubs_of(request.office), first, last)
    place = at.pk if at else None
    listed = []
    for figure in FIGURES:
        one = counted[figure.code][place]
        listed.append(
            FigureOut(
                code=figure.code,
                name=str(figure.name),
                unit=figure.unit,
                formula=str(figure.formula),
                value=None if one.number is None else round(one.number, 4),
                n=one.n,
                base=None if one.hidden else one.base,
                suppressed=one.hidden,
                parts=[
                    PartOut(label=str(part.label), value=part.number, unit=part.unit) for part in one.parts
                ],
            )
        )
    return FiguresOut(hub=at.slug if at else "", first=first, last=last, figures=listed)
