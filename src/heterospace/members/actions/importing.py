"""People and organisations from the operator's sheets: found where they are known, never entered twice.

What people and organisations said of themselves stays: a file only fills what is blank.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import F
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...core import clock, regions
from ...core.deeds import SYSTEM, Author, deed, human, log, log_each, require
from ...core.refusals import Refused
from ...core.sheets import Imported, Line, Problem, WrongRows
from ...hubs.models import Office
from ..enums import AffiliationRole, AffiliationState, LegalityKind, Purpose
from ..models import Affiliation, Consent, Legality, Organisation, Person, PersonalView
from ..queries import person_of
from .people import is_minor

CHUNK = 2000
Step = Callable[[int], None]
FILLED = ("whatsapp", "regency", "district", "guardian_name", "guardian_whatsapp")
OF_ORGANISATION = (
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
AGREED = {"news": Purpose.NEWS, "directory": Purpose.DIRECTORY, "statistics": Purpose.STATISTICS}


def nothing(done: int) -> None:
    """No progress is told."""


def chunks(rows: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Rows in lists of `size`."""
    waiting = iter(rows)
    while part := list(islice(waiting, size)):
        yield part


@dataclass
class Known:
    """The records that lines of a sheet may mean, by each of their addresses; those merged lead to the kept one."""

    by_number: dict[int, Person] = field(default_factory=dict)
    by_phone: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)

    def of(self, line: Line) -> list[Person]:
        """The different records this line's phone and e-mail belong to; its member number alone decides."""
        if line.get("number") in self.by_number:
            return [self.by_number[line.get("number")]]
        found = (
            self.by_phone.get(line.get("whatsapp", "")),
            self.by_email.get(line.get("email", "")),
        )
        return list({person.pk: person for person in found if person is not None}.values())


def known_people(office: Office, lines: Sequence[Line]) -> Known:
    """Everybody of the office whom these lines may mean, in a few queries."""
    known = Known()
    living = Person.objects.filter(office=office, erased_at=None).select_related("merged_into")
    rows = living.order_by(F("merged_into").asc(nulls_first=True), "id")
    for part in chunks({line.get("number") for line in lines} - {None}):
        for row in rows.filter(pk__in=part):
            known.by_number[row.pk] = row.merged_into or row
    for part in chunks({line.get("whatsapp", "") for line in lines} - {""}):
        for row in rows.filter(whatsapp__in=part):
            known.by_phone.setdefault(row.whatsapp, row.merged_into or row)
    for part in chunks({line.get("email", "") for line in lines} - {""}):
        for row in rows.annotate(mail=Lower("email")).filter(mail__in=part):
            known.by_email.setdefault(row.email.lower(), row.merged_into or row)
    return known


def one_import_at_a_time(office: Office) -> None:
    """Wait until no other import of the office is under way: two of them would enter the same people twice."""
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)


def two_people(line: Line) -> Problem:
    """The problem of a line whose addresses belong to different records."""
    sentence = _("The number and the e-mail belong to two records here. Merge them first, or mend this line.")
    return Problem(line.number, "whatsapp", sentence)


