"""Comments on proposals: for, against, or a question its authors answer; what breaks the rules is hidden with the reason."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from ..enums import ActKind, CommentKind, OutReason
from ..models import Comment, Proposal
from ..proposals import authors_of
from .acts import enter_one
from .proposals import held_proposal, require_open
from .telling import hat, note, open_stage_of, own, tell, words, wrong

LONGEST = 1000


@deed
def comment(
    proposal: Proposal,
    kind: str,
    text: str,
    *,
    by: Author,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Comment:
    """Say something for or against a proposal, or ask its authors, who are told of a question.

    Raises Forbidden (`not_your_organisation`), Invalid (`kind`, `no_text`, `too_long`), Refused (`answered`, `withdrawn`,
    `not_running`, `no_open_stage`).
    """
    require(by, "cocreation.take_part", proposal.initiative)
    who = own(by, proposal.initiative, person)
    proposal = held_proposal(proposal)
    require_open(proposal)
    stage = open_stage_of(proposal.initiative)
    if kind not in CommentKind.values:
        raise wrong("kind", "kind", _("Choose from the list."))
    text = words(text, "text", LONGEST, missing=_("Write something."))
    organisation, sector = hat(who, organisation)
    made = Comment.objects.create(
        proposal=proposal,
        kind=kind,
        text=text,
        person=who,
        organisation=organisation,
        sector=sector,
        at=clock.now(),
    )
    source = f"proposal:{proposal.reference}"
    enter_one(stage, ActKind.COMMENTED, source, who, organisation, by=by, each_hat=True)
    note(by, "comment", made, proposal.initiative, kind=kind)
    if kind == CommentKind.QUESTION:
        for author in authors_of(proposal):
            if author.pk != who.pk:
                tell(
                    author,
                    "question_asked",
                    proposal.initiative,
                    proposal=proposal.title,
                    reference=proposal.reference,
                    question=text,
                )
    return made


@deed
def reply_to(question: Comment, reply: str, *, by: Author) -> Comment:
    """Its authors answer a question; whoever asked is told. It may be put better later.

    Raises Forbidden, Invalid (`no_reply`, `too_long`), Refused (`not_a_question`, `hidden`, `answered`, `withdrawn`).
    """
    require(by, "cocreation.change_proposal", question.proposal)
    proposal = held_proposal(question.proposal)
    require_open(proposal)
    row = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("person__merged_into")
        .get(pk=question.pk)
    )
    if row.kind != CommentKind.QUESTION:
        raise Refused("not_a_question", _("Only questions are answered here."))
    if row.hidden_at is not None:
        raise Refused("hidden", _("This was hidden."))
    is_first = row.replied_at is None
    row.reply = words(reply, "reply", LONGEST, missing=_("Write the answer."))
    row.replied_at = clock.now()
    row.save(update_fields=["reply", "replied_at"])
    row.proposal = proposal
    note(by, "reply", row, proposal.initiative)
    person = row.person.merged_into or row.person
    if is_first and person.is_active:
        told = {
            "proposal": proposal.title,
            "reference": proposal.reference,
            "question": row.text,
            "reply": row.reply,
        }
        tell(person, "question_replied", proposal.initiative, **told)
    return row


@deed
def hide_comment(said: Comment, reason: str, *, by: Author) -> Comment:
    """Hide what breaks the rules, with the reason everybody may read; whoever wrote it is told. That she took part stays.

    Raises Forbidden, Invalid (`reason`), Refused (`hidden`).
    """
    require(by, "cocreation.steer", said.proposal.initiative)
    if reason not in OutReason.values:
        raise wrong("reason", "reason", _("Choose from the list."))
    row = _held(said)
    if row.hidden_at is not None:
        raise Refused("hidden", _("This was hidden already."))
    row.hidden_at, row.hidden_reason = clock.now(), OutReason(reason)
    row.save(update_fields=["hidden_at", "hidden_reason"])
    initiative = row.proposal.initiative
    note(by, "hide_comment", row, initiative, reason=reason)
    person = row.person.merged_into or row.person
    if person.is_active:
        told = {"proposal": row.proposal.title, "reference": row.proposal.reference, "why": reason}
        tell(person, "comment_hidden", initiative, **told)
    return row


@deed
def show_comment(said: Comment, *, by: Author) -> Comment:
    """Show again what was hidden by mistake. Raises Forbidden, Refused (`not_hidden`)."""
    require(by, "cocreation.steer", said.proposal.initiative)
    row = _held(said)
    if row.hidden_at is None:
        raise Refused("not_hidden", _("This is not hidden."))
    row.hidden_at, row.hidden_reason = None, ""
    row.save(update_fields=["hidden_at", "hidden_reason"])
    note(by, "show_comment", row, row.proposal.initiative)
    return row


def _held(said: Comment) -> Comment:
    rows = Comment.objects.select_for_update(of=("self",))
    return rows.select_related("person__merged_into", "proposal__initiative__hub").get(pk=said.pk)
