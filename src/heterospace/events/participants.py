"""Participant lists of Zoom, Google Meet and YouTube as they are downloaded: read, and matched to registrations.

Pure: texts and dates in, rows and matches out; it asks no table. Times without an offset are those of the hub.
"""

import csv
import datetime as dt
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

MOST_ROWS = 20_000
ALIASES = {  # folded headings of the services' files, in English and Indonesian
    "name": "name|full name|user name|display name|participant|participant name|names|nama|nama lengkap"
    "|nama peserta|author|author name|name original name|user name original name|nama nama asli",
    "first": "first name|nama depan",
    "last": "last name|nama belakang",
    "email": "email|user email|e mail|email address|alamat email|surel|participant email",
    "came": "join time|time joined|joined at|first seen|waktu bergabung|first join time",
    "left": "leave time|time exited|left at|last seen|waktu keluar|waktu pergi",
    "minutes": "duration minutes|total duration minutes|time in session minutes|duration|time in call"
    "|durasi menit|total durasi menit|durasi",
    "waiting": "in waiting room|di ruang tunggu",
    "attended": "attended|hadir",
    "offset": "time text|video offset|timestamp|time|waktu",
    "message": "message|comment|chat|pesan|komentar",
}
HEADINGS = {word: key for key, words in ALIASES.items() for word in words.split("|")}
DATES = ("%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d", "%b %d, %Y", "%d %b %Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y")
TIMES = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M", "%H.%M.%S", "%H.%M")
MESSAGE_LASTS = dt.timedelta(minutes=1)  # somebody who wrote once was there for that long at least


class Unreadable(Exception):
    """This is no participant list we know."""