@deed
def import_people(office: Office, lines: Sequence[Line], *, by: Author, step: Step = nothing) -> Imported:
    """Enter the people of a sheet (columns of `members.tables.PEOPLE`), or fill the blanks of those who are known.

    New ones agree to the service, as they did at the desk where the sheet was kept. Raises Forbidden and, having
    written nothing, WrongRows with every problem.
    """
    require(by, "members.import", office)
    one_import_at_a_time(office)
    known = known_people(office, lines)
    houses = _organisations_named(office, lines)
    problems = list(_twice(lines, ("number",)))
    problems += _twice([line for line in lines if not line.get("number")], ("whatsapp", "email"))
    new: list[tuple[Line, Person]] = []
    found: list[tuple[Line, Person]] = []
    for line in lines:
        people = known.of(line)
        if len(people) > 1:
            problems.append(two_people(line))
            continue
        if line.get("number") and line.get("number") not in known.by_number:
            problems.append(
                Problem(line.number, "number", _("Nobody has this member number. Leave it empty."))
            )
        problems += _home_problems(line)
        for name in line.get("organisation", ()):
            if name.lower() not in houses:
                sentence = _(
                    "There is no organisation “%(name)s” here. Import organisations first, or leave it out."
                )
                problems.append(Problem(line.number, "organisation", sentence % {"name": name[:60]}))
        if people:
            found.append((line, people[0]))
            continue
        if not (line.get("whatsapp") or line.get("email")):
            problems.append(Problem(line.number, "whatsapp", _("Give a WhatsApp number or an e-mail.")))
        if is_minor(line.get("birth_year")) and not (
            line.get("guardian_name") and line.get("guardian_whatsapp")
        ):
            sentence = _(
                "Under 18, a parent or guardian agrees with you: give their name and WhatsApp number."
            )
            problems.append(Problem(line.number, "guardian_name", sentence))
        new.append((line, new_person(office, line)))
    if problems:
        raise WrongRows(problems)
    done = 0
    for part in chunks(new):
        enter_people([person for _line, person in part], by)
        _agree(part, {person.pk: {Purpose.SERVICE} for _line, person in part})
        done += len(part)
        step(done)
    changed = set()
    for part in chunks(found):
        changed |= _fill_blanks(part, by)
        done += len(part)
        step(done)
    changed |= _join(office, [*new, *found], houses, by) - {person.pk for _line, person in new}
    log(by, "import_people", office, office=office.pk, new=len(new), changed=len(changed), lines=len(lines))
    return Imported(len(new), len(changed), len(lines) - len(new) - len(changed))


def enter_people(people: Sequence[Person], by: Author) -> None:
    """Write new people of one office in bulk, each with her yes to the service and a log row."""
    now = clock.now()
    Person.objects.bulk_create(people, batch_size=CHUNK)
    Consent.objects.bulk_create(
        [
            Consent(
                person=person, purpose=Purpose.SERVICE, given_at=now, by_guardian=is_minor(person.birth_year)
            )
            for person in people
        ],
        batch_size=CHUNK,
    )
    if people:
        log_each(by, "import_person", people, office=people[0].office_id)


def new_person(office: Office, line: Line) -> Person:
    """A person as a line tells her; what is only kept with a consent is left out without it."""
    counted = line.get("statistics", False)
    return Person(
        office=office,
        created_at=clock.now(),
        name=line.get("name", ""),
        email=line.get("email", ""),
        birth_year=line.get("birth_year") if counted or is_minor(line.get("birth_year")) else None,
        gender=line.get("gender", "") if counted else "",
        **{name: line.get(name, "") for name in FILLED if name != "district"},
        district=_district(line) or "",
    )


def _twice(lines: Sequence[Line], keys: tuple[str, ...]) -> Iterator[Problem]:
    """Two lines of one file that say the same where only one may."""
    for key in keys:
        first: dict[Any, int] = {}
        for line in lines:
            value = line.get(key)
            if value in (None, ""):
                continue
            if value in first:
                sentence = _("Line %(line)s already says this. One line for each.") % {"line": first[value]}
                yield Problem(line.number, key, sentence)
            first.setdefault(value, line.number)


def _district(line: Line) -> str | None:
    """The code of the kecamatan a line names; None for one its kabupaten does not have."""
    typed, regency = line.get("district", ""), line.get("regency", "")
    if not typed or not regency:
        return ""
    return {code: code for code, _name in regions.districts(regency)}.get(typed) or {
        name.lower(): code for code, name in regions.districts(regency)
    }.get(typed.lower())


def _home_problems(line: Line) -> Iterator[Problem]:
    if _district(line) is None:
        yield Problem(line.number, "district", _("There is no such kecamatan there."))


def _organisations_named(office: Office, lines: Sequence[Line]) -> dict[str, Organisation]:
    """The organisations that lines name, by folded name; of two with one name the older."""
    named = {name.lower() for line in lines for name in line.get("organisation", ())}
    found: dict[str, Organisation] = {}
    for part in chunks(named):
        rows = Organisation.objects.annotate(folded=Lower("name")).filter(office=office, folded__in=part)
        for row in rows.order_by("id"):
            found.setdefault(row.name.lower(), row)
    return found


