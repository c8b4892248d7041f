"""Amendments: another text for a proposal, taken up by its authors or not, with the reason; and then perhaps one of its own."""

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from .. import differences
from ..enums import AMENDMENT_MOVES, ActKind, AmendmentState, StepKind
from ..models import Amendment, Proposal
from ..proposals import authors_of
from .acts import enter_one
from .proposals import (
    LONGEST,
    add_text,
    held_proposal,
    making_stage_of,
    path_of,
    require_open,
    standing_hat,
    write_author,
    write_proposal,
)
from .telling import hat, held, note, open_stage_of, own, step, tell, words

NOT_NOW = {
    AmendmentState.OPEN: ("not_rejected", _("Its authors have not decided about this yet.")),
    AmendmentState.ACCEPTED: ("already_decided", _("This was taken up already.")),
    AmendmentState.REJECTED: ("already_decided", _("This was not taken up.")),
    AmendmentState.PROMOTED: ("promoted", _("This became a proposal of its own.")),
    AmendmentState.WITHDRAWN: ("withdrawn", _("Whoever made this took it back.")),
}


def _held(amendment: Amendment) -> Amendment:
    """The amendment and its proposal as they are now, both rows held, the proposal's first."""
    proposal = held_proposal(amendment.proposal)
    found = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .get(pk=amendment.pk)
    )
    found.proposal = proposal
    return found


def _require_move(amendment: Amendment, state: AmendmentState) -> None:
    if state not in AMENDMENT_MOVES[AmendmentState(amendment.state)]:
        raise Refused(*NOT_NOW[AmendmentState(amendment.state)])


def _changed() -> Refused:
    sentence = _("The text changed in the meantime. Look at it as it is now and write your change again.")
    return Refused("changed_meanwhile", sentence, fields={"text": sentence})


