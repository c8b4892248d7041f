"""The shape and wording of criteria and of judging."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..members.models import Person
from .enums import MeasuredBy, Met
from .forms import Hatted, area
from .models import Criterion, Initiative, Judgement
from .queries import own_hat

SCALE = [(n, str(n)) for n in range(1, 6)]


class CriterionForm(forms.Form):
    """How one will know that it worked."""

    text = forms.CharField(
        label=_("We will know by"),
        max_length=200,
        help_text=_("Something one can see: half of them still run."),
    )
    baseline = forms.CharField(
        label=_("How it is before"), max_length=120, help_text=_("Without this nobody can tell a change.")
    )
    target = forms.CharField(label=_("What we hope for"), max_length=120, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    measured_by = forms.ChoiceField(
        label=_("Measured by"), choices=MeasuredBy.choices, initial=MeasuredBy.JUDGEMENT
    )
    quiet_optional = True

    @classmethod
    def of(cls, criterion: Criterion, data: Any = None) -> "CriterionForm":
        """The form of one that is there."""
        names = ("text", "baseline", "target", "unit", "measured_by")
        initial = {name: getattr(criterion, name) for name in names}
        return cls(data, initial=initial, auto_id=f"criterion_{criterion.place}_%s")


class JudgeForm(Hatted):
    """How one party judges."""

    result = forms.TypedChoiceField(
        label=_("The result: 1 nothing came of it, 5 all we hoped for"),
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect({"class": "scale"}),
    )
    influence = forms.TypedChoiceField(
        label=_("Our own influence on it: 1 none, 5 it is ours as well"),
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect({"class": "scale"}),
    )
    again = forms.TypedChoiceField(
        label=_("Would you do it again?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect({"class": "side"}),
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=area(4, 2000),
        help_text=_(
            "An organisation's words stand under its name. What you say in your own name is shown without it, and only when five people have answered so."
        ),
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        initiative: Initiative,
        judged: Judgement | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, person=person, hat=own_hat(initiative, person), **kwargs)
        self.criteria = list(initiative.criteria.order_by("place"))
        said = {} if judged is None else {one.criterion_id: one.met for one in judged.of_criteria.all()}
        for row in self.criteria:
            self.fields[f"criterion_{row.place}"] = forms.ChoiceField(
                label=row.text,
                choices=Met.choices,
                initial=said.get(row.pk, Met.UNKNOWN),
                help_text=row.value
                and _("before: %(before)s, now: %(now)s") % {"before": row.baseline, "now": row.value},
            )
        if judged is not None:
            self.initial.update(
                result=judged.result,
                influence=judged.influence,
                again="yes" if judged.again else "no",
                words=judged.words,
            )

    def criterion_fields(self) -> list[Any]:
        """The fields of the criteria."""
        return [self[f"criterion_{row.place}"] for row in self.criteria]

    def told(self) -> dict[str, Any]:
        """What the deed takes."""
        data = self.cleaned_data
        return {
            "result": data["result"],
            "influence": data["influence"],
            "again": data["again"],
            "words_said": data["words"],
            "organisation": self.hat,
            "criteria": {row.place: data[f"criterion_{row.place}"] for row in self.criteria},
        }
