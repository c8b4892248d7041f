"""The act ledger: who took part, entered by the deeds themselves and by facilitators from lists."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, require
from ...core.refusals import Refused
from ...members.models import Organisation, Person
from ..enums import ActKind, Channel, StageState
from ..models import Act, ActAnnulment, Initiative, Stage
from ..queries import from_source
from .telling import follow_all, hat, held, note, open_stage_of, wrong

LONGEST_SOURCE = 56  # of the column's 60: room for the number of a further line


@dataclass(frozen=True)
class Did:
    """One act to be entered: by whom, under which hat (already checked), and when."""

    person: int
    organisation: int | None
    sector: str
    at: dt.datetime


def enter(
    stage: Stage,
    kind: ActKind,
    source: str,
    did: Iterable[Did],
    *,
    by: Author,
    channel: str = Channel.ONLINE,
    each_hat: bool = False,
) -> list[Act]:
    """Write acts into the ledger; one that stands already (same person, kind and source) is left as it is.

    Where she acts once for each organisation (`each_hat`), the same under another hat is another act. Further lines of
    one source, and those after one that was annulled, are numbered: `judgement`, `judgement#2`.
    For deeds that have asked their own permission; they follow the initiative from then on. Answers the new ones.
    """
    source = source[:LONGEST_SOURCE]
    rows: dict[tuple[int, int | None], Did] = {}
    for one in did:
        rows.setdefault((one.person, one.organisation if each_hat else None), one)
    lines: Counter[int] = Counter()
    standing: set[tuple[int, int | None]] = set()
    for person, organisation, annulled in Act.objects.filter(
        from_source(source), stage=stage, kind=kind, person__in={one.person for one in rows.values()}
    ).values_list("person", "organisation", "annulment"):
        lines[person] += 1
        if annulled is None:
            standing.add((person, organisation if each_hat else None))
    new = []
    for key, one in rows.items():
        if key not in standing:
            new.append((lines[one.person], one))
            lines[one.person] += 1
    if not new:
        return []
    made = Act.objects.bulk_create(
        [
            Act(
                initiative_id=stage.initiative_id,
                stage=stage,
                person_id=one.person,
                organisation_id=one.organisation,
                sector=one.sector,
                kind=kind,
                channel=channel,
                source=f"{source}#{before + 1}" if before else source,
                at=one.at,
                recorded_at=clock.now(),
                recorded_by_id=by.pk,
            )
            for before, one in new
        ],
        ignore_conflicts=True,
    )
    follow_all(stage.initiative, {one.person for _before, one in new})
    return made


def enter_one(
    stage: Stage,
    kind: ActKind,
    source: str,
    person: Person,
    organisation: Organisation | None,
    *,
    by: Author,
    channel: str = Channel.ONLINE,
    each_hat: bool = False,
) -> None:
    """`enter` for one person now, under a hat that was checked."""
    sector = organisation.sector if organisation is not None else ""
    did = Did(person.pk, organisation.pk if organisation is not None else None, sector, clock.now())
    enter(stage, kind, source, [did], by=by, channel=channel, each_hat=each_hat)


@deed
def record_act(
    initiative: Initiative,
    person: Person,
    kind: str,
    *,
    by: Author,
    source: str,
    organisation: Organisation | None = None,
    stage: Stage | None = None,
    channel: str = Channel.MEETING,
    at: dt.datetime | None = None,
) -> Act:
    """Enter what somebody did away from the system, as a list, a sheet or the facilitator's notes (`source`) say.

    Into the open stage, or one that is over and whose list comes late. The same act twice is one.
    Raises Forbidden (`forbidden`, `not_your_organisation`), Invalid (`kind`, `channel`, `no_source`, `at`,
    `other_office`, `stage`) and Refused (`not_running`, `no_open_stage`).
    """
    require(by, "cocreation.facilitate", initiative)
    initiative = held(initiative)
    stage = stage_for(initiative, stage)
    if person.office_id != initiative.office_id or not person.is_active:
        raise wrong("other_office", "person", _("There is no such person here."))
    kind, channel, source = checked(kind, channel, source)
    moment = checked_at(stage, at)
    organisation, sector = hat(person, organisation)
    enter(
        stage,
        ActKind(kind),
        source,
        [Did(person.pk, organisation.pk if organisation else None, sector, moment)],
        by=by,
        channel=channel,
    )
    made = Act.objects.get(from_source(source), stage=stage, person=person, kind=kind, annulment=None)
    note(by, "record_act", made, initiative, kind=kind)
    return made


def stage_for(initiative: Initiative, stage: Stage | None) -> Stage:
    """The stage acts are entered in: the open one, or one that is over and whose list comes late."""
    if stage is None:
        return open_stage_of(initiative)
    if stage.initiative_id != initiative.pk or stage.state == StageState.PLANNED:
        raise wrong("stage", "stage", _("This stage has not opened yet."))
    stage.initiative = initiative
    return stage


def checked(kind: str, channel: str, source: str) -> tuple[str, str, str]:
    """Kind, channel and source as the ledger keeps them. Raises Invalid (`kind`, `channel`, `no_source`)."""
    if kind not in ActKind.values:
        raise wrong("kind", "kind", _("Choose from the list."))
    if channel not in Channel.values:
        raise wrong("channel", "channel", _("Choose from the list."))
    source = " ".join(source.split())
    if not source:
        raise wrong("no_source", "source", _("Say how you know: a list, a sheet, your notes."))
    return kind, channel, f"list:{source}"[:LONGEST_SOURCE]


def checked_at(stage: Stage, at: dt.datetime | None) -> dt.datetime:
    """The moment, within the stage. Raises Invalid (`at`)."""
    moment = at or clock.now()
    if moment > clock.now() or (stage.opened_at and moment < stage.opened_at - dt.timedelta(days=1)):
        raise wrong("at", "at", _("Give a time within the stage, not one to come."))
    return moment


@deed
def annul_act(act: Act, reason: str, *, by: Author) -> ActAnnulment:
    """Say that a line of the ledger was wrong, and why; it stays readable and counts no more.

    Raises Forbidden, Invalid (`no_reason`), Refused (`already_annulled`).
    """
    require(by, "cocreation.steer", act.initiative)
    if not reason.strip():
        raise wrong("no_reason", "reason", _("Say why it was wrong."))
    Act.objects.select_for_update().get(pk=act.pk)
    if ActAnnulment.objects.filter(act=act).exists():
        raise Refused("already_annulled", _("This line was annulled already."))
    made = ActAnnulment.objects.create(act=act, reason=reason.strip()[:300], by_id=by.pk, at=clock.now())
    note(by, "annul_act", act, act.initiative)
    return made


__all__ = ["Did", "annul_act", "checked", "checked_at", "enter", "enter_one", "record_act", "stage_for"]
