"""Dialogues as a program uses them."""

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.models import Vote
from heterospace.core.deeds import SYSTEM
from heterospace.core.tokens import give_token
from tests.cast import TWIN_HOST
from tests.cocreation.talks import SEEDS, crowd_of, talk
from tests.counting import queries_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client):
    """`ask(user, "post", path, body)`: one request with the user's token; a stranger is None."""
    tokens: dict[int, str] = {}

    def call(user, method, path, body=None, **headers):
        if user is not None:
            if user.pk not in tokens:
                tokens[user.pk] = give_token(user, by=SYSTEM, label="test")
            headers["HTTP_AUTHORIZATION"] = f"Bearer {tokens[user.pk]}"
        return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json", **headers)

    return call


def test_a_dialogue_from_its_question_to_its_results(ask, initiative, parties):
    kampus, bank = parties["kampus"].user, parties["bank"].user
    told = {"title": "Apa yang kurang?", "question": "Apa?", "allows_strangers": True, "seeds": list(SEEDS)}
    assert ask(None, "post", f"/initiatives/{initiative.slug}/dialogues", told).status_code == 401
    assert ask(bank, "post", f"/initiatives/{initiative.slug}/dialogues", told).json()["code"] == "forbidden"
    made = ask(kampus, "post", f"/initiatives/{initiative.reference.lower()}/dialogues", told)
    assert made.status_code == 201, made.content
    dialogue = made.json()
    assert (dialogue["state"], dialogue["statements"], dialogue["id"]) == ("open", 3, dialogue["reference"])
    key = dialogue["id"]
    assert ask(None, "get", f"/initiatives/{initiative.slug}/dialogues").json()["count"] == 1
    assert ask(None, "get", f"/dialogues/{key.lower()}").json()["question"] == "Apa?"
    said = ask(bank, "post", f"/dialogues/{key}/statements", {"text": "Pasar dulu.", "language": "jv"})
    assert said.status_code == 201 and said.json()["id"] == f"{key}-4"
    again = ask(bank, "post", f"/dialogues/{key}/statements", {"text": "pasar  DULU"}).json()
    assert (again["code"], again["status"]) == ("said_already", 409)
    listed = ask(None, "get", f"/dialogues/{key}/statements").json()
    assert [row["id"] for row in listed["items"]] == [f"{key}-{n}" for n in (1, 2, 3, 4)]
    assert "agree" not in listed["items"][0]
    seen = []
    while (answer := ask(bank, "get", f"/dialogues/{key}/next").json())["statement"]:
        assert answer["of"] == 4 and answer["seen"] == len(seen) + 1
        seen.append(answer["statement"]["id"])
        done = ask(bank, "post", f"/statements/{seen[-1]}/votes", {"value": 0})
        assert done.status_code == 200 and done.json()["value"] == 0
    assert sorted(seen) == [f"{key}-{n}" for n in (1, 2, 3)]
    assert ask(None, "get", f"/dialogues/{key}/results").json()["as_of"] is None
    actions.compute_figures(Vote.objects.first().statement.dialogue, by=SYSTEM)
    results = ask(None, "get", f"/dialogues/{key}/results").json()
    assert results["as_of"].endswith("+07:00")
    assert (results["participants"], results["statements"], results["refused"]) == (1, [], "too_few_people")
    assert ask(kampus, "post", f"/dialogues/{key}/close").json()["state"] == "closed"
    closed = ask(bank, "post", f"/statements/{key}-1/votes", {"value": 1}).json()
    assert (closed["status"], closed["code"]) == (409, "dialogue_closed")


@pytest.mark.parametrize("value", [2, "1", None, 1.5])
def test_a_vote_is_one_of_three(ask, dialogue, parties, value):
    answer = ask(parties["bank"].user, "post", f"/statements/{dialogue.reference}-1/votes", {"value": value})
    assert answer.status_code == 422
    assert not Vote.objects.exists()


def test_the_hat_is_said_with_the_first_vote(ask, dialogue, parties):
    bank = parties["bank"]
    path = f"/statements/{dialogue.reference.lower()}-1/votes"
    other = {"value": 1, "organisation": parties["batik"].organisation.slug}
    assert ask(bank.user, "post", path, other).json()["code"] == "not_your_organisation"
    assert (
        ask(bank.user, "post", path, {"value": 1, "organisation": "siapa"}).json()["code"]
        == "unknown_organisation"
    )
    assert (
        ask(bank.user, "post", path, {"value": -1, "organisation": bank.organisation.pk}).status_code == 200
    )
    assert ask(bank.user, "post", path, {"value": 1}).status_code == 200
    (vote,) = Vote.objects.all()
    assert (vote.value, vote.voter.sector) == (1, "company")


