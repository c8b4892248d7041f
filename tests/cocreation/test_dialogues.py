"""A dialogue from its first question to its figures: who votes under which hat, what is taken out, paper, closing."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions, dialogues
from heterospace.cocreation.dialogue_results import tell
from heterospace.cocreation.enums import DIALOGUE_MOVES, DialogueState, OutReason
from heterospace.cocreation.models import Act, Dialogue, DialogueFigures, Moderation, Statement, Vote, Voter
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM, allowed
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.home.doctor_dialogues import wrong
from heterospace.home.tick import tick
from heterospace.members import actions as members
from tests.cast import member
from tests.cocreation.houses import days, go_to, take_part
from tests.cocreation.talks import SEEDS, crowd_of, say_to, statement, talk
from tests.counting import queries_of

pytestmark = pytest.mark.django_db


def code_of(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# --- opening and closing


def test_who_guides_it_opens_a_dialogue_in_the_open_stage(initiative, parties, ratna):
    made = actions.draft_dialogue(
        initiative,
        by=parties["kampus"].user,
        title="Apa?",
        question="Apa yang kurang?",
        seeds=["Modal.", "", "Waktu."],
    )
    assert (made.state, made.stage.kind, made.last_number) == ("draft", "frame", 2)
    assert made.closes_on <= made.stage.ends_on
    assert not initiative.steps.filter(kind="dialogue").exists()
    opened = actions.open_dialogue(made, by=ratna.user)
    assert opened.opened_at == clock.now()
    line = initiative.steps.get(kind="dialogue")
    assert (line.facts["title"], line.path) == ("Apa?", f"dialogues/{made.reference}/")
    for person in (parties["bank"].user, parties["batik"].user):
        with pytest.raises(Forbidden):
            actions.draft_dialogue(initiative, by=person, title="Apa?", question="Apa?")
        with pytest.raises(Forbidden):
            actions.close_dialogue(opened, by=person)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"question": ""}, "no_question"),
        ({"seeds": ["x" * 201]}, "too_long"),
        ({"seeds": ["Sama!", "sama"]}, "said_already"),
        ({"closes_on": dt.date(2026, 11, 20)}, "closes_on"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_dialogue_that_is_not_right_is_refused(initiative, facts, code):
    wish = {"title": "Apa?", "question": "Apa?", "seeds": ["Satu."], **facts}
    assert code_of(lambda: actions.draft_dialogue(initiative, by=SYSTEM, **wish)) == code
    assert not Dialogue.objects.exists()


def test_every_move_of_its_states(initiative, parties):
    assert set(DIALOGUE_MOVES) == set(DialogueState)
    made = actions.draft_dialogue(initiative, by=SYSTEM, title="Apa?", question="Apa?", seeds=SEEDS)
    assert code_of(lambda: actions.close_dialogue(made, by=SYSTEM)) == "not_open"
    assert code_of(lambda: say_to(made, parties["bank"], {1: 1})) == "not_open"
    actions.open_dialogue(made, by=SYSTEM)
    assert code_of(lambda: actions.open_dialogue(made, by=SYSTEM)) == "already_open"
    actions.close_dialogue(made, by=SYSTEM)
    assert code_of(lambda: actions.close_dialogue(made, by=SYSTEM)) == "dialogue_closed"
    assert code_of(lambda: say_to(made, parties["bank"], {1: 1})) == "dialogue_closed"
    assert actions.open_dialogue(made, by=SYSTEM).closed_at is None
    assert list(
        initiative.steps.filter(kind__startswith="dialogue").order_by("pk").values_list("kind", flat=True)
    ) == [
        "dialogue",
        "dialogue_closed",
        "dialogue",
    ]


def test_its_last_day_over_nobody_votes_even_before_the_tick(dialogue, parties):
    with days(60):
        assert code_of(lambda: say_to(dialogue, parties["bank"], {1: 1})) == "dialogue_closed"
        assert dialogues.is_over(dialogue)
        assert tick()["dialogues_closed"] == 1
        assert code_of(lambda: actions.open_dialogue(dialogue, by=SYSTEM)) == "closes_on"
        again = clock.today("Asia/Jakarta") + dt.timedelta(days=3)
        assert actions.open_dialogue(dialogue, by=SYSTEM, closes_on=again).is_open


def test_the_question_stays_once_people_have_answered_it(dialogue):
    assert (
        code_of(lambda: actions.change_dialogue(dialogue, by=SYSTEM, question="Lain?")) == "question_stands"
    )
    changed = actions.change_dialogue(dialogue, by=SYSTEM, question=dialogue.question, about="Tentang ini.")
    assert changed.about == "Tentang ini."


def test_without_an_open_stage_there_is_no_dialogue(initiative):
    actions.close_stage(initiative.stages.get(kind="frame"), "Hasil.", by=SYSTEM)
    assert (
        code_of(lambda: actions.draft_dialogue(initiative, by=SYSTEM, title="Apa?", question="Apa?"))
        == "no_open_stage"
    )


# --- voting


def test_the_last_vote_counts_and_there_is_one_row(dialogue, parties):
    say_to(dialogue, parties["bank"], {1: 1})
    with days(0.1):
        say_to(dialogue, parties["bank"], {1: -1})
    (vote,) = Vote.objects.all()
    assert vote.value == -1
    assert vote.at > dialogue.opened_at
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(voter=vote.voter, statement=vote.statement, value=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(value=2)


def test_a_member_wears_one_hat_chosen_once(dialogue, parties, office):
    bank, batik = parties["bank"], parties["batik"]
    say_to(dialogue, bank, {1: 1}, organisation=bank.organisation)
    say_to(dialogue, bank, {2: 1}, organisation=None)  # too late to change it
    assert Voter.objects.get(person=bank.person).sector == "company"
    with pytest.raises(Forbidden) as not_mine:
        say_to(dialogue, batik, {1: 1}, organisation=bank.organisation)
    assert not_mine.value.code == "not_your_organisation"
    assert not Voter.objects.filter(person=batik.person).exists()
    say_to(dialogue, batik, {1: 1}, organisation=None)
    assert Voter.objects.get(person=batik.person).sector == ""


def test_nothing_said_means_the_hat_last_worn_here_or_the_only_one(dialogue, parties, office):
    bank = parties["bank"]
    say_to(dialogue, bank, {1: 1})
    assert Voter.objects.get(person=bank.person).organisation == bank.organisation
    second = members.create_organisation(office, by=bank.user, name="Koperasi Bank", kind="cooperative")
    other = talk(dialogue.initiative, title="Lagi")
    say_to(other, bank, {1: 1})
    assert Voter.objects.get(dialogue=other).organisation == bank.organisation  # worn in the first
    kampus = parties["kampus"]
    members.create_organisation(office, by=kampus.user, name="Koperasi Kampus", kind="cooperative")
    say_to(other, kampus, {1: 1})
    assert Voter.objects.get(person=kampus.person).organisation is None  # two, and nothing to go by
    assert second.sector == "msme"


def test_having_voted_is_one_act_and_saying_something_another(dialogue, parties):
    bank = parties["bank"]
    say_to(dialogue, bank, {1: 1, 2: -1, 3: 0})
    act = Act.objects.get(person=bank.person)
    assert (act.kind, act.channel, act.source) == ("voted", "online", f"dialogue:{dialogue.reference}")
    assert (act.organisation, act.sector, act.stage) == (bank.organisation, "company", dialogue.stage)
    actions.say_statement(dialogue, "Pasar dulu, baru modal.", by=bank.user)
    actions.say_statement(dialogue, "Pendamping, bukan juri.", by=bank.user)
    kinds = list(Act.objects.filter(person=bank.person).order_by("pk").values_list("kind", "source"))
    assert kinds[1:] == [
        ("commented", f"dialogue:{dialogue.reference}")
    ]  # once, and not which words were hers
    assert bank.person.followings.filter(initiative=dialogue.initiative).exists()


def test_saying_it_is_agreeing_with_it(dialogue, parties):
    said = actions.say_statement(dialogue, "  Pasar   dulu.  ", by=parties["bank"].user, language="jv")
    assert (said.text, said.number, said.language, said.state) == ("Pasar dulu.", 4, "jv", "shown")
    assert Vote.objects.get(statement=said).value == 1


@pytest.mark.parametrize(
    "again", ["kelas malam lebih cocok bagi yang bekerja", "KELAS MALAM: lebih cocok bagi yang bekerja!!"]
)
def test_what_was_said_already_is_refused_with_its_number(dialogue, parties, again):
    with pytest.raises(Refused) as twice:
        actions.say_statement(dialogue, again, by=parties["bank"].user)
    assert (twice.value.code, twice.value.extra["number"]) == ("said_already", 1)
    assert not Voter.objects.exists()


@pytest.mark.parametrize(("text", "code"), [(" ", "no_text"), ("x" * 201, "too_long")])
def test_a_statement_is_short_and_not_empty(dialogue, parties, text, code):
    assert code_of(lambda: actions.say_statement(dialogue, text, by=parties["bank"].user)) == code


def test_its_words_never_change(dialogue):
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(dialogue=dialogue, number=1).update(text="Lain.")


def test_strangers_come_by_browser_only_where_it_is_allowed(dialogue, initiative):
    who = actions.Who(browser="rahasia-peramban")
    with pytest.raises(Forbidden) as members_only:
        actions.vote(statement(dialogue, 1), 1, by=SYSTEM, who=who)
    assert members_only.value.code == "no_strangers"
    for number in (1, 2):
        open_to_all = talk(initiative, title=f"Terbuka {number}", allows_strangers=True)
        actions.vote(statement(open_to_all, 1), 1, by=SYSTEM, who=who)
        actions.vote(statement(open_to_all, 2), -1, by=SYSTEM, who=who)
    first, second = Voter.objects.order_by("pk")
    assert first.votes.count() == 2
    assert (first.person, first.organisation, first.sector) == (None, None, "")
    assert (
        "rahasia" not in first.browser and first.browser != second.browser
    )  # nobody is followed through dialogues
    assert not Act.objects.exists()  # an act needs somebody


def test_an_erased_member_leaves_her_votes_and_nothing_that_says_whose_they_were(dialogue, parties):
    bank = parties["bank"]
    say_to(dialogue, bank, {1: 1})
    members.erase_person(bank.person, by=SYSTEM)
    voter = Voter.objects.get()
    assert (voter.person, voter.organisation, voter.votes.count()) == (None, None, 1)
    assert voter.forgotten_at is not None


def test_a_vote_costs_few_queries(dialogue, parties):
    bank = parties["bank"]
    say_to(dialogue, bank, {1: 1})
    row = statement(dialogue, 2)
    assert (
        queries_of(lambda: actions.vote(row, 1, by=bank.user)) <= 5
    )  # person, voter, the vote, begin and end


# --- moderation


def test_what_is_taken_out_says_why_in_a_log_that_stays(dialogue, parties, ratna, dimas):
    kampus, bank = parties["kampus"], parties["bank"]
    row = statement(dialogue, 1)
    for person in (bank.user, dimas.user):
        with pytest.raises(Forbidden):
            actions.moderate(row, "out", by=person, reason="advert")
    for reason in ("", "because"):
        with pytest.raises(Invalid):
            actions.moderate(row, "out", by=kampus.user, reason=reason)
    actions.moderate(row, "out", by=kampus.user, reason=OutReason.ADVERT)
    assert code_of(lambda: say_to(dialogue, bank, {1: 1})) == "not_shown"
    assert code_of(lambda: actions.moderate(row, "out", by=kampus.user, reason="advert")) == "nothing_changed"
    actions.moderate(row, "shown", by=ratna.user)
    say_to(dialogue, bank, {1: 1})
    log = list(Moderation.objects.order_by("pk").values_list("state", "reason", "by"))
    assert log == [("out", "advert", kampus.person.pk), ("shown", "", ratna.pk)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Moderation.objects.all().delete()


def test_where_the_dialogue_says_so_statements_wait(initiative, parties, ratna):
    careful = talk(initiative, is_moderated_first=True)
    said = actions.say_statement(careful, "Sesuatu.", by=parties["bank"].user)
    assert said.state == "waiting"
    assert 4 not in dialogues.texts_of(careful)
    said.dialogue = careful
    actions.moderate(said, "shown", by=ratna.user)
    assert 4 in dialogues.texts_of(careful)


# --- paper


def test_a_sheet_is_entered_and_entering_it_again_replaces_it(dialogue, parties, dimas):
    assert list(actions.give_sheets(dialogue, 3, by=dimas.user)) == [1, 2, 3]
    assert list(actions.give_sheets(dialogue, 1, by=dimas.user)) == [4]
    dialogue.refresh_from_db()
    voter = actions.enter_sheet(dialogue, 2, {1: 1, 2: -1}, by=dimas.user, sector="campus")
    assert (voter.sector, voter.channel, voter.person) == ("campus", "paper", None)
    actions.enter_sheet(dialogue, 2, {2: 0, 3: 1}, by=dimas.user, organisation=parties["bank"].organisation)
    again = Voter.objects.get()
    assert dialogues.votes_of(again) == {2: 0, 3: 1}
    assert again.sector == "company"
    for sheet, votes, code in (
        (5, {1: 1}, "sheet"),
        (1, {}, "nothing"),
        (1, {9: 1}, "statement"),
        (1, {1: 7}, "value"),
    ):
        assert code_of(lambda s=sheet, v=votes: actions.enter_sheet(dialogue, s, v, by=dimas.user)) == code
    with pytest.raises(Forbidden):
        actions.enter_sheet(dialogue, 1, {1: 1}, by=parties["bank"].user)


def test_a_member_on_paper_acted_and_does_not_vote_again(dialogue, parties, dimas):
    bank, batik = parties["bank"], parties["batik"]
    actions.give_sheets(dialogue, 5, by=dimas.user)
    dialogue.refresh_from_db()
    actions.enter_sheet(
        dialogue, 1, {1: 1}, by=dimas.user, person=bank.person, organisation=bank.organisation
    )
    act = Act.objects.get(person=bank.person)
    assert (act.kind, act.channel, act.sector) == ("voted", "paper", "company")
    assert code_of(lambda: say_to(dialogue, bank, {2: 1})) == "voted_on_paper"
    say_to(dialogue, batik, {1: 1})
    assert (
        code_of(lambda: actions.enter_sheet(dialogue, 2, {1: 1}, by=dimas.user, person=batik.person))
        == "voted_online"
    )
    assert Voter.objects.filter(sheet=2).count() == 0


# --- figures


def test_figures_say_sectors_first_and_hide_the_small_ones(dialogue, parties):
    crowd_of(dialogue, parties["kawan"], 6, {1: 1, 2: 1, 3: 1})
    crowd_of(dialogue, parties["bank"], 5, {1: 1, 2: -1, 3: 0})
    crowd_of(dialogue, parties["kampus"], 3, {1: -1, 2: -1})
    stored = actions.compute_figures(dialogue, by=SYSTEM)
    told = tell(stored, dialogues.texts_of(dialogue))
    assert (stored.voters, stored.votes) == (14, 39)
    assert told.heard == ["Komunitas", "Perusahaan"]
    assert "Kampus" in told.not_heard and "Pemerintah" in told.not_heard
    line = {one.statement.number: one for one in told.lines}
    assert line[1].k == 2
    assert line[1].product == pytest.approx(7 / 8 * 6 / 7, abs=1e-6)
    assert line[1].mean == pytest.approx((7 / 8 * 6 / 7) ** 0.5, abs=1e-6)
    # three votes of the campus could be found by subtracting: they are in no number
    assert (line[1].all.agree, line[1].all.disagree, line[1].held_back) == (11, 0, True)
    assert [one.sector for one in line[1].sectors] == ["community", "company"]
    assert [one.statement.number for one in told.shared] == [1]
    assert [gap.line.statement.number for gap in told.gaps] == [2, 3]
    assert (told.gaps[0].most.sector, told.gaps[0].least.sector) == ("community", "company")
    assert told.groups == [] and "50" in told.why_no_groups
    assert (
        "campus" not in str(stored.figures["statements"])
        and "campus" not in stored.figures["people"]["sectors"]["shown"]
    )
    assert dialogue.statements.get(number=1).priority > 0


def test_people_without_a_sector_are_counted_where_they_are_five(dialogue, parties, initiative):
    crowd_of(dialogue, parties["kawan"], 5, {1: 1})
    for n in range(5):
        Voter.objects.create(dialogue=dialogue, browser=f"b{n}").votes.create(
            statement=dialogue.statements.get(number=1), value=-1
        )
    told = tell(actions.compute_figures(dialogue, by=SYSTEM), dialogues.texts_of(dialogue))
    (line,) = told.lines
    assert (line.all.agree, line.all.disagree, line.held_back, line.k) == (5, 5, False, 1)
    assert told.ways == {"browsers": 5, "members": 5}
    assert told.shared == []  # one sector alone shares nothing


def test_figures_without_votes_and_of_things_taken_out(dialogue, parties):
    stored = actions.compute_figures(dialogue, by=SYSTEM)
    assert (stored.voters, stored.figures["statements"]) == (0, [])
    crowd_of(dialogue, parties["kawan"], 6, {1: 1, 2: 1})
    actions.moderate(statement(dialogue, 2), "out", by=SYSTEM, reason="advert")
    stored = actions.compute_figures(dialogue, by=SYSTEM)
    assert [row["number"] for row in stored.figures["statements"]] == [1]


def test_the_tick_computes_what_is_old_and_only_that(dialogue, parties):
    assert tick()["figures_computed"] == 0  # nobody voted
    say_to(dialogue, parties["bank"], {1: 1})
    assert tick()["figures_computed"] == 1
    with clock.set_to(clock.now() + dt.timedelta(seconds=10)):
        say_to(dialogue, parties["bank"], {2: 1})
        assert tick()["figures_computed"] == 0  # a moment ago
    with clock.set_to(clock.now() + dt.timedelta(seconds=40)):
        assert tick()["figures_computed"] == 1
        assert DialogueFigures.objects.get().votes == 2
    with clock.set_to(clock.now() + dt.timedelta(seconds=90)):
        assert tick()["figures_computed"] == 0
    with days(1):
        actions.moderate(statement(dialogue, 1), "out", by=SYSTEM, reason="twice")
        assert tick()["figures_computed"] == 1


def test_routing_shows_everything_once_and_own_statements_never(dialogue, parties):
    bank = parties["bank"]
    actions.say_statement(dialogue, "Pasar dulu.", by=bank.user)
    actions.compute_figures(dialogue, by=SYSTEM)
    voter = dialogues.voter_of(dialogue, bank.person)
    seen = []
    while waiting := dialogues.unseen(dialogue, voter):
        row = dialogues.next_statement(dialogue, waiting)
        seen.append(row.number)
        say_to(dialogue, bank, {row.number: 0})
    assert sorted(seen) == [1, 2, 3]


# --- import

VOTES = "timestamp,comment-id,voter-id,vote\n1,5,1,1\n2,5,2,-1\n3,7,1,0\n4,5,1,-1\n"
COMMENTS = "comment-id,moderated,is-seed,comment-body\n7,1,true,Second\n5,1,false,First\n9,-1,false,Out\n"


def test_a_public_conversation_is_taken_over_with_its_attribution(initiative):
    made = actions.draft_dialogue(initiative, by=SYSTEM, title="Impor", question="Apa?")
    filled = actions.import_conversation(
        made, VOTES, comments=COMMENTS, source="Sumber, CC BY 4.0", by=SYSTEM
    )
    assert (filled.source, filled.last_number) == ("Sumber, CC BY 4.0", 3)
    rows = list(filled.statements.values_list("text", "state", "out_reason", "is_seed"))
    assert rows == [
        ("Second", "shown", "", True),
        ("First", "shown", "", False),
        ("Out", "out", "imported", False),
    ]
    assert sorted(Vote.objects.values_list("voter__imported", "statement__text", "value")) == [
        ("1", "First", -1),
        ("1", "Second", 0),
        ("2", "First", -1),
    ]
    assert code_of(lambda: actions.import_conversation(filled, VOTES, source="x", by=SYSTEM)) == "not_empty"


@pytest.mark.parametrize(
    ("votes", "source", "code"),
    [("a,b\n", "x", "file"), ("comment-id,voter-id,vote\n", "x", "file"), (VOTES, " ", "no_source")],
)
def test_a_broken_import_leaves_nothing(initiative, votes, source, code):
    made = actions.draft_dialogue(initiative, by=SYSTEM, title="Impor", question="Apa?")
    assert code_of(lambda: actions.import_conversation(made, votes, source=source, by=SYSTEM)) == code
    assert not made.statements.exists() and not Voter.objects.exists()


# --- rights

RIGHTS = """
deed      stranger member steward desk manager officer
run       no       no     yes     no   yes     yes
help      no       no     yes     yes  yes     yes
"""


def test_rights_of_roles(dialogue, parties, dimas, ratna, hendro):
    who = {
        "stranger": None,
        "member": parties["bank"].user,
        "steward": parties["kampus"].user,
        "desk": dimas.user,
        "manager": ratna.user,
        "officer": hendro.user,
    }
    head, *lines = RIGHTS.strip().splitlines()
    for line in lines:
        name, *answers = line.split()
        for role, answer in zip(head.split()[1:], answers, strict=True):
            assert allowed(who[role], f"cocreation.{name}_dialogue", dialogue) == (answer == "yes"), (
                name,
                role,
            )


@pytest.mark.parametrize("stage", ["frame", "design", "deliver", "evaluate"])
def test_in_every_stage_members_talk_and_the_act_is_of_its_stage(initiative, parties, stage):
    go_to(initiative, stage)
    made = talk(initiative)
    say_to(made, parties["bank"], {1: 1})
    assert Act.objects.get(person=parties["bank"].person, kind="voted").stage.kind == stage


def test_a_dialogue_that_goes_on_belongs_to_the_stage_that_opens(initiative, dialogue, parties):
    say_to(dialogue, parties["bank"], {1: 1})
    go_to(initiative, "design")
    dialogue.refresh_from_db()
    say_to(dialogue, parties["radio"], {1: -1})
    stages = {act.sector: act.stage.kind for act in Act.objects.filter(kind="voted")}
    assert stages == {"company": "frame", "media": "design"}
    say_to(dialogue, parties["bank"], {2: 1})  # she voted already: still one act
    assert Act.objects.filter(kind="voted").count() == 2
    actions.close_dialogue(dialogue, by=SYSTEM)
    go_to(initiative, "deliver")
    dialogue.refresh_from_db()
    assert dialogue.stage.kind == "design"


def test_an_ended_initiative_ends_its_dialogues(initiative, dialogue, parties):
    take_part(initiative, [parties["bank"]])
    actions.stop_initiative(initiative, "Tidak ada dana.", by=SYSTEM)
    assert tick()["dialogues_closed"] == 1
    assert not member(initiative.office, "Baru", "baru@orang.example").voters.exists()


def test_the_doctor_looks_at_dialogues(dialogue, parties, initiative, dimas):
    say_to(dialogue, parties["bank"], {1: 1})
    actions.give_sheets(dialogue, 2, by=dimas.user)
    dialogue.refresh_from_db()
    actions.enter_sheet(dialogue, 1, {1: 1}, by=dimas.user)
    assert list(wrong()) == []
    elsewhere = talk(initiative, title="Lain")
    Vote.objects.filter(voter__person__isnull=False).update(statement=elsewhere.statements.get(number=1))
    Voter.objects.create(dialogue=dialogue, sheet=9)
    Voter.objects.create(dialogue=dialogue, person=parties["batik"].person)
    assert [code for code, _sentence in wrong()] == [
        "votes_elsewhere",
        "numbers_not_given",
        "voter_without_act",
    ]
