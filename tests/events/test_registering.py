"""Coming to an event: a seat, a place on the waiting list, an offer, the other way of taking part."""

import datetime as dt

import pytest

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.events import actions, queries
from heterospace.events.actions.holding import link_of
from heterospace.events.models import Registration
from heterospace.members import actions as members
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class, seats, stranger, wrongs


def test_bu_sari_gets_a_seat_and_is_told(semarang, sari):
    event = batik_class(semarang)
    hers = actions.register(event, by=sari.user)
    assert (hers.state, hers.person, seats(event).taken) == ("confirmed", sari, 1)
    message = Message.objects.get(kind="registration_confirmed")
    assert message.addressee == sari.pk
    assert message.context["link"].startswith("/r/")


def test_a_second_registration_is_refused_and_names_the_first(semarang, sari):
    event = batik_class(semarang)
    hers = actions.register(event, by=sari.user)
    with pytest.raises(Refused) as no:
        actions.register(event, by=sari.user)
    assert (no.value.code, no.value.extra["reference"]) == ("already_registered", hers.reference)
    assert seats(event).taken == 1


def test_a_full_event_gives_places_on_the_waiting_list_in_order(semarang, sari, bagus, wulan):
    event = batik_class(semarang, capacity=1)
    actions.register(event, by=sari.user)
    second = actions.register(event, by=bagus.user)
    third = actions.register(event, by=wulan.user)
    assert [second.state, third.state] == ["waitlisted", "waitlisted"]
    assert [queries.position(second), queries.position(third)] == [1, 2]


def test_a_seat_given_back_is_offered_to_the_first_who_waits(semarang, sari, bagus, wulan):
    event = batik_class(semarang, capacity=1)
    hers = actions.register(event, by=sari.user)
    his, third = actions.register(event, by=bagus.user), actions.register(event, by=wulan.user)
    actions.cancel_registration(hers, by=sari.user)
    his.refresh_from_db()
    third.refresh_from_db()
    assert (his.state, third.state, queries.position(third)) == ("offered", "waitlisted", 1)
    assert his.offered_until == clock.now() + dt.timedelta(hours=24)
    assert seats(event).taken == 1  # the offer holds the seat
    actions.accept_offer(his, by=bagus.user)
    his.refresh_from_db()
    assert his.state == "confirmed"
    assert wrongs() == []


def test_an_offer_nobody_takes_goes_to_the_next_in_time(semarang, sari, bagus, wulan):
    event = batik_class(semarang, capacity=1)
    hers = actions.register(event, by=sari.user)
    his, third = actions.register(event, by=bagus.user), actions.register(event, by=wulan.user)
    actions.cancel_registration(hers, by=sari.user)
    with clock.set_to(clock.now() + dt.timedelta(hours=25)):
        assert actions.lapse_offers(by=SYSTEM) == 1
        his.refresh_from_db()
        third.refresh_from_db()
        assert (his.state, third.state) == ("expired", "offered")
        with pytest.raises(Refused) as no:
            actions.accept_offer(his, by=bagus.user)
        assert no.value.code == "offer_lapsed"


def test_who_comes_later_never_passes_those_who_wait(semarang, sari, bagus, wulan):
    event = batik_class(semarang, capacity=2, companions=1)
    actions.register(event, by=sari.user)
    pair = actions.register(event, actions.Wish(companions=["Mbak Rini"]), by=bagus.user)
    assert pair.state == "waitlisted"  # one seat is free, two are wanted
    single = actions.register(event, by=wulan.user)
    assert (single.state, queries.position(single)) == ("waitlisted", 2)


def test_more_seats_go_to_the_waiting_list(semarang, sari, bagus, ratna):
    event = batik_class(semarang, capacity=1)
    actions.register(event, by=sari.user)
    his = actions.register(event, by=bagus.user)
    actions.set_seats(event, "onsite", 3, by=ratna.user)
    his.refresh_from_db()
    assert his.state == "offered"
    with pytest.raises(Refused) as no:
        actions.set_seats(event, "onsite", 1, by=ratna.user)
    assert no.value.code == "seats_taken"


