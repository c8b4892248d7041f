"""The report of an event and the figures of its hub: counted from records, with consent, and pointing at nobody."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Forbidden, Refused
from heterospace.events import actions
from heterospace.events.actions.holding import link_of
from heterospace.events.cells import LEAST, hidden_of, parts, share
from heterospace.events.figures import BY_CODE, figures
from heterospace.events.models import Registration, Report
from heterospace.events.report import figures_of
from heterospace.members.actions import give_office_role
from heterospace.members.actions.people import give_consents
from heterospace.members.enums import Purpose
from heterospace.members.models import Person, PersonalView
from heterospace.questionnaires.queries import skm_about
from tests.api.test_bookings_api import Api, problem
from tests.bookings.wishes import TUESDAY, at
from tests.counting import queries_of
from tests.events.houses import batik_class, stranger
from tests.events.stories import text
from tests.questionnaires.houses import tell

Q4 = (dt.date(2026, 10, 1), dt.date(2026, 12, 31))


# Small cells


def test_fewer_than_five_are_not_said_nor_is_what_is_left_over():
    assert share(6, 20, 30).n == 6
    assert share(6, 20, 30).percent == 30
    assert share(4, 20, 30).n is None
    assert share(16, 20, 30).n is None  # four are left over
    assert share(0, 20, 30).n == 0
    assert share(20, 20, 30).n == 20
    assert share(0, 4, 30).n is None  # of so few nothing is said at all


def test_one_hidden_part_takes_another_with_it():
    assert parts({"a": 30, "b": 12, "c": 2}).shown == {"a": 30}
    assert parts({"a": 30, "b": 12, "c": 2}).hidden == 14
    assert parts({"a": 30, "b": 3, "c": 3}).shown == {"a": 30}
    assert parts({"a": 30, "b": 3, "c": 3}).hidden == 6
    assert parts({"a": 9, "b": 1, "c": 2}).shown == {}
    assert parts({"a": 9, "b": 0}).shown == {"a": 9}
    assert parts({"a": 3}).hidden == 0


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 40), max_size=9))
def test_no_small_part_can_be_found_by_subtracting(counts):
    gone = hidden_of(counts)
    assert all(n >= LEAST for key, n in counts.items() if n and key not in gone)
    if gone and set(gone) != {key for key, n in counts.items() if n}:
        assert len(gone) >= 2
        assert sum(counts[key] for key in gone) >= LEAST


# An event of forty


@pytest.fixture
def event(semarang, ratna, batik, kawan_usaha, gatra):
    """A class of two hours in Gatra for 60; 30 register: 12 women, 10 men, 8 who did not tell; 20 of them came."""
    made = batik_class(
        semarang,
        capacity=60,
        space=gatra,
        person=ratna,
        start=at(13, TUESDAY),
        end=at(15, TUESDAY),
        hosts=[batik, kawan_usaha],
    )
    for n in range(30):
        one = stranger(made, f"Tamu {chr(65 + n // 10)}{chr(65 + n % 10)}")
        person = one.person
        if n < 22:
            give_consents(person, [Purpose.STATISTICS])
            person.gender, person.birth_year = (
                ("f" if n % 2 == 0 or n > 19 else "m"),
                2000 if n < 12 else 1980,
            )
        person.regency = "33.02" if n % 3 else "33.74"
        person.save()
    return made


def earlier(hub, **facts):
    """A class that was planned in the morning of that day."""
    with clock.set_to(at(7, TUESDAY)):
        return batik_class(hub, **facts)


def come(event, by, n=20):
    rows = list(event.registrations.order_by("pk")[:n])
    actions.mark_present(event, rows, by=by.user, note="daftar hadir")
    return rows


@pytest.fixture
def over(event, ratna):
    come(event, ratna)
    with clock.set_to(at(20, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        event.refresh_from_db()
        yield event


def test_the_report_against_a_hand_count(over):
    told = figures_of(over)
    assert (told["registered"], told["confirmed"], told["came"], told["missed"]) == (30, 30, 20, 10)
    assert told["modes"] == [["onsite", 30, 20]]
    assert told["women"] == {"n": 10, "base": 20, "of": 20}
    assert told["youth"] == {"n": 12, "base": 20, "of": 20}  # born 2000 turns 26
    assert told["disabled"]["n"] == 0
    assert told["new"] == {"n": 20, "base": 20, "of": 20}
    assert told["homes"]["shown"] == [["33.02", 13], ["33.74", 7]]
    assert told["sectors"]["shown"] == [["own", 20]]
    assert (told["space_minutes"], told["people_minutes"]) == (120, 20 * 120)
    assert [part for part, _names in told["parties"]] == ["host"]
    assert told["certificates"] == 0
    assert told["skm"]["index"] is None


def test_who_did_not_agree_is_not_counted(over):
    Person.objects.filter(registrations__event=over).update(gender="f")
    came = Registration.objects.filter(event=over).order_by("pk")[:20]
    for row in came[:10]:
        row.person.consents.filter(purpose=Purpose.STATISTICS).update(withdrawn_at=clock.now())
    assert figures_of(over)["women"] == {"n": 10, "base": 10, "of": 20}


def test_walk_ins_and_corrections_are_counted_and_the_frozen_report_stays(event, ratna, enter):
    rows = come(event, ratna)
    with clock.set_to(at(14, TUESDAY)):
        late = stranger(event, "Tamu Telat", came_at=clock.now())
        actions.mark_present(event, [late], by=ratna.user, note="di pintu")
    with clock.set_to(at(20, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        event.refresh_from_db()
        actions.report_event(event, by=ratna.user)
        frozen = Report.objects.get(event=event)
        assert (frozen.figures["came"], frozen.figures["walk_ins"], frozen.by) == (21, 1, ratna.user)
        actions.annul_scan(rows[0].scans.get(), "salah orang", by=ratna.user)
        page = text(enter(ratna).get(reverse("events:report", args=[event.slug])))
    frozen.refresh_from_db()
    assert frozen.figures["came"] == 21
    assert figures_of(event)["came"] == 20
    assert "Diperbaiki sesudahnya" in page
    assert "Dibekukan" in page


def test_needs_are_ticked_by_organisers_and_only_counted(event, ratna, sari, dimas, enter):
    wish = actions.Wish(access_needs="Juru bahasa isyarat", access_consent=True)
    hers = actions.register(event, wish, by=sari.user)
    assert figures_of(event)["needs"] == {"stated": None, "met": None}  # one person
    browser = enter(ratna)
    browser.post(reverse("events:mark_access", args=[event.slug, hers.reference]), {"met": "yes"})
    hers.refresh_from_db()
    assert hers.access_met is True
    with pytest.raises(Forbidden):
        actions.mark_access(hers, False, by=dimas.user)
    with pytest.raises(Refused):
        actions.mark_access(event.registrations.exclude(pk=hers.pk).first(), True, by=ratna.user)


def test_who_reads_the_report(over, enter, ratna, dimas, sari, hendro, semarang, wulan):
    give_office_role(
        semarang.office, by=hendro.user, role="auditor", name="Pak Audit", email="audit@contoh.example"
    )
    auditor = Person.objects.get(name="Pak Audit")
    address = reverse("events:report", args=[over.slug])
    answers = {
        who.name: enter(who).get(address).status_code for who in (ratna, dimas, sari, hendro, auditor, wulan)
    }
    assert answers[dimas.name] == 404
    assert answers[ratna.name] == answers[hendro.name] == answers[auditor.name] == 200
    assert answers[wulan.name] == 200  # leads a host
    page = enter(auditor).get(address).content.decode()
    assert "Tamu A" not in page
    assert "Mulai bertanya" not in page
    assert enter(auditor).get(reverse("events:registrations", args=[over.slug, "csv"])).status_code == 404


def test_paper_and_workbook(over, enter, ratna):
    browser = enter(ratna)
    paper = browser.get(reverse("events:report_paper", args=[over.slug]))
    assert paper.content.startswith(b"%PDF")
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(reverse("events:report_workbook", args=[over.slug])).content)
    )
    lines = {row[0].value: row for row in book.active.iter_rows(min_row=6)}
    assert lines["Terdaftar"][2].value == 30
    assert lines["Perempuan"][2].value == 10


def test_the_list_of_registrations_is_for_organisers_and_its_taking_is_written_down(over, enter, ratna):
    response = enter(ratna).get(reverse("events:registrations", args=[over.slug, "csv"]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 31
    assert lines[0].startswith("No.,Nama lengkap,Nomor WhatsApp")
    assert "Perempuan" in lines[1]
    assert LogEntry.objects.filter(deed="export_registrations", thing_id=over.pk).count() == 1
    assert PersonalView.objects.filter(by=ratna.user, page="export").count() == 30
    assert enter(ratna).get(reverse("events:registrations", args=[over.slug, "xlsx"])).status_code == 200


def test_the_report_asks_the_same_whatever_the_crowd(event, ratna, semarang):
    come(event, ratna, 2)
    figures_of(event)
    few = queries_of(lambda: figures_of(event))
    actions.mark_present(
        event, list(event.registrations.order_by("pk")[2:]), by=ratna.user, note="daftar hadir"
    )
    assert queries_of(lambda: figures_of(event)) == few


# The survey


def test_who_was_there_is_asked_without_a_name(event, ratna, enter, sari, semarang, dimas):
    hers = actions.register(event, by=sari.user)
    link = actions.ask_survey(event, by=ratna.user)
    assert actions.ask_survey(event, by=ratna.user).pk == link.pk
    with pytest.raises(Forbidden):
        actions.ask_survey(event, by=dimas.user)
    browser = enter(sari)
    page = reverse("events:event", args=[event.slug])
    assert link.path not in browser.get(page).content.decode()
    with clock.set_to(at(14, TUESDAY)):
        assert link.path in browser.get(page).content.decode()
        assert link.path in browser.get(link_of(hers)).content.decode()
    for _time in range(4):
        tell(link.questionnaire, 4, subject=link.subject, hub=semarang)
    assert not skm_about(semarang, link.subject).enough
    tell(link.questionnaire, 3, subject=link.subject, hub=semarang)
    found = skm_about(semarang, link.subject)
    assert (str(found.index), found.grade) == ("95.00", "A")
    tell(link.questionnaire, 1, subject="counter", hub=semarang)
    assert not skm_about(
        semarang, link.subject
    ).enough  # the one left over could be read off the hub's figure


def test_the_survey_counts_for_hub_and_quarter_by_its_parts(event, ratna, semarang):
    link = actions.ask_survey(event, by=ratna.user)
    for _time in range(5):
        tell(link.questionnaire, 4, subject=link.subject, hub=semarang)
        tell(link.questionnaire, 2, subject="counter", hub=semarang)
    found = figures(semarang.office, [semarang], *Q4)["soc.skm"][semarang.pk]
    assert (found.number, found.n) == (75.0, 10)
    assert [part.number for part in found.parts] == [50.0, 100.0]


# Figures


def test_the_figures_against_a_hand_count(over, semarang, solo):
    found = figures(semarang.office, [semarang, solo], *Q4)
    here = {code: values[semarang.pk] for code, values in found.items()}
    assert here["reach.people"].number == 20
    assert here["reach.attendance"].number == 20
    assert (here["reach.new"].number, here["reach.new"].base) == (20, 20)
    assert here["reach.kab"].number == 2
    assert here["reach.events"].number == 1
    assert here["reach.events"].parts[-1].number == 1.0  # a community hosts it too
    assert (here["soc.women"].number, here["soc.women"].base) == (0.5, 20)
    assert here["soc.youth"].number == 12 / 20
    assert here["soc.rural"].number == 13 / 20
    assert found["reach.people"][None].number == 20
    assert found["reach.people"][solo.pk].number in (None, 0)
    assert figures(semarang.office, [semarang], dt.date(2025, 1, 1), dt.date(2025, 12, 31))["reach.events"][
        semarang.pk
    ].number in (None, 0)


def test_one_small_hub_hides_the_next_as_well(over, semarang, solo, hendro):
    there = earlier(solo, title="Kelas Solo", capacity=20, start=at(9, TUESDAY), end=at(11, TUESDAY))
    rows = []
    for n in range(6):
        with clock.set_to(at(8, TUESDAY)):
            one = stranger(there, f"Warga {chr(65 + n)}")
        give_consents(one.person, [Purpose.STATISTICS])
        one.person.gender = "f" if n < 3 else "m"
        one.person.save()
        rows.append(one)
    actions.mark_present(there, rows, by=hendro.user, note="daftar hadir")
    actions.finish_events(by=SYSTEM)
    women = figures(semarang.office, [semarang, solo], *Q4)["soc.women"]
    assert women[solo.pk].hidden
    assert women[semarang.pk].hidden
    assert women[None].number == 13 / 26


def test_the_figures_stand_on_a_page_in_a_workbook_and_in_the_api(
    over, enter, ratna, hendro, dimas, semarang, solo
):
    browser = enter(ratna)
    page = text(browser.get(reverse("events:figures", args=["semarang"]), {"period": "2026-Q4"}))
    assert "Kuartal 4, 2026" in page or "Triwulan 4, 2026" in page
    assert "Kelas Batik Cap" in text(browser.get(reverse("events:figures_events", args=["semarang"])))
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(reverse("events:figures_workbook", args=["semarang"])).content)
    )
    codes = {row[1].value for row in book.active.iter_rows(min_row=5)}
    assert set(BY_CODE) <= codes
    assert enter(ratna).get(reverse("events:figures", args=["solo"])).status_code == 403
    told = Api(ratna).get("figures", **{"hub": "semarang", "from": "2026-10-01", "to": "2026-12-31"})
    women = next(one for one in told.json()["figures"] if one["code"] == "soc.women")
    assert (women["value"], women["n"], women["base"], women["suppressed"]) == (0.5, 10, 20, False)
    problem(Api(ratna).get("figures", **{"from": "2026-10-01", "to": "2026-12-31"}), 403, "forbidden")
    problem(
        Api(dimas).get("figures", **{"hub": "semarang", "from": "2026-10-01", "to": "2026-12-31"}),
        403,
        "forbidden",
    )
    assert Api(hendro).get("figures", **{"from": "2026-10-01", "to": "2026-12-31"}).json()["hub"] == ""
    problem(Api(hendro).get("figures", **{"from": "2026-12-31", "to": "2026-10-01"}), 422, "wrong_period")


def test_the_twin_office_is_never_counted(over, twin_hub, twin_manager, semarang):
    theirs = earlier(twin_hub, title="Kelas Kembar", capacity=20)
    with clock.set_to(at(8, TUESDAY)):
        rows = [stranger(theirs, f"Kembar {n}") for n in "ABCDEF"]
    actions.mark_present(theirs, rows, by=twin_manager.user, note="daftar")
    actions.finish_events(by=SYSTEM)
    assert figures(semarang.office, [semarang], *Q4)["reach.people"][None].number == 20
    assert figures(twin_hub.office, [twin_hub], *Q4)["reach.people"][None].number == 6


def test_figures_ask_the_same_whatever_there_is(over, semarang, solo, hendro):
    first = queries_of(lambda: figures(semarang.office, [semarang], *Q4))
    there = earlier(solo, title="Kelas Solo", capacity=20)
    with clock.set_to(at(8, TUESDAY)):
        rows = [stranger(there, f"Warga {n}") for n in "ABCDEF"]
    actions.mark_present(there, rows, by=hendro.user, note="daftar hadir")
    actions.finish_events(by=SYSTEM)
    assert queries_of(lambda: figures(semarang.office, [semarang, solo], *Q4)) == first