def _agree(pairs: Sequence[tuple[Line, Person]], standing: dict[int, set[str]]) -> set[int]:
    """Note the yes of every line that does not stand yet; answers whose."""
    rows, whose, now = [], set(), clock.now()
    for line, person in pairs:
        missing = {purpose for key, purpose in AGREED.items() if line.get(key)} - standing[person.pk]
        if missing:
            whose.add(person.pk)
        rows += [
            Consent(person=person, purpose=purpose, given_at=now, by_guardian=is_minor(person.birth_year))
            for purpose in sorted(missing)
        ]
    Consent.objects.bulk_create(rows, batch_size=CHUNK)
    return whose


def _fill_blanks(pairs: Sequence[tuple[Line, Person]], by: Author) -> set[int]:
    """Fill what is blank in known records, and note new consents; answers whose record changed."""
    ids = [person.pk for _line, person in pairs]
    standing: dict[int, set[str]] = {pk: set() for pk in ids}
    rows = Consent.objects.filter(person__in=ids, withdrawn_at=None).order_by("id")
    for pk, purpose in rows.values_list("person_id", "purpose"):
        standing[pk].add(purpose)
    open_pairs = [(line, person) for line, person in pairs if person.is_active]
    changed = _agree(open_pairs, standing)
    saved = []
    for line, person in open_pairs:
        told: dict[str, Any] = {name: line.get(name, "") for name in FILLED if name != "district"}
        told["district"] = (_district(line) or "") if person.regency in ("", line.get("regency", "")) else ""
        if person.user_id is None:
            told["email"] = line.get("email", "")
        if Purpose.STATISTICS in standing[person.pk] or line.get("statistics"):
            told |= {"birth_year": line.get("birth_year"), "gender": line.get("gender", "")}
        blanks = {name: value for name, value in told.items() if value and not getattr(person, name)}
        for name, value in blanks.items():
            setattr(person, name, value)
        if blanks:
            saved.append(person)
    Person.objects.bulk_update(saved, [*FILLED, "email", "birth_year", "gender"], batch_size=500)
    changed |= {person.pk for person in saved}
    if changed:
        touched = {person.pk: person for _line, person in open_pairs if person.pk in changed}
        log_each(by, "import_changed_person", touched.values(), office=pairs[0][1].office_id)
    return changed


def _join(
    office: Office, pairs: Sequence[tuple[Line, Person]], houses: dict[str, Organisation], by: Author
) -> set[int]:
    """Confirm the people of these lines as members of the organisations they name; answers whose is new."""
    wanted = {
        (person.pk, houses[name.lower()].pk)
        for line, person in pairs
        if person.is_active
        for name in line.get("organisation", ())
    }
    if not wanted:
        return set()
    for part in chunks({person for person, _house in wanted}):
        there = Affiliation.objects.filter(person__in=part, until=None).exclude(
            state=AffiliationState.DECLINED
        )
        wanted -= set(there.values_list("person_id", "organisation_id"))
    today, author = clock.today("Asia/Jakarta"), person_of(by, office.pk)
    made = Affiliation.objects.bulk_create(
        [
            Affiliation(
                person_id=person,
                organisation_id=house,
                role=AffiliationRole.MEMBER,
                state=AffiliationState.CONFIRMED,
                since=today,
                decided_by=author,
                decided_at=clock.now(),
            )
            for person, house in sorted(wanted)
        ],
        batch_size=CHUNK,
    )
    log_each(by, "import_affiliation", made, office=office.pk)
    return {person for person, _house in wanted}


