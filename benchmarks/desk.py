"""The front desk's day with forty spaces and a full day: how long the server needs for the page and for its live part."""

import statistics
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _house import open_database, tell
from pages import serve

SPACES, A_DAY, ROUNDS = 40, 8, 60


def fill() -> str:
    """A hub of forty spaces, each with eight bookings today, some with guests; answers a desk's session."""
    import datetime as dt

    from django.test import Client

    from heterospace.bookings.actions import add_guests, book_space, check_in, release_early
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.core.models import User
    from heterospace.hubs.actions import open_hub, open_office
    from heterospace.members.actions import give_hub_role, join
    from heterospace.spaces.actions import add_space

    office = open_office("Dinas Percobaan", by=SYSTEM)
    hub = open_hub(
        office,
        by=SYSTEM,
        week={day: [(0, 1440)] for day in range(7)},
        closed_on_holidays=False,
        closed_on_collective_leave=False,
        name="Hetero Space Satu",
        slug="satu",
        regency="33.74",
        address="Jalan Percobaan 1",
    )
    people = []
    for n in range(50):
        user = User.objects.create_user(f"member{n}@bench.example")
        people.append(
            join(office, by=SYSTEM, user=user, purposes=["service"], name=f"Anggota {n}", regency="33.74")
        )
    today = clock.today(hub.timezone)
    with clock.set_to(clock.at(today, 0, hub.timezone)):
        bookings = []
        for n in range(SPACES):
            space = add_space(hub, by=SYSTEM, name=f"Rembug {n + 1}", kind="meeting", capacity=8)
            for turn in range(A_DAY):  # round the clock, so that every hour of a day is as busy
                start = clock.at(today, (3 * turn + n % 3) * 60, hub.timezone)
                booking = book_space(
                    space,
                    start,
                    start + dt.timedelta(hours=2),
                    purpose="Rapat pengurus komunitas",
                    people=4,
                    by=SYSTEM,
                    person=people[(n * A_DAY + turn) % len(people)],
                    tell=False,
                )
                if turn % 4 == 0:
                    add_guests(booking, ["Pak Joko", "Bu Tin", "Mas Yoga"], by=SYSTEM)
                bookings.append(booking)
    for n, booking in enumerate(bookings):  # one in five is late or never came
        if booking.start <= clock.now() and n % 5:
            with clock.set_to(booking.start):
                check_in(booking, by=SYSTEM)
            if booking.end <= clock.now():
                with clock.set_to(booking.end):
                    release_early(booking, by=SYSTEM)
    dimas = give_hub_role(hub, by=SYSTEM, role="front_desk", name="Dimas", email="dimas@bench.example").person
    client = Client()
    client.force_login(dimas.user)
    return client.cookies["sessionid"].value


def fetch(url: str, session: str, etag: str = "") -> tuple[int, int, str, float]:
    """(status, bytes on the wire, ETag, seconds)."""
    headers = {"Accept-Encoding": "gzip", "Cookie": f"sessionid={session}", "If-None-Match": etag}
    asked = urllib.request.Request(url, headers={name: value for name, value in headers.items() if value})
    start = time.perf_counter()
    try:
        answer = urllib.request.urlopen(asked, timeout=30)
    except urllib.error.HTTPError as other:
        answer = other
    body = answer.read()
    return answer.status, len(body), answer.headers.get("ETag") or "", time.perf_counter() - start


def unchanged(url: str, session: str, frame: float) -> None:
    """How long the server needs to say that nothing changed, which is what it mostly says."""
    seconds = []
    while len(seconds) < ROUNDS:
        _status, _size, etag, _first = fetch(url, session)
        for _n in range(10):  # until the minute passes
            status, _size, _etag, took = fetch(url, session, etag)
            seconds += [took] if status == 304 else []
    p95 = sorted(seconds)[int(len(seconds) * 0.95)] * 1000
    tell(
        "front desk: that nothing changed, p95",
        f"{p95:.0f} ms",
        "50 ms",
        p95 <= 50,
        f"{statistics.median(seconds) / frame:.1f} x the frame",
    )


def main() -> None:
    """Print the promise of the front desk's board."""
    open_database()
    session = fill()
    base = serve()
    frame = statistics.median(fetch(f"{base}/nothing-here/", session)[3] for _n in range(15))
    for name, path, most in (
        ("the whole page", "/desk/satu/", 100),
        ("what it asks for every 15 s", "/desk/satu/?part=day", 100),
    ):
        status, size, etag, _first = fetch(base + path, session)
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
        fetch(base + path, session)
        seconds = sorted(fetch(base + path, session)[3] for _n in range(ROUNDS))
        p95 = seconds[int(ROUNDS * 0.95)] * 1000
        tell(
            f"front desk of {SPACES} spaces, {SPACES * A_DAY} bookings: {name}, p95",
            f"{p95:.0f} ms, {size / 1000:.1f} KB",
            f"{most} ms",
            p95 <= most,
            f"{statistics.median(seconds) / frame:.1f} x the frame",
        )
        if etag:
            unchanged(base + path, session, frame)


if __name__ == "__main__":
    main()
