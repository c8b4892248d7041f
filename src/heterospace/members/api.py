"""`/api/v1/me`: who the token speaks for."""

from django.http import HttpRequest
from ninja import Router, Schema

from ..hubs.queries import hubs_of
from .doors import member_of
from .queries import acts_for

router = Router(tags=["me"])


class ActsFor(Schema):
    id: int
    slug: str
    name: str
    kind: str
    sector: str


class HubRoles(Schema):
    hub: str
    roles: list[str]


class Me(Schema):
    id: int
    name: str
    email: str
    whatsapp: str
    language: str
    organisations: list[ActsFor]
    office_roles: list[str]
    hub_roles: list[HubRoles]


@router.get("", response=Me, summary="Who I am here")
def me(request: HttpRequest):
    """The person behind the token, the organisations she acts for today, and her roles."""
    person = member_of(request)
    return {
        "id": person.pk,
        "name": person.name,
        "email": person.email,
        "whatsapp": person.whatsapp,
        "language": person.language,
        "organisations": list(acts_for(person)),
        "office_roles": sorted(request.roles.office),
        "hub_roles": [
            {"hub": hub.slug, "roles": sorted(request.roles.at(hub.pk))}
            for hub in hubs_of(request.office)
            if request.roles.at(hub.pk)
        ],
    }
