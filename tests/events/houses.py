"""Events for the tests: a class at the hub on Tuesday afternoon."""

from typing import Any

from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from heterospace.events.models import Event
from heterospace.home.doctor import Finding, examine
from heterospace.hubs.models import Hub
from tests.bookings.wishes import TUESDAY, at


def batik_class(hub: Hub, *, publish: bool = True, **facts: Any) -> Event:
    """A class on Tuesday 13.00-16.00, published unless told otherwise."""
    wish = {
        "title": "Kelas Batik Cap",
        "start": at(13, TUESDAY),
        "end": at(16, TUESDAY),
        "capacity": 2,
        "topic": "craft",
        **facts,
    }
    event = actions.plan_event(hub, by=SYSTEM, **wish)
    return actions.publish_event(event, by=SYSTEM) if publish else event


def stranger(event: Event, name: str, **more: Any):
    """Somebody who registers by name and e-mail."""
    wish = more.pop("wish", actions.PLAIN)
    email = f"{name.lower().replace(' ', '.')}@tamu.example"
    return actions.register_guest(event, wish, by=SYSTEM, name=name, email=email, **more)


def seats(event: Event, mode: str = "onsite"):
    """The counter as it stands in the database."""
    return event.seats.get(mode=mode)


def wrongs() -> list[Finding]:
    """What the doctor finds that must not be."""
    return [finding for finding in examine() if finding.is_wrong]
