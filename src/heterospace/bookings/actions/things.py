"""Equipment: how many work, where they are, and who is told when there are too few."""

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.refusals import Invalid
from ...hubs.models import Hub
from ...spaces.models import Equipment
from ..models import BookedThing, Booking, Portion, Quarter
from ..queries import things_left
from .counting import give_back, lock_counters
from .holding import tell_person, tell_waiting


@deed
def break_things(equipment: Equipment, number: int, *, by: Author) -> list[Portion]:
    """Put `number` broken things aside. Who booked last and cannot have theirs any more is told, and what else is left.

    Answers the portions that were taken back. Raises Forbidden and Invalid (`no_quantity`).
    """
    require(by, "bookings.block", equipment.hub)
    equipment = _locked(equipment)
    _check(number, equipment.quantity)
    equipment.quantity -= number
    equipment.broken += number
    return _changed(equipment, by, "break_things", number)


@deed
def mend_things(equipment: Equipment, number: int, *, by: Author, thrown_away: bool = False) -> Equipment:
    """Put `number` mended things back in use, or strike them off. Raises Forbidden and Invalid (`no_quantity`)."""
    require(by, "bookings.block", equipment.hub)
    equipment = _locked(equipment)
    _check(number, equipment.broken)
    equipment.broken -= number
    equipment.quantity += 0 if thrown_away else number
    _changed(equipment, by, "throw_away_things" if thrown_away else "mend_things", number)
    return equipment


@deed
def count_things(equipment: Equipment, quantity: int, *, by: Author) -> Equipment:
    """Say how many things work now, bought or struck off. Raises Forbidden and Invalid (`no_quantity`)."""
    require(by, "spaces.change", equipment)
    equipment = _locked(equipment)
    if not 0 <= quantity <= 10_000:
        sentence = _("Say how many there are: 1 to 10,000.")
        raise Invalid("no_quantity", sentence, fields={"quantity": sentence})
    equipment.quantity = quantity
    _changed(equipment, by, "count_things", quantity)
    return equipment


@deed
def move_things(equipment: Equipment, to: Hub, number: int, *, by: Author) -> Equipment:
    """Carry `number` things to another hub of the office; answers the pool they are in there.

    Raises Forbidden and Invalid (`no_quantity`, `same_hub`).
    """
    require(by, "spaces.change", equipment)
    require(by, "spaces.create", to)
    if to.pk == equipment.hub_id or to.office_id != equipment.hub.office_id:
        sentence = _("Choose another hub.")
        raise Invalid("same_hub", sentence, fields={"hub": sentence})
    there, _made = Equipment.objects.get_or_create(
        hub=to,
        slug=equipment.slug,
        defaults={"name": equipment.name, "about": equipment.about, "quantity": 0},
    )
    rows = Equipment.objects.filter(pk__in=[equipment.pk, there.pk]).select_related("hub").order_by("pk")
    found = {one.pk: one for one in rows.select_for_update(of=["self"], no_key=True)}
    here, there = found[equipment.pk], found[there.pk]
    _check(number, here.quantity)
    here.quantity -= number
    there.quantity += number
    there.is_active = True
    _changed(here, by, "move_things", number, to=to.pk)
    _changed(there, by, "receive_things", number, hub=here.hub_id)
    return there


def _locked(equipment: Equipment) -> Equipment:
    rows = Equipment.objects.select_related("hub").select_for_update(of=["self"], no_key=True)
    return rows.get(pk=equipment.pk)


def _check(number: int, most: int) -> None:
    if not 1 <= number <= most:
        sentence = _("Choose a number from 1 to %(most)s.") % {"most": most}
        raise Invalid("no_quantity", sentence, fields={"number": sentence})


def _changed(equipment: Equipment, by: Author, deed_name: str, number: int, **facts: int) -> list[Portion]:
    """Save a locked pool, take back what does not fit any more, and let the counters know how many there are."""
    equipment.save(update_fields=["quantity", "broken", "is_active"])
    gone = _make_fit(equipment)
    Quarter.objects.filter(equipment=equipment, at__gt=clock.now() - dt.timedelta(minutes=15)).update(
        most=equipment.quantity
    )
    log(
        by, deed_name, equipment, office=equipment.hub.office_id, number=number, taken_back=len(gone), **facts
    )
    if not gone:
        tell_waiting(equipment.hub_id, clock.now(), clock.now() + dt.timedelta(days=90))
    return gone


def _make_fit(equipment: Equipment) -> list[Portion]:
    """Take things back from the bookings made last until every quarter hour to come fits; their people are told."""
    gone = []
    now = clock.now()
    lock_counters(Booking.objects.filter(portions__equipment=equipment, portions__counted__endswith__gt=now))
    while True:
        over = (
            Quarter.objects.filter(
                equipment=equipment, at__gt=now - dt.timedelta(minutes=15), taken__gt=equipment.quantity
            )
            .order_by("at")
            .first()
        )
        if over is None:
            break
        there = Portion.objects.filter(
            equipment=equipment,
            booking__isnull=False,
            counted__contains=over.at,
        ).order_by(F("booking__created_at").desc(), "-id")
        last = there.select_related("booking__space", "booking__hub", "booking__person").first()
        if last is None or last.booking is None:  # counters and rows differ: doctor says so
            break
        give_back([last])
        BookedThing.objects.filter(booking=last.booking, equipment=equipment).delete()
        gone.append((last, last.booking))
    for portion, booking in gone:
        left = things_left(booking.hub, booking.start, booking.end)
        tell_person(
            "thing_missing",
            booking,
            thing=equipment.name,
            quantity=portion.quantity,
            others=[[one.name, n] for one, n in left if n and one.pk != equipment.pk],
        )
    return [portion for portion, _booking in gone]
