"""Conversations published as CSV files: `votes.csv`, `comments.csv`, `participants-votes.csv`.

Only the columns that are needed are read, by their names, in whatever order; others may be missing or more.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

YES = {"true", "t", "1", "yes"}
NAMES = {  # other spellings of a column that were seen
    "voter-id": ("voter-id", "participant-id", "participant", "pid"),
    "comment-id": ("comment-id", "statement-id", "tid"),
    "participant": ("participant", "participant-id", "voter-id", "pid"),
    "comment-body": ("comment-body", "comment", "body", "text", "txt"),
}


class Broken(Exception):
    """These files cannot be read as a conversation; the sentence says why."""


@dataclass(frozen=True)
class Said:
    """A statement as published."""

    key: int | str
    text: str = ""
    is_out: bool = False
    is_meta: bool = False
    is_seed: bool = False


@dataclass(frozen=True)
class Conversation:
    """What the files say: votes in the order they were given, statements by id, the published groups by their id."""

    votes: list[tuple[int | str, int | str, int]]
    statements: dict[int | str, Said] = field(default_factory=dict)
    groups: list[list[int | str]] = field(default_factory=list)


def read_folder(folder: Path) -> Conversation:
    """Read a folder of public files. Raises Broken with a sentence."""
    if not folder.is_dir():
        raise Broken(f"There is no folder {folder}.")
    if not (folder / "votes.csv").is_file():
        raise Broken(f"There is no votes.csv in {folder}.")
    return read(
        _text(folder / "votes.csv") or "",
        _text(folder / "comments.csv"),
        _text(folder / "participants-votes.csv"),
    )


def read(votes: str, comments: str | None = None, participants: str | None = None) -> Conversation:
    """The same from the texts of the files. Raises Broken with a sentence."""
    return Conversation(
        _votes(votes),
        {one.key: one for one in _statements(comments)} if comments is not None else {},
        _groups(participants) if participants is not None else [],
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace") if path.is_file() else None
    except OSError as trouble:
        raise Broken(f"{path.name} cannot be read: {trouble.strerror}.") from trouble


def _rows(text: str, name: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number and its cells by the column's usual name."""
    csv.field_size_limit(10_000_000)
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff").replace("\0", ""), newline=""))
    try:
        head = [cell.strip().lower().replace("_", "-") for cell in next(lines, [])]
        places = {column: head.index(column) for column in reversed(head)}
        for column, others in NAMES.items():
            known = next((places[other] for other in others if other in places), None)
            if known is not None:
                places[column] = known
        missing = [column for column in needed if column not in places]
        if missing:
            raise Broken(f"{name} has no column {', '.join(missing)}.")
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield (
                    lines.line_num,
                    {column: cells[at].strip() for column, at in places.items() if at < len(cells)},
                )
    except csv.Error as trouble:
        raise Broken(f"{name} is no CSV file (line {lines.line_num}: {trouble}).") from trouble


def key(text: str) -> int | str:
    """An id of the file: a number where it is one."""
    return int(text) if text.removeprefix("-").isdecimal() else text


def _votes(text: str) -> list[tuple[int | str, int | str, int]]:
    """Every vote, the earliest first where times are given; lines without a vote, a person or a statement say nothing."""
    found = []
    timed = True
    for number, row in _rows(text, "votes.csv", ("voter-id", "comment-id", "vote")):
        who, what, vote = row.get("voter-id", ""), row.get("comment-id", ""), row.get("vote", "")
        if not (who and what and vote):
            continue
        try:
            value = float(vote)
        except ValueError:
            value = 2
        if value not in (-1, 0, 1):
            raise Broken(f"votes.csv, line {number}: a vote is 1, 0 or -1, not “{vote[:20]}”.")
        try:
            moment = float(row.get("timestamp", ""))
        except ValueError:
            moment, timed = 0.0, False
        found.append((moment, (key(who), key(what), int(value))))
    if timed:
        found.sort(key=lambda one: one[0])
    return [vote for _, vote in found]


def _statements(text: str) -> list[Said]:
    return [
        Said(
            key(row["comment-id"]),
            row.get("comment-body", ""),
            is_out=_number(row.get("moderated", "")) == -1,
            is_meta=row.get("is-meta", "").lower() in YES,
            is_seed=row.get("is-seed", "").lower() in YES,
        )
        for _, row in _rows(text, "comments.csv", ("comment-id",))
        if row.get("comment-id")
    ]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _groups(text: str) -> list[list[int | str]]:
    """The people of each published group, by its id; who is in none is left out. None at all without such a column."""
    found: dict[int | str, list[int | str]] = {}
    for _, row in _rows(text, "participants-votes.csv", ("participant",)):
        number = _number(row.get("group-id", ""))
        group = row.get("group-id", "") if number is None else str(int(number))
        if group and row.get("participant"):
            found.setdefault(key(group), []).append(key(row["participant"]))
    return [found[one] for one in sorted(found, key=lambda one: (isinstance(one, str), one))]
