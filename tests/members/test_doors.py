"""Every page of members and hubs, for everybody: who sees it, who is sent to sign in, who is told no."""

import pytest
from django.urls import reverse

from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.notify import Addressee, notify
from heterospace.members import actions

WHO = ("stranger", "bagus", "sari", "dimas", "ratna", "hendro")
# page: what stranger, member, leader of the organisation, front desk, manager, officer get; L is sent to sign in
PAGES = {
    "join": "200 302 302 302 302 302",
    "join_finish": "L 302 302 302 302 302",
    "desk_code": "200 200 200 200 200 200",
    "me": "L 200 200 200 200 200",
    "profile": "L 200 200 200 200 200",
    "consents": "L 200 200 200 200 200",
    "my_data": "L 200 200 200 200 200",
    "export": "L 200 200 200 200 200",
    "organisations": "200 200 200 200 200 200",
    "organisation_new": "L 200 200 200 200 200",
    "organisation": "200 200 200 200 200 200",
    "organisation_edit": "L 403 200 200 200 200",
    "legality": "L 403 200 200 200 200",
    "organisation_people": "L 403 200 200 200 200",
    "people": "L 403 403 200 200 200",
    "person_new": "L 403 403 200 200 200",
    "person": "L 403 403 200 200 200",
    "person_edit": "L 403 403 200 200 200",
    "merge": "L 403 403 403 200 200",
    "staff": "L 403 403 403 200 200",
    "parties": "L 403 403 403 200 200",
    "office": "L 403 403 403 403 200",
    "hub_new": "L 403 403 403 403 200",
    "outbox": "L 403 403 200 200 200",
    "message": "L 403 403 200 200 200",
    "hubs:settings": "L 403 403 403 200 200",
    "hubs:hours": "L 403 403 403 200 200",
    "hubs:days": "L 403 403 403 200 200",
    "hubs:districts": "200 200 200 200 200 200",
    "demo": "404 404 404 404 404 404",
}


@pytest.fixture
def addresses(semarang, sari, wulan, batik):
    notify(Addressee(sari.pk, sari.name, "", sari.whatsapp), "role_given", {"hub": "x", "role": "manager", "email": ""},
           office=sari.office_id, hub=semarang.pk)  # fmt: skip
    given = {
        "organisation": [batik.slug], "organisation_edit": [batik.slug], "legality": [batik.slug],
        "organisation_people": [batik.slug], "person": [wulan.pk], "person_edit": [wulan.pk], "merge": [wulan.pk, sari.pk],
        "staff": [semarang.slug], "parties": [semarang.slug], "hubs:settings": [semarang.slug], "hubs:hours": [semarang.slug],
        "hubs:days": [semarang.slug], "message": [Message.objects.latest("pk").pk],
    }  # fmt: skip
    return {page: reverse(page if ":" in page else f"members:{page}", args=given.get(page)) for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_who_gets_what(page, addresses, enter, request, sari, bagus, dimas, ratna, hendro):
    people = {"bagus": bagus, "sari": sari, "dimas": dimas, "ratna": ratna, "hendro": hendro}
    for who, wanted in zip(WHO, PAGES[page].split(), strict=True):
        answer = enter(people.get(who)).get(addresses[page])
        got = str(answer.status_code)
        if wanted == "L":
            assert (got, answer.headers["Location"].split("?")[0]) == ("302", "/account/login/"), (page, who)
        else:
            assert got == wanted, (page, who)


@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_english_too(page, addresses, enter, hendro):
    browser = enter(hendro)
    browser.cookies["django_language"] = "en"
    answer = browser.get(addresses[page])
    if (
        answer.status_code == 200
        and answer.headers["Content-Type"].startswith("text/html")
        and page != "hubs:districts"
    ):
        assert '<html lang="en"' in answer.content.decode()


def test_a_closed_member_still_reaches_her_data_but_nothing_else(enter, sari):
    actions.close_account(sari, by=sari.user)
    browser = enter(sari)
    assert browser.get("/me/").status_code == 200
    assert browser.get("/me/data/").status_code == 200
    assert browser.get("/me/data/export/").status_code == 200
    assert (
        browser.post("/organisations/new/", {"name": "Nekat", "kind": "umkm", "role": "owner"}).status_code
        == 403
    )


def test_without_an_office_every_page_leads_to_the_set_up(db, client):
    for page in ("/me/", "/organisations/", "/join/", "/join/desk-code/", "/people/"):
        assert client.get(page).headers["Location"] == "/setup/"


def test_nothing_of_the_twin_office_shows(
    enter, hendro, semarang, twin_sari, twin_batik, twin_hub, twin_manager, office
):
    notify(
        twin_sari.addressee,
        "role_given",
        {"hub": "x", "role": "manager", "email": ""},
        office=twin_sari.office_id,
    )
    browser = enter(hendro)
    for page in ("/organisations/", "/people/?words=Kembar", "/outbox/", "/office/", "/me/"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "Kembar Sari" not in answer.content.decode()
        assert "Batik Kembar" not in answer.content.decode()
    for page in (
        f"/people/{twin_sari.pk}/",
        f"/people/{twin_sari.pk}/edit/",
        f"/people/{hendro.pk}/merge/{twin_sari.pk}/",
        f"/organisations/{twin_batik.slug}/",
        f"/outbox/{Message.objects.get(office=twin_sari.office_id, kind='role_given', addressee=twin_sari.pk).pk}/",
    ):
        assert browser.get(page).status_code == 404, page
    assert browser.post(f"/people/{twin_sari.pk}/code/").status_code == 404


def test_a_manager_of_one_hub_has_no_say_at_its_sibling(enter, ratna, solo):
    browser = enter(ratna)
    for page in ("settings/", "settings/hours/", "settings/days/", "settings/organisations/", "staff/"):
        assert browser.get(f"/hubs/solo/{page}").status_code == 403


def test_the_outbox_shows_only_messages_of_my_hubs(enter, ratna, solo, sari):
    sent = {"hub": "x", "role": "manager", "email": ""}
    notify(sari.addressee, "role_given", sent, office=solo.office_id, hub=solo.pk)
    row = Message.objects.get(hub=solo.pk)
    assert enter(ratna).get(f"/outbox/{row.pk}/").status_code == 404
    assert enter(ratna).post(f"/outbox/{row.pk}/act/").status_code == 404
    actions.give_hub_role(solo, by=SYSTEM, role="front_desk", name="Ratna", email=ratna.email)
    assert enter(ratna).get(f"/outbox/{row.pk}/").status_code == 200
