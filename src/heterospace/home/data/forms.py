"""The shape and wording of sending and asking for a sheet."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...core import clock
from ...hubs.models import Hub

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SendForm(forms.Form):
    """A file, and for people that they agreed."""

    file = forms.FileField(
        label=_("XLSX file"),
        max_length=200,
        widget=forms.FileInput({"accept": f".xlsx,{XLSX}"}),
        help_text=_("Excel workbook (.xlsx), at most 9 MB and 50,000 lines."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kind, **kwargs)
        if kind in {"people", "bookings", "participants"}:
            self.fields["agreed"] = forms.BooleanField(
                label=_("New people in it have agreed that the hub keeps their name and contact.")
            )

    def clean_file(self) -> Any:
        """A workbook by its name and of a bearable size; its inside is looked at before anything is read."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(_("Send an Excel workbook: its name ends with .xlsx."))
        if file.size > settings.MAX_SHEET_BYTES:
            raise forms.ValidationError(_("This file is larger than 9 MB. Divide it."))
        return file


class DatesForm(forms.Form):
    """From when until when."""

    quiet_optional = True

    first = forms.DateField(
        label=pgettext_lazy("date", "From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=pgettext_lazy("date", "Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, hub: Hub, **kwargs: Any) -> None:
        today = clock.today(hub.timezone)
        super().__init__(*args, initial={"first": dt.date(today.year, 1, 1), "last": today}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """At most two years at once."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if (
            first
            and last
            and not (0 <= (last - first).days <= 731 and first.year >= 2000 and last.year < 2200)
        ):
            self.add_error("last", _("Choose at most two years, the end after the start."))
        return data
