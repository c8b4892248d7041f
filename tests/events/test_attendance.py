"""The door: tickets, refusals, replays, conflicts, and what is known by hand."""

import datetime as dt

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.events import actions, queries, tickets
from heterospace.events.door import people_inside
from heterospace.events.models import Scan
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class, stranger


def show(event, registration, minute=0, *, nonce=None, ticket=None, **more):
    """A ticket held under a scanner at 13.00 and so many minutes."""
    moment = at(13, TUESDAY) + dt.timedelta(minutes=minute)
    text = ticket or tickets.ticket_of(registration.reference, event.reference)
    nonce = nonce or f"n{Scan.objects.count()}-{minute}"
    return actions.Shown(text, event.slug, moment, nonce, **more)


@pytest.fixture
def event(semarang):
    return batik_class(semarang, capacity=20)


def outcomes(judged):
    return [one.scan.outcome for one in judged]


def test_a_ticket_is_let_in_once(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    first = actions.check_in([show(event, hers, gate="A", device="hp-1")], by=dimas.user)
    again = actions.check_in([show(event, hers, 2, gate="B", device="hp-2")], by=dimas.user)
    assert (outcomes(first), outcomes(again)) == (["in"], ["already_in"])
    assert again[0].first.gate == "A"
    assert people_inside(event) == 1


def test_going_out_and_coming_back(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    story = [("in", 0), ("out", 30), ("out", 31), ("in", 60)]
    said = [
        outcomes(actions.check_in([show(event, hers, minute, direction=way)], by=dimas.user))[0]
        for way, minute in story
    ]
    assert said == ["in", "out", "not_in", "in"]
    assert people_inside(event) == 1


def test_everybody_who_may_not_come_in_is_written_down_with_the_reason(
    event, semarang, sari, bagus, wulan, dimas
):
    other = batik_class(semarang, title="Kelas lain", capacity=1)
    hers = actions.register(event, by=sari.user)
    actions.cancel_registration(hers, by=sari.user)
    elsewhere = actions.register(other, by=bagus.user)
    waits = actions.register(other, by=wulan.user)
    forged = tickets.ticket_of(hers.reference, event.reference)[:-4] + "AAAA"
    said = actions.check_in(
        [
            show(event, hers, 1, nonce="a"),
            show(event, elsewhere, 2, nonce="b"),
            show(event, hers, 3, nonce="c", ticket=forged),
            show(event, hers, 4, nonce="d", ticket="https://example.org"),
        ],
        by=dimas.user,
    )
    assert outcomes(said) == ["cancelled", "wrong_event", "unknown", "unknown"]
    assert outcomes(actions.check_in([show(other, waits, 5, nonce="e")], by=dimas.user)) == ["not_confirmed"]
    assert Scan.objects.count() == 5
    assert people_inside(event) == 0


def test_the_same_upload_again_changes_nothing(event, sari, bagus, dimas):
    batch = [
        show(event, actions.register(event, by=person.user), minute, nonce=f"hp-1/{minute}")
        for minute, person in enumerate((sari, bagus))
    ]
    first = actions.check_in(batch, by=dimas.user)
    again = actions.check_in(batch, by=dimas.user)
    assert outcomes(first) == outcomes(again) == ["in", "in"]
    assert [one.scan.pk for one in first] == [one.scan.pk for one in again]
    assert Scan.objects.count() == 2


def test_two_gates_that_were_offline_make_a_conflict_that_is_shown(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    with clock.set_to(at(13.5, TUESDAY)):
        actions.check_in([show(event, hers, 2, nonce="a", gate="A", device="hp-a")], by=dimas.user)
    with clock.set_to(at(17, TUESDAY)):
        actions.check_in([show(event, hers, 4, nonce="b", gate="B", device="hp-b")], by=dimas.user)
    (conflict,) = queries.conflicts_of(event)
    assert (conflict.first.gate, conflict.second.gate) == ("A", "B")
    assert conflict.second.received_at - conflict.second.scanned_at > dt.timedelta(hours=3)
    assert people_inside(event) == 1


def test_a_registration_can_be_chosen_by_name_where_the_ticket_was_left_at_home(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    typed = hers.reference.lower().replace("-", " ")
    assert outcomes(actions.check_in([show(event, hers, ticket=typed)], by=dimas.user)) == ["in"]


def test_who_helps_at_the_door_checks_in_and_does_nothing_else(event, sari, bagus, wulan, ratna):
    hers = actions.register(event, by=sari.user)
    with pytest.raises(Forbidden):
        actions.check_in([show(event, hers)], by=bagus.user)
    actions.add_helper(event, bagus, "door", by=ratna.user)
    assert outcomes(actions.check_in([show(event, hers)], by=bagus.user)) == ["in"]
    with pytest.raises(Forbidden):
        actions.mark_present(event, [hers], by=bagus.user, note="saya lihat")
    with pytest.raises(Forbidden):
        actions.cancel_registration(hers, by=bagus.user)


def test_another_offices_event_is_unknown(event, twin_hub, sari, dimas):
    twins = batik_class(twin_hub)
    hers = actions.register(event, by=sari.user)
    with pytest.raises(NotFound):
        actions.check_in(
            [actions.Shown(hers.reference, twins.slug + "-x", at(13, TUESDAY), "n")], by=dimas.user
        )


def test_a_wrong_line_is_annulled_not_deleted(event, sari, dimas, ratna):
    hers = actions.register(event, by=sari.user)
    (said,) = actions.check_in([show(event, hers)], by=dimas.user)
    with pytest.raises(Forbidden):
        actions.annul_scan(said.scan, "Salah orang", by=dimas.user)
    with pytest.raises(Invalid):
        actions.annul_scan(said.scan, " ", by=ratna.user)
    actions.annul_scan(said.scan, "Salah orang", by=ratna.user)
    with pytest.raises(Refused) as no:
        actions.annul_scan(said.scan, "Lagi", by=ratna.user)
    assert no.value.code == "already_annulled"
    assert people_inside(event) == 0
    assert outcomes(actions.check_in([show(event, hers, 9)], by=dimas.user)) == ["in"]
    assert Scan.objects.count() == 2


def test_the_ledger_cannot_be_changed(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    (said,) = actions.check_in([show(event, hers)], by=dimas.user)
    for change in (lambda: Scan.objects.update(outcome="out", direction="out"), said.scan.delete):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def test_the_database_lets_nobody_in_twice_even_without_our_lock(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    (said,) = actions.check_in([show(event, hers)], by=dimas.user)
    twin = said.scan
    twin.pk, twin.nonce = None, "another"
    with pytest.raises(IntegrityError, match="let_in_once_a_turn"), transaction.atomic():
        twin.save(force_insert=True)


def test_presence_known_by_hand_says_how_and_counts_once(event, sari, ratna):
    hers = actions.register(event, by=sari.user)
    with pytest.raises(Invalid):
        actions.mark_present(event, [hers], by=ratna.user, note="")
    assert actions.mark_present(event, [hers], by=ratna.user, note="Daftar hadir bertanda tangan") == 1
    assert actions.mark_present(event, [hers], by=ratna.user, note="Daftar hadir bertanda tangan") == 0
    (row,) = queries.attendance_of(event)
    assert (row.came, row.sources, row.first_in) == (True, ["manual"], event.start)


def test_what_was_annulled_by_hand_is_marked_anew(event, sari, ratna):
    hers = actions.register(event, by=sari.user)
    for n in range(3):
        assert actions.mark_present(event, [hers], by=ratna.user, note="Daftar hadir") == 1
        assert actions.mark_present(event, [hers], by=ratna.user, note="Daftar hadir") == 0
        if n < 2:
            actions.annul_scan(event.scans.latest("pk"), "Salah baris", by=ratna.user)
            assert not queries.came(event).exists()
    assert [one.came for one in queries.attendance_of(event)] == [True]


def test_going_never_closes_a_later_coming(event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    with clock.set_to(at(15, TUESDAY)):
        actions.check_in([show(event, hers, 120, gate="B")], by=dimas.user)
    offline = [
        show(event, hers, 0, gate="A", nonce="a1"),
        show(event, hers, 60, gate="A", nonce="a2", direction="out"),
    ]
    with clock.set_to(at(16, TUESDAY)):
        assert outcomes(actions.check_in(offline, by=dimas.user)) == ["already_in", "not_in"]
    assert people_inside(event) == 1


def test_the_next_day_everybody_is_let_in_anew(semarang, sari, bagus, dimas):
    event = batik_class(semarang, capacity=20, end=at(16, TUESDAY + dt.timedelta(days=1)))
    hers, his = actions.register(event, by=sari.user), actions.register(event, by=bagus.user)
    with clock.set_to(at(14, TUESDAY)):
        actions.check_in([show(event, hers), show(event, his, 1)], by=dimas.user)
    assert people_inside(event) == 2
    day = 24 * 60
    with clock.set_to(at(14, TUESDAY + dt.timedelta(days=1))):
        again = [show(event, hers, 11 * 60, nonce="late"), show(event, hers, day, nonce="next")]
        assert outcomes(actions.check_in(again, by=dimas.user)) == ["already_in", "in"]
        assert people_inside(event) == 1  # of today
        home = show(event, his, day, direction="out", nonce="slept here")
        assert outcomes(actions.check_in([home], by=dimas.user)) == ["out"]


def test_her_page_and_the_list_of_the_meeting_tell_of_the_same_minutes(semarang, sari, bagus):
    event = batik_class(semarang, mode="online", capacity=None, online_minutes=60)
    hers, his = actions.register(event, by=sari.user), actions.register(event, by=bagus.user)
    visit = actions.Stay(hers, at(12.5, TUESDAY), at(13.5, TUESDAY), "visit-1")
    actions.record_stays(event, [visit], "online", by=SYSTEM)
    (row, _his) = sorted(queries.attendance_of(event), key=lambda one: one.registration.pk)
    assert (row.minutes_online, row.came) == (30, False)  # before the beginning nothing counts
    zoom = [
        actions.Stay(hers, at(13, TUESDAY), at(14, TUESDAY), "zoom-1"),
        actions.Stay(his, at(13, TUESDAY), at(13.25, TUESDAY), "zoom-2"),
    ]
    for _twice in range(2):
        actions.record_stays(event, zoom, "online", by=SYSTEM)
    rows = {one.registration.person: one for one in queries.attendance_of(event)}
    assert (rows[sari].minutes_online, rows[sari].came) == (60, True)
    assert (rows[bagus].minutes_online, rows[bagus].came) == (15, False)
    assert [one.person for one in queries.came(event)] == [sari]
    assert Scan.objects.count() == 6


def test_minutes_online_are_counted_from_coming_to_going(semarang, sari, bagus):
    event = batik_class(semarang, mode="online", capacity=None)
    hers, his = actions.register(event, by=sari.user), actions.register(event, by=bagus.user)
    stays = [
        actions.Stay(hers, at(13, TUESDAY), at(14, TUESDAY), "zoom-1"),
        actions.Stay(hers, at(14.5, TUESDAY), at(15, TUESDAY), "zoom-2"),
        actions.Stay(his, at(13, TUESDAY), None, "zoom-3"),
    ]
    for _twice in range(2):
        actions.record_stays(event, stays, "import", by=SYSTEM)
    rows = {row.registration.person: row for row in queries.attendance_of(event)}
    assert (rows[sari].minutes, rows[bagus].minutes) == (90, None)
    assert Scan.objects.count() == 5


def test_a_ticket_says_who_signed_it():
    ticket = tickets.ticket_of("RG-7K3M-Q9TX", "EV-2222-3333")
    assert tickets.read(ticket) == tickets.Ticket("RG-7K3M-Q9TX", "EV-2222-3333")
    assert tickets.ticket_of("RG-7K3M-Q9TX", "EV-2222-3333") == ticket  # the same picture each time
    for other in (ticket.replace("7K3M", "7K3N"), ticket[:-2] + "zz", "HS1.a.b", "", "HS1...."):
        assert tickets.read(other) is None


def test_a_stranger_cannot_send_too_many_scans(event, dimas):
    with pytest.raises(Invalid) as no:
        actions.check_in([show(event, None, ticket="x", nonce=str(n)) for n in range(2001)], by=dimas.user)
    assert no.value.code == "too_many"


def test_a_guest_with_a_ticket_is_let_in(event, dimas):
    guest = stranger(event, "Pak Joko")
    assert outcomes(actions.check_in([show(event, guest)], by=dimas.user)) == ["in"]
