"""What a 409 of a booking carries besides its reason: what could be had instead."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ninja import Schema

from ...core.api import Moment, in_zone
from ...core.refusals import Refused
from ...spaces.models import Equipment, Space
from ..alternatives import Alternative
from ..instead import instead_of

TAKEN = {"clash", "equipment_short", "no_dates"}  # another time or room may do where these were the reason


class SpaceRef(Schema):
    id: int
    slug: str
    name: str


class AlternativeOut(Schema):
    kind: str
    title: str
    space: SpaceRef
    hub: str
    start: Moment
    end: Moment

    @classmethod
    def of(cls, one: Alternative) -> "AlternativeOut":
        """The alternative with its times as its hub reads them."""
        zone = one.space.hub.timezone
        return cls(
            kind=one.kind,
            title=str(one.title),
            space=SpaceRef(id=one.space.pk, slug=one.space.slug, name=one.space.name),
            hub=one.space.hub.slug,
            start=in_zone(one.start, zone),
            end=in_zone(one.end, zone),
        )


@contextmanager
def with_alternatives(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    people: int,
    things: Mapping[Equipment, int] | None = None,
    for_organisation: bool = False,
    same_hub: bool = False,
) -> Iterator[None]:
    """Put `alternatives` into a refusal of the deed inside; with `same_hub` only those a booking can be moved to.

    The deed's locks are gone by then: looking around holds nobody up.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.code in TAKEN:
            lacking = things if refusal.code != "clash" else None  # a booking's own things are no lack
            found = instead_of(
                space, start, end, people=people, things=lacking, for_organisation=for_organisation
            )
            kept = [one for one in found if not same_hub or one.space.hub_id == space.hub_id]
            refusal.extra["alternatives"] = told(kept)
        raise


def told(found: list[Alternative]) -> list[dict[str, Any]]:
    """Alternatives as a problem carries them."""
    return [AlternativeOut.of(one).model_dump(mode="json") for one in found]
