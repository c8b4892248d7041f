"""Reads about offices, hubs and their hours. Office or hub is always named by the caller."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from ..core import regions
from ..core.refusals import NotFound
from .hours import Day, Schedule, Span, collective_leave, public_holidays
from .models import HoursException, Hub, Office


def office_for_host(host: str) -> Office | None:
    """The office that answers at `host` (no port); a host nobody claims belongs to the one in settings, else the first."""
    mine = Case(
        When(Q(host=host) & ~Q(host=""), then=0),
        When(Q(slug=settings.OFFICE) & ~Q(slug=""), then=1),
        When(host="", then=2),
        default=3,
    )
    return Office.objects.order_by(mine, "id").first()


def hubs_of(office: Office | int) -> QuerySet[Hub]:
    """The office's hubs that the public may see, in their order."""
    return Hub.objects.filter(office=office, is_open=True).order_by("position", "id")


def hub_at(office: Office | None, slug: str) -> Hub:
    """The office's open hub with this slug. Raises NotFound (`unknown_hub`)."""
    hub = hubs_of(office).filter(slug=slug).first() if office else None
    if hub is None:
        raise NotFound("unknown_hub", _("There is no such hub here."), fields={"hub": _("Unknown hub.")})
    return hub


def managed_hub_at(office: Office | None, slug: str) -> Hub:
    """The office's hub with this slug, shown to the public or not. Raises NotFound (`unknown_hub`)."""
    hub = Hub.objects.filter(office=office, slug=slug).first() if office else None
    if hub is None:
        raise NotFound("unknown_hub", _("There is no such hub here."))
    return hub


def place_of(hub: Hub) -> regions.Place | None:
    """Where the hub stands: its own coordinates, else the seat of its kabupaten or kota; None when neither is known."""
    if hub.latitude is not None and hub.longitude is not None:
        return float(hub.latitude), float(hub.longitude)
    return regions.seat(hub.regency)


def schedule_of(hub: Hub) -> Schedule:
    """The hub's opening schedule. Cached in the process under the hub's `hours_version`, so it is never stale."""
    key = f"schedule:{hub.pk}:{hub.hours_version}"
    local = caches["local"]
    found = local.get(key)
    if found is None:
        week: dict[int, list[tuple[int, int]]] = {}
        for row in hub.opening_hours.order_by("weekday", "opens"):
            week.setdefault(row.weekday, []).append((row.opens, row.closes))
        found = Schedule(
            hub.timezone,
            {weekday: tuple(spans) for weekday, spans in week.items()},
            {row.date: (row.span, row.reason) for row in hub.exceptions.order_by("date")},
            hub.closed_on_holidays,
            hub.closed_on_collective_leave,
        )
        local.set(key, found, 3600)
    return found


@dataclass(frozen=True)
class SpecialDay:
    """A date that is, or could be, unlike its weekday."""

    day: Day
    name: str  # of the holiday, or the exception's reason
    kind: str  # "holiday", "leave" or "own"
    usual: tuple[Span, ...]  # the spans of its weekday
    exception: HoursException | None


def special_days(hub: Hub, first: dt.date, days: int, language: str) -> list[SpecialDay]:
    """The hub's own exceptions, public holidays and cuti bersama of `days` dates from `first`, by date."""
    schedule = schedule_of(hub)
    last = first + dt.timedelta(days=days)
    own = {row.date: row for row in hub.exceptions.filter(date__gte=first, date__lt=last).order_by("date")}
    named: dict[dt.date, tuple[str, str]] = {date: (row.reason, "own") for date, row in own.items()}
    for kind, known in (("leave", collective_leave), ("holiday", public_holidays)):
        for year in range(first.year, last.year + 1):
            named |= {
                date: (name, kind) for date, name in known(year, language).items() if first <= date < last
            }
    return [
        SpecialDay(
            schedule.day(date, language),
            name,
            kind,
            tuple(schedule.week.get(date.weekday(), ())),
            own.get(date),
        )
        for date, (name, kind) in sorted(named.items())
    ]


def coming_days(hub: Hub, first: dt.date, days: int, language: str) -> list[Day]:
    """The hub's `days` dates from `first` with their spans and reasons."""
    schedule = schedule_of(hub)
    return [schedule.day(first + dt.timedelta(days=n), language) for n in range(days)]
