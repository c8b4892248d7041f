"""`/api/v1/spaces`: the catalogue."""

from django.http import HttpRequest
from ninja import Query, Router

from ..core.api import Items, as_json, items, public
from ..hubs.queries import hub_at
from .queries import catalogue, equipment_of, features_of
from .queries import features as every_feature
from .schemas import EquipmentOut, SpaceOut, words

router = Router(tags=["spaces"])
equipment = Router(tags=["equipment"])


@router.get("", response=Items[SpaceOut], auth=public, summary="List the spaces")
def list_spaces(
    request: HttpRequest,
    hub: str = "",
    kind: str = "",
    people: int = Query(0, ge=0, le=100_000),
    features: str = "",
):
    """The bookable spaces that hold `people` and have all `features` (codes with commas between).

    `shortest` and `longest` count minutes for spaces booked by the hour, else the space's `unit`.
    """
    if request.office is None:
        return items([])
    at = hub_at(request.office, hub) if hub else None
    found = list(catalogue(request.office, hub=at, kind=kind, people=people, codes=words(features)))
    has = features_of(found, every_feature())
    rows = [SpaceOut.of(space, has[space.pk]) for space in found]
    return as_json(200, Items[SpaceOut](**items(rows)))


@equipment.get("", response=Items[EquipmentOut], auth=public, summary="List what can be borrowed at a hub")
def list_equipment(request: HttpRequest, hub: str):
    """Pools of equal things; book them with a space, or alone at the hub's lending counter (a space of that kind)."""
    if request.office is None:
        return items([])
    return items(equipment_of(hub_at(request.office, hub)))
