"""What co-creation shows in pages of the apps below."""

from typing import Any

from django.http import HttpRequest

from ..core import panels
from ..events.models import Event
from ..hubs.models import Hub
from ..members.models import Agreement, Organisation, Person
from . import promises, queries
from .agreeing import initiatives_of
from .deciding import due_for_review
from .meetings import meeting_of
from .rules import steers


def invitations(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """What she is invited to, what she follows, and what waits for her as steward or for her hub, on her own page."""
    context = {
        "invites": list(queries.open_invites(person)[:6]),
        "followed": list(queries.followed_by(person)[:5]),
        "waiting": list(queries.waiting_for(request.user, person.office)),
        "reviews": [one for one in due_for_review(person.office) if steers(request.user, one.initiative)],
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


def meeting_of_event(request: HttpRequest, *, event: Event) -> panels.Filling | None:
    """On the page of an event that is a meeting: of what, its agenda, its minutes."""
    found = meeting_of(event)
    return (
        ("cocreation/event_panel.html", {"meeting": found, "points": list(found.items.all())})
        if found
        else None
    )


def initiatives_of_agreement(request: HttpRequest, *, agreement: Agreement) -> panels.Filling | None:
    """Which initiatives an agreement belongs to."""
    found = list(initiatives_of(agreement))
    return ("cocreation/agreement_panel.html", {"initiatives": found}) if found else None


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
panels.fill("events.event", meeting_of_event)
panels.fill("members.agreement", initiatives_of_agreement)
panels.fill("members.me", own_promises, position=15)
panels.fill("members.organisation", promises_of, position=45)
