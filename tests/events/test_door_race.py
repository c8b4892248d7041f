"""Twenty devices upload the same hundred tickets at once: real connections, released together."""

import contextlib
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import Count, QuerySet

from heterospace.core.deeds import SYSTEM
from heterospace.events import actions, tickets
from heterospace.events.actions import attendance
from heterospace.events.models import Registration, Scan
from heterospace.members.models import Person
from tests.bookings.test_race import at_once
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DEVICES, TICKETS = 20, 100


@pytest.fixture
def event(semarang):
    return batik_class(semarang, capacity=None)


@pytest.fixture
def crowd(event):
    """A hundred confirmed registrations."""
    people = Person.objects.bulk_create(
        Person(office=event.office, name=f"Tamu {n}", created_at=event.made_at) for n in range(TICKETS)
    )
    seats = event.seats.get()
    return Registration.objects.bulk_create(
        Registration(
            reference=f"RG-AAAA-{n:04}".replace("0", "Z").replace("1", "Y"),
            event=event,
            seats=seats,
            person=person,
            state="confirmed",
            confirmed_at=event.made_at,
        )
        for n, person in enumerate(people)
    )


def upload(event, crowd, device):
    """The batch of one device: every ticket once, each device in an order of its own."""
    turned = crowd[device * 5 :] + crowd[: device * 5]
    return [
        actions.Shown(
            tickets.ticket_of(one.reference, event.reference),
            event.slug,
            at(13, TUESDAY),
            f"{device}/{one.pk}",
            gate=f"Pintu {device}",
            device=f"hp-{device}",
        )
        for one in turned
    ]


def outcomes():
    return dict(Scan.objects.values_list("outcome").annotate(n=Count("pk")))


def test_a_hundred_are_let_in_and_nineteen_hundred_are_in_already(event, crowd):
    batches = [upload(event, crowd, device) for device in range(DEVICES)]
    answers = at_once([lambda batch=batch: actions.check_in(batch, by=SYSTEM) for batch in batches])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert outcomes() == {"in": TICKETS, "already_in": TICKETS * (DEVICES - 1)}
    first = [[(one.scan.nonce, one.scan.outcome) for one in answer] for answer in answers]
    again = at_once([lambda batch=batch: actions.check_in(batch, by=SYSTEM) for batch in batches])
    assert [[(one.scan.nonce, one.scan.outcome) for one in answer] for answer in again] == first
    assert Scan.objects.count() == TICKETS * DEVICES


def test_one_batch_that_is_uploaded_twice_at_once_counts_once(event, crowd):
    batch = upload(event, crowd, 0)
    answers = at_once([lambda: actions.check_in(batch, by=SYSTEM)] * 6)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert outcomes() == {"in": TICKETS}


@contextlib.contextmanager
def nobody_waits(monkeypatch, contenders):
    """Without the lock of the rows, and every device looks at the ledger before any writes to it."""
    looked = threading.Barrier(contenders)
    look = attendance._Ledger.__init__

    def all_looked(self, registrations):
        look(self, registrations)
        looked.wait()

    with monkeypatch.context() as without:
        without.setattr(QuerySet, "select_for_update", lambda self, **_how: self)
        without.setattr(attendance._Ledger, "__init__", all_looked)
        yield


def test_without_the_lock_the_constraint_speaks_and_without_both_people_are_let_in_twice(
    event, crowd, monkeypatch
):
    """The negative control: what the two guards are for."""
    batches = [upload(event, crowd[:10], device) for device in range(4)]
    deeds = [lambda batch=batch: actions.check_in(batch, by=SYSTEM) for batch in batches]
    with nobody_waits(monkeypatch, 4):
        answers = at_once(deeds)
    assert any(isinstance(answer, IntegrityError) for answer in answers), answers
    assert outcomes()["in"] == 10
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_scan, events_annulment")
        cursor.execute("DROP INDEX let_in_once_a_turn")
    try:
        with nobody_waits(monkeypatch, 4):
            at_once(deeds)
        assert outcomes()["in"] > 10
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE events_scan, events_annulment")
            cursor.execute(
                "CREATE UNIQUE INDEX let_in_once_a_turn ON events_scan (registration_id, session_id, direction, turn) "
                "NULLS NOT DISTINCT WHERE turn IS NOT NULL"
            )
