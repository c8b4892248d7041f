"""`/api/v1/utilisation`."""

import datetime as dt
from typing import Self

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from ...core.api import Moment, Problem, in_zone
from ...core.deeds import require
from ...core.refusals import Invalid
from ...hubs.queries import hub_at
from ...members.doors import member_of
from ..forms import PeriodForm
from ..occupancy import Minutes
from ..utilisation import utilisation

router = Router(tags=["utilisation"])


class MinutesOut(BaseModel):
    open: int = Field(description="minutes on offer, a shared space's desk by desk")
    booked: int
    used: int = Field(description="of the booked ones: people had checked in")
    no_show: int = Field(description="of the booked ones: nobody came, until the space went to others")
    share: float | None = Field(description="booked of open, 0 to 1")

    @classmethod
    def of(cls, minutes: Minutes, **more: object) -> Self:
        """The minutes as the API tells them."""
        share = None if minutes.share is None else round(minutes.share, 4)
        return cls(
            open=minutes.open,
            booked=minutes.booked,
            used=minutes.used,
            no_show=minutes.missed,
            share=share,
            **more,
        )


class SpaceMinutes(MinutesOut):
    id: int
    name: str
    kind: str
    unit: str


class KindMinutes(MinutesOut):
    kind: str
    unit: str


class SectorMinutes(MinutesOut):
    sector: str = Field(description="empty for people without an organisation")


class HourMinutes(MinutesOut):
    weekday: int = Field(description="0 is Monday")
    hour: int


class DayMinutes(MinutesOut):
    date: dt.date


class BecameOut(BaseModel):
    count: int
    minutes: int


class UnmetOut(BaseModel):
    reason: str
    kind: str = Field(description="empty: any kind")
    hour: int
    people_from: int = Field(description="the least of the band of people")
    any_hub: bool = Field(description="whether the wish named no hub")
    count: int


class UtilisationOut(BaseModel):
    hub: str
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    as_of: Moment
    total: MinutesOut = Field(description="spaces booked by the hour")
    spaces: list[SpaceMinutes]
    kinds: list[KindMinutes]
    sectors: list[SectorMinutes]
    hours: list[HourMinutes]
    days: list[DayMinutes]
    became: dict[str, BecameOut] = Field(
        description="asked, granted, used, kept, no_show, cancelled, late, …"
    )
    unmet: list[UnmetOut]


@router.get(
    "",
    response={200: UtilisationOut, 403: Problem, 404: Problem, 422: Problem},
    by_alias=True,
    summary="How a hub's spaces are used",
)
def how_used(
    request: HttpRequest,
    hub: str,
    first: dt.date = Query(alias="from"),  # noqa: B008 - how ninja names a keyword
    last: dt.date = Query(alias="to"),  # noqa: B008
):
    """Open, booked and used minutes of a hub from one day to another, both included, up to today.

    For the hub's manager and the office's officers and auditors.
    """
    member_of(request)
    at = hub_at(request.office, hub)
    require(request.auth, "bookings.see_utilisation", at)
    form = PeriodForm({"first": first, "last": last})
    if not form.is_valid():
        names = {"first": "from", "last": "to"}
        fields = {names[name]: errors[0] for name, errors in form.errors.items()}
        raise Invalid("wrong_period", next(iter(fields.values())), fields=fields)
    report = utilisation(at, first, last)
    counted = report.occupancy
    return UtilisationOut(
        hub=at.slug,
        first=report.first,
        last=report.last,
        as_of=in_zone(report.as_of, at.timezone),
        total=MinutesOut.of(counted.total),
        spaces=[
            SpaceMinutes.of(minutes, id=place.pk, name=place.name, kind=place.kind, unit=place.unit)
            for place, minutes in counted.places
        ],
        kinds=[
            KindMinutes.of(minutes, kind=kind, unit=unit) for (kind, unit), minutes in counted.kinds().items()
        ],
        sectors=[
            SectorMinutes.of(minutes, sector=sector) for sector, minutes in sorted(counted.sectors.items())
        ],
        hours=[
            HourMinutes.of(minutes, weekday=weekday, hour=hour)
            for weekday, day in enumerate(counted.hours)
            for hour, minutes in enumerate(day)
            if minutes.open
        ],
        days=[
            DayMinutes.of(minutes, date=report.first + dt.timedelta(days=day))
            for day, minutes in enumerate(counted.days)
        ],
        became={name: BecameOut(count=one.count, minutes=one.minutes) for name, one in report.became.items()},
        unmet=[
            UnmetOut(
                reason=one.reason,
                kind=one.kind,
                hour=one.hour,
                people_from=one.people,
                any_hub=one.any_hub,
                count=one.count,
            )
            for one in report.unmet
        ],
    )
