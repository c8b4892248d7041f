"""Coming to an event: registering, waiting, being offered a seat, cancelling, changing the mode."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core import signing
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, allowed, constraint_refuses, deed, log, require
from ...core.notify import notify
from ...core.refusals import Forbidden, Invalid, NotFound, Refused
from ...hubs.models import Office
from ...members.actions import enter_guest, is_minor
from ...members.models import Organisation, Person
from ...members.queries import acts_for, person_of
from ...questionnaires.actions import save_answers
from ...questionnaires.engine import check_answers
from ..enums import Admission, EventState, RegistrationState
from ..models import Event, Invitation, Registration, Seats
from ..queries import seats_for
from .holding import (
    LINK_SALT,
    give,
    kept_in,
    lock,
    lock_for,
    locked,
    next_number,
    promote,
    record,
    require_move,
    somebody_waits,
    take,
    tell,
)

EARLY = dt.timedelta(hours=12)  # before an event begins people are let in
Until = (
    Literal["registration", "end"] | dt.datetime
)  # as long as registration lasts, as the event does, or she came then

ALREADY = _("You are registered for this event already.")
constraint_refuses("registered_once", lambda: Refused("already_registered", ALREADY))


@dataclass(frozen=True)
class Wish:
    """How somebody wants to take part."""

    mode: str = ""  # may be left out where there is only one
    companions: Sequence[str] = ()  # their names
    access_needs: str = ""
    access_consent: bool = False
    guardian_name: str = ""
    guardian_whatsapp: str = ""
    answers: Mapping[str, Any] | None = None  # to the event's questions, as `check_answers` takes them


PLAIN = Wish()


@deed
def register(
    event: Event,
    wish: Wish = PLAIN,
    *,
    by: Author,
    person: Person | None = None,
    organisation: Organisation | None = None,
    door: str = "page",
    came_at: dt.datetime | None = None,
    tell_her: bool = True,
) -> Registration:
    """Take a seat of `event` (its hub loaded) for a person, or a place on the waiting list when there is none.

    Without `person` it is the author's own. Where the organisers choose, it waits for them (`pending`); who organises
    or serves the desk registers others straight away, also after registration has closed and, at the door (`came_at`),
    who came while it was on.
    Raises Forbidden (`forbidden`, `not_a_member`, `account_closed`, `not_your_organisation`, `not_invited`), Invalid
    (`no_mode`, `companions`, `guardian_needed`, `consent_needed`, `answers`) and Refused (`already_registered`, `not_open`,
    `closed`, `called_off`).
    """
    own = person_of(by, event.office_id)
    staff = by is SYSTEM
    if not staff and (came_at or event.admission != Admission.OPEN or person not in (None, own)):
        staff = allowed(by, "events.register_others", event)
    person = _whom(event, own, person, organisation, staff=staff)
    return _register(
        event,
        wish,
        person,
        by=by,
        organisation=organisation,
        door=door,
        staff=staff,
        came_at=came_at if staff else None,
        tell_her=tell_her,
    )


@deed
def register_guest(
    event: Event,
    wish: Wish = PLAIN,
    *,
    by: Author,
    name: str,
    email: str = "",
    whatsapp: str = "",
    birth_year: int | None = None,
    door: str = "page",
    came_at: dt.datetime | None = None,
    tell_her: bool = True,
) -> Registration:
    """Register somebody by name and address: her record is found by number or e-mail, or made.

    A stranger does this for herself (`by=SYSTEM`), under the rules for everybody; who organises or serves the desk
    does it for others. What a record that was found knows is neither shown nor changed.
    Raises what `register` raises, and Invalid (`no_name`, `no_address`, `whatsapp`).
    """
    staff = by is not SYSTEM
    if staff:
        require(by, "events.register_others", event)
    person = enter_guest(
        event.office,
        by=by,
        name=name,
        email=email,
        whatsapp=whatsapp,
        birth_year=birth_year,
        guardian_name=wish.guardian_name,
        guardian_whatsapp=wish.guardian_whatsapp,
    )
    return _register(
        event,
        wish,
        person,
        by=by,
        door=door,
        staff=staff,
        came_at=came_at if staff else None,
        tell_her=tell_her,
        birth_year=birth_year,
    )


def _register(
    event: Event,
    wish: Wish,
    person: Person,
    *,
    by: Author,
    door: str,
    staff: bool,
    came_at: dt.datetime | None,
    tell_her: bool,
    organisation: Organisation | None = None,
    birth_year: int | None = None,
) -> Registration:
    if not person.is_active:
        raise Forbidden("account_closed", _("This account is closed. Ask the front desk to open it again."))
    until: Until = came_at or ("end" if staff else "registration")
    _require_open(event, until)
    if event.admission == Admission.INVITATION and not staff and not _is_invited(event, person):
        raise Forbidden("not_invited", _("This event is by invitation."))
    guests = _guests(event, wish.companions)
    access_needs = wish.access_needs.strip()[:300]
    if access_needs and not wish.access_consent:
        sentence = _("Agree that we keep this to prepare the room, or leave it empty.")
        raise Invalid("consent_needed", sentence, fields={"access_needs": sentence})
    guardian_name, guardian_whatsapp = _guardian(person, wish, birth_year)
    counters, known = seats_for(event, person)
    if known is not None:
        raise Refused("already_registered", ALREADY, reference=known)
    answers = None
    questions = event.questionnaire
    if questions is not None and questions.is_open and (wish.answers is not None or not staff):
        answers = check_answers(questions, wish.answers or {})
    registration = Registration(
        reference=codes.reference("RG"),
        event=event,
        seats=_seats(counters, wish.mode),
        person=person,
        organisation=organisation,
        state=RegistrationState.PENDING,
        companions=guests,
        people=1 + len(guests),
        access_needs=access_needs,
        access_consent_at=clock.now() if access_needs else None,
        guardian_name=guardian_name,
        guardian_whatsapp=guardian_whatsapp,
        door=door,
        made_at=clock.now(),
    )
    if event.admission != Admission.APPROVAL or staff:
        _seat(registration, until)
    registration.save(force_insert=True)
    if questions is not None and answers is not None:
        save_answers(
            questions,
            answers,
            by=by,
            subject=f"event:{event.slug}",
            hub=event.hub,
            person=person,
            replace=True,
        )
    record(by, "register", registration, event=event.pk, state=registration.state)
    if tell_her:
        tell(_told(registration), registration)
    return registration


def _told(registration: Registration) -> str:
    return {
        RegistrationState.CONFIRMED: "registration_confirmed",
        RegistrationState.WAITLISTED: "registration_waitlisted",
    }.get(RegistrationState(registration.state), "registration_pending")


def _seat(registration: Registration, until: Until) -> None:
    """Confirm it if there is a seat and nobody waits for it, else give it the next place on the waiting list."""
    waits = lock_for(registration)
    seats = registration.seats
    _require_open(registration.event, until)
    kept = kept_in(seats) if seats.kept else []
    if take(registration, seats, kept, general=not waits):
        registration.state = RegistrationState.CONFIRMED
        registration.confirmed_at = clock.now()
    else:
        registration.state = RegistrationState.WAITLISTED
        registration.number = next_number(seats)


def _whom(
    event: Event,
    own: Person | None,
    person: Person | None,
    organisation: Organisation | None,
    *,
    staff: bool,
) -> Person:
    if person is None:
        person = own
    elif person != own and not staff:
        raise Forbidden("forbidden", _("Only the organisers or the hub's desk can register somebody else."))
    if person is None or person.office_id != event.office_id:
        raise Forbidden("not_a_member", _("Tell us your name and how to reach you, or sign in first."))
    if organisation is not None and not acts_for(person).filter(pk=organisation.pk).exists():
        sentence = _("You cannot act for this organisation now.")
        raise Forbidden("not_your_organisation", sentence, fields={"organisation": sentence})
    return person


def _require_open(event: Event, until: Until) -> None:
    if event.state == EventState.CANCELLED:
        raise Refused("called_off", _("This event was called off."))
    if event.was_held and isinstance(until, dt.datetime) and event.start - EARLY <= until <= event.end:
        return  # she came while it was on; the phone at the door had no line
    if event.state != EventState.PUBLISHED:
        sentence = (
            _("This event is over.") if event.was_held else _("This event is not open for registration.")
        )
        raise Refused("closed" if event.was_held else "not_open", sentence)
    if isinstance(until, dt.datetime):
        return
    last = event.closes_at if event.closes_at and until == "registration" else event.end
    if min(last, event.end) <= clock.now():
        raise Refused("closed", _("Registration has closed."))


def _is_invited(event: Event, person: Person) -> bool:
    return Invitation.objects.filter(event=event, person=person).exists()


def _guests(event: Event, companions: Sequence[str]) -> list[str]:
    names = [" ".join(name.split())[:120] for name in companions]
    names = [name for name in names if name]
    if len(names) > event.companions:
        sentence = _("You can bring %(n)d companions at most.") % {"n": event.companions}
        raise Invalid("companions", sentence, fields={"companions": sentence})
    return names


def _guardian(person: Person, wish: Wish, birth_year: int | None) -> tuple[str, str]:
    """Who answers for somebody under age: as told now, or as known."""
    if not is_minor(birth_year or person.birth_year):
        return "", ""
    name = wish.guardian_name.strip() or person.guardian_name
    whatsapp = wish.guardian_whatsapp.strip() or person.guardian_whatsapp
    if not (name and whatsapp):
        sentence = _("Under 18, a parent or guardian agrees with you: give their name and WhatsApp number.")
        raise Invalid("guardian_needed", sentence, fields={"guardian_name": sentence})
    return name[:200], whatsapp[:20]


def _seats(rows: Mapping[str, Seats], mode: str) -> Seats:
    if not mode and len(rows) == 1:
        return next(iter(rows.values()))
    if mode not in rows:
        sentence = _("Say whether you come or take part online.")
        raise Invalid("no_mode", sentence, fields={"mode": sentence})
    return rows[mode]


@deed
def cancel_registration(
    registration: Registration, *, by: Author, reason: str = "", tell_her: bool = True
) -> Registration:
    """Give the seat or the place on the waiting list back; the next in the list is offered what became free.

    Raises Forbidden (`forbidden`) and Refused (`already_cancelled`, `already_refused`, `offer_lapsed`, `already_over`).
    """
    require(by, "events.change_registration", registration)
    registration = locked(registration)
    require_move(registration, RegistrationState.CANCELLED)
    if registration.event.end <= clock.now():
        raise Refused("already_over", _("This event is already over."))
    leave(registration, RegistrationState.CANCELLED, reason)
    record(by, "cancel_registration", registration)
    if tell_her:
        tell("registration_cancelled", registration)
    promote(registration.seats)
    return registration


def leave(registration: Registration, state: RegistrationState, reason: str = "") -> None:
    """End a registration whose counter is held, giving its seats back."""
    if registration.is_seated:
        give(registration, registration.seats)
    registration.state = state
    registration.offered_until = None
    registration.ended_at = clock.now()
    registration.note = reason.strip()[:300]
    registration.save(update_fields=["state", "offered_until", "ended_at", "note", "kept"])


@deed
def forget_needs(registration: Registration, *, by: Author) -> Registration:
    """Take back what somebody said she needs at an event, with the consent to keep it. Raises Forbidden."""
    require(by, "events.change_registration", registration)
    registration.access_needs, registration.access_consent_at = "", None
    registration.save(update_fields=["access_needs", "access_consent_at"])
    record(by, "forget_needs", registration)
    return registration


def accept_offer(registration: Registration, *, by: Author, tell_her: bool = True) -> Registration:
    """Take the seat that was offered. One that was offered too long ago goes to the next at once.

    Raises Forbidden (`forbidden`) and Refused (`offer_lapsed`, `waitlisted`, `already_confirmed`,
    `already_cancelled`, `already_refused`, `not_decided`).
    """
    try:
        return _accept(registration, by=by, tell_her=tell_her)
    except Refused as refusal:
        if refusal.code == "offer_lapsed":  # what the refused deed found was rolled back with it
            lapse_offers(by=SYSTEM)
        raise


@deed
def _accept(registration: Registration, *, by: Author, tell_her: bool) -> Registration:
    require(by, "events.change_registration", registration)
    registration = locked(registration)
    if registration.state != RegistrationState.OFFERED:
        require_move(registration, RegistrationState.OFFERED)
        raise Refused("waitlisted", _("No seat is offered to you yet."))
    _confirm(registration)
    record(by, "accept_offer", registration)
    if tell_her:
        tell("registration_confirmed", registration)
    return registration


def _confirm(registration: Registration) -> None:
    registration.state = RegistrationState.CONFIRMED
    registration.offered_until = None
    registration.confirmed_at = clock.now()
    registration.save(update_fields=["state", "offered_until", "confirmed_at", "number", "kept"])


@deed
def decide_registration(
    registration: Registration, chosen: bool, *, by: Author, reason: str = "", tell_her: bool = True
) -> Registration:
    """Choose somebody who asked to come, or not. Who is chosen gets a seat, or waits for one.

    Raises Forbidden (`forbidden`) and Refused (`already_decided`).
    """
    require(by, "events.decide_registration", registration)
    registration = locked(registration)
    if registration.state != RegistrationState.PENDING:
        raise Refused("already_decided", _("This has been decided already."))
    if chosen:
        _seat(registration, "end")
        registration.save(update_fields=["state", "number", "kept", "confirmed_at"])
    else:
        leave(registration, RegistrationState.REFUSED, reason)
    record(by, "decide_registration", registration, chosen=chosen)
    if tell_her:
        tell(_told(registration) if chosen else "registration_refused", registration)
    return registration


@deed
def switch_mode(registration: Registration, mode: str, *, by: Author, tell_her: bool = True) -> Registration:
    """Take part the other way. Who has a seat keeps it unless there is one that way; who waits, waits there.

    Raises Forbidden (`forbidden`), Invalid (`no_mode`), and Refused (`same_mode`, `full`, `already_over`,
    `already_cancelled`, `already_refused`, `offer_lapsed`).
    """
    require(by, "events.change_registration", registration)
    other = _seats({row.mode: row for row in registration.event.seats.all()}, mode)
    if other.pk == registration.seats_id:
        raise Refused("same_mode", _("You take part this way already."))
    held = {one.pk: one for one in lock([registration.seats_id, other.pk])}
    registration = Registration.objects.select_related("person", "kept").get(pk=registration.pk)
    if registration.seats_id == other.pk:
        raise Refused("same_mode", _("You take part this way already."))
    was, there = held[registration.seats_id], held[other.pk]
    registration.event = there.event
    if not registration.is_live:
        require_move(registration, RegistrationState.CANCELLED)
    if there.event.end <= clock.now():
        raise Refused("already_over", _("This event is already over."))
    if registration.state != RegistrationState.PENDING:
        _sit_elsewhere(registration, was, there)
    registration.seats = there
    registration.save(update_fields=["seats", "state", "number", "kept", "offered_until", "confirmed_at"])
    record(by, "switch_mode", registration, mode=there.mode)
    if tell_her:
        tell(_told(registration), registration)
    promote(was)
    return registration


def _sit_elsewhere(registration: Registration, was: Seats, there: Seats) -> None:
    had_seat, old_kept = registration.is_seated, registration.kept
    registration.kept = None
    kept = kept_in(there) if there.kept else []
    took = take(registration, there, kept, general=not somebody_waits(there))
    if had_seat:
        if not took:
            raise Refused("full", _("There is no seat left that way. You keep the one you have."))
        new_kept, registration.kept = registration.kept, old_kept
        give(registration, was)
        registration.kept = new_kept
    registration.offered_until = None
    if took:
        registration.state = RegistrationState.CONFIRMED
        registration.confirmed_at = registration.confirmed_at or clock.now()
        registration.number = None
    else:
        registration.number = next_number(there)


@deed
def lapse_offers(*, by: Author) -> int:
    """Let go what was offered too long ago, and offer it to the next; answers how many lapsed. For `tick`."""
    require(by, "events.tidy")
    overdue = Registration.objects.filter(state=RegistrationState.OFFERED, offered_until__lte=clock.now())
    ids = set(overdue.values_list("seats", flat=True))
    count = overdue.count()
    for pk in sorted(ids):
        lock([pk])
    return count


@deed
def invite(event: Event, person: Person, *, by: Author) -> Invitation:
    """Invite a person to an event and tell her so. Inviting twice is once. Raises Forbidden (`forbidden`, `other_office`)."""
    require(by, "events.manage", event)
    if person.office_id != event.office_id:
        raise Forbidden("other_office", _("There is no such person here."))
    invitation, new = Invitation.objects.get_or_create(
        event=event, person=person, defaults={"by_id": by.pk, "at": clock.now()}
    )
    if new:
        notify(
            person.addressee,
            "event_invited",
            {
                "title": event.title,
                "start": event.start.isoformat(),
                "end": event.end.isoformat(),
                "hub": event.hub.name,
                "link": f"/events/{event.slug}/",
            },
            office=event.office_id,
            hub=event.hub_id,
        )
        log(by, "invite", event, office=event.office_id, person=person.pk)
    return invitation


@deed
def invite_guest(event: Event, *, by: Author, name: str, email: str = "", whatsapp: str = "") -> Invitation:
    """Invite somebody by name and address: her record is found by number or e-mail, or made.

    Raises Forbidden, Invalid (`no_name`, `no_address`, `whatsapp`).
    """
    require(by, "events.manage", event)
    return invite(
        event, enter_guest(event.office, by=SYSTEM, name=name, email=email, whatsapp=whatsapp), by=by
    )


def registration_of_link(office: Office, token: str) -> Registration:
    """The registration a link is for. Raises NotFound (`unknown_link`) for a made-up or mangled one."""
    try:
        number = signing.loads(token, salt=LINK_SALT)
    except signing.BadSignature as error:
        raise NotFound(
            "unknown_link", _("This link is not complete. Open it from the message again.")
        ) from error
    found = Registration.objects.select_related("event__hub", "event__office", "seats", "person", "kept")
    registration = found.filter(pk=number, event__office=office).first()
    if registration is None:
        raise NotFound("unknown_link", _("This link is not complete. Open it from the message again."))
    return registration
