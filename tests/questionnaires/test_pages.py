"""The pages: making a questionnaire, answering it at home and at the counter, reading what came in."""

import csv
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.members.actions import give_hub_role
from heterospace.questionnaires import actions
from heterospace.questionnaires.models import Questionnaire, Submission
from tests.counting import grows_by

from .houses import named_feedback, registration, survey, tell

pytestmark = pytest.mark.django_db
NINE = {f"u{n}": "3" for n in range(1, 10)}


def page(name, *args):
    return reverse(f"questionnaires:{name}", args=args)


def test_ratna_makes_one_and_people_answer_it(enter, semarang, ratna):
    """The whole way without a script: make, write questions, order them, try, open, answer, read."""
    browser = enter(ratna)
    told = {
        "title": "Ruang rapat",
        "place": "semarang",
        "purpose": "feedback",
        "is_anonymous": "on",
        "threshold": "3",
    }
    made = browser.post(page("new"), told)
    asked = Questionnaire.objects.get()
    assert made["Location"] == page("build", asked.key)
    new = page("question_new", asked.key)
    again = browser.post(new, {"text": "Nyaman?", "kind": "yes_no", "required": "on", "again": "yes"})
    assert again["Location"] == new
    browser.post(new, {"text": "Kurang apa?", "kind": "one", "options": "Kursi\nAC\n", "when": ["nyaman|no"]})
    browser.post(new, {"text": "Lain-lain", "kind": "long"})
    assert [(one.key, one.shown_values) for one in asked.questions.all()] == [
        ("nyaman", []),
        ("kurang-apa", ["no"]),
        ("lain-lain", []),
    ]
    browser.post(page("question_act", asked.key, "lain-lain"), {"act": "up"})
    assert [one.key for one in asked.questions.all()] == ["nyaman", "lain-lain", "kurang-apa"]
    tried = browser.post(page("preview", asked.key), {"nyaman": "yes", "kurang-apa": "AC"})
    assert tried.status_code == 200 and "Jawaban ini akan diterima" in tried.content.decode()
    assert browser.post(page("preview", asked.key), {"nyaman": "x"}).status_code == 422
    assert enter().get(page("answer", asked.key)).status_code == 404  # a draft is nobody's business
    browser.post(page("act", asked.key), {"act": "open"})
    link = asked.links.get()
    stranger = enter()
    shown = stranger.get(link.path).content.decode()
    assert "Hanya bila Anda menjawab “Tidak” pada “Nyaman?”" in shown
    wrong = stranger.post(link.path, {"nyaman": "", "lain-lain": "Terima kasih semua"})
    assert (
        wrong.status_code == 422 and "Terima kasih semua" in wrong.content.decode()
    )  # nothing typed is lost
    assert wrong.context["form"].errors.as_data()["nyaman"][0].code == "required"
    for choice in ("Kursi", "AC", "AC"):
        sent = stranger.post(link.path, {"nyaman": "no", "kurang-apa": choice})
        assert sent["Location"] == page("thanks", link.key)
    assert stranger.get(sent["Location"]).status_code == 200
    read = browser.get(page("results", asked.key)).content.decode()
    assert "2 (67 %)" in read
    browser.post(page("act", asked.key), {"act": "close"})
    assert "Kuesioner ini sudah ditutup" in stranger.get(link.path).content.decode()
    assert stranger.post(link.path, {"nyaman": "yes"}).status_code == 200
    assert Submission.objects.count() == 3


def test_refusals_are_said_on_the_builder(enter, semarang, ratna):
    asked = actions.make_questionnaire(
        semarang.office, by=SYSTEM, title="Saran", purpose="other", hub=semarang
    )
    browser = enter(ratna)
    said = browser.post(page("act", asked.key), {"act": "open"}, follow=True)
    assert "Tuliskan dulu paling sedikit satu pertanyaan." in said.content.decode()
    assert browser.post(page("act", asked.key), {"act": "dance"}).status_code == 404
    assert browser.post(page("question_act", asked.key, "nothing"), {"act": "up"}).status_code == 404
    two = actions.add_question(asked, by=SYSTEM, text="Suka?", kind="yes_no")
    actions.add_question(asked, by=SYSTEM, text="Lagi?", kind="yes_no")
    form = {"text": "Kapan?", "kind": "date", "when": ["suka|yes", "lagi|no"]}
    wrong = browser.post(page("question_new", asked.key), form)
    assert wrong.status_code == 422 and "Pilih jawaban dari satu pertanyaan saja." in wrong.content.decode()
    changed = browser.post(page("question", asked.key, two.key), {"text": "Suka sekali?", "kind": "yes_no"})
    assert changed.status_code == 302
    assert [one.words for one in asked.questions.all()] == ["Suka sekali?", "Lagi?"]
    gone = browser.post(page("act", asked.key), {"act": "delete"}, follow=True)
    assert "Sudah dibuang." in gone.content.decode() and not Questionnaire.objects.exists()


