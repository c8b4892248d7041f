"""The cast itself stands: whoever uses it can trust what each one is."""

from heterospace.members.queries import acts_for, roles_of


def test_everybody_is_who_the_plan_says(
    sari, bagus, wulan, dimas, ratna, hendro, batik, kawan_usaha, semarang, solo
):
    assert [str(row) for row in acts_for(sari)] == ["Batik Sekar Arum"]
    assert not roles_of(bagus.user, bagus.office_id).is_staff
    assert roles_of(dimas.user, dimas.office_id).serves(semarang.pk)
    assert not roles_of(dimas.user, dimas.office_id).manages(semarang.pk)
    assert not roles_of(dimas.user, dimas.office_id).serves(solo.pk)
    assert roles_of(ratna.user, ratna.office_id).manages(semarang.pk)
    assert roles_of(hendro.user, hendro.office_id).manages(solo.pk)


def test_the_hall_divides_and_the_room_does_not(rembug_1, gatra):
    assert rembug_1.is_leaf
    assert not gatra.is_leaf
    assert gatra.parts.count() == 2
