"""What every deed of co-creation shares: the timeline, followers, messages, and one hat a person."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, log
from ...core.models import Message
from ...core.notify import notify
from ...core.refusals import Forbidden, Invalid, Refused, Sentence
from ...members.models import Organisation, Person
from ...members.queries import acts_for, person_of
from ..enums import InitiativeState, StageState, StepKind
from ..models import Following, Initiative, Stage, Step


def step(
    initiative: Initiative, kind: StepKind, *, stage: Stage | None = None, path: str = "", **facts: Any
) -> Step:
    """Write a line of the timeline; followers hear of it with their next digest. `facts` never name a person."""
    line = Step(initiative=initiative, stage=stage, kind=kind, at=clock.now(), facts=facts, path=path)
    line.save(force_insert=True)
    return line


def follow_all(initiative: Initiative, people: Iterable[int]) -> None:
    """Let people hear of an initiative from now on; who stopped following stays away."""
    wanted = set(people)
    if not wanted:
        return
    last = Step.objects.filter(initiative=initiative).order_by("-pk").values_list("pk", flat=True).first()
    Following.objects.bulk_create(
        [
            Following(initiative=initiative, person_id=person, since=clock.now(), told_step=last or 0)
            for person in sorted(wanted)
        ],
        ignore_conflicts=True,
    )


def tell(person: Person, kind: str, initiative: Initiative, **more: Any) -> None:
    """One message about an initiative to one person; `more` must be JSON."""
    notify(
        person.addressee,
        kind,
        {
            "title": initiative.title,
            "slug": initiative.slug,
            "hub": initiative.hub.name,
            "timezone": initiative.hub.timezone,
            **more,
        },
        office=initiative.office_id,
        hub=initiative.hub_id,
    )


def tell_once(person: Person, kind: str, initiative: Initiative, **more: Any) -> int:
    """`tell`, unless she was told the same of this initiative within the last twenty hours; answers 1 when told."""
    lately = clock.now() - dt.timedelta(hours=20)
    if Message.objects.filter(
        addressee=person.pk, kind=kind, context__slug=initiative.slug, created_at__gt=lately
    ).exists():
        return 0
    tell(person, kind, initiative, **more)
    return 1


def told_lately(person: Person, kind: str, reference: str, hours: int = 20) -> bool:
    """Whether she was told of the thing with this reference within so many hours."""
    since = clock.now() - dt.timedelta(hours=hours)
    return Message.objects.filter(
        addressee=person.pk, kind=kind, context__reference=reference, created_at__gt=since
    ).exists()


def note(by: Author, name: str, thing: Any, initiative: Initiative, **facts: Any) -> None:
    """A line of the action log about a thing of an initiative."""
    log(by, name, thing, office=initiative.office_id, **facts)


def hat(person: Person, organisation: Organisation | None) -> tuple[Organisation | None, str]:
    """The organisation a person speaks for now, and its sector; none and "" in her own name.

    Raises Forbidden (`not_your_organisation`) without a current, confirmed affiliation.
    """
    if organisation is None:
        return None, ""
    if not acts_for(person).filter(pk=organisation.pk).exists():
        sentence = _("You cannot act for this organisation now.")
        raise Forbidden("not_your_organisation", sentence, fields={"organisation": sentence})
    return organisation, organisation.sector


def own(by: Author, initiative: Initiative, person: Person | None = None) -> Person:
    """The person a deed is done by: the author's own record, or `person` where SYSTEM acts for one.

    Raises Forbidden (`not_a_member`, `account_closed`).
    """
    found = person if by is SYSTEM else person_of(by, initiative.office_id)
    if found is None:
        raise Forbidden("not_a_member", _("Join first: this sign-in has no account at this office."))
    if not found.is_active:
        raise Forbidden("account_closed", _("This account is closed. Ask the front desk to open it again."))
    return found


def held(initiative: Initiative) -> Initiative:
    """The initiative as it is now, its row held until the deed ends: the lock of all that moves its stages."""
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("hub", "office")
    return rows.get(pk=initiative.pk)


def require_running(initiative: Initiative) -> None:
    """Go on only while the initiative runs. Raises Refused (`not_running`)."""
    if initiative.state == InitiativeState.PROPOSED:
        raise Refused("not_running", _("The hub has not answered this yet."))
    if initiative.state != InitiativeState.RUNNING:
        raise Refused("not_running", _("This initiative has ended."))


def open_stage_of(initiative: Initiative) -> Stage:
    """The stage it is in. Raises Refused (`not_running`, `no_open_stage`)."""
    require_running(initiative)
    found = Stage.objects.filter(initiative=initiative, state=StageState.OPEN).first()
    if found is None:
        raise Refused("no_open_stage", _("No stage is open now. The stewards open the next one."))
    found.initiative = initiative
    return found


def wrong(code: str, field: str, sentence: Sentence) -> Invalid:
    """An Invalid that stands beside one field."""
    return Invalid(code, sentence, fields={field: sentence})


def words(text: str, field: str, most: int, *, missing: Sentence | None = None) -> str:
    """A text without edges, at most `most` characters; `missing` says what to write when there must be one.

    Raises Invalid (`no_<field>`, `too_long`).
    """
    tidy = text.replace("\r\n", "\n").strip()
    if missing is not None and not tidy:
        raise wrong(f"no_{field}", field, missing)
    if len(tidy) > most:
        raise wrong("too_long", field, _("Please keep this under %(n)d characters.") % {"n": most})
    return tidy
