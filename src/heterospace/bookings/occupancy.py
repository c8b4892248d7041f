"""How much of the open hours was booked and used. Pure: plain values in, minutes out.

Everything is counted on leaves, the smallest spaces, each minute once: a hall that is booked fills its parts. All
minutes are counted from midnight before the first date, as clocks at the hub show them.
"""

import datetime as dt
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Spans = Sequence[tuple[int, int]]  # of one date, minutes after its midnight, in order
USED, KEPT, MISSED = "used", "kept", "missed"  # people were there; it is theirs; nobody came
Stay = tuple[
    int, int, int, int, str, str
]  # place, start, end, how many of its seats, sector, what became of it
DAY = 1440


@dataclass(frozen=True)
class Place:
    """A leaf space. `seats` are how many can have it at once: 1, or the desks of a shared space."""

    pk: int
    name: str
    kind: str
    unit: str
    seats: int = 1

    @cached_property
    def is_hourly(self) -> bool:
        """Whether it is booked by the hour, so that hours of the day mean something."""
        return self.unit == "hour"


@dataclass
class Minutes:
    """What became of the minutes on offer: `used` and `missed` are parts of `booked`, `booked` of `open`."""

    open: int = 0
    booked: int = 0
    used: int = 0
    missed: int = 0

    def add(self, other: "Minutes") -> None:
        """Count the other's minutes, too."""
        self.open += other.open
        self.booked += other.booked
        self.used += other.used
        self.missed += other.missed

    def fill(self, minutes: int, became: str) -> None:
        """Some of the open minutes were booked."""
        self.booked += minutes
        if became == USED:
            self.used += minutes
        elif became == MISSED:
            self.missed += minutes

    @property
    def share(self) -> float | None:
        """Booked of open, 0 to 1; None where nothing was open."""
        return self.booked / self.open if self.open else None

    @property
    def used_share(self) -> float | None:
        """Used of open, 0 to 1; None where nothing was open."""
        return self.used / self.open if self.open else None


@dataclass
class Occupancy:
    """The minutes of a period by what people ask for. `hours` and `days` know hourly places only."""

    first: dt.date
    days: list[Minutes]
    places: list[tuple[Place, Minutes]]
    hours: list[list[Minutes]] = field(
        default_factory=lambda: [[Minutes() for _hour in range(24)] for _day in range(7)]
    )  # by weekday and hour
    sectors: dict[str, Minutes] = field(
        default_factory=dict
    )  # of hourly places; nothing is open for one of them

    @property
    def total(self) -> Minutes:
        """All hourly places together."""
        return summed(minutes for place, minutes in self.places if place.is_hourly)

    def kinds(self) -> dict[tuple[str, str], Minutes]:
        """By (kind, unit) of space, in the order the places stand."""
        found: dict[tuple[str, str], Minutes] = {}
        for place, minutes in self.places:
            found.setdefault((place.kind, place.unit), Minutes()).add(minutes)
        return found


def summed(parts: Iterable[Minutes]) -> Minutes:
    """All of them together."""
    whole = Minutes()
    for part in parts:
        whole.add(part)
    return whole


def without(spans: Spans, low: int, high: int) -> list[tuple[int, int]]:
    """The spans less [low, high)."""
    return [
        (a, b)
        for opens, closes in spans
        for a, b in ((opens, min(closes, low)), (max(opens, high), closes))
        if a < b
    ]


def occupancy(
    first: dt.date, places: Sequence[Place], opens: Mapping[int, Sequence[Spans]], stays: Iterable[Stay]
) -> Occupancy:
    """Count a period from `first`, as many dates as `opens` has for each place.

    `stays` come by place and start. Two that meet in one seat are counted once, for the first: nothing is ever used
    more than it is open, whatever the rows say.
    """
    length = max((len(spans) for spans in opens.values()), default=0)
    found = Occupancy(first, [Minutes() for _day in range(length)], [(place, Minutes()) for place in places])
    _count_open(found, opens)
    by_pk = {place.pk: (place, minutes) for place, minutes in found.places}
    # by day, from when, until when and what became of it: how many seats
    seats_in: defaultdict[tuple[int, int, int, str], int] = defaultdict(int)
    # minutes by place, sector and what became of them
    parts: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    current = place = None
    for pk, start, end, seats, sector, became in stays:
        if pk != current:  # there are thousands of stays: what holds for all of a place is asked once
            current, place = pk, by_pk[pk][0] if pk in by_pk else None
            dates, taken_until = opens.get(pk, ()), [0] * (place.seats if place else 0)
            is_hourly = place is not None and place.is_hourly
        if place is None:
            continue
        kind = pk, sector, became
        for since, together in _seated(taken_until, start, end, seats or place.seats):
            for day in range(since // DAY, min(-(-end // DAY), len(dates))):
                low, high = since - day * DAY, end - day * DAY
                for opens_at, closes_at in dates[day]:
                    if low < closes_at and opens_at < high:
                        a = opens_at if opens_at > low else low
                        b = closes_at if closes_at < high else high
                        parts[kind] += (b - a) * together
                        if is_hourly:
                            seats_in[day, a, b, became] += together
    for (day, low, high, became), together in seats_in.items():
        found.days[day].fill((high - low) * together, became)
        row = found.hours[(first.weekday() + day) % 7]
        for hour in range(low // 60, -(-high // 60)):
            row[hour].fill((min(high, hour * 60 + 60) - max(low, hour * 60)) * together, became)
    for (pk, sector, became), minutes in parts.items():
        place, of_place = by_pk[pk]
        of_place.fill(minutes, became)
        if place.is_hourly:
            found.sectors.setdefault(sector, Minutes()).fill(minutes, became)
    return found


def _seated(taken_until: list[int], start: int, end: int, seats: int) -> Iterable[tuple[int, int]]:
    """(from when, how many seats) a stay really adds, taking the seats that are free longest."""
    if len(taken_until) == 1:
        since = start if start > taken_until[0] else taken_until[0]
        if since >= end:
            return ()
        taken_until[0] = end
        return ((since, 1),)
    added: Counter[int] = Counter()
    for _seat in range(min(seats, len(taken_until))):
        since = max(start, taken_until[0])
        heapq.heapreplace(taken_until, max(end, since))
        if since < end:
            added[since] += 1
    return added.items()


def _count_open(found: Occupancy, opens: Mapping[int, Sequence[Spans]]) -> None:
    """Places that share one list of dates are counted together."""
    alike: dict[int, tuple[Sequence[Spans], int]] = {}
    for place, minutes in found.places:
        dates = opens[place.pk]
        minutes.open = place.seats * sum(high - low for spans in dates for low, high in spans)
        if place.is_hourly:
            alike[id(dates)] = dates, alike.get(id(dates), (dates, 0))[1] + place.seats
    for dates, seats in alike.values():
        for day, spans in enumerate(dates):
            row = found.hours[(found.first.weekday() + day) % 7]
            for low, high in spans:
                found.days[day].open += (high - low) * seats
                for hour in range(low // 60, -(-high // 60)):
                    row[hour].open += (min(high, hour * 60 + 60) - max(low, hour * 60)) * seats
