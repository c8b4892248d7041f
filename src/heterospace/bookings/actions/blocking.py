"""Block-outs: time in which nobody gets a space, and what becomes of the bookings they hit."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from psycopg.types.range import TimestamptzRange

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, log, require
from ...core.refusals import Invalid, Refused
from ...spaces.models import Space
from ..enums import LIVE, BlockKind, BookingState
from ..imports import Entry, read_calendar
from ..models import BlockOut, Booking
from ..queries import bookings_hit, moments
from .counting import lock_counters
from .holding import free, hold, is_free, lock, lock_together, require_free, tell_person
from .moving import move_booking

LONGEST = dt.timedelta(days=400)
IMPORT_AHEAD = dt.timedelta(days=400)
Moves = Mapping[str, tuple[Space, dt.datetime, dt.datetime]]  # by reference: where a booking goes


@deed
def block_out(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    kind: str,
    reason: str,
    by: Author,
    moves: Moves | None = None,
    cancel_hit: bool = False,
    uid: str = "",
) -> BlockOut:
    """Close a space (with its hub loaded) for [start, end).

    Bookings it hits are moved where `moves` says (by reference: space, start, end); with `cancel_hit` the others are
    cancelled and their people told, with a link to what they can have instead.

    Raises Forbidden, Invalid (`end_before_start`, `too_long`, `past`, `no_reason`, `unknown_kind`) and Refused
    (`bookings_hit` with their references, `people_inside`, `clash` with another block-out, and what moving refuses).
    """
    require(by, "bookings.block", space.hub)
    _check(start, end, kind, reason)
    moves = moves or {}
    moved = list(Booking.objects.filter(reference__in=moves).select_related("space").order_by("id"))
    if moved:
        lock_together(
            [space, *[one.space for one in moved], *[to for to, _start, _end in moves.values()]], moved
        )
    wanted = lock(space, space.capacity, whole=True)
    period = moments(start, end)
    for hit in bookings_hit(space, start, end):
        if hit.reference in moves:
            to, begins, ends = moves[hit.reference]
            move_booking(hit, space=to, start=begins, end=ends, by=by, override=reason)
    hits = bookings_hit(space, start, end)
    rows = Booking.objects.filter(pk__in=[one.pk for one in hits], state__in=LIVE).order_by("pk")
    hits = list(rows.select_related("space", "hub", "person", "organisation").select_for_update(of=["self"]))
    if any(one.state == BookingState.CHECKED_IN for one in hits):
        raise Refused("people_inside", _("People are in this space now. Ask them to leave first."))
    if hits and not cancel_hit:
        sentence = ngettext_lazy(
            "%(n)d booking is in the way. Move it or cancel it.",
            "%(n)d bookings are in the way. Move them or cancel them.",
            "n",
        ) % {"n": len(hits)}
        raise Refused("bookings_hit", sentence, bookings=[one.reference for one in hits])
    lock_counters(hits)
    for one in hits:
        one.state = BookingState.CANCELLED
        one.cancelled_at = clock.now()
        one.cancel_reason = reason.strip()[:300]
        one.revision += 1
        one.save(update_fields=["state", "cancelled_at", "cancel_reason", "revision"])
        free(one)
        log(by, "displace_booking", one, office=one.hub.office_id, organisation=one.organisation_id)
        tell_person("booking_displaced", one)
    require_free(wanted, period)
    block = BlockOut(
        hub=space.hub,
        space=space,
        period=period,
        kind=kind,
        reason=reason.strip()[:300],
        uid=uid[:255],
        made_at=clock.now(),
        made_by_id=None if by is SYSTEM else by.pk,
    )
    block.save(force_insert=True)
    hold(wanted, {block: period})
    log(by, "block_out", block, office=space.hub.office_id, space=space.pk, cancelled=len(hits))
    return block


@deed
def lift_block_out(block: BlockOut, *, by: Author) -> BlockOut:
    """Give the space back, from now on or altogether when it has not begun; who waits for it gets an offer.

    Raises Forbidden and Refused (`already_lifted`).
    """
    require(by, "bookings.block", block.hub)
    block = BlockOut.objects.select_for_update(of=["self"]).select_related("hub", "space").get(pk=block.pk)
    if block.lifted_at:
        raise Refused("already_lifted", _("This space was already given back."))
    block.lifted_at = clock.now()
    block.save(update_fields=["lifted_at"])
    free(block)
    log(by, "lift_block_out", block, office=block.hub.office_id)
    return block


def _check(start: dt.datetime, end: dt.datetime, kind: str, reason: str) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise TypeError("A block-out needs aware moments")
    if kind not in BlockKind.values:
        sentence = _("Choose what kind it is.")
        raise Invalid("unknown_kind", sentence, fields={"kind": sentence})
    if not reason.strip():
        sentence = _("Say in a few words why, for the people it concerns.")
        raise Invalid("no_reason", sentence, fields={"reason": sentence})
    if end <= start:
        sentence = _("The end must come after the start.")
        raise Invalid("end_before_start", sentence, fields={"end": sentence})
    if end - start > LONGEST:
        sentence = _("Choose a shorter time: at most 400 days.")
        raise Invalid("too_long", sentence, fields={"end": sentence})
    if end <= clock.now():
        sentence = _("This time has already passed.")
        raise Invalid("past", sentence, fields={"end": sentence})


@dataclass
class Taken:
    """What came of a calendar file: what was closed, which entries were not, and what was given back."""

    closed: list[BlockOut] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    lifted: list[BlockOut] = field(default_factory=list)


@deed
def import_calendar(space: Space, content: bytes, *, by: Author, file_name: str = "") -> Taken:
    """Close a space (with its hub loaded) for the coming entries of an .ics file.

    An entry that is there already is left alone, one that is in nobody's way is closed; where somebody has the time
    the entry is answered as not closed. Nothing is cancelled by a file. What the same calendar closed here before, and
    is to come, is given back where its entry is gone or moved; what people closed by hand stays.

    Raises Forbidden and Invalid (`not_a_calendar`, `too_large`, `too_many`).
    """
    require(by, "bookings.block", space.hub)
    now = clock.now()
    read = read_calendar(content, space.hub.timezone, now, now + IMPORT_AHEAD, file_name=file_name)
    wanted = lock(space, space.capacity, whole=True)
    blocks = BlockOut.objects.filter(space=space, kind=BlockKind.IMPORTED, lifted_at=None).exclude(uid="")
    rows = list(blocks.filter(period__endswith__gt=now).order_by("period").select_for_update(of=["self"]))
    uids = {entry.uid for entry in read.entries}
    ours = [  # of one whose calendar has no name its entry alone tells whose it is
        row for row in rows if (row.calendar == read.calendar if row.calendar else row.uid in uids)
    ]
    stays = {(entry.uid, entry.start, entry.end) for entry in read.entries}
    gone = [
        row
        for row in ours
        if now <= row.start < now + IMPORT_AHEAD and (row.uid, row.start, row.end) not in stays
    ]
    if gone:
        lock_counters([], wanted.counted, [*[row.period for row in gone], *map(_period, read.entries)])
    taken = Taken(lifted=gone)
    for row in gone:
        row.lifted_at = now
        row.save(update_fields=["lifted_at"])
        free(row)
        log(by, "lift_block_out", row, office=space.hub.office_id)
    BlockOut.objects.filter(pk__in=[row.pk for row in ours]).update(calendar=read.calendar)
    known = {(row.uid, row.start) for row in rows if row not in gone}
    for entry in read.entries:
        if (entry.uid, entry.start) in known:
            continue
        period = _period(entry)
        if not is_free(wanted, period):
            taken.left.append(entry)
            continue
        block = BlockOut(
            hub=space.hub,
            space=space,
            period=period,
            kind=BlockKind.IMPORTED,
            reason=entry.title or str(BlockKind.IMPORTED.label),
            uid=entry.uid,
            calendar=read.calendar,
            made_at=now,
            made_by_id=None if by is SYSTEM else by.pk,
        )
        block.save(force_insert=True)
        hold(wanted, {block: period})
        taken.closed.append(block)
    counts = {"closed": len(taken.closed), "left": len(taken.left), "lifted": len(taken.lifted)}
    log(by, "import_calendar", space, office=space.hub.office_id, **counts)
    return taken


def _period(entry: Entry) -> TimestamptzRange:
    return moments(entry.start, entry.end)