def test_seats_kept_for_women_say_why_and_are_given_to_women_first(semarang, sari, bagus, wulan, ratna):
    event = batik_class(semarang, capacity=2)
    wulan.gender = "f"
    wulan.save()
    kept = actions.keep_seats(seats(event), "women", 1, "Perempuan masih jarang di kelas ini.", by=ratna.user)
    actions.register(event, by=sari.user)  # told nothing about herself: a seat for everybody
    his = actions.register(event, by=bagus.user)
    assert his.state == "waitlisted"
    hers = actions.register(event, by=wulan.user)
    assert (hers.state, hers.kept) == ("confirmed", kept)
    assert wrongs() == []


def test_seats_nobody_of_the_group_took_are_released_in_time(semarang, sari, bagus, ratna):
    event = batik_class(semarang, capacity=2)
    actions.keep_seats(seats(event), "first_timers", 1, "Untuk yang baru pertama datang.", by=ratna.user)
    earlier = batik_class(semarang, title="Kelas lama", start=at(9, TUESDAY), end=at(10, TUESDAY), capacity=9)
    for person in (sari, bagus):
        old = actions.register(earlier, by=person.user)
        actions.mark_present(earlier, [old], by=ratna.user, note="daftar hadir")
    assert actions.register(event, by=sari.user).state == "confirmed"
    his = actions.register(event, by=bagus.user)
    assert his.state == "waitlisted"
    with clock.set_to(event.start - dt.timedelta(hours=23)):
        assert actions.release_kept_seats(by=SYSTEM) == 1
    his.refresh_from_db()
    assert his.state == "offered"
    assert wrongs() == []


def test_a_hybrid_event_has_seats_of_both_kinds(semarang, sari, bagus):
    event = batik_class(semarang, mode="hybrid", capacity={"onsite": 1, "online": None})
    with pytest.raises(Invalid) as no:
        actions.register(event, by=sari.user)
    assert no.value.code == "no_mode"
    actions.register(event, actions.Wish(mode="onsite"), by=sari.user)
    his = actions.register(event, actions.Wish(mode="onsite"), by=bagus.user)
    assert his.state == "waitlisted"
    his = actions.switch_mode(his, "online", by=bagus.user)
    assert (his.state, his.mode, seats(event, "online").taken) == ("confirmed", "online", 1)
    with pytest.raises(Refused) as no:
        actions.switch_mode(his, "onsite", by=bagus.user)
    assert no.value.code == "full"  # she keeps the seat she has
    his.refresh_from_db()
    assert his.state == "confirmed"


def test_switching_frees_a_seat_for_who_waits(semarang, sari, bagus):
    event = batik_class(semarang, mode="hybrid", capacity={"onsite": 1, "online": 5})
    hers = actions.register(event, actions.Wish(mode="onsite"), by=sari.user)
    his = actions.register(event, actions.Wish(mode="onsite"), by=bagus.user)
    actions.switch_mode(hers, "online", by=sari.user)
    his.refresh_from_db()
    assert his.state == "offered"
    assert wrongs() == []


def test_organisers_choose_where_they_said_so(semarang, sari, bagus, ratna):
    event = batik_class(semarang, admission="approval", capacity=1)
    hers, his = actions.register(event, by=sari.user), actions.register(event, by=bagus.user)
    assert (hers.state, seats(event).taken) == ("pending", 0)
    with pytest.raises(Forbidden):
        actions.decide_registration(hers, True, by=sari.user)
    assert actions.decide_registration(hers, True, by=ratna.user).state == "confirmed"
    refused = actions.decide_registration(his, False, by=ratna.user, reason="Kelas lanjutan")
    assert (refused.state, refused.note) == ("refused", "Kelas lanjutan")
    with pytest.raises(Refused) as no:
        actions.decide_registration(his, True, by=ratna.user)
    assert no.value.code == "already_decided"


