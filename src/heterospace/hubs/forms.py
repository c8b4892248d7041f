"""The shape and wording of what people type about a hub, and of where a place or person is at home."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ..core import regions
from .enums import Weekday
from .hours import Schedule, Span
from .models import ANSWER_DAYS, PROMISE_HOURS, Hub

ZONES = (
    ("Asia/Jakarta", _("WIB (Western Indonesia)")),
    ("Asia/Makassar", _("WITA (Central Indonesia)")),
    ("Asia/Jayapura", _("WIT (Eastern Indonesia)")),
)


class DistrictField(forms.ChoiceField):
    """A kecamatan. One left over from another kabupaten is forgotten, not scolded."""

    def clean(self, value: Any) -> str:
        """The chosen code, or "" when it does not belong to the kabupaten."""
        return str(value) if value and self.valid_value(str(value)) else ""


class HomeFields(forms.Form):
    """Where somebody lives or a house stands: kabupaten or kota, then kecamatan once that is known."""

    regency = forms.ChoiceField(label=_("Kabupaten or kota"), required=False)
    district = DistrictField(label=_("Kecamatan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = regions.regencies()
        self.fields["regency"].choices = [
            ("", _("Choose…")),
            (regions.name(regions.PROVINCE), list(inside)),
            (_("Other provinces"), [pair for pair in regions.homes() if pair not in inside]),
        ]
        self.fields["regency"].widget.attrs.update(
            {
                "hx-get": reverse_lazy("hubs:districts"),
                "hx-target": "#districts",
                "hx-swap": "outerHTML",
                "hx-trigger": "change",
            }
        )
        known = regions.districts(self["regency"].value() or "")
        self.has_districts = bool(known)
        self.fields["district"].choices = [("", _("Choose…")), *known]


class HubForm(HomeFields):
    """What is known of a hub."""

    name = forms.CharField(label=_("Name"), max_length=120)
    tagline = forms.CharField(label=_("One sentence about the hub"), max_length=200, required=False)
    about = forms.CharField(
        label=_("About the hub"), max_length=4000, required=False, widget=forms.Textarea({"rows": 5})
    )
    address = forms.CharField(label=_("Address"), max_length=300)
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    whatsapp = forms.CharField(
        label=_("WhatsApp number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    access_notes = forms.CharField(
        label=_("Getting in and around"),
        max_length=2000,
        required=False,
        help_text=_("Ramps, lift, toilets, parking, the nearest bus stop."),
        widget=forms.Textarea({"rows": 3}),
    )
    promise_hours = forms.IntegerField(
        label=_("Questions are answered within (open hours)"),
        required=False,
        min_value=1,
        max_value=200,
        help_text=_("Whoever asks is told the time. Only hours in which the hub is open count."),
    )
    answer_days = forms.IntegerField(
        label=_("Initiatives and proposals are answered within (days)"),
        required=False,
        min_value=1,
        max_value=90,
        help_text=_("Everybody sees this clock, also when it has run out."),
    )
    is_open = forms.BooleanField(label=_("Shown and bookable"), required=False)
    field_order = ["name", "tagline", "about", "regency", "district", "address"]

    def __init__(self, *args: Any, hub: Hub, **kwargs: Any) -> None:
        facts = {name: getattr(hub, name) for name in self.base_fields}
        super().__init__(*args, initial=facts, **kwargs)
        self.fields["regency"].required = True
        self.fields["promise_hours"].widget.attrs["placeholder"] = PROMISE_HOURS
        self.fields["answer_days"].widget.attrs["placeholder"] = ANSWER_DAYS
        zones = dict(ZONES)
        if hub.timezone not in zones:
            self.fields["timezone"].choices = [*ZONES, (hub.timezone, hub.timezone)]

    def clean_promise_hours(self) -> int:
        """The hours, or what hubs promise when nothing is said."""
        return self.cleaned_data["promise_hours"] or PROMISE_HOURS

    def clean_answer_days(self) -> int:
        """The days, or what hubs promise when nothing is said."""
        return self.cleaned_data["answer_days"] or ANSWER_DAYS


class NewHubForm(HomeFields):
    """The least a new hub needs."""

    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=300)
    field_order = ["name", "regency", "district", "address"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regency"].required = True


def minutes(time: dt.time | None) -> int | None:
    """Minutes after midnight."""
    return None if time is None else time.hour * 60 + time.minute


def as_time(minute: int) -> str:
    """What a time field shows for minutes after midnight; the next midnight is 24.00."""
    return f"{minute // 60:02}.{minute % 60:02}"


class TimeField(forms.TimeField):
    """A clock time as people here write it (09.00), whatever the browser's own habits; 24.00 is midnight."""

    widget = forms.TimeInput(
        {
            "inputmode": "numeric",
            "placeholder": "--.--",
            "size": "5",
            "maxlength": "5",
            "autocomplete": "off",
        },
        format="%H.%M",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, input_formats=["%H.%M", "%H:%M", "%H"], **kwargs)
        self.error_messages["invalid"] = _("Write the time like 09.00.")

    def to_python(self, value: Any) -> dt.time | None:
        """The time; 24.00 becomes 00.00, which as an end means midnight."""
        if isinstance(value, str) and value.strip().replace(":", ".") in {"24.00", "24"}:
            value = "00.00"
        return super().to_python(value)


