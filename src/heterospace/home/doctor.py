"""What must always be true, checked against the database: the invariants behind the constraints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from ..bookings.enums import LIVE
from ..bookings.models import Booking
from ..core import clock
from ..hubs.models import Hub
from ..spaces.actions import leaves_under
from ..spaces.enums import Unit
from ..spaces.models import Space, SpaceLeaf
from ..spaces.queries import space_schedule


@dataclass(frozen=True)
class Finding:
    """What one check found. `is_wrong` means data that must not be; otherwise something to look at."""

    check: str
    sentence: str
    is_wrong: bool = True


def examine() -> list[Finding]:
    """Run every check; an empty list is a healthy house."""
    return [finding for check in CHECKS for finding in check()]


def _ids(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def claims_never_overlap() -> Iterator[Finding]:
    """No leaf space is held twice at one time, whatever the constraint says."""
    rows = _ids(
        "SELECT a.id FROM bookings_claim a JOIN bookings_claim b "
        "ON a.space_id = b.space_id AND a.period && b.period AND a.id < b.id LIMIT 20"
    )
    if rows:
        yield Finding("claims_overlap", f"Claims overlap: {rows}")


def proofs_are_in_place() -> Iterator[Finding]:
    """The exclusion constraint and the append-only trigger are there."""
    if not _ids("SELECT 1 FROM pg_constraint WHERE conname = 'claim_no_overlap' AND convalidated"):
        yield Finding("constraint_missing", "The constraint claim_no_overlap is not in the database.")
    if not _ids("SELECT 1 FROM pg_trigger WHERE tgname = 'core_logentry_append_only' AND tgenabled = 'O'"):
        yield Finding("trigger_missing", "The action log is not append-only: its trigger is missing.")


def claims_match_bookings() -> Iterator[Finding]:
    """A live booking claims exactly the leaves of its space; one that was cancelled or nobody came to claims nothing.

    What was given back early is claimed for the time it was used and the tidying after it.
    """
    rows = _ids(
        "SELECT b.id FROM bookings_booking b WHERE b.state IN ('cancelled', 'no_show') AND EXISTS "
        "(SELECT 1 FROM bookings_claim c WHERE c.booking_id = b.id) LIMIT 20"
    )
    if rows:
        yield Finding(
            "cancelled_claims", f"Bookings that were cancelled or missed still hold a space: {rows}"
        )
    rows = _ids(
        "SELECT b.id FROM bookings_booking b WHERE b.state IN ('confirmed', 'checked_in') AND upper(b.period) > now() AND "
        "(SELECT array_agg(c.space_id ORDER BY c.space_id) FROM bookings_claim c WHERE c.booking_id = b.id) "
        "IS DISTINCT FROM (SELECT array_agg(l.leaf_id ORDER BY l.leaf_id) FROM spaces_spaceleaf l "
        "WHERE l.space_id = b.space_id) LIMIT 20"
    )
    if rows:
        yield Finding("claims_missing", f"Bookings do not hold exactly the leaves of their space: {rows}")
    rows = _ids(
        "SELECT c.id FROM bookings_claim c JOIN bookings_booking b ON b.id = c.booking_id "
        "WHERE lower(c.period) <> coalesce(b.held_from, lower(b.period)) OR upper(c.period) < upper(b.period) LIMIT 20"
    )
    if rows:
        yield Finding("claims_too_short", f"Claims do not cover the time of their booking: {rows}")
    rows = _ids(
        "SELECT c.id FROM bookings_claim c JOIN bookings_booking b ON b.id = c.booking_id "
        "JOIN spaces_space s ON s.id = b.space_id WHERE b.booked_until > now() "
        "AND upper(c.period) >= b.booked_until + s.turnaround_minutes * interval '1 minute' LIMIT 20"
    )
    if rows:
        yield Finding("given_back_held", f"Time that was given back is still held: {rows}")


def leaves_match_trees() -> Iterator[Finding]:
    """The leaf table and `is_leaf` say what the trees of spaces say."""
    for hub in Hub.objects.order_by("id"):
        spaces = Space.objects.filter(hub=hub).order_by("id")
        wanted = leaves_under(spaces.values_list("pk", "parent_id"))
        kept = set(SpaceLeaf.objects.filter(space__hub=hub).values_list("space_id", "leaf_id"))
        if wanted != kept:
            yield Finding(
                "leaves", f"The leaf table of {hub.slug} differs from its tree: {sorted(wanted ^ kept)[:20]}"
            )
        leaves = {leaf for _space, leaf in wanted}
        flags = [pk for pk, is_leaf in spaces.values_list("pk", "is_leaf") if is_leaf != (pk in leaves)]
        if flags:
            yield Finding(
                "leaf_flag", f"Spaces of {hub.slug} say wrongly whether they are leaves: {flags[:20]}"
            )


def coming_bookings_are_open() -> Iterator[Finding]:
    """Bookings to come that now fall outside opening hours (somebody changed the hours): to be told, not wrong."""
    coming = Booking.objects.filter(
        state__in=LIVE, period__startswith__gt=clock.now(), space__unit=Unit.HOUR
    ).select_related("space__hub")
    outside = [
        b.reference
        for b in coming.order_by("id").iterator()
        if not space_schedule(b.space).covers(b.start, b.end)
    ]
    if outside:
        yield Finding(
            "outside_hours", f"Outside today's opening hours: {', '.join(outside[:20])}", is_wrong=False
        )


def settings_are_safe() -> Iterator[Finding]:
    """What an installation for real must set."""
    if not settings.SECURE:
        yield Finding(
            "no_tls", "HETEROSPACE_URL is not https: passkeys, camera and service worker need it.", False
        )
    if not settings.EMAIL_URL:
        yield Finding("no_mail", "HETEROSPACE_EMAIL is not set: mails are written to files only.", False)
    if settings.DEBUG:
        yield Finding("debug", "HETEROSPACE_DEBUG is on.", False)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    claims_never_overlap,
    proofs_are_in_place,
    claims_match_bookings,
    leaves_match_trees,
    coming_bookings_are_open,
    settings_are_safe,
)
