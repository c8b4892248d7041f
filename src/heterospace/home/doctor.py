"""What must always be true, checked against the database: the invariants behind the constraints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from ..bookings.enums import LIVE
from ..bookings.models import Booking
from ..cocreation.ballots import Unreadable, unseal
from ..cocreation.deciding import sealed_boxes
from ..cocreation.models import RulesVersion
from ..cocreation.rules_text import canonical, digest
from ..core import clock
from ..hubs.models import Hub
from ..spaces.actions import leaves_under
from ..spaces.enums import Unit
from ..spaces.models import Space, SpaceLeaf
from ..spaces.queries import space_schedule
from . import doctor_dialogues


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
        cursor.execute(sql, {"now": clock.now()})
        return [row[0] for row in cursor.fetchall()]


def claims_never_overlap() -> Iterator[Finding]:
    """No leaf space is held twice at one time, whatever the constraint says."""
    rows = _ids(
        "SELECT a.id FROM bookings_claim a JOIN bookings_claim b "
        "ON a.space_id = b.space_id AND a.period && b.period AND a.id < b.id LIMIT 20"
    )
    if rows:
        yield Finding("claims_overlap", f"Claims overlap: {rows}")


def answers_keep_their_promise() -> Iterator[Finding]:
    """Questions of an answered questionnaire are frozen, and anonymous answers name nobody."""
    for name in ("question_frozen", "promise_kept", "condition_backwards", "submission_fits", "answers_fit"):
        if not _ids(f"SELECT 1 FROM pg_trigger WHERE tgname = 'questionnaires_{name}' AND tgenabled = 'O'"):  # noqa: S608
            yield Finding(
                "trigger_missing", f"Answers lost a proof: the trigger questionnaires_{name} is missing."
            )
    if not _ids("SELECT 1 FROM pg_constraint WHERE conname = 'anonymous_names_nobody' AND convalidated"):
        yield Finding("constraint_missing", "The constraint anonymous_names_nobody is not in the database.")


PROOFS = ("claim_no_overlap", "quarter_not_over", "seats_not_over", "registered_once", "let_in_once_a_turn")
LEDGERS = {
    "core_logentry_append_only": "The action log",
    "bookings_ledger_append_only": "The fair-use ledger",
    "events_scan_append_only": "The attendance ledger",
    "events_annulment_append_only": "The attendance ledger's annulments",
    "cocreation_act_append_only": "The act ledger",
    "cocreation_actannulment_append_only": "The act ledger's annulments",
    "cocreation_step_append_only": "The timeline of initiatives",
    "cocreation_rulesversion_append_only": "The versions of rules",
    "cocreation_proposaltext_append_only": "The versions of proposals",
    "cocreation_moderation_append_only": "The log of moderation",
    "cocreation_commitmentchange_append_only": "The history of promises",
    "cocreation_statement_frozen": "The words of statements",
    "cocreation_stage_frozen": "The published results of stages",
    "cocreation_decision_frozen": "The text of open decisions",
    "cocreation_box_frozen": "The opened ballot boxes",
    "cocreation_decision_decided": "The outcomes of decisions",
    "cocreation_box_only_fills": "The counts of ballot boxes",
}


def proofs_are_in_place() -> Iterator[Finding]:
    """The constraints and the append-only triggers are there."""
    for name in PROOFS:
        if not _ids(
            f"SELECT 1 FROM pg_constraint WHERE conname = '{name}' AND convalidated "  # noqa: S608 - our own names
            f"UNION SELECT 1 FROM pg_class WHERE relname = '{name}' AND relkind = 'i'"
        ):
            yield Finding("constraint_missing", f"The constraint {name} is not in the database.")
    for name, ledger in LEDGERS.items():
        if not _ids(f"SELECT 1 FROM pg_trigger WHERE tgname = '{name}' AND tgenabled = 'O'"):  # noqa: S608
            yield Finding("trigger_missing", f"{ledger} is not append-only: its trigger is missing.")


def claims_match_bookings() -> Iterator[Finding]:
    """A live booking claims exactly the leaves of its space; one that was cancelled or nobody came to claims nothing.

    What was given back early is claimed for the time it was used and the tidying after it.
    """
    rows = _ids(
        "SELECT b.id FROM bookings_booking b "
        "WHERE b.state IN ('cancelled', 'no_show', 'refused', 'expired', 'requested') AND "
        "(EXISTS (SELECT 1 FROM bookings_claim c WHERE c.booking_id = b.id) "
        "OR EXISTS (SELECT 1 FROM bookings_portion p WHERE p.booking_id = b.id)) LIMIT 20"
    )
    if rows:
        yield Finding(
            "cancelled_claims", f"Bookings that were cancelled or missed still hold a space: {rows}"
        )
    rows = _ids(
        "SELECT b.id FROM bookings_booking b "
        "WHERE b.state IN ('held', 'confirmed', 'checked_in') AND upper(b.period) > %(now)s AND "
        "(SELECT array_agg(h.space_id ORDER BY h.space_id) FROM ("
        "SELECT c.space_id FROM bookings_claim c WHERE c.booking_id = b.id UNION ALL "
        "SELECT p.space_id FROM bookings_portion p WHERE p.booking_id = b.id AND p.space_id IS NOT NULL) h) "
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
        "JOIN spaces_space s ON s.id = b.space_id WHERE b.booked_until > %(now)s "
        "AND upper(c.period) >= b.booked_until + s.turnaround_minutes * interval '1 minute' LIMIT 20"
    )
    if rows:
        yield Finding("given_back_held", f"Time that was given back is still held: {rows}")


def counters_equal_rows() -> Iterator[Finding]:
    """The counters of desks and things are the sums of the portions they count."""
    rows = _ids(
        "WITH counted AS (SELECT p.space_id, p.equipment_id, at, sum(p.quantity) AS n FROM bookings_portion p, "
        "generate_series(lower(p.counted), upper(p.counted) - interval '15 minutes', interval '15 minutes') AS at "
        "GROUP BY 1, 2, 3) "
        "SELECT coalesce(q.id, 0) FROM bookings_quarter q FULL JOIN counted c ON c.at = q.at "
        "AND coalesce(c.space_id, 0) = coalesce(q.space_id, 0) "
        "AND coalesce(c.equipment_id, 0) = coalesce(q.equipment_id, 0) "
        "WHERE coalesce(q.taken, 0) <> coalesce(c.n, 0) LIMIT 20"
    )
    if rows:
        yield Finding("counters", f"Counters of desks or things differ from their rows: {rows}")


def things_are_counted() -> Iterator[Finding]:
    """A live booking holds the things that belong to it."""
    rows = _ids(
        "SELECT t.booking_id FROM bookings_bookedthing t JOIN bookings_booking b ON b.id = t.booking_id "
        "LEFT JOIN bookings_portion p ON p.booking_id = t.booking_id AND p.equipment_id = t.equipment_id "
        "WHERE b.state IN ('held', 'confirmed', 'checked_in') AND p.quantity IS DISTINCT FROM t.quantity LIMIT 20"
    )
    if rows:
        yield Finding("things_missing", f"Bookings do not hold the equipment that belongs to them: {rows}")


def block_outs_hold() -> Iterator[Finding]:
    """A space that is closed is held; one that was opened again is not."""
    rows = _ids(
        "SELECT b.id FROM bookings_blockout b WHERE (b.lifted_at IS NULL) IS DISTINCT FROM "
        "(EXISTS (SELECT 1 FROM bookings_claim c WHERE c.block_out_id = b.id) "
        "OR EXISTS (SELECT 1 FROM bookings_portion p WHERE p.block_out_id = b.id)) LIMIT 20"
    )
    if rows:
        yield Finding("block_outs", f"Block-outs hold wrongly: {rows}")


def ledger_matches_bookings() -> Iterator[Finding]:
    """What is over stands in the fair-use ledger with its minutes."""
    rows = _ids(
        "SELECT b.id FROM bookings_booking b LEFT JOIN bookings_ledgerentry l ON l.booking_id = b.id "
        "AND l.kind = CASE b.state WHEN 'no_show' THEN 'no_show' ELSE 'used' END "
        "WHERE b.state IN ('finished', 'no_show') AND upper(b.period) - lower(b.period) >= interval '1 minute' "
        "AND l.minutes IS DISTINCT FROM floor(extract(epoch FROM upper(b.period) - lower(b.period)) / 60)::int "
        "LIMIT 20"
    )
    if rows:
        yield Finding("ledger", f"The fair-use ledger says something else than these bookings: {rows}")


def offers_are_held() -> Iterator[Finding]:
    """An open offer of the waiting list is a booking that is held."""
    rows = _ids(
        "SELECT w.id FROM bookings_wish w JOIN bookings_booking b ON b.id = w.offer_id "
        "WHERE w.state = 'offered' AND b.state <> 'held' LIMIT 20"
    )
    if rows:
        yield Finding("offers", f"Offers without a held booking: {rows}")


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


def seats_equal_registrations() -> Iterator[Finding]:
    """Every counter of seats says what the registrations say, and so does every group's."""
    rows = _ids(
        "SELECT s.id FROM events_seats s WHERE s.taken <> coalesce((SELECT sum(r.people) FROM events_registration r "
        "WHERE r.seats_id = s.id AND r.state IN ('confirmed', 'offered')), 0) LIMIT 20"
    )
    if rows:
        yield Finding("seats_miscounted", f"Seats taken differ from the registrations: {rows}")
    rows = _ids(
        "SELECT s.id FROM events_seats s WHERE s.kept <> coalesce((SELECT sum(k.count - k.taken) FROM events_keptseats k "
        "WHERE k.seats_id = s.id AND k.released_at IS NULL), 0) LIMIT 20"
    )
    if rows:
        yield Finding("kept_seats_miscounted", f"Seats kept differ from what groups may still take: {rows}")
    rows = _ids(
        "SELECT k.id FROM events_keptseats k WHERE k.taken <> coalesce((SELECT sum(r.people) "
        "FROM events_registration r WHERE r.kept_id = k.id), 0) LIMIT 20"
    )
    if rows:
        yield Finding("kept_seats_miscounted", f"Seats of groups differ from the registrations: {rows}")