class WeekForm(forms.Form):
    """Seven weekdays with up to two openings each; both fields empty is closed, 24.00 is midnight."""

    OPENINGS = 2
    quiet_optional = True

    def __init__(self, *args: Any, schedule: Schedule, **kwargs: Any) -> None:
        initial = {}
        for weekday in Weekday.values:
            for nth, (opens, closes) in enumerate(schedule.week.get(weekday, ())[: self.OPENINGS]):
                initial[f"opens_{weekday}_{nth}"] = as_time(opens)
                initial[f"closes_{weekday}_{nth}"] = as_time(closes)
        super().__init__(*args, initial=initial, **kwargs)
        for weekday, day in Weekday.choices:
            for nth in range(self.OPENINGS):
                self.fields[f"opens_{weekday}_{nth}"] = TimeField(label=_("opens"))
                self.fields[f"closes_{weekday}_{nth}"] = TimeField(label=_("closes"))
                for part in ("opens", "closes"):
                    widget = self.fields[f"{part}_{weekday}_{nth}"].widget
                    widget.attrs["aria-label"] = (
                        f"{day} {self.fields[f'{part}_{weekday}_{nth}'].label} {nth + 1}"
                    )
        self.fields["closed_on_holidays"] = forms.BooleanField(
            label=_("Closed on public holidays"), required=False, initial=schedule.closed_on_holidays
        )
        self.fields["closed_on_collective_leave"] = forms.BooleanField(
            label=_("Closed on cuti bersama"), required=False, initial=schedule.closed_on_collective_leave
        )

    @property
    def days(self) -> Iterator[dict[str, Any]]:
        """The weekdays with their openings, for the template."""
        for weekday, day in Weekday.choices:
            yield {
                "name": day,
                "openings": [
                    {"opens": self[f"opens_{weekday}_{nth}"], "closes": self[f"closes_{weekday}_{nth}"]}
                    for nth in range(self.OPENINGS)
                ],
            }

    def clean(self) -> dict[str, Any]:
        """Make `week` of what was typed."""
        data = super().clean() or {}
        week: dict[int, list[Span]] = {}
        for weekday, day in Weekday.choices:
            for nth in range(self.OPENINGS):
                names = f"opens_{weekday}_{nth}", f"closes_{weekday}_{nth}"
                opens, closes = (minutes(data.get(name)) for name in names)
                if opens is None and closes is None:
                    continue
                if opens is None or closes is None:
                    if not any(name in self.errors for name in names):
                        missing = names[0] if opens is None else names[1]
                        self.add_error(missing, _("%(day)s: both times, or none.") % {"day": day})
                    continue
                closes = closes or 1440
                if opens >= closes:
                    self.add_error(names[1], _("%(day)s: it closes before it opens.") % {"day": day})
                    continue
                week.setdefault(weekday, []).append((opens, closes))
            spans = sorted(week.get(weekday, []))
            if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans)):
                self.add_error(f"opens_{weekday}_1", _("%(day)s: two openings overlap.") % {"day": day})
        data["week"] = week
        return data


class ExceptionForm(forms.Form):
    """One date unlike its weekday."""

    quiet_optional = True

    date = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("People read this on the hub's page.")
    )
    is_open = forms.TypedChoiceField(
        label=_("That day the hub is"),
        choices=[("", _("closed all day")), ("yes", _("open at these hours"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    opens = TimeField(label=_("Opens"))
    closes = TimeField(label=_("Closes"))

    def clean(self) -> dict[str, Any]:
        """Make `span` of what was typed: None for a closed day."""
        data = super().clean() or {}
        data["span"] = None
        if data.get("is_open"):
            opens, closes = minutes(data.get("opens")), minutes(data.get("closes"))
            if opens is None or closes is None:
                self.add_error("opens", _("Say from when to when."))
            elif opens >= (closes or 1440):
                self.add_error("closes", _("It closes before it opens."))
            else:
                data["span"] = (opens, closes or 1440)
        return data
