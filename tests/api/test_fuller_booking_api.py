"""Approval, series, equipment, the waiting list and block-outs, as programs ask for them."""

import pytest

from heterospace.bookings.actions import set_quota
from heterospace.bookings.models import Wish
from heterospace.core.deeds import SYSTEM
from heterospace.spaces.actions import add_equipment
from tests.api.test_bookings_api import Api, problem, wish
from tests.bookings.wishes import at
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(gatra):
    gatra.approval = "hold"
    gatra.save()
    return gatra


def test_a_request_is_approved_or_refused(hall, sari, ratna, dimas):
    asked = Api(sari).post("bookings", wish(hall, people=60)).json()
    assert (asked["state"], asked["decided_at"]) == ("held", None)
    problem(Api(dimas).post(f"bookings/{asked['reference']}/approve"), 403, "forbidden")
    manager = Api(ratna)
    approved = manager.post(f"bookings/{asked['reference']}/approve").json()
    assert approved["state"] == "confirmed"
    problem(manager.post(f"bookings/{asked['reference']}/approve"), 409, "already_decided")
    again = wish(hall, "2026-11-25T09:00:00+07:00", "2026-11-25T11:00:00+07:00", people=60)
    second = Api(sari).post("bookings", again).json()
    path = f"bookings/{second['reference']}/refuse"
    assert problem(manager.post(path, {"reason": "mood"}), 422, "no_reason")["errors"][0]["field"] == "reason"
    refused = manager.post(path, {"reason": "too_few", "note": "Coba Rembug 1"}).json()
    assert (refused["state"], refused["decision"], refused["decision_note"]) == (
        "refused",
        "too_few",
        "Coba Rembug 1",
    )


def test_strangers_learn_nothing_of_a_request(hall, sari, bagus):
    asked = Api(sari).post("bookings", wish(hall, people=60)).json()
    problem(Api(bagus).post(f"bookings/{asked['reference']}/approve"), 404, "unknown_booking")


def test_things_come_with_the_room(rembug_1, rembug_2, semarang, sari, bagus):
    add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=1)
    listed = Api().get("equipment", hub="semarang").json()["items"]
    assert [(one["slug"], one["quantity"]) for one in listed] == [("proyektor", 1)]
    things = [{"equipment": "proyektor", "quantity": 1}]
    booked = Api(sari).post("bookings", wish(rembug_1, equipment=things)).json()
    assert [(one["name"], one["quantity"]) for one in booked["equipment"]] == [("Proyektor", 1)]
    problem(Api(bagus).post("bookings", wish(rembug_2, equipment=things)), 409, "equipment_short")
    unknown = [{"equipment": "kapal", "quantity": 1}]
    problem(Api(bagus).post("bookings", wish(rembug_2, equipment=unknown)), 422, "unknown_equipment")


def test_a_series_answers_what_it_got_and_what_not(rembug_1, sari, bagus):
    Api(bagus).post("bookings", wish(rembug_1, "2026-12-01T10:00:00+07:00", "2026-12-01T12:00:00+07:00"))
    rule = {"rule": "FREQ=WEEKLY;COUNT=4", "skip": ["2026-12-08"]}
    answer = Api(sari).post("bookings", wish(rembug_1, series=rule))
    assert answer.status_code == 201
    series = answer.json()["series"]
    assert len(series["booked"]) == 2
    assert [(one["start"][:10], one["code"]) for one in series["missed"]] == [
        ("2026-12-01", "clash"),
        ("2026-12-08", "skipped"),
    ]
    bad = wish(rembug_1, series={"rule": "FREQ=YEARLY;COUNT=3"})
    assert problem(Api(sari).post("bookings", bad), 422, "rule")["errors"][0]["field"] == "series"


