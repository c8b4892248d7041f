"""Meetings: called as an event everybody who took part is invited to, and their minutes, right when two sectors say so."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Refused
from ...events import actions as events
from ...events.actions import Came
from ...events.enums import EventMode, EventState
from ...events.enums import Part as HostPart
from ...events.models import Event, Registration
from ...members.enums import Sector
from ...members.models import Affiliation, Person
from ...members.queries import current_affiliations, person_of
from ...spaces.models import Space
from ..enums import MEETING_MOVES, ActKind, Channel, InviteKind, MeetingState, StepKind
from ..meetings import LEAST_SECTORS, act_of, acts_at
from ..models import (
    Act,
    ActAnnulment,
    Commitment,
    Decision,
    Initiative,
    Meeting,
    MeetingItem,
    MinutesApproval,
    Proposal,
)
from ..queries import stewards_of
from .acts import Did, enter
from .invitations import invite_all
from .telling import held, note, open_stage_of, own, step, tell, words, wrong

MOST_POINTS = 30
LONGEST, LONGEST_POINT = 12000, 4000
NOT_NOW = {
    MeetingState.CALLED: ("not_minuted", _("There are no minutes yet.")),
    MeetingState.MINUTED: ("already_minuted", _("The minutes are written already.")),
    MeetingState.APPROVED: ("approved", _("These minutes were approved: they stay as they are.")),
}


@dataclass(frozen=True)
class Point:
    """A point of an agenda: what it is about, which sector brings it in, and the proposal it is about."""

    title: str
    sector: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Said:
    """A point that came up at the meeting itself, and what was said and agreed about it."""

    title: str
    text: str


def path_of(meeting: Meeting) -> str:
    """Where it stands below its initiative's page."""
    return f"meetings/{meeting.pk}/"


