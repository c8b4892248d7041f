"""How much one organisation or person may have of a hub."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ...core.deeds import Author, constraint_refuses, deed, log, require
from ...core.refusals import Invalid, Refused
from ...hubs.models import Hub
from ..models import Quota

PRIME = _("Prime time must end after it begins.")
constraint_refuses("quota_once", lambda: Refused("quota_exists", _("There is such a quota already.")))
constraint_refuses("quota_prime_time", lambda: Invalid("prime_time", PRIME, fields={"prime_until": PRIME}))
constraint_refuses(
    "quota_hours",
    lambda: Invalid("hours", _("Give 1 to 744 hours."), fields={"hours": _("Give 1 to 744 hours.")}),
)


@deed
def set_quota(hub: Hub, *, by: Author, **facts: Any) -> Quota:
    """Let one organisation or person have so many hours a day, week or month. Bookings already made stay.

    Raises Forbidden, Invalid (`hours`, `prime_time`) and Refused (`quota_exists`).
    """
    require(by, "bookings.set_quota", hub)
    quota = Quota(hub=hub, **facts)
    quota.save(force_insert=True)
    log(by, "set_quota", quota, office=hub.office_id, hub=hub.pk, hours=quota.hours, per=quota.per)
    return quota


@deed
def remove_quota(quota: Quota, *, by: Author) -> None:
    """Take a quota away. Raises Forbidden."""
    require(by, "bookings.set_quota", quota.hub)
    log(by, "remove_quota", quota, office=quota.hub.office_id, hub=quota.hub_id, hours=quota.hours)
    quota.delete()
