"""How well a free space fits a wish, and the reasons in words. Pure: plain values in and out."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..core import regions
from ..core.refusals import Sentence
from ..core.regions import Place

DOUBLE = 10.0  # people go this many kilometres further before they take a space of twice the size
NEAR = 15.0
FAR_TOO_LARGE = 4

_just_right = lazy(
    lambda n: ngettext("Just right for %(n)d person", "Just right for %(n)d people", n) % {"n": n}, str
)


@dataclass(frozen=True)
class Wish:
    """What a person would like of a space besides its being free."""

    people: int = 1
    features: frozenset[str] = frozenset()  # codes
    access: frozenset[str] = frozenset()  # codes of facts without which some cannot come in


@dataclass(frozen=True)
class Home:
    """Where the way is counted from."""

    name: str
    place: Place


@dataclass(frozen=True)
class Fit:
    """What a space has of a wish."""

    barriers: frozenset[str]  # wanted facts of accessibility it has not
    lacks: frozenset[str]  # other wanted features it has not
    capacity: int
    size: float  # its capacity for each of the people, at least 1
    km: float | None  # from the person, where that is known

    @property
    def is_whole(self) -> bool:
        """Whether it has everything wished for."""
        return not (self.barriers or self.lacks)

    @property
    def rank(self) -> tuple[int, int, float, int]:
        """Smaller fits better: what keeps people out, then what is missing, then the way and the size weighed."""
        way = (self.km or 0.0) + DOUBLE * math.log2(self.size)
        return len(self.barriers), len(self.lacks), round(way, 1), self.capacity


def fit(wish: Wish, capacity: int, has: Iterable[str], km: float | None = None) -> Fit:
    """How a space for `capacity` people that has the features `has`, `km` away, fits."""
    there = frozenset(has)
    size = max(1.0, capacity / max(1, wish.people))
    return Fit(wish.access - there, wish.features - there, capacity, size, km)


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a space, or against it: a stable code and a sentence."""

    code: str  # just_right, has, lacks, near, far, too_large
    sentence: Sentence

    @property
    def icon(self) -> str:
        """Its picture."""
        return _ICONS[self.code]

    @property
    def is_against(self) -> bool:
        """Whether the person should think twice."""
        return self.code in {"lacks", "too_large"}


_ICONS = {
    "just_right": "badge-check",
    "has": "check",
    "lacks": "x",
    "near": "map-pin",
    "far": "map-pin",
    "too_large": "users-round",
}


@dataclass
class Comparison:
    """What the spaces of one search are compared by."""

    wish: Wish
    names: Mapping[str, str]  # of the wished features by code, in the order people know
    home: Home | None = None
    smallest: int = 0  # the capacity of the smallest space to be had

    def fit(self, capacity: int, has: Iterable[str], place: Place | None) -> Fit:
        """How a space fits; its distance counts where both places are known."""
        km = regions.kilometres(self.home.place, place) if self.home and place else None
        return fit(self.wish, capacity, has, km)

    def reasons(self, found: Fit) -> Sequence[Reason]:
        """Why a space stands where it does, in the order that matters to people."""
        told: list[Reason] = []
        if found.capacity == self.smallest and found.size < FAR_TOO_LARGE:
            told.append(Reason("just_right", _just_right(self.wish.people)))
        missing = found.barriers | found.lacks
        if missing:
            told.append(Reason("lacks", _("Does not have: %(what)s") % {"what": self._listed(missing)}))
        if there := (self.wish.features | self.wish.access) - missing:
            told.append(Reason("has", _("Has: %(what)s") % {"what": self._listed(there)}))
        if self.home and found.km is not None:
            if found.km < NEAR:
                told.append(Reason("near", _("Close to %(place)s") % {"place": self.home.name}))
            else:
                way = {"km": round(found.km / 10) * 10, "place": self.home.name}
                told.append(Reason("far", _("About %(km)d km from %(place)s") % way))
        if found.size >= FAR_TOO_LARGE:
            told.append(Reason("too_large", _("Much larger than you need")))
        return told

    def _listed(self, codes: frozenset[str]) -> str:
        return ", ".join(name for code, name in self.names.items() if code in codes)
