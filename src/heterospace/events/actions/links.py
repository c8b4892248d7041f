"""A registration by its link, and the link once more for who lost it."""

from ...core.deeds import Author, deed, log, require
from ...members.queries import find_person
from ..enums import RegistrationState
from ..models import Event
from ..queries import live_registration
from .holding import tell

KINDS = {
    RegistrationState.PENDING: "registration_pending",
    RegistrationState.CONFIRMED: "registration_confirmed",
    RegistrationState.WAITLISTED: "registration_waitlisted",
    RegistrationState.OFFERED: "seat_offered",
}


@deed
def send_link_again(event: Event, *, by: Author, email: str = "", whatsapp: str = "") -> None:
    """Write to whoever is registered with this address once more, with her link; nothing for an unknown one.

    The answer is the same in both cases: who asks learns nothing, the letter goes to the address on record.
    """
    require(by, "events.by_link")
    person = find_person(event.office, email=email, whatsapp=whatsapp)
    registration = live_registration(event, person) if person is not None else None
    if registration is None:
        return
    until = registration.offered_until
    more = {"moment": until.isoformat()} if until else {}
    tell(KINDS[RegistrationState(registration.state)], registration, **more)
    log(by, "send_link_again", registration, office=event.office_id)
