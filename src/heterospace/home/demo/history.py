"""What happened in the demonstration's houses and is to happen: organisations, habits, days, long stays.

Drawn from one seed, in a fixed order, relative to the day the demonstration began.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from ...bookings.actions import (
    book_space,
    cancel_booking,
    check_in,
    count_unmet,
    mark_no_shows,
    release_early,
)
from ...bookings.enums import UnmetReason
from ...bookings.models import Booking
from ...core import clock, regions
from ...core.deeds import SYSTEM
from ...core.refusals import Refused
from ...hubs.models import Hub, Office
from ...hubs.queries import schedule_of
from ...members.enums import AffiliationRole, AffiliationState, Kind, Purpose
from ...members.models import Affiliation, Consent, Organisation, Person
from ...spaces.enums import Unit
from ...spaces.models import Space
from ...spaces.queries import space_schedule
from ...spaces.rules import add_months, period_of
from . import names
from .cast import CAST, SEED
from .enquiries import fill_enquiries
from .events import month_units, people_units
from .questionnaires import fill_questionnaires

PAST_DAYS = 60
COMING_DAYS = 21


@dataclass(frozen=True)
class Habit:
    """What one of the cast books: where, on which days from today, from which minute, for how long."""

    key: str
    hub: str
    space: str
    days: tuple[int, ...]
    start: int
    length: int
    people: int
    purpose: str


COMING = (
    Habit("sari", "semarang", "rembug-1", (2,), 600, 120, 4, "Temu calon pembeli dari Jepara"),
    Habit("sari", "semarang", "activation-webinar", (5,), 780, 120, 2, "Siaran langsung batik pewarna alam"),
    Habit("wulan", "solo", "gatra-event-space", (9,), 780, 180, 40, "Temu bulanan Kawan Usaha"),
)
PAST = (
    Habit(
        "sari",
        "semarang",
        "maneka-personal",
        (-4, -11, -19, -33),
        540,
        180,
        1,
        "Rekap pesanan dan foto produk",
    ),
    Habit("sari", "semarang", "rembug-1", (-14, -40), 780, 90, 5, "Temu perajin Pandanaran"),
    Habit(
        "bagus", "semarang", "rembug-2", tuple(range(-6, -59, -7)), 540, 120, 6, "Rapat mingguan tim aplikasi"
    ),
    Habit("wulan", "solo", "gatra-event-space", (-21, -51), 780, 180, 40, "Temu bulanan Kawan Usaha"),
)


def book_habits(office: Office, habits: tuple[Habit, ...] = PAST) -> None:
    """Book what the cast books; on a closed or taken day, the next one that works within a week."""
    people = {one.key: Person.objects.get(office=office, email=one.email) for one in CAST}
    own = {key: person.affiliations.order_by("id").first() for key, person in people.items()}
    began = office.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    for habit in habits:
        space = Space.objects.select_related("hub").get(
            hub__office=office, hub__slug=habit.hub, slug=habit.space
        )
        affiliation = own[habit.key]
        for days in habit.days:
            for extra in range(7):
                period = _fits(space, began + dt.timedelta(days=days + extra), habit.start, habit.length)
                if period is None:
                    continue
                with clock.set_to(min(clock.now(), period[0] - dt.timedelta(days=5))):
                    booking = _try(
                        space,
                        *period,
                        people[habit.key],
                        habit.purpose,
                        habit.people,
                        affiliation.organisation if affiliation else None,
                    )
                if booking:
                    _what_became(booking, always=True)
                    break


def _fits(space: Space, day: dt.date, start: int, length: int) -> tuple[dt.datetime, dt.datetime] | None:
    zone = space.hub.timezone
    first = clock.at(day, start, zone)
    last = first + dt.timedelta(minutes=length)
    return (first, last) if space_schedule(space).covers(first, last) else None


def _try(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    person: Person,
    purpose: str,
    people: int,
    organisation: Organisation | None = None,
) -> Booking | None:
    try:
        return book_space(
            space,
            start,
            end,
            purpose=purpose,
            people=min(people, space.capacity),
            by=SYSTEM,
            person=person,
            organisation=organisation,
            tell=False,
        )
    except Refused:  # taken: as in life, they look elsewhere
        return None


def units(office: Office) -> Iterator[Callable[[], None]]:
    """The work of the filling in a fixed order: organisations first, then days from today outwards."""
    for regency, title in regions.regencies():
        yield partial(_region, office, regency, title)
    yield partial(_bodies, office)
    yield partial(book_habits, office)
    yield partial(fill_enquiries, office)
    yield partial(fill_questionnaires, office)
    began = office.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    for hub in office.hubs.order_by("position", "id"):
        yield partial(_long_stays, hub, began)
    days = [*range(COMING_DAYS), *range(-1, -PAST_DAYS - 1, -1)]
    for offset in days:
        for hub in office.hubs.order_by("position", "id"):
            yield partial(_day, hub, began + dt.timedelta(days=offset), began)
    yield from people_units(office)
    yield from month_units(office)


def _region(office: Office, regency: str, title: str) -> None:
    """The communities and businesses of one kabupaten or kota, some of them with their leader."""
    rng = Random(f"{SEED}:{regency}")
    place = names.short(title)
    bodies = [(f"Komunitas {topic} {place}", Kind.COMMUNITY, {}) for topic in names.TOPICS]
    for trade in rng.sample(names.TRADES, 7):
        facts = {"workers": rng.randint(1, 12), "founded_year": rng.randint(2008, 2025)}
        if rng.random() < 0.6:
            facts["yearly_sales"] = rng.choice((48, 90, 150, 240, 420, 900, 2600, 5200)) * 1_000_000
        bodies.append((f"{trade} {rng.choice(names.LAST)} {place}", Kind.UMKM, facts))
    bodies.append(
        (f"{rng.choice(names.VENTURES)} {place} Digital", Kind.STARTUP, {"workers": rng.randint(2, 15)})
    )
    bodies.append(
        (
            f"Koperasi {rng.choice(names.TRADES)} {place} Makmur",
            Kind.COOPERATIVE,
            {"workers": rng.randint(3, 20)},
        )
    )
    _write(office, regency, bodies, rng, leaders=5)


def _bodies(office: Office) -> None:
    """Campuses, companies, agencies, banks and media."""
    rng = Random(f"{SEED}:bodies")
    everywhere = regions.regencies()
    bodies = []
    for seat in names.SEATS:
        bodies += [
            (f"Universitas {seat} Jaya", Kind.CAMPUS, {}),
            (f"Politeknik {seat} Teknika", Kind.CAMPUS, {}),
        ]
        bodies += [(f"PT {seat} Cahaya Digital", Kind.COMPANY, {"workers": rng.randint(60, 900)})]
        bodies += [(f"Suara {seat}", Kind.MEDIA, {})]
    bodies += [(f"Bank Rakyat {seat}", Kind.BANK, {}) for seat in names.SEATS[:3]]
    bodies += [
        (f"Layanan Usaha Terpadu {names.short(title)}", Kind.AGENCY, {}) for _code, title in everywhere
    ]
    for name, kind, facts in bodies:
        _write(office, rng.choice(everywhere)[0], [(name, kind, facts)], rng, leaders=int(rng.random() < 0.4))


def _write(
    office: Office, regency: str, bodies: list[tuple[str, Kind, dict[str, object]]], rng: Random, leaders: int
) -> None:
    """Write organisations in bulk, and a leader with a sign-in for `leaders` of them."""
    now = clock.now() - dt.timedelta(days=rng.randint(PAST_DAYS, 400))
    made = Organisation.objects.bulk_create(
        [
            Organisation(
                office=office,
                name=name,
                slug=slugify(name)[:80],
                kind=kind,
                regency=regency,
                created_at=now,
                **facts,
            )
            for name, kind, facts in bodies
        ],
        ignore_conflicts=True,  # two invented names may meet
    )
    slugs = [row.slug for row in made]
    kept = list(Organisation.objects.filter(office=office, slug__in=slugs).order_by("id"))
    led = rng.sample(kept, min(leaders, len(kept)))
    for organisation in led:
        name = names.person(rng)
        person = Person.objects.create(
            office=office,
            name=name,
            whatsapp=f"+62813{organisation.pk:08}",
            regency=regency,
            gender=rng.choice("fm"),
            birth_year=rng.randint(1968, 2004),
            created_at=now,
        )
        Consent.objects.bulk_create(
            [
                Consent(person=person, purpose=purpose, given_at=now)
                for purpose in (
                    Purpose.SERVICE,
                    Purpose.STATISTICS,
                    *([Purpose.DIRECTORY] if rng.random() < 0.5 else []),
                )
            ]
        )
        Affiliation.objects.create(
            person=person,
            organisation=organisation,
            role=AffiliationRole.OWNER,
            state=AffiliationState.CONFIRMED,
            since=now.date(),
            decided_by=person,
            decided_at=now,
        )


def _guests(hub: Hub, rng: Random) -> list[Affiliation]:
    """People who come to a hub: those from around it twice as often as others."""
    # The cast, who have sign-ins, keep their own habits.
    led = Affiliation.objects.filter(
        organisation__office=hub.office_id, role="owner", person__user=None
    ).select_related("person", "organisation")
    near = list(led.filter(organisation__regency=hub.regency).order_by("id"))
    ids = list(led.order_by("id").values_list("id", flat=True))
    others = list(led.filter(pk__in=rng.sample(ids, min(40, len(ids)))).order_by("id"))
    return near * 2 + others


def _bookable(hub: Hub, *units: Unit) -> list[Space]:
    return list(
        Space.objects.select_related("hub")
        .filter(hub=hub, is_bookable=True, unit__in=units)
        .order_by("position", "id")
    )


BUSY = {
    "coworking": 0.5,
    "meeting": 0.75,
    "event": 0.22,
    "outdoor": 0.08,
    "studio": 0.4,
    "kitchen": 0.45,
    "games": 0.4,
    "counter": 0.05,
}


def _day(hub: Hub, date: dt.date, began: dt.date) -> None:
    """One hub's day: each room draws guests at the hours people come, some of whom cancel in time."""
    rng = Random(f"{SEED}:{hub.slug}:{(date - began).days}")
    guests = _guests(hub, rng)
    if not guests:
        return
    nearer = 1.0 if date <= began + dt.timedelta(days=4) else 0.55
    rooms = [(space, 8 if space.is_shared else 1) for space in _bookable(hub, Unit.HOUR)]
    for space in [space for space, times in rooms for _again in range(times)]:
        for opens, closes in space_schedule(space).day(date).spans:
            at = opens + rng.choice((0, 0, 60, 120))
            while at + space.min_length <= closes:
                lunch = 0.5 if 690 <= at < 780 else 1.0
                if rng.random() < BUSY.get(space.kind, 0.35) * nearer * lunch:
                    most = min(space.max_length, closes - at, 240 if space.kind != "event" else 360)
                    length = rng.randrange(space.min_length, most + 1, max(space.step_minutes, 30))
                    _visit(space, date, at, length, rng.choice(guests), rng)
                    at += length + 60
                else:
                    at += 120
    for space in _bookable(hub, Unit.NIGHT):
        if rng.random() < 0.3:
            start, end = period_of(space, date, rng.randint(1, 3), hub.timezone)
            _at_its_time(space, start, end, rng.choice(guests), rng)
    if schedule_of(hub).day(date).spans:
        _in_vain(hub, date, rng)


