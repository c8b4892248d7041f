"""The front desk's day: who comes, who is in, who stayed away, and what can be had this minute."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from ..core import clock, formats
from ..hubs.models import Hub
from ..spaces.enums import Approval, Unit
from ..spaces.models import Space, SpaceLeaf
from ..spaces.queries import schedules_of
from ..spaces.rules import why_not
from .enums import BookingState
from .models import BlockOut, Booking, Claim, Guest, Quarter
from .queries import DayBookings, day_of, moments, next_minute, period_of_day, quarters_of

HOUR = dt.timedelta(hours=1)
AT_LEAST = 4
OFFERED = 12  # spaces a walk-in can choose from: the best fitting ones


@lru_cache(1)
def _address() -> str:
    return reverse("bookings:booking", args=["REFERENCE"])  # resolved once: a day has hundreds


@dataclass
class Visit:
    """One booking as the desk reads it at this moment: `state` picks colour and icon, `words` say it."""

    booking: Booking
    state: str
    words: str
    guests: int = 0  # named on its list
    guests_here: int = 0

    @cached_property
    def address(self) -> str:
        """Of its page; the deeds have theirs below it."""
        return _address().replace("REFERENCE", self.booking.reference)

    @property
    def heads(self) -> int:
        """How many people of it are in the house: whom the list of guests says, else as many as it was booked for."""
        if not self.booking.is_inside:
            return 0
        return self.guests_here + 1 if self.guests else self.booking.people

    @property
    def is_to_come(self) -> bool:
        """Whether people may still come for it, or somebody has yet to decide about it."""
        waits = self.booking.state == BookingState.CONFIRMED or self.booking.is_waiting
        return waits and self.booking.end > clock.now()

    @property
    def is_awaited(self) -> bool:
        """Whether it is to be checked in."""
        return self.booking.state == BookingState.CONFIRMED and self.booking.end > clock.now()

    @property
    def is_kept(self) -> bool:
        """Whether it has begun and its grace time is running."""
        release = self.booking.release_at
        return self.is_awaited and self.has_begun and release is not None and release > clock.now()

    @property
    def has_begun(self) -> bool:
        """Whether its time has come."""
        return self.booking.start <= clock.now()


@dataclass
class DeskDay:
    """A hub's date in the order in which the desk needs it."""

    rows: DayBookings
    visits: list[Visit]  # residents not among them
    block_outs: list[BlockOut]
    kin: dict[int, set[int]]  # the spaces that cannot be had together with one: its whole, its parts

    @cached_property
    def arrivals(self) -> list[Visit]:
        """Who is to come: the latest first, then in the order of their starts."""
        coming = [one for one in self.visits if one.is_to_come]
        return sorted(coming, key=lambda one: one.booking.start)

    @property
    def soon(self) -> list[Visit]:
        """Who should be here or comes within the hour, and at least the next few: whom the desk has buttons for."""
        until = clock.now() + HOUR
        return [one for n, one in enumerate(self.arrivals) if n < AT_LEAST or one.booking.start <= until]

    @property
    def later(self) -> list[Visit]:
        """Who comes after those."""
        return self.arrivals[len(self.soon) :]

    @property
    def inside(self) -> list[Visit]:
        """Who is in: whose time is over first."""
        return sorted((one for one in self.visits if one.booking.is_inside), key=lambda one: one.booking.end)

    @property
    def over(self) -> list[Visit]:
        """Who left, and those of whom nobody said anything."""
        return [
            one
            for one in self.visits
            if not (one.is_to_come or one.booking.is_inside or one.booking.is_given_up)
        ]

    @property
    def absent(self) -> list[Visit]:
        """Who did not come."""
        return [one for one in self.visits if one.booking.is_given_up]

    @property
    def late(self) -> int:
        """How many should be here by now."""
        return sum(one.state == "late" for one in self.visits)

    @cached_property
    def heads(self) -> dict[int, int]:
        """How many people are in each space now, by its id; empty ones are not in it."""
        found: dict[int, int] = {}
        for one in self.visits:
            if one.heads:
                found[one.booking.space_id] = found.get(one.booking.space_id, 0) + one.heads
        return found

    @property
    def in_the_house(self) -> int:
        """How many people are in the house now."""
        return sum(self.heads.values())


