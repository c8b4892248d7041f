"""What the pages of an initiative and the API tell of it: who stayed, who is missing, what one can do now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..core import clock
from ..events.enums import EventState
from ..hubs.models import Office
from ..members.enums import Sector
from ..members.models import Organisation
from . import continuity, flow
from .continuity import SectorRow
from .enums import CommitmentState, DecisionState, DialogueState, ProposalState, StageKind
from .models import Act, Alarm, Commitment, Decision, Dialogue, Initiative, Meeting, Proposal, Stage
from .queries import Missing, is_alarmed, listed, missing_in, names_of, presence_of

ORDER = tuple(sector.value for sector in Sector)


@dataclass(frozen=True)
class Line:
    """One organisation: in which stages it acted, and whether it was invited afterwards."""

    organisation: Organisation
    sector: str
    active: tuple[bool, bool, bool, bool]
    shaped: bool
    invited: bool
    came: bool
    delivered: bool
    evaluated: bool
    through: bool
    is_later: bool  # a stage began in which those who shaped it should be invited

    @property
    def fate(self) -> str:
        """What became of it: `through`, `came`, `not_invited`, `invited`, `joined` later; empty while it is too early."""
        if self.through:
            return "through"
        if not self.shaped:
            return "joined"
        if self.came:
            return "came"
        if not self.is_later:
            return ""
        return "invited" if self.invited else "not_invited"

    @property
    def cells(self) -> list[tuple[bool, str]]:
        """Whether it acted, stage by stage, with the stage's name."""
        return [(here, str(kind.label)) for here, kind in zip(self.active, StageKind, strict=True)]


@dataclass(frozen=True)
class Staying:
    """Who stayed in an initiative, for the picture and its tables."""

    rows: Mapping[str, SectorRow]
    flow: list[flow.Row]
    sectors: list[SectorRow]
    everybody: SectorRow
    begun: list[str]

    @property
    def is_later(self) -> bool:
        """Whether a stage began in which those who shaped it should be invited."""
        return bool(set(self.begun) & set(continuity.LATER))

    @property
    def kept(self) -> list[tuple[SectorRow, list[Fraction | None], Fraction | None]]:
        """For each sector and all together: the share kept from one stage to the next, and through all four."""
        pairs = list(zip(continuity.STAGES, continuity.STAGES[1:], strict=False))
        return [
            (row, [row.continuity(*pair) for pair in pairs], row.all_four_rate)
            for row in (*self.sectors, self.everybody)
        ]

    @property
    def organisations(self) -> int:
        """How many organisations ever took part."""
        return len(frozenset().union(*self.everybody.active.values()))


def staying(initiative: Initiative, stages: list[Stage]) -> Staying:
    """Two queries, however many took part."""
    rows = presence_of(initiative)
    begun = [stage.kind for stage in stages if stage.opened_at is not None]
    empty = continuity.by_sector([])[""]
    return Staying(
        rows,
        flow.draw(rows, begun, ORDER),
        [rows[sector] for sector in ORDER if sector in rows],
        rows.get("", empty),
        begun,
    )


def lines(found: Staying) -> list[Line]:
    """Every organisation that took part, by sector and name. One query."""
    everybody = found.everybody
    ids = frozenset().union(*everybody.active.values())
    sector_of = {pk: row.sector for row in found.sectors for pk in frozenset().union(*row.active.values())}
    listed = [
        Line(
            one,
            sector_of[one.pk],
            tuple(one.pk in everybody.active[stage] for stage in continuity.STAGES),  # type: ignore[arg-type]
            one.pk in everybody.shaped,
            one.pk in everybody.invited,
            one.pk in everybody.came,
            one.pk in everybody.delivered,
            one.pk in everybody.evaluated,
            one.pk in everybody.through,
            found.is_later,
        )
        for one in names_of(ids)
    ]
    return sorted(listed, key=lambda line: ORDER.index(line.sector))


