"""Reads about events, registrations and attendance."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from ..core import clock
from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from ..members.models import Person
from .enums import EFFECTIVE, SHOWN, Group, Outcome, RegistrationState
from .models import Event, KeptSeats, Registration, Scan, Seats


def moments(start: dt.datetime, end: dt.datetime) -> TimestamptzRange:
    """[start, end) as the database keeps it."""
    return TimestamptzRange(start, end)


def event_at(office: Office, slug: str) -> Event:
    """The event with this slug, its hub loaded. Raises NotFound (`unknown_event`)."""
    found = Event.objects.select_related("hub", "office", "series").filter(office=office, slug=slug).first()
    if found is None:
        raise NotFound("unknown_event", _("There is no such event."))
    return found


def registration_at(office: Office, reference: str) -> Registration:
    """The registration with this reference. Raises NotFound (`unknown_registration`)."""
    found = (
        Registration.objects.select_related("event__hub", "event__office", "seats", "person", "kept")
        .filter(event__office=office, reference=reference)
        .first()
    )
    if found is None:
        raise NotFound("unknown_registration", _("There is no such registration."))
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
    found = Registration.objects.filter(
        event=event, person=person, state__in=["pending", "confirmed", "waitlisted", "offered"]
    )
    return found.select_related("event__hub", "seats", "person", "kept").first()


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
    seen = Scan.objects.filter(registration__person=person_id, outcome=Outcome.IN, annulment=None)
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


def came(event: Event) -> QuerySet[Registration]:
    """The registrations of those who were there."""
    seen = effective(event).filter(registration=OuterRef("pk"), outcome=Outcome.IN)
    return Registration.objects.filter(Exists(seen), event=event).select_related("person", "seats")


def inside_now(event: Event) -> int:
    """How many are in the event right now: let in and not yet out, whatever the session."""
    counts = effective(event).aggregate(
        ins=Count("pk", filter=Q(outcome=Outcome.IN)), outs=Count("pk", filter=Q(outcome=Outcome.OUT))
    )
    return counts["ins"] - counts["outs"]


def seats_of(event: Event) -> list[Seats]:
    """Its counters, on site first."""
    return list(event.seats.order_by("-mode"))