def desk_day(hub: Hub, date: dt.date) -> DeskDay:
    """A hub's date for its desk, in five queries whatever the number of spaces and bookings."""
    rows = day_of(hub, date)
    bookings = [
        *rows.visits,
        *(one for one in rows.absent if one.state == BookingState.NO_SHOW and one.space.unit != Unit.MONTH),
    ]
    counts = dict.fromkeys((one.pk for one in bookings), (0, 0))
    here = Count("id", filter=Q(arrived_at__isnull=False, left_at=None))
    period = period_of_day(hub, date)
    listed = Guest.objects.filter(booking__hub=hub, booking__period__overlap=period).order_by("booking")
    for pk, n, there in listed.values_list("booking").annotate(n=Count("id"), there=here):
        counts[pk] = (n, there)
    words = state_words()
    visits = [Visit(one, *state_now(one, words), *counts[one.pk]) for one in bookings]
    blocks = BlockOut.objects.filter(hub=hub, lifted_at=None, period__overlap=period)
    return DeskDay(rows, visits, list(blocks.order_by("period", "id")), kin_of(hub))


# Whole rows, so that nothing shown can be forgotten here; minutes passed, because states and words depend on them.
MARK = """
SELECT md5(coalesce(string_agg(line, E'\\n' ORDER BY line), '')) FROM (
    SELECT concat_ws('|', b::text, p.name, o.name,
                     floor(date_part('epoch', %(now)s - lower(b.period)) / 60),
                     floor(date_part('epoch', %(now)s - upper(b.period)) / 60),
                     floor(date_part('epoch', %(now)s - b.release_at) / 60))
    FROM bookings_booking b JOIN members_person p ON p.id = b.person_id
         LEFT JOIN members_organisation o ON o.id = b.organisation_id
    WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange
    UNION ALL SELECT g::text FROM bookings_guest g JOIN bookings_booking b ON b.id = g.booking_id
    WHERE b.hub_id = %(hub)s::bigint AND b.period && %(period)s::tstzrange
    UNION ALL SELECT x::text FROM bookings_blockout x WHERE x.hub_id = %(hub)s::bigint AND x.period && %(period)s::tstzrange
    UNION ALL SELECT s::text FROM spaces_space s WHERE s.hub_id = %(hub)s::bigint
    UNION ALL SELECT l::text FROM spaces_spaceleaf l JOIN spaces_space s ON s.id = l.space_id WHERE s.hub_id = %(hub)s::bigint
    UNION ALL SELECT h::text FROM hubs_hub h WHERE h.id = %(hub)s::bigint
) AS lines(line)
"""