@pytest.mark.parametrize(
    "key", ["nothing", "DG-2222-2222-1", "-1", "DG-2222-2222-", "DG-2222-2222-99999999999", "1"]
)
def test_what_is_not_there(ask, dialogue, parties, key):
    answer = ask(parties["bank"].user, "post", f"/statements/{key}/votes", {"value": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_statement")


def test_a_draft_is_nobody_elses(ask, initiative, parties):
    made = actions.draft_dialogue(initiative, by=SYSTEM, title="Rahasia", question="Apa?", seeds=SEEDS)
    for user in (None, parties["bank"].user):
        assert ask(user, "get", f"/dialogues/{made.reference}").status_code == 404
        assert ask(user, "get", f"/initiatives/{initiative.slug}/dialogues").json()["count"] == 0
    assert (
        ask(parties["bank"].user, "post", f"/statements/{made.reference}-1/votes", {"value": 1}).status_code
        == 404
    )


def test_another_office_knows_nothing_of_it(ask, dialogue, twin_hub, twin_manager):
    for path in ("", "/statements", "/results", "/next"):
        answer = ask(twin_manager.user, "get", f"/dialogues/{dialogue.reference}{path}", HTTP_HOST=TWIN_HOST)
        assert answer.status_code == 404, path


def test_results_tell_sectors_and_hide_small_ones(ask, dialogue, parties):
    crowd_of(dialogue, parties["kawan"], 6, {1: 1, 2: 1})
    crowd_of(dialogue, parties["bank"], 5, {1: 1, 2: -1})
    crowd_of(dialogue, parties["radio"], 2, {1: -1})
    actions.compute_figures(dialogue, by=SYSTEM)
    told = ask(None, "get", f"/dialogues/{dialogue.reference}/results").json()
    first = {row["id"]: row for row in told["statements"]}[f"{dialogue.reference}-1"]
    assert first["sectors"] == {
        "community": {"agree": 6, "disagree": 0, "pass": 0, "seen": 6},
        "company": {"agree": 5, "disagree": 0, "pass": 0, "seen": 5},
    }
    assert (first["sectors_heard"], first["seen"]) == (2, 11)
    assert first["sector_informed_consensus"] == pytest.approx(7 / 8 * 6 / 7)
    assert told["shared"] == [f"{dialogue.reference}-1"]
    assert told["divides"] == [{"id": f"{dialogue.reference}-2", "most": "community", "least": "company"}]
    assert told["heard"] == ["community", "company"]
    assert "media" not in str(told)


def test_a_public_conversation_is_taken_over(ask, initiative, parties):
    kampus = parties["kampus"].user
    made = ask(
        kampus,
        "post",
        f"/initiatives/{initiative.slug}/dialogues",
        {"title": "Impor", "question": "?", "draft": True},
    ).json()
    body = {
        "votes": "comment-id,voter-id,vote\n1,1,1\n1,2,1\n1,3,1\n1,4,-1\n1,5,0\n",
        "comments": "comment-id,moderated,comment-body\n1,1,Text\n2,-1,Out\n",
        "source": "CC BY 4.0, somebody",
    }
    path = f"/dialogues/{made['id']}/import"
    assert ask(parties["bank"].user, "post", path, body).status_code == 404
    broken = ask(kampus, "post", path, {**body, "votes": "x"}).json()
    assert (broken["status"], broken["code"]) == (422, "file")
    assert ask(kampus, "post", path, body).json()["source"] == "CC BY 4.0, somebody"
    run_tasks()
    results = ask(kampus, "get", f"/dialogues/{made['id']}/results").json()
    assert (results["participants"], results["source"]) == (5, "CC BY 4.0, somebody")
    assert [(row["text"], row["agree"]) for row in results["statements"]] == [("Text", 3)]
    assert ask(kampus, "post", path, body).json()["code"] == "not_empty"


def test_one_vote_over_http_asks_the_database_at_most_eight_times(ask, initiative, parties):
    bank = parties["bank"].user
    dialogue = talk(initiative)
    for number in (1, 2):
        ask(bank, "post", f"/statements/{dialogue.reference}-{number}/votes", {"value": 1})
    assert (
        queries_of(lambda: ask(bank, "post", f"/statements/{dialogue.reference}-3/votes", {"value": 1})) <= 8
    )


def test_a_repeated_request_says_it_once(ask, dialogue, parties):
    told = {"text": "Sekali saja."}
    path = f"/dialogues/{dialogue.reference}/statements"
    first = ask(parties["bank"].user, "post", path, told, HTTP_IDEMPOTENCY_KEY="a")
    again = ask(parties["bank"].user, "post", path, told, HTTP_IDEMPOTENCY_KEY="a")
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"


def test_somebody_who_says_too_much_at_once_is_asked_to_wait(ask, dialogue, parties):
    path = f"/dialogues/{dialogue.reference}/statements"
    codes = [
        ask(parties["bank"].user, "post", path, {"text": f"Pendapat nomor {n}."}).status_code
        for n in range(11)
    ]
    assert codes == [201] * 10 + [429]
    steward = [
        ask(parties["kampus"].user, "post", path, {"text": f"Pernyataan pembuka {n}."}).status_code
        for n in range(12)
    ]
    assert steward == [201] * 12  # who runs it fills it


def test_an_answer_that_said_too_often_is_not_kept_for_its_key(ask, dialogue, parties, monkeypatch):
    path = f"/dialogues/{dialogue.reference}/statements"
    sent = (parties["bank"].user, "post", path, {"text": "Pasar dulu."})
    with monkeypatch.context() as full:
        full.setattr("heterospace.members.limits._count", lambda key, seconds: 10**6)
        assert ask(*sent, key="sekali").status_code == 429
    assert ask(*sent, key="sekali").status_code == 201
