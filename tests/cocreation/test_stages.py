"""An initiative from proposal to its end: the hub's answer, frozen rules, results, and who must not be missing."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions
from heterospace.cocreation.enums import (
    INITIATIVE_MOVES,
    STAGE_MOVES,
    InitiativeState,
    StageState,
)
from heterospace.cocreation.models import Initiative, RulesVersion, Stage
from heterospace.cocreation.rules_text import canonical, digest
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM, allowed
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members.models import Affiliation
from tests.cocreation.houses import begin, days, go_to, propose, stage, take_part

pytestmark = pytest.mark.django_db


def kinds(initiative) -> list[str]:
    return list(initiative.steps.order_by("pk").values_list("kind", flat=True))


def test_wulan_proposes_and_the_hub_owes_an_answer_by_its_promised_day(semarang, parties, ratna, now):
    initiative = propose(semarang, parties["kawan"])
    assert initiative.state == "proposed"
    assert initiative.answer_due == now + dt.timedelta(days=semarang.answer_days)
    assert [one.kind for one in initiative.stages.all()] == ["frame", "design", "deliver", "evaluate"]
    assert Message.objects.filter(kind="initiative_proposed", addressee=ratna.pk).count() == 1
    assert kinds(initiative) == ["proposed"]
    assert initiative.followings.get().person == parties["kawan"].person


def test_the_answer_needs_a_reason_and_comes_once(semarang, parties, ratna):
    initiative = propose(semarang, parties["kawan"])
    with pytest.raises(Invalid) as wrong:
        actions.decline_initiative(initiative, "  ", by=ratna.user)
    assert wrong.value.code == "no_answer"
    actions.decline_initiative(initiative, "Sudah ada programnya.", by=ratna.user)
    with pytest.raises(Refused) as again:
        actions.accept_initiative(initiative, "Ya.", by=ratna.user)
    assert again.value.code == "already_answered"
    initiative.refresh_from_db()
    assert (initiative.state, initiative.answer) == ("declined", "Sudah ada programnya.")
    told = Message.objects.get(kind="initiative_answered")
    assert told.addressee == parties["kawan"].person.pk


def test_only_who_stands_for_the_hub_answers(semarang, parties, dimas, hendro):
    initiative = propose(semarang, parties["kawan"])
    for person in (parties["kawan"].person, parties["bank"].person, dimas):
        with pytest.raises(Forbidden):
            actions.accept_initiative(initiative, "Ya.", by=person.user)
    actions.accept_initiative(initiative, "Ya.", by=hendro.user)


def test_a_late_answer_stays_visible_as_late(semarang, parties, ratna):
    initiative = propose(semarang, parties["kawan"])
    with days(semarang.answer_days + 1):
        initiative = actions.accept_initiative(initiative, "Maaf terlambat.", by=ratna.user)
    assert initiative.is_answer_late
    assert initiative.steps.get(kind="answered").facts["late"] is True


def test_the_hub_is_reminded_once_a_day_when_the_answer_is_near(semarang, parties, ratna):
    propose(semarang, parties["kawan"])
    assert actions.remind_of_answers(by=SYSTEM) == 0
    with days(semarang.answer_days - 2):
        assert actions.remind_of_answers(by=SYSTEM) == 1
        assert actions.remind_of_answers(by=SYSTEM) == 0


def test_taking_part_needs_stewards_of_two_sectors(semarang, parties, ratna):
    initiative = propose(semarang, parties["kawan"])
    actions.accept_initiative(initiative, "Ya.", by=ratna.user)
    assert [one.sector for one in initiative.stewards.all()] == ["community"]
    with pytest.raises(Refused) as alone:
        actions.open_stage(stage(initiative, "frame"), by=ratna.user)
    assert alone.value.code == "two_sectors"
    pegiat, kampus = parties["pegiat"], parties["kampus"]
    actions.add_steward(initiative, pegiat.person, pegiat.organisation, by=ratna.user)
    with pytest.raises(Refused):  # two of the same sector are one
        actions.open_stage(stage(initiative, "frame"), by=ratna.user)
    actions.add_steward(initiative, kampus.person, kampus.organisation, by=ratna.user)
    assert actions.open_stage(stage(initiative, "frame"), by=ratna.user).is_open


def test_a_running_initiative_keeps_two_sectors_of_stewards(initiative, parties):
    steward = initiative.stewards.get(sector="campus")
    with pytest.raises(Refused) as alone:
        actions.end_steward(steward, by=steward.person.user)
    assert alone.value.code == "two_sectors"
    actions.add_steward(initiative, parties["bank"].person, parties["bank"].organisation, by=SYSTEM)
    assert actions.end_steward(steward, by=steward.person.user).until is not None


def test_a_steward_whose_organisation_has_her_no_more_guides_for_nobody(initiative, parties):
    kampus = parties["kampus"]
    ago = clock.now().date() - dt.timedelta(days=1)
    Affiliation.objects.filter(person=kampus.person).update(since=ago, until=ago)
    assert not allowed(kampus.user, "cocreation.steer", initiative)
    actions.close_stage(stage(initiative, "frame"), "Hasil.", by=SYSTEM)
    with pytest.raises(Refused) as alone:
        actions.open_stage(stage(initiative, "design"), by=SYSTEM)
    assert alone.value.code == "two_sectors"
    Affiliation.objects.filter(person=kampus.person).update(until=None)
    actions.open_stage(stage(initiative, "design"), by=SYSTEM)
    assert allowed(kampus.user, "cocreation.steer", initiative)


def test_rules_are_frozen_by_their_fingerprint_when_the_stage_opens(initiative):
    frame = stage(initiative, "frame")
    (version,) = frame.versions.all()
    assert version.digest == digest(
        canonical(
            stage="frame",
            starts_on=frame.starts_on,
            ends_on=frame.ends_on,
            influence=frame.influence,
            rules=frame.rules,
        )
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RulesVersion.objects.filter(pk=version.pk).update(rules="Diam-diam diganti.")


def test_changed_rules_are_a_new_version_with_a_reason_and_everybody_is_told(initiative, parties):
    take_part(initiative, [parties["bank"], parties["batik"]])
    frame = stage(initiative, "frame")
    with pytest.raises(Invalid) as silent:
        actions.plan_stage(frame, by=SYSTEM, rules="Hanya yang diundang.")
    assert silent.value.code == "no_reason"
    assert stage(initiative, "frame").rules == frame.rules
    actions.plan_stage(frame, by=SYSTEM, rules="Semua boleh.", reason="Agar lebih jelas.")
    versions = list(frame.versions.all())
    assert [(one.number, one.reason) for one in versions] == [(1, ""), (2, "Agar lebih jelas.")]
    assert versions[0].digest != versions[1].digest
    told = Message.objects.filter(kind="rules_changed").values_list("addressee", flat=True)
    assert set(told) == {parties["bank"].person.pk, parties["batik"].person.pk}
    assert initiative.steps.get(kind="rules_changed").facts["version"] == 2


def test_saying_the_same_again_is_no_new_version(initiative):
    frame = stage(initiative, "frame")
    actions.plan_stage(frame, by=SYSTEM, rules=frame.rules, influence=frame.influence)
    assert frame.versions.count() == 1


def test_a_stage_is_not_closed_without_a_result_by_deed_or_by_database(initiative):
    frame = stage(initiative, "frame")
    with pytest.raises(Invalid) as empty:
        actions.close_stage(frame, " ", by=SYSTEM)
    assert empty.value.code == "no_result"
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.objects.filter(pk=frame.pk).update(state="closed", closed_at=clock.now())
    actions.close_stage(frame, "Kita sepakat soal masalahnya.", by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():  # and the result stays as it was published
        Stage.objects.filter(pk=frame.pk).update(result="Lain.")


def test_stages_open_in_their_order_one_at_a_time(initiative):
    with pytest.raises(Refused) as early:
        actions.open_stage(stage(initiative, "design"), by=SYSTEM)
    assert early.value.code == "stage_before"
    with pytest.raises(Refused) as twice:
        actions.open_stage(stage(initiative, "frame"), by=SYSTEM)
    assert twice.value.code == "already_open"
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.objects.filter(initiative=initiative, kind="design").update(state="open", opened_at=clock.now())


def test_a_stage_that_opens_late_keeps_its_length(initiative):
    planned = stage(initiative, "design")
    length = planned.ends_on - planned.starts_on
    with days(60):
        opened = go_to(initiative, "design")
        assert opened.starts_on == clock.today("Asia/Jakarta")
        assert opened.ends_on - opened.starts_on == length


def test_deliver_opens_with_a_promise_from_outside_government_or_a_public_reason(initiative):
    go_to(initiative, "design")
    actions.close_stage(stage(initiative, "design"), "Rancangan.", by=SYSTEM)
    with pytest.raises(Refused) as alone:
        actions.open_stage(stage(initiative, "deliver"), by=SYSTEM)
    assert alone.value.code == "no_promise"
    opened = actions.open_stage(stage(initiative, "deliver"), by=SYSTEM, reason="Dinas mulai lebih dulu.")
    assert opened.open_reason == "Dinas mulai lebih dulu."
    assert initiative.steps.get(kind="stage_opened", stage=opened).facts["reason"] == opened.open_reason


def test_evaluation_does_not_end_without_the_sectors_that_framed(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["bank"], parties["dinas"]])
    go_to(initiative, "evaluate")
    take_part(initiative, [parties["dinas"]], kind="evaluated", source="rapat akhir")
    last = stage(initiative, "evaluate")
    ending = {"outcome": "adapt", "outcome_reason": "Terlalu singkat."}
    with pytest.raises(Refused) as missing:
        actions.close_stage(last, "Dinas puas.", by=SYSTEM, **ending)
    assert missing.value.code == "sector_missing"
    assert missing.value.extra["missing"] == ["community", "company"]
    take_part(initiative, [parties["pegiat"]], kind="evaluated", source="rapat akhir")  # another community
    with pytest.raises(Refused) as missing:
        actions.close_stage(last, "Dinas puas.", by=SYSTEM, **ending)
    assert missing.value.extra["missing"] == ["company"]
    closed = actions.close_stage(last, "Dinas puas.", by=SYSTEM, reason="Bank sudah tutup.", **ending)
    assert closed.close_reason == "Bank sudah tutup."
    initiative.refresh_from_db()
    assert (initiative.state, initiative.result) == ("closed", "adapt")


def test_evaluation_ends_without_a_reason_when_nobody_is_missing(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["bank"]])
    go_to(initiative, "evaluate")
    take_part(initiative, [parties["kawan"], parties["bank"]], kind="evaluated")
    closed = actions.close_stage(
        stage(initiative, "evaluate"), "Berhasil.", by=SYSTEM, outcome="continue", outcome_reason="Semua mau."
    )
    assert closed.close_reason == ""


def test_what_it_closes_with_must_be_one_of_four_with_a_reason(initiative):
    last = go_to(initiative, "evaluate")
    for wish, code in (
        ({"outcome": "party"}, "outcome"),
        ({"outcome": "stop", "outcome_reason": ""}, "no_outcome_reason"),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.close_stage(last, "Selesai.", by=SYSTEM, **wish)
        assert wrong.value.code == code


def test_it_is_repeated_at_another_hub_with_what_was_learned(initiative, solo, parties):
    initiative.criteria.create(
        place=1, text="Usaha bertahan", measured_by="figure", baseline="40 %", target="50 %"
    )
    with pytest.raises(Refused) as early:
        actions.replicate(initiative, solo, by=SYSTEM)
    assert early.value.code == "not_ended"
    go_to(initiative, "evaluate")
    actions.close_stage(
        stage(initiative, "evaluate"), "Berhasil.", by=SYSTEM, outcome="replicate", outcome_reason="Solo mau."
    )
    initiative.refresh_from_db()
    copy = actions.replicate(initiative, solo, by=parties["kampus"].user)
    assert (copy.hub, copy.state, copy.copied_from) == (solo, "proposed", initiative)
    assert copy.slug != initiative.slug
    assert [one.text for one in copy.criteria.all()] == ["Usaha bertahan"]
    assert initiative.steps.get(kind="copied").facts["hub"] == "Hetero Space Solo"


def test_stopping_early_says_why_to_everybody_who_took_part(initiative, parties, ratna):
    take_part(initiative, [parties["bank"]])
    with pytest.raises(Invalid):
        actions.stop_initiative(initiative, "", by=ratna.user)
    actions.stop_initiative(initiative, "Tidak ada dana.", by=ratna.user)
    assert Message.objects.filter(kind="initiative_stopped", addressee=parties["bank"].person.pk).exists()
    with pytest.raises(Refused) as over:
        actions.close_stage(stage(initiative, "frame"), "Hasil.", by=SYSTEM)
    assert over.value.code == "not_running"


def test_the_tables_of_states_are_whole():
    assert set(INITIATIVE_MOVES) == set(InitiativeState)
    assert set(STAGE_MOVES) == set(StageState)


def test_two_who_open_the_same_stage_are_told_apart(semarang, parties):
    initiative = begin(semarang, parties)
    with pytest.raises(Refused) as second:
        actions.open_stage(stage(initiative, "frame"), by=SYSTEM)
    assert second.value.code == "already_open"
    assert stage(initiative, "frame").versions.count() == 1


def test_a_proposal_may_be_taken_back_until_it_is_answered(semarang, parties, ratna):
    initiative = propose(semarang, parties["kawan"])
    with pytest.raises(Forbidden):
        actions.withdraw_initiative(initiative, by=ratna.user)
    actions.withdraw_initiative(initiative, by=parties["kawan"].user)
    with pytest.raises(Refused) as gone:
        actions.accept_initiative(Initiative.objects.get(pk=initiative.pk), "Ya.", by=ratna.user)
    assert gone.value.code == "ended"
