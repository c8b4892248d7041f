"""Counting and keeping as pure arithmetic: order does not matter, ties are ties, shares are exact, small numbers say nothing."""

import datetime as dt
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.cocreation import ballots, counting
from heterospace.cocreation.counting import Turnout, WrongChoice, count, read_choice, result_of, tally
from heterospace.cocreation.keeping import Promise, kept, wilson

OPTIONS = ["Kelas foto", "Pameran", "Pojok kopi"]
SECTORS = ["government", "msme", "community", "company", "campus", "media", ""]
yes_or_no = st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=60)
ticks = st.lists(st.sets(st.integers(0, 2)).map(sorted), min_size=1, max_size=40)
points = st.lists(
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    min_size=1,
    max_size=40,
)
ballot_boxes = st.one_of(
    st.tuples(st.just("majority"), st.just(2), yes_or_no),
    st.tuples(st.just("approval"), st.just(3), ticks),
    st.tuples(st.just("score"), st.just(3), points),
)


@given(ballot_boxes, st.randoms(use_true_random=False), st.integers(50, 99))
def test_the_order_of_ballots_does_not_matter(box, chance, bar):
    method, options, cast = box
    other = list(cast)
    chance.shuffle(other)
    assert count(method, options, cast) == count(method, options, other)
    assert result_of(method, count(method, options, cast), bar) == result_of(
        method, count(method, options, other), bar
    )


@given(ballot_boxes, st.permutations(range(3)))
def test_the_order_of_options_does_not_matter(box, order):
    method, options, cast = box
    if method == "majority":
        return
    renamed = [
        sorted(order.index(place) for place in one)
        if method == "approval"
        else [one[place] for place in order]
        for one in cast
    ]
    before, after = count(method, options, cast), count(method, options, renamed)
    assert [before.got[place] for place in order] == list(after.got)
    assert {order.index(place) for place in before.leading} == set(after.leading)


@given(ballot_boxes, st.integers(50, 99))
def test_one_more_ballot_for_what_was_chosen_never_takes_it_away(box, bar):
    method, options, cast = box
    result, chosen = result_of(method, count(method, options, cast), bar)
    if result not in ("passed", "chosen"):
        return
    more = {"majority": "yes", "approval": [chosen], "score": [5 * (place == chosen) for place in range(3)]}[
        method
    ]
    assert result_of(method, count(method, options, [*cast, more]), bar) == (result, chosen)


@given(yes_or_no, st.integers(50, 99))
def test_a_majority_passes_exactly_above_its_bar(cast, bar):
    share = Fraction(cast.count("yes"), len(cast))
    assert (result_of("majority", count("majority", 2, cast), bar)[0] == "passed") == (
        share > Fraction(bar, 100)
    )


@pytest.mark.parametrize(
    ("method", "cast", "bar", "expected"),
    [
        ("majority", ["yes"] * 5 + ["no"] * 5, 50, ("rejected", 1)),  # half is no majority
        ("majority", ["yes"] * 6 + ["no"] * 5, 50, ("passed", 0)),
        ("majority", ["yes"] * 2 + ["no"], 66, ("passed", 0)),  # two thirds are more than 66 per cent
        ("majority", ["yes"] * 2 + ["no"], 67, ("rejected", 1)),
        ("approval", [[0], [0, 1], [1], [0, 1], [0]], 50, ("chosen", 0)),
        ("approval", [[0], [0, 1], [1], [0, 1]], 50, ("tie", None)),
        ("approval", [[0], [1], [2], [0], []], 50, ("none_enough", None)),
        ("approval", [[], [], []], 50, ("none_enough", None)),
        ("score", [[5, 0, 3], [5, 4, 3], [0, 5, 3]], 50, ("chosen", 0)),
        ("score", [[5, 0, 0], [0, 5, 0]], 50, ("tie", None)),
        ("score", [[2, 1, 0], [2, 1, 0]], 50, ("none_enough", None)),
        ("score", [[3, 1, 0], [2, 1, 0]], 50, ("none_enough", None)),  # exactly half of all points
        ("score", [[0, 0, 0]], 50, ("none_enough", None)),
    ],
)
def test_results_by_hand(method, cast, bar, expected):
    assert result_of(method, count(method, 2 if method == "majority" else 3, cast), bar) == expected


