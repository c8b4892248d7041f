"""Certificates rest on the ledger: who earned one, who may check it, what revoking does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.events import actions, certificates
from heterospace.events.earning import Line, Sitting, apart, earned, minutes_of, together
from heterospace.events.models import Certificate
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class
from tests.tasks import run_tasks

HOUR = dt.timedelta(hours=1)
SITTINGS = [Sitting(n, at(9 + 2 * n, TUESDAY), at(10 + 2 * n, TUESDAY)) for n in range(5)]


def line(n, hour, *, comes=True, session=None, stay="", event=0):
    return Line(n, at(hour, TUESDAY), comes, session, stay, event)


def online(n, start, end, event=0):
    """A stay online: the line that begins it and the one that ends it."""
    name = f"stay-{n}"
    return [
        line(2 * n, start, stay=name, event=event),
        line(2 * n + 1, end, comes=False, stay=name, event=event),
    ]


def test_scans_at_sessions_count_as_those_sessions():
    told = earned([line(n, 9 + 2 * n, session=n) for n in range(4)], SITTINGS)
    assert (told.sessions, told.of, told.percent) == ((0, 1, 2, 3), 5, 80)


def test_a_stay_counts_every_session_it_overlaps():
    told = earned([line(1, 9.5), line(2, 13.5, comes=False)], SITTINGS)
    assert told.sessions == (0, 1, 2)
    assert earned([line(1, 9.5)], SITTINGS).sessions == (0, 1, 2, 3, 4)  # not seen going: stayed that day
    assert earned([line(1, 12.5), line(2, 12.7, comes=False)], SITTINGS).sessions == ()


def test_online_minutes_must_add_up():
    stays = online(1, 9, 9.5)
    assert earned(stays, SITTINGS, online_minutes={0: 31}).sessions == ()
    assert earned(stays, SITTINGS, online_minutes={0: 30}).sessions == (0,)


def test_each_minute_online_counts_once_and_only_while_there_is_a_session():
    both = [*online(1, 9, 9.5), *online(2, 9.25, 10), *online(3, 9.1, 9.2)]  # her page and the meeting's list
    assert earned(both, SITTINGS).minutes == 60
    assert earned(online(1, 8.5, 9.25), SITTINGS, online_minutes={0: 16}).sessions == ()
    assert earned(online(1, 10.1, 10.9), SITTINGS).minutes == 0  # the break


def test_minutes_of_one_event_are_not_those_of_another():
    series = [Sitting(n, at(9 + 2 * n, TUESDAY), at(10 + 2 * n, TUESDAY), event=n) for n in range(5)]
    short = [one for n in range(5) for one in online(n, 9 + 2 * n, 9.1 + 2 * n, event=n)]
    told = earned(short, series, online_minutes=dict.fromkeys(range(5), 30))
    assert (told.sessions, told.minutes) == ((), 30)
    assert earned(short, series, online_minutes=dict.fromkeys(range(5), 6)).sessions == (0, 1, 2, 3, 4)


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8)


@given(spans, st.tuples(st.integers(0, 60), st.integers(0, 20)))
def test_what_is_apart_and_what_is_taken_make_the_whole(taken, span):
    moment = lambda n: at(9, TUESDAY) + dt.timedelta(minutes=n)  # noqa: E731
    have = [(moment(a), moment(a + n)) for a, n in taken]
    whole = (moment(span[0]), moment(sum(span)))
    rest = apart(whole, have)
    assert minutes_of(together([*rest, *have], [whole])) == span[1]
    assert minutes_of(rest) + minutes_of(together(have, [whole])) == span[1]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.booleans(), st.one_of(st.none(), st.integers(0, 9))), max_size=12
    )
)
def test_nobody_earns_more_than_there_is_and_more_lines_never_take_sessions_at_doors_away(told):
    lines = [
        line(n, 6 + hour / 2, comes=comes, session=session) for n, (hour, comes, session) in enumerate(told)
    ]
    result = earned(lines, SITTINGS)
    assert set(result.sessions) <= {one.id for one in SITTINGS}
    assert 0 <= result.percent <= 100
    at_doors = {one.session for one in lines if one.comes and one.session is not None and one.session < 5}
    assert at_doors <= set(result.sessions)


@pytest.fixture
def event(semarang, sari, bagus, ratna):
    """A class of two sittings: Bu Sari was at both, Bagus at one."""
    made = batik_class(semarang, capacity=20)
    second = actions.add_session(made, at(17, TUESDAY), at(18, TUESDAY), by=ratna.user, title="Lanjutan")
    first = made.sessions.exclude(pk=second.pk).get()
    hers, his = actions.register(made, by=sari.user), actions.register(made, by=bagus.user)
    for session, who in ((first, [hers, his]), (second, [hers])):
        actions.mark_present(made, who, by=ratna.user, note="daftar hadir", session=session)
    return made


@pytest.fixture
def over(event):
    with clock.set_to(at(20, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        event.refresh_from_db()
        yield event


def test_only_who_was_there_enough_gets_one(over, sari, ratna, bagus):
    rule = actions.set_certificate_rule(over, by=ratna.user, percent=80, signer="Ratna Maharani")
    assert [(one.person, one.earned.percent, one.has_earned) for one in certificates.earners(rule)] == [
        (bagus, 50, False),
        (sari, 100, True),
    ]
    assert actions.issue_certificates(rule, by=ratna.user) == 1
    assert actions.issue_certificates(rule, by=ratna.user) == 0
    certificate = Certificate.objects.get()
    assert (certificate.holder, certificate.evidence["sessions"], certificate.evidence["of"]) == (sari, 2, 2)
    assert Message.objects.get(kind="certificate_issued").addressee == sari.pk
    assert certificates.sheet(certificate)[:5] == b"%PDF-"


def test_not_before_the_end_and_not_by_just_anybody(event, ratna, sari):
    rule = actions.set_certificate_rule(event, by=ratna.user, percent=50)
    with pytest.raises(Refused) as no:
        actions.issue_certificates(rule, by=ratna.user)
    assert no.value.code == "not_over"
    with pytest.raises(Forbidden):
        actions.set_certificate_rule(event, by=sari.user, percent=1)
    with pytest.raises(Invalid):
        actions.set_certificate_rule(event, by=ratna.user, percent=101)


def test_an_annulled_line_earns_nothing(over, ratna, sari):
    rule = actions.set_certificate_rule(over, by=ratna.user, percent=80)
    scan = over.scans.filter(registration__person=sari).latest("pk")
    actions.annul_scan(scan, "Salah orang", by=ratna.user)
    assert actions.issue_certificates(rule, by=ratna.user) == 0


@pytest.fixture
def certificate(over, ratna):
    rule = actions.set_certificate_rule(over, by=ratna.user, percent=80)
    actions.issue_certificates(rule, by=ratna.user)
    return Certificate.objects.select_related("hub").get()


def test_anybody_can_check_one(certificate, enter, office):
    checked = certificates.certificate_at(office, certificate.serial.lower())
    assert (checked.state, checked.holder) == ("valid", "Sari Wulandari")
    text = enter().get(f"/c/{certificate.serial}/").content.decode()
    assert "Sari Wulandari" in text
    assert "sari@demo.example" not in text
    assert enter().get("/c/CE-2222-2222/").status_code == 404
    answer = enter().get(f"/api/v1/certificates/{certificate.serial}").json()
    assert (answer["state"], answer["title"]) == ("valid", "Kelas Batik Cap")
    paper = enter().get(f"/c/{certificate.serial}/certificate.pdf")
    assert paper["Content-Type"] == "application/pdf"


def test_a_forged_row_is_not_ours(certificate, office):
    Certificate.objects.update(title="Doktor Batik")
    with pytest.raises(NotFound):
        certificates.certificate_at(office, certificate.serial)


def test_another_offices_certificate_is_unknown_here(certificate, twin_office):
    with pytest.raises(NotFound):
        certificates.certificate_at(twin_office, certificate.serial)


def test_revoking_says_why_and_is_for_good(certificate, office, ratna, sari):
    with pytest.raises(Forbidden):
        actions.revoke_certificate(certificate, "Salah", by=sari.user)
    with pytest.raises(Invalid):
        actions.revoke_certificate(certificate, " ", by=ratna.user)
    actions.revoke_certificate(certificate, "Salah cetak", by=ratna.user)
    assert certificates.certificate_at(office, certificate.serial).state == "revoked"
    with pytest.raises(Refused) as no:
        actions.revoke_certificate(certificate, "Lagi", by=ratna.user)
    assert no.value.code == "already_revoked"


def test_what_was_revoked_comes_back_only_by_a_decision(certificate, over, office, ratna, sari, enter):
    actions.revoke_certificate(certificate, "Absennya keliru", by=ratna.user)
    rule = over.certificate_rule
    assert actions.issue_certificates(rule, by=ratna.user) == 0
    page = f"/events/{over.slug}/manage/certificates/"
    shown = enter(ratna).get(page).content.decode()
    assert certificate.serial in shown and "Absennya keliru" in shown
    assert "Terbitkan 1 sertifikat" not in shown
    new = actions.reissue_certificate(certificate, "", by=ratna.user)
    assert (new.replaces, certificates.certificate_at(office, new.serial).state) == (certificate, "valid")
    with pytest.raises(Refused) as no:
        actions.reissue_certificate(certificate, "", by=ratna.user)
    assert no.value.code == "already_revoked"
    assert new.serial in enter(ratna).get(page).content.decode()


def test_a_series_gives_its_certificates_when_all_of_it_was_held(event, sari, bagus, ratna):
    (second,) = actions.repeat_event(event, [event.start + dt.timedelta(days=7)], by=ratna.user)
    event.refresh_from_db()
    rule = actions.set_certificate_rule(event.series, by=ratna.user, percent=80)
    with clock.set_to(at(20, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        with pytest.raises(Refused) as no:
            actions.issue_certificates(rule, by=ratna.user)
        assert no.value.code == "not_over"
    actions.publish_event(second, by=ratna.user)
    with clock.set_to(at(20, TUESDAY + dt.timedelta(days=7))):
        actions.finish_events(by=SYSTEM)
        told = {one.person: (one.earned.of, one.earned.percent) for one in certificates.earners(rule)}
        assert told == {sari: (4, 50), bagus: (4, 25)}
        assert actions.issue_certificates(rule, by=ratna.user) == 0


def test_issued_again_carries_the_name_of_now_and_its_history(certificate, office, ratna, sari):
    sari.name = "Sari Wulandari, S.Sn."
    sari.save()
    new = actions.reissue_certificate(certificate, "Gelar ditambahkan", by=ratna.user)
    assert certificates.certificate_at(office, certificate.serial).state == "revoked"
    assert (new.replaces, certificates.certificate_at(office, new.serial).holder) == (certificate, sari.name)


def test_the_page_issues_the_rest_in_the_background(over, enter, ratna, sari):
    page, address = enter(ratna), f"/events/{over.slug}/manage/certificates/"
    assert page.post(address, {"percent": "50", "signer": "Ratna"}).status_code == 302
    assert page.post(f"{address}issue/").status_code == 302
    run_tasks()
    assert Certificate.objects.count() == 2
    assert "2/2" in page.get(address).content.decode()
    certificate = Certificate.objects.get(holder=sari)
    page.post(f"{address}{certificate.serial}/", {"reason": "Salah"})
    certificate.refresh_from_db()
    assert certificate.revoked_at is not None
