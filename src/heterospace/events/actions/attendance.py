"""Who was there: scans at the door, also from devices that were offline, minutes online, and what is known by hand.

The rows of the registrations are locked in id order, then judged one scan after the other; every scan is written
down, refused ones too. The nonce of a scan is unique in the database: the same upload twice changes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.models import User
from ...core.refusals import Invalid, NotFound, Refused
from .. import tickets
from ..door import day_of
from ..earning import apart, minutes_of, together
from ..enums import EFFECTIVE, Direction, Outcome, RegistrationState, Source
from ..models import Annulment, Event, Registration, Scan, Session
from ..signals import attended, unattended

MOST = 2000
FUTURE = dt.timedelta(minutes=5)  # how far a phone's clock may run ahead
ENDED = {
    RegistrationState.CANCELLED: Outcome.CANCELLED,
    RegistrationState.REFUSED: Outcome.CANCELLED,
    RegistrationState.EXPIRED: Outcome.CANCELLED,
}


@dataclass(frozen=True)
class Shown:
    """A ticket shown at a door (or a registration's reference, chosen by name), when, where, to which device."""

    ticket: str
    event: str  # slug
    scanned_at: dt.datetime
    nonce: str
    direction: str = Direction.IN
    session: int | None = None
    gate: str = ""
    device: str = ""

    @property
    def moment(self) -> dt.datetime:
        """When it was, but never later than a phone's clock may run ahead."""
        return min(self.scanned_at, clock.now() + FUTURE)


@dataclass(frozen=True)
class Judged:
    """What came of one scan. `first` is the line that let the ticket in before, when it was in already."""

    scan: Scan
    registration: Registration | None
    first: Scan | None = None


@dataclass(frozen=True)
class Came:
    """Somebody is known to have been there, of whom nothing said so before: from when on, and whether online."""

    registration: Registration
    at: dt.datetime
    online: bool


@deed
def check_in(shown: Sequence[Shown], *, by: Author) -> list[Judged]:
    """Judge scans of one or several events and write all of them down; answers in the order they came.

    A nonce that is known gets the answer it got. Raises Forbidden for an event whose door is not the author's, NotFound
    (`unknown_event`, `unknown_session`), and Invalid (`too_many`, `no_nonce`).
    """
    if len(shown) > MOST:
        raise Invalid("too_many", _("Send %(n)d scans at a time at most.") % {"n": MOST})
    if any(not one.nonce or len(one.nonce) > 64 for one in shown):
        raise Invalid("no_nonce", _("Every scan needs a nonce of 1 to 64 signs."))
    events = _events(shown, by)
    sessions = _sessions(shown, events)
    said = {one.ticket: tickets.read(one.ticket) for one in shown}
    references = {
        one.ticket: ticket.registration if (ticket := said[one.ticket]) else codes.tidy(one.ticket)
        for one in shown
    }
    registrations = {
        row.reference: row
        for row in Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "event")
        .filter(
            reference__in=set(references.values()), event__office__in={e.office_id for e in events.values()}
        )
        .order_by("pk")
    }
    known = {row.nonce: row for row in Scan.objects.filter(nonce__in=[one.nonce for one in shown])}
    ledger = _Ledger(registrations.values())
    answers: dict[str, Judged] = {}
    new: list[Scan] = []
    for one in sorted(shown, key=lambda each: each.scanned_at):
        registration = registrations.get(references[one.ticket])
        if one.nonce in answers:
            continue
        if (before := known.get(one.nonce)) is not None:
            answers[one.nonce] = Judged(before, registration)
            continue
        event = events[one.event]
        outcome, first = _judge(one, registration, event, ledger)
        scan = Scan(
            event=event,
            session=sessions.get(one.session) if one.session else None,
            registration=registration,
            direction=one.direction,
            outcome=outcome,
            source=Source.DOOR,
            scanned_at=one.moment,
            received_at=clock.now(),
            nonce=one.nonce,
            gate=one.gate[:60],
            device=one.device[:60],
            by_id=by.pk,
        )
        if outcome in EFFECTIVE:
            ledger.enter(scan)
        new.append(scan)
        answers[one.nonce] = Judged(scan, registration, first)
    _write(new)
    _announce(ledger, by)
    for event in {scan.event_id: scan.event for scan in new}.values():
        log(
            by,
            "check_in",
            event,
            office=event.office_id,
            scans=sum(scan.event_id == event.pk for scan in new),
        )
    return [answers[one.nonce] for one in shown]


