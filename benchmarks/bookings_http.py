"""Bookings through full HTTP: 16 clients, distinct times, token, log and task rows included; then the backlog drains.

The server and the worker run as `up` runs them. Counted in the table, not by the clients. The limit is bare psycopg
writing the same five rows in the same database.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

CLIENTS = 16
SECONDS = 10
WARM_UP = 2
PORT = 8917


class Line:
    """One keep-alive connection that posts bookings."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.file = self.socket.makefile("rb")

    def post(self, body: bytes) -> int:
        """The status of one booking."""
        head = (
            f"POST /api/v1/bookings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + body)
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = self.file.read(length)
        if status != 201:
            print(status, answer[:300], file=sys.stderr)
        return status


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
    environment = {**os.environ, "PYTHONPATH": str(_house.ROOT / "src"), "PORT": str(PORT)}
    environment.pop("HETEROSPACE_NO_POOL")
    server = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "granian"),
            *("--interface", "wsgi", "--workers", "2", "--blocking-threads", "2", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(PORT), "heterospace.wsgi:application"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    worker = subprocess.Popen(["nice", "-n", "15", sys.executable, "-m", "django", "worker"], env=environment)
    try:
        for _try in range(100):
            try:
                socket.create_connection(("127.0.0.1", PORT)).close()
                break
            except OSError:
                time.sleep(0.1)
        statuses: dict[int, int] = {}
        times: list[float] = []
        stop = time.monotonic() + WARM_UP + SECONDS
        day = _house.first_day()

        def client(n: int) -> None:
            line = Line(tokens[n])
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
                status = line.post(json.dumps(wish).encode())
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
        worker.terminate()
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
    finally:
        server.terminate()
        worker.terminate()
        server.wait(timeout=20)
        worker.wait(timeout=20)


if __name__ == "__main__":
    main()
