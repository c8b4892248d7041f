"""What came of a decision, in words that stand inside a sentence. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..members.enums import Sector
from . import counting


def phrase(result: str, option: str = "", lacking: Iterable[str] = ()) -> str:
    """The result of a tally (`counting`) in the reader's language: "yes", the option chosen, or why nothing was decided."""
    if result == counting.CHOSEN:
        return f"“{option}”"
    if result == counting.SECTOR_QUORUM:
        sectors = ", ".join(str(Sector(one).label) for one in lacking)
        return _("too few voted from: %(sectors)s") % {"sectors": sectors}
    words = {
        counting.PASSED: pgettext("decision", "yes"),
        counting.REJECTED: pgettext("decision", "no"),
        counting.AGREED: _("everybody can live with it"),
        counting.NONE_ENOUGH: _("no option had enough votes"),
        counting.TIE: _("several options lead together"),
        counting.NO_QUORUM: _("too few voted"),
        counting.TOO_FEW: _("too few ballots to keep them secret"),
        counting.OBJECTIONS: _("an objection was not answered"),
    }
    return str(words[result])
