"""A space as the API tells it. Plain pydantic: ninja's own Schema looks at every field of every row in Python."""

from collections.abc import Iterable
from typing import Any, Self

from ninja import Schema
from pydantic import BaseModel

from .models import Feature, Space


class FeatureOut(BaseModel):
    code: str
    name: str
    accessibility: bool
    detail: str


class EquipmentOut(Schema):
    id: int
    slug: str
    name: str
    about: str
    quantity: int


class SpaceOut(BaseModel):
    id: int
    slug: str
    name: str
    hub: str
    kind: str
    capacity: int
    floor_area: int | None
    part_of: int | None
    unit: str
    shortest: int
    longest: int
    step_minutes: int
    lead_minutes: int
    horizon_days: int
    turnaround_minutes: int
    cancel_minutes: int
    grace_minutes: int
    who_may: str
    is_shared: bool
    approval: str
    about: str
    features: list[FeatureOut]

    @classmethod
    def of(cls, space: Space, features: Iterable[tuple[Feature, str]], **more: Any) -> Self:
        """The space (with its hub) and its features as `spaces.queries.features_of` gives them."""
        return cls(
            id=space.pk,
            slug=space.slug,
            name=space.name,
            hub=space.hub.slug,
            kind=space.kind,
            capacity=space.capacity,
            floor_area=space.floor_area,
            part_of=space.parent_id,
            unit=space.unit,
            shortest=space.min_length,
            longest=space.max_length,
            step_minutes=space.step_minutes,
            lead_minutes=space.lead_minutes,
            horizon_days=space.horizon_days,
            turnaround_minutes=space.turnaround_minutes,
            cancel_minutes=space.cancel_minutes,
            grace_minutes=space.grace_minutes,
            who_may=space.who_may,
            is_shared=space.is_shared,
            approval=space.approval,
            about=space.about,
            features=[
                FeatureOut(
                    code=feature.code, name=feature.name, accessibility=feature.is_access, detail=detail
                )
                for feature, detail in features
            ],
            **more,
        )


def words(typed: str) -> list[str]:
    """A comma-separated query value as a list."""
    return [word.strip() for word in typed.split(",") if word.strip()]
