"""A questionnaire as a form: its fields are the questions, the engine checks them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.refusals import Sentence
from ..hubs.models import Hub
from .engine import LONGEST, SENTENCES, Value, check, condition_in_words, labels_of
from .enums import DECIDING, SCALES, WITH_OPTIONS, Purpose, QuestionKind
from .models import THRESHOLD, Question, Questionnaire


class Asked(forms.Field):
    """A field that takes whatever was sent: the engine, which knows all answers, says what is wrong with it."""

    def __init__(self, question: Question, widget: forms.Widget, only_if: Sentence = "") -> None:
        # who has no script sees all questions, and reads when this one counts
        told = question.help
        if not told and not question.element and question.kind in SCALES:
            most = SCALES[QuestionKind(question.kind)]
            told = _("1 is the least, %(most)s the most.") % {"most": most}
        note = format_html('<span class="no-js-only">{}</span>', only_if) if only_if else ""
        super().__init__(
            label=question.words,
            help_text=format_html("{} {}", told, note) if only_if else told,
            required=question.required,
            widget=widget,
        )
        self.question, self.only_if = question, only_if

    def clean(self, value: Any) -> Any:
        """As it was sent."""
        return value


class AnswersForm(forms.Form):
    """The questions of one questionnaire; `answers` are the cleaned ones once `is_valid()`."""

    use_required_attribute = False  # a browser cannot know which questions are asked

    def __init__(
        self,
        data: Any = None,
        *,
        questionnaire: Questionnaire,
        prefix: str | None = None,
        initial: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=_as_typed(initial or {}))
        self.questionnaire = questionnaire
        self.questions = list(questionnaire.questions.all())
        self.answers: dict[str, Value] = {}
        by_id = {question.pk: question for question in self.questions}
        for question in self.questions:
            deciding = by_id.get(question.shown_if_id) if question.shown_if_id else None
            widget = _widget(question)
            if deciding is not None:
                widget.attrs["data-shown-if"] = self.add_prefix(deciding.key)
                widget.attrs["data-shown-values"] = "|".join(question.shown_values)
            self.fields[question.key] = Asked(question, widget, condition_in_words(question, deciding))

    def clean(self) -> dict[str, Any]:
        """Ask the engine; each field gets its own error with a stable code."""
        given = super().clean() or {}
        self.answers, errors = check(self.questions, given)
        for key, code in errors.items():
            self.add_error(key, ValidationError(str(SENTENCES[code]), code=code))
        return given


def form_for(
    questionnaire: Questionnaire,
    data: Any = None,
    *,
    prefix: str | None = None,
    initial: Mapping[str, Value] | None = None,
) -> AnswersForm:
    """The questionnaire as a Django form: draw it with `{{ form }}` or field by field, like any other.

    `is_valid()` asks the engine; then `form.answers` is what `save_answers` takes. `initial` are answers given before.
    """
    return AnswersForm(data, questionnaire=questionnaire, prefix=prefix, initial=initial)


def _widget(question: Question) -> forms.Widget:
    kind = QuestionKind(question.kind)
    if kind == QuestionKind.SEVERAL:
        return forms.CheckboxSelectMultiple(choices=labels_of(question))
    if kind in SCALES:
        look = "scale words" if question.element else "scale"
        return forms.RadioSelect(attrs={"class": look}, choices=labels_of(question))
    if kind in {QuestionKind.ONE, QuestionKind.YES_NO}:
        return forms.RadioSelect(choices=labels_of(question))
    if kind == QuestionKind.LONG:
        return forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST[kind]})
    if kind == QuestionKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if kind == QuestionKind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20})
    return forms.TextInput(attrs={"maxlength": LONGEST[kind]})


def _as_typed(answers: Mapping[str, Value]) -> dict[str, Any]:
    return {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in answers.items()
    }


class QuestionnaireForm(forms.Form):
    """What a questionnaire is for and what people are promised. `places` are where this person may make one."""

    quiet_optional = True

    title = forms.CharField(label=_("Title"), max_length=160)
    place = forms.ChoiceField(label=_("Asked at"))
    purpose = forms.ChoiceField(
        label=_("What it is for"), choices=[pair for pair in Purpose.choices if pair[0] != Purpose.PULSE]
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        initial=True,
        help_text=_("Only the date is kept with the answers, never who gave them. Registration is by name."),
    )
    threshold = forms.IntegerField(
        label=_("Show results from so many answers on"),
        min_value=1,
        max_value=1000,
        initial=THRESHOLD,
        help_text=_("At least 3 when it is anonymous. It can be raised later, never lowered."),
    )
    intro = forms.CharField(
        label=_("Words before the questions"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    thanks = forms.CharField(label=_("Words after sending"), max_length=300, required=False)

    def __init__(
        self, data: Any = None, *, places: Sequence[tuple[str, str]] = (), made: Questionnaire | None = None
    ) -> None:
        names = ("title", "is_anonymous", "threshold", "intro", "thanks")
        super().__init__(data, initial={name: getattr(made, name) for name in names} if made else None)
        if made is not None:
            for name in ("place", "purpose"):
                del self.fields[name]
            if made.purpose in {Purpose.SKM, Purpose.PULSE, Purpose.REGISTRATION}:
                del self.fields["is_anonymous"]
        else:
            self.fields["place"].choices = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is always so needs no tick: registration by name, the built-in surveys anonymous."""
        data = super().clean() or {}
        if data.get("purpose") in {Purpose.SKM, Purpose.PULSE, Purpose.REGISTRATION}:
            data["is_anonymous"] = data["purpose"] != Purpose.REGISTRATION
        return data


