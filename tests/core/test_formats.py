"""Dates, times, money and names as people here write them."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from heterospace.core import formats, grids

NINE = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)  # 09.00 in Semarang
NOON = NINE + dt.timedelta(hours=3)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", ("Sabtu, 21 November 2026", "09.00-12.00 WIB", "Rp1.250.000", "Sab, 21 Nov")),
        ("en", ("Saturday, 21 November 2026", "09:00-12:00 WIB", "Rp1,250,000", "Sat, 21 Nov")),
    ],
)
def test_both_languages(language: str, expected: tuple[str, ...]) -> None:
    with translation.override(language):
        assert (
            formats.date_long(NINE), formats.time_range(NINE, NOON), formats.rupiah(1_250_000), formats.date_short(NINE)
        ) == expected  # fmt: skip


def test_zones_and_midnight() -> None:
    with translation.override("id"):
        assert formats.time_range(NINE, NOON, "Asia/Makassar") == "10.00-13.00 WITA"
        assert formats.time_range(NINE, NOON, "Asia/Jayapura") == "11.00-14.00 WIT"
        evening = dt.datetime(2026, 11, 21, 13, 0, tzinfo=dt.UTC)
        assert formats.time_range(evening, evening + dt.timedelta(hours=4)) == "20.00-24.00 WIB"
        two_days = formats.time_range(evening, evening + dt.timedelta(days=1))
        assert two_days == "Sab, 21 Nov 20.00 - Min, 22 Nov 20.00 WIB"
        assert (
            formats.when(evening, evening + dt.timedelta(hours=4))
            == "Sabtu, 21 November 2026, 20.00-24.00 WIB"
        )


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Bu Sari", "S"),
        ("Sari Wulandari", "SW"),
        ("Pak Hendro Susilo", "HS"),
        ("ꦱꦫꦶ", "ꦱ"),
        ("🙂", "·"),
        ("", "·"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_a_week_places_half_hours() -> None:
    day = grids.DayInput(
        dt.date(2026, 11, 23), [grids.Block(570, 660, "taken"), grids.Block(540, 570, "free", url="/x")]
    )
    week = grids.week([day], 540, 1080)
    assert [(b.row, b.span, b.time) for b in week.days[0].blocks] == [
        (1, 1, "09.00-09.30"),
        (2, 3, "09.30-11.00"),
    ]
    assert [h.label for h in week.hours][:2] == ["09.00", "10.00"]
    assert week.days[0].free_count == 1


def test_odd_minutes_are_rounded_outwards_and_late_blocks_widen_the_frame() -> None:
    week = grids.week(
        [
            grids.DayInput(
                dt.date(2026, 11, 23), [grids.Block(555, 615, "taken"), grids.Block(1380, 1440, "mine")]
            )
        ]
    )
    assert [(b.row, b.span) for b in week.days[0].blocks] == [(1, 3), (29, 2)]


def test_a_board_stacks_what_meets_and_never_what_only_touches() -> None:
    blocks = [
        grids.Block(540, 720, "a"),
        grids.Block(600, 840, "b"),
        grids.Block(720, 780, "c"),
        grids.Block(765, 790, "d"),
    ]
    touching = [grids.Block(540, 583, "a"), grids.Block(583, 586, "b"), grids.Block(600, 660, "c")]
    board = grids.board([("Maneka", blocks), ("Studio", []), ("Bilik", touching)], 540, 1080, now=625)
    assert [row.lanes for row in board.rows] == [3, 1, 1]
    assert [(one.row, one.span) for one in board.rows[0].blocks] == [(1, 12), (5, 16), (13, 4), (16, 2)]
    assert [(one.row, one.span) for one in board.rows[2].blocks] == [(1, 3), (4, 1), (5, 4)]
    assert [hour.label for hour in board.hours if hour.is_now] == ["10.00"]
    assert (board.now, board.minutes) == (85, 540)


def test_a_board_before_its_first_hour_has_no_now() -> None:
    assert grids.board([("Maneka", [])], 540, 1080, now=120).now is None


@given(
    st.lists(
        st.tuples(st.integers(0, 1435), st.integers(1, 600)).map(
            lambda one: grids.Block(one[0], min(1440, sum(one)), "a")
        ),
        max_size=20,
    )
)
def test_every_block_of_a_board_stays_on_it(blocks: list[grids.Block]) -> None:
    board = grids.board([("Maneka", blocks)])
    row = board.rows[0]
    assert len(row.blocks) == len(blocks)
    assert all(
        one.row >= 1 and one.span >= 1 and (one.row + one.span - 1) * 15 <= board.minutes
        for one in row.blocks
    )
    assert 1 <= row.lanes <= max(1, len(blocks))
