"""What the public pages read of the act ledger: organisations with what they did, and the single lines behind it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, QuerySet

from ..core.deeds import allowed
from ..events.cells import is_small
from ..members.models import Organisation, Person
from ..members.queries import search_people
from .enums import ActKind, StageKind
from .models import Act, Initiative
from .names import agreed
from .queries import people_of

SHOWN = 8


@dataclass
class Row:
    """An organisation that took part: what it did, stage by stage, and when it did something last."""

    organisation: Organisation
    sector: str
    done: list[tuple[str, str, int]] = field(default_factory=list)  # stage, kind, how often
    acts: int = 0
    last: dt.datetime | None = None


def organisations(initiative: Initiative) -> list[Row]:
    """Every organisation that took part, the one that did something last first. Two queries."""
    counted = (
        Act.objects.filter(initiative=initiative, annulment=None)
        .exclude(organisation=None)
        .order_by()
        .values_list("organisation", "stage__kind", "kind")
        .annotate(n=Count("pk"), last=Max("at"))
    )
    facts = list(counted)
    names = {
        one.pk: one for one in Organisation.objects.filter(pk__in={row[0] for row in facts}).order_by("pk")
    }
    kinds, stages = list(ActKind), list(StageKind)
    rows: dict[int, Row] = {}
    for pk, stage, kind, n, last in sorted(
        facts, key=lambda each: (stages.index(each[1]), kinds.index(each[2]))
    ):
        row = rows.setdefault(pk, Row(names[pk], names[pk].sector))
        row.done.append((str(StageKind(stage).label), str(ActKind(kind).label), n))
        row.acts += n
        row.last = max(row.last or last, last)
    return sorted(rows.values(), key=lambda one: (one.last, one.organisation.pk), reverse=True)


@dataclass(frozen=True)
class OwnName:
    """People who took part in their own name: those who agreed to be named, and how many others (None: fewer than five)."""

    names: list[str]
    others: int | None

    @property
    def is_nobody(self) -> bool:
        """Whether there was none."""
        return not self.names and self.others == 0


def own_name(initiative: Initiative) -> OwnName:
    """Who took part in her own name. Three queries at most."""
    acts = Act.objects.filter(initiative=initiative, organisation=None, annulment=None)
    people = set(acts.order_by().values_list("person", flat=True))
    names = agreed(people)
    rest = len(people) - len(names)
    return OwnName(sorted(names.values()), None if is_small(rest) else rest)


def lines(initiative: Initiative, organisation: Organisation) -> QuerySet[Act]:
    """The single lines of an organisation, latest first, annulled ones too."""
    return (
        Act.objects.filter(initiative=initiative, organisation=organisation)
        .select_related("stage", "organisation", "annulment")
        .order_by("-at", "-pk")
    )


def candidates(user: Any, initiative: Initiative, words: str) -> list[Person]:
    """People a facilitator may mean: the desk finds everybody, stewards those who took part and agreed to be named."""
    if len(words.strip()) < 2:
        return []
    if allowed(user, "members.register_person", initiative.office):
        found = list(search_people(initiative.office, words)[: SHOWN + 1])
        for one in found:
            one.ending = one.whatsapp[-4:]  # type: ignore[attr-defined]
        return found
    rows = people_of(initiative)
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    names = agreed(rows.order_by().values_list("pk", flat=True))
    found = [one for one in rows.order_by("name", "pk") if one.pk in names][: SHOWN + 1]
    for one in found:
        one.ending = ""  # type: ignore[attr-defined]
    return found