def test_only_who_is_invited_comes_to_an_event_by_invitation(semarang, sari, bagus, ratna):
    event = batik_class(semarang, admission="invitation")
    actions.invite(event, sari, by=ratna.user)
    assert actions.register(event, by=sari.user).state == "confirmed"
    with pytest.raises(Forbidden) as no:
        actions.register(event, by=bagus.user)
    assert no.value.code == "not_invited"
    with pytest.raises(Forbidden):
        stranger(event, "Orang Lewat")


def test_a_guest_is_found_by_number_and_nothing_of_hers_changes(semarang, sari):
    event = batik_class(semarang)
    found = actions.register_guest(event, by=SYSTEM, name="Siapa Saja", whatsapp="081211112222")
    sari.refresh_from_db()
    assert (found.person, sari.name) == (sari, "Sari Wulandari")
    new = stranger(event, "Pak Joko")
    assert new.person.name == "Pak Joko"
    with pytest.raises(Invalid) as no:
        actions.register_guest(event, by=SYSTEM, name="Tanpa Alamat")
    assert no.value.code == "no_address"


def test_a_minor_needs_a_guardian(semarang):
    event = batik_class(semarang)
    with pytest.raises(Invalid) as no:
        stranger(event, "Dik Ayu", birth_year=2014)
    assert no.value.code == "guardian_needed"
    wish = actions.Wish(guardian_name="Bu Tin", guardian_whatsapp="081234567890")
    registered = stranger(event, "Dik Ayu", birth_year=2014, wish=wish)
    assert (registered.state, registered.guardian_name) == ("confirmed", "Bu Tin")


def test_needs_are_kept_with_a_yes_only(semarang, sari):
    event = batik_class(semarang)
    with pytest.raises(Invalid) as no:
        actions.register(event, actions.Wish(access_needs="kursi roda"), by=sari.user)
    assert no.value.code == "consent_needed"
    told = actions.register(event, actions.Wish(access_needs="kursi roda", access_consent=True), by=sari.user)
    assert (told.access_needs, told.access_consent_at) == ("kursi roda", clock.now())


def test_what_somebody_needs_is_forgotten_when_she_says_so(semarang, sari, enter):
    wish = actions.Wish(access_needs="kursi roda", access_consent=True)
    first = actions.register(batik_class(semarang), wish, by=sari.user)
    page = link_of(first)
    assert "Kebutuhan Anda untuk ikut" in enter().get(page).content.decode()
    enter().post(page, {"act": "forget"})
    first.refresh_from_db()
    assert (first.access_needs, first.access_consent_at) == ("", None)
    assert "Kebutuhan Anda untuk ikut" not in enter().get(page).content.decode()
    members.set_consents(sari, ["service", "disability"], by=sari.user)
    second = actions.register(batik_class(semarang), wish, by=sari.user)
    members.set_consents(sari, ["service"], by=sari.user)
    second.refresh_from_db()
    assert (second.access_needs, second.state) == ("", "confirmed")


def test_registration_ends_with_the_event_but_not_at_the_door(semarang, sari, bagus, dimas):
    event = batik_class(semarang, closes_at=at(12, TUESDAY))
    with clock.set_to(at(14, TUESDAY)):
        with pytest.raises(Refused) as no:
            actions.register(event, by=sari.user)
        assert no.value.code == "closed"
        walked_in = actions.register(event, by=dimas.user, person=bagus, came_at=clock.now())
        assert walked_in.state == "confirmed"


