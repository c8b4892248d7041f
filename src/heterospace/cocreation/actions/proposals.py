"""Proposals: made, written together, supported, withdrawn, and answered with a reason by a promised day."""

import datetime as dt

from django.db.models import Count, Min, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from ...members.queries import acts_for, person_of
from ..enums import (
    ANSWERS,
    PROPOSAL_MOVES,
    ActKind,
    AmendmentState,
    InitiativeState,
    ProposalState,
    StatementState,
    StepKind,
)
from ..models import Amendment, Initiative, Proposal, ProposalAuthor, ProposalText, Stage, Statement, Support
from ..proposals import MAKING, people_concerned
from .acts import enter_one
from .telling import follow_all, hat, held, note, open_stage_of, own, step, tell, tell_once, words, wrong

LONGEST, LONGEST_TITLE = 8000, 160
SOON = dt.timedelta(days=3)
NO_STATEMENT = _("There is no such statement here.")
NOT_NOW = {
    ProposalState.OPEN: ("not_answered", _("This proposal still waits for its answer.")),
    ProposalState.ACCEPTED: ("answered", _("This proposal was answered: it stays as it is.")),
    ProposalState.PARTLY: ("answered", _("This proposal was answered: it stays as it is.")),
    ProposalState.NOT_FEASIBLE: ("answered", _("This proposal was answered: it stays as it is.")),
    ProposalState.WITHDRAWN: ("withdrawn", _("Its authors withdrew this proposal.")),
}


def held_proposal(proposal: Proposal) -> Proposal:
    """The proposal as it is now, its row held until the deed ends: the lock of all that changes or settles it."""
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("initiative__hub", "initiative__office").get(pk=proposal.pk)


def require_open(proposal: Proposal) -> None:
    """Go on only while it waits for its answer. Raises Refused (`answered`, `withdrawn`)."""
    if not proposal.is_open:
        raise Refused(*NOT_NOW[ProposalState(proposal.state)])


def path_of(proposal: Proposal) -> str:
    """Where it stands below its initiative's page."""
    return f"proposals/{proposal.reference}/"


def making_stage_of(initiative: Initiative) -> Stage:
    """The open stage in which proposals are made. Raises Refused (`not_running`, `no_open_stage`, `not_designing`)."""
    stage = open_stage_of(initiative)
    if stage.kind not in MAKING:
        raise Refused(
            "not_designing", _("Proposals are made while the problem is framed and the design is open.")
        )
    return stage


def write_proposal(
    stage: Stage,
    title: str,
    text: str,
    person: Person,
    organisation: Organisation | None,
    *,
    by: Author,
    statement: Statement | None = None,
) -> Proposal:
    """A proposal under a hat that was checked, with its first text, author, act and line of the timeline.

    Raises Invalid (`no_title`, `no_text`, `too_long`).
    """
    initiative, now = stage.initiative, clock.now()
    title = words(title, "title", LONGEST_TITLE, missing=_("Give it a title."))
    proposal = Proposal(
        initiative=initiative,
        stage=stage,
        reference=codes.reference("PR"),
        title=" ".join(title.split()),
        text=words(text, "text", LONGEST, missing=_("Write what should be done.")),
        made_at=now,
        answer_due=now + dt.timedelta(days=initiative.hub.answer_days),
        statement=statement,
    )
    proposal.save(force_insert=True)
    add_text(proposal)
    write_author(proposal, person, organisation)
    enter_one(stage, ActKind.PROPOSED, f"proposal:{proposal.reference}", person, organisation, by=by)
    note(
        by,
        "make_proposal",
        proposal,
        initiative,
        organisation=organisation.pk if organisation is not None else None,
    )
    step(
        initiative,
        StepKind.PROPOSAL,
        stage=stage,
        path=path_of(proposal),
        title=proposal.title,
        organisation=organisation.name if organisation is not None else "",
        sector=organisation.sector if organisation is not None else "",
    )
    return proposal


def add_text(proposal: Proposal, amendment: Amendment | None = None) -> None:
    """Keep the proposal's text as it reads now under its version."""
    ProposalText.objects.create(
        proposal=proposal,
        number=proposal.version,
        title=proposal.title,
        text=proposal.text,
        amendment=amendment,
        at=clock.now(),
    )