@pytest.mark.parametrize(
    ("method", "given_", "kept_as"),
    [
        ("majority", "yes", "yes"),
        ("majority", "no", "no"),
        ("approval", ["Pameran", "Kelas foto"], [0, 1]),
        ("approval", ["Pameran", "Pameran"], [1]),
        ("approval", [], []),
        ("score", {"Pameran": 5, "Kelas foto": 0}, [0, 5, 0]),
        ("score", {}, [0, 0, 0]),
    ],
)
def test_choices_are_kept_in_their_smallest_form(method, given_, kept_as):
    assert read_choice(method, OPTIONS, given_) == kept_as


@pytest.mark.parametrize(
    ("method", "given_"),
    [
        ("majority", "Yes"), ("majority", True), ("majority", ["yes"]), ("majority", None), ("majority", "maybe"),
        ("approval", "Pameran"), ("approval", ["Lain"]), ("approval", [0]), ("approval", {"Pameran": 1}), ("approval", [["Pameran"]]),
        ("score", {"Pameran": 6}), ("score", {"Pameran": -1}), ("score", {"Pameran": True}), ("score", {"Pameran": 2.5}),
        ("score", {"Pameran": "5"}), ("score", {"Lain": 3}), ("score", ["Pameran"]), ("consent", "yes"),
    ],
)  # fmt: skip
def test_what_is_not_on_the_ballot_is_no_choice(method, given_):
    with pytest.raises(WrongChoice):
        read_choice(method, OPTIONS, given_)


@given(st.integers(0, 500), st.integers(1, 100))
def test_a_quorum_is_met_from_the_first_whole_voter_above_it(roll, quorum):
    needed = counting.votes_needed(roll, quorum)
    assert Fraction(needed) >= Fraction(roll * quorum, 100) > Fraction(needed - 1)


def test_what_is_missing_of_a_quorum_is_said_of_all_and_by_sector():
    turnout = Turnout({"msme": 10, "community": 6, "": 4}, {"msme": 6, "community": 1})
    assert turnout.lacks(35, {"msme": 6, "community": 1}) == (False, [])
    assert turnout.lacks(36, {}) == (True, [])
    assert turnout.lacks(35, {"community": 2, "msme": 7, "campus": 1}) == (
        False,
        ["campus", "community", "msme"],
    )


def box_of(**sectors: list) -> list[dict]:
    return [{"choice": one, "sector": sector} for sector, cast in sectors.items() for one in cast]


def voted(cast: list[dict]) -> Turnout:
    counts = Counter(one["sector"] for one in cast)
    return Turnout(dict(counts), dict(counts))


def test_the_minority_report_names_sectors_of_five_ballots_that_would_have_decided_otherwise():
    cast = box_of(
        msme=["yes"] * 12, community=["no"] * 4 + ["yes"], campus=["no"] * 4, company=["yes"] * 3 + ["no"] * 2
    )
    said = tally("majority", 2, cast, voted(cast), quorum=50, of_sectors={}, passes_above=50)
    assert (said.result, said.got) == ("passed", [16, 10])
    assert said.minority == ["community"]
    assert said.sectors == {
        "community": [1, 4],
        "company": [3, 2],
        "msme": [12, 0],
    }  # four of campus say nothing apart


def test_a_sector_that_is_evenly_split_is_in_no_minority():
    cast = box_of(msme=["yes"] * 9, community=["no"] * 3 + ["yes"] * 3)
    assert tally("majority", 2, cast, voted(cast), quorum=1, of_sectors={}, passes_above=50).minority == []


def test_the_minority_of_an_approval_has_another_favourite():
    cast = box_of(msme=[[0]] * 8, community=[[1], [1], [1, 0], [1], [1]])
    said = tally("approval", 3, cast, voted(cast), quorum=1, of_sectors={}, passes_above=50)
    assert (said.result, said.chosen, said.minority) == ("chosen", 0, ["community"])


