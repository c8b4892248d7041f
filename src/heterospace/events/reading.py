"""An event's report in words: as the page, the sheet of paper and the workbook show it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..core import charts, formats, regions
from ..members.enums import Sector
from ..questionnaires.enums import Element
from ..questionnaires.figures import two_decimals
from ..questionnaires.skm import GRADES
from .cells import LEAST
from .enums import Group, Mode, Part
from .models import Event
from .report import Figures


@dataclass
class Row:
    """One figure: what, its value in words, what it was counted of, its bar (0 to 1), the number for a workbook."""

    label: str
    text: str
    note: str = ""
    share: float | None = None
    number: float | None = None


@dataclass
class Section:
    """Figures that belong together, drawn as bars when they are parts of something."""

    key: str
    title: str
    icon: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    @property
    def bars(self) -> list[charts.Bar]:
        """A bar each, when every row is part of something."""
        if not self.rows or any(row.share is None and row.number is not None for row in self.rows):
            return []
        return [
            charts.bar(
                f"{row.label}, {row.note}" if row.note else row.label, row.text, [(row.share or 0, "used")]
            )
            for row in self.rows
        ]


def few() -> str:
    """What stands instead of a number that could point at somebody."""
    return _("fewer than %(n)d") % {"n": LEAST}


class Told:
    """The report's figures with their words."""

    def __init__(self, event: Event, figures: Figures) -> None:
        self.event, self.figures = event, figures

    @property
    def came_share(self) -> str:
        """Of those confirmed, how many came."""
        told = self.figures
        return f"{round(100 * told['came_confirmed'] / told['confirmed'])} %" if told["confirmed"] else "-"

    @property
    def index(self) -> str:
        """The service index with its grade, when enough answered."""
        told = self.figures["skm"]
        return f"{two_decimals(float(told['index']))} {told['grade']}" if told["index"] else ""

    @cached_property
    def sections(self) -> list[Section]:
        """All of it, in the order of the paper."""
        return [one for one in self._sections() if one.rows]

    def _sections(self) -> list[Section]:
        told = self.figures
        return [
            self._coming(),
            Section(
                "modes",
                _("On site and online"),
                "video",
                [
                    Row(
                        str(Mode(mode).label),
                        _("%(came)s of %(n)s came") % {"came": number(came), "n": number(confirmed)},
                        "",
                        min(1.0, came / confirmed) if confirmed else 0.0,
                        came,
                    )
                    for mode, confirmed, came in (told["modes"] if len(told["modes"]) > 1 else [])
                ],
            ),
            self._who(),
            self._parts(
                "sectors",
                _("By sector"),
                "building-2",
                lambda key: _("On their own") if key == "own" else str(Sector(key).label),
            ),
            self._parts("homes", _("By kabupaten or kota"), "map-pin", regions.name),
            self._waiting(),
            Section(
                "kept",
                _("Seats kept for groups"),
                "heart-handshake",
                [
                    Row(
                        str(Group(group).label),
                        few()
                        if taken is None
                        else _("%(taken)s of %(n)s taken") % {"taken": number(taken), "n": number(count)},
                        "",
                        taken / count if taken is not None and count else 0.0,
                        taken,
                    )
                    for group, count, taken in told["kept"]
                ],
            ),
            self._skm(),
            self._public(),
        ]

    def _coming(self) -> Section:
        told = self.figures
        rows = [
            _count(_("Registered"), told["registered"]),
            _count(_("Confirmed"), told["confirmed"]),
            _count(pgettext("event", "Came"), told["came"]),
            _count(_("Confirmed, but did not come"), told["missed"]),
            _count(_("Came without registering before"), told["walk_ins"]),
        ]
        if told["people"] > told["registered"]:
            rows.insert(1, _count(_("With their companions"), told["people"]))
        return Section("coming", _("Who came"), "users-round", rows)

    def _who(self) -> Section:
        told = self.figures
        rows = []
        for key, label in (
            ("women", _("Women")),
            ("youth", _("30 years old or younger")),
            ("disabled", _("With accessibility needs")),
            ("new", _("Here for the first time")),
        ):
            one = told[key]
            if not one["of"]:
                continue
            note = (
                ngettext("of %(n)s who told us", "of %(n)s who told us", one["base"])
                % {"n": number(one["base"])}
                if one["base"] != one["of"]
                else _("of %(n)s who came") % {"n": number(one["of"])}
            )
            if one["n"] is None:
                rows.append(Row(label, _("not shown"), note, 0.0))
                continue
            percent = round(100 * one["n"] / one["base"]) if one["base"] else 0
            rows.append(
                Row(
                    label,
                    f"{number(one['n'])} ({percent} %)",
                    note,
                    one["n"] / one["base"] if one["base"] else 0.0,
                    one["n"],
                )
            )
        return Section(
            "who",
            _("Whom it reached"),
            "heart-handshake",
            rows,
            [
                _(
                    "Counted only of those who agreed. A number is not shown when it, or the rest, is fewer than %(n)d people."
                )
                % {"n": LEAST}
            ],
        )

    def _parts(self, key: str, title: str, icon: str, name: Any) -> Section:
        told = self.figures[key]
        whole = sum(n for _key, n in told["shown"]) + told["hidden"]
        rows = [
            Row(name(code), f"{number(n)} ({round(100 * n / whole)} %)", "", n / whole, n)
            for code, n in told["shown"]
        ]
        if told["hidden_parts"]:
            text = number(told["hidden"]) if told["hidden"] else few()
            rows.append(
                Row(
                    ngettext("%(n)d other", "%(n)d others", told["hidden_parts"])
                    % {"n": told["hidden_parts"]},
                    text,
                    "",
                    told["hidden"] / whole if whole else 0.0,
                    told["hidden"] or None,
                )
            )
        notes = [_("Of %(n)s who told us.") % {"n": number(whole)}] if key == "homes" and whole else []
        return Section(key, title, icon, rows, notes)

    def _waiting(self) -> Section:
        told = self.figures["waiting"]
        if not told["joined"]:
            return Section("waiting", "", "hourglass", [])
        rows = [
            _count(_("Were on the waiting list"), told["joined"]),
            _count(_("Seats offered"), told["offers"]),
            _count(_("Offers accepted"), told["accepted"]),
            _count(_("Offers that lapsed"), told["lapsed"]),
            _count(_("Got no seat"), told["left"]),
        ]
        return Section("waiting", _("Waiting list"), "hourglass", rows)

    def _skm(self) -> Section:
        told = self.figures["skm"]
        if not told["index"]:
            rows = (
                [Row(_("Service index (SKM)"), _("too few answers"), self._answered())] if told["n"] else []
            )
            return Section("skm", _("Satisfaction"), "star", rows)
        words = {grade: str(label) for grade, _least, label in GRADES}
        index = two_decimals(float(told["index"]))
        rows = [
            Row(
                _("Service index (SKM)"),
                f"{index} · {told['grade']} · {words[told['grade']]}",
                self._answered(),
                float(told["index"]) / 100,
                float(told["index"]),
            ),
            *(
                Row(f"{code.upper()} {Element(code).label}", two_decimals(mean), "", mean / 4, mean)
                for code, mean in told["elements"]
            ),
        ]
        return Section("skm", _("Satisfaction"), "star", rows)

    def _answered(self) -> str:
        n = self.figures["skm"]["n"]
        return ngettext("%(n)s answer", "%(n)s answers", n) % {"n": number(n)}

    def _public(self) -> Section:
        told = self.figures
        needs = told["needs"]
        rows = [
            *(
                Row(
                    {Part.HOST: _("Hosts"), Part.CO_HOST: _("Co-hosts"), Part.SUPPORTER: _("Supporters")}[
                        Part(part)
                    ],
                    "; ".join(names),
                )
                for part, names in told["parties"]
            ),
            _count(_("Sessions"), told["sessions"]),
            Row(_("Hours of space used"), hours(told["space_minutes"]), "", None, told["space_minutes"] / 60),
            Row(
                _("People-hours"),
                hours(told["people_minutes"]),
                "",
                None,
                round(told["people_minutes"] / 60, 1),
            ),
            Row(_("Minutes online"), number(told["minutes_online"]), "", None, told["minutes_online"]),
            _count(_("Certificates issued"), told["certificates"]),
        ]
        if needs["stated"] is None:
            rows.append(Row(_("Accessibility needs stated"), few()))
        elif needs["stated"]:
            rows.append(_count(_("Accessibility needs stated"), needs["stated"]))
            rows.append(
                Row(_("Accessibility needs met"), _("not shown"))
                if needs["met"] is None
                else _count(_("Accessibility needs met"), needs["met"])
            )
        return Section("public", _("What it took and gave"), "handshake", rows)


def _count(label: str, n: int) -> Row:
    return Row(label, number(n), "", None, n)


def number(n: int) -> str:
    """The number with its thousands apart."""
    return formats.number(n)


def hours(minutes: int) -> str:
    """Hours to one decimal, as people write them."""
    return formats.number(round(minutes / 60, 1))


def compared_words() -> dict[str, str]:
    """The figures that may change after the books are closed, in words."""
    return {
        "registered": _("Registered"),
        "confirmed": _("Confirmed"),
        "came": pgettext("event", "Came"),
        "missed": _("Confirmed, but did not come"),
        "walk_ins": _("Came without registering before"),
        "certificates": _("Certificates issued"),
        "minutes_online": _("Minutes online"),
        "people_minutes": _("Minutes of people"),
    }
