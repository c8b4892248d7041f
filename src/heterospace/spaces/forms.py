"""The shape and wording of a space's facts and rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..hubs.enums import Weekday
from ..hubs.hours import Span
from ..hubs.models import Hub
from .enums import SpaceKind
from .models import Feature, Space
from .rules import spoken


class SpaceForm(forms.ModelForm):
    """Everything a manager says about a space, but for its photo and hours."""

    features = forms.MultipleChoiceField(
        label=_("What it has"), required=False, widget=forms.CheckboxSelectMultiple({"class": "side"})
    )

    class Meta:
        model = Space
        fields = (
            "name",
            "kind",
            "capacity",
            "floor_area",
            "about",
            "is_bookable",
            "is_active",
            "who_may",
            "unit",
            "min_length",
            "max_length",
            "step_minutes",
            "lead_minutes",
            "horizon_days",
            "turnaround_minutes",
            "cancel_minutes",
            "grace_minutes",
            "is_shared",
            "approval",
            "hold_hours",
            "own_hours",
        )
        widgets = {"about": forms.Textarea({"rows": 3})}
        help_texts = {
            "min_length": _("In minutes for spaces booked by the hour, else in days, nights or months."),
            "is_active": _("A space out of use is hidden everywhere; its history stays."),
            "grace_minutes": _(
                "Who has not checked in by then loses the space. 0: it is kept. Counts for new bookings by the hour."
            ),
            "is_shared": _("For co-working rooms: a booking takes so many desks, not the room."),
            "approval": _("Who manages the hub decides about what was asked for."),
            "hold_hours": _("Only where the time is kept until the answer."),
            "own_hours": _("Otherwise it is open when the hub is."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["features"].choices = [
            (feature.code, feature.name)
            for feature in Feature.objects.order_by("is_access", "position", "code")
        ]
        for name in ("step_minutes", "lead_minutes", "turnaround_minutes", "cancel_minutes"):
            if minutes := getattr(self.instance, name):
                self.fields[name].help_text = _("Now: %(time)s.") % {"time": spoken(minutes)}
        if self.instance.pk:
            self.initial["features"] = [row.feature.code for row in self.instance.feature_rows.all()]

    def clean(self) -> dict[str, Any]:
        """The longest is not shorter than the shortest."""
        data = super().clean() or {}
        if data.get("min_length") and data.get("max_length") and data["max_length"] < data["min_length"]:
            self.add_error("max_length", _("The longest booking cannot be shorter than the shortest."))
        return data

    def _post_clean(self) -> None:
        """The deed sets the model's fields, not the form: a refused change leaves the space as it was."""


class SpaceHoursForm(forms.Form):
    """Own opening hours: one span a weekday, empty when closed."""

    def __init__(self, *args: Any, space: Space | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {row.weekday: row for row in space.hours.order_by("-opens")} if space and space.pk else {}
        for weekday in Weekday:
            row = rows.get(weekday)
            for part in ("opens", "closes"):
                minute = getattr(row, part) % 1440 if row else None
                self.fields[f"{part}_{weekday.value}"] = forms.TimeField(
                    label=f"{weekday.label}, {_('from') if part == 'opens' else _('until')}",
                    required=False,
                    initial=f"{minute // 60:02}:{minute % 60:02}" if minute is not None else None,
                    widget=forms.TimeInput({"type": "time", "step": 900}, format="%H:%M"),
                )

    def pairs(self) -> list[tuple[Any, Any, Any]]:
        """(weekday's name, field from, field until) for the page."""
        return [
            (weekday.label, self[f"opens_{weekday.value}"], self[f"closes_{weekday.value}"])
            for weekday in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        """Both times or none; the end after the start (midnight ends a day)."""
        data = super().clean() or {}
        for weekday in Weekday:
            opens, closes = data.get(f"opens_{weekday.value}"), data.get(f"closes_{weekday.value}")
            if (opens is None) != (closes is None):
                self.add_error(f"closes_{weekday.value}", _("Give both times, or none for a closed day."))
            elif opens is not None and self._minute(closes, end=True) <= self._minute(opens):
                self.add_error(f"closes_{weekday.value}", _("The end must come after the start."))
        return data

    @staticmethod
    def _minute(time: Any, end: bool = False) -> int:
        found = time.hour * 60 + time.minute
        return 1440 if end and found == 0 else found

    def week(self) -> dict[int, list[Span]]:
        """The opening week in minutes after midnight."""
        data = self.cleaned_data
        return {
            weekday.value: [
                (
                    self._minute(data[f"opens_{weekday.value}"]),
                    self._minute(data[f"closes_{weekday.value}"], end=True),
                )
            ]
            for weekday in Weekday
            if data.get(f"opens_{weekday.value}") is not None
        }


class PhotoForm(forms.Form):
    """A photo and what it shows."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP, at most 8 MB."),
        widget=forms.FileInput({"accept": "image/*"}),
    )
    photo_text = forms.CharField(
        label=_("What the photo shows"), max_length=200, help_text=_("For people who cannot see it.")
    )


class FilterForm(forms.Form):
    """The filters of the catalogue."""

    quiet_optional = True

    hub = forms.ChoiceField(label=_("Where"), required=False)
    kind = forms.ChoiceField(label=_("Kind of space"), required=False)
    people = forms.IntegerField(
        label=_("For how many people"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    features = forms.MultipleChoiceField(
        label=_("It needs"), required=False, widget=forms.CheckboxSelectMultiple({"class": "side"})
    )

    def __init__(self, *args: Any, hubs: list[Hub], features: list[Feature], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hub"].choices = [("", _("All hubs")), *((hub.slug, hub.name) for hub in hubs)]
        self.fields["kind"].choices = [("", _("All kinds")), *SpaceKind.choices]
        self.fields["features"].choices = [(feature.code, feature.name) for feature in features]
