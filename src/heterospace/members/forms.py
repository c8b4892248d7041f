"""The shape and wording of what members and staff type."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..core import clock, phones
from ..core.files import ACCEPTED
from ..core.models import User
from ..core.refusals import Refused
from ..hubs.forms import HomeFields
from ..hubs.models import Office
from . import actions, enums
from .models import Agreement, Organisation, Person

PHONE = {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}


def year_field(label: Any, required: bool = False) -> forms.IntegerField:
    """A year between 1900 and now."""
    return forms.IntegerField(label=label, required=required, min_value=1900, max_value=2100)


class PersonForm(HomeFields):
    """What a person tells about herself."""

    name = forms.CharField(
        label=_("Full name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    whatsapp = forms.CharField(
        label=_("WhatsApp number"),
        max_length=30,
        required=False,
        help_text=_("For example 0812 3456 7890."),
        widget=forms.TextInput(PHONE),
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
    field_order = ["name", "whatsapp", "regency", "district", "birth_year", "gender", "access_needs"]

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


class ProfileForm(PersonForm):
    """A person's own page. What is only kept with a consent is only asked with it."""

    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language of our messages"), choices=settings.LANGUAGES)
    field_order = [
        "name",
        "whatsapp",
        "email",
        "regency",
        "district",
        "birth_year",
        "gender",
        "access_needs",
        "language",
    ]

    def __init__(self, *args: Any, person: Person, agreed: set[str], **kwargs: Any) -> None:
        facts = {name: getattr(person, name) for name in self.base_fields}
        facts["whatsapp"] = phones.readable(person.whatsapp)
        facts["guardian_whatsapp"] = phones.readable(person.guardian_whatsapp)
        super().__init__(*args, initial=facts, **kwargs)
        if person.user_id is not None:
            del self.fields["email"]
        if enums.Purpose.DISABILITY not in agreed:
            del self.fields["access_needs"]
        if enums.Purpose.STATISTICS not in agreed:
            del self.fields["gender"]
        if not (enums.Purpose.STATISTICS in agreed or actions.is_minor(person.birth_year)):
            self.fields["birth_year"].help_text = _("Only needed if you are under 18.")


_lazy_html = lazy(format_html, str)
SERVICE_NEEDED = _("Without this we cannot keep your membership or your bookings.")


