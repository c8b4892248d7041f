"""Where the parts of a chart stand, as the components c-bars and c-columns draw them. Pure: shares in, numbers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Parts = Sequence[tuple[float, str]]  # (share of the whole, 0 to 1, tone), from the axis on


@dataclass(frozen=True)
class Part:
    """One coloured stretch, in hundredths of the whole."""

    start: float
    length: float
    tone: str

    @property
    def top(self) -> float:
        """Its upper edge, counted from above, when it stands upright."""
        return 100 - self.start - self.length


@dataclass(frozen=True)
class Bar:
    """A row or column: what it is, its value in words, its parts."""

    label: str
    text: str
    parts: list[Part]
    url: str = ""
    at: int = 0  # its place among the columns


def bar(label: str, text: str, parts: Parts, url: str = "", at: int = 0) -> Bar:
    """A bar whose parts follow each other; beyond the whole it is cut off."""
    placed, start = [], 0.0
    for share, tone in parts:
        length = min(max(share, 0) * 100, 100 - start)
        if length > 0:
            placed.append(Part(round(start, 2), round(length, 2), tone))
            start += length
    return Bar(label, text, placed, url, at)


def columns(rows: Iterable[tuple[str, str, Parts]]) -> list[Bar]:
    """Bars side by side."""
    return [bar(label, text, parts, at=at) for at, (label, text, parts) in enumerate(rows)]


def level(share: float | None) -> int:
    """How dark a cell is: 0 for nothing, 1 to 5 by fifths."""
    return 0 if not share else min(5, 1 + int(share * 5))
