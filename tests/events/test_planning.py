"""From a community's idea to a published event; spaces that move along or refuse."""

import datetime as dt

import pytest

from heterospace.bookings.actions import book_space
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.events import actions
from heterospace.events.models import Event
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class, seats

DAY = dt.timedelta(days=1)


@pytest.fixture
def draft(semarang, wulan, kawan_usaha):
    """Wulan's community plans a meeting."""
    return actions.plan_event(
        semarang,
        by=wulan.user,
        title="Temu Kawan Usaha",
        start=at(13, TUESDAY),
        end=at(16, TUESDAY),
        capacity=40,
        hosts=[kawan_usaha],
    )


def test_a_community_proposes_and_the_hub_publishes(draft, wulan, ratna, sari):
    with pytest.raises(Forbidden):
        actions.publish_event(draft, by=wulan.user)
    actions.submit_event(draft, by=wulan.user)
    assert Message.objects.filter(kind="event_submitted", addressee=ratna.pk).exists()
    with pytest.raises(Forbidden):
        actions.publish_event(draft, by=sari.user)
    published = actions.publish_event(draft, by=ratna.user)
    assert (published.state, published.published_at) == ("published", clock.now())
    assert Message.objects.filter(kind="event_published", addressee=wulan.pk).exists()


def test_the_hub_sends_a_draft_back_saying_what_is_missing(draft, wulan, ratna):
    actions.submit_event(draft, by=wulan.user)
    with pytest.raises(Invalid):
        actions.return_event(draft, "", by=ratna.user)
    back = actions.return_event(draft, "Tuliskan siapa pembicaranya.", by=ratna.user)
    assert (back.state, back.state_note) == ("draft", "Tuliskan siapa pembicaranya.")


def test_only_members_of_an_organisation_and_the_hub_propose(semarang, bagus, wulan, kawan_usaha, batik):
    wish = {"title": "Acara", "start": at(13, TUESDAY), "end": at(14, TUESDAY)}
    with pytest.raises(Forbidden):
        actions.plan_event(semarang, by=bagus.user, **wish)
    with pytest.raises(Forbidden) as no:
        actions.plan_event(semarang, by=wulan.user, hosts=[batik], **wish)
    assert no.value.code == "not_your_organisation"


def test_titles_times_and_seats_are_checked(semarang, ratna):
    good = {"title": "Acara", "start": at(13, TUESDAY), "end": at(14, TUESDAY), "capacity": 5}
    for wrong, code in (
        ({"title": "  "}, "no_title"),
        ({"end": at(12, TUESDAY)}, "end_before_start"),
        ({"end": at(13, TUESDAY) + 32 * DAY}, "too_long"),
        ({"capacity": 0}, "capacity"),
        ({"mode": "telepati"}, "no_mode"),
        ({"capacity": {"online": 5}}, "capacity"),
        ({"title": "A" * 161}, "too_long"),
    ):
        with pytest.raises(Invalid) as no:
            actions.plan_event(semarang, by=ratna.user, **(good | wrong))
        assert no.value.code == code, wrong
    assert not Event.objects.exists()


def test_two_events_with_one_title_have_two_addresses(semarang):
    assert [batik_class(semarang).slug, batik_class(semarang).slug] == [
        "kelas-batik-cap",
        "kelas-batik-cap-2",
    ]


def test_a_session_books_its_space_and_a_clash_refuses(draft, wulan, bagus, gatra, ratna):
    session = draft.sessions.get()
    session = actions.change_session(session, by=wulan.user, space=gatra)
    booking = session.booking
    assert (booking.space, booking.start, booking.organisation.name) == (
        gatra,
        at(13, TUESDAY),
        "Komunitas Kawan Usaha",
    )
    assert booking.release_at is None  # an event's space is not given away because nobody checked it in
    other = batik_class(gatra.hub, publish=False, title="Acara lain")
    with pytest.raises(Refused) as no:
        actions.change_session(other.sessions.get(), by=ratna.user, space=gatra)
    assert no.value.code == "clash"


