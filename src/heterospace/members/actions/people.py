"""Joining, being entered at the desk, consents, and leaving again."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from ...core import clock, phones, regions
from ...core.deeds import SYSTEM, Author, deed, human, log, require
from ...core.models import User
from ...core.refusals import Invalid, Refused
from ...hubs.models import Office
from .. import personal_data
from ..enums import Purpose
from ..models import (
    Consent,
    Person,
    PersonalView,
)
from ..queries import find_person, person_of, roles_count
from ..signals import consent_withdrawn

ADULT = 18
PERSON_FIELDS = (
    "name",
    "email",
    "whatsapp",
    "regency",
    "district",
    "birth_year",
    "gender",
    "access_needs",
    "guardian_name",
    "guardian_whatsapp",
    "language",
)


def tidy_person(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts about a person as stored. Raises Invalid with the field's sentence."""
    unknown = set(facts) - set(PERSON_FIELDS)
    if unknown:
        raise TypeError(f"A person has no {unknown}")
    tidy = dict(facts)
    if "name" in tidy:
        tidy["name"] = " ".join(tidy["name"].split())
        if not tidy["name"]:
            raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})
    if "email" in tidy:
        tidy["email"] = tidy["email"].strip().lower()
    for field in ("whatsapp", "guardian_whatsapp"):
        if field in tidy:
            tidy[field] = phones.normalise(tidy[field])
    if tidy.get("regency") and not regions.is_home(tidy["regency"]):
        raise Invalid(
            "region", _("Choose a region from the list."), fields={"regency": _("Choose from the list.")}
        )
    if tidy.get("district") and not tidy["district"].startswith(tidy.get("regency", tidy["district"])):
        tidy["district"] = ""
    return tidy


def is_minor(birth_year: int | None) -> bool:
    """Whether somebody born that year may still be under eighteen; unknown years are taken for adults."""
    return birth_year is not None and clock.now().year - birth_year < ADULT


def _guarded(facts: dict[str, Any]) -> None:
    if is_minor(facts.get("birth_year")) and not (
        facts.get("guardian_name") and facts.get("guardian_whatsapp")
    ):
        sentence = _("Under 18, a parent or guardian agrees with you: give their name and WhatsApp number.")
        raise Invalid("guardian_needed", sentence, fields={"guardian_name": sentence})


@deed
def join(office: Office, *, by: Author, user: User, purposes: Iterable[str], **facts: Any) -> Person:
    """Make `user` a member of the office. A record staff made earlier for this e-mail becomes hers.

    Raises Invalid (`no_name`, `whatsapp`, `region`, `guardian_needed`, `consent_needed`) and Refused (`already_member`).
    """
    facts = tidy_person({**facts, "email": user.email or ""})
    _guarded(facts)
    if Purpose.SERVICE not in purposes:
        sentence = _("Without this we cannot keep your membership or your bookings.")
        raise Invalid("consent_needed", sentence, fields={"purposes": sentence})
    if person_of(user, office.pk) is not None:
        raise Refused("already_member", _("You are already a member."))
    known = find_person(office, email=facts["email"])
    is_hers = True
    if known is not None and known.user_id is None:
        person = known
        is_hers = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
        for field, value in facts.items() if is_hers else ():  # what the desk wrote stays
            setattr(person, field, getattr(person, field) or value)
    else:
        person = Person(office=office, created_at=clock.now(), **facts)
    person.user = user
    person.save()
    if is_hers:  # by only typing somebody's e-mail nobody adds a number to her record, or a consent
        give_consents(person, purposes)
    _forget_unagreed(person)
    person.save()
    log(by, "join", person, office=office.pk)
    return person


@deed
def register_person(
    office: Office, *, by: Author, purposes: Iterable[str] = (Purpose.SERVICE,), **facts: Any
) -> Person:
    """Enter somebody at the desk, or find her: one number or e-mail is one person.

    She agrees at the desk, so the consents are hers. Raises Forbidden, Invalid (`no_name`, `no_address`, ...).
    """
    require(by, "members.register_person", office)
    facts = tidy_person(facts)
    known = find_person(office, email=facts.get("email", ""), whatsapp=facts.get("whatsapp", ""))
    if known is not None:
        return known
    _guarded(facts)
    person = Person.objects.create(office=office, created_at=clock.now(), **facts)
    give_consents(person, purposes)
    _forget_unagreed(person)
    person.save()
    log(by, "register_person", person, office=office.pk)
    return person


@deed
def enter_guest(office: Office, *, by: Author, **facts: Any) -> Person:
    """The record of somebody who gave a name and an e-mail or WhatsApp number to take part in something, or a new one.

    Anybody may do this (`by=SYSTEM` for a stranger), so a record that is found stays as it is, and what it knows must
    not be shown to who typed the address. Raises Invalid (`no_name`, `no_address`, `whatsapp`, `guardian_needed`).
    """
    facts = tidy_person(facts)
    if not (facts.get("email") or facts.get("whatsapp")):
        sentence = _("Give an e-mail address or a WhatsApp number, so that we can reach you.")
        raise Invalid("no_address", sentence, fields={"whatsapp": sentence})
    known = find_person(office, email=facts.get("email", ""), whatsapp=facts.get("whatsapp", ""))
    if known is not None:
        return known
    _guarded(facts)
    if not is_minor(facts.get("birth_year")):  # nobody agreed to more than being served
        facts["birth_year"] = None
    person = Person.objects.create(
        office=office, created_at=clock.now(), **{**facts, "gender": "", "access_needs": ""}
    )
    by_guardian = is_minor(person.birth_year)
    Consent.objects.create(
        person=person, purpose=Purpose.SERVICE, given_at=clock.now(), by_guardian=by_guardian
    )
    log(by, "enter_guest", person, office=office.pk)
    return person


