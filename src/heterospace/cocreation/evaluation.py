"""What the doors read of an evaluation: criteria before and after, how each party judged, who has not been heard."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from ..core.refusals import NotFound
from ..events.cells import is_small
from ..members.enums import Sector
from ..members.models import Organisation, Person
from . import judging
from .enums import Met, StageKind, StageState
from .models import Act, Criterion, CriterionJudgement, Initiative, Judgement
from .names import name_all

OWN = "own"


def criterion_at(initiative: Initiative, number: int) -> Criterion:
    """The initiative's criterion with this place. Raises NotFound (`unknown_criterion`)."""
    found = initiative.criteria.filter(place=number).first()
    if found is None:
        raise NotFound("unknown_criterion", _("There is no such criterion here."))
    found.initiative = initiative
    return found


def open_kind(initiative: Initiative) -> str:
    """The kind of the stage that is open; "" when none is, or it does not run."""
    if not initiative.is_running:
        return ""
    return initiative.stages.filter(state=StageState.OPEN).values_list("kind", flat=True).first() or ""


def is_framing(kind: str) -> bool:
    """Whether criteria are written in an open stage of this kind."""
    return kind == StageKind.FRAME


def is_measured(kind: str) -> bool:
    """Whether criteria are measured in an open stage of this kind."""
    return kind in {StageKind.DELIVER, StageKind.EVALUATE}


def is_judged(kind: str) -> bool:
    """Whether parties judge in an open stage of this kind."""
    return kind == StageKind.EVALUATE


def took_part(initiative: Initiative, person: Person, organisation: Organisation | None) -> bool:
    """Whether the organisation, or in her own name the person, did anything in it before."""
    acts = Act.objects.filter(initiative=initiative, annulment=None)
    if organisation is not None:
        return acts.filter(organisation=organisation).exists()
    return acts.filter(Q(person=person) | Q(person__merged_into=person)).exists()


def judgement_of(
    initiative: Initiative, person: Person, organisation: Organisation | None
) -> Judgement | None:
    """What the organisation, or in her own name the person, said so far."""
    rows = initiative.judgements.prefetch_related("of_criteria")
    if organisation is not None:
        return rows.filter(organisation=organisation).first()
    return rows.filter(organisation=None, person=person).first()


@dataclass(frozen=True)
class OwnName:
    """Those who judged in their own name, once they are five: how many said what, and their words in no order of theirs."""

    n: int
    again: int
    words: list[str]


@dataclass(frozen=True)
class Evaluation:
    """How an initiative was judged."""

    criteria: list[Any]  # each with `said`: [(Met, organisations, people in their own name or None)]
    parties: list[Any]  # judgements of organisations, with `who_more`
    own: OwnName | None  # None: nobody, or fewer than five
    own_is_small: bool
    result: list[judging.Row]
    influence: list[judging.Row]
    again: list[tuple[str, str, int, int]]  # sector, label, would, of
    silent: list[tuple[str, str, list[Organisation]]]  # sector, label, took part and have not judged

    @property
    def heard(self) -> int:
        """How many organisations judged."""
        return len(self.parties)


def read(initiative: Initiative, viewer: Person | None = None) -> Evaluation:
    """The whole of it, however many judged. Six queries."""
    judgements = list(
        initiative.judgements.select_related("organisation")
        .prefetch_related(Prefetch("of_criteria", CriterionJudgement.objects.order_by("pk")))
        .order_by("organisation__name", "pk")
    )
    parties = name_all([one for one in judgements if one.organisation is not None], viewer)
    alone = [one for one in judgements if one.organisation is None]
    shown_alone = alone if not is_small(len(alone)) else []
    acted = Act.objects.filter(initiative=initiative, annulment=None).exclude(organisation=None)
    silent = Organisation.objects.filter(pk__in=acted.order_by().values("organisation")).exclude(
        pk__in=[one.organisation_id for one in parties]
    )
    return Evaluation(
        _criteria(initiative, parties, shown_alone),
        parties,
        _own(shown_alone) if shown_alone else None,
        is_small(len(alone)),
        judging.draw(_groups(parties, shown_alone, "result")),
        judging.draw(_groups(parties, shown_alone, "influence")),
        _again(parties),
        _by_sector(list(silent.order_by("name", "pk"))),
    )


def _own(rows: list[Judgement]) -> OwnName:
    return OwnName(
        len(rows),
        sum(one.again for one in rows),
        sorted((one.words for one in rows if one.words), key=str.casefold),
    )


def _groups(parties: list[Judgement], alone: list[Judgement], name: str) -> dict[tuple[str, str], list[int]]:
    groups = {
        (sector.value, str(sector.label)): [getattr(one, name) for one in parties if one.sector == sector]
        for sector in Sector
    }
    groups[OWN, _("In their own name")] = [getattr(one, name) for one in alone]
    return groups


def _again(parties: list[Judgement]) -> list[tuple[str, str, int, int]]:
    found = []
    for sector in Sector:
        rows = [one for one in parties if one.sector == sector]
        if rows:
            found.append((sector.value, str(sector.label), sum(one.again for one in rows), len(rows)))
    return found


def _by_sector(rows: list[Organisation]) -> list[tuple[str, str, list[Organisation]]]:
    found = [
        (sector.value, str(sector.label), [one for one in rows if one.sector == sector]) for sector in Sector
    ]
    return [row for row in found if row[2]]


def _criteria(initiative: Initiative, parties: list[Judgement], alone: list[Judgement]) -> list[Any]:
    rows = list(initiative.criteria.order_by("place"))
    said: dict[tuple[int, str], list[Organisation]] = {}
    counts: dict[tuple[int, str], int] = {}
    for one in parties:
        for line in one.of_criteria.all():
            said.setdefault((line.criterion_id, line.met), []).append(one.organisation)  # type: ignore[arg-type]
    for one in alone:
        for line in one.of_criteria.all():
            counts[line.criterion_id, line.met] = counts.get((line.criterion_id, line.met), 0) + 1
    for row in rows:
        row.said = [  # type: ignore[attr-defined]
            (met, said.get((row.pk, met.value), []), counts.get((row.pk, met.value), 0))
            for met in Met
            if (row.pk, met.value) in said or (row.pk, met.value) in counts
        ]
    return rows