def test_a_date_of_a_series_takes_another_time(rembug_1, sari):
    moved = {"date": "2026-12-01", "start": "2026-12-02T14:00:00+07:00", "end": "2026-12-02T16:00:00+07:00"}
    rule = {"rule": "FREQ=WEEKLY;COUNT=2", "moves": [moved]}
    series = Api(sari).post("bookings", wish(rembug_1, series=rule)).json()["series"]
    last = Api(sari).get(f"bookings/{series['booked'][1]}").json()
    assert (last["start"], last["end"]) == (moved["start"], moved["end"])
    stray = {**rule, "moves": [{**moved, "date": "2026-12-03"}]}
    told = problem(Api(sari).post("bookings", wish(rembug_1, series=stray)), 422, "unknown_date")
    assert told["errors"][0]["field"] == "series"
    turned = {**rule, "moves": [{**moved, "start": moved["end"], "end": moved["start"]}]}
    problem(Api(sari).post("bookings", wish(rembug_1, series=turned)), 422, "end_before_start")


def test_a_series_goes_beyond_a_quota_with_the_desks_reason(rembug_1, semarang, sari, dimas):
    set_quota(semarang, by=SYSTEM, whose="person", hours=2, per="month")
    asked = wish(rembug_1, series={"rule": "FREQ=WEEKLY;COUNT=4"}, override="Tamu gubernur")
    problem(Api(sari).post("bookings", asked), 403, "forbidden")
    booked = Api(dimas).post("bookings", {**asked, "person": sari.pk}).json()
    assert (len(booked["series"]["booked"]), booked["series"]["missed"]) == (4, [])


def test_waiting_and_taking_the_offer(rembug_1, sari, bagus, wulan):
    taken = Api(bagus).post("bookings", wish(rembug_1)).json()
    problem(
        Api(sari).post("waiting-list", wish(rembug_1, at(15).isoformat(), at(16).isoformat())), 409, "is_free"
    )
    mine = Api(sari).post("waiting-list", wish(rembug_1)).json()
    assert (mine["state"], mine["position"], mine["offer"]) == ("waiting", 1, None)
    problem(Api(sari).post("waiting-list", wish(rembug_1)), 409, "already_waiting")
    problem(Api(sari).post(f"waiting-list/{mine['reference']}/accept"), 409, "no_offer")
    Api(bagus).post(f"bookings/{taken['reference']}/cancel")
    run_tasks()
    (offered,) = Api(sari).get("waiting-list").json()["items"]
    assert offered["state"] == "offered"
    assert offered["answer_until"] == "2026-11-21T13:00:00+07:00"
    problem(Api(wulan).post(f"waiting-list/{mine['reference']}/accept"), 404, "unknown_wish")
    accepted = Api(sari).post(f"waiting-list/{mine['reference']}/accept").json()
    assert (accepted["state"], accepted["reference"]) == ("confirmed", offered["offer"])


def test_leaving_the_list(rembug_1, sari, bagus):
    Api(bagus).post("bookings", wish(rembug_1))
    mine = Api(sari).post("waiting-list", wish(rembug_1)).json()
    assert Api(sari).post(f"waiting-list/{mine['reference']}/withdraw").json()["state"] == "withdrawn"
    problem(Api(sari).post(f"waiting-list/{mine['reference']}/withdraw"), 409, "not_waiting")
    assert Wish.objects.get().state == "withdrawn"


def test_a_space_is_closed_and_who_is_in_the_way_is_named(rembug_1, sari, dimas):
    booked = Api(sari).post("bookings", wish(rembug_1)).json()
    block = {
        "space": rembug_1.slug,
        "start": "2026-11-24T08:00:00+07:00",
        "end": "2026-11-24T12:00:00+07:00",
        "reason": "Cat ulang",
    }
    problem(Api(sari).post("block-outs", block), 403, "forbidden")
    desk = Api(dimas)
    assert problem(desk.post("block-outs", block), 409, "bookings_hit")["bookings"] == [booked["reference"]]
    answer = desk.post("block-outs", {**block, "cancel_hit": True})
    assert answer.status_code == 201
    assert (answer.json()["kind"], answer.json()["lifted_at"]) == ("maintenance", None)
    problem(Api(sari).post("bookings", wish(rembug_1)), 409, "clash")
