"""What enquiries show in pages of the apps below, and on the desk beside them."""

from django.http import HttpRequest

from ..core import clock, panels
from ..core.deeds import allowed
from ..hubs.models import Hub
from ..members.models import Person
from ..spaces.models import Space
from . import queries
from .forms import AskForm


def box_of_hub(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """The box at the end of a hub's page, with the moment by which we answer what is asked now."""
    if not hub.is_open:
        return None
    person = request.person  # type: ignore[attr-defined]
    return "enquiries/box.html", {
        "form": AskForm(hub=hub, person=person),
        "person": person,
        "promised_by": queries.promise(hub, clock.now()),
    }


def fault_of_space(request: HttpRequest, *, space: Space) -> panels.Filling | None:
    """The way to tell that something in a space is broken."""
    return ("enquiries/fault_panel.html", {"space": space}) if space.is_active and space.hub.is_open else None


def waiting_at_desk(request: HttpRequest, *, hub: Hub) -> panels.Filling | None:
    """How many people wait for an answer, on the desk's day."""
    if not allowed(request.user, "enquiries.read", hub):
        return None
    return "enquiries/desk_panel.html", {"kept": queries.kept(hub)}


def own_enquiries(request: HttpRequest, *, person: Person) -> panels.Filling | None:
    """What she asked, on her own page."""
    rows = list(queries.own_enquiries(person)[:3])
    return ("enquiries/own_panel.html", {"enquiries": rows}) if rows else None


panels.fill("spaces.hub_end", box_of_hub)
panels.fill("spaces.space", fault_of_space, position=90)
panels.fill("bookings.desk", waiting_at_desk, position=20)
panels.fill("members.me", own_enquiries, position=60)
