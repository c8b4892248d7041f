"""The register of agreements: who enters, what everybody reads, who takes the paper, and the reminder before the end."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.home.tick import tick
from heterospace.members import actions, queries
from heterospace.members.models import Agreement
from tests.cast import TWIN_HOST
from tests.counting import grows_by
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 kertas"
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kampus(office):
    return actions.create_organisation(office, by=SYSTEM, name="Kampus Tembalang", kind="campus")


def pdf(name="mou.pdf", content=PAPER):
    return SimpleUploadedFile(name, content)


def enter_one(office, parties, by=SYSTEM, **more):
    facts = {
        "kind": "mou",
        "title": "Kerja sama pendampingan",
        "since": TODAY,
        "until": TODAY + dt.timedelta(days=365),
        "number": "415.4/12/2026",
    }
    return actions.enter_agreement(office, by=by, parties=parties, **{**facts, **more})


@pytest.fixture
def signed(office, batik, kampus):
    return enter_one(office, [batik, kampus], file=pdf())


def later(days):
    return clock.set_to(clock.now() + dt.timedelta(days=days))


# entering


def test_officers_and_hub_managers_enter_and_nobody_else(office, batik, kampus, hendro, ratna, dimas, sari):
    for person in (dimas, sari):
        with pytest.raises(Forbidden):
            enter_one(office, [batik, kampus], by=person.user)
    enter_one(office, [batik, kampus], by=ratna.user)
    with pytest.raises(Refused) as twice:
        enter_one(office, [batik, kampus], by=hendro.user)
    assert twice.value.code == "number_taken"
    made = enter_one(office, [batik, kampus], by=hendro.user, number="")
    assert {one.organisation for one in made.parties.all()} == {batik, kampus}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"title": "x" * 201}, "too_long"),
        ({"kind": "handshake"}, "kind"),
        ({"until": TODAY - dt.timedelta(days=1)}, "dates"),
    ],
)
def test_what_cannot_be_an_agreement_is_said(office, batik, kampus, facts, code):
    with pytest.raises(Invalid) as wrong:
        enter_one(office, [batik, kampus], **facts)
    assert wrong.value.code == code
    assert Agreement.objects.count() == 0


def test_it_has_two_parties_of_the_same_office(office, batik, kampus, twin_batik):
    for parties, code in (
        ([batik], "parties"),
        ([batik, batik], "parties"),
        ([batik, twin_batik], "other_office"),
    ):
        with pytest.raises(Invalid) as wrong:
            enter_one(office, parties)
        assert wrong.value.code == code
    assert Agreement.objects.count() == 0


def test_it_is_corrected_and_ended_early(signed, batik, kampus, office, ratna, sari):
    other = actions.create_organisation(office, by=SYSTEM, name="Bank Mitra", kind="bank")
    with pytest.raises(Forbidden):
        actions.change_agreement(signed, by=sari.user, title="Lain")
    changed = actions.change_agreement(
        signed, by=ratna.user, title="Pendampingan dan modal", parties=[kampus, other]
    )
    assert changed.title == "Pendampingan dan modal"
    assert {one.organisation for one in changed.parties.all()} == {kampus, other}
    assert changed.stands_on(TODAY)
    ended = actions.end_agreement(changed, by=ratna.user)
    assert (ended.stands_on(TODAY), ended.standing) == (False, "ended")
    with pytest.raises(Refused) as over:
        actions.end_agreement(changed, by=ratna.user)
    assert over.value.code == "already_over"


def test_where_it_stands(office, batik, kampus):
    for number, (since, until, expected) in enumerate(
        (
            (0, 365, "current"),
            (0, None, "current"),
            (-100, 60, "ending"),
            (-100, 61, "current"),
            (-100, -1, "ended"),
            (-100, 0, "ending"),
            (5, 90, "planned"),
        )
    ):
        made = enter_one(
            office,
            [batik, kampus],
            number=str(number),
            since=TODAY + dt.timedelta(days=since),
            until=None if until is None else TODAY + dt.timedelta(days=until),
        )
        assert made.standing == expected
    assert queries.agreements_of(office, show="standing").count() == 5
    assert queries.agreements_of(office, show="over").count() == 1


# the paper


def test_what_is_no_document_is_refused_whatever_it_calls_itself(signed, ratna):
    macros = io.BytesIO()
    with zipfile.ZipFile(macros, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
        archive.writestr("word/vbaProject.bin", "")
    for bad in (pdf(content=b""), pdf(content=b"<html>"), pdf("surat.docx", macros.getvalue())):
        with pytest.raises(Invalid) as refused:
            actions.attach_paper(signed, bad, by=ratna.user)
        assert refused.value.code == "file"
        assert set(refused.value.fields) == {"file"}


def test_another_paper_takes_its_place(signed, ratna, django_capture_on_commit_callbacks):
    store, old = signed.file.storage, signed.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.attach_paper(signed, pdf(content=b"%PDF-1.7 baru"), by=ratna.user)
    signed.refresh_from_db()
    assert signed.file.read() == b"%PDF-1.7 baru"
    assert not store.exists(old)


def test_the_paper_is_for_staff_and_the_parties(signed, batik, sari, bagus, dimas, ratna, hendro, enter):
    address = f"/agreements/{signed.reference}/paper/"
    for person, expected in ((sari, 200), (dimas, 200), (ratna, 200), (hendro, 200), (bagus, 404)):
        response = enter(person).get(address)
        assert response.status_code == expected, person
        if expected == 200:
            assert b"".join(response.streaming_content) == PAPER
            assert "attachment" in response["Content-Disposition"]
            assert response["X-Content-Type-Options"] == "nosniff"
    assert enter().get(address).url.startswith("/account/login/")
    for row in batik.affiliations.all():
        actions.end_affiliation(row, by=SYSTEM)
    assert enter(sari).get(address).status_code == 404


def test_no_paper_yet_is_nothing_to_take(office, batik, kampus, ratna, enter):
    made = enter_one(office, [batik, kampus])
    assert enter(ratna).get(f"/agreements/{made.reference}/paper/").status_code == 404


# the reminder


def test_officers_and_who_leads_the_parties_are_reminded_once_sixty_days_before(signed, hendro, sari, ratna):
    assert actions.remind_of_agreements(by=SYSTEM) == 0
    with later(365 - 60):
        assert tick()["agreements_reminded"] == 2
        assert actions.remind_of_agreements(by=SYSTEM) == 0
        told = Message.objects.filter(kind="agreement_ends")
        assert {one.addressee for one in told} == {hendro.pk, sari.pk}
        run_tasks()
        with override("id"):
            assert "21 November 2027" in told.first().body
        actions.change_agreement(signed, by=ratna.user, until=TODAY + dt.timedelta(days=800))
        assert actions.remind_of_agreements(by=SYSTEM) == 0
    with later(800 - 10):
        assert actions.remind_of_agreements(by=SYSTEM) == 2  # the new end
    with later(900), pytest.raises(Forbidden):
        actions.remind_of_agreements(by=ratna.user)


# the pages


def test_everybody_reads_the_register_and_nobody_its_paper(signed, enter):
    page = text(enter().get("/agreements/"))
    for words in ("Kerja sama pendampingan", "Batik Sekar Arum", "Kampus Tembalang", "415.4/12/2026"):
        assert words in page
    one = enter().get(f"/agreements/{signed.reference}/").content.decode()
    assert "/paper/" not in one
    assert 'value="end"' not in one
    assert "Kerja sama" not in text(enter().get("/agreements/?show=over"))
    assert "Kerja sama" in text(enter().get("/agreements/?words=tembalang"))
    assert "Kerja sama" not in text(enter().get("/agreements/?words=entah"))
    assert "Kerja sama" in text(enter().get("/agreements/?organisation=batik-sekar-arum"))


def test_a_manager_enters_corrects_and_ends_on_the_pages(office, batik, kampus, ratna, dimas, enter):
    browser = enter(ratna)
    sent = {
        "kind": "pks",
        "title": "Sewa alat",
        "number": "7",
        "since": "2026-11-21",
        "until": "2027-11-21",
        "party_0": "batik sekar arum",
        "party_1": "Kampus Tembalang",
        "party_2": "",
        "file": pdf(),
    }
    wrong = browser.post("/agreements/new/", {**sent, "party_1": "Entah", "file": pdf()})
    assert wrong.status_code == 422
    assert "Sewa alat" in wrong.content.decode()
    response = browser.post("/agreements/new/", {**sent, "file": pdf()})
    made = Agreement.objects.get()
    assert response.url == f"/agreements/{made.reference}/"
    assert made.file
    browser.post(f"{response.url}edit/", {**sent, "title": "Sewa alat cetak"})
    browser.post(response.url, {"act": "paper", "file": pdf(content=b"%PDF-1.7 baru")})
    browser.post(response.url, {"act": "end"})
    made.refresh_from_db()
    assert (made.title, made.standing) == ("Sewa alat cetak", "ended")
    assert enter(dimas).get("/agreements/new/").status_code == 403
    assert enter(dimas).post(response.url, {"act": "end"}).status_code == 403


def test_the_list_asks_the_same_however_many_there_are(office, batik, kampus, enter):
    grows_by(
        enter(), "/agreements/", lambda n: enter_one(office, [batik, kampus], number=f"nomor {n}"), (1, 3, 25)
    )


def test_a_twin_office_has_a_register_of_its_own(signed, twin_manager, enter):
    browser = enter(twin_manager)
    assert "Kerja sama" not in text(browser.get("/agreements/", HTTP_HOST=TWIN_HOST))
    assert browser.get(f"/agreements/{signed.reference}/", HTTP_HOST=TWIN_HOST).status_code == 404
    with pytest.raises(Forbidden):
        actions.end_agreement(signed, by=twin_manager.user)
    with pytest.raises(NotFound):
        queries.agreement_at(twin_manager.office, signed.reference)
