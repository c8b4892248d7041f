"""Reads of decisions: which there are, who is on the roll, how many voted, what came out."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..core import charts, clock
from ..core.refusals import NotFound, Sentence
from ..events.cells import hidden_of
from ..hubs.models import Office
from ..members.enums import Sector
from ..members.models import Organisation, Person
from ..members.queries import acts_for
from . import counting
from .ballots import Voice
from .counting import MOST_POINTS, Turnout
from .enums import DecisionState, Franchise, Method
from .models import Box, Decision, Elector, Initiative, Position
from .outcomes import phrase
from .queries import people_of, stewards_of

NO_DECISION = gettext_lazy("There is no such decision here.")
NO_PROPOSAL = gettext_lazy("There is no such proposal here.")


def decisions_of(initiative: Initiative, *, drafts: bool = False) -> QuerySet[Decision]:
    """Its decisions: open ones first, then the latest; each knows `electors` and `voters`. `drafts` is for who steers it."""
    found = Decision.objects.filter(initiative=initiative)
    if not drafts:
        found = found.exclude(state__in=[DecisionState.DRAFT, DecisionState.WITHDRAWN])
    return _counted(found).order_by(F("decided_at").desc(nulls_first=True), "closes_at", "pk")


def listed(office: Office, initiative: Initiative | None = None) -> QuerySet[Decision]:
    """The office's decisions everybody may read, the latest first."""
    found = Decision.objects.filter(initiative__office=office).exclude(
        state__in=[DecisionState.DRAFT, DecisionState.WITHDRAWN]
    )
    if initiative is not None:
        found = found.filter(initiative=initiative)
    return _counted(found).order_by("-pk")


def _counted(found: QuerySet[Decision]) -> QuerySet[Decision]:
    return found.select_related("initiative__hub", "initiative__office", "stage", "proposal", "box").annotate(
        electors=Count("box__roll"), voters=Count("box__roll", filter=Q(box__roll__has_voted=True))
    )


def decision_at(office: Office, reference: str, initiative: Initiative | None = None) -> Decision:
    """The decision with this reference, drafts too. Raises NotFound (`unknown_decision`)."""
    found = Decision.objects.filter(initiative__office=office, reference=reference.upper())
    if initiative is not None:
        found = found.filter(initiative=initiative)
    decision = _counted(found).first()
    if decision is None:
        raise NotFound("unknown_decision", NO_DECISION)
    return decision


def voices_of(decision: Decision, person: Person | None) -> list[Elector]:
    """The lines of the roll this person may use: her own, or those of organisations she speaks for now."""
    if person is None or not person.is_active or decision.box_id is None:
        return []
    mine = Q(person=person) | Q(person=None, organisation__in=acts_for(person).order_by().values("pk"))
    return list(
        Elector.objects.filter(mine, box=decision.box_id).select_related("organisation").order_by("pk")
    )


def why_not(decision: Decision, person: Person | None) -> Sentence:
    """Why somebody is not on the roll of an open decision."""
    if person is None:
        return _("Sign in to see whether you are on the roll.")
    if decision.franchise == Franchise.STEWARDS:
        return _("The stewards of this initiative decide this, and you were not one of them when it opened.")
    if decision.franchise == Franchise.ORGANISATIONS:
        if acts_for(person).exists():
            return _(
                "Each organisation that took part before this opened has one voice. Yours is not among them."
            )
        return _(
            "Each organisation that took part before this opened has one voice, and you speak for no organisation."
        )
    return _("Everybody who took part before this opened may vote. You had not taken part by then.")


def roll_for(decision: Decision) -> list[Voice]:
    """Who is put on the roll when the decision opens, by its rule."""
    initiative = decision.initiative
    if decision.franchise == Franchise.STEWARDS:
        return [Voice(one.person_id, one.organisation_id, one.sector) for one in stewards_of(initiative)]
    if decision.franchise == Franchise.ORGANISATIONS:
        return [Voice(None, one.pk, one.sector) for one in organisations_that_acted(initiative)]
    return [Voice(one.pk, one.hat_organisation, one.hat_sector) for one in people_of(initiative)]  # type: ignore[attr-defined]


def organisations_that_acted(initiative: Initiative) -> QuerySet[Organisation]:
    """The organisations with an act that counts."""
    acted = initiative.acts.filter(annulment=None).exclude(organisation=None)
    return Organisation.objects.filter(pk__in=acted.values("organisation")).order_by("name", "pk")


@dataclass(frozen=True)
class Coming:
    """How many of one sector are on the roll, and how many of them voted; `sector` None gathers those too few to be told."""

    label: str
    sector: str | None
    roll: int
    voted: int


def coming_by_sector(turnout: Turnout) -> list[Coming]:
    """Turnout by sector, the largest first; sectors of one to four are gathered, so that none can be found by subtracting."""
    gone = hidden_of(turnout.roll)
    shown = [
        Coming(sector_label(sector), sector, n, turnout.voted.get(sector, 0))
        for sector, n in sorted(turnout.roll.items(), key=lambda pair: (-pair[1], pair[0]))
        if sector not in gone
    ]
    if gone and shown:
        shown.append(
            Coming(
                _("Others together"),
                None,
                sum(turnout.roll[one] for one in gone),
                sum(turnout.voted.get(one, 0) for one in gone),
            )
        )
    return shown


@dataclass(frozen=True)
class SectorQuorum:
    """How many of a sector must vote at least, and whether they did."""

    label: str
    needed: int
    is_met: bool


