"""What the two commands share."""

from django.core.management.base import CommandError

from ...hubs.models import Hub, Office
from ...hubs.queries import office_for_host


def hub_named(slug: str, office: str) -> Hub:
    """The hub of an office by its short name. Raises CommandError."""
    house = Office.objects.filter(slug=office).first() if office else office_for_host("")
    if house is None:
        raise CommandError("There is no such office here.")
    hub = Hub.objects.select_related("office").filter(office=house, slug=slug).first()
    if hub is None:
        known = ", ".join(house.hubs.order_by("position", "id").values_list("slug", flat=True))
        raise CommandError(f"There is no hub {slug!r}. There are: {known or 'none yet'}.")
    return hub
