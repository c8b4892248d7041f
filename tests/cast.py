"""The fixed cast of every test: one office with two hubs, six people, and a twin office that must never show."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import User
from heterospace.hubs import actions as hub_deeds
from heterospace.hubs.models import Hub, Office
from heterospace.members import actions as member_deeds
from heterospace.members.enums import AffiliationRole, HubRoleName, OfficeRoleName, Purpose
from heterospace.members.models import Organisation, Person
from heterospace.spaces import actions as space_deeds
from heterospace.spaces.models import Space

SATURDAY_NINE = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)  # 09.00 WIB
EVERY_DAY = dict.fromkeys(range(7), ((8 * 60, 22 * 60),))
TWIN_HOST = "twin.example"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """What a process remembers for seconds (the office of a host, rate limits) must not outlive a test."""
    caches["local"].clear()
    yield
    caches["local"].clear()


@pytest.fixture
def now() -> Iterator[dt.datetime]:
    """Saturday 21 November 2026, 09.00 WIB."""
    with clock.set_to(SATURDAY_NINE):
        yield SATURDAY_NINE


@pytest.fixture
def office(db: None, now: dt.datetime) -> Office:
    return hub_deeds.open_office("Dinas Koperasi dan UKM Jawa Tengah", by=SYSTEM, slug="jateng")


@pytest.fixture
def semarang(office: Office) -> Hub:
    return open_hub(office, "Hetero Space Semarang", "semarang", "33.74")


@pytest.fixture
def solo(office: Office) -> Hub:
    return open_hub(office, "Hetero Space Solo", "solo", "33.72")


def open_hub(office: Office, name: str, slug: str, regency: str) -> Hub:
    return hub_deeds.open_hub(
        office, by=SYSTEM, week=EVERY_DAY, name=name, slug=slug, regency=regency, address="Jalan Percobaan 1"
    )


def member(office: Office, name: str, email: str, **facts: Any) -> Person:
    """Somebody who joined by e-mail."""
    return member_deeds.join(
        office,
        by=SYSTEM,
        user=User.objects.create_user(email, confirmed=True),
        purposes=[Purpose.SERVICE, Purpose.DIRECTORY],
        **{"name": name, "regency": "33.74", **facts},
    )


@pytest.fixture
def sari(office: Office) -> Person:
    return member(office, "Sari Wulandari", "sari@demo.example", whatsapp="0812 1111 2222", regency="33.72")


@pytest.fixture
def bagus(office: Office) -> Person:
    return member(office, "Bagus Prasetyo", "bagus@demo.example", birth_year=1998, gender="m")


@pytest.fixture
def wulan(office: Office) -> Person:
    return member(office, "Wulan Kusumaningrum", "wulan@demo.example")


def staff(hub: Hub, role: str, name: str, email: str) -> Person:
    return member_deeds.give_hub_role(hub, by=SYSTEM, role=role, name=name, email=email).person


@pytest.fixture
def dimas(semarang: Hub) -> Person:
    return staff(semarang, HubRoleName.FRONT_DESK, "Dimas Anggoro", "dimas@demo.example")


@pytest.fixture
def ratna(semarang: Hub) -> Person:
    return staff(semarang, HubRoleName.MANAGER, "Ratna Maharani", "ratna@demo.example")


@pytest.fixture
def hendro(office: Office) -> Person:
    return member_deeds.give_office_role(
        office, by=SYSTEM, role=OfficeRoleName.OFFICER, name="Hendro Susilo", email="hendro@demo.example"
    ).person


@pytest.fixture
def batik(sari: Person) -> Organisation:
    """Bu Sari's business."""
    return member_deeds.create_organisation(
        sari.office,
        by=sari.user,
        role=AffiliationRole.OWNER,
        name="Batik Sekar Arum",
        kind="umkm",
        regency="33.72",
    )


@pytest.fixture
def kawan_usaha(wulan: Person) -> Organisation:
    """Wulan's community."""
    return member_deeds.create_organisation(
        wulan.office, by=wulan.user, name="Komunitas Kawan Usaha", kind="community", regency="33.74"
    )


@pytest.fixture
def rembug_1(semarang: Hub) -> Space:
    """A meeting room for eight."""
    return space_deeds.add_space(semarang, by=SYSTEM, name="Rembug 1", kind="meeting", capacity=8)


@pytest.fixture
def rembug_2(semarang: Hub) -> Space:
    """The meeting room next door, for six, with ten minutes of tidying."""
    return space_deeds.add_space(
        semarang, by=SYSTEM, name="Rembug 2", kind="meeting", capacity=6, turnaround_minutes=10
    )


@pytest.fixture
def gatra(semarang: Hub) -> Space:
    """A hall for a hundred that divides into two halves."""
    hall = space_deeds.add_space(semarang, by=SYSTEM, name="Gatra", kind="event", capacity=100)
    for half in ("Gatra Timur", "Gatra Barat"):
        space_deeds.add_space(semarang, by=SYSTEM, parent=hall, name=half, kind="event", capacity=50)
    hall.refresh_from_db()
    return hall


@pytest.fixture
def twin_office(db: None, now: dt.datetime) -> Office:
    """Another office at its own host; nothing of it may show at ours."""
    return hub_deeds.open_office("Dinas Kembar", by=SYSTEM, slug="kembar", host=TWIN_HOST)


@pytest.fixture
def twin_hub(twin_office: Office) -> Hub:
    return open_hub(twin_office, "Hetero Space Kembar", "semarang", "33.74")


@pytest.fixture
def twin_manager(twin_hub: Hub) -> Person:
    return staff(twin_hub, HubRoleName.MANAGER, "Kembar Ratna", "ratna@twin.example")


@pytest.fixture
def twin_sari(twin_office: Office) -> Person:
    return member(twin_office, "Kembar Sari", "sari@twin.example", whatsapp="0813 9999 0000")


@pytest.fixture
def twin_batik(twin_sari: Person) -> Organisation:
    return member_deeds.create_organisation(
        twin_sari.office, by=twin_sari.user, name="Batik Kembar", kind="umkm"
    )


@pytest.fixture
def enter() -> Callable[..., Client]:
    """`enter(person)` answers a browser in which the person is signed in; `enter()` a stranger's."""

    def open_browser(person: Person | None = None, **options: Any) -> Client:
        client = Client(**options)
        if person is not None:
            client.force_login(person.user)
        return client

    return open_browser
