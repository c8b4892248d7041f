"""A proposal from its first words to its answer: amended, commented, supported, answered with a reason, or late for all to see."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from heterospace.cocreation import actions, proposals
from heterospace.cocreation.enums import (
    AMENDMENT_MOVES,
    ANSWERS,
    PROPOSAL_MOVES,
    AmendmentState,
    CommentKind,
    ProposalState,
)
from heterospace.cocreation.models import Act, Amendment, Comment, Dialogue, Proposal, ProposalText, Statement
from heterospace.cocreation.queries import stage_at
from heterospace.cocreation.timeline import sentence as sentence_of
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.home.tick import tick
from heterospace.members import actions as members
from tests.bookings.test_race import at_once
from tests.cast import TWIN_HOST
from tests.cocreation.houses import begin, days, go_to, take_part
from tests.counting import grows_by, queries
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db
WORDS = "Kelas malam untuk usaha rintisan. Dua kali sebulan di Gatra."


def make(initiative, who, title="Kelas malam", words=WORDS, **more):
    """A proposal of a party, for its organisation unless told otherwise."""
    organisation = more.pop("organisation", who.organisation)
    return actions.make_proposal(
        initiative, by=who.user, title=title, text=words, organisation=organisation, **more
    )


def amend(proposal, who, old="malam", new="sore", why="Malam sulit bagi ibu.", **more):
    return actions.amend(
        proposal,
        proposal.text.replace(old, new),
        why,
        by=who.user,
        organisation=who.organisation,
        **more,
    )


def sentence(step):
    with override("en"):
        return sentence_of(step)


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("addressee", flat=True))


def acts(initiative):
    rows = initiative.acts.order_by("pk")
    return [
        (row.kind, row.organisation.name if row.organisation else None, row.source.partition(":")[0])
        for row in rows
    ]


@pytest.fixture
def proposal(initiative, parties) -> Proposal:
    return make(initiative, parties["pegiat"])


def fresh(proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


# making


def test_a_proposal_is_an_act_under_one_hat_with_a_promised_day(initiative, parties, semarang):
    made = make(initiative, parties["pegiat"])
    assert made.answer_due == clock.now() + dt.timedelta(days=semarang.answer_days)
    assert acts(initiative) == [("proposed", "Pihak Pegiat", "proposal")]
    assert [(one.person, one.sector) for one in made.authors.all()] == [
        (parties["pegiat"].person, "community")
    ]
    assert [(one.number, one.text) for one in made.texts.all()] == [(1, WORDS)]
    line = initiative.steps.get(kind="proposal")
    assert sentence(line) == "A proposal of Pihak Pegiat: Kelas malam."
    assert line.path == f"proposals/{made.reference}/"


def test_anybody_may_propose_in_her_own_name(initiative, sari):
    made = actions.make_proposal(initiative, by=sari.user, title="Musala", text="Musala yang tenang.")
    assert made.authors.get().organisation is None
    assert acts(initiative) == [("proposed", None, "proposal")]


def test_nobody_speaks_for_an_organisation_that_is_not_hers(initiative, parties):
    with pytest.raises(Forbidden) as refused:
        make(initiative, parties["pegiat"], organisation=parties["bank"].organisation)
    assert refused.value.code == "not_your_organisation"


def test_proposals_are_made_while_it_is_framed_and_designed_only(initiative, parties):
    go_to(initiative, "design")
    make(initiative, parties["bank"])
    go_to(initiative, "deliver")
    with pytest.raises(Refused) as late:
        make(initiative, parties["bank"])
    assert late.value.code == "not_designing"
    actions.stop_initiative(initiative, "Tidak ada dana.", by=SYSTEM)
    with pytest.raises(Refused) as over:
        make(initiative, parties["bank"])
    assert over.value.code == "not_running"


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"title": " "}, "no_title"), ({"words": ""}, "no_text"), ({"words": "x" * 8001}, "too_long")],
)
def test_it_says_what_should_be_done(initiative, parties, facts, code):
    with pytest.raises(Invalid) as wrong:
        make(initiative, parties["pegiat"], **facts)
    assert wrong.value.code == code


def test_it_may_grow_from_a_statement_of_the_same_initiative(initiative, parties, semarang):
    dialogue = Dialogue.objects.create(
        initiative=initiative,
        stage=stage_at(initiative, "frame"),
        reference="DL-2222-3333",
        title="Apa yang kurang?",
        question="Apa?",
        closes_on=clock.now().date(),
    )
    said = Statement.objects.create(dialogue=dialogue, number=3, text="Kelas selalu siang.", state="shown")
    found = proposals.statement_at(initiative, "dl-2222-3333/3")
    assert found == said
    assert make(initiative, parties["pegiat"], statement=found).statement == said
    other = begin(semarang, parties, title="Lain")
    with pytest.raises(Invalid) as elsewhere:
        make(other, parties["pegiat"], statement=found)
    assert elsewhere.value.code == "statement"
    Statement.objects.filter(pk=said.pk).update(state="waiting")
    assert proposals.statement_at(initiative, "DL-2222-3333/3") is None
    for key in ("", "DL-2222-3333", "DL-2222-3333/x", "DL-2222-3333/9999999999"):
        assert proposals.statement_at(initiative, key) is None


# authors


def test_an_author_names_another_who_is_told_and_may_leave(proposal, initiative, parties):
    kawan, bank = parties["kawan"], parties["bank"]
    with pytest.raises(Forbidden):
        actions.add_author(proposal, bank.person, by=kawan.user)
    actions.add_author(proposal, kawan.person, by=parties["pegiat"].user, organisation=kawan.organisation)
    assert told("proposal_author") == {kawan.person.pk}
    assert acts(initiative) == [("proposed", "Pihak Pegiat", "proposal")]  # being named is no act
    with pytest.raises(Refused) as twice:
        actions.add_author(proposal, kawan.person, by=parties["pegiat"].user)
    assert twice.value.code == "already_author"
    actions.leave_proposal(proposal, by=kawan.user)
    with pytest.raises(Refused) as alone:
        actions.leave_proposal(proposal, by=parties["pegiat"].user)
    assert alone.value.code == "last_author"


def test_only_people_who_took_part_and_agreed_to_be_named_are_offered(proposal, initiative, parties, sari):
    take_part(initiative, [parties["bank"], parties["kampus"]])
    members.set_consents(parties["kampus"].person, ["service"], by=SYSTEM)
    assert set(proposals.co_authors(proposal)) == {parties["bank"].person}  # not sari, not the author herself


# amendments


def test_an_amendment_taken_up_is_a_new_version_and_its_maker_an_author(proposal, initiative, parties):
    made = amend(proposal, parties["batik"])
    assert made.state == "open"
    assert told("amendment_made") == {parties["pegiat"].person.pk}
    assert acts(initiative)[-1] == ("amended", "Pihak Batik", "amendment")
    actions.accept_amendment(made, by=parties["pegiat"].user)
    now = fresh(proposal)
    assert (now.version, now.text) == (2, WORDS.replace("malam", "sore"))
    assert [one.text for one in now.texts.all()] == [WORDS, now.text]
    assert {one.person for one in now.authors.all()} == {parties["pegiat"].person, parties["batik"].person}
    assert told("amendment_decided") == {parties["batik"].person.pk}
    line = initiative.steps.get(kind="proposal_changed")
    assert sentence(line) == "The proposal “Kelas malam” took up an amendment of Pihak Batik."


def test_texts_are_never_changed(proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalText.objects.filter(proposal=proposal).update(text="Lain.")


def test_not_taken_up_needs_a_reason_and_may_become_a_proposal_of_its_own(proposal, initiative, parties):
    made = amend(proposal, parties["batik"])
    with pytest.raises(Invalid) as silent:
        actions.reject_amendment(made, " ", by=parties["pegiat"].user)
    assert silent.value.code == "no_reason"
    with pytest.raises(Refused) as early:
        actions.promote_amendment(made, by=parties["batik"].user)
    assert early.value.code == "not_rejected"
    actions.reject_amendment(made, "Sore masih jam kerja.", by=parties["pegiat"].user)
    with pytest.raises(Forbidden):
        actions.promote_amendment(made, by=parties["pegiat"].user)
    grown = actions.promote_amendment(made, by=parties["batik"].user, title="Kelas sore")
    assert (grown.title, grown.text, grown.version) == ("Kelas sore", WORDS.replace("malam", "sore"), 1)
    assert grown.authors.get().organisation == parties["batik"].organisation
    made.refresh_from_db()
    assert (made.state, made.became, made.reason) == ("promoted", grown, "Sore masih jam kerja.")
    assert fresh(proposal).text == WORDS


def test_a_change_by_an_author_stands_at_once(proposal, parties):
    made = amend(proposal, parties["pegiat"])
    assert (made.state, fresh(proposal).version) == ("accepted", 2)
    assert told("amendment_made") == told("amendment_decided") == set()


def test_two_amendments_that_do_not_meet_are_both_taken_up(proposal, parties):
    first = amend(proposal, parties["batik"])
    second = amend(proposal, parties["bank"], "Gatra", "Rembug", why="Gatra penuh.")
    actions.accept_amendment(first, by=parties["pegiat"].user)
    actions.accept_amendment(second, by=parties["pegiat"].user)
    now = fresh(proposal)
    assert now.text == "Kelas sore untuk usaha rintisan. Dua kali sebulan di Rembug."
    assert now.version == 3


def test_two_amendments_of_the_same_words_are_not_mixed(proposal, parties):
    first = amend(proposal, parties["batik"])
    second = amend(proposal, parties["bank"], "malam", "pagi")
    actions.accept_amendment(first, by=parties["pegiat"].user)
    with pytest.raises(Refused) as meets:
        actions.accept_amendment(second, by=parties["pegiat"].user)
    assert meets.value.code == "changed_meanwhile"
    assert Amendment.objects.get(pk=second.pk).state == "open"


def test_who_read_an_older_text_is_told_when_her_change_meets_a_newer_one(proposal, parties):
    amend(proposal, parties["pegiat"])
    stale = Proposal(text=WORDS)
    with pytest.raises(Refused) as meets:
        actions.amend(
            proposal, WORDS.replace("malam", "pagi"), "Lebih segar.", by=parties["bank"].user, base=1
        )
    assert meets.value.code == "changed_meanwhile"
    made = actions.amend(
        proposal, stale.text.replace("Gatra", "Rembug"), "Penuh.", by=parties["bank"].user, base=1
    )
    assert (made.base, made.text) == (2, "Kelas sore untuk usaha rintisan. Dua kali sebulan di Rembug.")


def test_the_same_words_are_no_amendment(proposal, parties):
    with pytest.raises(Refused) as same:
        actions.amend(proposal, f" {WORDS}\r\n", "Lebih baik.", by=parties["bank"].user)
    assert same.value.code == "same_text"


def test_its_maker_may_take_an_amendment_back(proposal, parties):
    made = amend(proposal, parties["batik"])
    with pytest.raises(Forbidden):
        actions.withdraw_amendment(made, by=parties["pegiat"].user)
    actions.withdraw_amendment(made, by=parties["batik"].user)
    with pytest.raises(Refused) as gone:
        actions.accept_amendment(made, by=parties["pegiat"].user)
    assert gone.value.code == "withdrawn"


# comments


def test_a_question_is_told_to_the_authors_and_its_answer_to_who_asked(proposal, initiative, parties):
    bank, pegiat = parties["bank"], parties["pegiat"]
    asked = actions.comment(
        proposal, "question", "Siapa mentornya?", by=bank.user, organisation=bank.organisation
    )
    assert told("question_asked") == {pegiat.person.pk}
    with pytest.raises(Forbidden):
        actions.reply_to(asked, "Kami.", by=bank.user)
    actions.reply_to(asked, "Kampus.", by=pegiat.user)
    actions.reply_to(asked, "Kampus dan bank.", by=pegiat.user)
    assert Comment.objects.get().reply == "Kampus dan bank."
    assert Message.objects.filter(kind="question_replied", addressee=bank.person.pk).count() == 1
    said = actions.comment(proposal, "for", "Bagus.", by=bank.user, organisation=bank.organisation)
    assert acts(initiative)[1:] == [("commented", "Pihak Bank", "proposal")]  # one proposal, one act
    with pytest.raises(Refused) as no:
        actions.reply_to(said, "Terima kasih.", by=pegiat.user)
    assert no.value.code == "not_a_question"


def test_a_comment_that_breaks_the_rules_is_hidden_with_its_reason(
    proposal, initiative, parties, ratna, enter
):
    bank = parties["bank"]
    said = actions.comment(proposal, "against", "Pandu pembohong.", by=bank.user)
    with pytest.raises(Forbidden):
        actions.hide_comment(said, "person", by=parties["pegiat"].user)
    with pytest.raises(Invalid):
        actions.hide_comment(said, "ugly", by=ratna.user)
    actions.hide_comment(said, "person", by=ratna.user)
    with pytest.raises(Refused):
        actions.hide_comment(said, "person", by=ratna.user)
    assert told("comment_hidden") == {bank.person.pk}
    page = f"/initiatives/{initiative.slug}/proposals/{proposal.reference}/"
    for person, sees in ((None, False), (parties["batik"].person, False), (bank.person, True), (ratna, True)):
        shown = text(enter(person).get(page))
        assert ("pembohong" in shown) == sees
        assert "names or attacks a person" in shown or "menyebut" in shown
    actions.show_comment(said, by=ratna.user)
    assert "pembohong" in text(enter().get(page))


# support


def test_support_is_given_once_and_taken_back(proposal, initiative, parties):
    bank = parties["bank"]
    for _time in range(2):
        assert actions.support_proposal(proposal, by=bank.user, organisation=bank.organisation)
    assert proposal.supports.count() == 1
    assert acts(initiative)[1:] == [("voted", "Pihak Bank", "support")]
    assert initiative.followings.filter(person=bank.person, until=None).exists()
    assert not actions.support_proposal(proposal, by=bank.user, support=False)
    assert proposal.supports.count() == 0
    assert Act.objects.filter(kind="voted").count() == 1  # she took part then


def test_support_from_before_a_change_is_told_apart(proposal, parties):
    actions.support_proposal(proposal, by=parties["bank"].user)
    with days(1):
        amend(proposal, parties["pegiat"])
    with days(2):
        actions.support_proposal(proposal, by=parties["batik"].user)
        told_of = proposals.read(fresh(proposal), None)
    assert (told_of["support"], told_of["before_change"]) == (2, 1)


# the answer


def test_the_answer_reaches_everybody_who_had_a_part_in_it(proposal, initiative, parties, ratna):
    made = amend(proposal, parties["batik"])
    actions.comment(proposal, "for", "Ya.", by=parties["bank"].user)
    actions.support_proposal(proposal, by=parties["dinas"].user)
    actions.answer_proposal(proposal, "partly", "Sekali sebulan dulu.", by=ratna.user)
    expected = {parties[key].person.pk for key in ("pegiat", "batik", "bank", "dinas")}
    assert told("proposal_answered") == expected
    assert Message.objects.filter(kind="proposal_answered").count() == len(expected)
    now = fresh(proposal)
    assert (now.state, now.answer, now.answered_by, now.is_late) == (
        "partly",
        "Sekali sebulan dulu.",
        ratna,
        False,
    )
    made.refresh_from_db()
    assert made.state == "rejected"
    assert made.reason
    assert sentence(initiative.steps.get(kind="proposal_answered")).endswith("was answered: Partly accepted.")


def test_an_answer_needs_a_reason_and_one_of_three_words(proposal, ratna):
    for state, words, code in (
        ("accepted", " ", "no_answer"),
        ("withdrawn", "Ya.", "state"),
        ("open", "Ya.", "state"),
        ("perhaps", "Ya.", "state"),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.answer_proposal(proposal, state, words, by=ratna.user)
        assert wrong.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="accepted", answered_at=clock.now())


def test_nobody_answers_a_proposal_of_her_own(initiative, parties):
    own = make(initiative, parties["kampus"])  # a steward's
    with pytest.raises(Refused) as refused:
        actions.answer_proposal(own, "accepted", "Bagus sekali.", by=parties["kampus"].user)
    assert refused.value.code == "own_proposal"
    actions.answer_proposal(own, "accepted", "Bagus sekali.", by=parties["kawan"].user)


def test_a_late_answer_stays_late_and_is_said_so(proposal, initiative, semarang, ratna):
    with days(semarang.answer_days + 1):
        assert fresh(proposal).is_late
        answered = actions.answer_proposal(proposal, "accepted", "Maaf terlambat.", by=ratna.user)
    assert answered.is_late
    assert "after the promised day" in sentence(initiative.steps.get(kind="proposal_answered"))


def test_what_was_answered_is_frozen(proposal, parties, ratna):
    question = actions.comment(proposal, "question", "Kapan?", by=parties["bank"].user)
    made = amend(proposal, parties["batik"])
    actions.answer_proposal(proposal, "accepted", "Mulai Januari.", by=ratna.user)
    frozen = (
        lambda: amend(proposal, parties["bank"], "Dua", "Tiga"),
        lambda: actions.comment(proposal, "for", "Ya.", by=parties["bank"].user),
        lambda: actions.reply_to(question, "Januari.", by=parties["pegiat"].user),
        lambda: actions.support_proposal(proposal, by=parties["bank"].user),
        lambda: actions.support_proposal(proposal, by=parties["bank"].user, support=False),
        lambda: actions.accept_amendment(made, by=parties["pegiat"].user),
        lambda: actions.reject_amendment(made, "Tidak.", by=parties["pegiat"].user),
        lambda: actions.withdraw_proposal(proposal, by=parties["pegiat"].user),
        lambda: actions.add_author(proposal, parties["bank"].person, by=parties["pegiat"].user),
        lambda: actions.answer_proposal(proposal, "partly", "Lain.", by=ratna.user),
    )
    for act in frozen:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "answered"


def test_a_withdrawn_one_stays_readable_and_is_answered_no_more(proposal, initiative, parties, ratna):
    with pytest.raises(Forbidden):
        actions.withdraw_proposal(proposal, by=ratna.user)
    actions.withdraw_proposal(proposal, by=parties["pegiat"].user)
    with pytest.raises(Refused) as refused:
        actions.answer_proposal(proposal, "accepted", "Ya.", by=ratna.user)
    assert refused.value.code == "withdrawn"
    assert "was withdrawn" in sentence(initiative.steps.get(kind="proposal_changed"))
    with days(100):
        assert not fresh(proposal).is_late


def test_the_tables_of_states_are_whole():
    assert set(PROPOSAL_MOVES) == set(ProposalState)
    assert set(AMENDMENT_MOVES) == set(AmendmentState)
    assert {state for state, moves in PROPOSAL_MOVES.items() if moves} == {ProposalState.OPEN}
    assert set(ANSWERS) == set(ProposalState) - {ProposalState.OPEN, ProposalState.WITHDRAWN}


# who may: act × role

ACTS = {
    "propose": lambda p, a, c, by: actions.make_proposal(p.initiative, by=by, title="Baru", text="Baru."),
    "amend": lambda p, a, c, by: actions.amend(p, "Lain sama sekali.", "Coba.", by=by),
    "comment": lambda p, a, c, by: actions.comment(p, "for", "Ya.", by=by),
    "support": lambda p, a, c, by: actions.support_proposal(p, by=by),
    "accept": lambda p, a, c, by: actions.accept_amendment(a, by=by),
    "reject": lambda p, a, c, by: actions.reject_amendment(a, "Tidak.", by=by),
    "take back": lambda p, a, c, by: actions.withdraw_amendment(a, by=by),
    "reply": lambda p, a, c, by: actions.reply_to(c, "Ya.", by=by),
    "hide": lambda p, a, c, by: actions.hide_comment(c, "advert", by=by),
    "answer": lambda p, a, c, by: actions.answer_proposal(p, "accepted", "Ya.", by=by),
    "withdraw": lambda p, a, c, by: actions.withdraw_proposal(p, by=by),
}
RIGHTS = """
            member  author  amender  steward  manager  officer  desk  twin
