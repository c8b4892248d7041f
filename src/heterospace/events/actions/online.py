"""Being there online: a visit is open while its page is heard of; closed, it becomes two lines of the ledger."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Refused, Sentence
from ..enums import Source
from ..models import OnlineVisit, Registration
from ..online import SILENCE, why_shut
from .attendance import Stay, record_stays

WHY_SHUT: dict[str, Sentence] = {
    "not_online": _("Only those who are confirmed to take part online get in here."),
    "not_yet": _("The way in opens half an hour before the event begins."),
    "over": _("This event is over."),
}


def _visit_of(registration: Registration) -> OnlineVisit | None:
    """The open visit, its registration held so that two tabs make one visit; one that fell silent is closed."""
    Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    visit = OnlineVisit.objects.filter(registration=registration, closed_at=None).first()
    if visit is not None and visit.seen_at < clock.now() - SILENCE:
        _close(visit, registration)
        return None
    return visit


def _close(visit: OnlineVisit, registration: Registration) -> None:
    visit.closed_at = clock.now()
    visit.save(update_fields=["closed_at"])
    left = max(visit.began_at, min(visit.seen_at, registration.event.end))
    stay = Stay(registration, visit.began_at, left, f"visit-{visit.pk}")
    record_stays(registration.event, [stay], Source.ONLINE, by=SYSTEM)


@deed
def open_visit(registration: Registration, *, by: Author) -> OnlineVisit:
    """She goes into the meeting: her minutes count from now. Going in twice is once.

    Raises Refused (`not_online`, `not_yet`, `over`).
    """
    require(by, "events.by_link")
    if why := why_shut(registration):
        raise Refused(why, WHY_SHUT[why])
    visit = _visit_of(registration)
    if visit is None:
        now = clock.now()
        return OnlineVisit.objects.create(registration=registration, began_at=now, seen_at=now)
    visit.seen_at = clock.now()
    visit.save(update_fields=["seen_at"])
    return visit


@deed
def ping_visit(registration: Registration, *, by: Author) -> OnlineVisit | None:
    """Her page is heard of; None when she has not gone in. After a silence (a phone asleep) a new visit begins."""
    require(by, "events.by_link")
    last = OnlineVisit.objects.filter(registration=registration).order_by("-pk").first()
    if last is None or last.closed_at is not None:
        return None
    visit = _visit_of(registration)
    if why_shut(registration):
        if visit is not None:
            _close(visit, registration)
        return None
    return open_visit(registration, by=by)


@deed
def close_visit(registration: Registration, *, by: Author) -> None:
    """She has left the meeting; her minutes stand in the ledger."""
    require(by, "events.by_link")
    visit = _visit_of(registration)
    if visit is not None:
        visit.seen_at = clock.now()
        visit.save(update_fields=["seen_at"])
        _close(visit, registration)


@deed
def close_silent_visits(*, by: Author) -> int:
    """Close the visits nobody heard of for five minutes; answers how many. For `tick`."""
    require(by, "events.tidy")
    silent = OnlineVisit.objects.filter(closed_at=None, seen_at__lt=clock.now() - SILENCE)
    rows = list(silent.select_related("registration__event__hub", "registration__seats").order_by("pk")[:500])
    for visit in rows:
        _visit_of(visit.registration)
    return len(rows)
