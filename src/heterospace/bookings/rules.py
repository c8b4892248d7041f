"""Who may book for whom, see and cancel bookings."""

import datetime as dt

import rules
from django.db.models import Q, QuerySet

from ..core import clock, formats
from ..core.models import User
from ..hubs.models import Hub, Office
from ..members.queries import leads, person_of, roles_of
from ..members.rules import manages_hub, serves_hub, works_at_hub
from ..spaces.enums import Unit
from ..spaces.models import Space
from ..spaces.rules import manages_space
from .models import Booking, Feed, Series, Wish
from .queries import ARRIVE_EARLY


@rules.predicate
def books_at(user: User, hub: Hub) -> bool:
    """Anybody with an open account at the hub's office."""
    person = person_of(user, hub.office_id)
    return person is not None and person.is_active


@rules.predicate
def is_its_person(user: User, booking: Booking) -> bool:
    """The person who has the booking."""
    return person_of(user, booking.hub.office_id) == booking.person


@rules.predicate
def leads_its_organisation(user: User, booking: Booking) -> bool:
    """Who leads the organisation the booking is for."""
    organisation = booking.organisation
    return organisation is not None and leads(person_of(user, organisation.office_id), organisation)


@rules.predicate
def serves_its_hub(user: User, booking: Booking) -> bool:
    """Desk staff of its hub."""
    return roles_of(user, booking.hub.office_id).serves(booking.hub_id)


@rules.predicate
def works_at_its_hub(user: User, booking: Booking) -> bool:
    """Anybody who works at its hub, or an officer or auditor."""
    return works_at_hub(user, booking.hub)


@rules.predicate
def wished_it(user: User, wish: Wish) -> bool:
    """Who waits."""
    return person_of(user, wish.hub.office_id) == wish.person


@rules.predicate
def serves_wish(user: User, wish: Wish) -> bool:
    """Desk staff of the hub somebody waits at."""
    return serves_hub(user, wish.hub)


@rules.predicate
def reads_figures(user: User, hub: Hub) -> bool:
    """The hub's manager, or an officer or auditor of its office."""
    roles = roles_of(user, hub.office_id)
    return roles.manages(hub.pk) or bool(roles.office)


@rules.predicate
def has_series(user: User, series: Series) -> bool:
    """Who booked the series, or leads the organisation it is for."""
    person = person_of(user, series.space.hub.office_id)
    return person == series.person or (series.organisation is not None and leads(person, series.organisation))


@rules.predicate
def serves_series(user: User, series: Series) -> bool:
    """Desk staff of the hub of the series."""
    return serves_hub(user, series.space.hub)


@rules.predicate
def made_feed(user: User, feed: Feed) -> bool:
    """Who made the calendar."""
    return person_of(user, feed.maker.office_id) == feed.maker


def may_read_feed(user: User, feed: Feed) -> bool:
    """Whether the calendar's maker may (still) see what it tells: her own, what she leads, where she works.

    A space's taken times are public; by whom they are taken is told to staff only (`tells_names`).
    """
    person = person_of(user, feed.maker.office_id)
    if person is None or not person.is_active or person != feed.maker:
        return False
    if feed.organisation is not None:
        return feed.organisation.office_id == person.office_id and leads(person, feed.organisation)
    if feed.hub is not None:
        return works_at_hub(user, feed.hub)
    return feed.space is None or feed.space.hub.office_id == person.office_id


def tells_names(user: User, feed: Feed) -> bool:
    """Whether the calendar says who and what for: always but for a space somebody does not work at."""
    return feed.space is None or works_at_hub(user, feed.space.hub)


def wishes_seen_by(user: User, office: Office) -> QuerySet[Wish]:
    """The wishes this user may see and answer; agrees with the permission `bookings.answer_offer`."""
    person = person_of(user, office.pk)
    if person is None:
        return Wish.objects.none()
    roles = roles_of(user, office.pk)
    seen = Q(person=person)
    hubs = [hub for hub in Hub.objects.filter(office=office) if roles.serves(hub.pk)]
    rows = Wish.objects.filter(seen | Q(hub__in=hubs), hub__office=office)
    return rows.select_related("space__hub", "hub", "person", "organisation", "offer__space", "offer__hub")


rules.add_perm("bookings.revoke_feed", made_feed)
rules.add_perm("bookings.make_display", manages_space)
rules.add_perm("bookings.book", books_at)
rules.add_perm("bookings.book_for_others", serves_hub)
rules.add_perm("bookings.see", is_its_person | leads_its_organisation | works_at_its_hub)
rules.add_perm("bookings.cancel", is_its_person | leads_its_organisation | serves_its_hub)
rules.add_perm("bookings.move", is_its_person | leads_its_organisation | serves_its_hub)
rules.add_perm("bookings.import_history", manages_hub)
rules.add_perm("bookings.attend", is_its_person | leads_its_organisation | serves_its_hub)
rules.add_perm("bookings.mark_no_show", serves_its_hub)
rules.add_perm("bookings.see_day", works_at_hub)
rules.add_perm("bookings.see_utilisation", reads_figures)
rules.add_perm("bookings.answer_offer", wished_it | serves_wish)
rules.add_perm("bookings.change_series", has_series | serves_series)
rules.add_perm("bookings.decide", manages_hub)
rules.add_perm("bookings.block", serves_hub)
rules.add_perm("bookings.set_quota", manages_hub)


def cancel_until(booking: Booking) -> dt.datetime:
    """The last moment at which the person herself may still cancel, by the space's rule."""
    return booking.start - dt.timedelta(minutes=booking.space.cancel_minutes)


def too_late_to_cancel(booking: Booking) -> bool:
    """Whether only the desk can still cancel it."""
    return clock.now() > cancel_until(booking)


def presence_window(booking: Booking, *, at_desk: bool) -> tuple[dt.datetime, dt.datetime]:
    """From when until when people may say that they are there: 30 minutes before the start until the end.

    The desk may at any time of the days it is on.
    """
    if not at_desk:
        return booking.start - ARRIVE_EARLY, booking.end
    zone = booking.hub.timezone
    first, last = formats.day(booking.start, zone), formats.day(booking.end, zone)
    return clock.at(first, 0, zone), clock.at(last, 1440, zone)


def release_moment(space: Space, start: dt.datetime, end: dt.datetime) -> dt.datetime | None:
    """When a booking made now is taken back unless somebody checks in; None for a space that waits for ever.

    Who books what has begun already gets the same grace from now on. Only hours have one: nights, days and
    months begin when people come.
    """
    if not space.grace_minutes or space.unit != Unit.HOUR:
        return None
    moment = max(start, clock.now()) + dt.timedelta(minutes=space.grace_minutes)
    return moment if moment < end else None
