"""Proposals, meetings, judging, the pulse of trust and agreements in a real browser; and axe finds nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.cocreation import actions, trust
from heterospace.cocreation.models import Act, Proposal
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions as events
from heterospace.members import actions as members
from heterospace.questionnaires import actions as questionnaires
from heterospace.questionnaires.enums import TrustItem
from tests.cocreation.houses import begin, go_to, take_part
from tests.cocreation.test_proposals import amend, make
from tests.e2e.test_everyone import look_at_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_proposal_is_made_supported_bettered_and_answered(phone, desk, sign_in, semarang, parties):
    initiative = begin(semarang, parties)
    batik, bank, kampus = parties["batik"], parties["bank"], parties["kampus"]
    sign_in(phone, batik.person)
    phone.goto(reverse("cocreation:proposals", args=[initiative.slug]))
    phone.get_by_role("link", name="Usulkan sesuatu").first.click()
    phone.get_by_label("Apa yang sebaiknya dilakukan, secara singkat").fill("Kelas malam")
    phone.get_by_label("Usulan Anda").fill("Dua kali sebulan di Gatra, Selasa dan Kamis malam.")
    phone.get_by_role("button", name="Usulkan", exact=True).click()
    phone.locator("#support").wait_for()
    proposal = Proposal.objects.get()
    one = reverse("cocreation:proposal", args=[initiative.slug, proposal.reference])

    sign_in(desk, bank.person)
    desk.goto(one)
    desk.evaluate("window.same = true")
    desk.locator("#support").get_by_role("button", name="Saya mendukung").click()
    desk.get_by_text("Anda mendukung ini").wait_for()
    assert desk.evaluate("window.same")  # the card alone was exchanged
    desk.get_by_role("link", name="Ubah teksnya").click()
    desk.get_by_label("Bunyi yang Anda usulkan").fill("Dua kali sebulan di Gatra, Rabu dan Kamis malam.")
    desk.locator("#id_why").fill("Selasa hari pasar.")
    desk.locator("main form").get_by_role("button").first.click()
    desk.wait_for_url(f"**{one}")

    phone.reload()
    changed = phone.locator("#amendments")
    assert changed.locator("del", has_text="Selasa").count() == 1
    assert changed.locator("ins", has_text="Rabu").count() == 1
    changed.get_by_role("button", name="Terima", exact=True).click()
    phone.locator(".messages").wait_for()
    proposal.refresh_from_db()
    assert proposal.version == 2
    assert proposal.text == "Dua kali sebulan di Gatra, Rabu dan Kamis malam."

    sign_in(desk, kampus.person)
    desk.goto(one)
    desk.get_by_label("Sebagian").check()
    desk.get_by_label("Alasannya").fill("Sekali sebulan dulu, mulai November.")
    desk.get_by_role("button", name="Kirim jawaban akhir", exact=True).click()
    desk.locator(".messages").wait_for()
    phone.reload()
    assert "Sekali sebulan dulu, mulai November." in phone.locator("main").inner_text()
    assert phone.get_by_role("link", name="Ubah teksnya").count() == 0  # answered: it stays as it is


def test_somebody_is_found_as_one_types_and_entered(desk, sign_in, semarang, parties, dimas):
    initiative = begin(semarang, parties)
    sign_in(desk, dimas)
    desk.goto(reverse("cocreation:acts", args=[initiative.slug]))
    desk.locator("#one_q").press_sequentially("bayu")
    desk.locator("#found").get_by_text("Bayu Bank").wait_for()
    card = desk.locator("form", has=desk.locator("#one_q"))
    card.locator("[name$=organisation]").fill("Pihak Bank")
    card.locator("[name$=source]").fill("Daftar hadir")
    card.get_by_role("button").last.click()
    desk.locator(".messages").wait_for()
    act = Act.objects.get(person=parties["bank"].person)
    assert (act.organisation, act.source) == (parties["bank"].organisation, "list:Daftar hadir")


def spoken_about(initiative, parties):
    """A proposal with everything that can happen to one, and one that is answered."""
    pegiat, radio, dinas = parties["pegiat"], parties["radio"], parties["dinas"]
    one = make(initiative, pegiat)
    actions.accept_amendment(amend(one, parties["batik"]), by=pegiat.user)
    actions.reject_amendment(amend(one, radio, old="sore", new="pagi"), "Pagi semua bekerja.", by=pegiat.user)
    amend(one, parties["bank"], old="sore", new="petang")
    asked = actions.comment(one, "question", "Siapa mentornya?", by=dinas.user)
    actions.reply_to(asked, "Dosen dan alumni.", by=pegiat.user)
    actions.comment(one, "question", "Berapa biayanya?", by=dinas.user)
    hidden = actions.comment(one, "against", "Beli satu dapat dua!", by=radio.user)
    actions.hide_comment(hidden, "advert", by=SYSTEM)
    for key in ("bank", "batik", "kampus"):
        actions.support_proposal(one, by=parties[key].user, organisation=parties[key].organisation)
    other = make(initiative, parties["bank"], title="Modal awal")
    actions.answer_proposal(other, "partly", "Lima usaha dulu.", by=SYSTEM)
    return one, other


def met(initiative, parties, proposal):
    """A meeting that is on, with some who came and minutes, and one to come."""
    now = clock.now()
    kampus = parties["kampus"].user
    call = lambda title, start, **more: actions.call_meeting(  # noqa: E731
        initiative, by=kampus, title=title, start=start, end=start + dt.timedelta(hours=3), **more
    )
    points = [actions.Point("Masalah", sector="msme"), actions.Point("Kelas", proposal=proposal)]
    on = call("Rembug pertama", now - dt.timedelta(hours=1), agenda=points)
    for n, key in enumerate(("bank", "batik", "kawan")):
        who = parties[key]
        hers = events.register(on.event, by=who.user, organisation=who.organisation)
        events.check_in([events.Shown(hers.reference, on.event.slug, now, f"x{n}")], by=SYSTEM)
    texts = {on.items.first().pk: "Pelanggan datang dari teman."}
    actions.write_minutes(on, "Kita sepakat mencoba.", by=parties["kawan"].user, points=texts)
    return on, call("Rembug kedua", now + dt.timedelta(days=4))


def judged(initiative, parties):
    """Criteria, judgements that differ, one wave that is read and one that is open."""
    actions.add_criterion(
        initiative, by=SYSTEM, text="Usaha yang bertahan", baseline="40", target="50", unit="%",
        measured_by="figure",
    )  # fmt: skip
    go_to(initiative, "evaluate")
    initiative.refresh_from_db()
    actions.measure_criterion(initiative.criteria.get(), "47", "Survei Oktober", by=SYSTEM)
    for n, (key, verdict) in enumerate({"dinas": "met", "batik": "partly", "kawan": "missed"}.items()):
        actions.judge(
            initiative, by=parties[key].user, organisation=parties[key].organisation, result=5 - n,
            influence=4 - n, again=n != 1, words_said="Kami hanya diajak di awal.", criteria={1: verdict},
        )  # fmt: skip
    for level, many in ((2, 12), (4, 11), (3, 2)):
        wave = actions.open_wave(initiative, by=SYSTEM)
        for n in range(many):
            questionnaires.save_answers(
                trust.link_of(wave).questionnaire,
                {item.value: level + n % 2 for item in TrustItem},
                by=SYSTEM, subject=wave.subject, hub=initiative.hub,
            )  # fmt: skip
        if many > 2:
            actions.close_wave(wave, by=SYSTEM)


@pytest.fixture
def together(semarang, office, parties, dimas, hendro):
    """Two initiatives, one being framed and one being judged; answers the pages each person visits."""
    initiative = begin(semarang, parties)
    take_part(initiative, list(parties.values()))
    one, other = spoken_about(initiative, parties)
    on, coming = met(initiative, parties, one)
    done = begin(semarang, parties, title="Ruang ramah difabel")
    take_part(done, list(parties.values()))
    judged(done, parties)
    today = clock.today("Asia/Jakarta")
    bodies = [parties["kampus"].organisation, parties["dinas"].organisation]
    agreement = members.enter_agreement(
        office, by=SYSTEM, kind="mou", title="Pendampingan usaha rintisan", since=today,
        until=today + dt.timedelta(days=40), number="415.4/12/2026", parties=bodies,
    )  # fmt: skip
    actions.attach_agreement(done, agreement, by=SYSTEM)
    of = lambda name, *more, which=initiative: reverse(  # noqa: E731
        f"cocreation:{name}", args=[which.slug, *more]
    )
    proposal = of("proposal", one.reference)
    everybody = [
        of("proposals"),
        of("proposal_versions", one.reference),
        of("proposal", other.reference),
        of("meetings"),
        of("meeting", on.pk),
        of("meeting", coming.pk),
        of("acts"),
        of("evaluation", which=done),
        of("pulse", which=done),
        reverse("members:agreements"),
        reverse("members:agreement", args=[agreement.reference]),
        reverse("events:event", args=[on.event.slug]),
    ]
    return {
        None: everybody,
        parties["pegiat"].person: [proposal],
        parties["bank"].person: [
            of("proposal_new"),
            of("proposal_amend", one.reference),
            of("evaluation", which=done),
        ],
        parties["kampus"].person: [
            proposal,
            of("meeting_call"),
            of("meeting", on.pk),
            of("meeting_agenda", coming.pk),
            of("meeting_minutes", on.pk),
            of("evaluation"),
            of("pulse", which=done),
            of("agreements", which=done),
        ],
        dimas: [of("acts") + "?q=bayu"],
        hendro: [
            reverse("members:agreement", args=[agreement.reference]),
            reverse("members:agreement_edit", args=[agreement.reference]),
            reverse("members:agreement_new"),
        ],
    }


def test_axe_finds_nothing_about_working_together(browser, live_server, sign_in, together):
    look_at_all(browser, live_server, sign_in, together)
