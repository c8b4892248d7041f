"""The deeds of hubs: opening an office, changing a hub and its hours."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..core import clock, phones, regions
from ..core.deeds import Author, constraint_refuses, deed, log, require
from ..core.refusals import Invalid, Refused
from .hours import Span
from .models import HoursException, Hub, Office, OpeningHours

HUB_FIELDS = (
    "name",
    "tagline",
    "about",
    "regency",
    "district",
    "address",
    "latitude",
    "longitude",
    "timezone",
    "whatsapp",
    "email",
    "access_notes",
    "closed_on_holidays",
    "closed_on_collective_leave",
    "is_open",
    "promise_hours",
    "answer_days",
)
USUAL_WEEK: Mapping[int, tuple[Span, ...]] = dict.fromkeys(range(5), ((9 * 60, 18 * 60),))

constraint_refuses(
    "hub_slug_once_per_office",
    lambda: Refused("slug_taken", _("There is already a hub with this short name.")),
)


@deed
def open_office(name: str, *, by: Author, slug: str = "", host: str = "", is_demo: bool = False) -> Office:
    """Open an office; only SYSTEM does (first run, commands, demo). Raises Forbidden, Refused (`office_exists`)."""
    require(by, "offices.open")
    slug = slug or slugify(name)[:50] or "office"
    if Office.objects.filter(slug=slug).exists():
        raise Refused("office_exists", _("There is already an office with this name."))
    office = Office.objects.create(
        slug=slug, name=" ".join(name.split()), host=host, is_demo=is_demo, created_at=clock.now()
    )
    log(by, "open_office", office, office=office.pk)
    return office


@deed
def open_hub(
    office: Office,
    *,
    by: Author,
    slug: str = "",
    week: Mapping[int, Iterable[Span]] = USUAL_WEEK,
    **facts: Any,
) -> Hub:
    """Open a hub at the office with its facts (HUB_FIELDS) and opening week.

    Raises Forbidden, Invalid (`no_name`, `region`, `timezone`, `hours`), Refused (`slug_taken`).
    """
    require(by, "hubs.create", office)
    hub = Hub(office=office, slug=slug or slugify(facts.get("name", ""))[:50], position=office.hubs.count())
    _set_hub(hub, facts)
    hub.save(force_insert=True)
    _write_week(hub, week)
    log(by, "open_hub", hub, office=office.pk)
    return hub


@deed
def change_hub(hub: Hub, *, by: Author, **facts: Any) -> Hub:
    """Correct what is known of a hub (HUB_FIELDS). Raises Forbidden, Invalid (`no_name`, `region`, `timezone`)."""
    require(by, "hubs.manage", hub)
    _set_hub(hub, facts)
    hub.hours_version = F("hours_version") + 1
    hub.save()
    hub.refresh_from_db()
    log(by, "change_hub", hub, office=hub.office_id, fields=sorted(facts))
    return hub


@deed
def set_hours(
    hub: Hub,
    week: Mapping[int, Iterable[Span]],
    *,
    by: Author,
    closed_on_holidays: bool | None = None,
    closed_on_collective_leave: bool | None = None,
) -> None:
    """Replace the opening week: weekday (0 is Monday) to spans in minutes after midnight; and what holidays do to it.

    Bookings already made stay; the pages show which now fall outside. Raises Forbidden, Invalid (`hours`).
    """
    require(by, "hubs.manage", hub)
    if closed_on_holidays is not None:
        hub.closed_on_holidays = closed_on_holidays
    if closed_on_collective_leave is not None:
        hub.closed_on_collective_leave = closed_on_collective_leave
    hub.save(update_fields=["closed_on_holidays", "closed_on_collective_leave"])
    hub.opening_hours.all().delete()
    _write_week(hub, week)
    hours_changed(hub)
    log(by, "set_hours", hub, office=hub.office_id)


@deed
def set_exception(
    hub: Hub, date: dt.date, *, by: Author, reason: str, span: Span | None = None
) -> HoursException:
    """Make one date unlike its weekday: closed, or open during `span` even on a holiday.

    Raises Forbidden, Invalid (`no_reason`, `hours`).
    """
    require(by, "hubs.manage", hub)
    if not reason.strip():
        raise Invalid("no_reason", _("Say why, people will read it."), fields={"reason": _("Say why.")})
    if span is not None:
        checked([span])
    exception, _new = HoursException.objects.update_or_create(
        hub=hub,
        date=date,
        defaults={
            "opens": span[0] if span else None,
            "closes": span[1] if span else None,
            "reason": reason.strip()[:200],
        },
    )
    hours_changed(hub)
    log(by, "set_exception", hub, office=hub.office_id, date=date.isoformat())
    return exception


@deed
def remove_exception(exception: HoursException, *, by: Author) -> None:
    """Let the date be like its weekday again. Raises Forbidden."""
    hub = exception.hub
    require(by, "hubs.manage", hub)
    date = exception.date
    exception.delete()
    hours_changed(hub)
    log(by, "remove_exception", hub, office=hub.office_id, date=date.isoformat())


def hours_changed(hub: Hub) -> None:
    """Raise the hub's `hours_version`, so that no process answers with the old hours."""
    Hub.objects.filter(pk=hub.pk).update(hours_version=F("hours_version") + 1)
    hub.refresh_from_db(fields=["hours_version"])


def checked(spans: Iterable[Span]) -> list[Span]:
    """The spans of one day in order. Raises Invalid (`hours`) when one is empty or two overlap."""
    ordered = sorted(spans)
    ends = 0
    for opens, closes in ordered:
        if not (0 <= opens < closes <= 1440) or opens < ends:
            sentence = _("Each opening must end after it starts, and two may not overlap.")
            raise Invalid("hours", sentence, fields={"hours": sentence})
        ends = closes
    return ordered


def _write_week(hub: Hub, week: Mapping[int, Iterable[Span]]) -> None:
    OpeningHours.objects.bulk_create(
        [
            OpeningHours(hub=hub, weekday=weekday, opens=opens, closes=closes)
            for weekday, spans in sorted(week.items())
            for opens, closes in checked(spans)
        ]
    )


def _set_hub(hub: Hub, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(HUB_FIELDS)
    if unknown:
        raise TypeError(f"A hub has no {unknown}")
    for field, value in facts.items():
        setattr(hub, field, value)
    hub.name, hub.address = " ".join(hub.name.split()), " ".join(hub.address.split())
    hub.whatsapp = phones.normalise(hub.whatsapp)
    if not hub.name or not hub.slug:
        raise Invalid("no_name", _("Tell us the name."), fields={"name": _("Tell us the name.")})
    if not regions.is_home(hub.regency):
        raise Invalid(
            "region", _("Choose a region from the list."), fields={"regency": _("Choose from the list.")}
        )
    try:
        ZoneInfo(hub.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        sentence = _("This time zone is not known.")
        raise Invalid("timezone", sentence, fields={"timezone": sentence}) from error
