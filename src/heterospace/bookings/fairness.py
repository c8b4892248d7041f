"""Fair shares: what a quota still leaves, and who has had how much of late."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import Sentence
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from ..spaces.enums import Unit
from ..spaces.models import Space
from .enums import LIVE, LedgerKind, Per, Whose
from .models import Booking, LedgerEntry, Quota
from .queries import moments

COUNTED = (LedgerKind.USED, LedgerKind.NO_SHOW, LedgerKind.LATE_CANCEL)  # time that others could not have
LOOK_BACK = dt.timedelta(days=90)


def window_of(per: str, moment: dt.datetime, timezone: str) -> tuple[dt.datetime, dt.datetime]:
    """The day, week (from Monday) or month of `moment` where the hub is."""
    day = moment.astimezone(ZoneInfo(timezone)).date()
    if per == Per.DAY:
        first, after = day, day + dt.timedelta(days=1)
    elif per == Per.WEEK:
        first = day - dt.timedelta(days=day.weekday())
        after = first + dt.timedelta(days=7)
    else:
        first = day.replace(day=1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
    return clock.at(first, 0, timezone), clock.at(after, 0, timezone)


def counted_minutes(quota: Quota, start: dt.datetime, end: dt.datetime, timezone: str) -> int:
    """How many minutes of [start, end) a quota counts: all, or those in prime time from Monday to Friday."""
    if quota.prime_from is None or quota.prime_until is None:
        return int((end - start).total_seconds() // 60)
    zone = ZoneInfo(timezone)
    day, last, minutes = start.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day <= last:
        if day.weekday() < 5:
            low = max(start, clock.at(day, quota.prime_from, timezone))
            high = min(end, clock.at(day, quota.prime_until, timezone))
            minutes += max(0, int((high - low).total_seconds() // 60))
        day += dt.timedelta(days=1)
    return minutes


@dataclass(frozen=True)
class Share:
    """What one quota says of one wish, in minutes."""

    quota: Quota
    used: int
    asked: int

    @property
    def most(self) -> int:
        """All that the quota allows in its day, week or month."""
        return self.quota.hours * 60

    @property
    def is_over(self) -> bool:
        """Whether the wish goes beyond the quota."""
        return self.asked > 0 and self.used + self.asked > self.most

    @property
    def sentence(self) -> Sentence:
        """What is left, as people say it."""
        words = (
            _("Your organisation may have %(most)s hours %(per)s here; %(used)s are taken already.")
            if self.quota.whose == Whose.ORGANISATION
            else _("One person may have %(most)s hours %(per)s here; %(used)s are taken already.")
        )
        used = f"{self.used / 60:.1f}".removesuffix(".0").replace(".", ",")
        return words % {"most": self.quota.hours, "per": self.quota.get_per_display(), "used": used}


def quotas_on(space: Space, organisation: Organisation | None) -> list[Quota]:
    """The quotas a booking of `space` counts towards; nights, days and months have none."""
    if space.unit != Unit.HOUR:
        return []
    found = Quota.objects.filter(Q(kind="") | Q(kind=space.kind), hub=space.hub_id)
    return list(found if organisation else found.filter(whose=Whose.PERSON))


def shares(
    quotas: Iterable[Quota],
    hub: Hub,
    wishes: Iterable[tuple[dt.datetime, dt.datetime]],
    person: Person,
    organisation: Organisation | None,
    *,
    besides: Booking | None = None,
) -> list[list[Share]]:
    """For each wished [start, end) in time order, what each quota says, wishes before it counted as had.

    Live bookings count with their length; those that are over by what the ledger says of them.
    """
    listed, quotas = sorted(wishes), list(quotas)
    if not quotas or not listed:
        return [[] for _wish in listed]
    widest = [
        window_of(quota.per, moment, hub.timezone)
        for quota in quotas
        for moment in (listed[0][0], listed[-1][0])
    ]
    first, after = min(low for low, _high in widest), max(high for _low, high in widest)
    spent = LedgerEntry.objects.filter(booking=OuterRef("pk"), kind__in=COUNTED)
    mine = Q(person=person) | Q(organisation=organisation) if organisation else Q(person=person)
    rows = Booking.objects.filter(
        mine,
        Q(state__in=LIVE) | Exists(spent),
        hub=hub,
        space__unit=Unit.HOUR,
        period__overlap=moments(first, after),
    ).exclude(pk=besides.pk if besides else None)
    had = list(rows.values_list("period", "person_id", "organisation_id", "space__kind"))
    taken: dict[tuple[int, dt.datetime], int] = {}
    for quota in quotas:
        for period, person_id, organisation_id, kind in had:
            whose = (
                person_id == person.pk
                if quota.whose == Whose.PERSON
                else (organisation is not None and organisation_id == organisation.pk)
            )
            if whose and quota.kind in ("", kind):
                key = quota.pk, window_of(quota.per, period.lower, hub.timezone)[0]
                minutes = counted_minutes(quota, period.lower, period.upper, hub.timezone)
                taken[key] = taken.get(key, 0) + minutes
    answers = []
    for start, end in listed:
        said = []
        for quota in quotas:
            key = quota.pk, window_of(quota.per, start, hub.timezone)[0]
            share = Share(quota, taken.get(key, 0), counted_minutes(quota, start, end, hub.timezone))
            said.append(share)
        if not any(share.is_over for share in said):
            for share in said:
                key = share.quota.pk, window_of(share.quota.per, start, hub.timezone)[0]
                taken[key] = share.used + share.asked
        answers.append(said)
    return answers


def recent_minutes(
    hub: int, persons: Iterable[int], organisations: Iterable[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """(by person without organisation, by organisation): ledger minutes of the last 90 days at a hub."""
    since = LedgerEntry.objects.filter(
        booking__hub=hub, kind__in=COUNTED, at__gte=clock.now() - LOOK_BACK
    ).order_by()
    alone = since.filter(booking__organisation=None, booking__person__in=list(persons))
    together = since.filter(booking__organisation__in=list(organisations))
    return (
        dict(alone.values_list("booking__person").annotate(n=Sum("minutes"))),
        dict(together.values_list("booking__organisation").annotate(n=Sum("minutes"))),
    )


@dataclass(frozen=True)
class Had:
    """What one organisation had of a hub in the last 90 days, in minutes by what became of it."""

    organisation: Organisation
    minutes: dict[str, int]

    @property
    def counted(self) -> int:
        """What quota and waiting list count: used, missed, cancelled late."""
        return sum(self.minutes.get(kind, 0) for kind in COUNTED)

    @property
    def used(self) -> int:
        """Minutes its people were there."""
        return self.minutes.get(LedgerKind.USED, 0)

    @property
    def no_show(self) -> int:
        """Minutes nobody came to."""
        return self.minutes.get(LedgerKind.NO_SHOW, 0)

    @property
    def late_cancel(self) -> int:
        """Minutes given back too late for others."""
        return self.minutes.get(LedgerKind.LATE_CANCEL, 0)

    @property
    def given_back(self) -> int:
        """Minutes given back while they were there."""
        return self.minutes.get(LedgerKind.GIVEN_BACK, 0)


def shares_at(hub: Hub, most: int = 50) -> list[Had]:
    """What organisations had of a hub in the last 90 days, most first, in two queries."""
    rows = LedgerEntry.objects.filter(
        booking__hub=hub, booking__organisation__isnull=False, at__gte=clock.now() - LOOK_BACK
    ).order_by()
    minutes: dict[int, dict[str, int]] = {}
    for organisation, kind, total in rows.values_list("booking__organisation", "kind").annotate(
        n=Sum("minutes")
    ):
        minutes.setdefault(organisation, {})[kind] = total
    named = Organisation.objects.in_bulk(minutes)
    found = [Had(named[pk], of) for pk, of in minutes.items()]
    return sorted(found, key=lambda one: (-one.counted, one.organisation.name))[:most]
