"""Who may do what in which stage, as one table: a new deed or role belongs in here."""

import pytest

from heterospace.cocreation import actions
from heterospace.cocreation.models import Initiative
from heterospace.core.deeds import SYSTEM, allowed
from heterospace.core.refusals import Forbidden, Refused
from heterospace.members.enums import HubRoleName
from tests.cast import staff
from tests.cocreation.houses import begin, go_to, propose, stage

pytestmark = pytest.mark.django_db
ROLES = ("stranger", "member", "proposer", "steward", "desk", "community", "manager", "officer", "twin")
# who has each permission, by the state of the initiative; the same in every state unless a line says otherwise
TABLE = """
cocreation.propose     -  y  y  y  y  y  y  y  -
cocreation.take_part   -  y  y  y  y  y  y  y  -
cocreation.answer      -  -  -  -  -  y  y  y  -
cocreation.withdraw    -  -  y  -  -  -  -  -  -
cocreation.steer       -  -  -  y  -  y  y  y  -
cocreation.facilitate  -  -  -  y  y  y  y  y  -
"""
EXPECTED = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}


@pytest.fixture
def people(semarang, office, parties, sari, dimas, ratna, hendro, twin_sari):
    return {
        "stranger": None,
        "member": sari,
        "proposer": parties["pegiat"].person,
        "steward": parties["kampus"].person,
        "desk": dimas,
        "community": staff(semarang, HubRoleName.COMMUNITY, "Koko Komunitas", "koko@demo.example"),
        "manager": ratna,
        "officer": hendro,
        "twin": twin_sari,
    }


def initiatives(semarang, parties) -> dict[str, Initiative]:
    """One in every state and stage, proposed by the same person, guided by campus and small business."""
    made = {"proposed": propose(semarang, parties["pegiat"], "Diusulkan")}
    for kind in ("frame", "design", "deliver", "evaluate"):
        one = propose(semarang, parties["pegiat"], f"Sedang {kind}")
        one = actions.accept_initiative(one, "Ya.", by=SYSTEM)
        actions.end_steward(one.stewards.get(), by=SYSTEM)
        for key in ("kampus", "batik"):
            actions.add_steward(one, parties[key].person, parties[key].organisation, by=SYSTEM)
        go_to(one, kind)
        made[kind] = one
    return made


def test_the_table_holds_in_every_state_and_stage(semarang, parties, people):
    wrong = {}
    for state, initiative in initiatives(semarang, parties).items():
        for permission, row in EXPECTED.items():
            for role, expected in zip(ROLES, row, strict=True):
                if state == "proposed" and role == "steward":
                    continue  # there is none before the hub has answered
                person = people[role]
                thing = initiative.office if permission == "cocreation.propose" else initiative
                may = person is not None and allowed(person.user, permission, thing)
                if may != (expected == "y"):
                    wrong[permission, role, state] = may
    assert wrong == {}


def attempts(initiative, parties, sari):
    """Each deed as one call by a user."""
    frame = stage(initiative, "frame")
    return {
        "answer": lambda by: actions.accept_initiative(initiative, "Ya.", by=by),
        "withdraw": lambda by: actions.withdraw_initiative(initiative, by=by),
        "steward": lambda by: actions.add_steward(
            initiative, parties["bank"].person, parties["bank"].organisation, by=by
        ),
        "plan": lambda by: actions.plan_stage(frame, by=by, rules="Lain.", reason="Karena."),
        "open": lambda by: actions.open_stage(frame, by=by),
        "close": lambda by: actions.close_stage(frame, "Hasil.", by=by),
        "invite": lambda by: actions.invite_again(frame, by=by),
        "record": lambda by: actions.record_act(initiative, sari, "attended", by=by, source="daftar"),
        "stop": lambda by: actions.stop_initiative(initiative, "Alasan.", by=by),
        "alarms": lambda by: actions.raise_alarms(by=by),
        "digests": lambda by: actions.send_digests(by=by),
    }


# which deeds are forbidden (not merely impossible now) for a role, while the initiative is framed
FORBIDDEN = {
    "member": "answer withdraw steward plan open close invite record stop alarms digests",
    "proposer": "answer steward plan open close invite record stop alarms digests",
    "steward": "answer withdraw stop alarms digests",
    "desk": "answer withdraw steward plan open close invite stop alarms digests",
    "community": "withdraw alarms digests",
    "manager": "withdraw alarms digests",
    "officer": "withdraw alarms digests",
    "twin": "answer withdraw steward plan open close invite record stop alarms digests",
}


@pytest.mark.parametrize("role", FORBIDDEN)
def test_the_deeds_ask_for_it_themselves(semarang, parties, people, sari, role):
    initiative = initiatives(semarang, parties)["frame"]
    found = set()
    for name, attempt in attempts(initiative, parties, sari).items():
        try:
            attempt(people[role].user)
        except Forbidden:
            found.add(name)
        except Refused:
            pass
    assert found == set(FORBIDDEN[role].split())


def test_nobody_of_another_office_finds_it(semarang, parties, twin_manager, enter):
    initiative = begin(semarang, parties)
    browser = enter(twin_manager, headers={"host": "twin.example"})
    for address in ("", "continuity/", "timeline/", "steer/", "rules/frame/"):
        assert browser.get(f"/initiatives/{initiative.slug}/{address}").status_code == 404
    assert initiative.title not in browser.get("/initiatives/").content.decode()
