"""What the cast of the demonstration waits for, asks for and finds broken: something to decide on every page."""

import datetime as dt
from zoneinfo import ZoneInfo

from ...bookings.actions import (
    add_wish,
    block_out,
    book_series,
    book_space,
    report_fault,
    set_quota,
)
from ...core import clock
from ...core.deeds import SYSTEM
from ...hubs.models import Office
from ...members.models import Organisation, Person
from ...spaces.models import Equipment, Space
from ...spaces.queries import space_schedule

TRIES = 14


def fill(office: Office) -> None:
    """Quotas, requests, a series, the waiting list, a closed space, a fault: all to come, seen from now."""
    people = {
        key: Person.objects.select_related("user").get(office=office, email=f"{key}@demo.example")
        for key in ("sari", "bagus", "wulan", "dimas", "ratna")
    }
    own: dict[str, Organisation | None] = {}
    for key, person in people.items():
        affiliation = person.affiliations.select_related("organisation").order_by("id").first()
        own[key] = affiliation.organisation if affiliation else None
    spaces = {
        (one.hub.slug, one.slug): one
        for one in Space.objects.filter(hub__office=office).select_related("hub")
    }
    for hub in office.hubs.order_by("position"):
        set_quota(hub, by=SYSTEM, whose="organisation", kind="meeting", hours=16, per="week")
        set_quota(hub, by=SYSTEM, whose="person", kind="coworking", hours=40, per="week")
    rembug_1, rembug_2 = spaces["semarang", "rembug-1"], spaces["semarang", "rembug-2"]
    gatra, gatra_solo = spaces["semarang", "gatra-event-space"], spaces["solo", "gatra-event-space"]

    start, end = _soon(rembug_2, 2, 9, 2)
    book_series(
        rembug_2,
        start,
        end,
        "FREQ=WEEKLY;COUNT=6",
        purpose="Rapat mingguan tim aplikasi",
        people=6,
        by=people["bagus"].user,
        organisation=own["bagus"],
    )
    start, end = _soon(gatra, 6, 9, 6)
    projector = Equipment.objects.get(hub=gatra.hub, slug="proyektor")
    book_space(
        gatra,
        start,
        end,
        purpose="Pelatihan ekspor untuk perajin muda",
        people=60,
        by=people["wulan"].user,
        organisation=own["wulan"],
        equipment={projector: 1},
    )
    start, end = _soon(gatra_solo, 12, 13, 4)
    for key, purpose in (("sari", "Pameran batik pewarna alam"), ("bagus", "Lomba aplikasi pelajar")):
        book_space(
            gatra_solo, start, end, purpose=purpose, people=70, by=people[key].user, organisation=own[key]
        )
    start, end = _soon(rembug_1, 3, 13, 2)
    taken = book_space(rembug_1, start, end, purpose="Temu mitra kampus", people=6, by=people["ratna"].user)
    with clock.set_to(max(clock.now(), taken.created_at) + dt.timedelta(seconds=1)):
        add_wish(
            rembug_1,
            start,
            end,
            purpose="Temu calon pembeli",
            people=4,
            by=people["sari"].user,
            organisation=own["sari"],
        )
    studio = spaces["semarang", "activation-webinar"]
    start, end = _soon(studio, 9, 9, 4)
    block_out(
        studio,
        start,
        end,
        kind="maintenance",
        reason="Perawatan kamera dan lampu",
        by=people["dimas"].user,
    )
    report_fault("AC di sisi jendela menetes ke meja.", space=rembug_1, by=people["sari"].user)


def _soon(space: Space, days: int, hour: int, length: int) -> tuple[dt.datetime, dt.datetime]:
    """The first open time of `length` hours from `hour`, at least `days` ahead.

    Raises LookupError where there is none within two weeks.
    """
    zone = space.hub.timezone
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    schedule = space_schedule(space)
    for extra in range(TRIES):
        start = clock.at(today + dt.timedelta(days=days + extra), hour * 60, zone)
        if schedule.covers(start, start + dt.timedelta(hours=length)):
            return start, start + dt.timedelta(hours=length)
    raise LookupError(f"{space} is never open for {length} hours from {hour}")
