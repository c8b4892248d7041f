"""The index of the public service survey against figures worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.questionnaires.enums import Element
from heterospace.questionnaires.skm import BUILT_IN, grade_of, index_of, skm

# Four visitors. By hand: the sums of the nine columns and their means (NRR), each over 4 people.
VISITORS = [
    (4, 3, 3, 4, 3, 4, 4, 3, 3),
    (3, 3, 2, 4, 3, 3, 4, 3, 2),
    (4, 4, 3, 4, 3, 4, 4, 2, 3),
    (3, 3, 3, 3, 4, 3, 3, 3, 3),
]
MEANS = (3.5, 3.25, 2.75, 3.75, 3.25, 3.5, 3.75, 2.75, 2.75)  # add up to 29.25; / 9 = 3.25; × 25 = 81.25


def sums(rows):
    return {element: (sum(row[place] for row in rows), len(rows)) for place, element in enumerate(Element)}


def test_four_visitors_worked_out_by_hand():
    found = skm(4, sums(VISITORS), threshold=3)
    assert [score.mean for score in found.scores] == list(MEANS)
    assert (found.index, found.grade, found.n) == (Decimal("81.25"), "B", 4)
    assert [score.index for score in found.scores][:2] == [87.5, 81.25]


def test_the_grades_of_permen_panrb_14_2017():
    edges = {
        "100": "A", "88.31": "A", "88.30": "B", "76.61": "B", "76.60": "C", "65.00": "C", "64.99": "D", "25.00": "D",
    }  # fmt: skip
    assert {index: grade_of(Decimal(index)) for index in edges} == edges


def test_the_index_is_rounded_before_it_is_graded():
    # 795 points of 900 answers: 88.3333 is written 88.33 and is an A; 88.305 is written 88.31
    assert index_of({Element.U1: (17661, 5000)}) == Decimal("88.31")
    assert grade_of(Decimal("88.31")) == "A"


@given(st.lists(st.tuples(*[st.integers(1, 4)] * 9), min_size=1, max_size=40))
def test_the_index_lies_between_25_and_100_and_grows_with_better_answers(rows):
    index = index_of(sums(rows))
    assert Decimal(25) <= index <= Decimal(100)
    better = [tuple(min(4, value + 1) for value in row) for row in rows]
    assert index_of(sums(better)) >= index
    assert index_of(sums(rows * 2)) == index  # how many say it changes nothing


def test_below_the_threshold_there_is_nothing_but_the_count():
    found = skm(4, sums(VISITORS), threshold=5)
    assert (found.n, found.index, found.grade, list(found.scores), found.enough) == (4, None, "", [], False)


def test_nobody_is_not_zero():
    assert skm(0, {}, threshold=1).index is None
    with pytest.raises(ValueError, match="Nobody"):
        index_of({})


def test_each_element_has_words_and_four_answers_in_both_languages():
    from django.utils import translation

    assert list(BUILT_IN) == list(Element)
    told = {}
    for language in ("id", "en"):
        with translation.override(language):
            told[language] = [
                (str(one.text), *[str(label) for label in one.labels]) for one in BUILT_IN.values()
            ]
            assert all(len({*row}) == 5 for row in told[language])
    assert all(ours != theirs for ours, theirs in zip(told["id"], told["en"], strict=True))
    assert told["id"][3][1:] == ("Sangat mahal", "Cukup mahal", "Murah", "Gratis")
