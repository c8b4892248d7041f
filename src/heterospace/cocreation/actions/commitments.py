"""Commitments of every party, the office included: promised, delivered, confirmed by who receives, or not kept.

Every change is a line that stays (`CommitmentChange`). Lock order: the promise's row, then its initiative's steps and acts.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, deed, log, require
from ...core.notify import notify
from ...core.refusals import Forbidden, Refused
from ...hubs.models import Office
from ...members.models import Organisation, Person
from ...members.queries import person_of
from ..enums import (
    COMMITMENT_MOVES,
    ActKind,
    CommitmentState,
    InitiativeState,
    StageState,
    StepKind,
)
from ..models import Commitment, CommitmentChange, Decision, Initiative, Proposal, Stage
from ..promises import day_of, hears_for_receiver, leaders_of, today_of
from .acts import enter_one
from .telling import hat, held, open_stage_of, step, told_lately, words, wrong

FURTHEST = dt.timedelta(days=5 * 366)
MARKS = (dt.timedelta(days=7), dt.timedelta(days=1))  # before its day, its owner is reminded
PATIENCE = 7  # days after which a receiver is asked again
NO_WORDS = "-"  # a change nobody gave words to
NOT_NOW = {
    CommitmentState.DUE: ("not_delivered", _("This is not delivered yet.")),
    CommitmentState.DELIVERED: ("already_delivered", _("This is delivered and waits for its receiver.")),
    CommitmentState.CONFIRMED: ("settled", _("This promise was kept and confirmed.")),
    CommitmentState.BROKEN: ("broken", _("The day of this promise is over. It can still be delivered.")),
    CommitmentState.RELEASED: ("settled", _("Its receiver released this promise.")),
}


def _held(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",), no_key=True).select_related(
        "office", "initiative__hub", "owner", "receiver", "promised_by", "stage"
    )
    return rows.get(pk=commitment.pk)


def _require_move(commitment: Commitment, state: CommitmentState) -> None:
    if state not in COMMITMENT_MOVES[CommitmentState(commitment.state)]:
        raise Refused(*NOT_NOW[CommitmentState(commitment.state)])


def _who(by: Author, office: int, person: Person | None) -> Person | None:
    """Whose deed it is; SYSTEM may act for one, or for nobody. Raises Forbidden (`not_a_member`, `account_closed`)."""
    found = person if by is SYSTEM else person_of(by, office)
    if found is None and by is not SYSTEM:
        raise Forbidden("not_a_member", _("Join first: this sign-in has no account at this office."))
    if found is not None and not found.is_active:
        raise Forbidden("account_closed", _("This account is closed. Ask the front desk to open it again."))
    return found


def _note(by: Author, name: str, commitment: Commitment, **facts: Any) -> None:
    log(by, name, commitment, office=commitment.office_id, organisation=commitment.owner_id, **facts)


def _step(commitment: Commitment, kind: StepKind, **facts: Any) -> None:
    """A line in the timeline of its initiative, where it has one."""
    if commitment.initiative is not None:
        step(
            commitment.initiative,
            kind,
            stage=commitment.stage,
            path="commitments/",
            organisation=commitment.owner.name,
            what=commitment.what,
            reference=commitment.reference,
            **facts,
        )


def _tell(people: Iterable[Person], kind: str, commitment: Commitment, **more: Any) -> None:
    initiative = commitment.initiative
    for person in people:
        notify(
            person.addressee,
            kind,
            {
                "what": commitment.what,
                "reference": commitment.reference,
                "owner": commitment.owner.name,
                "receiver": commitment.receiver.name if commitment.receiver else commitment.for_whom,
                "title": initiative.title if initiative is not None else "",
                "due": commitment.due.isoformat(),
                **more,
            },
            office=commitment.office_id,
            hub=initiative.hub_id if initiative is not None else None,
        )


def _change(
    commitment: Commitment,
    state: CommitmentState,
    by: Person | None,
    *,
    reason: str = "",
    due: dt.date | None = None,
    fields: Iterable[str] = (),
) -> CommitmentChange:
    """Go to a state, perhaps with another day, and keep the line of it."""
    made = CommitmentChange.objects.create(
        commitment=commitment,
        state=state,
        old_due=commitment.due,
        new_due=due or commitment.due,
        in_time=today_of(commitment) <= commitment.due,
        reason=(reason or NO_WORDS)[:1000],
        at=clock.now(),
        by=by,
    )
    commitment.state, commitment.due = state, due or commitment.due
    commitment.save(update_fields=["state", "due", *fields])
    return made


def _act(commitment: Commitment, kind: ActKind, person: Person | None, by: Author) -> None:
    """An act of the owner in the open stage of its initiative, where there is one."""
    initiative = commitment.initiative
    if initiative is None or person is None or initiative.state != InitiativeState.RUNNING:
        return
    stage = Stage.objects.filter(initiative=initiative, state=StageState.OPEN).first()
    if stage is not None:
        stage.initiative = initiative
        enter_one(stage, kind, f"commitment:{commitment.reference}", person, commitment.owner, by=by)


@deed
def promise(
    office: Office,
    owner: Organisation,
    *,
    by: Author,
    what: str,
    due: dt.date,
    for_whom: str = "",
    receiver: Organisation | None = None,
    initiative: Initiative | None = None,
    decision: Decision | None = None,
    proposal: Proposal | None = None,
    person: Person | None = None,
) -> Commitment:
    """Promise something for an organisation one speaks for: what, to whom, by when; public from now on.

    To an organisation, or to people in words (`for_whom`). In an initiative it counts as an act of its open stage.
    Raises Forbidden (`forbidden`, `not_a_member`, `account_closed`, `not_your_organisation`), Invalid (`no_what`,
    `no_for_whom`, `too_long`, `due`, `receiver`, `initiative`, `decision`, `proposal`), Refused (`not_running`,
    `no_open_stage`).
    """
    require(by, "cocreation.promise", office)
    who = _who(by, office.pk, person)
    if owner.office_id != office.pk:
        raise Forbidden("not_your_organisation", _("You cannot act for this organisation now."))
    if who is not None:
        hat(who, owner)
    if receiver is not None and (receiver.office_id != office.pk or receiver.pk == owner.pk):
        raise wrong("receiver", "receiver", _("Choose another organisation: nobody promises to itself."))
    if initiative is not None and initiative.office_id != office.pk:
        raise wrong("initiative", "initiative", _("There is no such initiative here."))
    for name, thing in (("decision", decision), ("proposal", proposal)):
        if thing is not None and (initiative is None or thing.initiative_id != initiative.pk):
            raise wrong(name, name, _("Choose from the list."))
    if decision is not None and decision.opened_at is None:
        raise wrong("decision", "decision", _("Choose from the list."))
    stage = None
    if initiative is not None:
        initiative = held(initiative)
        stage = open_stage_of(initiative)
    missing = None if receiver is not None else _("Say to whom it is promised.")
    made = Commitment(
        office=office,
        initiative=initiative,
        stage=stage,
        decision=decision,
        proposal=proposal,
        reference=codes.reference("CM"),
        what=" ".join(words(what, "what", 300, missing=_("Say what is promised.")).split()),
        owner=owner,
        sector=owner.sector,
        promised_by=who,
        receiver=receiver,
        for_whom=" ".join(words(for_whom, "for_whom", 200, missing=missing).split()),
    )
    made.due = made.first_due = _day(due, today_of(made))
    made.save(force_insert=True)
    _act(made, ActKind.PROMISED, who, by)
    _note(by, "promise", made)
    _step(made, StepKind.PROMISED, due=made.due.isoformat())
    return made


def _day(due: dt.date, first: dt.date) -> dt.date:
    if not isinstance(due, dt.date) or not first <= due <= first + FURTHEST:
        raise wrong("due", "due", _("Choose a day from today on, within five years."))
    return due


@deed
def deliver(
    commitment: Commitment,
    evidence: str,
    *,
    by: Author,
    on: dt.date | None = None,
    person: Person | None = None,
) -> Commitment:
    """Say that it is done and how one sees it; its receiver is asked to confirm. What is broken can still be delivered.

    `on` is the day it came, today unless told, never before it was promised.
    Raises Forbidden, Invalid (`no_evidence`, `too_long`, `on`), Refused (`already_delivered`, `settled`).
    """
    require(by, "cocreation.deliver", commitment)
    who = _who(by, commitment.office_id, person)
    commitment = _held(commitment)
    _require_move(commitment, CommitmentState.DELIVERED)
    evidence = words(
        evidence, "evidence", 2000, missing=_("Say how one sees it: a link, a place, who was there.")
    )
    today = today_of(commitment)
    day = on or today
    if not day_of(commitment, commitment.made_at) <= day <= today:
        raise wrong("on", "on", _("Choose the day it came: from the day of the promise until today."))
    commitment.delivered_on, commitment.delivered_by, commitment.evidence = day, who, evidence
    _change(
        commitment,
        CommitmentState.DELIVERED,
        who,
        reason=evidence,
        fields=["delivered_on", "delivered_by", "evidence"],
    )
    _act(commitment, ActKind.DELIVERED, who, by)
    _note(by, "deliver", commitment)
    _step(commitment, StepKind.DELIVERED)
    _tell(hears_for_receiver(commitment), "commitment_delivered", commitment, evidence=evidence)
    return commitment


@deed
def confirm(
    commitment: Commitment, *, by: Author, note: str = "", person: Person | None = None
) -> Commitment:
    """Who receives it says that it came. Never somebody who speaks for the owner.

    Raises Forbidden, Invalid (`too_long`), Refused (`not_delivered`, `broken`, `settled`).
    """
    require(by, "cocreation.confirm", commitment)
    who = _who(by, commitment.office_id, person)
    commitment = _held(commitment)
    _require_move(commitment, CommitmentState.CONFIRMED)
    commitment.note = words(note, "note", 1000)
    commitment.confirmed_at, commitment.confirmed_by = clock.now(), who
    _change(
        commitment,
        CommitmentState.CONFIRMED,
        who,
        reason=commitment.note,
        fields=["note", "confirmed_at", "confirmed_by"],
    )
    _note(by, "confirm", commitment)
    _step(commitment, StepKind.KEPT)
    _tell(leaders_of(commitment.owner, commitment.promised_by), "commitment_confirmed", commitment)
    return commitment


@deed
def reject(commitment: Commitment, reason: str, *, by: Author, person: Person | None = None) -> Commitment:
    """Who receives it says that it did not come, or not as promised: it is due again. Raises Forbidden, Invalid (`no_reason`), Refused."""
    require(by, "cocreation.confirm", commitment)
    who = _who(by, commitment.office_id, person)
    commitment = _held(commitment)
    if commitment.state != CommitmentState.DELIVERED:
        raise Refused(*NOT_NOW[CommitmentState(commitment.state)])
    reason = words(reason, "reason", 1000, missing=_("Say what is missing: the owner reads it."))
    commitment.delivered_on, commitment.delivered_by, commitment.evidence = None, None, ""
    _change(
        commitment,
        CommitmentState.DUE,
        who,
        reason=reason,
        fields=["delivered_on", "delivered_by", "evidence"],
    )
    _note(by, "reject", commitment)
    people = leaders_of(commitment.owner, commitment.promised_by)
    _tell(people, "commitment_rejected", commitment, reason=reason)
    return commitment


@deed
def renegotiate(
    commitment: Commitment, due: dt.date, reason: str, *, by: Author, person: Person | None = None
) -> Commitment:
    """Give a promise another day, with the reason; its receiver is told. Whether that came before its day was over is kept.

    Raises Forbidden, Invalid (`no_reason`, `due`), Refused (`already_delivered`, `broken`, `settled`).
    """
    require(by, "cocreation.deliver", commitment)
    who = _who(by, commitment.office_id, person)
    commitment = _held(commitment)
    if commitment.state != CommitmentState.DUE:
        raise Refused(*NOT_NOW[CommitmentState(commitment.state)])
    reason = words(reason, "reason", 1000, missing=_("Give the reason: everybody may read it."))
    old, new = commitment.due, _day(due, today_of(commitment))
    if new == old:
        raise wrong("due", "due", _("Choose another day than before."))
    change = _change(commitment, CommitmentState.DUE, who, reason=reason, due=new)
    _note(by, "renegotiate", commitment, in_time=change.in_time)
    _step(commitment, StepKind.RENEGOTIATED, reason=reason)
    _tell(
        hears_for_receiver(commitment),
        "commitment_renegotiated",
        commitment,
        reason=reason,
        old=old.isoformat(),
    )
    return commitment


@deed
def release(commitment: Commitment, reason: str, *, by: Author, person: Person | None = None) -> Commitment:
    """Who receives it lets the owner off, with the reason; it counts nowhere any more. Raises Forbidden, Invalid (`no_reason`), Refused."""
    require(by, "cocreation.confirm", commitment)
    who = _who(by, commitment.office_id, person)
    commitment = _held(commitment)
    _require_move(commitment, CommitmentState.RELEASED)
    reason = words(reason, "reason", 1000, missing=_("Give the reason: everybody may read it."))
    _change(commitment, CommitmentState.RELEASED, who, reason=reason)
    _note(by, "release", commitment)
    people = leaders_of(commitment.owner, commitment.promised_by)
    _tell(people, "commitment_released", commitment, reason=reason)
    return commitment


# --- what time does


def _open_ones(*, state: CommitmentState, **more: Any) -> list[Commitment]:
    rows = Commitment.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    found = rows.filter(state=state, **more).select_related(
        "office", "initiative__hub", "owner", "receiver", "promised_by", "stage"
    )
    return list(found.order_by("due", "pk"))


@deed
def break_overdue(*, by: Author) -> int:
    """Say of every promise whose day is over that it was not kept; it can still be delivered late. For `tick`."""
    require(by, "cocreation.tidy")
    latest = clock.now().date() + dt.timedelta(days=1)
    count = 0
    for one in _open_ones(state=CommitmentState.DUE, due__lt=latest):
        if today_of(one) <= one.due:
            continue
        _change(one, CommitmentState.BROKEN, None)
        _note(by, "break_overdue", one)
        _step(one, StepKind.BROKEN)
        people = {person.pk: person for person in leaders_of(one.owner, one.promised_by)}
        people |= {person.pk: person for person in hears_for_receiver(one)}
        _tell(people.values(), "commitment_broken", one)
        count += 1
    return count


@deed
def remind_of_commitments(*, by: Author) -> int:
    """Remind owners 7 days and 1 day before, and receivers a week after something was delivered to them. For `tick`."""
    require(by, "cocreation.tidy")
    first = clock.now().date() - dt.timedelta(days=1)
    count = 0
    for one in _open_ones(
        state=CommitmentState.DUE, due__gte=first, due__lte=first + MARKS[0] + dt.timedelta(days=2)
    ):
        today = today_of(one)
        passed = [one.due - mark for mark in MARKS if one.due - mark <= today < one.due]
        if not passed or (one.reminded_for is not None and max(passed) <= one.reminded_for):
            continue
        one.reminded_for = max(passed)
        one.save(update_fields=["reminded_for"])
        people = leaders_of(one.owner, one.promised_by)
        _tell(people, "commitment_soon", one, days=(one.due - today).days)
        count += len(people)
    for one in _open_ones(state=CommitmentState.DELIVERED, delivered_on__isnull=False):
        since = (today_of(one) - one.delivered_on).days if one.delivered_on else 0
        if since <= 0 or since % PATIENCE:
            continue
        for person in hears_for_receiver(one):
            if not told_lately(person, "commitment_delivered", one.reference):
                _tell([person], "commitment_delivered", one, evidence=one.evidence, days=since)
                count += 1
    return count


__all__ = [
    "NO_WORDS",
    "break_overdue",
    "confirm",
    "deliver",
    "promise",
    "reject",
    "release",
    "remind_of_commitments",
    "renegotiate",
]
