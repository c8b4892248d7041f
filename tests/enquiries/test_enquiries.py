"""A stranger asks, the desk answers by the time that was promised, and nobody else reads it."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.translation import override

from heterospace.core import clock, formats
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.core.tasks import deliver
from heterospace.enquiries import actions, queries
from heterospace.enquiries.models import Answer, Enquiry
from heterospace.home.tick import tick
from heterospace.hubs.actions import change_hub, set_exception, set_hours
from heterospace.hubs.hours import Schedule
from heterospace.members import actions as members
from heterospace.members import personal_data
from heterospace.members.models import PersonalView
from heterospace.spaces.models import Space
from tests.cast import TWIN_HOST
from tests.counting import grows_by

pytestmark = pytest.mark.django_db
WEEKDAYS = dict.fromkeys(range(5), ((9 * 60, 18 * 60),))
QUEUE = "/desk/semarang/enquiries/"


def ask(hub, text="Apakah ada musala?", by=SYSTEM, kind="question", **told):
    told = {"name": "Lestari", "whatsapp": "0812 5555 6666"} | told if by is SYSTEM else told
    return actions.ask_hub(hub, by=by, kind=kind, text=text, **told)


def later(hours):
    return clock.set_to(clock.now() + dt.timedelta(hours=hours))


def page_of(enquiry):
    return f"{QUEUE}{enquiry.reference}/"


# the promise


def local(moment):
    with override("id"):
        return formats.moment_long(moment)


def test_the_promise_counts_only_hours_in_which_the_hub_is_open(semarang):
    set_hours(semarang, WEEKDAYS, by=SYSTEM)
    assert local(queries.promise(semarang, clock.now())) == "Senin, 23 November 2026, 17.00 WIB"
    change_hub(semarang, by=SYSTEM, promise_hours=12)
    assert local(queries.promise(semarang, clock.now())) == "Selasa, 24 November 2026, 12.00 WIB"
    set_exception(semarang, dt.date(2026, 11, 24), by=SYSTEM, reason="Rapat kerja")
    assert local(queries.promise(semarang, clock.now())) == "Rabu, 25 November 2026, 12.00 WIB"


def test_counting_begins_at_a_full_quarter_and_goes_over_the_night():
    week = Schedule("Asia/Jakarta", WEEKDAYS)
    monday = clock.at(dt.date(2026, 11, 23), 16 * 60 + 7, "Asia/Jakarta")
    assert local(week.after_open(monday, 120)) == "Selasa, 24 November 2026, 09.15 WIB"
    assert local(week.after_open(monday, 105)) == "Senin, 23 November 2026, 18.00 WIB"


def test_a_hub_that_never_opens_says_two_weeks(semarang):
    set_hours(semarang, {}, by=SYSTEM)
    assert queries.promise(semarang, clock.now()) == clock.now() + dt.timedelta(days=14)


def test_a_manager_sets_what_her_hub_promises(semarang, ratna, enter):
    facts = {
        "name": semarang.name,
        "regency": "33.74",
        "address": "Jl. Imam Bonjol",
        "timezone": "Asia/Jakarta",
        "is_open": "on",
    }
    assert enter(ratna).post("/hubs/semarang/settings/", {**facts, "promise_hours": "4"}).status_code == 302
    semarang.refresh_from_db()
    assert semarang.promise_hours == 4
    for wrong in ("0", "201", "x"):
        answer = enter(ratna).post("/hubs/semarang/settings/", {**facts, "promise_hours": wrong})
        assert answer.status_code == 422
    enter(ratna).post("/hubs/semarang/settings/", facts)
    semarang.refresh_from_db()
    assert semarang.promise_hours == 8


# asking


TOLD = {
    "kind": "question",
    "text": "Apakah ada musala?",
    "name": "Lestari",
    "whatsapp": "0812 5555 6666",
    "email": "",
    "space": "",
}


def test_a_stranger_leaves_a_number_and_follows_the_answer(semarang, client, dimas, enter):
    set_hours(semarang, WEEKDAYS, by=SYSTEM)
    box = client.get("/hubs/semarang/").content.decode()
    assert 'action="/hubs/semarang/ask/"' in box
    assert "paling lambat <strong>Senin, 23 November 2026, 17.00 WIB</strong>" in box
    sent = client.post("/hubs/semarang/ask/", TOLD)
    enquiry = Enquiry.objects.get()
    assert sent.headers["Location"] == f"/enquiries/{enquiry.secret}/"
    assert (enquiry.whatsapp, enquiry.person, enquiry.state) == ("+6281255556666", None, "waiting")
    page = client.get(sent.headers["Location"]).content.decode()
    assert enquiry.reference in page
    assert "Paling lambat: Senin, 23 November 2026, 17.00 WIB" in page
    assert not Message.objects.filter(
        kind__startswith="enquiry"
    ).exists()  # no mail to an address nobody has proved to own

    with later(50):
        enter(dimas).post(page_of(enquiry), {"act": "answer", "way": "whatsapp", "text": "Ada, di lantai 1."})
        page = client.get(sent.headers["Location"]).content.decode()
        assert "Ada, di lantai 1." in page
        assert "Sudah dijawab" in page


def test_nothing_typed_is_lost_when_the_contact_is_missing(semarang, client):
    for missing, sentence in (
        ({"whatsapp": ""}, "Beri nomor WhatsApp atau email"),
        ({"whatsapp": "12"}, "nomor WhatsApp"),
        ({"name": " "}, "tidak boleh kosong"),
        ({"email": "x@"}, "email"),
        ({"space": "nowhere"}, ""),
        ({"kind": "praise-the-lord"}, ""),
    ):
        answer = client.post("/hubs/semarang/ask/", {**TOLD, **missing})
        assert answer.status_code == 422, missing
        assert "Apakah ada musala?" in answer.content.decode()
        assert sentence.lower() in answer.content.decode().lower(), missing
    assert not Enquiry.objects.exists()


def test_a_member_types_no_contact(semarang, rembug_1, sari, enter):
    browser = enter(sari)
    assert 'name="whatsapp"' not in browser.get("/hubs/semarang/").content.decode()
    form = browser.get("/hubs/semarang/ask/?kind=fault&space=rembug-1").content.decode()
    assert re.search(r'value="rembug-1" selected', form)
    browser.post("/hubs/semarang/ask/", {"kind": "fault", "space": "rembug-1", "text": "Lampu mati"})
    enquiry = Enquiry.objects.get()
    assert (enquiry.person, enquiry.name, enquiry.email) == (sari, sari.name, sari.email)
    assert enquiry.space == rembug_1
    assert "Lampu mati" in browser.get("/me/").content.decode()


def test_a_member_without_any_contact_is_asked_for_one(semarang, dimas, enter):
    mbah = members.register_person(semarang.office, by=dimas.user, name="Mbah Karto")
    with pytest.raises(Invalid) as refused:
        actions.ask_hub(semarang, by=SYSTEM, kind="question", text="Halo", name=mbah.name)
    assert refused.value.code == "no_contact"


def test_sent_twice_is_one_enquiry(semarang, client):
    first, second = (client.post("/hubs/semarang/ask/", TOLD).headers["Location"] for _ in range(2))
    assert first == second
    assert Enquiry.objects.count() == 1


def test_a_mailbox_and_a_browser_are_slowed_down_not_the_hall(semarang, client, enter):
    def send(browser, n, **more):
        return browser.post("/hubs/semarang/ask/", {**TOLD, "text": f"Pertanyaan {n}", **more}).status_code

    answers = [send(client, n, whatsapp=f"08125555{n:04}") for n in range(9)]
    assert answers == [302] * 8 + [429]
    assert send(enter(), 20) == 302  # another browser in the same hall
    answers = [send(enter(), n, whatsapp="0812 9999 0000") for n in range(30, 39)]
    assert answers == [302] * 8 + [429]


def test_a_hub_that_is_not_shown_takes_no_questions(semarang, client, enter, ratna):
    change_hub(semarang, by=SYSTEM, is_open=False)
    assert client.post("/hubs/semarang/ask/", TOLD).status_code == 404
    assert "/hubs/semarang/ask/" not in enter(ratna).get("/hubs/semarang/").content.decode()
    with pytest.raises(NotFound):
        ask(semarang)


def test_a_space_of_another_hub_is_refused(semarang, solo, rembug_1):
    with pytest.raises(Invalid) as refused:
        ask(solo, space=rembug_1)
    assert refused.value.code == "other_hub"


def test_the_hub_is_told_by_mail_if_it_has_a_mailbox(semarang):
    change_hub(semarang, by=SYSTEM, email="halo@hub.example")
    enquiry = ask(semarang)
    deliver.call(Message.objects.get(kind="enquiry_new").pk)
    assert mail.outbox[0].to == ["halo@hub.example"]
    assert enquiry.reference in mail.outbox[0].subject
    assert "Sabtu, 21 November 2026, 17.00 WIB" in mail.outbox[0].body
    assert enquiry.text not in mail.outbox[0].body


# the desk


@pytest.fixture
def enquiry(semarang):
    return ask(semarang, email="lestari@demo.example")


def test_the_queue_shows_the_nearest_promise_first_and_what_is_overdue(semarang, enquiry, dimas, enter):
    with later(1):
        second = ask(semarang, "Parkir di mana?", whatsapp="0812 7777 0000")
    with later(9):
        page = enter(dimas).get(QUEUE).content.decode()
        assert page.index(enquiry.reference) < page.index(second.reference)
        assert "Terlambat 1 jam" in page
        assert "#alarm-clock" in page
        desk = enter(dimas).get("/desk/semarang/").content.decode()
        assert "2 orang menunggu jawaban" in desk
        assert "1 terlambat" in desk
        following = enter().get(f"/enquiries/{enquiry.secret}/").content.decode()
        assert "Kami terlambat" in following


def test_taking_answering_closing_and_reopening(enquiry, dimas, enter):
    browser = enter(dimas)
    browser.post(page_of(enquiry), {"act": "take"})
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.taken_by) == ("in_hand", dimas)
    assert enquiry.reference in browser.get(f"{QUEUE}?show=mine").content.decode()

    refused = browser.post(page_of(enquiry), {"act": "close", "outcome": "solved", "note": ""})
    assert refused.status_code == 409
    assert "Catat dahulu" in refused.content.decode()

    sent = browser.post(page_of(enquiry), {"act": "answer", "way": "email", "text": "Ada, di lantai 1."})
    assert sent.status_code == 302
    deliver.call(Message.objects.get(kind="enquiry_answered").pk)
    assert mail.outbox[0].to == ["lestari@demo.example"]
    assert "Ada, di lantai 1." in mail.outbox[0].body
    assert enquiry.secret in mail.outbox[0].body

    assert browser.post(page_of(enquiry), {"act": "close", "outcome": "solved"}).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.outcome) == ("closed", "solved")
    with later(3):
        browser.post(page_of(enquiry), {"act": "reopen"})
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.outcome, enquiry.closed_at) == ("in_hand", "", None)
        assert enquiry.promised_by == clock.now() + dt.timedelta(hours=8)
    deeds = list(
        LogEntry.objects.filter(thing="enquiries.enquiry").order_by("id").values_list("deed", flat=True)
    )
    assert [deed for deed in deeds if deed != "read_enquiry"] == [
        "ask_hub",
        "take_enquiry",
        "answer_enquiry",
        "close_enquiry",
        "reopen_enquiry",
    ]


def test_a_whatsapp_answer_opens_a_chat_with_the_text(enquiry, dimas, enter):
    browser = enter(dimas)
    browser.post(page_of(enquiry), {"act": "answer", "way": "whatsapp", "text": "Ada di lantai 1"})
    page = browser.get(page_of(enquiry)).content.decode()
    assert "https://wa.me/6281255556666?text=" in page
    assert "Ada%20di%20lantai%201" in page


def test_a_complaint_is_judged_with_a_sentence(semarang, dimas):
    complaint = ask(semarang, "AC mati lagi", kind="complaint")
    actions.answer_enquiry(complaint, "Maaf, sudah diperbaiki.", way="spoken", by=dimas.user)
    for outcome, note, code in (("solved", "x", "outcome"), ("upheld", " ", "no_note")):
        with pytest.raises(Invalid) as refused:
            actions.close_enquiry(complaint, outcome, note=note, by=dimas.user)
        assert refused.value.code == code
    closed = actions.close_enquiry(complaint, "upheld", note="AC diganti", by=dimas.user)
    assert (closed.outcome, closed.outcome_note) == ("upheld", "AC diganti")
    with pytest.raises(Refused) as refused:
        actions.answer_enquiry(complaint, "Lagi", way="spoken", by=dimas.user)
    assert refused.value.code == "closed"


def test_two_at_the_desk_at_once(enquiry, dimas, ratna):
    actions.take_enquiry(enquiry, by=dimas.user)
    assert actions.take_enquiry(enquiry, by=ratna.user).taken_by == ratna
    actions.answer_enquiry(enquiry, "Ada", way="spoken", by=dimas.user)
    with pytest.raises(Refused) as refused:
        actions.take_enquiry(enquiry, by=ratna.user)
    assert refused.value.code == "already_answered"
    with pytest.raises(Refused) as refused:
        actions.close_enquiry(
            actions.close_enquiry(enquiry, "solved", by=ratna.user), "solved", by=dimas.user
        )
    assert refused.value.code == "closed"


def test_junk_and_the_unreachable_are_closed_without_an_answer(semarang, enquiry, dimas):
    assert actions.close_enquiry(enquiry, "junk", by=dimas.user).state == "closed"
    with pytest.raises(Invalid):
        actions.answer_enquiry(ask(semarang, "Lain"), "Halo", way="email", by=dimas.user)


def test_the_share_answered_in_time_is_shown(semarang, enquiry, dimas, enter):
    late = ask(semarang, "Kedua", whatsapp="0812 7777 0001")
    junk = ask(semarang, "Obat kuat", whatsapp="0812 7777 0002")
    actions.answer_enquiry(enquiry, "Ada", way="spoken", by=dimas.user)
    actions.answer_enquiry(enquiry, "Dan di lantai 2", way="spoken", by=dimas.user)  # counts once
    with later(20):
        actions.answer_enquiry(late, "Maaf lama", way="spoken", by=dimas.user)
        actions.close_enquiry(junk, "junk", by=dimas.user)
        ask(semarang, "Ketiga", whatsapp="0812 7777 0003")
        kept = queries.kept(semarang)
        assert (kept.waiting, kept.overdue, kept.due, kept.in_time, kept.percent) == (1, 0, 2, 1, 50)
        assert "50 %" in enter(dimas).get(QUEUE).content.decode()
    assert queries.kept(semarang).percent == 50
    assert Answer.objects.filter(promised_by=None).count() == 1


def test_the_pages_of_the_desk_ask_the_same_however_many_there_are(semarang, dimas, enter):
    grows_by(enter(dimas), QUEUE, lambda n: ask(semarang, f"Nomor {n}", whatsapp=f"08125555{n:04}"))
    grows_by(
        enter(dimas),
        "/desk/semarang/",
        lambda n: ask(semarang, f"Lagi {n}", whatsapp=f"08126666{n:04}"),
        (1, 3),
    )


# who reads


def test_only_the_desk_of_this_hub_and_auditors_read(
    semarang, solo, enquiry, sari, dimas, ratna, hendro, twin_manager, enter
):
    auditor = members.give_office_role(
        semarang.office, by=SYSTEM, role="auditor", name="Aud", email="aud@demo.example"
    ).person
    programs = members.give_hub_role(
        semarang, by=SYSTEM, role="program", name="Pro", email="pro@demo.example"
    ).person
    elsewhere = members.give_hub_role(
        solo, by=SYSTEM, role="manager", name="Solo", email="solo@demo.example"
    ).person
    for person, status in (
        (dimas, 200), (ratna, 200), (hendro, 200), (auditor, 200), (sari, 403), (programs, 403), (elsewhere, 403),
    ):  # fmt: skip
        for page in (QUEUE, page_of(enquiry)):
            assert enter(person).get(page).status_code == status, (person.name, page)
    assert enter(elsewhere).get(f"/desk/solo/enquiries/{enquiry.reference}/").status_code == 404
    assert enter(twin_manager).get(page_of(enquiry), HTTP_HOST=TWIN_HOST).status_code == 404
    assert enter().get(f"/enquiries/{enquiry.secret}/", HTTP_HOST=TWIN_HOST).status_code == 404
    assert "Simpan jawaban" not in enter(auditor).get(page_of(enquiry)).content.decode()
    for reader in (sari, programs, auditor, elsewhere):
        for deed in (
            lambda by: actions.take_enquiry(enquiry, by=by),
            lambda by: actions.answer_enquiry(enquiry, "x", way="spoken", by=by),
            lambda by: actions.close_enquiry(enquiry, "solved", by=by),
            lambda by: actions.reopen_enquiry(enquiry, by=by),
            lambda by: actions.forget_enquiries(by=by),
        ):
            with pytest.raises(Forbidden):
                deed(reader.user)


def test_that_staff_read_a_contact_is_written_down_once_an_hour(semarang, enquiry, sari, dimas, enter):
    mine = ask(semarang, by=sari.user)
    for _ in range(2):
        enter(dimas).get(page_of(enquiry))
        enter(dimas).get(page_of(mine))
    assert LogEntry.objects.filter(deed="read_enquiry", thing_id=enquiry.pk, by=dimas.user).count() == 1
    assert PersonalView.objects.filter(person=sari, page="enquiry").count() == 1


def test_a_stranger_with_a_members_number_is_not_taken_for_her(semarang, sari, dimas, enter):
    stranger = ask(semarang, whatsapp=sari.whatsapp)
    assert stranger.person is None
    assert sari.name in enter(dimas).get(page_of(stranger)).content.decode()
    assert not PersonalView.objects.filter(person=sari).exists()
    assert stranger.text not in str(personal_data.export(sari))


# leaving


def test_a_member_takes_along_what_she_asked_and_erasing_blanks_it(semarang, sari, dimas):
    mine = ask(semarang, "Rahasia dapur saya", by=sari.user, kind="complaint")
    actions.answer_enquiry(mine, "Ibu Sari yang baik", way="email", by=dimas.user)
    copy = str(personal_data.export(sari))
    assert "Rahasia dapur saya" in copy
    assert "Ibu Sari yang baik" in copy
    members.erase_person(sari, by=sari.user)
    mine.refresh_from_db()
    assert (mine.name, mine.email, mine.whatsapp, mine.text, mine.state) == ("", "", "", "", "closed")
    assert mine.answers.get().text == ""
    assert "dapur" not in str(Message.objects.values_list("context", "body"))
    assert queries.kept(semarang).in_time == 1  # the figure stays


def test_a_year_after_closing_a_stranger_is_forgotten(semarang, enquiry, dimas, enter):
    actions.answer_enquiry(enquiry, "Ada", way="email", by=dimas.user)
    actions.close_enquiry(enquiry, "solved", by=dimas.user)
    with later(24 * 364):
        assert tick()["enquiries_forgotten"] == 0
    with later(24 * 366):
        assert tick()["enquiries_forgotten"] == 1
        assert tick()["enquiries_forgotten"] == 0
    enquiry.refresh_from_db()
    assert (enquiry.name, enquiry.text, enquiry.outcome) == ("", "", "solved")
    assert not Message.objects.filter(kind="enquiry_answered", to_address__contains="lestari").exists()
    assert enter().get(f"/enquiries/{enquiry.secret}/").status_code == 404
    assert "dihapus" in enter(dimas).get(page_of(enquiry)).content.decode()
    with pytest.raises(Refused):
        actions.reopen_enquiry(enquiry, by=dimas.user)


def test_merged_people_keep_their_questions(semarang, sari, bagus, ratna):
    mine = ask(semarang, by=bagus.user)
    members.merge_people(sari, bagus, by=ratna.user)
    mine.refresh_from_db()
    assert mine.person == sari


def test_a_space_with_enquiries_says_where_to_tell_a_fault(rembug_1, client, sari, enter):
    member = enter(sari).get("/hubs/semarang/spaces/rembug-1/").content.decode()
    assert f"/hubs/semarang/broken/?space={rembug_1.pk}" in member
    page = client.get("/hubs/semarang/spaces/rembug-1/").content.decode()
    assert "/hubs/semarang/ask/?kind=fault&amp;space=rembug-1" in page
    Space.objects.filter(pk=rembug_1.pk).update(is_active=False)
    assert "rembug-1" not in client.get("/hubs/semarang/ask/").content.decode()
