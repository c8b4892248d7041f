"""Decisions and promises on pages and through the API: what each person sees, sends and is told."""

import datetime as dt
import re

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.models import Commitment, Decision
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import AnsweredRequest
from heterospace.members.actions import set_consents
from heterospace.members.enums import Purpose
from tests.api.test_bookings_api import Api, problem
from tests.cocreation.ballot_stories import draft, everybody, fresh, join_in, opened, people, vote
from tests.cocreation.houses import days
from tests.cocreation.test_commitments import promised
from tests.counting import grows_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(initiative, parties):
    return everybody(initiative, parties)


def page_of(decision) -> str:
    return f"/initiatives/{decision.initiative.slug}/decisions/{decision.reference}/"


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- pages of decisions


def test_a_steward_prepares_changes_and_opens_one(initiative, seven, parties, enter):
    browser = enter(parties["kampus"].person)
    at = f"/initiatives/{initiative.slug}/decisions/"
    assert "decisions/new/" in words(browser.get(at))
    sent = {
        "title": "Hari pasar", "text": "Pasar diadakan pada hari yang dipilih.", "method": "approval",
        "options": "Sabtu\nMinggu\n", "franchise": "acted", "quorum": 50, "passes_above": 50, "date": "2026-12-05",
        "time": "20:00", "quorum_community": 2, "first_sector": "community", "review_on": "2027-03-01",
    }  # fmt: skip
    done = browser.post(f"{at}new/", sent)
    decision = Decision.objects.get()
    assert done["Location"] == page_of(decision)
    assert (decision.options, decision.sector_quorum, decision.first_sector) == (
        ["Sabtu", "Minggu"],
        {"community": 2},
        "community",
    )
    assert decision.closes_at == dt.datetime(2026, 12, 5, 13, tzinfo=dt.UTC)
    edit = browser.get(f"{page_of(decision)}edit/")
    assert 'value="2026-12-05"' in words(edit)
    assert browser.post(f"{page_of(decision)}edit/", {**sent, "options": "Sabtu"}).status_code == 422
    assert browser.post(f"{page_of(decision)}edit/", {**sent, "quorum": 40}).status_code == 302
    assert browser.post(f"{page_of(decision)}open/").status_code == 302
    assert fresh(decision).is_open
    assert browser.get(f"{page_of(decision)}edit/").status_code == 302


def test_drafts_are_seen_by_those_who_guide_it_only(initiative, seven, parties, enter, ratna):
    decision = draft(initiative, title="Rahasia dulu")
    at = f"/initiatives/{initiative.slug}/decisions/"
    for person, sees in (
        (None, False),
        (parties["radio"].person, False),
        (parties["kawan"].person, True),
        (ratna, True),
    ):
        browser = enter(person)
        assert browser.get(page_of(decision)).status_code == (200 if sees else 404)
        assert ("Rahasia dulu" in words(browser.get(at))) == sees
    assert enter(parties["radio"].person).get(f"{at}new/").status_code == 404
    assert enter(parties["radio"].person).post(f"{page_of(decision)}open/").status_code == 404


def test_a_ballot_is_cast_on_the_page_and_answers_with_its_receipt(initiative, seven, enter):
    decision = opened(initiative)
    browser = enter(seven[0].person)
    shown = words(browser.get(page_of(decision)))
    receipt = re.search(r'name="receipt" value="([\w-]+)"', shown)[1]
    empty = browser.post(f"{page_of(decision)}vote/", {"receipt": receipt})
    assert empty.status_code == 422
    assert receipt in words(empty)  # the same receipt, so that a repeat is known
    done = browser.post(f"{page_of(decision)}vote/", {"receipt": receipt, "choice": "yes"})
    assert (done.status_code, receipt in words(done)) == (200, True)
    assert "Location" not in done
    after = words(browser.get(page_of(decision)))
    assert 'name="choice"' not in after
    check = f"{page_of(decision)}receipt/"
    assert "ya, suara ini ada" in words(enter().post(check, {"receipt": receipt.lower()})).lower()
    assert "tidak ada suara" in words(enter().post(check, {"receipt": "ABCD-EFGH-2345"})).lower()
    assert browser.post(f"{page_of(decision)}vote/", {"choice": "no"}).status_code == 409


