"""No way leads from a voter to her choice: the whole database is compared, row by row, before and after the vote.

A walker looks at every row that voting and closing wrote or changed, in every table: what it says of a choice, whom it names
(by a foreign key, a number in its JSON, or the sign-in), in which transaction it was written (`xmin`), where it lies (`ctid`)
and which times it holds. A row that says a choice and belongs to some of the voters but not to all is a trail. Leaky tables
and a leaky log show that the walker finds what it looks for.
"""

import datetime as dt
import json
import re
from collections import Counter
from random import Random

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils.crypto import get_random_string

from heterospace.cocreation import actions
from heterospace.cocreation.models import Decision, Elector
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM, log
from heterospace.core.models import AnsweredRequest, LogEntry, Message
from tests.api.test_bookings_api import Api
from tests.cocreation.ballot_stories import fresh, join_in, opened, people
from tests.cocreation.houses import days

CHOICES = re.compile(r"(?<![\w-])(yes|no)(?![\w-])")
VOTES = [
    "yes",
    "no",
    "no",
    "yes",
    "yes",
    "yes",
    "no",
    "yes",
    "no",
    "no",
    "yes",
    "yes",
    "no",
    "yes",
    "no",
    "no",
    "no",
    "yes",
    "yes",
    "no",
]  # in the order they were cast
TOUCHED_BY_VOTING = {
    "cocreation_box": {"sealed", "count", "receipts"},
    "cocreation_elector": {"has_voted"},
}


