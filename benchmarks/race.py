"""2, 8 and 32 people want overlapping times of one room, or of a hall and its rooms, at the same moment.

Then the mixed race: single bookings, a series, two requests approved, desks, things, an offer of the waiting list and
a quota shared by colleagues, all at once.

Processes with connections of their own wait at a barrier, then all do their deed. Counted in the tables: overlaps,
counters and quotas gone beyond, rounds nobody won; p99 of the deed. Control: the same with locks and constraints off
must show doubles, counters over and quotas exceeded.
"""

import datetime as dt
import gc
import multiprocessing as mp
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _house

ROUNDS = int(os.environ.get("ROUNDS", "300"))
MIXED = int(os.environ.get("MIXED", "120"))
BARS = {2: 200, 8: 200, 32: 500}
QUOTA = 120  # minutes a day that the colleagues share
FAIR = {"clash", "equipment_short", "quota", "no_dates", "already_decided", "already_refused"}  # ways to lose


def act_in_turn(deeds, barrier, results):
    """One contender: at every barrier the next of its deeds; how long each took, and what went wrong."""
    from heterospace.core.refusals import Refused

    times, errors = [], []
    for deed in deeds:
        barrier.wait()
        began = time.perf_counter()
        try:
            deed()
        except Refused as refusal:
            if refusal.code not in FAIR:
                errors.append(refusal.code)
        except Exception as error:
            errors.append(repr(error)[:300])
        times.append(time.perf_counter() - began)
    results.put((times[1:], errors))  # the first opens the connection


def contend(me, spaces, user_id, days, barrier, results, unguarded):
    """Books some space at some overlapping time of each round's day."""
    from django.db import connection

    from heterospace.bookings import actions
    from heterospace.core import clock
    from heterospace.core.models import User
    from heterospace.spaces.models import Space

    connection.close()
    if unguarded:
        take_locks_off()
    user = User.objects.get(pk=user_id)
    rooms = [Space.objects.select_related("hub").get(pk=pk) for pk in spaces]
    space = rooms[me % len(rooms)]
    rng = random.Random(me)

    def book(day):
        start = clock.at(day, 600 + 30 * rng.randint(0, 2), "Asia/Jakarta")
        end = clock.at(day, 720 + 30 * rng.randint(0, 2), "Asia/Jakarta")
        return lambda: actions.book_space(space, start, end, purpose="Race", people=2, by=user)

    act_in_turn([book(day) for day in days], barrier, results)


def contend_for_all(me, house, days, barrier, results, unguarded):
    """Does what its number says on each round's day: one of eight ways to want something others want."""
    from django.db import connection

    from heterospace.bookings import actions
    from heterospace.bookings.models import Booking
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.spaces.models import Space

    connection.close()
    if unguarded:
        take_locks_off()
    again, way = divmod(me, 8)
    by_id = {space.pk: space for space in Space.objects.filter(hub=house["hub"]).select_related("hub")}
    room, quiet, wished, desks, hall, _asked, part = (by_id[space.pk] for space in house["spaces"])
    user, one, team = house["users"][me], {house["pool"]: 1}, house["team"]

    def of(day):
        start, end = clock.at(day, 600, "Asia/Jakarta"), clock.at(day, 720, "Asia/Jakarta")

        def book(space, **more):
            more = {"people": 2, **more}
            return lambda: actions.book_space(space, start, end, purpose="Race", by=user, **more)

        def approve():
            pk = house["requests"][day][way - 2]
            return lambda: actions.approve_booking(Booking.objects.get(pk=pk), by=SYSTEM)

        def series():
            return lambda: actions.book_series(
                room, start, end, "FREQ=DAILY;COUNT=3", purpose="Race", people=2, by=user
            )

        shared = {"organisation": team} if again % 2 == 0 else {}
        return [
            lambda: book(room, equipment=one),
            series,
            approve if again % 2 == 0 else lambda: book(part),
            approve if again % 2 == 0 else lambda: book(hall),
            lambda: book(desks, people=6, **(shared or {"equipment": one})),
            lambda: lambda: actions.offer_next(house["hub"].pk, start, end, by=SYSTEM),
            lambda: book(wished, equipment=one),
            lambda: book(quiet, **shared),
        ][way]()

    act_in_turn([of(day) for day in days], barrier, results)


def take_locks_off():
    """For the controls: look at what is wanted, and at the quotas, without a lock."""
    from heterospace.bookings.actions import book, holding, series

    holding._leaves_under_lock = lambda space: list(holding._leaves(space))
    book.lock_shares = series.lock_shares = lambda *_args: None


def race(contender, count, *args):
    """All latencies and errors of one race; `args` are given to `contender` for its number."""
    from django.db import connection

    context = mp.get_context("fork")
    barrier, results = context.Barrier(count), context.Queue()
    connection.close()
    gc.collect()
    gc.freeze()  # as the server does: else each contender once walks through all that is loaded, for 200 ms
    workers = [
        context.Process(
            target=contender, args=(n, *[arg(n) for arg in args[:-1]], barrier, results, args[-1])
        )
        for n in range(count)
    ]
    for worker in workers:
        worker.start()
    answers = [results.get(timeout=900) for _worker in workers]
    for worker in workers:
        worker.join()
    return [t for times, _errors in answers for t in times], [e for _times, errors in answers for e in errors]


def run(count, spaces, users, days, unguarded=False):
    """The race for some spaces."""
    ids = [space.pk for space in spaces]
    return race(contend, count, lambda _n: ids, lambda n: users[n].pk, lambda _n: days, unguarded)


