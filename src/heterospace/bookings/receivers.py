"""What bookings tell the apps below: whose data they hold, and the messages they send."""

import datetime as dt

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..core import clock, notify
from ..members import personal_data
from ..spaces.models import Space
from ..spaces.signals import space_about_to_change
from .signals import time_freed
from .tasks import offer_freed

notify.register("booking_confirmed", _("Booking confirmed"))
notify.register("booking_cancelled", _("Booking cancelled"))
notify.register("booking_moved", _("Booking moved"))
notify.register("booking_extended", _("Booking extended"))
notify.register("booking_released", _("Space given to others: nobody came"))
notify.register("booking_displaced", _("Space closed: booking cancelled"))
notify.register("series_booked", _("Series booked"))
notify.register("series_cancelled", _("Series cancelled"))
notify.register("thing_missing", _("Booked equipment is missing"))
notify.register("fault_answered", _("Answer to a fault report"))
notify.register("wish_offer", _("Waiting list: an offer"))
notify.register("wish_lapsed", _("Waiting list: offer lapsed"))
notify.register("request_waiting", _("To managers: a request waits"))
notify.register("booking_requested", _("Request received"))
notify.register("booking_approved", _("Request approved"))
notify.register("booking_refused", _("Request refused"))
notify.register("booking_expired", _("Request lapsed"))
notify.register("booking_reminder", _("Reminder of a booking"))

personal_data.know(
    "bookings.booking.person",
    export=lambda row: {
        "reference": row.reference,
        "space": row.space.name,
        "hub": row.hub.name,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "people": row.people,
        "purpose": row.purpose,
        "state": row.state,
        "checked_in_at": row.checked_in_at.isoformat() if row.checked_in_at else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    },
)

personal_data.know(
    "bookings.series.person",
    export=lambda row: {
        "reference": row.reference,
        "space": row.space.name,
        "rule": row.rule,
        "start": row.start.isoformat(),
        "minutes": row.minutes,
    },
)

personal_data.know(
    "bookings.wish.person",
    export=lambda row: {
        "reference": row.reference,
        "space": row.space.name,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "people": row.people,
        "purpose": row.purpose,
        "state": row.state,
    },
)

personal_data.know(
    "bookings.fault.person",
    export=lambda row: {
        "reference": row.reference,
        "text": row.text,
        "state": row.state,
        "reported_at": row.reported_at.isoformat(),
    },
)

personal_data.know("bookings.display.maker", export=None)

personal_data.know(
    "bookings.feed.maker",
    export=lambda row: {
        "made_at": row.made_at.isoformat(),
        "of": str(row.thing),
        "revoked": bool(row.revoked_at),
    },
    erase="delete",
)


@receiver(time_freed)
def offer_to_who_waits(
    sender: type, hub: int, start: dt.datetime, end: dt.datetime, **kwargs: object
) -> None:
    """Queue the offers of what became free, in the transaction that freed it."""
    offer_freed.enqueue(hub, start.isoformat(), end.isoformat())


@receiver(space_about_to_change)
def has_claims_to_come(sender: type[Space], space: Space, **kwargs: object) -> bool:
    """Whether somebody holds the space now or later."""
    now = clock.now()
    return (
        space.claims.filter(period__endswith__gt=now).exists()
        or space.portions.filter(counted__endswith__gt=now).exists()
    )
