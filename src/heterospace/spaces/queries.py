"""Reads about spaces: the tree, the catalogue with filters, schedules."""

import dataclasses
import itertools
from collections.abc import Iterable
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Prefetch, QuerySet

from ..hubs.enums import Weekday
from ..hubs.hours import Schedule, Span
from ..hubs.models import Hub, Office
from ..hubs.queries import schedule_of
from .enums import SpaceKind
from .models import Equipment, Feature, Space, SpaceFeature, SpaceHours

FEATURE_ROWS = Prefetch(
    "feature_rows", SpaceFeature.objects.select_related("feature").order_by("feature__position", "id")
)


def features() -> list[Feature]:
    """Every feature a space can have, ordinary ones first."""
    return list(Feature.objects.order_by("is_access", "position", "code"))


def bookable(office: Office | int) -> QuerySet[Space]:
    """The office's spaces that people can book, hub by hub; the spaces of a hub share one `hub`."""
    return (
        Space.objects.filter(hub__office=office, hub__is_open=True, is_active=True, is_bookable=True)
        .prefetch_related("hub")
        .order_by("hub__position", "hub_id", "position", "id")
    )


def catalogue(
    office: Office, *, hub: Hub | None = None, kind: str = "", people: int = 0, codes: Iterable[str] = ()
) -> QuerySet[Space]:
    """The bookable spaces that hold `people` and have every feature in `codes`."""
    found = bookable(office)
    if hub is not None:
        found = found.filter(hub=hub)
    if kind:
        found = found.filter(kind=kind)
    if people:
        found = found.filter(capacity__gte=people)
    wanted = set(codes)
    if wanted:
        rows = SpaceFeature.objects.filter(feature__code__in=wanted).values("space")
        found = found.filter(pk__in=rows.annotate(n=Count("id")).filter(n=len(wanted)).values("space"))
    return found


def rooms(office: Office, *, kind: str = "", **filters: Any) -> QuerySet[Space]:
    """The catalogue without lending counters, which are no place to meet or work in, unless just those are wished for."""
    found = catalogue(office, kind=kind, **filters)
    return found if kind else found.exclude(kind=SpaceKind.COUNTER)


def features_of(spaces: Iterable[Space], every: Iterable[Feature]) -> dict[int, list[tuple[Feature, str]]]:
    """(feature, detail) of each space by its id, in one query; `every` are the features there are (`features()`)."""
    found: dict[int, list[tuple[Feature, str]]] = {space.pk: [] for space in spaces}
    known = {feature.pk: feature for feature in every}
    rows = SpaceFeature.objects.filter(space__in=list(found)).order_by("feature__position", "id")
    for space, feature, detail in rows.values_list("space_id", "feature_id", "detail"):
        found[space].append((known[feature], detail))
    return found


def space_at(hub: Hub, slug: str) -> Space | None:
    """One space of a hub, closed ones too, with its hub and features."""
    return (
        Space.objects.select_related("hub", "parent")
        .prefetch_related(FEATURE_ROWS)
        .filter(hub=hub, slug=slug)
        .first()
    )


def tree(hub: Hub) -> list[tuple[int, Space]]:
    """All spaces of a hub with their depth, parents before their parts, for the settings page."""
    by_parent: dict[int | None, list[Space]] = {}
    for space in Space.objects.filter(hub=hub).order_by("position", "id"):
        by_parent.setdefault(space.parent_id, []).append(space)

    def walk(parent: int | None, depth: int) -> Iterable[tuple[int, Space]]:
        for space in by_parent.get(parent, []):
            yield depth, space
            yield from walk(space.pk, depth + 1)

    return list(walk(None, 0))


def schedules_of(spaces: Iterable[Space]) -> dict[int, Schedule]:
    """When each space (with its hub loaded) is open, by its id: its own hours where it has them, else the hub's.

    The hub's exceptions and holidays hold for both. Cached in the process under the hub's `hours_version`, so
    never stale; what is not cached yet costs one query for all spaces and two a hub.
    """
    houses: dict[int, Schedule] = {}
    keys: dict[str, Space] = {}
    found: dict[int, Schedule] = {}
    for space in spaces:
        if space.hub_id not in houses:
            houses[space.hub_id] = schedule_of(space.hub)
        if space.own_hours:
            keys[f"space-schedule:{space.pk}:{space.hub.hours_version}"] = space
        else:
            found[space.pk] = houses[space.hub_id]
    local = caches["local"]
    known = local.get_many(keys)
    missing = {space.pk: key for key, space in keys.items() if key not in known}
    weeks: dict[int, dict[int, list[Span]]] = {pk: {} for pk in missing}
    if missing:
        for row in SpaceHours.objects.filter(space__in=missing).order_by("space", "weekday", "opens"):
            weeks[row.space_id].setdefault(row.weekday, []).append((row.opens, row.closes))
    for key, space in keys.items():
        if key not in known:
            week = {weekday: tuple(spans) for weekday, spans in weeks[space.pk].items()}
            known[key] = dataclasses.replace(houses[space.hub_id], week=week)
            local.set(key, known[key], 3600)
        found[space.pk] = known[key]
    return found


def space_schedule(space: Space) -> Schedule:
    """When one space (with its hub loaded) is open; see `schedules_of`."""
    return schedules_of([space])[space.pk]


def spaces_count(office: Office) -> dict[int, int]:
    """How many bookable spaces each hub of the office has."""
    return dict(bookable(office).order_by().values_list("hub").annotate(n=Count("id")).order_by("hub"))


def own_week(space: Space) -> list[tuple[str, list[Span]]]:
    """(weekdays, spans) of a space with its own hours, closed days too; empty when it follows the hub.

    Days in a row that are alike stand together: `Senin-Jumat`.
    """
    if not space.own_hours:
        return []
    week: dict[int, list[Span]] = {}
    for row in space.hours.order_by("weekday", "opens"):
        week.setdefault(row.weekday, []).append((row.opens, row.closes))
    named: list[tuple[str, list[Span]]] = []
    for spans, days in itertools.groupby(Weekday, key=lambda day: week.get(day.value, [])):
        alike = [str(day.label) for day in days]
        named.append((alike[0] if len(alike) == 1 else f"{alike[0]}-{alike[-1]}", spans))
    return named


def equipment_of(hub: Hub) -> QuerySet[Equipment]:
    """What can be borrowed at a hub."""
    return Equipment.objects.filter(hub=hub, is_active=True).select_related("hub")
