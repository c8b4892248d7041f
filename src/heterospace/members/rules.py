"""Who may do what with hubs, people and organisations. Predicates over (user, thing)."""

from typing import Any

import rules

from ..core.models import Message, User
from ..hubs.models import Hub, Office
from .enums import HubRoleName
from .models import Affiliation, Agreement, Organisation, Person
from .queries import acts_for, leads, person_of, roles_of


@rules.predicate
def manages_hub(user: User, hub: Hub) -> bool:
    """The hub's manager, or an officer of its office."""
    return roles_of(user, hub.office_id).manages(hub.pk)


@rules.predicate
def serves_hub(user: User, hub: Hub) -> bool:
    """Whoever stands at the hub's desk."""
    return roles_of(user, hub.office_id).serves(hub.pk)


@rules.predicate
def works_at_hub(user: User, hub: Hub) -> bool:
    """Anybody with a role at the hub, or an officer or auditor of the office."""
    roles = roles_of(user, hub.office_id)
    return bool(roles.at(hub.pk) or roles.office)


@rules.predicate
def is_officer(user: User, office: Office) -> bool:
    """An officer of this office."""
    return roles_of(user, office.pk).is_officer


@rules.predicate
def sees_office(user: User, office: Office) -> bool:
    """An officer or auditor of this office."""
    return bool(roles_of(user, office.pk).office)


@rules.predicate
def registers_people(user: User, office: Office) -> bool:
    """Front desk and managers of any of its hubs, and officers: people belong to the office."""
    roles = roles_of(user, office.pk)
    desk = {HubRoleName.FRONT_DESK, HubRoleName.MANAGER}
    return roles.is_officer or any(desk & at_hub for at_hub in roles.hubs.values())


@rules.predicate
def manages_people(user: User, office: Office) -> bool:
    """Managers of any of its hubs, and officers: merging and closing accounts is theirs."""
    roles = roles_of(user, office.pk)
    return roles.is_officer or any(HubRoleName.MANAGER in at_hub for at_hub in roles.hubs.values())


@rules.predicate
def is_the_person(user: User, person: Person) -> bool:
    """The person herself, while her account is open."""
    return person.is_active and person_of(user, person.office_id) == person


@rules.predicate
def is_or_was_the_person(user: User, person: Person) -> bool:
    """The person herself, even after closing her account: her data stays hers."""
    return person.erased_at is None and person_of(user, person.office_id) == person


@rules.predicate
def registers_this_person(user: User, person: Person) -> bool:
    """Desk staff of the person's office."""
    return registers_people(user, person.office)


@rules.predicate
def manages_this_person(user: User, person: Person) -> bool:
    """Managers of the person's office."""
    return manages_people(user, person.office)


@rules.predicate
def leads_organisation(user: User, organisation: Organisation) -> bool:
    """Its owner or person in charge, confirmed and current."""
    return leads(person_of(user, organisation.office_id), organisation)


@rules.predicate
def staff_for_organisation(user: User, organisation: Organisation) -> bool:
    """Desk staff of its office, who help people without a phone."""
    return registers_people(user, organisation.office)


@rules.predicate
def is_member(user: User, office: Office) -> bool:
    """Anybody with an open account at this office."""
    person = person_of(user, office.pk)
    return person is not None and person.is_active


@rules.predicate
def in_affiliation(user: User, affiliation: Affiliation) -> bool:
    """The person the affiliation is about."""
    return is_the_person(user, affiliation.person)


@rules.predicate
def decides_affiliation(user: User, affiliation: Affiliation) -> bool:
    """Who leads the organisation; desk staff while nobody leads it."""
    return leads_organisation(user, affiliation.organisation) or staff_for_organisation(
        user, affiliation.organisation
    )


@rules.predicate
def works_at_its_office(user: User, agreement: Agreement) -> bool:
    """Anybody with a role at the office or one of its hubs."""
    return roles_of(user, agreement.office_id).is_staff


@rules.predicate
def speaks_for_a_party(user: User, agreement: Agreement) -> bool:
    """Whoever may act for an organisation that signed it."""
    person = person_of(user, agreement.office_id)
    if person is None or not person.is_active:
        return False
    return acts_for(person).filter(agreements__agreement=agreement).exists()


@rules.predicate
def sees_message(user: User, message: Message) -> bool:
    """Whoever works at the message's hub; messages of no hub are for desk staff; officers and auditors see all."""
    roles = roles_of(user, message.office)
    if roles.office:
        return True
    return bool(roles.at(message.hub)) if message.hub else any(roles.serves(hub) for hub in roles.hubs)


@rules.predicate
def sends_message(user: User, message: Message) -> bool:
    """Desk staff of the message's hub, of any hub when it belongs to none, and officers."""
    roles = roles_of(user, message.office)
    if roles.is_officer:
        return True
    return roles.serves(message.hub) if message.hub else any(roles.serves(hub) for hub in roles.hubs)


def _named(name: str, predicate: Any) -> None:
    rules.add_perm(name, predicate)


_named("hubs.manage", manages_hub)
_named("hubs.serve", serves_hub)
_named("hubs.work", works_at_hub)
_named("hubs.create", is_officer)
_named("members.give_hub_role", manages_hub)
_named("members.give_office_role", is_officer)
_named("members.see_outbox", works_at_hub)
_named("members.register_person", registers_people)
_named("members.see_person", is_the_person | registers_this_person)
_named("members.change_person", is_the_person | registers_this_person)
_named("members.give_desk_code", registers_this_person)
_named("members.merge", manages_people)
_named("members.import", manages_people)
_named("members.close_account", is_the_person | manages_this_person)
_named("members.export", is_or_was_the_person)
_named("members.erase", is_or_was_the_person | manages_this_person)
_named("members.see_message", sees_message)
_named("members.send_message", sends_message)
_named("members.create_organisation", is_member)
_named("members.change_organisation", leads_organisation | staff_for_organisation)
_named("members.see_affiliations", leads_organisation | staff_for_organisation)
_named("members.decide_affiliation", decides_affiliation)
_named("members.end_affiliation", in_affiliation | decides_affiliation)
_named("members.enter_agreement", manages_people)
_named("members.see_agreement_paper", works_at_its_office | speaks_for_a_party)
