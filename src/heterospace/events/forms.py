"""The shape and wording of finding an event and of coming to it."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from ..bookings.forms import DateInput
from ..core import clock
from ..hubs.models import Hub
from ..members.actions import is_minor
from ..members.forms import PHONE, number, year_field
from ..members.models import Organisation, Person
from .actions import Wish
from .enums import Mode, Topic
from .listing import Places
from .models import Event

WHENS = ("", "week", "month", "past")


class EventFilter(forms.Form):
    """Which events somebody looks for; what cannot be meant is left out, a list is always shown."""

    quiet_optional = True

    q = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "placeholder": _("for example: batik, tax, video")}),
    )
    hub = forms.ChoiceField(label=_("Where"), required=False)
    topic = forms.ChoiceField(
        label=_("Topic"), required=False, choices=[("", _("All topics")), *Topic.choices]
    )
    way = forms.ChoiceField(
        label=_("How"),
        required=False,
        choices=[("", _("On site or online")), *Mode.choices],
    )
    start = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DateInput())
    end = forms.DateField(label=pgettext_lazy("date", "Until"), required=False, widget=DateInput())
    free = forms.BooleanField(label=_("Free of charge"), required=False)
    accessible = forms.BooleanField(label=_("With accessibility"), required=False)
    when = forms.ChoiceField(
        required=False, choices=[(one, one) for one in WHENS], widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, hubs: list[Hub], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hub"].choices = [("", _("All hubs")), *((hub.slug, hub.name) for hub in hubs)]

    def clean_start(self) -> dt.date | None:
        """A day of this century, or none."""
        return _near(self.cleaned_data["start"])

    def clean_end(self) -> dt.date | None:
        """A day of this century, or none."""
        return _near(self.cleaned_data["end"])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the time is asked for."""
        data = getattr(self, "cleaned_data", {})
        return any(
            data.get(name) for name in ("q", "hub", "topic", "way", "free", "accessible", "start", "end")
        )

    @property
    def is_detailed(self) -> bool:
        """Whether something of the folded part is in use."""
        data = getattr(self, "cleaned_data", {})
        return any(data.get(name) for name in ("way", "free", "accessible", "start", "end"))


def _near(day: dt.date | None) -> dt.date | None:
    return day if day is not None and 2000 <= day.year < 2100 else None


class RegistrationForm(forms.Form):
    """Coming to an event: only what this event and this person must be asked."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    whatsapp = forms.CharField(
        label=_("Your WhatsApp number"),
        max_length=30,
        required=False,
        help_text=_("For example 0812 3456 7890."),
        widget=forms.TextInput(PHONE),
    )
    email = forms.EmailField(
        label=_("Or your e-mail"), required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )
    mode = forms.ChoiceField(label=_("How do you take part?"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label=_("For whom"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("For myself"),
    )
    companions = forms.CharField(
        label=_("Who comes with you?"), required=False, widget=forms.Textarea({"rows": 2})
    )
    access_needs = forms.CharField(
        label=_("What should we prepare for you?"),
        max_length=300,
        required=False,
        help_text=_("For example: a ramp, sign language, a seat near the door."),
    )
    access_consent = forms.BooleanField(
        label=_("I agree that the organisers read this to prepare the event."), required=False
    )
    under_18 = forms.BooleanField(label=_("I am under 18"), required=False)
    birth_year = year_field(_("Birth year"))
    guardian_name = forms.CharField(label=_("Parent or guardian"), max_length=200, required=False)
    guardian_whatsapp = forms.CharField(
        label=_("Their WhatsApp number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )

    def __init__(
        self,
        *args: Any,
        event: Event,
        person: Person | None,
        places: list[Places],
        organisations: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.event = person, event
        self.fields["mode"].choices = [(one.mode.value, _choice(one)) for one in places]
        if len(places) == 1:
            del self.fields["mode"]
        if event.companions:
            self.fields["companions"].help_text = ngettext(
                "The name of one person, if somebody comes along.",
                "One name on each line, %(count)s at most.",
                event.companions,
            ) % {"count": event.companions}
        else:
            del self.fields["companions"]
        if organisations is not None and organisations:
            self.fields["organisation"].queryset = organisations
        else:
            del self.fields["organisation"]
        if person is None:
            return
        for name in ("name", "whatsapp", "email", "under_18", "birth_year"):
            del self.fields[name]
        if is_minor(person.birth_year) and not (person.guardian_name and person.guardian_whatsapp):
            for name in ("guardian_name", "guardian_whatsapp"):
                self.fields[name].required = True
        else:
            del self.fields["guardian_name"], self.fields["guardian_whatsapp"]

    @property
    def asks_little(self) -> bool:
        """Whether a signed-in person can register without being asked anything."""
        return self.person is not None and not {"mode", "companions", "guardian_name"} & set(self.fields)

    @property
    def is_young(self) -> bool:
        """Whether the part for people under 18 is in use."""
        return any(self[name].value() for name in ("under_18", "birth_year", "guardian_name"))

    def clean_whatsapp(self) -> str:
        """The number in one written form."""
        return number(self.cleaned_data["whatsapp"])

    def clean_guardian_whatsapp(self) -> str:
        """The number in one written form."""
        return number(self.cleaned_data["guardian_whatsapp"])

    def clean(self) -> dict[str, Any]:
        """A way to reach her, a consent for what she needs, and under 18 a guardian."""
        data = super().clean() or {}
        if data.get("access_needs") and not data.get("access_consent"):
            self.add_error(
                "access_consent", _("Agree that we keep this to prepare the room, or leave it empty.")
            )
        if self.person is not None:
            return data
        if not (data.get("whatsapp") or data.get("email") or {"whatsapp", "email"} & set(self.errors)):
            self.add_error(
                "whatsapp", _("Give an e-mail address or a WhatsApp number, so that we can reach you.")
            )
        self._clean_age(data)
        return data

    def _clean_age(self, data: dict[str, Any]) -> None:
        year = data.get("birth_year")
        if year and year > clock.now().year:
            self.add_error("birth_year", _("This year has not come yet."))
        elif data.get("under_18") and not year and "birth_year" not in self.errors:
            self.add_error("birth_year", _("Under 18 we ask for the birth year."))
        elif is_minor(year) and not (data.get("guardian_name") and data.get("guardian_whatsapp")):
            self.add_error(
                "guardian_name" if not data.get("guardian_name") else "guardian_whatsapp",
                _("Under 18, a parent or guardian agrees with you: give their name and WhatsApp number."),
            )

    def wish(self, answers: dict[str, Any] | None = None) -> Wish:
        """What was typed, as the deed takes it."""
        data = self.cleaned_data
        return Wish(
            mode=data.get("mode", ""),
            companions=data.get("companions", "").splitlines(),
            access_needs=data.get("access_needs", ""),
            access_consent=data.get("access_consent", False),
            guardian_name=data.get("guardian_name", ""),
            guardian_whatsapp=data.get("guardian_whatsapp", ""),
            answers=answers,
        )


def _choice(places: Places) -> str:
    label = str(places.mode.label)
    if places.free is None:
        return label
    if places.is_full:
        return str(_("%(mode)s · full, waiting list")) % {"mode": label}
    return ngettext("%(mode)s · %(count)s place left", "%(mode)s · %(count)s places left", places.free) % {
        "mode": label,
        "count": places.free,
    }
