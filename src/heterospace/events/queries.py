"""Reads about events, registrations and attendance."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.deeds import allowed
from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from ..members.models import Person
from ..questionnaires.queries import survey_link
from .enums import EFFECTIVE, LIVE, SHOWN, Group, Outcome, RegistrationState, Source
from .models import Event, KeptSeats, Registration, Scan, Seats

UNKNOWN_EVENT = _("There is no such event.")
UNKNOWN_REGISTRATION = _("There is no such registration.")


def event_at(office: Office, slug: str) -> Event:
    """The event with this slug, its hub loaded. Raises NotFound (`unknown_event`)."""
    found = Event.objects.select_related("hub").filter(office=office, slug=slug).order_by().first()
    if found is None:
        raise NotFound("unknown_event", UNKNOWN_EVENT)
    found.office = office
    return found


def registration_at(office: Office, reference: str) -> Registration:
    """The registration with this reference. Raises NotFound (`unknown_registration`)."""
    found = (
        Registration.objects.select_related("event__hub", "event__office", "seats", "person", "kept")
        .filter(event__office=office, reference=reference)
        .first()
    )
    if found is None:
        raise NotFound("unknown_registration", UNKNOWN_REGISTRATION)
    return found


def whats_on(
    office: Office,
    *,
    hub: Hub | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    topic: str = "",
    free: bool = False,
    mode: str = "",
    accessible: bool = False,
    words: str = "",
) -> QuerySet[Event]:
    """The published events that meet [start, end) (open sides count), by their beginning; from now on by default."""
    found = Event.objects.filter(office=office, state__in=SHOWN)
    found = found.annotate(starts=RangeStartsWith("period"), ends=RangeEndsWith("period"))
    if start is None and end is None:
        start = clock.now()
    if start is not None:
        found = found.filter(ends__gt=start)
    if end is not None:
        found = found.filter(starts__lt=end)
    if hub is not None:
        found = found.filter(hub=hub)
    if topic:
        found = found.filter(topic=topic)
    if free:
        found = found.filter(price=0)
    if mode:
        found = found.filter(mode__in=[mode, "hybrid"] if mode != "hybrid" else [mode])
    if accessible:
        found = found.exclude(access=[])
    if words:
        found = found.filter(Q(title__icontains=words) | Q(summary__icontains=words))
    return (
        found.select_related("hub")
        .prefetch_related("seats", "parties__organisation")
        .order_by("starts", "id")
    )


def live_registration(event: Event, person: Person) -> Registration | None:
    """The person's registration that still stands, if any."""
    found = Registration.objects.filter(event=event, person=person, state__in=LIVE)
    return found.select_related("event__hub", "seats", "person", "kept").first()


def seats_for(event: Event, person: Person) -> tuple[dict[str, Seats], str | None]:
    """The event's counters by mode, and the reference of the person's registration that still stands, if any. One query."""
    standing = Registration.objects.filter(event=event, person=person, state__in=LIVE)
    rows = list(event.seats.annotate(standing=Subquery(standing.order_by().values("reference")[:1])))
    return {row.mode: row for row in rows}, next((row.standing for row in rows), None)


def position(registration: Registration) -> int | None:
    """Her place on the waiting list, from 1; None for somebody who does not wait."""
    if registration.state != RegistrationState.WAITLISTED:
        return None
    before = Registration.objects.filter(
        seats=registration.seats_id, state=RegistrationState.WAITLISTED, number__lte=registration.number
    )
    return before.count()


def has_come_before(person_id: int, *, besides: int | None = None) -> bool:
    """Whether this person was at an event earlier (another than `besides`)."""
    seen = there(Scan.objects.filter(registration__person=person_id, annulment=None))
    return seen.exclude(event=besides).exists()


def groups_of(registration: Registration, kept: Iterable[KeptSeats]) -> list[KeptSeats]:
    """Those of `kept` this registration's person may sit on."""
    person = registration.person
    member = {
        Group.WOMEN: lambda _one: person.gender == "f",
        Group.DISABILITY: lambda _one: bool(registration.access_needs or person.access_needs),
        Group.FIRST_TIMERS: lambda _one: not has_come_before(person.pk, besides=registration.event_id),
        Group.REGION: lambda one: person.regency == one.region,
    }
    return [one for one in kept if member[Group(one.group)](one)]


def effective(event: Event | None = None) -> QuerySet[Scan]:
    """The ledger's lines that count: somebody came or went, and nobody annulled it."""
    lines = Scan.objects.filter(outcome__in=EFFECTIVE, annulment=None)
    return lines.filter(event=event) if event is not None else lines


def there(lines: QuerySet[Scan]) -> QuerySet[Scan]:
    """The lines of coming of those who were there: at a door, or online for as many minutes as the event asks for."""
    went = Scan.objects.filter(
        registration=OuterRef("registration"), source=Source.ONLINE, outcome=Outcome.OUT, annulment=None
    )
    minutes = went.order_by().values("registration").annotate(n=Sum("minutes")).values("n")
    enough = Q(event__online_minutes__lte=Coalesce(Subquery(minutes), 0))
    return lines.filter(~Q(source=Source.ONLINE) | Q(event__online_minutes=0) | enough, outcome=Outcome.IN)


