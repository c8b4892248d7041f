"""The report of an event: who wanted to come, who came, what it was for them. Every figure is counted from records.

What people are (a woman, young, with a disability) is counted only of those who agreed to it, and the base is said.
Counts of fewer than five people are not shown (`cells`). The number of queries is fixed.
"""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from ..members.enums import Purpose
from ..members.models import Consent, Organisation
from ..questionnaires.queries import skm_about
from .cells import is_small, parts, share
from .enums import Direction, Outcome, Part, RegistrationState, Source
from .models import Certificate, Event, KeptSeats, Scan
from .queries import Presence, attendance_of, effective

YOUNG = 30  # years, at most, in the year of the event
SURVEY_TITLE = _("How was our service?")
Figures = dict[str, Any]


def subject_of(event: Event) -> str:
    """What a questionnaire about this event is about."""
    return f"event:{event.slug}"


def figures_of(event: Event) -> Figures:
    """The figures as plain data (they are kept as JSON when the books are closed). Twelve queries and the survey's."""
    registered = list(
        event.registrations.order_by("pk").values_list("state", "number", "confirmed_at", "people", "pk")
    )
    rows = attendance_of(event)
    came = [row for row in rows if row.came]
    confirmed = [row for row in rows if row.registration.state == RegistrationState.CONFIRMED]
    parties = list(event.parties.order_by("pk").values_list("organisation__name", "part"))
    agreed = _agreed([row.registration.person_id for row in came])
    return {
        "registered": len(registered),
        "people": sum(people for _state, _number, _at, people, _pk in registered),
        "confirmed": len(confirmed),
        "came": len(came),
        "came_confirmed": sum(row.came for row in confirmed),
        "missed": sum(not row.came for row in confirmed),
        "walk_ins": sum(row.registration.made_at >= event.start for row in came),
        "modes": _modes(rows),
        "waiting": _waiting(registered),
        "kept": _kept(event),
        **_who(event, came, agreed),
        **_needs(event),
        "parties": [
            [part.value, names]
            for part in Part
            if (names := [name for name, what in parties if what == part])
        ],
        **_hours(event, came),
        "minutes_online": sum(
            effective(event)
            .filter(source=Source.ONLINE, direction=Direction.OUT, minutes__isnull=False)
            .values_list("minutes", flat=True)
        ),
        "certificates": Certificate.objects.filter(event=event, revoked_at=None).count(),
        "skm": _skm(event),
    }


def _modes(rows: list[Presence]) -> list[list[Any]]:
    confirmed, came = Counter[str](), Counter[str]()
    for row in rows:
        mode = row.registration.seats.mode
        confirmed[mode] += row.registration.state == RegistrationState.CONFIRMED
        came[mode] += row.came
    return [[mode, confirmed[mode], came[mode]] for mode in ("onsite", "online") if mode in confirmed]


def _waiting(registered: list[Any]) -> dict[str, int]:
    """What became of the waiting list: who had a number on it."""
    states = Counter(state for state, number, _at, _people, _pk in registered if number is not None)
    accepted = sum(number is not None and at is not None for _state, number, at, _people, _pk in registered)
    lapsed, still = states[RegistrationState.EXPIRED], states[RegistrationState.OFFERED]
    return {
        "joined": sum(states.values()),
        "offers": accepted + lapsed + still,
        "accepted": accepted,
        "lapsed": lapsed,
        "left": states[RegistrationState.WAITLISTED],
    }


def _kept(event: Event) -> list[list[Any]]:
    rows = KeptSeats.objects.filter(seats__event=event).order_by("group", "region")
    found: dict[str, list[int]] = {}
    for group, count, taken in rows.values_list("group", "count", "taken"):
        seats = found.setdefault(group, [0, 0])
        seats[0] += count
        seats[1] += taken
    return [[group, count, None if is_small(taken) else taken] for group, (count, taken) in found.items()]


def _agreed(people: list[int]) -> dict[str, set[int]]:
    """Who of these agreed to be counted (statistics), and to their needs being kept (disability)."""
    found: dict[str, set[int]] = {Purpose.STATISTICS: set(), Purpose.DISABILITY: set()}
    rows = Consent.objects.filter(person__in=people, purpose__in=list(found), withdrawn_at=None)
    for person, purpose in rows.values_list("person_id", "purpose"):
        found[purpose].add(person)
    return found


