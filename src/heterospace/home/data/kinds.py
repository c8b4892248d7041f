"""The six sheets: what takes their lines in, and where lines for an export come from."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...bookings import tables as bookings
from ...bookings.actions.history import import_history
from ...core.deeds import Author
from ...core.sheets import Imported, Line, Table
from ...events import tables as events
from ...events.actions.importing import import_events, import_participants
from ...hubs.models import Hub
from ...members import tables as members
from ...members.actions import import_organisations, import_people
from ...members.models import Person
from ...spaces import tables as spaces
from ...spaces.importing import import_spaces

Step = Callable[[int], None]
Dates = tuple[dt.date, dt.date]
EVER: Dates = (dt.date(2000, 1, 1), dt.date(2199, 12, 31))


@dataclass(frozen=True)
class Kind:
    """One sheet: its table, its icon, the deed that takes it, its lines, and whose data they are."""

    table: Table
    icon: str
    take: Callable[[Hub, Sequence[Line], Author, Step], Imported]
    lines: Callable[[Hub, Dates], Iterator[dict[str, Any]]]
    people: Callable[[Hub, Dates], Iterable[int]] = lambda hub, dates: ()
    of_office: bool = False  # shared by the hubs of the office
    dated: bool = False


def _living(hub: Hub, dates: Dates) -> Iterable[int]:
    rows = Person.objects.filter(office=hub.office_id, merged_into=None, erased_at=None)
    return rows.order_by("pk").values_list("pk", flat=True).iterator(2000)


def _booked(hub: Hub, dates: Dates) -> Iterable[int]:
    return bookings.history(hub, *dates).order_by().values_list("person", flat=True).distinct().iterator(2000)


def _took_part(hub: Hub, dates: Dates) -> Iterable[int]:
    rows = events.past(hub, *dates).filter(registrations__state="confirmed").order_by()
    return rows.values_list("registrations__person", flat=True).distinct().iterator(2000)


KINDS: dict[str, Kind] = {
    "spaces": Kind(
        spaces.SPACES,
        "door-open",
        lambda hub, lines, by, step: import_spaces(hub, lines, by=by, step=step),
        lambda hub, dates: spaces.space_lines(hub),
    ),
    "organisations": Kind(
        members.ORGANISATIONS,
        "building-2",
        lambda hub, lines, by, step: import_organisations(hub.office, lines, by=by, step=step),
        lambda hub, dates: members.organisation_lines(hub.office),
        of_office=True,
    ),
    "people": Kind(
        members.PEOPLE,
        "users-round",
        lambda hub, lines, by, step: import_people(hub.office, lines, by=by, step=step),
        lambda hub, dates: members.people_lines(hub.office),
        _living,
        of_office=True,
    ),
    "bookings": Kind(
        bookings.BOOKINGS,
        "history",
        lambda hub, lines, by, step: import_history(hub, lines, by=by, step=step),
        lambda hub, dates: bookings.booking_lines(hub, bookings.history(hub, *dates)),
        _booked,
        dated=True,
    ),
    "events": Kind(
        events.EVENTS,
        "calendar-days",
        lambda hub, lines, by, step: import_events(hub, lines, by=by, step=step),
        lambda hub, dates: events.event_lines(hub, events.past(hub, *dates)),
        dated=True,
    ),
    "participants": Kind(
        events.PARTICIPANTS,
        "ticket",
        lambda hub, lines, by, step: import_participants(hub, lines, by=by, step=step),
        lambda hub, dates: events.participant_lines(hub, events.past(hub, *dates)),
        _took_part,
        dated=True,
    ),
}
