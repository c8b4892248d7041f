"""Who belongs to an organisation, confirmed by it."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, constraint_refuses, deed, log, require
from ...core.notify import notify
from ...core.refusals import NotFound, Refused
from ..enums import AffiliationState
from ..models import (
    Affiliation,
    Organisation,
    Person,
)
from ..queries import person_of

constraint_refuses(
    "one_current_affiliation",
    lambda: Refused(
        "already_affiliated", _("This person is already in the organisation, or has already asked.")
    ),
)


@deed
def ask_affiliation(
    organisation: Organisation, *, by: Author, role: str, person: Person | None = None
) -> Affiliation:
    """Ask the organisation to confirm that the author (or, by staff, `person`) belongs to it.

    Raises Forbidden, Refused (`already_affiliated`).
    """
    require(by, "members.create_organisation", organisation.office)
    own = person_of(by, organisation.office_id)
    if person is None:
        person = own
    if person is None:
        raise NotFound("not_found", _("There is no such person here."))
    if person != own:
        require(by, "members.register_person", organisation.office)
    affiliation = Affiliation.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        state=AffiliationState.ASKED,
        since=clock.today("Asia/Jakarta"),
    )
    log(by, "ask_affiliation", affiliation, office=organisation.office_id, organisation=organisation.pk)
    for leader in leaders_of(organisation):
        notify(
            leader.addressee,
            "affiliation_asked",
            {"person": person.name, "organisation": organisation.name, "slug": organisation.slug},
            office=organisation.office_id,
        )
    return affiliation


def leaders_of(organisation: Organisation) -> list[Person]:
    """The confirmed owners and persons in charge, who decide who belongs to it."""
    rows = organisation.affiliations.filter(
        Q(until=None), state=AffiliationState.CONFIRMED, role__in=["owner", "manager"]
    ).select_related("person")
    return [row.person for row in rows.order_by("id") if row.person.is_active]


@deed
def decide_affiliation(affiliation: Affiliation, confirm: bool, *, by: Author) -> Affiliation:
    """The organisation's yes or no to somebody who asks to belong to it.

    Raises Forbidden, Refused (`already_decided`).
    """
    require(by, "members.decide_affiliation", affiliation)
    row = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    if row.state != AffiliationState.ASKED or row.until is not None:
        raise Refused("already_decided", _("This was already decided."))
    row.state = AffiliationState.CONFIRMED if confirm else AffiliationState.DECLINED
    row.decided_by = person_of(by, affiliation.organisation.office_id)
    row.decided_at = clock.now()
    row.save()
    organisation = affiliation.organisation
    log(
        by,
        "decide_affiliation",
        row,
        office=organisation.office_id,
        organisation=organisation.pk,
        confirmed=confirm,
    )
    notify(
        affiliation.person.addressee,
        "affiliation_decided",
        {"organisation": organisation.name, "slug": organisation.slug, "confirmed": confirm},
        office=organisation.office_id,
    )
    return row


@deed
def end_affiliation(affiliation: Affiliation, *, by: Author) -> None:
    """From today the person no longer acts for the organisation. Raises Forbidden, Refused (`last_leader`)."""
    require(by, "members.end_affiliation", affiliation)
    row = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    organisation = affiliation.organisation
    others = [leader for leader in leaders_of(organisation) if leader.pk != row.person_id]
    in_it = organisation.affiliations.filter(until=None, state=AffiliationState.CONFIRMED).exclude(pk=row.pk)
    if (
        row.state == AffiliationState.CONFIRMED
        and row.role in {"owner", "manager"}
        and not others
        and in_it.exists()
    ):
        raise Refused("last_leader", _("Somebody must lead the organisation: confirm another leader first."))
    yesterday = clock.today("Asia/Jakarta") - dt.timedelta(days=1)
    if row.since > yesterday:  # it never lasted a day
        row.state = AffiliationState.DECLINED
        row.until = row.since
    else:
        row.until = yesterday
    row.save()
    log(by, "end_affiliation", row, office=organisation.office_id, organisation=organisation.pk)