def _events(shown: Sequence[Shown], by: Author) -> dict[str, Event]:
    slugs = {one.event for one in shown}
    offices = {person.office_id for person in by.people.all()} if isinstance(by, User) else None
    found = Event.objects.select_related("hub", "office").filter(slug__in=slugs)
    if offices is not None:
        found = found.filter(office__in=offices)
    events = {event.slug: event for event in found}
    if slugs - set(events):
        raise NotFound("unknown_event", _("There is no such event."))
    for event in events.values():
        require(by, "events.check_in", event)
    return events


def _sessions(shown: Sequence[Shown], events: dict[str, Event]) -> dict[int, Session]:
    wanted = {(one.session, events[one.event].pk) for one in shown if one.session}
    found = {row.pk: row for row in Session.objects.filter(pk__in={pk for pk, _event in wanted})}
    if any(pk not in found or found[pk].event_id != event for pk, event in wanted):
        raise NotFound("unknown_session", _("There is no such session in this event."))
    return found


def _judge(
    one: Shown, registration: Registration | None, event: Event, ledger: "_Ledger"
) -> tuple[Outcome, Scan | None]:
    """What comes of one scan, by the ledger as it stands; the same rules as on the phone."""
    if registration is None:
        return Outcome.UNKNOWN, None
    if registration.event_id != event.pk:
        return Outcome.WRONG_EVENT, None
    state = RegistrationState(registration.state)
    if state in ENDED:
        return ENDED[state], None
    if state != RegistrationState.CONFIRMED:
        return Outcome.NOT_CONFIRMED, None
    inside, moment = ledger.inside(registration, one.session), one.moment
    if one.direction == Direction.IN:
        still = inside and day_of(inside.scanned_at, event) == day_of(moment, event)
        return (Outcome.ALREADY_IN, inside) if still else (Outcome.IN, None)
    return (Outcome.OUT, None) if inside and inside.scanned_at <= moment else (Outcome.NOT_IN, None)


