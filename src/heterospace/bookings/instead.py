"""What a refused wish could have instead, the things it asks for included. Reads only; nothing here locks."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from ..core import clock
from ..spaces.models import Equipment, Space
from .actions.counting import Counted, is_short, short_times
from .alternatives import DAYS, SHOWN, Alternative, alternatives, first_free
from .queries import claim_period, moments, quarters_of

QUARTER = dt.timedelta(minutes=15)
LOOKS = 12  # gaps looked at for the things to be back


def instead_of(
    space: Space,
    start: dt.datetime,
    end: dt.datetime,
    *,
    people: int,
    things: Mapping[Equipment, int] | None = None,
    for_organisation: bool = False,
) -> list[Alternative]:
    """Up to three things to take instead of a wish for `space` (with its hub) that was refused.

    Where the wished `things` are what is missing, another room does not help: then the times at which they are back.
    """
    if end <= start or not 2000 <= start.year < 2200:  # years at whose edges calendars end
        return []
    counted = [Counted("equipment", one.pk, n, one.quantity) for one, n in (things or {}).items()]
    if any(is_short(one, claim_period(space, start, end)) for one in counted):
        return _when_things_are_back(space, start, end, people, counted)
    return alternatives(
        space.hub.office, start, end, space=space, people=people, for_organisation=for_organisation
    )


def _when_things_are_back(
    space: Space, start: dt.datetime, end: dt.datetime, people: int, counted: list[Counted]
) -> list[Alternative]:
    """The first gaps of the space, from the wished day on, in which there are enough of everything."""
    if any(one.quantity > one.most for one in counted):  # the hub never has so many
        return []
    length = end - start
    day = start.astimezone(ZoneInfo(space.hub.timezone)).date()
    earliest = max(clock.now(), clock.at(day, 0, space.hub.timezone))
    first, after = quarters_of(moments(earliest, earliest + dt.timedelta(days=DAYS + 1)))
    short = {at for one in counted for at in short_times(one, first, after)}
    found: list[Alternative] = []
    for _look in range(LOOKS):
        gaps = first_free([space], int(length.total_seconds() // 60), earliest, people=people)
        if not gaps or len(found) == SHOWN:
            break
        begins = gaps[0][1]
        low, high = quarters_of(claim_period(space, begins, begins + length))
        lacking = [at for at in short if low <= at < high]
        if lacking:
            earliest = max(lacking) + QUARTER
            while earliest in short:
                earliest += QUARTER
        else:
            found.append(Alternative("other_time", space, begins, begins + length))
            earliest = begins + length
    return found
