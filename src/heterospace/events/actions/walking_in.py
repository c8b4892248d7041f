"""Somebody comes without a ticket: registered and let in at once, also from a device that was offline."""

import datetime as dt

from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ..enums import Mode
from ..models import Event, Scan
from .attendance import Judged, Shown, check_in
from .registering import Wish, register_guest


@deed
def walk_in(
    event: Event, shown: Shown, *, by: Author, name: str, email: str = "", whatsapp: str = ""
) -> Judged:
    """Register a guest at the door (her record is found by her address, or made) and check her in.

    `shown.ticket` is not read; its nonce makes that the same again changes nothing. Who is registered already is let in
    on that registration; without a free seat she waits, and the outcome is `not_confirmed`. A phone without a line may
    say so after the event is over.
    Raises what `register_guest` and `check_in` raise.
    """
    require(by, "events.register_others", event)
    known = Scan.objects.filter(nonce=shown.nonce, event=event, registration__isnull=False)
    before = known.values_list("registration__reference", flat=True).first()
    reference = before or _registered(event, by, shown.scanned_at, name, email, whatsapp)
    said = Shown(
        reference,
        event.slug,
        shown.scanned_at,
        shown.nonce,
        session=shown.session,
        gate=shown.gate,
        device=shown.device,
    )
    return check_in([said], by=by)[0]


def _registered(event: Event, by: Author, came_at: dt.datetime, name: str, email: str, whatsapp: str) -> str:
    wish = Wish(mode=Mode.ONSITE if len(event.modes) > 1 else "")
    try:
        made = register_guest(
            event, wish, by=by, name=name, email=email, whatsapp=whatsapp, door="desk", came_at=came_at
        )
    except Refused as refusal:
        if refusal.code != "already_registered":
            raise
        return str(refusal.extra["reference"])
    return made.reference
