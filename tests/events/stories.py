"""What the stories of the public pages share: an event on Tuesday afternoon, and reading a page."""

import re
from typing import Any

from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from heterospace.events.models import Event
from heterospace.hubs.models import Hub
from tests.bookings.wishes import TUESDAY, at


def announce(
    hub: Hub, title: str = "Foto Produk dengan Ponsel", *, publish: bool = True, **facts: Any
) -> Event:
    """An event on Tuesday 13.00-16.00 with two places, published unless told otherwise."""
    wish = {"title": title, "start": at(13, TUESDAY), "end": at(16, TUESDAY), "capacity": 2, **facts}
    event = actions.plan_event(hub, by=SYSTEM, **wish)
    return actions.publish_event(event, by=SYSTEM) if publish else event


def guest(event: Event, name: str, **more: Any):
    """Somebody who registered by name and e-mail."""
    email = f"{name.lower().replace(' ', '.')}@tamu.example"
    return actions.register_guest(
        event, more.pop("wish", actions.PLAIN), by=SYSTEM, name=name, email=email, **more
    )


def text(response) -> str:
    """What a page says, without its tags."""
    html = re.sub(r"(?s)<(script|style|svg|head)\b.*?</\1>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