def test_a_missed_quorum_chooses_nothing_and_has_no_minority():
    cast = box_of(msme=["yes"] * 9, community=["no"] * 6)
    turnout = Turnout({"msme": 20, "community": 20}, {"msme": 9, "community": 6})
    missed = tally("majority", 2, cast, turnout, quorum=50, of_sectors={}, passes_above=50)
    assert (missed.result, missed.chosen, missed.minority, missed.got) == ("no_quorum", None, [], [9, 6])
    missed = tally("majority", 2, cast, turnout, quorum=10, of_sectors={"community": 7}, passes_above=50)
    assert (missed.result, missed.lacking) == ("sector_quorum", ["community"])


@pytest.mark.parametrize(
    ("objections", "came", "expected"),
    [(0, 6, "agreed"), (0, 4, "no_quorum"), (1, 6, "objections"), (1, 4, "objections")],
)
def test_consent_needs_the_quorum_and_no_open_objection(objections, came, expected):
    turnout = Turnout({"msme": 10}, {"msme": came})
    said = counting.consent({"consent": came}, objections, turnout, quorum=50, of_sectors={})
    assert said.result == expected
    assert said.is_decided == (expected == "agreed")


# --- the box as bytes


def test_a_box_gives_back_what_was_put_in_and_only_to_its_own_number(settings):
    cast = box_of(msme=["yes"] * 3, community=["no"] * 2)
    sealed = ballots.seal(7, cast)
    inside, size = ballots.unseal(7, sealed)
    assert (Counter(map(str, inside)), size) == (Counter(map(str, cast)), ballots.ORDINARY)
    for box, changed in (
        (8, sealed),
        (7, sealed[:-1]),
        (7, sealed[:20] + b"x" + sealed[21:]),
        (7, b""),
        (7, b"\x01"),
    ):
        with pytest.raises(ballots.Unreadable):
            ballots.unseal(box, changed)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert len(ballots.unseal(7, sealed)[0]) == 5
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ballots.Unreadable):
        ballots.unseal(7, sealed)


@given(st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.sampled_from(SECTORS)), max_size=20))
def test_the_length_of_a_box_tells_its_number_and_nothing_else(cast):
    sealed = ballots.seal(1, [{"choice": choice, "sector": sector} for choice, sector in cast])
    assert len(sealed) == 3 + 12 + 16 + ballots.ORDINARY * len(cast)
    for word in (b"yes", b"choice", b"community"):
        assert word not in sealed


def test_the_same_ballots_never_look_the_same_twice():
    cast = box_of(msme=["yes"] * 4)
    assert len({ballots.seal(1, cast) for _time in range(50)}) == 50


def test_the_room_of_a_ballot_fits_the_largest_choice():
    longest = [5] * 20
    size = ballots.size_for(longest)
    assert size % 64 == 0
    assert ballots.unseal(1, ballots.seal(1, [{"choice": longest, "sector": "government"}], size))[1] == size
    with pytest.raises(ballots.TooLarge):
        ballots.seal(1, [{"choice": "x" * 200, "sector": ""}])
    with pytest.raises(ballots.TooLarge):
        ballots.size_for("x" * 5000)


def test_the_order_in_a_box_is_drawn_anew_with_every_ballot():
    """Where the last ballot lies is even over all places: chi-square with 7 degrees of freedom, 1 in a million."""
    places, rounds = Counter(), 800
    for _round in range(rounds):
        inside: list[dict] = []
        for number in range(8):
            inside = ballots.unseal(1, ballots.seal(1, [*inside, {"choice": number, "sector": ""}]))[0]
        places[[one["choice"] for one in inside].index(7)] += 1
    assert sum((places[place] - rounds / 8) ** 2 / (rounds / 8) for place in range(8)) < 42.7


@given(st.dictionaries(st.sampled_from(SECTORS), st.integers(1, 12)))
def test_a_table_never_shows_whose_a_small_group_of_ballots_is(voters):
    """Of what lies there without a sector nobody can say that it is of one sector, nor of fewer than five people."""
    cast = [
        {"choice": f"{sector}{n}", "sector": sector}
        for sector, count_ in voters.items()
        for n in range(count_)
    ]
    shown = ballots.laid_out(cast, voters)
    assert Counter(one["choice"] for one in shown) == Counter(one["choice"] for one in cast)
    named = Counter(one["sector"] for one in shown if one["sector"])
    assert all(n >= 5 for n in named.values())
    blank = {sector: n for sector, n in voters.items() if sector not in named}
    if any(n < 5 for n in blank.values()) and named:
        assert len(blank) >= 2
        assert sum(blank.values()) >= 5


