"""`/api/v1/spaces`: the catalogue."""

from django.http import HttpRequest
from ninja import Query, Router

from ..core.api import Items, as_json, items, public
from ..hubs.queries import hub_at
from .queries import catalogue, features_of
from .queries import features as every_feature
from .schemas import SpaceOut, words

router = Router(tags=["spaces"])


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