def test_who_asked_in_time_is_chosen_after_registration_closed(semarang, sari, bagus, ratna, dimas):
    event = batik_class(semarang, admission="approval", closes_at=at(12, TUESDAY))
    hers = actions.register(event, by=sari.user)
    with clock.set_to(at(12.5, TUESDAY)):
        assert actions.decide_registration(hers, True, by=ratna.user).state == "confirmed"
        later = actions.register(event, by=dimas.user, person=bagus)  # the desk, by word of mouth
        assert later.state == "confirmed"
    with clock.set_to(at(16.5, TUESDAY)), pytest.raises(Refused) as no:
        actions.register_guest(event, by=dimas.user, name="Pak Telat", email="telat@tamu.example")
    assert no.value.code == "closed"


def test_a_minor_who_is_known_already_needs_a_guardian_too(semarang, dimas):
    event = batik_class(semarang, capacity=9)
    known = {"name": "Tari", "whatsapp": "08127000300"}
    actions.register_guest(batik_class(semarang), by=dimas.user, **known)
    with pytest.raises(Invalid) as no:
        actions.register_guest(event, by=SYSTEM, birth_year=2012, **known)
    assert no.value.code == "guardian_needed"
    wish = actions.Wish(guardian_name="Bu Tin", guardian_whatsapp="081234567890")
    made = actions.register_guest(event, wish, by=SYSTEM, birth_year=2012, **known)
    assert (made.guardian_name, made.person.birth_year) == ("Bu Tin", None)


def test_who_is_invited_is_told_and_may_register(semarang, sari, ratna, enter):
    event = batik_class(semarang, admission="invitation")
    page = f"/events/{event.slug}/manage/invitations/"
    assert enter(sari).get(page).status_code in (403, 404)
    staff = enter(ratna)
    assert "Undang orang" in staff.get(f"/events/{event.slug}/manage/people/").content.decode()
    sent = staff.post(page, {"name": "Bu Tini", "email": "tini@tamu.example", "whatsapp": ""}, follow=True)
    assert "Bu Tini sudah diundang" in sent.content.decode()
    staff.post(page, {"name": "Bu Tini", "email": "tini@tamu.example", "whatsapp": ""})
    assert event.invitations.count() == Message.objects.filter(kind="event_invited").count() == 1
    with pytest.raises(Forbidden) as no:
        actions.register(event, by=sari.user)
    assert no.value.code == "not_invited"
    made = actions.register_guest(event, by=SYSTEM, name="Tini", email="tini@tamu.example")
    assert made.state == "confirmed"
    shown = staff.get(page).content.decode()
    assert "Sudah mendaftar" in shown and "Belum mendaftar" not in shown
    short = staff.post(page, {"name": "Pak Joko", "email": "", "whatsapp": ""})
    assert short.status_code == 422 and 'value="Pak Joko"' in short.content.decode()


def test_nobody_registers_somebody_else_without_the_right(semarang, sari, bagus):
    event = batik_class(semarang)
    with pytest.raises(Forbidden):
        actions.register(event, by=sari.user, person=bagus)
    with pytest.raises(Forbidden):
        actions.register_guest(event, by=sari.user, name="Teman", email="teman@tamu.example")
    his = actions.register(event, by=bagus.user)
    with pytest.raises(Forbidden):
        actions.cancel_registration(his, by=sari.user)


def test_calling_off_tells_everybody_why_and_frees_everything(semarang, sari, bagus, ratna):
    event = batik_class(semarang, capacity=1)
    actions.register(event, by=sari.user)
    actions.register(event, by=bagus.user)
    with pytest.raises(Invalid):
        actions.cancel_event(event, " ", by=ratna.user)
    actions.cancel_event(event, "Pengajar sakit.", by=ratna.user)
    assert set(Registration.objects.values_list("state", flat=True)) == {"cancelled"}
    told = Message.objects.filter(kind="event_called_off")
    assert {one.addressee for one in told} == {sari.pk, bagus.pk}
    assert told[0].context["reason"] == "Pengajar sakit."
    with pytest.raises(Refused) as no:
        actions.register(event, by=sari.user)
    assert no.value.code == "called_off"
    assert wrongs() == []
