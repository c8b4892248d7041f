"""Initiatives in a real browser: proposed, answered, guided, and answered with one tap from a telephone."""

import pytest
from django.urls import reverse

from heterospace.cocreation import actions
from heterospace.cocreation.models import Initiative
from tests.cocreation.houses import begin, go_to, take_part
from tests.e2e.test_everyone import look_at_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_wulan_proposes_on_her_telephone_and_ratna_takes_it_up(
    phone, desk, sign_in, semarang, parties, ratna
):
    sign_in(phone, parties["kawan"].person)
    phone.goto("/initiatives/")
    phone.get_by_role("link", name="Usulkan sesuatu").first.click()
    phone.locator("#id_title").fill("Pasar kecil tiap Sabtu")
    phone.locator("#id_problem").fill("Perajin muda tidak punya tempat jualan.")
    phone.get_by_role("button", name="Usulkan", exact=True).click()
    phone.wait_for_url("**/initiatives/pasar-kecil-tiap-sabtu/")
    assert "menjawab paling lambat" in phone.locator("main").inner_text()

    sign_in(desk, ratna)
    desk.goto("/me/")
    desk.get_by_role("link", name="Pasar kecil tiap Sabtu").first.click()
    desk.locator("#id_answer-answer").fill("Kami ikut, Gatra kosong tiap Sabtu sore.")
    desk.get_by_role("button", name="Ya, lanjutkan inisiatif ini", exact=True).click()
    desk.locator(".messages").wait_for()
    kampus = parties["kampus"]
    desk.get_by_text("Ajak orang lain ikut memandu").click()
    desk.locator("#id_steward-contact").fill(kampus.person.email)
    desk.locator("#id_steward-organisation").fill("Pihak Kampus")
    desk.get_by_role("button", name="Tambahkan").click()
    desk.get_by_text("Kinanti Kampus").wait_for()
    desk.get_by_role("button", name="Buka tahap").click()
    desk.locator(".steps [aria-current=step]").wait_for()
    assert Initiative.objects.get().stages.get(kind="frame").is_open
    phone.reload()
    assert "Kami ikut, Gatra kosong tiap Sabtu sore." in phone.locator("main").inner_text()


def test_an_invitation_is_answered_with_one_tap_without_signing_in(phone, semarang, parties):
    initiative = begin(semarang, parties)
    take_part(initiative, [parties["batik"]])
    go_to(initiative, "evaluate")
    invite = initiative.invites.get()
    phone.goto(f"/i/{invite.secret}/")
    phone.get_by_role("button", name="Saya ikut").click()
    phone.get_by_text("Senang Anda ikut").wait_for()
    invite.refresh_from_db()
    assert invite.reply == "yes"


@pytest.fixture
def together(semarang, solo, parties, ratna, sari):
    """Initiatives in every state; answers the pages each person visits."""
    initiative = begin(semarang, parties)
    take_part(initiative, [parties[key] for key in ("kawan", "pegiat", "bank", "batik", "dinas")])
    go_to(initiative, "evaluate")
    take_part(initiative, [parties["bank"]], kind="evaluated")
    asked = actions.propose_initiative(
        semarang, by=parties["radio"].user, title="Siniar warga", problem="Tidak ada studio."
    )
    of = lambda *names: [reverse(f"cocreation:{name}", args=[initiative.slug]) for name in names]  # noqa: E731
    return {
        None: [
            reverse("cocreation:list"),
            reverse("cocreation:list") + "?q=tidakada",
            *of("initiative", "continuity", "timeline"),
            reverse("cocreation:rules", args=[initiative.slug, "frame"]),
            reverse("cocreation:initiative", args=[asked.slug]),
            reverse("cocreation:invitation", args=[initiative.invites.first().secret]),
        ],
        sari: [reverse("cocreation:propose"), *of("initiative")],
        ratna: [
            reverse("members:me"),
            *of("steer"),
            reverse("cocreation:stage", args=[initiative.slug, "evaluate"]),
            reverse("cocreation:steer", args=[asked.slug]),
        ],
    }


def test_axe_finds_nothing_about_initiatives(browser, live_server, sign_in, together):
    look_at_all(browser, live_server, sign_in, together)


def test_following_and_stopping_by_hand(phone, sign_in, semarang, parties):
    initiative = begin(semarang, parties)
    sign_in(phone, parties["radio"].person)
    phone.goto(reverse("cocreation:initiative", args=[initiative.slug]))
    phone.get_by_role("button", name="Saya ikut").click()
    phone.get_by_text("Anda mengikuti inisiatif ini").wait_for()
    assert initiative.followings.get(person=parties["radio"].person).until is None
    phone.get_by_role("button", name="Berhenti mengikuti").click()
    phone.get_by_role("button", name="Saya ikut").wait_for()