def write_author(
    proposal: Proposal, person: Person, organisation: Organisation | None, sector: str | None = None
) -> bool:
    """Name somebody as author; False when she is one already."""
    if sector is None:
        sector = organisation.sector if organisation is not None else ""
    _row, new = ProposalAuthor.objects.get_or_create(
        proposal=proposal,
        person=person,
        defaults={"organisation": organisation, "sector": sector, "at": clock.now()},
    )
    return new


@deed
def make_proposal(
    initiative: Initiative,
    *,
    by: Author,
    title: str,
    text: str,
    organisation: Organisation | None = None,
    person: Person | None = None,
    statement: Statement | None = None,
) -> Proposal:
    """Propose what could be done, perhaps from a statement of a dialogue. An answer with a reason is owed within the hub's days.

    Raises Forbidden (`forbidden`, `not_a_member`, `not_your_organisation`), Invalid (`no_title`, `no_text`, `too_long`,
    `statement`), Refused (`not_running`, `no_open_stage`, `not_designing`).
    """
    require(by, "cocreation.take_part", initiative)
    who = own(by, initiative, person)
    initiative = held(initiative)
    stage = making_stage_of(initiative)
    if statement is not None and (
        statement.dialogue.initiative_id != initiative.pk or statement.state != StatementState.SHOWN
    ):
        raise wrong("statement", "statement", NO_STATEMENT)
    organisation, _sector = hat(who, organisation)
    return write_proposal(stage, title, text, who, organisation, by=by, statement=statement)


@deed
def add_author(
    proposal: Proposal, person: Person, *, by: Author, organisation: Organisation | None = None
) -> ProposalAuthor:
    """An author names somebody as another author, who is told. Raises Forbidden, Invalid (`other_office`), Refused (`answered`,
    `withdrawn`, `already_author`)."""
    require(by, "cocreation.change_proposal", proposal)
    proposal = held_proposal(proposal)
    require_open(proposal)
    initiative = proposal.initiative
    if person.office_id != initiative.office_id or not person.is_active:
        raise wrong("other_office", "person", _("There is no such person here."))
    organisation, _sector = hat(person, organisation)
    if not write_author(proposal, person, organisation):
        raise Refused("already_author", _("This person is one of its authors already."))
    follow_all(initiative, [person.pk])
    note(by, "add_author", proposal, initiative, person=person.pk)
    tell(person, "proposal_author", initiative, proposal=proposal.title, reference=proposal.reference)
    return proposal.authors.get(person=person)


@deed
def leave_proposal(proposal: Proposal, *, by: Author, person: Person | None = None) -> None:
    """No longer be named as its author, while another one stays. Raises Forbidden, Refused (`answered`, `withdrawn`, `last_author`)."""
    require(by, "cocreation.change_proposal", proposal)
    who = own(by, proposal.initiative, person)
    proposal = held_proposal(proposal)
    require_open(proposal)
    if not proposal.authors.exclude(person=who).exists():
        raise Refused("last_author", _("Nobody else wrote it. You can withdraw it instead."))
    proposal.authors.filter(person=who).delete()
    note(by, "leave_proposal", proposal, proposal.initiative)


@deed
def withdraw_proposal(proposal: Proposal, *, by: Author) -> Proposal:
    """Its authors take it back; it stays readable. Raises Forbidden, Refused (`answered`, `withdrawn`)."""
    require(by, "cocreation.change_proposal", proposal)
    proposal = held_proposal(proposal)
    _require_move(proposal, ProposalState.WITHDRAWN)
    proposal.state = ProposalState.WITHDRAWN
    proposal.save(update_fields=["state"])
    _settle_amendments(proposal, gettext("The proposal was withdrawn before its authors decided about this."))
    note(by, "withdraw_proposal", proposal, proposal.initiative)
    step(
        proposal.initiative,
        StepKind.PROPOSAL_CHANGED,
        stage=proposal.stage,
        path=path_of(proposal),
        title=proposal.title,
        withdrawn=True,
    )
    return proposal


def _require_move(proposal: Proposal, state: ProposalState) -> None:
    if state not in PROPOSAL_MOVES[ProposalState(proposal.state)]:
        raise Refused(*NOT_NOW[ProposalState(proposal.state)])


def _settle_amendments(proposal: Proposal, reason: str) -> None:
    """What its authors never decided about is not taken up; its makers may still make a proposal of it."""
    Amendment.objects.filter(proposal=proposal, state=AmendmentState.OPEN).update(
        state=AmendmentState.REJECTED, reason=reason, decided_at=clock.now()
    )


