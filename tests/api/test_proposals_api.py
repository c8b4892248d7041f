"""Proposals over the API: made, amended, commented, supported, answered; problems with stable codes, repeats that do no harm."""

import pytest

from heterospace.cocreation.actions import hide_comment
from heterospace.cocreation.models import Act, Comment, Proposal
from heterospace.core.deeds import SYSTEM
from heterospace.members import actions as members
from tests.api.test_bookings_api import Api, problem
from tests.cast import TWIN_HOST
from tests.cocreation.houses import go_to

pytestmark = pytest.mark.django_db
WORDS = "Kelas malam untuk usaha rintisan. Dua kali sebulan di Gatra."


def wish(initiative, **more):
    return {"initiative": initiative.slug, "title": "Kelas malam", "text": WORDS, **more}


@pytest.fixture
def made(initiative, parties):
    answer = Api(parties["pegiat"].person).post("proposals", wish(initiative, organisation="pihak-pegiat"))
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_proposal_says_who_made_it_and_by_when_it_is_answered(made, initiative):
    assert made["initiative"] == initiative.slug
    assert made["authors"] == [
        {"organisation": "pihak-pegiat", "sector": "community", "name": "Pandu Pegiat"}
    ]
    assert (made["state"], made["version"], made["is_late"]) == ("open", 1, False)
    assert made["answer_due"].endswith("+07:00")


def test_the_same_key_makes_one_proposal(initiative, parties):
    api = Api(parties["bank"].person)
    first = api.post("proposals", wish(initiative), **{"Idempotency-Key": "usul-1"})
    again = api.post("proposals", wish(initiative), **{"Idempotency-Key": "usul-1"})
    assert first.json() == again.json()
    assert Proposal.objects.count() == 1


def test_everybody_reads_and_only_members_act(made, initiative, parties):
    listed = Api().get("proposals", initiative=initiative.slug).json()
    assert (listed["count"], listed["items"][0]["reference"]) == (1, made["reference"])
    assert listed["answering"]["waiting"] == 1
    assert Api().get("proposals", state="accepted").json()["count"] == 0
    problem(Api().get("proposals", state="perhaps"), 422, "state")
    problem(Api().get("proposals", initiative="entah"), 404, "unknown_initiative")
    problem(Api().post("proposals", wish(initiative)), 401, "sign_in")
    problem(
        Api(parties["bank"].person).post("proposals", wish(initiative, organisation="entah")),
        404,
        "unknown_organisation",
    )
    refused = Api(parties["bank"].person).post("proposals", wish(initiative, organisation="pihak-batik"))
    problem(refused, 403, "not_your_organisation")
    problem(
        Api(parties["bank"].person).post("proposals", wish(initiative, statement="DL-1/2")), 422, "statement"
    )


def test_a_proposal_goes_all_its_way(made, parties, ratna):
    path = f"proposals/{made['reference']}"
    batik, pegiat = Api(parties["batik"].person), Api(parties["pegiat"].person)
    changed = {
        "text": WORDS.replace("malam", "sore"),
        "why": "Jam kerja.",
        "base": 1,
        "organisation": "pihak-batik",
    }
    amended = batik.post(f"{path}/amendments", changed)
    assert amended.status_code == 201
    reference = amended.json()["reference"]
    whole = Api().get(path).json()
    kinds = [part["kind"] for part in whole["amendments"][0]["changes"]]
    assert {"in", "out"} < set(kinds)
    problem(batik.post(f"amendments/{reference}/accept"), 403, "forbidden")
    assert pegiat.post(f"amendments/{reference}/accept").json()["state"] == "accepted"
    problem(pegiat.post(f"amendments/{reference}/accept"), 409, "already_decided")
    other = Api(parties["bank"].person).post(f"{path}/amendments", {"text": "Lain.", "why": "Coba."}).json()
    problem(pegiat.post(f"amendments/{other['reference']}/reject", {"reason": ""}), 422, "no_reason")
    pegiat.post(f"amendments/{other['reference']}/reject", {"reason": "Terlalu singkat."})
    grown = Api(parties["bank"].person).post(f"amendments/{other['reference']}/promote", {"title": "Lain"})
    assert grown.status_code == 201
    assert grown.json()["title"] == "Lain"
    said = batik.post(f"{path}/comments", {"kind": "question", "text": "Kapan?"})
    assert said.status_code == 201
    assert batik.post(f"{path}/support", {}).json() == {"support": 1, "supports": True}
    assert batik.post(f"{path}/support", {"support": False}).json() == {"support": 0, "supports": False}
    problem(pegiat.post(f"{path}/answer", {"state": "accepted", "answer": "Ya."}), 403, "forbidden")
    answered = Api(ratna).post(f"{path}/answer", {"state": "partly", "answer": "Sekali sebulan dulu."})
    assert answered.json()["state"] == "partly"
    problem(batik.post(f"{path}/support", {}), 409, "answered")
    assert {act.kind for act in Act.objects.all()} == {"proposed", "amended", "commented", "voted"}


def test_hidden_words_and_names_without_consent_are_not_told(made, parties, ratna):
    path = f"proposals/{made['reference']}"
    Api(parties["bank"].person).post(f"{path}/comments", {"kind": "against", "text": "Kata kasar."})
    hide_comment(Comment.objects.get(), "person", by=ratna.user)
    members.set_consents(parties["pegiat"].person, ["service"], by=SYSTEM)
    answer = Api().get(path)
    assert "Kata kasar" not in answer.content.decode()
    assert "Pandu" not in answer.content.decode()
    assert answer.json()["said"][0]["hidden_reason"] == "person"


def test_after_design_nothing_is_proposed(initiative, parties):
    go_to(initiative, "deliver")
    problem(Api(parties["bank"].person).post("proposals", wish(initiative)), 409, "not_designing")


def test_a_twin_office_finds_nothing(made, twin_sari):
    twin = Api(twin_sari, host=TWIN_HOST)
    assert twin.get("proposals").json()["count"] == 0
    problem(twin.get(f"proposals/{made['reference']}"), 404, "unknown_proposal")
    problem(twin.post("amendments/AM-2222-3333/accept"), 404, "unknown_amendment")
