"""A space as the API tells it."""

from ninja import Schema

from .models import Space


class FeatureOut(Schema):
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


class SpaceOut(Schema):
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

    @staticmethod
    def resolve_hub(space: Space) -> str:
        return space.hub.slug

    @staticmethod
    def resolve_part_of(space: Space) -> int | None:
        return space.parent_id

    @staticmethod
    def resolve_shortest(space: Space) -> int:
        return space.min_length

    @staticmethod
    def resolve_longest(space: Space) -> int:
        return space.max_length

    @staticmethod
    def resolve_features(space: Space) -> list[dict[str, object]]:
        return [
            {
                "code": row.feature.code,
                "name": row.feature.name,
                "accessibility": row.feature.is_access,
                "detail": row.detail,
            }
            for row in space.feature_list
        ]


def words(typed: str) -> list[str]:
    """A comma-separated query value as a list."""
    return [word.strip() for word in typed.split(",") if word.strip()]
