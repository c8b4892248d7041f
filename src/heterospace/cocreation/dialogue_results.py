"""The stored figures of a dialogue as its page, its file and the API tell them. Nothing is computed here, only put in order."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ..core.charts import Bar, bar
from ..members.enums import Sector
from .models import Dialogue, DialogueFigures, Statement
from .opinions.shares import LEAST_AGREEMENT, LEAST_PEOPLE, percent

ORDER = tuple(sector.value for sector in Sector)


@dataclass(frozen=True)
class Votes:
    """Agree, disagree, pass of somebody: of everybody, or of a sector."""

    agree: int
    disagree: int
    passed: int
    sector: str = ""

    @property
    def seen(self) -> int:
        """All three together."""
        return self.agree + self.disagree + self.passed

    @property
    def percents(self) -> tuple[int, int, int]:
        """Whole per cent of agree, disagree, pass."""
        return (
            percent(self.agree, self.seen),
            percent(self.disagree, self.seen),
            percent(self.passed, self.seen),
        )

    @property
    def label(self) -> str:
        """The sector's name."""
        return str(Sector(self.sector).label) if self.sector else _("Everybody")

    @property
    def bar(self) -> Bar:
        """Drawn: agreement from the left, then passes, then disagreement."""
        seen = max(self.seen, 1)
        return bar(
            self.label,
            _("%(share)s %% of %(n)s") % {"share": self.percents[0], "n": self.seen},
            [(self.agree / seen, "yes"), (self.passed / seen, "pass"), (self.disagree / seen, "no")],
        )


@dataclass(frozen=True)
class Line:
    """A statement with what everybody and each heard sector says to it."""

    statement: Statement
    all: Votes
    sectors: list[Votes]
    k: int
    mean: float | None
    product: float | None
    mean_disagree: float | None
    held_back: bool

    @property
    def bars(self) -> list[Bar]:
        """Everybody and each heard sector, drawn."""
        return [one.bar for one in (self.all, *self.sectors)]

    @property
    def not_heard(self) -> list[str]:
        """The names of the sectors that were not heard on it."""
        heard = {one.sector for one in self.sectors}
        return [str(Sector(one).label) for one in ORDER if one not in heard and one != Sector.OTHER]


@dataclass(frozen=True)
class Gap:
    """A statement on which two sectors differ."""

    line: Line
    most: Votes
    least: Votes

    @property
    def bars(self) -> list[Bar]:
        """The two, drawn."""
        return [self.most.bar, self.least.bar]


@dataclass(frozen=True)
class Group:
    """An opinion group: how many, and what is typical of it."""

    number: int
    people: int
    typical: list[tuple[Statement, bool, int, int]]  # (statement, agrees, how many, of how many)


@dataclass(frozen=True)
class Results:
    """All of a results page."""

    at: dt.datetime
    voters: int
    votes: int
    people: dict[str, Any]
    heard: list[str]
    not_heard: list[str]
    lines: list[Line]
    shared: list[Line] = field(default_factory=list)
    rejected: list[Line] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    splits: list[Line] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    gate: dict[str, Any] = field(default_factory=dict)

    @property
    def sectors(self) -> list[tuple[str, int]]:
        """How many people of each sector took part, where it may be said; those without one last."""
        shown = dict(self.people["sectors"]["shown"])
        return [(str(Sector(one).label), shown[one]) for one in ORDER if one in shown] + (
            [(_("without a sector"), shown[""])] if "" in shown else []
        )

    @property
    def ways(self) -> dict[str, int]:
        """How many took part in which way, where it may be said."""
        return dict(self.people["ways"]["shown"])

    @property
    def why_no_groups(self) -> str:
        """Why no opinion groups are shown, in plain words; empty where they are."""
        return why(self.gate) if not self.groups else ""


def why(gate: dict[str, Any]) -> str:
    """The gate's reason as a sentence."""
    sentences = {
        "too_few_people": _(
            "Fewer than %(least)s people have answered enough statements. In a circle this small, groups found by computing are mostly chance: drawn again, they fall apart."
        ),
        "no_axes": _("Everybody answers much alike: there are no groups."),
        "small_group": _("The smallest group found has too few people to be called one."),
        "unstable": _(
            "The groups found fall apart when the circle is drawn again (agreement %(agreement)s, at least %(needed)s is needed)."
        ),
    }
    sentences["one_crowd"] = _(
        "The answers form one crowd. Groups could be cut out of it, but no more clearly than out of a crowd that has none."
    )
    code = gate.get("refused") or ""
    facts = {
        "least": LEAST_PEOPLE,
        "agreement": number_format(gate.get("agreement") or 0, 2),
        "needed": number_format(LEAST_AGREEMENT, 2),
    }
    return sentences[code] % facts if code in sentences else ""


