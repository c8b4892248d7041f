"""`/api/v1`, put together from the apps' own parts."""

from . import __version__
from .bookings.api import availability, blocks, first_free, utilisation, waiting
from .bookings.api import router as bookings
from .cocreation.api import amendments, commitments, decisions, dialogues, evaluation, initiatives, proposals
from .core.api import build_api
from .enquiries.api import router as enquiries
from .events.api import certificates, check_ins, events, figures, registrations
from .hubs.api import router as hubs
from .members.api import router as me
from .members.middleware import recognise
from .questionnaires.api import router as questionnaires
from .spaces.api import equipment
from .spaces.api import router as spaces

api = build_api(
    recognise,
    title="HeteroSpace",
    version=__version__,
    description="Runs a public creative hub. Times are ISO 8601 with an offset; errors are problem+json (RFC 9457) "
    "with a stable `code`; every POST takes an `Idempotency-Key`, ballots excepted.",
    urls_namespace="api",
)
api.add_router("/hubs", hubs)
api.add_router("/spaces", spaces)
api.add_router("/availability", availability)
api.add_router("/first-free", first_free)
api.add_router("/bookings", bookings)
api.add_router("/utilisation", utilisation.router)
api.add_router("/waiting-list", waiting.router)
api.add_router("/block-outs", blocks.router)
api.add_router("/equipment", equipment)
api.add_router("/proposals", proposals)
api.add_router("/amendments", amendments)
api.add_router("/enquiries", enquiries)
api.add_router("/events", events)
api.add_router("/registrations", registrations)
api.add_router("/check-ins", check_ins)
api.add_router("/certificates", certificates)
api.add_router("/initiatives", initiatives)
api.add_router("/initiatives", evaluation)
api.add_router("/figures", figures)
api.add_router("/questionnaires", questionnaires)
api.add_router("/decisions", decisions)
api.add_router("/commitments", commitments)
api.add_router("/initiatives", dialogues.of_initiatives)
api.add_router("/dialogues", dialogues.router)
api.add_router("/statements", dialogues.statements)
api.add_router("/me", me)
