"""Promises of every party: made, delivered, confirmed by who receives, renegotiated in time, or broken."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions, promises
from heterospace.cocreation.enums import COMMITMENT_MOVES, CommitmentState
from heterospace.cocreation.models import Act, Commitment, CommitmentChange
from heterospace.cocreation.timeline import sentence
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.home.doctor import examine
from heterospace.home.tick import tick
from tests.cocreation.ballot_stories import draft
from tests.cocreation.houses import days, go_to, take_part

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def healthy() -> list[str]:
    return [one.check for one in examine() if one.is_wrong]


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


def promised(parties, owner="kampus", receiver="batik", by=None, **more) -> Commitment:
    """The campus promises the batik maker eight mentors within ten days."""
    who = parties[owner]
    facts = {
        "what": "Delapan pendamping, 20 jam",
        "due": day(10),
        "receiver": parties[receiver].organisation if receiver else None,
        **more,
    }
    return actions.promise(who.organisation.office, who.organisation, by=by or who.user, **facts)


def now(commitment: Commitment) -> Commitment:
    return Commitment.objects.select_related("owner", "receiver", "initiative__hub", "office").get(
        pk=commitment.pk
    )


# --- promising


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"what": " "}, "no_what"),
        ({"what": "x" * 301}, "too_long"),
        ({"receiver": None}, "no_for_whom"),
        ({"receiver": None, "for_whom": "x" * 201}, "too_long"),
        ({"due": day(-1)}, "due"),
        ({"due": dt.date(2032, 12, 1)}, "due"),
        ({"due": None}, "due"),
    ],
)
def test_what_cannot_be_promised(parties, facts, code):
    with pytest.raises(Invalid) as wrong:
        promised(parties, **facts)
    assert wrong.value.code == code


def test_nobody_promises_to_itself_or_for_others(parties, twin_batik, wulan):
    with pytest.raises(Invalid) as wrong:
        promised(parties, receiver="kampus")
    assert wrong.value.code == "receiver"
    for stranger in (parties["bank"].user, wulan.user):
        with pytest.raises(Forbidden) as no:
            promised(parties, by=stranger)
        assert no.value.code == "not_your_organisation"
    kampus = parties["kampus"]
    with pytest.raises(Forbidden):
        actions.promise(
            kampus.organisation.office, twin_batik, by=kampus.user, what="x", due=day(1), for_whom="x"
        )


def test_a_promise_in_an_initiative_is_an_act_of_its_open_stage(initiative, parties):
    go_to(initiative, "design")
    made = promised(parties, initiative=initiative)
    act = Act.objects.get(kind="promised")
    assert (act.stage.kind, act.organisation, act.source) == (
        "design",
        parties["kampus"].organisation,
        f"commitment:{made.reference}",
    )
    line = initiative.steps.get(kind="promised")
    assert sentence(line) == "Pihak Kampus berjanji: Delapan pendamping, 20 jam."
    assert made.stage.kind == "design"
    go_to(initiative, "deliver")  # without a reason: somebody outside government promised something
    assert initiative.stages.get(kind="deliver").open_reason == ""


def test_a_promise_may_stand_outside_any_initiative(parties):
    made = promised(parties, receiver=None, for_whom="peserta kelas foto")
    assert (made.initiative, made.stage, made.sector) == (None, None, "campus")
    assert not Act.objects.exists()


def test_an_ended_initiative_takes_no_promises(initiative, parties, ratna):
    actions.stop_initiative(initiative, "Tidak ada dana.", by=ratna.user)
    assert refusal(lambda: promised(parties, initiative=initiative)) == "not_running"


def test_a_promise_follows_from_an_open_decision_of_the_same_initiative(initiative, parties):
    take_part(initiative, parties.values())
    decision = draft(initiative)
    for wrong in ({"decision": decision, "initiative": initiative}, {"decision": decision}):
        with pytest.raises(Invalid):
            promised(parties, **wrong)
    decision = actions.open_decision(decision, by=SYSTEM)
    assert promised(parties, initiative=initiative, decision=decision).decision == decision


# --- kept


def test_it_is_kept_when_its_receiver_says_so(initiative, parties):
    made = promised(parties, initiative=initiative)
    with days(3):
        actions.deliver(made, "Delapan orang, 21 jam. https://contoh.example/foto", by=parties["kampus"].user)
        assert now(made).state == "delivered"
        assert Act.objects.filter(kind="delivered", source=f"commitment:{made.reference}").count() == 1
        assert Message.objects.get(kind="commitment_delivered").addressee == parties["batik"].person.pk
        kept = actions.confirm(now(made), by=parties["batik"].user, note="Terima kasih.")
    assert (kept.state, kept.note, kept.was_kept_on_time) == ("confirmed", "Terima kasih.", True)
    assert Message.objects.get(kind="commitment_confirmed").addressee == parties["kampus"].person.pk
    assert [one.kind for one in initiative.steps.order_by("pk")][-3:] == ["promised", "delivered", "kept"]
    assert [one.state for one in made.changes.all()] == ["delivered", "confirmed"]
    assert healthy() == []


def test_the_owner_never_confirms_its_own_promise(parties, office):
    """Not even somebody who speaks for both."""
    from heterospace.members.actions import ask_affiliation, decide_affiliation

    kampus, batik = parties["kampus"], parties["batik"]
    made = promised(parties)
    actions.deliver(made, "Sudah.", by=kampus.user)
    with pytest.raises(Forbidden):
        actions.confirm(now(made), by=kampus.user)
    decide_affiliation(ask_affiliation(batik.organisation, by=kampus.user, role="staff"), True, by=batik.user)
    with pytest.raises(Forbidden):
        actions.confirm(now(made), by=kampus.user)
    actions.confirm(now(made), by=batik.user)


def test_without_a_receiving_organisation_the_stewards_or_the_office_confirm(initiative, parties, hendro):
    inside = promised(parties, owner="bank", receiver=None, for_whom="para peserta", initiative=initiative)
    outside = promised(parties, owner="bank", receiver=None, for_whom="warga")
    for one in (inside, outside):
        actions.deliver(one, "Sudah.", by=parties["bank"].user)
    told = (
        Message.objects.filter(kind="commitment_delivered").order_by("pk").values_list("addressee", flat=True)
    )
    assert set(told) == {parties["kawan"].person.pk, parties["kampus"].person.pk, hendro.pk}
    with pytest.raises(Forbidden):
        actions.confirm(now(outside), by=parties["kampus"].user)
    actions.confirm(now(inside), by=parties["kampus"].user)
    actions.confirm(now(outside), by=hendro.user)


def test_a_steward_who_speaks_for_the_owner_leaves_the_word_to_the_other(initiative, parties):
    made = promised(parties, owner="kampus", receiver=None, for_whom="peserta", initiative=initiative)
    actions.deliver(made, "Sudah.", by=parties["kampus"].user)
    assert Message.objects.get(kind="commitment_delivered").addressee == parties["kawan"].person.pk
    with pytest.raises(Forbidden):
        actions.confirm(now(made), by=parties["kampus"].user)


def test_the_day_it_came_may_be_told_later_but_not_invented(parties):
    made = promised(parties)
    with days(12):
        for wrong in (day(-1), day(13)):
            assert (
                refusal(
                    lambda wrong=wrong: actions.deliver(made, "Sudah.", by=parties["kampus"].user, on=wrong)
                )
                == "on"
            )
        actions.deliver(made, "Sudah.", by=parties["kampus"].user, on=day(9))
        assert actions.confirm(now(made), by=parties["batik"].user).was_kept_on_time


def test_a_delivery_that_is_not_what_was_promised_goes_back(parties):
    made = promised(parties)
    actions.deliver(made, "Enam pendamping.", by=parties["kampus"].user)
    assert refusal(lambda: actions.reject(now(made), " ", by=parties["batik"].user)) == "no_reason"
    back = actions.reject(now(made), "Kurang dua.", by=parties["batik"].user)
    assert (back.state, back.delivered_on, back.evidence) == ("due", None, "")
    assert Message.objects.get(kind="commitment_rejected").context["reason"] == "Kurang dua."
    assert [one.reason for one in made.changes.all()] == ["Enam pendamping.", "Kurang dua."]
    actions.deliver(now(made), "Delapan.", by=parties["kampus"].user)
    assert healthy() == []


# --- not kept


def test_the_day_after_it_is_broken_and_can_still_come_late(initiative, parties):
    made = promised(parties, initiative=initiative)
    with days(10):
        assert tick()["promises_broken"] == 0  # its day is not over
    with days(11):
        assert tick()["promises_broken"] == 1
        assert tick()["promises_broken"] == 0
        assert now(made).state == "broken"
        assert initiative.steps.filter(kind="broken").count() == 1
        told = Message.objects.filter(kind="commitment_broken").values_list("addressee", flat=True)
        assert set(told) == {parties["kampus"].person.pk, parties["batik"].person.pk}
        assert (
            refusal(lambda: actions.renegotiate(now(made), day(20), "Maaf.", by=parties["kampus"].user))
            == "broken"
        )
        actions.deliver(now(made), "Akhirnya.", by=parties["kampus"].user)
        late = actions.confirm(now(made), by=parties["batik"].user)
    assert (late.state, late.was_kept_on_time) == ("confirmed", False)
    assert healthy() == []


def test_a_day_is_over_at_midnight_of_its_hub(initiative, parties):
    made = promised(parties, initiative=initiative)
    last = dt.datetime(2026, 12, 1, 16, 59, tzinfo=dt.UTC)  # 23.59 WIB of its day
    with clock.set_to(last):
        assert actions.break_overdue(by=SYSTEM) == 0
    with clock.set_to(last + dt.timedelta(minutes=2)):
        assert actions.break_overdue(by=SYSTEM) == 1
    assert now(made).state == "broken"


def test_another_day_in_time_is_no_broken_promise(initiative, parties):
    made = promised(parties, initiative=initiative)
    kampus = parties["kampus"].user
    for wrong, code in ((day(10), "due"), (day(-1), "due"), (dt.date(2040, 1, 1), "due")):
        assert refusal(lambda wrong=wrong: actions.renegotiate(made, wrong, "Ujian.", by=kampus)) == code
    assert refusal(lambda: actions.renegotiate(made, day(20), " ", by=kampus)) == "no_reason"
    with days(10):
        moved = actions.renegotiate(made, day(20), "Pendamping sakit.", by=kampus)
    assert (moved.due, moved.first_due, moved.state) == (day(20), day(10), "due")
    change = CommitmentChange.objects.get()
    assert (change.old_due, change.new_due, change.in_time) == (day(10), day(20), True)
    told = Message.objects.get(kind="commitment_renegotiated")
    assert (told.addressee, told.context["old"]) == (parties["batik"].person.pk, day(10).isoformat())
    assert "Pendamping sakit." in sentence(initiative.steps.get(kind="renegotiated"))
    with days(15):
        assert actions.break_overdue(by=SYSTEM) == 0
    assert healthy() == []


def test_another_day_too_late_is_said_to_be_late(parties):
    made = promised(parties)
    with days(11):  # before the clock noticed
        actions.renegotiate(made, day(20), "Lupa.", by=parties["kampus"].user)
    assert CommitmentChange.objects.get().in_time is False


def test_its_receiver_may_let_the_owner_off(parties):
    made = promised(parties)
    with pytest.raises(Forbidden):
        actions.release(made, "Tidak perlu lagi.", by=parties["kampus"].user)
    assert refusal(lambda: actions.release(made, "", by=parties["batik"].user)) == "no_reason"
    assert actions.release(made, "Tidak perlu lagi.", by=parties["batik"].user).state == "released"
    assert Message.objects.filter(kind="commitment_released").count() == 1
    with days(30):
        assert actions.break_overdue(by=SYSTEM) == 0


# --- reminders


def test_the_owner_is_reminded_a_week_and_a_day_before_and_the_receiver_a_week_after(parties):
    made = promised(parties)
    sent = {}
    for offset in range(13):
        with days(offset):
            count = actions.remind_of_commitments(by=SYSTEM)
            assert actions.remind_of_commitments(by=SYSTEM) == 0  # only once
            if count:
                sent[offset] = count
    assert sent == {3: 1, 9: 1}
    assert {one.addressee for one in Message.objects.filter(kind="commitment_soon")} == {
        parties["kampus"].person.pk
    }
    with days(9):
        actions.deliver(made, "Sudah.", by=parties["kampus"].user)
        assert actions.remind_of_commitments(by=SYSTEM) == 0
    with days(15):
        assert actions.remind_of_commitments(by=SYSTEM) == 0
    with days(16):
        assert actions.remind_of_commitments(by=SYSTEM) == 1
        assert actions.remind_of_commitments(by=SYSTEM) == 0
    assert (
        Message.objects.filter(kind="commitment_delivered", addressee=parties["batik"].person.pk).count() == 2
    )


def test_another_day_is_reminded_of_anew(parties):
    made = promised(parties)
    with days(9):
        assert actions.remind_of_commitments(by=SYSTEM) == 1
        actions.renegotiate(now(made), day(30), "Ujian.", by=parties["kampus"].user)
    with days(23):
        assert actions.remind_of_commitments(by=SYSTEM) == 1
    with days(29):
        assert actions.remind_of_commitments(by=SYSTEM) == 1


def test_who_left_the_organisation_hears_of_its_promises_no_more(parties):
    from heterospace.members.actions import ask_affiliation, decide_affiliation, end_affiliation
    from tests.cast import member

    kampus = parties["kampus"]
    staff = member(kampus.organisation.office, "Staf Kampus", "staf@kampus.example")
    decide_affiliation(
        ask_affiliation(kampus.organisation, by=staff.user, role="staff"), True, by=kampus.user
    )
    made = promised(parties, by=staff.user)
    assert promises.leaders_of(made.owner, made.promised_by) == [kampus.person, staff]
    end_affiliation(staff.affiliations.get(), by=staff.user)
    with days(1):
        assert promises.leaders_of(made.owner, made.promised_by) == [kampus.person]


# --- the rate


def settle(parties, outcome: str, count: int, owner="kampus") -> None:
    """So many promises of five days that ended like this; the clock stands eleven days later."""
    who, receiver = parties[owner].user, parties["batik"].user
    for _n in range(count):
        made = promised(parties, owner=owner, due=day(5))
        if outcome == "kept":
            with days(4):
                actions.deliver(made, "Sudah.", by=who)
                actions.confirm(now(made), by=receiver)
        elif outcome == "late":
            with days(7):
                actions.break_overdue(by=SYSTEM)
                actions.deliver(now(made), "Sudah.", by=who)
                actions.confirm(now(made), by=receiver)
        elif outcome == "waiting":
            with days(4):
                actions.deliver(made, "Sudah.", by=who)
        elif outcome == "moved":
            with days(4):
                actions.renegotiate(made, day(40), "Ujian.", by=who)
        elif outcome == "moved late":
            with days(6):
                actions.renegotiate(made, day(40), "Lupa.", by=who)
        elif outcome == "released":
            actions.release(made, "Tidak perlu.", by=receiver)


def test_the_rate_of_an_organisation_by_hand(parties):
    for outcome, count in {
        "kept": 4,
        "late": 1,
        "waiting": 1,
        "moved": 2,
        "moved late": 1,
        "released": 3,
    }.items():
        settle(parties, outcome, count)
    with days(11):
        kept = promises.kept_by(parties["kampus"].organisation)
        assert (kept.due, kept.kept, kept.waiting, kept.coming) == (7, 4, 1, 2)
        assert kept.percent == 57
    with days(41):
        assert promises.kept_by(parties["kampus"].organisation).due == 9  # the new day of the two came


def test_the_office_stands_apart_and_everybody_by_name(initiative, parties):
    settle(parties, "kept", 5, owner="dinas")
    settle(parties, "late", 5, owner="kampus")
    with days(11):
        told = promises.kept_at(initiative.office)
        assert (told["government"].percent, told["others"].percent) == (100, 0)
    for owner in ("radio", "bank"):
        promised(parties, owner=owner, initiative=initiative)
    assert [one.organisation.name for one in promises.kept_in(initiative)] == ["Pihak Bank", "Pihak Radio"]


# --- every state × every move, who may what

STATES = list(CommitmentState)
MOVES = {
    "deliver": lambda one: actions.deliver(one, "Sudah.", by=SYSTEM),
    "confirm": lambda one: actions.confirm(one, by=SYSTEM),
    "reject": lambda one: actions.reject(one, "Kurang.", by=SYSTEM),
    "renegotiate": lambda one: actions.renegotiate(one, day(99), "Maaf.", by=SYSTEM),
    "release": lambda one: actions.release(one, "Tidak perlu.", by=SYSTEM),
}
#           deliver            confirm         reject          renegotiate        release
EXPECTED = """
due        delivered          !not_delivered  !not_delivered  due                released
delivered  !already_delivered confirmed       due             !already_delivered !already_delivered
confirmed  !settled           !settled        !settled        !settled           !settled
broken     delivered          !broken         !broken         !broken            !broken
released   !settled           !settled        !settled        !settled           !settled
"""


def in_state(parties, state: str) -> Commitment:
    made = promised(parties)
    if state in ("delivered", "confirmed"):
        actions.deliver(made, "Sudah.", by=SYSTEM)
    if state == "confirmed":
        actions.confirm(now(made), by=SYSTEM)
    elif state == "released":
        actions.release(made, "Tidak perlu.", by=SYSTEM)
    elif state == "broken":
        with days(11):
            actions.break_overdue(by=SYSTEM)
    return now(made)


def test_every_state_and_every_move(parties):
    table = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()}
    assert set(table) == set(STATES)
    for state, answers in table.items():
        for (move, deed), expected in zip(MOVES.items(), answers, strict=True):
            one = in_state(parties, state)
            assert one.state == state
            try:
                found = deed(one).state
            except Refused as refused:
                found = f"!{refused.code}"
                assert now(one).state == state
            assert found == expected, (state, move)
    assert healthy() == []


def test_the_table_of_moves_is_whole():
    assert set(COMMITMENT_MOVES) == set(CommitmentState)


ROLES = ("stranger", "owner", "receiver", "steward", "manager", "officer", "twin")
RIGHTS = """
promise      no  yes no  no  no  no  no
deliver      no  yes no  no  no  no  no
renegotiate  no  yes no  no  no  no  no
confirm      no  no  yes no  no  no  no
reject       no  no  yes no  no  no  no
release      no  no  yes no  no  no  no
confirm_open no  no  no  yes yes yes no
"""


@pytest.mark.parametrize("stage", ["frame", "design", "deliver", "evaluate"])
def test_who_may_what_in_each_stage(initiative, parties, stage, wulan, ratna, hendro, twin_manager):
    go_to(initiative, stage)
    users = [
        wulan,
        parties["bank"].person,
        parties["batik"].person,
        parties["kampus"].person,
        ratna,
        hendro,
        twin_manager,
    ]
    made = promised(parties, owner="bank", initiative=initiative)
    done = promised(parties, owner="bank", initiative=initiative)
    to_all = promised(parties, owner="bank", receiver=None, for_whom="peserta", initiative=initiative)
    for one in (done, to_all):
        actions.deliver(one, "Sudah.", by=SYSTEM)
    bank = parties["bank"].organisation
    deeds = {
        "promise": lambda by: actions.promise(
            initiative.office, bank, by=by, what="x", due=day(3), for_whom="y"
        ),
        "deliver": lambda by: actions.deliver(made, "x", by=by),
        "renegotiate": lambda by: actions.renegotiate(made, day(90), "x", by=by),
        "confirm": lambda by: actions.confirm(done, by=by),
        "reject": lambda by: actions.reject(done, "x", by=by),
        "release": lambda by: actions.release(made, "x", by=by),
        "confirm_open": lambda by: actions.confirm(to_all, by=by),
    }
    for line in RIGHTS.strip().splitlines():
        name, *rights = line.split()
        for role, person, right in zip(ROLES, users, rights, strict=True):
            may = "yes"
            try:
                with transaction.atomic():
                    deeds[name](person.user)
                    transaction.set_rollback(True)
            except Forbidden:
                may = "no"
            assert may == right, (stage, name, role)


def test_the_history_is_never_changed(parties):
    made = promised(parties)
    actions.renegotiate(made, day(20), "Ujian.", by=parties["kampus"].user)
    for deed in (lambda rows: rows.update(in_time=False), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed(CommitmentChange.objects.all())


def test_the_doctor_finds_a_promise_that_was_changed_behind_its_history(parties):
    made = promised(parties)
    assert healthy() == []
    Commitment.objects.filter(pk=made.pk).update(due=day(99))
    assert healthy() == ["promise_history"]