def tell(stored: DialogueFigures, texts: dict[int, Statement]) -> Results:
    """Put the stored figures in order; what was taken out since is left out."""
    told = stored.figures
    by_number = {
        row["number"]: _line(row, texts[row["number"]])
        for row in told["statements"]
        if row["number"] in texts
    }

    def some(numbers: list[int]) -> list[Line]:
        return [by_number[one] for one in numbers if one in by_number]

    heard = [one for one in ORDER if one in told["heard"]]
    return Results(
        at=stored.at,
        voters=stored.voters,
        votes=stored.votes,
        people=told["people"],
        heard=[str(Sector(one).label) for one in heard],
        not_heard=[str(Sector(one).label) for one in ORDER if one not in heard and one != Sector.OTHER],
        lines=sorted(by_number.values(), key=_order),
        shared=some(told["shared"]),
        rejected=some(told["rejected"]),
        gaps=[_gap(one, by_number[one["number"]]) for one in told["gaps"] if one["number"] in by_number],
        splits=some(told["splits"]),
        groups=[_group(n, one, texts) for n, one in enumerate(told["groups"] or [], 1)],
        gate=told["gate"],
    )


def _order(line: Line) -> tuple[bool, float, float, int]:
    """Most agreed first: by the heard sectors where two or more were, else by everybody."""
    share = line.all.agree / max(line.all.seen, 1)
    return line.k < 2, -(line.mean or 0) if line.k >= 2 else 0, -share, line.statement.number


def _line(row: dict[str, Any], statement: Statement) -> Line:
    return Line(
        statement=statement,
        all=Votes(row["agree"], row["disagree"], row["pass"]),
        sectors=[Votes(*row["sectors"][one], one) for one in ORDER if one in row["sectors"]],
        k=row["k"],
        mean=row["mean"],
        product=row["product"],
        mean_disagree=row["mean_disagree"],
        held_back=row["held_back"],
    )


def _gap(told: dict[str, Any], line: Line) -> Gap:
    of = {one.sector: one for one in line.sectors}
    return Gap(line, of[told["most"]], of[told["least"]])


def _group(number: int, told: dict[str, Any], texts: dict[int, Statement]) -> Group:
    typical = [
        (texts[one["number"]], one["agrees"], one["n"], one["seen"])
        for one in told["typical"]
        if one["number"] in texts
    ]
    return Group(number, told["people"], typical)


def rows(dialogue: Dialogue, results: Results) -> list[list[Any]]:
    """The same as a table for a file: a head, then a line a statement, with three columns for each heard sector."""
    sectors = [one for one in ORDER if any(v.sector == one for line in results.lines for v in line.sectors)]
    head = ["statement", "text", "language", "agree", "disagree", "pass", "seen", "sectors_heard"]
    head += ["sector_informed_consensus", "geometric_mean"]
    head += [f"{one}_{name}" for one in sectors for name in ("agree", "disagree", "pass")]
    table: list[list[Any]] = [head]
    for line in results.lines:
        of = {one.sector: one for one in line.sectors}
        cells: list[Any] = [f"{dialogue.reference}-{line.statement.number}", line.statement.text]
        cells += [line.statement.language, line.all.agree, line.all.disagree, line.all.passed, line.all.seen]
        cells += [line.k, line.product, line.mean]
        for one in sectors:
            cells += [of[one].agree, of[one].disagree, of[one].passed] if one in of else ["", "", ""]
        table.append(cells)
    return table


def data(dialogue: Dialogue, results: Results) -> dict[str, Any]:
    """The same for the API."""

    def key(line: Line) -> str:
        return f"{dialogue.reference}-{line.statement.number}"

    return {
        "participants": results.voters,
        "votes": results.votes,
        "heard": [
            one for one in ORDER if any(v.sector == one for line in results.lines for v in line.sectors)
        ],
        "participants_by_sector": dict(results.people["sectors"]["shown"]),
        "participants_by_way": results.ways,
        "statements": [
            {
                "id": key(line),
                "text": line.statement.text,
                "language": line.statement.language,
                "agree": line.all.agree,
                "disagree": line.all.disagree,
                "pass": line.all.passed,
                "seen": line.all.seen,
                "sectors_heard": line.k,
                "sector_informed_consensus": line.product,
                "geometric_mean": line.mean,
                "sectors": {
                    one.sector: {
                        "agree": one.agree,
                        "disagree": one.disagree,
                        "pass": one.passed,
                        "seen": one.seen,
                    }
                    for one in line.sectors
                },
            }
            for line in results.lines
        ],
        "shared": [key(line) for line in results.shared],
        "rejected": [key(line) for line in results.rejected],
        "divides": [
            {"id": key(gap.line), "most": gap.most.sector, "least": gap.least.sector} for gap in results.gaps
        ],
        "splits": [key(line) for line in results.splits],
        "groups": [
            {
                "people": group.people,
                "typical": [
                    {"id": f"{dialogue.reference}-{one.number}", "agrees": agrees, "count": n, "of": of}
                    for one, agrees, n, of in group.typical
                ],
            }
            for group in results.groups
        ]
        or None,
        "refused": results.gate.get("refused"),
        "refused_why": results.why_no_groups or None,
    }
