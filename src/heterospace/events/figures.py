"""The public value of events as figures: reach (`reach.*`) and what it is for people (`soc.*`).

A plain list, `FIGURES`, each with its code, name, unit, formula and the function that counts it for every hub and the
whole office at once; a later app of indicators reads it. What people are is counted only with their consent and its
base is said; small counts are hidden (`cells`), also where they could be found by subtracting hubs from the office.
The number of queries does not depend on how many hubs, events or people there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum, TextField
from django.db.models import Value as Text
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core import clock, regions
from ..core.refusals import Sentence
from ..hubs.models import Hub, Office
from ..members.enums import Purpose
from ..members.models import Consent
from ..questionnaires.queries import Places, skm_by_hub
from .cells import LEAST, hidden_of, is_small
from .enums import HELD, EventMode, Group, RegistrationState
from .models import Event, EventParty, KeptSeats, Registration, Scan
from .queries import there
from .report import YOUNG

ZONE = "Asia/Jakarta"  # the office's quarters begin at midnight there
Place = int | None  # a hub's id; None is the whole office


@dataclass(frozen=True)
class Part:
    """One part of a figure: its words, its number (None: not shown), what it was counted of."""

    label: Sentence
    number: float | None
    base: int | None = None
    unit: str = "n"
    note: Sentence = ""


@dataclass(frozen=True)
class Value:
    """A figure at one place: the number (None: nothing to tell, or hidden), how many records and of how many."""

    number: float | None
    n: int | None = None
    base: int | None = None
    hidden: bool = False
    parts: tuple[Part, ...] = ()
    note: Sentence = ""


@dataclass(frozen=True)
class Figure:
    """What is counted, in which unit (`people`, `times`, `share`, `index`, …), how, and whether it is about what people are."""

    code: str
    name: Sentence
    unit: str
    formula: Sentence
    count: Callable[["Period"], dict[Place, Value]]
    personal: bool = False
    records: str = "events:figures_events"  # the address of what it was counted from

    @property
    def group(self) -> str:
        """`reach` or `soc`."""
        return self.code.partition(".")[0]


@dataclass
class Period:
    """An office from one day to another, both included, with what several figures are counted from."""

    office: Office
    first: dt.date
    last: dt.date
    hubs: list[Hub] = field(default_factory=list)

    @cached_property
    def start(self) -> dt.datetime:
        """The first moment."""
        return dt.datetime.combine(self.first, dt.time(), ZoneInfo(ZONE))

    @cached_property
    def end(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), ZoneInfo(ZONE))

    @property
    def events(self) -> QuerySet[Event]:
        """The events that were held and began in it."""
        held = Event.objects.filter(office=self.office, state__in=HELD)
        begun = held.annotate(starts=RangeStartsWith("period"))
        return begun.filter(starts__gte=self.start, starts__lt=self.end).order_by()

    @property
    def seen(self) -> QuerySet[Scan]:
        """The ledger's lines of people who were there, annulled ones out."""
        return there(Scan.objects.filter(event__in=self.events.values("pk"), annulment=None)).order_by()

    @cached_property
    def people(self) -> dict[Place, dict[str, int]]:
        """Different people who took part, and of how many we know what they are; with consent."""
        agreed = Consent.objects.filter(person=OuterRef("registration__person"), withdrawn_at=None)
        before = there(
            Scan.objects.filter(
                registration__person=OuterRef("registration__person"),
                event__office=self.office,
                annulment=None,
                scanned_at__lt=self.start,
            )
        )
        rows = self.seen.annotate(
            counted=Exists(agreed.filter(purpose=Purpose.STATISTICS)),
            kept=Exists(agreed.filter(purpose=Purpose.DISABILITY)),
            came_before=Exists(before),
            year=ExtractYear("scanned_at"),
        )
        who = F("registration__person")
        born = F("registration__person__birth_year")
        told_gender = Q(counted=True) & ~Q(registration__person__gender="")
        told_age = Q(counted=True, registration__person__birth_year__isnull=False)
        home = ~Q(registration__person__regency="")
        kabupaten = Q(registration__person__regency__regex=r"^[0-9]{2}\.[0-6][0-9]$")
        needs = ~Q(registration__access_needs="") | (Q(kept=True) & ~Q(registration__person__access_needs=""))
        return _by_place(
            rows,
            "event__hub",
            people=Count(who, distinct=True),
            new=Count(who, distinct=True, filter=Q(came_before=False)),
            told_gender=Count(who, distinct=True, filter=told_gender),
            women=Count(who, distinct=True, filter=told_gender & Q(registration__person__gender="f")),
            told_age=Count(who, distinct=True, filter=told_age),
            youth=Count(who, distinct=True, filter=told_age & Q(year__lte=born + YOUNG)),
            disabled=Count(who, distinct=True, filter=needs),
            told_home=Count(who, distinct=True, filter=home),
            rural=Count(who, distinct=True, filter=kabupaten),
        )

    @cached_property
    def homes(self) -> dict[Place, dict[str, int]]:
        """Different people by the kabupaten or kota they told us."""
        rows = self.seen.exclude(registration__person__regency="")
        found: dict[Place, dict[str, int]] = {}
        for place, code, n in _both(
            rows, "event__hub", "registration__person__regency", Count("registration__person", distinct=True)
        ):
            found.setdefault(place, {})[code] = n
        return found

    @cached_property
    def survey(self) -> dict[Place, Places]:
        """The service survey's index."""
        return skm_by_hub(self.office, start=self.first, end=self.last + dt.timedelta(days=1))