def test_scores_and_ticks_are_sent_as_forms_send_them(initiative, seven, enter):
    approval = opened(initiative, method="approval", options=["Sabtu", "Minggu"])
    score = opened(initiative, method="score", options=["Sabtu", "Minggu"])
    for one in seven[:5]:
        browser = enter(one.person)
        both = browser.post(f"{page_of(approval)}vote/", {"choice": ["-", "0"]})
        assert both.status_code == 422
        assert browser.post(f"{page_of(approval)}vote/", {"choice": ["0", "1"]}).status_code == 200
        assert browser.post(f"{page_of(score)}vote/", {"points_0": "5"}).status_code == 422
        assert browser.post(f"{page_of(score)}vote/", {"points_0": "5", "points_1": "0"}).status_code == 200
    assert enter(seven[5].person).post(f"{page_of(approval)}vote/", {"choice": ["-"]}).status_code == 200
    with days(8):
        actions.close_due_decisions(by=SYSTEM)
    assert fresh(approval).tally["got"] == [5, 5]
    assert fresh(score).outcome == "Sabtu"


def test_who_cannot_vote_reads_why(initiative, seven, enter, wulan):
    decision = opened(initiative)
    shown = words(enter(wulan).get(page_of(decision)))
    assert 'name="choice"' not in shown
    assert "belum ikut" in shown
    stranger = words(enter().get(page_of(decision)))
    assert "/account/login/?next=" in stranger
    assert enter(wulan).post(f"{page_of(decision)}vote/", {"choice": "yes"}).status_code == 403
    assert (
        enter().post(f"{page_of(decision)}vote/", {"choice": "yes"})["Location"].startswith("/account/login")
    )


def test_counts_of_small_sectors_are_not_shown(initiative, seven, office, enter):
    join_in(initiative, people(office, 5))
    decision = opened(initiative)
    shown = words(enter().get(page_of(decision)))
    assert "Atas nama sendiri" in shown
    assert "Lainnya (digabung)" in shown
    for sector in ("Kampus", "Media"):
        assert f"<span>{sector}</span><b>" not in shown


def test_the_result_is_shown_with_reason_table_and_minority(initiative, office, parties, enter):
    from heterospace.members.actions import create_organisation
    from tests.cocreation.houses import Party, take_part

    crowd = []
    for n, person in enumerate(people(office, 16)):
        kind = "umkm" if n < 10 else "community"
        crowd.append(Party(create_organisation(office, by=person.user, name=f"Usaha {n}", kind=kind), person))
    take_part(initiative, crowd)
    decision = opened(initiative)
    for n, one in enumerate(crowd):
        vote(decision, one, "yes" if n < 10 else "no")
    browser = enter(parties["kawan"].person)
    assert browser.post(f"{page_of(decision)}close/", {"reason": ""}).status_code == 422
    assert browser.post(f"{page_of(decision)}close/", {"reason": "Mulai Januari."}).status_code == 302
    shown = words(enter().get(page_of(decision)))
    assert "Mulai Januari." in shown
    assert "Yang berpendapat lain" in shown
    assert fresh(decision).tally["minority"] == ["community"]
    assert "16" in shown


def test_an_objection_goes_its_way_on_the_page(initiative, seven, parties, enter):
    decision = opened(initiative, method="consent")
    radio, steward = enter(parties["radio"].person), enter(parties["kawan"].person)
    at = page_of(decision)
    assert radio.post(f"{at}vote/", {"stance": "object"}).status_code == 422
    assert radio.post(f"{at}vote/", {"stance": "object", "reason": "Selasa siaran."}).status_code == 302
    shown = words(steward.get(at))
    assert "Selasa siaran." in shown
    assert "Pihak Radio" in shown
    position = decision.positions.get()
    answer = f"{at}objections/{position.pk}/"
    assert radio.post(answer, {"act": "integrate", "integration": "x"}).status_code == 403
    assert steward.post(answer, {"integration": "Sampai pukul 10.00."}).status_code == 302
    assert "Sampai pukul 10.00." in words(enter().get(at))
    radio.post(f"{at}vote/", {"stance": "object", "reason": "Sampai pukul 12.00."})
    assert radio.post(answer, {"act": "withdraw"}).status_code == 302
    position.refresh_from_db()
    assert position.state == "withdrawn"


def test_people_are_named_only_as_they_agreed(initiative, office, parties, enter):
    join_in(initiative, persons := people(office, 2))
    set_consents(persons[1], [Purpose.SERVICE], by=persons[1].user)
    decision = opened(initiative, method="consent")
    for person in persons:
        actions.take_position(decision, "consent", by=person.user)
    shown = words(enter().get(page_of(decision)))
    assert persons[0].name in shown
    assert persons[1].name not in shown
    assert persons[1].name in words(enter(persons[1]).get(page_of(decision)))


