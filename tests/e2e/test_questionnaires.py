"""Answering in a real browser: conditions with and without a script, and a tablet that many people use."""

import pytest

from heterospace.core.deeds import SYSTEM
from heterospace.questionnaires import actions
from heterospace.questionnaires.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def feedback(semarang):
    """A questionnaire of which two questions depend on others."""
    made = actions.make_questionnaire(
        semarang.office, by=SYSTEM, title="Saran", purpose="feedback", hub=semarang
    )
    add = lambda text, kind, **more: actions.add_question(made, by=SYSTEM, text=text, kind=kind, **more)  # noqa: E731
    add("Ada yang kurang?", "yes_no", key="kurang", required=True)
    add(
        "Apa yang kurang?", "several", key="apa", options=["Kursi", "AC"], required=True,
        shown_if="kurang", shown_values=["yes"],
    )  # fmt: skip
    add("AC yang mana?", "text", key="ac", required=True, shown_if="apa", shown_values=["AC"])
    return actions.open_questionnaire(made, by=SYSTEM)


def given(row):
    return {answer.question.key: answer.value for answer in row.answers.select_related("question")}


def test_questions_come_and_go_with_the_answers(phone, feedback):
    phone.goto(feedback.links.get().path)
    what, which = phone.get_by_role("group", name="Apa yang kurang?"), phone.get_by_label("AC yang mana?")
    assert not what.is_visible() and not which.is_visible()
    phone.get_by_label("Ya", exact=True).check()
    assert what.is_visible() and not which.is_visible()
    phone.get_by_label("AC", exact=True).check()
    which.fill("Rembug 1")
    phone.get_by_label("Tidak", exact=True).check()  # changed her mind: both go
    assert not what.is_visible() and not which.is_visible()
    phone.get_by_role("button", name="Kirim").click()
    phone.get_by_role("heading", name="Terima kasih").wait_for()
    assert given(Submission.objects.get()) == {"kurang": False}


def test_without_a_script_every_question_says_when_it_counts(browser, live_server, feedback):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(feedback.links.get().path)
    assert page.get_by_text("Hanya bila Anda menjawab “Ya” pada “Ada yang kurang?”").is_visible()
    page.get_by_label("Ya", exact=True).check()
    page.get_by_role("button", name="Kirim").click()
    assert page.get_by_text("Mohon dijawab.").count() == 1
    assert page.get_by_label("Ya", exact=True).is_checked()
    page.get_by_label("AC", exact=True).check()
    page.get_by_label("AC yang mana?").fill("Rembug 1")
    page.get_by_role("button", name="Kirim").click()
    assert page.get_by_role("heading", name="Terima kasih").is_visible()
    assert given(Submission.objects.get()) == {"kurang": True, "apa": ["AC"], "ac": "Rembug 1"}
    context.close()


def test_a_tablet_is_ready_for_the_next_person(phone, sign_in, semarang, dimas, ratna):
    link = actions.open_counter(semarang, by=ratna.user)
    sign_in(phone, dimas)
    phone.goto("/hubs/semarang/service/")
    phone.get_by_role("link", name="Buka di tablet ini").click()
    for n in range(1, 10):
        phone.locator(f"input[name=u{n}]").nth(2).check()
    phone.get_by_role("button", name="Kirim").click()
    phone.get_by_role("heading", name="Terima kasih").wait_for()
    phone.wait_for_url(f"**{link.path}?tablet=1", timeout=20_000)
    assert phone.locator("input:checked").count() == 0
    row = Submission.objects.get()
    assert (row.person, row.at, row.subject) == (None, None, "counter")