@dataclass(frozen=True)
class Row:
    """Somebody was in the meeting from `came` to `left`."""

    number: int  # of the line, from 1
    name: str
    email: str
    came: dt.datetime
    left: dt.datetime

    @property
    def who(self) -> str:
        """One key for all rows of the same participant."""
        return self.email or fold(self.name)

    def key(self, event: int) -> str:
        """Names this record for good: the same row of a file that was downloaded again is the same record."""
        facts = f"{event}|{self.who}|{self.came.isoformat()}|{self.left.isoformat()}"
        return "online-" + hashlib.sha256(facts.encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Parsed:
    """What a file says. `skipped` are lines that say nothing about anybody's presence."""

    service: str  # zoom, meet, youtube
    rows: list[Row]
    skipped: int


@dataclass(frozen=True)
class Known:
    """Somebody who registered."""

    pk: int
    name: str
    email: str
    reference: str


@dataclass
class Participant:
    """A participant of the file with her rows, and who she may be. One candidate by e-mail or whole name is a match."""

    name: str
    email: str
    rows: list[Row] = field(default_factory=list)
    match: Known | None = None
    candidates: list[Known] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """How long she was there, an hour seen on two devices counted once."""
        spans = merged(self.rows)
        return int(sum((left - came).total_seconds() for came, left, _first in spans) // 60)

    @property
    def state(self) -> str:
        """matched, ambiguous (somebody must choose) or unmatched."""
        return "matched" if self.match else "ambiguous" if self.candidates else "unmatched"


def fold(text: str) -> str:
    """Small letters and digits only, without accents: how names and headings are compared."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def decoded(raw: bytes) -> str:
    """The text of a downloaded file. Raises Unreadable."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"", "utf-8-sig"),
        (b"", "cp1252"),
    ):
        if raw.startswith(mark):
            try:
                text = raw.decode(encoding)
            except ValueError:
                continue
            if "\0" not in text:
                return text
    raise Unreadable


def parse(text: str, start: dt.datetime, end: dt.datetime, timezone: str) -> Parsed:
    """The rows of a participant list of the event from `start` to `end`. Raises Unreadable."""
    zone = ZoneInfo(timezone)
    lines = _lines(text)
    at, columns = _heading(lines)
    service = _service(columns, lines[:at])
    reader = _Reader(columns, start.astimezone(zone), end.astimezone(zone))
    rows, skipped = [], 0
    for number, cells in enumerate(lines[at + 1 :], start=at + 2):
        if not any(cells):
            continue
        row = reader.row(number, cells)
        if row is None:
            skipped += 1
        else:
            rows.append(row)
    if not rows:
        raise Unreadable
    return Parsed(service, _talks(rows) if service == "youtube" else rows, skipped)


def _lines(text: str) -> list[list[str]]:
    text = text.replace("\0", "")
    heads = text[:4000]
    delimiter = max(",;\t", key=heads.count)
    lines = []
    try:
        for cells in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            lines.append([cell.strip() for cell in cells])
            if len(lines) > MOST_ROWS:
                raise Unreadable
    except csv.Error as error:
        raise Unreadable from error
    return lines


def _heading(lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The line of the headings and the place of each column; Zoom writes a block about the meeting before it."""
    best: tuple[int, dict[str, int]] = (-1, {})
    for number, cells in enumerate(lines[:40]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if (key := HEADINGS.get(fold(cell))) is not None:
                columns.setdefault(key, place)
        if (
            ("name" in columns or "first" in columns)
            and columns.keys() & {"came", "minutes", "offset"}
            and (len(columns) > len(best[1]))
        ):
            best = (number, columns)
    if best[0] < 0:
        raise Unreadable
    return best


def _service(columns: dict[str, int], before: list[list[str]]) -> str:
    if "offset" in columns and "came" not in columns and "minutes" not in columns:
        return "youtube"
    return "meet" if "first" in columns and "waiting" not in columns and not before else "zoom"


class _Reader:
    def __init__(self, columns: dict[str, int], start: dt.datetime, end: dt.datetime):
        self.columns, self.start, self.end = columns, start, end

    def row(self, number: int, cells: Sequence[str]) -> Row | None:
        """One line, or None when it says nothing about presence."""

        def cell(key: str) -> str:
            place = self.columns.get(key, -1)
            return cells[place] if 0 <= place < len(cells) else ""

        name = " ".join((cell("name") or f"{cell('first')} {cell('last')}").split())[:200]
        email = cell("email").lower() if "@" in cell("email") else ""
        if (
            not (name or email)
            or fold(cell("waiting")) in {"yes", "ya"}
            or fold(cell("attended")) in {"no", "tidak"}
        ):
            return None
        came, left, stayed = self.moment(cell("came")), self.moment(cell("left")), _length(cell("minutes"))
        if "offset" in self.columns and came is None and stayed is None:
            since = _since(cell("offset"))
            came = self.start + since if since is not None else None
            left = came
        if came is None and stayed is None:
            return None
        came = came or self.start
        left = left or came + (stayed if stayed is not None else dt.timedelta(0))
        return Row(number, name, email, came, max(came, left))

    def moment(self, text: str) -> dt.datetime | None:
        """A time as the services write it; of two readings of a date the one nearer the event."""
        text = " ".join(text.replace("\u202f", " ").split())
        found = []
        with_zone = re.sub(r"(Z|[+-]\d\d:?\d\d)$", "", text)
        if with_zone != text:
            try:
                return dt.datetime.fromisoformat(text)
            except ValueError:
                text = with_zone.strip()
        text = text.replace("T", " ") if re.match(r"\d{4}-\d\d-\d\dT", text) else text
        for clock in TIMES:
            try:
                time = dt.datetime.strptime(text, clock).time()  # noqa: DTZ007 - the hub's zone follows
            except ValueError:
                continue
            found.append(dt.datetime.combine(self.start.date(), time, self.start.tzinfo))
            found.append(dt.datetime.combine(self.end.date(), time, self.start.tzinfo))
        for day in DATES:
            for clock in TIMES:
                try:
                    found.append(
                        dt.datetime.strptime(text, f"{day} {clock}").replace(tzinfo=self.start.tzinfo)
                    )
                except ValueError:
                    continue
        return min(found, key=lambda one: abs(one - self.start), default=None)


def _length(text: str) -> dt.timedelta | None:
    """`158`, `1 hr 5 min`, `1:05:30`, `95 min`; None for no length."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,5}([.,]\d+)?", text):
        return dt.timedelta(minutes=float(text.replace(",", ".")))
    if (since := _since(text)) is not None:
        return since
    parts = re.findall(r"(\d{1,4})\s*(h|hr|hrs|jam|m|min|mins|menit|s|sec|detik)\b", text)
    if not parts:
        return None
    units = {"h": 3600, "j": 3600, "m": 60, "s": 1, "d": 1}
    return dt.timedelta(seconds=sum(int(count) * units[unit[0]] for count, unit in parts))


def _since(text: str) -> dt.timedelta | None:
    """`1:02:03` or `12:34` since the beginning; before it (`-0:30`) is at the beginning."""
    found = re.fullmatch(r"(-?)(?:(\d{1,3}):)?(\d{1,2}):(\d\d)(?:\.\d+)?", text.strip())
    if not found:
        return None
    minus, hours, minutes, seconds = found.groups()
    span = dt.timedelta(hours=int(hours or 0), minutes=int(minutes), seconds=int(seconds))
    return dt.timedelta(0) if minus else span


def _talks(rows: list[Row]) -> list[Row]:
    """Of a chat: everybody was there from the first to the last message."""
    said: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        said[row.who].append(row)
    return [
        Row(
            many[0].number,
            many[0].name,
            many[0].email,
            min(row.came for row in many),
            max(row.left for row in many) + MESSAGE_LASTS,
        )
        for many in said.values()
    ]


def merged(rows: Iterable[Row]) -> list[tuple[dt.datetime, dt.datetime, Row]]:
    """The spans of some rows with what overlaps joined, each with its first row."""
    spans: list[tuple[dt.datetime, dt.datetime, Row]] = []
    for row in sorted(rows, key=lambda one: (one.came, one.left, one.number)):
        if spans and row.came <= spans[-1][1]:
            came, left, first = spans[-1]
            spans[-1] = (came, max(left, row.left), first)
        else:
            spans.append((row.came, row.left, row))
    return spans


def matched(rows: Iterable[Row], known: Sequence[Known]) -> list[Participant]:
    """The participants of a file with who they are: by e-mail, else by their whole name if only one has it.

    Names that merely look alike are candidates for somebody to choose from, never a match.
    """
    by_email: dict[str, list[Known]] = defaultdict(list)
    by_name: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        if one.email:
            by_email[one.email.lower()].append(one)
        by_name[_bag(one.name)].append(one)
    people: dict[str, Participant] = {}
    for row in rows:
        who = people.setdefault(row.who, Participant(row.name, row.email))
        who.rows.append(row)
    for who in people.values():
        same = by_email.get(who.email, []) if who.email else []
        if not same:
            same = [one for name in _spellings(who.name) for one in by_name.get(_bag(name), [])]
        same = list({one.pk: one for one in same}.values())
        if len(same) == 1:
            who.match = same[0]
        else:
            who.candidates = same or _alike(who.name, known)
    return sorted(people.values(), key=lambda who: (who.state, fold(who.name)))


def _bag(name: str) -> str:
    return " ".join(sorted(fold(name).split()))


def _spellings(name: str) -> list[str]:
    """`Sari (Sari Wulandari)` is a name and the one before it was changed; `Sari - Batik` a name and a house."""
    parts = re.split(r"[()|/_]| - ", name)
    return [spelling for spelling in (name, *parts) if fold(spelling)]


def _alike(name: str, known: Sequence[Known]) -> list[Known]:
    words = set(fold(name).split())
    found = []
    for one in known:
        theirs = set(fold(one.name).split())
        common = {word for word in words & theirs if len(word) > 2}
        if common and (common in (theirs, words) or len(common) > 1):
            found.append(one)
    return found[:8]
