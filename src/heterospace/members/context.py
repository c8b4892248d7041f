"""What every page knows: the office, its hubs, who asks, and how she likes to see it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ..hubs.models import Hub, Office
from ..hubs.queries import hubs_of
from .models import Person
from .queries import Roles


@dataclass
class SiteRoles:
    is_staff: bool
    is_officer: bool
    desk_hubs: list[Hub]
    managed_hubs: list[Hub]
    read_hubs: list[Hub]  # whose figures she reads
    asks: bool  # whether questionnaires are her work


@dataclass
class Site:
    office: Office | None
    hubs: list[Hub]
    person: Person | None
    roles: SiteRoles
    demo: bool
    demo_progress: int | None
    theme: str
    languages: list[tuple[str, str]]


def site(request: HttpRequest) -> dict[str, Any]:
    """`site` for every template; works for pages that failed before anybody knew who asks."""
    office = getattr(request, "office", None)
    roles: Roles = getattr(request, "roles", None) or Roles()
    hubs = list(hubs_of(office)) if office else []
    theme = request.COOKIES.get("theme", "auto")
    known = SiteRoles(
        roles.is_staff,
        roles.is_officer,
        [hub for hub in hubs if roles.serves(hub.pk)],
        [hub for hub in hubs if roles.manages(hub.pk)],
        [hub for hub in hubs if roles.manages(hub.pk) or roles.office],
        bool(roles.office) or any({"manager", "program"} & names for names in roles.hubs.values()),
    )
    around = Site(
        office,
        hubs,
        getattr(request, "person", None),
        known,
        bool(settings.DEMO and office and office.is_demo),
        office.demo_progress if office else None,
        theme if theme in {"light", "dark"} else "auto",
        list(settings.LANGUAGES),
    )
    # allauth gives its own pages another `site`; the frame of every page therefore says `house`
    return {"site": around, "house": around}