class QuestionForm(forms.Form):
    """One question. `earlier` are those before it: their answers may decide whether this one is asked."""

    quiet_optional = True

    text = forms.CharField(label=pgettext_lazy("questionnaire", "Question"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Kind of answer"), choices=QuestionKind.choices, initial=QuestionKind.ONE
    )
    options = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        help_text=_("Each on a line of its own; only for a choice."),
        widget=forms.Textarea(
            attrs={"rows": 5, "data-shown-if": "kind", "data-shown-values": "|".join(WITH_OPTIONS)}
        ),
    )
    help = forms.CharField(label=_("Explanation"), max_length=300, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    when = forms.MultipleChoiceField(
        label=_("Ask only after these answers"),
        required=False,
        help_text=_("Answers of one earlier question. Nothing ticked: it is always asked."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Any = None, *, earlier: Iterable[Question] = (), made: Question | None = None
    ) -> None:
        initial: dict[str, Any] = {}
        if made is not None:
            initial = {name: getattr(made, name) for name in ("text", "kind", "help", "required")}
            initial["options"] = "\n".join(made.options)
            if made.shown_if is not None:
                initial["when"] = [f"{made.shown_if.key}|{value}" for value in made.shown_values]
        super().__init__(data, initial=initial)
        groups = [
            (one.words, [(f"{one.key}|{value}", label) for value, label in labels_of(one)])
            for one in earlier
            if one.kind in DECIDING
        ]
        if groups:
            self.fields["when"].choices = groups  # type: ignore[attr-defined]
        else:
            del self.fields["when"]

    def clean_when(self) -> list[str]:
        """Answers of one question only."""
        chosen: list[str] = self.cleaned_data["when"]
        if len({pair.partition("|")[0] for pair in chosen}) > 1:
            raise ValidationError(_("Choose answers of one question only."), code="two_questions")
        return chosen

    def facts(self) -> dict[str, Any]:
        """What `add_question` and `change_question` take."""
        data = self.cleaned_data
        pairs = [pair.partition("|") for pair in data.get("when", [])]
        return {
            "text": data["text"],
            "kind": data["kind"],
            "help": data["help"],
            "required": data["required"],
            "options": data["options"].splitlines(),
            "shown_if": pairs[0][0] if pairs else "",
            "shown_values": [value for _key, _bar, value in pairs],
        }


class ResultsForm(forms.Form):
    """Which answers are counted."""

    quiet_optional = True

    subject = forms.ChoiceField(label=_("About"), required=False)
    hub = forms.ChoiceField(label=_("Hub"), required=False)
    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(
        self, data: Any, *, subjects: Sequence[tuple[str, str]], hubs: Sequence[Hub], every_hub: bool
    ) -> None:
        super().__init__(data)
        if len(subjects) > 1:
            self.fields["subject"].choices = [("", _("Everything")), *subjects]  # type: ignore[attr-defined]
        else:
            del self.fields["subject"]
        if hubs:
            named = [(hub.slug, hub.name) for hub in hubs]
            self.fields["hub"].choices = [("", _("All hubs")), *named] if every_hub else named  # type: ignore[attr-defined]
        else:
            del self.fields["hub"]
