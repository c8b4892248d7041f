"""Conditions, required answers and every kind of answer, through the form and through the API's way alike."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Invalid, Refused
from heterospace.questionnaires import actions, engine
from heterospace.questionnaires.forms import form_for
from heterospace.questionnaires.models import Question, Questionnaire

from .houses import registration


def question(pk, key, kind, shown_if=None, values=(), required=False, options=()):
    return Question(
        pk=pk,
        key=key,
        kind=kind,
        text=key,
        shown_if_id=shown_if,
        shown_values=list(values),
        required=required,
        options=list(options),
    )


CHAIN = [
    question(1, "naik", "one", required=True, options=["Motor", "Bus"]),
    question(2, "dari", "text", shown_if=1, values=["Bus"], required=True),
    question(3, "jemput", "yes_no", shown_if=1, values=["Bus"]),
    question(4, "jam", "text", shown_if=3, values=["yes"], required=True),
]


def test_who_comes_by_motorbike_is_not_asked_about_the_bus():
    assert engine.check(CHAIN, {"naik": "Motor"}) == ({"naik": "Motor"}, {})


def test_who_comes_by_bus_must_say_from_where():
    assert engine.check(CHAIN, {"naik": "Bus"}) == ({"naik": "Bus"}, {"dari": "required"})


def test_what_is_not_asked_is_not_kept_even_when_it_was_sent():
    sent = {"naik": "Motor", "dari": "Ungaran", "jemput": True, "jam": "9"}
    assert engine.check(CHAIN, sent) == ({"naik": "Motor"}, {})


def test_a_condition_of_a_condition_is_followed():
    sent = {"naik": "Bus", "dari": "Ungaran", "jemput": "yes"}
    assert engine.check(CHAIN, sent)[1] == {"jam": "required"}
    assert engine.check(CHAIN, {**sent, "jemput": "no", "jam": "9"})[0] == {
        "naik": "Bus",
        "dari": "Ungaran",
        "jemput": False,
    }


VALUES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=5), st.integers(), st.sampled_from(["Bus", "yes"])
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(["naik", "dari", "jemput", "jam"]), VALUES))
def test_a_hidden_question_is_never_demanded_and_never_kept(sent):
    cleaned, errors = engine.check(CHAIN, sent)
    if cleaned.get("naik") != "Bus":
        assert not {"dari", "jemput", "jam"} & (set(cleaned) | set(errors))
    if cleaned.get("jemput") is not True:
        assert "jam" not in cleaned and "jam" not in errors
    if not errors:
        assert engine.check(CHAIN, cleaned) == (cleaned, {})  # what was kept can be meant


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("text", "  batik tulis ", "batik tulis"),
        ("long", "satu\r\ndua", "satu\ndua"),
        ("one", "Bus", "Bus"),
        ("several", ["Bus", "Motor"], ["Motor", "Bus"]),
        ("several", "Bus", ["Bus"]),
        ("several", [], None),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
        ("yes_no", "tidak", False),
        ("number", "1,5", 1.5),
        ("number", 12, 12),
        ("number", "012", 12),
        ("date", "2026-11-21", "2026-11-21"),
        ("date", dt.date(2026, 11, 21), "2026-11-21"),
        ("scale4", "4", 4),
        ("scale5", 5, 5),
        ("text", "   ", None),
    ],
)
def test_every_kind_of_answer_is_kept_in_one_way(kind, sent, kept):
    assert engine.clean(question(1, "x", kind, options=["Motor", "Bus"]), sent) == kept


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        ("text", "x" * 301, "too_long"),
        ("text", 5, "not_text"),
        ("one", "Kereta", "not_an_option"),
        ("one", ["Bus"], "not_an_option"),
        ("several", ["Bus", "Kereta"], "not_an_option"),
        ("several", {"Bus": 1}, "not_an_option"),
        ("yes_no", "mungkin", "not_yes_or_no"),
        ("yes_no", 7, "not_yes_or_no"),
        ("number", "banyak", "not_a_number"),
        ("number", True, "not_a_number"),
        ("number", "NaN", "not_a_number"),
        ("number", "1e30", "not_a_number"),
        ("date", "21/11/2026", "not_a_date"),
        ("date", "0001-01-01", "not_a_date"),
        ("date", 5, "not_a_date"),
        ("scale4", 5, "off_scale"),
        ("scale4", 0, "off_scale"),
        ("scale5", "2.5", "off_scale"),
        ("scale5", "lima", "not_a_number"),
    ],
)
def test_what_cannot_be_meant_has_a_stable_code(kind, sent, code):
    with pytest.raises(engine.Wrong, match=code):
        engine.clean(question(1, "x", kind, options=["Motor", "Bus"]), sent)


def test_a_program_is_told_each_field_and_code(office):
    with pytest.raises(Invalid) as refusal:
        engine.check_answers(registration(office), {"naik": "Bus", "warna": "merah"})
    assert refusal.value.code == "answers"
    assert refusal.value.extra["codes"] == {"dari": "required", "warna": "unknown_question"}
    assert set(refusal.value.fields) == {"dari", "warna"}


def test_a_form_asks_the_same_engine(office):
    asked = registration(office)
    form = form_for(asked, {"q-naik": "Bus", "q-jemput": "yes"}, prefix="q")
    assert not form.is_valid()
    assert {key: [error.code for error in found] for key, found in form.errors.as_data().items()} == {
        "dari": ["required"],
        "jam": ["required"],
    }
    good = form_for(asked, {"q-naik": "Motor", "q-dari": "Ungaran"}, prefix="q")
    assert good.is_valid() and good.answers == {"naik": "Motor"}


def test_a_form_says_without_a_script_when_a_question_counts(office):
    form = form_for(registration(office))
    assert "Datang naik apa?" in str(form.fields["dari"].only_if) and "Bus" in str(
        form.fields["dari"].only_if
    )
    assert form.fields["dari"].widget.attrs["data-shown-if"] == "naik"


def test_named_answers_are_kept_once_and_may_be_given_anew(office, sari):
    asked = registration(office)
    first = actions.save_answers(asked, {"naik": "Motor"}, by=sari.user, person=sari, subject="event:batik")
    with pytest.raises(Refused) as refusal:
        actions.save_answers(asked, {"naik": "Bus"}, by=sari.user, person=sari, subject="event:batik")
    assert refusal.value.code == "already_answered"
    later = actions.save_answers(
        asked,
        {"naik": "Bus", "dari": "Ungaran", "jemput": False},
        by=sari.user,
        person=sari,
        subject="event:batik",
        replace=True,
    )
    assert not type(first).objects.filter(pk=first.pk).exists()
    assert {row.question.key: row.value for row in later.answers.all()} == {
        "naik": "Bus",
        "dari": "Ungaran",
        "jemput": False,
    }


def test_a_closed_questionnaire_takes_nothing(office, sari):
    asked = actions.close_questionnaire(registration(office), by=SYSTEM)
    with pytest.raises(Refused) as refusal:
        actions.save_answers(asked, {"naik": "Motor"}, by=sari.user, person=sari)
    assert refusal.value.code == "not_open"


def test_a_new_version_takes_over_the_addresses(office, semarang):
    asked = actions.make_questionnaire(office, by=SYSTEM, title="Saran", purpose="feedback", hub=semarang)
    actions.add_question(asked, by=SYSTEM, text="Suka?", kind="yes_no", key="suka")
    actions.add_question(
        asked, by=SYSTEM, text="Kenapa tidak?", kind="long", shown_if="suka", shown_values=["no"]
    )
    asked = actions.open_questionnaire(asked, by=SYSTEM)
    link = actions.link_to(asked, by=SYSTEM, subject="event:batik", hub=semarang, title="Hari Batik")
    copy = actions.copy_questionnaire(asked, by=SYSTEM)
    assert [one.shown_if.key if one.shown_if else "" for one in copy.questions.all()] == ["", "suka"]
    actions.open_questionnaire(copy, by=SYSTEM)
    link.refresh_from_db()
    assert link.questionnaire == copy
    assert Questionnaire.objects.get(pk=asked.pk).state == "closed"
