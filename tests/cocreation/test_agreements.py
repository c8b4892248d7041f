"""Agreements that belong to an initiative."""

import datetime as dt

import pytest
from django.utils.translation import override

from heterospace.cocreation import actions
from heterospace.cocreation.timeline import sentence
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import actions as members
from tests.cast import TWIN_HOST
from tests.events.stories import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(office, parties):
    return members.enter_agreement(
        office,
        by=SYSTEM,
        kind="mou",
        title="Pendampingan usaha",
        since=clock.today("Asia/Jakarta"),
        until=clock.today("Asia/Jakarta") + dt.timedelta(days=300),
        parties=[parties["kampus"].organisation, parties["bank"].organisation],
    )


def test_who_guides_it_attaches_and_it_stands_on_the_timeline(initiative, parties, signed):
    with pytest.raises(Forbidden):
        actions.attach_agreement(initiative, signed, by=parties["bank"].user)
    row = actions.attach_agreement(initiative, signed, by=parties["kampus"].user)
    with pytest.raises(Refused) as twice:
        actions.attach_agreement(initiative, signed, by=SYSTEM)
    assert twice.value.code == "attached"
    with override("en"):
        assert (
            sentence(initiative.steps.get(kind="agreement"))
            == "An agreement is attached: Pendampingan usaha."
        )
    with pytest.raises(Forbidden):
        actions.detach_agreement(row, by=parties["bank"].user)
    actions.detach_agreement(row, by=parties["kampus"].user)
    assert initiative.attached.count() == 0


def test_an_agreement_of_another_office_is_not_there(initiative, twin_office, twin_batik, twin_sari):
    other = members.create_organisation(twin_office, by=twin_sari.user, name="Kampus Kembar", kind="campus")
    foreign = members.enter_agreement(
        twin_office,
        by=SYSTEM,
        kind="mou",
        title="Kembar",
        since=clock.today("Asia/Jakarta"),
        parties=[twin_batik, other],
    )
    with pytest.raises(Invalid) as wrong:
        actions.attach_agreement(initiative, foreign, by=SYSTEM)
    assert wrong.value.code == "other_office"


def test_it_is_attached_and_taken_off_on_the_page(initiative, parties, signed, enter, twin_sari):
    address = f"/initiatives/{initiative.slug}/agreements/"
    guide = enter(parties["kampus"].person)
    assert signed.reference in guide.get(address).content.decode()
    guide.post(address, {"act": "attach", "agreement": "PJ-0000-0000"})
    assert initiative.attached.count() == 0
    guide.post(address, {"act": "attach", "agreement": signed.reference})
    assert "Pendampingan usaha" in text(enter().get(address))
    assert initiative.title in text(enter().get(f"/agreements/{signed.reference}/"))
    assert 'name="act"' not in enter(parties["bank"].person).get(address).content.decode()
    guide.post(address, {"act": "detach", "row": initiative.attached.get().pk})
    assert initiative.attached.count() == 0
    assert enter(twin_sari).get(address, HTTP_HOST=TWIN_HOST).status_code == 404


def test_nothing_is_attached_to_what_has_ended(initiative, signed):
    actions.stop_initiative(initiative, "Tidak ada dana.", by=SYSTEM)
    with pytest.raises(Refused) as over:
        actions.attach_agreement(initiative, signed, by=SYSTEM)
    assert over.value.code == "ended"
