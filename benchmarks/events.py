"""Registrations: 200 people and 50 seats at once, then as many per second as there is room for; certificates.

All through full HTTP, token, log and task rows included; counted in the tables, not by the clients. Control: the same
wish without the lock and without the constraint must oversell. The best-known open ticketing system publishes 8.3
orders a second (25 with unlimited tickets) for what is more work: carts, vouchers, payment.
"""

import multiprocessing as mp
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

CROWD, SEATS = 200, 50
CLIENTS, SECONDS, WARM_UP = 16, 10, 2
MANY = 4000
CERTIFICATES = 1000


def make_people(office, count: int) -> tuple[list, list[str]]:
    """Members with a token each, written in bulk."""
    import datetime as dt

    from heterospace.core import clock, codes
    from heterospace.core.models import Token, User
    from heterospace.members.models import Person

    users = User.objects.bulk_create(User(email=f"p{n}@bench.example", password="!") for n in range(count))
    people = Person.objects.bulk_create(
        Person(office=office, user=user, name=f"Peserta {n}", email=user.email, regency="33.74")
        for n, user in enumerate(users)
    )
    secrets = [codes.secret() for _user in users]
    Token.objects.bulk_create(
        Token(
            user=user,
            digest=codes.digest(secret),
            label="bench",
            expires_at=clock.now() + dt.timedelta(days=1),
        )
        for user, secret in zip(users, secrets, strict=True)
    )
    return people, secrets


def announce(hub, title: str, capacity: int | None):
    """A published event tomorrow."""
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.events.actions import plan_event, publish_event

    day = _house.first_day()
    event = plan_event(
        hub,
        by=SYSTEM,
        title=title,
        start=clock.at(day, 540, hub.timezone),
        end=clock.at(day, 720, hub.timezone),
        capacity=capacity,
    )
    return publish_event(event, by=SYSTEM)


def crowd(port: int, event, tokens: list[str]) -> dict[int, int]:
    """Everybody at once; how often each status came."""
    barrier = threading.Barrier(len(tokens))
    statuses: dict[int, int] = {}
    guard = threading.Lock()

    def one(token: str) -> None:
        line = _house.Line(port, token)
        barrier.wait()
        status, _answer = line.post(f"/api/v1/events/{event.slug}/registrations", {})
        with guard:
            statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=one, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def in_order(event) -> tuple[int, int, bool]:
    """(confirmed, waiting, whether seats and numbers were given in the order the server took the wishes)."""
    rows = list(event.registrations.order_by("pk").values_list("state", "number"))
    states = [state for state, _number in rows]
    confirmed, waiting = states.count("confirmed"), states.count("waitlisted")
    straight = states == ["confirmed"] * confirmed + ["waitlisted"] * waiting
    numbers = [number for state, number in rows if state == "waitlisted"]
    return confirmed, waiting, straight and numbers == list(range(1, waiting + 1))


def unguarded(event_id: int, people: list[int], barrier) -> None:
    """A contender of the control: reads the counter without a lock."""
    from django.db import connection

    connection.close()
    from heterospace.core.deeds import SYSTEM
    from heterospace.events.actions import holding, register, registering
    from heterospace.events.models import Event, Seats
    from heterospace.members.models import Person

    def look(registration):
        seats = Seats.objects.get(pk=registration.seats_id)
        seats.event, registration.seats = registration.event, seats
        return holding.somebody_waits(seats)

    registering.lock_for = look
    event = Event.objects.select_related("hub", "office").get(pk=event_id)
    for pk in people:
        person = Person.objects.get(pk=pk)
        barrier.wait()
        register(event, by=SYSTEM, person=person, tell_her=False)