def test_queries_of_the_pages_do_not_grow(initiative, seven, parties, enter, office):
    at = f"/initiatives/{initiative.slug}/decisions/"
    sizes = (1, 3, 12)
    grows_by(enter(parties["kawan"].person), at, lambda n: opened(initiative, title=f"Putusan {n}"), sizes)
    consent = opened(initiative, method="consent")
    crowd = people(office, 12)
    join_in(initiative, crowd)
    late = opened(initiative, method="consent", title="Bersama semua")

    def say(n: int) -> None:
        actions.take_position(late, "consent", by=crowd[n - 1].user)

    grows_by(enter(parties["kawan"].person), page_of(late), say, sizes)
    assert enter().get(page_of(consent)).status_code == 200


def test_queries_of_promises_do_not_grow(initiative, parties, enter):
    sizes = (1, 3, 12)
    keys = list(parties)

    def promise(n: int) -> None:
        owner = keys[n % len(keys)]
        promised(parties, owner=owner, receiver=None, for_whom="warga", initiative=initiative)

    grows_by(enter(), f"/initiatives/{initiative.slug}/commitments/", promise, sizes)
    grows_by(enter(), "/commitments/", promise, sizes)
    made = promised(parties)
    grows_by(
        enter(),
        f"/commitments/{made.reference}/",
        lambda n: actions.renegotiate(
            Commitment.objects.get(pk=made.pk), dt.date(2027, 1, n), "Ujian.", by=parties["kampus"].user
        ),
        sizes,
    )


# --- pages of promises


def test_a_promise_goes_its_way_on_the_pages(initiative, parties, enter):
    kampus, batik = enter(parties["kampus"].person), enter(parties["batik"].person)
    new = f"/commitments/new/?initiative={initiative.slug}"
    sent = {"owner": parties["kampus"].organisation.pk, "what": "Delapan pendamping", "due": "2026-12-01"}
    assert kampus.post(new, sent).status_code == 422  # to whom?
    assert kampus.post(new, {**sent, "receiver": "Tidak ada"}).status_code == 422
    done = kampus.post(new, {**sent, "receiver": "pihak batik"})
    made = Commitment.objects.get()
    assert done["Location"] == f"/commitments/{made.reference}/"
    assert (made.receiver, made.initiative) == (parties["batik"].organisation, initiative)
    at = f"/commitments/{made.reference}/"
    assert batik.post(f"{at}deliver/", {"evidence": "x"}).status_code == 403
    assert kampus.post(f"{at}renegotiate/", {"due": "2026-12-09", "reason": "Ujian."}).status_code == 302
    assert kampus.post(f"{at}deliver/", {"evidence": ""}).status_code == 422
    assert (
        kampus.post(
            f"{at}deliver/", {"evidence": "Sudah.", "link": "https://contoh.example/foto"}
        ).status_code
        == 302
    )
    assert 'href="https://contoh.example/foto"' in words(enter().get(at))
    assert "Delapan pendamping" in words(batik.get("/me/"))
    assert f"{at}confirm/" in words(batik.get(at))
    assert f"{at}confirm/" not in words(kampus.get(at))
    assert batik.post(f"{at}reject/", {"reason": "Kurang dua."}).status_code == 302
    kampus.post(f"{at}deliver/", {"evidence": "Lengkap."})
    assert batik.post(f"{at}confirm/", {"note": "Terima kasih."}).status_code == 302
    shown = words(enter().get(at))
    for told in ("Ujian.", "Kurang dua.", "Lengkap.", "Terima kasih.", "Ditepati"):
        assert told in shown
    assert enter(parties["bank"].person).post(f"{at}confirm/", {}).status_code == 403
    assert "Delapan pendamping" in words(enter().get(f"/initiatives/{initiative.slug}/commitments/"))


def test_who_speaks_for_nobody_is_told_how_to_begin(enter, wulan, sari, batik):
    assert "organisasi" in words(enter(wulan).get("/commitments/new/"))
    assert 'name="what"' not in words(enter(wulan).get("/commitments/new/"))
    assert 'name="what"' in words(enter(sari).get("/commitments/new/"))


