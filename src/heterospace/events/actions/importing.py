"""Past events and their participants from the operator's sheets, in bulk: without mail, the same file twice is once."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...bookings.queries import moments
from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.sheets import Imported, Line, Problem, WrongRows
from ...hubs.models import Hub
from ...members.actions.importing import (
    chunks,
    enter_people,
    known_people,
    new_person,
    one_import_at_a_time,
    two_people,
)
from ...members.actions.people import is_minor
from ...members.enums import Purpose
from ...members.models import Consent, Organisation, Person
from ..enums import LIVE, Direction, EventMode, EventState, Outcome, Part, RegistrationState, Source
from ..models import Event, EventParty, Registration, Scan, Seats, Session
from .planning import LONGEST, RESERVED

Step = Callable[[int], None]


def _nothing(done: int) -> None:
    """No progress is told."""


TWICE = _("Line %(line)s already says this. One line for each.")
UNKNOWN_HOUSE = _("There is no organisation “%(name)s” here. Import organisations first, or leave it out.")


@dataclass
class _Planned:
    """A line of the sheet of events that can be meant."""

    line: Line
    start: dt.datetime
    end: dt.datetime
    hosts: list[Organisation]


@deed
def import_events(hub: Hub, lines: Sequence[Line], *, by: Author, step: Step = _nothing) -> Imported:
    """Enter events that were over before today (columns of `events.tables.EVENTS`) as held.

    One that is here already (its reference, or the same title and beginning) changes nothing. Raises Forbidden and,
    having written nothing, WrongRows with every problem.
    """
    require(by, "events.import", hub)
    one_import_at_a_time(hub.office)
    problems: list[Problem] = []
    houses = _houses(hub, {name for line in lines for name in line.get("hosts", ())})
    here = Event.objects.filter(hub=hub).order_by("pk")
    known = {(title.lower(), period.lower) for title, period in here.values_list("title", "period")}
    told = {line.get("reference", "").upper() for line in lines} - {""}
    references = dict(Event.objects.filter(reference__in=told).values_list("reference", "hub_id"))
    fresh: list[_Planned] = []
    first: dict[Any, int] = {}
    for line in lines:
        reference = line.get("reference", "").upper()
        if references.get(reference) == hub.pk:
            continue
        if reference in references:
            sentence = _("This is the reference of an event at another hub.")
            problems.append(Problem(line.number, "reference", sentence))
        one = _planned(hub, line, houses, problems)
        if one is None:
            continue
        key = (line.get("title", "").lower(), one.start)
        if first.setdefault(key, line.number) != line.number:
            problems.append(Problem(line.number, "title", TWICE % {"line": first[key]}))
        elif key not in known:
            fresh.append(one)
    if problems:
        raise WrongRows(problems)
    slugs = _Slugs(hub)
    done = 0
    for part in chunks(fresh, 500):
        _enter_events(hub, part, slugs)
        done += len(part)
        step(done)
    log(by, "import_events", hub, office=hub.office_id, hub=hub.pk, new=len(fresh), lines=len(lines))
    return Imported(len(fresh), 0, len(lines) - len(fresh))


def _houses(hub: Hub, named: set[str]) -> dict[str, Organisation]:
    rows = Organisation.objects.annotate(folded=Lower("name")).filter(office=hub.office_id)
    found: dict[str, Organisation] = {}
    for part in chunks({name.lower() for name in named} - {""}):
        for row in rows.filter(folded__in=part).order_by("pk"):
            found.setdefault(row.name.lower(), row)
    return found


def _planned(
    hub: Hub, line: Line, houses: dict[str, Organisation], problems: list[Problem]
) -> _Planned | None:
    before = len(problems)

    def wrong(column: str, sentence: Any) -> None:
        problems.append(Problem(line.number, column, sentence))

    if (named := line.get("hub", "").lower()) and named not in {hub.name.lower(), hub.slug}:
        wrong(
            "hub",
            _("This is the page of %(hub)s. Import each hub's events on its own page.") % {"hub": hub.name},
        )
    hosts = list(
        dict.fromkeys(houses[name.lower()] for name in line.get("hosts", ()) if name.lower() in houses)
    )
    for name in line.get("hosts", ()):
        if name.lower() not in houses:
            wrong("hosts", UNKNOWN_HOUSE % {"name": name[:60]})
    if not all(key in line.values for key in ("title", "date", "start", "end")):
        return None
    day = line.get("date")
    last = line.get("last_date", day)
    start, end = clock.at(day, line.get("start"), hub.timezone), clock.at(last, line.get("end"), hub.timezone)
    if end <= start:
        wrong("end", _("The end must come after the start."))
    elif end - start > LONGEST:
        wrong("last_date", _("This is longer than 31 days."))
    elif end > clock.at(clock.today(hub.timezone), 0, hub.timezone):
        wrong("date", _("This was not over before today. Plan events to come on their own page."))
    return _Planned(line, start, end, hosts) if len(problems) == before else None


class _Slugs:
    """Slugs no event of the office has, given one after the other."""

    def __init__(self, hub: Hub) -> None:
        self.taken = RESERVED | set(Event.objects.filter(office=hub.office_id).values_list("slug", flat=True))
        self.last: dict[str, int] = {}

    def free(self, title: str) -> str:
        """The next one for a title."""
        stem = slugify(title)[:70].strip("-") or "acara"
        n = self.last.get(stem, 1)
        while (slug := stem if n == 1 else f"{stem}-{n}") in self.taken:
            n += 1
        self.last[stem] = n
        self.taken.add(slug)
        return slug


def _enter_events(hub: Hub, rows: Sequence[_Planned], slugs: _Slugs) -> None:
    now = clock.now()
    made = Event.objects.bulk_create(
        Event(
            office_id=hub.office_id,
            hub=hub,
            slug=slugs.free(one.line.get("title")),
            reference=codes.reference("EV"),
            title=one.line.get("title"),
            summary=one.line.get("summary", ""),
            about=one.line.get("about", ""),
            topic=one.line.get("topic", "other"),
            mode=one.line.get("mode", EventMode.ONSITE),
            period=moments(one.start, one.end),
            state=EventState.DONE,
            made_at=now,
            published_at=one.start,
            ended_at=one.end,
        )
        for one in rows
    )
    pairs = list(zip(made, rows, strict=True))
    Seats.objects.bulk_create(
        Seats(event=event, mode=mode, capacity=one.line.get("capacity"))
        for event, one in pairs
        for mode in EventMode(event.mode).modes
    )
    Session.objects.bulk_create(Session(event=event, period=event.period) for event in made)
    EventParty.objects.bulk_create(
        EventParty(event=event, organisation=house, part=Part.CO_HOST if place else Part.HOST)
        for event, one in pairs
        for place, house in enumerate(one.hosts)
    )


@dataclass
class _Coming:
    """A line of the sheet of participants that can be meant."""

    line: Line
    event: Event
    seats: Seats
    organisation: Organisation | None
    person: Person | None = None  # None: to be entered


@deed
def import_participants(hub: Hub, lines: Sequence[Line], *, by: Author, step: Step = _nothing) -> Imported:
    """Enter who had a seat at past events of the hub, and who came (columns of `events.tables.PARTICIPANTS`).

    People are found by number or e-mail, or entered; who came stands in the ledger with the source `import`. Who is
    registered there already is not registered again; only a presence that was missing is added. An event's counter
    of seats grows where more came than there were seats. Raises Forbidden and, having written nothing, WrongRows.
    """
    require(by, "events.import", hub)
    one_import_at_a_time(hub.office)
    problems: list[Problem] = []
    houses = _houses(hub, {line.get("organisation", "") for line in lines})
    events = _Held(hub)
    known = known_people(hub.office, lines)
    coming: list[_Coming] = []
    first: dict[Any, int] = {}
    for line in lines:
        event, seats = events.of(line, problems)
        people = known.of(line)
        if len(people) > 1:
            problems.append(two_people(line))
        if not (line.get("whatsapp") or line.get("email")):
            problems.append(Problem(line.number, "whatsapp", _("Give a WhatsApp number or an e-mail.")))
        house = houses.get(line.get("organisation", "").lower())
        if line.get("organisation") and house is None:
            problems.append(
                Problem(line.number, "organisation", UNKNOWN_HOUSE % {"name": line.get("organisation")[:60]})
            )
        if event is None or seats is None:
            continue
        for way in filter(None, (line.get("whatsapp", ""), line.get("email", ""), people and people[0].pk)):
            if first.setdefault((event.pk, way), line.number) != line.number:
                problems.append(Problem(line.number, "name", TWICE % {"line": first[(event.pk, way)]}))
                break
        coming.append(_Coming(line, event, seats, house, people[0] if len(people) == 1 else None))
    if problems:
        raise WrongRows(problems)
    _enter_new_people(hub, coming, by)
    new = changed = done = 0
    for part in chunks(coming):
        made, marked = _enter_participants(part, by)
        new, changed, done = new + made, changed + marked, done + len(part)
        step(done)
    log(
        by,
        "import_participants",
        hub,
        office=hub.office_id,
        hub=hub.pk,
        new=new,
        changed=changed,
        lines=len(lines),
    )
    return Imported(new, changed, len(lines) - new - changed)


class _Held:
    """The hub's events that took place, by title and reference, with their seats."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        rows = Event.objects.filter(
            hub=hub, state__in=[EventState.DONE, EventState.REPORTED]
        ).prefetch_related("seats")
        self.named: dict[str, list[Event]] = {}
        for row in rows.order_by("pk"):
            row.hub = hub
            for name in (row.title.lower(), row.reference.lower(), row.slug):
                found = self.named.setdefault(name, [])
                if row not in found:
                    found.append(row)

    def of(self, line: Line, problems: list[Problem]) -> tuple[Event | None, Seats | None]:
        """The event a line means and its seats; None (and the problem) when that is not clear."""

        def wrong(column: str, sentence: Any) -> tuple[None, None]:
            problems.append(Problem(line.number, column, sentence))
            return None, None

        found = self.named.get(line.get("event", "").lower(), [])
        if "date" in line.values:
            zone = self.hub.timezone
            low, high = clock.at(line.get("date"), 0, zone), clock.at(line.get("date"), 1440, zone)
            found = [one for one in found if low <= one.start < high]
        if not found:
            return wrong(
                "event", _("No past event of this hub has this title (and date). Import events first.")
            )
        if len(found) > 1:
            return wrong("date", _("Several events have this title. Write the date as well."))
        event = found[0]
        if event.state == EventState.REPORTED:
            return wrong("event", _("The books of this event are closed."))
        seats = {one.mode: one for one in event.seats.all()}
        mode = line.get("mode") or (next(iter(seats)) if len(seats) == 1 else "")
        if not mode:
            return wrong("mode", _("This event was both: write whether they came or took part online."))
        if mode not in seats:
            return wrong("mode", _("This event was not held like that."))
        return event, seats[mode]


