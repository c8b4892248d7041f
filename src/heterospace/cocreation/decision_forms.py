"""The shape and wording of decisions: preparing one, its ballot, positions, closing it, looking at it again."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bookings.forms import DateInput, TimeInput
from ..events.planning_forms import moment
from ..members.enums import Sector
from . import counting
from .ballots import new_receipt
from .enums import Franchise, Method, Stance
from .forms import area
from .models import Decision, Elector, Initiative, Proposal

NONE = "-"  # the box of an approval that ticks nothing


class DecisionForm(forms.Form):
    """What is decided, how, by whom and until when. `for sector in Sector` there is a field of its own quorum."""

    quiet_optional = True
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("What is decided, in a line everybody understands.")
    )
    text = forms.CharField(
        label=_("What is decided"),
        max_length=6000,
        widget=area(6, 6000),
        help_text=_("All of it: when the decision is open, nothing can be added."),
    )
    proposal = forms.ModelChoiceField(
        label=_("From which proposal"),
        queryset=Proposal.objects.none(),
        required=False,
        empty_label=_("From none of them"),
    )
    first_sector = forms.ChoiceField(
        label=_("Who had the idea first"),
        required=False,
        choices=[("", _("Nobody can say")), *Sector.choices],
        help_text=_("Where it comes from a proposal, its first author counts."),
    )
    was_changed = forms.BooleanField(label=_("It was changed after others had their say"), required=False)
    method = forms.ChoiceField(
        label=pgettext_lazy("decision", "How"), choices=Method.choices, widget=forms.RadioSelect
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        max_length=4000,
        widget=area(4, 4000),
        help_text=_("One a line, 2 to 20; only for approval and score."),
    )
    passes_above = forms.IntegerField(
        label=_("Passes with more than (per cent)"),
        min_value=50,
        max_value=99,
        initial=50,
        help_text=_("Of the votes, of those who tick it, or of the points there are. Not used for consent."),
    )
    franchise = forms.ChoiceField(
        label=_("Who may vote"),
        choices=Franchise.choices,
        initial=Franchise.ACTED,
        widget=forms.RadioSelect,
    )
    quorum = forms.IntegerField(
        label=_("So many of a hundred must vote"), min_value=1, max_value=100, initial=50
    )
    date = forms.DateField(label=_("Open until"), widget=DateInput())
    time = forms.TimeField(label=_("Time"), widget=TimeInput(), initial=dt.time(20))
    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=DateInput(),
        help_text=_("The stewards are reminded, and everybody sees what they say."),
    )

    def __init__(
        self, *args: Any, initiative: Initiative, decision: Decision | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(initiative, decision) if decision else None, **kwargs)
        self.timezone = initiative.hub.timezone
        self.fields["proposal"].queryset = initiative.proposals.exclude(state="withdrawn").order_by("-pk")  # type: ignore[attr-defined]
        known = decision.sector_quorum if decision is not None else {}
        for sector in Sector:
            self.fields[f"quorum_{sector}"] = forms.IntegerField(
                label=sector.label,
                required=False,
                min_value=0,
                max_value=10_000,
                initial=known.get(sector),
            )

    @property
    def sector_fields(self) -> list[forms.BoundField]:
        """The fields of the sectors' own quorums."""
        return [self[f"quorum_{sector}"] for sector in Sector]

    @property
    def asks_sectors(self) -> bool:
        """Whether one of them is filled in or wrong: then they are shown."""
        return any(field.value() not in (None, "") or field.errors for field in self.sector_fields)

    @property
    def plan(self) -> dict[str, Any]:
        """What `draft_decision` takes."""
        data = self.cleaned_data
        names = "title text method franchise quorum passes_above proposal first_sector was_changed review_on"
        return {
            **{name: data[name] for name in names.split()},
            "options": data["options"].splitlines(),
            "closes_at": moment(data["date"], data["time"], self.timezone),
            "sector_quorum": {
                sector.value: data[f"quorum_{sector}"] for sector in Sector if data[f"quorum_{sector}"]
            },
        }


def _initial(initiative: Initiative, decision: Decision) -> dict[str, Any]:
    names = "title text method franchise quorum passes_above proposal first_sector was_changed review_on"
    local = decision.closes_at.astimezone(ZoneInfo(initiative.hub.timezone))
    return {
        **{name: getattr(decision, name) for name in names.split()},
        "options": "\n".join(decision.options),
        "date": local.date(),
        "time": local.time(),
    }


