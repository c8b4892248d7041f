"""Making questionnaires, opening them, and keeping what was answered."""

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..core import clock, codes
from ..core.deeds import SYSTEM, Author, constraint_refuses, deed, log, require
from ..core.refusals import Invalid, Refused, Sentence
from ..hubs.models import Hub, Office
from ..members.models import Person
from .engine import Value, labels_of
from .enums import (
    DECIDING,
    IN_WORDS,
    KEPT_AS_TEXT,
    WITH_OPTIONS,
    Element,
    Purpose,
    QuestionKind,
    State,
    TrustItem,
)
from .models import LEAST_ANONYMOUS, LEAST_PULSE, THRESHOLD, Answer, Link, Question, Questionnaire, Submission
from .queries import COUNTER, counter_link, has_answers, named_rows, skm_of

MOST_QUESTIONS = 60
MOST_OPTIONS = 40
TEXTS = ("title", "intro", "thanks")


def _already() -> Refused:
    return Refused("already_answered", _("You have answered this already. Thank you."))


constraint_refuses("one_answer_per_person", _already)


def _key() -> str:
    return "".join(secrets.choice(codes.ALPHABET) for _ in range(8)).lower()


def _wrong(code: str, name: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence, fields={name: sentence})


def _note(by: Author, name: str, about: Questionnaire, **facts: Any) -> None:
    log(by, name, about, office=about.office_id, hub=about.hub_id, **facts)


