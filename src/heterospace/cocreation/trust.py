"""What the doors read of trust: the waves of the pulse, and beside them, as a separate line, promises kept. Never one number.

Answers of a wave are read only together: which answers one sheet of answers holds is known inside `answers_of` and
forgotten there. Nothing of an open wave is shown, so that nobody can tell a single answer by what it changed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import NotFound
from ..questionnaires import pulse
from ..questionnaires.enums import Dimension, Purpose, TrustItem
from ..questionnaires.models import Answer, Link, Submission
from . import keeping
from .keeping import Kept
from .models import Commitment, Initiative, PulseWave
from .promises import as_promises

LONGEST = dt.timedelta(days=30)  # a wave is closed by then


def wave_at(initiative: Initiative, number: int) -> PulseWave:
    """The initiative's wave with this number. Raises NotFound (`unknown_wave`)."""
    found = initiative.waves.filter(number=number).select_related("questionnaire").first()
    if found is None:
        raise NotFound("unknown_wave", _("There is no such wave here."))
    found.initiative = initiative
    return found


def open_wave_of(initiative: Initiative) -> PulseWave | None:
    """The wave that is asked now."""
    found = initiative.waves.filter(closed_at=None).select_related("questionnaire").first()
    if found is not None:
        found.initiative = initiative
    return found


def link_of(wave: PulseWave) -> Link | None:
    """Where an open wave is answered."""
    return (
        Link.objects.filter(subject=wave.subject, questionnaire__purpose=Purpose.PULSE)
        .order_by("-id")
        .first()
    )


def answers_of(wave: PulseWave) -> list[dict[TrustItem, int]]:
    """What people answered in a wave, each sheet by its items, in no order of theirs. One query."""
    rows = Answer.objects.filter(
        submission__subject=wave.subject,
        submission__questionnaire__purpose=Purpose.PULSE,
        submission__questionnaire__office=wave.initiative.office_id,
        question__element__in=TrustItem.values,
    ).order_by("submission", "question__element")
    sheets: dict[int, dict[TrustItem, int]] = {}
    for sheet, item, value in rows.values_list("submission", "question__element", "number"):
        sheets.setdefault(sheet, {})[TrustItem(item)] = int(value or 0)
    return list(sheets.values())


@dataclass(frozen=True)
class Line:
    """A dimension in one wave: its level (None: fewer than ten), and how it moved since the wave before, if that can be said."""

    dimension: Dimension
    level: pulse.Level | None
    change: pulse.Change | None


@dataclass(frozen=True)
class WaveTold:
    """A wave with what may be said of it."""

    wave: PulseWave
    n: int
    lines: list[Line]

    @property
    def is_open(self) -> bool:
        """Whether it is asked now."""
        return self.wave.closed_at is None

    @property
    def needed(self) -> int:
        """How many answers are still needed before anything may be said."""
        return max(0, pulse.LEAST - self.n)


def waves(initiative: Initiative) -> list[WaveTold]:
    """The waves, latest first; of an open one only how many answered. One query and one a wave."""
    found: list[WaveTold] = []
    before: Sequence[dict[TrustItem, int]] | None = None
    for wave in initiative.waves.order_by("number"):
        wave.initiative = initiative
        if wave.closed_at is None:
            found.append(WaveTold(wave, _answered(wave), []))
            continue
        sheets = answers_of(wave)
        levels = {one.dimension: one for one in pulse.levels(sheets)}
        changes = {one.dimension: one for one in pulse.changes(before, sheets)} if before is not None else {}
        lines = [Line(one, levels.get(one), changes.get(one)) for one in Dimension]
        found.append(WaveTold(wave, len(sheets), lines))
        before = sheets
    return found[::-1]


def _answered(wave: PulseWave) -> int:
    return Submission.objects.filter(
        subject=wave.subject,
        questionnaire__purpose=Purpose.PULSE,
        questionnaire__office=wave.initiative.office_id,
    ).count()


def kept(initiative: Initiative) -> Kept:
    """How the promises made in it are kept, all of them together."""
    rows = as_promises(Commitment.objects.filter(initiative=initiative))
    return keeping.kept((one for _owner, _sector, one in rows), clock.today(initiative.hub.timezone))