@deed
def support_proposal(
    proposal: Proposal,
    *,
    by: Author,
    support: bool = True,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> bool:
    """Say that one wants it, or no longer; answers whether she supports it now. Who supports it is told its answer.

    Raises Forbidden (`not_your_organisation`), Refused (`answered`, `withdrawn`, `not_running`, `no_open_stage`).
    """
    require(by, "cocreation.take_part", proposal.initiative)
    who = own(by, proposal.initiative, person)
    proposal = held_proposal(proposal)
    require_open(proposal)
    if not support:
        Support.objects.filter(proposal=proposal, person=who).delete()
        return False
    stage = open_stage_of(proposal.initiative)
    organisation, sector = hat(who, organisation)
    Support.objects.update_or_create(
        proposal=proposal,
        person=who,
        defaults={"organisation": organisation, "sector": sector},
        create_defaults={"organisation": organisation, "sector": sector, "at": clock.now()},
    )
    source = f"support:{proposal.reference}"
    enter_one(stage, ActKind.VOTED, source, who, organisation, by=by, each_hat=True)
    return True


@deed
def answer_proposal(proposal: Proposal, state: str, answer: str, *, by: Author) -> Proposal:
    """Answer it with a reason: accepted, partly, or not feasible. Its authors, and all who supported, amended or commented, are told.

    Nobody answers a proposal of her own. What was answered is frozen.
    Raises Forbidden, Invalid (`state`, `no_answer`, `too_long`), Refused (`answered`, `withdrawn`, `own_proposal`).
    """
    require(by, "cocreation.answer_proposal", proposal)
    proposal = held_proposal(proposal)
    initiative = proposal.initiative
    if state not in ANSWERS:
        raise wrong("state", "state", _("Choose from the list."))
    _require_move(proposal, ProposalState(state))
    who = person_of(by, initiative.office_id)
    if who is not None and proposal.authors.filter(person=who).exists():
        raise Refused(
            "own_proposal", _("You wrote this yourself: somebody else who guides the initiative answers it.")
        )
    proposal.answer = words(answer, "answer", 4000, missing=_("Give the reason: everybody may read it."))
    proposal.state, proposal.answered_at, proposal.answered_by = ProposalState(state), clock.now(), who
    proposal.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    _settle_amendments(proposal, gettext("The proposal was answered before its authors decided about this."))
    note(by, "answer_proposal", proposal, initiative, state=state, late=proposal.is_late)
    step(
        initiative,
        StepKind.PROPOSAL_ANSWERED,
        stage=proposal.stage,
        path=path_of(proposal),
        title=proposal.title,
        state=state,
        late=proposal.is_late,
    )
    for person in people_concerned(proposal):
        tell(
            person,
            "proposal_answered",
            initiative,
            proposal=proposal.title,
            reference=proposal.reference,
            state=state,
            answer=proposal.answer,
        )
    return proposal


@deed
def remind_of_proposals(*, by: Author) -> int:
    """Remind who guides an initiative of proposals whose answer is due within three days or late, in one message a day. For `tick`.

    When one is late the hub's managers hear of it too.
    """
    require(by, "cocreation.tidy")
    now = clock.now()
    open_ones = Q(proposals__state=ProposalState.OPEN, proposals__answer_due__lte=now + SOON)
    late = Q(proposals__state=ProposalState.OPEN, proposals__answer_due__lt=now)
    rows = (
        Initiative.objects.filter(open_ones, state=InitiativeState.RUNNING)
        .select_related("hub", "office")
        .annotate(
            waiting=Count("proposals", filter=open_ones),
            late=Count("proposals", filter=late),
            first=Min("proposals__answer_due", filter=open_ones),
        )
        .order_by("pk")
    )
    count = 0
    for row in rows:
        people = {one.person for one in row.stewards.filter(until=None).select_related("person")}
        if row.late:
            managers = row.hub.roles.filter(until=None, role="manager").select_related("person")
            people |= {one.person for one in managers}
        for person in sorted(people, key=lambda one: one.pk):
            count += tell_once(
                person, "proposals_due", row, waiting=row.waiting, late=row.late, moment=row.first.isoformat()
            )
    return count


def standing_hat(person: Person, organisation: Organisation | None) -> Organisation | None:
    """The organisation, while the person may still speak for it; else none, her own name."""
    if organisation is None:
        return None
    return acts_for(person).filter(pk=organisation.pk).first()
