"""The shape and wording of what members type."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..core import clock, phones, regions
from ..core.models import User
from ..core.refusals import Refused
from . import actions, enums


def year_field(label: Any, required: bool = False) -> forms.IntegerField:
    """A year between 1900 and now."""
    return forms.IntegerField(label=label, required=required, min_value=1900, max_value=2100)


class HomeFields(forms.Form):
    """Where somebody lives: kabupaten or kota, then kecamatan once that is known."""

    regency = forms.ChoiceField(label=_("Kabupaten or kota"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = regions.regencies()
        self.fields["regency"].choices = [
            ("", _("Choose…")),
            (regions.name(regions.PROVINCE), list(inside)),
            (_("Other provinces"), [pair for pair in regions.homes() if pair not in inside]),
        ]


class PersonForm(HomeFields):
    """What a person tells about herself."""

    name = forms.CharField(label=_("Full name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    whatsapp = forms.CharField(
        label=_("WhatsApp number"),
        max_length=30,
        required=False,
        help_text=_("For example 0812 3456 7890."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    birth_year = year_field(_("Birth year"))
    gender = forms.ChoiceField(
        label=_("Gender"), required=False, choices=[("", _("Rather not say")), *enums.Gender.choices]
    )
    access_needs = forms.CharField(
        label=_("What should we prepare for you?"),
        max_length=300,
        required=False,
        help_text=_("For example: a ramp, sign language, a seat near the door."),
    )
    guardian_name = forms.CharField(label=_("Parent or guardian"), max_length=200, required=False)
    guardian_whatsapp = forms.CharField(
        label=_("Their WhatsApp number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )
    field_order = ["name", "whatsapp", "regency", "birth_year", "gender", "access_needs"]

    def clean_whatsapp(self) -> str:
        """The number in one written form."""
        return number(self.cleaned_data["whatsapp"])

    def clean_guardian_whatsapp(self) -> str:
        """The number in one written form."""
        return number(self.cleaned_data["guardian_whatsapp"])

    def clean(self) -> dict[str, Any]:
        """Under 18 a guardian is named."""
        data = super().clean() or {}
        year = data.get("birth_year")
        if year and year > clock.now().year:
            self.add_error("birth_year", _("This year has not come yet."))
        elif actions.is_minor(year) and not (data.get("guardian_name") and data.get("guardian_whatsapp")):
            self.add_error(
                "guardian_name",
                _("Under 18, a parent or guardian agrees with you: give their name and WhatsApp number."),
            )
        return data


def number(typed: str) -> str:
    """The normalised WhatsApp number, or a form error."""
    try:
        return phones.normalise(typed)
    except Refused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


class ConsentField(forms.MultipleChoiceField):
    """What the person agrees to, one box a purpose."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("I agree that Hetero Space may"),
            choices=enums.Purpose.choices,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class JoinFields(PersonForm):
    """What joining asks besides the e-mail: as little as a booking needs. allauth's sign-up form extends it."""

    purposes = ConsentField(required=False, initial=[enums.Purpose.SERVICE])
    field_order = ["name", "email", "whatsapp", "regency", "birth_year", "guardian_name", "guardian_whatsapp", "purposes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["gender"], self.fields["access_needs"]
        self.fields["birth_year"].help_text = _("Only needed if you are under 18.")

    def clean_purposes(self) -> list[str]:
        """The membership itself is the least to agree to."""
        purposes = self.cleaned_data["purposes"]
        if enums.Purpose.SERVICE not in purposes:
            raise forms.ValidationError(_("Without this we cannot keep your membership or your bookings."))
        return purposes

    def signup(self, request: HttpRequest, user: User) -> None:
        """Make the person behind the new sign-in (allauth calls this)."""
        data = dict(self.cleaned_data)
        facts = {field: data[field] for field in actions.PERSON_FIELDS if data.get(field) and field != "email"}
        actions.join(
            request.office, by=user, user=user, purposes=data["purposes"], language=get_language() or "id", **facts
        )
