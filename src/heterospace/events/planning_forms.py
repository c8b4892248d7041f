"""The shape and wording of planning an event."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..bookings.forms import DateInput, TimeInput
from ..core import clock, regions
from ..hubs.models import Hub
from ..members.models import Organisation
from ..spaces.models import Space
from .enums import Access, EventMode, Group, HelperRole, Mode, Part, Topic
from .models import Event, Session

SEATS_HELP = _("Leave it empty for as many as come.")


def moment(day: dt.date, time: dt.time, timezone: str) -> dt.datetime:
    """The moment of `time` on `day` as clocks in `timezone` show it."""
    return clock.at(day, time.hour * 60 + time.minute, timezone)


class WhenFields(forms.Form):
    """From when until when: one day, or more."""

    date = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    end = forms.TimeField(label=_("Until"), widget=TimeInput())
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput(),
        help_text=_("Only if it lasts longer than a day."),
    )

    def clean(self) -> dict[str, Any]:
        """From before until."""
        data = super().clean() or {}
        if data.get("date") and data.get("start") and data.get("end"):
            last = data.get("last") or data["date"]
            if (last, data["end"]) <= (data["date"], data["start"]):
                self.add_error("end", _("The end must come after the start."))
        return data

    def span(self, timezone: str) -> tuple[dt.datetime, dt.datetime]:
        """The period as clocks in `timezone` show it."""
        data = self.cleaned_data
        return (
            moment(data["date"], data["start"], timezone),
            moment(data.get("last") or data["date"], data["end"], timezone),
        )


class PlanForm(WhenFields):
    """The least an event needs; the rest is told on its own pages."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=240,
        required=False,
        help_text=_("Why should somebody come? It stands in the list and in the shared picture."),
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices, initial=Topic.BUSINESS)
    mode = forms.ChoiceField(label=_("How"), choices=EventMode.choices)
    onsite = forms.IntegerField(
        label=_("Seats on site"), required=False, min_value=1, max_value=1_000_000, help_text=SEATS_HELP
    )
    online = forms.IntegerField(
        label=_("Seats online"), required=False, min_value=1, max_value=1_000_000, help_text=SEATS_HELP
    )
    host = forms.ModelChoiceField(
        label=_("Host"), queryset=Organisation.objects.none(), required=False, empty_label=_("The hub")
    )
    space = forms.ModelChoiceField(
        label=_("Space"),
        queryset=Space.objects.none(),
        required=False,
        empty_label=_("None yet, or elsewhere"),
        help_text=_("It is booked for this time at once; if somebody has it, you are told."),
    )

    def __init__(self, *args: Any, hosts: Any, spaces: Any, must_host: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts
        self.fields["space"].queryset = spaces
        if must_host:
            self.fields["host"].required = True
            self.fields["host"].empty_label = None

    def capacity(self) -> dict[str, int | None]:
        """Seats for each way of taking part."""
        return seats_of(self.cleaned_data)


def seats_of(data: dict[str, Any]) -> dict[str, int | None]:
    """Seats for each way of taking part that an event has."""
    return {mode.value: data.get(mode.value) for mode in EventMode(data["mode"]).modes}


class FactsForm(forms.ModelForm):
    """What is told about an event."""

    access = forms.MultipleChoiceField(
        label=_("So that everybody can take part"),
        choices=Access.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
    )
    picture = forms.ImageField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP under 8 MB; it replaces the one there is."),
    )
    online_url = forms.URLField(
        label=_("Link of the meeting"),
        required=False,
        assume_scheme="https",
        help_text=_("Zoom, Meet or YouTube. Empty: a Jitsi room of its own. Only confirmed people see it."),
    )
    closes_date = forms.DateField(
        label=_("Registration until"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty: until it ends."),
    )
    closes_time = forms.TimeField(label=_("at"), required=False, widget=TimeInput())

    class Meta:
        model = Event
        fields = (
            "title",
            "summary",
            "about",
            "topic",
            "place",
            "price",
            "access",
            "photo_text",
            "admission",
            "companions",
            "offer_hours",
            "questionnaire",
            "online_url",
            "online_minutes",
            "note_onsite",
            "note_online",
        )
        widgets = {
            "about": forms.Textarea({"rows": 6}),
            "note_onsite": forms.Textarea({"rows": 2}),
            "note_online": forms.Textarea({"rows": 2}),
        }
        help_texts = {
            "online_url": _(
                "Zoom, Meet or YouTube. Empty: a Jitsi room of its own. Only confirmed people see it."
            ),
            "note_onsite": _("It stands in their mails and reminders: where to enter, what to bring."),
            "note_online": _("It stands in their mails and reminders."),
            "offer_hours": _(
                "When a seat becomes free, the next on the waiting list has this long to take it."
            ),
        }

    def __init__(self, *args: Any, questionnaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event = self.instance
        self.fields["questionnaire"].queryset = questionnaires
        self.fields["questionnaire"].empty_label = _("None")
        if event.closes_at:
            local = event.closes_at.astimezone(ZoneInfo(event.hub.timezone))
            self.initial |= {"closes_date": local.date(), "closes_time": local.time()}
        if Mode.ONLINE not in event.modes:
            for name in ("online_url", "online_minutes", "note_online"):
                del self.fields[name]
        if Mode.ONSITE not in event.modes:
            for name in ("place", "note_onsite"):
                del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What the deed takes."""
        data = dict(self.cleaned_data)
        day, time = data.pop("closes_date"), data.pop("closes_time")
        data.pop("picture")
        zone = self.instance.hub.timezone
        data["closes_at"] = moment(day, time or dt.time(23, 59), zone) if day else None
        return data

    def _post_clean(self) -> None:
        """The deed sets the model's fields, not the form: a refused change leaves the event as it was."""


class SeatsForm(forms.Form):
    """How an event is held and how many seats there are."""

    mode = forms.ChoiceField(label=_("How"), choices=EventMode.choices)
    onsite = forms.IntegerField(
        label=_("Seats on site"), required=False, min_value=1, max_value=1_000_000, help_text=SEATS_HELP
    )
    online = forms.IntegerField(
        label=_("Seats online"), required=False, min_value=1, max_value=1_000_000, help_text=SEATS_HELP
    )

    def capacity(self) -> dict[str, int | None]:
        """Seats for each way of taking part."""
        return seats_of(self.cleaned_data)


class KeepForm(forms.Form):
    """Seats kept for a group, and why."""

    seats = forms.ChoiceField(label=_("Of the seats"))
    group = forms.ChoiceField(label=_("For whom"), choices=Group.choices)
    region = forms.ChoiceField(label=_("Kabupaten or kota"), required=False)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Everybody may read it."))
    until = forms.DateField(
        label=_("Kept until"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty: a day before it begins."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seats"].choices = [
            (str(one.pk), one.get_mode_display()) for one in event.seats.all() if one.capacity is not None
        ]
        self.fields["region"].choices = [("", "-"), *regions.homes()]


class SessionForm(WhenFields):
    """One sitting and its space."""

    title = forms.CharField(label=_("Title"), max_length=160, required=False)
    about = forms.CharField(
        label=_("What happens"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    space = forms.ModelChoiceField(
        label=_("Space"), queryset=Space.objects.none(), required=False, empty_label=_("None")
    )
    speakers = forms.CharField(
        label=_("Who speaks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One a line: name, then a comma and who it is."),
    )

    def __init__(
        self, *args: Any, spaces: Any, session: Session | None = None, hub: Hub, **kwargs: Any
    ) -> None:
        if session is not None:
            zone = ZoneInfo(hub.timezone)
            start, end = session.start.astimezone(zone), session.end.astimezone(zone)
            kwargs["initial"] = {
                "title": session.title,
                "about": session.about,
                "space": session.space_id,
                "date": start.date(),
                "start": start.time(),
                "end": end.time(),
                "last": end.date() if end.date() != start.date() else None,
                "speakers": "\n".join(
                    ", ".join(part for part in (one.name, one.role) if part) for one in session.speakers.all()
                ),
            }
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces

    def told_speakers(self) -> list[dict[str, str]]:
        """Name and role of each line."""
        lines = (line.partition(",") for line in self.cleaned_data["speakers"].splitlines() if line.strip())
        return [{"name": name.strip(), "role": role.strip()[:200]} for name, _comma, role in lines]


class MoveForm(forms.Form):
    """Another beginning for the whole event."""

    date = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())


class PartyForm(forms.Form):
    """Who hosts it, or helps it."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    part = forms.ChoiceField(label=_("As"), choices=Part.choices)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class HelperForm(forms.Form):
    """Who helps: by the e-mail or WhatsApp number of her account."""

    who = forms.CharField(label=_("E-mail or WhatsApp number"), max_length=200)
    role = forms.ChoiceField(label=_("As"), choices=HelperRole.choices, initial=HelperRole.DOOR)


class NoteForm(forms.Form):
    """A sentence that goes with a decision."""

    note = forms.CharField(label=_("What is missing?"), max_length=500, widget=forms.Textarea({"rows": 2}))


class ReasonForm(forms.Form):
    """Why, as everybody will read it."""

    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea({"rows": 2}))


class RepeatForm(forms.Form):
    """When else it takes place."""

    every = forms.ChoiceField(
        label=_("How often"),
        choices=[("7", _("Every week")), ("14", _("Every two weeks")), ("28", _("Every four weeks"))],
    )
    times = forms.IntegerField(label=_("How many more times"), min_value=1, max_value=52, initial=3)


class InviteForm(forms.Form):
    """Somebody the organisers invite."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    whatsapp = forms.CharField(label=_("WhatsApp number"), max_length=30, required=False)


class AddPersonForm(InviteForm):
    """Somebody the organisers register."""

    mode = forms.ChoiceField(label=_("How"), choices=Mode.choices, required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(event.modes) < 2:
            del self.fields["mode"]
