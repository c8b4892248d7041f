"""What one text changes of another, word by word; and both changes of two people in one text, where they do not meet. Pure.

A word is compared without the spaces behind it; line breaks are words of their own, so that paragraphs can be seen.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"[^\S\n]*\n\s*|\S+[^\S\n]*|[^\S\n]+")
MOST_PAIRS = 40_000  # equal words on both sides, multiplied: beyond this, lines are compared, or the whole
AROUND = 24  # words shown beside a change when what is the same is left out


@dataclass(frozen=True)
class Part:
    """A run of words that is the `same` in both, or taken `out`, or put `in`; a `gap` stands for what is left out."""

    kind: str
    text: str = ""


def words(before: str, after: str) -> list[Part]:
    """The way from `before` to `after`: `same` and `out` are the words of the one, `same` and `in` those of the other."""
    old, new = _tokens(before, after)
    parts: list[Part] = []
    for tag, a, b, c, d in _opcodes(old, new):
        if tag == "equal":
            parts.append(_part("same", new[c:d], parts))
            continue
        if b > a:
            parts.append(_part("out", old[a:b], parts))
        if d > c:
            parts.append(_part("in", new[c:d], parts))
    return parts


def _part(kind: str, tokens: Sequence[str], before: Sequence[Part]) -> Part:
    text = _joined(tokens)
    glued = before and not before[-1].text[-1:].isspace() and not text[:1].isspace()
    return Part(kind, f" {text}" if glued else text)


def _joined(tokens: Sequence[str]) -> str:
    """Words as a text; where the last word of a text came into its middle it gets its space."""
    pieces: list[str] = []
    for token in tokens:
        if pieces and not pieces[-1][-1:].isspace() and not token[:1].isspace():
            pieces.append(" ")
        pieces.append(token)
    return "".join(pieces)


def _tokens(*texts: str) -> list[list[str]]:
    """The texts as words; as lines, or whole, where comparing smaller pieces would take too long."""
    by_word, by_line = ([split(text) for text in texts] for split in (WORD.findall, _lines))
    return next(
        (found for found in (by_word, by_line) if _pairs(found) <= MOST_PAIRS), [[text] for text in texts]
    )


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _pairs(texts: Sequence[Sequence[str]]) -> int:
    """What comparing costs: for each pair of texts how often an equal piece meets its like."""
    first, *others = (Counter(map(_key, tokens)) for tokens in texts)
    return max(sum(n * first[word] for word, n in other.items()) for other in others)


def _key(token: str) -> str:
    return token.strip() or "\n" * min(token.count("\n"), 2)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, [*map(_key, old)], [*map(_key, new)], autojunk=False).get_opcodes()


def shortened(parts: Sequence[Part], around: int = AROUND) -> list[Part]:
    """The parts with long runs of what is the same cut down to the words beside a change."""
    return list(_short(parts, around))


def _short(parts: Sequence[Part], around: int) -> Iterator[Part]:
    for place, part in enumerate(parts):
        tokens = WORD.findall(part.text)
        if part.kind != "same" or len(tokens) <= 2 * around + 8:
            yield part
            continue
        if place:
            yield Part("same", "".join(tokens[:around]))
        yield Part("gap")
        if place < len(parts) - 1:
            yield Part("same", "".join(tokens[-around:]))


def merge(base: str, ours: str, theirs: str) -> str | None:
    """`base` with the changes of both; None where they touch the same or neighbouring words: somebody has to decide.

    The three-way comparison of version control, on words; the same change made by both is made once.
    """
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    old, mine, other = _tokens(base, ours, theirs)
    pieces: list[str] = []
    at, last = 0, -1
    for start, end, new in sorted({*_changes(old, mine), *_changes(old, other)}):
        if start <= last:
            return None
        pieces += [*old[at:start], *new]
        at = last = end
    return _joined([*pieces, *old[at:]]).strip()


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What of `old` is replaced by what."""
    for tag, a, b, c, d in _opcodes(old, new):
        if tag != "equal":
            yield a, b, tuple(new[c:d])