def test_moving_the_event_moves_its_spaces_or_nothing(draft, wulan, bagus, gatra):
    first = actions.change_session(draft.sessions.get(), by=wulan.user, space=gatra)
    second = actions.add_session(
        draft, at(16, TUESDAY), at(18, TUESDAY), by=wulan.user, title="Lanjutan", space=gatra
    )
    draft.refresh_from_db()
    assert draft.end == at(18, TUESDAY)
    moved = actions.move_event(
        draft, at(14, TUESDAY), by=wulan.user
    )  # onto its own second session's old time
    for session in (first, second):
        session.refresh_from_db()
        session.booking.refresh_from_db()
    assert (moved.start, first.booking.start, second.booking.start) == (
        at(14, TUESDAY),
        at(14, TUESDAY),
        at(17, TUESDAY),
    )
    book_space(
        gatra,
        at(10, TUESDAY + DAY),
        at(17, TUESDAY + DAY),
        purpose="Rapat",
        people=5,
        by=SYSTEM,
        person=bagus,
    )
    with pytest.raises(Refused) as no:
        actions.move_event(draft, at(14, TUESDAY + DAY), by=wulan.user)
    assert no.value.code == "clash"
    draft.refresh_from_db()
    first.booking.refresh_from_db()
    assert (draft.start, first.booking.start) == (at(14, TUESDAY), at(14, TUESDAY))


def test_those_who_have_a_seat_are_told_of_another_time(semarang, sari, ratna):
    event = batik_class(semarang)
    actions.register(event, by=sari.user)
    actions.move_event(event, at(9, TUESDAY + DAY), by=ratna.user)
    told = Message.objects.get(kind="event_moved")
    assert (told.addressee, told.context["start"][:10]) == (sari.pk, str(TUESDAY + DAY))


def test_calling_off_gives_the_space_back(draft, wulan, gatra):
    session = actions.change_session(draft.sessions.get(), by=wulan.user, space=gatra)
    actions.cancel_event(draft, "Panitia mundur.", by=wulan.user)
    session.booking.refresh_from_db()
    assert session.booking.state == "cancelled"


def test_a_series_from_a_template_copies_what_is_planned_not_who_comes(draft, wulan, sari, ratna):
    draft = actions.publish_event(draft, by=ratna.user)
    actions.register(draft, by=sari.user)
    actions.set_speakers(draft.sessions.get(), [{"name": "Bu Ninik", "role": "Perajin"}], by=wulan.user)
    copies = actions.repeat_event(draft, [draft.start + 7 * DAY, draft.start + 14 * DAY], by=wulan.user)
    assert [one.start for one in copies] == [draft.start + 7 * DAY, draft.start + 14 * DAY]
    for copy in copies:
        assert (copy.state, seats(copy).capacity, seats(copy).taken) == ("draft", 40, 0)
        assert copy.sessions.get().speakers.get().name == "Bu Ninik"
        assert copy.parties.get().organisation.name == "Komunitas Kawan Usaha"
    draft.refresh_from_db()
    assert {one.series for one in copies} == {draft.series}


def test_time_makes_an_event_done_and_only_then_it_is_reported(semarang, ratna):
    event = batik_class(semarang)
    with pytest.raises(Refused):
        actions.report_event(event, by=ratna.user)
    with clock.set_to(at(17, TUESDAY)):
        assert actions.finish_events(by=SYSTEM) == 1
        assert actions.finish_events(by=SYSTEM) == 0
        assert actions.report_event(event, by=ratna.user).state == "reported"


def test_the_past_is_not_published(semarang, ratna):
    event = batik_class(semarang, publish=False)
    with clock.set_to(at(17, TUESDAY)), pytest.raises(Refused) as no:
        actions.publish_event(event, by=ratna.user)
    assert no.value.code == "past"


def test_seats_are_kept_only_with_a_reason_and_only_free_ones(semarang, ratna):
    event = batik_class(semarang, capacity=5)
    for wrong, code in (
        ({"reason": " "}, "no_reason"),
        ({"count": 0}, "count"),
        ({"group": "region"}, "region"),
    ):
        wish = {"group": "women", "count": 1, "reason": "Supaya seimbang."} | wrong
        with pytest.raises(Invalid) as no:
            actions.keep_seats(seats(event), by=ratna.user, **wish)
        assert no.value.code == code
    with pytest.raises(Refused) as no:
        actions.keep_seats(seats(event), "women", 6, "Supaya seimbang.", by=ratna.user)
    assert no.value.code == "seats_taken"