def _locked(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as it is now; nobody can begin to answer it until this transaction ends."""
    rows = Questionnaire.objects.select_for_update(of=["self"]).select_related("office", "hub")
    return rows.get(pk=questionnaire.pk)


def _editable(questionnaire: Questionnaire, by: Author) -> Questionnaire:
    require(by, "questionnaires.change", questionnaire)
    found = _locked(questionnaire)
    if not found.is_draft:
        raise Refused("not_a_draft", _("Only a draft can be changed. Make a new version of it."))
    return found


def _checked_texts(facts: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: str(facts[name]).strip() for name in TEXTS if name in facts}
    if "title" in texts and not texts["title"]:
        raise _wrong("no_title", "title", _("Give it a title."))
    for name, text in texts.items():
        most = Questionnaire._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        if len(text) > most:
            raise _wrong("too_long", name, _("Please keep this under %(n)d characters.") % {"n": most})
    return texts


def _checked_threshold(threshold: int, is_anonymous: bool, purpose: str) -> int:
    least = LEAST_PULSE if purpose == Purpose.PULSE else LEAST_ANONYMOUS if is_anonymous else 1
    if not least <= threshold <= 1000:
        raise _wrong("threshold", "threshold", _("Give a number from %(least)d to 1000.") % {"least": least})
    return threshold


@deed
def make_questionnaire(
    office: Office,
    *,
    by: Author,
    title: str,
    purpose: str,
    hub: Hub | None = None,
    is_anonymous: bool | None = None,
    threshold: int | None = None,
    intro: str = "",
    thanks: str = "",
) -> Questionnaire:
    """A new draft of a hub, or of the office for all hubs. Registration is named, the service survey anonymous with its nine questions.

    Raises Forbidden, Invalid (`no_title`, `too_long`, `purpose`, `threshold`, `must_be_named`, `must_be_anonymous`, `other_office`).
    """
    if hub is not None and hub.office_id != office.pk:
        raise _wrong("other_office", "hub", _("There is no such hub here."))
    if hub is not None:
        require(by, "questionnaires.make", hub)
    else:
        require(by, "questionnaires.make_for_office", office)
    if purpose not in Purpose.values:
        raise _wrong("purpose", "purpose", _("Choose one from the list."))
    if is_anonymous is None:
        is_anonymous = purpose != Purpose.REGISTRATION
    if purpose == Purpose.REGISTRATION and is_anonymous:
        raise _wrong("must_be_named", "is_anonymous", _("Who registers is known by name."))
    if purpose in {Purpose.SKM, Purpose.PULSE} and not is_anonymous:
        raise _wrong("must_be_anonymous", "is_anonymous", _("This is always answered without a name."))
    if threshold is None:
        threshold = LEAST_PULSE if purpose == Purpose.PULSE else THRESHOLD if is_anonymous else 1
    made = Questionnaire(
        office=office,
        hub=hub,
        key=_key(),
        purpose=purpose,
        is_anonymous=is_anonymous,
        threshold=_checked_threshold(threshold, is_anonymous, purpose),
        **_checked_texts({"title": title, "intro": intro, "thanks": thanks}),
    )
    made.save(force_insert=True)
    if purpose in {Purpose.SKM, Purpose.PULSE}:
        _add_nine(made)
    _note(by, "make_questionnaire", made, purpose=purpose)
    return made


def _add_nine(made: Questionnaire) -> None:
    """The nine built-in questions; the service survey also asks for words."""
    is_pulse = made.purpose == Purpose.PULSE
    rows = [
        Question(
            questionnaire=made,
            position=place,
            key=item.value,
            kind=QuestionKind.SCALE5 if is_pulse else QuestionKind.SCALE4,
            required=True,
            element=item,
        )
        for place, item in enumerate(TrustItem if is_pulse else Element, start=1)
    ]
    if not is_pulse:
        rows.append(
            Question(
                questionnaire=made,
                position=len(rows) + 1,
                key="saran",
                text=gettext("What should we do better?"),
                kind=QuestionKind.LONG,
            )
        )
    Question.objects.bulk_create(rows)


@deed
def change_questionnaire(questionnaire: Questionnaire, *, by: Author, **facts: Any) -> Questionnaire:
    """Other words (`title`, `intro`, `thanks`) at any time; `threshold` lower or `is_anonymous` only while nobody answered.

    Raises Forbidden, Invalid as `make_questionnaire`, Refused (`answered`).
    """
    require(by, "questionnaires.change", questionnaire)
    found = _locked(questionnaire)
    for name, text in _checked_texts(facts).items():
        setattr(found, name, text)
    is_anonymous = facts.get("is_anonymous", found.is_anonymous)
    threshold = _checked_threshold(facts.get("threshold", found.threshold), is_anonymous, found.purpose)
    loosened = threshold < found.threshold or is_anonymous != found.is_anonymous
    if loosened and has_answers(found):
        raise Refused("answered", _("People have answered already: what they were promised stays as it was."))
    if found.purpose == Purpose.REGISTRATION and is_anonymous:
        raise _wrong("must_be_named", "is_anonymous", _("Who registers is known by name."))
    if found.purpose in {Purpose.SKM, Purpose.PULSE} and not is_anonymous:
        raise _wrong("must_be_anonymous", "is_anonymous", _("This is always answered without a name."))
    found.is_anonymous, found.threshold = is_anonymous, threshold
    found.save(update_fields=[*TEXTS, "is_anonymous", "threshold"])
    _note(by, "change_questionnaire", found)
    return found


def _question_facts(
    questionnaire: Questionnaire,
    *,
    position: int,
    text: str,
    kind: str,
    help: str = "",
    required: bool = False,
    options: Iterable[str] = (),
    shown_if: str = "",
    shown_values: Iterable[str] = (),
) -> dict[str, Any]:
    """What one question says, checked; `shown_if` is the key of an earlier one."""
    facts: dict[str, Any] = {"text": text.strip(), "help": help.strip(), "kind": kind, "required": required}
    if not facts["text"]:
        raise _wrong("no_text", "text", _("Write the question."))
    if len(facts["text"]) > 300 or len(facts["help"]) > 300:
        raise _wrong(
            "too_long",
            "text" if len(facts["text"]) > 300 else "help",
            _("Please keep this under %(n)d characters.") % {"n": 300},
        )
    if kind not in QuestionKind.values:
        raise _wrong("kind", "kind", _("Choose one from the list."))
    facts["options"] = _checked_options(options) if kind in WITH_OPTIONS else []
    facts["shown_if"], facts["shown_values"] = None, []
    if shown_if:
        facts["shown_if"], facts["shown_values"] = _checked_condition(
            questionnaire, position, shown_if, list(shown_values)
        )
    return facts


def _checked_options(options: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(option.split()) for option in options if option.strip()))
    if len(found) < 2:
        raise _wrong("no_options", "options", _("Give at least two answers, each on a line of its own."))
    if len(found) > MOST_OPTIONS or any(len(option) > 120 or "|" in option for option in found):
        raise _wrong(
            "options",
            "options",
            _("At most %(n)d answers of at most 120 characters, without the sign |.") % {"n": MOST_OPTIONS},
        )
    return found


def _checked_condition(
    questionnaire: Questionnaire, position: int, key: str, values: list[str]
) -> tuple[Question, list[str]]:
    deciding = questionnaire.questions.filter(key=key, position__lt=position, kind__in=DECIDING).first()
    if deciding is None:
        raise _wrong(
            "condition", "shown_if", _("Choose an earlier question that has answers to choose from.")
        )
    possible = [value for value, _label in labels_of(deciding)]
    chosen = [value for value in possible if value in values]
    if not chosen or set(values) - set(possible):
        raise _wrong("condition_values", "shown_values", _("Choose the answers that lead to this question."))
    return deciding, chosen


@deed
def add_question(
    questionnaire: Questionnaire, *, by: Author, text: str, kind: str, key: str = "", **facts: Any
) -> Question:
    """One more question at the end of a draft (`help`, `required`, `options`, `shown_if` an earlier key, `shown_values`).

    Raises Forbidden, Refused (`not_a_draft`, `too_many`), Invalid (`no_text`, `too_long`, `kind`, `no_options`, `options`,
    `condition`, `condition_values`, `key`).
    """
    found = _editable(questionnaire, by)
    taken = set(found.questions.values_list("key", flat=True))
    if len(taken) >= MOST_QUESTIONS:
        raise Refused("too_many", _("That are enough questions: nobody answers more."))
    position = (found.questions.aggregate(last=Max("position"))["last"] or 0) + 1
    told = _question_facts(found, position=position, text=text, kind=kind, **facts)
    if key and (key in taken or not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", key)):
        raise _wrong("key", "key", _("A short name of small letters and digits that no other question has."))
    made = Question(questionnaire=found, position=position, key=key or _free_key(told["text"], taken), **told)
    made.save(force_insert=True)
    _note(by, "add_question", found, question=made.key)
    return made


def _free_key(text: str, taken: set[str]) -> str:
    stem = "-".join(slugify(text).split("-")[:4])[:32].strip("-") or "q"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


@deed
def change_question(question: Question, *, by: Author, text: str, kind: str, **facts: Any) -> Question:
    """Everything about a question of a draft again; its key stays. A built-in one cannot be changed.

    Raises as `add_question`, and Refused (`built_in`, `others_depend`).
    """
    questionnaire = _editable(question.questionnaire, by)
    found = questionnaire.questions.get(pk=question.pk)
    if found.element:
        raise Refused("built_in", _("The nine questions of this survey are the same everywhere."))
    told = _question_facts(questionnaire, position=found.position, text=text, kind=kind, **facts)
    for name, value in told.items():
        setattr(found, name, value)
    possible = {value for value, _label in labels_of(found)}
    for other in found.deciding.all():
        if not set(other.shown_values) <= possible:
            raise Refused("others_depend", _depends(other))
    found.save()
    _note(by, "change_question", questionnaire, question=found.key)
    return found


def _depends(other: Question) -> Sentence:
    return _("“%(question)s” is asked depending on this one. Change that first.") % {"question": other.words}


@deed
def move_question(question: Question, *, by: Author, up: bool) -> Question:
    """Let a question change places with its neighbour; at the end of the list nothing happens.

    Raises Forbidden, Refused (`not_a_draft`, `others_depend`): a condition looks back, never ahead.
    """
    questionnaire = _editable(question.questionnaire, by)
    found = questionnaire.questions.get(pk=question.pk)
    others = questionnaire.questions.all()
    neighbour = (
        others.filter(position__lt=found.position).last()
        if up
        else others.filter(position__gt=found.position).first()
    )
    if neighbour is None:
        return found
    first, second = (neighbour, found) if up else (found, neighbour)
    if second.shown_if_id == first.pk:
        raise Refused("others_depend", _depends(second))
    found.position, neighbour.position = neighbour.position, found.position
    found.save(update_fields=["position"])
    neighbour.save(update_fields=["position"])
    _note(by, "move_question", questionnaire, question=found.key)
    return found


@deed
def delete_question(question: Question, *, by: Author) -> None:
    """Take a question out of a draft. Raises Forbidden, Refused (`not_a_draft`, `others_depend`, `built_in`)."""
    questionnaire = _editable(question.questionnaire, by)
    found = questionnaire.questions.get(pk=question.pk)
    if found.element:
        raise Refused("built_in", _("The nine questions of this survey are the same everywhere."))
    depends = found.deciding.first()
    if depends is not None:
        raise Refused("others_depend", _depends(depends))
    key = found.key
    found.delete()
    _note(by, "delete_question", questionnaire, question=key)


@deed
def open_questionnaire(questionnaire: Questionnaire, *, by: Author) -> Questionnaire:
    """Let it be answered. A new version takes over the addresses of the one it was copied from, which is closed.

    Raises Forbidden, Refused (`no_questions`).
    """
    require(by, "questionnaires.change", questionnaire)
    found = _locked(questionnaire)
    if found.is_open:
        return found
    if not found.questions.exists():
        raise Refused("no_questions", _("Write at least one question first."))
    if found.is_draft and found.copied_from_id is not None:
        _take_over_links(found)
        Questionnaire.objects.filter(pk=found.copied_from_id).update(state=State.CLOSED)
    if found.purpose != Purpose.REGISTRATION:
        _link(found, "", found.hub, "")
    _set_state(found, State.OPEN, by, "open_questionnaire")
    return found


def _take_over_links(found: Questionnaire) -> None:
    own = set(found.links.values_list("subject", "hub_id"))
    for link in Link.objects.filter(questionnaire=found.copied_from_id).order_by("pk"):
        if (link.subject, link.hub_id) not in own:
            link.questionnaire = found
            link.save(update_fields=["questionnaire"])


def _set_state(found: Questionnaire, state: State, by: Author, name: str) -> None:
    found.state = state
    found.save(update_fields=["state"])
    _note(by, name, found)


@deed
def close_questionnaire(questionnaire: Questionnaire, *, by: Author) -> Questionnaire:
    """Take no more answers; it can be opened again. Raises Forbidden, Refused (`not_open`)."""
    require(by, "questionnaires.change", questionnaire)
    found = _locked(questionnaire)
    if not found.is_open:
        raise Refused("not_open", _("This is not open."))
    _set_state(found, State.CLOSED, by, "close_questionnaire")
    return found


@deed
def redraft_questionnaire(questionnaire: Questionnaire, *, by: Author) -> Questionnaire:
    """Make a draft of it again, to change its questions. Raises Forbidden, Refused (`answered`)."""
    require(by, "questionnaires.change", questionnaire)
    found = _locked(questionnaire)
    if has_answers(found):
        raise Refused("answered", _("People have answered already. Make a new version of it."))
    _set_state(found, State.DRAFT, by, "redraft_questionnaire")
    return found


@deed
def copy_questionnaire(questionnaire: Questionnaire, *, by: Author) -> Questionnaire:
    """A new version as a draft, with the same questions; what was answered stays with the old one. Raises Forbidden."""
    require(by, "questionnaires.change", questionnaire)
    made = Questionnaire(
        key=_key(),
        copied_from=questionnaire,
        **{
            name: getattr(questionnaire, name)
            for name in ("office", "hub", "purpose", "is_anonymous", "threshold", *TEXTS)
        },
    )
    made.save(force_insert=True)
    copies: dict[int, Question] = {}
    for old in questionnaire.questions.all():
        copies[old.pk] = Question.objects.create(
            questionnaire=made,
            shown_if=copies.get(old.shown_if_id) if old.shown_if_id else None,
            **{
                name: getattr(old, name)
                for name in (
                    "position",
                    "key",
                    "text",
                    "help",
                    "kind",
                    "required",
                    "options",
                    "element",
                    "shown_values",
                )
            },
        )
    _note(by, "copy_questionnaire", made, copied=questionnaire.pk)
    return made


@deed
def delete_questionnaire(questionnaire: Questionnaire, *, by: Author) -> None:
    """Throw away a draft nobody ever answered. Raises Forbidden, Refused (`not_a_draft`, `answered`)."""
    found = _editable(questionnaire, by)
    if has_answers(found):
        raise Refused("answered", _("People have answered already. Make a new version of it."))
    _note(by, "delete_questionnaire", found)
    found.delete()


def _link(questionnaire: Questionnaire, subject: str, hub: Hub | None, title: str) -> Link:
    made, _new = Link.objects.get_or_create(
        questionnaire=questionnaire, subject=subject, hub=hub, defaults={"key": _key(), "title": title}
    )
    return made


@deed
def link_to(
    questionnaire: Questionnaire, *, by: Author, subject: str, hub: Hub | None = None, title: str = ""
) -> Link:
    """The address at which it is answered about `subject` (`event:hari-batik`), made at the first call; `title` says it in words.

    It stays when a new version takes over. The caller has asked its own permission about the subject.
    Raises Refused (`registration`), Invalid (`other_office`).
    """
    if questionnaire.purpose == Purpose.REGISTRATION:
        raise Refused("registration", _("Registration questions have no page of their own."))
    if hub is not None and hub.office_id != questionnaire.office_id:
        raise _wrong("other_office", "hub", _("There is no such hub here."))
    return _link(questionnaire, subject, hub, title[:200])


@deed
def unlink(questionnaire: Questionnaire, *, by: Author, subject: str) -> None:
    """Close the addresses at which it is answered about `subject`; what was answered stays. The caller has asked its own permission."""
    Link.objects.filter(questionnaire=questionnaire, subject=subject).delete()
    _note(by, "unlink", questionnaire, subject=subject)


@deed
def open_counter(hub: Hub, *, by: Author) -> Link:
    """The service survey of a hub's desk: the office's survey, else one of the hub's own, opened, with its address.

    Raises Forbidden.
    """
    require(by, "questionnaires.make", hub)
    there = counter_link(hub)
    if there is not None:
        return there
    survey = skm_of(hub)
    if survey is None:
        survey = make_questionnaire(
            hub.office, by=by, hub=hub, title=gettext("How was our service?"), purpose=Purpose.SKM
        )
        survey = open_questionnaire(survey, by=by)
    return _link(survey, COUNTER, hub, hub.name)


@deed
def save_answers(
    questionnaire: Questionnaire,
    cleaned: Mapping[str, Value],
    *,
    by: Author,
    subject: str = "",
    hub: Hub | None = None,
    person: Person | None = None,
    replace: bool = False,
) -> Submission:
    """Keep what `check_answers` or `form.answers` gave. Named answers are one a person and subject; `replace` takes later ones instead.

    Of an anonymous one nothing is written but the date: `by` is SYSTEM, and there is no log row.
    Raises Refused (`not_open`, `already_answered`), Invalid (`no_person`, `other_office`), TypeError when an anonymous
    answer comes with a person.
    """
    if not questionnaire.is_open:
        raise Refused("not_open", _("This questionnaire takes no answers now."))
    if hub is not None and hub.office_id != questionnaire.office_id:
        raise _wrong("other_office", "hub", _("There is no such hub here."))
    questions = {question.key: question for question in questionnaire.questions.all()}
    place = hub or questionnaire.hub
    today = clock.today(place.timezone if place else "Asia/Jakarta")
    if questionnaire.is_anonymous:
        if person is not None or by is not SYSTEM:
            raise TypeError("An anonymous answer has no person and no author")
        return _keep(
            questionnaire, questions, cleaned, subject=subject, hub=place, on=today, is_anonymous=True
        )
    if person is None or person.office_id != questionnaire.office_id:
        raise Invalid("no_person", _("This is answered by name. Sign in first."))
    if replace:
        Submission.objects.filter(questionnaire=questionnaire, person=person, subject=subject).delete()
    made = _keep(
        questionnaire,
        questions,
        cleaned,
        subject=subject,
        hub=place,
        on=today,
        is_anonymous=False,
        at=clock.now(),
        person=person,
    )
    _note(by, "save_answers", questionnaire, subject=subject)
    return made


@deed
def enter_answers(
    questionnaire: Questionnaire,
    rows: Iterable[tuple[dt.date, Mapping[str, Value]]],
    *,
    by: Author,
    subject: str = "",
    hub: Hub | None = None,
) -> int:
    """Many anonymous answers at once, each with its day: from paper, or a history. Answers how many.

    Each is what `check_answers` gave. Raises Forbidden, Refused (`not_open`), TypeError for one answered by name.
    """
    require(by, "questionnaires.change", questionnaire)
    if not questionnaire.is_anonymous:
        raise TypeError("Answers by name are entered one by one")
    if not questionnaire.is_open:
        raise Refused("not_open", _("This questionnaire takes no answers now."))
    questions = {question.key: question for question in questionnaire.questions.all()}
    made, answers = [], []
    for day, cleaned in rows:
        one = Submission(questionnaire=questionnaire, subject=subject, hub=hub, on=day, is_anonymous=True)
        made.append(one)
        answers += [answer_row(one, questions[key], value) for key, value in cleaned.items()]
    made.sort(key=lambda row: row.pk)
    answers.sort(key=lambda row: row.pk)
    Submission.objects.bulk_create(made, batch_size=1000)
    Answer.objects.bulk_create(answers, batch_size=2000)
    _note(by, "enter_answers", questionnaire, rows=len(made))
    return len(made)


def _keep(
    questionnaire: Questionnaire,
    questions: Mapping[str, Question],
    cleaned: Mapping[str, Value],
    **facts: Any,
) -> Submission:
    made = Submission(questionnaire=questionnaire, **facts)
    made.save(force_insert=True)
    rows = [answer_row(made, questions[key], value) for key, value in cleaned.items()]
    rows.sort(key=lambda row: row.pk)
    Answer.objects.bulk_create(rows)
    return made


def answer_row(submission: Submission, question: Question, value: Value) -> Answer:
    """The row of one cleaned answer, in the column its kind is kept in; also for bulk history."""
    row = Answer(submission=submission, question=question, kind=question.kind)
    if isinstance(value, list):
        row.chosen = value
    elif question.kind in KEPT_AS_TEXT:
        row.text = str(value)
    else:
        row.number = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))
    return row


@deed
def take_answers(questionnaire: Questionnaire, *, by: Author, **wanted: Any) -> list[Submission]:
    """Who answered by name, for a file that leaves the house: written down once. `wanted` as `queries.named_rows`.

    Raises Forbidden.
    """
    require(by, "questionnaires.see", questionnaire)
    found = list(named_rows(questionnaire, **wanted))
    _note(by, "take_answers", questionnaire, rows=len(found))
    return found


def forget(rows: QuerySet[Submission]) -> None:
    """Blank who answered these named questionnaires, and what was written in words; the figures stay."""
    now = clock.now()
    ids = list(rows.values_list("pk", flat=True))
    Answer.objects.filter(submission__in=ids, kind__in=IN_WORDS).delete()
    Submission.objects.filter(pk__in=ids).update(person=None, forgotten_at=now)


__all__ = [
    "add_question",
    "change_question",
    "change_questionnaire",
    "close_questionnaire",
    "copy_questionnaire",
    "delete_question",
    "delete_questionnaire",
    "enter_answers",
    "forget",
    "link_to",
    "make_questionnaire",
    "move_question",
    "open_counter",
    "open_questionnaire",
    "redraft_questionnaire",
    "save_answers",
    "take_answers",
    "unlink",
]
