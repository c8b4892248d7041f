"""Whose turn it is on the waiting list. The rule is one, and it is shown to who waits."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ..core import clock
from ..hubs.models import Hub
from ..members.models import Person
from ..spaces.models import SpaceLeaf
from .enums import WishState
from .fairness import recent_minutes
from .models import Wish
from .queries import moments

OFFERS_MOST = 2  # unanswered offers after which a wish leaves the list
OPEN = (WishState.WAITING, WishState.OFFERED)


@dataclass(frozen=True)
class Waiting:
    """One who waits, as the rule sees her."""

    wish: int
    passed: int  # offers that were let lapse
    had_minutes: int  # of the last 90 days: hers, or her organisation's when it is for that
    since: dt.datetime


def in_turn(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Who let no offer lapse goes first; then who had the least in the last 90 days; then who asked first."""
    return sorted(waiting, key=lambda one: (one.passed, one.had_minutes, one.since, one.wish))


def waiting_for(hub: int, start: dt.datetime, end: dt.datetime) -> list[int]:
    """The wishes (ids) for any of a hub's [start, end) that still wait, in turn."""
    rows = Wish.objects.filter(
        hub=hub,
        state=WishState.WAITING,
        period__overlap=moments(start, end),
        period__startswith__gt=clock.now(),
    )
    return [one.wish for one in _ranked(hub, rows)]


def position_of(wish: Wish) -> int:
    """How many go before this wish, itself counted, among those that wait for any of its space in its time; 0 when it
    does not wait."""
    if wish.state != WishState.WAITING:
        return 0
    leaves = SpaceLeaf.objects.filter(space=wish.space_id).values("leaf")
    sharing = SpaceLeaf.objects.filter(leaf__in=leaves).values("space")
    rows = Wish.objects.filter(
        hub=wish.hub_id, state=WishState.WAITING, space__in=sharing, period__overlap=wish.period
    )
    return [one.wish for one in _ranked(wish.hub_id, rows)].index(wish.pk) + 1


def _ranked(hub: int, rows: QuerySet[Wish]) -> list[Waiting]:
    found = list(rows.values_list("pk", "passed", "person_id", "organisation_id", "made_at"))
    alone, together = recent_minutes(
        hub,
        [person for _pk, _passed, person, organisation, _at in found if organisation is None],
        [organisation for _pk, _passed, _person, organisation, _at in found if organisation],
    )
    return in_turn(
        Waiting(
            pk,
            passed,
            together.get(organisation, 0) if organisation else alone.get(person, 0),
            made_at,
        )
        for pk, passed, person, organisation, made_at in found
    )


def wishes_of(person: Person) -> QuerySet[Wish]:
    """What a person waits for, soonest first."""
    rows = Wish.objects.filter(person=person, state__in=OPEN, period__endswith__gt=clock.now())
    return rows.select_related("space__hub", "hub", "organisation", "offer__space").order_by("period", "id")


def wishes_at(hub: Hub) -> QuerySet[Wish]:
    """What is waited for at a hub, soonest first."""
    rows = Wish.objects.filter(hub=hub, state__in=OPEN, period__endswith__gt=clock.now())
    return rows.select_related("space", "hub", "person", "organisation", "offer__space").order_by(
        "period", "id"
    )