class ConsentField(forms.MultipleChoiceField):
    """What the person agrees to, one box a purpose, each with a sentence in plain words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("I agree that Hetero Space may"),
            choices=[
                (
                    purpose.value,
                    _lazy_html(
                        '{}<br><span class="soft small">{}</span>',
                        purpose.label,
                        enums.PURPOSE_SENTENCES[purpose],
                    ),
                )
                for purpose in enums.Purpose
            ],
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class JoinFields(PersonForm):
    """What joining asks besides the e-mail: as little as a booking needs. allauth's sign-up form extends it."""

    purposes = ConsentField(error_messages={"required": SERVICE_NEEDED}, initial=[enums.Purpose.SERVICE])
    field_order = [
        "name",
        "email",
        "whatsapp",
        "regency",
        "birth_year",
        "guardian_name",
        "guardian_whatsapp",
        "purposes",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["gender"], self.fields["access_needs"], self.fields["district"]
        for attribute in [name for name in self.fields["regency"].widget.attrs if name.startswith("hx-")]:
            del self.fields["regency"].widget.attrs[attribute]
        self.fields["birth_year"].help_text = _("Only needed if you are under 18.")

    def clean_purposes(self) -> list[str]:
        """The membership itself is the least to agree to."""
        purposes = self.cleaned_data["purposes"]
        if enums.Purpose.SERVICE not in purposes:
            raise forms.ValidationError(SERVICE_NEEDED)
        return purposes

    def signup(self, request: HttpRequest, user: User) -> Person:
        """Make the person behind the new sign-in (allauth calls this)."""
        data = dict(self.cleaned_data)
        facts = {
            field: data[field] for field in actions.PERSON_FIELDS if data.get(field) and field != "email"
        }
        return actions.join(
            request.office,
            by=user,
            user=user,
            purposes=data["purposes"],
            language=get_language() or "id",
            **facts,
        )


class RegisterForm(PersonForm):
    """Somebody at the desk, entered by staff while she stands there."""

    email = forms.EmailField(label=_("E-mail"), required=False)
    purposes = ConsentField(error_messages={"required": SERVICE_NEEDED}, initial=[enums.Purpose.SERVICE])
    field_order = [
        "name",
        "whatsapp",
        "email",
        "regency",
        "district",
        "birth_year",
        "guardian_name",
        "guardian_whatsapp",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["gender"], self.fields["access_needs"]
        self.fields["birth_year"].help_text = _("Only needed under 18.")
        self.fields["purposes"].label = _("Read out: “May Hetero Space…”")

    clean_purposes = JoinFields.clean_purposes


class ConsentsForm(forms.Form):
    """All purposes, given and taken back at once."""

    quiet_optional = True
    purposes = ConsentField(required=False)


class DeskCodeForm(forms.Form):
    """The one-time code from the front desk."""

    code = forms.CharField(
        label=_("Code from the front desk"),
        max_length=40,
        help_text=_("Eight letters and digits, valid for half an hour."),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class EraseForm(forms.Form):
    """A word typed on purpose, before something that cannot be undone."""

    WORDS = frozenset({"HAPUS", "ERASE"})

    word = forms.CharField(max_length=20, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].label = gettext("To erase, type the word %(word)s") % {"word": self.asked_word()}

    @staticmethod
    def asked_word() -> str:
        """The word in the reader's language."""
        return gettext("ERASE")

    def clean_word(self) -> str:
        """The word of either language."""
        word = self.cleaned_data["word"].strip().upper()
        if word not in self.WORDS:
            raise forms.ValidationError(_("This is not the word; nothing was erased."))
        return word


class RupiahField(forms.IntegerField):
    """Whole rupiah, typed with or without Rp, points and ,00."""

    def to_python(self, value: Any) -> int | None:
        """The number behind `Rp1.250.000,00`."""
        if isinstance(value, str):
            value = re.sub(r"(?i)^\s*rp\.?|[.\s]|,00?$", "", value.strip())
        return super().to_python(value)


class OrganisationForm(HomeFields):
    """What an organisation tells about itself."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose…")), *enums.Kind.choices])
    about = forms.CharField(
        label=_("What you do"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    whatsapp = forms.CharField(
        label=_("WhatsApp number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    website = forms.URLField(label=_("Website or shop"), required=False, assume_scheme="https")
    founded_year = year_field(_("Founded in"))
    workers = forms.IntegerField(label=_("Workers"), required=False, min_value=0, max_value=1_000_000)
    yearly_sales = RupiahField(
        label=_("Yearly sales (Rp)"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("Only you and staff see it; it tells your size class."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    capital = RupiahField(
        label=_("Capital without land and buildings (Rp)"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("Used while there are no yearly sales to tell."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    field_order = ["name", "kind", "about", "regency", "district"]

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        if organisation is not None:
            facts = {name: getattr(organisation, name) for name in self.base_fields}
            facts["whatsapp"] = phones.readable(organisation.whatsapp)
            kwargs["initial"] = facts
        super().__init__(*args, **kwargs)

    def clean_whatsapp(self) -> str:
        """The number in one written form."""
        return number(self.cleaned_data["whatsapp"])

    def clean_founded_year(self) -> int | None:
        """A year that has come."""
        year: int | None = self.cleaned_data["founded_year"]
        if year and year > clock.now().year:
            raise forms.ValidationError(_("This year has not come yet."))
        return year


class NewOrganisationForm(OrganisationForm):
    """An organisation as a member first enters it, and what she is in it."""

    role = forms.ChoiceField(label=_("You are its"), choices=enums.AffiliationRole.choices, initial="owner")
    field_order = ["name", "kind", "role", "about", "regency", "district", "whatsapp", "email", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for later in ("founded_year", "workers", "yearly_sales", "capital"):
            del self.fields[later]


class AskForm(forms.Form):
    """What somebody is in the organisation she asks to belong to."""

    role = forms.ChoiceField(label=_("I am its"), choices=enums.AffiliationRole.choices, initial="member")


class LegalityForm(forms.Form):
    """A permit or registration."""

    kind = forms.ChoiceField(label=_("Permit"), choices=enums.LegalityKind.choices)
    number = forms.CharField(label=_("Number or code"), max_length=60)
    version = forms.ChoiceField(
        label=_("KBLI edition"),
        required=False,
        choices=[("", _("not a KBLI")), ("2020", "2020"), ("2025", "2025")],
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class RoleForm(forms.Form):
    """Somebody invited to work here; she signs in by e-mail."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(
        self, *args: Any, roles: type[enums.HubRoleName] | type[enums.OfficeRoleName], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles.choices


class AgreementForm(forms.Form):
    """What is known of a signed agreement; its parties by their names, one a field."""

    kind = forms.ChoiceField(label=_("Kind"), choices=enums.AgreementKind.choices)
    title = forms.CharField(label=_("What it is about"), max_length=200)
    number = forms.CharField(
        label=_("Number"), max_length=80, required=False, help_text=_("As it stands on the paper.")
    )
    since = forms.DateField(
        label=pgettext_lazy("agreement", "From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=pgettext_lazy("agreement", "Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: without an end. Sixty days before it you are reminded."),
    )
    quiet_optional = True

    def __init__(self, *args: Any, office: Office, agreement: Agreement | None = None, **kwargs: Any) -> None:
        names = []
        if agreement is not None:
            facts = ("kind", "title", "number", "since", "until")
            kwargs["initial"] = {name: getattr(agreement, name) for name in facts}
            names = [one.organisation.name for one in agreement.parties.all()]
        super().__init__(*args, **kwargs)
        self.office = office
        for number in range(max(3, len(names) + 2)):
            self.fields[f"party_{number}"] = forms.CharField(
                label=_("Party %(n)d") % {"n": number + 1},
                max_length=200,
                required=False,
                initial=names[number] if number < len(names) else "",
                widget=forms.TextInput({"list": "parties", "autocomplete": "off"}),
            )
        if agreement is None:
            self.fields["file"] = forms.FileField(
                label=_("The signed paper"),
                required=False,
                help_text=_("PDF, photos, DOCX or XLSX, up to 15 MB. Only staff and the parties read it."),
                widget=forms.FileInput({"accept": ACCEPTED}),
            )

    def clean(self) -> dict[str, Any]:
        """Every name is an organisation's."""
        data = super().clean() or {}
        data["parties"] = []
        for field in [name for name in self.fields if name.startswith("party_")]:
            name = " ".join((data.pop(field, "") or "").split())
            if not name:
                continue
            found = Organisation.objects.filter(office=self.office, name__iexact=name).order_by("pk").first()
            if found is None:
                self.add_error(field, _("There is no such organisation here. Enter it first."))
            else:
                data["parties"].append(found)
        return data

    def party_fields(self) -> list[Any]:
        """The fields of the parties."""
        return [self[name] for name in self.fields if name.startswith("party_")]


class PaperForm(forms.Form):
    """The signed paper of an agreement."""

    file = forms.FileField(
        label=_("The signed paper"),
        help_text=_("PDF, photos, DOCX or XLSX, up to 15 MB. Only staff and the parties read it."),
        widget=forms.FileInput({"accept": ACCEPTED}),
    )
