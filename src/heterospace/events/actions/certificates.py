"""Certificates: the rule, who earned one, issuing, revoking, issuing again."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.notify import notify
from ...core.refusals import Invalid, Refused
from ...hubs.models import Hub
from ...members.models import Person
from .. import tickets
from ..certificates import certificate_text, earners, is_over
from ..models import Certificate, CertificateRule, Event, EventSeries

BATCH = 200


def _certified_event(of: Event | EventSeries) -> Event:
    """The event whose organisers decide about it: itself, or the first of the series."""
    if isinstance(of, Event):
        return of
    return of.events.select_related("hub", "office").earliest("period")


@deed
def set_certificate_rule(
    of: Event | EventSeries,
    *,
    by: Author,
    percent: int,
    title: str = "",
    signer: str = "",
    signer_title: str = "",
) -> CertificateRule:
    """Say who gets a certificate of an event or of a whole series. Raises Forbidden, Invalid (`percent`)."""
    require(by, "events.manage", _certified_event(of))
    if not 1 <= percent <= 100:
        sentence = _("A share between 1 and 100 per cent.")
        raise Invalid("percent", sentence, fields={"percent": sentence})
    key = {"event": of} if isinstance(of, Event) else {"series": of}
    rule, _new = CertificateRule.objects.update_or_create(
        **key,
        defaults={
            "percent": percent,
            "title": title.strip()[:200],
            "signer": signer.strip()[:120],
            "signer_title": signer_title.strip()[:120],
        },
    )
    event = _certified_event(of)
    log(by, "set_certificate_rule", event, office=event.office_id, percent=percent)
    return rule


@deed
def issue_certificates(rule: CertificateRule, *, by: Author, most: int = BATCH, tell: bool = True) -> int:
    """Issue up to `most` certificates to those who earned one and have none; answers how many. Call until it is 0.

    Raises Forbidden and Refused (`not_over`).
    """
    certified: Any = rule.event or rule.series  # a constraint: one of them
    event = _certified_event(certified)
    require(by, "events.manage", event)
    CertificateRule.objects.select_for_update().get(pk=rule.pk)
    if not is_over(rule):
        raise Refused(
            "not_over", _("Certificates are issued when the event is over, of a series when all of it is.")
        )
    waiting = [one for one in earners(rule) if one.waits][:most]
    title = rule.title or certified.title
    made = [
        certificate_for(
            one.person,
            event.hub,
            title,
            {
                "sessions": len(one.earned.sessions),
                "of": one.earned.of,
                "minutes": one.earned.minutes,
                "lines": list(one.earned.lines),
                "from": one.first.isoformat(),
                "until": one.last.isoformat(),
            },
            event=rule.event,
            series=rule.series,
            topic=event.topic,
            signer=rule.signer,
            signer_title=rule.signer_title,
            by=by,
        )
        for one in waiting
    ]
    Certificate.objects.bulk_create(made)
    if made:
        log(by, "issue_certificates", event, office=event.office_id, count=len(made))
    for certificate in made if tell else []:
        _tell("certificate_issued", certificate)
    return len(made)


def certificate_for(
    holder: Person, hub: Hub, title: str, evidence: Mapping[str, Any], *, by: Author, **facts: Any
) -> Certificate:
    """A signed certificate not yet saved. The rule of who earned it is the issuing app's; `evidence` is frozen here."""
    certificate = Certificate(
        serial=codes.reference("CE"),
        hub=hub,
        holder=holder,
        title=title[:200],
        evidence={"holder": holder.pk, **evidence},
        issued_at=clock.now(),
        issued_by_id=by.pk,
        **facts,
    )
    certificate.signature = tickets.sign(certificate_text(certificate))
    return certificate


@deed
def revoke_certificate(
    certificate: Certificate, reason: str, *, by: Author, tell: bool = True
) -> Certificate:
    """Take a certificate back, saying why; its page says so from now on. Raises Forbidden, Invalid, Refused."""
    require(by, "events.revoke_certificate", certificate)
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("hub", "holder")
        .get(pk=certificate.pk)
    )
    if certificate.revoked_at is not None:
        raise Refused("already_revoked", _("This certificate was revoked already."))
    if not reason.strip():
        sentence = _("Say why.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    certificate.revoked_at, certificate.revoke_reason = clock.now(), reason.strip()[:300]
    certificate.save(update_fields=["revoked_at", "revoke_reason"])
    log(by, "revoke_certificate", certificate, office=certificate.hub.office_id)
    if tell:
        _tell("certificate_revoked", certificate)
    return certificate


@deed
def reissue_certificate(certificate: Certificate, reason: str, *, by: Author) -> Certificate:
    """Revoke a certificate and issue its successor on the same evidence, for example after a name was corrected.

    One that was revoked before gets its successor now. Raises Forbidden, Invalid (`no_reason`), Refused (`already_revoked`: it
    has one).
    """
    require(by, "events.revoke_certificate", certificate)
    old = Certificate.objects.select_related("hub", "holder").get(pk=certificate.pk)
    if old.revoked_at is None:
        old = revoke_certificate(old, reason, by=by, tell=False)
    elif Certificate.objects.filter(replaces=old).exists():
        raise Refused("already_revoked", _("This certificate was revoked already."))
    new = certificate_for(
        old.holder,
        old.hub,
        old.title,
        {key: value for key, value in old.evidence.items() if key != "holder"},
        event=old.event,
        series=old.series,
        topic=old.topic,
        signer=old.signer,
        signer_title=old.signer_title,
        by=by,
    )
    new.replaces = old
    new.save(force_insert=True)
    log(by, "reissue_certificate", new, office=new.hub.office_id, replaces=old.pk)
    _tell("certificate_issued", new)
    return new


def _tell(kind: str, certificate: Certificate) -> None:
    notify(
        certificate.holder.addressee,
        kind,
        {
            "title": certificate.title,
            "hub": certificate.hub.name,
            "link": f"/c/{certificate.serial}/",
            "reason": certificate.revoke_reason,
        },
        office=certificate.hub.office_id,
        hub=certificate.hub_id,
    )
