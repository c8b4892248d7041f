"""What bookings tell the apps below: whose data they hold, and the messages they send."""

from django.utils.translation import gettext_lazy as _

from ..core import notify
from ..members import personal_data

notify.register("booking_confirmed", _("Booking confirmed"))
notify.register("booking_cancelled", _("Booking cancelled"))

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
    },
)
