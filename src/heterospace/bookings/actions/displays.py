"""Opening and closing the addresses of the tablets beside doors."""

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, log, require
from ...core.refusals import Forbidden
from ...members.queries import person_of
from ...spaces.models import Space
from ..models import Display


@deed
def make_display(space: Space, *, by: Author) -> Display:
    """The secret address for the tablet at a space's door; the open one, if there is one. Raises Forbidden."""
    require(by, "bookings.make_display", space)
    maker = person_of(by, space.hub.office_id)
    if maker is None:
        raise Forbidden("not_a_member", _("Join first: this needs an account at this office."))
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)  # two who make one get the same
    known = Display.objects.filter(space=space, revoked_at=None).first()
    if known is not None:
        return known
    display = Display(space=space, maker=maker, secret=codes.secret(), made_at=clock.now())
    display.save(force_insert=True)
    log(by, "make_display", display, office=space.hub.office_id, space=space.pk)
    return display


@deed
def revoke_display(display: Display, *, by: Author) -> None:
    """Close a tablet's address for good. Raises Forbidden."""
    require(by, "bookings.make_display", display.space)
    if display.revoked_at is None:
        display.revoked_at = clock.now()
        display.save(update_fields=["revoked_at"])
        log(by, "revoke_display", display, office=display.space.hub.office_id, space=display.space_id)