@dataclass(frozen=True)
class Absence:
    """An alarm as the page says it: the sector, who was not invited and who was, and for how long it has been so."""

    missing: Missing
    stage: Stage

    @property
    def label(self) -> str:
        """The sector's name."""
        return str(Sector(self.missing.sector).label)


def absences(stages: list[Stage], rows: Mapping[str, SectorRow]) -> list[Absence]:
    """The sectors that are missing now and must be said aloud."""
    for stage in stages:
        if is_alarmed(stage, clock.today(stage.initiative.hub.timezone)):
            return [Absence(one, stage) for one in missing_in(stage, dict(rows))]
    return []


def alarmed(initiatives: list[Initiative]) -> dict[int, list[str]]:
    """Which of these initiatives miss a sector in their open stage, by alarms that were raised and still hold. One query."""
    raised = Alarm.objects.filter(stage__initiative__in=initiatives, stage__state="open")
    acted = set(
        Act.objects.filter(stage__initiative__in=initiatives, stage__state="open", annulment=None)
        .order_by()
        .values_list("stage", "sector")
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for stage, initiative, sector in raised.order_by("pk").values_list(
        "stage", "stage__initiative", "sector"
    ):
        if (stage, sector) not in acted and sector not in found.setdefault(initiative, []):
            found[initiative].append(sector)
    return {pk: sectors for pk, sectors in found.items() if sectors}


@dataclass(frozen=True)
class Doing:
    """Something one can do in an initiative now."""

    kind: str  # dialogue, decision, meeting, proposals, evaluation
    thing: Any
    until: dt.date | dt.datetime | None = None


def doings(initiative: Initiative, stage: Stage | None) -> list[Doing]:
    """What is open: dialogues, decisions, meetings to come, proposals that wait, the evaluation."""
    if stage is None:
        return []
    now = clock.now()
    found = [
        Doing("dialogue", one, one.closes_on)
        for one in Dialogue.objects.filter(initiative=initiative, state=DialogueState.OPEN).order_by("pk")
    ]
    found += [
        Doing("decision", one, one.closes_at)
        for one in Decision.objects.filter(
            initiative=initiative, state=DecisionState.OPEN, closes_at__gt=now
        ).order_by("closes_at")
    ]
    found += [
        Doing("meeting", one, one.event.start)
        for one in Meeting.objects.filter(
            initiative=initiative, event__state=EventState.PUBLISHED, event__period__endswith__gt=now
        )
        .select_related("event")
        .order_by("event__period")
    ]
    if stage.kind in {StageKind.FRAME, StageKind.DESIGN}:
        waiting = Proposal.objects.filter(initiative=initiative, state=ProposalState.OPEN).count()
        found.append(Doing("proposals", waiting))
    if stage.kind == StageKind.EVALUATE:
        found.append(Doing("evaluation", stage, stage.ends_on))
    return found


def promises(initiative: Initiative, most: int = 6) -> list[Commitment]:
    """What parties promised in it, the nearest day first, what is settled last."""
    rows = list(
        Commitment.objects.filter(initiative=initiative)
        .select_related("owner", "receiver")
        .order_by("due", "pk")
    )
    settled = {CommitmentState.CONFIRMED, CommitmentState.RELEASED}
    return sorted(rows, key=lambda one: one.state in settled)[:most]


def as_cards(found: list[Initiative]) -> list[Initiative]:
    """Give initiatives of `queries.listed` what their cards show: who is missing, the place of the open stage. One query."""
    missing = alarmed(found)
    for one in found:
        one.missing = missing.get(one.pk, [])  # type: ignore[attr-defined]
        kind = one.stage_kind  # type: ignore[attr-defined]
        one.stage_place = StageKind(kind).place if kind else None  # type: ignore[attr-defined]
    return found


def for_cards(office: Office, most: int) -> list[Initiative]:
    """The initiatives that run at an office, as cards."""
    return as_cards(list(listed(office, state="running")[:most]))
