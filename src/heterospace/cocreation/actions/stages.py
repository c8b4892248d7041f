"""The four stages: their plan, their opening under frozen rules, changes with a reason, and their close with a result."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.enums import Sector
from ...members.queries import person_of
from .. import continuity
from ..enums import (
    STAGE_MOVES,
    CommitmentState,
    DecisionState,
    DialogueState,
    Influence,
    InitiativeState,
    InviteKind,
    Result,
    StageKind,
    StageState,
    StepKind,
)
from ..models import (
    Commitment,
    Decision,
    Dialogue,
    Initiative,
    Invite,
    Meeting,
    RulesVersion,
    Stage,
)
from ..queries import people_of, presence_of, stewards_of
from ..rules_text import canonical, digest
from .initiatives import require_move
from .invitations import invite_all
from .telling import held, note, require_running, step, tell, tell_once, words, wrong

PLAN = ("starts_on", "ends_on", "influence", "rules")
NOT_NOW = {
    StageState.PLANNED: ("not_open", _("This stage is not open.")),
    StageState.OPEN: ("already_open", _("This stage is open already.")),
    StageState.CLOSED: ("already_closed", _("This stage is closed. What it found stays.")),
}


def _held_stage(stage: Stage) -> Stage:
    """The stage with its initiative as they are now, the initiative's row held."""
    initiative = held(stage.initiative)
    found = Stage.objects.get(pk=stage.pk)
    found.initiative = initiative
    return found


def _require_move(stage: Stage, state: StageState) -> None:
    if state not in STAGE_MOVES[StageState(stage.state)]:
        raise Refused(*NOT_NOW[StageState(stage.state)])


@deed
def plan_stage(stage: Stage, *, by: Author, reason: str = "", **plan: Any) -> Stage:
    """Change the dates, influence or rules of a stage. Once it is open that is a new version with a reason, and all who took part are told.

    Raises Forbidden, Invalid (`dates`, `influence`, `no_rules`, `too_long`, `no_reason`), Refused (`ended`, `already_closed`).
    """
    require(by, "cocreation.steer", stage.initiative)
    stage = _held_stage(stage)
    if stage.initiative.ended_at is not None:
        raise Refused("ended", _("This initiative has ended."))
    if stage.state == StageState.CLOSED:
        raise Refused(*NOT_NOW[StageState.CLOSED])
    before = {name: getattr(stage, name) for name in PLAN}
    _set_plan(stage, plan)
    if {name: getattr(stage, name) for name in PLAN} == before:
        return stage
    if stage.is_open:
        reason = words(
            reason, "reason", 1000, missing=_("Say why: everybody who took part is told of the change.")
        )
        stage.save(update_fields=[*PLAN])
        version = _freeze(stage, by, reason)
        step(
            stage.initiative,
            StepKind.RULES_CHANGED,
            stage=stage,
            stage_kind=stage.kind,
            version=version.number,
            reason=reason,
        )
        for person in people_of(stage.initiative):
            tell(
                person,
                "rules_changed",
                stage.initiative,
                stage=str(StageKind(stage.kind)),
                version=version.number,
                reason=reason,
            )
    else:
        stage.save(update_fields=[*PLAN])
    _push_later(stage)
    note(by, "plan_stage", stage, stage.initiative, fields=sorted(plan))
    return stage


def _push_later(stage: Stage) -> None:
    """Stages that are still planned begin after the one before them; each keeps its length."""
    before = stage.ends_on
    for later in stage.initiative.stages.filter(place__gt=stage.place, state=StageState.PLANNED).order_by(
        "place"
    ):
        if later.starts_on <= before:
            length = later.ends_on - later.starts_on
            later.starts_on = before + dt.timedelta(days=1)
            later.ends_on = later.starts_on + length
            later.save(update_fields=["starts_on", "ends_on"])
        before = later.ends_on


