"""What the doors and deeds read of proposals: the list, one with all that was said, whom an answer goes to, the figure."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from ..members.enums import Purpose, Sector
from ..members.models import Consent, Person
from .answering import Answering, Asked, figure
from .differences import shortened, words
from .enums import AmendmentState, CommentKind, ProposalState, StageKind, StageState, StatementState
from .models import Amendment, Comment, Initiative, Proposal, ProposalAuthor, Stage, Statement, Support
from .names import name_all
from .queries import people_of

MAKING = (StageKind.FRAME, StageKind.DESIGN)  # the stages in which proposals are made


def making_stage(initiative: Initiative) -> Stage | None:
    """The open stage, when proposals are made in it."""
    if not initiative.is_running:
        return None
    return initiative.stages.filter(state=StageState.OPEN, kind__in=MAKING).first()


def _whole(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related(
        "initiative__hub", "initiative__office", "stage", "answered_by", "statement__dialogue"
    )


def proposal_at(initiative: Initiative, reference: str) -> Proposal:
    """The initiative's proposal with this reference. Raises NotFound (`unknown_proposal`)."""
    found = _whole(Proposal.objects.filter(initiative=initiative, reference=reference.upper())).first()
    if found is None:
        raise NotFound("unknown_proposal", _("There is no such proposal here."))
    found.initiative = initiative
    return found


def proposal_of_office(office: Office, reference: str) -> Proposal:
    """The office's proposal with this reference. Raises NotFound (`unknown_proposal`)."""
    found = _whole(Proposal.objects.filter(initiative__office=office, reference=reference.upper())).first()
    if found is None:
        raise NotFound("unknown_proposal", _("There is no such proposal here."))
    return found


def amendment_of_office(office: Office, reference: str) -> Amendment:
    """The office's amendment with this reference. Raises NotFound (`unknown_amendment`)."""
    found = (
        Amendment.objects.filter(proposal__initiative__office=office, reference=reference.upper())
        .select_related(
            "proposal__initiative__hub", "proposal__initiative__office", "person", "organisation", "became"
        )
        .first()
    )
    if found is None:
        raise NotFound("unknown_amendment", _("There is no such amendment here."))
    return found


def statement_at(initiative: Initiative, key: str) -> Statement | None:
    """The shown statement of the initiative that `key` (`dialogue's reference/number`) names, or None."""
    reference, _slash, number = key.partition("/")
    if not number.isdecimal() or len(number) > 9:
        return None
    return (
        Statement.objects.filter(
            dialogue__initiative=initiative,
            dialogue__reference=reference.upper(),
            number=int(number),
            state=StatementState.SHOWN,
        )
        .select_related("dialogue")
        .first()
    )


def _count(model: Any, *, of: str = "proposal", **only: Any) -> Subquery:
    rows = model.objects.filter(**{of: OuterRef("pk")}, **only).order_by().values(of)
    return Subquery(rows.annotate(n=Count("pk")).values("n")[:1])