def _by_place(rows: QuerySet[Any], hub: str, **counts: Any) -> dict[Place, dict[str, int]]:
    """`counts` by hub and for the whole office; two queries."""
    found: dict[Place, dict[str, int]] = {
        row.pop(hub): row for row in rows.values(hub).annotate(**counts).order_by()
    }
    found[None] = rows.aggregate(**counts)
    return found


def _both(rows: QuerySet[Any], hub: str, key: str, count: Any) -> Iterable[tuple[Place, Any, int]]:
    """(hub, key, how many), and the same for the whole office (None)."""
    yield from rows.values_list(hub, key).annotate(n=count).order_by()
    for value, n in rows.values_list(key).annotate(n=count).order_by():
        yield None, value, n


def _plain(name: str) -> Callable[[Period], dict[Place, Value]]:
    def count(period: Period) -> dict[Place, Value]:
        return {place: Value(row[name], row[name]) for place, row in period.people.items()}

    return count


def _share(n: str, base: str) -> Callable[[Period], dict[Place, Value]]:
    def count(period: Period) -> dict[Place, Value]:
        return {
            place: Value(row[n] / row[base] if row[base] else None, row[n], row[base])
            for place, row in period.people.items()
        }

    return count


def _new(period: Period) -> dict[Place, Value]:
    return {place: Value(row["new"], row["new"], row["people"]) for place, row in period.people.items()}


def _attendance(period: Period) -> dict[Place, Value]:
    session = Coalesce(Cast("session", TextField()), Text(""), output_field=TextField())
    once = Concat(Cast("registration", TextField()), Text("/"), session, output_field=TextField())
    counted = _by_place(period.seen, "event__hub", n=Count(once, distinct=True))
    return {place: Value(row["n"], row["n"]) for place, row in counted.items()}


def _kab(period: Period) -> dict[Place, Value]:
    found = {}
    for place, counts in period.homes.items():
        enough = {code: n for code, n in counts.items() if n >= LEAST}
        gone = hidden_of(counts)
        told = sorted(((n, code) for code, n in counts.items() if code not in gone), reverse=True)
        found[place] = Value(
            len(enough),
            len(enough),
            parts=tuple(Part(regions.name(code), n) for n, code in told[:8]),
        )
    return found


def _events(period: Period) -> dict[Place, Value]:
    community = EventParty.objects.filter(
        event=OuterRef("pk"), part__in=["host", "co_host"], organisation__sector="community"
    )
    rows = period.events.annotate(by_community=Exists(community))
    counted = _by_place(
        rows,
        "hub",
        n=Count("pk"),
        together=Count("pk", filter=Q(by_community=True)),
        **{mode.value: Count("pk", filter=Q(mode=mode)) for mode in EventMode},
    )
    return {
        place: Value(
            row["n"],
            row["n"],
            parts=(
                *(Part(mode.label, row[mode.value]) for mode in EventMode if row[mode.value]),
                Part(
                    _("with a community as host or co-host"),
                    row["together"] / row["n"] if row["n"] else None,
                    row["n"],
                    "share",
                ),
            )
            if row["n"]
            else (),
        )
        for place, row in counted.items()
    }


def _equity(period: Period) -> dict[Place, Value]:
    rows = KeptSeats.objects.filter(seats__event__in=period.events.values("pk")).order_by()
    found: dict[Place, dict[str, tuple[int, int]]] = {}
    hub = "seats__event__hub"
    for place, group, count, taken in rows.values_list(hub, "group").annotate(c=Sum("count"), t=Sum("taken")):
        for where in (place, None):
            before = found.setdefault(where, {}).get(group, (0, 0))
            found[where][group] = (before[0] + count, before[1] + taken)
    values = {}
    for place, groups in found.items():
        kept, taken = (sum(pair[n] for pair in groups.values()) for n in (0, 1))
        gone = hidden_of({group: pair[1] for group, pair in groups.items()})
        values[place] = Value(
            taken / kept if kept else None,
            taken,
            kept,
            parts=tuple(
                Part(Group(group).label, None if group in gone else took / count, count, "share")
                for group, (count, took) in groups.items()
            ),
        )
    return values


def _access(period: Period) -> dict[Place, Value]:
    rows = Registration.objects.filter(
        event__in=period.events.values("pk"), state=RegistrationState.CONFIRMED
    ).exclude(access_needs="")
    counted = _by_place(
        rows.order_by(), "event__hub", stated=Count("pk"), met=Count("pk", filter=Q(access_met=True))
    )
    return {
        place: Value(row["met"] / row["stated"] if row["stated"] else None, row["met"], row["stated"])
        for place, row in counted.items()
    }


