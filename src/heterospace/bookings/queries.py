"""Reads about bookings and free time. A free space is one whose leaves nobody claims; nothing is cached."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from psycopg.types.multirange import TimestamptzMultirange as Multirange
from psycopg.types.range import TimestamptzRange

from ..core import clock, regions
from ..hubs.hours import Day
from ..hubs.models import Hub, Office
from ..hubs.queries import place_of, schedule_of
from ..members.models import Affiliation, Organisation, Person
from ..members.queries import current_affiliations, person_of, roles_of
from ..spaces.enums import Unit
from ..spaces.models import Equipment, Feature, Space, SpaceLeaf
from ..spaces.queries import equipment_of, features, features_of, rooms, schedules_of, space_schedule
from ..spaces.rules import WhyNot, period_of, whole_units, why_not
from .enums import LIVE, WAITING
from .fit import Comparison, Fit, Home, Reason, Wish
from .models import BlockOut, Booking, Claim, Display, Feed, Portion, Quarter

QUARTER = dt.timedelta(minutes=15)


def moments(start: dt.datetime, end: dt.datetime) -> TimestamptzRange:
    """[start, end) as PostgreSQL keeps it."""
    return TimestamptzRange(start, end, "[)")


def next_minute() -> dt.datetime:
    """The full minute at or after now: where a booking of somebody who is here begins."""
    full = clock.now().replace(second=0, microsecond=0)
    return full if full == clock.now() else full + dt.timedelta(minutes=1)


def claim_period(space: Space, start: dt.datetime, end: dt.datetime) -> TimestamptzRange:
    """What a booking of [start, end) holds: its time and the tidying after it."""
    return moments(start, end + dt.timedelta(minutes=space.turnaround_minutes))


def longest_tidying(hub: int) -> dt.timedelta:
    """How far back from a moment a booking of this hub may end whose tidying still reaches it."""
    longest = Space.objects.filter(hub=hub).aggregate(longest=Max("turnaround_minutes"))["longest"]
    return dt.timedelta(minutes=longest or 0)


def ends(period: TimestamptzRange) -> tuple[dt.datetime, dt.datetime]:
    """From when until when a bounded period is."""
    assert period.lower is not None and period.upper is not None
    return period.lower, period.upper


def quarters_of(period: TimestamptzRange) -> tuple[dt.datetime, dt.datetime]:
    """From when until when whole quarter hours cover `period`."""
    low, high = (moment.timestamp() for moment in ends(period))
    return (
        dt.datetime.fromtimestamp(int(low) // 900 * 900, dt.UTC),
        dt.datetime.fromtimestamp(-(-int(high) // 900) * 900, dt.UTC),
    )


def claims_on(leaves: Iterable[int], period: TimestamptzRange) -> QuerySet[Claim]:
    """The claims that meet `period` on any of these leaf spaces.

    Each id is cast to bigint by itself: the exclusion index answers neither `IN` nor an int4.
    """
    on_leaf = Q()
    for leaf in leaves:
        on_leaf |= Q(space_id=Cast(Value(leaf), BigIntegerField()), period__overlap=period)
    return Claim.objects.filter(on_leaf) if on_leaf else Claim.objects.none()


def many(periods: Iterable[TimestamptzRange]) -> Multirange:
    """Many periods as PostgreSQL keeps them."""
    return Multirange(sorted(periods, key=ends))  # type: ignore[arg-type]


def claimed_in(leaves: Iterable[int], periods: Iterable[TimestamptzRange]) -> list[TimestamptzRange]:
    """The claimed times of these leaf spaces that meet any of many periods, in one query."""
    spans = many(periods)
    on_leaf = "SELECT period FROM bookings_claim WHERE space_id = %s::bigint AND period && %s::tstzmultirange"
    asked: list[Any] = [part for leaf in leaves for part in (leaf, spans)]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([on_leaf] * (len(asked) // 2)), asked)
        return [row[0] for row in cursor.fetchall()]


OVERDUE = """
SELECT h.booking_id FROM {table} h JOIN bookings_booking b ON b.id = h.booking_id
WHERE h.{thing}_id = %s::bigint AND h.{period} && %s::tstzmultirange
  AND b.release_at <= %s AND b.state IN ('confirmed', 'held')
