"""Counting wishes that found nothing."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection

from ...core import clock
from ...core.deeds import Author, deed
from ...hubs.models import Hub, Office
from ..enums import PEOPLE_BANDS, UnmetReason

AHEAD = dt.timedelta(days=400)

COUNT = """
INSERT INTO bookings_unmetwish (office_id, hub_id, kind, day, hour, people, reason, count)
VALUES (%s, %s, %s, %s, %s, %s, %s, 1)
ON CONFLICT (office_id, day, hub_id, hour, kind, people, reason)
DO UPDATE SET count = bookings_unmetwish.count + 1
"""


@deed
def count_unmet(
    office: Office,
    hub: Hub | None,
    start: dt.datetime,
    *,
    people: int,
    kind: str,
    reason: UnmetReason,
    by: Author,
) -> None:
    """Count a wish for which nothing was to be had, at one hub or (None) at any.

    Only the day, the hour, the kind and how many people about are kept, so there is no line in the action log either.
    Wishes gone by or further ahead than a year are nobody's demand and are left out.
    """
    if not clock.now() <= start <= clock.now() + AHEAD:
        return
    local = start.astimezone(ZoneInfo(hub.timezone if hub else "Asia/Jakarta"))
    band = max(least for least in PEOPLE_BANDS if least <= max(people, 1))
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            [office.pk, hub.pk if hub else None, kind, local.date(), local.hour, band, reason.value],
        )
