"""Who plans, reviews, runs and reads events; who may see and change a registration."""

import rules

from ..core.models import User
from ..hubs.models import Hub, Office
from ..members.enums import HubRoleName
from ..members.queries import acts_for, leads, person_of, roles_of
from .enums import PLANNED, HelperRole
from .models import Certificate, Event, Helper, Registration


@rules.predicate
def runs_events(user: User, hub: Hub) -> bool:
    """Who reviews and runs the hub's events: its program and community teams, its manager, officers."""
    roles = roles_of(user, hub.office_id)
    return roles.manages(hub.pk) or bool({HubRoleName.PROGRAM, HubRoleName.COMMUNITY} & roles.at(hub.pk))


@rules.predicate
def proposes_events(user: User, hub: Hub) -> bool:
    """Who may plan an event here: the hub's team, and anybody who acts for an organisation."""
    if runs_events(user, hub):
        return True
    person = person_of(user, hub.office_id)
    return person is not None and person.is_active and acts_for(person).exists()


@rules.predicate
def runs_its_hub(user: User, event: Event) -> bool:
    """Who runs events at the event's hub."""
    return runs_events(user, event.hub)


def organises(user: User, event: Event) -> bool:
    """Whether this user organises the event: made it, helps as an organiser, or leads a host of it."""
    person = person_of(user, event.office_id)
    if person is None or not person.is_active:
        return False
    if event.made_by_id == person.pk:
        return True
    if Helper.objects.filter(event=event, person=person, role=HelperRole.ORGANISER).exists():
        return True
    parties = event.parties.exclude(part="supporter").select_related("organisation")
    return any(leads(person, party.organisation) for party in parties)


@rules.predicate
def organises_it(user: User, event: Event) -> bool:
    """Its organisers."""
    return organises(user, event)


@rules.predicate
def helps_at_the_door(user: User, event: Event) -> bool:
    """Who stands at the event's door and sees names only."""
    person = person_of(user, event.office_id)
    return (
        person is not None
        and person.is_active
        and Helper.objects.filter(event=event, person=person, role=HelperRole.DOOR).exists()
    )


@rules.predicate
def serves_its_hub(user: User, event: Event) -> bool:
    """Desk staff of its hub."""
    return roles_of(user, event.office_id).serves(event.hub_id)


@rules.predicate
def is_shown(user: User, event: Event) -> bool:
    """Published events are for everybody."""
    return event.is_shown


@rules.predicate
def is_planned(user: User, event: Event) -> bool:
    """Not yet published."""
    return event.state in PLANNED


@rules.predicate
def reads_figures(user: User, event: Event) -> bool:
    """Officers and auditors of its office."""
    return bool(roles_of(user, event.office_id).office)


@rules.predicate
def reads_hub_figures(user: User, hub: Hub) -> bool:
    """The hub's manager, officers and auditors of its office."""
    roles = roles_of(user, hub.office_id)
    return bool(roles.manages(hub.pk) or roles.office)


@rules.predicate
def reads_office_figures(user: User, office: Office) -> bool:
    """Officers and auditors: all hubs beside each other."""
    return bool(roles_of(user, office.pk).office)


@rules.predicate
def imports_events(user: User, hub: Hub) -> bool:
    """The hub's manager and officers bring its past in."""
    return bool(roles_of(user, hub.office_id).manages(hub.pk))


@rules.predicate
def is_its_person(user: User, registration: Registration) -> bool:
    """Whose registration it is."""
    return person_of(user, registration.event.office_id) == registration.person


@rules.predicate
def runs_its_event(user: User, registration: Registration) -> bool:
    """Who organises the event, runs the hub's events, or serves its desk."""
    event = registration.event
    return runs_its_hub(user, event) or serves_its_hub(user, event) or organises(user, event)


@rules.predicate
def runs_hub_of_certificate(user: User, certificate: Certificate) -> bool:
    """Who runs events at the hub that issued it."""
    return runs_events(user, certificate.hub)


team = runs_its_hub | organises_it

rules.add_perm("events.propose", proposes_events)
rules.add_perm("events.run_hub", runs_events)
rules.add_perm("events.review", runs_its_hub)
rules.add_perm("events.manage", team)
rules.add_perm("events.see", is_shown | team | serves_its_hub | reads_figures)
rules.add_perm("events.register_others", team | serves_its_hub)
rules.add_perm("events.see_people", team | serves_its_hub)
rules.add_perm("events.check_in", team | serves_its_hub | helps_at_the_door)
rules.add_perm("events.see_report", team | reads_figures)
rules.add_perm("events.see_figures", reads_hub_figures)
rules.add_perm("events.see_office_figures", reads_office_figures)
rules.add_perm("events.import", imports_events)
rules.add_perm("events.see_registration", is_its_person | runs_its_event)
rules.add_perm("events.change_registration", is_its_person | runs_its_event)
rules.add_perm("events.decide_registration", runs_its_event)
rules.add_perm("events.by_link", rules.always_true)
rules.add_perm("events.revoke_certificate", runs_hub_of_certificate)