class VoiceForm(forms.Form):
    """A ballot or position of somebody who may have several voices: which one."""

    quiet_optional = True
    is_final = False  # a voice that was used is spent

    def __init__(self, *args: Any, voices: list[Elector], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [one for one in voices if one.person_id is None]
        free = [one for one in named if not (self.is_final and one.has_voted)]
        self.voices = {str(one.organisation_id): one.organisation for one in named}
        if len(named) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label=_("For which organisation"),
                choices=[(key, one.name) for key, one in self.voices.items() if one is not None],
                widget=forms.RadioSelect,
                required=len(free) > 1,
            )

    @property
    def organisation(self) -> Any:
        """The organisation whose voice it is, where there are several."""
        return self.voices.get(self.cleaned_data.get("organisation", ""))


class BallotForm(VoiceForm):
    """The ballot of one decision, with the receipt made before it is cast."""

    is_final = True
    receipt = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80, initial=new_receipt)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision = decision
        if decision.method == Method.MAJORITY:
            self.fields["choice"] = forms.ChoiceField(
                label=_("Your vote"),
                choices=[
                    (counting.YES, pgettext_lazy("ballot", "Yes")),
                    (counting.NO, pgettext_lazy("ballot", "No")),
                ],
                widget=forms.RadioSelect({"class": "ballot"}),
            )
        elif decision.method == Method.APPROVAL:
            listed = [(str(place), option) for place, option in enumerate(decision.options)]
            self.fields["choice"] = forms.MultipleChoiceField(
                label=_("Tick everything you can live with"),
                choices=[*listed, (NONE, _("None of these"))],
                widget=forms.CheckboxSelectMultiple({"class": "ballot"}),
            )
        else:
            for place, option in enumerate(decision.options):
                self.fields[f"points_{place}"] = forms.TypedChoiceField(
                    label=option,
                    choices=[(str(n), str(n)) for n in range(counting.MOST_POINTS + 1)],
                    coerce=int,
                    widget=forms.RadioSelect({"class": "scale"}),
                )

    def clean_choice(self) -> Any:
        """Nothing beside "none of these"."""
        given = self.cleaned_data["choice"]
        if isinstance(given, list) and NONE in given and len(given) > 1:
            raise forms.ValidationError(_("Either tick options, or “none of these”."))
        return given

    @property
    def choice(self) -> Any:
        """What `cast_ballot` takes."""
        data, options = self.cleaned_data, self.decision.options
        if self.decision.method == Method.MAJORITY:
            return data["choice"]
        if self.decision.method == Method.APPROVAL:
            return [options[int(place)] for place in data["choice"] if place != NONE]
        return {option: data[f"points_{place}"] for place, option in enumerate(options)}

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields in the order of the paper: whose voice, then the choice."""
        return [self[name] for name in self.fields if name != "receipt"]


class PositionForm(VoiceForm):
    """Consent, stand aside, or object with a reason."""

    stance = forms.ChoiceField(
        label=_("What do you say?"), choices=Stance.choices, widget=forms.RadioSelect({"class": "ballot"})
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=area(3, 2000),
        help_text=_("An objection needs its reason: what harm would it do? Everybody reads it."),
    )


class IntegrationForm(forms.Form):
    """How an objection is taken up."""

    integration = forms.CharField(
        label=_("How it is taken up"),
        max_length=2000,
        widget=area(3, 2000),
        help_text=_("It becomes a part of what is decided. Who objected reads it and may object again."),
    )


class ReasonForm(forms.Form):
    """A word of the stewards beside the result."""

    reason = forms.CharField(
        label=_("Your words to everybody"),
        max_length=4000,
        widget=area(3, 4000),
        help_text=_("Why so, and what happens next. It stands beside the result and stays."),
    )


class ReviewForm(forms.Form):
    """Whether what was decided still holds."""

    note = forms.CharField(label=_("Does it still hold, and why?"), max_length=2000, widget=area(3, 2000))


class ReceiptForm(forms.Form):
    """A receipt somebody kept."""

    receipt = forms.CharField(
        label=_("Your receipt"),
        max_length=80,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
