"""What the doors and deeds read of meetings: who was there, who was invited, the minutes and what they are about."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..core.refusals import NotFound
from ..events.cells import is_small
from ..events.models import Event
from ..members.enums import Sector
from ..members.models import Organisation, Person
from .enums import ActKind, Reply
from .models import Act, Initiative, Meeting
from .names import agreed
from .queries import from_source

LEAST_SECTORS = 2  # whose people approve the minutes


def meeting_at(initiative: Initiative, number: int) -> Meeting:
    """The initiative's meeting with this number. Raises NotFound (`unknown_meeting`)."""
    found = (
        Meeting.objects.filter(initiative=initiative, pk=number)
        .select_related("event__hub", "event__office", "stage", "written_by")
        .first()
    )
    if found is None:
        raise NotFound("unknown_meeting", _("There is no such meeting here."))
    found.initiative = found.stage.initiative = initiative
    return found


def meeting_of(event: Event) -> Meeting | None:
    """The meeting this event is, if it is one."""
    return Meeting.objects.filter(event=event).select_related("initiative").first()


def listed(initiative: Initiative) -> QuerySet[Meeting]:
    """Its meetings, the latest first; each knows how many organisations were there (`came`)."""
    return (
        Meeting.objects.filter(initiative=initiative)
        .select_related("event__hub", "stage")
        .order_by("-event__period", "-pk")
    )


def acts_at(meeting: Meeting) -> QuerySet[Act]:
    """The acts of those who were there, as they came."""
    return Act.objects.filter(
        from_source(meeting.source),
        initiative=meeting.initiative_id,
        kind=ActKind.ATTENDED,
        annulment=None,
    ).order_by("at", "pk")


def act_of(meeting: Meeting, person: Person) -> Act | None:
    """Her act of having been there, of her record or one merged into it; None when she was not."""
    return (
        acts_at(meeting)
        .filter(Q(person=person) | Q(person__merged_into=person))
        .select_related("organisation")
        .first()
    )


def organisations_at(meetings: list[Meeting]) -> dict[int, int]:
    """How many organisations were at each of these meetings. One query."""
    sources = {meeting.source: meeting.pk for meeting in meetings}
    rows = (
        Act.objects.filter(
            initiative__in={meeting.initiative_id for meeting in meetings},
            kind=ActKind.ATTENDED,
            annulment=None,
        )
        .exclude(organisation=None)
        .order_by()
        .values_list("source", "organisation")
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for source, organisation in rows:
        pk = sources.get(source.partition("#")[0])
        if pk is not None:
            found.setdefault(pk, set()).add(organisation)
    return {pk: len(found.get(pk, ())) for pk in sources.values()}


@dataclass
class Present:
    """An organisation that was at a meeting: how many spoke for it, and who, for those who may know."""

    organisation: Organisation
    sector: str
    people: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Presence:
    """Who was at a meeting: organisations by sector, and how many in their own name (None: fewer than five, not said)."""

    sectors: list[tuple[str, str, list[Present]]]  # key, label, who
    own_name: int | None
    own_names: list[str]

    @property
    def organisations(self) -> int:
        """How many organisations were there."""
        return sum(len(rows) for _key, _label, rows in self.sectors)


def presence(meeting: Meeting, *, named: bool) -> Presence:
    """Who was there; with the people's names only when `named`: for those who were there, and who guides it. Two queries."""
    rows = list(acts_at(meeting).select_related("organisation", "person"))
    found: dict[int, Present] = {}
    own: list[str] = []
    for act in rows:
        if act.organisation is None:
            own.append(str(act.person))
            continue
        one = found.setdefault(act.organisation_id or 0, Present(act.organisation, act.sector))
        one.people += 1
        if named:
            one.names.append(str(act.person))
    by_sector: dict[str, list[Present]] = {}
    for one in sorted(found.values(), key=lambda each: (each.organisation.name, each.organisation.pk)):
        by_sector.setdefault(one.sector, []).append(one)
    return Presence(
        [(key.value, str(key.label), by_sector[key]) for key in Sector if key in by_sector],
        None if is_small(len(own)) else len(own),
        own if named else [],
    )


def invited(meeting: Meeting) -> dict[str, Any]:
    """How many were invited, said yes and no, and which organisations. Two queries."""
    counts = meeting.invites.order_by().values_list("reply").annotate(n=Count("pk"))
    by_reply = dict(counts)
    names = Organisation.objects.filter(pk__in=meeting.invites.values("organisation")).order_by("name", "pk")
    return {
        "people": sum(by_reply.values()),
        "yes": by_reply.get(Reply.YES.value, 0),
        "no": by_reply.get(Reply.NO.value, 0),
        "organisations": list(names),
    }


def approved_by(meeting: Meeting, viewer: Person | None, *, named: bool) -> list[Any]:
    """Who said that the minutes are right; names as `presence` gives them."""
    rows = list(meeting.approvals.select_related("organisation", "person").order_by("pk"))
    public = agreed(row.person_id for row in rows) if not named else {}
    for row in rows:
        name = str(row.person) if named or row.person == viewer else public.get(row.person_id, "")
        row.who = row.organisation.name if row.organisation else name or gettext("a member")  # type: ignore[attr-defined]
        row.who_more = name if row.organisation else ""  # type: ignore[attr-defined]
    return rows


def sectors_of(rows: list[Any]) -> list[str]:
    """The sectors of these approvals, each once."""
    counts = Counter(row.sector for row in rows if row.sector)
    return [str(key.label) for key in Sector if key in counts]
