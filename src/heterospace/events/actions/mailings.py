"""Writing to the people of an event: reminders by themselves, mailings that somebody checked, the event's own words."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, human, log, require
from ...core.models import Message
from ...core.notify import Addressee, notify
from ...core.refusals import Invalid, NotFound, Refused, Sentence
from ...hubs.models import Office
from ...members.actions import withdraw_news
from ...members.models import Person
from ..enums import Audience, EventState, MailingState, RegistrationState, TextKind
from ..mailings import Reader, count_of, kind_of, others_check, readers, why_not_audience
from ..models import Event, EventText, Mailing, Registration
from ..wording import unknown_places
from .holding import facts_of, tell

DAY, HOURS = dt.timedelta(days=1), dt.timedelta(hours=2)
JUST_TOLD = {"event_tomorrow": dt.timedelta(hours=6), "event_soon": dt.timedelta(hours=1)}
MORNING, EVENING = 7, 20  # nobody is woken by a reminder
BATCH = 200
NEWS_SALT = "events.news"
WHY_NOT: dict[str, Sentence] = {
    "not_over": _("Who came is known when the event is over."),
    "not_published": _("Publish the event first: news lead to its page."),
    "over": _("The event is over: there is nothing left to invite to."),
}


def due_at(event: Event) -> dt.datetime:
    """When the reminder of the day before goes out: 24 hours before the beginning, at an hour when people are up."""
    moment = (event.start - DAY).astimezone(ZoneInfo(event.hub.timezone))
    if moment.hour < MORNING:
        return moment.replace(hour=MORNING, minute=0)
    if moment.hour >= EVENING:
        return moment.replace(hour=EVENING - 1, minute=0)
    return moment


@deed
def remind_of_events(*, by: Author, most: int = 20) -> int:
    """Remind everybody who is confirmed of the events of tomorrow and of those that begin in two hours, once each.

    After a pause of `tick` nobody gets two at once, and none about what has begun. Answers how many were written to.
    """
    require(by, "events.remind")
    now = clock.now()
    coming = (
        Event.objects.filter(
            state=EventState.PUBLISHED,
            reminded_hour=None,
            period__startswith__gt=now,
            period__startswith__lte=now + DAY + dt.timedelta(hours=5),
        )
        .select_related("hub", "office")
        .order_by("period", "pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    told = done = 0
    for event in coming:
        if event.start <= now + HOURS:
            event.reminded_hour = now
            event.reminded_day = event.reminded_day or now
            kind = "event_soon"
        elif event.reminded_day is None and due_at(event) <= now and _is_up(event, now):
            event.reminded_day = now
            kind = "event_tomorrow"
        else:
            continue
        event.save(update_fields=["reminded_day", "reminded_hour"])
        told += _remind(event, kind, now)
        done += 1
        if done >= most:
            break
    return told


def _is_up(event: Event, now: dt.datetime) -> bool:
    return MORNING <= now.astimezone(ZoneInfo(event.hub.timezone)).hour < EVENING


def _remind(event: Event, kind: str, now: dt.datetime) -> int:
    rows = Registration.objects.filter(
        event=event, state=RegistrationState.CONFIRMED, confirmed_at__lte=now - JUST_TOLD[kind]
    ).select_related("person", "seats")
    found = list(rows.order_by("pk"))
    for registration in found:
        registration.event = event
        tell(kind, registration)
    return len(found)


@deed
def write_mailing(
    event: Event, *, by: Author, audience: str, subject: str, body: str, mailing: Mailing | None = None
) -> Mailing:
    """Write a draft, or write it anew: what was checked must be checked again.

    Raises Forbidden, Invalid (`empty`, `placeholder`), Refused (`already_sent`).
    """
    require(by, "events.manage", event)
    subject, body = " ".join(subject.split())[:160], body.strip()
    fields: dict[str, Sentence] = {
        name: _("Please write something.")
        for name, said in (("subject", subject), ("body", body))
        if not said
    }
    if fields:
        raise Invalid("empty", _("A message needs a subject and a text."), fields=fields)
    for name, said in (("subject", subject), ("body", body)):
        _require_known(said, name)
    if mailing is None:
        mailing = Mailing(event=event, made_at=clock.now(), made_by_id=by.pk)
    else:
        mailing = _held(mailing)
        _require_open(mailing)
        mailing.made_by_id = by.pk or mailing.made_by_id
    mailing.audience, mailing.subject, mailing.body = Audience(audience), subject, body[:5000]
    mailing.state, mailing.reviewed_by = MailingState.DRAFT, None
    mailing.save()
    log(by, "write_mailing", mailing, office=event.office_id, audience=mailing.audience)
    return mailing


def _require_known(words: str, field: str) -> None:
    if wrong := unknown_places(words):
        sentence = _("There is no {%(word)s}. Use {name}, {title}, {when} and {link}.") % {"word": wrong[0]}
        raise Invalid("placeholder", sentence, fields={field: sentence})


def _held(mailing: Mailing) -> Mailing:
    return (
        Mailing.objects.select_for_update(of=("self",))
        .select_related("event__hub", "event__office")
        .get(pk=mailing.pk)
    )


def _require_open(mailing: Mailing) -> None:
    if mailing.state in {MailingState.SENDING, MailingState.SENT}:
        raise Refused("already_sent", _("This message was sent already. Write a new one."))


def _permission(mailing: Mailing) -> str:
    return "events.review" if mailing.audience == Audience.NEWS else "events.manage"


@deed
def check_mailing(mailing: Mailing, *, by: Author) -> Mailing:
    """Say that a draft was read and is right. Where others organise the event too, its writer cannot check it.

    News of the hub are checked by the hub's team. Raises Forbidden, Refused (`already_sent`, `own_draft`).
    """
    mailing = _held(mailing)
    require(by, _permission(mailing), mailing.event)
    _require_open(mailing)
    is_news = mailing.audience == Audience.NEWS  # only the hub's team may check those at all
    if not is_news and mailing.made_by_id == by.pk and others_check(mailing.event, human(by)):
        raise Refused("own_draft", _("Somebody else of your team checks what you wrote: four eyes see more."))
    mailing.state = MailingState.REVIEWED
    mailing.reviewed_by_id = by.pk
    mailing.save(update_fields=["state", "reviewed_by"])
    log(by, "check_mailing", mailing, office=mailing.event.office_id)
    return mailing


@deed
def send_mailing(mailing: Mailing, *, by: Author) -> Mailing:
    """Begin to send what was checked; the messages are written batch after batch (`send_batch`).

    Raises Forbidden, Refused (`already_sent`, `not_checked`, `nobody`, `not_over`, `not_published`, `over`).
    """
    mailing = _held(mailing)
    event = mailing.event
    require(by, _permission(mailing), event)
    _require_open(mailing)
    if mailing.state != MailingState.REVIEWED:
        raise Refused("not_checked", _("Somebody has to check this message first."))
    if why := why_not_audience(event, mailing.audience):
        raise Refused(why, WHY_NOT[why])
    mailing.planned = count_of(event, mailing.audience)
    if not mailing.planned:
        raise Refused("nobody", _("There is nobody to write to."))
    mailing.state, mailing.sent_at, mailing.sent_by_id, mailing.sent_to = (
        MailingState.SENDING,
        clock.now(),
        by.pk,
        0,
    )
    mailing.save()
    log(by, "send_mailing", mailing, office=event.office_id, people=mailing.planned)
    return mailing


@deed
def send_batch(mailing: Mailing, *, by: Author, most: int = BATCH) -> int:
    """Write the next messages of a mailing that is being sent; answers how many. Call until it is 0."""
    require(by, "events.remind")
    mailing = _held(mailing)
    if mailing.state != MailingState.SENDING:
        return 0
    found = readers(mailing.event, mailing.audience, after=mailing.reached, most=most)
    for reader in found:
        _write_to(mailing, reader)
        mailing.reached = reader.person.pk
    mailing.sent_to = (mailing.sent_to or 0) + len(found)
    if len(found) < most:
        mailing.state = MailingState.SENT
    mailing.save(update_fields=["reached", "sent_to", "state"])
    return len(found)


@deed
def go_on_sending(*, by: Author) -> int:
    """Go on with mailings whose worker died; answers how many people were written to. For `tick`."""
    require(by, "events.remind")
    rows = Mailing.objects.filter(
        state=MailingState.SENDING, sent_at__lt=clock.now() - dt.timedelta(minutes=5)
    )
    return sum(send_batch(one, by=by) for one in rows.order_by("pk"))


def context_for(mailing: Mailing, reader: Reader) -> dict[str, Any]:
    """What a message of this mailing to this reader is made of."""
    event = mailing.event
    if reader.registration is not None:
        reader.registration.event = event
        return {**facts_of(reader.registration), "mailing": mailing.pk}
    return {
        "title": event.title,
        "slug": event.slug,
        "hub": event.hub.name,
        "link": f"/events/{event.slug}/",
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "timezone": event.hub.timezone,
        "mailing": mailing.pk,
        "unsubscribe": news_link(reader.person),
    }


def _write_to(mailing: Mailing, reader: Reader) -> None:
    notify(
        reader.person.addressee,
        kind_of(mailing),
        context_for(mailing, reader),
        office=mailing.event.office_id,
        hub=mailing.event.hub_id,
    )


def sample(mailing: Mailing, reader: Reader) -> Message:
    """The message this reader would get, kept nowhere."""
    to: Addressee = reader.person.addressee
    return Message(
        office=mailing.event.office_id,
        kind=kind_of(mailing),
        to_name=to.name,
        language=to.language,
        context=context_for(mailing, reader),
    )


def own_text_sample(event: Event, kind: str, person: Person) -> Message:
    """How a message about this event reads for `person`, kept nowhere."""
    return Message(
        office=event.office_id,
        kind=kind,
        to_name=person.name,
        language=person.language,
        context={
            "title": event.title,
            "slug": event.slug,
            "hub": event.hub.name,
            "address": event.place or event.hub.address,
            "reference": "HE-0000-0000",
            "mode": event.modes[0].value,
            "people": 1,
            "link": f"/events/{event.slug}/",
            "note": event.note_online if event.modes[0] == "online" else event.note_onsite,
            "start": event.start.isoformat(),
            "end": event.end.isoformat(),
            "timezone": event.hub.timezone,
            "moment": event.start.isoformat(),
        },
    )


@deed
def throw_away_mailing(mailing: Mailing, *, by: Author) -> None:
    """Throw a draft away. Raises Forbidden, Refused (`already_sent`)."""
    mailing = _held(mailing)
    require(by, "events.manage", mailing.event)
    _require_open(mailing)
    log(by, "throw_away_mailing", mailing, office=mailing.event.office_id)
    mailing.delete()


@deed
def set_text(event: Event, kind: str, body: str, *, by: Author) -> None:
    """Say something else than the house in one kind of message; nothing brings the house's words back.

    Raises Forbidden, Invalid (`placeholder`).
    """
    require(by, "events.manage", event)
    kind, body = TextKind(kind), body.strip()
    _require_known(body, kind)
    if body:
        EventText.objects.update_or_create(event=event, kind=kind, defaults={"body": body[:2000]})
    else:
        EventText.objects.filter(event=event, kind=kind).delete()
    log(by, "set_text", event, office=event.office_id, kind=kind)


def news_link(person: Person) -> str:
    """The path by which this person wants no more news; for whoever has the link, signed in or not."""
    return f"/unsubscribe/{signing.dumps(person.pk, salt=NEWS_SALT)}/"


def person_of_link(office: Office, token: str) -> Person:
    """Whose news a link is about. Raises NotFound (`unknown_link`)."""
    broken = NotFound("unknown_link", _("This link is not complete. Open it from the message again."))
    try:
        number = signing.loads(token, salt=NEWS_SALT)
    except signing.BadSignature as error:
        raise broken from error
    person = Person.objects.select_related("merged_into").filter(pk=number, office=office).first()
    if person is None:
        raise broken
    return person.merged_into or person


@deed
def end_news(person: Person, *, by: Author) -> bool:
    """No more news for this person; says whether there were any."""
    require(by, "events.by_link")
    return withdraw_news(person, by=by)
