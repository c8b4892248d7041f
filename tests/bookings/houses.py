"""A small house for property tests, which have no fixtures."""

import datetime as dt

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs import actions as hub_deeds
from heterospace.members.models import Person
from heterospace.spaces import actions as space_deeds
from heterospace.spaces.models import Space
from tests.cast import SATURDAY_NINE, member, open_hub


def shared_house() -> tuple[Space, Person]:
    """A hub with a room of ten desks, and Bu Sari."""
    with clock.set_to(SATURDAY_NINE - dt.timedelta(days=1)):
        office = hub_deeds.open_office("Dinas Koperasi dan UKM Jawa Tengah", by=SYSTEM, slug="jateng")
        hub = open_hub(office, "Hetero Space Semarang", "semarang", "33.74")
        space = space_deeds.add_space(
            hub,
            by=SYSTEM,
            name="Maneka",
            kind="coworking",
            capacity=10,
            is_shared=True,
            step_minutes=15,
            min_length=30,
        )
        return space, member(office, "Sari Wulandari", "sari@demo.example")