def held_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, its row held until the deed ends."""
    rows = Meeting.objects.select_for_update(of=("self",))
    found = rows.select_related(
        "event__hub", "event__office", "initiative__hub", "initiative__office", "stage"
    ).get(pk=meeting.pk)
    found.stage.initiative = found.initiative
    return found


@deed
def call_meeting(
    initiative: Initiative,
    *,
    by: Author,
    title: str,
    start: dt.datetime,
    end: dt.datetime,
    mode: str = EventMode.ONSITE,
    capacity: int | None = None,
    space: Space | None = None,
    place: str = "",
    agenda: Iterable[Point] = (),
    person: Person | None = None,
) -> Meeting:
    """Call a meeting of the open stage: a published event of the stewards' organisations, to which all who took part are invited.

    Raises Forbidden, Invalid (`no_title`, `end_before_start`, `too_long`, `no_mode`, `capacity`, `point`, the space's rules),
    Refused (`not_running`, `no_open_stage`, `past`, `clash`, `quota`).
    """
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    stage = open_stage_of(initiative)
    event = events.plan_event(
        initiative.hub,
        by=by,
        person=person,
        title=title,
        summary=gettext("A meeting of “%(title)s”") % {"title": initiative.title},
        topic="community",
        start=start,
        end=end,
        mode=mode,
        capacity=capacity,
        space=space,
        place=place,
    )
    hosts = {one.organisation_id: one.organisation for one in stewards_of(initiative)}
    for organisation in hosts.values():
        events.add_party(event, organisation, HostPart.HOST, by=SYSTEM)
    event = events.publish_event(event, by=SYSTEM, tell_planner=False)
    meeting = Meeting.objects.create(initiative=initiative, stage=stage, event=event, called_at=clock.now())
    _set_agenda(meeting, agenda)
    note(by, "call_meeting", meeting, initiative)
    step(initiative, StepKind.MEETING, stage=stage, path=path_of(meeting), title=event.title)
    invite_all(stage, InviteKind.MEETING, by=by, meeting=meeting)
    return meeting


def _set_agenda(meeting: Meeting, agenda: Iterable[Point]) -> None:
    points = [one for one in agenda if one.title.strip()]
    if len(points) > MOST_POINTS:
        raise wrong("point", "agenda", _("Put at most %(n)d points on the agenda.") % {"n": MOST_POINTS})
    for one in points:
        if len(one.title.strip()) > 200:
            raise wrong("point", "agenda", _("Please keep this under %(n)d characters.") % {"n": 200})
        if one.sector and one.sector not in Sector.values:
            raise wrong("point", "agenda", _("Choose from the list."))
        if one.proposal is not None and one.proposal.initiative_id != meeting.initiative_id:
            raise wrong("point", "agenda", _("There is no such proposal here."))
    meeting.items.all().delete()
    MeetingItem.objects.bulk_create(
        [
            MeetingItem(
                meeting=meeting,
                place=place,
                title=" ".join(one.title.split()),
                sector=one.sector,
                proposal=one.proposal,
            )
            for place, one in enumerate(points, start=1)
        ]
    )


@deed
def set_agenda(meeting: Meeting, agenda: Iterable[Point], *, by: Author) -> Meeting:
    """Other points, until the meeting begins. Raises Forbidden, Invalid (`point`), Refused (`begun`, `called_off`)."""
    require(by, "cocreation.steer", meeting.initiative)
    meeting = held_meeting(meeting)
    _require_held(meeting)
    if meeting.event.start <= clock.now():
        raise Refused("begun", _("The meeting has begun. What came up stands in the minutes."))
    _set_agenda(meeting, agenda)
    note(by, "set_agenda", meeting, meeting.initiative)
    return meeting


def _require_held(meeting: Meeting) -> None:
    if meeting.event.state == EventState.CANCELLED:
        raise Refused("called_off", _("This meeting was called off."))


@deed
def write_minutes(
    meeting: Meeting,
    minutes: str,
    *,
    by: Author,
    points: Mapping[int, str] | None = None,
    more: Sequence[Said] = (),
    decisions: Iterable[Decision] | None = None,
    commitments: Iterable[Commitment] | None = None,
) -> Meeting:
    """Write or correct the minutes: a text, what was said about each point of the agenda (by its id), points that came up, and
    the decisions and promises they led to.

    Everybody invited is told of the first; a change takes back what was approved so far, and who had approved is told.
    Raises Forbidden, Invalid (`no_minutes`, `too_long`, `no_title`, `point`, `other_initiative`), Refused (`not_begun`,
    `called_off`, `approved`).
    """
    require(by, "cocreation.steer", meeting.initiative)
    meeting = held_meeting(meeting)
    _require_held(meeting)
    if meeting.event.start > clock.now():
        raise Refused("not_begun", _("The meeting has not begun yet."))
    if meeting.is_approved:
        raise Refused(*NOT_NOW[MeetingState.APPROVED])
    is_first = meeting.state == MeetingState.CALLED
    before = _read(meeting)
    meeting.minutes = words(minutes, "minutes", LONGEST, missing=_("Write what was said and agreed."))
    meeting.written_at, meeting.written_by = clock.now(), person_of(by, meeting.initiative.office_id)
    meeting.state = MeetingState.MINUTED
    meeting.save(update_fields=["minutes", "written_at", "written_by", "state"])
    _write_points(meeting, points or {}, more)
    if decisions is not None:
        meeting.decisions.set(_own(meeting, decisions))
    if commitments is not None:
        meeting.commitments.set(_own(meeting, commitments))
    note(by, "write_minutes", meeting, meeting.initiative)
    if is_first:
        _publish(meeting)
    elif _read(meeting) != before:
        _take_back_approvals(meeting)
    return meeting


def _own(meeting: Meeting, things: Iterable[Decision | Commitment]) -> list[int]:
    found = list(things)
    if any(one.initiative_id != meeting.initiative_id for one in found):
        raise wrong("other_initiative", "decisions", _("This belongs to another initiative."))
    return [one.pk for one in found]


def _write_points(meeting: Meeting, points: Mapping[int, str], more: Sequence[Said]) -> None:
    items = {one.pk: one for one in meeting.items.order_by("place")}
    if set(points) - set(items) or len(items) + len(more) > MOST_POINTS:
        raise wrong("point", "minutes", _("There is no such point on the agenda."))
    for pk, text in points.items():
        items[pk].minutes = words(text, f"point_{pk}", LONGEST_POINT)
    MeetingItem.objects.bulk_update(list(items.values()), ["minutes"])
    last = max((one.place for one in items.values()), default=0)
    MeetingItem.objects.bulk_create(
        [
            MeetingItem(
                meeting=meeting,
                place=last + number,
                title=words(one.title, "title", 200, missing=_("Give the point a title.")),
                minutes=words(one.text, "text", LONGEST_POINT),
            )
            for number, one in enumerate(more, start=1)
        ]
    )


def _read(meeting: Meeting) -> object:
    """What the minutes say: what approving them means."""
    return (
        meeting.minutes,
        list(meeting.items.order_by("place").values_list("title", "minutes")),
        sorted(meeting.decisions.order_by("pk").values_list("pk", flat=True)),
        sorted(meeting.commitments.order_by("pk").values_list("pk", flat=True)),
    )


def _concerned(meeting: Meeting) -> list[Person]:
    """Everybody who was invited or was there, and can still be written to."""
    found = Q(pk__in=meeting.invites.order_by().values("person")) | Q(
        pk__in=acts_at(meeting).order_by().values("person")
    )
    rows = Person.objects.filter(found).select_related("merged_into").order_by("pk")
    people = {one.pk: one for one in (row.merged_into or row for row in rows) if one.is_active}
    return list(people.values())


def _publish(meeting: Meeting) -> None:
    step(
        meeting.initiative,
        StepKind.MINUTES,
        stage=meeting.stage,
        path=path_of(meeting),
        title=meeting.event.title,
    )
    there = set(acts_at(meeting).values_list("person", flat=True))
    for person in _concerned(meeting):
        tell(
            person,
            "minutes_written",
            meeting.initiative,
            meeting=meeting.event.title,
            number=meeting.pk,
            was_there=person.pk in there,
        )


def _take_back_approvals(meeting: Meeting) -> None:
    rows = list(meeting.approvals.select_related("person__merged_into").order_by("pk"))
    meeting.approvals.all().delete()
    for row in rows:
        person = row.person.merged_into or row.person
        if person.is_active:
            tell(
                person,
                "minutes_changed",
                meeting.initiative,
                meeting=meeting.event.title,
                number=meeting.pk,
            )


@deed
def approve_minutes(meeting: Meeting, *, by: Author, person: Person | None = None) -> Meeting:
    """Somebody who was there says that the minutes are right. When people of two sectors did, they are fixed.

    Raises Forbidden, Refused (`not_minuted`, `approved`).
    """
    require(by, "cocreation.approve_minutes", meeting)
    who = own(by, meeting.initiative, person)
    meeting = held_meeting(meeting)
    if MeetingState.APPROVED not in MEETING_MOVES[MeetingState(meeting.state)]:
        raise Refused(*NOT_NOW[MeetingState(meeting.state)])
    act = act_of(meeting, who)
    if act is None:
        raise Refused("not_there", _("Only who was there can say whether the minutes are right."))
    MinutesApproval.objects.get_or_create(
        meeting=meeting,
        person=who,
        defaults={"organisation": act.organisation, "sector": act.sector, "at": clock.now()},
    )
    note(by, "approve_minutes", meeting, meeting.initiative)
    sectors = set(meeting.approvals.exclude(sector="").values_list("sector", flat=True))
    if len(sectors) >= LEAST_SECTORS:
        meeting.state, meeting.approved_at = MeetingState.APPROVED, clock.now()
        meeting.save(update_fields=["state", "approved_at"])
        step(
            meeting.initiative,
            StepKind.MINUTES,
            stage=meeting.stage,
            path=path_of(meeting),
            title=meeting.event.title,
            approved=sorted(sectors),
        )
    return meeting


# --- who came, as the door knows it


def enter_attendance(event: Event, came: Sequence[Came], *, by: Author) -> list[Act]:
    """Having been at a meeting is an act of its stage. For `events.signals.attended`; nothing where the event is no meeting.

    Under the registration's organisation while she may speak for it; else under the hat of her latest act here, while it
    fits; else for her only organisation; else in her own name.
    """
    meeting = Meeting.objects.filter(event=event).select_related("event", "stage__initiative").first()
    if meeting is None:
        return []
    hats = _hats(meeting.initiative_id, [one.registration for one in came])
    made: list[Act] = []
    for online in (False, True):
        did = [
            Did(one.registration.person_id, *hats[one.registration.person_id], one.at)
            for one in came
            if one.online == online
        ]
        channel = Channel.ONLINE if online else Channel.MEETING
        made += enter(meeting.stage, ActKind.ATTENDED, meeting.source, did, by=by, channel=channel)
    return made


def _hats(initiative: int, registrations: Sequence[Registration]) -> dict[int, tuple[int | None, str]]:
    """(organisation, its sector) each of these people speaks for at a meeting. Two queries."""
    people = [one.person_id for one in registrations]
    current: dict[int, dict[int, str]] = {pk: {} for pk in people}
    rows = Affiliation.objects.filter(
        current_affiliations(clock.today("Asia/Jakarta")), person__in=people
    ).order_by("pk")
    for person, organisation, sector in rows.values_list("person", "organisation", "organisation__sector"):
        current[person][organisation] = sector
    latest: dict[int, int | None] = dict(
        Act.objects.filter(initiative=initiative, person__in=people, annulment=None)
        .order_by("person", "-at", "-pk")
        .distinct("person")
        .values_list("person", "organisation")
    )
    found: dict[int, tuple[int | None, str]] = {}
    for one in registrations:
        hats = current[one.person_id]
        chosen = one.organisation_id
        if chosen not in hats:
            chosen = latest.get(one.person_id, next(iter(hats)) if len(hats) == 1 else None)
            if chosen is not None and chosen not in hats:
                chosen = next(iter(hats)) if len(hats) == 1 else None
        found[one.person_id] = (chosen, hats[chosen]) if chosen is not None else (None, "")
    return found


def annul_attendance(event: Event, person: int, *, by: Author) -> None:
    """Nothing says any more that she was at a meeting: her act is annulled. For `events.signals.unattended`."""
    meeting = Meeting.objects.filter(event=event).select_related("event", "stage__initiative").first()
    if meeting is None:
        return
    hers = Q(person=person) | Q(person__merged_into=person)
    for act in acts_at(meeting).filter(hers).select_for_update(of=("self",)):
        reason = gettext("The scan at the door was annulled.")
        ActAnnulment.objects.create(act=act, reason=reason, by_id=by.pk, at=clock.now())
        note(by, "annul_act", act, meeting.stage.initiative)
