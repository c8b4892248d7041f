"""What co-creation shows in pages of the apps below."""

from typing import Any

from django.http import HttpRequest

from ..core import panels
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from . import queries


def invitations(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """What she is invited to, what she follows, and what waits for her hub's answer, on her own page."""
    context = {
        "invites": list(queries.open_invites(person)[:6]),
        "followed": list(queries.followed_by(person)[:5]),
        "waiting": list(queries.waiting_for(request.user, person.office)),
    }
    return ("cocreation/me_panel.html", context) if any(context.values()) else None


def at_hub(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """What is made together at a hub, on its page."""
    found = list(queries.listed(hub.office, hub=hub, state="running")[:3])
    return ("cocreation/hub_panel.html", {"initiatives": found, "hub": hub}) if found else None


def of_organisation(
    request: HttpRequest, *, organisation: Organisation, **_more: Any
) -> panels.Filling | None:
    """In which initiatives an organisation took part."""
    found = list(queries.with_organisation(organisation)[:6])
    return ("cocreation/organisation_panel.html", {"initiatives": found}) if found else None


panels.fill("members.me", invitations, position=10)
panels.fill("spaces.hub", at_hub, position=30)
panels.fill("members.organisation", of_organisation, position=40)