def _in_vain(hub: Hub, date: dt.date, rng: Random) -> None:
    """What people look for and do not find: mostly a room for a few, late in the morning or early in the afternoon."""
    for _wish in range(rng.choice((0, 0, 1, 1, 2, 3))):
        start = clock.at(date, 60 * rng.choice((9, 10, 10, 11, 13, 13, 14, 15, 19)), hub.timezone)
        reason = (
            UnmetReason.CLOSED if start.astimezone(ZoneInfo(hub.timezone)).hour == 19 else UnmetReason.FULL
        )
        with clock.set_to(min(start, clock.now())):
            count_unmet(
                hub.office,
                hub if rng.random() < 0.7 else None,
                start,
                people=rng.choice((3, 4, 6, 8, 12, 30)),
                kind=rng.choice(("", "", "meeting", "meeting", "event", "studio")),
                reason=rng.choice((reason, reason, reason, UnmetReason.LACKING)),
                by=SYSTEM,
            )


def _visit(space: Space, date: dt.date, at: int, length: int, guest: Affiliation, rng: Random) -> None:
    step = space.step_minutes
    opens = space_schedule(space).day(date).spans[0][0]
    at = opens + (at - opens) // step * step
    if period := _fits(space, date, at, length):
        _at_its_time(space, *period, guest, rng)


