"""A questionnaire as a form: its fields are the questions, the engine checks them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..core.refusals import Sentence
from .engine import LONGEST, SENTENCES, Value, check, labels_of
from .enums import SCALES, QuestionKind
from .models import Question, Questionnaire


class Asked(forms.Field):
    """A field that takes whatever was sent: the engine, which knows all answers, says what is wrong with it."""

    def __init__(self, question: Question, widget: forms.Widget, only_if: Sentence = "") -> None:
        super().__init__(
            label=question.words, help_text=question.help, required=question.required, widget=widget
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
            self.fields[question.key] = Asked(question, widget, _condition(question, deciding))

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
    if kind in SCALES or kind in {QuestionKind.ONE, QuestionKind.YES_NO}:
        words = " words" if question.element or kind not in SCALES else ""
        return forms.RadioSelect(
            attrs={"class": f"scale{words}"} if kind in SCALES else {}, choices=labels_of(question)
        )
    if kind == QuestionKind.LONG:
        return forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST[kind]})
    if kind == QuestionKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if kind == QuestionKind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20})
    return forms.TextInput(attrs={"maxlength": LONGEST[kind]})


def _condition(question: Question, deciding: Question | None) -> Sentence:
    if deciding is None:
        return ""
    words = dict(labels_of(deciding))
    wanted = ", ".join(str(words.get(value, value)) for value in question.shown_values)
    return _("Only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": wanted,
        "question": deciding.words,
    }


def _as_typed(answers: Mapping[str, Value]) -> dict[str, Any]:
    return {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in answers.items()
    }
