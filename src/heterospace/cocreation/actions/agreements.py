"""Signed agreements that belong to an initiative: attached from the office's register, and taken off again."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Agreement
from ..enums import StepKind
from ..models import Initiative, InitiativeAgreement
from .telling import held, note, step, wrong


@deed
def attach_agreement(initiative: Initiative, agreement: Agreement, *, by: Author) -> InitiativeAgreement:
    """Say that an agreement of the register belongs to it. Raises Forbidden, Invalid (`other_office`), Refused (`attached`, `ended`)."""
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    if initiative.ended_at is not None:
        raise Refused("ended", _("This initiative has ended."))
    if agreement.office_id != initiative.office_id:
        raise wrong("other_office", "agreement", _("There is no such agreement here."))
    if initiative.attached.filter(agreement=agreement).exists():
        raise Refused("attached", _("This agreement is attached already."))
    made = InitiativeAgreement.objects.create(initiative=initiative, agreement=agreement, at=clock.now())
    note(by, "attach_agreement", made, initiative, agreement=agreement.pk)
    step(initiative, StepKind.AGREEMENT, path="agreements/", title=agreement.title)
    return made


@deed
def detach_agreement(row: InitiativeAgreement, *, by: Author) -> None:
    """Take an agreement off that was attached by mistake; it stays in the register. Raises Forbidden."""
    require(by, "cocreation.steer", row.initiative)
    note(by, "detach_agreement", row, row.initiative, agreement=row.agreement_id)
    row.delete()
