"""Past bookings from the operator's sheets, in bulk: without mail, whatever the hours were, and never overlapping."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.sheets import Imported, Line, Problem, WrongRows
from ...hubs.models import Hub
from ...members.actions.importing import (
    Known,
    chunks,
    enter_people,
    known_people,
    one_import_at_a_time,
    two_people,
)
from ...members.models import Organisation, Person
from ...spaces.enums import Unit
from ...spaces.models import Space, SpaceLeaf
from ...spaces.queries import schedules_of
from ..enums import BookingState, LedgerKind
from ..models import Booking, Claim, LedgerEntry
from ..queries import moments
from .counting import Counted, is_short, take

OURS = re.compile(r"HS-[0-9A-Z]{4}-[0-9A-Z]{4}")
SAME = """
SELECT w.n FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::text[]) WITH ORDINALITY
AS w(space, low, high, person, state, n) JOIN bookings_booking b
ON b.space_id = w.space AND b.person_id = w.person AND b.period = tstzrange(w.low, w.high, '[)') AND b.state = w.state
"""
TAKEN = """
SELECT w.n FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS w(leaf, low, high, n)
WHERE EXISTS (SELECT 1 FROM bookings_claim c WHERE c.space_id = w.leaf AND c.period && tstzrange(w.low, w.high, '[)'))
"""
PAST = {BookingState.FINISHED, BookingState.CANCELLED, BookingState.NO_SHOW}


@dataclass
class Wish:
    """A line that can be meant: what it says, with its space and moments found."""

    line: Line
    space: Space
    start: dt.datetime
    end: dt.datetime
    state: BookingState
    organisation: Organisation | None
    person: Person | None = None  # None: to be entered


@deed
def import_history(
    hub: Hub, lines: Sequence[Line], *, by: Author, step: Callable[[int], None] = lambda done: None
) -> Imported:
    """Enter bookings that were over before today (columns of `bookings.tables.BOOKINGS`) as finished, cancelled or missed.

    A line that is here already (its reference, or the same person, space and time) changes nothing. People are found
    by number or e-mail, or entered. Raises Forbidden and, having written nothing, WrongRows with every problem.
    """
    require(by, "bookings.import_history", hub)
    one_import_at_a_time(hub.office)
    spaces = _Spaces(hub)
    problems: list[Problem] = []
    there = _references(lines)
    fresh = [line for line in lines if there.get(line.get("reference", "").upper()) != hub.pk]
    for line in fresh:
        if line.get("reference", "").upper() in there:
            problems.append(
                Problem(line.number, "reference", _("This is the reference of a booking at another hub."))
            )
    known = known_people(hub.office, fresh)
    names = _only_names(hub, fresh)
    houses = _houses(hub, fresh)
    wishes: list[Wish] = []
    for line in fresh:
        wish = _wish(hub, line, spaces, houses, problems)
        problems += _person_problems(line, known, names, wish)
        if wish is not None:
            wishes.append(wish)
    problems += _references_twice(fresh)
    _same_twice(wishes, problems)
    wishes = _without_those_here(wishes)
    claiming = [wish for wish in wishes if wish.state == BookingState.FINISHED]
    problems += _overlaps_in_file(claiming, spaces, {problem.line for problem in problems})
    if wishes:
        _lock(spaces)
        problems += _overlaps_here(claiming, spaces)
    if problems:
        raise WrongRows(problems)
    _enter_people(hub, wishes, by)
    done = 0
    for part in chunks(wishes):
        problems += _write(hub, part, spaces)
        done += len(part)
        step(done)
    if problems:
        raise WrongRows(problems)
    log(by, "import_history", hub, office=hub.office_id, hub=hub.pk, new=len(wishes), lines=len(lines))
    return Imported(len(wishes), 0, len(lines) - len(wishes))


class _Spaces:
    """The hub's spaces by name and code, with their leaves and hours."""

    def __init__(self, hub: Hub) -> None:
        self.all = list(Space.objects.filter(hub=hub).select_related("hub").order_by("id"))
        self.by_id = {space.pk: space for space in self.all}
        self.by_word: dict[str, Space] = {}
        for space in self.all:
            self.by_word.setdefault(space.name.lower(), space)
        self.by_word |= {space.slug: space for space in self.all}
        self.schedules = schedules_of(self.all)
        self.leaves: dict[int, list[int]] = {}
        for space_id, leaf in (
            SpaceLeaf.objects.filter(space__hub=hub).order_by("leaf").values_list("space_id", "leaf_id")
        ):
            self.leaves.setdefault(space_id, []).append(leaf)

    def rooms_of(self, space: Space) -> list[int]:
        """The leaves a booking of `space` claims whole."""
        return [leaf for leaf in self.leaves[space.pk] if not self.by_id[leaf].is_shared]

    def desks_of(self, space: Space, people: int) -> list[Counted]:
        """What it takes of shared leaves: as many desks as people, or all when it is part of a larger one."""
        shared = (self.by_id[leaf] for leaf in self.leaves[space.pk] if self.by_id[leaf].is_shared)
        return [
            Counted("space", leaf.pk, people if leaf.pk == space.pk else leaf.capacity, leaf.capacity)
            for leaf in shared
        ]