def _set_plan(stage: Stage, plan: dict[str, Any]) -> None:
    unknown = set(plan) - set(PLAN)
    if unknown:
        raise TypeError(f"A stage has no {unknown}")
    if "rules" in plan:
        stage.rules = words(plan["rules"], "rules", 4000, missing=_("Write the rules: they are public."))
    if "influence" in plan:
        if plan["influence"] not in Influence.values:
            raise wrong("influence", "influence", _("Choose from the list."))
        stage.influence = plan["influence"]
    stage.starts_on = plan.get("starts_on") or stage.starts_on
    stage.ends_on = plan.get("ends_on") or stage.ends_on
    if stage.ends_on < stage.starts_on:
        raise wrong("dates", "ends_on", _("It ends before it begins."))


def _freeze(stage: Stage, by: Author, reason: str = "") -> RulesVersion:
    number = stage.versions.count() + 1
    told = {name: getattr(stage, name) for name in PLAN}
    return RulesVersion.objects.create(
        stage=stage,
        number=number,
        digest=digest(canonical(stage=stage.kind, **told)),
        reason=reason,
        at=clock.now(),
        by=person_of(by, stage.initiative.office_id),
        **told,
    )


@deed
def open_stage(stage: Stage, *, by: Author, reason: str = "") -> Stage:
    """Open a stage: its rules are frozen under their fingerprint, and who took part before is told; into evaluate she is invited.

    Meetings to come, dialogues and decisions that go on belong to it from then on.
    Deliver opens with a promise of somebody outside government, or with a public reason (`reason`). A stage that opens
    later than planned keeps its length.
    Raises Forbidden, Invalid (`no_rules`), Refused (`not_running`, `two_sectors`, `stage_before`, `already_open`,
    `already_closed`, `no_promise`).
    """
    require(by, "cocreation.steer", stage.initiative)
    stage = _held_stage(stage)
    initiative = stage.initiative
    require_running(initiative)
    _require_move(stage, StageState.OPEN)
    kind = StageKind(stage.kind)
    if len({one.sector for one in stewards_of(initiative)}) < 2:
        raise Refused(
            "two_sectors", _("Stewards of at least two sectors guide it: first find another steward.")
        )
    if initiative.stages.filter(place__lt=stage.place).exclude(state=StageState.CLOSED).exists():
        raise Refused("stage_before", _("First close the stage before, with its result."))
    words(stage.rules, "rules", 4000, missing=_("Write the rules: they are public."))
    if kind == StageKind.DELIVER and not _others_promised(initiative):
        reason = reason.strip()[:1000]
        if not reason:
            sentence = _(
                "Nobody outside government has promised anything yet. Find somebody, or give the reason: it is public."
            )
            raise Refused("no_promise", sentence, fields={"reason": sentence})
        stage.open_reason = reason
    today = clock.today(initiative.hub.timezone)
    if today != stage.starts_on:
        length = stage.ends_on - stage.starts_on
        stage.starts_on, stage.ends_on = today, today + length
    stage.state, stage.opened_at = StageState.OPEN, clock.now()
    stage.save(update_fields=["state", "opened_at", "open_reason", "starts_on", "ends_on"])
    _carry_over(stage)
    version = _freeze(stage, by)
    _push_later(stage)
    note(by, "open_stage", stage, initiative, kind=stage.kind)
    step(
        initiative,
        StepKind.STAGE_OPENED,
        stage=stage,
        stage_kind=stage.kind,
        until=stage.ends_on.isoformat(),
        digest=version.digest[:12],
        reason=stage.open_reason,
    )
    if kind == StageKind.EVALUATE:
        invite_all(stage, InviteKind.EVALUATION, by=by)
    return stage


def _carry_over(stage: Stage) -> None:
    """What goes on when a stage opens belongs to it from now on: who comes, speaks or votes there acts in this stage."""
    ours = {"initiative": stage.initiative}
    meetings = Meeting.objects.filter(**ours, event__period__endswith__gt=clock.now())
    decisions = Decision.objects.filter(**ours, state__in=[DecisionState.DRAFT, DecisionState.OPEN])
    invites = Invite.objects.filter(Q(meeting__in=meetings) | Q(decision__in=decisions), **ours)
    invites.update(stage=stage)
    meetings.update(stage=stage)
    decisions.update(stage=stage)
    Dialogue.objects.filter(**ours).exclude(state=DialogueState.CLOSED).update(stage=stage)


