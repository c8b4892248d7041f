"""When a wish cannot be met: the first free time of every space, and the best other times, rooms and hubs.

Nothing here locks or is cached: an alternative is an honest look at the tables, and booking it may still clash.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import Sentence
from ..hubs.hours import Moments
from ..hubs.models import Hub, Office
from ..hubs.queries import place_of
from ..spaces.enums import SpaceKind, Unit, WhoMay
from ..spaces.models import Space
from ..spaces.queries import rooms, schedules_of
from ..spaces.rules import add_months, period_of, whole_units, why_not
from .fit import Home
from .queries import search, taken_windows

DAYS = 14
MONTHS = 6
SHOWN = 3

# For each space: its open time less its claims, each reaching back by the tidying a new booking before it needs, and
# less the quarter hours without enough desks; of what is left the first gap that holds the wish from a step on, steps
# counted from the opening before it.
FIRST_GAPS = """
SELECT w.space, g.at
FROM unnest(%(spaces)s::bigint[], %(steps)s::int[], %(tidying)s::int[], %(earliest)s::timestamptz[],
            %(latest)s::timestamptz[], %(opens)s::tstzmultirange[])
     AS w(space, step, tidying, earliest, latest, opens),
LATERAL (
    SELECT begins.at
    FROM unnest(
        w.opens * tstzmultirange(tstzrange(w.earliest, NULL)) - coalesce((
            SELECT range_agg(tstzrange(taken.since - w.tidying * interval '1 minute', taken.until)) FROM (
                SELECT lower(c.period) AS since, upper(c.period) AS until
                FROM spaces_spaceleaf l JOIN bookings_claim c ON c.space_id = l.leaf_id
                WHERE l.space_id = w.space
                  AND lower(c.period) < w.latest + w.tidying * interval '1 minute'
                  AND lower(c.period) >= coalesce((  -- from the one that may be on at the earliest moment
                      SELECT lower(p.period) FROM bookings_claim p
                      WHERE p.space_id = l.leaf_id AND lower(p.period) <= w.earliest
                      ORDER BY lower(p.period) DESC LIMIT 1
                  ), w.earliest)
                UNION ALL
                SELECT q.at, q.at + interval '15 minutes'
                FROM spaces_spaceleaf l JOIN spaces_space leaf ON leaf.id = l.leaf_id AND leaf.is_shared
                     JOIN bookings_quarter q ON q.space_id = leaf.id
                WHERE l.space_id = w.space
                  AND q.at > w.earliest - interval '15 minutes'
                  AND q.at < w.latest + w.tidying * interval '1 minute'
                  AND q.taken > CASE WHEN leaf.id = w.space THEN leaf.capacity - %(people)s ELSE 0 END
            ) AS taken
        ), '{}'::tstzmultirange)
    ) AS free(gap),
    LATERAL (SELECT max(lower(o.span)) AS opening FROM unnest(w.opens) AS o(span) WHERE o.span @> lower(free.gap)) AS door,
    LATERAL (
        SELECT door.opening + w.step * interval '1 minute'
               * ceil(extract(epoch FROM lower(free.gap) - door.opening) / 60.0 / w.step) AS at
    ) AS begins
    WHERE upper(free.gap) - lower(free.gap) >= %(minutes)s * interval '1 minute'
      AND begins.at + %(minutes)s * interval '1 minute' <= upper(free.gap)
    ORDER BY begins.at
    LIMIT 1
) AS g
ORDER BY g.at, w.space
"""


@dataclass(frozen=True)
class Alternative:
    """Something else that can be had now, and what is different about it."""

    kind: str  # other_time, other_room, other_hub
    space: Space
    start: dt.datetime
    end: dt.datetime

    @property
    def query(self) -> str:
        """The wish as the booking form reads it from its address."""
        zone = ZoneInfo(self.space.hub.timezone)
        first, last = self.start.astimezone(zone), self.end.astimezone(zone)
        if self.space.unit != Unit.HOUR:
            units = whole_units(self.space, first, last, self.space.hub.timezone) or self.space.min_length
            return urlencode({"date": first.date().isoformat(), "units": units})
        return urlencode(
            {"date": first.date().isoformat(), "start": f"{first:%H:%M}", "end": f"{last:%H:%M}"}
        )

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.space.pk}/{self.start.timestamp():.0f}"

    @property
    def title(self) -> Sentence:
        """What is different, in words."""
        return {
            "other_time": _("Another time"),
            "other_room": _("Another room at the same time"),
            "other_hub": _("Another hub at the same time"),
        }[self.kind]


def first_free(
    spaces: Sequence[Space], minutes: int, earliest: dt.datetime, *, people: int = 1, days: int = DAYS
) -> list[tuple[Space, dt.datetime]]:
    """(space, start) of the first `minutes` that each hourly space has free from `earliest`, soonest first.

    Of a shared space as many desks as `people` must be free. One query whatever the number of spaces; looks `days` days ahead, never beyond a space's horizon, and starts
    only where the space's lead time and step allow. Spaces (with their hub loaded) that do not take bookings of
    this length, or have no gap, are left out.
    """
    schedules = schedules_of(spaces)
    now = clock.now()
    asked: dict[str, list[Any]] = {
        name: [] for name in ("spaces", "steps", "tidying", "earliest", "latest", "opens")
    }
    limits: dict[int, dt.datetime] = {}
    spans: dict[tuple[int, dt.date], list[Moments]] = {}
    for space in spaces:
        start = max(earliest, now + dt.timedelta(minutes=space.lead_minutes))
        limits[space.pk] = now + dt.timedelta(days=space.horizon_days)
        fits = space.unit == Unit.HOUR and space.min_length <= minutes <= space.max_length
        if not fits or start > limits[space.pk]:
            continue
        schedule = schedules[space.pk]
        day = start.astimezone(ZoneInfo(schedule.timezone)).date()
        if (id(schedule), day) not in spans:  # spaces that follow their hub share its schedule
            spans[id(schedule), day] = schedule.open_moments(day, days)
        opens = spans[id(schedule), day]
        if opens:
            asked["spaces"].append(space.pk)
            asked["steps"].append(space.step_minutes)
            asked["tidying"].append(space.turnaround_minutes)
            asked["earliest"].append(start)
            asked["latest"].append(opens[-1][1])
            asked["opens"].append(
                "{" + ",".join(f"[{a.isoformat()},{b.isoformat()})" for a, b in opens) + "}"
            )
    if not asked["spaces"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FIRST_GAPS, {**asked, "minutes": minutes, "people": people})
        rows = cursor.fetchall()
    by_id = {space.pk: space for space in spaces}
    return [(by_id[pk], start) for pk, start in rows if start <= limits[pk]]


def may_book(space: Space, *, for_organisation: bool) -> bool:
    """Whether a member may book it, for herself or for an organisation of hers."""
    return space.who_may == WhoMay.MEMBERS or (for_organisation and space.who_may == WhoMay.ORGANISATIONS)


def next_dates(
    spaces: Iterable[Space], start: dt.datetime, end: dt.datetime, *, people: int = 1
) -> list[tuple[Space, dt.datetime, dt.datetime]]:
    """(space, start, end) of the dates after `start` on which each space by the day, night or month is free.

    As many units as [start, end) is of them, else the fewest; the next fourteen days, or the next months on that
    date. One query whatever the number of spaces; hourly spaces are left out.
    """
    spaces = [space for space in spaces if space.unit != Unit.HOUR]
    schedules = schedules_of(spaces)
    windows = []
    for space in spaces:
        zone = space.hub.timezone
        day = start.astimezone(ZoneInfo(zone)).date()
        units = whole_units(space, start, end, zone) or space.min_length
        for n in range(1, (MONTHS if space.unit == Unit.MONTH else DAYS) + 1):
            later = add_months(day, n) if space.unit == Unit.MONTH else day + dt.timedelta(days=n)
            begin, until = period_of(space, later, units, zone)
            if not why_not(space, schedules[space.pk], begin, until, people, for_organisation=True):
                windows.append((space, begin, until))
    taken = taken_windows(windows, people)
    return [window for n, window in enumerate(windows) if n not in taken]


def alternatives(
    office: Office,
    start: dt.datetime,
    end: dt.datetime,
    *,
    space: Space | None = None,
    hub: Hub | None = None,
    people: int = 1,
    kind: str = "",
    codes: Iterable[str] = (),
    for_organisation: bool = False,
) -> list[Alternative]:
    """Up to three things to take instead of a wish that failed: another time, another room, another hub.

    Another room is one at the same hub that is free for just this time and fits best; another hub the same
    elsewhere, the way from the wished hub weighed; another time the soonest gap near the wished day in the wished
    space, else in any that fits. Missing kinds are filled with further times. Hours are answered with hours, and of
    a space by the day, night or month with its like: its next dates. Nothing she may not book is named. A constant
    number of queries.
    """
    home = space.hub if space is not None else hub
    if space is not None and space.kind == SpaceKind.COUNTER:
        kind = kind or SpaceKind.COUNTER
    minutes = int((end - start).total_seconds() // 60)
    alike = {space.unit} if space is not None else set(Unit.values) if kind else {Unit.HOUR.value}
    if end <= start or not 2000 <= start.year < 2200:  # years at whose edges calendars end
        return []
    place = place_of(home) if home else None
    found_then = search(
        office,
        start,
        end,
        people=people,
        kind=kind,
        codes=codes,
        near=Home(home.name, place) if home and place else None,
        for_organisation=for_organisation,
    )
    offers = [
        offer
        for offer in found_then
        if offer.is_free and offer.space.unit in alike and (space is None or offer.space.pk != space.pk)
    ]
    offers.sort(key=lambda one: space is not None and one.space.kind != space.kind)
    here = [one for one in offers if home is None or one.space.hub_id == home.pk]
    there = [one for one in offers if home is not None and one.space.hub_id != home.pk]
    found = [Alternative("other_room", one.space, one.start, one.end) for one in here[:1]]
    found += [Alternative("other_hub", one.space, one.start, one.end) for one in there[:1]]

    fits = [
        one
        for one in rooms(office, hub=home, kind=kind, people=people, codes=codes)
        if may_book(one, for_organisation=for_organisation) and one.unit in alike
    ]
    mine = [one for one in fits if space is not None and one.pk == space.pk]
    others = [one for one in fits if space is None or one.pk != space.pk]
    day = start.astimezone(ZoneInfo(home.timezone if home else "Asia/Jakarta")).date()
    from_day = max(clock.now(), clock.at(day, 0, home.timezone if home else "Asia/Jakarta"))
    gaps = [
        gap
        for begin in (from_day, end)
        for gap in first_free([*mine, *others], minutes, begin, people=people)
    ]
    times = [
        Alternative("other_time", one, moment, moment + dt.timedelta(minutes=minutes))
        for one, moment in sorted(gaps, key=lambda gap: (gap[0] not in mine, abs(gap[1] - start)))
        if not (moment < end and start < moment + dt.timedelta(minutes=minutes))
    ]
    dates = next_dates([*mine, *others], start, end, people=people)
    dates.sort(key=lambda gap: (gap[0] not in mine, gap[1]))
    times += [Alternative("other_time", *gap) for gap in dates]
    seen: set[tuple[int, dt.datetime]] = set()
    distinct = [
        one for one in times if not ((one.space.pk, one.start) in seen or seen.add((one.space.pk, one.start)))
    ]
    return [*distinct[:1], *found, *distinct[1:]][:SHOWN]