def _who(event: Event, came: list[Presence], agreed: dict[str, set[int]]) -> Figures:
    people = {row.registration.person_id: row.registration.person for row in came}
    counted = [person for pk, person in people.items() if pk in agreed[Purpose.STATISTICS]]
    gendered = [person for person in counted if person.gender]
    aged = [person for person in counted if person.birth_year]
    disabled = {
        row.registration.person_id
        for row in came
        if row.registration.access_needs
        or (row.registration.person.access_needs and row.registration.person_id in agreed[Purpose.DISABILITY])
    }
    homes = Counter(person.regency for person in people.values() if person.regency)
    sectors = Counter(_sectors(came))
    everybody = len(people)
    return {
        "women": share(sum(one.gender == "f" for one in gendered), len(gendered), everybody).plain(),
        "youth": share(
            sum(event.start.year - one.birth_year <= YOUNG for one in aged if one.birth_year),
            len(aged),
            everybody,
        ).plain(),
        "disabled": share(len(disabled), everybody, everybody).plain(),
        "new": share(_first_timers(event, list(people)), everybody, everybody).plain(),
        "homes": parts(homes).plain(),
        "sectors": parts(sectors).plain(),
    }


def _sectors(came: list[Presence]) -> list[str]:
    """The sector each came for: of the organisation it was registered for; `own` without one."""
    ids = {row.registration.organisation_id for row in came} - {None}
    known = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "sector"))
    return [known.get(row.registration.organisation_id, "own") for row in came]


def _first_timers(event: Event, people: list[int]) -> int:
    """Who of these was at no event of the office before this one."""
    seen = Scan.objects.filter(
        event__office=event.office_id,
        outcome=Outcome.IN,
        annulment=None,
        registration__person__in=people,
        scanned_at__lt=event.start,
    ).exclude(event=event)
    return len(people) - seen.values("registration__person").distinct().count()


def _needs(event: Event) -> Figures:
    """Needs stated by those who had a seat, and how many were met; what is not said yet counts as neither."""
    told = (
        event.registrations.filter(state=RegistrationState.CONFIRMED)
        .exclude(access_needs="")
        .aggregate(
            stated=Count("pk"),
            met=Count("pk", filter=Q(access_met=True)),
            unmet=Count("pk", filter=Q(access_met=False)),
        )
    )
    hide = any(is_small(n) for n in told.values())
    return {
        "needs": {
            "stated": None if is_small(told["stated"]) else told["stated"],
            "met": None if hide else told["met"],
        }
    }


def _hours(event: Event, came: list[Presence]) -> Figures:
    """Minutes of spaces (session by session, as booked) and of people: as seen, else the sessions they were let into."""
    sessions = {one.pk: one for one in event.sessions.select_related("booking")}
    long = {pk: _minutes(one.start, one.end) for pk, one in sessions.items()}
    spaces = sum(
        _minutes(one.booking.start, one.booking.end)
        for one in sessions.values()
        if one.booking is not None and not one.booking.is_given_up
    )
    whole = sum(long.values())
    people = 0
    for row in came:
        at = [long[pk] for pk in row.sessions if pk in long]
        people += row.minutes if row.minutes is not None else (sum(at) if at else whole)
    return {"sessions": len(sessions), "space_minutes": spaces, "people_minutes": people}


def _minutes(start: dt.datetime, end: dt.datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _skm(event: Event) -> Figures:
    found = skm_about(event.hub, subject_of(event))
    return {
        "n": found.n,
        "threshold": found.threshold,
        "index": str(found.index) if found.index is not None else None,
        "grade": found.grade,
        "elements": [[one.element.value, round(one.mean, 4)] for one in found.scores],
    }


COMPARED = (
    "registered",
    "confirmed",
    "came",
    "missed",
    "walk_ins",
    "certificates",
    "minutes_online",
    "people_minutes",
)


def changes(frozen: Figures, now: Figures) -> list[tuple[str, int, int]]:
    """What was corrected after the books were closed: (figure, then, now). Never what people are: one more would tell who."""
    return [
        (name, frozen[name], now[name]) for name in COMPARED if name in frozen and frozen[name] != now[name]
    ]
