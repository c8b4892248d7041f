"""The shape and wording of what facilitators enter from lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bookings.forms import DateInput
from ..core import clock
from .actions import Line
from .enums import ActKind, Channel, StageState
from .forms import area
from .models import Initiative, Stage


class StageField(forms.ModelChoiceField):
    """A stage by its name."""

    def label_from_instance(self, stage: Stage) -> str:
        """As people know it."""
        return str(stage.get_kind_display())


class HowForm(forms.Form):
    """What was done, when, and how we know."""

    kind = forms.ChoiceField(label=_("What they did"), choices=ActKind.choices)
    stage = StageField(
        label=pgettext_lazy("of an initiative", "Stage"),
        queryset=Stage.objects.none(),
        empty_label=None,
        to_field_name="kind",
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("channel", "How"), choices=Channel.choices, initial=Channel.MEETING
    )
    day = forms.DateField(label=_("Day"), widget=DateInput())
    source = forms.CharField(
        label=_("How we know"),
        max_length=50,
        help_text=_("For example: signed list of 3 March, paper sheet 4."),
    )
    quiet_optional = True

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = initiative.hub.timezone
        begun = initiative.stages.exclude(state=StageState.PLANNED).order_by("-place")
        self.fields["stage"].queryset = begun  # type: ignore[attr-defined]
        self.fields["day"].initial = clock.today(self.zone)

    def how(self) -> dict[str, Any]:
        """What the deed takes: noon of the day, or now on the same day."""
        data = self.cleaned_data
        noon = clock.at(data["day"], 12 * 60, self.zone)
        at = min(noon, clock.now()) if data["day"] == clock.today(self.zone) else noon
        return {name: data[name] for name in ("kind", "stage", "channel", "source")} | {"at": at}


class OneForm(HowForm):
    """One person: found as one types, or new by a number or e-mail."""

    q = forms.CharField(
        label=_("Who"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "type": "search"}),
        help_text=_("A name is enough."),
    )
    person = forms.CharField(required=False)
    name = forms.CharField(max_length=200, required=False)
    contact = forms.CharField(max_length=254, required=False)
    organisation = forms.CharField(
        label=_("Speaking for"),
        max_length=200,
        required=False,
        help_text=_("The organisation's name; empty: in their own name."),
        widget=forms.TextInput({"list": "parties", "autocomplete": "off"}),
    )
    field_order = ["q", "organisation", "kind", "stage", "channel", "day", "source"]

    def clean(self) -> dict[str, Any]:
        """Somebody chosen, or a new person's name and number."""
        data = super().clean() or {}
        if not (data.get("person") or "").isdecimal() and not (data.get("name") and data.get("contact")):
            self.add_error("q", _("Choose somebody, or give the name and a number of somebody new."))
        return data

    @property
    def number(self) -> int | None:
        """The record that was chosen."""
        typed = self.cleaned_data.get("person") or ""
        return int(typed) if typed.isdecimal() and len(typed) < 18 else None

    @property
    def line(self) -> Line:
        """What was typed about her."""
        data = self.cleaned_data
        return Line(1, " ".join(data["name"].split()), data["contact"].strip(), data["organisation"].strip())


class ListForm(HowForm):
    """Many people at once."""

    lines = forms.CharField(
        label=_("One line a person"),
        max_length=40_000,
        widget=area(8, 40_000, spellcheck="false"),
        help_text=_("name; WhatsApp number or e-mail; organisation. Pasted from a table is as good."),
    )
    field_order = ["lines", "kind", "stage", "channel", "day", "source"]
