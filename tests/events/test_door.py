"""The door's list, its page without scripts, walk-ins, and that phone and server judge alike."""

import datetime as dt
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.events import actions, tickets
from heterospace.events.door import people_inside
from heterospace.events.models import Registration, Scan
from heterospace.members.models import Person
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class, stranger
from tests.events.stories import text

JUDGE = Path(__file__).parent / "judge.mjs"
NODE = Path(sys.executable).parent / "node"


@pytest.fixture
def event(semarang):
    return batik_class(semarang, capacity=20, companions=2)


@pytest.fixture
def helper(event, bagus):
    """Bagus stands at the door."""
    actions.add_helper(event, bagus, "door", by=SYSTEM)
    return bagus


def list_of(browser, event, **headers):
    return browser.get(f"/api/v1/events/{event.slug}/door", headers=headers)


def page(event):
    return f"/events/{event.slug}/door/"


def test_a_helper_at_the_door_takes_names_along_and_nothing_else(enter, event, sari, helper):
    wish = actions.Wish(companions=["Rini"], access_needs="Kursi roda", access_consent=True)
    hers = actions.register(event, wish, by=sari.user)
    guest = stranger(event, "Pak Joko")
    answer = list_of(enter(helper), event)
    told = answer.json()
    assert set(told) == {
        "reference", "slug", "title", "hub", "timezone", "state", "start", "end", "forget_at",
        "may_walk_in", "sessions", "keys", "registrations",
    }  # fmt: skip
    assert told["registrations"] == [
        [guest.reference, "Pak Joko", 1, "confirmed", "onsite", {}],
        [hers.reference, "Sari Wulandari", 2, "confirmed", "onsite", {}],
    ]
    assert told["may_walk_in"] is False
    for private in ("@", "0812", "+62", "Kursi roda", "Rini"):
        assert private not in answer.content.decode().replace(told["keys"][0], "")


def test_the_list_says_who_is_in_and_is_sent_again_only_when_it_changed(enter, event, sari, dimas):
    hers = actions.register(event, by=sari.user)
    browser = enter(dimas)
    first = list_of(browser, event)
    assert list_of(browser, event, if_none_match=first["ETag"]).status_code == 304
    shown = actions.Shown(hers.reference, event.slug, clock.now(), "n1", gate="Pintu timur", device="hp-1")
    actions.check_in([shown], by=dimas.user)
    again = list_of(browser, event, if_none_match=first["ETag"])
    assert again.status_code == 200
    ((*_facts, inside),) = again.json()["registrations"]
    assert inside == {"0": ["2026-11-21T09:00:00+07:00", "Pintu timur", "hp-1"]}


def test_only_who_stands_at_this_door_gets_its_list_and_page(enter, event, sari, wulan, helper, ratna):
    assert list_of(enter(), event).status_code == 401
    assert list_of(enter(sari), event).status_code == 403
    for path in ("", "shell/", "worker.js", "manifest.webmanifest"):
        assert enter(wulan).get(page(event) + path).status_code == 404
        assert enter(helper).get(page(event) + path).status_code == 200
    assert enter().get(page(event)).status_code == 302
    assert list_of(enter(ratna), event).json()["may_walk_in"] is True


def test_another_offices_door_is_unknown(enter, twin_hub, dimas):
    twins = batik_class(twin_hub)
    assert list_of(enter(dimas), twins).status_code == 404
    assert enter(dimas).get(page(twins)).status_code == 404


def test_the_shell_a_device_keeps_says_nothing_about_anybody(enter, event, sari, helper):
    actions.register(event, by=sari.user)
    shell = enter(helper).get(page(event) + "shell/").content.decode()
    for private in ("Sari", "Bagus", "csrfmiddlewaretoken", "nonce"):
        assert private not in shell
    assert event.title in shell