def nobody_waits_beside_free_seats() -> Iterator[Finding]:
    """The first who waits for a coming event does so because her wish does not fit."""
    rows = _ids(
        "SELECT s.id FROM events_seats s JOIN events_event e ON e.id = s.event_id "
        "WHERE e.state = 'published' AND upper(e.period) > %(now)s AND (SELECT r.people FROM events_registration r "
        "WHERE r.seats_id = s.id AND r.state = 'waitlisted' ORDER BY r.number LIMIT 1) "
        "<= coalesce(s.capacity - s.taken - s.kept, 1000000) LIMIT 20"
    )
    if rows:
        yield Finding("waits_beside_free_seats", f"Somebody waits though there is a seat: {rows}")


def sessions_have_their_spaces() -> Iterator[Finding]:
    """A coming event's session still has the space it booked."""
    rows = _ids(
        "SELECT s.id FROM events_session s JOIN events_event e ON e.id = s.event_id "
        "JOIN bookings_booking b ON b.id = s.booking_id WHERE e.state IN ('draft', 'submitted', 'published') "
        "AND upper(s.period) > %(now)s AND b.state IN ('cancelled', 'refused', 'expired', 'no_show') LIMIT 20"
    )
    if rows:
        yield Finding(
            "session_lost_its_space", f"Sessions without the space they had: {rows}", is_wrong=False
        )


