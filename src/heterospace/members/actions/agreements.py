"""The register of agreements (MoU, PKS): entered, corrected, ended early, with the signed paper."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, constraint_refuses, deed, log, require
from ...core.files import checked
from ...core.notify import notify
from ...core.refusals import Invalid, Refused, Sentence
from ...hubs.models import Office
from ..enums import AgreementKind
from ..models import Agreement, AgreementParty, Organisation, Person
from .affiliations import leaders_of

LEAST_PARTIES, MOST_PARTIES = 2, 20
REMIND = dt.timedelta(days=60)
TEXTS = {"number": 80, "title": 200}


def _number_taken() -> Refused:
    sentence = _("There is an agreement with this number already.")
    return Refused("number_taken", sentence, fields={"number": sentence})


constraint_refuses("agreement_number_once", _number_taken)


def _wrong(code: str, field: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence, fields={field: sentence})


def _set(agreement: Agreement, facts: dict[str, Any]) -> None:
    unknown = set(facts) - {*TEXTS, "kind", "since", "until"}
    if unknown:
        raise TypeError(f"An agreement has no {unknown}")
    for name, most in TEXTS.items():
        if name in facts:
            text = " ".join(str(facts[name]).split())
            if len(text) > most:
                raise _wrong("too_long", name, _("Please keep this under %(n)d characters.") % {"n": most})
            setattr(agreement, name, text)
    if not agreement.title:
        raise _wrong("no_title", "title", _("Say what it is about."))
    if "kind" in facts:
        if facts["kind"] not in AgreementKind.values:
            raise _wrong("kind", "kind", _("Choose from the list."))
        agreement.kind = AgreementKind(facts["kind"])
    for name in ("since", "until"):
        if name in facts:
            setattr(agreement, name, facts[name])
    if agreement.until is not None and agreement.until < agreement.since:
        raise _wrong("dates", "until", _("It ends before it begins."))


def _set_parties(agreement: Agreement, parties: Iterable[Organisation]) -> None:
    rows = {one.pk: one for one in parties}
    if any(one.office_id != agreement.office_id for one in rows.values()):
        raise _wrong("other_office", "parties", _("There is no such organisation here."))
    if not LEAST_PARTIES <= len(rows) <= MOST_PARTIES:
        raise _wrong(
            "parties",
            "parties",
            _("An agreement has %(least)d to %(most)d parties.")
            % {"least": LEAST_PARTIES, "most": MOST_PARTIES},
        )
    agreement.parties.exclude(organisation__in=rows).delete()
    there = set(agreement.parties.values_list("organisation", flat=True))
    AgreementParty.objects.bulk_create(
        [AgreementParty(agreement=agreement, organisation=one) for pk, one in rows.items() if pk not in there]
    )


@deed
def enter_agreement(
    office: Office,
    *,
    by: Author,
    kind: str,
    title: str,
    since: dt.date,
    parties: Iterable[Organisation],
    until: dt.date | None = None,
    number: str = "",
    file: Any = None,
) -> Agreement:
    """Enter a signed agreement of two parties at least; its paper may come later.

    Raises Forbidden, Invalid (`no_title`, `too_long`, `kind`, `dates`, `parties`, `other_office`, `file`), Refused
    (`number_taken`).
    """
    require(by, "members.enter_agreement", office)
    agreement = Agreement(office=office, reference=codes.reference("PJ"), since=since, entered_at=clock.now())
    _set(agreement, {"kind": kind, "title": title, "until": until, "number": number})
    agreement.save(force_insert=True)
    _set_parties(agreement, parties)
    if file is not None:
        _keep(agreement, file)
    log(by, "enter_agreement", agreement, office=office.pk, kind=kind)
    return agreement


def _held(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",)).select_related("office").get(pk=agreement.pk)


@deed
def change_agreement(
    agreement: Agreement, *, by: Author, parties: Iterable[Organisation] | None = None, **facts: Any
) -> Agreement:
    """Correct what is known of an agreement; another end is reminded of anew. Raises as `enter_agreement`."""
    require(by, "members.enter_agreement", agreement.office)
    row = _held(agreement)
    before = row.until
    _set(row, facts)
    if row.until != before:
        row.reminded_at = None
    row.save()
    if parties is not None:
        _set_parties(row, parties)
    log(by, "change_agreement", row, office=row.office_id, fields=sorted(facts))
    return row


@deed
def attach_paper(agreement: Agreement, file: Any, *, by: Author) -> Agreement:
    """Keep its signed paper, in place of one there was. Raises Forbidden, Invalid (`file`)."""
    require(by, "members.enter_agreement", agreement.office)
    row = _held(agreement)
    store, old = row.file.storage, str(row.file.name)
    _keep(row, file)
    if old:
        transaction.on_commit(lambda: store.delete(old))
    log(by, "attach_paper", row, office=row.office_id)
    return row


def _keep(agreement: Agreement, file: Any) -> None:
    name, content = checked(file, "file")
    agreement.file.save(name, content if isinstance(content, File) else File(content), save=False)
    agreement.save(update_fields=["file"])


@deed
def end_agreement(agreement: Agreement, *, by: Author) -> Agreement:
    """It ends early, today. Raises Forbidden, Refused (`already_over`)."""
    require(by, "members.enter_agreement", agreement.office)
    row = _held(agreement)
    if row.ended_at is not None or (row.until is not None and row.until < clock.today("Asia/Jakarta")):
        raise Refused("already_over", _("This agreement is over already."))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    log(by, "end_agreement", row, office=row.office_id)
    return row


@deed
def remind_of_agreements(*, by: Author) -> int:
    """Tell the office's officers, and who leads its parties, of agreements that end within sixty days; once each. For `tick`."""
    require(by, "members.tidy")
    today = clock.today("Asia/Jakarta")
    ending = Agreement.objects.filter(
        ended_at=None, reminded_at=None, until__gte=today, until__lte=today + REMIND
    ).select_related("office")
    count = 0
    for row in ending.order_by("pk").select_for_update(of=("self",), skip_locked=True):
        told = {
            "title": row.title,
            "reference": row.reference,
            "until": row.until.isoformat() if row.until else "",
        }
        for person in _who_hears(row):
            notify(person.addressee, "agreement_ends", told, office=row.office_id)
            count += 1
        row.reminded_at = clock.now()
        row.save(update_fields=["reminded_at"])
    return count


def _who_hears(agreement: Agreement) -> list[Person]:
    people = {
        role.person_id: role.person
        for role in agreement.office.roles.filter(until=None, role="officer").select_related("person")
    }
    for party in agreement.parties.select_related("organisation"):
        people |= {one.pk: one for one in leaders_of(party.organisation)}
    return [one for _pk, one in sorted(people.items()) if one.is_active]