def test_the_worker_keeps_the_shell_and_its_parts(enter, event, helper):
    script = enter(helper).get(page(event) + "worker.js").content.decode()
    kept = json.loads(script.split("self.KEPT = ")[1].split(";\n")[0])
    assert kept[0] == page(event) + "shell/"
    assert all(part.startswith("/static/core/") for part in kept[1:])
    manifest = enter(helper).get(page(event) + "manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"]) == (page(event), page(event))


@override_settings(SECRET_KEY_FALLBACKS=["an older one"])
def test_keys_the_house_used_before_are_taken_along_too(enter, event, helper):
    keys = list_of(enter(helper), event).json()["keys"]
    assert keys == [tickets.public_key(), tickets.public_key("an older one")]


# --- without scripts


def test_without_scripts_a_ticket_is_typed_and_the_answer_stands_on_the_page(enter, event, sari, helper):
    hers = actions.register(event, by=sari.user)
    browser = enter(helper)
    wish = {"ticket": hers.reference.lower(), "direction": "in", "gate": "Pintu barat", "nonce": "a"}
    assert "Dipersilakan masuk: Sari Wulandari" in text(browser.post(page(event), wish))
    again = text(browser.post(page(event), {**wish, "nonce": "b"}))
    assert "Sudah di dalam: Sari Wulandari" in again
    assert "Pintu barat" in again
    assert "Dipersilakan masuk: Sari" in text(
        browser.post(page(event), wish)
    )  # sent twice by mistake: the same answer
    assert [scan.outcome for scan in Scan.objects.order_by("pk")] == ["in", "already_in"]
    assert "Bukan tiket kami" in text(browser.post(page(event), {**wish, "ticket": "x", "nonce": "c"}))


def test_without_scripts_somebody_is_found_by_name(enter, event, sari, wulan, helper):
    hers = actions.register(event, by=sari.user)
    actions.register(event, by=wulan.user)
    found = enter(helper).get(page(event), {"q": "sari wul"})
    assert hers.reference in found.content.decode()
    assert "Kusumaningrum" not in text(found)
    assert "0812" not in found.content.decode()


def test_an_empty_form_and_a_made_up_session_change_nothing(enter, event, helper, sari):
    hers = actions.register(event, by=sari.user)
    browser = enter(helper)
    assert browser.post(page(event), {"ticket": ""}).status_code == 200
    told = browser.post(page(event), {"ticket": hers.reference, "session": "999999"})
    assert "Tidak ada sesi" in text(told)
    assert not Scan.objects.exists()


# --- without a ticket


def arrive(event, nonce="w1", **more):
    return actions.Shown("", event.slug, at(13, TUESDAY), nonce, gate="Pintu timur", **more)


def test_somebody_without_a_ticket_is_registered_and_let_in(event, dimas):
    with clock.set_to(at(13.5, TUESDAY)):
        judged = actions.walk_in(
            event, arrive(event), by=dimas.user, name="Mbah Karto", whatsapp="081277778888"
        )
    assert (judged.scan.outcome, judged.registration.person.name) == ("in", "Mbah Karto")
    assert judged.registration.door == "desk"


def test_the_same_walk_in_again_changes_nothing(event, dimas):
    who = {"name": "Mbah Karto", "email": "karto@tamu.example"}
    first = actions.walk_in(event, arrive(event), by=dimas.user, **who)
    actions.cancel_registration(first.registration, by=dimas.user)
    again = actions.walk_in(event, arrive(event), by=dimas.user, **who)
    assert again.scan.pk == first.scan.pk
    assert (Registration.objects.count(), Scan.objects.count()) == (1, 1)
    assert Person.objects.filter(name="Mbah Karto").count() == 1


def test_who_was_registered_all_along_is_let_in_on_that_registration(event, dimas):
    hers = stranger(event, "Bu Tini")
    judged = actions.walk_in(event, arrive(event), by=dimas.user, name="Tini", email="bu.tini@tamu.example")
    assert (judged.registration, judged.scan.outcome) == (hers, "in")


