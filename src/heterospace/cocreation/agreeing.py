"""What the doors read of the agreements of an initiative."""

from django.db.models import Prefetch, QuerySet

from ..members.models import Agreement, AgreementParty
from ..members.queries import agreements_of
from .models import Initiative, InitiativeAgreement


def attached_to(initiative: Initiative) -> QuerySet[InitiativeAgreement]:
    """The agreements that belong to it, with their parties."""
    parties = AgreementParty.objects.select_related("organisation").order_by("pk")
    return (
        initiative.attached.select_related("agreement")
        .prefetch_related(Prefetch("agreement__parties", parties))
        .order_by("pk")
    )


def attachable(initiative: Initiative) -> QuerySet[Agreement]:
    """The agreements in force that could be attached."""
    there = initiative.attached.order_by().values("agreement")
    return agreements_of(initiative.office, show="standing").exclude(pk__in=there)


def initiatives_of(agreement: Agreement) -> QuerySet[Initiative]:
    """The initiatives an agreement belongs to, latest first."""
    rows = InitiativeAgreement.objects.filter(agreement=agreement).order_by()
    return Initiative.objects.filter(pk__in=rows.values("initiative")).order_by("-proposed_at", "-pk")