def test_the_list_is_filtered_and_government_stands_apart(initiative, parties, enter):
    promised(parties, owner="dinas", what="Ruang Gatra dua hari")
    promised(parties, owner="bank", what="Modal awal", initiative=initiative)
    browser = enter()
    assert "Ruang Gatra" in words(browser.get("/commitments/?government=yes"))
    assert "Modal awal" not in words(browser.get("/commitments/?government=yes"))
    assert "Ruang Gatra" not in words(browser.get(f"/commitments/?initiative={initiative.slug}"))
    assert "Ruang Gatra" not in words(browser.get("/commitments/?owner=pihak-bank"))
    assert "Modal awal" not in words(browser.get("/commitments/?state=kept"))
    for odd in ("state=x", "owner=nobody", "initiative=nothing", "government=maybe", "page=99"):
        assert browser.get(f"/commitments/?{odd}").status_code == 200


def test_an_organisation_shows_how_it_keeps_its_word_from_five_on(parties, enter):
    from tests.cocreation.test_commitments import settle

    at = f"/organisations/{parties['kampus'].organisation.slug}/"
    assert "Janji" not in words(enter().get(at)).partition("<main")[2].partition("</main")[0]
    settle(parties, "kept", 4)
    with days(11):
        shown = words(enter().get(at))
        assert "4 janji" in shown
        assert "100 %" not in shown
    settle(parties, "late", 1)
    with days(11):
        assert "80 %" in words(enter().get(at))


# --- the API


def plan(initiative, **more):
    return {
        "initiative": initiative.slug,
        "title": "Kita mulai dengan 24 tim",
        "text": "Program dimulai Januari.",
        "method": "majority",
        "closes_at": "2026-12-05T20:00:00+07:00",
        **more,
    }


def test_a_decision_through_the_api(initiative, seven, parties):
    steward = Api(parties["kampus"].person)
    made = steward.post("decisions", plan(initiative)).json()
    reference = made["reference"]
    assert (made["state"], made["closes_at"]) == ("draft", "2026-12-05T20:00:00+07:00")
    problem(Api().get(f"decisions/{reference}"), 404, "unknown_decision")
    problem(Api(parties["radio"].person).post(f"decisions/{reference}/open"), 404, "unknown_decision")
    assert Api().get("decisions").json() == {"items": [], "count": 0}
    assert steward.post(f"decisions/{reference}/open").json()["state"] == "open"
    problem(steward.post(f"decisions/{reference}/open"), 409, "already_open")
    problem(
        Api(parties["radio"].person).post(f"decisions/{reference}/close", {"reason": "x"}), 403, "forbidden"
    )
    receipts = []
    for n, one in enumerate(seven):
        answer = Api(one.person).post(f"decisions/{reference}/ballots", {"choice": "no" if n == 0 else "yes"})
        assert answer.status_code == 201, answer.content
        receipts.append(answer.json()["receipt"])
    problem(
        Api(seven[0].person).post(f"decisions/{reference}/ballots", {"choice": "yes"}), 409, "already_voted"
    )
    assert Api().post(f"decisions/{reference}/receipts", {"receipt": receipts[3]}).json() == {"counted": True}
    assert Api().post(f"decisions/{reference}/receipts", {"receipt": "nein"}).json() == {"counted": False}
    problem(steward.post(f"decisions/{reference}/close", {}), 422, "no_reason")
    closed = steward.post(f"decisions/{reference}/close", {"reason": "Mulai Januari."}).json()
    assert (closed["state"], closed["outcome"], closed["tally"]["got"]) == ("decided", "passed", [6, 1])
    assert closed["turnout"]["sectors"] == []  # no sector of five
    listed = Api().get("decisions", initiative=initiative.slug).json()
    assert [one["reference"] for one in listed["items"]] == [reference]


def test_a_ballot_keeps_no_idempotency_key_and_others_do(initiative, seven, parties):
    steward = Api(parties["kampus"].person)
    key = {"Idempotency-Key": "sekali-saja"}
    first, second = (steward.post("decisions", plan(initiative), **key).json() for _time in range(2))
    assert first["reference"] == second["reference"]
    assert AnsweredRequest.objects.count() == 1
    reference = first["reference"]
    steward.post(f"decisions/{reference}/open")
    voter = Api(seven[0].person)
    body = {"choice": "yes", "receipt": "kode-saya-12345"}
    for _time in range(2):
        answer = voter.post(f"decisions/{reference}/ballots", body, **{"Idempotency-Key": "suara"})
        assert (answer.status_code, answer.json()["receipt"]) == (201, "kode-saya-12345")
        assert "Idempotency-Replayed" not in answer
    assert AnsweredRequest.objects.count() == 1
    assert Decision.objects.get().box.count == 1


