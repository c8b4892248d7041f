"""The shape and wording of messages to the people of an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import Audience, TextKind

PLACES_HELP = _("{name}, {title}, {when} and {link} are filled in for each reader.")


class MailingForm(forms.Form):
    """A message to many."""

    audience = forms.ChoiceField(label=_("To whom"), choices=Audience.choices)
    subject = forms.CharField(label=_("Subject"), max_length=160)
    body = forms.CharField(
        label=_("Message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=PLACES_HELP,
    )

    def __init__(self, *args: Any, counts: dict[str, int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if counts is not None:
            self.fields["audience"].choices = [
                (one.value, f"{one.label} ({counts[one.value]})") for one in Audience if one.value in counts
            ]


class TextsForm(forms.Form):
    """The event's own words, one field a kind of message; empty is the house's sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in TextKind:
            self.fields[kind.value] = forms.CharField(
                label=kind.label,
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