def test_the_words_change_and_the_promise_stays(enter, semarang, ratna):
    asked = survey(semarang.office, semarang)
    tell(asked, 3)
    browser = enter(ratna)
    form = {"title": "Survei baru", "threshold": "3", "intro": "", "thanks": "Matur nuwun"}
    refused = browser.post(page("change", asked.key), form)
    assert refused.status_code == 409 and "yang dijanjikan kepada mereka" in refused.content.decode()
    assert browser.post(page("change", asked.key), {**form, "threshold": "8"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.title, asked.threshold, asked.thanks) == ("Survei baru", 8, "Matur nuwun")
    assert "Matur nuwun" in enter().get(page("thanks", asked.links.get().key)).content.decode()


def test_a_tablet_goes_back_to_the_start(enter, semarang, dimas, ratna):
    began = enter(ratna).post(page("counter", "semarang"))
    link = Questionnaire.objects.get().links.get(subject="counter")
    assert began["Location"] == page("share", link.key)
    desk = enter(dimas)
    service = desk.get(page("service", "semarang")).content.decode()
    assert f"{link.path}?tablet=1" in service
    shown = desk.get(f"{link.path}?tablet=1")
    assert "Dimas" not in shown.content.decode()  # the desk's own menu is not for visitors
    assert "data-keep" not in shown.content.decode()  # what one typed is not there for the next
    sent = desk.post(f"{link.path}?tablet=1", NINE)
    assert sent["Location"] == f"{page('thanks', link.key)}?tablet=1"
    thanks = desk.get(sent["Location"]).content.decode()
    assert f'href="{link.path}?tablet=1" data-again="12"' in thanks
    row = Submission.objects.get()
    assert (row.subject, row.hub, row.person) == ("counter", semarang, None)
    assert not LogEntry.objects.filter(deed="save_answers").exists()


def test_answering_makes_no_session_and_joins_nobody(enter, semarang, sari):
    asked = survey(semarang.office, semarang)
    stranger = enter()
    assert stranger.post(asked.links.get().path, NINE).status_code == 302
    assert "sessionid" not in stranger.cookies
    rows = LogEntry.objects.count()
    enter(sari).post(asked.links.get().path, NINE)
    assert LogEntry.objects.count() == rows
    assert set(Submission.objects.values_list("person", "at")) == {(None, None)}


def test_one_place_answers_only_so_often(enter, semarang, monkeypatch):
    monkeypatch.setattr("heterospace.questionnaires.views.answering.PER_HOUR", 2)
    cache.clear()
    link = survey(semarang.office, semarang).links.get()
    told = [enter().post(link.path, NINE).status_code for _n in range(3)]
    assert told == [302, 302, 429]


def test_by_name_one_signs_in_and_may_send_again(enter, semarang, sari):
    link = named_feedback(semarang.office, semarang).links.get()
    assert enter().get(link.path)["Location"].startswith("/account/login")
    browser = enter(sari)
    browser.post(link.path, {"suka": "yes", "lagi": "Bagus"})
    again = browser.get(link.path).content.decode()
    assert "Kiriman baru menggantikannya" in again and "Bagus" in again
    browser.post(link.path, {"suka": "no"})
    row = Submission.objects.get()
    assert (row.person, [one.value for one in row.answers.all()]) == (sari, [False])


def test_registration_has_no_page_of_its_own(enter, office, sari):
    asked = registration(office)
    assert enter(sari).get(page("answer", asked.key)).status_code == 404
    assert not asked.links.exists()


def test_a_file_by_name_says_who_and_is_written_down(enter, semarang, sari, ratna):
    asked = named_feedback(semarang.office, semarang)
    actions.save_answers(asked, {"suka": True, "lagi": "=1+1"}, by=sari.user, person=sari)
    browser = enter(ratna)
    book = openpyxl.load_workbook(io.BytesIO(browser.get(page("results_file", asked.key, "xlsx")).content))
    assert list(book.active.values) == [
        ("Nama", "Hari", "Tentang", "Suka?", "Apa lagi?"),
        ("Sari Wulandari", "2026-11-21", "", "ya", "=1+1"),
    ]
    assert book.active["E2"].data_type == "s"
    text = browser.get(page("results_file", asked.key, "csv")).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1] == ["Sari Wulandari", "2026-11-21", "", "ya", "'=1+1"]
    assert LogEntry.objects.filter(deed="take_answers", by=ratna.user).count() == 2


