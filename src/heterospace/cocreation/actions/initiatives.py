"""An initiative's own deeds: proposed, answered by the hub, guided by stewards through its stages to an end."""

import datetime as dt
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, allowed, deed, require
from ...core.refusals import Forbidden, Refused
from ...hubs.models import Hub
from ...members.models import Organisation, Person
from ...members.queries import person_of
from ..enums import INITIATIVE_MOVES, InitiativeState, Pattern, StageKind, StageState, StepKind
from ..models import Following, Initiative, Stage, Steward
from ..patterns import PLANS, RULES
from ..queries import people_of, stewards_of
from .telling import follow_all, hat, held, note, own, step, tell, tell_once, words, wrong

NOT_NOW = {
    InitiativeState.PROPOSED: ("not_running", _("The hub has not answered this yet.")),
    InitiativeState.RUNNING: ("already_answered", _("The hub has answered this already.")),
    InitiativeState.DECLINED: ("already_answered", _("The hub has answered this already.")),
    InitiativeState.WITHDRAWN: ("ended", _("This initiative has ended.")),
    InitiativeState.STOPPED: ("ended", _("This initiative has ended.")),
    InitiativeState.CLOSED: ("ended", _("This initiative has ended.")),
}
RESERVED = {"new", "mine", "commitments"}  # addresses of other pages


def require_move(initiative: Initiative, state: InitiativeState) -> None:
    """Go on only when the table of states allows it. Raises Refused (`not_running`, `already_answered`, `ended`)."""
    if state not in INITIATIVE_MOVES[InitiativeState(initiative.state)]:
        raise Refused(*NOT_NOW[InitiativeState(initiative.state)])


@deed
def propose_initiative(
    hub: Hub,
    *,
    by: Author,
    title: str,
    problem: str,
    hope: str = "",
    pattern: str = Pattern.OTHER,
    organisation: Organisation | None = None,
    person: Person | None = None,
    copied_from: Initiative | None = None,
) -> Initiative:
    """Tell a hub of a problem to be solved together. The hub owes an answer with a reason within its promised days.

    The four stages come with the pattern's first dates, influence and rules; nothing of them binds before they open.
    Raises Forbidden (`forbidden`, `not_your_organisation`), Invalid (`no_title`, `no_problem`, `too_long`, `pattern`).
    """
    require(by, "cocreation.propose", hub.office)
    if pattern not in Pattern.values:
        raise wrong("pattern", "pattern", _("Choose from the list."))
    who = person if person is not None else person_of(by, hub.office_id)
    organisation, sector = hat(who, organisation) if who is not None else (organisation, "")
    title = " ".join(words(title, "title", 160, missing=_("Give it a title.")).split())
    now = clock.now()
    initiative = Initiative(
        office=hub.office,
        hub=hub,
        slug=_free_slug(hub.office_id, title),
        reference=codes.reference("IN"),
        title=title,
        problem=words(problem, "problem", 4000, missing=_("Say what the problem is, and for whom.")),
        hope=words(hope, "hope", 2000),
        pattern=pattern,
        proposer=who,
        proposed_for=organisation,
        proposed_at=now,
        answer_due=now + dt.timedelta(days=hub.answer_days),
        copied_from=copied_from,
    )
    initiative.save(force_insert=True)
    _plan_stages(initiative, Pattern(pattern), clock.today(hub.timezone))
    note(
        by,
        "propose_initiative",
        initiative,
        initiative,
        organisation=organisation.pk if organisation else None,
    )
    step(
        initiative,
        StepKind.PROPOSED,
        organisation=organisation.name if organisation else "",
        sector=sector,
    )
    if who is not None:
        follow_all(initiative, [who.pk])
    for role in hub.roles.filter(until=None, role__in=["manager", "community"]).select_related("person"):
        tell(role.person, "initiative_proposed", initiative, moment=initiative.answer_due.isoformat())
    return initiative


def _free_slug(office: int, title: str) -> str:
    stem = slugify(title)[:70].strip("-") or "inisiatif"
    taken = set(
        Initiative.objects.filter(office=office, slug__startswith=stem).values_list("slug", flat=True)
    )
    taken |= RESERVED
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )


def _plan_stages(initiative: Initiative, pattern: Pattern, first: dt.date) -> None:
    start = first
    rows = []
    for kind in StageKind:
        plan = PLANS[pattern][kind]
        rows.append(
            Stage(
                initiative=initiative,
                kind=kind,
                place=kind.place,
                starts_on=start,
                ends_on=start + dt.timedelta(days=plan.days - 1),
                influence=plan.influence,
                rules=str(RULES[kind]),
            )
        )
        start += dt.timedelta(days=plan.days)
    Stage.objects.bulk_create(rows)


