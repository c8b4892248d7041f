"""Spaces from the operator's sheet: what the manager wrote there is taken, new lines become spaces."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..core.deeds import Author, deed, log, require
from ..core.refusals import Refused
from ..core.sheets import Imported, Line, Problem, WrongRows
from ..hubs.models import Hub
from .actions import add_space, change_space
from .models import Feature, Space
from .queries import FEATURE_ROWS
from .tables import PLAIN


@deed
def import_spaces(
    hub: Hub, lines: Sequence[Line], *, by: Author, step: Callable[[int], None] = lambda done: None
) -> Imported:
    """Enter the spaces of a sheet (columns of `spaces.tables.SPACES`) or change those known by code or name.

    An empty cell leaves what is known as it is. Raises Forbidden and WrongRows with every problem.
    """
    require(by, "spaces.create", hub)
    known = {
        space.slug: space
        for space in Space.objects.filter(hub=hub)
        .select_related("hub", "parent")
        .order_by("id")
        .prefetch_related(FEATURE_ROWS)
    }
    codes = _feature_codes()
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    counts = Imported()
    for done, line in enumerate(lines, start=1):
        space = _space_of(known, line)
        slug = space.slug if space else slugify(line.get("name", ""))[:60]
        wrong = _wrong_cells(line, space, known, codes)
        if line.get("slug") and space is None:
            wrong.append(Problem(line.number, "slug", _("No space has this code. Leave it empty.")))
        elif slug in seen:
            sentence = _("Line %(line)s already says this. One line for each.") % {"line": seen[slug]}
            wrong.append(Problem(line.number, "slug" if line.get("slug") else "name", sentence))
        seen.setdefault(slug, line.number)
        if not wrong:
            try:
                _take(hub, line, space, known, codes, counts, by)
            except Refused as refusal:
                key = next(iter(refusal.fields), "name")
                wrong.append(Problem(line.number, key, refusal.fields.get(key, refusal.sentence)))
        problems += wrong
        step(done)
    if problems:
        raise WrongRows(problems)
    log(
        by,
        "import_spaces",
        hub,
        office=hub.office_id,
        new=counts.new,
        changed=counts.changed,
        lines=len(lines),
    )
    return counts


def _feature_codes() -> dict[str, str]:
    """Features by code and by either name, folded."""
    rows = Feature.objects.order_by("id")
    return {word.lower(): row.code for row in rows for word in (row.code, row.name_id, row.name_en)}


def _space_of(known: dict[str, Space], line: Line) -> Space | None:
    """The space a line is about: by its code, else by its name."""
    if line.get("slug"):
        return known.get(line.get("slug"))
    return _named(known, line.get("name", ""))


def _named(known: dict[str, Space], word: str) -> Space | None:
    folded = word.lower()
    return known.get(word) or next((space for space in known.values() if space.name.lower() == folded), None)


def _wrong_cells(
    line: Line, space: Space | None, known: dict[str, Space], codes: dict[str, str]
) -> list[Problem]:
    wrong = []
    for word in line.get("features", ()):
        if word.lower() not in codes:
            sentence = _("The feature “%(name)s” is not known.") % {"name": word[:40]}
            wrong.append(Problem(line.number, "features", sentence))
    if line.get("parent"):
        whole = _named(known, line.get("parent"))
        if whole is None:
            wrong.append(Problem(line.number, "parent", _("No space above has this name or code.")))
        elif space is not None and space.parent_id != whole.pk:
            wrong.append(Problem(line.number, "parent", _("A space that is here stays where it stands.")))
    least, most = line.get("min_length"), line.get("max_length")
    if least and most and most < least:
        wrong.append(
            Problem(line.number, "max_length", _("The longest booking cannot be shorter than the shortest."))
        )
    return wrong


def _take(
    hub: Hub,
    line: Line,
    space: Space | None,
    known: dict[str, Space],
    codes: dict[str, str],
    counts: Imported,
    by: Author,
) -> None:
    facts: dict[str, Any] = {key: line.get(key) for key in PLAIN if key in line.values}
    features = [codes[word.lower()] for word in line.get("features", ())]
    if space is None:
        whole = _named(known, line.get("parent")) if line.get("parent") else None
        made = add_space(hub, by=by, parent=whole, features=features, **facts)
        known[made.slug] = made
        counts.new += 1
        return
    differ = {key: value for key, value in facts.items() if getattr(space, key) != value}
    there = {row.feature.code for row in space.feature_rows.all()}
    other_features = "features" in line.values and set(features) != there
    if differ or other_features:
        change_space(space, by=by, features=features if other_features else None, **differ)
        counts.changed += 1
    else:
        counts.same += 1
