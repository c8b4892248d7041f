"""The sessions of an event and the spaces they have; moving an event moves its bookings, or refuses."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...bookings.queries import moments
from ...core import clock, codes
from ...core.deeds import Author, deed, require
from ...core.refusals import Invalid, Refused
from ...members.queries import person_of
from ...spaces.models import Space
from ..enums import EventState, RegistrationState
from ..models import Event, EventParty, EventSeries, Registration, Seats, Session, Speaker
from .holding import tell
from .planning import WHY_STAYS, _check_times, _record, free_slug, held
from .rooms import book_for, move_for, release


def _require_plannable(event: Event) -> None:
    if event.state not in {EventState.DRAFT, EventState.SUBMITTED, EventState.PUBLISHED}:
        raise Refused(*WHY_STAYS[EventState(event.state)])


@deed
def add_session(
    event: Event,
    start: dt.datetime,
    end: dt.datetime,
    *,
    by: Author,
    title: str = "",
    about: str = "",
    space: Space | None = None,
) -> Session:
    """Add a sitting; with `space` (its hub loaded) it is booked at once, or refused.

    Raises Forbidden, Invalid (`end_before_start`, `too_long`, `session_twice`, the space's rules), Refused (`clash`,
    `quota`, the event's state).
    """
    require(by, "events.manage", event)
    _check_times(start, end)
    booking = book_for(event, space, start, end, by) if space else None
    event = held(event)
    _require_plannable(event)
    session = Session(
        event=event,
        title=title.strip()[:160],
        about=about.strip()[:2000],
        period=moments(start, end),
        space=space,
        booking=booking,
    )
    _require_new(session)
    session.save()
    _span(event)
    _record(by, "add_session", event, session=session.pk)
    return session


@deed
def change_session(
    session: Session,
    *,
    by: Author,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    space: Space | None = None,
    no_space: bool = False,
    tell_them: bool = True,
    **facts: str,
) -> Session:
    """Change a sitting: its words, its time, its space (`no_space`: gives it back). Its booking moves along or refuses.

    Those who have a seat are told of another time. Raises as `add_session`.
    """
    require(by, "events.manage", session.event)
    start, end = start or session.start, end or session.end
    _check_times(start, end)
    if set(facts) - {"title", "about"}:
        raise TypeError("A session has a title and a text")
    moved = (start, end) != (session.start, session.end)
    wanted = None if no_space else space or session.space
    if wanted is None:
        release(session)
        session.booking = session.space = None
    elif session.booking is None or session.booking.is_given_up or wanted.hub_id != session.booking.hub_id:
        release(session)
        session.booking, session.space = book_for(session.event, wanted, start, end, by), wanted
    elif moved or wanted.pk != session.space_id:
        move_for(session.booking, by, space=wanted, start=start, end=end)
        session.space = wanted
    event = held(session.event)
    _require_plannable(event)
    session.event = event
    session.period = moments(start, end)
    for name, value in facts.items():
        setattr(session, name, value.strip()[: 160 if name == "title" else 2000])
    _require_new(session)
    session.save()
    _span(event)
    _record(by, "change_session", event, session=session.pk)
    if moved and tell_them:
        _tell_seated(event)
    return session


@deed
def remove_session(session: Session, *, by: Author) -> None:
    """Take a sitting out and give its space back; an event keeps one at least. Raises Forbidden, Refused (`last_session`)."""
    require(by, "events.manage", session.event)
    release(session)
    event = held(session.event)
    _require_plannable(event)
    if event.sessions.count() < 2:
        raise Refused("last_session", _("An event has one session at least."))
    if session.scans.exists():
        raise Refused("already_over", _("People were at this session already."))
    session.delete()
    _span(event)
    _record(by, "remove_session", event)


@deed
def move_event(event: Event, start: dt.datetime, *, by: Author, tell_them: bool = True) -> Event:
    """Give an event another beginning: every session moves by as much, with its booking, or nothing does.

    Raises Forbidden, Refused (`clash`, the space's rules, the event's state).
    """
    require(by, "events.manage", event)
    shift = start - event.start
    if not shift:
        return event
    sessions = list(event.sessions.select_related("booking__space", "booking__hub", "space"))
    later = shift > dt.timedelta()
    for session in sorted(sessions, key=lambda one: one.start, reverse=later):  # never onto its own neighbour
        if session.booking is not None and not session.booking.is_given_up:
            move_for(session.booking, by, start=session.start + shift, end=session.end + shift)
    event = held(event)
    _require_plannable(event)
    for session in sessions:
        session.period = moments(session.start + shift, session.end + shift)
        session.save(update_fields=["period"])
    if event.closes_at:
        event.closes_at += shift
        event.save(update_fields=["closes_at"])
    for seats in event.seats.all():
        for kept in seats.kept_for.filter(released_at=None):
            kept.until += shift
            kept.save(update_fields=["until"])
    _span(event)
    _record(by, "move_event", event, minutes=int(shift.total_seconds() // 60))
    if tell_them:
        _tell_seated(event)
    return event


def _require_new(session: Session) -> None:
    same = Session.objects.filter(event=session.event, period=session.period, title=session.title)
    if same.exclude(pk=session.pk).exists():
        sentence = _("There is a session with this time and title already.")
        raise Invalid("session_twice", sentence, fields={"start": sentence})


def _span(event: Event) -> None:
    """Let the event last from its first session to its last."""
    periods = [session.period for session in event.sessions.all()]
    before = event.start
    event.period = moments(min(one.lower for one in periods), max(one.upper for one in periods))
    event.revision += 1
    if event.start != before:
        event.reminded_day = event.reminded_hour = None
    event.save(update_fields=["period", "revision", "reminded_day", "reminded_hour"])


def _tell_seated(event: Event) -> None:
    if event.state != EventState.PUBLISHED or event.end <= clock.now():
        return
    living = [RegistrationState.CONFIRMED, RegistrationState.OFFERED, RegistrationState.WAITLISTED]
    rows = Registration.objects.filter(event=event, state__in=living).select_related("person", "seats")
    for registration in rows.order_by("pk"):
        registration.event = event
        tell("event_moved", registration)


@deed
def set_speakers(session: Session, speakers: Iterable[dict[str, Any]], *, by: Author) -> Session:
    """Say who speaks: each a dict with `name`, and `role`, `person`, `organisation` where known. Raises Forbidden."""
    require(by, "events.manage", session.event)
    told = [{**one, "name": " ".join(str(one["name"]).split())[:200]} for one in speakers]
    session.speakers.all().delete()
    Speaker.objects.bulk_create(Speaker(session=session, **one) for one in told if one["name"])
    _record(by, "set_speakers", session.event, session=session.pk)
    return session


@deed
def repeat_event(event: Event, starts: Iterable[dt.datetime], *, by: Author) -> list[Event]:
    """Make drafts like `event` that begin at `starts`, all of one series; spaces are booked as drafts are completed.

    Sessions, seats, hosts, helpers, questions and own words are copied; people and bookings are not. Raises Forbidden, Invalid.
    """
    require(by, "events.manage", event)
    starts = sorted({start for start in starts if start != event.start})
    if not starts or len(starts) > 60:
        sentence = _("Choose one to sixty other dates.")
        raise Invalid("dates", sentence, fields={"dates": sentence})
    event = held(event)
    if event.series is None:
        event.series = EventSeries.objects.create(
            reference=codes.reference("ES"), hub=event.hub, title=event.title, made_at=clock.now()
        )
        event.save(update_fields=["series"])
    return [_copy(event, start, by) for start in starts]


def _copy(event: Event, start: dt.datetime, by: Author) -> Event:
    shift = start - event.start
    copied = Event(
        **{
            field.attname: getattr(event, field.attname)
            for field in Event._meta.concrete_fields
            if field.name not in {"id", "slug", "reference", "period", "state", "state_note"}
        }
    )
    copied.slug = free_slug(event.office, slugify(f"{event.title} {start:%Y-%m-%d}"))
    copied.reference = codes.reference("EV")
    copied.period = moments(event.start + shift, event.end + shift)
    copied.closes_at = event.closes_at + shift if event.closes_at else None
    copied.made_at, copied.published_at, copied.ended_at = clock.now(), None, None
    copied.reminded_day = copied.reminded_hour = None
    copied.made_by = person_of(by, event.office_id) or event.made_by
    copied.revision = 0
    copied.save(force_insert=True)
    Seats.objects.bulk_create(
        Seats(event=copied, mode=one.mode, capacity=one.capacity) for one in event.seats.all()
    )
    EventParty.objects.bulk_create(
        EventParty(event=copied, organisation=one.organisation, part=one.part)
        for one in event.parties.select_related("organisation")
    )
    for text in event.texts.all():
        copied.texts.create(kind=text.kind, body=text.body)
    for helper in event.helpers.all():
        copied.helpers.create(person=helper.person, role=helper.role)
    for session in event.sessions.prefetch_related("speakers"):
        twin = copied.sessions.create(
            title=session.title,
            about=session.about,
            period=moments(session.start + shift, session.end + shift),
        )
        for speaker in session.speakers.all():
            twin.speakers.create(
                name=speaker.name,
                role=speaker.role,
                person=speaker.person,
                organisation=speaker.organisation,
            )
    _record(by, "repeat_event", copied, of=event.pk)
    return copied
