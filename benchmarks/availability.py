"""Free spaces in a window, the first free gap and a month's figures, over a million bookings and 200 spaces.

Nothing is cached.

In the database (the deed's own queries, timed around the cursor) and over full HTTP. The limit is the same machine
counting one space's claims of one day by the same index.
"""

import datetime as dt
import gc
import os
import random
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import _house

SPACES = 200
BOOKINGS = int(os.environ.get("BOOKINGS", "1000000"))
AHEAD = 30  # days to come that are as full as the past
ASKED = 200
PORT = 8918


def build(rooms, user_person) -> None:
    """Bookings and claims in bulk: seven a day and room with gaps between, back from AHEAD days to come."""
    from django.db import connection

    each = BOOKINGS // len(rooms)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            """
            INSERT INTO bookings_booking (reference, hub_id, space_id, period, person_id, purpose, people, state,
                                          revision, created_at, cancel_reason, decision, decision_note)
            SELECT 'B' || s.id || '-' || n, s.hub_id, s.id,
                   tstzrange(at, at + interval '90 minutes'), %s, 'Bench', 2, 'confirmed', 0, at, '', '', ''
            FROM spaces_space s, generate_series(0, %s) n,
            LATERAL (SELECT date_trunc('day', now()) + %s * interval '1 day' - (n / 7) * interval '1 day'
                     + interval '1 hour' + (n %% 7) * interval '2 hours' + (s.id %% 2) * interval '30 minutes' AS at) t
            WHERE s.id = ANY(%s)
            """,
            [user_person.pk, each - 1, AHEAD, [room.pk for room in rooms]],
        )
        cursor.execute(
            "INSERT INTO bookings_claim (booking_id, space_id, period) "
            "SELECT id, space_id, period FROM bookings_booking ORDER BY lower(period)"
        )
        cursor.execute("VACUUM ANALYZE")  # as autovacuum leaves a settled table


def database_times(act) -> list[float]:
    """Seconds spent in the database for each of ASKED calls of `act`."""
    from django.db import connection

    times = []
    spent = [0.0]

    def timed(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[0] += time.perf_counter() - began

    with connection.execute_wrapper(timed):
        for _n in range(ASKED):
            spent[0] = 0.0
            act()
            times.append(spent[0])
    return times[ASKED // 10 :]


def http_times(path, token: str = "") -> list[float]:
    """Seconds of each of ASKED requests."""
    times = []
    for _n in range(ASKED):
        asked = urllib.request.Request(f"http://127.0.0.1:{PORT}{path()}")
        if token:
            asked.add_header("Authorization", f"Bearer {token}")
        began = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:
            answer.read()
        times.append(time.perf_counter() - began)
    return times[ASKED // 10 :]


def p95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000


def main() -> None:
    _house.open_database()
    from django.db import connection

    from heterospace.bookings.alternatives import first_free
    from heterospace.bookings.queries import search
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.core.tokens import give_token
    from heterospace.hubs.actions import open_hub
    from heterospace.members.actions import give_office_role
    from heterospace.members.models import Person
    from heterospace.spaces.actions import add_space
    from heterospace.spaces.models import Space
    from heterospace.spaces.queries import catalogue

    hub, _rooms, _hall, _parts, _users = _house.open_house(rooms=0, people=1)
    Space.objects.filter(hub=hub).update(is_active=False)
    facts = {
        "kind": "meeting",
        "features": ["wifi", "step-free"],
        "horizon_days": 60,
        "turnaround_minutes": 10,
    }
    rooms = []
    for n in range(4):
        house = open_hub(
            hub.office,
            by=SYSTEM,
            name=f"Hub {n}",
            regency="33.74",
            address="-",
            week={day: [(480, 1320)] for day in range(7)},
        )
        rooms += [
            add_space(house, by=SYSTEM, name=f"Room {n}-{m}", capacity=4 + m % 20, **facts)
            for m in range(SPACES // 4)
        ]
    build(rooms, Person.objects.first())
    officer = give_office_role(
        hub.office, by=SYSTEM, role="officer", name="Officer", email="officer@bench.example"
    ).person.user
    rng = random.Random(7)
    today = clock.today("Asia/Jakarta")

    def window():
        start = clock.at(
            today + dt.timedelta(days=rng.randint(1, 14)), rng.randrange(480, 1140, 30), "Asia/Jakarta"
        )
        return start, start + dt.timedelta(minutes=90)

    gc.collect()
    gc.freeze()  # as the server does
    office = hub.office
    free = database_times(lambda: search(office, *window(), people=6))
    spaces = list(catalogue(office, people=6))
    gaps = database_times(lambda: first_free(spaces, 120, clock.now()))
    with connection.cursor() as cursor:
        began = time.perf_counter()
        for room in rooms:
            cursor.execute(
                "SELECT count(*) FROM bookings_claim WHERE space_id = %s::bigint AND "
                "period && tstzrange(now(), now() + interval '1 day')",
                [room.pk],
            )
            cursor.fetchone()
        limit = (time.perf_counter() - began) / len(rooms) * 1000
        cursor.execute("SELECT count(*) FROM bookings_claim")
        rows = cursor.fetchone()[0]
    scale = f"{rows:,} claims, {SPACES} spaces"
    _house.tell(
        f"free spaces in a window, {scale}",
        f"p95 {p95(free):.1f} ms",
        "<= 10 ms",
        p95(free) <= 10,
        f"{p95(free) / limit:.0f} x one look at the index ({limit:.2f} ms)",
    )
    _house.tell(
        f"first free 2 h in 14 days, {scale}",
        f"p95 {p95(gaps):.1f} ms",
        "<= 60 ms",
        p95(gaps) <= 60,
        f"{p95(gaps) / limit:.0f} x one look at the index",
    )

    environment = {**os.environ, "PYTHONPATH": str(_house.ROOT / "src"), "PORT": str(PORT)}
    environment.pop("HETEROSPACE_NO_POOL")
    server = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "granian"),
            *(
                "--interface",
                "wsgi",
                "--workers",
                "2",
                "--blocking-threads",
                "2",
                "--no-ws",
                "--log-level",
                "warning",
            ),
            *("--host", "127.0.0.1", "--port", str(PORT), "heterospace.wsgi:application"),
        ],
        env=environment,
        stdout=sys.stderr,
    )
    try:
        for _try in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz").close()
                break
            except OSError:
                time.sleep(0.1)

        def ask():
            start, end = window()
            return "/api/v1/availability?" + urllib.parse.urlencode(
                {"start": start.isoformat(), "end": end.isoformat(), "people": 6}
            )

        over_http = http_times(ask)
        _house.tell(
            f"free spaces over HTTP, {scale}",
            f"p95 {p95(over_http):.0f} ms",
            "<= 100 ms",
            p95(over_http) <= 100,
        )
        first = http_times(lambda: f"/api/v1/first-free?minutes=120&people={rng.randint(4, 12)}")
        _house.tell(
            f"first free over HTTP, {scale}", f"p95 {p95(first):.0f} ms", "<= 100 ms", p95(first) <= 100
        )
        period = urllib.parse.urlencode({"from": today - dt.timedelta(days=30), "to": today})
        month = http_times(
            lambda: f"/api/v1/utilisation?hub=hub-{rng.randrange(4)}&{period}",
            give_token(officer, by=SYSTEM, label="bench"),
        )
        _house.tell(
            f"a month's figures of a hub of {SPACES // 4} spaces over HTTP, {scale}",
            f"p95 {p95(month):.0f} ms",
            "<= 100 ms",
            p95(month) <= 100,
        )
    finally:
        server.terminate()
        server.wait(timeout=20)


if __name__ == "__main__":
    main()
