"""Certificates: who has earned one, what anybody may know of one, and its sheet of paper."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..core import clock, formats, qr
from ..core.pdf import typeset
from ..core.refusals import NotFound
from ..hubs.models import Office
from ..members.models import Person
from . import tickets
from .earning import Earned, Line, Sitting, earned
from .enums import HELD, EventState, Outcome
from .models import Certificate, CertificateRule, Session
from .queries import effective

TO_COME = {EventState.DRAFT, EventState.SUBMITTED, EventState.PUBLISHED}
TEMPLATE = Path(__file__).parent / "papers" / "certificate.typ"


@dataclass(frozen=True)
class Earner:
    """A person who was there, what it amounts to, and the certificate she has."""

    person: Person
    earned: Earned
    percent: int  # asked for
    first: dt.datetime
    last: dt.datetime
    certificate: Certificate | None
    revoked: Certificate | None  # taken back, and nothing was issued in its place

    @property
    def waits(self) -> bool:
        """Whether one is to be issued: who had hers taken back gets another only by a decision about her."""
        return self.has_earned and self.certificate is None and self.revoked is None

    @property
    def has_earned(self) -> bool:
        """Whether the rule is met."""
        return bool(self.earned.sessions) and self.earned.percent >= self.percent


def earners(rule: CertificateRule) -> list[Earner]:
    """Everybody who was there, by name, with what the ledger says about the rule; a fixed number of queries."""
    events = [rule.event] if rule.event else list(rule.series.events.filter(state__in=HELD))
    sittings = [
        Sitting(one.pk, one.start, one.end, one.event_id)
        for one in Session.objects.filter(event__in=events).order_by("pk")
    ]
    if not sittings:
        return []
    lines: dict[int, list[Line]] = {}
    online_minutes = {event.pk: event.online_minutes for event in events}
    scans = effective().filter(event__in=events).select_related("registration")
    for scan in scans.order_by("scanned_at", "pk"):
        line = Line(
            scan.pk,
            scan.scanned_at,
            scan.outcome == Outcome.IN,
            scan.session_id,
            scan.stay,
            scan.event_id,
        )
        lines.setdefault(scan.registration.person_id, []).append(line)
    people = Person.objects.in_bulk(lines)
    mine = {"event": rule.event} if rule.event else {"series": rule.series}
    known, revoked = {}, {}
    for one in Certificate.objects.filter(replaced_by=None, **mine).order_by("pk"):
        (known if one.revoked_at is None else revoked)[one.holder_id] = one
    first, last = min(one.start for one in sittings), max(one.end for one in sittings)
    found = [
        Earner(
            people[pk],
            earned(told, sittings, online_minutes=online_minutes),
            rule.percent,
            first,
            last,
            known.get(pk),
            revoked.get(pk),
        )
        for pk, told in lines.items()
    ]
    return sorted(found, key=lambda one: (one.person.name, one.person.pk))


def is_over(rule: CertificateRule) -> bool:
    """Whether what the rule is about was held: an event past its end, a series without an event still to come."""
    if rule.event is not None:
        return rule.event.was_held or rule.event.end <= clock.now()
    states = set(rule.series.events.values_list("state", flat=True))
    return not states & TO_COME and bool(states & set(HELD))


def history_of(rule: CertificateRule) -> QuerySet[Certificate]:
    """Those of its certificates that were taken back, the latest first, with what was issued in their place."""
    mine = {"event": rule.event} if rule.event else {"series": rule.series}
    rows = Certificate.objects.filter(**mine).exclude(revoked_at=None)
    return rows.select_related("holder", "replaced_by").order_by("-revoked_at", "-pk")


@dataclass(frozen=True)
class Checked:
    """A certificate as anybody may see it."""

    certificate: Certificate
    state: str  # valid, revoked
    holder: str
    issued_on: dt.date
    revoked_on: dt.date | None


def certificate_at(office: Office | None, serial: str) -> Checked:
    """The certificate with this serial, checked against its signature. Raises NotFound (`unknown_certificate`)."""
    found = (
        Certificate.objects.select_related("hub", "holder", "replaced_by")
        .filter(hub__office=office, serial=serial.strip().upper())
        .first()
    )
    if found is None or not tickets.is_signed(certificate_text(found), found.signature):
        raise NotFound("unknown_certificate", gettext_lazy("We issued no certificate with this number."))
    zone = found.hub.timezone
    return Checked(
        certificate=found,
        state="revoked" if found.revoked_at else "valid",
        holder=found.holder.name,
        issued_on=formats.day(found.issued_at, zone),
        revoked_on=formats.day(found.revoked_at, zone) if found.revoked_at else None,
    )


def certificates_of(person: Person) -> QuerySet[Certificate]:
    """The certificates of a person, the latest first."""
    return Certificate.objects.filter(holder=person).select_related("hub").order_by("-issued_at", "-pk")


def certificate_text(certificate: Certificate) -> str:
    """What a certificate's signature is over: keys and figures only; `evidence` holds the key its holder had then."""
    facts = {
        "serial": certificate.serial,
        "title": certificate.title,
        "hub": certificate.hub_id,
        "evidence": certificate.evidence,
        "issued_at": certificate.issued_at.isoformat(),
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


def sheet(certificate: Certificate) -> bytes:
    """The certificate on paper (PDF, A4 across), in its holder's language, with a QR code to its page."""
    zone = certificate.hub.timezone
    told = certificate.evidence
    address = f"{settings.BASE_URL}/c/{certificate.serial}/"
    with translation.override(certificate.holder.language):
        first, last = (dt.datetime.fromisoformat(told[key]) for key in ("from", "until"))
        days = formats.date_long(first, zone)
        if formats.day(first, zone) != formats.day(last, zone):
            days = f"{days} - {formats.date_long(last, zone)}"
        was_at = ngettext(
            "was at %(n)s of %(of)s session of", "was at %(n)s of %(of)s sessions of", told["of"]
        ) % {"n": told["sessions"], "of": told["of"]}
        data: dict[str, Any] = {
            "lang": certificate.holder.language,
            "heading": _("Certificate"),
            "office": certificate.hub.office.name,
            "hub": certificate.hub.name,
            "given": _("This says that"),
            "holder": certificate.holder.name,
            "was_at": was_at if told["of"] > 1 else _("was at"),
            "title": certificate.title,
            "days": days,
            "place": certificate.hub.address,
            "date": formats.date_long(certificate.issued_at, zone),
            "signer": certificate.signer,
            "signer_title": certificate.signer_title or certificate.hub.name,
            "serial": [_("Serial number"), certificate.serial],
            "verify": _("Check it here:"),
            "address": address.partition("://")[2],
            "qr": qr.paper(address),
            "revoked": _("This certificate was revoked and is not valid.") if certificate.revoked_at else "",
        }
    return typeset(TEMPLATE, data)
