"""Who stayed: counted by hand for five sectors, and the alarm that says who was not invited."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.cocreation import actions, flow, queries, told
from heterospace.cocreation.continuity import STAGES, Presence, balance, by_sector, missing
from heterospace.cocreation.models import Alarm
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Refused
from heterospace.home.tick import tick
from tests.cocreation.houses import days, go_to, stage, take_part

HAND_MADE = {  # organisation: (sector, stages it acted in, stages it was invited in)
    1: ("government", "frame design deliver evaluate", ""),
    2: ("government", "frame design", "deliver evaluate"),
    3: ("msme", "frame design deliver", "evaluate"),
    4: ("msme", "design deliver evaluate", "evaluate"),
    5: ("community", "frame", ""),
    6: ("community", "frame design", ""),
    7: ("community", "frame design", "deliver"),
    8: ("company", "deliver evaluate", "evaluate"),
    9: ("campus", "frame evaluate", "evaluate"),
}


def hand_made():
    acts = [
        Presence(pk, sector, stage)
        for stage in STAGES
        for pk, (sector, active, _invited) in HAND_MADE.items()
        if stage in active.split()
    ]
    invited = [
        Presence(pk, sector, stage)
        for pk, (sector, _active, asked) in HAND_MADE.items()
        for stage in asked.split()
    ]
    return by_sector(acts, invited)


@pytest.mark.parametrize(
    ("sector", "shaped", "invited", "came", "delivered", "evaluated", "through", "all_four"),
    [
        ("government", 2, 1, 1, 1, 1, 1, 1),
        ("msme", 2, 2, 2, 2, 1, 1, 0),
        ("community", 3, 1, 0, 0, 0, 0, 0),
        ("company", 0, 0, 0, 0, 0, 0, 0),
        ("campus", 1, 1, 1, 0, 1, 0, 0),
        ("", 8, 5, 4, 3, 3, 2, 1),
    ],
)
def test_five_sectors_counted_by_hand(sector, shaped, invited, came, delivered, evaluated, through, all_four):
    row = hand_made()[sector]
    counts = (row.shaped, row.invited, row.came, row.delivered, row.evaluated, row.through, row.all_four)
    assert tuple(map(len, counts)) == (shaped, invited, came, delivered, evaluated, through, all_four)


def test_shares_are_exact_and_nothing_is_divided_by_nothing():
    rows = hand_made()
    assert rows["government"].through_rate == Fraction(1, 2)
    assert rows["community"].continuity("frame", "design") == Fraction(2, 3)
    assert rows["community"].continuity("design", "deliver") == 0
    assert rows["company"].through_rate is None
    assert rows["company"].continuity("frame", "design") is None
    assert rows["msme"].all_four_rate == 0
    assert rows[""].all_four_rate == Fraction(1, 7)


def test_only_sectors_that_framed_can_be_missing():
    assert [row.sector for row in missing(hand_made(), "deliver")] == ["campus", "community"]
    assert [row.sector for row in missing(hand_made(), "evaluate")] == ["community"]


def test_an_organisation_stays_in_the_sector_of_its_first_act():
    acts = [Presence(1, "community", "frame"), Presence(1, "company", "deliver")]
    rows = by_sector(acts)
    assert set(rows) == {"", "community"}
    assert rows["community"].delivered == {1}


def test_being_invited_is_not_taking_part():
    rows = by_sector([Presence(1, "community", "frame")], [Presence(1, "community", "deliver")])
    assert rows["community"].invited == {1}
    assert rows["community"].came == frozenset()
    assert [row.sector for row in missing(rows, "deliver")] == ["community"]


presences = st.lists(
    st.builds(
        Presence,
        st.integers(1, 12),
        st.sampled_from(["government", "msme", "community", "campus"]),
        st.sampled_from(STAGES),
    ),
    max_size=40,
)


@given(presences, presences)
def test_the_counts_never_contradict_each_other(acts, invited):
    rows = by_sector(acts, invited)
    everybody = rows[""]
    for row in rows.values():
        assert row.through <= row.delivered <= row.came <= row.shaped
        assert row.through == row.delivered & row.evaluated
        assert row.invited | row.not_invited == row.shaped
        assert row.all_four <= row.through
    for name in ("shaped", "came", "through", "all_four"):
        parts = [getattr(row, name) for sector, row in rows.items() if sector]
        assert sum(map(len, parts)) == len(getattr(everybody, name))
    assert by_sector([*acts, *acts], invited) == rows  # acting twice is acting


@given(presences)
def test_the_picture_shows_the_counts(acts):
    rows = by_sector(acts)
    for drawn in flow.draw(rows, STAGES, ["government", "msme", "community", "campus"]):
        row = rows[drawn.sector]
        assert [node.n for node in drawn.nodes] == [len(row.active[one]) for one in STAGES]
        assert all(node.y >= 0 and node.y + node.height <= drawn.height + 0.01 for node in drawn.nodes)
        assert all((node.state == "on") == bool(node.n) for node in drawn.nodes)


def test_balance_is_even_alone_or_between():
    assert balance(["msme", "campus"]) == pytest.approx(1)
    assert balance(["msme", "msme"]) == 0
    assert balance([]) is None
    assert balance(["msme"] * 3 + ["campus"]) == pytest.approx(0.8112781245)


# --- in the house


@pytest.mark.django_db
def test_the_alarm_says_who_was_not_invited_at_a_third_and_a_week_before_the_end(initiative, parties, ratna):
    take_part(initiative, [parties["kawan"], parties["pegiat"], parties["bank"], parties["dinas"]])
    go_to(initiative, "deliver")
    take_part(initiative, [parties["bank"], parties["dinas"]])
    deliver = stage(initiative, "deliver")
    assert actions.raise_alarms(by=SYSTEM) == 0
    with days((deliver.third_on - deliver.starts_on).days):
        assert actions.raise_alarms(by=SYSTEM) == 1
        assert actions.raise_alarms(by=SYSTEM) == 0
    alarm = Alarm.objects.get()
    assert (alarm.sector, alarm.mark, alarm.framed, alarm.invited) == ("community", "third", 2, 0)
    told_to = set(Message.objects.filter(kind="sector_missing").values_list("addressee", flat=True))
    assert told_to == {parties["kawan"].person.pk, parties["kampus"].person.pk, ratna.pk}
    with days((deliver.week_left_on - deliver.starts_on).days):
        assert actions.raise_alarms(by=SYSTEM) == 1
    assert initiative.steps.filter(kind="alarm").count() == 2


@pytest.mark.django_db
def test_the_page_says_it_before_any_clockwork_has_run(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["pegiat"], parties["bank"]])
    go_to(initiative, "deliver")
    take_part(initiative, [parties["bank"]])
    deliver = stage(initiative, "deliver")

    def absent():
        stages = queries.stages_of(initiative)
        return told.absences(stages, queries.presence_of(initiative))

    assert absent() == []  # too early to say so
    with days((deliver.third_on - deliver.starts_on).days):
        (gone,) = absent()
        assert gone.missing.sector == "community"
        assert {one.name for one in gone.missing.not_invited} == {"Pihak Kawan", "Pihak Pegiat"}
        take_part(initiative, [parties["pegiat"]], source="rapat susulan")
        assert absent() == []


@pytest.mark.django_db
def test_who_shaped_it_is_invited_to_the_evaluation_by_itself(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["bank"], parties["radio"]])
    evaluate = go_to(initiative, "evaluate")
    invited = {one.person for one in initiative.invites.all()}
    assert invited == {parties["kawan"].person, parties["bank"].person, parties["radio"].person}
    assert {one.sector for one in initiative.invites.all()} == {"community", "company", "media"}
    assert Message.objects.filter(kind="cocreation_invited").count() == 3
    row = queries.presence_of(initiative)["media"]
    assert (len(row.invited), len(row.came)) == (1, 0)
    assert actions.invite_again(evaluate, by=SYSTEM) == 0  # nobody twice


@pytest.mark.django_db
def test_an_organisation_is_invited_with_its_people_whatever_hat_they_wear_now(initiative, parties, office):
    kawan, bank = parties["kawan"], parties["bank"]
    take_part(initiative, [kawan, bank])
    go_to(initiative, "design")
    actions.record_act(initiative, kawan.person, "commented", by=SYSTEM, source="obrolan")  # in her own name
    go_to(initiative, "evaluate")
    assert initiative.invites.get(person=kawan.person).organisation is None
    (gone,) = [one for one in queries.missing_in(stage(initiative, "evaluate")) if one.sector == "community"]
    assert (gone.invited, gone.not_invited) == ([kawan.organisation], [])
    row = queries.presence_of(initiative)["community"]
    assert row.invited == {kawan.organisation.pk}


@pytest.mark.django_db
def test_who_takes_part_after_the_call_is_invited_by_the_clockwork(initiative, parties):
    take_part(initiative, [parties["kawan"]])
    go_to(initiative, "evaluate")
    take_part(initiative, [parties["batik"]], kind="evaluated")
    assert tick()["latecomers_invited"] == 1
    assert tick()["latecomers_invited"] == 0
    assert initiative.invites.filter(person=parties["batik"].person).exists()


@pytest.mark.django_db
def test_who_joined_since_is_invited_when_asked(initiative, parties):
    take_part(initiative, [parties["kawan"]])
    evaluate = go_to(initiative, "evaluate")
    take_part(initiative, [parties["batik"]], kind="evaluated")
    assert actions.invite_again(evaluate, by=SYSTEM) == 1
    with pytest.raises(Refused) as shut:
        actions.invite_again(stage(initiative, "frame"), by=SYSTEM)
    assert shut.value.code == "not_open"


@pytest.mark.django_db
def test_who_asked_to_be_left_in_peace_is(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["bank"]])
    actions.unfollow(initiative, by=parties["bank"].user, invitations=False)
    go_to(initiative, "evaluate")
    assert {one.person for one in initiative.invites.all()} == {parties["kawan"].person}


@pytest.mark.django_db
def test_an_answer_is_one_tap_and_why_not_is_private(initiative, parties, enter):
    take_part(initiative, [parties["bank"]])
    go_to(initiative, "evaluate")
    invite = initiative.invites.get()
    stranger = enter()
    page = stranger.get(f"/i/{invite.secret}/")
    assert page.status_code == 200
    assert stranger.get("/i/salah/").status_code == 404
    stranger.post(f"/i/{invite.secret}/", {"reply": "no", "reason": "Anak saya sakit."})
    invite.refresh_from_db()
    assert (invite.reply, invite.reason) == ("no", "Anak saya sakit.")
    for browser in (stranger, enter(parties["radio"].person)):
        for address in ("", "continuity/", "timeline/"):
            html = browser.get(f"/initiatives/{initiative.slug}/{address}").content.decode()
            assert "Anak saya sakit" not in html
    steward = enter(parties["kampus"].person)
    assert "Anak saya sakit" in steward.get(f"/initiatives/{initiative.slug}/steer/").content.decode()
    stranger.post(f"/i/{invite.secret}/", {"reply": "yes"})
    invite.refresh_from_db()
    assert (invite.reply, invite.reason) == ("yes", "")


@pytest.mark.django_db
def test_an_invitation_is_to_somebody_under_the_hat_she_last_wore(initiative, parties):
    wulan = parties["kawan"]
    take_part(initiative, [wulan])
    actions.record_act(initiative, wulan.person, "commented", by=SYSTEM, source="catatan")  # in her own name
    go_to(initiative, "evaluate")
    assert initiative.invites.get().organisation is None


@pytest.mark.django_db
def test_days_of_the_alarm_are_those_of_the_stage(initiative):
    one = stage(initiative, "deliver")
    assert one.third_on == one.starts_on + (one.ends_on - one.starts_on) // 3
    assert one.third_on <= one.week_left_on <= one.ends_on
    assert clock.today("Asia/Jakarta") <= one.ends_on
