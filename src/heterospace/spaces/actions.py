"""The deeds of spaces: the tree, its rules, features, hours and photos."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..core import clock, photos
from ..core.deeds import Author, constraint_refuses, deed, log, require
from ..core.refusals import Invalid, Refused
from ..hubs.actions import checked, hours_changed
from ..hubs.hours import Span
from ..hubs.models import Hub
from .models import Equipment, Feature, Space, SpaceFeature, SpaceHours, SpaceLeaf
from .signals import space_about_to_change

SPACE_FIELDS = (
    "name",
    "kind",
    "capacity",
    "floor_area",
    "about",
    "photo_text",
    "is_bookable",
    "is_active",
    "position",
    "who_may",
    "unit",
    "min_length",
    "max_length",
    "step_minutes",
    "lead_minutes",
    "horizon_days",
    "turnaround_minutes",
    "cancel_minutes",
    "grace_minutes",
    "arrive",
    "leave",
    "is_shared",
    "approval",
    "hold_hours",
)

GRACE_BOUNDS = _("Give 5 to 240 minutes, or 0 to keep the space for the whole time.")
constraint_refuses(
    "space_slug_once_per_hub",
    lambda: Refused("slug_taken", _("This hub already has a space with this name.")),
)
constraint_refuses(
    "space_min_max",
    lambda: Invalid(
        "min_max",
        _("The longest booking cannot be shorter than the shortest."),
        fields={"max_length": _("Longer than the shortest.")},
    ),
)
SHARED_BOUNDS = _("Desks are booked by the hour or day, at once, without tidying time.")
constraint_refuses(
    "space_shared_by_hours",
    lambda: Invalid("shared", SHARED_BOUNDS, fields={"is_shared": SHARED_BOUNDS}),
)
constraint_refuses(
    "space_grace",
    lambda: Invalid("grace", GRACE_BOUNDS, fields={"grace_minutes": GRACE_BOUNDS}),
)


@deed
def add_space(
    hub: Hub,
    *,
    by: Author,
    parent: Space | None = None,
    features: Iterable[str] = (),
    hours: Mapping[int, Iterable[Span]] | None = None,
    slug: str = "",
    **facts: Any,
) -> Space:
    """Add a space to a hub, or a part to one of its spaces, with feature codes and (if given) hours of its own.

    Raises Forbidden, Invalid (`no_name`, `unknown_feature`, `hours`), Refused (`slug_taken`, `other_hub`,
    `space_has_bookings` when a space that is booked is first divided).
    """
    require(by, "spaces.create", hub)
    if parent is not None:
        _divide(hub, parent)
    slug = slug or slugify(facts.get("name", ""))[:60]
    if slug == "new":  # an address of the settings pages
        slug = "new-1"
    space = Space(hub=hub, parent=parent, slug=slug, created_at=clock.now())
    _set_space(space, facts)
    space.own_hours = hours is not None
    space.save(force_insert=True)
    _write_features(space, features)
    _write_hours(space, hours or {})
    _write_leaves(hub)
    log(by, "add_space", space, office=hub.office_id, hub=hub.pk, parent=parent.pk if parent else None)
    return space


@deed
def change_space(
    space: Space,
    *,
    by: Author,
    features: Iterable[str] | None = None,
    hours: Mapping[int, Iterable[Span]] | None = None,
    own_hours: bool | None = None,
    **facts: Any,
) -> Space:
    """Correct a space's facts and rules (SPACE_FIELDS), features and hours. Bookings already made stay as they are.

    Raises Forbidden, Invalid (`no_name`, `unknown_feature`, `hours`, `min_max`), Refused (`space_has_bookings`: whether
    it is had by the desk changes only while nobody has it).
    """
    require(by, "spaces.change", space)
    _set_space(space, facts)
    if "is_shared" in facts:
        _require_nobody_there(space)
    if own_hours is not None:
        space.own_hours = own_hours
    space.save()
    if features is not None:
        space.feature_rows.all().delete()
        _write_features(space, features)
    if hours is not None:
        space.hours.all().delete()
        _write_hours(space, hours)
    hours_changed(space.hub)
    log(by, "change_space", space, office=space.hub.office_id, hub=space.hub_id, fields=sorted(facts))
    return space


@deed
def set_photo(space: Space, file: Any, *, by: Author, text: str) -> Space:
    """Give the space a photo (re-encoded, so nothing hides in it) with a sentence on what it shows.

    Raises Forbidden, Invalid (`photo`, `photo_text`).
    """
    require(by, "spaces.change", space)
    if not text.strip():
        sentence = _("Say what the photo shows, for people who cannot see it.")
        raise Invalid("photo_text", sentence, fields={"photo_text": sentence})
    space.photo.save(*photos.reencode(file), save=False)
    space.photo_text = text.strip()[:200]
    space.save(update_fields=["photo", "photo_text"])
    log(by, "set_photo", space, office=space.hub.office_id, hub=space.hub_id)
    return space


def _divide(hub: Hub, parent: Space) -> None:
    """Lock the space that gets a part; its own claims would otherwise hold what is no longer a leaf."""
    row = Space.objects.select_for_update().get(pk=parent.pk)
    if row.hub_id != hub.pk:
        raise Refused("other_hub", _("A part stands in the same hub as its whole."))
    if row.is_leaf:
        if _is_booked(row):
            raise Refused(
                "space_has_bookings",
                _("This space has bookings to come. Move or cancel them, then divide it."),
            )
        Space.objects.filter(pk=row.pk).update(is_leaf=False)
        parent.is_leaf = False


def _is_booked(row: Space) -> bool:
    return any(booked for _receiver, booked in space_about_to_change.send(sender=Space, space=row))


def _require_nobody_there(space: Space) -> None:
    """Lock a space that is to be had by the desk from now on, or no more: claims and counted desks do not see each other."""
    row = Space.objects.select_for_update().get(pk=space.pk)
    if row.is_shared != space.is_shared and _is_booked(row):
        sentence = _("This space has bookings to come. Move or cancel them, then change how it is booked.")
        raise Refused("space_has_bookings", sentence, fields={"is_shared": sentence})


def _set_space(space: Space, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(SPACE_FIELDS)
    if unknown:
        raise TypeError(f"A space has no {unknown}")
    for field, value in facts.items():
        setattr(space, field, value)
    space.name = " ".join(space.name.split())
    if not space.name or not space.slug:
        raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})


def _write_features(space: Space, wanted: Iterable[str]) -> None:
    codes = list(dict.fromkeys(wanted))
    known = {feature.code: feature for feature in Feature.objects.filter(code__in=codes).order_by("id")}
    if set(codes) - set(known):
        raise Invalid("unknown_feature", _("Choose features from the list."))
    SpaceFeature.objects.bulk_create([SpaceFeature(space=space, feature=known[code]) for code in codes])


def _write_hours(space: Space, week: Mapping[int, Iterable[Span]]) -> None:
    SpaceHours.objects.bulk_create(
        [
            SpaceHours(space=space, weekday=weekday, opens=opens, closes=closes)
            for weekday, spans in sorted(week.items())
            for opens, closes in checked(spans)
        ]
    )


def leaves_under(rows: Iterable[tuple[int, int | None]]) -> set[tuple[int, int]]:
    """From (space, parent) pairs of a hub: every (space, leaf under it) pair. A leaf has itself."""
    parents = dict(rows)
    inner = {parent for parent in parents.values() if parent is not None}
    pairs = set()
    for leaf in parents.keys() - inner:
        node: int | None = leaf
        while node is not None:
            pairs.add((node, leaf))
            node = parents[node]
    return pairs


def _write_leaves(hub: Hub) -> None:
    wanted = leaves_under(Space.objects.filter(hub=hub).order_by("id").values_list("pk", "parent_id"))
    rows = SpaceLeaf.objects.filter(space__hub=hub).order_by("id").values_list("pk", "space_id", "leaf_id")
    kept = {(space, leaf): pk for pk, space, leaf in rows}
    SpaceLeaf.objects.filter(pk__in=[pk for pair, pk in kept.items() if pair not in wanted]).delete()
    SpaceLeaf.objects.bulk_create(
        [SpaceLeaf(space_id=space, leaf_id=leaf) for space, leaf in sorted(wanted - kept.keys())]
    )


constraint_refuses(
    "equipment_slug_once_per_hub",
    lambda: Invalid(
        "name_taken",
        _("This hub already has equipment with this name."),
        fields={"name": _("This name is taken.")},
    ),
)


@deed
def add_equipment(
    hub: Hub, *, by: Author, name: str, quantity: int, about: str = "", slug: str = ""
) -> Equipment:
    """Add a pool of equal things to a hub.

    Raises Forbidden and Invalid (`no_name`, `no_quantity`, `name_taken`).
    """
    require(by, "spaces.create", hub)
    _check_name(name)
    if not 1 <= quantity <= 10_000:
        sentence = _("Say how many there are: 1 to 10,000.")
        raise Invalid("no_quantity", sentence, fields={"quantity": sentence})
    equipment = Equipment(
        hub=hub,
        slug=slug or slugify(name)[:60] or "alat",
        name=name.strip(),
        about=about.strip(),
        quantity=quantity,
        position=Equipment.objects.filter(hub=hub).count(),
    )
    equipment.save(force_insert=True)
    log(by, "add_equipment", equipment, office=hub.office_id, hub=hub.pk, quantity=quantity)
    return equipment


@deed
def change_equipment(
    equipment: Equipment, *, by: Author, name: str, about: str = "", is_active: bool = True
) -> Equipment:
    """Correct what equipment is called, or put it away. How many there are is a matter of its bookings.

    Raises Forbidden and Invalid (`no_name`).
    """
    require(by, "spaces.change", equipment)
    _check_name(name)
    equipment.name, equipment.about, equipment.is_active = name.strip(), about.strip(), is_active
    equipment.save(update_fields=["name", "about", "is_active"])
    log(by, "change_equipment", equipment, office=equipment.hub.office_id, hub=equipment.hub_id)
    return equipment


def _check_name(name: str) -> None:
    if not name.strip() or len(name.strip()) > 80:
        sentence = _("Give it a name of at most 80 characters.")
        raise Invalid("no_name", sentence, fields={"name": sentence})