class _Ledger:
    """The lines so far of some registrations, whose rows are locked: who is in, and how often each came and went.

    `came` are those of whom a new line says for the first time that they were there: at the door at once, online as soon
    as their minutes are as many as the event asks for. `event` where all registrations are of one.
    """

    def __init__(self, registrations: Iterable[Registration], event: Event | None = None):
        self.came: list[tuple[Event, Came]] = []
        self._known: set[int] = set()
        self._minutes: dict[int, int] = {}
        self._began: dict[str, dt.datetime] = {}
        self._online: dict[int, list[tuple[dt.datetime, dt.datetime]]] = {}
        self._lines: dict[str, bool] = {}  # by nonce: whether it stands
        self._turns: dict[tuple[int | None, int | None, str], int] = {}
        self._inside: dict[tuple[int | None, int | None], Scan | None] = {}
        self._asked = {one.pk: (event or one.event).online_minutes for one in registrations}
        lines = Scan.objects.filter(registration__in=list(self._asked), outcome__in=EFFECTIVE).select_related(
            "annulment"
        )
        for scan in lines.order_by("pk"):
            self._count(scan)
            self._lines[scan.nonce] = not hasattr(scan, "annulment")
            if not hasattr(scan, "annulment"):
                self._move(scan)
                self._see(scan)

    def inside(self, registration: Registration, session: int | None) -> Scan | None:
        """The line that let it in, while it is in."""
        return self._inside.get((registration.pk, session))

    def enter(self, scan: Scan) -> Scan:
        """Give a new line its turn and take it into account."""
        scan.turn = self._turns.get((scan.registration_id, scan.session_id, scan.outcome), 0) + 1
        self._count(scan)
        self._move(scan)
        self._lines[scan.nonce] = True
        if scan.registration is not None:
            was_known = self.is_known(scan.registration)
            self._see(scan)
            if self.is_known(scan.registration) and not was_known:
                online = scan.source == Source.ONLINE
                self.came.append((scan.event, Came(scan.registration, scan.scanned_at, online)))
        return scan

    def online(self, registration: Registration) -> list[tuple[dt.datetime, dt.datetime]]:
        """Its stays online that are written down."""
        return self._online.get(registration.pk, [])

    def name_for(self, key: str) -> str:
        """Under which name the stay of a record is written: another one where it was annulled; empty while it stands."""
        told = [standing for nonce, standing in self._lines.items() if _is_of(nonce, key)]
        if any(told):
            return ""
        return f"{key}~{len(told) + 1}" if told else key

    def is_known(self, registration: Registration) -> bool:
        """Whether its lines say that somebody was there."""
        return registration.pk in self._known

    def _see(self, scan: Scan) -> None:
        """Take into account what a line says of somebody's having been there."""
        key = scan.registration_id
        if key is None:
            return
        if scan.source != Source.ONLINE:
            if scan.outcome == Outcome.IN:
                self._known.add(key)
            return
        if scan.outcome == Outcome.IN:
            self._began[scan.stay] = scan.scanned_at
        elif scan.stay in self._began:
            self._online.setdefault(key, []).append((self._began.pop(scan.stay), scan.scanned_at))
        self._minutes[key] = self._minutes.get(key, 0) + (scan.minutes or 0)
        if scan.outcome == Outcome.OUT and self._minutes[key] >= self._asked[key]:
            self._known.add(key)

    def _count(self, scan: Scan) -> None:
        self._turns[(scan.registration_id, scan.session_id, scan.outcome)] = scan.turn or 0

    def _move(self, scan: Scan) -> None:
        key = (scan.registration_id, scan.session_id)
        self._inside[key] = scan if scan.outcome == Outcome.IN else None


def _is_of(nonce: str, key: str) -> bool:
    stem = nonce.removesuffix("-in")
    return nonce != stem and (stem == key or stem.startswith(f"{key}~"))


def _announce(ledger: _Ledger, by: Author) -> None:
    """Tell those who want to know who is known to have been there, an event at a time."""
    events = {event.pk: event for event, _came in ledger.came}
    for pk, event in events.items():
        came = [one for of, one in ledger.came if of.pk == pk]
        attended.send(Event, event=event, came=came, by=by)


def _write(scans: list[Scan]) -> None:
    """Write lines: those that count must all go in; a refused one somebody wrote at the same moment is there already."""
    counted = [scan for scan in scans if scan.outcome in EFFECTIVE]
    refused = [scan for scan in scans if scan.outcome not in EFFECTIVE]
    Scan.objects.bulk_create(counted, batch_size=500)
    Scan.objects.bulk_create(refused, batch_size=500, ignore_conflicts=True)


@deed
def mark_present(
    event: Event,
    registrations: Iterable[Registration],
    *,
    by: Author,
    note: str,
    at: dt.datetime | None = None,
    session: Session | None = None,
) -> int:
    """Write down by hand that people were there, saying how we know (`note`: "signed list"); answers how many were new.

    Raises Forbidden, Invalid (`no_note`).
    """
    require(by, "events.manage", event)
    if not note.strip():
        sentence = _("Say how you know: a signed list, a photo.")
        raise Invalid("no_note", sentence, fields={"note": sentence})
    stays = [
        Stay(
            registration, at or event.start, None, f"manual-{registration.pk}-{session.pk if session else 0}"
        )
        for registration in registrations
    ]
    return _enter_stays(event, stays, Source.MANUAL, by=by, note=note.strip()[:300], session=session)


@dataclass(frozen=True)
class Stay:
    """Somebody was there from `came` on, until `left` if that is known; `key` names the record it comes from."""

    registration: Registration
    came: dt.datetime
    left: dt.datetime | None
    key: str


@deed
def record_stays(event: Event, stays: Iterable[Stay], source: Source, *, by: Author, note: str = "") -> int:
    """Write down stays from a list (`import`) or online; the same record twice is once. Answers how many were new.

    Raises Forbidden.
    """
    require(by, "events.check_in", event)
    return _enter_stays(event, stays, source, by=by, note=note)


