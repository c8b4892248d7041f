"""The shape and wording of a wish for a space."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..hubs.models import Hub
from ..members.models import Organisation
from ..spaces.enums import SpaceKind, Unit
from ..spaces.models import Feature, Space
from ..spaces.rules import period_of
from .models import Booking


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
