"""What co-creation shows in pages of the apps below."""

from typing import Any

from django.http import HttpRequest

from ..core import panels
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from . import promises, queries


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


def own_promises(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """What her organisations promised and have not settled, and what waits for her word."""
    context = {
        "promised": promises.own_promises(person),
        "waiting": promises.to_confirm(person, request.roles.is_officer),  # type: ignore[attr-defined]
    }
    return ("cocreation/own_promises_panel.html", context) if any(context.values()) else None


def promises_of(request: HttpRequest, *, organisation: Organisation, **_more: Any) -> panels.Filling | None:
    """What an organisation promised, and how it keeps its word."""
    found = list(promises.commitments_of(organisation.office, owner=organisation)[:4])
    if not found:
        return None
    context = {"organisation": organisation, "commitments": found, "kept": promises.kept_by(organisation)}
    return "cocreation/promises_panel.html", context


panels.fill("members.me", invitations, position=10)
panels.fill("spaces.hub", at_hub, position=30)
panels.fill("members.organisation", of_organisation, position=40)
panels.fill("members.me", own_promises, position=15)
panels.fill("members.organisation", promises_of, position=45)
