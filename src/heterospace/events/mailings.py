"""Reads about mailings: to whom one goes, who may check it, what it says to one of them, how far it is."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..core import clock, phones
from ..core.deeds import allowed
from ..core.enums import Channel, MessageState
from ..core.models import Message, User
from ..core.notify import compose
from ..members.enums import Purpose
from ..members.models import Consent, Person
from ..members.queries import person_of
from .enums import LIVE, Audience, EventState, HelperRole, Mode, RegistrationState
from .models import Event, Mailing, Registration
from .queries import came

SERVICE, NEWS = "event_mailing", "event_news"
AFTER = frozenset({Audience.CAME, Audience.MISSED})  # known when it is over


def kind_of(mailing: Mailing) -> str:
    """The kind of message it is: about one's registration, or news one agreed to."""
    return NEWS if mailing.audience == Audience.NEWS else SERVICE


def _reachable(**prefix: str) -> Q:
    at = prefix.get("at", "")
    return ~Q(**{f"{at}email": ""}) | ~Q(**{f"{at}whatsapp": ""})


def registered(event: Event, audience: str) -> QuerySet[Registration]:
    """The registrations of an audience, whose people have an address; not for news."""
    rows = Registration.objects.filter(_reachable(at="person__"), event=event).select_related(
        "person", "seats"
    )
    confirmed = rows.filter(state=RegistrationState.CONFIRMED)
    there = came(event).values("pk")
    return {
        Audience.ONSITE: lambda: confirmed.filter(seats__mode=Mode.ONSITE),
        Audience.ONLINE: lambda: confirmed.filter(seats__mode=Mode.ONLINE),
        Audience.CONFIRMED: lambda: confirmed,
        Audience.WAITLISTED: lambda: rows.filter(
            state__in=[RegistrationState.WAITLISTED, RegistrationState.OFFERED]
        ),
        Audience.CAME: lambda: rows.filter(pk__in=there),
        Audience.MISSED: lambda: confirmed.exclude(pk__in=there),
    }[Audience(audience)]()


def wants_news(event: Event) -> QuerySet[Person]:
    """People of earlier events of this hub who agreed to news and are not coming to this one already."""
    agreed = Consent.objects.filter(person=OuterRef("pk"), purpose=Purpose.NEWS, withdrawn_at=None)
    earlier = Registration.objects.filter(
        person=OuterRef("pk"),
        event__hub=event.hub_id,
        state=RegistrationState.CONFIRMED,
        event__period__endswith__lt=clock.now(),
    )
    coming = Registration.objects.filter(person=OuterRef("pk"), event=event, state__in=LIVE)
    return Person.objects.filter(
        _reachable(), Exists(agreed), Exists(earlier), ~Exists(coming), office=event.office_id,
        closed_at=None, erased_at=None, merged_into=None,
    )  # fmt: skip


def count_of(event: Event, audience: str) -> int:
    """How many people an audience is now."""
    if audience == Audience.NEWS:
        return wants_news(event).count()
    return registered(event, audience).aggregate(n=Count("person", distinct=True))["n"]


@dataclass(frozen=True)
class Reader:
    """One person a mailing goes to, with her registration where she has one."""

    person: Person
    registration: Registration | None = None


def readers(event: Event, audience: str, *, after: int = 0, most: int = 200) -> list[Reader]:
    """The next `most` readers, by the person's number, each person once."""
    if audience == Audience.NEWS:
        return [Reader(one) for one in wants_news(event).filter(pk__gt=after).order_by("pk")[:most]]
    rows = registered(event, audience).filter(person__gt=after).order_by("person_id", "-pk")
    return [Reader(one.person, one) for one in rows.distinct("person_id")[:most]]


def others_check(event: Event, user: User) -> bool:
    """Whether somebody else organises this event as well, so that nobody checks his own draft."""
    organisers = set(
        event.helpers.filter(role=HelperRole.ORGANISER, person__closed_at=None).values_list(
            "person", flat=True
        )
    )
    if event.made_by_id:
        organisers.add(event.made_by_id)
    person = person_of(user, event.office_id)
    return bool(organisers - {person.pk if person else None})


def why_not_audience(event: Event, audience: str) -> str:
    """Why this audience cannot be written to now: `not_over`, `not_published`, `over`; "" when it can."""
    if audience in AFTER and event.end > clock.now():
        return "not_over"
    if audience == Audience.NEWS:
        if event.state != EventState.PUBLISHED:
            return "not_published"
        if event.end <= clock.now():
            return "over"
    return ""


@dataclass(frozen=True)
class ByHand:
    """A message that staff send from their own WhatsApp."""

    message: Message
    link: str


def by_hand(mailing: Mailing, user: User) -> list[ByHand]:
    """The messages of a mailing that wait for a hand, with the text filled in; only for those who may send them."""
    found = [
        one
        for one in messages_of(mailing).filter(state=MessageState.BY_HAND).order_by("to_name", "pk")[:200]
        if allowed(user, "members.send_message", one)
    ]
    return [ByHand(one, phones.wa_link(one.to_address, one.body or compose(one)[1])) for one in found]


def messages_of(mailing: Mailing) -> QuerySet[Message]:
    """Its messages in the outbox."""
    return Message.objects.filter(
        hub=mailing.event.hub_id, kind=kind_of(mailing), context__mailing=mailing.pk
    )


def tally(mailing: Mailing) -> dict[str, int]:
    """What became of its messages: how many by mail, by WhatsApp, still waiting, failed."""
    rows = messages_of(mailing).values_list("channel", "state").annotate(n=Count("pk")).order_by()
    told = {"mailed": 0, "by_hand": 0, "handed": 0, "waiting": 0, "failed": 0}
    for channel, state, n in rows:
        if state == MessageState.SENT:
            told["mailed" if channel == Channel.EMAIL else "handed"] += n
        elif state == MessageState.BY_HAND:
            told["by_hand"] += n
        elif state == MessageState.FAILED:
            told["failed"] += n
        else:
            told["waiting"] += n
    return told
