"""`/api/v1/initiatives` as a program uses it."""

import pytest

from heterospace.cocreation import actions
from heterospace.core.deeds import SYSTEM
from heterospace.core.tokens import give_token
from tests.cocreation.houses import days, go_to, stage, take_part

pytestmark = pytest.mark.django_db
BASE = "/api/v1/initiatives"


@pytest.fixture
def ask(client):
    """`ask(person, "post", path, body)`: one request with the person's token; a stranger is None."""

    def call(person, method, path="", body=None, **headers):
        if person is not None:
            headers["HTTP_AUTHORIZATION"] = f"Bearer {give_token(person.user, by=SYSTEM, label='test')}"
        return getattr(client, method)(f"{BASE}{path}", body, content_type="application/json", **headers)

    return call


PROPOSED = {"title": "Pasar kecil", "problem": "Tidak ada tempat jualan.", "hub": "semarang"}


def test_from_proposal_to_the_first_stage(ask, semarang, parties, ratna):
    kawan, kampus = parties["kawan"], parties["kampus"]
    made = ask(kawan.person, "post", "", {**PROPOSED, "organisation": kawan.organisation.slug})
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["state"], told["stage"], told["proposed_for"]) == ("proposed", None, "pihak-kawan")
    assert [one["stage"] for one in told["stages"]] == ["frame", "design", "deliver", "evaluate"]
    it = f"/{told['id']}"
    assert ask(kawan.person, "post", f"{it}/answer", {"accept": True, "reason": "Ya"}).status_code == 403
    assert ask(ratna, "post", f"{it}/answer", {"accept": True, "reason": "Ya"}).json()["state"] == "running"
    alone = ask(kawan.person, "post", f"{it}/stages", {"stage": "frame", "act": "open"})
    assert (alone.status_code, alone.json()["code"]) == (409, "two_sectors")
    steward = {"person": kampus.person.pk, "organisation": kampus.organisation.slug}
    assert ask(kawan.person, "post", f"{it}/stewards", steward).status_code == 201
    opened = ask(
        kawan.person, "post", f"{it}/stages", {"stage": "frame", "act": "open", "rules": "Semua boleh."}
    ).json()
    assert (opened["state"], opened["version"], len(opened["digest"])) == ("open", 1, 64)
    empty = ask(kawan.person, "post", f"{it}/stages", {"stage": "frame", "act": "close"})
    assert (empty.status_code, empty.json()["code"]) == (422, "no_result")
    closed = ask(kawan.person, "post", f"{it}/stages", {"stage": "frame", "act": "close", "result": "Hasil."})
    assert closed.json()["result"] == "Hasil."
    by_reference = ask(None, "get", f"/{told['reference'].lower()}").json()
    assert by_reference["id"] == told["id"]


def test_acts_are_entered_by_those_who_help(ask, initiative, parties, dimas):
    bank = parties["bank"]
    act = {
        "kind": "attended",
        "source": "daftar hadir",
        "channel": "meeting",
        "person": bank.person.pk,
        "organisation": bank.organisation.slug,
    }
    it = f"/{initiative.slug}/acts"
    assert ask(None, "post", it, act).status_code == 401
    assert ask(bank.person, "post", it, act).status_code == 403
    made = ask(dimas, "post", it, act)
    assert made.status_code == 201, made.content
    assert (made.json()["sector"], made.json()["who"]) == ("company", "Pihak Bank")
    ask(dimas, "post", it, act)
    assert ask(None, "get", it).json()["count"] == 1
    new = {**act, "person": {"name": "Mbah Karto", "whatsapp": "081277778888"}, "organisation": ""}
    assert ask(dimas, "post", it, new).json()["who"] == "seorang anggota"
    wrong = ask(dimas, "post", it, {**act, "kind": "looked"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "kind")


def test_continuity_says_who_stayed_and_who_is_missing(ask, initiative, parties):
    take_part(initiative, [parties["kawan"], parties["pegiat"], parties["bank"], parties["dinas"]])
    go_to(initiative, "deliver")
    take_part(initiative, [parties["bank"], parties["dinas"]], kind="delivered")
    deliver = stage(initiative, "deliver")
    with days((deliver.third_on - deliver.starts_on).days):
        told = ask(None, "get", f"/{initiative.slug}/continuity").json()
    rows = {one["sector"]: one for one in told["sectors"]}
    assert rows["community"]["shaped"] == 2
    assert rows["community"]["came"] == 0
    assert rows["community"]["through_rate"] == 0
    assert rows["company"]["delivered"] == 1
    assert rows["company"]["continuity"]["frame-deliver"] == 1
    assert told["everybody"]["active"] == {"frame": 4, "design": 0, "deliver": 2, "evaluate": 0}
    (alarm,) = told["alarms"]
    assert (alarm["sector"], alarm["invited"]) == ("community", [])
    assert sorted(alarm["not_invited"]) == ["pihak-kawan", "pihak-pegiat"]
    assert 0 < told["balance"] < 1


def test_closing_without_a_sector_names_it(ask, initiative, parties):
    take_part(initiative, [parties["kawan"]])
    go_to(initiative, "evaluate")
    ending = {
        "stage": "evaluate",
        "act": "close",
        "result": "Selesai.",
        "outcome": "stop",
        "outcome_reason": "Cukup.",
    }
    refused = ask(parties["kampus"].person, "post", f"/{initiative.slug}/stages", ending)
    assert (refused.status_code, refused.json()["code"]) == (409, "sector_missing")
    assert refused.json()["missing"] == ["community"]
    done = ask(
        parties["kampus"].person, "post", f"/{initiative.slug}/stages", {**ending, "reason": "Sudah bubar."}
    )
    assert done.json()["reason"] == "Sudah bubar."
    assert ask(None, "get", f"/{initiative.slug}").json()["result"] == "stop"


def test_a_repeat_with_its_key_is_one_initiative(ask, semarang, parties):
    first = ask(parties["kawan"].person, "post", "", PROPOSED, HTTP_IDEMPOTENCY_KEY="abc")
    again = ask(parties["kawan"].person, "post", "", PROPOSED, HTTP_IDEMPOTENCY_KEY="abc")
    assert first.json() == again.json()
    assert ask(None, "get").json()["count"] == 1


def test_the_timeline_speaks_the_language_asked_for(ask, initiative):
    actions.plan_stage(stage(initiative, "frame"), by=SYSTEM, rules="Semua.", reason="Agar jelas.")
    steps = ask(None, "get", f"/{initiative.slug}/timeline", HTTP_ACCEPT_LANGUAGE="en").json()["items"]
    assert steps[0]["kind"] == "rules_changed"
    assert "changed while it is open" in steps[0]["says"]


@pytest.mark.parametrize("path", ["/tidak-ada", "/tidak-ada/continuity", "/tidak-ada/acts"])
def test_what_is_not_there_is_404(ask, semarang, path):
    refused = ask(None, "get", path)
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_initiative")
