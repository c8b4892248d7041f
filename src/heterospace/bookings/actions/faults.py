"""Faults: somebody says that something is broken, and what the hub does about it."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, deed, log, require
from ...core.notify import notify
from ...core.refusals import Forbidden, Invalid, Refused
from ...members.queries import person_of
from ...spaces.models import Equipment, Space
from ..enums import BlockKind, FaultState
from ..models import Fault
from .blocking import Moves, block_out


@deed
def report_fault(
    text: str, *, by: Author, space: Space | None = None, equipment: Equipment | None = None
) -> Fault:
    """Say that a space, something in it, or a thing that can be borrowed is broken.

    Raises Forbidden (`not_a_member`) and Invalid (`no_text`, `nothing`).
    """
    thing = space or equipment
    if thing is None:
        sentence = _("Choose what is broken.")
        raise Invalid("nothing", sentence, fields={"space": sentence})
    hub = thing.hub
    person = person_of(by, hub.office_id)
    if person is None:
        raise Forbidden("not_a_member", _("Join first: reports need an account at this office."))
    if not text.strip() or len(text.strip()) > 1000:
        sentence = _("Say in a few words what is wrong.")
        raise Invalid("no_text", sentence, fields={"text": sentence})
    fault = Fault(
        reference=codes.reference(),
        hub=hub,
        space=space,
        equipment=equipment,
        person=person,
        text=text.strip(),
        reported_at=clock.now(),
    )
    fault.save(force_insert=True)
    log(by, "report_fault", fault, office=hub.office_id, hub=hub.pk)
    return fault


@deed
def close_for_repair(
    fault: Fault,
    start: dt.datetime,
    end: dt.datetime,
    *,
    by: Author,
    reason: str = "",
    moves: Moves | None = None,
    cancel_hit: bool = False,
) -> Fault:
    """Close the space of a fault until it is repaired, as `block_out` does; who reported it is told.

    Raises Forbidden, Invalid, and Refused (`already_handled`, and what closing a space refuses).
    """
    require(by, "bookings.block", fault.hub)
    fault = _open(fault)
    if fault.space is None:
        sentence = _("Only a space can be closed. Put the broken things aside instead.")
        raise Invalid("no_space", sentence)
    fault.block_out = block_out(
        fault.space,
        start,
        end,
        kind=BlockKind.FAULT,
        reason=reason or fault.text[:300],
        moves=moves,
        cancel_hit=cancel_hit,
        by=by,
    )
    return _handled(fault, FaultState.BLOCKED, "", by)


@deed
def settle_fault(fault: Fault, *, by: Author, repaired: bool, answer: str = "") -> Fault:
    """Say that a fault is repaired, or that there is nothing to repair; who reported it is told.

    Raises Forbidden and Refused (`already_handled`).
    """
    require(by, "bookings.block", fault.hub)
    fault = _open(fault, FaultState.OPEN, FaultState.BLOCKED)
    return _handled(fault, FaultState.FIXED if repaired else FaultState.DISMISSED, answer, by)


def _open(fault: Fault, *states: FaultState) -> Fault:
    rows = Fault.objects.select_related("hub", "space__hub", "equipment", "person")
    fault = rows.select_for_update(of=["self"]).get(pk=fault.pk)
    if fault.state not in (states or (FaultState.OPEN,)):
        raise Refused("already_handled", _("Somebody has already dealt with this."))
    return fault


def _handled(fault: Fault, state: FaultState, answer: str, by: Author) -> Fault:
    fault.state = state
    fault.answer = answer.strip()[:500]
    fault.handled_at = clock.now()
    fault.handled_by_id = None if by is SYSTEM else by.pk
    fault.save(update_fields=["state", "answer", "handled_at", "handled_by", "block_out"])
    log(by, "settle_fault", fault, office=fault.hub.office_id, state=str(state))
    thing = fault.space or fault.equipment
    notify(
        fault.person.addressee,
        "fault_answered",
        {
            "thing": thing.name if thing else "",
            "hub": fault.hub.name,
            "state": str(state),
            "answer": fault.answer,
            "text": fault.text,
        },
        office=fault.hub.office_id,
        hub=fault.hub_id,
    )
    return fault
