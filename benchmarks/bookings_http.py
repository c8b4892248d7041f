"""Bookings through full HTTP: 16 clients, distinct times, token, log and task rows included; then the backlog drains.

The server and the worker run as `up` runs them. Counted in the table, not by the clients. The limit is bare psycopg
writing the same five rows in the same database.
"""

import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

CLIENTS = 16
SECONDS = 10
WARM_UP = 2


def main() -> None:
    url = _house.open_database()
    hub, rooms, _hall, _parts, users = _house.open_house(rooms=CLIENTS, people=CLIENTS)
    import datetime as dt

    from django_tasks_db.models import DBTaskResult

    from heterospace.bookings.models import Booking
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.core.tokens import give_token

    tokens = [give_token(user, by=SYSTEM, label="bench") for user in users]
    with _house.serve_and_work() as port:
        statuses: dict[int, int] = {}
        times: list[float] = []
        stop = time.monotonic() + WARM_UP + SECONDS
        day = _house.first_day()

        def client(n: int) -> None:
            line = _house.Line(port, tokens[n])
            count = 0
            while time.monotonic() < stop:
                start = clock.at(day + dt.timedelta(days=count // 12), count % 12 * 120, hub.timezone)
                wish = {
                    "space": rooms[n].pk,
                    "start": start.isoformat(),
                    "end": (start + dt.timedelta(hours=2)).isoformat(),
                    "purpose": "Bench",
                    "people": 4,
                }
                began = time.perf_counter()
                status, _body = line.post("/api/v1/bookings", wish)
                times.append(time.perf_counter() - began)
                statuses[status] = statuses.get(status, 0) + 1
                count += 1

        threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(WARM_UP)
        before, at_start = Booking.objects.count(), time.monotonic()
        time.sleep(SECONDS - 0.5)
        rate = (Booking.objects.count() - before) / (time.monotonic() - at_start)
        for thread in threads:
            thread.join()
        waiting = DBTaskResult.objects.filter(status="READY").count()
        drained = time.monotonic()
        while DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).exists():
            if time.monotonic() - drained > 120:
                break
            time.sleep(0.5)
        drained = time.monotonic() - drained
        failed = sum(count for status, count in statuses.items() if status != 201)
        booking = Booking.objects.order_by("id").first()
        limit = _house.raw_inserts_per_second(url, booking.pk)
        _house.tell(
            "bookings per second through HTTP, 16 clients",
            f"{rate:.0f}/s, p99 {_house.p99(times):.0f} ms, {failed} failed",
            ">= 100/s",
            rate >= 100 and not failed,
            f"{rate / limit:.2f} of {limit:.0f}/s raw inserts",
        )
        _house.tell(
            "backlog of tasks after it",
            f"{waiting} tasks drained in {drained:.0f} s",
            "<= 60 s",
            drained <= 60,
        )


if __name__ == "__main__":
    main()
