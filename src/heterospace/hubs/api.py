"""`/api/v1/hubs`: the hubs of this office, their address and opening hours."""

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Schema

from ..core import clock, regions
from ..core.api import Items, items, public
from .models import Hub
from .queries import coming_days, hub_at, hubs_of

router = Router(tags=["hubs"])


class HubOut(Schema):
    slug: str
    name: str
    tagline: str
    address: str
    regency: str
    regency_name: str
    district: str
    timezone: str
    latitude: float | None
    longitude: float | None

    @staticmethod
    def resolve_regency_name(hub: Hub) -> str:
        return regions.name(hub.regency)


class SpanOut(Schema):
    opens: str
    closes: str


class DayOut(Schema):
    date: dt.date
    open: list[SpanOut]
    reason: str


class HubDetail(HubOut):
    about: str
    whatsapp: str
    email: str
    access_notes: str
    days: list[DayOut]


@router.get("", response=Items[HubOut], auth=public, summary="List the hubs")
def list_hubs(request: HttpRequest):
    """The office's hubs in their order."""
    return items(hubs_of(request.office) if request.office else [])


@router.get("/{slug}", response=HubDetail, auth=public, summary="One hub and its coming fourteen days")
def one_hub(request: HttpRequest, slug: str):
    """A hub with its opening hours of the coming fourteen days; a closed day says why."""
    hub = hub_at(request.office, slug)

    def face(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    hub.days = [
        {
            "date": day.date,
            "open": [{"opens": face(opens), "closes": face(closes)} for opens, closes in day.spans],
            "reason": day.reason,
        }
        for day in coming_days(hub, clock.today(hub.timezone), 14, get_language() or "id")
    ]
    return hub