def _references(lines: Sequence[Line]) -> dict[str, int]:
    """The references of these lines that are bookings already, with their hub."""
    told = {line.get("reference", "").upper() for line in lines} - {""}
    found: dict[str, int] = {}
    for part in chunks(told):
        found |= dict(
            Booking.objects.filter(reference__in=part).order_by("id").values_list("reference", "hub_id")
        )
    return found


def _only_names(hub: Hub, lines: Sequence[Line]) -> dict[str, list[Person]]:
    """People by folded name, for lines that tell no number and no e-mail."""
    named = {
        line.get("name", "").lower() for line in lines if not (line.get("whatsapp") or line.get("email"))
    } - {""}
    found: dict[str, list[Person]] = {}
    for part in chunks(named):
        rows = Person.objects.annotate(folded=Lower("name")).filter(office=hub.office_id, folded__in=part)
        for row in rows.filter(merged_into=None, erased_at=None).order_by("id"):
            found.setdefault(row.name.lower(), []).append(row)
    return found


def _houses(hub: Hub, lines: Sequence[Line]) -> dict[str, Organisation]:
    named = {line.get("organisation", "").lower() for line in lines} - {""}
    found: dict[str, Organisation] = {}
    for part in chunks(named):
        rows = Organisation.objects.annotate(folded=Lower("name")).filter(
            office=hub.office_id, folded__in=part
        )
        for row in rows.order_by("id"):
            found.setdefault(row.name.lower(), row)
    return found


def _wish(
    hub: Hub, line: Line, spaces: _Spaces, houses: dict[str, Organisation], problems: list[Problem]
) -> Wish | None:
    """The line with its space, moments, state and organisation; None (and the problems) when it cannot be meant."""
    before = len(problems)

    def wrong(column: str, sentence: str) -> None:
        problems.append(Problem(line.number, column, sentence))

    space = spaces.by_word.get(line.get("space", "").lower())
    if "space" in line.values and space is None:
        wrong("space", _("This hub has no space “%(name)s”.") % {"name": line.get("space")[:60]})
    state = BookingState(line.get("state", BookingState.FINISHED))
    if state not in PAST:
        wrong("state", _("A past booking took place, was cancelled, or nobody came."))
    house = houses.get(line.get("organisation", "").lower())
    if line.get("organisation") and house is None:
        sentence = _("There is no organisation “%(name)s” here. Import organisations first, or leave it out.")
        wrong("organisation", sentence % {"name": line.get("organisation")[:60]})
    if space is not None and line.get("people", 1) > 100 * space.capacity:
        wrong("people", _("This space holds at most %(n)d people.") % {"n": space.capacity})
    if space is None or "date" not in line.values:
        return None
    period = _period(line, space, spaces, wrong)
    if period is None or len(problems) > before:
        return None
    start, end = period
    if end > clock.at(clock.today(hub.timezone), 0, hub.timezone):
        wrong("date", _("This was not over before today. Bookings to come are made one by one."))
        return None
    return Wish(line, space, start, end, state, house)