def _skm(period: Period) -> dict[Place, Value]:
    found = {}
    for place, told in period.survey.items():
        whole = told.whole
        found[place] = Value(
            float(whole.index) if whole.index is not None else None,
            whole.n,
            hidden=bool(whole.n) and not whole.enough,
            note=whole.grade,
            parts=tuple(
                Part(label, float(one.index), one.n, "index", one.grade)
                for label, one in (
                    (pgettext_lazy("survey", "The counter"), told.counter),
                    (pgettext_lazy("survey", "Events"), told.events),
                )
                if one is not None and one.index is not None
            ),
        )
    return found


FIGURES: list[Figure] = [
    Figure(
        "reach.people",
        _("People reached"),
        "people",
        _("Different people with an attendance in the ledger, at events held in the period."),
        _plain("people"),
    ),
    Figure(
        "reach.attendance",
        _("Attendances"),
        "times",
        _("Times somebody was let in, once for each session or event; lines annulled later do not count."),
        _attendance,
    ),
    Figure(
        "reach.new",
        _("First-timers"),
        "people",
        _("People who were at no event of any hub before the period."),
        _new,
        personal=True,
    ),
    Figure(
        "reach.kab",
        _("Kabupaten and kota reached"),
        "places",
        _("Kabupaten and kota from which at least five people came, as they told us."),
        _kab,
    ),
    Figure(
        "reach.events",
        _("Events held"),
        "events",
        _("Events that took place and began in the period; and the share that communities host or co-host."),
        _events,
    ),
    Figure(
        "reach.equity",
        _("Kept seats taken"),
        "share",
        _("Seats kept for groups that people of the group took, of all seats kept for groups."),
        _equity,
        personal=True,
    ),
    Figure(
        "soc.skm",
        _("Satisfaction (SKM)"),
        "index",
        _(
            "Mean of the nine elements × 25, from 25 to 100 (Permen PANRB 14/2017); counter and events together."
        ),
        _skm,
        records="questionnaires:service",
    ),
    Figure(
        "soc.access",
        _("Accessibility needs met"),
        "share",
        _("Needs the organisers say were met, of all needs stated by people with a seat."),
        _access,
        personal=True,
    ),
    Figure(
        "soc.women",
        _("Women"),
        "share",
        _("Women, of the people reached who told us their gender and agreed to statistics."),
        _share("women", "told_gender"),
        personal=True,
    ),
    Figure(
        "soc.youth",
        _("Young people (30 or younger)"),
        "share",
        _(
            "People who turned at most 30 in that year, of those who told us their birth year and agreed to statistics."
        ),
        _share("youth", "told_age"),
        personal=True,
    ),
    Figure(
        "soc.disabled",
        _("People with accessibility needs"),
        "share",
        _("People who told us of a need and agreed that we keep it, of all people reached."),
        _share("disabled", "people"),
        personal=True,
    ),
    Figure(
        "soc.rural",
        _("People from a kabupaten"),
        "share",
        _("People who live in a kabupaten, not in a kota, of those who told us where they live."),
        _share("rural", "told_home"),
        personal=True,
    ),
]
BY_CODE = {figure.code: figure for figure in FIGURES}


def figures(
    office: Office, hubs: Iterable[Hub], first: dt.date, last: dt.date
) -> dict[str, dict[Place, Value]]:
    """Every figure by code, for each hub (by id) and the whole office (None); a fixed number of queries.

    A figure about what people are is hidden where fewer than five are counted or left over; and when that is so at one
    hub only, at the next smallest as well.
    """
    period = Period(office, first, last, list(hubs))
    places: list[Place] = [*(hub.pk for hub in period.hubs), None]
    found = {}
    for figure in FIGURES:
        counted = figure.count(period)
        values = {place: counted.get(place, EMPTY) for place in places}
        found[figure.code] = _guarded(values, counted) if figure.personal else values
    return found


EMPTY = Value(None, 0)


def _guarded(values: Mapping[Place, Value], everywhere: Mapping[Place, Value]) -> dict[Place, Value]:
    """The same without what could point at somebody, also by subtraction; `everywhere` has the hubs that are not shown too."""
    gone: set[Place] = set()
    for of in (lambda one: one.n or 0, lambda one: (one.base or 0) - (one.n or 0) if one.base else 0):
        at_hubs = {place: of(one) for place, one in everywhere.items() if place is not None}
        gone |= hidden_of(at_hubs)
    gone |= {
        place
        for place, one in everywhere.items()
        if one.n is not None
        and (is_small(one.n) or (one.base is not None and (is_small(one.base - one.n) or is_small(one.base))))
    }
    return {
        place: replace(one, number=None, n=None, hidden=True, parts=()) if place in gone else one
        for place, one in values.items()
    }


def first_day(office: Office) -> dt.date:
    """The day of the office's first event; today when there is none."""
    first = Event.objects.filter(office=office, state__in=HELD).aggregate(at=Min(RangeStartsWith("period")))[
        "at"
    ]
    return (first or clock.now()).astimezone(ZoneInfo(ZONE)).date()