def boxes_equal_rolls() -> Iterator[Finding]:
    """A ballot box holds as many ballots as its roll has marks and as there are receipts, sealed or opened."""
    rows = _ids(
        "SELECT b.id FROM cocreation_box b LEFT JOIN cocreation_decision d ON d.box_id = b.id "
        "WHERE coalesce(d.method, '') <> 'consent' AND (b.count <> cardinality(b.receipts) OR b.count <> "
        "(SELECT count(*) FROM cocreation_elector e WHERE e.box_id = b.id AND e.has_voted)) LIMIT 20"
    )
    if rows:
        yield Finding("box_miscounted", f"Ballots differ from the marks on the roll or the receipts: {rows}")
    rows = _ids(
        "SELECT d.box_id FROM cocreation_decision d WHERE d.method = 'consent' AND d.box_id IS NOT NULL AND "
        "(SELECT count(*) FROM cocreation_position p WHERE p.decision_id = d.id) <> "
        "(SELECT count(*) FROM cocreation_elector e WHERE e.box_id = d.box_id AND e.has_voted) LIMIT 20"
    )
    if rows:
        yield Finding("roll_miscounted", f"Open votes differ from the marks on the roll: {rows}")
    rows = _ids(
        "SELECT b.id FROM cocreation_box b WHERE b.is_open AND jsonb_array_length(b.ballots) <> b.count LIMIT 20"
    )
    if rows:
        yield Finding("box_lost_ballots", f"Opened boxes do not show as many ballots as were cast: {rows}")
    rows = _ids(
        "SELECT d.id FROM cocreation_decision d JOIN cocreation_box b ON b.id = d.box_id "
        "WHERE d.method <> 'consent' AND (d.state = 'open') IS DISTINCT FROM (length(b.sealed) > 0) LIMIT 20"
    )
    if rows:
        yield Finding("box_state", f"Boxes are sealed or opened against the state of their decision: {rows}")
    unreadable = [box for box, sealed, count in sealed_boxes() if _inside(box, sealed) != count]
    if unreadable:
        yield Finding(
            "box_unreadable", f"Sealed boxes cannot be read, or hold another number: {unreadable[:20]}"
        )


