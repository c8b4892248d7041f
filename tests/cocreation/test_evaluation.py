"""What was to be reached is written first, and in the end every party judges for itself; differences stay visible."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from heterospace.cocreation import actions, evaluation, judging, queries
from heterospace.cocreation.models import Criterion, Judgement
from heterospace.cocreation.timeline import sentence
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import actions as members
from heterospace.members import personal_data
from tests.api.test_bookings_api import Api, problem
from tests.cast import TWIN_HOST, member
from tests.cocreation.houses import go_to, take_part
from tests.counting import grows_by
from tests.events.stories import text

pytestmark = pytest.mark.django_db
ALL = ("dinas", "batik", "kawan", "pegiat", "bank", "kampus", "radio")


def criterion(initiative, by=SYSTEM, **more):
    facts = {"text": "Usaha yang bertahan dua tahun", "baseline": "40", "target": "50", "unit": "%"}
    return actions.add_criterion(initiative, by=by, **{**facts, "measured_by": "figure", **more})


def judge(initiative, who, result=4, influence=3, again=True, **more):
    organisation = more.pop("organisation", who.organisation)
    return actions.judge(
        initiative,
        by=who.user,
        result=result,
        influence=influence,
        again=again,
        organisation=organisation,
        **more,
    )


@pytest.fixture
def judged(initiative, parties):
    """An initiative with two criteria and seven parties, in its last stage."""
    take_part(initiative, [parties[key] for key in ALL])
    criterion(initiative)
    criterion(initiative, text="Pelanggan pertama", baseline="belum ada", measured_by="judgement", unit="")
    go_to(initiative, "evaluate")
    initiative.refresh_from_db()
    return initiative


# criteria


def test_criteria_are_written_with_a_baseline_while_it_is_framed_and_never_later(initiative, parties):
    first = criterion(initiative, by=parties["kampus"].user)
    assert (first.place, first.baseline) == (1, "40")
    for facts, code in (
        ({"text": ""}, "no_text"),
        ({"baseline": " "}, "no_baseline"),
        ({"measured_by": "feeling"}, "measured_by"),
        ({"target": "x" * 121}, "too_long"),
    ):
        with pytest.raises(Invalid) as wrong:
            criterion(initiative, **facts)
        assert wrong.value.code == code
    with pytest.raises(Forbidden):
        criterion(initiative, by=parties["bank"].user)
    actions.change_criterion(first, by=SYSTEM, target="60")
    second = criterion(initiative, text="Lain")
    actions.remove_criterion(second, by=SYSTEM)
    assert [one.target for one in initiative.criteria.all()] == ["60"]
    go_to(initiative, "design")
    for act in (
        lambda: criterion(initiative),
        lambda: actions.change_criterion(first, by=SYSTEM, target="10"),
        lambda: actions.remove_criterion(first, by=SYSTEM),
    ):
        with pytest.raises(Refused) as late:
            act()
        assert late.value.code == "not_framing"
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.filter(pk=first.pk).update(baseline="")


def test_a_dozen_criteria_are_enough(initiative):
    for n in range(12):
        criterion(initiative, text=f"Ukuran {n}")
    with pytest.raises(Refused) as many:
        criterion(initiative)
    assert many.value.code == "too_many"


def test_it_is_measured_in_the_last_two_stages_and_says_where_from(initiative, parties):
    one = criterion(initiative)
    with pytest.raises(Refused) as early:
        actions.measure_criterion(one, "45", "Survei", by=SYSTEM)
    assert early.value.code == "not_measuring"
    go_to(initiative, "deliver")
    with pytest.raises(Forbidden):
        actions.measure_criterion(one, "45", "Survei", by=parties["bank"].user)
    for value, source, code in (("", "Survei", "no_value"), ("45", " ", "no_source")):
        with pytest.raises(Invalid) as wrong:
            actions.measure_criterion(one, value, source, by=SYSTEM)
        assert wrong.value.code == code
    actions.measure_criterion(one, "45", "Survei Oktober", by=parties["kampus"].user)
    go_to(initiative, "evaluate")
    now = actions.measure_criterion(one, "52", "Survei Desember", by=SYSTEM)
    assert (now.baseline, now.value, now.source) == ("40", "52", "Survei Desember")


# judging


def test_every_party_judges_once_and_may_change_it(judged, parties):
    judge(judged, parties["bank"], result=5, criteria={1: "met"})
    changed = judge(judged, parties["bank"], result=2, again=False, words_said="Terlalu singkat.")
    assert Judgement.objects.count() == 1
    assert (changed.result, changed.again, changed.words) == (2, False, "Terlalu singkat.")
    assert {one.criterion.place: one.met for one in changed.of_criteria.all()} == {1: "unknown", 2: "unknown"}
    acts = judged.acts.filter(kind="evaluated")
    assert [(act.organisation, act.source, act.stage.kind) for act in acts] == [
        (parties["bank"].organisation, "judgement", "evaluate")
    ]
    with override("en"):
        assert [sentence(step) for step in judged.steps.filter(kind="judged")] == [
            "Pihak Bank judged what became of it."
        ]


def test_who_judged_in_her_own_name_and_then_for_her_organisation_acted_for_both(judged, parties):
    bank = parties["bank"]
    judge(judged, bank, organisation=None)
    judge(judged, bank)
    judge(judged, bank, result=1)
    acts = judged.acts.filter(kind="evaluated").order_by("pk")
    assert [(act.organisation, act.source) for act in acts] == [
        (None, "judgement"),
        (bank.organisation, "judgement#2"),
    ]
    assert queries.presence_of(judged)["company"].active["evaluate"] == {bank.organisation.pk}


def test_anybody_who_may_speak_for_it_changes_an_organisation_s_judgement(judged, parties, sari):
    judge(judged, parties["bank"], result=5)
    asked = members.ask_affiliation(parties["bank"].organisation, by=sari.user, role="staff")
    members.decide_affiliation(asked, True, by=parties["bank"].user)
    row = actions.judge(
        judged, by=sari.user, result=3, influence=3, again=True, organisation=parties["bank"].organisation
    )
    assert (row.person, row.result) == (sari, 3)
    assert Judgement.objects.count() == 1


def test_only_who_took_part_judges_and_only_in_the_last_stage(initiative, parties, sari, judged):
    with pytest.raises(Forbidden) as foreign:
        actions.judge(
            judged,
            by=sari.user,
            result=3,
            influence=3,
            again=True,
            organisation=parties["bank"].organisation,
        )
    assert foreign.value.code == "not_your_organisation"
    with pytest.raises(Refused) as stranger:
        actions.judge(judged, by=sari.user, result=3, influence=3, again=True)
    assert stranger.value.code == "took_no_part"


def test_nobody_judges_before_it_was_delivered(initiative, parties):
    take_part(initiative, [parties["bank"]])
    go_to(initiative, "deliver")
    with pytest.raises(Refused) as early:
        judge(initiative, parties["bank"])
    assert early.value.code == "not_evaluating"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"result": 0}, "result"),
        ({"result": 6}, "result"),
        ({"influence": 9}, "influence"),
        ({"criteria": {3: "met"}}, "criterion"),
        ({"criteria": {1: "nearly"}}, "met"),
        ({"words_said": "x" * 2001}, "too_long"),
    ],
)
def test_what_cannot_be_judged_so_is_said(judged, parties, facts, code):
    with pytest.raises(Invalid) as wrong:
        judge(judged, parties["bank"], **facts)
    assert wrong.value.code == code


def test_it_closes_when_all_who_framed_have_judged(judged, parties):
    last = judged.stages.get(kind="evaluate")
    ending = {"outcome": "adapt", "outcome_reason": "Diperbaiki."}
    with pytest.raises(Refused) as missing:
        actions.close_stage(last, "Hasil.", by=SYSTEM, **ending)
    assert missing.value.code == "sector_missing"
    for key in ALL:
        judge(judged, parties[key])
    assert actions.close_stage(last, "Hasil.", by=SYSTEM, **ending).close_reason == ""
    judged.refresh_from_db()
    with pytest.raises(Refused) as over:
        judge(judged, parties["bank"])
    assert over.value.code == "not_running"


# reading


def test_differences_stay_visible_by_sector_and_by_name(judged, parties):
    judge(judged, parties["kawan"], result=2, criteria={1: "missed"})
    judge(judged, parties["pegiat"], result=5, criteria={1: "met"})
    judge(judged, parties["dinas"], result=5, again=False, criteria={1: "met"})
    told = evaluation.read(judged)
    rows = {row.key: [(mark.value, mark.n) for mark in row.marks] for row in told.result}
    assert rows == {"government": [(5, 1)], "community": [(2, 1), (5, 1)]}
    assert [(one.organisation.name, one.result) for one in told.parties] == [
        ("Pihak Dinas", 5),
        ("Pihak Kawan", 2),
        ("Pihak Pegiat", 5),
    ]
    assert [(key, would, of) for key, _label, would, of in told.again] == [
        ("government", 0, 1),
        ("community", 2, 2),
    ]
    first = told.criteria[0]
    assert [(met.value, [one.name for one in bodies]) for met, bodies, _n in first.said] == [
        ("met", ["Pihak Dinas", "Pihak Pegiat"]),
        ("missed", ["Pihak Kawan"]),
    ]
    assert {key for key, _label, _rows in told.silent} == {"msme", "company", "campus", "media"}


def alone(initiative, office, count, first=0):
    """People who took part and judge in their own name."""
    for n in range(first, first + count):
        person = member(office, f"Warga {n}", f"warga{n}@demo.example")
        actions.record_act(initiative, person, "attended", by=SYSTEM, source="daftar")
        actions.judge(
            initiative,
            by=person.user,
            result=1 + n % 5,
            influence=2,
            again=True,
            words_said=f"Kata warga {n}",
            criteria={1: "partly"},
        )


def test_people_in_their_own_name_are_counted_from_five_on_and_never_named(judged, office, enter):
    address = f"/initiatives/{judged.slug}/evaluation/"
    alone(judged, office, 4)
    told = evaluation.read(judged)
    assert (told.own, told.own_is_small, told.result) == (None, True, [])
    assert told.criteria[0].said == []
    assert "Kata warga" not in text(enter().get(address))
    alone(judged, office, 1, first=4)
    told = evaluation.read(judged)
    assert (told.own.n, told.own.again, told.own.words[0]) == (5, 5, "Kata warga 0")
    assert [(row.key, row.n) for row in told.result] == [("own", 5)]
    shown = text(enter().get(address))
    assert "Kata warga 3" in shown
    assert "Warga 3" not in shown.replace("Kata warga 3", "")


def test_who_leaves_takes_her_own_words_with_her(judged, office):
    alone(judged, office, 5)
    one = Judgement.objects.order_by("pk").first()
    personal_data.erase(one.person)
    assert Judgement.objects.get(pk=one.pk).words == ""
    assert evaluation.read(judged).own.n == 5


def test_the_picture_draws_areas_in_proportion_and_the_middle_one():
    (row,) = judging.draw({("community", "Komunitas"): [1, 1, 1, 1, 4], ("media", "Media"): []})
    assert [(mark.x, mark.radius) for mark in row.marks] == [(40, 24.0), (280, 12.0)]
    assert (row.low, row.high, row.middle_x, row.n) == (40, 280, 40, 5)


# pages


def test_it_is_judged_on_the_page(judged, parties, enter):
    address = f"/initiatives/{judged.slug}/evaluation/"
    browser = enter(parties["bank"].person)
    sent = {
        "act": "judge",
        "organisation": parties["bank"].organisation.pk,
        "result": "4",
        "influence": "2",
        "again": "no",
        "words": "Kami baru diajak di tengah.",
        "criterion_1": "partly",
        "criterion_2": "unknown",
    }
    assert browser.post(address, {**sent, "result": ""}).status_code == 422
    assert browser.post(address, sent).url == address
    shown = text(enter().get(address))
    assert "Kami baru diajak di tengah." in shown
    assert "Pihak Bank" in shown
    assert "checked" in browser.get(address).content.decode()  # what was said stands in the form
    assert enter().post(address, sent).url.startswith("/account/login/")


def test_criteria_are_written_and_measured_on_the_page(initiative, parties, enter):
    address = f"/initiatives/{initiative.slug}/evaluation/"
    guide = enter(parties["kampus"].person)
    sent = {
        "act": "add",
        "text": "Bertahan",
        "baseline": "40",
        "target": "",
        "unit": "%",
        "measured_by": "figure",
    }
    assert guide.post(address, {**sent, "baseline": ""}).status_code == 422
    guide.post(address, sent)
    guide.post(address, {**sent, "act": "change", "criterion": "1", "text": "Bertahan dua tahun"})
    assert initiative.criteria.get().text == "Bertahan dua tahun"
    assert enter(parties["bank"].person).post(address, sent).status_code == 403
    go_to(initiative, "deliver")
    guide.post(address, {"act": "measure", "criterion": "1", "value": "47", "source": "Survei"})
    assert "47 %" in text(enter().get(address))
    guide.post(address, {**sent, "act": "remove", "criterion": "1"})
    assert initiative.criteria.count() == 1
    assert guide.post(address, {"act": "measure", "criterion": "9"}).status_code == 404


def test_the_page_asks_the_same_however_many_judge(judged, parties, enter):
    def grow(n):
        judge(judged, parties[("kampus", *(key for key in ALL if key != "kampus"))[n - 1]])

    grows_by(enter(parties["kampus"].person), f"/initiatives/{judged.slug}/evaluation/", grow, (1, 3, 7))


def test_a_twin_office_finds_nothing(judged, twin_sari, enter):
    address = f"/initiatives/{judged.slug}/evaluation/"
    assert enter(twin_sari).get(address, HTTP_HOST=TWIN_HOST).status_code == 404


# the API


def test_criteria_and_judgements_over_the_api(initiative, parties, office):
    path = f"initiatives/{initiative.slug}"
    guide = Api(parties["kampus"].person)
    problem(
        Api(parties["bank"].person).post(f"{path}/criteria", {"text": "x", "baseline": "y"}), 403, "forbidden"
    )
    made = guide.post(f"{path}/criteria", {"text": "Bertahan", "baseline": "40", "measured_by": "figure"})
    assert (made.status_code, made.json()["number"]) == (201, 1)
    take_part(initiative, [parties[key] for key in ALL])
    go_to(initiative, "evaluate")
    problem(guide.post(f"{path}/criteria", {"text": "x", "baseline": "y"}), 409, "not_framing")
    told = {
        "result": 4,
        "influence": 3,
        "again": True,
        "organisation": "pihak-bank",
        "criteria": {"1": "met"},
    }
    judged = Api(parties["bank"].person).post(f"{path}/judgements", told)
    assert judged.status_code == 201, judged.content
    assert judged.json()["criteria"] == {"1": "met"}
    problem(Api(parties["bank"].person).post(f"{path}/judgements", {**told, "result": 7}), 422, "result")
    alone(initiative, office, 5)
    listed = Api().get(f"{path}/judgements").json()
    assert (listed["count"], listed["own_name"]["n"]) == (1, 5)
    assert "Kata warga" not in str(listed)
    assert "pihak-kawan" in listed["silent"]
    assert Api().get(f"{path}/criteria").json()["items"][0]["baseline"] == "40"
