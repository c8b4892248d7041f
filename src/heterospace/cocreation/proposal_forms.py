"""The shape and wording of proposals and of what is said about them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..members.models import Person
from .actions import proposals
from .actions.comments import LONGEST
from .enums import ANSWERS, CommentKind, ProposalState
from .forms import Hatted
from .models import Initiative
from .queries import own_hat


class HatForm(Hatted):
    """Asks for whom one speaks in an initiative; the first guess is the hat one wore last."""

    def __init__(self, *args: Any, person: Person | None, initiative: Initiative, **kwargs: Any) -> None:
        last = own_hat(initiative, person) if person is not None else None
        super().__init__(*args, person=person, hat=last, **kwargs)


class ProposalForm(HatForm):
    """What could be done."""

    title = forms.CharField(
        label=_("What should be done, in a few words"), max_length=proposals.LONGEST_TITLE
    )
    text = forms.CharField(
        label=_("Your proposal"),
        max_length=proposals.LONGEST,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("What exactly, for whom, who would do it, and what it takes."),
    )
    field_order = ["title", "text", "organisation"]


class AmendmentForm(HatForm):
    """How a proposal should read instead."""

    text = forms.CharField(
        label=_("How it should read"),
        max_length=proposals.LONGEST,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Change the words right here. Nothing else is touched."),
    )
    why = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    base = forms.IntegerField(min_value=1, max_value=32767, widget=forms.HiddenInput)
    field_order = ["text", "why", "organisation", "base"]


class CommentForm(HatForm):
    """A word for, against, or a question."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("comment", "What it is"), choices=CommentKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("Your words"), max_length=LONGEST, widget=forms.Textarea({"rows": 3}))
    field_order = ["kind", "text", "organisation"]


class AnswerForm(forms.Form):
    """The promised answer."""

    state = forms.ChoiceField(
        label=_("The answer"),
        choices=[(one.value, one.label) for one in ProposalState if one in ANSWERS],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("The reason"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_(
            "What is done, by whom and when; or what stands in the way. Everybody may read it, and it stays as it is."
        ),
    )


class AuthorForm(forms.Form):
    """Somebody who took part and may be named."""

    person = forms.ModelChoiceField(
        label=_("Who else wrote it"), queryset=Person.objects.none(), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
