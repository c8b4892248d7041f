"""Dialogues as people use them: with the thumb, without JavaScript, without an account, on paper."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heterospace.cocreation import actions
from heterospace.cocreation.models import Dialogue, Moderation, Vote, Voter
from heterospace.cocreation.views.dialogues import VOICES
from heterospace.core import codes
from heterospace.core.deeds import SYSTEM
from heterospace.members import limits
from tests.cast import member
from tests.cocreation.talks import SEEDS, crowd_of, say_to, talk
from tests.counting import grows_by, queries
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def page(dialogue: Dialogue, name: str = "dialogue") -> str:
    return reverse(f"cocreation:{name}", args=[dialogue.initiative.slug, dialogue.reference])


def asked(html: str) -> str:
    """The number of the statement a page asks about; "" for none."""
    found = re.search(r'name="statement" value="(\d+)"', html)
    return found.group(1) if found else ""


def test_sari_goes_through_it_with_her_thumb_and_no_javascript(dialogue, parties, enter):
    bank = parties["bank"]
    browser = enter(bank.person)
    html = browser.get(page(dialogue)).content.decode()
    assert (
        "1 dari 3" in html and "Pihak Bank" in html
    )  # whom she speaks for is asked with the first vote only
    seen = []
    while number := asked(html):
        seen.append(number)
        sent = browser.post(
            page(dialogue),
            {"statement": number, "value": "1", "organisation": bank.organisation.pk},
            follow=True,
        )
        html = sent.content.decode()
        assert f"?s={number}#talk" in html  # what she said, with a way to change it
    assert sorted(seen) == ["1", "2", "3"]
    assert "Terima kasih" in html
    assert "Saya mewakili" not in html
    assert list(Vote.objects.values_list("value", flat=True)) == [1, 1, 1]
    html = browser.get(page(dialogue) + "?s=2").content.decode()
    assert asked(html) == "2" and 'aria-pressed="true"' in html
    browser.post(page(dialogue), {"statement": "2", "value": "-1"})
    assert Vote.objects.get(statement__number=2).value == -1
    assert Voter.objects.get().sector == "company"


def test_with_htmx_only_the_part_that_changes_comes(dialogue, parties, enter):
    browser = enter(parties["bank"].person)
    number = asked(browser.get(page(dialogue)).content.decode())
    sent = browser.post(page(dialogue), {"statement": number, "value": "0"}, headers={"HX-Request": "true"})
    html = sent.content.decode()
    assert html.lstrip().startswith('<section id="talk"') and "<html" not in html
    assert asked(html) not in {"", number}


@pytest.mark.parametrize(
    "sent",
    [
        {"statement": "99", "value": "1"},
        {"statement": "x", "value": "1"},
        {"statement": "1", "value": "7"},
        {},
    ],
)
def test_what_is_no_vote_is_asked_again(dialogue, parties, enter, sent):
    answer = enter(parties["bank"].person).post(page(dialogue), sent)
    assert answer.status_code == 409
    assert not Vote.objects.exists()


def test_strangers_are_sent_to_sign_in_or_let_in_by_browser(dialogue, initiative, enter):
    members_only = enter().get(page(dialogue)).content.decode()
    assert "Masuk untuk ikut" in members_only and not asked(members_only)
    assert enter().post(page(dialogue), {"statement": "1", "value": "1"}).status_code == 403
    open_to_all = talk(initiative, title="Terbuka", allows_strangers=True)
    browser = enter()
    html = browser.get(page(open_to_all)).content.decode()
    assert asked(html) and "voice" not in browser.cookies  # reading leaves no trace
    sent = browser.post(page(open_to_all), {"statement": "1", "value": "1"})
    cookie = sent.cookies["voice"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    browser.post(page(open_to_all), {"statement": "2", "value": "-1"})
    said = browser.post(
        page(open_to_all), {"act": "say", "text": "Dari jalan.", "language": "id"}, follow=True
    )
    assert "Dari jalan." in said.content.decode()
    (voter,) = Voter.objects.all()
    assert voter.votes.count() == 3 and cookie.value not in voter.browser
    assert "tanpa akun" in text(browser.get(page(open_to_all)))


def test_a_whole_school_votes_from_behind_one_address(initiative, enter, rf):
    open_to_all = talk(initiative, title="Terbuka", allows_strangers=True)
    for _browser in range(500):  # who began to vote from there in this hour
        assert limits.within_for(rf.get("/"), "voice", codes.secret(), VOICES, 3600)
    assert enter().post(page(open_to_all), {"statement": "1", "value": "1"}).status_code == 302
    assert Voter.objects.filter(dialogue=open_to_all).count() == 1


def test_saying_something_twice_is_told_beside_the_field(dialogue, parties, enter):
    browser = enter(parties["bank"].person)
    answer = browser.post(page(dialogue), {"act": "say", "text": SEEDS[1].upper(), "language": "id"})
    assert answer.status_code == 409
    assert "Pernyataan 2 sudah mengatakan ini." in text(answer)
    assert SEEDS[1].upper() in answer.content.decode()  # nothing typed is lost
    sent = browser.post(
        page(dialogue), {"act": "say", "text": "Pasar luwih penting.", "language": "jv"}, follow=True
    )
    assert 'lang="jv"' in sent.content.decode()


def test_an_empty_a_closed_and_a_drafted_dialogue_say_what_to_do(initiative, parties, enter, ratna):
    empty = talk(initiative, title="Kosong", seeds=[])
    assert "Belum ada yang bicara" in text(enter(parties["bank"].person).get(page(empty)))
    assert "Belum ada angka" in text(enter().get(page(empty, "dialogue_results")))
    actions.close_dialogue(empty, by=SYSTEM)
    assert "sudah ditutup" in text(enter().get(page(empty)))
    draft = actions.draft_dialogue(initiative, by=SYSTEM, title="Nanti", question="Apa?")
    assert enter(parties["bank"].person).get(page(draft)).status_code == 404
    assert "hanya Anda" in text(enter(ratna).get(page(draft)))
    assert "Nanti" not in text(enter().get(reverse("cocreation:dialogues", args=[initiative.slug])))


def test_results_show_sectors_first_and_name_who_was_not_heard(dialogue, parties, enter):
    crowd_of(dialogue, parties["kawan"], 6, {1: 1, 2: 1})
    crowd_of(dialogue, parties["bank"], 5, {1: 1, 2: -1})
    crowd_of(dialogue, parties["radio"], 2, {1: -1})
    actions.compute_figures(dialogue, by=SYSTEM)
    html = text(enter().get(page(dialogue, "dialogue_results")))
    assert "Keadaan Sabtu, 21 November 2026, 09.00 WIB" in html
    assert "Yang disepakati semua sektor" in html and "100 % dari 6" in html
    assert re.search(r"Tidak terdengar Pemerintah, Usaha kecil, Kampus, Media", html)
    assert "Kurang dari 50 orang" in html
    table = enter().get(page(dialogue, "dialogue_file")).content.decode()
    assert table.startswith("\ufeffstatement,text,")
    assert f"{dialogue.reference}-1,{SEEDS[0]},id,11,0,0,11,2," in table
    assert "media" not in table


def test_the_file_is_no_program(initiative, parties, enter):
    dialogue = talk(initiative, seeds=["=HYPERLINK(1)"])
    crowd_of(dialogue, parties["kawan"], 5, {1: 1})
    actions.compute_figures(dialogue, by=SYSTEM)
    assert ",'=HYPERLINK(1)," in enter().get(page(dialogue, "dialogue_file")).content.decode()


def test_pages_ask_as_much_with_more_in_them(initiative, dialogue, parties, enter):
    reading = enter()
    browser = enter(parties["bank"].person)
    say_to(dialogue, parties["bank"], {1: 1})

    def more(n: int) -> None:
        person = member(initiative.office, f"Orang {n}", f"orang{n}@banyak.example")
        voter = Voter.objects.create(dialogue=dialogue, person=person, sector="msme")
        said = actions.say_statement(dialogue, f"Hal nomor {n}.", by=person.user)
        voter.votes.create(statement=dialogue.statements.get(number=1), value=1)
        actions.compute_figures(dialogue, by=SYSTEM)
        assert said.number

    grows_by(reading, page(dialogue, "dialogue_results"), more, sizes=(1, 12))
    few = len(queries(browser, page(dialogue)))
    more(20)
    assert len(queries(browser, page(dialogue))) == few
    listing = reverse("cocreation:dialogues", args=[initiative.slug])
    grows_by(reading, listing, lambda n: talk(initiative, title=f"Dialog {n}"), sizes=(1, 4))


# --- facilitating


def test_a_steward_asks_a_question_and_opens_it(initiative, parties, enter):
    steward = enter(parties["kampus"].person)
    form = {
        "title": "Apa yang kurang?",
        "question": "Apa yang paling kurang?",
        "about": "",
        "seeds": "Modal.\nWaktu.\n\nPasar.",
        "language": "id",
        "closes_on": "",
        "act": "prepare",
    }
    new = reverse("cocreation:dialogue_new", args=[initiative.slug])
    assert steward.post(new, {**form, "question": ""}).status_code == 422
    sent = steward.post(new, form)
    made = Dialogue.objects.get()
    assert sent["Location"] == page(made, "dialogue_manage")
    assert (made.state, made.last_number) == ("draft", 3)
    manage = page(made, "dialogue_manage")
    steward.post(manage, {"act": "seeds", "seeds-seeds": "Ruang.\nWaktu!", "seeds-language": "id"})
    assert made.statements.count() == 3  # the second is there already: all or nothing
    steward.post(manage, {"act": "seeds", "seeds-seeds": "Ruang.", "seeds-language": "id"})
    steward.post(manage, {"act": "open"})
    made.refresh_from_db()
    assert made.is_open and made.statements.count() == 4
    changed = {"act": "change", "change-about": "Baca dulu.", "change-closes_on": made.closes_on.isoformat()}
    steward.post(manage, changed | {"change-allows_strangers": "on"})
    made.refresh_from_db()
    assert made.allows_strangers and made.about == "Baca dulu."
    steward.post(manage, {"act": "close"})
    steward.post(manage, {"act": "again", "again-closes_on": "2026-11-30"})
    made.refresh_from_db()
    assert made.is_open and made.closes_on.isoformat() == "2026-11-30"
    assert enter(parties["bank"].person).get(manage).status_code == 404


def test_files_of_a_public_conversation_are_taken_over(initiative, parties, enter):
    made = actions.draft_dialogue(initiative, by=SYSTEM, title="Impor", question="Apa?")
    steward = enter(parties["kampus"].person)
    votes = "voter-id,comment-id,vote\n" + "".join(f"{n},1,1\n" for n in range(6))

    def files(votes: str) -> dict:
        return {
            "act": "import",
            "import-votes": SimpleUploadedFile("votes.csv", votes.encode()),
            "import-comments": SimpleUploadedFile("comments.csv", b"comment-id,comment-body\n1,Trees\n"),
            "import-source": "Somebody, CC BY 4.0",
            "import-language": "en",
        }

    manage = page(made, "dialogue_manage")
    broken = steward.post(manage, files("a,b\n"))
    assert broken.status_code == 422 and "has no column" in text(broken)
    steward.post(manage, files(votes))
    actions.open_dialogue(made, by=SYSTEM)
    run_tasks()
    html = text(enter().get(page(made, "dialogue_results")))
    assert "Somebody, CC BY 4.0" in html and "Trees" in html


def test_moderators_take_out_and_everybody_reads_why(dialogue, parties, enter, dimas):
    address = page(dialogue, "dialogue_moderation")
    for nobody in (enter(), enter(parties["bank"].person), enter(dimas)):
        assert nobody.post(address, {"statement": "1", "act": "out", "reason": "advert"}).status_code == 403
    steward = enter(parties["kampus"].person)
    steward.post(address, {"statement": "1", "act": "out", "reason": "advert"})
    assert Moderation.objects.count() == 1
    html = text(enter().get(address))
    assert "Pernyataan 1 diturunkan: beriklan." in html
    assert SEEDS[0] not in html and "Kinanti" not in html
    steward.post(address, {"statement": "1", "act": "show"})
    assert dialogue.statements.get(number=1).state == "shown"


def test_dimas_prints_sheets_and_enters_them(dialogue, parties, enter, dimas):
    desk = enter(dimas)
    sheets = page(dialogue, "dialogue_sheets")
    assert "Cetak dulu" in text(desk.get(sheets))
    sent = desk.post(sheets, {"act": "print", "print-count": "3"})
    assert sent["Location"].endswith("?from=1&to=3")
    paper = text(desk.get(sent["Location"]))
    assert paper.count(dialogue.reference) == 3 and paper.count(SEEDS[2]) == 3
    form = {"act": "enter", "sheet": "1", "sector": "campus", "organisation": "", "contact": ""}
    assert desk.post(sheets, form).status_code == 422  # nothing ticked
    desk.post(sheets, {**form, "s-1": "1", "s-2": "-1", "s-3": ""})
    assert 'value="2"' in desk.get(sheets).content.decode()  # the next one
    voter = Voter.objects.get(sheet=1)
    assert (voter.sector, voter.votes.count()) == ("campus", 2)
    again = desk.get(f"{sheets}?sheet=1")
    assert "sudah dimasukkan" in text(again)
    desk.post(sheets, {**form, "sector": "", "organisation": "pihak bank", "s-1": "0"})
    voter.refresh_from_db()
    assert (voter.sector, voter.votes.count()) == ("company", 1)
    wrong = desk.post(sheets, {**form, "sheet": "2", "organisation": "Siapa", "s-1": "1"})
    assert wrong.status_code == 422 and 's-1" value="1" checked' in wrong.content.decode()
    known = {**form, "sheet": "2", "contact": parties["batik"].person.email, "s-1": "1"}
    desk.post(sheets, known)
    assert parties["batik"].person.acts.get().channel == "paper"
    assert Voter.objects.get(sheet=2).person is None
