"""The shape and wording of what the front desk types: walk-ins, moves, guests."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..core import clock, formats
from ..spaces.enums import Unit
from ..spaces.models import Space
from ..spaces.rules import period_of, whole_units
from .desk_day import FreeNow
from .forms import DateInput, TimeInput, minutes
from .models import Booking


class SpaceChoice(forms.ModelChoiceField):
    """A space that is free now, with until when."""

    free: dict[int, FreeNow]

    def label_from_instance(self, space: Space) -> str:
        """`Rembug 1 · 8 orang · kosong sampai 13.00`."""
        until = self.free[space.pk].until
        words = [space.name, _("up to %(n)d people") % {"n": space.capacity}]
        if until is not None:
            words.append(_("free until %(time)s") % {"time": formats.clock_time(until, space.hub.timezone)})
        return " · ".join(str(word) for word in words)


class WalkInForm(forms.Form):
    """Who stands here, and the space for now: filled so that a name and Enter are enough."""

    quiet_optional = True
    asks_why = False  # it went beyond a quota

    q = forms.CharField(
        label=_("Who is here?"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "type": "search", "data-key": "w"}),
    )
    person = forms.CharField(required=False, max_length=20)
    name = forms.CharField(label=_("Full name"), required=False, max_length=200)
    whatsapp = forms.CharField(label=_("WhatsApp number"), required=False, max_length=30)
    space = SpaceChoice(label=_("Space"), queryset=Space.objects.none(), empty_label=None)
    until = forms.TimeField(label=_("Until"), widget=TimeInput())
    people = forms.IntegerField(
        label=_("People"), min_value=1, max_value=100_000, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    purpose = forms.CharField(
        label=_("What for"), required=False, max_length=Booking._meta.get_field("purpose").max_length
    )
    override = forms.CharField(
        label=_("Why it may go beyond the quota"),
        required=False,
        max_length=300,
        help_text=_("Only the desk may. The reason is kept."),
    )

    def __init__(self, *args: Any, free: list[FreeNow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = free
        field = self.fields["space"]
        field.free = {one.space.pk: one for one in free}
        field.queryset = Space.objects.filter(pk__in=[one.space.pk for one in free]).select_related("hub")
        field.choices = [(one.space.pk, field.label_from_instance(one.space)) for one in free]
        field.error_messages["invalid_choice"] = _("This space has just been taken. Choose another one.")

    def end(self, today: dt.date, timezone: str) -> dt.datetime:
        """Until when today, as clocks at the hub show it; midnight is the end of the day."""
        return clock.at(today, minutes(self.cleaned_data["until"], is_end=True), timezone)


class MoveForm(forms.Form):
    """Another space, date, start or end; filled with how it is now."""

    quiet_optional = True  # the reason is asked for where it is needed

    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none(), empty_label=None)
    date = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput({"step": 60}))
    end = forms.TimeField(label=_("Until"), widget=TimeInput({"step": 60}))
    units = forms.IntegerField(min_value=1, max_value=400)
    override = forms.CharField(
        label=_("Why it may go beyond the quota"),
        required=False,
        max_length=300,
        help_text=_("Only the desk may. The reason is kept."),
    )

    def __init__(
        self, *args: Any, booking: Booking, asked: Mapping[str, str], at_desk: bool, **kwargs: Any
    ) -> None:
        zone = ZoneInfo(booking.hub.timezone)
        start, end = booking.start.astimezone(zone), booking.end.astimezone(zone)
        super().__init__(
            *args,
            initial={
                "space": booking.space_id,
                "date": start.date(),
                "start": start.time(),
                "end": end.time(),
                "units": whole_units(booking.space, booking.start, booking.end, booking.hub.timezone),
                **{name: asked[name] for name in ("space", "date", "start", "end", "units") if name in asked},
            },
            **kwargs,
        )
        self.booking = booking
        if not at_desk:
            del self.fields["override"]
        alike = Space.objects.filter(
            hub=booking.hub_id, unit=booking.space.unit, is_active=True, is_bookable=True
        )
        self.fields["space"].queryset = (
            (alike | Space.objects.filter(pk=booking.space_id))
            .select_related("hub")
            .order_by("position", "id")
        )
        if booking.space.unit == Unit.HOUR:
            del self.fields["units"]
        else:
            del self.fields["start"], self.fields["end"]
            self.fields["units"].label = {
                Unit.DAY: _("How many days"),
                Unit.NIGHT: _("How many nights"),
                Unit.MONTH: _("How many months"),
            }[Unit(booking.space.unit)]
            self.fields["date"].label = _("From which day")
        if booking.is_inside:  # people are in: how it began stays
            for name in ("date", "start"):
                if name in self.fields:
                    self.fields[name].disabled = True

    def wish(self) -> tuple[dt.datetime, dt.datetime]:
        """The period as clocks at the hub show it; who changes nothing keeps it to the second."""
        data, zone = self.cleaned_data, self.booking.hub.timezone
        if self.booking.space.unit != Unit.HOUR:
            return period_of(data["space"], data["date"], data["units"], zone)
        start = clock.at(data["date"], minutes(data["start"]), zone)
        end = clock.at(data["date"], minutes(data["end"], is_end=True), zone)
        was = self.booking
        if start == was.start.replace(second=0, microsecond=0):
            start = was.start
        return start, was.end if end == was.end.replace(second=0, microsecond=0) else end


class GuestsForm(forms.Form):
    """Names, one a line."""

    names = forms.CharField(
        label=_("Names of your guests"),
        help_text=_("One name a line."),
        widget=forms.Textarea({"rows": 3}),
        max_length=20_000,
    )