def counted(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Proposals that know `support`, `said` (comments shown) and `wished` (open amendments), with their authors' hats."""
    authors = ProposalAuthor.objects.select_related("organisation").order_by("pk")
    return rows.annotate(
        support=Coalesce(_count(Support), 0),
        said=Coalesce(_count(Comment, hidden_at=None), 0),
        wished=Coalesce(_count(Amendment, state="open"), 0),
    ).prefetch_related(Prefetch("authors", authors))


def listed(initiative: Initiative, *, show: str = "") -> QuerySet[Proposal]:
    """Its proposals, what waits longest for its answer first; `show` is `waiting`, `answered`, `withdrawn` or empty."""
    rows = Proposal.objects.filter(initiative=initiative)
    if show == "waiting":
        rows = rows.filter(state=ProposalState.OPEN)
    elif show == "answered":
        rows = rows.exclude(state__in=[ProposalState.OPEN, ProposalState.WITHDRAWN])
    elif show == "withdrawn":
        rows = rows.filter(state=ProposalState.WITHDRAWN)
    rank = Case(
        When(state=ProposalState.OPEN, then=0), When(state=ProposalState.WITHDRAWN, then=2), default=1
    )
    return counted(rows).order_by(rank, "-answered_at", "answer_due", "pk")


def of_office(office: Office, *, initiative: Initiative | None = None) -> QuerySet[Proposal]:
    """The proposals of an office's initiatives, latest first."""
    rows = Proposal.objects.filter(initiative__office=office)
    if initiative is not None:
        rows = rows.filter(initiative=initiative)
    return counted(rows.select_related("initiative__hub")).order_by("-pk")


def people_concerned(proposal: Proposal) -> QuerySet[Person]:
    """Everybody an answer is owed to: authors, who supported it, commented on it or amended it; of merged records the kept one."""
    rows = [
        model.objects.filter(proposal=proposal)
        .order_by()
        .annotate(who=Coalesce("person__merged_into", "person"))
        .values("who")
        for model in (ProposalAuthor, Support, Comment, Amendment)
    ]
    everybody: Any = rows[0].union(*rows[1:])
    return Person.objects.filter(pk__in=everybody, closed_at=None, erased_at=None).order_by("pk")


def authors_of(proposal: Proposal) -> list[Person]:
    """Its authors who can still be written to."""
    rows = proposal.authors.select_related("person__merged_into").order_by("pk")
    people = [row.person.merged_into or row.person for row in rows]
    return [one for one in people if one.is_active]


def co_authors(proposal: Proposal) -> QuerySet[Person]:
    """Who could be named as another author: people who took part and agreed to be shown by name."""
    agreed = Consent.objects.filter(person=OuterRef("pk"), purpose=Purpose.DIRECTORY, withdrawn_at=None)
    return (
        people_of(proposal.initiative)
        .filter(Exists(agreed))
        .exclude(pk__in=proposal.authors.order_by().values("person"))
        .order_by("name", "pk")
    )


def read(proposal: Proposal, viewer: Person | None) -> dict[str, Any]:
    """One proposal with all that was said of it, each row knowing how its person is named. Five queries."""
    authors = list(proposal.authors.select_related("organisation").order_by("pk"))
    comments = list(proposal.comments.select_related("organisation").order_by("pk"))
    amendments = list(proposal.amendments.select_related("organisation", "became").order_by("-pk"))
    texts = {row.number: row for row in proposal.texts.order_by("number")}
    supports = list(proposal.supports.select_related("organisation").order_by("pk"))
    name_all([*authors, *comments, *amendments], viewer)
    own = viewer.pk if viewer is not None else None
    for one in amendments:
        before = texts[one.base].text
        one.parts = shortened(words(before, one.text))  # type: ignore[attr-defined]
        one.is_own = one.person_id == own  # type: ignore[attr-defined]
        one.is_behind = one.base != proposal.version  # type: ignore[attr-defined]
    for said in comments:
        said.is_own = said.person_id == own  # type: ignore[attr-defined]
    changed_at = texts[proposal.version].at if proposal.version > 1 else None
    return {
        "authors": authors,
        "is_author": any(row.person_id == own for row in authors) if own else False,
        "comments": [(kind, [one for one in comments if one.kind == kind]) for kind in CommentKind],
        "said": sum(one.hidden_at is None for one in comments),
        "open_amendments": [one for one in amendments if one.state == AmendmentState.OPEN],
        "settled_amendments": [one for one in amendments if one.state != AmendmentState.OPEN],
        "versions": len(texts),
        **_support(supports, own, changed_at),
    }


def _support(supports: list[Support], own: int | None, changed_at: dt.datetime | None) -> dict[str, Any]:
    """Who supports it: organisations by name, the rest as a number; and how many did before its text changed."""
    organisations = {
        row.organisation_id: row.organisation for row in supports if row.organisation is not None
    }
    sectors = Counter(row.sector for row in supports if row.sector)
    return {
        "support": len(supports),
        "supports": any(row.person_id == own for row in supports) if own else False,
        "supporters": sorted(organisations.values(), key=lambda one: (one.name, one.pk)),
        "own_name": sum(row.organisation_id is None for row in supports),
        "sectors": [(str(Sector(key).label), sectors[key]) for key in Sector if key in sectors],
        "before_change": sum(row.at < changed_at for row in supports) if changed_at else 0,
    }


def versions(proposal: Proposal, viewer: Person | None) -> list[Any]:
    """Its texts, latest first; each knows what it changed (`parts`) and whose amendment that was."""
    rows = list(proposal.texts.select_related("amendment__organisation").order_by("number"))
    name_all([row.amendment for row in rows if row.amendment is not None], viewer)
    for before, row in zip([None, *rows], rows, strict=False):
        row.parts = words(before.text, row.text) if before is not None else []  # type: ignore[attr-defined]
    return rows[::-1]


def answering(
    *,
    office: Office | None = None,
    hub: Hub | None = None,
    initiative: Initiative | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
) -> Answering:
    """How the promise of a reasoned answer is kept (`col.answered`): of proposals made in [start, end), withdrawn ones left out."""
    rows = Proposal.objects.exclude(state=ProposalState.WITHDRAWN)
    if office is not None:
        rows = rows.filter(initiative__office=office)
    if hub is not None:
        rows = rows.filter(initiative__hub=hub)
    if initiative is not None:
        rows = rows.filter(initiative=initiative)
    if start is not None:
        rows = rows.filter(made_at__gte=start)
    if end is not None:
        rows = rows.filter(made_at__lt=end)
    return figure(
        (Asked(*row) for row in rows.order_by("pk").values_list("made_at", "answer_due", "answered_at")),
        clock.now(),
    )