def _enter_stays(
    event: Event,
    stays: Iterable[Stay],
    source: Source,
    *,
    by: Author,
    note: str = "",
    session: Session | None = None,
) -> int:
    wanted = {stay.key: stay for stay in stays}
    ids = {stay.registration.pk for stay in wanted.values()}
    held = Registration.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=ids, event=event, state=RegistrationState.CONFIRMED
    )
    rows = {row.pk: row for row in held.order_by("pk")}
    known = set(
        Scan.objects.filter(nonce__in=[f"{key}-in" for key in wanted]).values_list("nonce", flat=True)
    )
    ledger = _Ledger(rows.values(), event)
    place = session.pk if session else None
    new: list[Scan] = []
    for key, stay in _pieces(wanted, rows, ledger, known, source):
        registration = rows[stay.registration.pk]
        inside = ledger.inside(registration, place)
        if inside and (stay.left or day_of(inside.scanned_at, event) == day_of(stay.came, event)):
            continue
        common: dict[str, Any] = {
            "event": event,
            "session": session,
            "registration": registration,
            "source": source,
            "received_at": clock.now(),
            "note": note[:300],
            "by_id": by.pk,
        }
        came = Scan(
            direction=Direction.IN, outcome=Outcome.IN, scanned_at=stay.came, nonce=f"{key}-in", **common
        )
        new.append(ledger.enter(came))
        if stay.left is not None:
            went = Scan(
                direction=Direction.OUT,
                outcome=Outcome.OUT,
                scanned_at=stay.left,
                minutes=minutes_of(together([(stay.came, stay.left)], [(event.start, event.end)])),
                nonce=f"{key}-out",
                **common,
            )
            new.append(ledger.enter(went))
    _write(new)
    _announce(ledger, by)
    count = sum(scan.outcome == Outcome.IN for scan in new)
    if count:
        log(by, "record_stays", event, office=event.office_id, count=count, source=source)
    return count


def _pieces(
    wanted: dict[str, Stay],
    rows: dict[int, Registration],
    ledger: _Ledger,
    known: set[str],
    source: Source,
) -> Iterator[tuple[str, Stay]]:
    """The stays to write, by time, each under its name; of one online only what no other stay of hers covers.

    Her own page and the list of the meeting tell of the same minutes.
    """
    for key, stay in sorted(wanted.items(), key=lambda pair: (pair[1].came, pair[0])):
        registration = rows.get(stay.registration.pk)
        name = ledger.name_for(key)
        if registration is None or not name or (name == key and f"{key}-in" in known):
            continue
        if source != Source.ONLINE or stay.left is None:
            yield name, stay
            continue
        for n, (came, left) in enumerate(apart((stay.came, stay.left), ledger.online(registration))):
            yield name if n == 0 else f"{name}.{n + 1}", Stay(registration, came, left, key)


@deed
def annul_scan(scan: Scan, reason: str, *, by: Author) -> Annulment:
    """Say that a line of the ledger was wrong, and why; it stays readable and counts no more.

    Raises Forbidden, Invalid (`no_reason`) and Refused (`already_annulled`, `not_counted`).
    """
    require(by, "events.manage", scan.event)
    if not reason.strip():
        sentence = _("Say why it was wrong.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    if scan.registration_id:
        Registration.objects.select_for_update(no_key=True).get(pk=scan.registration_id)
    if scan.outcome not in EFFECTIVE:
        raise Refused("not_counted", _("This line was a refusal: it does not count anyway."))
    if Annulment.objects.filter(scan=scan).exists():
        raise Refused("already_annulled", _("This line was annulled already."))
    annulled = Annulment.objects.create(scan=scan, reason=reason.strip()[:300], by_id=by.pk, at=clock.now())
    log(by, "annul_scan", scan, office=scan.event.office_id)
    if scan.registration_id and unattended.has_listeners():
        registration = Registration.objects.select_related("event", "person").get(pk=scan.registration_id)
        if not _Ledger([registration]).is_known(registration):
            unattended.send(Event, event=scan.event, registration=registration, by=by)
    return annulled
