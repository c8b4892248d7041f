"""Somebody stands at the desk and wants a space now."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from ...core.deeds import Author, deed, require
from ...core.refusals import Invalid
from ...members.actions import register_person
from ...members.models import Organisation, Person
from ...spaces.models import Space
from ..models import Booking
from ..queries import next_minute
from .book import book_space
from .presence import check_in


@deed
def walk_in(
    space: Space,
    end: dt.datetime,
    *,
    people: int,
    by: Author,
    purpose: str = "",
    person: Person | None = None,
    name: str = "",
    whatsapp: str = "",
    organisation: Organisation | None = None,
    override: str = "",
) -> Booking:
    """Let somebody in from this minute until `end` (aware): registered if nobody knows her, booked, checked in.

    Give the `person`, or the `name` and `whatsapp` number of somebody new; a number that is known is that person's.
    Beyond a quota only with the reason (`override`). All or nothing. Raises Forbidden, Invalid (`nobody`, `no_name`, `whatsapp`, `needs_approval`, the codes of `book_space`) and Refused
    (`clash`, `changed`, `quota`).
    """
    require(by, "bookings.book_for_others", space.hub)
    if person is None:
        if not name.strip() or not whatsapp.strip():
            field = "whatsapp" if name.strip() else "name"
            sentence = _("Somebody new: write the name and the WhatsApp number.")
            raise Invalid("nobody", sentence, fields={field: sentence})
        person = register_person(space.hub.office, by=by, name=name, whatsapp=whatsapp)
    booking = book_space(
        space,
        next_minute(),
        end,
        purpose=purpose.strip() or str(_("Walked in")),
        people=people,
        by=by,
        person=person,
        organisation=organisation,
        override=override,
    )
    if booking.is_waiting:
        sentence = _("This space needs approval. Choose another one, or ask the hub's manager.")
        raise Invalid("needs_approval", sentence, fields={"space": sentence})
    return check_in(booking, by=by)
