"""Approval, series, equipment, the waiting list and block-outs, as programs ask for them."""

import pytest

from heterospace.bookings.actions import set_quota
from heterospace.bookings.models import Wish
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.spaces.actions import add_equipment, add_space
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
    hit = problem(desk.post("block-outs", block), 409, "bookings_hit")
    assert hit["bookings"] == [booked["reference"]]
    answer = desk.post("block-outs", {**block, "cancel_hit": True})
    assert answer.status_code == 201
    assert (answer.json()["kind"], answer.json()["lifted_at"]) == ("maintenance", None)
    problem(Api(sari).post("bookings", wish(rembug_1)), 409, "clash")


def instead(answer, code):
    """(kind, space, hour) of what a refusal offers, with each offer as the API gave it."""
    found = problem(answer, 409, code)["alternatives"]
    return [(one["kind"], one["space"]["slug"], one["start"][11:16]) for one in found], found


def test_each_booking_in_the_way_of_a_closing_has_a_place_one_step_away(rembug_1, rembug_2, sari, dimas):
    booked = Api(sari).post("bookings", wish(rembug_1)).json()
    block = {
        "space": rembug_1.slug,
        "start": "2026-11-24T08:00:00+07:00",
        "end": "2026-11-24T12:00:00+07:00",
        "reason": "Cat ulang",
    }
    desk = Api(dimas)
    (hit,) = problem(desk.post("block-outs", block), 409, "bookings_hit")["hits"]
    assert hit["booking"] == booked["reference"]
    assert "rembug-2" in [place["space"]["slug"] for place in hit["places"]]
    assert {place["hub"] for place in hit["places"]} == {"semarang"}
    place = next(place for place in hit["places"] if place["space"]["slug"] == "rembug-2")
    to = {"space": place["space"]["id"], "start": place["start"], "end": place["end"]}
    assert desk.post(f"bookings/{booked['reference']}/move", to).status_code == 200
    assert desk.post("block-outs", block).status_code == 201


def test_missing_things_are_offered_when_they_are_back(rembug_1, rembug_2, semarang, sari, bagus):
    add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=2)
    one, two, three = ([{"equipment": "proyektor", "quantity": n}] for n in (1, 2, 3))
    Api(sari).post(
        "bookings",
        wish(rembug_1, "2026-11-24T08:00:00+07:00", "2026-11-24T12:00:00+07:00", equipment=one),
    )
    asked = wish(rembug_2, equipment=two)
    kinds, offers = instead(Api(bagus).post("bookings", asked), "equipment_short")
    assert {(kind, space) for kind, space, _hour in kinds} == {("other_time", "rembug-2")}
    assert kinds[0][2] >= "12:00"
    taken = Api(bagus).post("bookings", asked | {"start": offers[0]["start"], "end": offers[0]["end"]})
    assert taken.status_code == 201, taken.content
    never = instead(Api(bagus).post("bookings", wish(rembug_2, equipment=three)), "equipment_short")
    assert never == ([], [])


def test_a_series_that_gets_nothing_says_what_there_is_for_its_first_date(rembug_1, rembug_2, sari, bagus):
    rule = {"rule": "FREQ=WEEKLY;COUNT=3"}
    Api(bagus).post("bookings", wish(rembug_1, series=rule))
    asked = wish(rembug_1, series=rule | {"skip": ["2026-11-24"]})
    kinds, offers = instead(Api(sari).post("bookings", asked), "no_dates")
    assert ("other_room", "rembug-2", "09:00") in kinds
    room = next(one for one in offers if one["kind"] == "other_room")
    assert room["start"] == "2026-12-01T09:00:00+07:00"  # the first that was not left out
    assert Api(sari).post("bookings", wish(rembug_2, room["start"], room["end"])).status_code == 201
    wrong = wish(rembug_1, series={"rule": "FREQ=SOMETIMES;COUNT=3"})
    assert "alternatives" not in problem(Api(sari).post("bookings", wrong), 422, "rule")


def test_a_move_that_clashes_offers_places_of_the_hub(rembug_1, rembug_2, semarang, solo, sari, bagus):
    far = add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
    add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=1)
    things = [{"equipment": "proyektor", "quantity": 1}]
    mine = Api(sari).post("bookings", wish(rembug_1, equipment=things)).json()["reference"]
    Api(bagus).post("bookings", wish(rembug_1, at(11).isoformat(), at(13).isoformat()))
    kinds, offers = instead(Api(sari).post(f"bookings/{mine}/move", {"start": at(10).isoformat()}), "clash")
    assert ("other_room", "rembug-2", "10:00") in kinds  # the projector it holds itself is no lack
    assert far.slug not in [one["space"]["slug"] for one in offers]
    room = next(one for one in offers if one["space"]["slug"] == "rembug-2")
    to = {"space": room["space"]["id"], "start": room["start"], "end": room["end"]}
    moved = Api(sari).post(f"bookings/{mine}/move", to)
    assert (moved.status_code, moved.json()["space"]["slug"]) == (200, "rembug-2")


def test_who_cannot_stay_is_offered_the_time_that_is_missing(rembug_1, rembug_2, sari, bagus):
    mine = Api(sari).post("bookings", wish(rembug_1)).json()["reference"]
    Api(bagus).post("bookings", wish(rembug_1, at(11).isoformat(), at(13).isoformat()))
    with clock.set_to(at(10)):
        answer = Api(sari).post(f"bookings/{mine}/extend", {"end": at(12).isoformat()})
    kinds, _offers = instead(answer, "clash")
    assert ("other_room", "rembug-2", "11:00") in kinds


def test_a_request_that_lost_its_time_is_answered_with_others(gatra, rembug_1, sari, bagus, ratna):
    gatra.approval = "compete"
    gatra.save()
    asked = Api(sari).post("bookings", wish(gatra, people=60)).json()
    Api(ratna).post("bookings", wish(gatra, people=60, person=bagus.pk))
    kinds, _offers = instead(Api(ratna).post(f"bookings/{asked['reference']}/approve"), "clash")
    assert {(kind, space) for kind, space, _hour in kinds} == {("other_time", "gatra")}


def test_a_refusal_with_a_key_is_answered_again_with_the_same_alternatives(rembug_1, rembug_2, sari, bagus):
    Api(sari).post("bookings", wish(rembug_1))
    first, again = (
        Api(bagus).post("bookings", wish(rembug_1), **{"Idempotency-Key": "a"}) for _n in range(2)
    )
    assert problem(first, 409, "clash")["alternatives"] == problem(again, 409, "clash")["alternatives"] != []


def test_no_alternatives_where_the_rule_is_the_reason(rembug_1, sari, bagus):
    mine = Api(sari).post("bookings", wish(rembug_1)).json()["reference"]
    Api(sari).post(f"bookings/{mine}/cancel")
    late = Api(sari).post(f"bookings/{mine}/move", {"start": at(13).isoformat()})
    assert "alternatives" not in problem(late, 409, "already_cancelled")
