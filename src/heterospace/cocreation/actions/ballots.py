"""The ballot box: a roll, secret ballots into it, and its one opening. It knows nothing of what is decided with it.

For deeds that asked their own permission and stand in a transaction. Lock order: what the box belongs to, then the box,
then its roll. Nothing here writes a log row, a message, a task or a time: see docs/decisions/0015.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from ...core.refusals import Refused
from ...members.models import Person
from .. import ballots
from ..ballots import Voice
from ..counting import Turnout
from ..models import LEAST_SECRET, Box, Elector
from .telling import wrong


@dataclass(frozen=True)
class Cast:
    """What a voter is told: her receipt, and whether her ballot had been in the box already."""

    receipt: str
    again: bool = False


def _in_a_deed() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise TypeError("A box is touched inside a deed")


def make_box(voices: Iterable[Voice], *, longest: Any = None) -> Box:
    """A new box with its roll. `longest` is the largest choice there can be: every ballot takes its room.

    Without it the box is a roll only, for what is said openly.
    """
    _in_a_deed()
    box = Box.objects.create()
    if longest is not None:
        box.sealed = ballots.seal(box.pk, [], ballots.size_for(longest))
        box.save(update_fields=["sealed"])
    ordered = sorted(set(voices), key=lambda one: (one.sector, one.organisation or 0, one.person or 0))
    Elector.objects.bulk_create(
        [
            Elector(box=box, person_id=one.person, organisation_id=one.organisation, sector=one.sector)
            for one in ordered
        ],
        batch_size=1000,
    )
    return box


def hold(box: int) -> Box:
    """The box as it is now, its row held until the deed ends: the lock of every ballot and of the opening."""
    return Box.objects.select_for_update().get(pk=box)


def cast(box: Box, elector: int, choice: Any, *, receipt: str = "", by: Person | None = None) -> Cast:
    """Put one ballot into a held box and mark the roll, in one transaction and without a time.

    `receipt` is a code the voter's page or program made before casting; without one we make it. The same ballot sent again
    (the line broke) is known by its receipt and counted once. `by` is who casts for an organisation.
    Raises Invalid (`receipt`), Refused (`already_voted`, `receipt_taken`, `box_closed`, `box_unreadable`).
    """
    _in_a_deed()
    if receipt and not ballots.is_receipt(receipt):
        raise wrong("receipt", "receipt", _("A receipt has 12 to 64 letters and digits."))
    receipt = receipt or ballots.new_receipt()
    digest = ballots.digest_of(box.pk, receipt)
    voter = Elector.objects.get(pk=elector, box=box)
    if voter.has_voted:
        if digest in box.receipts:
            return Cast(receipt, again=True)
        raise Refused("already_voted", _("This voice is in the box already. A ballot cannot be changed."))
    if box.is_open or not box.sealed:
        raise Refused("box_closed", _("This ballot box is closed."))
    if digest in box.receipts:
        raise Refused(
            "receipt_taken", _("Somebody has this receipt already. Open the page anew and vote again.")
        )
    inside, size = _read(box)
    inside.append({"choice": choice, "sector": voter.sector})
    box.sealed = ballots.seal(box.pk, inside, size)
    box.count = len(inside)
    box.receipts = sorted([*box.receipts, digest])
    box.save(update_fields=["sealed", "count", "receipts"])
    Elector.objects.filter(pk=voter.pk).update(
        has_voted=True, voted_by=by if voter.person_id is None else None
    )
    return Cast(receipt)


def _read(box: Box) -> tuple[list[ballots.Ballot], int]:
    try:
        return ballots.unseal(box.pk, box.sealed)
    except ballots.Unreadable as error:
        sentence = _("This box cannot be read with the secret key of this house. Tell who runs it.")
        raise Refused("box_unreadable", sentence) from error


def open_box(box: Box) -> list[ballots.Ballot] | None:
    """Empty a held box onto the table: its ballots in random order, sectors blank where they could point at somebody.

    With fewer than five ballots it stays shut for ever: what is sealed is destroyed, and the answer is None. Either way
    the roll is written anew, so that the order in which its lines were touched is gone. Raises Refused (`box_closed`,
    `box_unreadable`).
    """
    _in_a_deed()
    if box.is_open or not box.sealed:
        raise Refused("box_closed", _("This ballot box is closed."))
    _write_roll_anew(box)
    if box.count < LEAST_SECRET:
        box.sealed = b""
        box.save(update_fields=["sealed"])
        return None
    inside, _size = _read(box)
    box.ballots = ballots.laid_out(inside, turnout_of(box).voted)
    box.sealed, box.is_open = b"", True
    box.save(update_fields=["ballots", "sealed", "is_open"])
    return list(box.ballots)


def _write_roll_anew(box: Box) -> None:
    """Every line of the roll as a new row, in the order it was made in.

    PostgreSQL tells by `xmin` and `ctid` in which order rows were changed, and so who voted before whom.
    """
    lines = list(box.roll.order_by("pk"))
    box.roll.all().delete()
    Elector.objects.bulk_create(lines, batch_size=1000)


def turnout_of(box: Box) -> Turnout:
    """How many of each sector are on the roll, and how many of them voted. One query."""
    rows = (
        Elector.objects.filter(box=box)
        .order_by()
        .values("sector")
        .annotate(n=Count("pk"), came=Count("pk", filter=Q(has_voted=True)))
        .values_list("sector", "n", "came")
    )
    roll, voted = Counter[str](), Counter[str]()
    for sector, n, came in rows:
        roll[sector], voted[sector] = n, came
    return Turnout(dict(roll), dict(voted))


def was_counted(box: Box, receipt: str) -> bool:
    """Whether a ballot with this receipt is, or was, in the box."""
    return ballots.is_receipt(receipt) and ballots.digest_of(box.pk, receipt) in box.receipts


__all__ = ["Cast", "cast", "hold", "make_box", "open_box", "turnout_of", "was_counted"]
