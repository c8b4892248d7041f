"""What the stories of decisions share: a room full of people who took part, and decisions that are open."""

import datetime as dt
from typing import Any

from heterospace.cocreation import actions
from heterospace.cocreation.models import Decision, Initiative
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.members.models import Person
from tests.cast import member
from tests.cocreation.houses import Party, take_part


def people(office: Any, count: int, prefix: str = "warga") -> list[Person]:
    """So many members without an organisation."""
    return [member(office, f"{prefix.title()} {n}", f"{prefix}{n}@demo.example") for n in range(count)]


def join_in(initiative: Initiative, persons: list[Person]) -> None:
    """Each of them came in their own name."""
    for person in persons:
        actions.record_act(initiative, person, "attended", by=SYSTEM, source="daftar hadir")


def everybody(initiative: Initiative, parties: dict[str, Party]) -> list[Party]:
    """All seven parties took part."""
    take_part(initiative, parties.values())
    return list(parties.values())


def draft(initiative: Initiative, **plan: Any) -> Decision:
    """A decision by majority that closes in a week."""
    return actions.draft_decision(
        initiative,
        by=SYSTEM,
        **{
            "title": "Kita mulai dengan 24 tim",
            "text": "Program dimulai Januari dengan 24 tim dan delapan pendamping.",
            "method": "majority",
            "closes_at": clock.now() + dt.timedelta(days=7),
            **plan,
        },
    )


def opened(initiative: Initiative, **plan: Any) -> Decision:
    """The same, open."""
    return actions.open_decision(draft(initiative, **plan), by=SYSTEM)


def vote(decision: Decision, who: Any, choice: Any = "yes", **more: Any) -> Any:
    """Somebody (a party or a person) votes."""
    person = who.person if isinstance(who, Party) else who
    return actions.cast_ballot(decision, choice, by=person.user, **more)


def fresh(decision: Decision) -> Decision:
    """The decision as it is now."""
    return Decision.objects.select_related("box", "initiative__hub").get(pk=decision.pk)