def sector_quorums(decision: Decision, turnout: Turnout) -> list[SectorQuorum]:
    """The quorums of single sectors; not how many voted, which may be too few to be told."""
    return [
        SectorQuorum(sector_label(sector), n, turnout.voted.get(sector, 0) >= n)
        for sector, n in decision.sector_quorum.items()
    ]


def sector_label(sector: str) -> str:
    """The name of a sector, or of those who speak for nobody."""
    return str(Sector(sector).label) if sector else str(_("In their own name"))


@dataclass
class OptionResult:
    """What one option got: in words, and as a bar."""

    label: str
    got: int
    most: int
    is_chosen: bool
    share: float
    text: str


@dataclass
class SectorResult:
    """What one sector said, option by option."""

    sector: str
    label: str
    ballots: int
    got: list[int]
    differs: bool


@dataclass
class Result:
    """All that a page tells of a decision that is over."""

    phrase: str
    is_decided: bool
    options: list[OptionResult] = field(default_factory=list)
    sectors: list[SectorResult] = field(default_factory=list)
    minority: list[SectorResult] = field(default_factory=list)
    bars: list[Any] = field(default_factory=list)
    points: bool = False


def option_labels(decision: Decision) -> list[str]:
    """The options in their order; yes and no of a majority."""
    if decision.method == Method.MAJORITY:
        return [pgettext("ballot", "Yes"), pgettext("ballot", "No")]
    return list(decision.options)


def outcome_phrase(decision: Decision) -> str:
    """What came of it, inside a sentence; empty while it is open."""
    told = decision.tally
    if not told:
        return ""
    option = decision.options[told["chosen"]] if told["result"] == counting.CHOSEN else ""
    return phrase(told["result"], option, told["lacking"])


def result_of(decision: Decision) -> Result | None:
    """What a decision that is over says, ready for its page; None while it is open."""
    told = decision.tally
    if not told:
        return None
    labels = option_labels(decision)
    decided = told["result"] in counting.DECIDES
    result = Result(outcome_phrase(decision), decided, points=decision.method == Method.SCORE)
    ballots = told["most"] // MOST_POINTS if result.points else told["most"]
    for place, got in enumerate(told["got"]):
        share = got / told["most"] if told["most"] else 0.0
        text = f"{got} ({round(100 * share)} %)"
        if result.points and ballots:
            text = _("%(mean)s of 5") % {"mean": number_format(got / ballots, 1)}
        result.options.append(
            OptionResult(labels[place], got, told["most"], decided and told["chosen"] == place, share, text)
        )
    order = range(len(labels)) if decision.method == Method.MAJORITY else None
    ranked = (
        result.options if order is not None else sorted(result.options, key=lambda one: (-one.got, one.label))
    )
    result.options = ranked
    result.bars = [
        charts.bar(one.label, one.text, [(one.share, "used" if one.is_chosen or not decided else "part")])
        for one in ranked
    ]
    for sector, got in told["sectors"].items():
        result.sectors.append(
            SectorResult(sector, sector_label(sector), told["sizes"][sector], got, sector in told["minority"])
        )
    result.sectors.sort(key=lambda one: (-one.ballots, one.sector))
    result.minority = [one for one in result.sectors if one.differs]
    return result


def positions_of(decision: Decision) -> list[Position]:
    """What was said openly to a consent, objections first, with the organisations."""
    rows = list(decision.positions.select_related("organisation").order_by("pk"))
    return sorted(rows, key=lambda one: {"object": 0, "aside": 1}.get(one.stance, 2))


def due_for_review(office: Office | None = None) -> QuerySet[Decision]:
    """Decisions whose day to be looked at again has come, and that were not."""
    found = Decision.objects.filter(
        state=DecisionState.DECIDED, reviewed_at=None, review_on__lte=clock.today("Asia/Jakarta")
    )
    if office is not None:
        found = found.filter(initiative__office=office)
    return found.select_related("initiative__hub", "initiative__office", "stage").order_by("review_on", "pk")


@dataclass(frozen=True)
class Origins:
    """Of an office's decisions in a time: how many, of how many we know who had the idea, and what became of it.

    The figures `col.nongov_first` (outside / known) and `col.changed` (changed / decided).
    """

    decided: int
    known: int
    outside: int
    changed: int


def origins(office: Office, start: dt.datetime, end: dt.datetime) -> Origins:
    """Decisions decided from `start` to before `end`: first proposed outside government, changed after input. One query."""
    found = Decision.objects.filter(
        initiative__office=office, state=DecisionState.DECIDED, decided_at__gte=start, decided_at__lt=end
    )
    known = ~Q(first_sector="")
    counts = found.aggregate(
        decided=Count("pk"),
        known=Count("pk", filter=known),
        outside=Count("pk", filter=known & ~Q(first_sector=Sector.GOVERNMENT)),
        changed=Count("pk", filter=Q(was_changed=True)),
    )
    return Origins(**counts)


def sealed_boxes() -> Iterator[tuple[int, bytes, int]]:
    """(number, sealed bytes, how many should be in it) of every box that is not opened. For `doctor`."""
    rows = Box.objects.exclude(sealed=b"").order_by("pk").values_list("pk", "sealed", "count")
    yield from ((pk, bytes(sealed), n) for pk, sealed, n in rows.iterator(chunk_size=50))


__all__ = [
    "Coming",
    "Origins",
    "Result",
    "coming_by_sector",
    "decision_at",
    "decisions_of",
    "due_for_review",
    "listed",
    "option_labels",
    "organisations_that_acted",
    "origins",
    "outcome_phrase",
    "positions_of",
    "result_of",
    "roll_for",
    "sealed_boxes",
    "sector_label",
    "sector_quorums",
    "voices_of",
    "why_not",
]
