"""What a text changes, word by word, and two people's changes in one text; and how a promise of answers was kept."""

import datetime as dt
import time

from hypothesis import given
from hypothesis import strategies as st

from heterospace.cocreation.answering import Asked, figure
from heterospace.cocreation.differences import merge, shortened, words

OLD = "Kelas malam untuk usaha rintisan. Dua kali sebulan.\n\nMentor dari kampus."
TEXTS = st.lists(
    st.sampled_from(["kelas", "malam", "usaha", "mentor", "dua", "\n\n", "kampus."]), max_size=20
).map(" ".join)


def told(parts):
    return [(part.kind, part.text.strip()) for part in parts if part.kind != "same"]


def test_it_says_which_words_are_taken_out_and_put_in():
    new = OLD.replace("malam", "malam dan sore").replace("Dua", "Tiga") + "\n\nGratis."
    assert told(words(OLD, new)) == [("in", "dan sore"), ("out", "Dua"), ("in", "Tiga"), ("in", "Gratis.")]


def test_a_new_paragraph_is_seen_as_one():
    new = OLD.replace("sebulan.\n\n", "sebulan.\n\nDi Semarang.\n\n")
    assert told(words(OLD, new)) == [("in", "Di Semarang.")]


@given(TEXTS, TEXTS)
def test_same_and_out_are_the_old_words_same_and_in_the_new_ones(old, new):
    parts = words(old, new)
    assert "".join(part.text for part in parts if part.kind != "out").split() == new.split()
    assert "".join(part.text for part in parts if part.kind != "in").split() == old.split()


@given(TEXTS, TEXTS)
def test_putting_together_with_no_change_is_the_change(old, new):
    assert merge(old, old, new) == new
    assert merge(old, new, old) == new
    assert merge(old, new, new) == new


def test_changes_that_do_not_meet_are_put_together_whoever_came_first():
    mine, other = OLD.replace("malam", "sore"), OLD.replace("kampus", "bank")
    both = OLD.replace("malam", "sore").replace("kampus", "bank")
    assert merge(OLD, mine, other) == merge(OLD, other, mine) == both
    longer = OLD + " Setiap Sabtu."
    assert merge(OLD, mine, longer) == longer.replace("malam", "sore")


def test_changes_of_the_same_words_are_left_to_people():
    assert merge(OLD, OLD.replace("Dua", "Tiga"), OLD.replace("Dua", "Empat")) is None
    assert merge(OLD, OLD.replace("Dua kali", "Sekali"), OLD.replace("sebulan", "setahun")) is None


def test_long_texts_without_end_are_compared_in_no_time():
    began = time.perf_counter()
    words("a " * 4000, "b a " * 2000)
    words("a\n" * 4000, "b\na\n" * 2000)
    assert time.perf_counter() - began < 1


def test_what_is_the_same_is_left_out_but_for_the_words_beside_a_change():
    long = " ".join(f"kata{n}" for n in range(200))
    parts = shortened(words(long, long.replace("kata100 ", "baru ")), around=3)
    assert [part.kind for part in parts] == ["gap", "same", "out", "in", "same", "gap"]
    assert parts[1].text.split() == ["kata97", "kata98", "kata99"]


# answering

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def day(n):
    return NOW + dt.timedelta(days=n)


def asked(made, answered=None, promise=10):
    return Asked(day(made), day(made + promise), None if answered is None else day(answered))


def test_unanswered_past_its_day_counts_against_the_promise_for_ever():
    kept = figure([asked(-30, -25), asked(-30, -15), asked(-100), asked(-5)], NOW)
    assert (kept.due, kept.in_time, kept.late, kept.overdue, kept.waiting) == (3, 1, 1, 1, 1)
    assert kept.percent == 33


def test_the_median_keeps_in_what_still_waits():
    assert figure([asked(-30, -28), asked(-30, -26), asked(-30, -20)], NOW).median_days == 4.0
    assert figure([asked(-30, -28), asked(-30), asked(-30)], NOW).median_days is None
    # Kaplan-Meier by hand: answered after 2 days (3/4 wait on), 3 days later one has waited only 3 and leaves,
    # answered after 6 (3/8 wait on): the middle is 6
    assert figure([asked(-30, -28), asked(-3), asked(-30, -24), asked(-30)], NOW).median_days == 6.0


def test_nothing_asked_says_nothing():
    kept = figure([], NOW)
    assert (kept.share, kept.percent, kept.median) == (None, None, None)