def test_a_file_without_names_is_only_counted(enter, semarang, ratna):
    asked = survey(semarang.office, semarang)
    for n in range(5):
        few = enter(ratna).get(page("results_file", asked.key, "csv")).content.decode()
        assert "Kurang dari 5 jawaban" in few and "Saran" not in few.split("\n", 1)[1]
        tell(asked, 4, comment=f"Saran {n}")
    rows = list(
        csv.reader(
            io.StringIO(enter(ratna).get(page("results_file", asked.key, "csv")).content.decode("utf-8-sig"))
        )
    )
    assert len(rows) == 1 + 9 * 4 + 5
    assert rows[4][1:] == ["Sangat sesuai", "5", "1.0", "4.0"]


def test_staff_of_a_hub_see_their_part_of_the_offices_survey(enter, office, semarang, solo, ratna, hendro):
    asked = survey(office)
    for _n in range(6):
        tell(asked, 4, hub=semarang)
        tell(asked, 1, hub=solo)
    mine = enter(ratna).get(page("results", asked.key))
    assert mine.context["results"].n == 6
    assert enter(ratna).get(page("results", asked.key), {"hub": "solo"}).status_code == 422
    assert enter(hendro).get(page("results", asked.key)).context["results"].n == 12
    assert enter(hendro).get(page("results", asked.key), {"hub": "solo"}).context["skm"].index == 25
    assert enter(ratna).get(page("change", asked.key)).status_code == 403
    assert enter(ratna).get(page("service", "solo")).status_code == 403


def test_program_staff_make_and_see_at_their_hub_only(enter, semarang, solo):
    person = give_hub_role(
        semarang, by=SYSTEM, role="program", name="Laras", email="laras@demo.example"
    ).person
    theirs = survey(solo.office, solo)
    browser = enter(person)
    assert browser.get(page("index")).status_code == 200
    assert browser.get(page("build", theirs.key)).status_code == 403
    assert browser.get(page("results", theirs.key)).status_code == 403
    made = browser.post(
        page("new"), {"title": "x", "place": "solo", "purpose": "other", "is_anonymous": "on", "threshold": 5}
    )
    assert made.status_code == 422 and Questionnaire.objects.count() == 1


def test_the_twin_office_is_another_world(enter, semarang, ratna, twin_hub, twin_manager):
    theirs = survey(twin_hub.office, twin_hub)
    link = theirs.links.get()
    browser = enter(ratna)
    for path in (
        link.path,
        page("build", theirs.key),
        page("results", theirs.key),
        page("share", link.key),
        page("answer", theirs.key),
    ):
        assert browser.get(path).status_code == 404, path
    assert theirs.key not in browser.get(page("index")).content.decode()


def test_the_service_page_hides_quarters_with_few(enter, semarang, solo, dimas, hendro):
    asked = survey(semarang.office)
    for _n in range(4):
        tell(asked, 2, hub=semarang)
    few = enter(dimas).get(page("service", "semarang")).content.decode()
    assert "jawaban terlalu sedikit" in few and "50,00" not in few
    tell(asked, 2, hub=semarang)
    enough = enter(dimas).get(page("service", "semarang")).content.decode()
    assert "50,00" in enough and "D · Tidak baik" in enough
    assert "Hub berdampingan" not in enough  # Dimas works at one hub
    for _n in range(5):
        tell(asked, 4, hub=solo)
    both = enter(hendro).get(page("service", "semarang")).content.decode()
    assert "Hub berdampingan" in both and "100,00" in both


def test_the_hubs_page_leads_to_its_survey(enter, semarang, ratna):
    assert "Isi survei" not in enter().get("/hubs/semarang/").content.decode()
    link = actions.open_counter(semarang, by=ratna.user)
    assert f'href="{link.path}"' in enter().get("/hubs/semarang/").content.decode()
    assert actions.open_counter(semarang, by=ratna.user) == link


def test_in_english_too(enter, semarang):
    link = survey(semarang.office, semarang).links.get()
    text = enter(headers={"Accept-Language": "en"}).get(link.path).content.decode()
    for words in (
        "Complaints are handled well",
        "Rather expensive",
        "How polite and friendly were the staff?",
    ):
        assert words in text


def test_pages_ask_the_same_at_any_size(enter, semarang, ratna):
    asked = survey(semarang.office, semarang)
    browser = enter(ratna)
    for _n in range(5):
        tell(asked, 4, hub=semarang, comment="x")
    more = lambda n: tell(asked, 1 + n % 4, hub=semarang, comment="Saran")  # noqa: E731
    for path in (page("results", asked.key), page("service", "semarang")):
        grows_by(browser, path, more, sizes=(1, 3, 20))
    grows_by(browser, page("index"), lambda n: survey(semarang.office, semarang), sizes=(1, 3, 20))
    draft = actions.make_questionnaire(semarang.office, by=SYSTEM, title="x", purpose="other", hub=semarang)
    add = lambda n: actions.add_question(draft, by=SYSTEM, text=f"Ke-{n}?", kind="yes_no")  # noqa: E731
    for path in (page("build", draft.key), page("preview", draft.key)):
        grows_by(browser, path, add, sizes=(1, 3, 20))
