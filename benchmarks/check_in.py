"""The door: 20 devices upload the same 100 tickets at once, then as many batches as the server takes.

All through full HTTP, signatures checked, each scan a line of the ledger; counted in the table, not by the clients.
Uploading everything again must change nothing. Control: the same uploads without the lock of the rows and without the
unique index must let people in twice.
"""

import datetime as dt
import multiprocessing as mp
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

import events as registering

DEVICES, TICKETS = 20, 100
MANY, BATCH, CLIENTS = 4000, 200, 4
BAR = 300


def take_seats(event, people) -> list[str]:
    """Confirmed registrations for these people, written in bulk; their tickets."""
    from heterospace.core import clock, codes
    from heterospace.events import tickets
    from heterospace.events.models import Registration

    seats = event.seats.get()
    rows = Registration.objects.bulk_create(
        batch_size=1000,
        objs=(
            Registration(
                reference=codes.reference("RG"),
                event=event,
                seats=seats,
                person=person,
                state="confirmed",
                confirmed_at=clock.now(),
            )
            for person in people
        ),
    )
    return [tickets.ticket_of(row.reference, event.reference) for row in rows]


def batch_of(event, shown: list[str], device: str) -> list[dict]:
    """What a device sends after a while without a line."""
    from heterospace.core import clock

    moment = clock.now()
    return [
        {
            "ticket": ticket,
            "event": event.slug,
            "direction": "in",
            "scanned_at": (moment + dt.timedelta(milliseconds=n)).isoformat(),
            "nonce": f"{device}-{n}",
            "gate": f"Gate {device}",
            "device": device,
        }
        for n, ticket in enumerate(shown)
    ]


def upload(port: int, token: str, batches: list[list[dict]], clients: int) -> tuple[float, list[str], int]:
    """All batches, `clients` at a time, released together: (seconds, every outcome, how many uploads failed)."""
    outcomes: list[str] = []
    failed = [0]
    barrier = threading.Barrier(clients + 1)

    def client(n: int) -> None:
        line = _house.Line(port, token)
        barrier.wait()
        for batch in batches[n::clients]:
            status, answer = line.post("/api/v1/check-ins", batch)
            failed[0] += status != 200
            outcomes.extend(item["outcome"] for item in answer.get("items", []))

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, outcomes, failed[0]


def in_ledger(event) -> tuple[int, int, int]:
    """(let in, in already, lines in all) as the table has them."""
    from heterospace.events.models import Scan

    lines = Scan.objects.filter(event=event)
    return lines.filter(outcome="in").count(), lines.filter(outcome="already_in").count(), lines.count()


def unguarded(slug: str, batch: list[dict], barrier) -> None:
    """A device of the control: judges without locking the rows, when all have looked."""
    from django.db import connection
    from django.db.models import QuerySet

    connection.close()
    from heterospace.core.deeds import SYSTEM
    from heterospace.events import actions
    from heterospace.events.actions import attendance

    look = attendance._Ledger.__init__

    def all_looked(self, registrations) -> None:
        look(self, registrations)
        barrier.wait()

    attendance._Ledger.__init__ = all_looked
    QuerySet.select_for_update = lambda self, **_how: self
    shown = [
        actions.Shown(
            one["ticket"], slug, dt.datetime.fromisoformat(one["scanned_at"]), one["nonce"], gate=one["gate"]
        )
        for one in batch
    ]
    actions.check_in(shown, by=SYSTEM)


def control(hub, people) -> int:
    """How often 100 tickets were let in when nothing guards them."""
    from django.db import connection

    event = registering.announce(hub, "Kontrol", None)
    shown = take_seats(event, people[:TICKETS])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX let_in_once_a_turn")
    connection.close()
    context = mp.get_context("fork")
    barrier = context.Barrier(4)
    batches = [batch_of(event, shown, f"k{n}") for n in range(4)]
    workers = [context.Process(target=unguarded, args=(event.slug, batch, barrier)) for batch in batches]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return in_ledger(event)[0]


def main() -> None:
    """Print the promises of the door."""
    _house.open_database()
    hub, _rooms, _hall, _parts, _users = _house.open_house(rooms=1, people=1)
    from heterospace.core.deeds import SYSTEM
    from heterospace.events.actions import add_helper

    people, tokens = registering.make_people(hub.office, MANY)
    rush, wide = (registering.announce(hub, name, None) for name in ("Pintu", "Luas"))
    for event in (rush, wide):
        add_helper(event, people[0], "door", by=SYSTEM)
    same, many = take_seats(rush, people[:TICKETS]), take_seats(wide, people)
    with _house.serve_and_work() as port:
        batches = [batch_of(rush, same, f"d{n}") for n in range(DEVICES)]
        _seconds, outcomes, failed = upload(port, tokens[0], batches, DEVICES)
        told = (outcomes.count("in"), outcomes.count("already_in"))
        let_in, again, lines = in_ledger(rush)
        _house.tell(
            f"{DEVICES} devices, the same {TICKETS} tickets, at once through HTTP",
            f"{let_in} in, {again} already in, {failed} failed",
            f"{TICKETS}, {TICKETS * (DEVICES - 1)}, 0",
            (let_in, again, failed) == (TICKETS, TICKETS * (DEVICES - 1), 0) and told == (let_in, again),
        )
        _seconds, repeated, failed = upload(port, tokens[0], batches, DEVICES)
        same_words = sorted(repeated) == sorted(outcomes)
        _house.tell(
            "the same uploads again",
            f"{in_ledger(rush)[2] - lines} new lines, {'the same' if same_words else 'OTHER'} answers",
            "0, the same",
            in_ledger(rush)[2] == lines and same_words and not failed,
        )
        sent = [
            batch_of(wide, many[start : start + BATCH], f"w{start}") for start in range(0, len(many), BATCH)
        ]
        seconds, outcomes, failed = upload(port, tokens[0], sent, CLIENTS)
        rate = len(outcomes) / seconds
        _house.tell(
            f"check-ins per second through HTTP, batches of {BATCH}, {CLIENTS} devices",
            f"{rate:.0f}/s, {in_ledger(wide)[0]} of {MANY} in, {failed} failed",
            f">= {BAR}/s",
            rate >= BAR and in_ledger(wide)[0] == MANY and not failed,
        )
        one_by_one = [batch_of(wide, [ticket], f"s{n}") for n, ticket in enumerate(many[:400])]
        seconds, outcomes, failed = upload(port, tokens[0], one_by_one, CLIENTS)
        _house.tell(
            f"single scans a second while connected, {CLIENTS} devices",
            f"{len(outcomes) / seconds:.0f}/s, {failed} failed",
            "none failed",
            not failed,
        )
    doubled = control(hub, people)
    _house.tell(
        "control without lock and index",
        f"{TICKETS} tickets let in {doubled} times",
        f"> {TICKETS}",
        doubled > TICKETS,
    )


if __name__ == "__main__":
    main()