def test_receipts_are_read_as_people_type_them():
    receipt = ballots.new_receipt()
    assert ballots.is_receipt(receipt)
    assert len(ballots.tidy(receipt)) == 12
    assert ballots.digest_of(3, receipt) == ballots.digest_of(3, f" {receipt.lower().replace('-', ' ')} ")
    assert ballots.digest_of(3, receipt) != ballots.digest_of(4, receipt)
    assert not ballots.is_receipt("7K3M-Q9TX")
    assert not ballots.is_receipt("A" * 65)


# --- promises kept

TODAY = dt.date(2026, 11, 21)


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


@pytest.mark.parametrize(
    ("promise", "counts", "was_kept"),
    [
        (Promise(day(-1), "confirmed", day(-1)), True, True),
        (Promise(day(-1), "confirmed", day(0)), True, False),  # a day late
        (Promise(day(-1), "delivered", day(-1)), True, False),  # waits for its receiver
        (Promise(day(-1), "broken"), True, False),
        (Promise(day(-1), "due"), True, False),  # not yet noticed by the clock
        (Promise(day(0), "due"), False, False),  # has until midnight
        (Promise(day(0), "confirmed", day(-3)), True, True),
        (Promise(day(1), "confirmed", day(-3)), False, True),  # early: counts from its day on
        (Promise(day(1), "due"), False, False),  # renegotiated in time: not before its new day
        (Promise(day(1), "due", None, True), True, False),  # renegotiated too late
        (Promise(day(-1), "confirmed", day(-2), True), True, False),
        (Promise(day(-1), "released"), False, False),
    ],
)
def test_when_a_promise_is_due_and_when_it_was_kept(promise, counts, was_kept):
    assert (promise.counts_on(TODAY), promise.was_kept) == (counts, was_kept)


def test_below_five_due_nothing_is_told():
    four = kept([Promise(day(-1), "confirmed", day(-2))] * 4, TODAY)
    assert (four.due, four.kept, four.rate, four.interval, four.percent, four.low, four.high) == (
        4,
        4,
        *[None] * 5,
    )
    five = kept([Promise(day(-1), "confirmed", day(-2))] * 4 + [Promise(day(-1), "broken")], TODAY)
    assert (five.rate, five.percent) == (0.8, 80)
    assert five.interval == pytest.approx((0.3755, 0.9638), abs=1e-4)  # Wilson, 4 of 5


def test_what_waits_and_what_is_to_come_is_told_beside_it():
    told = kept(
        [
            Promise(day(-1), "delivered", day(-1)),
            Promise(day(5), "delivered", day(0)),
            Promise(day(5), "due"),
            Promise(day(-9), "released"),
        ],
        TODAY,
    )
    assert (told.due, told.kept, told.waiting, told.coming) == (1, 0, 1, 2)


promises = st.lists(
    st.builds(
        Promise,
        st.integers(-20, 20).map(day),
        st.sampled_from(["due", "delivered", "confirmed", "broken", "released"]),
        st.integers(-20, 0).map(day),
        st.booleans(),
    ),
    max_size=30,
)


@given(promises, st.randoms(use_true_random=False))
def test_a_rate_does_not_depend_on_the_order_and_stays_a_share(listed, chance):
    other = list(listed)
    chance.shuffle(other)
    told = kept(listed, TODAY)
    assert told == kept(other, TODAY)
    assert 0 <= told.kept <= told.due <= len(listed)
    if told.is_shown:
        low, high = told.interval
        assert 0 <= low <= told.rate <= high <= 1


@given(promises)
def test_renegotiating_in_time_takes_a_promise_out_until_its_new_day(listed):
    moved = [Promise(day(9), "due")] * 3
    assert kept([*listed, *moved], TODAY).due == kept(listed, TODAY).due
    assert kept([*listed, *moved], day(10)).due == kept(listed, day(10)).due + 3


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_interval_as_published(successes, of, low, high):
    """The last row is Newcombe's example (Statistics in Medicine 17, 1998, table I)."""
    assert wilson(successes, of) == pytest.approx((low, high), abs=5e-5)


def test_chance_is_seeded_here_only():
    assert isinstance(ballots.DRAW, random.SystemRandom)
