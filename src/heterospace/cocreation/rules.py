"""Who may propose, answer, steer, take part. Everything of an initiative is public to read; private answers never are."""

import rules

from ..core.models import User
from ..hubs.models import Hub, Office
from ..members.enums import HubRoleName
from ..members.models import Organisation
from ..members.queries import acts_for, person_of, roles_of
from .meetings import act_of
from .models import (
    Amendment,
    Commitment,
    Dialogue,
    Initiative,
    Invite,
    Meeting,
    Position,
    Proposal,
)
from .queries import stewards_of


def stands_for_hub(user: User, hub: Hub) -> bool:
    """Whether this user answers to initiatives for a hub: its manager, community and program teams, officers."""
    roles = roles_of(user, hub.office_id)
    return roles.manages(hub.pk) or bool({HubRoleName.COMMUNITY, HubRoleName.PROGRAM} & roles.at(hub.pk))


def steers(user: User, initiative: Initiative) -> bool:
    """Whether this user is a steward of it, or stands for its hub."""
    person = person_of(user, initiative.office_id)
    if person is None or not person.is_active:
        return False
    if stands_for_hub(user, initiative.hub):
        return True
    return stewards_of(initiative).filter(person=person).exists()


@rules.predicate
def takes_part(user: User, office: Office) -> bool:
    """Anybody with an open account at the office."""
    person = person_of(user, office.pk)
    return person is not None and person.is_active


@rules.predicate
def takes_part_in(user: User, initiative: Initiative) -> bool:
    """Anybody with an open account at its office."""
    return takes_part(user, initiative.office)


@rules.predicate
def answers_for_hub(user: User, initiative: Initiative) -> bool:
    """Who answers for its hub."""
    return stands_for_hub(user, initiative.hub)


@rules.predicate
def steers_it(user: User, initiative: Initiative) -> bool:
    """Its stewards, and who stands for its hub."""
    return steers(user, initiative)


@rules.predicate
def serves_its_hub(user: User, initiative: Initiative) -> bool:
    """Desk staff of its hub, who help people on paper and without a phone."""
    return roles_of(user, initiative.office_id).serves(initiative.hub_id)


@rules.predicate
def proposed_it(user: User, initiative: Initiative) -> bool:
    """Who proposed it."""
    person = person_of(user, initiative.office_id)
    return person is not None and person.is_active and initiative.proposer_id == person.pk


@rules.predicate
def is_invited(user: User, invite: Invite) -> bool:
    """Whom the invitation is to."""
    return person_of(user, invite.initiative.office_id) == invite.person


@rules.predicate
def wrote_it(user: User, proposal: Proposal) -> bool:
    """Its authors."""
    person = person_of(user, proposal.initiative.office_id)
    return person is not None and person.is_active and proposal.authors.filter(person=person).exists()


@rules.predicate
def steers_its_initiative(user: User, proposal: Proposal) -> bool:
    """Who steers the initiative it is made in."""
    return steers(user, proposal.initiative)


@rules.predicate
def wrote_amendment(user: User, amendment: Amendment) -> bool:
    """Who made the amendment."""
    person = person_of(user, amendment.proposal.initiative.office_id)
    return person is not None and person.is_active and amendment.person_id == person.pk


@rules.predicate
def facilitates_dialogue(user: User, dialogue: Dialogue) -> bool:
    """Who steers its initiative or serves its hub."""
    return steers(user, dialogue.initiative) or serves_its_hub(user, dialogue.initiative)


@rules.predicate
def steers_dialogue(user: User, dialogue: Dialogue) -> bool:
    """Who steers its initiative."""
    return steers(user, dialogue.initiative)


@rules.predicate
def made_objection(user: User, position: Position) -> bool:
    """Who objected; for an organisation with one voice, whoever may act for it now."""
    person = person_of(user, position.decision.initiative.office_id)
    if person is None or not person.is_active:
        return False
    if position.elector.person_id is None and position.organisation is not None:
        return speaks_for(user, position.organisation)
    return position.person_id == person.pk


def speaks_for(user: User, organisation: Organisation) -> bool:
    """Whether this user may act for the organisation now."""
    person = person_of(user, organisation.office_id)
    return person is not None and person.is_active and acts_for(person).filter(pk=organisation.pk).exists()


@rules.predicate
def speaks_for_owner(user: User, commitment: Commitment) -> bool:
    """Whoever may act for who promised it."""
    return speaks_for(user, commitment.owner)


@rules.predicate
def receives(user: User, commitment: Commitment) -> bool:
    """Whoever may act for who receives it; without a receiving organisation, who steers, or answers for the office.

    Never somebody who acts for the owner.
    """
    if speaks_for(user, commitment.owner):
        return False
    if commitment.receiver is not None:
        return speaks_for(user, commitment.receiver)
    if commitment.initiative is not None:
        return steers(user, commitment.initiative)
    return roles_of(user, commitment.office_id).is_officer


@rules.predicate
def was_there(user: User, meeting: Meeting) -> bool:
    """Who was at the meeting."""
    person = person_of(user, meeting.initiative.office_id)
    return person is not None and person.is_active and act_of(meeting, person) is not None


@rules.predicate
def steers_its_meeting(user: User, meeting: Meeting) -> bool:
    """Who steers the initiative it is a meeting of."""
    return steers(user, meeting.initiative)


rules.add_perm("cocreation.propose", takes_part)
rules.add_perm("cocreation.take_part", takes_part_in)
rules.add_perm("cocreation.answer", answers_for_hub)
rules.add_perm("cocreation.withdraw", proposed_it)
rules.add_perm("cocreation.steer", steers_it)
rules.add_perm("cocreation.facilitate", steers_it | serves_its_hub)
rules.add_perm("cocreation.reply", is_invited)
rules.add_perm("cocreation.by_link", rules.always_true)
rules.add_perm("cocreation.change_proposal", wrote_it)
rules.add_perm("cocreation.answer_proposal", steers_its_initiative)
rules.add_perm("cocreation.withdraw_amendment", wrote_amendment)
rules.add_perm("cocreation.run_dialogue", steers_dialogue)
rules.add_perm("cocreation.help_dialogue", facilitates_dialogue)
rules.add_perm("cocreation.withdraw_objection", made_objection)
rules.add_perm("cocreation.promise", takes_part)
rules.add_perm("cocreation.deliver", speaks_for_owner)
rules.add_perm("cocreation.confirm", receives)
rules.add_perm("cocreation.approve_minutes", was_there)
rules.add_perm("cocreation.see_who_was_there", was_there | steers_its_meeting)
