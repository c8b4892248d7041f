"""Who may read and answer what was told to a hub."""

import rules

from ..core.models import User
from ..hubs.models import Hub
from ..members.queries import roles_of
from ..members.rules import serves_hub
from .models import Enquiry


@rules.predicate
def reads_at(user: User, hub: Hub) -> bool:
    """Desk staff of the hub, and the office's auditors."""
    roles = roles_of(user, hub.office_id)
    return bool(roles.serves(hub.pk) or roles.office)


@rules.predicate
def serves_its_hub(user: User, enquiry: Enquiry) -> bool:
    """Desk staff of its hub."""
    return serves_hub(user, enquiry.hub)


rules.add_perm("enquiries.read", reads_at)
rules.add_perm("enquiries.answer_at", serves_hub)
rules.add_perm("enquiries.answer", serves_its_hub)
