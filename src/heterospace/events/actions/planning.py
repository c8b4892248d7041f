"""From an idea to a published event and to its end: planning, review, seats, hosts, helpers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...bookings.queries import moments
from ...core import clock, codes
from ...core.deeds import Author, allowed, deed, log, require
from ...core.notify import notify
from ...core.photos import reencode
from ...core.refusals import Forbidden, Invalid, Refused
from ...hubs.models import Hub, Office
from ...members.models import Organisation, Person
from ...members.queries import leads, person_of
from ...spaces.models import Space
from ..enums import (
    EVENT_MOVES,
    EventMode,
    EventState,
    Group,
    HelperRole,
    Mode,
    Part,
    RegistrationState,
)
from ..models import Event, EventParty, Helper, KeptSeats, Registration, Seats, Session
from .holding import lock, promote, tell
from .reporting import freeze
from .rooms import book_for, release

RESERVED = {"embed", "organise"}  # addresses of the list's own
LONGEST = dt.timedelta(days=31)
Capacity = int | None | Mapping[str, int | None]
FACTS = (
    "title",
    "summary",
    "about",
    "topic",
    "place",
    "price",
    "access",
    "admission",
    "closes_at",
    "companions",
    "offer_hours",
    "questionnaire",
    "online_url",
    "online_minutes",
    "note_onsite",
    "note_online",
    "photo_text",
)
WHY_STAYS: dict[EventState, tuple[str, Any]] = {
    EventState.DRAFT: ("draft", _("This event is still a draft.")),
    EventState.SUBMITTED: ("submitted", _("This event waits for the hub's review.")),
    EventState.PUBLISHED: ("already_published", _("This event is published already.")),
    EventState.DONE: ("already_over", _("This event is over.")),
    EventState.REPORTED: ("already_reported", _("This event has been reported already.")),
    EventState.CANCELLED: ("called_off", _("This event was called off.")),
}


@deed
def plan_event(
    hub: Hub,
    *,
    by: Author,
    title: str,
    start: dt.datetime,
    end: dt.datetime,
    mode: str = EventMode.ONSITE,
    capacity: Capacity = None,
    hosts: Iterable[Organisation] = (),
    person: Person | None = None,
    space: Space | None = None,
    **facts: Any,
) -> Event:
    """Draft an event at `hub` (its office loaded) with one session, seats for its mode(s), and who hosts it.

    `capacity` is a number, None for as many as come, or one of these for each mode. With `space` (its hub loaded) the
    session's space is booked at once. The author is the planner, unless SYSTEM names a `person`.
    Raises Forbidden (`forbidden`, `not_your_organisation`), Invalid (`no_title`, `end_before_start`, `too_long`,
    `no_mode`, `capacity`, the space's rules) and Refused (`clash`, `quota`).
    """
    require(by, "events.propose", hub)
    planner = person_of(by, hub.office_id) or person
    facts = _tidy({**facts, "title": title})
    _check_times(start, end)
    counts = _counts(mode, capacity)
    event = Event.objects.create(
        office=hub.office,
        hub=hub,
        slug=free_slug(hub.office, facts["title"]),
        reference=codes.reference("EV"),
        mode=mode,
        period=moments(start, end),
        made_by=planner,
        made_at=clock.now(),
        **facts,
    )
    Seats.objects.bulk_create(Seats(event=event, mode=one, capacity=count) for one, count in counts.items())
    for organisation in hosts:
        _require_may_name(organisation, hub, by)
        EventParty.objects.create(event=event, organisation=organisation, part=Part.HOST)
    booking = book_for(event, space, start, end, by) if space else None
    Session.objects.create(event=event, period=moments(start, end), space=space, booking=booking)
    _record(by, "plan_event", event)
    return event


def free_slug(office: Office, title: str) -> str:
    """A slug for `title` no event of the office has."""
    stem = slugify(title)[:70].strip("-") or "acara"
    taken = RESERVED | set(
        Event.objects.filter(office=office, slug__startswith=stem).values_list("slug", flat=True)
    )
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


def _tidy(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"An event has no {unknown}")
    tidy = {key: value.strip() if isinstance(value, str) else value for key, value in facts.items()}
    if "title" in tidy and not tidy["title"]:
        sentence = _("Give the event a title.")
        raise Invalid("no_title", sentence, fields={"title": sentence})
    for name, value in tidy.items():
        longest = getattr(Event._meta.get_field(name), "max_length", None)
        if longest and isinstance(value, str) and len(value) > longest:
            too_long = _("Please keep this under %(n)d characters.") % {"n": longest}
            raise Invalid("too_long", too_long, fields={name: too_long})
    return tidy


def _check_times(start: dt.datetime, end: dt.datetime) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise TypeError("An event needs aware moments")
    if end <= start:
        sentence = _("The end must come after the start.")
        raise Invalid("end_before_start", sentence, fields={"end": sentence})
    if end - start > LONGEST:
        sentence = _("One sitting lasts a month at most. Add sessions for what comes later.")
        raise Invalid("too_long", sentence, fields={"end": sentence})


def _counts(mode: str, capacity: Capacity) -> dict[Mode, int | None]:
    """The seats of each mode."""
    if mode not in EventMode.values:
        sentence = _("Say whether people come or take part online.")
        raise Invalid("no_mode", sentence, fields={"mode": sentence})
    modes = EventMode(mode).modes
    counts = {one: capacity.get(one.value) if isinstance(capacity, Mapping) else capacity for one in modes}
    if isinstance(capacity, Mapping) and set(capacity) - {one.value for one in modes}:
        sentence = _("Give seats for the ways people can take part only.")
        raise Invalid("capacity", sentence, fields={"capacity": sentence})
    if any(count is not None and not 0 < count <= 1_000_000 for count in counts.values()):
        sentence = _("Seats are a number above 0; leave it empty for as many as come.")
        raise Invalid("capacity", sentence, fields={"capacity": sentence})
    return counts


def _require_may_name(organisation: Organisation, hub: Hub, by: Author) -> None:
    """An organisation is named as host by its leaders or by the hub's team only."""
    if organisation.office_id != hub.office_id or not (
        allowed(by, "events.run_hub", hub) or leads(person_of(by, hub.office_id), organisation)
    ):
        sentence = _("Only who leads an organisation, or the hub, can name it as host.")
        raise Forbidden("not_your_organisation", sentence, fields={"organisation": sentence})


def _record(by: Author, deed_name: str, event: Event, **facts: Any) -> None:
    host = event.parties.order_by("pk").values_list("organisation", flat=True).first()
    log(by, deed_name, event, office=event.office_id, organisation=host, **facts)


def held(event: Event) -> Event:
    """The event as it is now, its row held until the deed ends."""
    found = Event.objects.select_for_update(of=("self",)).select_related("hub", "office", "series")
    return found.get(pk=event.pk)


def _require_move(event: Event, state: EventState) -> None:
    if state not in EVENT_MOVES[EventState(event.state)]:
        raise Refused(*WHY_STAYS[EventState(event.state)])


@deed
def change_event(event: Event, *, by: Author, photo: Any = None, **facts: Any) -> Event:
    """Change what is told about an event; times change with its sessions, seats with `set_seats`.

    Raises Forbidden, Invalid (`no_title`, `too_long`, `photo`) and Refused (`called_off`, `already_reported`).
    """
    require(by, "events.manage", event)
    event = held(event)
    if event.state in {EventState.CANCELLED, EventState.REPORTED}:
        raise Refused(*WHY_STAYS[EventState(event.state)])
    for name, value in _tidy(facts).items():
        setattr(event, name, value)
    if photo is not None:
        event.photo.save(*reencode(photo), save=False)
    event.revision += 1
    event.save()
    _record(by, "change_event", event, fields=sorted(facts))
    return event


@deed
def submit_event(event: Event, *, by: Author) -> Event:
    """Ask the hub to review a draft and publish it. Raises Forbidden and Refused (`past` and the state's reason)."""
    require(by, "events.manage", event)
    event = held(event)
    _require_move(event, EventState.SUBMITTED)
    _require_coming(event)
    event.state = EventState.SUBMITTED
    event.save(update_fields=["state"])
    _record(by, "submit_event", event)
    for role in event.hub.roles.filter(
        until=None, role__in=["manager", "program", "community"]
    ).select_related("person"):
        _tell(role.person, "event_submitted", event)
    return event


@deed
def return_event(event: Event, note: str, *, by: Author) -> Event:
    """Send a submitted event back to its organisers, saying what is missing. Raises Forbidden, Invalid, Refused."""
    require(by, "events.review", event)
    event = held(event)
    _require_move(event, EventState.DRAFT)
    if not note.strip():
        sentence = _("Say what is missing.")
        raise Invalid("no_note", sentence, fields={"note": sentence})
    event.state, event.state_note = EventState.DRAFT, note.strip()[:500]
    event.save(update_fields=["state", "state_note"])
    _record(by, "return_event", event)
    if event.made_by:
        _tell(event.made_by, "event_returned", event, note=event.state_note)
    return event


@deed
def publish_event(event: Event, *, by: Author, tell_planner: bool = True) -> Event:
    """Show an event to everybody and open its registration.

    Raises Forbidden and Refused (`past`, `already_published`, `called_off`, `already_over`).
    """
    require(by, "events.review", event)
    event = held(event)
    _require_move(event, EventState.PUBLISHED)
    _require_coming(event)
    event.state, event.state_note = EventState.PUBLISHED, ""
    event.published_at = clock.now()
    event.save(update_fields=["state", "state_note", "published_at"])
    _record(by, "publish_event", event)
    if tell_planner and event.made_by and event.made_by != person_of(by, event.office_id):
        _tell(event.made_by, "event_published", event)
    return event


def _require_coming(event: Event) -> None:
    if event.end <= clock.now():
        raise Refused("past", _("This event's time has passed. Give it another date first."))


@deed
def cancel_event(event: Event, reason: str, *, by: Author) -> Event:
    """Call an event off: its spaces go back, everybody who wanted to come is told why.

    Raises Forbidden, Invalid (`no_reason`) and Refused (`already_over`, `called_off`, `already_reported`).
    """
    require(by, "events.manage", event)
    reason = reason.strip()[:300]
    if not reason:
        sentence = _("Say why, so that people understand.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    for session in event.sessions.exclude(booking=None).select_related("booking__space", "booking__hub"):
        release(session)
    event = held(event)
    _require_move(event, EventState.CANCELLED)
    counters = lock(event.seats.all())
    by_id = {one.pk: one for one in counters}
    for one in counters:
        one.kept_for.filter(released_at=None).update(released_at=clock.now())
    event.state, event.state_note = EventState.CANCELLED, reason
    event.ended_at = clock.now()
    event.revision += 1
    event.save(update_fields=["state", "state_note", "ended_at", "revision"])
    living = [
        RegistrationState.PENDING,
        RegistrationState.CONFIRMED,
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
    ]
    told = list(
        Registration.objects.filter(event=event, state__in=living).select_related("person").order_by("pk")
    )
    for registration in told:
        registration.event, registration.seats = event, by_id[registration.seats_id]
    Registration.objects.filter(pk__in=[one.pk for one in told]).update(
        state=RegistrationState.CANCELLED, offered_until=None, kept=None, ended_at=clock.now(), note=reason
    )
    KeptSeats.objects.filter(seats__in=counters).update(taken=0)
    event.seats.update(taken=0, kept=0)
    _record(by, "cancel_event", event, registrations=len(told))
    for registration in told:
        tell("event_called_off", registration, reason=reason)
    return event


@deed
def finish_events(*, by: Author) -> int:
    """Mark events whose last session is over as done, and let open offers of theirs lapse. For `tick`."""
    require(by, "events.tidy")
    over = Event.objects.filter(state=EventState.PUBLISHED, period__endswith__lte=clock.now()).order_by("pk")
    count = 0
    for event in over.select_for_update(of=("self",), skip_locked=True).select_related("hub", "office"):
        lock(event.seats.all())
        event.state, event.ended_at = EventState.DONE, clock.now()
        event.save(update_fields=["state", "ended_at"])
        _record(by, "finish_event", event)
        count += 1
    return count


@deed
def report_event(event: Event, *, by: Author) -> Event:
    """Close an event's books: its report is final, its figures are frozen. Raises Forbidden and Refused by its state."""
    require(by, "events.manage", event)
    event = held(event)
    _require_move(event, EventState.REPORTED)
    event.state = EventState.REPORTED
    event.save(update_fields=["state"])
    freeze(event, by)
    _record(by, "report_event", event)
    return event


@deed
def set_seats(event: Event, mode: str, capacity: Capacity, *, by: Author) -> Event:
    """Change how an event is held and how many seats there are; more seats go to those who wait, in their order.

    Raises Forbidden, Invalid (`no_mode`, `capacity`) and Refused (`seats_taken` when more people have a seat, or take
    part in the way that would go; `already_over`, `called_off`).
    """
    require(by, "events.manage", event)
    counts = _counts(mode, capacity)
    event = held(event)
    if event.state in {EventState.CANCELLED, EventState.DONE, EventState.REPORTED}:
        raise Refused(*WHY_STAYS[EventState(event.state)])
    rows = {one.mode: one for one in lock(event.seats.all())}
    for one in set(rows) - set(counts):
        if Registration.objects.filter(seats=rows[one]).exists():
            raise Refused("seats_taken", _("People have registered for this way of taking part already."))
        rows.pop(one).delete()
    event.mode = mode
    event.revision += 1
    event.save(update_fields=["mode", "revision"])
    for one, count in counts.items():
        row = rows.get(one) or Seats(event=event, mode=one)
        if count is not None and count < row.taken + row.kept:
            sentence = _("%(n)d seats are taken or kept already. First free some.") % {
                "n": row.taken + row.kept
            }
            raise Refused("seats_taken", sentence, fields={"capacity": sentence})
        row.event, row.capacity = event, count
        row.save()
        promote(row)
    _record(by, "set_seats", event, **{one.value: count for one, count in counts.items()})
    return event


@deed
def keep_seats(
    seats: Seats,
    group: str,
    count: int,
    reason: str,
    *,
    by: Author,
    region: str = "",
    until: dt.datetime | None = None,
) -> KeptSeats:
    """Keep some of the free seats for a group, with a reason everybody may read, until a moment (default: a day before).

    Raises Forbidden, Invalid (`count`, `no_reason`, `region`) and Refused (`seats_taken`, `no_limit`).
    """
    require(by, "events.manage", seats.event)
    if not reason.strip():
        sentence = _("Say why: everybody may read it.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    if group == Group.REGION and not region:
        sentence = _("Choose the region.")
        raise Invalid("region", sentence, fields={"region": sentence})
    if count < 1:
        sentence = _("Keep one seat at least.")
        raise Invalid("count", sentence, fields={"count": sentence})
    (held_row,) = lock([seats])
    if held_row.free is None:
        raise Refused("no_limit", _("There are seats for everybody who comes: nothing needs to be kept."))
    if held_row.free < count:
        few = _("Only %(n)d seats are free.") % {"n": held_row.free}
        raise Refused("seats_taken", few, fields={"count": few})
    event = held_row.event
    kept = KeptSeats.objects.create(
        seats=held_row,
        group=group,
        region=region if group == Group.REGION else "",
        count=count,
        reason=reason.strip()[:300],
        until=until or event.start - dt.timedelta(days=1),
    )
    held_row.kept += count
    held_row.save(update_fields=["kept"])
    _record(by, "keep_seats", event, group=group, count=count)
    promote(held_row)
    return kept


@deed
def release_kept(kept: KeptSeats, *, by: Author) -> KeptSeats:
    """Give what a group did not take to everybody who waits. Raises Forbidden."""
    require(by, "events.manage", kept.seats.event)
    return _release(kept, by)


def _release(kept: KeptSeats, by: Author) -> KeptSeats:
    (seats,) = lock([kept.seats_id])
    kept.refresh_from_db()
    if kept.released_at is None:
        seats.kept -= kept.count - kept.taken
        seats.save(update_fields=["kept"])
        kept.released_at = clock.now()
        kept.save(update_fields=["released_at"])
        _record(by, "release_kept", seats.event, group=kept.group, count=kept.count - kept.taken)
        promote(seats)
    return kept


@deed
def release_kept_seats(*, by: Author) -> int:
    """Release seats whose time of being kept is over; answers how many groups'. For `tick`."""
    require(by, "events.tidy")
    due = list(KeptSeats.objects.filter(released_at=None, until__lte=clock.now()).order_by("seats", "pk"))
    for kept in due:
        _release(kept, by)
    return len(due)


@deed
def add_party(event: Event, organisation: Organisation, part: str, *, by: Author) -> EventParty:
    """Name an organisation as host, co-host or supporter. Raises Forbidden (`not_your_organisation`)."""
    require(by, "events.manage", event)
    if part not in Part.values:
        raise Invalid("part", _("Choose from the list."), fields={"part": _("Choose from the list.")})
    if part == Part.HOST:
        _require_may_name(organisation, event.hub, by)
    elif organisation.office_id != event.office_id:
        raise Forbidden("not_your_organisation", _("This organisation is not known here."))
    party, _new = EventParty.objects.update_or_create(
        event=event, organisation=organisation, defaults={"part": part}
    )
    _record(by, "add_party", event, party=organisation.pk, part=part)
    return party


@deed
def remove_party(party: EventParty, *, by: Author) -> None:
    """Take an organisation off an event: its organisers may, and who leads the organisation."""
    if not leads(person_of(by, party.event.office_id), party.organisation):
        require(by, "events.manage", party.event)
    _record(by, "remove_party", party.event, party=party.organisation_id)
    party.delete()


@deed
def add_helper(event: Event, person: Person, role: str, *, by: Author) -> Helper:
    """Let a person organise the event too, or stand at its door. Raises Forbidden, Invalid (`role`)."""
    require(by, "events.manage", event)
    if role not in HelperRole.values or person.office_id != event.office_id:
        raise Invalid("role", _("Choose from the list."), fields={"role": _("Choose from the list.")})
    helper, _new = Helper.objects.update_or_create(event=event, person=person, defaults={"role": role})
    _record(by, "add_helper", event, person=person.pk, role=role)
    return helper


@deed
def remove_helper(helper: Helper, *, by: Author) -> None:
    """End a person's help. Raises Forbidden."""
    require(by, "events.manage", helper.event)
    _record(by, "remove_helper", helper.event, person=helper.person_id)
    helper.delete()


def _tell(person: Person, kind: str, event: Event, **more: Any) -> None:
    """Write to somebody who works on the event."""
    notify(
        person.addressee,
        kind,
        {
            "title": event.title,
            "slug": event.slug,
            "hub": event.hub.name,
            "start": event.start.isoformat(),
            "end": event.end.isoformat(),
            "timezone": event.hub.timezone,
            **more,
        },
        office=event.office_id,
        hub=event.hub_id,
    )
