"""Filling the demonstration: the houses and the cast at once, organisations and history in a hundred steps.

Everything is drawn from one seed and is relative to the day it began. Each step is one transaction together with
its progress, so a filling that was interrupted goes on where it stopped.
"""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from ...core import clock, deeds
from ...core.deeds import SYSTEM
from ...core.models import User
from ...core.refusals import Refused
from ...hubs.actions import open_hub, open_office
from ...hubs.models import Hub, Office
from ...members import actions as members
from ...members.enums import Kind, Purpose
from ...members.models import Organisation, Person
from ...spaces.actions import add_equipment, add_space
from ...spaces.models import Space
from . import catalogue, events, history, initiatives, wishes
from .cast import CAST

STEPS = 100
OFFICE_NAME = "Dinas Koperasi, Usaha Kecil dan Menengah Provinsi Jawa Tengah"


def begin() -> Office:
    """The demo's office with hubs, spaces, cast and their first bookings; the one there is, when there is one.

    Raises Refused (`office_exists`) when a real office is already here: the demo never mixes with it.
    """
    office = Office.objects.filter(is_demo=True).order_by("id").first()
    if office is not None:
        return office
    if Office.objects.exists():
        raise Refused("office_exists", "A real office is already here; the demo needs a database of its own.")
    start = clock.now() - dt.timedelta(days=initiatives.SINCE_DAYS)
    with transaction.atomic(), deeds.through("demo"):
        with clock.set_to(start):
            office = open_office(OFFICE_NAME, by=SYSTEM, slug="jateng", is_demo=True)
            hubs = {spec.slug: _house(office, spec) for spec in catalogue.HUBS}
            _cast(office, hubs)
        office.demo_progress = 0
        office.created_at = clock.now()
        history.book_habits(office, history.COMING)
        wishes.fill(office)
        events.fill_coming(office)
        initiatives.fill_initiatives(office)
        office.save(update_fields=["demo_progress", "created_at"])
    return office


def fill(office: Office, progress: Callable[[int], None] = lambda percent: None) -> None:
    """Go on filling the demo's organisations and history until it is complete; tells `progress` the per cent."""
    if office.demo_progress is None:
        return
    units = list(history.units(office))
    for step in range(office.demo_progress, STEPS):
        with transaction.atomic(), deeds.through("demo"):
            for unit in units[step * len(units) // STEPS : (step + 1) * len(units) // STEPS]:
                unit()
            office.demo_progress = step + 1 if step + 1 < STEPS else None
            office.save(update_fields=["demo_progress"])
        progress(step + 1)


def _house(office: Office, spec: catalogue.HubSpec) -> Hub:
    hub = open_hub(
        office, by=SYSTEM, slug=spec.slug, week=catalogue.OFFICE_HOURS, name=spec.name, **spec.facts
    )
    for position, space in enumerate(spec.spaces):
        _space(hub, space, None, position * 10)
    for name, quantity, about in catalogue.EQUIPMENT:
        add_equipment(hub, by=SYSTEM, name=name, quantity=quantity, about=about)
    return hub


def _space(hub: Hub, spec: catalogue.SpaceSpec, parent: Space | None, position: int) -> None:
    space = add_space(
        hub,
        by=SYSTEM,
        parent=parent,
        features=spec.features,
        hours=spec.hours,
        name=spec.name,
        kind=spec.kind,
        capacity=spec.capacity,
        about=spec.about,
        position=position,
        **spec.rules,
    )
    for n, part in enumerate(spec.parts):
        _space(hub, part, space, position + n + 1)


def _cast(office: Office, hubs: dict[str, Hub]) -> None:
    people = {}
    for one in CAST:
        user = User.objects.create_user(one.email, confirmed=True)
        people[one.key] = members.join(
            office,
            by=SYSTEM,
            user=user,
            purposes=[Purpose.SERVICE, Purpose.NEWS, Purpose.DIRECTORY],
            name=one.name,
            whatsapp=one.whatsapp,
            regency=one.regency,
        )
    hendro = people["hendro"].email
    members.give_office_role(office, by=SYSTEM, role="officer", name="Hendro Susilo", email=hendro)
    for hub in hubs.values():
        members.give_hub_role(
            hub, by=SYSTEM, role="manager", name="Ratna Kusumawati", email=people["ratna"].email
        )
    members.give_hub_role(
        hubs["semarang"], by=SYSTEM, role="front_desk", name="Dimas Aditya", email=people["dimas"].email
    )
    _organisation(
        people["sari"],
        "Batik Sari Pandanaran",
        Kind.UMKM,
        "33.74",
        about="Batik tulis dan cap pewarna alam.",
        founded_year=2016,
        workers=4,
        yearly_sales=380_000_000,
    )
    _organisation(
        people["bagus"],
        "Sinau Aplikasi",
        Kind.STARTUP,
        "33.74",
        about="Aplikasi belajar untuk siswa SMK.",
        founded_year=2024,
        workers=6,
        capital=250_000_000,
    )
    _organisation(
        people["wulan"],
        "Komunitas Kawan Usaha",
        Kind.COMMUNITY,
        "33.72",
        about="Tempat pelaku usaha muda saling belajar.",
    )
    owner = _organisation(people["hendro"], "Balai Pelatihan Koperasi dan UKM", Kind.AGENCY, "33.74")
    operator = _organisation(people["ratna"], "Paguyuban Pengelola Hetero", Kind.COMMUNITY, "33.74")
    for hub in hubs.values():
        members.set_hub_party(hub, owner, "owner", by=SYSTEM)
        members.set_hub_party(hub, operator, "operator", by=SYSTEM)


def _organisation(leader: Person, name: str, kind: Kind, regency: str, **facts: object) -> Organisation:
    return members.create_organisation(
        leader.office, by=leader.user, name=name, kind=kind, regency=regency, **facts
    )
