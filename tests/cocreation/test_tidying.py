"""What time and the doctor do for initiatives."""

import pytest
from django.db import connection

from heterospace.cocreation.models import RulesVersion
from heterospace.core.models import Message
from heterospace.home.doctor import examine
from heterospace.home.tick import tick
from tests.cocreation.houses import days, go_to, stage, take_part

pytestmark = pytest.mark.django_db


def wrong() -> set[str]:
    return {one.check for one in examine() if one.is_wrong}


def test_a_tick_raises_alarms_sends_digests_and_asks_for_results(initiative, parties):
    take_part(initiative, [parties["kawan"], parties["bank"]])
    go_to(initiative, "design")
    take_part(initiative, [parties["bank"]])
    design = stage(initiative, "design")
    with days((design.third_on - design.starts_on).days):
        done = tick()
        assert (done["alarms_raised"], done["digests_sent"] > 0, done["results_due"]) == (1, True, 0)
    with days((design.ends_on - design.starts_on).days + 1):
        assert tick()["results_due"] == 2  # two stewards
        assert tick()["results_due"] == 0
        assert Message.objects.filter(kind="result_due").count() == 2


def test_the_doctor_knows_rules_that_were_changed_behind_the_house(initiative):
    assert wrong() == set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cocreation_rulesversion DISABLE TRIGGER USER")
    RulesVersion.objects.update(rules="Diam-diam.")
    assert {"rules_changed", "trigger_missing"} <= wrong()


def test_the_doctor_misses_the_stewards_of_a_second_sector(initiative):
    initiative.stewards.filter(sector="campus").update(until=initiative.proposed_at)
    assert "one_sector" in {one.check for one in examine()}
