"""What co-creation tells the apps below: whose data it keeps, the messages it sends, and who came to a meeting."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..core import clock, notify
from ..events.signals import attended, unattended
from ..members import personal_data
from .actions import annul_attendance, enter_attendance
from .wording import of_commitment, of_decision, of_news, of_proposal, of_stage

notify.register("initiative_proposed", _("To the hub: an initiative was proposed"))
notify.register("initiative_due", _("To the hub: an initiative waits for an answer"))
notify.register("initiative_answered", _("The hub answered an initiative"))
notify.register("initiative_stopped", _("An initiative was stopped"))
notify.register("steward_added", _("You guide an initiative"))
notify.register("rules_changed", _("The rules of a stage changed"), words=of_stage)
notify.register("stage_closed", _("A stage closed with a result"), words=of_stage)
notify.register("result_due", _("To the stewards: a result is due"), words=of_stage)
notify.register("sector_missing", _("To the stewards: a sector is missing"), words=of_stage)
notify.register("cocreation_invited", _("You are invited again"))
notify.register("proposal_author", _("Named as an author of a proposal"))
notify.register("amendment_made", _("To the authors: somebody would change a proposal"))
notify.register("amendment_decided", _("An amendment was taken up, or not"))
notify.register("question_asked", _("To the authors: a question about a proposal"))
notify.register("question_replied", _("A question about a proposal was answered"))
notify.register("comment_hidden", _("A comment was hidden"), words=of_proposal)
notify.register("proposal_answered", _("A proposal was answered"), words=of_proposal)
notify.register("proposals_due", _("To the stewards: answers to proposals are due"))
notify.register("minutes_written", _("Minutes of a meeting"))
notify.register("minutes_changed", _("Minutes you approved were changed"))
notify.register("pulse_asked", _("How far do you trust those who run an initiative?"))
notify.register("cocreation_digest", _("News of initiatives you follow"), words=of_news)
notify.register("decision_opened", _("To the stewards: a decision is open"))
notify.register("decision_closed", _("To the stewards: a decision closed by itself"), words=of_decision)
notify.register("decision_review", _("To the stewards: a decision is to be looked at again"))
notify.register("objection_made", _("To the stewards: an objection to a decision"))
notify.register("objection_integrated", _("Your objection was taken up"))
notify.register("commitment_soon", _("Your organisation's promise is due soon"), words=of_commitment)
notify.register("commitment_delivered", _("A promise to you was delivered"), words=of_commitment)
notify.register(
    "commitment_confirmed", _("A promise of your organisation was confirmed"), words=of_commitment
)
notify.register("commitment_rejected", _("A delivery was not confirmed"), words=of_commitment)
notify.register("commitment_renegotiated", _("A promise to you got another day"), words=of_commitment)
notify.register("commitment_released", _("A promise of your organisation was released"), words=of_commitment)
notify.register("commitment_broken", _("The day of a promise is over"), words=of_commitment)


@receiver(attended)
def _came(event: Any, came: Any, by: Any, **_more: Any) -> None:
    """The door let people in: at a meeting that is an act."""
    enter_attendance(event, came, by=by)


@receiver(unattended)
def _did_not_come(event: Any, registration: Any, by: Any, **_more: Any) -> None:
    """The door had been wrong."""
    annul_attendance(event, registration.person_id, by=by)


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _hat(row: Any) -> dict[str, Any]:
    return {
        "initiative": row.initiative.title,
        "organisation": row.organisation.name if row.organisation else None,
        "sector": row.sector,
    }


personal_data.know(
    "cocreation.initiative.proposer",
    export=lambda row: {"initiative": row.title, "proposed_at": _at(row.proposed_at), "state": row.state},
)
personal_data.know("cocreation.initiative.answered_by", export=None)
personal_data.know(
    "cocreation.steward.person",
    export=lambda row: {**_hat(row), "since": _at(row.since), "until": _at(row.until)},
)
personal_data.know("cocreation.rulesversion.by", export=None)
personal_data.know(
    "cocreation.following.person",
    export=lambda row: {"initiative": row.initiative.title, "since": _at(row.since), "until": _at(row.until)},
    erase="delete",
)
# The ledger is never changed: a merged record's acts stay with it, and queries follow `merged_into`.
personal_data.know(
    "cocreation.act.person",
    export=lambda row: {
        **_hat(row),
        "stage": row.stage.kind,
        "kind": row.kind,
        "channel": row.channel,
        "source": row.source,
        "at": _at(row.at),
    },
    merge="stay",
)


def _forget_reasons(rows: Any) -> None:
    rows.update(reason="")


personal_data.know(
    "cocreation.invite.person",
    export=lambda row: {
        **_hat(row),
        "to": row.kind,
        "at": _at(row.at),
        "reply": row.reply,
        "reason": row.reason,
    },
    erase=_forget_reasons,
)


def _authored(row: Any) -> dict[str, Any]:
    return {
        "proposal": row.proposal.title,
        "organisation": row.organisation.name if row.organisation else None,
        "at": _at(row.at),
    }


personal_data.know("cocreation.proposalauthor.person", export=_authored)
personal_data.know("cocreation.proposal.answered_by", export=None)
personal_data.know(
    "cocreation.amendment.person", export=lambda row: {**_authored(row), "text": row.text, "why": row.why}
)
personal_data.know(
    "cocreation.comment.person", export=lambda row: {**_authored(row), "kind": row.kind, "text": row.text}
)
personal_data.know("cocreation.support.person", export=_authored)
personal_data.know("cocreation.meeting.written_by", export=None)
personal_data.know(
    "cocreation.minutesapproval.person",
    export=lambda row: {"meeting": row.meeting.event.title, "at": _at(row.at)},
)


def _roll(row: Any) -> dict[str, Any]:
    """A line of a roll; what a box was for, where a decision had it. Nobody can say what she voted."""
    decision = getattr(row.box, "decision", None)
    return {
        "decision": decision.title if decision else None,
        "organisation": row.organisation.name if row.organisation else None,
        "voted": row.has_voted,
    }


personal_data.know("cocreation.elector.person", export=_roll)
personal_data.know("cocreation.elector.voted_by", export=_roll)
personal_data.know(
    "cocreation.position.person",
    export=lambda row: {"decision": row.decision.title, "stance": row.stance, "reason": row.reason},
)
personal_data.know(
    "cocreation.commitment.promised_by",
    export=lambda row: {"promise": row.what, "due": _at(row.due), "state": row.state},
)
personal_data.know("cocreation.commitment.delivered_by", export=None)
personal_data.know("cocreation.commitment.confirmed_by", export=None)
personal_data.know("cocreation.commitmentchange.by", export=None, merge="stay")


def _forget_voters(rows: Any) -> None:
    """Her votes stay counted; nothing says any more whose they were."""
    rows.update(person=None, organisation=None, forgotten_at=clock.now())


personal_data.know(
    "cocreation.voter.person",
    export=lambda row: {
        "dialogue": row.dialogue.title,
        "votes": [
            {"statement": vote.statement.text, "value": vote.value, "at": _at(vote.at)}
            for vote in row.votes.select_related("statement").order_by("pk")
        ],
        "statements": [one.text for one in row.statements.order_by("pk")],
    },
    erase=_forget_voters,
)
personal_data.know("cocreation.moderation.by", export=None, merge="stay")


def _forget_words(rows: Any) -> None:
    """What was said for an organisation is the organisation's; what she said in her own name goes."""
    rows.filter(organisation=None).update(words="")


personal_data.know(
    "cocreation.judgement.person",
    export=lambda row: {
        "initiative": row.initiative.title,
        "organisation": row.organisation.name if row.organisation else None,
        "result": row.result,
        "influence": row.influence,
        "again": row.again,
        "words": row.words,
    },
    erase=_forget_words,
)