def _period(
    line: Line, space: Space, spaces: _Spaces, wrong: Callable[[str, str], None]
) -> tuple[dt.datetime, dt.datetime] | None:
    """When it was, as clocks at the hub showed it; without times by the space's unit and hours."""
    zone, day = space.hub.timezone, line.get("date")
    last, opens, closes = line.get("last_date", day), line.get("start"), line.get("end")
    if (opens is None) != (closes is None):
        wrong("start" if opens is None else "end", _("Give both times, or none."))
        return None
    if last < day:
        wrong("last_date", _("The last date is before the first."))
        return None
    if opens is not None:
        start = clock.at(day, opens, zone)
        end = clock.at(last, 1440 if closes == 0 and last == day else closes, zone)
    elif space.unit == Unit.NIGHT:
        nights = max(last, day + dt.timedelta(days=1))
        start, end = clock.at(day, space.arrive, zone), clock.at(nights, space.leave, zone)
    elif space.unit == Unit.HOUR:
        spans = spaces.schedules[space.pk].week.get(day.weekday(), ())
        until = spaces.schedules[space.pk].week.get(last.weekday(), ())
        if not spans or not until:
            wrong("start", _("It is not open on that weekday: give the times."))
            return None
        start, end = clock.at(day, spans[0][0], zone), clock.at(last, until[-1][1], zone)
    else:
        start, end = clock.at(day, 0, zone), clock.at(last, 1440, zone)
    if end <= start:
        wrong("end", _("The end must come after the start."))
        return None
    if end - start > dt.timedelta(days=400):
        wrong("last_date", _("This is longer than 400 days."))
        return None
    return start, end


def _person_problems(
    line: Line, known: Known, names: dict[str, list[Person]], wish: Wish | None
) -> Iterator[Problem]:
    """Find the line's person, or say why that cannot be."""
    people = known.of(line)
    if not people and not (line.get("whatsapp") or line.get("email")):
        people = names.get(line.get("name", "").lower(), [])
        if len(people) != 1 and line.get("name"):
            yield Problem(
                line.number,
                "whatsapp",
                _("Give a WhatsApp number or an e-mail: the name alone does not tell who it was."),
            )
            return
    if len(people) > 1:
        yield two_people(line)
    elif people and wish is not None:
        wish.person = people[0]


