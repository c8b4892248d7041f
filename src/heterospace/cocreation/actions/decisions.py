"""Decisions: prepared, opened under frozen rules, decided by secret ballot or openly by consent, and looked at again.

Lock order: the decision's row (without its key, so that a row pointing to it need not wait), its box, its initiative. Who
votes holds the box only.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Forbidden, Refused
from ...members.enums import Sector
from ...members.models import Organisation, Person
from .. import counting
from ..ballots import Voice
from ..deciding import due_for_review, roll_for, voices_of, why_not
from ..enums import (
    DECISION_MOVES,
    ActKind,
    DecisionState,
    Franchise,
    InviteKind,
    Method,
    ObjectionState,
    Stance,
    StepKind,
)
from ..models import LEAST_SECRET, Box, Decision, Elector, Initiative, Position, Proposal, Step
from ..queries import stewards_of
from ..rules_text import canonical_decision, digest
from . import ballots
from .acts import Did, enter, enter_one
from .ballots import Cast
from .invitations import invite_all
from .telling import held, note, open_stage_of, own, step, tell, told_lately, words, wrong

logger = logging.getLogger(__name__)
SHORTEST, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=366)
FROZEN = (
    "title",
    "text",
    "method",
    "options",
    "franchise",
    "quorum",
    "sector_quorum",
    "passes_above",
    "closes_at",
)
PLAN = (*FROZEN, "proposal", "first_sector", "was_changed", "review_on")
NOT_NOW = {
    DecisionState.DRAFT: ("not_open", _("This decision has not opened yet.")),
    DecisionState.OPEN: (
        "already_open",
        _("This decision is open. Nothing of its text and rules changes any more."),
    ),
    DecisionState.DECIDED: ("closed", _("This decision is closed.")),
    DecisionState.FAILED: ("closed", _("This decision is closed.")),
    DecisionState.WITHDRAWN: ("withdrawn", _("This decision was withdrawn.")),
}


def _held(decision: Decision) -> Decision:
    """The decision as it is now, its row held: the lock of all its moves but the ballots, which hold the box."""
    rows = Decision.objects.select_for_update(of=("self",), no_key=True).select_related(
        "initiative__hub", "initiative__office", "stage", "proposal"
    )
    return rows.get(pk=decision.pk)


def _require_move(decision: Decision, state: DecisionState) -> None:
    if state not in DECISION_MOVES[DecisionState(decision.state)]:
        raise Refused(*NOT_NOW[DecisionState(decision.state)])


def _path(decision: Decision) -> str:
    return f"decisions/{decision.reference}/"


def _about(decision: Decision) -> dict[str, Any]:
    return {"decision": decision.title, "reference": decision.reference}


# --- prepared


@deed
def draft_decision(initiative: Initiative, *, by: Author, **plan: Any) -> Decision:
    """Prepare a decision: only its stewards see it until it opens. `plan` names the fields of `PLAN`.

    Raises Forbidden, Invalid (`no_title`, `no_text`, `too_long`, `method`, `franchise`, `options`, `quorum`,
    `sector_quorum`, `passes_above`, `closes_at`, `proposal`, `first_sector`, `review_on`), Refused (`not_running`,
    `no_open_stage`).
    """
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    stage = open_stage_of(initiative)
    decision = Decision(initiative=initiative, stage=stage, reference=codes.reference("DC"))
    _set_plan(decision, {"franchise": Franchise.ACTED, "text": "", **plan})
    decision.save(force_insert=True)
    note(by, "draft_decision", decision, initiative, method=decision.method)
    return decision


@deed
def change_decision(decision: Decision, *, by: Author, **plan: Any) -> Decision:
    """Change a decision that has not opened. Raises as `draft_decision`, Refused (`already_open`, `closed`, `withdrawn`)."""
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    _require_move(decision, DecisionState.OPEN)
    _set_plan(decision, plan)
    decision.save(update_fields=[*PLAN])
    note(by, "change_decision", decision, decision.initiative, fields=sorted(plan))
    return decision


@deed
def withdraw_decision(decision: Decision, *, by: Author) -> Decision:
    """Give up a decision that has not opened. Raises Forbidden, Refused (`already_open`, `closed`, `withdrawn`)."""
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    _require_move(decision, DecisionState.WITHDRAWN)
    decision.state = DecisionState.WITHDRAWN
    decision.save(update_fields=["state"])
    note(by, "withdraw_decision", decision, decision.initiative)
    return decision


def _set_plan(decision: Decision, plan: dict[str, Any]) -> None:
    unknown = set(plan) - set(PLAN)
    if unknown:
        raise TypeError(f"A decision has no {unknown}")
    for name, value in plan.items():
        setattr(decision, name, value)
    decision.title = " ".join(
        words(decision.title, "title", 160, missing=_("Say in a line what is decided.")).split()
    )
    decision.text = words(
        decision.text, "text", 6000, missing=_("Write what is decided: it cannot be changed later.")
    )
    if decision.method not in Method.values:
        raise wrong("method", "method", _("Choose from the list."))
    if decision.franchise not in Franchise.values:
        raise wrong("franchise", "franchise", _("Choose from the list."))
    decision.options = _options(decision.method, decision.options)
    if not _is_count(decision.quorum, 1, 100):
        raise wrong("quorum", "quorum", _("Give a number from 1 to 100."))
    if not _is_count(decision.passes_above, 50, 99):
        raise wrong("passes_above", "passes_above", _("Give a number from 50 to 99."))
    decision.sector_quorum = _sector_quorum(decision.sector_quorum)
    if not isinstance(decision.closes_at, dt.datetime) or not (
        clock.now() < decision.closes_at <= clock.now() + LONGEST
    ):
        raise wrong("closes_at", "closes_at", _("Give a time to come, within a year."))
    if decision.review_on is not None and decision.review_on <= decision.closes_at.date():
        raise wrong("review_on", "review_on", _("Look at it again after it was decided."))
    _set_first(decision, decision.proposal)


def _is_count(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _options(method: str, given: Sequence[str]) -> list[str]:
    if method in (Method.CONSENT, Method.MAJORITY):
        return []
    tidy = [" ".join(str(one).split()) for one in given]
    tidy = [one for one in tidy if one]
    if any(len(one) > 160 for one in tidy):
        raise wrong("options", "options", _("Keep each option under 160 characters."))
    if len({one.casefold() for one in tidy}) < len(tidy):
        raise wrong("options", "options", _("An option stands there twice."))
    if not counting.LEAST_OPTIONS <= len(tidy) <= counting.MOST_OPTIONS:
        raise wrong("options", "options", _("Write 2 to 20 options, one a line."))
    return tidy


def _sector_quorum(given: Any) -> dict[str, int]:
    if not isinstance(given, dict) or not set(given) <= set(Sector.values):
        raise wrong("sector_quorum", "sector_quorum", _("Choose from the list."))
    if not all(_is_count(n, 0, 10_000) for n in given.values()):
        raise wrong("sector_quorum", "sector_quorum", _("Give numbers of voters."))
    return {sector: n for sector, n in sorted(given.items()) if n}


def _set_first(decision: Decision, proposal: Proposal | None) -> None:
    """Who had the idea first: of a proposal its first author, and a proposal amended on its way was changed."""
    if proposal is not None:
        if proposal.initiative_id != decision.initiative_id:
            raise wrong("proposal", "proposal", _("There is no such proposal here."))
        first = proposal.authors.order_by("pk").first()
        decision.first_sector = first.sector if first is not None else ""
        decision.was_changed = decision.was_changed or proposal.version > 1
    if decision.first_sector and decision.first_sector not in Sector.values:
        raise wrong("first_sector", "first_sector", _("Choose from the list."))


# --- opened


@deed
def open_decision(decision: Decision, *, by: Author) -> Decision:
    """Open a decision: its text and rules are frozen under their fingerprint, its roll is made, and who took part is invited.

    Raises Forbidden, Invalid (`closes_at`), Refused (`already_open`, `closed`, `withdrawn`, `not_running`, `no_open_stage`,
    `nobody_to_vote`, `too_few_electors`, `quorum_impossible`).
    """
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    _require_move(decision, DecisionState.OPEN)
    initiative = held(decision.initiative)
    decision.initiative, decision.stage = initiative, open_stage_of(initiative)
    if decision.closes_at < clock.now() + SHORTEST:
        raise wrong(
            "closes_at", "closes_at", _("Leave people an hour at least: change until when it is open.")
        )
    voices = roll_for(decision)
    _require_roll(decision, voices)
    longest = counting.longest_choice(decision.method, decision.options) if decision.is_secret else None
    decision.box = ballots.make_box(voices, longest=longest)
    decision.digest = digest(canonical_decision(**{name: getattr(decision, name) for name in FROZEN}))
    decision.state, decision.opened_at = DecisionState.OPEN, clock.now()
    decision.save(update_fields=["state", "opened_at", "digest", "box", "stage"])
    note(by, "open_decision", decision, initiative, electors=len(voices))
    step(
        initiative,
        StepKind.DECISION,
        stage=decision.stage,
        path=_path(decision),
        title=decision.title,
        reference=decision.reference,
        until=decision.closes_at.isoformat(),
    )
    invited = {
        one.person_id for one in invite_all(decision.stage, InviteKind.DECISION, by=by, decision=decision)
    }
    if decision.franchise == Franchise.STEWARDS:
        for one in stewards_of(initiative):
            if one.person_id not in invited:
                moment = decision.closes_at.isoformat()
                tell(one.person, "decision_opened", initiative, **_about(decision), moment=moment)
    return decision


def _require_roll(decision: Decision, voices: Sequence[Voice]) -> None:
    if not voices:
        raise Refused(
            "nobody_to_vote", _("Nobody would be on the roll: choose another rule of who may vote.")
        )
    if decision.is_secret and len(voices) < LEAST_SECRET:
        raise Refused(
            "too_few_electors",
            _(
                "Fewer than five would vote, and their ballots could be guessed. Decide by consent, or let more people vote."
            ),
        )
    for sector, least in decision.sector_quorum.items():
        if sum(one.sector == sector for one in voices) < least:
            sentence = _(
                "Fewer than %(n)d of “%(sector)s” are on the roll: this quorum cannot be reached."
            ) % {
                "n": least,
                "sector": Sector(sector).label,
            }
            raise Refused("quorum_impossible", sentence, fields={"sector_quorum": sentence})


# --- voting


def _voice(
    decision: Decision, person: Person, organisation: Organisation | None, *, unused: bool = True
) -> Elector:
    """The line of the roll a person votes with; where she has several, the one of `organisation`, else one not used yet.

    Raises Forbidden (`not_on_roll`).
    """
    voices = voices_of(decision, person)
    if organisation is not None:
        voices = [one for one in voices if one.organisation_id == organisation.pk]
    if not voices:
        raise Forbidden("not_on_roll", why_not(decision, person))
    free = [one for one in voices if not one.has_voted]
    return (free or voices)[0] if unused else voices[0]


def _require_open(decision: Decision) -> Decision:
    """The decision as it is now, once its box is held. Raises Refused (`not_open`, `closed`, `withdrawn`, `too_late`)."""
    fresh = Decision.objects.select_related("initiative__hub", "initiative__office", "stage").get(
        pk=decision.pk
    )
    if not fresh.is_open:
        raise Refused(*NOT_NOW[DecisionState(fresh.state)])
    if clock.now() >= fresh.closes_at:
        raise Refused("too_late", _("The time to vote is over."))
    return fresh


@deed
def cast_ballot(
    decision: Decision,
    choice: Any,
    *,
    by: Author,
    receipt: str = "",
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Cast:
    """Put one secret ballot into the box. Nothing is kept that says when, nor what somebody chose.

    `choice` is "yes" or "no", a list of options, or points from 0 to 5 by option. Sent again with the same `receipt` it
    counts once. Raises Forbidden (`not_a_member`, `account_closed`, `not_on_roll`), Invalid (`choice`, `receipt`), Refused
    (`not_secret`, `not_open`, `too_late`, `closed`, `already_voted`, `receipt_taken`).
    """
    require(by, "cocreation.take_part", decision.initiative)
    who = own(by, decision.initiative, person)
    if decision.box_id is None:
        raise Refused(*NOT_NOW[DecisionState(decision.state)])
    box = ballots.hold(decision.box_id)
    decision = _require_open(decision)
    if not decision.is_secret:
        raise Refused("not_secret", _("This is decided openly: say whether you consent."))
    voice = _voice(decision, who, organisation)
    try:
        chosen = counting.read_choice(decision.method, decision.options, choice)
    except counting.WrongChoice as error:
        raise wrong("choice", "choice", _("Choose from what stands on the ballot.")) from error
    if voice.person_id is None and receipt and not voice.has_voted:
        voice = _same_voice(decision, box, who, receipt) or voice
    return ballots.cast(box, voice.pk, chosen, receipt=receipt, by=who)


def _same_voice(decision: Decision, box: Box, person: Person, receipt: str) -> Elector | None:
    """Of several voices one that was used already, where this receipt was counted: a repeat must not spend the next one."""
    if not ballots.was_counted(box, receipt):
        return None
    used = [one for one in voices_of(decision, person) if one.has_voted]
    return used[0] if used else None


@deed
def take_position(
    decision: Decision,
    stance: str,
    *,
    by: Author,
    reason: str = "",
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Position:
    """Consent openly, stand aside, or object with a reason; one may think again until it closes.

    Raises Forbidden (`not_a_member`, `account_closed`, `not_on_roll`), Invalid (`stance`, `no_reason`, `too_long`), Refused
    (`secret`, `not_open`, `too_late`, `closed`).
    """
    require(by, "cocreation.take_part", decision.initiative)
    who = own(by, decision.initiative, person)
    if decision.box_id is None:
        raise Refused(*NOT_NOW[DecisionState(decision.state)])
    ballots.hold(decision.box_id)
    decision = _require_open(decision)
    if decision.is_secret:
        raise Refused("secret", _("This is decided by secret ballot."))
    if stance not in Stance.values:
        raise wrong("stance", "stance", _("Choose from the list."))
    objects = stance == Stance.OBJECT
    missing = _("Say what you object to: the stewards look for a way to take it up.") if objects else None
    reason = words(reason, "reason", 2000, missing=missing)
    voice = _voice(decision, who, organisation, unused=organisation is None)
    position, _new = Position.objects.update_or_create(
        decision=decision,
        elector=voice,
        defaults={
            "person": who,
            "organisation_id": voice.organisation_id,
            "sector": voice.sector,
            "stance": stance,
            "reason": reason,
            "state": ObjectionState.OPEN if objects else "",
            "integration": "",
            "at": clock.now(),
        },
    )
    Elector.objects.filter(pk=voice.pk).update(
        has_voted=True, voted_by=who if voice.person_id is None else None
    )
    source = f"decision:{decision.reference}"
    enter_one(decision.stage, ActKind.VOTED, source, who, voice.organisation, by=by, each_hat=True)
    note(by, "take_position", position, decision.initiative, stance=stance)
    if objects:
        for steward in stewards_of(decision.initiative):
            tell(steward.person, "objection_made", decision.initiative, **_about(decision), reason=reason)
    return position


@deed
def withdraw_objection(position: Position, *, by: Author) -> Position:
    """Who objected takes it back; it stays readable. Raises Forbidden, Refused (`no_objection`, `closed`, `too_late`)."""
    require(by, "cocreation.withdraw_objection", position)
    position, decision = _held_objection(position)
    position.state = ObjectionState.WITHDRAWN
    position.save(update_fields=["state"])
    note(by, "withdraw_objection", position, decision.initiative)
    return position


@deed
def integrate_objection(position: Position, integration: str, *, by: Author) -> Position:
    """Say how an objection is taken up; it stands beside the text, which stays as it is. Who objected is told and may object again.

    Raises Forbidden, Invalid (`no_integration`, `too_long`), Refused (`no_objection`, `closed`, `too_late`).
    """
    require(by, "cocreation.steer", position.decision.initiative)
    integration = words(
        integration,
        "integration",
        2000,
        missing=_("Write how it is taken up: it becomes a part of what is decided."),
    )
    _held(position.decision)
    position, decision = _held_objection(position)
    position.state, position.integration = ObjectionState.INTEGRATED, integration
    position.save(update_fields=["state", "integration"])
    Decision.objects.filter(pk=decision.pk).update(was_changed=True)
    note(by, "integrate_objection", position, decision.initiative)
    tell(
        position.person,
        "objection_integrated",
        decision.initiative,
        **_about(decision),
        integration=integration,
        moment=decision.closes_at.isoformat(),
    )
    return position


def _held_objection(position: Position) -> tuple[Position, Decision]:
    ballots.hold(position.elector.box_id)
    decision = _require_open(position.decision)
    position = Position.objects.select_related("person").get(pk=position.pk)
    if position.stance != Stance.OBJECT or position.state != ObjectionState.OPEN:
        raise Refused("no_objection", _("This objection is not open any more."))
    return position, decision


# --- closed


def may_close(decision: Decision, turnout: counting.Turnout, open_objections: int) -> bool:
    """Whether it may be closed now: its time is over, or everybody voted and nothing is left to be answered."""
    return clock.now() >= decision.closes_at or (turnout.came == turnout.size and not open_objections)


@deed
def close_decision(decision: Decision, *, by: Author, reason: str = "") -> Decision:
    """Close a decision and publish what came out: after its time, or when everybody on the roll has voted.

    Somebody who closes it says why (`reason`); by itself it closes without words, and the stewards are asked for them. An
    act is entered for everybody who voted, all at this one moment.
    Raises Forbidden, Invalid (`no_reason`, `too_long`), Refused (`not_open`, `closed`, `withdrawn`, `too_early`,
    `box_unreadable`).
    """
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    _require_move(decision, DecisionState.DECIDED)
    box = ballots.hold(decision.box_id or 0)
    turnout = ballots.turnout_of(box)
    objections = decision.positions.filter(stance=Stance.OBJECT, state=ObjectionState.OPEN).count()
    if not may_close(decision, turnout, objections):
        raise Refused(
            "too_early", _("It is open until its time is over, or until everybody on the roll has voted.")
        )
    missing = None if by is SYSTEM else _("Write a word for everybody: it stands beside the result.")
    reason = words(reason, "reason", 4000, missing=missing)
    told = _counted(decision, box, turnout, objections)
    decision.tally = told.plain()
    decision.state = DecisionState.DECIDED if told.is_decided else DecisionState.FAILED
    decision.outcome = decision.options[told.chosen or 0] if told.result == counting.CHOSEN else told.result
    decision.reason, decision.decided_at = reason, clock.now()
    decision.save(update_fields=["tally", "state", "outcome", "reason", "decided_at"])
    if decision.is_secret:
        _enter_voters(decision, by)
    note(by, "close_decision", decision, decision.initiative, result=told.result)
    step(
        decision.initiative,
        StepKind.DECIDED,
        stage=decision.stage,
        path=_path(decision),
        title=decision.title,
        reference=decision.reference,
        result=told.result,
        option=decision.outcome if told.result == counting.CHOSEN else "",
        lacking=told.lacking,
    )
    if not reason:
        for steward in stewards_of(decision.initiative):
            tell(
                steward.person,
                "decision_closed",
                decision.initiative,
                **_about(decision),
                result=told.result,
                lacking=told.lacking,
                option=decision.outcome if told.result == counting.CHOSEN else "",
            )
    return decision


def _counted(decision: Decision, box: Any, turnout: counting.Turnout, open_objections: int) -> counting.Tally:
    if not decision.is_secret:
        stances = {one.value: decision.positions.filter(stance=one).count() for one in Stance}
        return counting.consent(
            stances,
            open_objections,
            turnout,
            quorum=decision.quorum,
            of_sectors=decision.sector_quorum,
        )
    opened = ballots.open_box(box)
    if opened is None:
        return counting.not_opened(turnout, decision.quorum)
    return counting.tally(
        decision.method,
        2 if decision.method == Method.MAJORITY else len(decision.options),
        opened,
        turnout,
        quorum=decision.quorum,
        of_sectors=decision.sector_quorum,
        passes_above=decision.passes_above,
    )


def _enter_voters(decision: Decision, by: Author) -> None:
    """The acts of a secret ballot: for everybody whose voice was used, at the moment it closed, in the order of the roll."""
    moment = clock.now()
    did = [
        Did(line.person_id or line.voted_by_id or 0, line.organisation_id, line.sector, moment)
        for line in Elector.objects.filter(box=decision.box_id, has_voted=True).order_by("pk")
    ]
    source = f"decision:{decision.reference}"
    enter(decision.stage, ActKind.VOTED, source, did, by=by, each_hat=True)


@deed
def explain_decision(decision: Decision, reason: str, *, by: Author) -> Decision:
    """Say why it was decided so, where it closed by itself. Raises Forbidden, Invalid (`no_reason`), Refused (`not_closed`, `explained`)."""
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    if decision.decided_at is None:
        raise Refused("not_closed", _("It is not decided yet."))
    if decision.reason:
        raise Refused("explained", _("The reason is published already."))
    decision.reason = words(
        reason, "reason", 4000, missing=_("Write a word for everybody: it stands beside the result.")
    )
    decision.save(update_fields=["reason"])
    note(by, "explain_decision", decision, decision.initiative)
    return decision


@deed
def close_due_decisions(*, by: Author) -> int:
    """Close every open decision whose time is over; answers how many. For `tick`. One that cannot be closed stays for the doctor."""
    require(by, "cocreation.tidy")
    due = Decision.objects.filter(state=DecisionState.OPEN, closes_at__lte=clock.now())
    closed = 0
    for decision in due.select_related("initiative__hub", "initiative__office").order_by("closes_at", "pk"):
        try:
            close_decision(decision, by=by)
        except Refused as refusal:
            logger.warning("Decision %s was not closed: %s", decision.reference, refusal.code)
        else:
            closed += 1
    return closed


# --- looked at again


@deed
def remind_of_reviews(*, by: Author) -> int:
    """Bring decisions back whose day of review has come: a line of the timeline once, a message to the stewards every week. For `tick`."""
    require(by, "cocreation.tidy")
    count = 0
    for decision in due_for_review():
        initiative = decision.initiative
        shown = Step.objects.filter(
            initiative=initiative, kind=StepKind.REVIEW, facts__reference=decision.reference
        )
        if not shown.exists():
            step(
                initiative,
                StepKind.REVIEW,
                stage=decision.stage,
                path=_path(decision),
                title=decision.title,
                reference=decision.reference,
            )
        for steward in stewards_of(initiative):
            if not told_lately(steward.person, "decision_review", decision.reference, hours=160):
                tell(steward.person, "decision_review", initiative, **_about(decision))
                count += 1
    return count


@deed
def review_decision(decision: Decision, review: str, *, by: Author) -> Decision:
    """Say, once its day has come, whether what was decided still holds. Raises Forbidden, Invalid (`no_note`), Refused
    (`no_review`, `too_early`, `already_reviewed`)."""
    require(by, "cocreation.steer", decision.initiative)
    decision = _held(decision)
    if decision.state != DecisionState.DECIDED or decision.review_on is None:
        raise Refused("no_review", _("No day was set to look at this again."))
    if decision.reviewed_at is not None:
        raise Refused("already_reviewed", _("This was looked at again already."))
    if clock.today(decision.initiative.hub.timezone) < decision.review_on:
        raise Refused("too_early", _("Its day to be looked at again has not come."))
    decision.review_note = words(review, "note", 2000, missing=_("Say whether it still holds, and why."))
    decision.reviewed_at = clock.now()
    decision.save(update_fields=["review_note", "reviewed_at"])
    note(by, "review_decision", decision, decision.initiative)
    return decision


__all__ = [
    "cast_ballot",
    "change_decision",
    "close_decision",
    "close_due_decisions",
    "draft_decision",
    "explain_decision",
    "integrate_objection",
    "may_close",
    "open_decision",
    "remind_of_reviews",
    "review_decision",
    "take_position",
    "withdraw_decision",
    "withdraw_objection",
]
