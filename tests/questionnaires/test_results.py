"""What may be seen of answers: thresholds, what is left out, hubs and quarters; and what is never kept."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import AnsweredRequest, LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import personal_data
from heterospace.members.actions import merge_people, register_person
from heterospace.questionnaires import actions, queries
from heterospace.questionnaires.models import Answer, Question, Submission
from tests.cast import SATURDAY_NINE

from .houses import named_feedback, registration, survey, tell


def test_nothing_is_shown_of_four_people(office, semarang):
    asked = survey(office)
    for _n in range(4):
        tell(asked, 4, hub=semarang, comment="AC panas")
    few = queries.results(asked)
    assert (few.n, few.enough, few.why, few.questions) == (4, False, "few", [])
    tell(asked, 3, hub=semarang)
    told = queries.results(asked)
    assert told.enough and told.n == 5
    first, comment = told.questions[0], told.questions[-1]
    assert [(one.value, one.n) for one in first.counts] == [("1", 0), ("2", 0), ("3", 1), ("4", 4)]
    assert first.mean == 3.8
    assert (comment.enough, comment.texts, comment.n) == (False, [], 4)  # only four wrote something


def test_a_choice_that_leaves_out_fewer_is_not_shown_either(office, semarang, solo):
    asked = survey(office)
    for _n in range(8):
        tell(asked, 4, hub=semarang)
    for _n in range(2):
        tell(asked, 1, hub=solo)
    assert queries.results(asked).n == 10
    assert queries.results(asked, hub=semarang).why == "rest"  # all but Solo's two
    assert queries.results(asked, hub=solo).why == "few"
    for _n in range(3):
        tell(asked, 1, hub=solo)
    assert queries.results(asked, hub=semarang).enough and queries.results(asked, hub=solo).enough


def test_texts_come_in_no_order(office, semarang):
    asked = survey(office)
    said = [f"Saran {n}" for n in range(40)]
    for text in said:
        tell(asked, 3, hub=semarang, comment=text)
    found = queries.results(asked).questions[-1].texts
    assert sorted(found) == sorted(said)
    assert found != said


def test_several_and_yes_no_and_numbers_are_counted(office):
    asked = actions.make_questionnaire(office, by=SYSTEM, title="Acara", purpose="feedback", threshold=3)
    for key, kind, options in (
        ("hobi", "several", ["Batik", "Kopi"]), ("lagi", "yes_no", []), ("usia", "number", []), ("tgl", "date", []),
    ):  # fmt: skip
        actions.add_question(asked, by=SYSTEM, text=key, key=key, kind=kind, options=options)
    asked = actions.open_questionnaire(asked, by=SYSTEM)
    for told in (
        {"hobi": ["Batik", "Kopi"], "lagi": True, "usia": 20, "tgl": "2026-11-21"},
        {"hobi": ["Kopi"], "lagi": True, "usia": 25.5, "tgl": "2026-11-20"},
        {"hobi": ["Kopi"], "lagi": False, "usia": 30, "tgl": "2026-11-21"},
    ):
        actions.save_answers(asked, told, by=SYSTEM)
    hobby, again, age, day = queries.results(asked).questions
    assert [(one.value, one.n) for one in hobby.counts] == [("Batik", 1), ("Kopi", 3)]
    assert hobby.counts[1].share == 1
    assert [(one.value, one.n) for one in again.counts] == [("yes", 2), ("no", 1)]
    assert round(age.mean, 2) == 25.17
    assert [(one.value, one.n) for one in day.counts] == [("2026-11-20", 1), ("2026-11-21", 2)]


def test_the_index_by_subject_hub_and_quarter(office, semarang, solo, twin_hub):
    asked = survey(office)
    with clock.set_to(SATURDAY_NINE - dt.timedelta(days=90)):  # 23 August: the quarter before
        for _n in range(5):
            tell(asked, 2, subject="counter", hub=semarang)
    for _n in range(5):
        tell(asked, 4, subject="event:batik", hub=semarang)
        tell(asked, 3, subject="counter", hub=solo)
    theirs = survey(twin_hub.office)
    for _n in range(9):
        tell(theirs, 1, subject="event:batik", hub=twin_hub)
    index = lambda **narrow: queries.skm_index(office, **narrow).index  # noqa: E731
    assert (index(hub=semarang), index(hub=solo), index(subject="event:batik")) == (75, 75, 100)
    assert index(hub=semarang, start=dt.date(2026, 10, 1), end=dt.date(2027, 1, 1)) == 100
    assert queries.skm_index(office).n == 15
    quarters = queries.skm_by_quarter(office, hubs=[semarang, solo])
    assert [(one.start, one.number, one.skm.index) for one in quarters[semarang.pk]] == [
        (dt.date(2026, 10, 1), 4, 100),
        (dt.date(2026, 7, 1), 3, 50),
    ]
    whole = queries.skm_by_quarter(office)
    assert [one.skm.n for one in whole[None]] == [10, 5]
    assert twin_hub.pk not in queries.skm_by_quarter(office, hubs=[semarang])


def test_a_new_version_counts_on(office, semarang):
    first = survey(office)
    for _n in range(3):
        tell(first, 4, hub=semarang)
    second = actions.open_questionnaire(actions.copy_questionnaire(first, by=SYSTEM), by=SYSTEM)
    for _n in range(3):
        tell(second, 2, hub=semarang)
    assert (queries.skm_index(office).index, queries.skm_index(office).n) == (75, 6)


# what is never kept


def test_an_anonymous_answer_leaves_no_trace_of_anybody(office, semarang, sari):
    asked = survey(office)
    link = actions.link_to(asked, by=SYSTEM, subject="event:batik", hub=semarang)
    before = {model: model.objects.count() for model in (LogEntry, Message, AnsweredRequest)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_tasks_database_dbtaskresult")
        tasks = cursor.fetchone()
    made = tell(link.questionnaire, 4, subject=link.subject, hub=semarang)
    assert (made.person, made.at, made.on) == (None, None, dt.date(2026, 11, 21))
    assert {model: model.objects.count() for model in before} == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_tasks_database_dbtaskresult")
        assert cursor.fetchone() == tasks
    with pytest.raises(TypeError):
        actions.save_answers(asked, {}, by=sari.user)
    with pytest.raises(TypeError):
        actions.save_answers(asked, {}, by=SYSTEM, person=sari)


def test_the_order_of_numbers_tells_nothing(office):
    asked = survey(office)
    numbers = [tell(asked, 3).pk for _n in range(30)]
    assert numbers != sorted(numbers)
    answers = list(Answer.objects.order_by("pk").values_list("submission", flat=True))
    assert len(set(answers[:9])) > 1  # those of one person do not stand together


def refused_by_the_database(act):
    with pytest.raises(DatabaseError), transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_the_promise_by_itself(office, sari):
    asked, named = survey(office), named_feedback(office)
    said = tell(asked, 3)
    rows = Submission.objects.filter(pk=said.pk)
    refused_by_the_database(lambda: rows.update(person=sari))
    refused_by_the_database(lambda: rows.update(at=clock.now()))
    refused_by_the_database(lambda: rows.update(is_anonymous=False))
    refused_by_the_database(lambda: type(asked).objects.filter(pk=asked.pk).update(threshold=3))
    type(asked).objects.filter(pk=asked.pk).update(threshold=9)  # raised, never lowered
    refused_by_the_database(
        lambda: Submission.objects.create(questionnaire=named, on=said.on, is_anonymous=True)
    )


def test_answered_questions_are_frozen(office):
    asked = survey(office)
    tell(asked, 3)
    rows = Question.objects.filter(questionnaire=asked)
    refused_by_the_database(lambda: rows.filter(key="saran").update(text="Lain"))
    refused_by_the_database(lambda: rows.filter(key="saran").delete())
    refused_by_the_database(
        lambda: Question.objects.create(questionnaire=asked, position=99, key="x", text="x", kind="text")
    )
    for act, code in (
        (lambda: actions.redraft_questionnaire(asked, by=SYSTEM), "answered"),
        (lambda: actions.add_question(asked, by=SYSTEM, text="x", kind="text"), "not_a_draft"),
        (lambda: actions.change_questionnaire(asked, by=SYSTEM, threshold=3), "answered"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code


def test_answers_fit_their_questions(office):
    asked, other = survey(office), survey(office)
    said = tell(asked, 3)
    first = asked.questions.get(key="saran")
    put = lambda **facts: Answer.objects.create(submission=said, **facts)  # noqa: E731
    refused_by_the_database(lambda: put(question=first, kind="scale4", number=3))
    refused_by_the_database(lambda: put(question=first, kind="long", number=3))
    refused_by_the_database(lambda: put(question=other.questions.get(key="saran"), kind="long", text="x"))
    put(question=first, kind="long", text="x")
    refused_by_the_database(
        lambda: Answer.objects.filter(submission=said, question__key="u1").update(number=5)
    )


def test_a_condition_never_looks_ahead(office):
    asked = registration(office)
    later = asked.questions.get(key="jam")
    refused_by_the_database(
        lambda: asked.questions.filter(key="naik").update(shown_if=later, shown_values=["x"])
    )


def test_only_one_named_answer_even_when_two_come_at_once(office, sari):
    asked = named_feedback(office)
    actions.save_answers(asked, {"suka": True}, by=sari.user, person=sari)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            questionnaire=asked, on=dt.date(2026, 11, 21), is_anonymous=False, at=clock.now(), person=sari
        )


# people's own answers


def test_a_person_gets_and_erases_her_named_answers(office, sari, batik):
    asked = named_feedback(office)
    actions.save_answers(
        asked, {"suka": True, "lagi": "Nomor saya 0812"}, by=sari.user, person=sari, subject="event:batik"
    )
    copy = personal_data.export(sari)["records"]["questionnaires.submission.person"]
    assert copy[0]["answers"] == {"Suka?": True, "Apa lagi?": "Nomor saya 0812"}
    assert (copy[0]["questionnaire"], copy[0]["about"]) == ("Kesan", "event:batik")
    personal_data.erase(sari)
    row = Submission.objects.get()
    assert row.person is None and row.forgotten_at is not None
    assert [answer.value for answer in row.answers.all()] == [True]  # the figure stays, the words do not
    assert queries.results(asked).n == 1


def test_a_merge_takes_named_answers_along(office, dimas, ratna, sari):
    twice = register_person(office, by=dimas.user, name="Bu Sari", whatsapp="081255556666")
    asked = named_feedback(office)
    made = actions.save_answers(asked, {"suka": True}, by=dimas.user, person=twice)
    merge_people(sari, twice, by=ratna.user)
    made.refresh_from_db()
    assert made.person == sari


# who may


def test_who_makes_and_changes(office, semarang, solo, dimas, ratna, hendro, sari, twin_manager):
    make = lambda who, hub: actions.make_questionnaire(  # noqa: E731
        office, by=who.user, title="Saran", purpose="feedback", hub=hub
    )
    own = make(ratna, semarang)
    make(hendro, None)
    for who, hub in (
        (dimas, semarang),
        (sari, semarang),
        (ratna, solo),
        (ratna, None),
        (twin_manager, semarang),
    ):
        with pytest.raises(Forbidden):
            make(who, hub)
    for who in (dimas, sari, twin_manager):
        for act in (
            lambda who=who: actions.add_question(own, by=who.user, text="x", kind="text"),
            lambda who=who: actions.open_questionnaire(own, by=who.user),
            lambda who=who: actions.delete_questionnaire(own, by=who.user),
            lambda who=who: actions.copy_questionnaire(own, by=who.user),
            lambda who=who: actions.take_answers(own, by=who.user),
            lambda who=who: actions.open_counter(semarang, by=who.user),
        ):
            with pytest.raises(Forbidden):
                act()
    with pytest.raises(Invalid):
        actions.make_questionnaire(
            office, by=SYSTEM, title="x", purpose="other", hub=twin_manager.hub_roles.get().hub
        )


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": "  "}, "no_title"),
        ({"title": "x" * 161}, "too_long"),
        ({"purpose": "song"}, "purpose"),
        ({"threshold": 2}, "threshold"),
        ({"purpose": "registration", "is_anonymous": True}, "must_be_named"),
        ({"purpose": "skm", "is_anonymous": False}, "must_be_anonymous"),
    ],
)
def test_what_cannot_be_made(office, facts, code):
    with pytest.raises(Invalid) as refusal:
        actions.make_questionnaire(office, by=SYSTEM, **{"title": "Saran", "purpose": "feedback", **facts})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"text": " "}, "no_text"),
        ({"text": "x" * 301}, "too_long"),
        ({"kind": "song"}, "kind"),
        ({"kind": "one", "options": ["Satu"]}, "no_options"),
        ({"kind": "one", "options": ["a|b", "c"]}, "options"),
        ({"shown_if": "cerita", "shown_values": ["x"]}, "condition"),
        ({"shown_if": "nowhere", "shown_values": ["x"]}, "condition"),
        ({"shown_if": "suka", "shown_values": []}, "condition_values"),
        ({"shown_if": "suka", "shown_values": ["mungkin"]}, "condition_values"),
        ({"key": "suka"}, "key"),
        ({"key": "Tidak Baik"}, "key"),
    ],
)
def test_what_cannot_be_asked(office, facts, code):
    asked = actions.make_questionnaire(office, by=SYSTEM, title="Saran", purpose="feedback")
    actions.add_question(asked, by=SYSTEM, text="Suka?", kind="yes_no", key="suka")
    actions.add_question(asked, by=SYSTEM, text="Cerita", kind="long", key="cerita")
    with pytest.raises(Invalid) as refusal:
        actions.add_question(asked, by=SYSTEM, **{"text": "Apa?", "kind": "text", **facts})
    assert refusal.value.code == code


def test_a_question_others_depend_on_stays_before_them(office):
    asked = actions.make_questionnaire(office, by=SYSTEM, title="Saran", purpose="feedback")
    first = actions.add_question(asked, by=SYSTEM, text="Suka?", kind="yes_no")
    second = actions.add_question(
        asked, by=SYSTEM, text="Kenapa?", kind="text", shown_if="suka", shown_values=["no"]
    )
    for act in (
        lambda: actions.delete_question(first, by=SYSTEM),
        lambda: actions.move_question(second, by=SYSTEM, up=True),
        lambda: actions.move_question(first, by=SYSTEM, up=False),
        lambda: actions.change_question(first, by=SYSTEM, text="Suka?", kind="text"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "others_depend"
    actions.delete_question(second, by=SYSTEM)
    actions.delete_question(first, by=SYSTEM)
    with pytest.raises(Refused) as refusal:
        actions.open_questionnaire(asked, by=SYSTEM)
    assert refusal.value.code == "no_questions"
    actions.delete_questionnaire(asked, by=SYSTEM)


def test_the_nine_questions_stay_as_they_are(office):
    asked = actions.make_questionnaire(office, by=SYSTEM, title="Survei", purpose="skm")
    first = asked.questions.get(key="u1")
    for act in (
        lambda: actions.delete_question(first, by=SYSTEM),
        lambda: actions.change_question(first, by=SYSTEM, text="Lain", kind="text"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "built_in"
