"""How ballots become a decision: majority, approval, score; ties, quorum, and what each sector would have had. Pure.

A choice is kept in the smallest form that says it: `"yes"` or `"no"`; the places of the options one approves of (`[0, 2]`);
the points given to each option in order (`[5, 0, 3]`). Shares are exact fractions:

- majority: yes / (yes + no); it passes when the share is above the bar (`passes_above` per cent), else it is rejected
- approval: ballots that tick an option / ballots; the most ticked option is chosen when its share is above the bar
- score: points of an option / (5 × ballots); the option with the most points is chosen when its share is above the bar

Two options that lead together are a tie, and nothing is chosen: no lot decides for people who can talk. Who casts a
ballot without any tick counts for the quorum and approves of nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

YES, NO = "yes", "no"
MOST_POINTS = 5
LEAST_OPTIONS, MOST_OPTIONS = 2, 20
LEAST_OF_A_SECTOR = 5  # ballots of a sector below which nothing is told of it
MAJORITY, APPROVAL, SCORE = "majority", "approval", "score"

Choice = Any  # JSON in the form above


class WrongChoice(Exception):
    """What was sent is no choice of this method."""


def read_choice(method: str, options: Sequence[str], given: Any) -> Choice:
    """What somebody chose in its smallest form.

    Majority takes "yes" or "no", approval a list of options, score points from 0 to 5 by option (what is left out gets
    0). Raises WrongChoice.
    """
    if method == MAJORITY:
        if given in (YES, NO) and isinstance(given, str):
            return given
    elif method == APPROVAL:
        if isinstance(given, (list, tuple)) and all(isinstance(one, str) and one in options for one in given):
            return sorted({list(options).index(one) for one in given})
    elif method == SCORE and isinstance(given, Mapping) and set(given) <= set(options):
        points = [given.get(one, 0) for one in options]
        if all(type(one) is int and 0 <= one <= MOST_POINTS for one in points):
            return points
    raise WrongChoice(method)


def longest_choice(method: str, options: Sequence[str]) -> Choice:
    """The choice that takes the most room."""
    return {MAJORITY: YES, APPROVAL: list(range(len(options))), SCORE: [MOST_POINTS] * len(options)}[method]


@dataclass(frozen=True)
class Count:
    """What the ballots say: how much each option got (of `most`), and what leads. `places` of majority are yes and no."""

    got: tuple[int, ...]
    most: int
    ballots: int
    leading: tuple[int, ...]

    def share(self, place: int) -> Fraction:
        """How much of what it could have got an option did get."""
        return Fraction(self.got[place], self.most) if self.most else Fraction(0)


def count(method: str, options: int, ballots: Sequence[Choice]) -> Count:
    """Add the ballots up; their order does not matter. `options` is how many there are (2 for majority)."""
    if method == MAJORITY:
        found = Counter(ballots)
        got, most = (found[YES], found[NO]), len(ballots)
    elif method == APPROVAL:
        ticks = Counter(place for one in ballots for place in one)
        got, most = tuple(ticks[place] for place in range(options)), len(ballots)
    else:
        got = tuple(sum(one[place] for one in ballots) for place in range(options))
        most = MOST_POINTS * len(ballots)
    top = max(got, default=0)
    leading = tuple(place for place, n in enumerate(got) if n == top and n > 0)
    return Count(got, most, len(ballots), leading)


PASSED, REJECTED, CHOSEN, NONE_ENOUGH, TIE = "passed", "rejected", "chosen", "none_enough", "tie"
NO_QUORUM, SECTOR_QUORUM, TOO_FEW = "no_quorum", "sector_quorum", "too_few"
AGREED, OBJECTIONS = "agreed", "objections"
DECIDES = frozenset({PASSED, REJECTED, CHOSEN, AGREED})  # what makes a decision; the rest leaves it undecided


def result_of(method: str, counted: Count, passes_above: int) -> tuple[str, int | None]:
    """(result, place of the option chosen) of counted ballots, a quorum not asked. `passes_above` is per cent."""
    bar = Fraction(passes_above, 100)
    if method == MAJORITY:
        return (PASSED, 0) if counted.share(0) > bar else (REJECTED, 1)
    if len(counted.leading) > 1:
        return TIE, None
    if not counted.leading or counted.share(counted.leading[0]) <= bar:
        return NONE_ENOUGH, None
    return CHOSEN, counted.leading[0]


def votes_needed(roll: int, quorum: int) -> int:
    """How many of a roll must vote: `quorum` per cent, rounded up."""
    return -(-roll * quorum // 100)


@dataclass(frozen=True)
class Turnout:
    """How many are on the roll and how many voted, in all and by sector ("" are those who speak for nobody)."""

    roll: Mapping[str, int]
    voted: Mapping[str, int]

    @property
    def size(self) -> int:
        """Everybody on the roll."""
        return sum(self.roll.values())

    @property
    def came(self) -> int:
        """Everybody who voted."""
        return sum(self.voted.values())

    def lacks(self, quorum: int, of_sectors: Mapping[str, int]) -> tuple[bool, list[str]]:
        """Whether the quorum of all is missed, and the sectors whose own is."""
        return (
            self.came < votes_needed(self.size, quorum),
            sorted(sector for sector, n in of_sectors.items() if self.voted.get(sector, 0) < n),
        )


@dataclass
class Tally:
    """All that is published of a decision's counting, as JSON in `plain`."""

    result: str
    voted: int
    roll: int
    needed: int
    chosen: int | None = None
    got: list[int] = field(default_factory=list)
    most: int = 0
    leading: list[int] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)  # sectors whose quorum was missed
    sectors: dict[str, list[int]] = field(default_factory=dict)  # what each option got of a sector
    sizes: dict[str, int] = field(default_factory=dict)  # ballots of these sectors
    minority: list[str] = field(default_factory=list)  # sectors that would have decided otherwise
    stances: dict[str, int] = field(default_factory=dict)  # of a consent

    @property
    def is_decided(self) -> bool:
        """Whether something was decided."""
        return self.result in DECIDES

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return dict(self.__dict__)


