"""An event's report as a sheet of paper."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import formats
from ..core.pdf import typeset
from .reading import Told

TEMPLATE = Path(__file__).parent / "papers" / "report.typ"


def report_sheet(told: Told, above: Sequence[str], later: Sequence[tuple[str, str, str]]) -> bytes:
    """The report as PDF, A4, in the reader's language, in the look of the hub's letters."""
    event = told.event
    coming = told.figures
    title, hub, when, as_of = above
    return typeset(
        TEMPLATE,
        {
            "lang": formats.language(),
            "heading": _("Event report"),
            "office": event.office.name,
            "hub": hub,
            "address": event.hub.address,
            "title": title,
            "when": when,
            "as_of": as_of,
            "reference": event.reference,
            "big": [
                [formats.number(coming["registered"]), _("registered")],
                [formats.number(coming["came"]), pgettext("event", "came")],
                [told.came_share, _("of those confirmed came")],
                [told.index or "-", _("service index (SKM)")],
            ],
            "sections": [
                {
                    "title": one.title,
                    "notes": one.notes,
                    "rows": [
                        [
                            row.label,
                            row.text,
                            row.note,
                            row.share if one.bars and row.share is not None else -1,
                        ]
                        for row in one.rows
                    ],
                }
                for one in told.sections
            ],
            "later": [[label, then, now] for label, then, now in later],
            "later_words": [_("Corrected since"), _("then"), _("now")],
        },
    )
