"""An event's programme as a sheet of paper."""

from pathlib import Path

from django.utils.translation import gettext as _

from ..core import clock, formats
from ..core.pdf import typeset
from .models import Event

TEMPLATE = Path(__file__).parent / "papers" / "programme.typ"


def programme_of(event: Event) -> bytes:
    """Its sessions with times, speakers and spaces as PDF, A4, in the reader's language."""
    zone = event.hub.timezone
    sessions = event.sessions.select_related("space").prefetch_related("speakers").order_by("period", "pk")
    return typeset(
        TEMPLATE,
        {
            "lang": formats.language(),
            "heading": _("Programme"),
            "office": event.office.name,
            "hub": event.hub.name,
            "address": event.hub.address,
            "title": event.title,
            "when": formats.when(event.start, event.end, zone),
            "place": event.place,
            "summary": event.summary,
            "as_of": _("As of %(moment)s") % {"moment": formats.moment_long(clock.now(), zone)},
            "reference": event.reference,
            "rows": [
                {
                    "when": formats.when(one.start, one.end, zone),
                    "title": one.title or event.title,
                    "speakers": ", ".join(
                        f"{speaker.name} ({speaker.role})" if speaker.role else speaker.name
                        for speaker in one.speakers.all()
                    ),
                    "where": one.space.name if one.space else "",
                }
                for one in sessions
            ],
            "hosts": [
                [str(one.get_part_display()), one.organisation.name]
                for one in event.parties.select_related("organisation").order_by("pk")
            ],
        },
    )
