"""What events show in pages of the apps below."""

from typing import Any

from django.http import HttpRequest

from ..core import panels
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from . import listing
from .actions.holding import link_of


def coming_at_hub(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """What is on at a hub, on its page."""
    found = listing.coming(hub.office, hub)
    return ("events/hub_panel.html", {"events": found, "hub": hub}) if found else None


def own_events(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """Her next events on her own page, each with its state and the way to its ticket."""
    found = listing.own_registrations(person, most=4)
    for one in found:
        one.link = link_of(one)
    return "events/me_panel.html", {"registrations": found[:3], "more": len(found) > 3}


def organisation_events(
    request: HttpRequest, *, organisation: Organisation, **_more: Any
) -> panels.Filling | None:
    """What an organisation hosts."""
    found = listing.hosted_by(organisation)
    return ("events/organisation_panel.html", {"events": found}) if found else None


panels.fill("spaces.hub", coming_at_hub, position=20)
panels.fill("members.me", own_events, position=20)
panels.fill("members.organisation", organisation_events, position=30)
