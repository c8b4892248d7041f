"""`/api/v1/certificates`."""

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema

from ...core.api import Problem, public
from ..certificates import certificate_at

router = Router(tags=["events"])


class CertificateOut(Schema):
    """What anybody may know of a certificate: no other personal data than the name it was made out to."""

    serial: str
    state: str
    title: str
    holder: str
    hub: str
    issued_on: dt.date
    revoked_on: dt.date | None


@router.get(
    "/{serial}", response={200: CertificateOut, 404: Problem}, auth=public, summary="Verify a certificate"
)
def verify(request: HttpRequest, serial: str):
    """Whether a certificate is `valid` or `revoked`; 404 `unknown_certificate` for one we did not issue."""
    checked = certificate_at(request.office, serial)
    return CertificateOut(
        serial=checked.certificate.serial,
        state=checked.state,
        title=checked.certificate.title,
        holder=checked.holder,
        hub=checked.certificate.hub.name,
        issued_on=checked.issued_on,
        revoked_on=checked.revoked_on,
    )
