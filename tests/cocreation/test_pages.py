"""The pages of an initiative as the people of the house use them."""

import re

import pytest
from django.urls import reverse

from heterospace.cocreation import actions
from heterospace.cocreation.models import Initiative
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from tests.cocreation.houses import begin, days, go_to, party, propose, stage, take_part
from tests.counting import queries_of
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def page(name: str, initiative: Initiative, *more) -> str:
    return reverse(f"cocreation:{name}", args=[initiative.slug, *more])


def test_wulan_proposes_ratna_answers_and_both_see_the_clock(semarang, parties, ratna, enter):
    wulan = enter(parties["kawan"].person)
    form = {
        "title": "Pasar kecil tiap Sabtu",
        "problem": "Perajin muda tidak punya tempat jualan.",
        "hope": "",
        "pattern": "event",
        "hub": semarang.pk,
        "organisation": parties["kawan"].organisation.pk,
    }
    empty = wulan.post(reverse("cocreation:propose"), {**form, "problem": ""})
    assert empty.status_code == 422
    assert "Pasar kecil tiap Sabtu" in empty.content.decode()  # nothing typed is lost
    assert not Initiative.objects.exists()
    sent = wulan.post(reverse("cocreation:propose"), form)
    initiative = Initiative.objects.get()
    assert sent["Location"] == page("initiative", initiative)
    html = text(enter().get(page("initiative", initiative)))
    assert "Pihak Kawan" in html
    assert "5 Desember 2026" in html
    assert initiative.title in text(enter(ratna).get("/me/"))
    answering = enter(ratna)
    refused = answering.post(page("steer", initiative), {"act": "answer", "say": "yes", "answer-answer": ""})
    assert refused.status_code == 422
    answering.post(page("steer", initiative), {"act": "answer", "say": "yes", "answer-answer": "Kami ikut."})
    initiative.refresh_from_db()
    assert initiative.state == "running"
    assert "Kami ikut." in text(enter().get(page("initiative", initiative)))
    run_tasks()
    told = Message.objects.get(kind="initiative_answered")
    assert "Kami ikut." in told.body


def test_stewards_open_and_close_stages_on_one_page(semarang, parties, ratna, enter):
    initiative = propose(semarang, parties["kawan"])
    actions.accept_initiative(initiative, "Ya.", by=ratna.user)
    steward = enter(parties["kawan"].person)
    here = page("steer", initiative)
    alone = steward.post(here, {"act": "open"})
    assert alone.status_code == 409
    steward.post(
        here,
        {
            "act": "steward",
            "steward-contact": parties["kampus"].person.email,
            "steward-organisation": "pihak kampus",
        },
    )
    assert initiative.stewards.filter(sector="campus").exists()
    steward.post(here, {"act": "open"})
    assert stage(initiative, "frame").is_open
    nothing = steward.post(here, {"act": "close", "close-result": " "})
    assert nothing.status_code == 422
    steward.post(here, {"act": "close", "close-result": "Kita tahu masalahnya."})
    assert stage(initiative, "frame").result == "Kita tahu masalahnya."
    assert "Kita tahu masalahnya." in text(enter().get(page("initiative", initiative)))


def test_who_does_not_guide_it_finds_no_such_page(initiative, parties, sari, enter):
    for person in (sari, parties["bank"].person):
        assert enter(person).get(page("steer", initiative)).status_code == 404
        assert enter(person).post(page("steer", initiative), {"act": "invite"}).status_code == 404
        assert enter(person).get(page("stage", initiative, "frame")).status_code == 404


def test_a_change_of_open_rules_asks_for_its_reason_and_shows_both(initiative, parties, enter):
    steward = enter(parties["kampus"].person)
    frame = stage(initiative, "frame")
    plan = {
        "starts_on": frame.starts_on,
        "ends_on": frame.ends_on,
        "influence": "decide",
        "rules": "Semua boleh bicara.",
        "reason": "",
    }
    silent = steward.post(page("stage", initiative, "frame"), plan)
    assert silent.status_code == 422
    assert "Semua boleh bicara." in silent.content.decode()
    steward.post(page("stage", initiative, "frame"), {**plan, "reason": "Supaya terang."})
    html = enter().get(page("rules", initiative, "frame")).content.decode()
    assert "Supaya terang." in html
    assert html.count("SHA-256") == 2
    for version in frame.versions.all():
        assert version.digest in html


