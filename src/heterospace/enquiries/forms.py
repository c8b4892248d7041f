"""The shape and wording of what people tell a hub, and of what the desk notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..hubs.models import Hub
from ..members.forms import PHONE
from ..members.models import Person
from ..spaces.models import Space
from .actions import LONGEST
from .enums import EnquiryKind, Way, outcomes_of
from .models import Enquiry


class AskForm(forms.Form):
    """A question, a complaint, praise, a fault; and where the answer goes, unless we know."""

    kind = forms.ChoiceField(label=_("What is it"), choices=EnquiryKind.choices, initial=EnquiryKind.QUESTION)
    space = forms.ModelChoiceField(
        label=_("About which space"),
        queryset=Space.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("About the hub, not one space"),
    )
    text = forms.CharField(
        label=_("What would you like to tell us?"), max_length=LONGEST, widget=forms.Textarea({"rows": 4})
    )
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
    quiet_optional = True

    def __init__(self, *args: Any, hub: Hub, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.filter(hub=hub, is_active=True).order_by(
            "position", "id"
        )
        if person is not None:
            del self.fields["name"]
            if person.whatsapp or person.email:
                del self.fields["whatsapp"], self.fields["email"]


class AnswerForm(forms.Form):
    """What somebody was told, and how."""

    way = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("Your answer"), max_length=LONGEST, widget=forms.Textarea({"rows": 5}))

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {
            Way.WHATSAPP: _("By WhatsApp: save it, then send it with one tap"),
            Way.EMAIL: _("By e-mail: it goes out as soon as you save it"),
            Way.SPOKEN: _("I told them by phone or at the desk"),
        }
        if not enquiry.whatsapp:
            del told[Way.WHATSAPP]
        if not enquiry.email:
            del told[Way.EMAIL]
        self.fields["way"].choices = list(told.items())
        self.fields["way"].initial = next(iter(told))


class CloseForm(forms.Form):
    """What became of it."""

    outcome = forms.ChoiceField(label=_("What became of it"))
    note = forms.CharField(label=_("What was decided"), max_length=500, required=False)

    def __init__(self, *args: Any, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            ("", _("Choose…")),
            *((outcome.value, outcome.label) for outcome in outcomes_of(enquiry.kind)),
        ]
