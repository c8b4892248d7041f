"""What people did away from the system, entered from a list: one line a person, all of them or none."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from ...core.deeds import Author, allowed, deed, require
from ...core.refusals import Invalid, Refused, Sentence
from ...members import actions as members
from ...members.enums import AffiliationRole, AffiliationState
from ...members.models import Affiliation, Organisation, Person
from ...members.queries import acts_for
from ..enums import ActKind, Channel
from ..models import Act, Initiative, Stage
from .acts import Did, checked, checked_at, enter, stage_for
from .telling import held, note, wrong

MOST_LINES = 300
SHOWN = 10  # wrong lines told at once


@dataclass(frozen=True)
class Line:
    """Somebody on a list: her name, a WhatsApp number or e-mail, and the organisation she signed for, if any."""

    number: int
    name: str
    contact: str
    organisation: str = ""


def read_lines(text: str) -> Sequence[Line]:
    """The lines `name; WhatsApp or e-mail; organisation` of a pasted list; a table's columns (tabs) are as good.

    Raises Invalid (`lines`) naming the lines that cannot be read, `no_lines`, `too_many`.
    """
    found, errors = [], []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        parts = [" ".join(part.split()) for part in raw.split("\t" if "\t" in raw else ";")]
        if len(parts) < 2 or len(parts) > 3 or not parts[0]:
            errors.append((number, _("write name; WhatsApp number or e-mail; organisation")))
            continue
        found.append(Line(number, parts[0], parts[1], parts[2] if len(parts) == 3 else ""))
    if errors:
        raise _wrong_lines(errors)
    return _counted(found)


def _counted(found: Sequence[Line]) -> Sequence[Line]:
    if not found:
        raise wrong("no_lines", "lines", _("Paste at least one line."))
    if len(found) > MOST_LINES:
        raise wrong("too_many", "lines", _("At most %(n)d lines at a time.") % {"n": MOST_LINES})
    return found


def _wrong_lines(errors: Sequence[tuple[int, Sentence]]) -> Invalid:
    told = [_("Line %(n)d: %(why)s") % {"n": number, "why": why} for number, why in errors[:SHOWN]]
    if len(errors) > SHOWN:
        told.append(_("and %(n)d more lines.") % {"n": len(errors) - SHOWN})
    sentence = "\n".join([str(_("Nothing was entered.")), *map(str, told)])
    rows = [{"line": number, "reason": str(why)} for number, why in errors]
    return Invalid("lines", sentence, fields={"lines": sentence}, lines=rows)


@deed
def record_list(
    initiative: Initiative,
    listed: str | Sequence[Line],
    *,
    by: Author,
    kind: str,
    source: str,
    stage: Stage | None = None,
    channel: str = Channel.MEETING,
    at: dt.datetime | None = None,
) -> list[Act]:
    """Enter what the people of a list did, pasted (`read_lines`) or as lines. Who is not known yet is entered by her number or e-mail.

    Somebody speaks for an organisation only while it has confirmed her; staff confirm it where nobody leads it.
    Raises Forbidden, Invalid (`lines` with line and reason in `lines`, `no_lines`, `too_many`, `kind`, `channel`,
    `no_source`, `at`, `stage`), Refused (`not_running`, `no_open_stage`). Answers the new acts.
    """
    require(by, "cocreation.facilitate", initiative)
    initiative = held(initiative)
    stage = stage_for(initiative, stage)
    kind, channel, source = checked(kind, channel, source)
    moment = checked_at(stage, at)
    did, errors = [], []
    for line in read_lines(listed) if isinstance(listed, str) else _counted(listed):
        try:
            person, organisation = resolve(initiative, line, by=by)
        except Refused as refusal:
            errors.append((line.number, refusal.sentence))
            continue
        sector = organisation.sector if organisation is not None else ""
        did.append(Did(person.pk, organisation.pk if organisation is not None else None, sector, moment))
    if errors:
        raise _wrong_lines(errors)
    made = enter(stage, ActKind(kind), source, did, by=by, channel=channel)
    note(by, "record_list", stage, initiative, rows=len(made), kind=kind)
    return made


@deed
def record_named(
    initiative: Initiative,
    line: Line,
    *,
    by: Author,
    kind: str,
    source: str,
    person: Person | None = None,
    stage: Stage | None = None,
    channel: str = Channel.MEETING,
    at: dt.datetime | None = None,
) -> list[Act]:
    """Enter what one person did: `person` when she was found, else who `line` names. Raises as `record_list`."""
    require(by, "cocreation.facilitate", initiative)
    initiative = held(initiative)
    stage = stage_for(initiative, stage)
    kind, channel, source = checked(kind, channel, source)
    moment = checked_at(stage, at)
    who, organisation = resolve(initiative, line, by=by, person=person)
    sector = organisation.sector if organisation is not None else ""
    did = Did(who.pk, organisation.pk if organisation is not None else None, sector, moment)
    made = enter(stage, ActKind(kind), source, [did], by=by, channel=channel)
    note(by, "record_named", stage, initiative, rows=len(made), kind=kind)
    return made


def resolve(
    initiative: Initiative, line: Line, *, by: Author, person: Person | None = None
) -> tuple[Person, Organisation | None]:
    """The person of a line, found or made, and the organisation she may speak for. Raises Refused with what is wrong."""
    organisation = _organisation(initiative, line.organisation) if line.organisation else None
    if person is None:
        person = _person(initiative, line, by)
    elif person.office_id != initiative.office_id or not person.is_active:
        raise wrong("other_office", "person", _("There is no such person here."))
    if organisation is not None and not acts_for(person).filter(pk=organisation.pk).exists():
        _confirm(person, organisation, by, line.name)
    return person, organisation


def _organisation(initiative: Initiative, name: str) -> Organisation:
    found = list(
        Organisation.objects.filter(office=initiative.office_id, name__iexact=name).order_by("pk")[:2]
    )
    if not found:
        sentence = _("There is no organisation “%(name)s” here; enter it first.") % {"name": name}
        raise wrong("unknown_organisation", "organisation", sentence)
    if len(found) > 1:
        sentence = _("There are several organisations of the name “%(name)s”.") % {"name": name}
        raise wrong("several_organisations", "organisation", sentence)
    return found[0]


def _person(initiative: Initiative, line: Line, by: Author) -> Person:
    facts = {"whatsapp": line.contact}
    if "@" in line.contact:
        try:
            validate_email(line.contact)
        except ValidationError as error:
            sentence = _("This does not look like an e-mail address.")
            raise wrong("email", "contact", sentence) from error
        facts = {"email": line.contact}
    person = members.enter_guest(initiative.office, by=by, name=line.name, **facts)
    if not person.is_active:
        raise Refused("account_closed", _("This account is closed. Ask the front desk to open it again."))
    if allowed(by, "members.register_person", initiative.office) and not _alike(person.name, line.name):
        sentence = _("this number or e-mail belongs to somebody of another name")
        raise wrong("other_name", "contact", sentence)
    return person


def _alike(known: str, typed: str) -> bool:
    """Whether two names have a word in common."""
    return bool(set(known.casefold().split()) & set(typed.casefold().split()))


def _confirm(person: Person, organisation: Organisation, by: Author, name: str) -> None:
    """Staff confirm somebody in an organisation that nobody leads; elsewhere the organisation does it itself."""
    is_led = bool(members.leaders_of(organisation))
    if is_led or not allowed(by, "members.register_person", organisation.office):
        sentence = _(
            "“%(organisation)s” has not confirmed %(name)s: it does so on its page, or leave it out"
        ) % {"organisation": organisation.name, "name": name or person.name}
        raise wrong("not_affiliated", "organisation", sentence)
    asked = Affiliation.objects.filter(
        person=person, organisation=organisation, state=AffiliationState.ASKED, until=None
    ).first()
    if asked is None:
        asked = members.ask_affiliation(organisation, by=by, role=AffiliationRole.MEMBER, person=person)
    members.decide_affiliation(asked, True, by=by)