@deed
def amend(
    proposal: Proposal,
    text: str,
    why: str,
    *,
    by: Author,
    base: int | None = None,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Amendment:
    """Say how the text should read instead, and why. Its authors decide; a change by one of them stands at once.

    `base` is the version that was read, when it may have changed since: words that do not meet are put together.
    Raises Forbidden (`not_your_organisation`), Invalid (`no_text`, `no_why`, `too_long`), Refused (`answered`, `withdrawn`,
    `same_text`, `changed_meanwhile`, `not_running`, `no_open_stage`).
    """
    require(by, "cocreation.take_part", proposal.initiative)
    who = own(by, proposal.initiative, person)
    proposal = held_proposal(proposal)
    require_open(proposal)
    stage = open_stage_of(proposal.initiative)
    text = words(text, "text", LONGEST, missing=_("Write how it should read."))
    why = words(why, "why", 1000, missing=_("Say why."))
    if base is not None and base != proposal.version:
        text = _onto_now(proposal, base, text)
    if text == proposal.text:
        sentence = _("This is how it reads already. Change something in it.")
        raise Refused("same_text", sentence, fields={"text": sentence})
    organisation, sector = hat(who, organisation)
    made = Amendment.objects.create(
        proposal=proposal,
        reference=codes.reference("AM"),
        base=proposal.version,
        text=text,
        why=why,
        person=who,
        organisation=organisation,
        sector=sector,
        at=clock.now(),
    )
    enter_one(stage, ActKind.AMENDED, f"amendment:{made.reference}", who, organisation, by=by)
    note(by, "amend", made, proposal.initiative)
    if proposal.authors.filter(person=who).exists():
        return _take_up(made, by)
    for author in authors_of(proposal):
        tell(
            author,
            "amendment_made",
            proposal.initiative,
            proposal=proposal.title,
            reference=proposal.reference,
            why=why,
        )
    return made


def _onto_now(proposal: Proposal, base: int, text: str) -> str:
    """The text with what the proposal changed since `base`."""
    read = proposal.texts.filter(number=base).first()
    merged = differences.merge(read.text, proposal.text, text) if read is not None else None
    if merged is None or len(merged) > LONGEST:
        raise _changed()
    return merged


@deed
def accept_amendment(amendment: Amendment, *, by: Author) -> Amendment:
    """Its authors take it up: a new version of the text; whoever made it is one of the authors from now on, and told.

    Made to an older version, both changes are put together where they do not meet.
    Raises Forbidden, Refused (`already_decided`, `promoted`, `withdrawn`, `answered`, `changed_meanwhile`).
    """
    require(by, "cocreation.change_proposal", amendment.proposal)
    amendment = _held(amendment)
    require_open(amendment.proposal)
    _require_move(amendment, AmendmentState.ACCEPTED)
    return _take_up(amendment, by)


def _take_up(amendment: Amendment, by: Author) -> Amendment:
    proposal = amendment.proposal
    text = (
        amendment.text
        if amendment.base == proposal.version
        else _onto_now(proposal, amendment.base, amendment.text)
    )
    amendment.state, amendment.decided_at = AmendmentState.ACCEPTED, clock.now()
    amendment.save(update_fields=["state", "decided_at"])
    proposal.text, proposal.version = text, proposal.version + 1
    proposal.save(update_fields=["text", "version"])
    add_text(proposal, amendment)
    is_new = write_author(proposal, amendment.person, amendment.organisation, amendment.sector)
    note(by, "accept_amendment", amendment, proposal.initiative, version=proposal.version)
    step(
        proposal.initiative,
        StepKind.PROPOSAL_CHANGED,
        stage=proposal.stage,
        path=path_of(proposal),
        title=proposal.title,
        version=proposal.version,
        organisation=amendment.organisation.name if amendment.organisation is not None else "",
        sector=amendment.sector,
    )
    if is_new:
        _tell_maker(amendment, accepted=True)
    return amendment


def _tell_maker(amendment: Amendment, *, accepted: bool, reason: str = "") -> None:
    person = amendment.person.merged_into or amendment.person
    if person.is_active:
        tell(
            person,
            "amendment_decided",
            amendment.proposal.initiative,
            proposal=amendment.proposal.title,
            reference=amendment.proposal.reference,
            accepted=accepted,
            reason=reason,
        )


@deed
def reject_amendment(amendment: Amendment, reason: str, *, by: Author) -> Amendment:
    """Its authors do not take it up, and say why; whoever made it is told and may make a proposal of it.

    Raises Forbidden, Invalid (`no_reason`, `too_long`), Refused (`already_decided`, `promoted`, `withdrawn`, `answered`).
    """
    require(by, "cocreation.change_proposal", amendment.proposal)
    amendment = _held(amendment)
    require_open(amendment.proposal)
    _require_move(amendment, AmendmentState.REJECTED)
    amendment.reason = words(reason, "reason", 1000, missing=_("Say why you do not take it up."))
    amendment.state, amendment.decided_at = AmendmentState.REJECTED, clock.now()
    amendment.save(update_fields=["state", "reason", "decided_at"])
    note(by, "reject_amendment", amendment, amendment.proposal.initiative)
    _tell_maker(amendment, accepted=False, reason=amendment.reason)
    return amendment


@deed
def withdraw_amendment(amendment: Amendment, *, by: Author) -> Amendment:
    """Whoever made it takes it back. Raises Forbidden, Refused (`already_decided`, `promoted`, `withdrawn`)."""
    require(by, "cocreation.withdraw_amendment", amendment)
    amendment = _held(amendment)
    _require_move(amendment, AmendmentState.WITHDRAWN)
    amendment.state, amendment.decided_at = AmendmentState.WITHDRAWN, clock.now()
    amendment.save(update_fields=["state", "decided_at"])
    note(by, "withdraw_amendment", amendment, amendment.proposal.initiative)
    return amendment


@deed
def promote_amendment(amendment: Amendment, *, by: Author, title: str = "") -> Proposal:
    """Make a proposal of one's own of an amendment that was not taken up; it gets an answer of its own by a new promised day.

    Raises Forbidden, Invalid (`too_long`), Refused (`not_rejected`, `already_decided`, `promoted`, `withdrawn`, `not_running`,
    `no_open_stage`, `not_designing`).
    """
    require(by, "cocreation.withdraw_amendment", amendment)
    initiative = held(amendment.proposal.initiative)
    amendment = _held(amendment)
    _require_move(amendment, AmendmentState.PROMOTED)
    stage = making_stage_of(initiative)
    made = write_proposal(
        stage,
        title.strip() or amendment.proposal.title,
        amendment.text,
        amendment.person,
        standing_hat(amendment.person, amendment.organisation),
        by=by,
        statement=amendment.proposal.statement,
    )
    amendment.state, amendment.became = AmendmentState.PROMOTED, made
    amendment.save(update_fields=["state", "became"])
    note(by, "promote_amendment", amendment, initiative, proposal=made.pk)
    return made
