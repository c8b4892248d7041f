"""The one engine of all questionnaires: which questions are asked, and whether what was answered can be meant. Pure.

A form and the API both come here. Questions are walked in order, so a condition looks back at answers already known;
what is not asked is neither demanded nor kept.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.refusals import Invalid, Sentence
from .built_in import built_in
from .enums import SCALES, QuestionKind
from .models import Question, Questionnaire

Value = str | int | float | bool | list[str]  # what JSON can hold; a date is ISO 8601
LONGEST = {QuestionKind.TEXT: 300, QuestionKind.LONG: 2000}
YES = {"yes", "true", "1", "ya", "on"}
NO = {"no", "false", "0", "tidak"}
SENTENCES: dict[str, Sentence] = {
    "required": _("Please answer this."),
    "not_an_option": _("Choose one from the list."),
    "not_text": _("Write this as text."),
    "too_long": _("This is too long."),
    "not_a_number": _("Write a number."),
    "not_a_date": _("Write a date, such as 2026-11-21."),
    "off_scale": _("Choose a number on the scale."),
    "not_yes_or_no": _("Answer yes or no."),
    "unknown_question": _("There is no such question here."),
}
SMALLEST, LARGEST = Decimal("-99999999999999"), Decimal("99999999999999")


class Wrong(Exception):
    """One answer cannot be meant; carries its stable code."""


def spoken(value: Value) -> list[str]:
    """An answer as conditions compare it: `yes`, `3`, an option; several options as several."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return list(value) if isinstance(value, list) else [str(value)]


def is_asked(question: Question, keys: Mapping[int, str], cleaned: Mapping[str, Value]) -> bool:
    """Whether `question` is asked after what was answered so far; `keys` are the questions' keys by id."""
    if question.shown_if_id is None:
        return True
    value = cleaned.get(keys.get(question.shown_if_id, ""))
    return value is not None and any(word in question.shown_values for word in spoken(value))


def check(questions: Iterable[Question], given: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, str]]:
    """(cleaned answers by key, error codes by key) of what was given to `questions`, in their order.

    Answers to what is not asked are left out, empty ones too. An unknown key is an error.
    """
    listed = list(questions)
    keys = {question.pk: question.key for question in listed}
    cleaned: dict[str, Value] = {}
    errors = {key: "unknown_question" for key in given if key not in keys.values()}
    for question in listed:
        if not is_asked(question, keys, cleaned):
            continue
        try:
            value = clean(question, given.get(question.key))
        except Wrong as wrong:
            errors[question.key] = str(wrong)
            continue
        if value is not None:
            cleaned[question.key] = value
        elif question.required:
            errors[question.key] = "required"
    return cleaned, errors


def clean(question: Question, given: Any) -> Value | None:
    """One answer as it is kept; None for none. Raises Wrong with a code of SENTENCES."""
    if given is None or given == [] or (isinstance(given, str) and not given.strip()):
        return None
    return _CLEANERS[QuestionKind(question.kind)](question, given)


def _text(question: Question, given: Any) -> Value:
    if not isinstance(given, str):
        raise Wrong("not_text")
    text = given.strip().replace("\r\n", "\n")
    if len(text) > LONGEST[QuestionKind(question.kind)]:
        raise Wrong("too_long")
    return text


def _one(question: Question, given: Any) -> Value:
    if not isinstance(given, str) or given not in question.options:
        raise Wrong("not_an_option")
    return given


def _several(question: Question, given: Any) -> Value:
    chosen = [given] if isinstance(given, str) else given
    if not isinstance(chosen, list | tuple) or any(
        not isinstance(one, str) or one not in question.options for one in chosen
    ):
        raise Wrong("not_an_option")
    return [option for option in question.options if option in chosen]


def _yes_no(question: Question, given: Any) -> Value:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    if word not in YES | NO:
        raise Wrong("not_yes_or_no")
    return word in YES


def _decimal(given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise Wrong("not_a_number")
    try:
        number = Decimal(str(given).strip().replace(",", "."))
    except InvalidOperation as error:
        raise Wrong("not_a_number") from error
    if not number.is_finite() or not SMALLEST <= number <= LARGEST:
        raise Wrong("not_a_number")
    return number


def _number(question: Question, given: Any) -> Value:
    number = round(_decimal(given), 4)
    return int(number) if number == int(number) else float(number)


def _scale(question: Question, given: Any) -> Value:
    number = _decimal(given)
    if number not in range(1, SCALES[QuestionKind(question.kind)] + 1):
        raise Wrong("off_scale")
    return int(number)


def _date(question: Question, given: Any) -> Value:
    if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        return given.isoformat()
    try:
        day = dt.date.fromisoformat(given.strip() if isinstance(given, str) else "")
    except ValueError as error:
        raise Wrong("not_a_date") from error
    if not 1900 <= day.year <= 2199:
        raise Wrong("not_a_date")
    return day.isoformat()


_CLEANERS = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG: _text,
    QuestionKind.ONE: _one,
    QuestionKind.SEVERAL: _several,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.SCALE4: _scale,
    QuestionKind.SCALE5: _scale,
}


def check_answers(questionnaire: Questionnaire, given: Mapping[str, Any]) -> dict[str, Value]:
    """What was given (`{question key: value}`) as it is kept, for `save_answers`.

    Raises Invalid (`answers`) with a sentence for each field, and the stable codes as `extra["codes"]`.
    """
    cleaned, errors = check(questionnaire.questions.all(), given)
    if errors:
        raise Invalid(
            "answers",
            _("Please look at these answers again."),
            fields={key: SENTENCES[code] for key, code in errors.items()},
            codes=errors,
        )
    return cleaned


def labels_of(question: Question) -> list[tuple[str, Sentence]]:
    """(value, words) of the answers one can choose from; empty for texts, numbers and dates."""
    kind = QuestionKind(question.kind)
    if kind in SCALES:
        if question.element:
            named = built_in(question.element).labels
            return [(str(place), words) for place, words in enumerate(named, start=1)]
        return [(str(place), str(place)) for place in range(1, SCALES[kind] + 1)]
    if kind == QuestionKind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(option, option) for option in question.options]


def condition_in_words(question: Question, deciding: Question | None) -> Sentence:
    """When a question is asked, for people who see all of them at once; nothing when it always is."""
    if deciding is None:
        return ""
    words = dict(labels_of(deciding))
    wanted = ", ".join(str(words.get(value, value)) for value in question.shown_values)
    return _("Only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": wanted,
        "question": deciding.words,
    }


__all__ = [
    "SENTENCES",
    "Value",
    "check",
    "check_answers",
    "condition_in_words",
    "is_asked",
    "labels_of",
    "spoken",
]