def _others_promised(initiative: Initiative) -> bool:
    standing = [CommitmentState.DUE, CommitmentState.DELIVERED, CommitmentState.CONFIRMED]
    return (
        Commitment.objects.filter(initiative=initiative, state__in=standing)
        .exclude(sector=Sector.GOVERNMENT)
        .exists()
    )


@deed
def close_stage(
    stage: Stage, result: str, *, by: Author, reason: str = "", outcome: str = "", outcome_reason: str = ""
) -> Stage:
    """Close a stage by publishing its result; without one it stays open. Closing evaluate ends the initiative with an outcome.

    Evaluate needs every sector that framed, or a public reason (`reason`).
    Raises Forbidden, Invalid (`no_result`, `outcome`, `no_outcome_reason`, `too_long`), Refused (`not_running`, `not_open`,
    `already_closed`, `sector_missing` with the sectors in `missing`).
    """
    require(by, "cocreation.steer", stage.initiative)
    stage = _held_stage(stage)
    initiative = stage.initiative
    require_running(initiative)
    _require_move(stage, StageState.CLOSED)
    result = words(result, "result", 8000, missing=_("Write the result: a stage is not closed without one."))
    if stage.kind == StageKind.EVALUATE:
        if outcome not in Result.values:
            raise wrong("outcome", "outcome", _("Say what becomes of it."))
        outcome_reason = words(
            outcome_reason, "outcome_reason", 2000, missing=_("Give the reason: everybody may read it.")
        )
        gone = [row.sector for row in continuity.missing(presence_of(initiative), stage.kind)]
        reason = reason.strip()[:1000]
        if gone and not reason:
            names = ", ".join(str(Sector(one).label) for one in gone)
            sentence = _(
                "Not heard yet: %(sectors)s. Invite them again, or give the reason why it ends without them: it is public."
            ) % {"sectors": names}
            raise Refused("sector_missing", sentence, fields={"reason": sentence}, missing=gone)
        stage.close_reason = reason if gone else ""
    stage.state, stage.closed_at, stage.result = StageState.CLOSED, clock.now(), result
    stage.save(update_fields=["state", "closed_at", "close_reason", "result"])
    note(by, "close_stage", stage, initiative, kind=stage.kind)
    step(initiative, StepKind.STAGE_CLOSED, stage=stage, stage_kind=stage.kind, reason=stage.close_reason)
    if stage.kind == StageKind.EVALUATE:
        _end(initiative, outcome, outcome_reason)
    for person in people_of(initiative):
        tell(
            person,
            "stage_closed",
            initiative,
            stage=str(StageKind(stage.kind)),
            result=result,
            outcome=outcome,
        )
    return stage


def _end(initiative: Initiative, outcome: str, outcome_reason: str) -> None:
    require_move(initiative, InitiativeState.CLOSED)
    initiative.state, initiative.ended_at = InitiativeState.CLOSED, clock.now()
    initiative.result, initiative.end_reason = Result(outcome), outcome_reason
    initiative.save(update_fields=["state", "ended_at", "result", "end_reason"])


@deed
def remind_of_results(*, by: Author) -> int:
    """Remind the stewards of a stage whose time is over and whose result is not published, every seventh day. For `tick`."""
    require(by, "cocreation.tidy")
    over = Stage.objects.filter(
        state=StageState.OPEN, ends_on__lt=clock.now().date(), initiative__state=InitiativeState.RUNNING
    ).select_related("initiative__hub")
    count = 0
    for stage in over.order_by("pk"):
        if (clock.today(stage.initiative.hub.timezone) - stage.ends_on).days % 7 != 1:
            continue
        for steward in stewards_of(stage.initiative):
            count += tell_once(
                steward.person,
                "result_due",
                stage.initiative,
                stage=str(StageKind(stage.kind)),
                since=stage.ends_on.isoformat(),
            )
    return count