@deed
def change_initiative(initiative: Initiative, *, by: Author, **facts: Any) -> Initiative:
    """Other words for `title`, `problem`, `hope`: by its proposer until the hub answers, then by who steers it while it is framed.

    Raises Forbidden, Invalid as `propose_initiative`, Refused (`framed`, `ended`).
    """
    if initiative.waits:
        if not allowed(by, "cocreation.withdraw", initiative):
            require(by, "cocreation.answer", initiative)
    else:
        require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    if initiative.ended_at is not None:
        raise Refused("ended", _("This initiative has ended."))
    if Stage.objects.filter(initiative=initiative, kind=StageKind.FRAME, state=StageState.CLOSED).exists():
        raise Refused("framed", _("It was framed together: these words stay as they are."))
    missing = {
        "title": _("Give it a title."),
        "problem": _("Say what the problem is, and for whom."),
        "hope": None,
    }
    most = {"title": 160, "problem": 4000, "hope": 2000}
    for name, value in facts.items():
        setattr(initiative, name, words(value, name, most[name], missing=missing[name]))
    initiative.save(update_fields=[*facts])
    note(by, "change_initiative", initiative, initiative, fields=sorted(facts))
    return initiative


@deed
def accept_initiative(initiative: Initiative, answer: str, *, by: Author) -> Initiative:
    """Take an initiative up, with a reason everybody may read. Its proposer becomes a steward if she speaks for an organisation.

    Raises Forbidden, Invalid (`no_answer`), Refused (`already_answered`, `ended`).
    """
    return _answer(initiative, InitiativeState.RUNNING, answer, by)


@deed
def decline_initiative(initiative: Initiative, answer: str, *, by: Author) -> Initiative:
    """Say no to an initiative, with the reason everybody may read.

    Raises Forbidden, Invalid (`no_answer`), Refused (`already_answered`, `ended`).
    """
    return _answer(initiative, InitiativeState.DECLINED, answer, by)


def _answer(initiative: Initiative, state: InitiativeState, answer: str, by: Author) -> Initiative:
    require(by, "cocreation.answer", initiative)
    initiative = held(initiative)
    require_move(initiative, state)
    initiative.answer = words(answer, "answer", 2000, missing=_("Give the reason: everybody may read it."))
    initiative.state = state
    initiative.answered_at = clock.now()
    initiative.answered_by = person_of(by, initiative.office_id)
    fields = ["state", "answer", "answered_at", "answered_by"]
    if state == InitiativeState.DECLINED:
        initiative.ended_at = clock.now()
        fields.append("ended_at")
    initiative.save(update_fields=fields)
    note(by, "answer_initiative", initiative, initiative, state=state)
    step(
        initiative,
        StepKind.ANSWERED,
        accepted=state == InitiativeState.RUNNING,
        late=initiative.is_answer_late,
    )
    proposer, organisation = initiative.proposer, initiative.proposed_for
    if (
        state == InitiativeState.RUNNING
        and proposer is not None
        and organisation is not None
        and proposer.is_active
    ):
        _make_steward(initiative, proposer, organisation)
    if proposer is not None:
        tell(
            proposer,
            "initiative_answered",
            initiative,
            accepted=state == InitiativeState.RUNNING,
            answer=initiative.answer,
        )
    return initiative


@deed
def withdraw_initiative(initiative: Initiative, *, by: Author) -> Initiative:
    """Its proposer takes it back before the hub answers. Raises Forbidden, Refused (`already_answered`, `ended`)."""
    require(by, "cocreation.withdraw", initiative)
    initiative = held(initiative)
    require_move(initiative, InitiativeState.WITHDRAWN)
    initiative.state, initiative.ended_at = InitiativeState.WITHDRAWN, clock.now()
    initiative.save(update_fields=["state", "ended_at"])
    note(by, "withdraw_initiative", initiative, initiative)
    step(initiative, StepKind.WITHDRAWN)
    return initiative


@deed
def stop_initiative(initiative: Initiative, reason: str, *, by: Author) -> Initiative:
    """End a running initiative before its evaluation, with the reason everybody may read; all who took part are told.

    Raises Forbidden, Invalid (`no_reason`), Refused (`not_running`, `ended`).
    """
    require(by, "cocreation.answer", initiative)
    initiative = held(initiative)
    require_move(initiative, InitiativeState.STOPPED)
    reason = words(reason, "reason", 2000, missing=_("Give the reason: everybody may read it."))
    initiative.state, initiative.ended_at, initiative.end_reason = (
        InitiativeState.STOPPED,
        clock.now(),
        reason,
    )
    initiative.save(update_fields=["state", "ended_at", "end_reason"])
    note(by, "stop_initiative", initiative, initiative)
    step(initiative, StepKind.STOPPED)
    for person in people_of(initiative):
        tell(person, "initiative_stopped", initiative, reason=reason)
    return initiative


@deed
def add_steward(initiative: Initiative, person: Person, organisation: Organisation, *, by: Author) -> Steward:
    """Let a person guide the initiative for an organisation she speaks for. Raises Forbidden, Refused (`ended`, `already_steward`)."""
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    if initiative.ended_at is not None:
        raise Refused("ended", _("This initiative has ended."))
    if person.office_id != initiative.office_id:
        raise Forbidden("other_office", _("There is no such person here."))
    hat(person, organisation)
    if stewards_of(initiative).filter(person=person).exists():
        raise Refused("already_steward", _("This person is a steward already."))
    initiative.stewards.filter(person=person, until=None).update(until=clock.now())  # for who has her no more
    made = _make_steward(initiative, person, organisation)
    note(by, "add_steward", initiative, initiative, person=person.pk, sector=made.sector)
    step(initiative, StepKind.STEWARD, organisation=organisation.name, sector=made.sector, joined=True)
    tell(person, "steward_added", initiative, organisation=organisation.name)
    return made


