"""Letters of approval."""

from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from ..core import formats
from ..core.pdf import typeset
from .models import Booking, Letter

TEMPLATE = Path(__file__).parent / "papers" / "approval.typ"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def number_of(letter: Letter) -> str:
    """The number as letters here carry it: `012/HS-SEMARANG/XI/2026`."""
    month = ROMAN[formats.day(letter.issued_at, letter.hub.timezone).month - 1]
    return f"{letter.number:03}/HS-{letter.hub.slug.upper()}/{month}/{letter.year}"


def approval_letter(booking: Booking) -> bytes | None:
    """The letter of a booking's approval as PDF, in its person's language; None for one that was not asked for."""
    letter = Letter.objects.filter(booking=booking).select_related("hub__office").first()
    if letter is None:
        return None
    zone = booking.hub.timezone
    with translation.override(booking.person.language):
        things = [
            f"{one.quantity} × {one.equipment.name}" for one in booking.things.select_related("equipment")
        ]
        facts = [
            (_("Space"), booking.space.name),
            (_("When"), formats.when(booking.start, booking.end, zone)),
            (_("For how many people"), str(booking.people)),
            (_("What for"), booking.purpose),
            (_("Applicant"), booking.person.name),
        ]
        if booking.organisation:
            facts.append((_("On behalf of"), booking.organisation.name))
        if things:
            facts.append((_("Equipment"), ", ".join(things)))
        data = {
            "lang": booking.person.language,
            "office": booking.hub.office.name,
            "hub": booking.hub.name,
            "address": booking.hub.address,
            "title": _("Letter of approval"),
            "number": [_("Number"), number_of(letter)],
            "date": formats.date_long(letter.issued_at, zone),
            "text": _("We approve the use of the space as follows:"),
            "facts": facts,
            "closing": _(
                "Please leave the space clean and on time, and give it back if your plan changes: somebody else is "
                "looking for a room."
            ),
            "signer": letter.signer,
            "role": _("For the hub"),
            "reference": [_("Reference"), booking.reference],
            "cancelled": _("This booking was cancelled; the letter is void.") if booking.is_given_up else "",
        }
    return typeset(TEMPLATE, data)