def test_a_walk_in_of_a_phone_without_a_line_arrives_after_the_event(event, dimas):
    who = {"name": "Pak Joko", "email": "joko@tamu.example"}
    with clock.set_to(at(20, TUESDAY)):
        actions.finish_events(by=SYSTEM)
        event.refresh_from_db()
        judged = actions.walk_in(event, arrive(event), by=dimas.user, **who)
        assert judged.scan.outcome == "in" and judged.scan.scanned_at == at(13, TUESDAY)
        later = actions.Shown("", event.slug, at(19, TUESDAY), "w2")
        with pytest.raises(Refused) as no:
            actions.walk_in(event, later, by=dimas.user, name="Bu Sore", email="sore@tamu.example")
        assert no.value.code == "closed"


def test_without_a_seat_a_walk_in_waits(semarang, dimas):
    full = batik_class(semarang, capacity=1)
    stranger(full, "Bu Tini")
    judged = actions.walk_in(full, arrive(full), by=dimas.user, name="Pak Joko", email="joko@tamu.example")
    assert (judged.scan.outcome, judged.registration.state) == ("not_confirmed", "waitlisted")


def test_a_walk_in_needs_an_address_an_open_event_and_somebody_who_may(event, helper, dimas, ratna):
    with pytest.raises(Forbidden):
        actions.walk_in(event, arrive(event), by=helper.user, name="Pak Joko", email="joko@tamu.example")
    with pytest.raises(Invalid):
        actions.walk_in(event, arrive(event), by=dimas.user, name="Pak Joko")
    actions.cancel_event(event, "Hujan abu", by=ratna.user)
    with pytest.raises(Refused) as no:
        actions.walk_in(event, arrive(event), by=dimas.user, name="Pak Joko", email="joko@tamu.example")
    assert no.value.code == "called_off"
    assert not Scan.objects.exists()


def test_walk_ins_by_api_and_by_the_page(enter, event, dimas):
    sent = {"name": "Bu Tini", "email": "tini@tamu.example", "scanned_at": "2026-11-24T13:00:00+07:00"}
    address = f"/api/v1/events/{event.slug}/walk-ins"
    browser = enter(dimas)
    told = browser.post(address, {**sent, "nonce": "k"}, content_type="application/json")
    assert (told.status_code, told.json()["outcome"], told.json()["name"]) == (200, "in", "Bu Tini")
    short = browser.post(address, {**sent, "email": "", "nonce": "m"}, content_type="application/json")
    assert (short.status_code, short.json()["code"]) == (422, "no_address")
    done = browser.post(page(event), {"name": "Pak Joko", "contact": "0812 3333 4444", "nonce": "p"})
    assert "Dipersilakan masuk: Pak Joko" in text(done)
    lost = browser.post(page(event), {"name": "Pak Slamet", "contact": "", "nonce": "q"})
    assert 'value="Pak Slamet"' in lost.content.decode()


# --- phone and server judge alike


def crowd(event, hub, people=24):
    """Registrations in every state, of this event and of another."""
    other = batik_class(hub, title="Kelas lain", capacity=50)
    rng = random.Random(7)
    states = ["confirmed"] * 5 + ["cancelled", "waitlisted", "pending", "refused", "expired", "offered"]
    found = []
    for n in range(people):
        one = stranger(event if n % 6 else other, f"Tamu {n}")
        state = states[n % len(states)]
        ended = event.start if state in {"cancelled", "refused", "expired"} else None
        Registration.objects.filter(pk=one.pk).update(
            state=state,
            confirmed_at=event.start,
            ended_at=ended,
            number=n + 1 if state in {"waitlisted", "offered"} else None,
            offered_until=event.end if state == "offered" else None,
        )
        found.append(one)
    return found, rng


