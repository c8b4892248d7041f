"""`/api/v1/block-outs`."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from ...core.api import Moment, Problem, idempotent, in_zone
from ...core.refusals import Refused
from ...members.doors import member_of
from .. import actions, blocks
from ..models import BlockOut
from .bookings import space_asked
from .instead import SpaceRef, told

router = Router(tags=["block-outs"])


class BlockOutIn(Schema):
    space: int | str = Field(description="the space's id, or its slug where no other hub has the same")
    start: Moment
    end: Moment
    kind: str = Field("maintenance", description="maintenance, fault, own_use or closed")
    reason: str = Field(description="for the people it concerns")
    cancel_hit: bool = Field(False, description="cancel the bookings in the way and tell their people")


class BlockOutOut(Schema):
    id: int
    space: SpaceRef
    start: Moment
    end: Moment
    kind: str
    reason: str
    lifted_at: Moment | None

    @classmethod
    def of(cls, block: BlockOut) -> "BlockOutOut":
        """The block-out with its times as its hub reads them."""
        zone = block.hub.timezone
        return cls(
            id=block.pk,
            space=SpaceRef(id=block.space.pk, slug=block.space.slug, name=block.space.name),
            start=in_zone(block.start, zone),
            end=in_zone(block.end, zone),
            kind=block.kind,
            reason=block.reason,
            lifted_at=in_zone(block.lifted_at, zone) if block.lifted_at else None,
        )


@router.post(
    "", response={201: BlockOutOut, 403: Problem, 409: Problem, 422: Problem}, summary="Close a space"
)
@idempotent
def close(request: HttpRequest, data: BlockOutIn):
    """Close a space for a time, for desk staff.

    409 `bookings_hit` unless `cancel_hit`, with their references in `bookings` and in `hits` for each the places of the
    hub it can be moved to (`POST bookings/{reference}/move`); `people_inside`, `clash` with another block-out.
    """
    member_of(request)
    space = space_asked(request, data.space)
    try:
        block = actions.block_out(
            space,
            data.start,
            data.end,
            kind=data.kind,
            reason=data.reason,
            cancel_hit=data.cancel_hit,
            by=request.auth,
        )
    except Refused as refusal:
        if refusal.code == "bookings_hit":  # the deed's locks are gone: looking around holds nobody up
            refusal.extra["hits"] = [
                {"booking": hit.booking.reference, "places": told(hit.places)}
                for hit in blocks.hits(space, data.start, data.end)
            ]
        raise
    return 201, BlockOutOut.of(block)
