"""What the pages of bookings look up the same way."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ...core import codes
from ...core.deeds import allowed
from ...core.refusals import NotFound
from ...hubs.queries import hub_at
from ...members.models import Person
from ...spaces.models import Space
from ...spaces.queries import space_at
from .. import queries
from ..models import Booking


def holder_of(request: HttpRequest) -> Person | None:
    """Whom a member of staff books for (`?person=`); None for oneself."""
    number = request.POST.get("person") or request.GET.get("person") or ""
    if not (number.isascii() and number.isdigit()) or not allowed(
        request.user, "members.register_person", request.office
    ):
        return None
    return Person.objects.filter(
        pk=int(number), office=request.office, merged_into=None, erased_at=None
    ).first()


def space_of(request: HttpRequest, hub_slug: str, slug: str) -> Space:
    """The space in use at this address; raises NotFound (`unknown_space`)."""
    space = space_at(hub_at(request.office, hub_slug), slug)
    if space is None or not space.is_active:
        raise NotFound("unknown_space", _("There is no such space here."))
    return space


def booking_of(request: HttpRequest, reference: str) -> Booking:
    """The booking this user may see; raises NotFound (`unknown_booking`)."""
    found = queries.visible_to(request.user, request.office).filter(reference=codes.tidy(reference)).first()
    if found is None:
        raise NotFound("unknown_booking", _("There is no such booking, or it is not yours."))
    return found


def as_number(typed: str | None) -> int:
    """The row number in a form's hidden field; 0, which no row has, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
