"""`/api/v1/waiting-list`."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from ...core import codes
from ...core.api import Items, Moment, Problem, idempotent, in_zone, items
from ...core.refusals import NotFound
from ...members.doors import member_of
from .. import actions
from ..models import Wish
from ..rules import wishes_seen_by
from ..waiting import position_of, wishes_of
from .bookings import BookingOut, organisation_asked, space_asked
from .instead import SpaceRef

router = Router(tags=["waiting list"])


class WishIn(Schema):
    space: int | str = Field(description="the space's id, or its slug where no other hub has the same")
    start: Moment
    end: Moment
    purpose: str
    people: int = Field(1, le=100_000)
    organisation: int | str | None = Field(None, description="id or slug of an organisation you act for")
    any_space: bool = Field(False, description="another space of its kind that fits will do, too")


class WishOut(Schema):
    reference: str
    state: str
    position: int = Field(description="whose turn it is: 1 is next; 0 when it does not wait any more")
    space: SpaceRef
    start: Moment
    end: Moment
    people: int
    any_space: bool
    offer: str | None = Field(description="the reference of the booking that is kept for you")
    answer_until: Moment | None

    @classmethod
    def of(cls, wish: Wish) -> "WishOut":
        """The wish with its times as its hub reads them."""
        zone = wish.hub.timezone
        offer = wish.offer if wish.state in ("offered", "accepted") else None
        return cls(
            reference=wish.reference,
            state=wish.state,
            position=position_of(wish),
            space=SpaceRef(id=wish.space.pk, slug=wish.space.slug, name=wish.space.name),
            start=in_zone(wish.start, zone),
            end=in_zone(wish.end, zone),
            people=wish.people,
            any_space=wish.any_space,
            offer=offer.reference if offer else None,
            answer_until=in_zone(offer.release_at, zone) if offer and wish.state == "offered" else None,
        )


@router.post("", response={201: WishOut, 403: Problem, 409: Problem, 422: Problem}, summary="Wait for a time")
@idempotent
def wait(request: HttpRequest, data: WishIn):
    """Get in line for a space others have at that time; 409 `is_free` when it can be booked, `already_waiting`."""
    member_of(request)
    wish = actions.add_wish(
        space_asked(request, data.space),
        data.start,
        data.end,
        purpose=data.purpose,
        people=data.people,
        by=request.auth,
        organisation=organisation_asked(request, data.organisation),
        any_space=data.any_space,
    )
    return 201, WishOut.of(wish)


@router.get("", response=Items[WishOut], summary="What I wait for")
def my_wishes(request: HttpRequest):
    """Your own wishes that are open, soonest first."""
    return items(WishOut.of(wish) for wish in wishes_of(member_of(request)))


@router.post(
    "/{reference}/accept",
    response={200: BookingOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Take an offer",
)
@idempotent
def accept(request: HttpRequest, reference: str):
    """Turn the offer into a booking; 409 `offer_expired` when it went to the next person, `no_offer`."""
    return 200, BookingOut.of(actions.accept_offer(_mine(request, reference), by=request.auth))


@router.post(
    "/{reference}/withdraw",
    response={200: WishOut, 403: Problem, 404: Problem, 409: Problem},
    summary="Leave the waiting list",
)
@idempotent
def withdraw(request: HttpRequest, reference: str):
    """Wait no more; an open offer goes to the next person."""
    return 200, WishOut.of(actions.withdraw_wish(_mine(request, reference), by=request.auth))


def _mine(request: HttpRequest, reference: str) -> Wish:
    member_of(request)
    found = wishes_seen_by(request.auth, request.office).filter(reference=codes.tidy(reference)).first()
    if found is None:
        raise NotFound("unknown_wish", _("There is no such wish, or it is not yours."))
    return found
