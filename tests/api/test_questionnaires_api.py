"""Questionnaires by program: what is asked, answering by name and without one, results for staff."""

import pytest

from heterospace.core.models import AnsweredRequest, LogEntry
from heterospace.questionnaires import actions
from heterospace.questionnaires.models import Submission
from tests.api.test_bookings_api import Api, problem
from tests.questionnaires.houses import named_feedback, registration, survey, tell

pytestmark = pytest.mark.django_db
NINE = {f"u{n}": 3 for n in range(1, 10)}


def test_a_program_reads_what_is_asked(semarang):
    asked = survey(semarang.office, semarang)
    told = Api().get(f"questionnaires/{asked.key}").json()
    assert (told["purpose"], told["anonymous"], told["threshold"], told["hub"]) == (
        "skm",
        True,
        5,
        "semarang",
    )
    assert [one["key"] for one in told["questions"]] == [*NINE, "saran"]
    assert told["questions"][3]["choices"][3] == {"value": "4", "label": "Gratis"}
    draft = actions.copy_questionnaire(asked, by=actions.SYSTEM)
    problem(Api().get(f"questionnaires/{draft.key}"), 404, "unknown_questionnaire")


def test_a_condition_is_told_by_the_keys(office):
    questions = Api().get(f"questionnaires/{registration(office).key}").json()["questions"]
    assert questions[1]["shown_if"] == {"question": "naik", "values": ["Bus"]}


def test_registration_is_answered_where_one_registers(office, sari):
    asked = registration(office)
    problem(
        Api(sari).post(f"questionnaires/{asked.key}/answers", {"answers": {}}), 404, "unknown_questionnaire"
    )


def test_an_anonymous_answer_forgets_the_token_it_came_with(semarang, sari):
    link = actions.link_to(
        survey(semarang.office, semarang), by=actions.SYSTEM, subject="event:batik", hub=semarang
    )
    api = Api(sari)
    rows_before = LogEntry.objects.count()
    made = api.post(f"questionnaires/{link.key}/answers", {"answers": NINE}, **{"Idempotency-Key": "k"})
    assert (made.status_code, made.json()) == (201, {"key": link.key, "on": "2026-11-21"})
    row = Submission.objects.get()
    assert (row.subject, row.hub, row.person, row.at) == ("event:batik", semarang, None, None)
    assert LogEntry.objects.count() == rows_before and not AnsweredRequest.objects.exists()


def test_a_named_answer_is_hers_and_repeats(office, sari):
    asked = named_feedback(office)
    path, told = f"questionnaires/{asked.key}/answers", {"answers": {"suka": True}}
    problem(Api().post(path, told), 403, "not_a_member")
    first = Api(sari).post(path, told, **{"Idempotency-Key": "k"})
    again = Api(sari).post(path, told, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert Submission.objects.get().person == sari
    problem(Api(sari).post(path, told), 409, "already_answered")


def test_each_wrong_answer_is_named(semarang):
    asked = survey(semarang.office, semarang)
    answer = Api().post(f"questionnaires/{asked.key}/answers", {"answers": {**NINE, "u1": 9, "x": 1}})
    body = problem(answer, 422, "answers")
    assert {row["field"] for row in body["errors"]} == {"u1", "x"}
    assert body["codes"] == {"u1": "off_scale", "x": "unknown_question"}
    problem(Api().post(f"questionnaires/{asked.key}/answers", {"answers": [1]}), 422, "invalid")


def test_a_closed_one_takes_nothing(semarang):
    asked = actions.close_questionnaire(survey(semarang.office, semarang), by=actions.SYSTEM)
    problem(Api().post(f"questionnaires/{asked.key}/answers", {"answers": NINE}), 409, "not_open")


def test_results_are_for_staff_and_above_the_threshold(semarang, solo, ratna, hendro, sari, dimas):
    asked = survey(semarang.office)  # the office's: asked at all hubs
    path = f"questionnaires/{asked.key}/results"
    for _n in range(4):
        tell(asked, 3, hub=semarang)
    problem(Api().get(path), 401, "sign_in")
    for person in (sari, dimas):
        problem(Api(person).get(path), 403, "forbidden")
    few = Api(hendro).get(path).json()
    assert (few["n"], few["shown"], few["why"], few["questions"], few["skm"]) == (4, False, "few", [], None)
    tell(asked, 4, hub=semarang)
    for _n in range(5):
        tell(asked, 1, hub=solo)
    problem(Api(ratna).get(path), 403, "forbidden")  # she names her hub
    problem(Api(ratna).get(f"{path}?hub=solo"), 403, "forbidden")
    told = Api(ratna).get(f"{path}?hub=semarang&from=2026-11-21&to=2026-11-21").json()
    assert (told["n"], told["skm"]["index"], told["skm"]["grade"]) == (5, 80.0, "B")
    assert told["questions"][0]["counts"][2:] == [
        {"value": "3", "label": "Sesuai", "n": 4},
        {"value": "4", "label": "Sangat sesuai", "n": 1},
    ]
