"""`/api/v1/initiatives/{initiative}/acts`: the ledger of who took part, and what facilitators enter into it."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ...core.api import Items, Moment, Problem, idempotent, in_zone, public
from ...core.refusals import NotFound
from ...members.doors import member_of
from .. import actions, ledger
from ..enums import StageKind
from ..models import Act
from ..names import name_all
from ..queries import initiative_at, stage_at
from .shapes import WhoOut

router = Router(tags=["co-creation"])


class LineIn(Schema):
    name: str
    contact: str = Field(description="WhatsApp number or e-mail: who is not known yet is entered by it")
    organisation: str = Field("", description="name of the organisation the person signed for")


class ActsIn(Schema):
    people: list[LineIn]
    kind: str = Field(
        "attended",
        description="attended, proposed, amended, commented, voted, promised, delivered, evaluated",
    )
    channel: str = Field("meeting", description="online, meeting, desk or paper")
    source: str = Field(description="how it is known: a signed list, a sheet, notes")
    stage: str = Field("", description="frame, design, deliver or evaluate; empty: the open one")
    at: Moment | None = None


class ActOut(Schema):
    by: WhoOut
    stage: str
    kind: str
    channel: str
    source: str
    at: Moment
    annulled: str = Field(description="why the line counts no more; empty while it counts")


def _told(rows: list[Act], zone: str) -> list[ActOut]:
    name_all(rows)
    return [
        ActOut(
            by=WhoOut.of(row),
            stage=row.stage.kind,
            kind=row.kind,
            channel=row.channel,
            source=row.source,
            at=in_zone(row.at, zone),
            annulled=row.annulment.reason if hasattr(row, "annulment") else "",
        )
        for row in rows
    ]


@router.get(
    "/{initiative}/acts", response={200: Items[ActOut], 404: Problem}, auth=public, summary="Who took part"
)
def listing(
    request: HttpRequest,
    initiative: str,
    limit: int = Query(100, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**9),
):
    """Acts for organisations, latest first, annulled ones with the reason. Acts in one's own name are only counted on the page."""
    found = initiative_at(request.office, initiative)
    rows = ledger.of_organisations(found)
    page = list(rows[offset : offset + limit])
    return {"items": _told(page, found.hub.timezone), "count": rows.count()}


@router.post(
    "/{initiative}/acts",
    response={201: Items[ActOut], 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Enter what people did away from the system",
)
@idempotent
def enter(request: HttpRequest, initiative: str, data: ActsIn):
    """By facilitators, from a list: all lines or none. A wrong one is named in `errors` with its number and reason."""
    member_of(request)
    found = initiative_at(request.office, initiative)
    if data.stage and data.stage not in StageKind.values:
        raise NotFound("unknown_stage", _("There is no such stage."))
    lines = [
        actions.Line(number, one.name, one.contact, one.organisation)
        for number, one in enumerate(data.people, start=1)
    ]
    made = actions.record_list(
        found,
        lines,
        by=request.auth,
        kind=data.kind,
        source=data.source,
        stage=stage_at(found, data.stage) if data.stage else None,
        channel=data.channel,
        at=data.at,
    )
    rows = ledger.by_ids(made)
    return 201, Items[ActOut](items=_told(rows, found.hub.timezone), count=len(rows))
