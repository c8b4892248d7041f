"""Deciding and promising in a real browser: for everyone, and on a phone with one thumb."""

import pytest
from django.urls import reverse

from heterospace.cocreation.models import Elector
from tests.cocreation.ballot_stories import a_full_house
from tests.cocreation.houses import begin
from tests.e2e.test_everyone import look_at_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(semarang, parties):
    initiative = begin(semarang, parties)
    return initiative, a_full_house(initiative, parties)


@pytest.fixture
def pages(full, parties):
    initiative, told = full
    here = lambda name: reverse("cocreation:decision", args=[initiative.slug, told[name].reference])  # noqa: E731
    of = lambda name: reverse(f"cocreation:{name}", args=[initiative.slug])  # noqa: E731
    promise = lambda name: reverse("cocreation:commitment", args=[told[name].reference])  # noqa: E731
    return {
        None: [
            *(of(name) for name in ("decisions", "commitments_of")),
            *(here(name) for name in ("decided", "approval", "consent")),
            reverse("cocreation:commitments"),
            promise("mentors"),
            reverse("members:organisation", args=[parties["kampus"].organisation.slug]),
        ],
        told["crowd"][20].person: [here(name) for name in ("approval", "score", "majority", "consent")],
        parties["kawan"].person: [
            of("decisions"),
            of("decision_new"),
            *(here(name) for name in ("draft", "consent", "approval")),
            reverse("cocreation:decision_edit", args=[initiative.slug, told["draft"].reference]),
        ],
        parties["batik"].person: [promise("mentors"), reverse("members:me")],
        parties["bank"].person: [
            promise("late"),
            reverse("cocreation:commitment_new"),
            reverse("members:me"),
        ],
    }


def test_axe_finds_nothing_about_deciding_and_promising(browser, live_server, sign_in, pages):
    look_at_all(browser, live_server, sign_in, pages)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_vote_on_a_phone_with_and_without_javascript(browser, live_server, sign_in, full, javascript):
    initiative, told = full
    decision, voter = told["majority"], told["crowd"][20].person
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 720},
        locale="id-ID",
        java_script_enabled=javascript,
    )
    page = context.new_page()
    sign_in(page, voter)
    address = reverse("cocreation:decision", args=[initiative.slug, decision.reference])
    page.goto(address)
    page.locator("#ballot label", has_text="Ya").click()
    page.get_by_role("button", name="Masukkan ke kotak").click()
    receipt = page.locator(".big-code code").inner_text()
    assert len(receipt) == 14
    page.goto(address)
    assert page.locator("#ballot").count() == 0
    assert receipt not in page.content()
    page.locator("#receipt input[name=receipt]").fill(receipt.lower())
    page.locator("#receipt").get_by_role("button", name="Periksa").click()
    assert page.get_by_text("Ya, suara ini ada di kotak").is_visible()
    assert Elector.objects.get(box=decision.box_id, person=voter).has_voted
    context.close()
