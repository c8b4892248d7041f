"""News for followers: one message a day at most, with every step since the last one."""

import datetime as dt

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.notify import notify
from ...members.models import Person
from ..models import Following, Step

AT_ONCE = 500
PAUSE = dt.timedelta(hours=20)
MOST_STEPS = 12


@deed
def send_digests(*, by: Author) -> int:
    """Tell followers what happened in the initiatives they follow; one message each, at most once a day. For `tick`.

    Answers how many messages were written. What somebody heard of by a message of its own is in it too: the digest is
    the whole of a day.
    """
    require(by, "cocreation.tidy")
    newest = _newest()
    behind = [
        row
        for row in Following.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(until=None, initiative__in=newest)
        .exclude(told_at__gt=clock.now() - PAUSE)
        .select_related("initiative", "person")
        .order_by("person", "initiative")
        if row.told_step < newest[row.initiative_id]
    ][:AT_ONCE]
    by_person: dict[int, list[Following]] = {}
    for row in behind:
        by_person.setdefault(row.person_id, []).append(row)
    for rows in by_person.values():
        _send(rows[0].person, rows)
    for row in behind:
        row.told_step, row.told_at = newest[row.initiative_id], clock.now()
    Following.objects.bulk_update(behind, ["told_step", "told_at"], batch_size=500)
    return len(by_person)


def _newest() -> dict[int, int]:
    """The latest step of each initiative in which something happened within a month."""
    lately = Step.objects.filter(at__gt=clock.now() - dt.timedelta(days=31)).order_by("pk")
    return dict(lately.values_list("initiative", "pk"))


def _send(person: Person, rows: list[Following]) -> None:
    news = []
    for row in rows:
        steps = Step.objects.filter(initiative=row.initiative_id, pk__gt=row.told_step).order_by("pk")
        ids = list(steps.values_list("pk", flat=True))
        if ids:
            news.append(
                {
                    "title": row.initiative.title,
                    "slug": row.initiative.slug,
                    "steps": ids[-MOST_STEPS:],
                    "more": max(0, len(ids) - MOST_STEPS),
                }
            )
    if news:
        notify(person.addressee, "cocreation_digest", {"news": news}, office=person.office_id)
