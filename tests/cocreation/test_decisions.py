"""Decisions from draft to review: frozen rules, the roll, quorum, outcome with reason, consent with objections."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions
from heterospace.cocreation.deciding import origins
from heterospace.cocreation.enums import DECISION_MOVES, DecisionState
from heterospace.cocreation.models import Act, Box, Decision, Elector, Invite, Position
from heterospace.cocreation.rules_text import canonical_decision, digest
from heterospace.cocreation.timeline import sentence, tone
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.home.doctor import examine
from heterospace.home.tick import tick
from heterospace.members.actions import create_organisation, merge_people
from tests.cocreation.ballot_stories import draft, everybody, fresh, join_in, opened, people, vote
from tests.cocreation.houses import begin, days, go_to, party, take_part

pytestmark = pytest.mark.django_db


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def healthy() -> list[str]:
    return [one.check for one in examine() if one.is_wrong]


@pytest.fixture
def seven(initiative, parties):
    return everybody(initiative, parties)


# --- the draft


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 6001}, "too_long"),
        ({"method": "lot"}, "method"),
        ({"franchise": "everybody"}, "franchise"),
        ({"quorum": 0}, "quorum"),
        ({"quorum": 101}, "quorum"),
        ({"quorum": True}, "quorum"),
        ({"passes_above": 49}, "passes_above"),
        ({"passes_above": 100}, "passes_above"),
        ({"sector_quorum": {"aliens": 3}}, "sector_quorum"),
        ({"sector_quorum": {"msme": -1}}, "sector_quorum"),
        ({"method": "approval"}, "options"),
        ({"method": "approval", "options": ["satu", "  "]}, "options"),
        ({"method": "score", "options": ["satu", "Satu "]}, "options"),
        ({"method": "score", "options": [str(n) for n in range(21)]}, "options"),
        ({"method": "score", "options": ["a", "b" * 161]}, "options"),
        ({"closes_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, "closes_at"),
        ({"closes_at": dt.datetime(2028, 11, 1, tzinfo=dt.UTC)}, "closes_at"),
        ({"review_on": dt.date(2026, 11, 22)}, "review_on"),
        ({"first_sector": "aliens"}, "first_sector"),
    ],
)
def test_what_cannot_be_decided_so(initiative, plan, code):
    with pytest.raises(Invalid) as wrong:
        draft(initiative, **plan)
    assert wrong.value.code == code


def test_a_draft_changes_freely_and_is_frozen_when_it_opens(initiative, seven):
    decision = draft(initiative)
    actions.change_decision(decision, by=SYSTEM, text="Dengan 20 tim saja.", quorum=60)
    decision = actions.open_decision(decision, by=SYSTEM)
    names = [
        "title",
        "text",
        "method",
        "options",
        "franchise",
        "quorum",
        "sector_quorum",
        "passes_above",
        "closes_at",
    ]
    told = {name: getattr(fresh(decision), name) for name in names}
    assert decision.digest == digest(canonical_decision(**told))
    assert refusal(lambda: actions.change_decision(decision, by=SYSTEM, quorum=1)) == "already_open"
    for change in (
        {"text": "Lain."},
        {"quorum": 1},
        {"closes_at": clock.now()},
        {"franchise": "stewards"},
        {"options": ["x"]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)


def test_a_draft_may_be_withdrawn_and_then_nothing_more(initiative, seven):
    decision = draft(initiative)
    actions.withdraw_decision(decision, by=SYSTEM)
    assert refusal(lambda: actions.open_decision(decision, by=SYSTEM)) == "withdrawn"
    assert refusal(lambda: actions.withdraw_decision(decision, by=SYSTEM)) == "withdrawn"


def test_nothing_is_decided_before_a_stage_is_open(semarang, parties, ratna):
    from tests.cocreation.houses import propose

    initiative = propose(semarang, parties["kawan"])
    assert refusal(lambda: draft(initiative)) == "not_running"
    actions.accept_initiative(initiative, "Ya.", by=ratna.user)
    initiative.refresh_from_db()
    assert refusal(lambda: draft(initiative)) == "no_open_stage"


# --- the roll


def test_the_roll_is_made_by_its_rule_when_the_decision_opens(initiative, parties, office):
    take_part(initiative, [parties[key] for key in ("dinas", "batik", "kawan", "pegiat", "bank")])
    join_in(initiative, people(office, 2))
    late = opened(initiative)
    take_part(initiative, [parties["radio"]])  # too late
    lines = Elector.objects.filter(box=late.box)
    assert lines.count() == 7
    assert sorted(lines.values_list("sector", flat=True)) == [
        "",
        "",
        "community",
        "community",
        "company",
        "government",
        "msme",
    ]
    assert not lines.filter(person=parties["radio"].person).exists()
    by_house = opened(initiative, franchise="organisations")
    voices = Elector.objects.filter(box=by_house.box)
    assert set(voices.values_list("person", flat=True)) == {None}
    assert {one.organisation.name for one in voices} == {
        parties[key].organisation.name for key in ("dinas", "batik", "kawan", "pegiat", "bank", "radio")
    }
    guided = opened(initiative, franchise="stewards", method="consent")
    assert set(Elector.objects.filter(box=guided.box).values_list("person", flat=True)) == {
        parties["kawan"].person.pk,
        parties["kampus"].person.pk,
    }


def test_a_secret_ballot_needs_five_on_the_roll(initiative, parties):
    take_part(initiative, [parties[key] for key in ("dinas", "batik", "kawan", "bank")])
    assert refusal(lambda: opened(initiative)) == "too_few_electors"
    assert refusal(lambda: opened(initiative, franchise="stewards")) == "too_few_electors"
    assert Box.objects.count() == 0
    take_part(initiative, [parties["pegiat"]])
    assert opened(initiative).box.roll.count() == 5


def test_a_roll_of_nobody_and_a_quorum_nobody_can_reach_are_refused(initiative, seven, semarang, parties):
    empty = begin(semarang, parties, title="Belum ada siapa-siapa")
    assert refusal(lambda: opened(empty, method="consent")) == "nobody_to_vote"
    assert refusal(lambda: opened(initiative, sector_quorum={"community": 3})) == "quorum_impossible"
    assert opened(initiative, sector_quorum={"community": 2}).is_open


def test_people_have_an_hour_at_least(initiative, seven):
    soon = draft(initiative, closes_at=clock.now() + dt.timedelta(minutes=50))
    assert refusal(lambda: actions.open_decision(soon, by=SYSTEM)) == "closes_at"


def test_whoever_took_part_is_invited_and_the_timeline_says_it(initiative, seven):
    decision = opened(initiative)
    assert Invite.objects.filter(decision=decision, kind="decision").count() == 7
    assert Message.objects.filter(kind="cocreation_invited").count() == 7
    line = initiative.steps.get(kind="decision")
    assert line.path == f"decisions/{decision.reference}/"
    assert decision.title in sentence(line)


def test_who_shaped_it_reads_what_the_stewards_decide_and_nobody_is_told_twice(initiative, seven, parties):
    decision = opened(initiative, franchise="stewards", method="consent")
    asked = set(Invite.objects.filter(decision=decision).values_list("person", flat=True))
    assert asked == {one.person.pk for one in seven}
    stewards = {parties["kawan"].person.pk, parties["kampus"].person.pk}
    told = set(Message.objects.filter(kind="decision_opened").values_list("addressee", flat=True))
    assert told == stewards - asked
    position = lambda: actions.take_position(decision, "consent", by=parties["bank"].user)  # noqa: E731
    assert refusal(position) == "not_on_roll"


# --- voting


def test_each_voice_counts_once_and_the_receipt_says_so(initiative, seven):
    decision = opened(initiative)
    cast = vote(decision, seven[0], "no")
    box = fresh(decision).box
    assert (box.count, len(box.receipts)) == (1, 1)
    assert actions.was_counted(box, cast.receipt.lower())
    assert not actions.was_counted(box, "ABCD-EFGH-2345")
    assert refusal(lambda: vote(decision, seven[0], "yes")) == "already_voted"
    assert fresh(decision).box.count == 1


def test_a_ballot_sent_again_with_its_receipt_is_one_ballot(initiative, seven):
    decision = opened(initiative)
    first = vote(decision, seven[0], "no", receipt="KODE-SAYA-1234")
    again = vote(decision, seven[0], "no", receipt="kode saya 1234")
    assert (first.again, again.again) == (False, True)
    assert fresh(decision).box.count == 1
    assert refusal(lambda: vote(decision, seven[0], "no", receipt="KODE-LAIN-1234")) == "already_voted"
    assert refusal(lambda: vote(decision, seven[1], "no", receipt="KODE-SAYA-1234")) == "receipt_taken"
    with pytest.raises(Invalid):
        vote(decision, seven[1], "no", receipt="pendek")


@pytest.mark.parametrize("choice", ["perhaps", None, True, ["yes"], {"yes": 1}])
def test_what_is_not_on_the_ballot_does_not_go_in(initiative, seven, choice):
    decision = opened(initiative)
    with pytest.raises(Invalid) as wrong:
        vote(decision, seven[0], choice)
    assert wrong.value.code == "choice"
    assert fresh(decision).box.count == 0
    assert not Elector.objects.filter(has_voted=True).exists()


def test_who_is_not_on_the_roll_is_told_why_not(initiative, seven, office, wulan, twin_sari):
    decision = opened(initiative)
    by_house = opened(initiative, franchise="organisations")
    among_stewards = opened(initiative, franchise="stewards", method="consent")
    with pytest.raises(Forbidden) as no:
        vote(decision, wulan)
    assert no.value.code == "not_on_roll"
    assert "sebelum keputusan ini dibuka" in str(no.value)
    with pytest.raises(Forbidden) as no:
        vote(by_house, wulan)
    assert "Anda tidak mewakili organisasi" in str(no.value)
    create_organisation(office, by=wulan.user, name="Baru", kind="community")
    with pytest.raises(Forbidden) as no:
        vote(by_house, wulan)
    assert "Organisasi Anda tidak termasuk" in str(no.value)
    with pytest.raises(Forbidden) as no:
        actions.take_position(among_stewards, "consent", by=wulan.user)
    assert "pemandu" in str(no.value)
    with pytest.raises(Forbidden):
        actions.cast_ballot(decision, "yes", by=twin_sari.user)


def test_an_organisation_has_one_voice_whoever_casts_it(initiative, seven, parties, office):
    from heterospace.members.actions import ask_affiliation, decide_affiliation

    decision = opened(initiative, franchise="organisations")
    (second,) = people(office, 1)
    row = ask_affiliation(parties["batik"].organisation, by=second.user, role="staff")
    decide_affiliation(row, True, by=parties["batik"].user)
    vote(decision, second, "yes")
    line = Elector.objects.get(box=decision.box, organisation=parties["batik"].organisation)
    assert (line.has_voted, line.voted_by) == (True, second)
    assert refusal(lambda: vote(decision, parties["batik"], "no")) == "already_voted"


def test_who_speaks_for_two_organisations_casts_two_ballots_and_takes_part_twice(initiative, parties, office):
    other = party(office, "lain", "Larasati Lain", "umkm")
    from heterospace.members.actions import ask_affiliation, decide_affiliation

    seven = everybody(initiative, parties)
    take_part(initiative, [other])
    kawan = parties["kawan"]
    row = ask_affiliation(other.organisation, by=kawan.user, role="staff")
    decide_affiliation(row, True, by=other.user)
    decision = opened(initiative, franchise="organisations")
    first = vote(decision, kawan, "yes", receipt="SATU-SATU-0001")
    assert vote(decision, kawan, "yes", receipt="SATU-SATU-0001").again  # the line broke: not the next voice
    second = vote(decision, kawan, "no")
    assert first.receipt != second.receipt
    assert refusal(lambda: vote(decision, kawan, "no")) == "already_voted"
    for one in seven:
        if one is not kawan:
            vote(decision, one)
    actions.close_decision(decision, by=SYSTEM)
    acts = Act.objects.filter(kind="voted", person=kawan.person).order_by("pk")
    assert {one.organisation for one in acts} == {kawan.organisation, other.organisation}
    assert {one.source for one in acts} == {
        f"decision:{decision.reference}",
        f"decision:{decision.reference}#2",
    }
    assert healthy() == []


def test_voting_is_over_when_its_time_is(initiative, seven):
    decision = opened(initiative)
    with days(7):
        assert refusal(lambda: vote(decision, seven[0])) == "too_late"
        actions.close_due_decisions(by=SYSTEM)
        assert refusal(lambda: vote(decision, seven[0])) == "closed"
    assert refusal(lambda: vote(draft(initiative), seven[0])) == "not_open"


def test_a_closed_account_votes_no_more(initiative, seven):
    from heterospace.members.actions import close_account

    decision = opened(initiative)
    close_account(seven[0].person, by=seven[0].user)
    with pytest.raises(Forbidden):
        vote(decision, seven[0])


def test_a_merged_record_still_has_one_voice(initiative, seven, office, ratna):
    decision = opened(initiative)
    (double,) = people(office, 1)
    merge_people(double, seven[0].person, by=ratna.user)
    actions.cast_ballot(decision, "yes", by=double.user)
    assert Elector.objects.filter(box=decision.box, has_voted=True).get().person == double
    assert healthy() == []


# --- closing


def test_it_closes_by_itself_with_acts_for_all_who_voted_at_one_moment(initiative, seven, parties):
    decision = opened(initiative)
    for one in seven[:5]:
        vote(decision, one, "yes")
    assert not Act.objects.filter(kind="voted").exists()
    with days(7.1):
        done = tick()
        assert done["decisions_closed"] == 1
        assert tick()["decisions_closed"] == 0
        closed = fresh(decision)
        assert (closed.state, closed.outcome, closed.reason) == ("decided", "passed", "")
        acts = Act.objects.filter(kind="voted", stage=decision.stage)
        assert {one.person for one in acts} == {one.person for one in seven[:5]}
        assert {one.at for one in acts} == {clock.now()}
        assert {one.source for one in acts} == {f"decision:{decision.reference}"}
        stewards = Message.objects.filter(kind="decision_closed").values_list("addressee", flat=True)
        assert set(stewards) == {parties["kawan"].person.pk, parties["kampus"].person.pk}
        line = initiative.steps.get(kind="decided")
        assert sentence(line) == f"Diputuskan, “{decision.title}”: ya."
        assert tone(line) == "good"
    assert healthy() == []


def test_the_stewards_explain_what_closed_by_itself_once(initiative, seven, parties):
    decision = opened(initiative)
    steward = parties["kampus"].user
    for one in seven:
        vote(decision, one)
    assert refusal(lambda: actions.explain_decision(decision, "Karena.", by=steward)) == "not_closed"
    with days(8):
        actions.close_due_decisions(by=SYSTEM)
        assert refusal(lambda: actions.explain_decision(decision, " ", by=steward)) == "no_reason"
        actions.explain_decision(decision, "Karena semua setuju.", by=steward)
        assert refusal(lambda: actions.explain_decision(decision, "Lain.", by=steward)) == "explained"
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(reason="Lain.")


def test_nobody_closes_it_early_unless_everybody_has_voted(initiative, seven, parties):
    decision = opened(initiative)
    steward = parties["kawan"].user
    for one in seven[:6]:
        vote(decision, one)
    assert refusal(lambda: actions.close_decision(decision, by=steward, reason="Cukup.")) == "too_early"
    assert refusal(lambda: actions.close_decision(decision, by=SYSTEM)) == "too_early"
    vote(decision, seven[6], "no")
    with pytest.raises(Invalid) as silent:
        actions.close_decision(decision, by=steward)
    assert silent.value.code == "no_reason"
    closed = actions.close_decision(decision, by=steward, reason="Semua sudah memilih.")
    assert (closed.state, closed.tally["got"]) == ("decided", [6, 1])
    assert refusal(lambda: actions.close_decision(decision, by=steward, reason="Lagi.")) == "closed"


@pytest.mark.parametrize(
    ("plan", "choices", "state", "outcome"),
    [
        ({}, ["yes"] * 4 + ["no"] * 3, "decided", "passed"),
        ({}, ["yes"] * 3 + ["no"] * 3, "decided", "rejected"),
        ({"passes_above": 66}, ["yes"] * 4 + ["no"] * 3, "decided", "rejected"),
        ({"quorum": 80}, ["yes"] * 5, "failed", "no_quorum"),
        ({"quorum": 71}, ["yes"] * 5, "decided", "passed"),  # 71 % of seven is five
        ({"sector_quorum": {"media": 1}}, ["yes"] * 6, "failed", "sector_quorum"),
        ({}, ["yes"] * 4, "failed", "too_few"),
        ({}, [], "failed", "too_few"),
        ({"method": "approval", "options": ["A", "B"]}, [["A"], ["A", "B"], ["A"], ["B"], ["A"]], "decided", "A"),
        ({"method": "approval", "options": ["A", "B"]}, [["A"], ["B"], ["A", "B"], [], []], "failed", "tie"),
        ({"method": "approval", "options": ["A", "B"]}, [["A"], [], [], [], []], "failed", "none_enough"),
        ({"method": "score", "options": ["A", "B"]}, [{"A": 5}, {"B": 4}, {"A": 3}, {"A": 4}, {"A": 5}], "decided", "A"),
    ],
)  # fmt: skip
def test_what_comes_out(initiative, seven, plan, choices, state, outcome):
    decision = opened(initiative, **plan)
    for one, choice in zip(seven, choices, strict=False):
        vote(decision, one, choice)
    with days(8):
        closed = actions.close_decision(decision, by=SYSTEM)
        assert (closed.state, closed.outcome) == (state, outcome)
        line = initiative.steps.get(kind="decided")
        assert sentence(line).startswith("Diputuskan" if state == "decided" else "Keputusan tidak tercapai")
        assert tone(line) == ("good" if state == "decided" else "wait")
    assert healthy() == []


def test_too_few_ballots_are_destroyed_unread(initiative, seven):
    decision = opened(initiative)
    cast = [vote(decision, one, "yes") for one in seven[:4]]
    with days(8):
        actions.close_due_decisions(by=SYSTEM)
    closed = fresh(decision)
    assert (bytes(closed.box.sealed), closed.box.ballots, closed.box.is_open) == (b"", [], False)
    assert closed.tally["got"] == []
    assert all(actions.was_counted(closed.box, one.receipt) for one in cast)
    assert Act.objects.filter(kind="voted").count() == 4  # they did take part
    assert healthy() == []


def test_what_was_decided_cannot_be_changed_by_anybody(initiative, seven):
    decision = opened(initiative)
    for one in seven:
        vote(decision, one)
    actions.close_decision(decision, by=SYSTEM)
    for change in (
        {"outcome": "rejected"},
        {"tally": {}},
        {"state": "failed"},
        {"decided_at": clock.now() - dt.timedelta(1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)
    box = Box.objects.filter(pk=decision.box_id)
    for change in (
        {"ballots": []},
        {"count": 8},
        {"count": 1},
        {"receipts": []},
        {"is_open": False, "ballots": []},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            box.update(**change)


def test_a_box_under_a_lost_key_stays_closed_and_the_doctor_says_so(initiative, seven, settings):
    decision = opened(initiative)
    for one in seven:
        vote(decision, one)
    settings.SECRET_KEY, lost = "another", settings.SECRET_KEY
    assert "box_unreadable" in healthy()
    with days(8):
        assert actions.close_due_decisions(by=SYSTEM) == 0
        assert refusal(lambda: actions.close_decision(decision, by=SYSTEM)) == "box_unreadable"
        settings.SECRET_KEY_FALLBACKS = [lost]
        assert actions.close_due_decisions(by=SYSTEM) == 1
    assert fresh(decision).outcome == "passed"


def test_the_doctor_finds_a_box_and_a_roll_that_disagree(initiative, seven):
    decision = opened(initiative)
    vote(decision, seven[0])
    assert healthy() == []
    Elector.objects.filter(box=decision.box, has_voted=False).first()
    Elector.objects.filter(box=decision.box, person=seven[1].person).update(has_voted=True)
    assert "box_miscounted" in healthy()


# --- where it came from


def test_who_had_the_idea_first_is_kept_and_whether_it_changed(initiative, seven, parties):
    proposal = initiative.proposals.create(
        stage=initiative.stages.get(kind="frame"),
        reference="PR-2222-2222",
        title="Mulai kecil",
        text="24 tim dulu.",
        answer_due=clock.now() + dt.timedelta(days=14),
        version=2,
    )
    batik = parties["batik"]
    proposal.authors.create(person=batik.person, organisation=batik.organisation, sector="msme")
    decision = draft(initiative, proposal=proposal, first_sector="government")
    assert (decision.first_sector, decision.was_changed) == ("msme", True)
    plain = draft(initiative, first_sector="campus")
    assert (plain.first_sector, plain.was_changed) == ("campus", False)


def test_decisions_that_began_outside_government_are_counted(initiative, seven, office, twin_office):
    now = clock.now()
    for sector, changed in (("community", True), ("government", False), ("", True), ("msme", False)):
        decision = opened(initiative, first_sector=sector, was_changed=changed)
        for one in seven if sector != "msme" else seven[:3]:  # the last one fails: too few
            vote(decision, one)
        with days(8):
            actions.close_decision(decision, by=SYSTEM)
    told = origins(office, now, now + dt.timedelta(days=9))
    assert (told.decided, told.known, told.outside, told.changed) == (3, 2, 1, 2)
    assert origins(office, now, now + dt.timedelta(days=1)).decided == 0
    assert origins(twin_office, now, now + dt.timedelta(days=9)).decided == 0


def test_a_proposal_of_another_initiative_is_refused(initiative, semarang, parties):
    other = begin(semarang, parties, title="Lain")
    proposal = other.proposals.create(
        stage=other.stages.get(kind="frame"),
        reference="PR-3333-3333",
        title="x",
        text="x",
        answer_due=clock.now(),
    )
    with pytest.raises(Invalid) as wrong:
        draft(initiative, proposal=proposal)
    assert wrong.value.code == "proposal"


# --- consent


@pytest.fixture
def consent(initiative, seven):
    return opened(initiative, method="consent", title="Ruang Gatra tiap Selasa")


def say(decision, who, stance="consent", **more) -> Position:
    return actions.take_position(decision, stance, by=who.user, **more)


def test_positions_are_public_acts_and_may_change_until_it_closes(consent, seven):
    first = say(consent, seven[0], "aside")
    assert (first.organisation, first.sector) == (seven[0].organisation, seven[0].organisation.sector)
    assert Act.objects.filter(kind="voted", source=f"decision:{consent.reference}").count() == 1
    say(consent, seven[0], "consent")
    assert [one.stance for one in consent.positions.all()] == ["consent"]
    assert Act.objects.filter(kind="voted").count() == 1
    assert Elector.objects.filter(box=consent.box, has_voted=True).count() == 1
    with pytest.raises(Invalid) as silent:
        say(consent, seven[1], "object")
    assert silent.value.code == "no_reason"
    assert refusal(lambda: say(consent, seven[1], "perhaps")) == "stance"
    assert healthy() == []


def test_an_open_objection_stops_it_until_it_is_taken_up(initiative, consent, seven, parties):
    for one in seven[:6]:
        say(consent, one)
    objection = say(consent, seven[6], "object", reason="Selasa kami siaran.")
    assert Message.objects.filter(kind="objection_made").count() == 2
    steward = parties["kawan"].user
    assert refusal(lambda: actions.close_decision(consent, by=steward, reason="Sudah.")) == "too_early"
    with pytest.raises(Invalid) as silent:
        actions.integrate_objection(objection, " ", by=steward)
    assert silent.value.code == "no_integration"
    actions.integrate_objection(objection, "Radio memakai Gatra sampai pukul 10.00.", by=steward)
    told = Message.objects.get(kind="objection_integrated")
    assert told.addressee == seven[6].person.pk
    assert fresh(consent).was_changed
    assert refusal(lambda: actions.integrate_objection(objection, "Lagi.", by=steward)) == "no_objection"
    closed = actions.close_decision(consent, by=steward, reason="Keberatan sudah ditampung.")
    assert (closed.state, closed.outcome) == ("decided", "agreed")
    assert closed.tally["stances"] == {"consent": 6, "aside": 0, "object": 1, "open": 0}
    assert healthy() == []


def test_who_objected_may_object_again_or_take_it_back(consent, seven, parties):
    objection = say(consent, seven[6], "object", reason="Selasa kami siaran.")
    actions.integrate_objection(objection, "Sampai pukul 10.00.", by=parties["kawan"].user)
    again = say(consent, seven[6], "object", reason="Siaran sampai pukul 12.00.")
    assert (again.pk, again.state, again.integration) == (objection.pk, "open", "")
    with pytest.raises(Forbidden):
        actions.withdraw_objection(again, by=seven[0].user)
    taken_back = actions.withdraw_objection(again, by=seven[6].user)
    assert (taken_back.state, taken_back.reason) == ("withdrawn", "Siaran sampai pukul 12.00.")
    assert refusal(lambda: actions.withdraw_objection(again, by=seven[6].user)) == "no_objection"


@pytest.mark.parametrize(
    ("objects", "count", "outcome"), [(True, 7, "objections"), (False, 3, "no_quorum"), (False, 4, "agreed")]
)
def test_consent_fails_with_an_open_objection_or_without_its_quorum(consent, seven, objects, count, outcome):
    for one in seven[:count]:
        say(consent, one)
    if objects:
        say(consent, seven[0], "object", reason="Belum ada dana.")
    with days(8):
        assert refusal(lambda: say(consent, seven[6])) == "too_late"
        closed = actions.close_decision(consent, by=SYSTEM)
    assert closed.outcome == outcome
    assert closed.state == ("decided" if outcome == "agreed" else "failed")


def test_a_ballot_and_a_position_are_not_mixed_up(initiative, consent, seven):
    assert refusal(lambda: vote(consent, seven[0])) == "not_secret"
    assert refusal(lambda: say(opened(initiative), seven[0])) == "secret"
    assert refusal(lambda: say(draft(initiative, method="consent"), seven[0])) == "not_open"


def test_an_organisations_objection_is_taken_back_by_whoever_speaks_for_it(
    initiative, seven, parties, office
):
    from heterospace.members.actions import ask_affiliation, decide_affiliation

    decision = opened(initiative, method="consent", franchise="organisations")
    radio = parties["radio"]
    objection = say(decision, radio, "object", reason="Siaran.")
    (colleague,) = people(office, 1)
    with pytest.raises(Forbidden):
        actions.withdraw_objection(objection, by=colleague.user)
    decide_affiliation(
        ask_affiliation(radio.organisation, by=colleague.user, role="staff"), True, by=radio.user
    )
    assert actions.withdraw_objection(objection, by=colleague.user).state == "withdrawn"


# --- review


def test_the_day_of_review_brings_it_back_once_a_week_until_somebody_looked(
    initiative, seven, parties, enter
):
    decision = opened(initiative, review_on=dt.date(2026, 12, 30))
    for one in seven:
        vote(decision, one)
    closed = actions.close_decision(decision, by=SYSTEM)
    steward = parties["kampus"].user
    assert refusal(lambda: actions.review_decision(closed, "Masih.", by=steward)) == "too_early"
    assert actions.remind_of_reviews(by=SYSTEM) == 0
    with days(39):
        assert tick()["reviews_due"] == 2
        assert tick()["reviews_due"] == 0
        assert initiative.steps.filter(kind="review").count() == 1
    with days(40):
        assert actions.remind_of_reviews(by=SYSTEM) == 0
        assert decision.title in enter(parties["kampus"].person).get("/me/").content.decode()
        assert (
            "Keputusan yang perlu ditinjau lagi"
            not in enter(parties["bank"].person).get("/me/").content.decode()
        )
    with days(46):
        assert actions.remind_of_reviews(by=SYSTEM) == 2
        assert initiative.steps.filter(kind="review").count() == 1
        assert refusal(lambda: actions.review_decision(closed, "", by=steward)) == "no_note"
        looked = actions.review_decision(closed, "Masih berlaku.", by=steward)
        assert looked.review_note == "Masih berlaku."
        assert refusal(lambda: actions.review_decision(closed, "Lagi.", by=steward)) == "already_reviewed"
    with days(53):
        assert actions.remind_of_reviews(by=SYSTEM) == 0


def test_two_decisions_of_one_day_both_come_back(initiative, seven):
    for n in range(2):
        decision = opened(initiative, title=f"Putusan {n}", review_on=dt.date(2026, 12, 30))
        for one in seven:
            vote(decision, one)
        actions.close_decision(decision, by=SYSTEM)
    with days(39):
        assert actions.remind_of_reviews(by=SYSTEM) == 4


def test_what_has_no_day_is_not_reviewed(initiative, seven):
    decision = opened(initiative)
    assert refusal(lambda: actions.review_decision(decision, "x", by=SYSTEM)) == "no_review"


# --- every state × every move; who may what, in which stage

STATES = list(DecisionState)
MOVES = {
    "change": lambda one: actions.change_decision(one, by=SYSTEM, quorum=40),
    "open": lambda one: actions.open_decision(one, by=SYSTEM),
    "withdraw": lambda one: actions.withdraw_decision(one, by=SYSTEM),
    "close": lambda one: actions.close_decision(one, by=SYSTEM),
}
ALLOWED = {
    ("draft", "change"), ("draft", "open"), ("draft", "withdraw"), ("open", "close"),
}  # fmt: skip
ANSWERS = {
    "draft": "not_open",
    "open": "already_open",
    "decided": "closed",
    "failed": "closed",
    "withdrawn": "withdrawn",
}


def in_state(initiative, seven, state: str) -> Decision:
    if state in ("draft", "withdrawn"):
        decision = draft(initiative)
        return actions.withdraw_decision(decision, by=SYSTEM) if state == "withdrawn" else decision
    decision = opened(initiative)
    if state == "failed":
        with days(8):
            return actions.close_decision(decision, by=SYSTEM)
    for one in seven:
        vote(decision, one)
    return actions.close_decision(decision, by=SYSTEM) if state == "decided" else decision


@pytest.mark.parametrize("state", STATES)
def test_every_state_and_every_move(initiative, seven, state):
    for move, deed in MOVES.items():
        decision = in_state(initiative, seven, state)
        assert decision.state == state
        if (state, move) in ALLOWED:
            deed(decision)
        else:
            assert refusal(lambda deed=deed, decision=decision: deed(decision)) == ANSWERS[state], (
                state,
                move,
            )
            assert fresh(decision).state == state


def test_the_table_of_moves_is_whole():
    assert set(DECISION_MOVES) == set(DecisionState)
    ends = {state for state, moves in DECISION_MOVES.items() if not moves}
    assert ends == {DecisionState.DECIDED, DecisionState.FAILED, DecisionState.WITHDRAWN}


ROLES = ("stranger_here", "took_part", "steward", "dimas", "ratna", "hendro", "twin_manager")
#                 stranger took_part steward desk manager officer twin
RIGHTS = """
draft             no no yes no yes yes no
change            no no yes no yes yes no
open              no no yes no yes yes no
withdraw          no no yes no yes yes no
close             no no yes no yes yes no
explain           no no yes no yes yes no
integrate         no no yes no yes yes no
review            no no yes no yes yes no
vote              no yes yes no no no no
position          no yes yes no no no no
withdraw_objection no yes no no no no no
"""


@pytest.mark.parametrize("stage", ["frame", "design", "deliver", "evaluate"])
def test_who_may_what_in_each_stage(
    initiative, seven, parties, stage, request, wulan, dimas, ratna, hendro, twin_manager
):
    go_to(initiative, stage)
    users = dict(
        zip(
            ROLES,
            [
                wulan.user,
                parties["radio"].user,
                parties["kawan"].user,
                dimas.user,
                ratna.user,
                hendro.user,
                twin_manager.user,
            ],
            strict=True,
        )
    )
    day = dt.date(2027, 1, 30)
    plan = {"title": "x", "text": "x", "method": "majority", "closes_at": clock.now() + dt.timedelta(days=7)}
    prepared, open_one = draft(initiative), opened(initiative, review_on=day)
    consent = opened(initiative, method="consent")
    objection = say(consent, parties["radio"], "object", reason="Tidak.")
    over = opened(initiative)
    for one in seven:
        vote(over, one)
    explained = actions.close_decision(over, by=SYSTEM)
    deeds = {
        "draft": lambda by: actions.draft_decision(initiative, by=by, **plan),
        "change": lambda by: actions.change_decision(prepared, by=by, quorum=33),
        "open": lambda by: actions.open_decision(prepared, by=by),
        "withdraw": lambda by: actions.withdraw_decision(prepared, by=by),
        "close": lambda by: actions.close_decision(open_one, by=by, reason="x"),
        "explain": lambda by: actions.explain_decision(explained, "x", by=by),
        "integrate": lambda by: actions.integrate_objection(objection, "x", by=by),
        "review": lambda by: actions.review_decision(explained, "x", by=by),
        "vote": lambda by: actions.cast_ballot(open_one, "yes", by=by),
        "position": lambda by: actions.take_position(consent, "consent", by=by),
        "withdraw_objection": lambda by: actions.withdraw_objection(objection, by=by),
    }
    for line in RIGHTS.strip().splitlines():
        name, *rights = line.split()
        for role, right in zip(ROLES, rights, strict=True):
            try:
                with transaction.atomic():
                    deeds[name](users[role])
                    transaction.set_rollback(True)
                may = "yes"
            except Forbidden:
                may = "no"
            except Refused:  # allowed, only not now
                may = "yes"
            assert may == right, (stage, name, role)


def test_the_log_says_nothing_of_a_ballot(initiative, seven):
    decision = opened(initiative)
    before = LogEntry.objects.count()
    for one in seven:
        vote(decision, one)
    assert LogEntry.objects.count() == before
    assert (
        Message.objects.exclude(kind="cocreation_invited").exclude(kind__startswith="stage").count()
        == Message.objects.filter(
            kind__in=["initiative_proposed", "initiative_answered", "steward_added"]
        ).count()
    )