def snapshot() -> dict[str, dict[str, dict]]:
    """Every row of every table: `{table: {key: {columns…, xmin, ctid}}}`; a row's key is its id, else all it holds."""
    found: dict[str, dict[str, dict]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT xmin::text, ctid::text, to_jsonb(t) FROM "{table}" t')
            rows = found[table] = {}
            for xmin, ctid, told in cursor.fetchall():
                row = json.loads(told) if isinstance(told, str) else told
                rows[str(row.get("id", json.dumps(row, sort_keys=True)))] = {
                    **row,
                    "xmin": xmin,
                    "ctid": ctid,
                }
    return found


PLACE = {"xmin", "ctid"}


def changes(before, after) -> dict[str, list[tuple[dict | None, dict]]]:
    """(old row or None, row now) of all that was added or changed, by table."""
    found = {}
    for table, rows in after.items():
        old = before.get(table, {})
        new = [(old.get(key), row) for key, row in rows.items() if old.get(key) != row]
        if new:
            found[table] = new
    return found


def names_of(voter: Elector) -> set[str]:
    """The numbers and words by which a row can name a voter."""
    return {str(voter.person_id), str(voter.person.user_id), voter.person.email, voter.person.name}


def said_in(row: dict) -> set[str]:
    """The choices a row says anywhere in it."""
    return set(CHOICES.findall(json.dumps({key: value for key, value in row.items() if key not in PLACE})))


POINTERS = re.compile(r"(_id|^by|^user|person|elector|voter|addressee|^id)$")


def named_by(table: str, row: dict, keys: dict[str, int], electors: dict[str, int]) -> set[int]:
    """The voters a row names: by a column that points somewhere, or anywhere in its texts and JSON."""
    found = set()
    for column, value in row.items():
        if column in PLACE or value is None:
            continue
        if (table == "cocreation_elector" and column == "id") or column.endswith("elector_id"):
            found |= {electors[str(value)]} if str(value) in electors else set()
        elif isinstance(value, int) and POINTERS.search(column) and column != "id":
            found |= {keys[str(value)]} if str(value) in keys else set()
        elif isinstance(value, (str, dict, list)):
            words = set(re.findall(r"[\w@.-]+", json.dumps(value)))
            found |= {number for name, number in keys.items() if len(name) > 3 and name in words}
    return found


def trails(before, after, voters: list[Elector]) -> list[str]:
    """Rows that say a choice and lead to some of the voters, not to all of them alike."""
    keys = {name: number for number, voter in enumerate(voters) for name in names_of(voter)}
    electors = {str(voter.pk): number for number, voter in enumerate(voters)}
    changed = [(table, row) for table, rows in changes(before, after).items() for _old, row in rows]
    named = [named_by(table, row, keys, electors) for table, row in changed]
    by_transaction: dict[str, set[int]] = {}
    by_time: dict[str, set[int]] = {}
    for (_table, row), who in zip(changed, named, strict=True):
        if 0 < len(who) < len(voters):
            by_transaction.setdefault(row["xmin"], set()).update(who)
            for value in row.values():
                if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
                    by_time.setdefault(value, set()).update(who)
    found = []
    for (table, row), who in zip(changed, named, strict=True):
        if not said_in(row):
            continue
        linked = who | by_transaction.get(row["xmin"], set())
        for value in row.values():
            linked |= by_time.get(value, set()) if isinstance(value, str) else set()
        if linked and len(linked) < len(voters):
            found.append(f"{table} {row.get('id')}: says {sorted(said_in(row))}, leads to {sorted(linked)}")
    found += ordered(changes(before, after), voters)
    return found


def ordered(changed, voters: list[Elector]) -> list[str]:
    """Tables (or lists inside a row) of as many choices as there are voters, lying in the order the votes were cast."""
    wanted = VOTES[: len(voters)]
    found = []
    for table, rows in changed.items():
        ways = {
            "id": sorted(rows, key=lambda pair: str(pair[1].get("id", "")).zfill(12)),
            "ctid": sorted(rows, key=lambda pair: place(pair[1])),
            "xmin": sorted(rows, key=lambda pair: int(pair[1]["xmin"])),
        }
        for way, listed in ways.items():
            told = [next(iter(said)) for _old, row in listed if len(said := said_in(row)) == 1]
            if len(told) == len(wanted) and told in (wanted, wanted[::-1]):
                found.append(f"{table}: its {way} tells the order of the votes")
        for _old, row in rows:
            for column, value in row.items():
                if isinstance(value, list) and CHOICES.findall(json.dumps(value)) in (wanted, wanted[::-1]):
                    found.append(f"{table}.{column}: its order is that of the votes")
    return found


def place(row: dict) -> tuple[int, ...]:
    """Where a row lies: page and line."""
    return tuple(map(int, row["ctid"].strip("()").split(",")))


def alike(one: list[int], other: list[int]) -> float:
    """How alike two orders of the same things are, either way round (Spearman's rho without its sign)."""
    n = len(one)
    return abs(1 - 6 * sum((at - other.index(key)) ** 2 for at, key in enumerate(one)) / (n * (n * n - 1)))


@pytest.fixture
def house(initiative, office):
    """Twenty voters in their own name on the roll of an open decision, in the order they will vote: not that of the roll."""
    persons = people(office, len(VOTES), f"pemilih{get_random_string(4).lower()}")
    join_in(initiative, persons)
    decision = opened(initiative, quorum=10)
    lines = {one.person_id: one for one in decision.box.roll.select_related("person__user")}
    Random(7).shuffle(persons)
    return decision, [lines[person.pk] for person in persons]


def cast_all(decision: Decision, voters: list[Elector]) -> list[str]:
    """A minute after each other, half through the API (with an Idempotency-Key), half on the page; answers their receipts."""
    page = f"/initiatives/{decision.initiative.slug}/decisions/{decision.reference}/"
    receipts = []
    for number, (voter, choice) in enumerate(zip(voters, VOTES, strict=True)):
        with clock.set_to(clock.now() + dt.timedelta(minutes=number + 1)):
            if number % 2:
                headers = {"Idempotency-Key": f"key-{number}"}
                answer = PROGRAMS[voter.pk].post(
                    f"decisions/{decision.reference}/ballots", {"choice": choice}, **headers
                )
                assert answer.status_code == 201, answer.content
                receipts.append(answer.json()["receipt"])
            else:
                browser = BROWSERS[voter.pk]
                shown = re.search(r'name="receipt" value="([\w-]+)"', browser.get(page).content.decode())
                receipts.append(shown[1])
                done = browser.post(f"{page}vote/", {"choice": choice, "receipt": shown[1]})
                assert done.status_code == 200, done.content
                assert "vote" not in done.get("Location", "")
                assert not done.cookies.get("messages")
    return receipts


PROGRAMS: dict[int, Api] = {}
BROWSERS: dict[int, Client] = {}


def sign_in(voters: list[Elector]) -> None:
    """Tokens and sessions are made before the first look, so that they are no part of what voting writes."""
    for number, voter in enumerate(voters):
        if number % 2:
            PROGRAMS[voter.pk] = Api(voter.person)
        else:
            BROWSERS[voter.pk] = Client()
            BROWSERS[voter.pk].force_login(voter.person.user)
            BROWSERS[voter.pk].get("/me/")


@pytest.mark.django_db(transaction=True)
def test_nothing_leads_from_a_voter_to_her_choice(house):
    decision, voters = house
    sign_in(voters)
    before = snapshot()
    receipts = cast_all(decision, voters)
    during = snapshot()

    # 1. Voting touches one row of the box and one line of the roll each, nothing else anywhere: no log, task, message,
    #    kept answer, session, cache or message to the page.
    touched = changes(before, during)
    columns = {
        table: {key for old, row in rows for key in row if old is None or old[key] != row[key]} - PLACE
        for table, rows in touched.items()
    }
    assert columns == TOUCHED_BY_VOTING
    assert len(touched["cocreation_box"]) == 1
    assert len(touched["cocreation_elector"]) == len(voters)
    assert AnsweredRequest.objects.count() == 0
    assert not LogEntry.objects.filter(deed__contains="ballot").exists()

    # 2. Before it closes the box says nothing, not even to who knows its transaction: the last voter's mark and the box
    #    share one, and what it wrote is sealed.
    ((_old, box),) = touched["cocreation_box"]
    assert box["xmin"] in {row["xmin"] for _old, row in touched["cocreation_elector"]}
    assert said_in(box) == set()
    assert not set(receipts) & set(re.findall(r"[\w-]+", json.dumps(during)))
    assert trails(before, during, voters) == []

    # 3. Nor afterwards: one transaction writes the opened box, the roll anew, the acts of all at one moment.
    with days(8):
        actions.close_due_decisions(by=SYSTEM)
    after = snapshot()
    assert trails(during, after, voters) == []
    assert trails(before, after, voters) == []
    closed = fresh(decision)
    assert Counter(one["choice"] for one in closed.box.ballots) == Counter(VOTES)
    acts = [row for _old, row in changes(during, after)["cocreation_act"]]
    assert len({(row["xmin"], row["at"], row["recorded_at"]) for row in acts}) == 1
    roll = [row for _old, row in changes(during, after)["cocreation_elector"]]
    assert {row["xmin"] for row in roll} == {acts[0]["xmin"]}
    lying = [row["id"] for row in sorted(roll, key=place)]
    assert (
        alike(lying, [one.pk for one in voters]) < 0.6
    )  # they lie as the roll was made, not as people voted
    assert all(actions.was_counted(closed.box, one) for one in receipts)
    assert not Message.objects.filter(context__icontains="receipt").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "leak", ["names her", "same transaction", "same moment", "same order", "list in order", "log"]
)
def test_the_walker_finds_a_leak(house, leak):
    """The control: each way in which such a system could leak, once."""
    decision, voters = house
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE leak (id bigserial PRIMARY KEY, person_id bigint, at timestamptz, words text, list jsonb)"
        )
    try:
        before = snapshot()
        for number, (voter, choice) in enumerate(zip(voters, VOTES, strict=True)):
            at = clock.now() + dt.timedelta(minutes=number + 1)
            with transaction.atomic(), clock.set_to(at), connection.cursor() as cursor:
                actions.cast_ballot(decision, choice, by=voter.person.user)
                if leak == "names her":
                    cursor.execute(
                        "INSERT INTO leak (person_id, words) VALUES (%s, %s)", [voter.person_id, choice]
                    )
                elif leak == "same transaction":
                    cursor.execute("INSERT INTO leak (words) VALUES (%s)", [choice])
                elif leak == "same moment":
                    cursor.execute("INSERT INTO leak (person_id, at) VALUES (%s, %s)", [voter.person_id, at])
                elif leak == "log":
                    log(voter.person.user, "cast_ballot", decision, office=None, choice=choice)
            if leak == "same moment":
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO leak (at, words) VALUES (%s, %s)", [at, choice])
            elif leak == "same order":
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO leak (words) VALUES (%s)", [choice])
        if leak == "list in order":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO leak (list) VALUES (%s)", [json.dumps(VOTES)])
        found = trails(before, snapshot(), voters)
        assert found
        assert all(one.startswith("core_logentry" if leak == "log" else "leak") for one in found)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE leak")