def spelt(one, rng):
    """A ticket as it comes to a door: signed, typed in all ways, forged, or something else altogether."""
    signed = tickets.ticket_of(one.reference, one.event.reference)
    return rng.choice(
        [
            signed,
            signed,
            f"  {signed}\n",
            one.reference,
            one.reference.lower().replace("-", " "),
            one.reference.replace("-", ""),
            signed[:-1] + ("A" if signed[-1] != "A" else "Q"),
            signed[:-6] + "AAAAAA",
            signed.replace("HS1", "HS2"),
            signed.rsplit(".", 1)[0],
            signed + "==",
            signed.replace(".", ". "),
            "https://example.org/r/abc",
            "RG-2222-2222",
            "RG-22é2-2222",
            "",
        ]
    )


def test_phone_and_server_say_the_same_of_every_ticket(event, semarang, enter, helper, dimas):
    second = actions.add_session(event, at(14, TUESDAY), at(15, TUESDAY), by=SYSTEM, title="Kedua")
    people, rng = crowd(event, semarang)
    hers = next(one for one in people if one.event_id == event.pk)
    with clock.set_to(at(12, TUESDAY)):
        before = actions.Shown(hers.reference, event.slug, at(12, TUESDAY), "before", gate="Pintu 9")
        actions.check_in([before], by=dimas.user)
        taken_along = list_of(enter(helper), event).json()
    scans = []
    for n in range(1500):
        one = rng.choice(people)
        scans.append(
            {
                "ticket": spelt(one, rng),
                "direction": rng.choice(["in", "in", "out"]),
                "session": rng.choice([None, None, second.pk]),
                "at": (at(13, TUESDAY) + dt.timedelta(days=n // 1000, seconds=n)).isoformat(),
                "gate": f"Pintu {n % 5}",
                "elsewhere": one.event_id != event.pk,
            }
        )
    asked = json.dumps({"list": taken_along, "scans": scans})
    done = subprocess.run([NODE, JUDGE], input=asked, capture_output=True, text=True, check=True)
    phone = json.loads(done.stdout)
    shown = [
        actions.Shown(
            one["ticket"],
            event.slug,
            dt.datetime.fromisoformat(one["at"]),
            f"n{n}",
            direction=one["direction"],
            session=one["session"],
            gate=one["gate"],
        )
        for n, one in enumerate(scans)
    ]
    server = []
    with clock.set_to(at(18, TUESDAY + dt.timedelta(days=1))):
        answers = actions.check_in(shown, by=helper.user)
    for judged in answers:
        ours = judged.registration is not None and judged.registration.event_id == event.pk
        server.append(
            [
                judged.scan.outcome,
                judged.registration.person.name if ours else "",
                judged.first.gate if judged.first else None,
            ]
        )
    differ = [
        (one["ticket"], said, heard)
        for one, said, heard in zip(scans, phone, server, strict=True)
        # of another event's reference, typed, the phone knows only that it is not on its list
        if said != heard and not (one["elsewhere"] and said[0] == "unknown" and heard[0] == "wrong_event")
    ]
    assert differ == []
    assert {outcome for outcome, *_more in phone} == {
        "in", "out", "already_in", "not_in", "not_confirmed", "cancelled", "wrong_event", "unknown",
    }  # fmt: skip
    signed_elsewhere = [
        said[0] for one, said in zip(scans, phone, strict=True) if one["elsewhere"] and said[0] != "unknown"
    ]
    assert set(signed_elsewhere) == {"wrong_event"}
    assert people_inside(event) > 0


def test_a_ticket_made_after_the_list_was_taken_along_is_let_in_by_its_signature(event, enter, helper, sari):
    taken_along = list_of(enter(helper), event).json()
    hers = actions.register(event, by=sari.user)
    ticket = tickets.ticket_of(hers.reference, event.reference)
    scans = [
        {"ticket": ticket, "direction": "in", "session": None, "at": "2026-11-24T06:00:00Z", "gate": ""}
    ] * 2
    asked = json.dumps({"list": taken_along, "scans": scans})
    done = subprocess.run([NODE, JUDGE], input=asked, capture_output=True, text=True, check=True)
    assert [outcome for outcome, *_more in json.loads(done.stdout)] == ["in", "already_in"]
