"""Reads about enquiries. The hub or the office is always named by the caller."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.refusals import NotFound
from ..hubs.models import Hub, Office
from ..hubs.queries import schedule_of
from ..members.models import Person
from ..members.queries import find_person
from .enums import OPEN, EnquiryState, Outcome
from .models import Answer, Enquiry

LOOKING_BACK = dt.timedelta(days=90)
HARDLY_OPEN = dt.timedelta(days=14)


def promise(hub: Hub, since: dt.datetime) -> dt.datetime:
    """By when the hub answers what is asked at `since`: its promised hours, counted while it is open.

    A hub that hardly opens in the two months to come says two weeks.
    """
    return schedule_of(hub).after_open(since, hub.promise_hours * 60) or since + HARDLY_OPEN


def enquiries_of(hub: Hub) -> QuerySet[Enquiry]:
    """What was told to the hub, with its space and who is on it."""
    return Enquiry.objects.filter(hub=hub).select_related("hub", "space", "taken_by")


def waiting_at(hub: Hub) -> QuerySet[Enquiry]:
    """What an answer is owed for, the nearest promise first."""
    return enquiries_of(hub).filter(state__in=OPEN).order_by("promised_by", "id")


def settled_at(hub: Hub) -> QuerySet[Enquiry]:
    """What was answered or closed, newest first; answered ones still wait to be closed."""
    return enquiries_of(hub).exclude(state__in=OPEN).order_by("state", "-id")


def enquiry_at(hub: Hub, reference: str) -> Enquiry:
    """The hub's enquiry with this reference. Raises NotFound (`unknown_enquiry`)."""
    found = enquiries_of(hub).select_related("person").filter(reference=reference).first()
    if found is None:
        raise NotFound("unknown_enquiry", _("There is no such enquiry here."))
    return found


def enquiry_of_link(office: Office, secret: str) -> Enquiry:
    """The enquiry somebody follows at a secret address of this office. Raises NotFound (`unknown_link`)."""
    found = (
        Enquiry.objects.select_related("hub", "space")
        .filter(hub__office=office, secret=secret, forgotten_at=None)
        .first()
    )
    if found is None:
        raise NotFound("unknown_link", _("This link is not complete. Open it from the message again."))
    return found


def answers_to(enquiry: Enquiry) -> QuerySet[Answer]:
    """What was answered, in order, with who did."""
    return enquiry.answers.select_related("by").order_by("id")


def own_enquiries(person: Person) -> QuerySet[Enquiry]:
    """What this person asked any hub, newest first."""
    return Enquiry.objects.filter(person=person, forgotten_at=None).select_related("hub").order_by("-id")


def known_asker(enquiry: Enquiry) -> Person | None:
    """The member a stranger's contact belongs to, for the desk to see; it proves nothing about who wrote."""
    if enquiry.person is not None:
        return enquiry.person
    return find_person(enquiry.hub.office_id, email=enquiry.email, whatsapp=enquiry.whatsapp)


@dataclass(frozen=True)
class Kept:
    """How a hub keeps its promise over the last ninety days."""

    waiting: int
    overdue: int
    due: int  # promises that were answered, or whose time has passed
    in_time: int

    @property
    def percent(self) -> int | None:
        """Answered in time of all that was due; None when nothing was."""
        return round(100 * self.in_time / self.due) if self.due else None


def kept(hub: Hub) -> Kept:
    """What waits, and the share answered in time; junk counts for nothing."""
    now = clock.now()
    waits = Enquiry.objects.filter(hub=hub, state__in=OPEN).aggregate(
        waiting=Count("id"), overdue=Count("id", filter=Q(promised_by__lt=now))
    )
    answered = (
        Answer.objects.filter(enquiry__hub=hub, at__gt=now - LOOKING_BACK, promised_by__isnull=False)
        .exclude(enquiry__outcome=Outcome.JUNK)
        .aggregate(all=Count("id"), in_time=Count("id", filter=Q(at__lte=F("promised_by"))))
    )
    return Kept(waits["waiting"], waits["overdue"], answered["all"] + waits["overdue"], answered["in_time"])


def repeated(hub: Hub, kind: str, text: str, *, whatsapp: str, email: str) -> Enquiry | None:
    """The same words from the same contact within a day: sent twice by a slow line, not asked twice."""
    return (
        Enquiry.objects.filter(
            hub=hub,
            kind=kind,
            text=text,
            whatsapp=whatsapp,
            email=email,
            asked_at__gt=clock.now() - dt.timedelta(days=1),
        )
        .exclude(state=EnquiryState.CLOSED)
        .order_by("id")
        .first()
    )
