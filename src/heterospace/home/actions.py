"""The deeds that need the whole house: opening it."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ..core.deeds import Author, deed, log, require
from ..core.refusals import Refused
from ..hubs.actions import open_hub, open_office
from ..hubs.models import Hub, Office
from ..members.actions import give_hub_role, give_office_role
from ..members.enums import HubRoleName, OfficeRoleName
from ..members.models import Person


@deed
def set_up(
    office: str, *, by: Author, hub: dict[str, Any], manager: str, email: str
) -> tuple[Office, Hub, Person]:
    """Open an empty house for real: the office, its first hub with the usual week, and somebody who manages both.

    Only SYSTEM does it, and only once. Raises Forbidden, Invalid (`no_name`, `no_email`, `region`),
    Refused (`already_set_up`).
    """
    require(by, "offices.open")
    with connection.cursor() as cursor:  # two browsers at the first-run page: one house
        cursor.execute("LOCK TABLE hubs_office IN SHARE ROW EXCLUSIVE MODE")
    if Office.objects.exists():
        raise Refused("already_set_up", _("There is already an office here. Its officers open further hubs."))
    opened = open_office(office, by=by)
    first = open_hub(opened, by=by, **hub)
    person = give_hub_role(first, by=by, role=HubRoleName.MANAGER, name=manager, email=email).person
    give_office_role(opened, by=by, role=OfficeRoleName.OFFICER, name=manager, email=email)
    log(by, "set_up", opened, office=opened.pk, hub=first.pk)
    return opened, first, person