propose     yes     yes     yes      yes      yes      yes      yes   no
amend       yes     yes     yes      yes      yes      yes      yes   no
comment     yes     yes     yes      yes      yes      yes      yes   no
support     yes     yes     yes      yes      yes      yes      yes   no
accept      no      yes     no       no       no       no       no    no
reject      no      yes     no       no       no       no       no    no
take\u00a0back   no      no      yes      no       no       no       no    no
reply       no      yes     no       no       no       no       no    no
hide        no      no      no       yes      yes      yes      no    no
answer      no      no      no       yes      yes      yes      no    no
withdraw    no      yes     no       no       no       no       no    no
"""


def test_who_may_do_what(proposal, parties, sari, ratna, hendro, dimas, twin_sari):
    made = amend(proposal, parties["batik"])
    asked = actions.comment(proposal, "question", "Kapan?", by=parties["bank"].user)
    people = {
        "member": sari,
        "author": parties["pegiat"].person,
        "amender": parties["batik"].person,
        "steward": parties["kampus"].person,
        "manager": ratna,
        "officer": hendro,
        "desk": dimas,
        "twin": twin_sari,
    }
    head, *lines = [line.split(" ") for line in RIGHTS.strip("\n").splitlines()]
    roles = [word for word in head if word]
    for line in lines:
        name, *says = [word.replace("\u00a0", " ") for word in line if word]
        for role, says_yes in zip(roles, says, strict=True):
            try:
                with transaction.atomic():
                    ACTS[name](proposal, made, asked, people[role].user)
                    raise Undo
            except Undo:
                may = True
            except Forbidden:
                may = False
            assert may == (says_yes == "yes"), f"{role} may {name}: {may}"


class Undo(Exception):
    """Take back what was tried."""


# the promise


def test_who_guides_is_reminded_once_a_day_from_three_days_before(
    proposal, initiative, semarang, parties, ratna
):
    assert actions.remind_of_proposals(by=SYSTEM) == 0
    stewards = {parties["kawan"].person.pk, parties["kampus"].person.pk}
    make(initiative, parties["bank"], title="Kedua")
    with days(semarang.answer_days - 2):
        assert actions.remind_of_proposals(by=SYSTEM) == len(stewards)  # one message for both
        assert actions.remind_of_proposals(by=SYSTEM) == 0
        assert told("proposals_due") == stewards
        assert Message.objects.filter(kind="proposals_due").first().context["waiting"] == 2
    with days(semarang.answer_days + 1):
        assert tick()["proposals_due"] == len(stewards) + 1
        assert told("proposals_due") == {*stewards, ratna.pk}
    with pytest.raises(Forbidden):
        actions.remind_of_proposals(by=ratna.user)


def test_the_figure_counts_what_was_promised(initiative, parties, semarang, solo, office, ratna):
    first, second, third = (make(initiative, parties["bank"], title=f"Usul {n}") for n in range(3))
    withdrawn = make(initiative, parties["batik"])
    actions.withdraw_proposal(withdrawn, by=parties["batik"].user)
    with days(4):
        actions.answer_proposal(first, "accepted", "Ya.", by=ratna.user)
    with days(semarang.answer_days + 2):
        actions.answer_proposal(second, "not_feasible", "Tidak ada dana.", by=ratna.user)
        kept = proposals.answering(hub=semarang)
        assert (kept.due, kept.in_time, kept.late, kept.overdue) == (3, 1, 1, 1)
        assert kept.median_days == semarang.answer_days + 2
        assert proposals.answering(office=office) == kept
        assert proposals.answering(hub=solo).due == 0
        assert proposals.answering(office=office, start=clock.now()).due == 0
    assert third.is_open


# messages


def test_every_message_can_be_read_in_both_languages(proposal, initiative, parties, ratna, semarang):
    actions.add_author(proposal, parties["kawan"].person, by=parties["pegiat"].user)
    first, second = amend(proposal, parties["batik"]), amend(proposal, parties["bank"], "Gatra", "Rembug")
    actions.accept_amendment(first, by=parties["pegiat"].user)
    actions.reject_amendment(second, "Rembug kecil.", by=parties["pegiat"].user)
    asked = actions.comment(proposal, "question", "Kapan?", by=parties["bank"].user)
    actions.reply_to(asked, "Januari.", by=parties["pegiat"].user)
    actions.hide_comment(asked, "advert", by=ratna.user)
    with days(semarang.answer_days + 1):
        actions.remind_of_proposals(by=SYSTEM)
        actions.answer_proposal(proposal, "accepted", "Ya.", by=ratna.user)
    Message.objects.filter(addressee=parties["pegiat"].person.pk).update(language="en")
    kinds = {"proposal_author", "amendment_made", "amendment_decided", "question_asked", "question_replied"}
    kinds |= {"comment_hidden", "proposal_answered", "proposals_due"}
    Message.objects.exclude(kind__in=kinds).delete()
    run_tasks()
    assert set(Message.objects.values_list("kind", flat=True)) == kinds
    for message in Message.objects.all():
        assert message.state == "sent", message.kind
        assert message.subject
    said = Message.objects.get(kind="amendment_decided", addressee=parties["bank"].person.pk)
    assert "Rembug kecil." in said.body
    assert f"/initiatives/{initiative.slug}/proposals/{proposal.reference}/" in said.body


# pages


@pytest.fixture
def address(initiative):
    return f"/initiatives/{initiative.slug}/proposals/"


def test_a_member_proposes_on_the_page_for_her_organisation(initiative, parties, address, enter):
    browser = enter(parties["pegiat"].person)
    form = browser.get(f"{address}new/").content.decode()
    own = parties["pegiat"].organisation.pk
    assert f'value="{own}" selected' in form  # her only organisation is the first guess
    sent = {"title": "Kelas malam", "text": WORDS, "organisation": own}
    response = browser.post(f"{address}new/", sent)
    made = Proposal.objects.get()
    assert response.url == f"{address}{made.reference}/"
    assert made.authors.get().organisation == parties["pegiat"].organisation
    shown = text(browser.get(response.url))
    assert "Pihak Pegiat" in shown
    assert "Pandu Pegiat" in shown  # agreed to the directory


def test_what_was_typed_is_not_lost_when_it_is_refused(initiative, parties, address, enter):
    browser = enter(parties["pegiat"].person)
    response = browser.post(f"{address}new/", {"title": "", "text": WORDS})
    assert response.status_code == 422
    assert WORDS in response.content.decode()


def test_a_stranger_reads_and_is_sent_to_sign_in_when_she_acts(proposal, address, enter):
    stranger = enter()
    page = f"{address}{proposal.reference}/"
    assert WORDS in text(stranger.get(page))
    assert stranger.post(page, {"act": "support"}).url.startswith("/account/login/")
    assert stranger.get(f"{page}amend/").url.startswith("/account/login/")


def test_everything_can_be_done_on_the_page(proposal, initiative, parties, address, ratna, enter):
    page = f"{address}{proposal.reference}/"
    batik, pegiat = enter(parties["batik"].person), enter(parties["pegiat"].person)
    batik.post(page, {"act": "support", "organisation": parties["batik"].organisation.pk})
    assert proposal.supports.get().organisation == parties["batik"].organisation
    sent = {"text": WORDS.replace("malam", "sore"), "why": "Jam kerja.", "base": 1, "organisation": ""}
    assert batik.post(f"{page}amend/", sent).url == page
    made = Amendment.objects.get()
    assert pegiat.post(page, {"act": "accept", "amendment": made.pk}).url == page
    assert fresh(proposal).version == 2
    batik.post(page, {"act": "comment", "kind": "question", "text": "Kapan?"})
    pegiat.post(page, {"act": "reply", "comment": Comment.objects.get().pk, "reply": "Januari."})
    assert "Januari." in text(batik.get(page))
    assert "sore" in text(batik.get(f"{page}versions/"))
    guide = enter(ratna)
    assert guide.post(page, {"act": "answer", "state": "accepted", "answer": ""}).status_code == 422
    guide.post(page, {"act": "answer", "state": "accepted", "answer": "Kita mulai."})
    assert "Kita mulai." in text(enter().get(page))
    assert (
        'name="act"' not in enter(parties["bank"].person).get(page).content.decode()
    )  # frozen: nothing to press


def test_the_button_of_support_answers_in_its_place(proposal, parties, address, enter):
    browser = enter(parties["bank"].person)
    page = f"{address}{proposal.reference}/"
    answer = browser.post(page, {"act": "support"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith("<section")
    assert "unsupport" in answer.content.decode()


def test_what_another_proposal_s_buttons_name_is_not_found(proposal, initiative, parties, address, enter):
    other = make(initiative, parties["bank"], title="Lain")
    made = amend(other, parties["batik"])
    browser = enter(parties["pegiat"].person)
    for sent in (
        {"act": "accept", "amendment": made.pk},
        {"act": "accept", "amendment": "x"},
        {"act": "reply"},
    ):
        assert browser.post(f"{address}{proposal.reference}/", sent).status_code == 404
    assert browser.get(f"{address}{proposal.reference.lower()}/").status_code == 200
    assert browser.get(f"{address}PR-0000-0000/").status_code == 404


def test_names_stand_only_where_she_agreed(proposal, parties, address, enter):
    members.set_consents(parties["pegiat"].person, ["service"], by=SYSTEM)
    for browser in (enter(), enter(parties["bank"].person)):
        for page in (address, f"{address}{proposal.reference}/"):
            assert "Pandu" not in text(browser.get(page))


def test_a_twin_office_finds_nothing(proposal, address, twin_hub, twin_sari, enter):
    browser = enter(twin_sari)
    for page in (address, f"{address}{proposal.reference}/", f"{address}new/"):
        assert browser.get(page, HTTP_HOST=TWIN_HOST).status_code == 404
    with pytest.raises(NotFound):
        proposals.proposal_of_office(twin_hub.office, proposal.reference)


def test_pages_ask_the_same_however_much_is_said(initiative, parties, address, enter, office):
    keys = list(parties)
    grows_by(
        enter(parties["kampus"].person),
        address,
        lambda n: make(initiative, parties[keys[n % 7]], title=f"Usul {n}"),
        (1, 3, 25),
    )
    one = Proposal.objects.first()

    def grow(n):
        who = parties[keys[n % 7]]
        actions.comment(
            one, list(CommentKind)[n % 3], f"Kata {n}", by=who.user, organisation=who.organisation
        )
        actions.amend(one, f"{WORDS} Tambahan {n}.", "Lengkap.", by=who.user, organisation=who.organisation)
        actions.support_proposal(one, by=who.user, organisation=who.organisation)

    grows_by(enter(parties["kampus"].person), f"{address}{one.reference}/", grow, (7, 14))
    assert len(queries(enter(), f"{address}{one.reference}/")) <= 14


# at once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_answer_and_an_amendment_at_once_end_in_one_text(semarang, parties, ratna):
    initiative = begin(semarang, parties)
    proposal = make(initiative, parties["pegiat"])
    first, second = amend(proposal, parties["batik"]), amend(proposal, parties["bank"], "malam", "pagi")
    answers = at_once(
        [
            lambda: actions.accept_amendment(first, by=parties["pegiat"].user),
            lambda: actions.accept_amendment(second, by=parties["pegiat"].user),
            lambda: actions.answer_proposal(proposal, "accepted", "Ya.", by=ratna.user),
            lambda: actions.support_proposal(proposal, by=parties["dinas"].user),
            lambda: actions.support_proposal(proposal, by=parties["dinas"].user),
        ]
    )
    for answer in answers:
        assert not isinstance(answer, Exception) or isinstance(answer, Refused), answer
    now = fresh(proposal)
    assert now.state == "accepted"
    assert now.texts.count() == now.version <= 2
    assert now.supports.count() <= 1