def _make_steward(initiative: Initiative, person: Person, organisation: Organisation) -> Steward:
    made = Steward.objects.create(
        initiative=initiative,
        person=person,
        organisation=organisation,
        sector=organisation.sector,
        since=clock.now(),
    )
    follow_all(initiative, [person.pk])
    return made


@deed
def end_steward(steward: Steward, *, by: Author) -> Steward:
    """A steward stops; while it runs, two sectors stay. She may leave herself. Raises Forbidden, Refused (`two_sectors`)."""
    initiative = held(steward.initiative)
    if person_of(by, initiative.office_id) != steward.person:
        require(by, "cocreation.steer", initiative)
    steward = Steward.objects.select_for_update().get(pk=steward.pk)
    if steward.until is not None:
        return steward
    others = stewards_of(initiative).exclude(pk=steward.pk)
    if initiative.is_running and _is_open(initiative) and len({one.sector for one in others}) < 2:
        raise Refused("two_sectors", _("Two sectors guide it at least: first find another steward."))
    steward.until = clock.now()
    steward.save(update_fields=["until"])
    note(by, "end_steward", initiative, initiative, person=steward.person_id)
    step(
        initiative,
        StepKind.STEWARD,
        organisation=steward.organisation.name,
        sector=steward.sector,
        joined=False,
    )
    return steward


def _is_open(initiative: Initiative) -> bool:
    return Stage.objects.filter(initiative=initiative).exclude(state=StageState.PLANNED).exists()


@deed
def follow(initiative: Initiative, *, by: Author, person: Person | None = None) -> Following:
    """Hear of every step, a digest at a time; and be invited again, if one had asked not to be. Raises Forbidden."""
    require(by, "cocreation.take_part", initiative)
    who = own(by, initiative, person)
    follow_all(initiative, [who.pk])
    row = Following.objects.get(initiative=initiative, person=who)
    row.until, row.wants_invitations = None, True
    row.save(update_fields=["until", "wants_invitations"])
    return row


@deed
def unfollow(
    initiative: Initiative, *, by: Author, person: Person | None = None, invitations: bool = True
) -> Following:
    """Hear of nothing any more; without `invitations` one is not invited any more either. What one did stays."""
    require(by, "cocreation.take_part", initiative)
    who = own(by, initiative, person)
    follow_all(initiative, [who.pk])
    row = Following.objects.get(initiative=initiative, person=who)
    row.until, row.wants_invitations = clock.now(), invitations
    row.save(update_fields=["until", "wants_invitations"])
    return row


@deed
def replicate(initiative: Initiative, hub: Hub, *, by: Author) -> Initiative:
    """Begin the same at another hub: problem, hope and criteria are copied, the dates begin today. That hub answers.

    Raises Forbidden, Refused (`not_ended`, `same_hub`).
    """
    require(by, "cocreation.steer", initiative)
    if initiative.state != InitiativeState.CLOSED:
        raise Refused("not_ended", _("First evaluate it, then repeat it elsewhere."))
    if hub.pk == initiative.hub_id or hub.office_id != initiative.office_id:
        raise Refused("same_hub", _("Choose another hub."))
    made = propose_initiative(
        hub,
        by=by,
        title=initiative.title,
        problem=initiative.problem,
        hope=initiative.hope,
        pattern=initiative.pattern,
        copied_from=initiative,
    )
    for old in initiative.stages.all():
        Stage.objects.filter(initiative=made, kind=old.kind).update(rules=old.rules, influence=old.influence)
    for criterion in initiative.criteria.all():
        made.criteria.create(
            place=criterion.place,
            text=criterion.text,
            measured_by=criterion.measured_by,
            unit=criterion.unit,
            baseline=criterion.value or criterion.baseline,
            target=criterion.target,
            written_at=clock.now(),
        )
    step(initiative, StepKind.COPIED, hub=hub.name, path_of=made.slug)
    return made


@deed
def remind_of_answers(*, by: Author) -> int:
    """Remind the hub of initiatives whose answer is due within three days or late, once a day. For `tick`."""
    require(by, "cocreation.tidy")
    now = clock.now()
    due = Initiative.objects.filter(
        state=InitiativeState.PROPOSED, answer_due__lte=now + dt.timedelta(days=3)
    ).select_related("hub", "office")
    count = 0
    for initiative in due.order_by("pk"):
        for role in initiative.hub.roles.filter(until=None, role="manager").select_related("person"):
            count += tell_once(
                role.person,
                "initiative_due",
                initiative,
                moment=initiative.answer_due.isoformat(),
                late=initiative.is_answer_late,
            )
    return count