def mixed_house(hub, hall, parts, users):
    """What the mixed race is about: rooms, ten desks, two projectors, a team with a quota."""
    from heterospace.bookings.models import Quota
    from heterospace.core.deeds import SYSTEM
    from heterospace.members.actions import ask_affiliation, create_organisation, decide_affiliation
    from heterospace.spaces.actions import add_equipment, add_space, change_space

    facts = {"kind": "meeting", "capacity": 10, "horizon_days": 20_000, "max_length": 480, "step_minutes": 30}
    rooms = [add_space(hub, by=SYSTEM, name=name, **facts) for name in ("Loud", "Quiet", "Wished")]
    desks = add_space(hub, by=SYSTEM, name="Desks", is_shared=True, **facts)
    change_space(parts[0], by=SYSTEM, approval="compete")
    team = create_organisation(
        hub.office, by=users[4], role="owner", name="Team", kind="umkm", regency="33.74"
    )
    for n, user in enumerate(users):
        if n % 8 in (4, 7) and n != 4:
            decide_affiliation(ask_affiliation(team, by=user, role="member"), True, by=users[4])
    Quota.objects.create(hub=hub, whose="organisation", hours=QUOTA // 60, per="day")
    return {
        "hub": hub,
        "spaces": [*rooms, desks, hall, *parts[:2]],
        "pool": add_equipment(hub, by=SYSTEM, name="Projector", quantity=2),
        "team": team,
        "users": users,
    }


def ask_ahead(house, days):
    """For each day two requests for the same hours, and one who waits for a room."""
    from heterospace.bookings import actions
    from heterospace.bookings.models import Wish
    from heterospace.bookings.queries import moments
    from heterospace.core import clock

    _room, _quiet, wished, _desks, _hall, asked, _part = house["spaces"]
    house["requests"] = {}
    persons = [user.people.get() for user in house["users"][:2]]
    for day in days:
        start, end = clock.at(day, 600, "Asia/Jakarta"), clock.at(day, 720, "Asia/Jakarta")
        house["requests"][day] = [
            actions.book_space(asked, start, end, purpose="Race", people=2, by=user, tell=False).pk
            for user in house["users"][:2]
        ]
        Wish.objects.create(
            reference=f"W{day:%y%m%d}",
            hub=house["hub"],
            space=wished,
            period=moments(start, end),
            person=persons[0],
            purpose="Race",
            people=2,
        )


def outcome_of_all(house, days):
    """(overlaps, counters over, quotas exceeded, things nobody got) of the mixed race on these days."""
    from django.db.models import F

    from heterospace.bookings.enums import LIVE
    from heterospace.bookings.models import Booking, Quarter
    from heterospace.core import clock

    room, quiet, wished, desks, hall, asked, part = house["spaces"]
    unwon = beyond = 0
    for day in days:
        first, last = clock.at(day, 0, "Asia/Jakarta"), clock.at(day, 1440, "Asia/Jakarta")
        rows = Booking.objects.filter(
            state__in=LIVE, period__startswith__gte=first, period__startswith__lt=last
        )
        found = list(rows.order_by("id").values_list("space", "organisation", "period"))
        for group in ({room.pk}, {wished.pk}, {hall.pk, asked.pk, part.pk}, {desks.pk, quiet.pk}):
            unwon += not any(space in group for space, _team, _period in found)
        spent = [period.upper - period.lower for _space, team, period in found if team == house["team"].pk]
        beyond += sum(spent, dt.timedelta()) > dt.timedelta(minutes=QUOTA)
    first, last = clock.at(days[0], 0, "Asia/Jakarta"), clock.at(days[-1], 2 * 1440, "Asia/Jakarta")
    over = Quarter.objects.filter(at__gte=first, at__lt=last, taken__gt=F("most")).count()
    return overlaps(first, last), over, beyond, unwon


def mixed(hub, hall, parts, users, take):
    """The mixed race at 8 and 32, then its control."""
    from django.db import connection

    house = mixed_house(hub, hall, parts, users)
    for count in (8, 32):
        days = take(3 * MIXED)[::3]  # a series takes three days
        ask_ahead(house, days)
        times, errors = race(contend_for_all, count, lambda _n: house, lambda _n: days, False)  # noqa: B023
        double, over, beyond, unwon = outcome_of_all(house, days)
        slowest = _house.p99(times)
        _house.tell(
            f"race: {count} do everything at once, {MIXED} rounds",
            f"{double} overlaps, {over} counters over, {beyond} quotas exceeded, {unwon} things nobody got, "
            f"{len(errors)} errors, p99 {slowest:.0f} ms",
            f"0, 0, 0, 0, 0, < {BARS[count]} ms",
            not (double or over or beyond or unwon or errors) and slowest < BARS[count],
        )
        if errors:
            print(errors[:3], file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_claim DROP CONSTRAINT IF EXISTS claim_no_overlap")
        cursor.execute("ALTER TABLE bookings_quarter DROP CONSTRAINT quarter_not_over")
    days = take(3 * 40)[::3]
    ask_ahead(house, days)
    race(contend_for_all, 32, lambda _n: house, lambda _n: days, True)
    double, over, beyond, _unwon = outcome_of_all(house, days)
    _house.tell(
        "race: everything at once, control without locks and constraints",
        f"{double} overlaps, {over} counters over, {beyond} quotas exceeded",
        "> 0 each",
        bool(double and over and beyond),
    )


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
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bookings_claim")  # so that the constraint can be put back
        cursor.execute(
            "ALTER TABLE bookings_claim ADD CONSTRAINT claim_no_overlap EXCLUDE USING gist (space_id WITH =, period WITH &&)"
        )
    mixed(hub, hall, parts, users, take)


if __name__ == "__main__":
    main()
