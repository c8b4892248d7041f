"""Who may make questionnaires and read what was answered."""

import rules

from ..core.models import User
from ..hubs.models import Hub, Office
from ..members.enums import HubRoleName
from ..members.queries import roles_of
from .enums import Purpose
from .models import Questionnaire


@rules.predicate
def makes_at(user: User, hub: Hub) -> bool:
    """The hub's manager and program staff, and officers of its office."""
    roles = roles_of(user, hub.office_id)
    return bool(roles.manages(hub.pk) or HubRoleName.PROGRAM in roles.at(hub.pk))


@rules.predicate
def makes_for_office(user: User, office: Office) -> bool:
    """Officers: a questionnaire of the office is asked at all its hubs."""
    return roles_of(user, office.pk).is_officer


@rules.predicate
def changes(user: User, questionnaire: Questionnaire) -> bool:
    """Who may make one where it belongs."""
    if questionnaire.hub is not None:
        return makes_at(user, questionnaire.hub)
    return makes_for_office(user, questionnaire.office)


@rules.predicate
def lists(user: User, office: Office) -> bool:
    """Manager and program staff of any hub, officers and auditors."""
    roles = roles_of(user, office.pk)
    making = {HubRoleName.MANAGER, HubRoleName.PROGRAM}
    return bool(roles.office) or any(making & at_hub for at_hub in roles.hubs.values())


@rules.predicate
def sees(user: User, questionnaire: Questionnaire) -> bool:
    """A hub's: its manager and program staff; the office's: those of any hub. Officers and auditors see all.

    Nobody sees the trust pulse here: who watches it while people answer could work out what each one said. Its waves
    are shown where they belong, when they have closed.
    """
    if questionnaire.purpose == Purpose.PULSE:
        return False
    roles = roles_of(user, questionnaire.office_id)
    if roles.office:
        return True
    if questionnaire.hub is not None:
        return makes_at(user, questionnaire.hub)
    return lists(user, questionnaire.office)


@rules.predicate
def sees_figures(user: User, hub: Hub) -> bool:
    """The service survey's figures are for everybody who works at the hub, and officers and auditors."""
    roles = roles_of(user, hub.office_id)
    return bool(roles.at(hub.pk) or roles.office)


rules.add_perm("questionnaires.make", makes_at)
rules.add_perm("questionnaires.make_for_office", makes_for_office)
rules.add_perm("questionnaires.change", changes)
rules.add_perm("questionnaires.list", lists)
rules.add_perm("questionnaires.see", sees)
rules.add_perm("questionnaires.figures", sees_figures)
