"""The alarm: one third into a stage, and a week before its end, it says which sector that framed is missing."""

from django.db.models import Q

from ...core import clock
from ...core.deeds import Author, deed, require
from ..enums import InitiativeState, Mark, StageKind, StageState, StepKind
from ..models import Alarm, Stage
from ..queries import missing_in, stewards_of
from .telling import note, step, tell


@deed
def raise_alarms(*, by: Author) -> int:
    """Look at the open stages that have come to a mark; each sector missing there is said once. Answers how many. For `tick`.

    The page shows who is missing at any time; this keeps that it was so at the mark, and tells the stewards and the hub.
    """
    require(by, "cocreation.tidy")
    stages = (
        Stage.objects.filter(state=StageState.OPEN, initiative__state=InitiativeState.RUNNING)
        .exclude(kind=StageKind.FRAME)
        .select_related("initiative__hub", "initiative__office")
    )
    return sum(_look(stage, by) for stage in stages.order_by("pk"))


def _look(stage: Stage, by: Author) -> int:
    today = clock.today(stage.initiative.hub.timezone)
    marks = [
        mark for mark, day in ((Mark.THIRD, stage.third_on), (Mark.WEEK, stage.week_left_on)) if day <= today
    ]
    known = set(stage.alarms.filter(Q(mark__in=marks)).values_list("sector", "mark"))
    if not marks:
        return 0
    raised = 0
    for gone in missing_in(stage):
        new = [mark for mark in marks if (gone.sector, mark) not in known]
        for mark in new:
            Alarm.objects.create(
                stage=stage,
                sector=gone.sector,
                mark=mark,
                raised_at=clock.now(),
                framed=len(gone.framed),
                invited=len(gone.invited),
            )
        if new:
            raised += 1
            _say(stage, gone.sector, new[-1], len(gone.framed), len(gone.invited))
            note(by, "raise_alarm", stage, stage.initiative, sector=gone.sector)
    return raised


def _say(stage: Stage, sector: str, mark: Mark, framed: int, invited: int) -> None:
    step(
        stage.initiative,
        StepKind.ALARM,
        stage=stage,
        stage_kind=stage.kind,
        sector=sector,
        mark=mark,
        framed=framed,
        invited=invited,
    )
    people = {one.person for one in stewards_of(stage.initiative)}
    managers = stage.initiative.hub.roles.filter(until=None, role="manager").select_related("person")
    people |= {role.person for role in managers}
    for person in sorted(people, key=lambda one: one.pk):
        tell(
            person,
            "sector_missing",
            stage.initiative,
            stage=str(StageKind(stage.kind)),
            sector=sector,
            framed=framed,
            not_invited=framed - invited,
        )