def _enter_new_people(hub: Hub, coming: Sequence[_Coming], by: Author) -> None:
    """Enter everybody once whom no record is known of; two lines with the same number or e-mail are one person."""
    met: dict[str, Person] = {}
    made: list[Person] = []
    told: list[tuple[Line, Person]] = []
    for one in coming:
        if one.person is not None:
            continue
        ways = [way for way in (one.line.get("whatsapp", ""), one.line.get("email", "")) if way]
        person = next((met[way] for way in ways if way in met), None)
        if person is None:
            person = new_person(hub.office, one.line)
            if is_minor(one.line.get("birth_year")):  # nobody here knows what the guardian agreed to
                person.birth_year, person.gender = None, ""
            made.append(person)
            told.append((one.line, person))
        for way in ways:
            met.setdefault(way, person)
        one.person = person
    for part in chunks(made):
        enter_people(part, by)
    now = clock.now()
    agreed = {
        id(person) for line, person in told if line.get("statistics") and not is_minor(line.get("birth_year"))
    }
    for part in chunks([person for person in made if id(person) in agreed]):
        Consent.objects.bulk_create(
            Consent(person=person, purpose=Purpose.STATISTICS, given_at=now) for person in part
        )


def _enter_participants(rows: Sequence[_Coming], by: Author) -> tuple[int, int]:
    """Register and mark present; answers how many are new, and of how many only the presence was."""
    seats = {
        one.pk: one
        for one in Seats.objects.select_for_update()
        .filter(pk__in={one.seats.pk for one in rows})
        .order_by("pk")
    }
    events = {one.event.pk for one in rows}
    standing: dict[tuple[int, int], int] = {}
    people = {one.person.pk for one in rows if one.person}
    live = Registration.objects.filter(event__in=events, person__in=people, state__in=sorted(LIVE)).order_by(
        "pk"
    )
    for pk, event, person in live.values_list("pk", "event_id", "person_id"):
        standing[(event, person)] = pk
    seen = set(
        Scan.objects.filter(registration__in=list(standing.values()), outcome=Outcome.IN).values_list(
            "registration_id", flat=True
        )
    )
    now = clock.now()
    made: list[Registration] = []
    came: list[tuple[_Coming, Registration]] = []
    scans: list[Scan] = []
    marked = 0
    for one in rows:
        assert one.person is not None  # entered above
        there = standing.get((one.event.pk, one.person.pk))
        if there is not None:
            if one.line.get("came", True) and there not in seen:
                marked += 1
                scans.append(_presence(one, there, now, by))
            continue
        registration = Registration(
            reference=codes.reference("RG"),
            event=one.event,
            seats_id=one.seats.pk,
            person=one.person,
            organisation=one.organisation,
            state=RegistrationState.CONFIRMED,
            door="import",
            made_at=one.event.start - dt.timedelta(days=1),
            confirmed_at=one.event.start - dt.timedelta(days=1),
        )
        made.append(registration)
        counter = seats[one.seats.pk]
        counter.taken += 1
        if counter.capacity is not None:
            counter.capacity = max(counter.capacity, counter.taken + counter.kept)
        if one.line.get("came", True):
            came.append((one, registration))
    Seats.objects.bulk_update(seats.values(), ["taken", "capacity"])
    Registration.objects.bulk_create(made)
    scans += [_presence(one, registration.pk, now, by) for one, registration in came]
    Scan.objects.bulk_create(scans)
    return len(made), marked


def _presence(one: _Coming, registration: int, now: dt.datetime, by: Author) -> Scan:
    return Scan(
        event=one.event,
        registration_id=registration,
        direction=Direction.IN,
        outcome=Outcome.IN,
        turn=1,
        source=Source.IMPORT,
        scanned_at=one.event.start,
        received_at=now,
        nonce=f"import-{codes.secret()}",
        by_id=by.pk,
    )