def _references_twice(lines: Sequence[Line]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line in lines:
        reference = line.get("reference", "").upper()
        if reference and first.setdefault(reference, line.number) != line.number:
            sentence = _("Line %(line)s already says this. One line for each.") % {"line": first[reference]}
            yield Problem(line.number, "reference", sentence)


def _who(wish: Wish) -> object:
    """What tells people of one file apart before they are entered."""
    return wish.person.pk if wish.person else (wish.line.get("whatsapp", ""), wish.line.get("email", ""))


def _same_twice(wishes: list[Wish], problems: list[Problem]) -> None:
    first: dict[object, int] = {}
    for wish in wishes:
        key = (wish.space.pk, wish.start, wish.end, wish.state, _who(wish))
        if first.setdefault(key, wish.line.number) != wish.line.number:
            sentence = _("Line %(line)s already says this. One line for each.") % {"line": first[key]}
            problems.append(Problem(wish.line.number, "space", sentence))


def _without_those_here(wishes: list[Wish]) -> list[Wish]:
    """The wishes whose person does not have just this space and time already."""
    kept: list[Wish] = []
    for part in chunks(wishes):
        known = [wish for wish in part if wish.person is not None]
        same: set[int] = set()
        if known:
            with connection.cursor() as cursor:
                cursor.execute(
                    SAME,
                    [
                        [wish.space.pk for wish in known],
                        [wish.start for wish in known],
                        [wish.end for wish in known],
                        [wish.person.pk for wish in known if wish.person],
                        [wish.state.value for wish in known],
                    ],
                )
                same = {id(known[n - 1]) for (n,) in cursor.fetchall()}
        kept += [wish for wish in part if id(wish) not in same]
    return kept


def _taken(column: Line, sentence: str) -> Problem:
    return Problem(column.number, "space", sentence)


def _overlaps_in_file(wishes: Iterable[Wish], spaces: _Spaces, told: set[int]) -> Iterator[Problem]:
    """Lines that want a room another line has: the later one is told."""
    by_leaf: dict[int, list[Wish]] = {}
    for wish in wishes:
        for leaf in spaces.rooms_of(wish.space):
            by_leaf.setdefault(leaf, []).append(wish)
    for rows in by_leaf.values():
        rows.sort(key=lambda wish: (wish.start, wish.line.number))
        reach = rows[0]
        for wish in rows[1:]:
            if wish.start < reach.end and wish.line.number not in told:
                told.add(wish.line.number)
                yield _taken(
                    wish.line,
                    _("At that time line %(line)s has this space already.") % {"line": reach.line.number},
                )
            reach = max(reach, wish, key=lambda one: one.end)


def _lock(spaces: _Spaces) -> None:
    """Lock every leaf of the hub in id order, as everybody who books does."""
    list(
        Space.objects.filter(hub=spaces.all[0].hub_id, is_leaf=True)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )


def _overlaps_here(wishes: Iterable[Wish], spaces: _Spaces) -> Iterator[Problem]:
    """Lines that want a room somebody has here."""
    wanted = [(leaf, wish) for wish in wishes for leaf in spaces.rooms_of(wish.space)]
    told: set[int] = set()
    for part in chunks(wanted):
        with connection.cursor() as cursor:
            cursor.execute(
                TAKEN,
                [
                    [leaf for leaf, _wish in part],
                    [wish.start for _leaf, wish in part],
                    [wish.end for _leaf, wish in part],
                ],
            )
            found = [part[n - 1][1] for (n,) in cursor.fetchall()]
        for wish in found:
            if wish.line.number not in told:
                told.add(wish.line.number)
                yield _taken(wish.line, _("At that time somebody else has this space here already."))


def _enter_people(hub: Hub, wishes: Sequence[Wish], by: Author) -> None:
    """Enter those nobody knows yet, one record for one number or e-mail."""
    made: dict[str, Person] = {}
    fresh: list[Person] = []
    for wish in wishes:
        if wish.person is None:
            addresses = [wish.line.get(key) for key in ("whatsapp", "email") if wish.line.get(key)]
            person = next((made[one] for one in addresses if one in made), None)
            if person is None:
                person = Person(
                    office_id=hub.office_id, name=wish.line.get("name"), created_at=clock.now(), whatsapp=wish.line.get("whatsapp", ""),
                    email=wish.line.get("email", ""),
                )  # fmt: skip
                fresh.append(person)
            made |= dict.fromkeys(addresses, person)
            wish.person = person
    enter_people(fresh, by)


def _write(hub: Hub, wishes: Sequence[Wish], spaces: _Spaces) -> Iterator[Problem]:
    """Write these bookings with their claims, counters and ledger; a shared space that is full is a problem."""
    rows = Booking.objects.bulk_create([_booking(hub, wish) for wish in wishes])
    claims, ledger, full = [], [], []
    for wish, booking in zip(wishes, rows, strict=True):
        minutes = int((wish.end - wish.start).total_seconds() // 60)
        if wish.state == BookingState.FINISHED:
            claims += [
                Claim(booking=booking, space_id=leaf, period=booking.period)
                for leaf in spaces.rooms_of(wish.space)
            ]
            desks = spaces.desks_of(wish.space, booking.people)
            if any(is_short(one, booking.period) for one in desks):
                full.append(_taken(wish.line, _("At that time all desks of this space were taken.")))
            elif desks:
                take(desks, {booking: booking.period})
            ledger.append(LedgerEntry(booking=booking, kind=LedgerKind.USED, minutes=minutes, at=wish.end))
        elif wish.state == BookingState.NO_SHOW:
            ledger.append(LedgerEntry(booking=booking, kind=LedgerKind.NO_SHOW, minutes=minutes, at=wish.end))
    Claim.objects.bulk_create(claims)
    LedgerEntry.objects.bulk_create(ledger)
    return iter(full)


def _booking(hub: Hub, wish: Wish) -> Booking:
    told = wish.line.get("reference", "").upper()
    return Booking(
        reference=told if OURS.fullmatch(told) else codes.reference(),
        hub=hub,
        space=wish.space,
        period=moments(wish.start, wish.end),
        person=wish.person,
        organisation=wish.organisation,
        purpose=wish.line.get("purpose") or _("Imported"),
        people=wish.line.get("people", 1),
        state=wish.state,
        created_at=wish.start,
        cancelled_at=wish.start if wish.state == BookingState.CANCELLED else None,
        ended_at=None if wish.state == BookingState.CANCELLED else wish.end,
    )