"""


def overdue_in(
    leaves: Iterable[int], counted: Iterable[tuple[str, int]], periods: Iterable[TimestamptzRange]
) -> set[int]:
    """The bookings (ids) that hold any of these in any of many periods though nobody came or answered, in one query.

    `counted` names shared spaces and pools: ("space" or "equipment", id).
    """
    spans, now = many(periods), clock.now()
    asked = [
        (OVERDUE.format(table="bookings_claim", thing="space", period="period"), leaf) for leaf in leaves
    ]
    asked += [
        (OVERDUE.format(table="bookings_portion", thing=thing, period="counted"), pk) for thing, pk in counted
    ]
    if not asked:
        return set()
    values: list[Any] = [part for _sql, pk in asked for part in (pk, spans, now)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _pk in asked), values)
        return {row[0] for row in cursor.fetchall()}


# Those of the spaces of which any leaf is claimed in the window, the tidying after it included, or has too few desks
# left: one look at the claims or the counters of each leaf, whatever else is booked. Claims of a leaf never overlap, so
# only the last that begins before the window's end can reach into it.
TAKEN = """
SELECT {what}
FROM {windows}spaces_spaceleaf l JOIN spaces_space s ON s.id = l.space_id JOIN spaces_space leaf ON leaf.id = l.leaf_id
WHERE s.id = {spaces} AND CASE WHEN leaf.is_shared THEN EXISTS (
    SELECT FROM bookings_quarter q
    WHERE q.space_id = leaf.id AND q.at > {start} - interval '15 minutes'
      AND q.at < {end} + s.turnaround_minutes * interval '1 minute'
      AND q.taken > CASE WHEN leaf.id = s.id THEN leaf.capacity - %(people)s ELSE 0 END
) ELSE (
    SELECT upper(c.period) FROM bookings_claim c
    WHERE c.space_id = leaf.id AND lower(c.period) < {end} + s.turnaround_minutes * interval '1 minute'
    ORDER BY lower(c.period) DESC LIMIT 1
) > {start} END
"""
TAKEN_AMONG = TAKEN.format(
    what="l.space_id", windows="", spaces="ANY(%(spaces)s)", start="%(start)s", end="%(end)s"
)
TAKEN_EACH = TAKEN.format(
    what="w.n",
    windows="""unnest(%(spaces)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
     WITH ORDINALITY AS w(space, since, until, n), """,
    spaces="w.space",
    start="w.since",
    end="w.until",
)


def taken_among(spaces: Iterable[Space], start: dt.datetime, end: dt.datetime, people: int) -> set[int]:
    """The ids of those spaces that cannot be had in [start, end) because of others: see TAKEN.

    The only place that knows what a search calls taken. One query, nothing cached, no lock: only a look.
    """
    asked: dict[str, Any] = {
        "spaces": [space.pk for space in spaces],
        "start": start,
        "end": end,
        "people": people,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_AMONG, asked)
        return {pk for (pk,) in cursor.fetchall()}


def taken_windows(windows: Sequence[tuple[Space, dt.datetime, dt.datetime]], people: int) -> set[int]:
    """Which of many windows, each of one space, cannot be had because of others: their places in the list.

    The same question as `taken_among`, in one query; none where there is no window.
    """
    if not windows:
        return set()
    asked: dict[str, Any] = {
        "spaces": [space.pk for space, _start, _end in windows],
        "starts": [start for _space, start, _end in windows],
        "ends": [end for _space, _start, end in windows],
        "people": people,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_EACH, asked)
        return {n - 1 for (n,) in cursor.fetchall()}


def own_period(space: Space, start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """[start, end) as a space (with its hub loaded) can be asked for it: hours as they are, and whole days, nights or
    months; else the fewest of these that the space is let for, from that day on."""
    if space.unit == Unit.HOUR or not 2000 <= start.year < 2200:  # years at whose edges calendars end
        return start, end
    zone = space.hub.timezone
    if whole_units(space, start, end, zone):
        return start, end
    return period_of(space, start.astimezone(ZoneInfo(zone)).date(), space.min_length, zone)


TAKEN_THEN = WhyNot("clash", "start", _("Already taken at that time."))


def looks_free(space: Space, people: int, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether nobody has a space in [start, end), or enough desks of it are left; without a lock, so only a look."""
    return space.pk not in taken_among([space], start, end, people)


def things_left(hub: Hub, start: dt.datetime, end: dt.datetime) -> list[tuple[Equipment, int]]:
    """The equipment of a hub and how much of it nobody has in any quarter hour of [start, end), in two queries."""
    first, after = quarters_of(moments(start, end))
    busiest = Quarter.objects.filter(equipment__hub=hub, at__gte=first, at__lt=after).order_by()
    taken = dict(busiest.values_list("equipment").annotate(n=Max("taken")))
    return [(one, max(0, one.quantity - taken.get(one.pk, 0))) for one in equipment_of(hub)]


@dataclass
class Offer:
    """A space as a search sees it: to be had for the wish and how well it fits, or why not.

    [start, end) is the wish, for a space by the day, night or month its own period from the wished day on.
    """

    space: Space
    start: dt.datetime
    end: dt.datetime
    features: list[tuple[Feature, str]]
    fit: Fit
    compared: Comparison
    reasons: list[WhyNot]

    @property
    def is_free(self) -> bool:
        """Whether the wish can be booked as it stands."""
        return not self.reasons

    @property
    def is_hourly(self) -> bool:
        """Whether it is let by the hour, so that just the wished hours are meant."""
        return self.space.unit == Unit.HOUR

    @property
    def units(self) -> int | None:
        """How many days, nights or months its period has; None for hours."""
        zone = self.space.hub.timezone
        return None if self.is_hourly else whole_units(self.space, self.start, self.end, zone)

    @property
    def is_near(self) -> bool:
        """Whether another hour or day would do: the space itself fits."""
        return not any(reason.code in _NEVER for reason in self.reasons)

    @property
    def why(self) -> Sequence[Reason]:
        """What speaks for the space, and against it."""
        return self.compared.reasons(self.fit)


_NEVER = {"too_many_people", "unit", "not_bookable", "staff_only", "no_people"}


def search(
    office: Office,
    start: dt.datetime,
    end: dt.datetime,
    *,
    hub: Hub | None = None,
    kind: str = "",
    people: int = 1,
    codes: Iterable[str] = (),
    wishes: Iterable[str] = (),
    near: Home | None = None,
    at_desk: bool = False,
    for_organisation: bool = True,
) -> list[Offer]:
    """Every bookable space that fits the filters, free ones first and best fitting first, others with the reason.

    Features in `codes` it must have, features in `wishes` make it fit better; `near` is where the way is counted
    from. A space by the day, night or month is judged for its own period from the wished day on (`own_period`) and
    stands behind the hourly ones. A constant number of queries, whatever the number of spaces. See `bookings.fit` for
    what fits better.
    """
    spaces = list(rooms(office, hub=hub, kind=kind, codes=codes))
    hourly = [one for one in spaces if one.unit == Unit.HOUR]
    taken = taken_among(hourly, start, end, people) if end > start else set()
    others = [(one, *own_period(one, start, end)) for one in spaces if one.unit != Unit.HOUR and end > start]
    periods = {one.pk: (begin, until) for one, begin, until in others}
    taken |= {others[n][0].pk for n in taken_windows(others, people)}
    schedules = schedules_of(spaces)
    every = features()
    has = features_of(spaces, every)
    wished = {*wishes, *codes}
    wanted = [feature for feature in every if feature.code in wished]
    compared = Comparison(
        Wish(
            people,
            frozenset(feature.code for feature in wanted if not feature.is_access),
            frozenset(feature.code for feature in wanted if feature.is_access),
        ),
        {feature.code: feature.name for feature in wanted},
        near,
    )
    offers = []
    for space in spaces:
        begin, until = periods.get(space.pk, (start, end))
        reasons = why_not(
            space,
            schedules[space.pk],
            begin,
            until,
            people,
            at_desk=at_desk,
            for_organisation=for_organisation,
        )
        if space.pk in taken:
            reasons.append(TAKEN_THEN)
        fits = compared.fit(
            space.capacity, [feature.code for feature, _detail in has[space.pk]], place_of(space.hub)
        )
        offers.append(Offer(space, begin, until, has[space.pk], fits, compared, reasons))
    free = [offer for offer in offers if offer.is_free]
    alike = [offer for offer in free if offer.is_hourly] or free
    compared.smallest = min((offer.space.capacity for offer in alike), default=0)
    return sorted(offers, key=lambda offer: (not offer.is_free, not offer.is_hourly, offer.fit.rank))


def meant(offers: Sequence[Offer]) -> Sequence[Offer]:
    """Those of a search's offers that answer hours; where nothing is let by the hour, all of them."""
    return [offer for offer in offers if offer.is_hourly] or offers


def home_in(regency: str) -> Home | None:
    """Where the way begins for people of a kabupaten or kota: its seat; None for a region whose seat is not known."""
    place = regions.seat(regency)
    return Home(regions.name(regency), place) if place else None


def bookings_hit(space: Space, start: dt.datetime, end: dt.datetime) -> list[Booking]:
    """The live bookings that hold any of a space in [start, end), its desks too, by time."""
    leaves = SpaceLeaf.objects.filter(space=space).values("leaf")
    period = moments(start, end)
    claimed = Claim.objects.filter(space__in=leaves, period__overlap=period, booking__isnull=False)
    counted = Portion.objects.filter(space__in=leaves, counted__overlap=period, booking__isnull=False)
    hit = Q(pk__in=claimed.values("booking")) | Q(pk__in=counted.values("booking"))
    rows = Booking.objects.filter(hit, state__in=LIVE).select_related(
        "space", "hub", "person", "organisation"
    )
    return list(rows.order_by("period", "id"))


def visible_to(user: Any, office: Office) -> QuerySet[Booking]:
    """The bookings this user may see at this office; agrees with the permission `bookings.see`."""
    person = person_of(user, office.pk)
    if person is None:
        return Booking.objects.none()
    roles = roles_of(user, office.pk)
    today = clock.today("Asia/Jakarta")
    led = Affiliation.objects.filter(
        current_affiliations(today),
        person=person,
        role__in=["owner", "manager"],
        organisation=OuterRef("organisation"),
    )
    seen = Q(person=person)
    if person.is_active:
        seen |= Q(Exists(led))
    if roles.office:
        seen |= Q(hub__office=office)
    elif roles.hubs:
        seen |= Q(hub_id__in=list(roles.hubs))
    return with_names(Booking.objects.filter(seen, hub__office=office))


def with_names(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """The bookings with what their rows show."""
    named = bookings.select_related("space", "hub", "person", "organisation", "series")
    return named.prefetch_related("things__equipment").order_by("-period", "-id")


def own_bookings(person: Person) -> tuple[list[Booking], list[Booking]]:
    """The person's bookings: coming ones, soonest first, and the latest fifty that are over or cancelled."""
    mine = with_names(Booking.objects.filter(person=person))
    live = Q(state__in=LIVE | WAITING, period__endswith__gt=clock.now())
    return list(mine.filter(live).order_by("period", "id")), list(mine.exclude(live)[:50])


@dataclass
class Taken:
    """A stretch of one space's time that somebody has: [start, end) without the tidying."""

    start: dt.datetime
    end: dt.datetime
    booking: Booking | None
    block_out: BlockOut | None = None


def taken_times(space: Space, start: dt.datetime, end: dt.datetime) -> list[Taken]:
    """What is taken of a space (any of its leaves) in [start, end), in time order.

    A shared space is taken while no desk of it is left, a space it is part of while anybody has a desk.
    """
    leaves = SpaceLeaf.objects.filter(space=space).values("leaf")
    period = moments(start, end)
    claims = (
        Claim.objects.filter(space__in=leaves, period__overlap=period)
        .select_related("booking", "booking__person", "booking__organisation", "block_out")
        .order_by("period", "id")
    )
    seen: dict[tuple[int | None, int | None], Taken] = {}
    for claim in claims:
        key = claim.booking_id, claim.block_out_id
        seen.setdefault(key, Taken(claim.period.lower, claim.period.upper, claim.booking, claim.block_out))
    full = [Taken(low, high, None) for low, high in full_times(space, start, end)]
    return sorted([*seen.values(), *full], key=lambda one: one.start)


FULL = """
SELECT lower(span), upper(span) FROM unnest((
    SELECT range_agg(tstzrange(q.at, q.at + interval '15 minutes'))
    FROM bookings_quarter q JOIN spaces_space s ON s.id = q.space_id
    WHERE q.space_id = ANY(%s) AND q.at >= %s AND q.at < %s
      AND q.taken > CASE WHEN q.space_id = %s THEN s.capacity - 1 ELSE 0 END
)) AS span ORDER BY span
"""


def full_times(space: Space, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """When, in [start, end), a space cannot be had because of the desks taken in it or in its parts."""
    shared = Space.objects.filter(claimed_by_rows__space=space, is_shared=True)
    ids = list(shared.values_list("pk", flat=True))
    if not ids:
        return []
    first, after = quarters_of(moments(start, end))
    with connection.cursor() as cursor:
        cursor.execute(FULL, [ids, first, after, space.pk])
        return cursor.fetchall()


@dataclass
class DayBookings:
    """One hub's day for its desk: who has which space when."""

    hub: Hub
    day: Day
    spaces: list[Space]
    bookings: list[Booking]
    absent: list[Booking] = field(default_factory=list)  # nobody came: what is left of the time is free again

    @property
    def visits(self) -> list[Booking]:
        """Who comes for hours or a night."""
        return [booking for booking in self.bookings if booking.space.unit != Unit.MONTH]

    @property
    def residents(self) -> list[Booking]:
        """Who has a space by the month."""
        return [booking for booking in self.bookings if booking.space.unit == Unit.MONTH]

    @property
    def people(self) -> int:
        """How many people are expected over the day, residents not counted."""
        return sum(booking.people for booking in self.visits)

    def current(self) -> list[Booking]:
        """Bookings running now, and people who are there already."""
        now = clock.now()
        return [
            one
            for one in self.visits
            if one.is_live and (one.is_inside or one.start <= now) and now < one.end
        ]

    def staying(self) -> list[Booking]:
        """People whose time is over and who have not said that they left."""
        now = clock.now()
        return [booking for booking in self.visits if booking.is_inside and booking.end <= now]

    def coming(self) -> list[Booking]:
        """Bookings that start later today."""
        now = clock.now()
        return [booking for booking in self.visits if booking.start > now and not booking.is_inside]


# What the desk shows of a booking, in the order of the model's columns; moments as numbers, of which a day has a thousand.
DAY_SHOWS = (
    *("id", "reference", "hub_id", "space_id", "period", "person_id", "organisation_id", "purpose", "people"),
    *("state", "release_at", "ended_at"),
)
DAY = """
SELECT b.id, b.reference, b.hub_id, b.space_id, date_part('epoch', lower(b.period)), date_part('epoch', upper(b.period)),
       b.person_id, b.organisation_id, b.purpose, b.people, b.state,
       date_part('epoch', b.release_at), date_part('epoch', b.ended_at), p.name, o.name
FROM bookings_booking b JOIN members_person p ON p.id = b.person_id
     LEFT JOIN members_organisation o ON o.id = b.organisation_id
WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange AND b.state <> 'cancelled'
ORDER BY b.period, b.id
"""


def day_of(hub: Hub, date: dt.date) -> DayBookings:
    """Everything booked at a hub on a date, by space and time, in two queries.

    Of each booking and its people only what DAY shows is read; hub, spaces, people are shared by the bookings.
    """
    every = {space.pk: space for space in Space.objects.filter(hub=hub).order_by("position", "id")}
    persons: dict[int, Person] = {}
    organisations: dict[int, Organisation] = {}
    came: list[Booking] = []
    absent: list[Booking] = []
    asked: dict[str, Any] = {"hub": hub.pk, "period": period_of_day(hub, date)}
    with connection.cursor() as cursor:
        cursor.execute(DAY, asked)
        rows = cursor.fetchall()
    for *shown, start, end, person, organisation, purpose, people, state, until, left, name, of in rows:
        if person not in persons:
            persons[person] = Person.from_db("default", ("id", "name"), (person, name))
        if organisation and organisation not in organisations:
            organisations[organisation] = Organisation.from_db("default", ("id", "name"), (organisation, of))
        when = moments(_moment(start), _moment(end))
        values = (*shown, when, person, organisation, purpose, people, state, _when(until), _when(left))
        booking = Booking.from_db("default", DAY_SHOWS, values)
        booking._state.fields_cache.update(  # what setting each of them does, in a quarter of its time
            hub=hub,
            space=every[booking.space_id],
            person=persons[person],
            organisation=organisations.get(organisation),
        )
        (absent if booking.is_given_up else came).append(booking)
    spaces = [space for space in every.values() if space.is_active and space.is_bookable]
    return DayBookings(hub, schedule_of(hub).day(date), spaces, came, absent)


def period_of_day(hub: Hub, date: dt.date) -> TimestamptzRange:
    """A date as clocks at the hub show it."""
    return moments(clock.at(date, 0, hub.timezone), clock.at(date, 1440, hub.timezone))


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _when(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else _moment(seconds)


ARRIVE_EARLY = dt.timedelta(minutes=30)


def bookings_here(person: Person, space: Space) -> list[Booking]:
    """What a person at the door of a space may come for: her bookings of it, its whole or its parts, on now or soon."""
    now = clock.now()
    shared = SpaceLeaf.objects.filter(leaf__claimed_by_rows__space=space).values("space")
    mine = Booking.objects.filter(
        person=person,
        space__in=shared,
        state__in=LIVE,
        period__startswith__lte=now + ARRIVE_EARLY,
        period__endswith__gt=now,
    )
    return list(with_names(mine).order_by("period", "id"))


@dataclass
class SpaceDay:
    """One date of one space for who fills in the form: when it is open and what others have."""

    date: dt.date
    day: Day
    taken: list[tuple[int, int]]  # minutes after midnight, tidying included


def space_day(space: Space, date: str) -> SpaceDay | None:
    """The date (ISO 8601, as a form has it) of a space booked by the hour; None for others or no date."""
    try:
        found = dt.date.fromisoformat(date)
        start, end = clock.at(found, 0, space.hub.timezone), clock.at(found, 1440, space.hub.timezone)
    except (ValueError, OverflowError):
        return None
    if space.unit != Unit.HOUR or not 2000 < found.year < 3000:
        return None
    spans = []
    for one in taken_times(space, start, end):
        low, high = max(one.start, start) - start, min(one.end, end) - start
        spans.append((int(low.total_seconds() // 60), int(high.total_seconds() // 60)))
    return SpaceDay(found, space_schedule(space).day(found, get_language() or "id"), spans)


def bookings_of_organisation(organisation: Organisation) -> QuerySet[Booking]:
    """What was booked for an organisation, latest first."""
    return with_names(Booking.objects.filter(organisation=organisation))


def own_twin(person: Person, space: Space, start: dt.datetime, end: dt.datetime) -> Booking | None:
    """The person's live booking of exactly this space and time, when a form was sent twice."""
    return Booking.objects.filter(
        person=person, space=space, period=moments(start, end), state__in=LIVE
    ).first()


def first_wish() -> dict[str, object]:
    """A wish for a search to begin with: two hours from the next full hour of a working day, in Western Indonesia."""
    now = clock.now().astimezone(ZoneInfo("Asia/Jakarta"))
    hour, day = max(9, now.hour + 1), now.date()
    if hour > 15 or day.weekday() > 4:
        hour, day = 9, day + dt.timedelta(days=1)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return {
        "people": 4,
        "date": day.isoformat(),
        "start": f"{hour:02}:00",
        "end": f"{hour + 2:02}:00",
        "hub": "",
        "kind": "",
    }


FEED_PAST = dt.timedelta(days=60)


def feeds_of(person: Person) -> QuerySet[Feed]:
    """The calendars a person subscribes to."""
    mine = Feed.objects.filter(maker=person, revoked_at=None)
    return mine.select_related("maker", "organisation", "space", "space__hub", "hub").order_by("id")


def feed_at(secret: str) -> Feed | None:
    """The open calendar at this secret address, whichever office it is of."""
    found = Feed.objects.filter(secret=secret, revoked_at=None)
    return found.select_related("maker__user", "organisation", "space__hub", "hub").first()


def display_at(secret: str) -> Display | None:
    """The open door display at this secret address, whichever office it is of."""
    return Display.objects.filter(secret=secret, revoked_at=None).select_related("space__hub").first()


def display_of(space: Space) -> Display | None:
    """The open display of a space's door."""
    return Display.objects.filter(space=space, revoked_at=None).first()


def bookings_of_feed(feed: Feed) -> QuerySet[Booking]:
    """What a calendar tells: bookings of the last sixty days and to come, cancelled ones so that they vanish."""
    since = moments(clock.now() - FEED_PAST, clock.now() + dt.timedelta(days=730))
    found = with_names(Booking.objects.filter(period__overlap=since)).order_by("period", "id")
    if feed.organisation_id:
        return found.filter(organisation=feed.organisation_id)
    if feed.hub_id:
        return found.filter(hub=feed.hub_id)
    if feed.space_id:  # the space itself, and what takes it as a whole or in part
        shared = SpaceLeaf.objects.filter(leaf__claimed_by_rows__space=feed.space_id).values("space")
        return found.filter(space__in=shared)
    return found.filter(person=feed.maker_id)
