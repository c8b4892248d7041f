"""What happened away from the system: lists that facilitators paste, single people, and lines that were wrong."""

import pytest

from heterospace.cocreation import actions, ledger
from heterospace.cocreation.models import Act
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import actions as members
from heterospace.members.models import Affiliation, Person
from tests.cast import TWIN_HOST, member
from tests.cocreation.houses import days, go_to, take_part
from tests.counting import grows_by
from tests.events.stories import text

pytestmark = pytest.mark.django_db
LIST = """Bayu Bank; bank@pihak.example; Pihak Bank
Mbok Nah; 0812 9999 0000;

Pak Wage\t0812 8888 0000
"""


def record(initiative, lines, by, **more):
    return actions.record_list(
        initiative, lines, by=by.user, **{"kind": "attended", "source": "daftar hadir 3 Maret", **more}
    )


def lines_of(refused):
    return [(row["line"], row["reason"]) for row in refused.value.extra["lines"]]


@pytest.fixture
def sepi(office):
    """An organisation nobody leads."""
    return members.create_organisation(office, by=SYSTEM, name="Kelompok Sepi", kind="community")


def test_a_pasted_list_enters_people_under_their_hats(initiative, parties, dimas):
    made = record(initiative, LIST, dimas)
    assert len(made) == 3
    rows = Act.objects.order_by("pk").select_related("person", "organisation")
    assert [(row.person.name, row.organisation and row.organisation.name, row.channel) for row in rows] == [
        ("Bayu Bank", "Pihak Bank", "meeting"),
        ("Mbok Nah", None, "meeting"),
        ("Pak Wage", None, "meeting"),
    ]
    assert {row.source for row in rows} == {"list:daftar hadir 3 Maret"}
    assert Person.objects.get(name="Mbok Nah").whatsapp == "+6281299990000"
    assert record(initiative, LIST, dimas) == []  # the same list twice is once


def test_a_wrong_line_says_its_number_and_reason_and_nothing_is_entered(initiative, parties, dimas, sepi):
    wrong = """Bayu Bank; bank@pihak.example; Pihak Bank
Mbok Nah; 12;
Pak Wage; 081288880000; Paguyuban Entah
Tanpa nomor;
Sinta Batik; batik@pihak.example; Pihak Bank
Orang Lain; bank@pihak.example"""
    before = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        record(initiative, wrong, dimas)
    assert refused.value.code == "lines"
    assert [line for line, _reason in lines_of(refused)] == [2, 3, 4, 5, 6]
    assert "Paguyuban Entah" in dict(lines_of(refused))[3]
    assert Act.objects.count() == 0
    assert Person.objects.count() == before
    assert "Sinta Batik" in dict(lines_of(refused))[5]


def test_what_is_no_list_is_said(initiative, dimas):
    for pasted, code in (
        ("", "no_lines"),
        ("\n \n", "no_lines"),
        ("x; 1\n" * 301, "too_many"),
        ("Nama saja", "lines"),
    ):
        with pytest.raises(Invalid) as refused:
            record(initiative, pasted, dimas)
        assert refused.value.code == code
    for facts, code in (
        ({"kind": "slept"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"source": "  "}, "no_source"),
        ({"stage": initiative.stages.get(kind="design")}, "stage"),
    ):
        with pytest.raises(Invalid) as refused:
            record(initiative, LIST, dimas, **facts)
        assert refused.value.code == code
    with days(1):
        future = clock.now()
    with pytest.raises(Invalid) as refused:
        record(initiative, LIST, dimas, at=future)
    assert refused.value.code == "at"


def test_staff_confirm_people_of_an_organisation_nobody_leads_stewards_do_not(
    initiative, parties, dimas, sepi
):
    line = "Mbok Nah; 081299990000; kelompok sepi"
    with pytest.raises(Invalid) as steward:
        record(initiative, line, parties["kampus"].person)
    assert lines_of(steward)[0][0] == 1
    (act,) = record(initiative, line, dimas)
    assert act.organisation == sepi
    assert Affiliation.objects.get(organisation=sepi).decided_by == dimas
    with pytest.raises(Invalid):  # whoever leads an organisation decides who belongs to it
        record(initiative, "Mbok Nah; 081299990000; Pihak Bank", dimas)


def test_an_organisation_s_name_must_be_one(initiative, dimas, office):
    for _time in range(2):
        members.create_organisation(office, by=SYSTEM, name="Karang Taruna", kind="community")
    with pytest.raises(Invalid) as several:
        record(initiative, "Mbok Nah; 081299990000; Karang Taruna", dimas)
    assert "Karang Taruna" in lines_of(several)[0][1]


def test_a_list_may_come_late_into_a_stage_that_is_over(initiative, parties, dimas):
    frame = initiative.stages.get(kind="frame")
    with days(3):
        go_to(initiative, "design")
        made = record(initiative, LIST, dimas, stage=frame, at=clock.now())
    assert {act.stage for act in made} == {frame}


def test_only_facilitators_enter_and_only_who_guides_annuls(initiative, parties, dimas, ratna, sari):
    for person in (sari, parties["bank"].person):
        with pytest.raises(Forbidden):
            record(initiative, LIST, person)
    record(initiative, LIST, parties["kampus"].person)
    act = Act.objects.first()
    for person in (dimas, sari):
        with pytest.raises(Forbidden):
            actions.annul_act(act, "Salah.", by=person.user)
    with pytest.raises(Invalid):
        actions.annul_act(act, " ", by=ratna.user)
    actions.annul_act(act, "Salah nama.", by=ratna.user)
    with pytest.raises(Refused):
        actions.annul_act(act, "Lagi.", by=ratna.user)
    actions.stop_initiative(initiative, "Tidak ada dana.", by=SYSTEM)
    with pytest.raises(Refused) as over:
        record(initiative, LIST, dimas)
    assert over.value.code == "not_running"


