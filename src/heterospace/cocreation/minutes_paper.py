"""The minutes of a meeting as a sheet of paper."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..core import formats
from ..core.pdf import typeset
from . import meetings
from .models import Meeting

TEMPLATE = Path(__file__).parent / "papers" / "minutes.typ"


def _present(found: meetings.Presence) -> list[list[str]]:
    """Each sector with its organisations, and the people of each where their names may be read."""
    rows = []
    for _key, label, organisations in found.sectors:
        told = []
        for one in organisations:
            names = ", ".join(one.names)
            told.append(f"{one.organisation.name} ({names})" if names else one.organisation.name)
        rows.append([label, "; ".join(told)])
    if found.own_names:
        rows.append([_("In their own name"), ", ".join(found.own_names)])
    elif found.own_name is None:
        rows.append([_("In their own name"), _("fewer than five people")])
    elif found.own_name:
        rows.append([_("In their own name"), _("%(n)s people") % {"n": found.own_name}])
    return rows


def minutes_sheet(meeting: Meeting, *, named: bool) -> bytes:
    """The minutes as PDF, A4, in the reader's language; people's names only when `named`."""
    event, hub = meeting.event, meeting.initiative.hub
    approvals = meetings.approved_by(meeting, None, named=named)
    results: list[Any] = [one.title for one in meeting.decisions.order_by("pk")]
    for promise in meeting.commitments.select_related("owner").order_by("due", "pk"):
        told = {"who": promise.owner.name, "what": promise.what, "day": formats.date_medium(promise.due)}
        results.append(_("%(who)s promises: %(what)s, by %(day)s") % told)
    if meeting.approved_at is not None:
        state = _("Approved on %(day)s") % {"day": formats.date_medium(meeting.approved_at, hub.timezone)}
    else:
        state = _("Not approved yet")
    return typeset(
        TEMPLATE,
        {
            "lang": formats.language(),
            "heading": pgettext("meeting", "Minutes"),
            "office": meeting.initiative.office.name,
            "hub": hub.name,
            "address": hub.address,
            "initiative": meeting.initiative.title,
            "title": event.title,
            "when": formats.when(event.start, event.end, hub.timezone),
            "state": state,
            "reference": event.reference,
            "minutes": meeting.minutes,
            "points": [
                {
                    "title": item.title,
                    "note": str(item.get_sector_display()) if item.sector else "",
                    "minutes": item.minutes,
                }
                for item in meeting.items.order_by("place")
            ],
            "results": results,
            "present": _present(meetings.presence(meeting, named=named)),
            "approved": [f"{row.who} ({row.who_more})" if row.who_more else row.who for row in approvals],
            "words": {
                "points": _("Point by point"),
                "results": _("What it led to"),
                "present": _("Who was there"),
                "approved": _("Who approved"),
            },
        },
    )
