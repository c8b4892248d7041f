"""A kind of table: its columns as the operator names them, and what becomes of a line."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ..refusals import Invalid, Sentence
from .cells import Reader

SHOWN = 200  # problems told one by one; then only how many more


@dataclass(frozen=True)
class Column:
    """One column: its key, its heading, other words operators use for it, how a cell is read, an example."""

    key: str
    label: Sentence
    read: Reader
    aliases: tuple[str, ...] = ()
    needed: bool = False  # the file must have it and every line must fill it
    example: tuple[Any, ...] = ()
    help: Sentence = ""
    choices: Callable[[], Sequence[str]] | None = None  # for a list in the cell
    width: int = 18
    yields: tuple[str, ...] = ()  # folded headings that give way where another one means this column too

    @property
    def heading(self) -> str:
        """The heading in the reader's language."""
        return str(self.label)

    @cached_property
    def names(self) -> set[str]:
        """Every way of naming it, folded."""
        found = {fold(alias) for alias in (self.key, *self.aliases)}
        for language in ("id", "en"):
            with translation.override(language):
                found.add(fold(str(self.label)))
        return found


@dataclass(frozen=True)
class Table:
    """What may be imported and exported as one sheet."""

    name: str
    title: Sentence
    columns: tuple[Column, ...]
    dropped: Mapping[str, Sentence] = field(default_factory=dict)  # folded heading: why it is not kept

    def column_of(self, heading: str) -> Column | None:
        """The column with this heading."""
        return self._named.get(fold(heading))

    @cached_property
    def _named(self) -> dict[str, Column]:
        return {name: column for column in self.columns for name in column.names}


@dataclass(frozen=True)
class Line:
    """One line of a sheet: its number there, and what its filled cells say by column key."""

    number: int
    values: dict[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """What the cell of `key` says; `default` for an empty or missing one."""
        return self.values.get(key, default)


@dataclass(frozen=True)
class Problem:
    """Why a file is not taken: line (0 for the file itself), column (key or heading, may be ""), reason."""

    line: int
    column: str
    sentence: Sentence


class WrongRows(Invalid):
    """A table with problems: nothing of it is taken (422)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("rows", _("This file has mistakes. Nothing of it was taken."))
        self.problems = sorted(problems, key=lambda problem: problem.line)


@dataclass
class Imported:
    """What a file brought."""

    new: int = 0
    changed: int = 0
    same: int = 0

    @property
    def total(self) -> int:
        """All its lines."""
        return self.new + self.changed + self.same


def fold(heading: str) -> str:
    """A heading without case, signs, or what stands in brackets: `Kapasitas (orang) *` is `kapasitas`."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", " ", heading.lower())).strip()
