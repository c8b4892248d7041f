"""What the organisers' pages show: where an event stands, what is missing, who registered."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import Sentence
from ..hubs.models import Hub
from ..members.models import Person
from .door import people_inside
from .enums import LIVE, EventState, RegistrationState
from .models import Event, Invitation, Registration, Seats, Session

SHOWN = 30


def organised(person: Person, hubs: list[Hub]) -> dict[str, Any]:
    """The events a person works on, and those of the hubs whose events she runs: to review, drafts, coming, past."""
    mine = (
        Q(made_by=person)
        | Q(helpers__person=person)
        | Q(
            parties__organisation__affiliations__person=person,
            parties__organisation__affiliations__role__in=["owner", "manager"],
            parties__organisation__affiliations__state="confirmed",
            parties__organisation__affiliations__until=None,
            parties__part__in=["host", "co_host"],
        )
        | Q(hub__in=hubs)
    )
    found = Event.objects.filter(office=person.office_id, pk__in=Event.objects.filter(mine).values("pk"))
    rows = found.select_related("hub").prefetch_related("seats")
    now = clock.now()
    return {
        "to_review": list(rows.filter(state=EventState.SUBMITTED).order_by("period")[:SHOWN]),
        "drafts": list(rows.filter(state=EventState.DRAFT).order_by("period")[:SHOWN]),
        "coming": list(
            rows.filter(state=EventState.PUBLISHED, period__endswith__gt=now).order_by("period")[:SHOWN]
        ),
        "past": list(
            rows.filter(state__in=[EventState.DONE, EventState.REPORTED, EventState.CANCELLED]).order_by(
                "-period"
            )[:SHOWN]
        ),
        "runs": {hub.pk for hub in hubs},
    }


def local_start(event: Event) -> dict[str, Any]:
    """Day and time of its beginning as the hub's clocks show it."""
    start = event.start.astimezone(ZoneInfo(event.hub.timezone))
    return {"date": start.date(), "start": start.time()}


@dataclass(frozen=True)
class Missing:
    """Something an organiser should still do, and where."""

    sentence: Sentence
    page: str  # name of the address


def overview(event: Event) -> dict[str, Any]:
    """What the first page of managing shows."""
    counts = dict(event.registrations.values_list("state").annotate(n=Count("pk")).order_by())
    sessions = sessions_of(event)
    return {
        "counts": {state.value: counts.get(state.value, 0) for state in RegistrationState},
        "counters": counters(event),
        "sessions": sessions,
        "missing": missing(event, sessions),
        "inside": people_inside(event) if event.published_at else 0,
        "is_coming": event.end > clock.now(),
    }


def missing(event: Event, sessions: list[Session]) -> list[Missing]:
    """What a good announcement still lacks; nothing here keeps an event from being published."""
    if event.state not in {EventState.DRAFT, EventState.SUBMITTED, EventState.PUBLISHED}:
        return []
    found = []
    if not event.summary:
        found.append(Missing(_("Say in one sentence why somebody should come."), "events:edit"))
    if not event.about:
        found.append(Missing(_("Describe what happens."), "events:edit"))
    if "onsite" in event.modes and not event.place and not any(one.space_id for one in sessions):
        found.append(Missing(_("Give it a space of the hub, or say where it is."), "events:programme"))
    if not any(one.speakers.all() for one in sessions):
        found.append(Missing(_("Say who speaks."), "events:programme"))
    if any(lost(one) for one in sessions):
        found.append(Missing(_("A session has lost its space: choose another."), "events:programme"))
    if not event.parties.exists():
        found.append(Missing(_("Name who hosts it."), "events:team"))
    return found


def lost(session: Session) -> bool:
    """Whether the space it had was taken away."""
    return session.booking is not None and session.booking.is_given_up


def sessions_of(event: Event) -> list[Session]:
    """Its sittings with space, booking and speakers."""
    rows = event.sessions.select_related("space", "booking").prefetch_related("speakers__organisation")
    found = list(rows)
    for one in found:
        one.is_lost = lost(one)
    return found


def counters(event: Event) -> list[Seats]:
    """Its seats, each with what is kept and how many wait."""
    waiting = dict(
        event.registrations.filter(state=RegistrationState.WAITLISTED)
        .values_list("seats")
        .annotate(n=Count("pk"))
        .order_by()
    )
    rows = list(event.seats.prefetch_related("kept_for"))
    for one in rows:
        one.waiting = waiting.get(one.pk, 0)
        one.groups = [kept for kept in one.kept_for.all() if kept.released_at is None]
    return rows


def invited_to(event: Event) -> QuerySet[Invitation]:
    """Whom the organisers invited, the latest first; each knows whether she `has_registered`."""
    standing = event.registrations.filter(person=OuterRef("person"), state__in=LIVE)
    return (
        event.invitations.select_related("person").annotate(has_registered=Exists(standing)).order_by("-pk")
    )


def people_of(event: Event, *, state: str = "", mode: str = "", words: str = "") -> QuerySet[Registration]:
    """The registrations of an event: those who wait by their number, others as they came."""
    found = event.registrations.select_related("person", "seats", "organisation", "kept")
    if state:
        found = found.filter(state=state)
    if mode:
        found = found.filter(seats__mode=mode)
    for word in words.split():
        found = found.filter(
            Q(person__name__icontains=word)
            | Q(reference__icontains=word)
            | Q(person__whatsapp__contains=word)
        )
    return found.order_by("number", "pk") if state == RegistrationState.WAITLISTED else found.order_by("pk")