def _inside(box: int, sealed: bytes) -> int | None:
    try:
        return len(unseal(box, sealed)[0])
    except Unreadable:
        return None


def promises_match_their_history() -> Iterator[Finding]:
    """A promise is where its last change left it, and has the day it gave it."""
    rows = _ids(
        "SELECT c.id FROM cocreation_commitment c LEFT JOIN LATERAL (SELECT h.state, h.new_due "
        "FROM cocreation_commitmentchange h WHERE h.commitment_id = c.id ORDER BY h.id DESC LIMIT 1) h ON true "
        "WHERE (c.state, c.due) IS DISTINCT FROM (coalesce(h.state, 'due'), coalesce(h.new_due, c.first_due)) LIMIT 20"
    )
    if rows:
        yield Finding("promise_history", f"Promises differ from their history: {rows}")


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


def rules_are_what_they_were() -> Iterator[Finding]:
    """The rules of every stage still have the fingerprint they were frozen under."""
    changed = [
        one.pk
        for one in RulesVersion.objects.select_related("stage").order_by("pk").iterator()
        if digest(
            canonical(
                stage=one.stage.kind,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                influence=one.influence,
                rules=one.rules,
            )
        )
        != one.digest
    ]
    if changed:
        yield Finding("rules_changed", f"Frozen rules differ from their fingerprint: {changed[:20]}")


def initiatives_stand_in_a_stage() -> Iterator[Finding]:
    """What runs is guided by two sectors once a stage has opened; what was evaluated has four closed stages."""
    rows = _ids(
        "SELECT i.id FROM cocreation_initiative i WHERE i.state = 'running' "
        "AND EXISTS (SELECT 1 FROM cocreation_stage s WHERE s.initiative_id = i.id AND s.state <> 'planned') "
        "AND (SELECT count(DISTINCT w.sector) FROM cocreation_steward w "
        "WHERE w.initiative_id = i.id AND w.until IS NULL) < 2 LIMIT 20"
    )
    if rows:
        yield Finding("one_sector", f"Initiatives guided by one sector only: {rows}", is_wrong=False)
    rows = _ids(
        "SELECT i.id FROM cocreation_initiative i WHERE i.state = 'closed' AND (SELECT count(*) "
        "FROM cocreation_stage s WHERE s.initiative_id = i.id AND s.state = 'closed') <> 4 LIMIT 20"
    )
    if rows:
        yield Finding("not_evaluated", f"Initiatives that ended without their four stages: {rows}")


def dialogues_hold() -> Iterator[Finding]:
    """Votes, numbers and acts of dialogues fit each other."""
    for code, sentence in doctor_dialogues.wrong():
        yield Finding(code, sentence)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    claims_never_overlap,
    proofs_are_in_place,
    answers_keep_their_promise,
    claims_match_bookings,
    counters_equal_rows,
    things_are_counted,
    block_outs_hold,
    ledger_matches_bookings,
    offers_are_held,
    leaves_match_trees,
    coming_bookings_are_open,
    seats_equal_registrations,
    nobody_waits_beside_free_seats,
    sessions_have_their_spaces,
    rules_are_what_they_were,
    initiatives_stand_in_a_stage,
    boxes_equal_rolls,
    promises_match_their_history,
    dialogues_hold,
    settings_are_safe,
)