@deed
def import_organisations(
    office: Office, lines: Sequence[Line], *, by: Author, step: Step = nothing
) -> Imported:
    """Enter the organisations of a sheet, or fill the blanks of those known by code, NIB or name.

    Raises Forbidden and, having written nothing, WrongRows with every problem.
    """
    require(by, "members.import", office)
    one_import_at_a_time(office)
    problems = list(_twice(lines, ("slug", "nib")))
    problems += _twice(
        [Line(line.number, {"name": line.get("name", "").lower()}) for line in lines if not line.get("slug")],
        ("name",),
    )
    by_slug = {row.slug: row for row in Organisation.objects.filter(office=office).order_by("id")}
    by_name: dict[str, list[Organisation]] = {}
    for row in by_slug.values():
        by_name.setdefault(row.name.lower(), []).append(row)
    numbers = Legality.objects.filter(organisation__office=office, kind=LegalityKind.NIB).order_by("id")
    slugs = {row.pk: row.slug for row in by_slug.values()}
    by_nib = {number: slugs[pk] for number, pk in numbers.values_list("number", "organisation_id")}
    pairs: list[tuple[Line, Organisation | None]] = []
    for line in lines:
        problems += _home_problems(line)
        named = by_name.get(line.get("name", "").lower(), [])
        slug, nib = line.get("slug"), line.get("nib", "")
        if slug and slug not in by_slug:
            problems.append(Problem(line.number, "slug", _("No organisation has this code. Leave it empty.")))
        elif slug and nib in by_nib and by_nib[nib] != slug:
            problems.append(Problem(line.number, "nib", _("Another organisation has this NIB.")))
        elif slug or nib in by_nib:
            pairs.append((line, by_slug[slug or by_nib[nib]]))
        elif len(named) > 1:
            problems.append(Problem(line.number, "name", _("Several have this name. Say which by its code.")))
        else:
            pairs.append((line, named[0] if named else None))
    if problems:
        raise WrongRows(problems)
    new = [(line, _new_organisation(office, line, by_slug)) for line, row in pairs if row is None]
    Organisation.objects.bulk_create([row for _line, row in new], batch_size=CHUNK)
    log_each(by, "import_organisation", [row for _line, row in new], office=office.pk)
    step(len(new))
    known = [(line, row) for line, row in pairs if row is not None]
    saved = [row for line, row in known if _fill_organisation(row, line)]
    Organisation.objects.bulk_update(saved, OF_ORGANISATION, batch_size=500)
    permits = [
        Legality(organisation=row, kind=LegalityKind.NIB, number=line.get("nib"))
        for line, row in [*new, *known]
        if line.get("nib") and line.get("nib") not in by_nib
    ]
    Legality.objects.bulk_create(permits, batch_size=CHUNK)
    changed = {row.pk: row for row in saved} | {row.organisation_id: row.organisation for row in permits}
    for _line, row in new:
        changed.pop(row.pk, None)
    log_each(by, "import_changed_organisation", changed.values(), office=office.pk)
    log(
        by,
        "import_organisations",
        office,
        office=office.pk,
        new=len(new),
        changed=len(changed),
        lines=len(lines),
    )
    step(len(lines))
    return Imported(len(new), len(changed), len(lines) - len(new) - len(changed))


def _new_organisation(office: Office, line: Line, taken: dict[str, Organisation]) -> Organisation:
    stem = slugify(line.get("name"))[:70] or "organisasi"
    slug, n = stem, 1
    while slug in taken or slug == "new":  # the address of the form
        n += 1
        slug = f"{stem}-{n}"
    row = Organisation(
        office=office, slug=slug, name=line.get("name"), kind=line.get("kind"), created_at=clock.now()
    )
    taken[slug] = row
    _fill_organisation(row, line)
    return row


def _fill_organisation(row: Organisation, line: Line) -> bool:
    told = {name: line.get(name) for name in OF_ORGANISATION if name != "district"}
    told["district"] = _district(line) if row.regency in ("", line.get("regency", "")) else ""
    blanks = {
        name: value
        for name, value in told.items()
        if value is not None and value != "" and getattr(row, name) in (None, "")
    }
    for name, value in blanks.items():
        setattr(row, name, value)
    return bool(blanks)


@deed
def note_exported(office: Office, what: str, people: Iterable[int], *, by: Author, lines: int) -> None:
    """Write down that the data of these people (ids) left the house in a file; each may read who took it.

    Raises Forbidden, Refused (`nothing_to_export`).
    """
    require(by, "members.import", office)
    if not lines:
        raise Refused("nothing_to_export", _("There is nothing to export yet."))
    now = clock.now()
    if by is not SYSTEM:
        for part in chunks(people):
            PersonalView.objects.bulk_create(
                [PersonalView(person_id=pk, by=human(by), page="export", at=now) for pk in part]
            )
    log(by, f"export_{what}", office, office=office.pk, lines=lines)
