"""The shape and wording of what people type in a dialogue, and of what its facilitators do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bookings.forms import DateInput
from ..members.enums import Sector
from .enums import POLICY, Language
from .forms import HatField, Hatted, area
from .models import LONGEST, Dialogue

LARGEST = 9 * 1024 * 1024


class LanguageField(forms.ChoiceField):
    """In which language something is said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Language"),
            choices=Language.choices,
            required=False,
            initial=Language.INDONESIAN,
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """The language; Indonesian when nothing was chosen."""
        return super().clean(value) or Language.INDONESIAN


class SayForm(Hatted):
    """A statement of one's own."""

    text = forms.CharField(
        label=_("Your statement"),
        max_length=LONGEST,
        widget=area(2, LONGEST),
        help_text=_("One thought in one sentence, without names of persons. Others agree, disagree or pass."),
    )
    language = LanguageField()


class HatForm(Hatted):
    """For whom one votes: asked with the first vote."""


class NewForm(forms.Form):
    """A dialogue to be opened."""

    quiet_optional = True
    title = forms.CharField(label=_("Title"), max_length=160)
    question = forms.CharField(
        label=_("The question"),
        max_length=600,
        widget=area(2, 600),
        help_text=_("Everybody reads it above every statement. It stays once the dialogue is open."),
    )
    about = forms.CharField(
        label=_("What one should know"), max_length=4000, required=False, widget=area(3, 4000)
    )
    seeds = forms.CharField(
        label=_("Statements to begin with"),
        required=False,
        widget=area(6, 12_000),
        help_text=_(
            "One in each line, from different points of view. Eight to fifteen are a good beginning."
        ),
    )
    language = LanguageField()
    closes_on = forms.DateField(label=_("Open until"), required=False, widget=DateInput())
    allows_strangers = forms.BooleanField(
        label=_("Also without an account"),
        required=False,
        help_text=_("By browser, marked as such in the results and counted in no sector."),
    )
    is_moderated_first = forms.BooleanField(
        label=_("Statements wait for a moderator"),
        required=False,
        help_text=_(
            "Otherwise they are shown at once, and taken out afterwards where the policy asks for it."
        ),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """What `draft_dialogue` takes."""
        data = dict(self.cleaned_data)
        data["seeds"] = data["seeds"].splitlines()
        return data


class ChangeForm(forms.Form):
    """What may change while it is open."""

    quiet_optional = True
    about = forms.CharField(
        label=_("What one should know"), max_length=4000, required=False, widget=area(3, 4000)
    )
    closes_on = forms.DateField(label=_("Open until"), widget=DateInput())
    allows_strangers = forms.BooleanField(label=_("Also without an account"), required=False)
    is_moderated_first = forms.BooleanField(label=_("Statements wait for a moderator"), required=False)

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(
            *args, initial={name: getattr(dialogue, name) for name in self.base_fields}, **kwargs
        )


class SeedsForm(forms.Form):
    """More statements of the facilitators."""

    seeds = forms.CharField(label=_("One in each line"), widget=area(4, 12_000))
    language = LanguageField()


class OpenAgainForm(forms.Form):
    """Until when it is open."""

    closes_on = forms.DateField(label=_("Open until"), widget=DateInput())


class ImportForm(forms.Form):
    """The files of a public conversation."""

    votes = forms.FileField(label="votes.csv")
    comments = forms.FileField(label="comments.csv", required=False)
    source = forms.CharField(
        label=_("Attribution"),
        max_length=300,
        help_text=_("Where it comes from and under which licence; shown with its figures."),
    )
    language = LanguageField()

    def clean(self) -> dict[str, Any]:
        """The files as texts."""
        data = super().clean() or {}
        for name in ("votes", "comments"):
            file = data.get(name)
            if file is not None and file.size > LARGEST:
                self.add_error(name, _("This file is too large."))
            elif file is not None:
                data[name] = file.read().decode("utf-8-sig", errors="replace")
        return data


class OutForm(forms.Form):
    """Why a statement is taken out."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("moderation", "The statement …"),
        choices=[(one.value, one.label) for one in POLICY],
    )


class PrintForm(forms.Form):
    """How many sheets."""

    count = forms.IntegerField(label=_("How many sheets"), min_value=1, max_value=500, initial=20)


class SheetForm(forms.Form):
    """What stands at the head of a sheet of paper; its ticks are read from the table below."""

    quiet_optional = True
    sheet = forms.IntegerField(label=_("Sheet number"), min_value=1)
    sector = forms.ChoiceField(
        label=_("Sector noted on it"), choices=[("", _("None noted")), *Sector.choices], required=False
    )
    organisation = forms.CharField(
        label=_("Organisation noted on it"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"list": "parties", "autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("Member who handed it in"),
        max_length=254,
        required=False,
        help_text=_(
            "E-mail or WhatsApp number, only if she wants her part recorded. Nothing joins her to the ticks."
        ),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


__all__ = [
    "ChangeForm",
    "HatField",
    "HatForm",
    "ImportForm",
    "NewForm",
    "OpenAgainForm",
    "OutForm",
    "PrintForm",
    "SayForm",
    "SeedsForm",
    "SheetForm",
]