@deed
def change_person(person: Person, *, by: Author, **facts: Any) -> Person:
    """Correct what is known of a person. The sign-in's e-mail changes on the account pages only.

    Raises Forbidden, Invalid (`no_name`, `whatsapp`, `region`, `guardian_needed`).
    """
    require(by, "members.change_person", person)
    if person.user_id is not None:
        facts.pop("email", None)
    facts = tidy_person(facts)
    if "birth_year" in facts:
        _guarded({field: facts.get(field, getattr(person, field)) for field in PERSON_FIELDS})
    for field, value in facts.items():
        setattr(person, field, value)
    _forget_unagreed(person)
    person.save()
    log(by, "change_person", person, office=person.office_id, fields=sorted(facts))
    return person


@deed
def set_consents(person: Person, purposes: Iterable[str], *, by: Author) -> None:
    """Give and take back consents so that exactly `purposes` stand. Taking back the service closes the account.

    Raises Forbidden, Refused (`has_roles` when staff take back the service).
    """
    require(by, "members.change_person", person)
    wanted = {Purpose(purpose) for purpose in purposes}
    if Purpose.SERVICE not in wanted and roles_count(person):
        raise _has_roles()
    gone = set()
    for consent in person.consents.filter(withdrawn_at=None).exclude(purpose__in=wanted):
        consent.withdrawn_at = clock.now()
        consent.save(update_fields=["withdrawn_at"])
        gone.add(Purpose(consent.purpose))
    if gone:
        consent_withdrawn.send(Person, person=person, purposes=gone)
    give_consents(person, wanted)
    _forget_unagreed(person)
    if Purpose.SERVICE not in wanted and person.closed_at is None:
        person.closed_at = clock.now()
    person.save()
    log(by, "set_consents", person, office=person.office_id, purposes=sorted(wanted))


@deed
def withdraw_news(person: Person, *, by: Author) -> bool:
    """Send this person no more news; says whether she had agreed to any. Nothing else changes. Raises Forbidden."""
    require(by, "members.change_person", person)
    standing = person.consents.filter(purpose=Purpose.NEWS, withdrawn_at=None)
    if not standing.update(withdrawn_at=clock.now()):
        return False
    log(by, "withdraw_news", person, office=person.office_id)
    return True


def _forget_unagreed(person: Person) -> None:
    """Blank what is only kept with a consent that does not stand."""
    standing = set(person.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    if Purpose.DISABILITY not in standing:
        person.access_needs = ""
    if Purpose.STATISTICS not in standing:
        person.gender = ""
        if not is_minor(person.birth_year):  # a minor's year says that a guardian is needed
            person.birth_year = None


def _has_roles() -> Refused:
    return Refused("has_roles", _("End this person's roles first."))


def give_consents(person: Person, purposes: Iterable[str]) -> None:
    """Note a yes to each purpose that does not stand yet; a minor's comes with her guardian's."""
    standing = set(person.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    Consent.objects.bulk_create(
        [
            Consent(
                person=person, purpose=purpose, given_at=clock.now(), by_guardian=is_minor(person.birth_year)
            )
            for purpose in sorted(set(purposes) - standing)
        ]
    )


@deed
def close_account(person: Person, *, by: Author) -> None:
    """Nothing new happens in this person's name; history stays, and staff can open it again.

    Raises Forbidden, Refused (`has_roles`).
    """
    require(by, "members.close_account", person)
    if roles_count(person):
        raise _has_roles()
    person.closed_at = clock.now()
    person.save(update_fields=["closed_at"])
    log(by, "close_account", person, office=person.office_id)


@deed
def reopen_account(person: Person, *, by: Author) -> None:
    """Open a closed account again; she agrees to the service anew. Raises Forbidden, Refused (`erased`)."""
    require(by, "members.give_desk_code", person)
    if person.erased_at or person.merged_into_id:
        raise Refused("erased", _("This record is gone and cannot be opened again."))
    person.closed_at = None
    person.save(update_fields=["closed_at"])
    give_consents(person, [Purpose.SERVICE])
    log(by, "reopen_account", person, office=person.office_id)


@deed
def erase_person(person: Person, *, by: Author) -> None:
    """Blank everything that tells who this was; ledgers keep the key, so statistics stay. Cannot be undone.

    Raises Forbidden, Refused (`has_roles`, `coming_bookings` by an app above).
    """
    require(by, "members.erase", person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if roles_count(person):
        raise _has_roles()
    personal_data.erase(person)
    log(by, "erase_person", person, office=person.office_id)


@deed
def note_view(person: Person, page: str, *, by: Author) -> None:
    """Write down that staff looked at this person's data; once an hour and page is enough."""
    hour_ago = clock.now() - dt.timedelta(hours=1)
    if by is SYSTEM or person.user_id == by.pk:
        return
    if not PersonalView.objects.filter(person=person, by_id=by.pk, page=page, at__gt=hour_ago).exists():
        PersonalView.objects.create(person=person, by=human(by), page=page, at=clock.now())


@deed
def take_email(user: User, email: str, *, by: Author) -> None:
    """Messages go to the e-mail the person has confirmed for her sign-in."""
    for person in user.people.filter(erased_at=None).exclude(email=email.lower()).order_by("id"):
        person.email = email.lower()
        person.save(update_fields=["email"])
        log(by, "take_email", person, office=person.office_id)
