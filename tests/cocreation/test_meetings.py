"""A meeting from its call to approved minutes; and how coming to it becomes an act without anybody writing it down."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from heterospace.cocreation import actions, meetings, minutes_paper
from heterospace.cocreation.enums import MEETING_MOVES, MeetingState
from heterospace.cocreation.models import Act, Meeting, MinutesApproval
from heterospace.cocreation.timeline import sentence
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.pdf import typeset
from heterospace.core.refusals import Forbidden, Invalid, NotFound, Refused
from heterospace.events import actions as events
from heterospace.events.enums import Source
from heterospace.events.models import Scan
from heterospace.members import actions as members
from heterospace.members.models import Affiliation
from tests.bookings.wishes import TUESDAY, at
from tests.cast import TWIN_HOST
from tests.cocreation.houses import begin, go_to, take_part
from tests.counting import grows_by
from tests.events.houses import batik_class
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db
POINTS = [actions.Point("Pembukaan"), actions.Point("Jadwal kelas", sector="community")]


def call(initiative, parties, **more):
    facts = {"title": "Rembug bersama", "start": at(13, TUESDAY), "end": at(16, TUESDAY), "agenda": POINTS}
    return actions.call_meeting(initiative, by=parties["kampus"].user, **{**facts, **more})


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("addressee", flat=True))


def register(meeting, who, *, organisation="own", **more):
    wish = more.pop("wish", events.PLAIN)
    organisation = who.organisation if organisation == "own" else organisation
    return events.register(meeting.event, wish, by=who.user, organisation=organisation, **more)


def scan(meeting, registration, direction="in", nonce=None, hour=13):
    shown = events.Shown(
        registration.reference,
        meeting.event.slug,
        at(hour, TUESDAY),
        nonce or f"{direction}-{registration.pk}-{Scan.objects.count()}",
        direction=direction,
    )
    (judged,) = events.check_in([shown], by=SYSTEM)
    return judged.scan


def came(meeting, *who):
    """They register and are let in."""
    return [scan(meeting, register(meeting, one)) for one in who]


def attended(initiative):
    rows = Act.objects.filter(initiative=initiative, kind="attended", annulment=None).order_by("pk")
    return [
        (row.person.name, row.organisation.name if row.organisation else None, row.channel) for row in rows
    ]


@pytest.fixture
def meeting(initiative, parties) -> Meeting:
    return call(initiative, parties)


def later(hours=0.0):
    return clock.set_to(at(13 + hours, TUESDAY))


# calling


def test_a_meeting_is_a_public_event_to_which_all_who_took_part_are_invited(initiative, parties, rembug_1):
    take_part(initiative, [parties["bank"], parties["batik"]])
    meeting = call(initiative, parties, space=rembug_1)
    event = meeting.event
    assert (event.state, event.admission) == ("published", "open")
    assert {one.organisation.name for one in event.parties.all()} == {"Pihak Kawan", "Pihak Kampus"}
    assert event.sessions.get().booking.space == rembug_1
    assert [(one.title, one.sector) for one in meeting.items.all()] == [
        ("Pembukaan", ""),
        ("Jadwal kelas", "community"),
    ]
    invited = {one.person for one in meeting.invites.all()}
    assert invited == {parties["bank"].person, parties["batik"].person}
    assert told("cocreation_invited") == {one.pk for one in invited}
    with override("en"):
        assert sentence(initiative.steps.get(kind="meeting")) == "A meeting is called: Rembug bersama."


def test_only_who_guides_calls_one_and_only_in_an_open_stage(initiative, parties, ratna, dimas, semarang):
    for person in (parties["bank"].person, dimas):
        with pytest.raises(Forbidden):
            actions.call_meeting(
                initiative, by=person.user, title="Rapat", start=at(13, TUESDAY), end=at(14, TUESDAY)
            )
    actions.call_meeting(initiative, by=ratna.user, title="Rapat", start=at(13, TUESDAY), end=at(14, TUESDAY))
    go_to(initiative, "design")
    actions.close_stage(initiative.stages.get(kind="design"), "Rancangan.", by=SYSTEM)
    with pytest.raises(Refused) as between:
        call(initiative, parties)
    assert between.value.code == "no_open_stage"


def test_what_cannot_be_is_said_before_anybody_is_invited(initiative, parties, semarang, rembug_1):
    take_part(initiative, [parties["bank"]])
    other = begin(semarang, parties, title="Lain")
    foreign = actions.make_proposal(other, by=parties["bank"].user, title="Lain", text="Lain.")
    call(initiative, parties, space=rembug_1)
    for facts, error, code in (
        ({"title": " "}, Invalid, "no_title"),
        ({"end": at(12, TUESDAY)}, Invalid, "end_before_start"),
        (
            {"start": at(8, TUESDAY - dt.timedelta(days=7)), "end": at(9, TUESDAY - dt.timedelta(days=7))},
            Refused,
            "past",
        ),
        ({"agenda": [actions.Point("x", sector="nobody")]}, Invalid, "point"),
        ({"agenda": [actions.Point("x", proposal=foreign)]}, Invalid, "point"),
        ({"agenda": [actions.Point("x")] * 31}, Invalid, "point"),
        ({"space": rembug_1}, Refused, "clash"),
    ):
        with pytest.raises(error) as refused:
            call(initiative, parties, **facts)
        assert refused.value.code == code
    assert Meeting.objects.count() == 1
    assert Message.objects.filter(kind="cocreation_invited").count() == 1


def test_the_agenda_changes_until_it_begins(meeting, parties):
    actions.set_agenda(meeting, [actions.Point("Hanya ini")], by=parties["kawan"].user)
    assert [one.title for one in meeting.items.all()] == ["Hanya ini"]
    with pytest.raises(Forbidden):
        actions.set_agenda(meeting, POINTS, by=parties["bank"].user)
    with later(), pytest.raises(Refused) as late:
        actions.set_agenda(meeting, POINTS, by=parties["kawan"].user)
    assert late.value.code == "begun"


def test_who_says_yes_to_the_invitation_is_registered(initiative, parties):
    take_part(initiative, [parties["bank"]])
    meeting = call(initiative, parties)
    actions.answer_invite(meeting.invites.get(), "yes", by=SYSTEM)
    assert meeting.event.registrations.get().organisation == parties["bank"].organisation


# coming is an act


def test_being_let_in_is_an_act_of_the_stage_under_the_registered_hat(meeting, initiative, parties):
    with later():
        came(meeting, parties["bank"])
    assert attended(initiative) == [("Bayu Bank", "Pihak Bank", "meeting")]
    act = Act.objects.get()
    assert (act.source, act.at, act.stage.kind) == (
        f"meeting:{meeting.event.reference}",
        at(13, TUESDAY),
        "frame",
    )
    assert initiative.followings.filter(person=parties["bank"].person).exists()


def test_going_out_and_in_again_is_one_act(meeting, initiative, parties):
    with later():
        registration = register(meeting, parties["bank"])
        for direction in ("in", "out", "in", "out", "in"):
            scan(meeting, registration, direction)
        scan(meeting, registration)  # in already: refused
    assert len(attended(initiative)) == 1


@pytest.mark.parametrize(
    ("registered", "last", "hats", "expected"),
    [
        # registered for, hat of the latest act, confirmed in now -> hat of the act
        ("bank", "kawan", ("bank", "kawan"), "bank"),
        ("bank", "kawan", ("kawan", "batik"), "kawan"),  # left the bank since
        ("bank", "kawan", ("batik",), "batik"),  # left both: her only one
        (None, "kawan", ("kawan", "bank"), "kawan"),
        (None, "kawan", ("bank", "batik"), None),  # several, none of them known here
        (None, "", ("bank", "batik"), None),  # acted in her own name last
        (None, None, ("bank",), "bank"),
        (None, None, ("bank", "batik"), None),
        (None, None, (), None),
    ],
)
def test_the_hat_at_the_door(meeting, initiative, parties, sari, registered, last, hats, expected):
    everywhere = ("bank", "kawan", "batik")
    for key in everywhere:
        asked = members.ask_affiliation(parties[key].organisation, by=sari.user, role="member")
        members.decide_affiliation(asked, True, by=parties[key].user)
    if last is not None:
        organisation = parties[last].organisation if last else None
        actions.record_act(
            initiative, sari, "commented", by=SYSTEM, source="catatan", organisation=organisation
        )
    organisation = parties[registered].organisation if registered else None
    registration = events.register(meeting.event, by=sari.user, organisation=organisation)
    for row in Affiliation.objects.filter(person=sari):
        if row.organisation not in [parties[key].organisation for key in hats]:
            members.end_affiliation(row, by=SYSTEM)
    with later():
        scan(meeting, registration)
    act = Act.objects.get(kind="attended")
    assert act.organisation == (parties[expected].organisation if expected else None)
    assert act.sector == (parties[expected].organisation.sector if expected else "")


def test_marked_by_hand_and_from_a_list_count_as_well(meeting, initiative, parties, ratna):
    first, second = register(meeting, parties["bank"]), register(meeting, parties["batik"])
    with later(3):
        events.mark_present(meeting.event, [first], by=ratna.user, note="Daftar hadir")
        stay = events.Stay(second, at(13, TUESDAY), at(14, TUESDAY), "baris-2")
        events.record_stays(meeting.event, [stay], Source.IMPORT, by=ratna.user)
        events.record_stays(meeting.event, [stay], Source.IMPORT, by=ratna.user)
    assert [name for name, _organisation, _channel in attended(initiative)] == ["Bayu Bank", "Sinta Batik"]


def test_somebody_who_walks_in_is_there_in_her_own_name(meeting, initiative):
    with later():
        shown = events.Shown("", meeting.event.slug, at(13, TUESDAY), "jalan-masuk")
        events.walk_in(meeting.event, shown, by=SYSTEM, name="Mbok Nah", whatsapp="081299990000")
    assert attended(initiative) == [("Mbok Nah", None, "meeting")]


def test_online_counts_when_the_minutes_the_event_asks_for_are_reached(initiative, parties):
    meeting = call(initiative, parties, mode="online")
    events.change_event(meeting.event, by=SYSTEM, online_minutes=30)
    meeting.event.refresh_from_db()
    registration = register(meeting, parties["bank"])

    def stay(start, minutes):
        begin_at = at(13 + start / 60, TUESDAY)
        row = events.Stay(
            registration, begin_at, begin_at + dt.timedelta(minutes=minutes), f"kunjungan-{start}"
        )
        events.record_stays(meeting.event, [row], Source.ONLINE, by=SYSTEM)

    with later(2):
        stay(0, 20)
        assert attended(initiative) == []
        stay(40, 12)
    assert attended(initiative) == [("Bayu Bank", "Pihak Bank", "online")]
    with later(3):
        stay(80, 20)
    assert len(attended(initiative)) == 1


def test_a_visit_online_becomes_an_act_when_it_is_closed(initiative, parties):
    meeting = call(initiative, parties, mode="online")
    registration = register(meeting, parties["bank"])
    with later():
        events.open_visit(registration, by=SYSTEM)
    with later(0.05):
        events.ping_visit(registration, by=SYSTEM)
    for minute in range(6, 45, 4):
        with later(minute / 60):
            events.ping_visit(registration, by=SYSTEM)
    with later(0.75):
        events.close_visit(registration, by=SYSTEM)
    assert attended(initiative) == [("Bayu Bank", "Pihak Bank", "online")]


def test_a_wrong_scan_annulled_annuls_the_act_and_a_right_one_brings_it_back(
    meeting, initiative, parties, ratna
):
    with later():
        registration = register(meeting, parties["bank"])
        first = scan(meeting, registration)
        scan(meeting, registration, "out")
        second = scan(meeting, registration)
        events.annul_scan(first, "Salah orang.", by=ratna.user)
        assert len(attended(initiative)) == 1  # the second coming still says so
        events.annul_scan(second, "Salah orang juga.", by=ratna.user)
        assert attended(initiative) == []
        assert Act.objects.get().annulment.reason
        again = scan(meeting, registration, "in")
        assert again.outcome == "in"
    assert attended(initiative) == [("Bayu Bank", "Pihak Bank", "meeting")]
    assert list(Act.objects.order_by("pk").values_list("source", flat=True)) == [
        meeting.source,
        f"{meeting.source}#2",
    ]
    assert meetings.act_of(meeting, parties["bank"].person) is not None


def test_what_is_refused_at_the_door_is_no_act(meeting, initiative, parties, semarang):
    other = batik_class(semarang)
    registration = register(meeting, parties["bank"])
    elsewhere = events.register(other, by=parties["batik"].user)
    with later():
        events.cancel_registration(registration, by=SYSTEM)
        assert scan(meeting, registration).outcome == "cancelled"
        shown = events.Shown(elsewhere.reference, meeting.event.slug, at(13, TUESDAY), "salah-pintu")
        events.check_in([shown], by=SYSTEM)
    assert attended(initiative) == []


def test_an_event_that_is_no_meeting_makes_no_acts_and_costs_the_door_one_query(semarang, parties):
    event = batik_class(semarang, capacity=None)
    rows = [events.register(event, by=one.user) for one in parties.values()]
    shown = [events.Shown(row.reference, event.slug, at(13, TUESDAY), f"pintu-{row.pk}") for row in rows]
    with later(), CaptureQueriesContext(connection) as caught:
        events.check_in(shown, by=SYSTEM)
    assert Act.objects.count() == 0
    asked = [query["sql"] for query in caught.captured_queries if "cocreation" in query["sql"]]
    assert len(asked) == 1


def test_a_whole_bus_at_once_asks_no_more_than_one(meeting, parties):
    people = list(parties.values())
    rows = [register(meeting, one) for one in people]
    counts = []
    for batch in (rows[:1], rows[1:]):
        shown = [
            events.Shown(row.reference, meeting.event.slug, at(13, TUESDAY), f"bus-{row.pk}") for row in batch
        ]
        with later(), CaptureQueriesContext(connection) as caught:
            events.check_in(shown, by=SYSTEM)
        counts.append(len(caught.captured_queries))
    assert counts[0] == counts[1]
    assert Act.objects.filter(kind="attended").count() == len(people)


# minutes


def written(meeting, parties, words="Kita sepakat soal jadwal.", **more):
    return actions.write_minutes(meeting, words, by=parties["kawan"].user, **more)


def test_minutes_are_told_to_all_who_were_invited_or_there(initiative, parties):
    take_part(initiative, [parties["dinas"]])
    meeting = call(initiative, parties)
    with pytest.raises(Refused) as early:
        written(meeting, parties)
    assert early.value.code == "not_begun"
    with later(2):
        came(meeting, parties["bank"])
        with pytest.raises(Forbidden):
            actions.write_minutes(meeting, "Baik.", by=parties["bank"].user)
        with pytest.raises(Invalid):
            written(meeting, parties, " ")
        point = meeting.items.first()
        made = written(
            meeting,
            parties,
            points={point.pk: "Dibuka pukul satu."},
            more=[actions.Said("Parkir", "Di halaman.")],
        )
    assert made.state == "minuted"
    assert [(one.title, one.minutes) for one in made.items.all()] == [
        ("Pembukaan", "Dibuka pukul satu."),
        ("Jadwal kelas", ""),
        ("Parkir", "Di halaman."),
    ]
    assert told("minutes_written") == {parties["dinas"].person.pk, parties["bank"].person.pk}


def test_two_sectors_who_were_there_approve_and_then_they_are_fixed(meeting, initiative, parties):
    with later(2):
        came(meeting, parties["kawan"], parties["pegiat"], parties["bank"])
        with pytest.raises(Refused) as nothing:
            actions.approve_minutes(meeting, by=parties["bank"].user)
        assert nothing.value.code == "not_minuted"
        written(meeting, parties)
        with pytest.raises(Forbidden):
            actions.approve_minutes(meeting, by=parties["dinas"].user)  # was not there
        assert actions.approve_minutes(meeting, by=parties["kawan"].user).state == "minuted"
        assert (
            actions.approve_minutes(meeting, by=parties["kawan"].user).state == "minuted"
        )  # once more is once
        assert (
            actions.approve_minutes(meeting, by=parties["pegiat"].user).state == "minuted"
        )  # the same sector
        fixed = actions.approve_minutes(meeting, by=parties["bank"].user)
        assert fixed.is_approved
        for act in (
            lambda: written(meeting, parties, "Lain."),
            lambda: actions.approve_minutes(meeting, by=parties["kawan"].user),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == "approved"
    with override("en"):
        said = [sentence(step) for step in initiative.steps.filter(kind="minutes").order_by("pk")]
    assert said[0] == "Minutes of “Rembug bersama” can be read."
    assert said[1].startswith("Minutes of “Rembug bersama” are approved")


def test_people_in_their_own_name_approve_but_are_no_sector(meeting, parties, sari):
    with later(2):
        came(meeting, parties["bank"])
        scan(meeting, events.register(meeting.event, by=sari.user))
        written(meeting, parties)
        actions.approve_minutes(meeting, by=sari.user)
        assert actions.approve_minutes(meeting, by=parties["bank"].user).state == "minuted"


def test_a_change_takes_back_what_was_approved_and_asks_again(meeting, parties):
    with later(2):
        came(meeting, parties["kawan"], parties["bank"])
        written(meeting, parties)
        actions.approve_minutes(meeting, by=parties["bank"].user)
        written(meeting, parties)  # the same words
        assert MinutesApproval.objects.count() == 1
        written(meeting, parties, points={meeting.items.last().pk: "Selasa."})
        assert MinutesApproval.objects.count() == 0
        assert told("minutes_changed") == {parties["bank"].person.pk}
        actions.approve_minutes(meeting, by=parties["kawan"].user)
        assert actions.approve_minutes(meeting, by=parties["bank"].user).is_approved


def test_minutes_name_what_they_led_to_of_the_same_initiative(meeting, initiative, parties, semarang):
    own = initiative.commitments.create(
        office=initiative.office,
        reference="JJ-2222-3333",
        what="Mentor",
        owner=parties["kampus"].organisation,
        sector="campus",
        for_whom="peserta",
        due=TUESDAY,
        first_due=TUESDAY,
    )
    other = begin(semarang, parties, title="Lain")
    with later(2):
        came(meeting, parties["bank"])
        made = written(meeting, parties, commitments=[own])
        assert list(made.commitments.all()) == [own]
        own.initiative = other
        with pytest.raises(Invalid) as foreign:
            written(meeting, parties, commitments=[own])
        assert foreign.value.code == "other_initiative"


def test_a_meeting_held_in_the_next_stage_is_an_act_and_an_invitation_of_that_stage(initiative, parties):
    take_part(initiative, [parties["bank"], parties["kawan"]])
    meeting = call(initiative, parties)
    go_to(initiative, "design")
    meeting.refresh_from_db()
    came(meeting, parties["bank"])
    act = Act.objects.get(source=meeting.source)
    assert (act.stage.kind, meeting.stage.kind) == ("design", "design")
    assert {one.stage.kind for one in initiative.invites.filter(meeting=meeting)} == {"design"}
    assert actions.invite_again(meeting.stage, by=SYSTEM) == 0  # nobody twice


def test_a_meeting_called_off_has_no_minutes(meeting, parties):
    events.cancel_event(meeting.event, "Banjir.", by=SYSTEM)
    with later(2), pytest.raises(Refused) as off:
        written(meeting, parties)
    assert off.value.code == "called_off"


def test_the_table_of_states_is_whole():
    assert set(MEETING_MOVES) == set(MeetingState)


# pages


@pytest.fixture
def address(initiative):
    return f"/initiatives/{initiative.slug}/meetings/"


def test_a_steward_calls_one_on_the_page(initiative, parties, address, enter):
    proposal = actions.make_proposal(
        initiative, by=parties["bank"].user, title="Modal awal", text="Bergulir."
    )
    browser = enter(parties["kampus"].person)
    assert "point-TOTAL_FORMS" in browser.get(f"{address}call/").content.decode()
    sent = {
        "title": "Rembug bersama",
        "date": TUESDAY.isoformat(),
        "start": "13:00",
        "end": "16:00",
        "mode": "onsite",
        "point-TOTAL_FORMS": "3",
        "point-INITIAL_FORMS": "0",
        "point-0-title": "Pembukaan",
        "point-0-sector": "campus",
        "point-1-proposal": proposal.pk,
        "point-2-title": "",
    }
    response = browser.post(f"{address}call/", sent)
    meeting = Meeting.objects.get()
    assert response.url == f"{address}{meeting.pk}/"
    assert [(one.title, one.proposal) for one in meeting.items.all()] == [
        ("Pembukaan", None),
        ("Modal awal", proposal),
    ]
    assert enter(parties["bank"].person).get(f"{address}call/").status_code == 404
    sent |= {"point-0-title": "Lain sama sekali", "point-INITIAL_FORMS": "2"}
    browser.post(f"{response.url}agenda/", sent)
    assert meeting.items.first().title == "Lain sama sekali"


def test_minutes_are_written_and_approved_on_the_page(meeting, parties, address, enter):
    page = f"{address}{meeting.pk}/"
    with later(2):
        came(meeting, parties["kawan"], parties["bank"])
        guide, bank = enter(parties["kawan"].person), enter(parties["bank"].person)
        point = meeting.items.last()
        sent = {
            "minutes": "Kita sepakat.",
            f"point_{point.pk}": "Selasa malam.",
            "more_0": "Parkir",
            "said_0": "Sempit.",
        }
        assert guide.post(f"{page}minutes/", sent).url == page
        shown = text(enter().get(page))
        for words in ("Kita sepakat.", "Selasa malam.", "Parkir", "Sempit."):
            assert words in shown
        assert 'value="approve"' in bank.get(page).content.decode()
        assert 'value="approve"' not in enter(parties["dinas"].person).get(page).content.decode()
        for browser in (bank, guide):
            browser.post(page, {"act": "approve"})
        meeting.refresh_from_db()
        assert meeting.is_approved
        assert 'name="minutes"' not in guide.get(f"{page}minutes/").content.decode()


def test_names_are_read_by_those_who_were_there_and_who_guides_it(
    meeting, parties, address, ratna, dimas, enter
):
    with later(2):
        came(meeting, parties["bank"], parties["batik"])
        page = f"{address}{meeting.pk}/"
        for person, sees in (
            (None, False),
            (parties["dinas"].person, False),
            (dimas, False),
            (parties["batik"].person, True),
            (parties["kampus"].person, True),
            (ratna, True),
        ):
            shown = text(enter(person).get(page))
            assert "Pihak Bank" in shown
            assert ("Bayu Bank" in shown) == sees, person


def test_the_minutes_are_a_sheet_of_paper_too(meeting, parties, address, enter, monkeypatch):
    page = f"{address}{meeting.pk}/minutes.pdf"
    assert enter().get(page).status_code == 404
    told = []
    monkeypatch.setattr(
        minutes_paper, "typeset", lambda template, data: told.append(data) or typeset(template, data)
    )
    with later(2):
        came(meeting, parties["bank"], parties["kawan"])
        written(meeting, parties, "Kita sepakat.\n\nBegitu.", points={meeting.items.last().pk: "Selasa."})
        for person in (None, parties["bank"].person):
            response = enter(person).get(page)
            assert response["Content-Type"] == "application/pdf"
            assert response.content.startswith(b"%PDF")
    assert "Bayu Bank" not in str(told[0])
    assert "Bayu Bank" in str(told[1])
    assert "Pihak Bank" in str(told[0])


def test_the_list_asks_the_same_however_many_meetings(initiative, parties, address, enter):
    def grow(n):
        made = call(initiative, parties, title=f"Rembug {n}")
        with later():
            came(made, parties["bank"])

    grows_by(enter(), address, grow, (1, 3, 8))
    assert "1 organi" in text(enter().get(address))


def test_a_meeting_s_page_asks_the_same_however_many_come(meeting, parties, address, enter):
    keys = list(parties)

    def grow(n):
        with later():
            came(meeting, parties[keys[n - 1]])

    grows_by(enter(parties["kampus"].person), f"{address}{meeting.pk}/", grow, (1, 3, 7))


def test_the_event_s_page_says_what_it_is_a_meeting_of(meeting, initiative, semarang, enter):
    shown = text(enter().get(f"/events/{meeting.event.slug}/"))
    assert initiative.title in shown
    assert "Jadwal kelas" in shown
    assert initiative.title not in text(enter().get(f"/events/{batik_class(semarang).slug}/"))


def test_a_twin_office_finds_nothing(meeting, address, twin_sari, enter):
    browser = enter(twin_sari)
    for page in (address, f"{address}{meeting.pk}/", f"{address}call/"):
        assert browser.get(page, HTTP_HOST=TWIN_HOST).status_code == 404
    with pytest.raises(NotFound):
        meetings.meeting_at(meeting.initiative, meeting.pk + 1)


def test_the_messages_can_be_read(initiative, parties):
    take_part(initiative, [parties["bank"]])
    meeting = call(initiative, parties)
    with later(2):
        came(meeting, parties["bank"])
        written(meeting, parties)
        actions.approve_minutes(meeting, by=parties["bank"].user)
        written(meeting, parties, "Ralat.")
    run_tasks()
    for kind in ("minutes_written", "minutes_changed"):
        message = Message.objects.get(kind=kind, addressee=parties["bank"].person.pk)
        assert f"/initiatives/{initiative.slug}/meetings/{meeting.pk}/" in message.body
