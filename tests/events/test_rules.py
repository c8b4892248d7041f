"""Who may do what with an event, before and after it is published: a table."""

import pytest

from heterospace.core.deeds import SYSTEM, allowed
from heterospace.core.models import User
from heterospace.events import actions
from tests.bookings.wishes import TUESDAY, at

ROLES = ("nobody", "sari", "bagus", "wulan", "dimas", "ratna", "hendro", "twin")
# sari is registered, bagus stands at the door, wulan leads the host, dimas is the hub's desk, ratna its manager,
# hendro an officer, twin the manager of another office. y = yes in both states, d = drafts only, p = published only
TABLE = """
events.see                  p p p y y y y p
events.manage               - - - y - y y -
events.review               - - - - - y y -
events.register_others      - - - y y y y -
events.see_people           - - - y y y y -
events.check_in             - - y y y y y -
events.see_report           - - - y - y y -
registration:events.see_registration     - y - y y y y -
registration:events.change_registration  - y - y y y y -
registration:events.decide_registration  - - - y y y y -
hub:events.propose          - - - y - y y -
hub:events.run_hub          - - - - - y y -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture
def things(semarang, wulan, kawan_usaha, bagus, sari, twin_manager):
    event = actions.plan_event(
        semarang,
        by=wulan.user,
        title="Temu",
        start=at(13, TUESDAY),
        end=at(16, TUESDAY),
        hosts=[kawan_usaha],
    )
    event.made_by = None  # hers by leading the host alone
    event.save()
    actions.add_helper(event, bagus, "door", by=SYSTEM)
    return event


@pytest.mark.parametrize(("permission", "expected"), [(row[0], row[1:]) for row in ROWS])
def test_the_table(permission, expected, things, sari, bagus, wulan, dimas, ratna, hendro, twin_manager):
    users = {
        "nobody": User(),
        "sari": sari.user,
        "bagus": bagus.user,
        "wulan": wulan.user,
        "dimas": dimas.user,
        "ratna": ratna.user,
        "hendro": hendro.user,
        "twin": twin_manager.user,
    }
    what, _colon, name = permission.rpartition(":")
    draft = things
    said = {role: [] for role in ROLES}
    for state in ("d", "p"):
        event = draft if state == "d" else actions.publish_event(draft, by=SYSTEM)
        thing = event
        if what == "hub":
            thing = event.hub
        elif what == "registration":
            if state == "d":
                continue
            thing = actions.register(event, by=sari.user)
        for role in ROLES:
            if allowed(users[role], name, thing):
                said[role].append(state)
    both = ["p"] if what == "registration" else ["d", "p"]
    words = {role: "y" if got == both else "".join(got) or "-" for role, got in said.items()}
    assert [words[role] for role in ROLES] == expected
