"""What the benchmarks share: a database of their own with the settings of `up`, a hub with rooms, and how to report."""

import atexit
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))


def open_database() -> str:
    """A fresh PostgreSQL (fsync on) for this benchmark, migrated; Django is set up on it. Answers its URL."""
    from heterospace.core.postgres import EmbeddedPostgres

    folder = Path(tempfile.mkdtemp(prefix="hs-bench-"))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = EmbeddedPostgres(folder / "db")
    os.environ["HETEROSPACE_DATA"] = str(folder)
    os.environ["DATABASE_URL"] = server.start()
    owner = os.getpid()
    atexit.register(lambda: server.stop() if os.getpid() == owner else None)
    os.environ["HETEROSPACE_NO_POOL"] = "1"
    os.environ.setdefault("HETEROSPACE_SECRET_KEY", "benchmark-only")
    os.environ["DJANGO_SETTINGS_MODULE"] = "heterospace.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return os.environ["DATABASE_URL"]


def open_house(rooms: int = 1, people: int = 32):
    """An office with a hub that never closes, `rooms` rooms, a hall of four parts, and `people` members."""
    from heterospace.core.deeds import SYSTEM
    from heterospace.core.models import User
    from heterospace.hubs.actions import open_hub, open_office
    from heterospace.members.actions import join
    from heterospace.spaces.actions import add_space

    office = open_office("Bench", by=SYSTEM)
    hub = open_hub(
        office,
        by=SYSTEM,
        week={day: [(0, 1440)] for day in range(7)},
        name="Bench",
        regency="33.74",
        address="-",
        closed_on_holidays=False,
        closed_on_collective_leave=False,
    )
    facts = {"kind": "meeting", "capacity": 50, "horizon_days": 20_000, "max_length": 480, "step_minutes": 30}
    made = [add_space(hub, by=SYSTEM, name=f"Room {n}", **facts) for n in range(rooms)]
    hall = add_space(hub, by=SYSTEM, name="Hall", **facts)
    parts = [add_space(hub, by=SYSTEM, parent=hall, name=f"Part {n}", **facts) for n in range(4)]
    users = []
    for n in range(people):
        user = User.objects.create_user(f"member{n}@bench.example")
        join(office, by=SYSTEM, user=user, purposes=["service"], name=f"Member {n}", regency="33.74")
        users.append(user)
    return hub, made, hall, parts, users


def first_day() -> dt.date:
    """The day the benchmarks' bookings begin."""
    from heterospace.core import clock

    return clock.today("Asia/Jakarta") + dt.timedelta(days=2)


@contextmanager
def serve_and_work() -> Iterator[int]:
    """The server and the worker as `up` runs them, on a port of their own; ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PORT": str(port)}
    environment.pop("HETEROSPACE_NO_POOL")
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--workers", "2"]
    command += ["--blocking-threads", "2", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "heterospace.wsgi:application"], env=environment, stdout=subprocess.DEVNULL
    )
    worker = subprocess.Popen(["nice", "-n", "15", sys.executable, "-m", "django", "worker"], env=environment)
    try:
        for _try in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        for process in (server, worker):
            process.terminate()
            process.wait(timeout=20)


class Line:
    """One keep-alive connection that posts JSON with a bearer token."""

    def __init__(self, port: int, token: str) -> None:
        self.token = token
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def post(self, path: str, wish: object, token: str = "") -> tuple[int, dict]:
        """The status and the answer of one POST, by `token` or by the line's own."""
        body = json.dumps(wish).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token or self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + body)
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = self.file.read(length)
        if status >= 400:
            print(status, answer[:300], file=sys.stderr)
        return status, json.loads(answer or b"{}")


def p99(seconds: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


def tell(promise: str, figure: str, bar: str, kept: bool, ratio: str = "") -> None:
    """One line of `make bench`'s table."""
    print(
        json.dumps({"promise": promise, "figure": figure, "bar": bar, "kept": bool(kept), "ratio": ratio}),
        flush=True,
    )


def raw_inserts_per_second(url: str, booking_id: int, seconds: float = 3.0, clients: int = 16) -> float:
    """The limit: copies of one booking's five rows (booking, claim, log, message, task) by bare psycopg, a commit each."""
    import threading
    import time

    import psycopg

    with psycopg.connect(url) as connection:
        rows = {}
        for table, where in (
            ("bookings_booking", f"id = {booking_id}"),
            ("bookings_claim", f"booking_id = {booking_id}"),
            ("core_logentry", f"thing_id = {booking_id} AND deed = 'book_space'"),
            ("core_message", "TRUE"),
            ("django_tasks_database_dbtaskresult", "TRUE"),
        ):
            columns = [
                name
                for (name,) in connection.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                    [table],
                )
            ]
            chosen = [name for name in columns if name != "id"]
            rows[table] = (chosen, where)
    done = [0] * clients
    stop = time.monotonic() + seconds

    def insert(client: int) -> None:
        with psycopg.connect(url, autocommit=False) as connection:
            n = 0
            while time.monotonic() < stop:
                unique = f"R{client}-{n}"[:12]
                shift = (
                    f"interval '{(client * 100_000 + n + 11_000) * 8} hours'"  # years after every real one
                )
                with connection.cursor() as cursor:
                    ids = {}
                    for table, (columns, where) in rows.items():
                        values = []
                        for name in columns:
                            if name == "reference":
                                values.append(f"'{unique}'")
                            elif name == "period":
                                values.append(
                                    f"tstzrange(lower(period) + {shift}, upper(period) + {shift}, '[)')"
                                )
                            elif name == "booking_id":
                                values.append(str(ids["bookings_booking"]))
                            else:
                                values.append(f'"{name}"')
                        first = "gen_random_uuid()" if table.startswith("django_tasks") else None
                        names = ", ".join(f'"{name}"' for name in columns)
                        if first:
                            names, values = f"id, {names}", [first, *values]
                        cursor.execute(
                            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} WHERE {where} LIMIT 1 RETURNING id"
                        )
                        ids[table] = cursor.fetchone()[0]
                connection.commit()
                n += 1
                done[client] = n

    threads = [threading.Thread(target=insert, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