# the page


@pytest.fixture
def address(initiative):
    return f"/initiatives/{initiative.slug}/acts/"


def how(**more):
    return {
        "kind": "attended",
        "stage": "frame",
        "channel": "paper",
        "day": "2026-11-21",
        "source": "Daftar hadir",
        **more,
    }


def test_the_ledger_is_public_and_names_as_people_agreed(initiative, parties, address, enter, office):
    take_part(initiative, [parties["bank"], parties["kampus"]])
    members.set_consents(parties["kampus"].person, ["service"], by=SYSTEM)
    page = text(enter().get(address))
    assert "Pihak Bank" in page
    assert "Bayu" not in page
    lines = text(enter().get(f"{address}?organisation=pihak-bank"))
    assert "Bayu Bank" in lines
    assert "list:daftar hadir" in lines
    assert "Kinanti" not in text(enter().get(f"{address}?organisation=pihak-kampus"))
    assert enter().get(f"{address}?organisation=tidak-ada").status_code == 404
    assert 'name="act"' not in enter(parties["bank"].person).get(address).content.decode()


def test_few_people_in_their_own_name_are_not_counted(initiative, office):
    for n in range(4):
        person = member(office, f"Warga {n}", f"warga{n}@demo.example")
        members.set_consents(person, ["service"], by=SYSTEM)
        actions.record_act(initiative, person, "commented", by=SYSTEM, source="catatan")
    assert ledger.own_name(initiative) == ledger.OwnName([], None)
    named = member(office, "Warga Bernama", "bernama@demo.example")
    fifth = member(office, "Warga 5", "warga5@demo.example")
    members.set_consents(fifth, ["service"], by=SYSTEM)
    for person in (named, fifth):
        actions.record_act(initiative, person, "commented", by=SYSTEM, source="catatan")
    assert ledger.own_name(initiative) == ledger.OwnName(["Warga Bernama"], 5)


def test_the_desk_finds_people_as_it_types_and_enters_one(initiative, parties, address, dimas, enter):
    browser = enter(dimas)
    found = browser.get(f"{address}?q=bayu", headers={"HX-Request": "true"}).content.decode()
    assert "Bayu Bank" in found
    assert "<html" not in found
    bank = parties["bank"]
    sent = how(act="one", q="bayu", person=bank.person.pk, organisation="pihak bank")
    assert browser.post(address, sent).url == address
    act = Act.objects.get()
    assert (act.person, act.organisation, act.channel) == (bank.person, bank.organisation, "paper")
    sent = how(act="one", q="Mbok Nah", person="new", name="Mbok Nah", contact="081299990000")
    browser.post(address, sent)
    assert Act.objects.filter(person__name="Mbok Nah", organisation=None).exists()
    nobody = browser.post(address, how(act="one", q="Mbok", person="new"))
    assert nobody.status_code == 422


def test_stewards_find_only_people_who_took_part_and_agreed(initiative, parties, address, sari, enter):
    take_part(initiative, [parties["bank"], parties["dinas"]])
    members.set_consents(parties["dinas"].person, ["service"], by=SYSTEM)
    browser = enter(parties["kampus"].person)

    def found(words):
        return text(browser.get(f"{address}?q={words}", headers={"HX-Request": "true"}))

    assert "Bayu Bank" in found("bayu")
    assert "Hesti" not in found("hesti")
    assert "Sari" not in found("sari")
    answer = enter(parties["bank"].person).get(f"{address}?q=bayu", headers={"HX-Request": "true"})
    assert answer.status_code == 403


def test_a_list_is_pasted_on_the_page_and_comes_back_with_its_errors(
    initiative, parties, address, dimas, enter
):
    browser = enter(dimas)
    bad = how(act="list", lines="Mbok Nah; 12")
    answer = browser.post(address, bad)
    assert answer.status_code == 422
    assert "Mbok Nah; 12" in answer.content.decode()
    browser.post(address, how(act="list", lines=LIST))
    assert Act.objects.count() == 3


def test_a_wrong_line_is_annulled_on_the_page_and_stays_readable(initiative, parties, address, ratna, enter):
    take_part(initiative, [parties["bank"]])
    act = Act.objects.get()
    browser = enter(ratna)
    browser.post(address, {"act": "annul", "line": act.pk, "reason": "Salah orang."})
    assert act.__class__.objects.filter(annulment=None).count() == 0
    shown = text(enter().get(f"{address}?organisation=pihak-bank"))
    assert "Salah orang." in shown
    assert browser.post(address, {"act": "annul", "line": "x", "reason": "y"}).status_code == 404


def test_a_twin_office_finds_nothing(initiative, address, twin_manager, twin_batik, enter):
    browser = enter(twin_manager)
    assert browser.get(address, HTTP_HOST=TWIN_HOST).status_code == 404
    with pytest.raises(Forbidden):
        record(initiative, LIST, twin_manager)


def test_the_page_asks_the_same_however_many_took_part(initiative, parties, address, enter):
    keys = list(parties)

    def grow(n):
        take_part(initiative, [parties[keys[n % 7]]], source=f"daftar {n}")

    grows_by(enter(parties["kampus"].person), address, grow, (1, 7, 20))
    grows_by(enter(), f"{address}?organisation=pihak-bank", lambda n: grow(n + 20), (1, 3, 21))
