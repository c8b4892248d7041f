"""Who works at a hub or the office, and whose hub it is."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.models import User
from ...core.notify import notify
from ...core.refusals import Invalid, Refused
from ...hubs.models import Hub, Office
from ..enums import HubRoleName, OfficeRoleName, Part, Purpose
from ..models import (
    HubParty,
    HubRole,
    OfficeRole,
    Organisation,
    Person,
)
from ..queries import find_person, person_of
from .people import give_consents, tidy_person


@deed
def give_hub_role(hub: Hub, *, by: Author, role: str, name: str, email: str) -> HubRole:
    """Invite somebody to work at the hub: find or make the person and her sign-in, give the role, send the mail.

    Raises Forbidden, Invalid (`no_name`, `no_email`), Refused (`role_given`).
    """
    require(by, "members.give_hub_role", hub)
    person = _staff_person(hub.office, name, email)
    HubRoleName(role)
    found, new = HubRole.objects.get_or_create(
        person=person, hub=hub, role=role, until=None, defaults={"since": clock.now()}
    )
    if not new:
        raise Refused("role_given", _("This person already has this role here."))
    log(by, "give_hub_role", found, office=hub.office_id, hub=hub.pk, role=role, person=person.pk)
    notify(
        person.addressee,
        "role_given",
        {"hub": hub.name, "role": role, "email": person.email},
        office=hub.office_id,
        hub=hub.pk,
    )
    return found


@deed
def end_hub_role(role: HubRole, *, by: Author) -> None:
    """End a role at a hub. Raises Forbidden, Refused (`last_manager`)."""
    require(by, "members.give_hub_role", role.hub)
    Hub.objects.select_for_update(no_key=True).get(pk=role.hub_id)
    managers = role.hub.roles.filter(role=HubRoleName.MANAGER, until=None)
    if role.role == HubRoleName.MANAGER and managers.exclude(pk=role.pk).count() == 0:
        raise Refused("last_manager", _("A hub needs a manager: give the role to somebody else first."))
    role.until = clock.now()
    role.save(update_fields=["until"])
    log(
        by,
        "end_hub_role",
        role,
        office=role.hub.office_id,
        hub=role.hub_id,
        role=role.role,
        person=role.person_id,
    )


@deed
def give_office_role(office: Office, *, by: Author, role: str, name: str, email: str) -> OfficeRole:
    """Make somebody officer or auditor of the office. Raises Forbidden, Invalid (`no_name`, `no_email`), Refused (`role_given`)."""
    require(by, "members.give_office_role", office)
    person = _staff_person(office, name, email)
    OfficeRoleName(role)
    found, new = OfficeRole.objects.get_or_create(
        person=person, office=office, role=role, until=None, defaults={"since": clock.now()}
    )
    if not new:
        raise Refused("role_given", _("This person already has this role here."))
    log(by, "give_office_role", found, office=office.pk, role=role, person=person.pk)
    notify(
        person.addressee,
        "role_given",
        {"hub": office.name, "role": role, "email": person.email},
        office=office.pk,
    )
    return found


@deed
def end_office_role(role: OfficeRole, *, by: Author) -> None:
    """End a role at the office. Raises Forbidden, Refused (`last_officer`)."""
    require(by, "members.give_office_role", role.office)
    Office.objects.select_for_update(no_key=True).get(pk=role.office_id)
    officers = role.office.roles.filter(role=OfficeRoleName.OFFICER, until=None)
    if role.role == OfficeRoleName.OFFICER and officers.exclude(pk=role.pk).count() == 0:
        raise Refused("last_officer", _("An office needs an officer: give the role to somebody else first."))
    role.until = clock.now()
    role.save(update_fields=["until"])
    log(by, "end_office_role", role, office=role.office_id, role=role.role, person=role.person_id)


def _staff_person(office: Office, name: str, email: str) -> Person:
    email = email.strip().lower()
    if "@" not in email:
        sentence = _("Staff sign in by e-mail: give one.")
        raise Invalid("no_email", sentence, fields={"email": sentence})
    user = User.objects.filter(email=email).first()
    person = (person_of(user, office.pk) if user else None) or find_person(office, email=email)
    if person is None:
        person = Person(office=office, created_at=clock.now(), **tidy_person({"name": name, "email": email}))
    if person.user_id is None:
        if user is None:
            user = User.objects.create_user(email)
        person.user = user
        person.save()
        give_consents(person, [Purpose.SERVICE])
    return person


@deed
def set_hub_party(hub: Hub, organisation: Organisation, part: str, *, by: Author) -> HubParty:
    """Say which organisation owns or runs the hub; one of each. Raises Forbidden, Invalid (`other_office`)."""
    require(by, "hubs.manage", hub)
    if organisation.office_id != hub.office_id:
        raise Invalid("other_office", _("This organisation belongs to another office."))
    HubParty.objects.filter(hub=hub, part=Part(part)).exclude(organisation=organisation).delete()
    party, _new = HubParty.objects.get_or_create(hub=hub, organisation=organisation, part=part)
    log(by, "set_hub_party", party, office=hub.office_id, organisation=organisation.pk, hub=hub.pk, part=part)
    return party


@deed
def end_hub_party(party: HubParty, *, by: Author) -> None:
    """The organisation no longer owns or runs the hub. Raises Forbidden."""
    hub = party.hub
    require(by, "hubs.manage", hub)
    part, organisation = party.part, party.organisation_id
    party.delete()
    log(by, "end_hub_party", hub, office=hub.office_id, organisation=organisation, part=part)
