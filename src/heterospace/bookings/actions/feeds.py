"""Making and closing the calendars people subscribe to."""

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, human, log, require
from ...core.refusals import Forbidden
from ...hubs.models import Hub, Office
from ...members.models import Organisation
from ...members.queries import person_of
from ...spaces.models import Space
from ..models import Feed
from ..rules import may_read_feed


@deed
def make_feed(
    office: Office,
    *,
    by: Author,
    organisation: Organisation | None = None,
    space: Space | None = None,
    hub: Hub | None = None,
) -> Feed:
    """A calendar of the author's own bookings, or of one thing she may see them of; the one she has, if she has one.

    Raises Forbidden (`not_a_member`, `forbidden`).
    """
    person = person_of(by, office.pk)
    if person is None or not person.is_active:
        raise Forbidden("not_a_member", _("Join first: a calendar needs an account at this office."))
    feed = Feed(maker=person, organisation=organisation, space=space, hub=hub)
    if not may_read_feed(human(by), feed):
        raise Forbidden("forbidden", _("You may not see these bookings."))
    known = Feed.objects.filter(
        maker=person, organisation=organisation, space=space, hub=hub, revoked_at=None
    ).first()
    if known is not None:
        return known
    feed.secret, feed.made_at = codes.secret(), clock.now()
    feed.save(force_insert=True)
    log(by, "make_feed", feed, office=office.pk, organisation=organisation.pk if organisation else None)
    return feed


@deed
def revoke_feed(feed: Feed, *, by: Author) -> None:
    """Close a calendar's address for good. Raises Forbidden."""
    require(by, "bookings.revoke_feed", feed)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        log(by, "revoke_feed", feed, office=feed.maker.office_id)