def _at_its_time(space: Space, start: dt.datetime, end: dt.datetime, guest: Affiliation, rng: Random) -> None:
    """Book at a believable moment before `start` (never after now), and cancel every eighth in time."""
    ahead = dt.timedelta(minutes=max(space.lead_minutes, 60) + rng.expovariate(1 / (3 * 1440)))
    booked_at = min(start - ahead, clock.now())
    low, high = max(1, space.capacity // 4), int(space.capacity * 0.9)
    if space.is_shared:
        low, high = 1, 3
    with clock.set_to(booked_at):
        booking = _try(
            space,
            start,
            end,
            guest.person,
            rng.choice(names.JOBS.get(space.kind, names.JOBS["meeting"])),
            rng.randint(low, max(low, high)),
            guest.organisation if rng.random() < 0.75 or space.who_may == "organisations" else None,
        )
    cancels = rng.random() < 0.125
    limit = start - dt.timedelta(minutes=space.cancel_minutes)
    if booking is not None and cancels and booked_at < limit:
        moment = booked_at + (limit - booked_at) * rng.random()
        if moment < clock.now():
            with clock.set_to(moment):
                cancel_booking(
                    booking,
                    by=SYSTEM,
                    reason=rng.choice(("Jadwal berubah", "Peserta kurang", "Pindah hari", "")),
                    tell=False,
                )
            return
    if booking is not None:
        _what_became(booking)


def _what_became(booking: Booking, *, always: bool = False) -> None:
    """Who came, when, and until when: most come, of some nobody does, a few leave early or stay over."""
    now = clock.now()
    rng = Random(f"{SEED}:{booking.space.slug}:{booking.start.isoformat()}")
    minutes = lambda low, high: dt.timedelta(minutes=rng.randint(low, high))  # noqa: E731
    came = always or rng.random() < 0.92
    arrives = booking.start + (minutes(-12, 8) if booking.space.unit == Unit.HOUR else minutes(0, 90))
    leaves = booking.end + (minutes(-40, -10) if rng.random() < 0.2 else minutes(-4, 14))
    if came and arrives <= now:
        with clock.set_to(max(arrives, booking.created_at)):
            check_in(booking, by=SYSTEM)
        if leaves <= now:
            with clock.set_to(max(leaves, booking.start)):
                release_early(booking, by=SYSTEM)
    elif not came and booking.release_at is not None and booking.release_at <= now:
        with clock.set_to(booking.release_at):
            mark_no_shows(by=SYSTEM, tell=False)


def _long_stays(hub: Hub, began: dt.date) -> None:
    """Teams that rent an office by the month."""
    rng = Random(f"{SEED}:{hub.slug}:months")
    guests = _guests(hub, rng)
    first = add_months(began.replace(day=1), -2)
    for space in _bookable(hub, Unit.MONTH):
        if guests and rng.random() < 0.7:
            start, end = period_of(
                space, add_months(first, rng.randint(0, 2)), rng.randint(2, 6), hub.timezone
            )
            _at_its_time(space, start, end, rng.choice(guests), rng)