def desk_mark(hub: Hub, date: dt.date) -> str:
    """The same only while `desk_day` would say the same, whoever changed it by whatever way; one quick query.

    A hub's hours are in it by their version.
    """
    asked = {"hub": hub.pk, "period": period_of_day(hub, date), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(MARK, asked)
        return str(cursor.fetchone()[0])


def kin_of(hub: Hub) -> dict[int, set[int]]:
    """For each space of a hub the others it shares a leaf with."""
    on_leaf: dict[int, set[int]] = {}
    for space, leaf in SpaceLeaf.objects.filter(space__hub=hub).order_by("id").values_list("space", "leaf"):
        on_leaf.setdefault(leaf, set()).add(space)
    found: dict[int, set[int]] = {}
    for spaces in on_leaf.values():
        for space in spaces:
            found.setdefault(space, set()).update(spaces - {space})
    return found


def state_words() -> dict[str, str]:
    """Every state in the reader's language: asked once for a list."""
    return {state.value: str(state.label) for state in BookingState}


def state_now(booking: Booking, words: dict[str, str]) -> tuple[str, str]:
    """(what picks colour and icon, the words) of a booking at this moment: its state, or late, over time, unclear.

    `words` are `state_words()`.
    """
    now, minute = clock.now(), dt.timedelta(minutes=1)
    if booking.is_inside and booking.end <= now:
        return "overtime", _("%(time)s over") % {"time": formats.duration((now - booking.end) // minute)}
    if booking.state == BookingState.CONFIRMED and booking.start <= now:
        if booking.end <= now:
            return "unclear", _("Nobody said")
        if booking.space.unit == Unit.HOUR and now - booking.start >= minute:
            return "late", _("%(time)s late") % {"time": formats.duration((now - booking.start) // minute)}
        return "late", _("Expected now")
    return booking.state, words[booking.state]


@dataclass
class FreeNow:
    """A space somebody can have from this minute: `end` is the first full hour its rules allow."""

    space: Space
    end: dt.datetime
    until: dt.datetime | None  # when the next booking begins; None when nobody comes today


def free_now(hub: Hub, people: int = 1, *, decides: bool = False) -> list[FreeNow]:
    """The spaces by the hour that hold `people` and are free from now to the next full hour, the smallest first, a dozen.

    Spaces that need approval only for who `decides` about them. In four queries; the rules of the desk. Who never came and whose time to be taken back has passed is in nobody's way.
    """
    start = next_minute()
    leaf = OuterRef("leaf_rows__leaf")
    overdue = Q(booking__state=BookingState.CONFIRMED, booking__release_at__lte=clock.now())
    claims = Claim.objects.filter(space=leaf, period__overlap=moments(start, start + 24 * HOUR)).exclude(
        overdue
    )
    first = claims.annotate(begins=Lower("period")).order_by("period").values("begins")[:1]
    spaces = (
        Space.objects.filter(hub=hub, is_active=True, is_bookable=True, unit=Unit.HOUR, capacity__gte=people)
        .annotate(taken_from=Min(Subquery(first)))
        .order_by("capacity", "position", "id")
    )
    if not decides:
        spaces = spaces.filter(approval=Approval.INSTANT)
    found = []
    for space in spaces:
        space.hub = hub
    schedules = schedules_of(spaces)
    full = _full_from(hub, people, start)
    for space in spaces:
        space.taken_from = min(filter(None, (space.taken_from, full.get(space.pk))), default=None)
        end = _full_hour(start + dt.timedelta(minutes=space.min_length), hub.timezone)
        tidied = end + dt.timedelta(minutes=space.turnaround_minutes)
        if space.taken_from is not None and space.taken_from < tidied:
            continue
        if not why_not(space, schedules[space.pk], start, end, people, at_desk=True):
            found.append(FreeNow(space, end, space.taken_from))
            if len(found) == OFFERED:
                break
    return found


def _full_from(hub: Hub, people: int, start: dt.datetime) -> dict[int, dt.datetime]:
    """When spaces with counted desks next have none for `people` (or, a whole with such a part, are not empty)."""
    parts = SpaceLeaf.objects.filter(space__hub=hub, leaf__is_shared=True).order_by("id")
    rows = list(parts.values_list("space", "leaf", "leaf__capacity"))
    first, after = quarters_of(moments(start, start + 24 * HOUR))
    quarters = Quarter.objects.filter(
        space__in={leaf for _space, leaf, _most in rows}, at__gte=first, at__lt=after, taken__gt=0
    )
    taken: dict[int, list[tuple[dt.datetime, int]]] = {}
    for leaf, at, n in quarters.order_by("at").values_list("space", "at", "taken"):
        taken.setdefault(leaf, []).append((at, n))
    found: dict[int, dt.datetime] = {}
    for space, leaf, most in rows:
        left = most - people if leaf == space else 0
        moment = next((max(at, start) for at, n in taken.get(leaf, []) if n > left), None)
        if moment is not None:
            found[space] = min(moment, found.get(space, moment))
    return found


def _full_hour(moment: dt.datetime, timezone: str) -> dt.datetime:
    """The first full hour of the hub's clocks at or after `moment`."""
    local = moment.astimezone(ZoneInfo(timezone))
    full = local.replace(minute=0, second=0, microsecond=0)
    return (full if full == local else full + HOUR).astimezone(dt.UTC)
