"""A dialogue in a real browser: with the thumb, by keyboard, without JavaScript, on paper; and axe finds nothing."""

import pytest
from django.urls import reverse

from heterospace.cocreation import actions
from heterospace.cocreation.models import Dialogue, Vote, Voter
from heterospace.core.deeds import SYSTEM
from tests.cocreation.houses import begin
from tests.cocreation.talks import crowd_of, talk
from tests.e2e.test_everyone import look_at_all

pytestmark = pytest.mark.django_db(transaction=True)


def page(dialogue: Dialogue, name: str = "dialogue") -> str:
    return reverse(f"cocreation:{name}", args=[dialogue.initiative.slug, dialogue.reference])


def test_a_thumb_goes_through_it_and_changes_its_mind(phone, sign_in, semarang, parties):
    dialogue = talk(begin(semarang, parties))
    bank = parties["bank"]
    sign_in(phone, bank.person)
    phone.goto(page(dialogue))
    thumbs = phone.locator(".thumbs")
    edge = phone.locator(".dock").bounding_box()["y"]
    box = thumbs.bounding_box()
    assert (
        box["y"] + box["height"] <= edge and box["height"] >= 72
    )  # in reach of a thumb, never under the dock
    for place in ("1 dari 3", "2 dari 3", "3 dari 3"):
        phone.get_by_text(place).wait_for()
        phone.get_by_role("button", name="Setuju", exact=True).click()
    phone.get_by_text("Terima kasih").wait_for()
    phone.get_by_role("link", name="Ubah").click()
    phone.get_by_role("button", name="Tidak setuju").click()
    phone.get_by_text("Anda tidak setuju:").wait_for()
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 1, 1]
    phone.get_by_text("Sampaikan pendapat sendiri").click()
    phone.get_by_label("Pernyataan Anda").fill("Pelanggan dulu, baru modal.")
    phone.get_by_role("button", name="Kirim", exact=True).click()
    phone.get_by_text("Anda setuju:").wait_for()
    assert dialogue.statements.count() == 4


def test_by_keyboard_without_an_account(desk, semarang, parties):
    dialogue = talk(begin(semarang, parties), allows_strangers=True)
    desk.goto(page(dialogue))
    for key, place in (("1", "2 dari 3"), ("d", "3 dari 3"), ("3", "")):
        desk.keyboard.press(key)
        desk.get_by_text(place or "Terima kasih").wait_for()
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 0, 1]
    assert Voter.objects.get().browser


def test_dimas_enters_paper_without_touching_the_mouse(desk, sign_in, semarang, parties, dimas):
    dialogue = talk(begin(semarang, parties))
    actions.give_sheets(dialogue, 3, by=dimas.user)
    sign_in(desk, dimas)
    for _sheet in range(2):
        desk.goto(page(dialogue, "dialogue_sheets"))
        desk.wait_for_function("document.activeElement.closest('.sheet-line')")
        for key in ("1", "2", "0", "Enter"):
            desk.keyboard.press(key)
        desk.locator(".messages").wait_for()
    assert sorted(Voter.objects.values_list("sheet", flat=True)) == [1, 2]
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, -1, 1, 1]


@pytest.fixture
def talks(semarang, parties, ratna, sari):
    """Dialogues in every state; answers the pages each person visits."""
    dialogue = talk(begin(semarang, parties), about="Dibawa ke rapat.", allows_strangers=True)
    crowd_of(dialogue, parties["kawan"], 6, {1: 1, 2: 1, 3: -1})
    crowd_of(dialogue, parties["bank"], 5, {1: 1, 2: -1, 3: -1})
    actions.compute_figures(dialogue, by=SYSTEM)
    actions.give_sheets(dialogue, 2, by=SYSTEM)
    index = reverse("cocreation:dialogues", args=[dialogue.initiative.slug])
    public = [
        index,
        *(page(dialogue, name) for name in ("dialogue", "dialogue_results", "dialogue_moderation")),
    ]
    facilitating = [
        reverse("cocreation:dialogue_new", args=[dialogue.initiative.slug]),
        *(page(dialogue, name) for name in ("dialogue_manage", "dialogue_sheets", "dialogue_moderation")),
        page(dialogue, "dialogue_paper") + "?from=1&to=1",
    ]
    return {None: public, sari: public[:2], ratna: facilitating}


def test_axe_finds_nothing_about_dialogues(browser, live_server, sign_in, talks):
    look_at_all(browser, live_server, sign_in, talks)
