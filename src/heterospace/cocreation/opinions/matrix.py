"""Votes as a table: people by statements, 1 agree, -1 disagree, 0 pass, NaN not seen."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Votes:
    """The table with the names of its rows and columns; who never voted and what nobody saw is not in it."""

    people: list[Hashable]
    statements: list[Hashable]
    values: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """People, statements."""
        return len(self.people), len(self.statements)

    @property
    def given(self) -> Ints:
        """How many votes each person gave."""
        return np.count_nonzero(~np.isnan(self.values), axis=1)

    def rows(self, chosen: Sequence[int] | NDArray[np.intp]) -> "Votes":
        """Only these rows; the columns stay."""
        return Votes([self.people[row] for row in chosen], self.statements, self.values[list(chosen)])


@dataclass(frozen=True)
class Counts:
    """Votes per statement."""

    agree: Ints
    disagree: Ints
    passed: Ints

    @property
    def seen(self) -> Ints:
        """All three together."""
        return self.agree + self.disagree + self.passed

    @property
    def share_agree(self) -> Floats:
        """(agree + 1) / (seen + 2): the share of agreement, drawn to one half while few have voted."""
        return (self.agree + 1) / (self.seen + 2)

    @property
    def share_disagree(self) -> Floats:
        """(disagree + 1) / (seen + 2)."""
        return (self.disagree + 1) / (self.seen + 2)

    @property
    def share_pass(self) -> Floats:
        """(pass + 1) / (seen + 2)."""
        return (self.passed + 1) / (self.seen + 2)


def natural(key: Hashable) -> tuple[bool, int, str]:
    """A sort key: numbers by value, before words."""
    text = str(key)
    is_number = text.isdecimal()
    return (not is_number, int(text) if is_number else 0, text)


def table(votes: Iterable[tuple[Hashable, Hashable, int]]) -> Votes:
    """Put votes (person, statement, value) into a table, rows and columns in natural order. Of two the later one counts."""
    last = {(person, statement): value for person, statement, value in votes}
    people = sorted({person for person, _ in last}, key=natural)
    statements = sorted({statement for _, statement in last}, key=natural)
    row = {person: n for n, person in enumerate(people)}
    column = {statement: n for n, statement in enumerate(statements)}
    values = np.full((len(people), len(statements)), np.nan)
    if last:
        rows = np.fromiter((row[person] for person, _ in last), dtype=np.intp, count=len(last))
        columns = np.fromiter((column[statement] for _, statement in last), dtype=np.intp, count=len(last))
        values[rows, columns] = np.fromiter(last.values(), dtype=np.float64, count=len(last))
    return Votes(people, statements, values)


def count(values: Floats) -> Counts:
    """Votes per column."""
    return Counts(*(np.count_nonzero(values == value, axis=0) for value in (1, -1, 0)))


def active(votes: Votes, least: int = 7) -> NDArray[np.intp]:
    """The rows of people who gave at least `least` votes, or all there are to give when these are fewer."""
    return np.flatnonzero(votes.given >= min(least, len(votes.statements)))