def came(event: Event) -> QuerySet[Registration]:
    """The registrations of those who were there."""
    seen = there(effective(event).filter(registration=OuterRef("pk")))
    return Registration.objects.filter(Exists(seen), event=event).select_related("person", "seats")


def seats_of(event: Event) -> list[Seats]:
    """Its counters, on site first."""
    return list(event.seats.order_by("-mode"))


def with_seats(events: QuerySet[Event]) -> QuerySet[Event]:
    """The events with their hub, counters and hosts loaded."""
    return events.select_related("hub", "office").prefetch_related("seats", "parties__organisation")


def waiting_on(events: Iterable[Event]) -> dict[int, int]:
    """How many people wait, by the id of `Seats`."""
    waiting = Registration.objects.filter(
        event__in=[event.pk for event in events], state=RegistrationState.WAITLISTED
    )
    return dict(waiting.values_list("seats").annotate(n=Count("pk")))


def event_seen_by(user: Any, office: Office | None, slug: str) -> Event:
    """An event this user may see: published, or one she works on. Raises NotFound (`unknown_event`)."""
    if office is None:
        raise NotFound("unknown_event", UNKNOWN_EVENT)
    event = event_at(office, slug)
    if not event.is_shown and not allowed(user, "events.see", event):
        raise NotFound("unknown_event", UNKNOWN_EVENT)
    return event


def registrations_of(person: Person) -> QuerySet[Registration]:
    """Everything this person registered for, latest first."""
    found = Registration.objects.filter(person=person)
    return found.select_related("event__hub", "event__office", "seats", "person", "kept").order_by("-pk")


def survey_of(event: Event) -> str:
    """The path at which people tell how the event was, once it has begun; empty while nobody asks."""
    if event.start > clock.now() or not event.is_shown or event.state == "cancelled":
        return ""
    link = survey_link(event.hub, f"event:{event.slug}")
    return link.path if link is not None else ""


@dataclass
class Presence:
    """What the ledger says about one registration."""

    registration: Registration
    first_in: dt.datetime | None = None
    last_out: dt.datetime | None = None
    minutes: int | None = None
    minutes_online: int = 0
    asked_online: int = 0  # minutes that count as having been there
    sources: list[str] = field(default_factory=list)
    sessions: set[int | None] = field(default_factory=set)

    @property
    def came(self) -> bool:
        """Whether its person was there: at a door, or online for as many minutes as the event asks for."""
        at_door = any(source != Source.ONLINE for source in self.sources)
        return at_door or (bool(self.sources) and self.minutes_online >= self.asked_online)


def attendance_of(event: Event) -> list[Presence]:
    """Everybody who was to come, by name, with what the ledger says; two queries."""
    living = Registration.objects.filter(event=event).exclude(
        state__in=[RegistrationState.PENDING, RegistrationState.WAITLISTED, RegistrationState.OFFERED]
    )
    rows: dict[int | None, Presence] = {
        one.pk: Presence(one, asked_online=event.online_minutes)
        for one in living.filter(
            Q(state=RegistrationState.CONFIRMED) | Q(Exists(effective().filter(registration=OuterRef("pk"))))
        )
        .select_related("person", "seats")
        .order_by("person__name", "pk")
    }
    came_at: dict[tuple[int | None, int | None], dt.datetime] = {}
    for scan in effective(event).order_by("scanned_at", "pk"):
        row = rows.get(scan.registration_id)
        if row is None:
            continue
        key = (scan.registration_id, scan.session_id)
        if scan.outcome == Outcome.IN:
            row.first_in = row.first_in or scan.scanned_at
            row.sessions.add(scan.session_id)
            came_at[key] = scan.scanned_at
            if scan.source not in row.sources:
                row.sources.append(scan.source)
        else:
            row.last_out = scan.scanned_at
            stayed = scan.minutes
            if stayed is None and key in came_at:
                stayed = int((scan.scanned_at - came_at.pop(key)).total_seconds() // 60)
            row.minutes = (row.minutes or 0) + max(0, stayed or 0)
            if scan.source == Source.ONLINE:
                row.minutes_online += scan.minutes or 0
    return list(rows.values())


@dataclass(frozen=True)
class Conflict:
    """The same ticket shown twice: who let it in, and who scanned it while it was in."""

    registration: Registration
    first: Scan
    second: Scan


def conflicts_of(event: Event) -> list[Conflict]:
    """Tickets that were scanned at one gate while they were in by another: somebody should look at them."""
    again = (
        Scan.objects.filter(event=event, outcome=Outcome.ALREADY_IN, registration__isnull=False)
        .select_related("registration__person")
        .order_by("pk")
    )
    again_by = list(again)
    let_in: dict[tuple[int | None, int | None], list[Scan]] = {}
    for scan in (
        effective(event)
        .filter(outcome=Outcome.IN, registration__in={one.registration_id for one in again_by})
        .order_by("scanned_at", "pk")
    ):
        let_in.setdefault((scan.registration_id, scan.session_id), []).append(scan)
    found = []
    for second in again_by:
        firsts = let_in.get((second.registration_id, second.session_id), [])
        if (
            second.registration
            and firsts
            and (firsts[-1].device, firsts[-1].gate) != (second.device, second.gate)
        ):
            found.append(Conflict(second.registration, firsts[-1], second))
    return found
