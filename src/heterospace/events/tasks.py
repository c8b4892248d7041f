"""What events do after a deed is committed. Every task may run twice without harm."""

from django_tasks import task

from ..core.deeds import SYSTEM, through
from .actions import issue_certificates, send_batch
from .models import CertificateRule, Mailing


@task()
def issue_all(rule_id: int) -> None:
    """Issue the certificates of a rule, batch after batch, so that its page can show how far it is."""
    rule = CertificateRule.objects.select_related("event__hub", "event__office", "series__hub__office").get(
        pk=rule_id
    )
    with through("task"):
        while issue_certificates(rule, by=SYSTEM):
            pass


@task()
def send_all(mailing_id: int) -> None:
    """Write the messages of a mailing, batch after batch, so that its page can show how far it is."""
    mailing = Mailing.objects.get(pk=mailing_id)
    with through("task"):
        while send_batch(mailing, by=SYSTEM):
            pass