def tally(
    method: str,
    options: int,
    ballots: Sequence[Mapping[str, Any]],
    turnout: Turnout,
    *,
    quorum: int,
    of_sectors: Mapping[str, int],
    passes_above: int,
) -> Tally:
    """What an opened box says: `ballots` with their sector or a blank one, `turnout` from the roll.

    A sector is told of apart only with five ballots or more. It stands in the minority report when it would have decided
    otherwise: most of it said the opposite, or what leads with it is not what was chosen.
    """
    counted = count(method, options, [one["choice"] for one in ballots])
    missed, lacking = turnout.lacks(quorum, of_sectors)
    result, chosen = result_of(method, counted, passes_above)
    if missed or lacking:
        result, chosen = NO_QUORUM if missed else SECTOR_QUORUM, None
    said = Tally(
        result,
        turnout.came,
        turnout.size,
        votes_needed(turnout.size, quorum),
        chosen,
        list(counted.got),
        counted.most,
        list(counted.leading),
        lacking,
    )
    for sector in sorted({one["sector"] for one in ballots} - {""}):
        own = count(method, options, [one["choice"] for one in ballots if one["sector"] == sector])
        if own.ballots < LEAST_OF_A_SECTOR:
            continue
        said.sectors[sector], said.sizes[sector] = list(own.got), own.ballots
        if said.is_decided and chosen not in own.leading and own.leading:
            said.minority.append(sector)
    return said


def consent(
    stances: Mapping[str, int],
    open_objections: int,
    turnout: Turnout,
    *,
    quorum: int,
    of_sectors: Mapping[str, int],
) -> Tally:
    """What positions said openly amount to: agreed when the quorum is there and no objection is left open."""
    missed, lacking = turnout.lacks(quorum, of_sectors)
    result = AGREED
    if missed or lacking:
        result = NO_QUORUM if missed else SECTOR_QUORUM
    if open_objections:
        result = OBJECTIONS
    return Tally(
        result,
        turnout.came,
        turnout.size,
        votes_needed(turnout.size, quorum),
        lacking=lacking,
        stances={**stances, "open": open_objections},
    )


def not_opened(turnout: Turnout, quorum: int) -> Tally:
    """A box with too few ballots to keep them secret: nothing of it is told but how many there were."""
    return Tally(TOO_FEW, turnout.came, turnout.size, votes_needed(turnout.size, quorum))