def test_odd_ballots_are_refused_with_a_code(initiative, seven):
    decision = opened(initiative)
    voter = Api(seven[0].person)
    at = f"decisions/{decision.reference}/ballots"
    for odd in ({}, {"choice": "perhaps"}, {"choice": []}, {"choice": {"yes": 1}}, {"stance": "consent"}):
        problem(voter.post(at, odd), 422, "choice")
    problem(voter.post(at, {"choice": "yes", "receipt": "x"}), 422, "receipt")
    problem(voter.post(at, {"choice": 7}), 422, "invalid")
    problem(Api().post(at, {"choice": "yes"}), 401, "sign_in")
    problem(voter.post("decisions/DC-0000-0000/ballots", {"choice": "yes"}), 404, "unknown_decision")


def test_consent_approval_and_score_through_the_api(initiative, seven):
    consent = opened(initiative, method="consent")
    voter = Api(seven[0].person)
    at = f"decisions/{consent.reference}/ballots"
    problem(voter.post(at, {"stance": "object"}), 422, "no_reason")
    assert voter.post(at, {"stance": "object", "reason": "Belum."}).json() == {
        "receipt": "",
        "stance": "object",
    }
    approval = opened(initiative, method="approval", options=["A", "B"])
    assert voter.post(f"decisions/{approval.reference}/ballots", {"choice": ["B"]}).status_code == 201
    score = opened(initiative, method="score", options=["A", "B"])
    assert voter.post(f"decisions/{score.reference}/ballots", {"choice": {"A": 5, "B": 1}}).status_code == 201


def test_promises_through_the_api(initiative, parties):
    owner, receiver = Api(parties["kampus"].person), Api(parties["batik"].person)
    body = {
        "owner": parties["kampus"].organisation.slug,
        "receiver": parties["batik"].organisation.slug,
        "what": "Delapan pendamping",
        "due": "2026-12-01",
        "initiative": initiative.slug,
    }
    problem(receiver.post("commitments", body), 403, "not_your_organisation")
    key = {"Idempotency-Key": "janji-1"}
    made, again = (owner.post("commitments", body, **key).json() for _time in range(2))
    reference = made["reference"]
    assert again["reference"] == reference
    assert Commitment.objects.count() == 1
    moved = owner.post(
        f"commitments/{reference}/renegotiate", {"due": "2026-12-20", "reason": "Ujian."}
    ).json()
    assert (moved["due"], moved["first_due"], moved["changes"][0]["in_time"]) == (
        "2026-12-20",
        "2026-12-01",
        True,
    )
    assert made["id"] == reference
    problem(receiver.post(f"commitments/{reference}/confirm"), 409, "not_delivered")  # it needs no body
    assert (
        owner.post(f"commitments/{reference}/deliver", {"evidence": "Sudah."}).json()["state"] == "delivered"
    )
    problem(owner.post(f"commitments/{reference}/confirm", {}), 403, "forbidden")
    assert receiver.post(f"commitments/{reference}/reject", {"reason": "Kurang."}).json()["state"] == "due"
    owner.post(f"commitments/{reference}/deliver", {"evidence": "Lengkap."})
    kept = receiver.post(f"commitments/{reference}/confirm", {"note": "Terima kasih."}).json()
    assert (kept["state"], kept["kept_on_time"], kept["note"]) == ("confirmed", True, "Terima kasih.")
    other = owner.post("commitments", {**body, "initiative": "", "receiver": "", "for_whom": "warga"}).json()
    assert other["initiative"] is None
    assert Api().get("commitments").json()["count"] == 2
    assert [one["reference"] for one in Api().get("commitments", state="kept").json()["items"]] == [reference]
    assert Api().get("commitments", owner=body["owner"], government="true").json()["count"] == 0
    problem(Api().get("commitments/CM-0000-0000"), 404, "unknown_commitment")
    problem(Api().post("commitments", body), 401, "sign_in")


def test_a_twin_office_sees_nothing(initiative, seven, parties, twin_sari):
    from tests.cast import TWIN_HOST

    decision, made = opened(initiative), promised(parties)
    twin = Api(twin_sari, host=TWIN_HOST)
    assert twin.get("decisions").json()["count"] == 0
    assert twin.get("commitments").json()["count"] == 0
    problem(twin.get(f"decisions/{decision.reference}"), 404, "unknown_decision")
    problem(twin.post(f"decisions/{decision.reference}/ballots", {"choice": "yes"}), 404, "unknown_decision")
    problem(twin.get(f"commitments/{made.reference}"), 404, "unknown_commitment")
    assert clock.now()
