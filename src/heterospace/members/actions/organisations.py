"""Organisations and what they have proof of."""

import datetime as dt
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...core import clock, phones
from ...core.deeds import Author, deed, log, require
from ...core.refusals import Invalid
from ...hubs.models import Office
from ..enums import AffiliationRole, AffiliationState
from ..models import (
    Affiliation,
    Legality,
    Organisation,
)
from ..queries import person_of

ORGANISATION_FIELDS = (
    "name",
    "kind",
    "about",
    "regency",
    "district",
    "whatsapp",
    "email",
    "website",
    "founded_year",
    "workers",
    "yearly_sales",
    "capital",
)


@deed
def create_organisation(
    office: Office, *, by: Author, role: str = AffiliationRole.OWNER, **facts: Any
) -> Organisation:
    """Enter an organisation; a member who enters it leads it. Raises Forbidden, Invalid (`no_name`, `whatsapp`)."""
    require(by, "members.create_organisation", office)
    organisation = Organisation(office=office, created_at=clock.now())
    _set_organisation(organisation, facts)
    organisation.slug = free_slug(office, organisation.name)
    organisation.save(force_insert=True)
    person = person_of(by, office.pk)
    if person is not None:
        Affiliation.objects.create(
            person=person,
            organisation=organisation,
            role=role,
            state=AffiliationState.CONFIRMED,
            since=clock.today("Asia/Jakarta"),
            decided_by=person,
            decided_at=clock.now(),
        )
    log(by, "create_organisation", organisation, office=office.pk, organisation=organisation.pk)
    return organisation


def free_slug(office: Office, name: str) -> str:
    """A slug for `name` nobody at the office has yet."""
    stem = slugify(name)[:70] or "organisasi"
    taken = set(
        Organisation.objects.filter(office=office, slug__startswith=stem).values_list("slug", flat=True)
    )
    taken.add("new")  # the address of the form
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


@deed
def change_organisation(organisation: Organisation, *, by: Author, **facts: Any) -> Organisation:
    """Correct what is known of an organisation. Raises Forbidden, Invalid (`no_name`, `whatsapp`)."""
    require(by, "members.change_organisation", organisation)
    _set_organisation(organisation, facts)
    organisation.save()
    log(
        by,
        "change_organisation",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        fields=sorted(facts),
    )
    return organisation


def _set_organisation(organisation: Organisation, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(ORGANISATION_FIELDS)
    if unknown:
        raise TypeError(f"An organisation has no {unknown}")
    for field, value in facts.items():
        setattr(organisation, field, value)
    organisation.name = " ".join(organisation.name.split())
    organisation.whatsapp = phones.normalise(organisation.whatsapp)
    if not organisation.name:
        raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})


@deed
def add_legality(
    organisation: Organisation,
    *,
    by: Author,
    kind: str,
    number: str,
    version: str = "",
    valid_until: dt.date | None = None,
) -> Legality:
    """Note a permit or registration. A NIB has 13 digits; a KBLI says its edition.

    Raises Forbidden, Invalid (`nib`, `kbli`, `no_number`).
    """
    require(by, "members.change_organisation", organisation)
    number = number.strip()
    if not number:
        raise Invalid("no_number", _("Write the number."), fields={"number": _("Write the number.")})
    if kind == "nib" and not (number.isascii() and number.isdigit() and len(number) == 13):
        sentence = _("A NIB has 13 digits.")
        raise Invalid("nib", sentence, fields={"number": sentence})
    if kind == "kbli" and version not in {"2020", "2025"}:
        sentence = _("Say which KBLI edition: 2020 or 2025.")
        raise Invalid("kbli", sentence, fields={"version": sentence})
    legality, _new = Legality.objects.update_or_create(
        organisation=organisation,
        kind=kind,
        number=number,
        defaults={"version": version if kind == "kbli" else "", "valid_until": valid_until},
    )
    log(
        by,
        "add_legality",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        kind=kind,
    )
    return legality


@deed
def remove_legality(legality: Legality, *, by: Author) -> None:
    """Take a wrongly noted permit away. Raises Forbidden."""
    organisation = legality.organisation
    require(by, "members.change_organisation", organisation)
    kind = legality.kind
    legality.delete()
    log(
        by,
        "remove_legality",
        organisation,
        office=organisation.office_id,
        organisation=organisation.pk,
        kind=kind,
    )
