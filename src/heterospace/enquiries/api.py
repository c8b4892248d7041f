"""`/api/v1/enquiries`: telling a hub something; the desk's queue for programs of the office."""

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from ..core.api import Items, Moment, Problem, idempotent, in_zone, items, who_asks
from ..core.deeds import SYSTEM, require
from ..core.models import User
from ..core.refusals import Invalid, NotFound, TooOften
from ..hubs.models import Hub
from ..hubs.queries import hub_at
from ..members import limits
from ..members.middleware import recognise
from ..spaces.queries import space_at
from . import actions, queries
from .models import Enquiry

router = Router(tags=["enquiries"])


class EnquiryIn(Schema):
    hub: str
    kind: str = Field("question", description="question, fault, complaint or praise")
    text: str
    name: str = Field("", description="needed without a token")
    whatsapp: str = Field("", description="this or an e-mail is needed without a token")
    email: str = ""
    space: str = Field("", description="the slug of a space of the hub")


class EnquiryMade(Schema):
    reference: str
    promised_by: Moment
    link: str = Field(description="a secret path on which the person follows it")


class EnquiryOut(Schema):
    reference: str
    kind: str
    state: str
    space: str | None
    asked_at: Moment
    promised_by: Moment
    overdue_minutes: int
    taken_by: str | None
    text: str

    @classmethod
    def of(cls, row: Enquiry) -> "EnquiryOut":
        """The enquiry with its times as its hub reads them, without who asked."""
        zone = row.hub.timezone
        return cls(
            reference=row.reference,
            kind=row.kind,
            state=row.state,
            space=row.space.slug if row.space else None,
            asked_at=in_zone(row.asked_at, zone),
            promised_by=in_zone(row.promised_by, zone),
            overdue_minutes=row.overdue,
            taken_by=row.taken_by.name if row.taken_by else None,
            text=row.text,
        )


def anybody(request: HttpRequest) -> User | bool:
    """The `auth` of an endpoint for strangers that knows a member by her token."""
    user = who_asks(request)
    if user is None:
        return True
    recognise(request, user)
    return user


@router.post(
    "",
    response={201: EnquiryMade, 404: Problem, 422: Problem, 429: Problem},
    auth=anybody,
    summary="Ask a hub",
)
@idempotent
def ask(request: HttpRequest, data: EnquiryIn):
    """Tell a hub something; the answer says by when somebody answers. Open to strangers who leave a contact."""
    if request.office is None:
        raise NotFound("unknown_hub", _("There is no such hub here."))
    hub = hub_at(request.office, data.hub)
    space = space_at(hub, data.space) if data.space else None
    if data.space and (space is None or not space.is_active):
        sentence = _("There is no such space here.")
        raise Invalid("unknown_space", sentence, fields={"space": sentence})
    mailbox = (data.email or data.whatsapp or f"person {request.person.pk if request.person else ''}").lower()
    if not limits.within_for(request, "enquiry", mailbox, 8, 3600):
        raise TooOften("too_often", _("That was often enough for now. Please try again in an hour."))
    made = actions.ask_hub(
        hub,
        by=request.auth if request.person else SYSTEM,
        language=get_language() or "id",
        space=space,
        **data.model_dump(exclude={"hub", "space"}),
    )
    return 201, EnquiryMade(
        reference=made.reference,
        promised_by=in_zone(made.promised_by, hub.timezone),
        link=actions.link_of(made),
    )


def _read_hub(request: HttpRequest, slug: str) -> Hub:
    hub = hub_at(request.office, slug)
    require(request.auth, "enquiries.read", hub)
    return hub


@router.get("", response=Items[EnquiryOut], summary="What waits for an answer")
def waiting(request: HttpRequest, hub: str):
    """The enquiries of a hub that an answer is owed for, the nearest promise first. For its desk."""
    return items(EnquiryOut.of(row) for row in queries.waiting_at(_read_hub(request, hub))[:200])