def control(hub, people) -> int:
    """Confirmed registrations of 50 seats when nothing guards them."""
    from django.db import connection

    event = announce(hub, "Kontrol", SEATS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_seats DROP CONSTRAINT seats_not_over")
        cursor.execute("DROP INDEX waiting_number_once")
    connection.close()
    context = mp.get_context("fork")
    barrier = context.Barrier(8)
    shares = [[person.pk for person in people[n:CROWD:8]] for n in range(8)]
    workers = [context.Process(target=unguarded, args=(event.pk, share, barrier)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return event.registrations.filter(state="confirmed").count()


def per_second(port: int, event, tokens: list[str]) -> tuple[float, list[float], int]:
    """(registrations a second, seconds each, how many failed) with room for all."""
    times: list[float] = []
    failed = [0]
    stop = time.monotonic() + WARM_UP + SECONDS

    def client(n: int) -> None:
        line = _house.Line(port, tokens[n])
        for token in tokens[n::CLIENTS]:
            if time.monotonic() > stop:
                return
            began = time.perf_counter()
            status, _answer = line.post(f"/api/v1/events/{event.slug}/registrations", {}, token)
            times.append(time.perf_counter() - began)
            failed[0] += status != 201

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(WARM_UP)
    before, since = event.registrations.count(), time.monotonic()
    time.sleep(SECONDS - 0.5)
    rate = (event.registrations.count() - before) / (time.monotonic() - since)
    for thread in threads:
        thread.join()
    return rate, times, failed[0]


def certify(event, people) -> tuple[int, float]:
    """(certificates issued and typeset, seconds)."""
    from heterospace.core import clock, codes
    from heterospace.core.deeds import SYSTEM
    from heterospace.events import actions, certificates
    from heterospace.events.models import Certificate, Registration

    missing = CERTIFICATES - event.registrations.filter(state="confirmed").count()
    known = set(event.registrations.values_list("person", flat=True))
    seats = event.seats.get()
    Registration.objects.bulk_create(
        Registration(
            reference=codes.reference("RG"),
            event=event,
            seats=seats,
            person=person,
            state="confirmed",
            confirmed_at=clock.now(),
        )
        for person in [one for one in people if one.pk not in known][: max(0, missing)]
    )
    came = list(event.registrations.filter(state="confirmed").select_related("seats")[:CERTIFICATES])
    actions.mark_present(event, came, by=SYSTEM, note="bench")
    with clock.set_to(event.end):
        actions.finish_events(by=SYSTEM)
        event.refresh_from_db()
        rule = actions.set_certificate_rule(event, by=SYSTEM, percent=80, signer="Ratna Maharani")
        began = time.perf_counter()
        while actions.issue_certificates(rule, by=SYSTEM):
            pass
        for certificate in Certificate.objects.filter(event=event).select_related("hub__office", "holder"):
            certificates.sheet(certificate)
        return Certificate.objects.filter(event=event).count(), time.perf_counter() - began


def main() -> None:
    """Print the promises of registration."""
    url = _house.open_database()
    hub, rooms, _hall, _parts, users = _house.open_house(rooms=1, people=1)
    from django_tasks_db.models import DBTaskResult

    from heterospace.bookings.actions import book_space
    from heterospace.core import clock

    people, tokens = make_people(hub.office, MANY)
    start = clock.at(_house.first_day(), 540, hub.timezone)
    booking = book_space(
        rooms[0], start, start.replace(hour=start.hour + 2), purpose="Bench", people=2, by=users[0]
    )
    with _house.serve_and_work() as port:
        rush, wide = announce(hub, "Rebutan", SEATS), announce(hub, "Luas", None)
        statuses = crowd(port, rush, tokens[:CROWD])
        confirmed, waiting, straight = in_order(rush)
        errors = sum(count for status, count in statuses.items() if status >= 500)
        _house.tell(
            f"{CROWD} people, {SEATS} seats, at once through HTTP",
            f"{confirmed} confirmed, {waiting} waiting, {'in' if straight else 'NOT in'} order, {errors} errors",
            f"{SEATS}, {CROWD - SEATS}, in order, 0",
            (confirmed, waiting, straight, errors) == (SEATS, CROWD - SEATS, True, 0),
        )
        rate, times, failed = per_second(port, wide, tokens)
        waits = DBTaskResult.objects.filter(status="READY").count()
        since = time.monotonic()
        while DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).exists():
            if time.monotonic() - since > 120:
                break
            time.sleep(0.5)
        drained = time.monotonic() - since
    limit = _house.raw_inserts_per_second(url, booking.pk)
    _house.tell(
        "registrations per second through HTTP, room for all, 16 clients",
        f"{rate:.0f}/s, p99 {_house.p99(times):.0f} ms, {failed} failed",
        ">= 100/s",
        rate >= 100 and not failed,
        f"{rate / limit:.2f} of {limit:.0f}/s raw inserts; published elsewhere: 8.3 and 25/s",
    )
    _house.tell(
        "backlog of tasks after it", f"{waits} tasks drained in {drained:.0f} s", "<= 60 s", drained <= 60
    )
    count, seconds = certify(wide, people)
    _house.tell(
        f"{CERTIFICATES} certificates issued and typeset",
        f"{count} in {seconds:.1f} s",
        "<= 30 s",
        count == CERTIFICATES and seconds <= 30,
    )
    sold = control(hub, people)
    _house.tell(
        "control without lock and constraint", f"{sold} of {SEATS} seats sold", f"> {SEATS}", sold > SEATS
    )


if __name__ == "__main__":
    main()
