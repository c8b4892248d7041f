"""What people leave in the cells of a spreadsheet, as values; each reader raises Odd with the reason it cannot."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .. import phones
from ..refusals import Refused, Sentence

Reader = Callable[[Any], Any]
EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar
SERIALS = range(3654, 109575)  # 1910 to 2199 as days of that calendar
EMPTY = {"", "-", "–", "n/a", "#n/a"}
BROKEN = re.compile(r"#(REF|N/A|VALUE|NAME|DIV/0|NULL|NUM)[!?]?")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mar maret march", "apr april", "mei may",
            "jun juni june", "jul juli july", "agu agt ags agustus aug august", "sep sept september",
            "okt oktober oct october", "nov nopember november", "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
YES = {"ya", "y", "yes", "1", "true", "benar", "v", "x", "setuju"}
NO = {"tidak", "t", "no", "n", "0", "false", "salah", "belum"}


class Odd(Exception):
    """A cell that cannot be meant; its sentence says what would be right."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain(value: Any) -> str:
    """A cell as the text a person sees in it: whole numbers without `.0`, one space between words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    return " ".join(str(value).split())


def is_empty(value: Any) -> bool:
    """Whether nothing is told: an empty cell, or the dash people put in one."""
    return value is None or (isinstance(value, str) and plain(value).lower() in EMPTY)


def text(longest: int) -> Reader:
    """Words of one line."""

    def read(value: Any) -> str:
        words = plain(value)
        if BROKEN.fullmatch(words):
            raise Odd(_("A formula here has failed. Mend it or write the value."))
        if len(words) > longest:
            raise Odd(_("Please keep this under %(n)d characters.") % {"n": longest})
        return words

    return read


def paragraphs(longest: int) -> Reader:
    """Words of several lines."""

    def read(value: Any) -> str:
        if isinstance(value, str) and len(value) <= longest:
            text(longest)(value)
            return "\n".join(line.rstrip() for line in value.strip().splitlines())
        return str(text(longest)(value))

    return read


def email(value: Any) -> str:
    """An e-mail address in small letters."""
    typed = plain(value).lower().removeprefix("mailto:")
    try:
        validate_email(typed)
    except ValidationError as error:
        raise Odd(_("This does not look like an e-mail address.")) from error
    return typed


def phone(value: Any) -> str:
    """A number in E.164. Excel takes them for numbers and drops the nought in front."""
    typed = plain(value).lstrip("'")
    if re.search(r"\de\+?\d", typed.lower()):
        raise Odd(_("Excel has cut digits off this number. Make the column text and write it again."))
    digits = re.sub(r"\D", "", typed)
    if not typed.startswith("+"):
        if digits.startswith("62") and len(digits) > 9:
            typed = f"+{digits}"
        elif digits.startswith("8"):
            typed = f"0{digits}"
    try:
        return _normalised(typed)
    except Refused as refusal:
        raise Odd(refusal.sentence) from refusal


@cache
def _normalised(typed: str) -> str:
    return phones.normalise(typed)


def whole(least: int = 0, most: int = 2_000_000_000) -> Reader:
    """A whole number: `12`, `1.250.000`, `Rp 1.250.000`."""

    def read(value: Any) -> int:
        sentence = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        if isinstance(value, float) and not value.is_integer():
            raise Odd(sentence)
        typed = plain(value).lower().removeprefix("rp").strip(" .")
        if re.fullmatch(r"\d{1,3}([.,]\d{3})+", typed):
            typed = re.sub(r"[.,]", "", typed)
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19 and least <= int(typed) <= most):
            raise Odd(sentence)
        return int(typed)

    return read


def date(value: Any) -> dt.date:
    """A day: a real date, Excel's number of one, or written `21/11/2026`, `2026-11-21`, `21 November 2026`."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIALS:
        return EPOCH + dt.timedelta(days=int(value))
    typed = plain(value).lower()
    typed = re.sub(r"^[a-z']+,\s*", "", typed)  # the weekday
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00(?::00)?)?", typed):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", typed):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        if (match := re.fullmatch(r"(\d{1,2})[ \-]([a-z]+)\.?[ \-](\d{4})", typed)) and match[2] in MONTHS:
            return dt.date(int(match[3]), MONTHS[match[2]], int(match[1]))
    except ValueError:
        pass
    raise Odd(_("Write the date like 21/11/2026: day, month, year."))


def year(value: Any) -> int:
    """A year, also out of a date of birth."""
    typed = plain(value)
    if not isinstance(value, dt.date) and re.fullmatch(r"\d{4}", typed):
        found = int(typed)
    else:
        found = date(value).year
    if not 1900 <= found <= 2100:
        raise Odd(_("Write a year from 1900 on, or a date like 21/11/1990."))
    return found


def time(value: Any) -> int:
    """Minutes after midnight: a real time, a part of a day, `09.00`, `9:00`, `09.00 WIB`; 24.00 is 1440."""
    if isinstance(value, dt.datetime):
        value = value.time()
    if isinstance(value, dt.time):
        return value.hour * 60 + value.minute
    if isinstance(value, dt.timedelta):
        value = value.total_seconds() / 86400
    if isinstance(value, float) and 0 <= value <= 1:
        return round(value * 1440)
    typed = re.sub(r"\s*(wib|wita|wit)$", "", plain(value).lower())
    match = re.fullmatch(r"(\d{1,2})(?:[.:](\d{2})(?::00)?)?", typed)
    if match and (minutes := int(match[1]) * 60 + int(match[2] or 0)) <= 1440 and int(match[2] or 0) < 60:
        return minutes
    raise Odd(_("Write the time like 09.00."))


def yes(value: Any) -> bool:
    """A yes or no."""
    typed = plain(value).lower()
    if typed in YES:
        return True
    if typed in NO:
        return False
    raise Odd(_("Write yes or no."))


def choice(choices: type[models.TextChoices], *offered: models.TextChoices, **more: str) -> Reader:
    """One of a list, by its word in either language, its code, or another word for it (`more`).

    `offered` are those a mistake is told, when not all of them.
    """

    def read(value: Any) -> str:
        known = _words(choices) | more
        typed = plain(value).lower()
        if typed not in known:
            first = ", ".join(str(one.label) for one in offered or choices)
            raise Odd(
                _("“%(typed)s” is not known. Write one of: %(words)s.")
                % {"typed": typed[:40], "words": first}
            )
        return known[typed]

    return read


@cache
def _words(choices: type[models.TextChoices]) -> dict[str, str]:
    known = {str(value): str(value) for value in choices.values}
    for language in ("en", "id"):
        with translation.override(language):
            known |= {str(one.label).lower(): str(one.value) for one in choices}
    return known
