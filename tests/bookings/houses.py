"""A small house for property tests, which have no fixtures."""

import datetime as dt
from dataclasses import dataclass

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs import actions as hub_deeds
from heterospace.hubs.models import Hub
from heterospace.members import actions as member_deeds
from heterospace.members.models import Organisation, Person
from heterospace.spaces import actions as space_deeds
from heterospace.spaces.models import Equipment, Space
from tests.cast import EVERY_DAY, SATURDAY_NINE, member, open_hub, staff


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


@dataclass
class Whole:
    """A house with one of everything."""

    hub: Hub
    spaces: list[Space]  # a hall, its two rooms, a room of its own, ten desks
    projectors: Equipment
    people: list[Person]
    business: Organisation  # theirs together
    ratna: Person
    hendro: Person


def whole_house() -> Whole:
    """A house in which every way of booking is there."""
    office = hub_deeds.open_office("Dinas Koperasi dan UKM Jawa Tengah", by=SYSTEM, slug="jateng")
    hub = hub_deeds.open_hub(
        office,
        by=SYSTEM,
        week=EVERY_DAY,
        name="Hetero Space Semarang",
        slug="semarang",
        regency="33.74",
        address="Jalan Percobaan 1",
        closed_on_holidays=False,
        closed_on_collective_leave=False,
    )

    def add(name: str, **facts: object) -> Space:
        more = {"kind": "meeting", "capacity": 20, "min_length": 30, **facts}
        return space_deeds.add_space(hub, by=SYSTEM, name=name, **more)

    hall = add("Gatra", kind="event", capacity=100, approval="hold", hold_hours=3)
    spaces = [
        hall,
        add("Gatra Timur", parent=hall, approval="hold", turnaround_minutes=10),
        add("Gatra Barat", parent=hall, approval="compete"),
        add("Rembug", grace_minutes=15, turnaround_minutes=10),
        add("Maneka", kind="coworking", capacity=10, is_shared=True, grace_minutes=15),
    ]
    projectors = space_deeds.add_equipment(hub, by=SYSTEM, name="Proyektor", quantity=2)
    sari = member(office, "Sari Wulandari", "sari@demo.example")
    bagus = member(office, "Bagus Prasetyo", "bagus@demo.example")
    business = member_deeds.create_organisation(
        office, by=sari.user, role="owner", name="Batik Sekar Arum", kind="umkm", regency="33.72"
    )
    asked = member_deeds.ask_affiliation(business, by=bagus.user, role="member")
    member_deeds.decide_affiliation(asked, True, by=sari.user)
    officer = member_deeds.give_office_role(
        office, by=SYSTEM, role="officer", name="Hendro Susilo", email="hendro@demo.example"
    )
    return Whole(
        hub=hub,
        spaces=list(
            Space.objects.filter(pk__in=[one.pk for one in spaces]).select_related("hub").order_by("id")
        ),
        projectors=projectors,
        people=[sari, bagus],
        business=business,
        ratna=staff(hub, "manager", "Ratna Maharani", "ratna@demo.example"),
        hendro=officer.person,
    )
