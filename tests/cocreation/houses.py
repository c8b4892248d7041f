"""What the stories of co-creation happen in: parties of five sectors, and an initiative on its way through its stages."""

import datetime as dt
from collections.abc import Iterable

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.enums import StageKind
from heterospace.cocreation.models import Initiative, Stage
from heterospace.cocreation.queries import stage_at
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.models import Hub, Office
from heterospace.members import actions as members
from heterospace.members.models import Organisation, Person
from tests.cast import member

PARTIES = (
    # key, who speaks for it, kind
    ("dinas", "Hesti Dinas", "agency"),
    ("batik", "Sinta Batik", "umkm"),
    ("kawan", "Kirana Kawan", "community"),
    ("pegiat", "Pandu Pegiat", "community"),
    ("bank", "Bayu Bank", "bank"),
    ("kampus", "Kinanti Kampus", "campus"),
    ("radio", "Raka Radio", "media"),
)


class Party:
    """An organisation and the person who speaks for it."""

    def __init__(self, organisation: Organisation, person: Person):
        self.organisation, self.person = organisation, person

    @property
    def user(self):
        """Who signs in for it."""
        return self.person.user


def party(office: Office, key: str, name: str, kind: str) -> Party:
    """A member who leads an organisation of this kind."""
    person = member(office, name, f"{key}@pihak.example")
    organisation = members.create_organisation(office, by=person.user, name=f"Pihak {key.title()}", kind=kind)
    return Party(organisation, person)


@pytest.fixture
def parties(office: Office) -> dict[str, Party]:
    """Seven organisations of six sectors, each with somebody who speaks for it."""
    return {key: party(office, key, name, kind) for key, name, kind in PARTIES}


def propose(hub: Hub, who: Party, title: str = "Startup Muda dirancang bersama", **more) -> Initiative:
    """An initiative proposed to the hub for who's organisation."""
    return actions.propose_initiative(
        hub,
        by=who.user,
        organisation=who.organisation,
        **{
            "title": title,
            "problem": "Usaha rintisan muda berhenti setelah tahun pertama.",
            "hope": "Separuh masih berjalan setelah dua tahun.",
            "pattern": "program",
            **more,
        },
    )


def begin(hub: Hub, parties: dict[str, Party], **more) -> Initiative:
    """An initiative proposed by the community, taken up, guided by community and campus, with its frame stage open."""
    initiative = propose(hub, parties["kawan"], **more)
    initiative = actions.accept_initiative(initiative, "Ini penting bagi kita.", by=SYSTEM)
    kampus = parties["kampus"]
    actions.add_steward(initiative, kampus.person, kampus.organisation, by=SYSTEM)
    actions.open_stage(stage_at(initiative, "frame"), by=SYSTEM)
    initiative.refresh_from_db()
    return initiative


@pytest.fixture
def initiative(semarang: Hub, parties: dict[str, Party]) -> Initiative:
    """`begin`: framing has begun."""
    return begin(semarang, parties)


def take_part(
    initiative: Initiative, who: Iterable[Party], kind: str = "attended", source: str = "daftar hadir", **more
) -> None:
    """Each of them did something in the open stage, entered from a list."""
    for one in who:
        actions.record_act(
            initiative, one.person, kind, by=SYSTEM, source=source, organisation=one.organisation, **more
        )


def stage(initiative: Initiative, kind: str) -> Stage:
    """The stage as it is now."""
    return stage_at(initiative, kind)


def go_to(initiative: Initiative, kind: str, reason: str = "Alasan terbuka.") -> Stage:
    """Close what is open and go on to this stage."""
    for one in StageKind:
        now = stage_at(initiative, one)
        if now.state == "planned":
            actions.open_stage(now, by=SYSTEM, reason=reason)
        if one == kind:
            return stage_at(initiative, one)
        if stage_at(initiative, one).is_open:
            actions.close_stage(stage_at(initiative, one), f"Hasil {one}.", by=SYSTEM)
    raise ValueError(kind)


def days(count: float):
    """The clock so many days after the cast's Saturday."""
    return clock.set_to(clock.now() + dt.timedelta(days=count))
