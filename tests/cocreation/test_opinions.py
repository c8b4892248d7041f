"""The mathematics of dialogue: against published conversations, by properties, and at its edges."""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from heterospace.cocreation.opinions import consensus, dividing, groups, matrix, projection, routing
from heterospace.cocreation.opinions.command import figures
from heterospace.cocreation.opinions.public_files import Broken, read, read_folder
from tests.cocreation.crowds import crowd

DATA = Path(__file__).parents[3] / "shared" / "data"


def public(name: str) -> Path:
    """A conversation published by others; it is not ours to keep in this repository."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the public conversation {name} does not lie in ../shared/data here")
    return folder


def test_the_published_consensus_of_bg2050_is_met_on_every_statement():
    folder = public("bg2050-volunteers")
    with (folder / "comments.csv").open(encoding="utf-8") as file:
        published = {
            int(row["comment-id"]): float(row["group-informed-consensus"]) for row in csv.DictReader(file)
        }
    found = figures(read_folder(folder), "published")
    assert [len(group) for group in found["groups"]] == [100, 8]
    ours = {row["id"]: row["group_informed_consensus"] for row in found["statements"]}
    assert ours.keys() == published.keys()
    assert sum(abs(ours[key] - published[key]) <= 1e-9 for key in published) == 371


def test_the_figures_of_london_are_met_and_its_groups_are_refused():
    folder = public("london.youth.policing")
    expected = json.loads((folder / "expected.reddwarf-0.4.0.json").read_text(encoding="utf-8"))
    found = figures(read_folder(folder), "gate")
    assert found["participants"] == 26
    assert found["statements_without_votes"] == expected["mod_out"] == [0, 2, 3]
    assert len(found["statements"]) == 36
    for row in found["statements"]:
        told = expected["statements"][str(row["id"])]
        for ours, theirs in (
            (row["mean"], "mean"),
            (row["loadings"][0], "pc1"),
            (row["loadings"][1], "pc2"),
            (row["extremity"], "extremity"),
            (row["priority"], "priority"),
        ):
            assert ours == pytest.approx(told[theirs], abs=1e-8), (row["id"], theirs)
    assert (found["groups"], found["refused_code"]) == (None, "too_few_people")
    assert "24 people" in found["refused"]
    assert {row["group_informed_consensus"] for row in found["statements"]} == {None}


def test_what_most_people_of_london_agree_on_and_what_is_typical_of_its_groups():
    folder = public("london.youth.policing")
    expected = json.loads((folder / "expected.reddwarf-0.4.0.json").read_text(encoding="utf-8"))
    votes = matrix.table(read_folder(folder).votes)
    agreed, rejected = consensus.majority(matrix.count(votes.values))
    ours = [votes.statements[n] for n in agreed]
    assert ours[:4] == expected["consensus"]["agree"][:4]
    assert ours[4] in {15, 16}  # a tie
    assert [votes.statements[n] for n in rejected] == expected["consensus"]["disagree"]
    group_of = {int(key): one["group"] for key, one in expected["participants"].items()}
    rows = [[n for n, key in enumerate(votes.people) if group_of[key] == group] for group in (0, 1, 2)]
    counted = consensus.by_party(votes, rows)
    for n, one in enumerate(expected["statements"].values()):
        assert consensus.informed(counted)[n] == pytest.approx(one["gic_agree"], abs=1e-8)
    for group in (0, 1, 2):
        others = matrix.count(
            votes.values[[row for other in (0, 1, 2) if other != group for row in rows[other]]]
        )
        found = [
            [votes.statements[one.column], "agree" if one.agrees else "disagree"]
            for one in consensus.typical(counted[group], others)
        ]
        assert found == expected["repness"][str(group)]


# --- properties

tables = some.integers(0, 10_000).map(lambda seed: crowd(24, 9, seed=seed, apart=0.6, camps=3))


@given(tables, some.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_nothing_depends_on_the_order_of_people_or_statements(votes, shuffled):
    triples = [
        (person, statement, int(votes.values[person, statement]))
        for person in votes.people
        for statement in votes.statements
        if not np.isnan(votes.values[person, statement])
    ]
    one = matrix.table(triples)
    shuffled.shuffle(triples)
    other = matrix.table(triples)
    assert (one.people, one.statements) == (other.people, other.statements)
    assert np.array_equal(one.values, other.values, equal_nan=True)
    rows = list(range(len(one.people)))
    shuffled.shuffle(rows)
    straight, mixed = projection.project(one), projection.project(one.rows(rows))
    assert np.allclose(straight.centre, mixed.centre, atol=1e-12)
    assert np.allclose(np.abs(straight.axes), np.abs(mixed.axes), atol=1e-7)
    assert np.allclose(straight.extremity, mixed.extremity, atol=1e-7)
    columns = list(range(len(one.statements)))
    shuffled.shuffle(columns)
    turned = projection.project(matrix.Votes(one.people, columns, one.values[:, columns]))
    assert np.allclose(straight.extremity[columns], turned.extremity, atol=1e-7)


@given(tables)
@settings(max_examples=30, deadline=None)
def test_axes_have_one_sign_and_length(votes):
    axes = projection.project(votes).axes
    for axis in axes:
        assert axis[np.abs(axis).argmax()] > 0
        assert np.linalg.norm(axis) == pytest.approx(1)
    assert abs(axes[0] @ axes[1]) < 1e-9
    flipped = projection.project(matrix.Votes(votes.people, votes.statements, -votes.values))
    assert np.allclose(flipped.axes, axes, atol=1e-7)


@given(tables, some.integers(0, 2**30))
@settings(max_examples=30, deadline=None)
def test_consensus_stays_within_its_bounds(votes, seed):
    rng = np.random.default_rng(seed)
    party = rng.integers(0, 4, len(votes.people))
    rows = [np.flatnonzero(party == one).tolist() for one in range(4)]
    product = consensus.informed(consensus.by_party(votes, rows))
    assert ((product > 0) & (product < 1)).all()
    fewer = consensus.informed(consensus.by_party(votes, rows[:3]))
    assert (product < fewer).all()  # it falls with the number of groups
    found = consensus.across_sectors(votes, {n: "abcd"[party[n]] for n in votes.people})
    heard = found.k > 0
    assert ((found.mean[heard] > 0) & (found.mean[heard] < 1)).all()
    assert np.isnan(found.mean[~heard]).all() and np.isnan(found.product[~heard]).all()
    assert (found.product[heard] <= found.mean[heard] + 1e-12).all()
    assert np.isnan(found.agree[~found.heard]).all()


def test_a_sector_with_four_votes_was_not_heard():
    votes = matrix.table(
        [(f"a{n}", 1, 1) for n in range(5)] + [(f"b{n}", 1, -1) for n in range(4)] + [("c", 1, 1)]
    )
    sectors = {key: {"a": "community", "b": "government", "c": ""}[key[0]] for key in votes.people}
    found = consensus.across_sectors(votes, sectors)
    assert found.sectors == ["community", "government"]
    assert found.heard[:, 0].tolist() == [True, False]
    assert found.product[0] == found.mean[0] == pytest.approx(6 / 7)
    more = matrix.table([*((f"a{n}", 1, 1) for n in range(5)), *((f"b{n}", 1, -1) for n in range(5))])
    heard = consensus.across_sectors(more, {key: key[0] for key in more.people})
    assert heard.k.tolist() == [2]
    assert heard.product[0] == pytest.approx(6 / 7 * 1 / 7)
    assert heard.mean[0] == pytest.approx((6 / 7 * 1 / 7) ** 0.5)


@given(some.integers(0, 400), some.integers(0, 400), some.integers(0, 400), some.floats(0, 10))
def test_priority_falls_towards_its_importance_as_votes_come(agree, disagree, passed, extremity):
    counts = matrix.Counts(*(np.array([n]) for n in (agree, disagree, passed)))
    value = projection.priority(counts, np.array([extremity]))[0]
    importance = ((1 - counts.share_pass) * (1 + extremity) * counts.share_agree)[0] ** 2
    assert importance * (1 - 1e-9) <= value <= 81 * importance * (1 + 1e-9)
    assert projection.priority(counts, np.array([extremity]), np.array([True]))[0] == 49


def test_what_was_taken_out_moves_nobody_but_keeps_its_votes():
    votes = crowd(30, 8, seed=4)
    out = np.zeros(8, dtype=bool)
    out[3] = True
    placed = projection.project(votes, out)
    assert (placed.centre[3], placed.extremity[3], *placed.axes[:, 3]) == (0, 0, 0, 0)
    assert matrix.count(votes.values).seen[3] == np.count_nonzero(~np.isnan(votes.values[:, 3]))


@pytest.mark.parametrize(
    "votes", [[], [(1, 1, 1)], [(1, 1, 1), (2, 1, 1)], [(1, 1, 1), (1, 2, -1)], [(1, 1, 0), (2, 2, 0)]]
)
def test_the_smallest_conversations_have_figures_too(votes):
    made = matrix.table(votes)
    placed = projection.project(made)
    assert np.isfinite(placed.axes).all() and np.isfinite(placed.people).all()
    assert groups.gate(made).refused == "too_few_people"
    assert dividing.through_everybody(matrix.count(made.values)) == []


# --- groups


@given(some.integers(0, 1000), some.integers(2, 49))
@settings(max_examples=25, deadline=None)
def test_the_gate_refuses_small_crowds_however_divided(seed, people):
    found = groups.gate(crowd(people, 12, seed=seed, camps=2, apart=3))
    assert (found.groups, found.refused) == (None, "too_few_people")


def test_two_camps_that_are_there_are_found_again_and_again():
    votes = crowd(120, 30, seed=3, camps=2, apart=2.5)
    found = groups.gate(votes)
    assert found.refused is None and found.agreement > 0.95
    camps = [{person % 2 for person in group} for group in found.groups]
    assert sorted(map(len, camps)) == [1, 1]
    assert groups.gate(votes) == found  # seeded


def test_one_crowd_without_camps_is_not_torn_apart():
    """k-means cuts it, and cuts it alike in every redrawn crowd; but a crowd without groups is cut as clearly."""
    for people, seed in ((80, 8), (400, 2)):
        found = groups.gate(crowd(people, 50, seed=seed))
        assert found.refused == "one_crowd"
        assert found.agreement >= groups.LEAST_AGREEMENT
        assert found.width <= found.by_chance


def test_a_handful_is_no_group():
    votes = crowd(60, 20, seed=5, seen=1.0)
    values = np.ones_like(votes.values)
    values[:4] = -1
    assert groups.gate(matrix.Votes(votes.people, votes.statements, values)).refused == "small_group"
    assert (
        groups.gate(matrix.Votes(votes.people, votes.statements, np.ones_like(values))).refused == "no_axes"
    )


def test_partitions_are_compared_without_regard_to_names():
    one = np.array([0, 0, 1, 1, 2, 2])
    assert groups.rand_index(one, np.array([2, 2, 0, 0, 1, 1])) == 1
    assert groups.rand_index(one, np.array([0, 1, 0, 1, 0, 1])) < 0.1
    assert groups.rand_index(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == pytest.approx(0.0)


# --- what divides


def test_sectors_apart_are_told_and_five_people_are_no_abyss():
    votes = [(f"a{n}", 1, 1) for n in range(12)] + [(f"b{n}", 1, -1) for n in range(12)]
    votes += [(f"a{n}", 2, 1) for n in range(12)] + [(f"b{n}", 2, 1 if n < 9 else -1) for n in range(12)]
    table = matrix.table(votes)
    across = consensus.across_sectors(table, {key: key[0] for key in table.people})
    (gap,) = dividing.between_sectors(across)
    assert (table.statements[gap.column], gap.most, gap.least) == (1, "a", "b")
    assert gap.width == pytest.approx(12 / 14)
    assert [table.statements[n] for n in dividing.through_everybody(matrix.count(table.values))] == [1]


def test_a_statement_nobody_judges_divides_nobody():
    counts = matrix.Counts(np.array([5, 5, 2]), np.array([5, 5, 2]), np.array([0, 30, 0]))
    assert dividing.split(counts).tolist() == [1.0, 4 * 25 / 1600, 0.0]


# --- routing


@given(some.lists(some.integers(1, 50), unique=True, min_size=1), some.integers(0, 2**30))
def test_routing_goes_through_everything_once(statements, seed):
    rng = random.Random(seed)
    unseen, shown = list(statements), []
    while (one := routing.draw(unseen, {key: key * 0.7 for key in statements[::2]}, rng)) is not None:
        assert one not in shown
        shown.append(one)
        unseen.remove(one)
    assert sorted(shown) == sorted(statements)


def test_routing_prefers_what_wants_to_be_shown():
    rng = random.Random(1)
    drawn = [routing.draw([1, 2, 3], {1: 8.0, 2: 0.0, 3: None}, rng) for _ in range(2000)]
    assert drawn.count(1) == pytest.approx(1600, abs=90)  # 8 of 8 + 1 + 1
    assert routing.draw([], {}, rng) is None


# --- public files

VOTES = "timestamp,datetime,comment-id,voter-id,vote\n"


def folder_of(tmp_path: Path, votes: str, comments: str | None = None, people: str | None = None) -> Path:
    for name, text in (("votes.csv", votes), ("comments.csv", comments), ("participants-votes.csv", people)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8-sig")
    return tmp_path


def test_odd_files_are_read(tmp_path):
    folder = folder_of(
        tmp_path,
        "vote,voter_id,Comment-ID,timestamp,extra\r\n1,7,2,200,x\r\n-1,7,2,300,x\r\n1,7,2,100,x\r\n,8,2,1,\r\n\r\n0,anna,10,5,\n",
        'comment-id,comment-body\n10,"two\nlines"\n2,text\n3,nobody voted\n',
        "participant,group-id\n7,0\nanna,\n99,1\n",
    )
    found = figures(read_folder(folder), "published")
    assert found["participants"] == 2
    assert [(row["id"], row["agree"], row["disagree"], row["pass"]) for row in found["statements"]] == [
        (2, 0, 1, 0),  # the latest by its time counts, not by its line
        (10, 0, 0, 1),
    ]
    assert found["groups"] == [[7]]
    assert found["statements_without_votes"] == [3]


def test_without_times_the_later_line_counts():
    assert read("comment-id,voter-id,vote\n1,1,1\n1,1,-1\n").votes[-1] == (1, 1, -1)


@pytest.mark.parametrize(
    ("votes", "says"),
    [
        ("", "no column voter-id, comment-id, vote"),
        ("a,b\n1,2\n", "no column voter-id"),
        (VOTES + "1,x,1,1,2\n", "line 2: a vote is 1, 0 or -1, not “2”"),
        (VOTES + "1,x,1,1,yes\n", "not “yes”"),
    ],
)
def test_broken_files_are_told_in_a_sentence(votes, says):
    with pytest.raises(Broken, match=says):
        read(votes)


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "heterospace", "dialogue", *arguments],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin", "DATABASE_URL": "postgresql:///none?host=/nonexistent"},
        cwd=Path(__file__).parents[2],
        check=False,
    )


def test_the_command_needs_no_database_and_no_django(tmp_path):
    folder = folder_of(
        tmp_path, VOTES + "1,x,1,1,1\n2,x,1,2,-1\n3,x,2,1,0\n", "comment-id,moderated\n1,1\n2,-1\n"
    )
    done = run(str(folder), "--groups", "gate", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["participants"] == 2
    assert found["groups"] is None and found["refused_code"] == "too_few_people"
    assert found["statements"][0]["group_informed_consensus"] is None
    table = run(str(folder))
    assert table.returncode == 0 and "No groups are shown" in table.stdout


def test_the_command_says_what_is_wrong_with_a_folder(tmp_path):
    for make, says in (
        (lambda: tmp_path / "nowhere", "There is no folder"),
        (lambda: tmp_path, "There is no votes.csv"),
        (lambda: folder_of(tmp_path, VOTES), "holds no votes"),
    ):
        done = run(str(make()))
        assert done.returncode == 2
        assert says in done.stderr and "Traceback" not in done.stderr


def test_pages_do_not_load_numpy():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); import heterospace.urls, sys; sys.exit('numpy' in sys.modules)",
        ],
        capture_output=True,
        env={"PYTHONPATH": "src:.", "PATH": "/usr/bin", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
