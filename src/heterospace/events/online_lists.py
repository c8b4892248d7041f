"""Minutes online from a participant list: who is meant by each name of the file, and the stays that follow."""

import re
from collections.abc import Iterable, Mapping

from .actions import Stay
from .enums import RegistrationState
from .models import Event, Registration
from .participants import Known, Participant, matched, merged, parse


def known_at(event: Event) -> list[Known]:
    """Who has a seat, by name."""
    rows = Registration.objects.filter(event=event, state=RegistrationState.CONFIRMED).order_by(
        "person__name", "pk"
    )
    told = rows.values_list("pk", "person__name", "person__email", "person__user__email", "reference")
    return [
        Known(pk, name, (own or user or "").lower(), reference) for pk, name, own, user, reference in told
    ]


def read(event: Event, text: str) -> tuple[str, list[Participant], int, list[Known]]:
    """The service, the participants of the file, how many lines were skipped, who is registered. Raises Unreadable."""
    parsed = parse(text, event.start, event.end, event.hub.timezone)
    known = known_at(event)
    return parsed.service, matched(parsed.rows, known), parsed.skipped, known


def choose(
    participants: Iterable[Participant], known: Iterable[Known], chosen: Mapping[int, str]
) -> list[str]:
    """Set by hand who participants are; `chosen` holds what was picked, by the number of their first row.

    Answers what could not be understood.
    """
    by_reference = {one.reference: one for one in known}
    wrong = []
    for who in participants:
        said = chosen.get(who.rows[0].number)
        if said is None:
            continue
        found = re.search(r"RG-[0-9A-Z]{4}-[0-9A-Z]{4}", said.upper())
        who.match = by_reference.get(found.group()) if found else None
        if said.strip() and who.match is None:
            wrong.append(said.strip()[:80])
    return wrong


def stays(event: Event, participants: Iterable[Participant]) -> list[Stay]:
    """What goes into the ledger: for each registration its rows, those that overlap joined."""
    rows: dict[int, list[Participant]] = {}
    for who in participants:
        if who.match:
            rows.setdefault(who.match.pk, []).append(who)
    registrations = Registration.objects.filter(event=event).in_bulk(rows)
    found = []
    for pk, many in rows.items():
        for came, left, first in merged(row for who in many for row in who.rows):
            if pk in registrations:
                found.append(Stay(registrations[pk], came, left, first.key(event.pk)))
    return found
