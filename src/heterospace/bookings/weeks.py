"""The week of one space and the day of a hub, as the pages draw them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..core import clock
from ..core.formats import language
from ..core.grids import Block, Board, DayInput, Week, board, week
from ..hubs.hours import Span
from ..members.models import Person
from ..spaces.enums import Unit
from ..spaces.models import Space
from ..spaces.queries import space_schedule
from .desk_day import DeskDay, Visit
from .models import BlockOut, Booking
from .queries import Taken, taken_times

DAY: Span = (8 * 60, 18 * 60)  # where a closed house's day is drawn
WHOLE: Span = (8 * 60, 10 * 60)  # a day, night or month has no hours: one low block


def dot() -> str:
    """What stands between hours and minutes in the reader's language."""
    return ":" if language() == "en" else "."


def minute_of(moment: dt.datetime, date: dt.date, timezone: str) -> int:
    """Minutes from the midnight that begins `date` in `timezone`, held inside the day (0 to 1440)."""
    local = moment.astimezone(ZoneInfo(timezone))
    days = (local.date() - date).days
    return 0 if days < 0 else 1440 if days > 0 else local.hour * 60 + local.minute


def gaps(spans: list[Span], taken: list[Span], step: int) -> Iterator[Span]:
    """The parts of `spans` outside `taken`, cut into pieces of `step` minutes counted from each opening."""
    for opens, closes in spans:
        at = opens
        while at < closes:
            end = min(at + step, closes)
            if not any(start < end and at < stop for start, stop in taken):
                yield at, end
            at = end


def space_week(
    space: Space,
    monday: dt.date,
    viewer: Person | None,
    book_url: Callable[[dt.date, int, int], str],
    *,
    names: bool,
) -> Week:
    """Seven days of a space from `monday`: free pieces as links, what is taken, closed days with their reason.

    `names` shows staff who has it; others see that it is taken, and their own.
    """
    zone = space.hub.timezone
    start, end = clock.at(monday, 0, zone), clock.at(monday, 7 * 1440, zone)
    taken = taken_times(space, start, end)
    schedule = space_schedule(space)
    now = clock.now()
    days = []
    for n in range(7):
        date = monday + dt.timedelta(days=n)
        day = schedule.day(date, language())
        spans = list(day.spans)
        whole = space.unit != Unit.HOUR
        if whole:
            spans = [WHOLE]
        blocks = [
            Block(low, high, state, label=label, time=" " if whole else "")
            for low, high, state, label in _taken_blocks(space, taken, date, viewer, names=names)
        ]
        busy = [(block.start, block.end) for block in blocks]
        begins = _("from this day") if whole else ""
        step = WHOLE[1] - WHOLE[0] if whole else max(space.step_minutes, 60)
        latest = minute_of(now, date, zone) if not whole else (1440 if date < clock.today(zone) else 0)
        horizon = now + dt.timedelta(days=space.horizon_days)
        for low, high in gaps(spans, busy, step):
            if low < latest:
                blocks.append(Block(low, high, "past", time=" " if whole else ""))
            elif space.is_bookable and space.is_active and clock.at(date, low, zone) <= horizon:
                blocks.append(Block(low, high, "free", url=book_url(date, low, high), time=begins))
        closed = "" if spans or blocks else day.reason or _("Closed")
        days.append(DayInput(date, blocks, closed_reason=closed, is_today=date == clock.today(zone)))
    found = week(days, dot=dot())
    return found if space.unit == Unit.HOUR else replace(found, hours=[])


def _taken_blocks(
    space: Space, taken: list[Taken], date: dt.date, viewer: Person | None, *, names: bool
) -> Iterator[tuple[int, int, str, str]]:
    zone = space.hub.timezone
    for one in taken:
        low, high = minute_of(one.start, date, zone), minute_of(one.end, date, zone)
        # a guest who leaves in the morning leaves the coming night free
        if low >= high or (space.unit == Unit.NIGHT and high <= space.arrive):
            continue
        if space.unit != Unit.HOUR:
            low, high = WHOLE
        mine = viewer is not None and one.booking is not None and one.booking.person_id == viewer.pk
        label = _who(one.booking) if names and one.booking else ""
        if one.block_out:
            label = one.block_out.reason if names else one.block_out.get_kind_display()
        elif one.booking is None:
            label = _("Full")
        yield low, high, "mine" if mine else "taken", label


def _who(booking: Booking) -> str:
    return booking.organisation.name if booking.organisation else booking.person.name


@dataclass
class BoardSpace:
    """A row's head on the day board."""

    name: str
    url: str
    note: str


def hub_board(day: DeskDay, date: dt.date, space_url: Callable[[Space], str]) -> Board:
    """One hub's day: every space and who has it; those taken by the month stand beside it."""
    zone = day.rows.hub.timezone
    by_space: dict[int, list[Visit]] = {}
    for visit in day.visits:
        by_space.setdefault(visit.booking.space_id, []).append(visit)
    spans = day.rows.day.spans
    opens, closes = (spans[0][0], spans[-1][1]) if spans else DAY

    def block(visit: Visit, unit: str) -> Block:
        booking = visit.booking
        start, end = minute_of(booking.start, date, zone), minute_of(booking.end, date, zone)
        if unit != Unit.HOUR:  # a night must not stretch the board to midnight
            start, end = min(max(start, opens), closes - 60), max(min(end, closes), opens + 60)
        what = booking.organisation.name if booking.organisation else booking.purpose[:60]
        sub = f"{visit.words} · {what}"
        return Block(start, end, visit.state, label=booking.person.name, sub=sub, url=visit.address)

    names = {space.pk: space.name for space in day.rows.spaces}

    def shadow(visit: Visit) -> Block:
        """What is taken along with a hall or because of one of its parts."""
        start, end = minute_of(visit.booking.start, date, zone), minute_of(visit.booking.end, date, zone)
        whole = names.get(visit.booking.space_id, visit.booking.space.name)
        return Block(
            start, end, "taken", label=_("with %(space)s") % {"space": whole}, sub=visit.booking.person.name
        )

    def closed(one: BlockOut) -> Block:
        start, end = minute_of(one.start, date, zone), minute_of(one.end, date, zone)
        return Block(
            max(start, opens), min(end, closes), "blocked", label=one.get_kind_display(), sub=one.reason
        )

    rows = []
    for space in day.rows.spaces:
        if space.unit == Unit.MONTH:
            continue
        heads = day.heads.get(space.pk, 0)
        inside = ngettext("%(n)d person inside", "%(n)d people inside", heads) % {"n": heads} if heads else ""
        kin = day.kin.get(space.pk, set())
        blocks = [block(visit, space.unit) for visit in by_space.get(space.pk, [])]
        blocks += [
            shadow(visit)
            for other in kin
            for visit in by_space.get(other, [])
            if visit.booking.is_live and visit.booking.space.unit == space.unit == Unit.HOUR
        ]
        blocks += [closed(one) for one in day.block_outs if one.space_id == space.pk or one.space_id in kin]
        rows.append((BoardSpace(space.name, space_url(space), inside), blocks))
    now = minute_of(clock.now(), date, zone) if date == clock.today(zone) else None
    return board(rows, opens, closes, now, dot())
