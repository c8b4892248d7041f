"""Evaluation: criteria written while it is framed, measured later, and judged by every party for itself."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from .. import evaluation
from ..enums import ActKind, MeasuredBy, Met, StepKind
from ..models import Criterion, CriterionJudgement, Initiative, Judgement
from ..models.evaluation import SCALE
from .acts import enter_one
from .telling import hat, held, note, open_stage_of, own, require_running, step, words, wrong

MOST_CRITERIA = 12
TEXTS: dict[str, tuple[int, Any]] = {
    "text": (200, _("Say how one will know that it worked.")),
    "unit": (40, None),
    "baseline": (120, _("Say how it is now: without that nobody can tell a change.")),
    "target": (120, None),
}


def _framing(initiative: Initiative, by: Author) -> Initiative:
    """The initiative, held, while its criteria are written. Raises Forbidden, Refused (`not_running`, `not_framing`)."""
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    require_running(initiative)
    if not evaluation.is_framing(evaluation.open_kind(initiative)):
        raise Refused(
            "not_framing", _("Criteria are written while it is framed, so that nobody moves the goal later.")
        )
    return initiative


def _set(criterion: Criterion, facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - {*TEXTS, "measured_by"}
    if unknown:
        raise TypeError(f"A criterion has no {unknown}")
    for name, value in facts.items():
        if name == "measured_by":
            if value not in MeasuredBy.values:
                raise wrong("measured_by", "measured_by", _("Choose from the list."))
            criterion.measured_by = MeasuredBy(value)
        else:
            most, missing = TEXTS[name]
            setattr(criterion, name, " ".join(words(value, name, most, missing=missing).split()))


@deed
def add_criterion(
    initiative: Initiative,
    *,
    by: Author,
    text: str,
    baseline: str,
    measured_by: str = MeasuredBy.JUDGEMENT,
    unit: str = "",
    target: str = "",
) -> Criterion:
    """Write how one will know that it worked, and how it is now. Only while it is framed.

    Raises Forbidden, Invalid (`no_text`, `no_baseline`, `too_long`, `measured_by`), Refused (`not_running`, `not_framing`,
    `too_many`).
    """
    initiative = _framing(initiative, by)
    if initiative.criteria.count() >= MOST_CRITERIA:
        raise Refused(
            "too_many", _("%(n)d criteria are enough: more are not looked at.") % {"n": MOST_CRITERIA}
        )
    last = initiative.criteria.aggregate(last=Max("place"))["last"] or 0
    criterion = Criterion(initiative=initiative, place=last + 1, written_at=clock.now())
    facts = {"text": text, "baseline": baseline, "measured_by": measured_by, "unit": unit, "target": target}
    _set(criterion, facts)
    criterion.save(force_insert=True)
    note(by, "add_criterion", criterion, initiative)
    return criterion


@deed
def change_criterion(criterion: Criterion, *, by: Author, **facts: Any) -> Criterion:
    """Put a criterion better while it is framed. Raises as `add_criterion`."""
    initiative = _framing(criterion.initiative, by)
    row = Criterion.objects.get(pk=criterion.pk)
    _set(row, facts)
    row.save(update_fields=[*facts])
    note(by, "change_criterion", row, initiative, fields=sorted(facts))
    return row


@deed
def remove_criterion(criterion: Criterion, *, by: Author) -> None:
    """Take a criterion away while it is framed. Raises Forbidden, Refused (`not_running`, `not_framing`)."""
    initiative = _framing(criterion.initiative, by)
    note(by, "remove_criterion", criterion, initiative)
    criterion.delete()


@deed
def measure_criterion(criterion: Criterion, value: str, source: str, *, by: Author) -> Criterion:
    """Note how it is now and where that is known from, while it is delivered or evaluated; the latest stands.

    Raises Forbidden, Invalid (`no_value`, `no_source`, `too_long`), Refused (`not_running`, `not_measuring`).
    """
    require(by, "cocreation.steer", criterion.initiative)
    initiative = held(criterion.initiative)
    require_running(initiative)
    if not evaluation.is_measured(evaluation.open_kind(initiative)):
        raise Refused("not_measuring", _("It is measured while it is delivered and evaluated."))
    row = Criterion.objects.get(pk=criterion.pk)
    row.value = " ".join(words(value, "value", 120, missing=_("Say how it is now.")).split())
    row.source = words(source, "source", 300, missing=_("Say where that is known from."))
    row.measured_at = clock.now()
    row.save(update_fields=["value", "source", "measured_at"])
    note(by, "measure_criterion", row, initiative)
    return row


@deed
def judge(
    initiative: Initiative,
    *,
    by: Author,
    result: int,
    influence: int,
    again: bool,
    words_said: str = "",
    criteria: Mapping[int, str] | None = None,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Judgement:
    """Say what became of it: the result and one's own influence (1 to 5), whether one would do it again, and each criterion
    (by its place; what is left out cannot be said).

    One judgement an organisation, by anybody who may act for it, public under its name; or one in one's own name, only
    counted together with others. It may be changed while it is evaluated. Only who took part judges.
    Raises Forbidden (`not_a_member`, `not_your_organisation`), Invalid (`result`, `influence`, `criterion`, `met`, `too_long`),
    Refused (`not_running`, `no_open_stage`, `not_evaluating`, `took_no_part`).
    """
    require(by, "cocreation.take_part", initiative)
    who = own(by, initiative, person)
    initiative = held(initiative)
    stage = open_stage_of(initiative)
    if not evaluation.is_judged(stage.kind):
        raise Refused("not_evaluating", _("It is judged in the last stage, when it was delivered."))
    organisation, sector = hat(who, organisation)
    if not evaluation.took_part(initiative, who, organisation):
        raise Refused("took_no_part", _("Only those who took part judge what became of it."))
    for name, value in (("result", result), ("influence", influence)):
        if not SCALE[0] <= value <= SCALE[1]:
            raise wrong(
                name, name, _("Give a value from %(low)d to %(high)d.") % {"low": SCALE[0], "high": SCALE[1]}
            )
    said = words(words_said, "words", 2000)
    met = _checked_criteria(initiative, criteria or {})
    there = evaluation.judgement_of(initiative, who, organisation)
    row = there or Judgement(initiative=initiative, organisation=organisation)
    row.person, row.sector, row.at = who, sector, clock.now()
    row.result, row.influence, row.again, row.words = result, influence, again, said
    row.save()
    row.of_criteria.all().delete()
    CriterionJudgement.objects.bulk_create(
        [CriterionJudgement(judgement=row, criterion=criterion, met=value) for criterion, value in met]
    )
    enter_one(stage, ActKind.EVALUATED, "judgement", who, organisation, by=by, each_hat=True)
    note(by, "judge", row, initiative, organisation=organisation.pk if organisation is not None else None)
    if there is None and organisation is not None:
        step(
            initiative,
            StepKind.JUDGED,
            stage=stage,
            path="evaluation/",
            organisation=organisation.name,
            sector=sector,
        )
    return row


def _checked_criteria(initiative: Initiative, told: Mapping[int, str]) -> list[tuple[Criterion, Met]]:
    rows = {one.place: one for one in initiative.criteria.order_by("place")}
    if set(told) - set(rows):
        raise wrong("criterion", "criteria", _("There is no such criterion here."))
    if any(value not in Met.values for value in told.values()):
        raise wrong("met", "criteria", _("Choose from the list."))
    return [(row, Met(told.get(number, Met.UNKNOWN))) for number, row in rows.items()]
