"""WhatsApp numbers: one written form (`+628…`), whatever people type."""

from urllib.parse import quote

import phonenumbers
from django.utils.translation import gettext_lazy as _

from .refusals import Invalid


def normalise(typed: str) -> str:
    """The number in E.164 (`0812 3456…` becomes `+62812…`), or "" for nothing typed.

    Raises Invalid (code `whatsapp`) when it cannot be a phone number.
    """
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(typed, "ID")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        sentence = _("This does not look like a WhatsApp number. Write it like 0812 3456 7890.")
        raise Invalid("whatsapp", sentence, fields={"whatsapp": sentence})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """The number as Indonesians write it: `0812-3456-7890`; foreign ones with their country code."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number, "ID")
    own = parsed.country_code == 62
    form = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def wa_link(number: str, text: str = "") -> str:
    """A link that opens WhatsApp with this number and text; without a number the person chooses whom."""
    return f"https://wa.me/{number.lstrip('+')}" + (f"?text={quote(text)}" if text else "")
