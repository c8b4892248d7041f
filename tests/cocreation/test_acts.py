"""The act ledger: one hat, a current affiliation, the same act once, nothing changed afterwards, log-ins never."""

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions, queries
from heterospace.cocreation.actions.lists import Line
from heterospace.cocreation.models import Act, Step
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import actions as members
from heterospace.members.models import Affiliation
from tests.cast import member
from tests.cocreation.houses import days, go_to, stage, take_part

pytestmark = pytest.mark.django_db


def record(initiative, who, **more):
    wish = {
        "kind": "attended",
        "source": "daftar hadir",
        "organisation": who.organisation,
        "by": SYSTEM,
        **more,
    }
    return actions.record_act(initiative, who.person, wish.pop("kind"), **wish)


def test_an_act_keeps_hat_sector_stage_channel_and_source(initiative, parties):
    act = record(initiative, parties["bank"], channel="paper", by=parties["kampus"].user)
    assert (act.organisation, act.sector) == (parties["bank"].organisation, "company")
    assert (act.stage.kind, act.kind, act.channel) == ("frame", "attended", "paper")
    assert act.source == "list:daftar hadir"
    assert act.recorded_by == parties["kampus"].user
    assert initiative.followings.filter(person=parties["bank"].person).exists()


def test_the_sector_is_that_of_the_time(initiative, parties):
    batik = parties["batik"]
    act = record(initiative, batik)
    members.change_organisation(batik.organisation, by=SYSTEM, kind="company")
    batik.organisation.refresh_from_db()
    again = record(initiative, batik, source="rapat kedua")
    act.refresh_from_db()
    assert (act.sector, again.sector) == ("msme", "company")


def test_the_same_act_twice_is_one(initiative, parties):
    first, second = record(initiative, parties["bank"]), record(initiative, parties["bank"])
    assert first == second
    assert record(initiative, parties["bank"], source="lain") != first
    assert record(initiative, parties["bank"], kind="commented") != first


def test_one_speaks_only_for_an_organisation_one_is_in_now(initiative, parties):
    with pytest.raises(Forbidden) as foreign:
        record(initiative, parties["bank"], organisation=parties["radio"].organisation)
    assert foreign.value.code == "not_your_organisation"
    Affiliation.objects.filter(person=parties["bank"].person).update(state="asked")
    with pytest.raises(Forbidden):
        record(initiative, parties["bank"])
    act = record(initiative, parties["bank"], organisation=None)
    assert (act.organisation, act.sector) == (None, "")


def test_only_those_who_help_enter_acts_of_others(initiative, parties, dimas, sari):
    for outsider in (sari, parties["radio"].person):
        with pytest.raises(Forbidden):
            record(initiative, parties["bank"], by=outsider.user)
    record(initiative, parties["bank"], by=dimas.user)  # the desk helps people on paper


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"kind": "logged_in"}, "kind"),
        ({"channel": "telepathy"}, "channel"),
        ({"source": "  "}, "no_source"),
    ],
)
def test_wrong_input_is_named(initiative, parties, wish, code):
    with pytest.raises(Invalid) as wrong:
        record(initiative, parties["bank"], **wish)
    assert wrong.value.code == code
    assert not Act.objects.exists()


def test_acts_are_not_of_the_future_nor_before_the_stage(initiative, parties):
    with days(3):
        later = clock.now()
    with pytest.raises(Invalid) as ahead:
        record(initiative, parties["bank"], at=later)
    assert ahead.value.code == "at"
    with days(-9):
        before = clock.now()
    with pytest.raises(Invalid):
        record(initiative, parties["bank"], at=before)


def test_a_list_that_comes_late_goes_into_its_stage_but_never_into_one_ahead(initiative, parties):
    frame = stage(initiative, "frame")
    go_to(initiative, "design")
    assert record(initiative, parties["bank"], stage=frame).stage == frame
    with pytest.raises(Invalid) as ahead:
        record(initiative, parties["bank"], stage=stage(initiative, "evaluate"))
    assert ahead.value.code == "stage"


def test_no_act_without_an_open_stage(initiative, parties):
    actions.close_stage(stage(initiative, "frame"), "Hasil.", by=SYSTEM)
    with pytest.raises(Refused) as between:
        record(initiative, parties["bank"])
    assert between.value.code == "no_open_stage"


def test_the_ledger_is_append_only_and_a_wrong_line_is_annulled(initiative, parties):
    act = record(initiative, parties["bank"])
    for change in (
        lambda: Act.objects.filter(pk=act.pk).update(sector="media"),
        lambda: Act.objects.filter(pk=act.pk).delete(),
        lambda: Step.objects.filter(initiative=initiative).update(kind="kept"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(Invalid):
        actions.annul_act(act, " ", by=SYSTEM)
    actions.annul_act(act, "Salah orang.", by=parties["kampus"].user)
    with pytest.raises(Refused) as again:
        actions.annul_act(act, "Lagi.", by=SYSTEM)
    assert again.value.code == "already_annulled"
    assert not queries.acts_of(initiative).exists()
    assert "company" not in queries.presence_of(initiative)
    assert Act.objects.filter(pk=act.pk).exists()


def test_what_was_annulled_is_entered_again_rightly(initiative, parties):
    bank = parties["bank"]
    wrong = record(initiative, bank, organisation=None)
    actions.annul_act(wrong, "Datang untuk banknya.", by=SYSTEM)
    right = record(initiative, bank)
    assert (right.source, right.organisation) == ("list:daftar hadir#2", bank.organisation)
    assert record(initiative, bank) == right  # and that one is one again
    assert [row.sector for row in queries.acts_of(initiative)] == ["company"]
    actions.annul_act(right, "Tidak datang.", by=SYSTEM)
    (third,) = actions.record_named(
        initiative,
        Line(1, bank.person.name, ""),
        by=SYSTEM,
        kind="attended",
        source="daftar hadir",
        person=bank.person,
    )
    assert third.source == "list:daftar hadir#3"


def test_looking_and_signing_in_never_count(initiative, parties, enter):
    browser = enter(parties["radio"].person)
    for address in ("", "continuity/", "timeline/", "rules/frame/"):
        assert browser.get(f"/initiatives/{initiative.slug}/{address}").status_code == 200
    browser.post(f"/initiatives/{initiative.slug}/follow/", {"act": "follow"})
    assert not Act.objects.exists()


def test_people_of_a_merged_record_stay_invited(initiative, parties, office, ratna):
    kept = parties["bank"].person
    double = member(office, "Bayu Bank Lama", "bayu.lama@pihak.example")
    actions.record_act(initiative, double, "attended", by=SYSTEM, source="daftar hadir")
    members.merge_people(kept, double, by=ratna.user)
    assert set(queries.people_of(initiative)) == {kept}
    go_to(initiative, "evaluate")
    assert initiative.invites.get().person == kept


def test_an_erased_person_leaves_the_counts_as_they_were(initiative, parties):
    take_part(initiative, [parties["bank"]])
    members.erase_person(parties["bank"].person, by=parties["bank"].user)
    assert len(queries.presence_of(initiative)["company"].shaped) == 1
    go_to(initiative, "evaluate")
    assert not initiative.invites.exists()