def test_the_alarm_stands_on_every_page_that_tells_of_it(initiative, parties, enter):
    take_part(initiative, [parties["kawan"], parties["bank"]])
    go_to(initiative, "deliver")
    take_part(initiative, [parties["bank"]])
    deliver = stage(initiative, "deliver")
    with days((deliver.third_on - deliver.starts_on).days):
        actions.raise_alarms(by=SYSTEM)
        for address in (page("initiative", initiative), page("continuity", initiative)):
            html = text(enter().get(address))
            assert "Pihak Kawan" in html
            assert "Komunitas" in html
        assert "Komunitas" in text(enter().get(reverse("cocreation:list")))
        assert "missing" in enter().get("/api/v1/initiatives").json()["items"][0]
        assert enter().get("/api/v1/initiatives").json()["items"][0]["missing"] == ["community"]


@pytest.mark.parametrize("name", ["initiative", "continuity"])
def test_the_queries_do_not_grow_with_the_crowd(semarang, parties, office, enter, name):
    initiative = begin(semarang, parties)
    browser = enter(parties["bank"].person)
    take_part(initiative, [parties["bank"]])
    browser.get(page(name, initiative))
    one = queries_of(lambda: browser.get(page(name, initiative)))
    crowd = [
        party(office, f"umkm{n}", f"Orang {n}", ("umkm", "community", "campus")[n % 3]) for n in range(12)
    ]
    take_part(initiative, crowd)
    many = queries_of(lambda: browser.get(page(name, initiative)))
    assert many == one


def test_the_list_asks_as_much_for_one_as_for_many(semarang, parties, enter):
    begin(semarang, parties, title="Satu")
    browser = enter()
    browser.get(reverse("cocreation:list"))
    one = queries_of(lambda: browser.get(reverse("cocreation:list")))
    for n in range(6):
        begin(semarang, parties, title=f"Lagi {n}")
    assert queries_of(lambda: browser.get(reverse("cocreation:list"))) == one


def test_the_picture_has_words_and_a_table(initiative, parties, enter):
    take_part(initiative, [parties["kawan"], parties["pegiat"], parties["bank"]])
    html = enter().get(page("continuity", initiative)).content.decode()
    label = re.search(r'<svg[^>]*role="img" aria-label="(Komunitas[^"]*)"', html)
    assert label is not None
    assert "2" in label[1]
    assert "<table" in html


def test_followers_hear_once_a_day_of_everything(initiative, parties):
    take_part(initiative, [parties["bank"]])
    actions.send_digests(by=SYSTEM)
    run_tasks()
    Message.objects.all().delete()
    with days(2):
        actions.plan_stage(stage(initiative, "frame"), by=SYSTEM, rules="Semua.", reason="Agar jelas.")
        actions.add_steward(initiative, parties["radio"].person, parties["radio"].organisation, by=SYSTEM)
        sent = actions.send_digests(by=SYSTEM)
        assert sent == initiative.followings.count()
        assert actions.send_digests(by=SYSTEM) == 0
        run_tasks()
        digest = Message.objects.get(kind="cocreation_digest", addressee=parties["bank"].person.pk)
        assert "Pihak Radio" in digest.body
        assert "Agar jelas." in digest.body
        actions.plan_stage(stage(initiative, "frame"), by=SYSTEM, rules="Semua, ya.", reason="Lagi.")
        assert actions.send_digests(by=SYSTEM) == 0  # a digest, not a flood
    with days(3):
        actions.unfollow(initiative, by=parties["bank"].user)
        actions.send_digests(by=SYSTEM)
        assert (
            Message.objects.filter(kind="cocreation_digest", addressee=parties["bank"].person.pk).count() == 1
        )


def test_every_kind_of_step_has_its_sentence():
    from heterospace.cocreation.enums import StepKind
    from heterospace.cocreation.timeline import SENTENCES

    assert set(SENTENCES) == set(StepKind)


def test_a_person_is_named_in_public_only_as_she_agreed(initiative, parties, enter):
    bank = parties["bank"]
    take_part(initiative, [bank])
    html = enter().get("/api/v1/initiatives/" + initiative.slug + "/acts").json()
    assert html["items"][0]["who"] == "Pihak Bank"
    actions.record_act(initiative, bank.person, "commented", by=SYSTEM, source="catatan")
    bank.person.consents.filter(purpose="directory").update(withdrawn_at=initiative.proposed_at)
    own = enter().get(f"/api/v1/initiatives/{initiative.slug}/acts").json()["items"]
    assert [one["who"] for one in own if one["organisation"] is None] == ["seorang anggota"]
    assert "Bayu" not in str(own)
