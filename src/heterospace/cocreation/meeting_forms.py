"""The shape and wording of calling a meeting and of its minutes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..events.enums import EventMode
from ..events.planning_forms import WhenFields
from ..members.enums import Sector
from ..spaces.models import Space
from .actions import Point, Said
from .actions.meetings import LONGEST, LONGEST_POINT
from .forms import area
from .models import Meeting, Proposal

BLANKS = 4  # empty points offered
MORE = 2


class CallForm(WhenFields):
    """When, where, for how many."""

    title = forms.CharField(label=_("What is it about"), max_length=160)
    mode = forms.ChoiceField(label=pgettext_lazy("meeting", "How"), choices=EventMode.choices)
    space = forms.ModelChoiceField(
        label=_("Space"),
        queryset=Space.objects.none(),
        required=False,
        empty_label=_("None yet, or elsewhere"),
        help_text=_("It is booked for this time at once; if somebody has it, you are told."),
    )
    place = forms.CharField(label=_("Where, if not at the hub"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=_("How many can come"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Leave it empty for as many as come."),
    )
    quiet_optional = True

    def __init__(self, *args: Any, spaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["last"]
        self.fields["space"].queryset = spaces  # type: ignore[attr-defined]

    def facts(self, timezone: str) -> dict[str, Any]:
        """What the deed takes."""
        start, end = self.span(timezone)
        names = ("title", "mode", "space", "place", "capacity")
        return {"start": start, "end": end, **{name: self.cleaned_data[name] for name in names}}


class PointForm(forms.Form):
    """A point of the agenda; an empty one is left out."""

    title = forms.CharField(label=_("What it is about"), max_length=200, required=False)
    sector = forms.ChoiceField(
        label=_("Brought in by"), choices=[("", _("nobody in particular")), *Sector.choices], required=False
    )
    proposal = forms.ModelChoiceField(
        label=_("About the proposal"),
        queryset=Proposal.objects.none(),
        required=False,
        empty_label=_("none"),
    )
    use_required_attribute = False
    quiet_optional = True

    def __init__(self, *args: Any, proposals: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposal"].queryset = proposals  # type: ignore[attr-defined]
        if not proposals:
            del self.fields["proposal"]

    @property
    def point(self) -> Point | None:
        """What stands in it; a proposal alone is a point too."""
        data = self.cleaned_data
        proposal = data.get("proposal")
        title = data.get("title") or (proposal.title if proposal else "")
        return Point(title, data.get("sector") or "", proposal) if title else None


Points = forms.formset_factory(PointForm, extra=BLANKS, max_num=30, absolute_max=40)


def agenda_form(data: Any, *, proposals: Any, meeting: Meeting | None = None) -> Any:
    """The points as they are, and some empty ones."""
    rows = meeting.items.order_by("place") if meeting is not None else []
    told = [{"title": row.title, "sector": row.sector, "proposal": row.proposal_id} for row in rows]
    return Points(data, initial=told, prefix="point", form_kwargs={"proposals": proposals})


def points_of(formset: Any) -> list[Point]:
    """The points that were filled in."""
    return [form.point for form in formset.forms if form.is_valid() and form.point is not None]


class MinutesForm(forms.Form):
    """What was said and agreed: as a whole, by point, and what it led to."""

    minutes = forms.CharField(
        label=_("What was said and agreed"),
        max_length=LONGEST,
        widget=area(8, LONGEST),
        help_text=_("In short, so that somebody who was not there understands it. Everybody may read it."),
    )
    quiet_optional = True

    def __init__(self, *args: Any, meeting: Meeting, decisions: Any, commitments: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"minutes": meeting.minutes}
        super().__init__(*args, **kwargs)
        self.items = list(meeting.items.select_related("proposal").order_by("place"))
        for item in self.items:
            self.fields[f"point_{item.pk}"] = forms.CharField(
                label=item.title,
                max_length=LONGEST_POINT,
                required=False,
                initial=item.minutes,
                widget=area(3, LONGEST_POINT),
            )
        for number in range(MORE):
            self.fields[f"more_{number}"] = forms.CharField(
                label=_("Another point that came up"), max_length=200, required=False
            )
            self.fields[f"said_{number}"] = forms.CharField(
                label=_("What was said about it"),
                max_length=LONGEST_POINT,
                required=False,
                widget=area(2, LONGEST_POINT),
            )
        for name, label, rows in (
            ("decisions", _("Decisions it led to"), decisions),
            ("commitments", _("Promises it led to"), commitments),
        ):
            if rows:
                self.fields[name] = forms.ModelMultipleChoiceField(
                    label=label,
                    queryset=rows,
                    required=False,
                    initial=[one.pk for one in getattr(meeting, name).all()],
                    widget=forms.CheckboxSelectMultiple,
                )

    def told(self) -> dict[str, Any]:
        """What the deed takes."""
        data = self.cleaned_data
        more = [
            Said(data[f"more_{number}"], data[f"said_{number}"])
            for number in range(MORE)
            if data[f"more_{number}"]
        ]
        return {
            "points": {item.pk: data[f"point_{item.pk}"] for item in self.items},
            "more": more,
            **{name: data[name] for name in ("decisions", "commitments") if name in data},
        }

    def points(self) -> list[Any]:
        """The fields of the agenda's points."""
        return [self[f"point_{item.pk}"] for item in self.items]

    def extra(self) -> list[tuple[Any, Any]]:
        """The fields of points that came up."""
        return [(self[f"more_{number}"], self[f"said_{number}"]) for number in range(MORE)]
