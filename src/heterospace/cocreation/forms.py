"""The shape and wording of what people type about an initiative."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bookings.forms import DateInput
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from ..members.queries import acts_for
from .enums import Influence, Pattern, Result
from .models import Stage


class HatField(forms.ModelChoiceField):
    """For which organisation somebody speaks here: one hat at a time, or her own name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("I speak for"),
            queryset=Organisation.objects.none(),
            required=False,
            empty_label=_("Myself"),
            **kwargs,
        )

    def offer(self, person: Person | None) -> None:
        """Offer the organisations this person may act for now."""
        if person is not None:
            self.queryset = acts_for(person)


class Hatted(forms.Form):
    """A form whose author wears one hat. `hat` is the first guess: the organisation's id, or None."""

    quiet_optional = True
    organisation = HatField()

    def __init__(self, *args: Any, person: Person | None, hat: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.offer(person)  # type: ignore[attr-defined]
        choices = list(field.queryset)  # type: ignore[attr-defined]
        if hat in {one.pk for one in choices}:
            field.initial = hat
        elif len(choices) == 1:
            field.initial = choices[0].pk
        if not choices:
            del self.fields["organisation"]

    @property
    def hat(self) -> Organisation | None:
        """The hat that was chosen."""
        return self.cleaned_data.get("organisation")


def area(rows: int, most: int, **attrs: Any) -> forms.Textarea:
    """A text field of so many lines."""
    return forms.Textarea({"rows": rows, "maxlength": most, **attrs})


class ProposeForm(Hatted):
    """What an initiative begins with."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("In a few words everybody understands.")
    )
    problem = forms.CharField(
        label=_("What is the problem, and for whom?"), max_length=4000, widget=area(5, 4000)
    )
    hope = forms.CharField(
        label=_("What should be different in the end?"), max_length=2000, required=False, widget=area(3, 2000)
    )
    pattern = forms.ChoiceField(
        label=_("What kind of thing is it?"), choices=Pattern.choices, initial="other"
    )
    hub = forms.ModelChoiceField(
        label=_("Which hub should answer?"), queryset=Hub.objects.none(), empty_label=None
    )
    field_order = ["title", "problem", "hope", "pattern", "hub", "organisation"]

    def __init__(self, *args: Any, hubs: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        self.fields["hub"].queryset = hubs  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The hub's answer: everybody reads it."""

    answer = forms.CharField(
        label=_("The reason"),
        max_length=2000,
        widget=area(4, 2000),
        help_text=_("Everybody can read it, whatever the answer is."),
    )


class WordsForm(forms.Form):
    """The words of an initiative while it is framed."""

    quiet_optional = True
    title = forms.CharField(label=_("Title"), max_length=160)
    problem = forms.CharField(
        label=_("What is the problem, and for whom?"), max_length=4000, widget=area(5, 4000)
    )
    hope = forms.CharField(
        label=_("What should be different in the end?"), max_length=2000, required=False, widget=area(3, 2000)
    )


class StageForm(forms.Form):
    """The plan of a stage; of an open one a change needs its reason."""

    starts_on = forms.DateField(label=pgettext_lazy("date", "From"), widget=DateInput())
    ends_on = forms.DateField(label=pgettext_lazy("date", "Until"), widget=DateInput())
    influence = forms.ChoiceField(
        label=_("What you promise to those who take part"), choices=Influence.choices
    )
    rules = forms.CharField(label=_("Rules"), max_length=4000, widget=area(6, 4000))
    reason = forms.CharField(
        label=_("Why the rules change"),
        max_length=1000,
        required=False,
        widget=area(2, 1000),
        help_text=_("It is public, and everybody who took part is told."),
    )

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        names = ("starts_on", "ends_on", "influence", "rules")
        super().__init__(*args, initial={name: getattr(stage, name) for name in names}, **kwargs)
        self.stage = stage
        if not stage.is_open:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = False

    @property
    def plan(self) -> dict[str, Any]:
        """What `plan_stage` takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("starts_on", "ends_on", "influence", "rules")}


class OpenForm(forms.Form):
    """Opening a stage; a reason only where one is asked for."""

    quiet_optional = True
    reason = forms.CharField(
        label=_("Why it begins without a promise from outside government"),
        max_length=1000,
        required=False,
        widget=area(2, 1000),
        help_text=_("Only if nobody else has promised anything. It is public."),
    )


class CloseForm(forms.Form):
    """The result with which a stage is closed."""

    quiet_optional = True
    result = forms.CharField(
        label=_("The result"),
        max_length=8000,
        widget=area(6, 8000),
        help_text=_(
            "What was found, agreed or done. A stage is not closed without one, and it stays as you write it."
        ),
    )


class EndForm(CloseForm):
    """The last stage also says what becomes of it, and why somebody is missing."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it?"), choices=Result.choices, widget=forms.RadioSelect
    )
    outcome_reason = forms.CharField(label=_("Why?"), max_length=2000, widget=area(3, 2000))
    reason = forms.CharField(
        label=_("Why it ends without a sector that framed it"),
        max_length=1000,
        required=False,
        widget=area(2, 1000),
        help_text=_("Only if one is missing. It is public."),
    )


class StewardForm(forms.Form):
    """Somebody who guides it too: found by e-mail or number, for one of her organisations."""

    contact = forms.CharField(
        label=_("E-mail or WhatsApp number"),
        max_length=254,
        help_text=_("Of a member, as she gave it to the hub."),
    )
    organisation = forms.CharField(
        label=_("For which organisation"),
        max_length=200,
        help_text=_("Its name. She must be confirmed in it."),
        widget=forms.TextInput({"list": "parties"}),
    )


class ReasonForm(forms.Form):
    """A reason everybody may read."""

    reason = forms.CharField(label=_("The reason"), max_length=2000, widget=area(3, 2000))


class ReplyForm(forms.Form):
    """Why one stays away: for the stewards only."""

    quiet_optional = True
    reason = forms.CharField(
        label=_("Would you tell us why not?"),
        max_length=300,
        required=False,
        widget=area(2, 300),
        help_text=_("Only those who guide it read this, so that next time can be better."),
    )


class HubForm(forms.Form):
    """At which hub it is repeated."""

    hub = forms.ModelChoiceField(label=_("At which hub?"), queryset=Hub.objects.none(), empty_label=None)

    def __init__(self, *args: Any, hubs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hub"].queryset = hubs  # type: ignore[attr-defined]
