"""Events through the API: planning, registering, the waiting list, the door, certificates."""

import pytest
from django.test import Client

from heterospace.core.deeds import SYSTEM
from heterospace.core.tokens import give_token
from heterospace.events import actions
from heterospace.events.models import Registration, Scan
from tests.bookings.wishes import TUESDAY, at
from tests.events.houses import batik_class

pytestmark = pytest.mark.django_db
WISH = {
    "title": "Kelas Batik",
    "hub": "semarang",
    "start": "2026-11-24T13:00:00+07:00",
    "end": "2026-11-24T16:00:00+07:00",
    "mode": "onsite",
    "capacity": 1,
}


class Caller:
    """A program that acts for a person."""

    def __init__(self, person):
        self.secret = give_token(person.user, by=SYSTEM, label="test")

    def post(self, path, data=None, **headers):
        return Client().post(
            f"/api/v1/{path}",
            {} if data is None else data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )

    def get(self, path):
        return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.secret}"})


def test_from_draft_to_attendance(semarang, ratna, sari, bagus, dimas):
    hub, her, him = Caller(ratna), Caller(sari), Caller(bagus)
    made = hub.post("events", WISH)
    assert made.status_code == 201, made.content
    slug = made.json()["slug"]
    assert (made.json()["state"], made.json()["start"]) == ("draft", "2026-11-24T13:00:00+07:00")
    assert her.post(f"events/{slug}/registrations").status_code == 404  # nobody knows of a draft
    assert hub.post(f"events/{slug}/publish").json()["state"] == "published"
    hers = her.post(f"events/{slug}/registrations").json()
    his = him.post(f"events/{slug}/registrations").json()
    assert (hers["state"], his["state"], his["position"], his["ticket"]) == (
        "confirmed",
        "waitlisted",
        1,
        None,
    )
    again = her.post(f"events/{slug}/registrations")
    assert (again.status_code, again.json()["code"]) == (409, "already_registered")
    assert again.json()["reference"] == hers["reference"]
    assert her.post(f"registrations/{his['reference']}/cancel").status_code == 404  # not hers to know
    assert her.post(f"registrations/{hers['reference']}/cancel").json()["state"] == "cancelled"
    taken = him.post(f"registrations/{his['reference']}/accept").json()
    assert taken["state"] == "confirmed"
    scan = {
        "ticket": taken["ticket"],
        "event": slug,
        "direction": "in",
        "scanned_at": "2026-11-24T13:02:00+07:00",
        "nonce": "hp-1",
        "gate": "A",
        "device": "hp",
    }
    desk = Caller(dimas)
    said = desk.post(
        "check-ins", [scan, {**scan, "nonce": "hp-2"}, {**scan, "ticket": hers["reference"], "nonce": "3"}]
    )
    assert [one["outcome"] for one in said.json()["items"]] == ["in", "already_in", "cancelled"]
    assert desk.post("check-ins", [scan]).json()["items"][0]["outcome"] == "in"  # the same upload again
    assert Scan.objects.count() == 3
    there = desk.get(f"events/{slug}/attendance").json()
    assert (there["registered"], there["came"], there["inside"]) == (1, 1, 1)
    assert her.get(f"events/{slug}/attendance").status_code == 403
    assert her.post("check-ins", [{**scan, "nonce": "x"}]).status_code == 403


def test_staff_register_others_by_name(semarang, ratna, sari):
    event = batik_class(semarang)
    wish = {"person": {"name": "Pak Joko", "whatsapp": "081299990000"}}
    made = Caller(ratna).post(f"events/{event.slug}/registrations", wish)
    assert (made.status_code, made.json()["state"]) == (201, "confirmed")
    assert Registration.objects.get().person.name == "Pak Joko"
    assert Caller(sari).post(f"events/{event.slug}/registrations", wish).status_code == 403


def test_the_same_key_registers_once(semarang, sari):
    event = batik_class(semarang)
    her = Caller(sari)
    first = her.post(f"events/{event.slug}/registrations", **{"Idempotency-Key": "k1"})
    second = her.post(f"events/{event.slug}/registrations", **{"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["reference"] == second.json()["reference"]


def test_capacity_for_each_way(semarang, ratna, sari):
    hub = Caller(ratna)
    made = hub.post("events", {**WISH, "mode": "hybrid", "capacity": {"onsite": 1, "online": 500}})
    slug = made.json()["slug"]
    assert made.json()["seats"]["online"]["capacity"] == 500
    hub.post(f"events/{slug}/publish")
    her = Caller(sari)
    unsaid = her.post(f"events/{slug}/registrations")
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "no_mode")
    hers = her.post(f"events/{slug}/registrations", {"mode": "online"}).json()
    switched = her.post(f"registrations/{hers['reference']}/switch", {"mode": "onsite"})
    assert switched.json()["mode"] == "onsite"


def test_what_is_on_between_two_days(semarang, solo):
    batik_class(semarang)
    batik_class(solo, title="Kelas di Solo")
    batik_class(semarang, title="Konsep", publish=False)
    everything = Client().get("/api/v1/events").json()
    assert everything["count"] == 2
    there = Client().get(
        "/api/v1/events?hub=solo&from=2026-11-24T00:00:00%2B07:00&to=2026-11-25T00:00:00%2B07:00"
    )
    assert [one["title"] for one in there.json()["items"]] == ["Kelas di Solo"]
    earlier = Client().get("/api/v1/events?to=2026-11-23T00:00:00%2B07:00").json()
    assert earlier["count"] == 0


def test_an_offer_that_ran_out_goes_on_at_once(semarang, sari, bagus, wulan):
    from heterospace.core import clock

    event = batik_class(semarang, capacity=1)
    hers, his, third = (actions.register(event, by=one.user) for one in (sari, bagus, wulan))
    actions.cancel_registration(hers, by=sari.user)
    with clock.set_to(at(12, TUESDAY)):
        answer = Caller(bagus).post(f"registrations/{his.reference}/accept")
        assert (answer.status_code, answer.json()["code"]) == (409, "offer_lapsed")
        third.refresh_from_db()
        assert third.state == "offered"


def test_bad_input_says_which_field(semarang, ratna):
    answer = Caller(ratna).post("events", {**WISH, "end": WISH["start"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "end_before_start")
    assert answer.json()["errors"][0]["field"] == "end"
    assert Caller(ratna).post("events", {**WISH, "hub": "nowhere"}).status_code == 404
