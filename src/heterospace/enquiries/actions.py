"""Telling a hub something, and what the desk does with it."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from ..core import clock, codes, phones
from ..core.deeds import SYSTEM, Author, deed, human, log, require
from ..core.models import LogEntry, Message
from ..core.notify import Addressee, notify
from ..core.refusals import Invalid, NotFound, Refused, Sentence
from ..hubs.models import Hub
from ..members.actions import note_view
from ..members.models import Person
from ..members.queries import person_of
from ..spaces.models import Space
from .enums import WITHOUT_ANSWER, EnquiryKind, EnquiryState, Outcome, Way, outcomes_of
from .models import Answer, Enquiry
from .queries import promise, repeated

KEEP = dt.timedelta(days=365)
LONGEST = 2000
AT_ONCE = 200


@deed
def ask_hub(
    hub: Hub,
    *,
    by: Author,
    kind: str,
    text: str,
    name: str = "",
    whatsapp: str = "",
    email: str = "",
    space: Space | None = None,
    language: str = "id",
) -> Enquiry:
    """Tell a hub something and be promised an answer; a member's own contact stands in for what is not given.

    The same words from the same contact within a day are the same enquiry. A stranger's `by` is SYSTEM: nobody
    proved to be the owner of a contact, so it is never joined to a member's record.
    Raises Invalid (`no_text`, `no_name`, `no_contact`, `whatsapp`, `email`, `kind`, `other_hub`), NotFound (`unknown_hub`).
    """
    if not hub.is_open:
        raise NotFound("unknown_hub", _("There is no such hub here."))
    person = person_of(by, hub.office_id)
    if person is not None and person.erased_at is None:
        name = name or person.name
        if not (whatsapp.strip() or email.strip()):
            whatsapp, email = person.whatsapp, person.email
    told = _tidy(name, whatsapp, email, text)
    if kind not in EnquiryKind.values:
        raise _wrong("kind", "kind", _("Choose one from the list."))
    if space is not None and space.hub_id != hub.pk:
        raise _wrong("other_hub", "space", _("This space is in another hub."))
    found = repeated(hub, kind, told["text"], whatsapp=told["whatsapp"], email=told["email"])
    if found is not None:
        return found
    now = clock.now()
    enquiry = Enquiry(
        reference=codes.reference("HT"),
        secret=codes.secret(),
        hub=hub,
        space=space,
        person=person,
        kind=kind,
        language=language,
        asked_at=now,
        promised_by=promise(hub, now),
        **told,
    )
    enquiry.save(force_insert=True)
    log(by, "ask_hub", enquiry, office=hub.office_id, hub=hub.pk, kind=kind)
    _tell_desk(enquiry)
    return enquiry


def _wrong(code: str, field: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence, fields={field: sentence})


def _tidy(name: str, whatsapp: str, email: str, text: str) -> dict[str, Any]:
    told = {
        "name": " ".join(name.split())[:200],
        "whatsapp": phones.normalise(whatsapp),
        "email": email.strip().lower(),
        "text": text.strip(),
    }
    if not told["text"]:
        raise _wrong("no_text", "text", _("Write what it is about."))
    if len(told["text"]) > LONGEST:
        raise _wrong("too_long", "text", _("Please keep this under %(n)d characters.") % {"n": LONGEST})
    if not told["name"]:
        raise _wrong("no_name", "name", _("Tell us the name."))
    if told["email"]:
        try:
            validate_email(told["email"])
        except ValidationError as error:
            raise _wrong("email", "email", _("This does not look like an e-mail address.")) from error
    if not (told["whatsapp"] or told["email"]):
        raise _wrong(
            "no_contact", "whatsapp", _("Give a WhatsApp number or an e-mail, so that we can answer.")
        )
    return told


def _tell_desk(enquiry: Enquiry) -> None:
    """A mail to the hub's own mailbox, if it has one; the desk's page counts what waits in any case."""
    hub = enquiry.hub
    notify(
        Addressee(0, hub.name, hub.email),
        "enquiry_new",
        {
            "reference": enquiry.reference,
            "hub": hub.name,
            "hub_slug": hub.slug,
            "kind": enquiry.kind,
            "moment": enquiry.promised_by.isoformat(),
            "timezone": hub.timezone,
        },
        office=hub.office_id,
        hub=hub.pk,
    )


def _locked(enquiry: Enquiry) -> Enquiry:
    rows = Enquiry.objects.select_for_update(of=["self"])
    return rows.select_related("hub", "space", "person", "taken_by").get(pk=enquiry.pk)


def _note(by: Author, name: str, enquiry: Enquiry, **facts: Any) -> None:
    log(by, name, enquiry, office=enquiry.hub.office_id, hub=enquiry.hub_id, **facts)


@deed
def take_enquiry(enquiry: Enquiry, *, by: Author) -> Enquiry:
    """Say "I am on it", also in place of a colleague. Raises Forbidden, Refused (`already_answered`)."""
    require(by, "enquiries.answer", enquiry)
    enquiry = _locked(enquiry)
    if not enquiry.is_open:
        raise Refused("already_answered", _("This was answered in the meantime."))
    enquiry.state, enquiry.taken_by = EnquiryState.IN_HAND, person_of(by, enquiry.hub.office_id)
    enquiry.save(update_fields=["state", "taken_by"])
    _note(by, "take_enquiry", enquiry)
    return enquiry


@deed
def answer_enquiry(enquiry: Enquiry, text: str, *, way: str, by: Author) -> Answer:
    """Note what the person was told and how; by e-mail it is sent from here. A second answer adds to the first.

    Raises Forbidden, Invalid (`no_text`, `no_email`, `way`), Refused (`closed`).
    """
    require(by, "enquiries.answer", enquiry)
    enquiry = _locked(enquiry)
    text = text.strip()
    if enquiry.state == EnquiryState.CLOSED:
        raise Refused("closed", _("This is closed. Reopen it first."))
    if not text:
        raise _wrong("no_text", "text", _("Write what you answered."))
    if len(text) > LONGEST:
        raise _wrong("too_long", "text", _("Please keep this under %(n)d characters.") % {"n": LONGEST})
    if way not in Way.values:
        raise _wrong("way", "way", _("Choose one from the list."))
    if way == Way.EMAIL and not enquiry.email:
        raise _wrong("no_email", "way", _("There is no e-mail address to write to."))
    person = person_of(by, enquiry.hub.office_id)
    answer = Answer.objects.create(
        enquiry=enquiry,
        text=text,
        way=way,
        by=person,
        at=clock.now(),
        promised_by=enquiry.promised_by if enquiry.is_open else None,
    )
    enquiry.state, enquiry.taken_by = EnquiryState.ANSWERED, enquiry.taken_by or person
    enquiry.save(update_fields=["state", "taken_by"])
    _note(by, "answer_enquiry", enquiry, way=way)
    if way == Way.EMAIL:
        notify(
            enquiry.addressee,
            "enquiry_answered",
            {
                "reference": enquiry.reference,
                "hub": enquiry.hub.name,
                "question": enquiry.text,
                "answer": text,
                "link": link_of(enquiry),
            },
            office=enquiry.hub.office_id,
            hub=enquiry.hub_id,
        )
    return answer


@deed
def close_enquiry(enquiry: Enquiry, outcome: str, *, by: Author, note: str = "") -> Enquiry:
    """Close it with what became of it. Only who cannot be reached and junk go without an answer.

    Of a complaint somebody says what was decided. Raises Forbidden, Invalid (`outcome`, `no_note`),
    Refused (`closed`, `not_answered`).
    """
    require(by, "enquiries.answer", enquiry)
    enquiry = _locked(enquiry)
    if enquiry.state == EnquiryState.CLOSED:
        raise Refused("closed", _("This is closed. Reopen it first."))
    if outcome not in outcomes_of(enquiry.kind):
        raise _wrong("outcome", "outcome", _("Choose one from the list."))
    if enquiry.state != EnquiryState.ANSWERED and outcome not in WITHOUT_ANSWER:
        raise Refused("not_answered", _("Note first what you answered."))
    note = " ".join(note.split())[:500]
    if enquiry.kind == EnquiryKind.COMPLAINT and outcome not in WITHOUT_ANSWER and not note:
        raise _wrong("no_note", "note", _("Say what was decided about the complaint."))
    enquiry.state, enquiry.closed_at = EnquiryState.CLOSED, clock.now()
    enquiry.outcome, enquiry.outcome_note = Outcome(outcome), note
    enquiry.save(update_fields=["state", "closed_at", "outcome", "outcome_note"])
    _note(by, "close_enquiry", enquiry, outcome=outcome)
    return enquiry


@deed
def reopen_enquiry(enquiry: Enquiry, *, by: Author) -> Enquiry:
    """It was not settled after all: an answer is owed again, by a new promise. Raises Forbidden, Refused (`still_open`, `forgotten`)."""
    require(by, "enquiries.answer", enquiry)
    enquiry = _locked(enquiry)
    if enquiry.is_open:
        raise Refused("still_open", _("This still waits for an answer."))
    if enquiry.forgotten_at is not None:
        raise Refused("forgotten", _("What was said is erased; nobody can be answered any more."))
    enquiry.state = EnquiryState.IN_HAND if enquiry.taken_by_id else EnquiryState.WAITING
    enquiry.promised_by = promise(enquiry.hub, clock.now())
    enquiry.closed_at, enquiry.outcome, enquiry.outcome_note = None, "", ""
    enquiry.save(update_fields=["state", "promised_by", "closed_at", "outcome", "outcome_note"])
    _note(by, "reopen_enquiry", enquiry)
    return enquiry


@deed
def note_reading(enquiry: Enquiry, known: Person | None, *, by: Author) -> None:
    """Write down that staff read this contact: in the member's own list, a stranger's in the action log (once an hour)."""
    if known is not None and known == enquiry.person:
        note_view(known, "enquiry", by=by)
        return
    hour_ago = clock.now() - dt.timedelta(hours=1)
    if (
        by is SYSTEM
        or LogEntry.objects.filter(
            deed="read_enquiry", thing="enquiries.enquiry", thing_id=enquiry.pk, by=human(by), at__gt=hour_ago
        ).exists()
    ):
        return
    _note(by, "read_enquiry", enquiry)


@deed
def forget_enquiries(*, by: Author) -> int:
    """Blank who asked and what was said a year after it was closed; figures stay. Answers how many."""
    require(by, "enquiries.forget")
    old = Enquiry.objects.filter(closed_at__lt=clock.now() - KEEP, forgotten_at=None).order_by("id")
    found = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    blank(Enquiry.objects.filter(pk__in=found))
    return len(found)


def blank(rows: Any) -> None:
    """Blank the contacts and words of these enquiries, their answers and the mails about them; what is open is closed."""
    found = dict(rows.order_by("id").values_list("pk", "reference"))
    now = clock.now()
    rows = Enquiry.objects.filter(pk__in=found)
    rows.exclude(state=EnquiryState.CLOSED).update(
        state=EnquiryState.CLOSED, closed_at=now, outcome=Outcome.UNREACHABLE
    )
    rows.update(name="", whatsapp="", email="", text="", outcome_note="", forgotten_at=now)
    Answer.objects.filter(enquiry__in=found).update(text="")
    Message.objects.filter(kind="enquiry_answered", context__reference__in=list(found.values())).update(
        to_name="", to_address="", subject="", body="", context={}
    )


def link_of(enquiry: Enquiry) -> str:
    """The path of the page on which whoever holds it follows this one enquiry."""
    return f"/enquiries/{enquiry.secret}/"