@pytest.mark.django_db
def test_no_table_points_to_a_ballot_and_the_box_has_no_time():
    """There is no row of a ballot to point to; box and roll hold no moment at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name IN "
            "('cocreation_box', 'cocreation_elector') AND (data_type LIKE 'timestamp%' OR data_type IN ('date', 'time'))"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND confrelid = 'cocreation_box'::regclass ORDER BY 1"
        )
        assert [row[0] for row in cursor.fetchall()] == ["cocreation_decision", "cocreation_elector"]
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename ~ 'ballot'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("plan", "one", "other"),
    [
        ({}, "yes", "no"),
        ({"method": "approval", "options": ["Satu", "Dua"]}, [], ["Satu", "Dua"]),
        ({"method": "score", "options": ["Satu", "Dua"]}, {}, {"Satu": 5, "Dua": 4}),
        (
            {"method": "approval", "options": [f"Pilihan nomor {n}" for n in range(20)]},
            [],
            [f"Pilihan nomor {n}" for n in range(20)],
        ),
    ],
)
def test_the_length_of_the_box_is_the_same_whatever_is_chosen(initiative, office, plan, one, other):
    persons = people(office, 5)
    join_in(initiative, persons)
    lengths = []
    for choice in (one, other):
        decision = opened(initiative, **plan)
        told = []
        for person in persons:
            actions.cast_ballot(decision, choice, by=person.user)
            told.append(len(bytes(fresh(decision).box.sealed)))
        lengths.append(told)
    assert lengths[0] == lengths[1]


@pytest.mark.django_db
def test_sectors_are_blank_where_they_could_point_at_somebody(initiative, parties, office):
    """Seven organisations of six sectors, twelve people in their own name: no sector has five ballots."""
    from tests.cocreation.ballot_stories import everybody

    parties_here = everybody(initiative, parties)
    persons = people(office, 12)
    join_in(initiative, persons)
    decision = opened(initiative, quorum=10)
    for person in [*persons, *(one.person for one in parties_here)]:
        actions.cast_ballot(decision, "yes", by=person.user)
    closed = actions.close_decision(decision, by=SYSTEM)
    box = fresh(closed).box
    assert {one["sector"] for one in box.ballots} == {""}
    assert closed.tally["sectors"] == {}


@pytest.mark.django_db
def test_a_page_with_a_ballot_or_a_receipt_is_kept_nowhere(initiative, office, enter):
    persons = people(office, 5)
    join_in(initiative, persons)
    decision = opened(initiative)
    page = f"/initiatives/{initiative.slug}/decisions/{decision.reference}/"
    browser = enter(persons[0])
    shown = browser.get(page)
    assert "no-store" in shown["Cache-Control"]
    receipt = re.search(r'name="receipt" value="([\w-]+)"', shown.content.decode())[1]
    assert receipt not in browser.get(page).content.decode()  # another one each time: nothing remembers it
    assert "data-keep" not in shown.content.decode().partition('id="ballot"')[2].partition("</form>")[0]
    done = browser.post(f"{page}vote/", {"choice": "yes", "receipt": receipt})
    assert "no-store" in done["Cache-Control"]
    assert receipt in done.content.decode()
    again = browser.post(f"{page}vote/", {"choice": "yes", "receipt": receipt})
    assert again.status_code == 200
    assert fresh(decision).box.count == 1
    assert receipt not in browser.get(page).content.decode()
