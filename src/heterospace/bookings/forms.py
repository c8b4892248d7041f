"""The shape and wording of a wish for a space."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..hubs.models import Hub
from ..members.models import Organisation
from ..spaces.enums import SpaceKind, Unit
from ..spaces.models import Equipment, Feature, Space
from ..spaces.rules import period_of
from .enums import BlockKind, RefusalReason
from .models import Booking, Quota
from .series import Span

REPEATS = [
    ("", _("Only this once")),
    ("FREQ=WEEKLY", _("Every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("Every two weeks")),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", _("Every working day")),
    ("FREQ=MONTHLY", _("Every month on this date")),
]


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time picker, in steps of a quarter of an hour."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": 900, **(attrs or {})}, format="%H:%M")


def minutes(time: dt.time, is_end: bool = False) -> int:
    """Minutes after midnight; midnight as an end is the end of the day."""
    found = time.hour * 60 + time.minute
    return 1440 if is_end and found == 0 else found


class SearchForm(forms.Form):
    """What somebody needs: when, for how many, where, with what."""

    quiet_optional = True

    people = forms.IntegerField(
        label=_("For how many people"),
        min_value=1,
        max_value=10_000,
        initial=4,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    date = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    end = forms.TimeField(label=_("Until"), widget=TimeInput())
    hub = forms.ChoiceField(label=_("Where"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of space"), required=False, choices=[("", _("All kinds")), *SpaceKind.choices]
    )
    features = forms.MultipleChoiceField(
        label=_("It should have"), required=False, widget=forms.CheckboxSelectMultiple({"class": "side"})
    )

    def __init__(self, *args: Any, hubs: list[Hub], features: list[Feature], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hubs = {hub.slug: hub for hub in hubs}
        self.fields["hub"].choices = [("", _("All hubs")), *((hub.slug, hub.name) for hub in hubs)]
        self.fields["features"].choices = [(feature.code, feature.name) for feature in features]

    def clean(self) -> dict[str, Any]:
        """From before until."""
        data = super().clean() or {}
        if (
            data.get("start")
            and data.get("end")
            and minutes(data["end"], is_end=True) <= minutes(data["start"])
        ):
            self.add_error("end", _("The end must come after the start."))
        return data

    def wish(self, timezone: str) -> tuple[dt.datetime, dt.datetime]:
        """The wished period as clocks in `timezone` show it."""
        data = self.cleaned_data
        return (
            clock.at(data["date"], minutes(data["start"]), timezone),
            clock.at(data["date"], minutes(data["end"], is_end=True), timezone),
        )


class BookingForm(forms.Form):
    """One booking: hours of a day, or days, nights or months from a date."""

    date = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    end = forms.TimeField(label=_("Until"), widget=TimeInput())
    units = forms.IntegerField(min_value=1, max_value=400, initial=1)
    people = forms.IntegerField(
        label=_("For how many people"),
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("A few words, for example: team meeting, product photos."),
        widget=forms.Textarea({"rows": 2}),
    )
    organisation = forms.ModelChoiceField(
        label=_("On behalf of"), queryset=Organisation.objects.none(), required=False, empty_label=_("Myself")
    )

    def __init__(self, *args: Any, space: Space, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        if space.unit == Unit.HOUR:
            del self.fields["units"]
        else:
            del self.fields["start"], self.fields["end"]
            self.fields["units"].label = {
                Unit.DAY: _("How many days"),
                Unit.NIGHT: _("How many nights"),
                Unit.MONTH: _("How many months"),
            }[Unit(space.unit)]
            self.fields["date"].label = _("From which day")
        self.fields["organisation"].queryset = organisations
        if space.is_shared:
            self.fields["people"].label = _("How many desks")
        self.fields["people"].help_text = _("At most %(n)d.") % {"n": space.capacity}
        if not organisations.exists():
            del self.fields["organisation"]

    def wish(self) -> tuple[dt.datetime, dt.datetime]:
        """The wished period as clocks at the hub show it."""
        data, zone = self.cleaned_data, self.space.hub.timezone
        if self.space.unit != Unit.HOUR:
            return period_of(self.space, data["date"], data["units"], zone)
        return (
            clock.at(data["date"], minutes(data["start"]), zone),
            clock.at(data["date"], minutes(data["end"], is_end=True), zone),
        )


class AskForm(forms.Form):
    """Equipment, a date that comes back, and what staff add: the less used half of a booking."""

    repeat = forms.ChoiceField(label=_("Again"), required=False, choices=REPEATS)
    until = forms.DateField(label=_("Until and with"), required=False, widget=DateInput())
    override = forms.CharField(
        label=_("Why it may go beyond the quota"),
        required=False,
        max_length=300,
        help_text=_("Only the desk may. The reason is kept."),
    )

    def __init__(
        self, *args: Any, space: Space, left: list[tuple[Equipment, int]], may_override: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.left = {f"thing_{one.pk}": (one, left) for one, left in left}
        for name, (one, quantity) in self.left.items():
            self.fields[name] = forms.IntegerField(
                label=one.name,
                required=False,
                min_value=0,
                max_value=10_000,
                help_text=_("%(n)d of %(most)d free at that time") % {"n": quantity, "most": one.quantity},
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )
        if not may_override:
            del self.fields["override"]
        if space.unit != Unit.HOUR:
            del self.fields["repeat"], self.fields["until"]

    @property
    def thing_fields(self) -> list[Any]:
        """The fields of the equipment."""
        return [self[name] for name in self.left]

    @property
    def is_used(self) -> bool:
        """Whether anything was said here, so that the part stands open."""
        return self.is_bound and any(self.data.get(name) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        """What comes back has an end."""
        data = super().clean() or {}
        if data.get("repeat") and not data.get("until"):
            self.add_error("until", _("Say until when it comes back."))
        return data

    def things(self) -> dict[Equipment, int]:
        """The equipment that is asked for."""
        wanted = {one: self.cleaned_data.get(name) or 0 for name, (one, _left) in self.left.items()}
        return {one: quantity for one, quantity in wanted.items() if quantity}

    def rule(self) -> str:
        """The RRULE, or "" for a single date."""
        data = self.cleaned_data
        if not data.get("repeat"):
            return ""
        return f"{data['repeat']};UNTIL={data['until']:%Y%m%d}"


class BeyondForm(forms.Form):
    """Why something may go beyond a quota: asked of staff once it would."""

    quiet_optional = True

    override = forms.CharField(
        label=_("Why it may go beyond the quota"),
        required=False,
        max_length=300,
        help_text=_("Only the desk may. The reason is kept."),
    )


class OtherTimeForm(BeyondForm):
    """Another day or time for one date of a series, filled with its own; what is left empty stays."""

    date = forms.DateField(label=_("Day"), required=False, widget=DateInput())
    start = forms.TimeField(label=_("From"), required=False, widget=TimeInput())
    end = forms.TimeField(label=_("Until"), required=False, widget=TimeInput())
    field_order = ("date", "start", "end", "override")

    def __init__(self, *args: Any, span: Span, timezone: str, asks_why: bool = False, **kwargs: Any) -> None:
        zone = ZoneInfo(timezone)
        first, last = (moment.astimezone(zone) for moment in span)
        own = {"date": first.date(), "start": first.time(), "end": last.time()}
        super().__init__(*args, initial=own, **kwargs)
        self.own, self.timezone = span, timezone
        if self.is_bound:  # what a form does not ask stays
            self.data = self.data.copy()
            for name, value in own.items():
                self.data.setdefault(self.add_prefix(name), self.fields[name].prepare_value(value))
        if not asks_why:
            del self.fields["override"]

    def clean(self) -> dict[str, Any]:
        """From before until, and a day calendars can count on from; where only the day changes, it lasts as long."""
        data = super().clean() or {}
        if self.errors:
            return data
        day, begins, ends = (data.get(name) or self.initial[name] for name in ("date", "start", "end"))
        if not 2000 <= day.year < 2200:
            self.add_error("date", _("Choose days after 2000."))
            return data
        start = clock.at(day, minutes(begins), self.timezone)
        if (begins, ends) == (self.initial["start"], self.initial["end"]):
            end = start + (self.own[1] - self.own[0])
        else:
            end = clock.at(day, minutes(ends, is_end=True), self.timezone)
        if end <= start:
            self.add_error("end", _("The end must come after the start."))
        data["span"] = start, end
        return data

    @property
    def moved(self) -> Span | None:
        """The time it is to have instead of its own; None where it stays."""
        span: Span | None = self.cleaned_data.get("span") if self.is_bound and self.is_valid() else None
        return None if span == self.own else span


class RefusalForm(forms.Form):
    """Why a request is refused."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *RefusalReason.choices]
    )
    note = forms.CharField(
        label=_("Note to the person"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )


class BlockOutForm(forms.Form):
    """Closing a space from one moment to another."""

    space = forms.ModelChoiceField(
        label=_("Space"), queryset=Space.objects.none(), empty_label=_("Choose a space")
    )
    date = forms.DateField(label=_("From which day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    last = forms.DateField(label=_("Until which day"), widget=DateInput())
    end = forms.TimeField(label=_("Until"), widget=TimeInput())
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[one for one in BlockKind.choices if one[0] != BlockKind.IMPORTED]
    )
    reason = forms.CharField(
        label=_("What for"), max_length=300, help_text=_("The people it concerns read this.")
    )

    def __init__(self, *args: Any, hub: Hub, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hub = hub
        spaces = Space.objects.filter(hub=hub, is_active=True).select_related("hub")
        self.fields["space"].queryset = spaces.order_by("position", "id")

    def period(self) -> tuple[dt.datetime, dt.datetime]:
        """From when until when, as clocks at the hub show it."""
        data, zone = self.cleaned_data, self.hub.timezone
        return (
            clock.at(data["date"], minutes(data["start"]), zone),
            clock.at(data["last"], minutes(data["end"], is_end=True), zone),
        )


class ImportForm(forms.Form):
    """A calendar file whose entries close a space."""

    space = forms.ModelChoiceField(
        label=_("Space"), queryset=Space.objects.none(), empty_label=_("Choose a space")
    )
    file = forms.FileField(
        label=_("Calendar file"),
        help_text=_(
            "An .ics file of at most 1 MB. The coming 400 days of it are read; what the same calendar closed before and no longer holds is given back."
        ),
        widget=forms.FileInput({"accept": ".ics,text/calendar"}),
    )

    def __init__(self, *args: Any, hub: Hub, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = Space.objects.filter(hub=hub, is_active=True).select_related("hub")
        self.fields["space"].queryset = spaces.order_by("position", "id")


class FaultForm(forms.Form):
    """What is broken."""

    thing = forms.ChoiceField(label=_("What is it about"))
    text = forms.CharField(label=_("What is wrong"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, spaces: list[Space], equipment: list[Equipment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things: dict[str, Space | Equipment] = {f"space-{one.pk}": one for one in spaces}
        self.things |= {f"equipment-{one.pk}": one for one in equipment}
        self.fields["thing"].choices = [
            ("", _("Choose a space or a thing")),
            (_("Spaces"), [(f"space-{one.pk}", one.name) for one in spaces]),
            (_("Equipment"), [(f"equipment-{one.pk}", one.name) for one in equipment]),
        ]

    def facts(self) -> dict[str, Any]:
        """What the deed is told of the thing."""
        thing = self.things[self.cleaned_data["thing"]]
        return {"space": thing} if isinstance(thing, Space) else {"equipment": thing}


class EquipmentForm(forms.Form):
    """A pool of equal things."""

    name = forms.CharField(label=_("Name"), max_length=80)
    quantity = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=10_000, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    about = forms.CharField(label=_("Description"), required=False, max_length=300)


class QuotaForm(forms.ModelForm):
    """How much one organisation or person may have."""

    prime_from = forms.TimeField(
        label=_("Only from"),
        required=False,
        widget=TimeInput(),
        help_text=_("Monday to Friday; empty: all hours."),
    )
    prime_until = forms.TimeField(label=_("until"), required=False, widget=TimeInput())

    class Meta:
        model = Quota
        fields = ("whose", "kind", "hours", "per")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *SpaceKind.choices]

    def clean(self) -> dict[str, Any]:
        """Prime time has both ends or none, in minutes."""
        data = super().clean() or {}
        low, high = data.get("prime_from"), data.get("prime_until")
        if (low is None) != (high is None):
            self.add_error("prime_until", _("Give both times, or none."))
        data["prime_from"] = None if low is None else minutes(low)
        data["prime_until"] = None if high is None else minutes(high, is_end=True)
        return data

    def _post_clean(self) -> None:
        """The deed makes the quota, not the form."""


class CancelForm(forms.Form):
    """Why somebody gives a booking back."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=Booking._meta.get_field("cancel_reason").max_length,
    )


class PeriodForm(forms.Form):
    """From which day to which day, both included."""

    longest = 366

    first = forms.DateField(label=_("From day"), widget=DateInput())
    last = forms.DateField(label=_("To day"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        """The last day not before the first, and not too long a time."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day cannot be before the first."))
        elif first and not 2000 <= first.year < 2200:
            self.add_error("first", _("Choose days after 2000."))
        elif first and last and (last - first).days >= self.longest:
            self.add_error("last", _("Choose at most a year."))
        return data
