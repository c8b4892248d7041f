"""Staying invited: whoever took part is invited to everything that follows, and the system remembers it."""

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Refused
from ...events.actions import Wish, cancel_registration, register
from ...events.enums import LIVE, EventState
from ...events.models import Invitation as EventInvitation
from ...members.queries import acts_for
from ..enums import Franchise, InitiativeState, InviteKind, Reply, StageKind, StageState
from ..models import Decision, Following, Invite, Meeting, Stage
from ..queries import people_of
from .telling import note, tell, wrong


def invite_all(
    stage: Stage,
    kind: InviteKind,
    *,
    by: Author,
    meeting: Meeting | None = None,
    decision: Decision | None = None,
) -> list[Invite]:
    """Invite everybody who took part so far, each under the hat of her latest act; answers the new invitations.

    Who asked not to be invited any more is left in peace. Each is told with a link on which one tap answers.
    """
    away = Following.objects.filter(initiative=stage.initiative_id, wants_invitations=False)
    people = people_of(stage.initiative).exclude(pk__in=away.values("person"))
    target = {"meeting": meeting, "decision": decision}
    asked = Invite.objects.filter(initiative=stage.initiative_id, kind=kind, **target)
    if kind == InviteKind.EVALUATION:
        asked = asked.filter(stage=stage)
    known = set(asked.values_list("person", flat=True))
    new = [
        Invite(
            initiative=stage.initiative,
            stage=stage,
            person=person,
            organisation_id=person.hat_organisation,  # type: ignore[attr-defined]
            sector=person.hat_sector,  # type: ignore[attr-defined]
            kind=kind,
            secret=codes.secret(),
            at=clock.now(),
            **target,
        )
        for person in people
        if person.pk not in known
    ]
    made = Invite.objects.bulk_create(new, ignore_conflicts=True)
    written = set(
        Invite.objects.filter(secret__in=[one.secret for one in made]).values_list("secret", flat=True)
    )
    made = [one for one in made if one.secret in written]
    if meeting is not None:
        EventInvitation.objects.bulk_create(
            [
                EventInvitation(event=meeting.event, person=one.person, at=clock.now(), by_id=by.pk)
                for one in made
            ],
            ignore_conflicts=True,
        )
    for one in made:
        told = {"to": kind, "link": f"/i/{one.secret}/", **_what(one)}
        tell(one.person, "cocreation_invited", stage.initiative, **told)
    if made:
        note(by, "invite", stage, stage.initiative, people=len(made), kind=kind)
    return made


def _what(invite: Invite) -> dict[str, str]:
    """What the message tells of the thing invited to."""
    if invite.meeting is not None:
        event = invite.meeting.event
        return {"what": event.title, "start": event.start.isoformat(), "end": event.end.isoformat()}
    if invite.decision is not None:
        return {
            "what": invite.decision.title,
            "moment": invite.decision.closes_at.isoformat(),
            "reads": "yes" if invite.decision.franchise == Franchise.STEWARDS else "",
        }
    return {"what": "", "until": invite.stage.ends_on.isoformat()}


@deed
def invite_again(stage: Stage, *, by: Author) -> int:
    """Invite whoever took part and was not invited yet to what is open in this stage: meetings to come, decisions,
    and, while it is evaluated, the evaluation. Answers how many invitations went out.

    Raises Forbidden, Refused (`not_open`, `nothing_to_invite_to`).
    """
    require(by, "cocreation.steer", stage.initiative)
    if stage.state != StageState.OPEN:
        raise Refused("not_open", _("This stage is not open."))
    decisions = list(Decision.objects.filter(stage=stage, state="open").order_by("pk"))
    count = _invite_to_what_comes(stage, by)
    for decision in decisions:
        count = (count or 0) + len(invite_all(stage, InviteKind.DECISION, by=by, decision=decision))
    if count is None:
        raise Refused(
            "nothing_to_invite_to",
            _("There is nothing to invite to: call a meeting or open a decision first."),
        )
    return count


@deed
def invite_latecomers(*, by: Author) -> int:
    """Invite who took part only after a meeting was called or evaluation opened. Answers how many invitations went out. For `tick`."""
    require(by, "cocreation.tidy")
    stages = Stage.objects.filter(state=StageState.OPEN, initiative__state=InitiativeState.RUNNING)
    return sum(
        _invite_to_what_comes(stage, by) or 0 for stage in stages.select_related("initiative").order_by("pk")
    )


def _invite_to_what_comes(stage: Stage, by: Author) -> int | None:
    """Invite to meetings to come, and to evaluate while it is open; None when there is neither."""
    meetings = list(
        Meeting.objects.filter(
            stage=stage, event__state=EventState.PUBLISHED, event__period__endswith__gt=clock.now()
        )
        .select_related("event__hub")
        .order_by("pk")
    )
    made = [invite_all(stage, InviteKind.MEETING, by=by, meeting=meeting) for meeting in meetings]
    if stage.kind == StageKind.EVALUATE:
        made.append(invite_all(stage, InviteKind.EVALUATION, by=by))
    return sum(map(len, made)) if made else None


@deed
def answer_invite(invite: Invite, reply: str, *, by: Author, reason: str = "") -> Invite:
    """Say yes or no to an invitation; it may be changed. A yes to a meeting registers her for its event, a no gives the seat back.

    By her own link it is SYSTEM who writes it down. Why not is read by the stewards only.
    Raises Forbidden, Invalid (`reply`) and what registering refuses.
    """
    require(by, "cocreation.reply", invite)
    if reply not in Reply.values:
        raise wrong("reply", "reply", _("Choose from the list."))
    row = Invite.objects.select_for_update().get(pk=invite.pk)
    row.reply, row.replied_at = Reply(reply), clock.now()
    row.reason = reason.strip()[:300] if reply == Reply.NO else ""
    row.save(update_fields=["reply", "replied_at", "reason"])
    if invite.meeting is not None:
        _seat(invite, invite.meeting, coming=reply == Reply.YES)
    note(by, "answer_invite", row, invite.initiative, reply=reply)
    return row


def _seat(invite: Invite, meeting: Meeting, *, coming: bool) -> None:
    event = meeting.event
    standing = (
        event.registrations.filter(person=invite.person, state__in=LIVE).select_related("event").first()
    )
    if coming and standing is None:
        mode = event.modes[0].value
        organisation = acts_for(invite.person).filter(pk=invite.organisation_id or 0).first()
        register(event, Wish(mode=mode), by=SYSTEM, person=invite.person, organisation=organisation)
    elif not coming and standing is not None:
        cancel_registration(standing, by=SYSTEM)
