"""2, 8 and 32 people want overlapping times of one room, or of a hall and its rooms, at the same moment.

Processes with connections of their own wait at a barrier, then all book. Counted in the tables: overlaps, rounds
nobody won; p99 of the deed. Control: the same with the lock and the constraint off must show doubles.
"""

import multiprocessing as mp
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

ROUNDS = int(os.environ.get("ROUNDS", "300"))
BARS = {2: 200, 8: 200, 32: 500}


def contend(me, count, spaces, user_id, days, barrier, results, unguarded):
    """One contender: each round books some space at some overlapping time of the round's day."""
    from django.db import connection

    from heterospace.bookings import actions
    from heterospace.core.models import User
    from heterospace.core.refusals import Refused
    from heterospace.spaces.models import Space, SpaceLeaf

    connection.close()
    if unguarded:
        actions.book.lock_leaves = lambda space: list(
            SpaceLeaf.objects.filter(space=space).order_by("leaf").values_list("leaf", flat=True)
        )
    user = User.objects.get(pk=user_id)
    rooms = [Space.objects.select_related("hub").get(pk=pk) for pk in spaces]
    rng = random.Random(me)
    times, errors = [], []
    from heterospace.core import clock

    for day in days:
        space = rooms[me % len(rooms)]
        start = clock.at(day, 600 + 30 * rng.randint(0, 2), "Asia/Jakarta")
        end = clock.at(day, 720 + 30 * rng.randint(0, 2), "Asia/Jakarta")
        barrier.wait()
        began = time.perf_counter()
        try:
            actions.book_space(space, start, end, purpose="Race", people=2, by=user)
        except Refused as refusal:
            if refusal.code != "clash":
                errors.append(refusal.code)
        except Exception as error:
            errors.append(repr(error)[:100])
        times.append(time.perf_counter() - began)
    results.put((times, errors))


def run(count, spaces, users, days, unguarded=False):
    """All latencies and errors of one race."""
    context = mp.get_context("fork")
    barrier, results = context.Barrier(count), context.Queue()
    from django.db import connection

    connection.close()
    workers = [
        context.Process(
            target=contend,
            args=(n, count, [space.pk for space in spaces], users[n].pk, days, barrier, results, unguarded),
        )
        for n in range(count)
    ]
    for worker in workers:
        worker.start()
    answers = [results.get(timeout=600) for _worker in workers]
    for worker in workers:
        worker.join()
    return [t for times, _errors in answers for t in times], [e for _times, errors in answers for e in errors]


def overlaps(first, last):
    """Pairs of claims on one leaf that overlap between the days."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bookings_claim a JOIN bookings_claim b ON a.space_id = b.space_id "
            "AND a.period && b.period AND a.id < b.id WHERE lower(a.period) BETWEEN %s AND %s",
            [first, last],
        )
        return cursor.fetchone()[0]


def main() -> None:
    import datetime as dt

    _house.open_database()
    hub, rooms, hall, parts, users = _house.open_house()
    from django.db import connection

    from heterospace.bookings.models import Booking
    from heterospace.core import clock

    day = _house.first_day()

    def take(rounds):
        nonlocal day
        days = [day + dt.timedelta(days=n) for n in range(rounds)]
        day += dt.timedelta(days=rounds)
        return days

    def outcome(days):
        first, last = clock.at(days[0], 0, hub.timezone), clock.at(days[-1], 1440, hub.timezone)
        won = {
            moment.date()
            for moment in Booking.objects.filter(period__startswith__gte=first, period__startswith__lt=last)
            .order_by("id")
            .values_list("period__startswith", flat=True)
        }
        return overlaps(first, last), len(days) - len(won)

    for title, spaces in (("one room", rooms), ("a hall and its rooms", [hall, *parts])):
        for count in (2, 8, 32):
            days = take(ROUNDS)
            times, errors = run(count, spaces, users, days)
            double, unwon = outcome(days)
            slowest = _house.p99(times)
            _house.tell(
                f"race: {count} want {title}, {ROUNDS} rounds",
                f"{double} overlaps, {unwon} rounds without a winner, {len(errors)} errors, p99 {slowest:.0f} ms",
                f"0, 0, 0, < {BARS[count]} ms",
                double == 0 and unwon == 0 and not errors and slowest < BARS[count],
            )
            if errors:
                print(errors[:3], file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_claim DROP CONSTRAINT claim_no_overlap")
    days = take(60)
    run(8, rooms, users, days, unguarded=True)
    double, _unwon = outcome(days)
    _house.tell("race: control without lock and constraint", f"{double} overlaps", "> 0", double > 0)


if __name__ == "__main__":
    main()
