"""The shape and wording of promises: making one, delivering it, confirming, another day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bookings.forms import DateInput
from ..members.models import Organisation, Person
from ..members.queries import acts_for, organisations_of
from .forms import area
from .models import Initiative


class PromiseForm(forms.Form):
    """What an organisation promises, to whom, and by when."""

    quiet_optional = True
    owner = forms.ModelChoiceField(
        label=_("Who promises it"), queryset=Organisation.objects.none(), empty_label=None
    )
    what = forms.CharField(
        label=_("What is promised"),
        max_length=300,
        widget=area(2, 300),
        help_text=_("So that everybody can see later whether it was kept: how many, where, how long."),
    )
    receiver = forms.CharField(
        label=_("To which organisation"),
        required=False,
        max_length=200,
        help_text=_("Its name. It confirms what it received; without one the stewards do."),
        widget=forms.TextInput({"list": "parties"}),
    )
    for_whom = forms.CharField(
        label=_("Or to whom, in words"),
        required=False,
        max_length=200,
        help_text=_("For example: the participants of the program."),
    )
    due = forms.DateField(label=_("By when"), widget=DateInput())

    def __init__(self, *args: Any, person: Person, office: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        self.fields["owner"].queryset = acts_for(person)  # type: ignore[attr-defined]

    def clean_receiver(self) -> Organisation | None:
        """The organisation with this name."""
        name = " ".join(self.cleaned_data["receiver"].split())
        if not name:
            return None
        found = organisations_of(self.office).filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(
                _("No organisation here has this name. Choose from the list, or say it in words below.")
            )
        return found


class DeliverForm(forms.Form):
    """How one sees that it was done."""

    quiet_optional = True
    evidence = forms.CharField(
        label=_("How one sees it"),
        max_length=1700,
        widget=area(3, 1700),
        help_text=_("What was done, where, who was there. Everybody reads it."),
    )
    link = forms.URLField(label=_("A link to it"), required=False, max_length=250, assume_scheme="https")
    on = forms.DateField(
        label=_("On which day"), required=False, widget=DateInput(), help_text=_("Empty for today.")
    )

    @property
    def told(self) -> str:
        """The evidence with its link."""
        return "\n".join(filter(None, [self.cleaned_data["evidence"], self.cleaned_data["link"]]))


class NoteForm(forms.Form):
    """A word of the receiver."""

    quiet_optional = True
    note = forms.CharField(label=_("A word to them"), required=False, max_length=1000, widget=area(2, 1000))


class WhyForm(forms.Form):
    """A reason everybody may read."""

    reason = forms.CharField(label=_("The reason"), max_length=1000, widget=area(2, 1000))


class AnotherDayForm(WhyForm):
    """Another day for a promise."""

    due = forms.DateField(label=_("The new day"), widget=DateInput())
    field_order = ["due", "reason"]


class FilterForm(forms.Form):
    """Which promises are listed."""

    quiet_optional = True
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("promises", "All")),
            ("open", pgettext_lazy("promises", "Open")),
            ("kept", pgettext_lazy("promises", "Kept")),
            ("broken", pgettext_lazy("promises", "Broken")),
            ("released", pgettext_lazy("promises", "Released")),
        ],
    )
    owner = forms.ModelChoiceField(
        label=_("Organisation"),
        required=False,
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=pgettext_lazy("organisations", "All"),
    )
    initiative = forms.ModelChoiceField(
        label=_("Initiative"),
        required=False,
        queryset=Initiative.objects.none(),
        to_field_name="slug",
        empty_label=pgettext_lazy("initiatives", "All"),
    )

    def __init__(self, *args: Any, owners: Any, initiatives: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["initiative"].queryset = initiatives  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen; an odd value chooses nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in ("state", "owner", "initiative")}
