"""An event's report as a sheet of paper."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import clock, formats
from ..core.pdf import typeset
from .models import Event, Report
from .reading import Told, compared_words, number
from .report import changes, figures_of

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


def told_of(event: Event) -> tuple[Told, Report | None, list[tuple[str, str, str]]]:
    """The figures as they stand, or as they were frozen with what was corrected since."""
    frozen = Report.objects.filter(event=event).first()
    now = figures_of(event)
    if frozen is None:
        return Told(event, now), None, []
    words = compared_words()
    later = [
        (words[name], number(then), number(is_now)) for name, then, is_now in changes(frozen.figures, now)
    ]
    return Told(event, frozen.figures), frozen, later


def above(event: Event, frozen: Report | None) -> list[str]:
    """What stands above a report: the event, its hub, when it was, as of when the figures are."""
    zone = event.hub.timezone
    as_of = frozen.at if frozen else clock.now()
    return [
        event.title,
        event.hub.name,
        formats.when(event.start, event.end, zone),
        _("As of %(moment)s") % {"moment": formats.moment_long(as_of, zone)},
    ]


def report_of(event: Event) -> bytes:
    """The report of an event on paper: the figures as they stand, or as they were frozen with what was corrected since."""
    told, frozen, later = told_of(event)
    return report_sheet(told, above(event, frozen), later)
