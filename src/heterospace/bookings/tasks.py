"""What bookings do after a deed is committed."""

import datetime as dt

from django_tasks import task

from ..core.deeds import SYSTEM
from .actions import offer_next


@task()
def offer_freed(hub: int, start: str, end: str) -> None:
    """Offer what became free at a hub between two moments (ISO 8601) to who waits for it. May run twice."""
    offer_next(hub, dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), by=SYSTEM)
