"""What people do on the pages of members, from the first click to what is kept."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import override_settings

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message, User
from heterospace.core.notify import notify
from heterospace.core.tasks import deliver
from heterospace.hubs.models import Office
from heterospace.members import actions, demo, queries
from heterospace.members.models import Affiliation, Organisation, Person

# joining and signing in


def code_of_the_last_mail() -> str:
    return re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mail.outbox[-1].body).group(1)


def test_joining_takes_a_name_an_address_and_the_code_from_the_mail(office, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    told = {"name": "Ani 🌸", "email": "ani@demo.example", "whatsapp": "0812 3333 4444", "regency": "33.74"}
    refused = client.post("/join/", told)
    assert refused.status_code in {200, 422}
    assert "0812 3333 4444" in refused.content.decode()  # nothing typed is lost
    assert not Person.objects.filter(name__startswith="Ani").exists()
    answer = client.post("/join/", {**told, "purposes": ["service", "news"]}, follow=True)
    assert "ani@demo.example" in mail.outbox[-1].to
    page = answer.redirect_chain[-1][0]
    client.post(page, {"code": code_of_the_last_mail()})
    assert client.get("/me/").status_code == 200
    person = Person.objects.get(email="ani@demo.example")
    assert (person.name, person.whatsapp, set(queries.consents_of(person))) == (
        "Ani 🌸", "+6281233334444", {"service", "news"},
    )  # fmt: skip


def test_invited_staff_sign_in_with_a_code_by_mail(semarang, ratna, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    actions.give_hub_role(semarang, by=ratna.user, role="front_desk", name="Baru", email="baru@demo.example")
    answer = client.post("/account/login/code/", {"email": "baru@demo.example"}, follow=True)
    client.post(answer.redirect_chain[-1][0], {"code": code_of_the_last_mail()})
    assert client.get("/people/").status_code == 200


def test_a_member_of_another_office_finishes_joining_here(office, twin_office, twin_sari, enter):
    browser = enter(twin_sari)
    answer = browser.get("/me/")
    assert answer.headers["Location"] == "/join/finish/?next=%2Fme%2F"
    assert browser.get("/join/finish/").status_code == 200
    done = browser.post("/join/finish/?next=/organisations/", {"name": "Sari", "purposes": ["service"]})
    assert done.headers["Location"] == "/organisations/"
    assert queries.person_of(twin_sari.user, office.pk).name == "Sari"
    away = browser.post("/join/finish/", {"next": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/me/"


@pytest.fixture
def karto(office, dimas):
    return actions.register_person(office, by=dimas.user, name="Mbah Karto")


def test_the_qr_of_the_desk_signs_nobody_in_until_the_click(enter, dimas, karto, client):
    slip = enter(dimas).post(f"/people/{karto.pk}/code/").content.decode()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", slip).group()
    assert "<svg" in slip
    opened = client.get(f"/join/desk-code/?code={code}")
    assert code in opened.content.decode()
    assert client.get("/me/").status_code == 302
    assert client.post("/join/desk-code/", {"code": code}).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    again = enter().post("/join/desk-code/", {"code": code})
    assert again.status_code == 422


def test_guessing_codes_is_slowed_down_for_a_browser_not_for_the_hall(office, client, enter):
    answers = [client.post("/join/desk-code/", {"code": "AAAA-AAAA"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert enter().post("/join/desk-code/", {"code": "AAAA-AAAA"}).status_code == 422


def test_forms_need_their_token(office, strict_client):
    assert strict_client.post("/join/desk-code/", {"code": "AAAA-AAAA"}).status_code == 403
    assert strict_client.post("/demo/sign-in/", {"email": "sari@demo.example"}).status_code == 403


# the demonstration


@pytest.mark.parametrize(("switched_on", "invented"), [(False, False), (False, True), (True, False)])
def test_one_click_signs_in_nobody_outside_the_demonstration(switched_on, invented, office, sari, client):
    Office.objects.update(is_demo=invented)
    with override_settings(DEMO=switched_on):
        assert client.get("/demo/").status_code == 404
        assert client.post("/demo/sign-in/", {"email": "sari@demo.example"}).status_code == 404
        assert "sari@demo.example" not in client.get("/account/login/").content.decode()
    assert client.get("/me/").status_code == 302


def test_in_the_demonstration_one_click_makes_you_one_of_six(office, sari, bagus, client):
    Office.objects.update(is_demo=True)
    User.objects.create_user("orang@demo.example")
    with override_settings(DEMO=True):
        for page in ("/demo/", "/account/login/"):
            text = client.get(page).content.decode()
            assert all(actor.email in text for actor in demo.CAST)
        assert client.post("/demo/sign-in/", {"email": "orang@demo.example"}).status_code == 404
        done = client.post("/demo/sign-in/", {"email": "sari@demo.example", "next": "//elsewhere.example"})
        assert done.headers["Location"] == "/me/"
        assert "Sari Wulandari" in client.get("/me/").content.decode()


# a person's own pages


def test_the_kecamatan_comes_once_the_kabupaten_is_known(enter, sari):
    browser = enter(sari)
    part = browser.get("/regions/districts/?regency=33.74", headers={"HX-Request": "true"}).content.decode()
    assert "33.74.01" in part
    assert "<html" not in part
    assert "<select" not in browser.get("/regions/districts/?regency=61").content.decode()
    told = {"name": "Sari W.", "regency": "33.74", "language": "id"}
    looked = browser.post("/me/profile/", {**told, "look": "yes"}).content.decode()
    assert "33.74.01" in looked  # without JS: the button shows them and saves nothing
    assert Person.objects.get(pk=sari.pk).name == "Sari Wulandari"
    assert browser.post("/me/profile/", {**told, "district": "33.74.01"}).status_code == 302
    assert Person.objects.get(pk=sari.pk).district == "33.74.01"
    browser.post("/me/profile/", {**told, "regency": "33.72", "district": "33.74.01"})
    assert Person.objects.get(pk=sari.pk).district == ""


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"whatsapp": "bukan nomor"}, "bukan nomor"),
        ({"name": ""}, "081299998888"),
        ({"regency": "99.99"}, "081299998888"),
    ],
)
def test_a_refused_profile_keeps_what_was_typed(wrong, kept, enter, sari):
    told = {"name": "Sari", "whatsapp": "081299998888", "regency": "33.74", "language": "id", **wrong}
    answer = enter(sari).post("/me/profile/", told)
    assert answer.status_code == 422
    assert kept in answer.content.decode()
    assert Person.objects.get(pk=sari.pk).whatsapp == "+6281211112222"


def test_consents_are_taken_back_on_a_page(enter, sari):
    enter(sari).post("/me/consents/", {"purposes": ["service", "statistics"]})
    assert set(queries.consents_of(sari)) == {"service", "statistics"}
    enter(sari).post("/me/consents/", {"purposes": []})
    assert Person.objects.get(pk=sari.pk).closed_at == clock.now()


def test_leaving_takes_a_typed_word(enter, sari, batik):
    browser = enter(sari)
    assert browser.post("/me/data/erase/", {"word": "ya"}).status_code == 422
    assert browser.post("/me/data/erase/", {"word": "hapus"}).headers["Location"] == "/"
    assert Person.objects.get(pk=sari.pk).erased_at
    assert browser.get("/me/").status_code == 302


def test_she_sees_who_looked(enter, sari, dimas):
    assert enter(dimas).get(f"/people/{sari.pk}/").status_code == 200
    assert "Dimas Anggoro" in enter(sari).get("/me/data/").content.decode()


# organisations


def test_an_organisation_is_entered_and_shown(enter, sari, bagus):
    browser = enter(sari)
    told = {"name": '<script>alert("x")</script> ꦧꦠꦶꦏ꧀', "kind": "umkm", "role": "owner", "regency": "33.72"}
    made = browser.post("/organisations/new/", told)
    page = enter().get(made.headers["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    slug = Organisation.objects.get().slug
    more = {"name": "Batik Sekar", "kind": "umkm", "yearly_sales": "Rp 1.250.000.000,00", "workers": "6"}
    assert browser.post(f"/organisations/{slug}/edit/", more).status_code == 302
    organisation = Organisation.objects.get()
    assert (organisation.yearly_sales, organisation.scale.scale) == (1_250_000_000, "micro")
    assert "PP 7/2021" in browser.get(f"/organisations/{slug}/").content.decode()
    for other in (enter(), enter(bagus)):
        shown = other.get(f"/organisations/{slug}/").content.decode()
        assert "PP 7/2021" not in shown
        assert "1.250.000.000" not in shown


def test_people_stand_on_the_page_only_with_their_consent(enter, sari, batik):
    assert "Sari Wulandari" in enter().get(f"/organisations/{batik.slug}/").content.decode()
    actions.set_consents(sari, ["service"], by=sari.user)
    assert "Sari Wulandari" not in enter().get(f"/organisations/{batik.slug}/").content.decode()


def test_asking_confirming_and_ending_on_the_pages(enter, sari, bagus, batik):
    enter(bagus).post(f"/organisations/{batik.slug}/people/ask/", {"role": "staff"})
    row = Affiliation.objects.get(person=bagus)
    again = enter(bagus).post(f"/organisations/{batik.slug}/people/ask/", {"role": "staff"})
    assert again.status_code == 409
    address = f"/organisations/{batik.slug}/people/{row.pk}/"
    assert address in enter(sari).get("/me/").content.decode()
    assert enter(bagus).post(address, {"act": "confirm"}).status_code == 403
    enter(sari).post(address, {"act": "confirm"})
    assert batik in queries.acts_for(bagus)
    enter(bagus).post(address, {"act": "end"})
    assert batik not in queries.acts_for(bagus)


def test_a_permit_that_is_wrong_is_said_beside_its_field(enter, sari, batik):
    browser, address = enter(sari), f"/organisations/{batik.slug}/permits/"
    wrong = browser.post(address, {"kind": "nib", "number": "123"})
    assert wrong.status_code == 422
    assert "id_number_error" in wrong.content.decode()
    browser.post(address, {"kind": "nib", "number": "1234567890123"})
    permit = batik.legalities.get()
    assert permit.number in enter().get(f"/organisations/{batik.slug}/").content.decode()
    browser.post(f"{address}{permit.pk}/")
    assert not batik.legalities.exists()


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_lists_ask_the_same_number_of_questions(
    count, enter, hendro, batik, kawan_usaha, django_assert_num_queries
):
    office = hendro.office
    for n in range(count):
        Organisation.objects.create(
            office=office, slug=f"u{n}", name=f"Usaha {n}", kind="umkm", regency="33.74"
        )
        person = actions.register_person(office, by=SYSTEM, name=f"Orang {n}", whatsapp=f"08120000{n:04}")
        Affiliation.objects.create(
            person=person, organisation=batik, role="member", state="asked", since="2026-01-01"
        )
        notify(
            person.addressee,
            "affiliation_decided",
            {"organisation": "x", "slug": "x", "confirmed": True},
            office=office.pk,
        )
    browser = enter(hendro)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for page in (
        "/organisations/",
        "/people/?words=orang",
        "/outbox/",
        f"/organisations/{batik.slug}/people/",
    ):
        browser.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(page).status_code == 200
        counts[page] = len(asked)
    assert counts == {
        "/organisations/": LISTS[0], "/people/?words=orang": LISTS[1], "/outbox/": LISTS[2],
        f"/organisations/{batik.slug}/people/": LISTS[3],
    }  # fmt: skip


LISTS = (8, 7, 10, 10)

# the front desk


def test_searching_as_one_types_gives_a_part_and_without_js_a_page(enter, dimas, sari):
    part = enter(dimas).get("/people/?words=sari", headers={"HX-Request": "true"}).content.decode()
    assert "Sari Wulandari" in part
    assert "<html" not in part
    assert sari.email not in part  # the list shows no more than is needed to choose
    assert "…2222" in enter(dimas).get("/people/?words=0812-1111").content.decode()
    assert "Sari" not in enter(dimas).get("/people/?words=s").content.decode()


def test_somebody_known_is_found_again_at_the_desk(enter, dimas, sari):
    answer = enter(dimas).post(
        "/people/new/", {"name": "Bu Sari", "whatsapp": "081211112222", "purposes": ["service"]}
    )
    assert answer.headers["Location"] == f"/people/{sari.pk}/"
    new = enter(dimas).post("/people/new/", {"name": "Bu Tini", "purposes": ["service"]})
    assert new.headers["Location"] == f"/people/{Person.objects.get(name='Bu Tini').pk}/"
    refused = enter(dimas).post(
        "/people/new/", {"name": "Anak", "birth_year": "2015", "purposes": ["service"]}
    )
    assert refused.status_code == 422


def test_merging_on_the_pages_and_back(enter, ratna, dimas, sari, office):
    other = actions.register_person(office, by=dimas.user, name="sari wulandari", regency="33.72")
    assert f"/people/{sari.pk}/merge/{other.pk}/" in enter(ratna).get(f"/people/{sari.pk}/").content.decode()
    assert "sari@demo.example" in enter(ratna).get(f"/people/{sari.pk}/merge/{other.pk}/").content.decode()
    enter(ratna).post(f"/people/{sari.pk}/merge/{other.pk}/")
    assert enter(dimas).get(f"/people/{other.pk}/").headers["Location"] == f"/people/{sari.pk}/"
    merge = queries.merges_of(sari).get()
    assert enter(dimas).post(f"/merges/{merge.pk}/undo/").status_code == 403
    enter(ratna).post(f"/merges/{merge.pk}/undo/")
    assert enter(dimas).get(f"/people/{other.pk}/").status_code == 200


def test_closing_opening_and_erasing_at_the_desk(enter, ratna, dimas, sari):
    assert enter(dimas).post(f"/people/{sari.pk}/account/", {"act": "close"}).status_code == 403
    enter(ratna).post(f"/people/{sari.pk}/account/", {"act": "close"})
    assert Person.objects.get(pk=sari.pk).closed_at
    enter(dimas).post(f"/people/{sari.pk}/account/", {"act": "reopen"})
    assert Person.objects.get(pk=sari.pk).closed_at is None
    assert enter(ratna).post(f"/people/{sari.pk}/erase/", {"word": ""}).status_code == 422
    assert enter(dimas).post(f"/people/{sari.pk}/erase/", {"word": "HAPUS"}).status_code == 403
    enter(ratna).post(f"/people/{sari.pk}/erase/", {"word": "HAPUS"})
    assert enter(dimas).get(f"/people/{sari.pk}/").status_code == 200  # says that it was erased
    assert not queries.search_people(sari.office, "sari")


# staff, hubs, the outbox


def test_staff_are_invited_and_leave(enter, ratna, semarang):
    browser = enter(ratna)
    told = {"name": "Baru", "email": "baru@demo.example", "role": "front_desk"}
    browser.post("/hubs/semarang/staff/", told)
    again = browser.post("/hubs/semarang/staff/", told)
    assert again.status_code == 409
    assert 'value="baru@demo.example"' in again.content.decode()
    role = semarang.roles.get(person__email="baru@demo.example")
    browser.post(f"/hubs/semarang/staff/{role.pk}/end/")
    role.refresh_from_db()
    assert role.until == clock.now()
    last = browser.post(f"/hubs/semarang/staff/{semarang.roles.get(until=None, role='manager').pk}/end/")
    assert last.status_code == 409


def test_owner_and_operator_are_found_by_name_never_from_another_office(
    enter, ratna, semarang, batik, twin_batik
):
    browser, address = enter(ratna), "/hubs/semarang/settings/organisations/"
    page = browser.get(f"{address}?words=batik").content.decode()
    assert "Batik Sekar Arum" in page
    assert "Batik Kembar" not in page
    browser.post(address, {"organisation": batik.pk, "part": "operator"})
    assert [(p.part, p.organisation) for p in queries.parties_of(semarang)] == [("operator", batik)]
    assert browser.post(address, {"organisation": twin_batik.pk, "part": "owner"}).status_code == 404
    assert browser.post(address, {"organisation": "x' OR 1=1", "part": "owner"}).status_code == 404
    browser.post(address, {"end": queries.parties_of(semarang).get().pk})
    assert not queries.parties_of(semarang)


def test_an_officer_opens_another_hub(enter, hendro, office):
    answer = enter(hendro).post(
        "/office/hubs/new/", {"name": "Hetero Space Banyumas", "regency": "33.02", "address": "Jl. A"}
    )
    assert answer.headers["Location"] == "/hubs/hetero-space-banyumas/settings/"
    assert enter(hendro).get("/hubs/hetero-space-banyumas/settings/").status_code == 200
    twice = enter(hendro).post(
        "/office/hubs/new/", {"name": "Hetero Space Banyumas", "regency": "33.02", "address": "Jl. A"}
    )
    assert twice.status_code == 409


def test_who_has_no_mail_is_written_to_by_hand(enter, dimas, semarang, karto, office):
    actions.change_person(karto, by=dimas.user, whatsapp="0813 5555 6666")
    karto.refresh_from_db()
    facts = {"organisation": "Kelompok & <Tani>", "slug": "kelompok", "confirmed": True}
    notify(karto.addressee, "affiliation_decided", facts, office=office.pk, hub=semarang.pk)
    row = Message.objects.get(addressee=karto.pk)
    deliver.call(row.pk)
    browser = enter(dimas)
    assert "Mbah Karto" in browser.get("/outbox/?state=by_hand&channel=whatsapp").content.decode()
    page = browser.get(f"/outbox/{row.pk}/").content.decode()
    assert "https://wa.me/6281355556666?text=" in page
    assert "Kelompok &amp; &lt;Tani&gt;" in page
    browser.post(f"/outbox/{row.pk}/act/", {"act": "sent"})
    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", clock.now())
    assert browser.post(f"/outbox/{row.pk}/act/", {"act": "sent"}).status_code == 409


# opening the house


HOUSE = {
    "code": "rahasia", "office": "Dinas Baru", "hub": "Hetero Space Tegal", "regency": "33.76", "address": "Jl. Laut 1",
    "manager": "Ibu Kepala", "email": "kepala@demo.example",
}  # fmt: skip


def test_without_a_set_up_code_the_first_run_page_stays_shut(db, client):
    with override_settings(SETUP_CODE=""):
        assert client.get("/setup/").status_code == 503
        assert client.post("/setup/", {**HOUSE, "code": ""}).status_code == 503
    assert not Office.objects.exists()


def test_the_first_run_page_opens_the_house_once(db, client, enter):
    with override_settings(SETUP_CODE="rahasia"):
        wrong = client.post("/setup/", {**HOUSE, "code": "tebak"})
        assert wrong.status_code == 422
        assert "Dinas Baru" in wrong.content.decode()
        opened = client.post("/setup/", HOUSE)
        assert opened.headers["Location"] == "/hubs/hetero-space-tegal/settings/"
        assert client.get("/hubs/hetero-space-tegal/settings/").status_code == 200
        assert client.get("/office/").status_code == 200
        assert enter().get("/setup/").headers["Location"] == "/"
        assert enter().post("/setup/", HOUSE).headers["Location"] == "/"
    assert Office.objects.count() == 1


def test_guessing_the_set_up_code_is_slowed_down(db, client):
    with override_settings(SETUP_CODE="rahasia"):
        answers = [client.post("/setup/", {**HOUSE, "code": str(n)}).status_code for n in range(11)]
    assert answers[-1] == 429


def test_the_command_opens_the_house_once(db):
    from io import StringIO

    from django.core.management import CommandError

    told = ["--office=Dinas Baru", "--hub=Hetero Space Tegal", "--regency=Kota Tegal", "--address=Jl. Laut 1",
            "--manager=Ibu Kepala", "--email=kepala@demo.example"]  # fmt: skip
    said = StringIO()
    call_command("init", *told, stdout=said)
    assert "kepala@demo.example" in said.getvalue()
    person = Person.objects.get()
    roles = queries.roles_of(person.user, person.office_id)
    assert roles.is_officer
    assert [hub.regency for hub in person.office.hubs.order_by("id")] == ["33.76"]
    with pytest.raises(CommandError, match="already_set_up"):
        call_command("init", *told, stdout=said)


def test_the_command_refuses_what_it_cannot_mean(db):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="region"):
        call_command(
            "init",
            "--office=A",
            "--hub=B",
            "--regency=Atlantis",
            "--address=C",
            "--manager=D",
            "--email=d@demo.example",
        )
    assert not Office.objects.exists()
