"""The API as programs use it: bearer tokens, problems with codes, repeats that do no harm."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heterospace.bookings.models import Booking
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import AnsweredRequest, Token
from heterospace.core.tokens import give_token
from heterospace.members import actions as members
from heterospace.spaces.actions import add_space
from tests.cast import TWIN_HOST

pytestmark = pytest.mark.django_db


class Api:
    """A program with somebody's token."""

    def __init__(self, person=None, host="testserver"):
        self.client = Client(enforce_csrf_checks=True)
        self.host = host
        self.headers = {}
        if person is not None:
            token = give_token(person.user, by=SYSTEM, label="test")
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers, HTTP_HOST=self.host)

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={**self.headers, **headers},
            HTTP_HOST=self.host,
        )


def wish(space, start="2026-11-24T09:00:00+07:00", end="2026-11-24T11:00:00+07:00", **more):
    return {"space": space.pk, "start": start, "end": end, "purpose": "Temu pembeli", "people": 4, **more}


def problem(response, status, code):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["title"]
    assert body["detail"]
    assert set(body) >= {"type", "title", "status", "code", "detail", "errors"}
    return body


def test_a_program_books_sees_and_cancels(rembug_1, sari):
    api = Api(sari)
    made = api.post("bookings", wish(rembug_1))
    assert made.status_code == 201, made.content
    booking = made.json()
    assert booking["state"] == "confirmed"
    assert booking["start"] == "2026-11-24T09:00:00+07:00"
    assert booking["space"] == {"id": rembug_1.pk, "slug": "rembug-1", "name": "Rembug 1"}

    listed = api.get("bookings").json()
    assert (listed["count"], listed["items"][0]["reference"]) == (1, booking["reference"])
    assert api.get(f"bookings/{booking['reference']}").json() == booking

    cancelled = api.post(f"bookings/{booking['reference']}/cancel", {"reason": "Berhalangan"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = api.post(f"bookings/{booking['reference']}/cancel")
    problem(again, 409, "already_cancelled")


def test_taken_is_a_clash(rembug_1, sari, bagus):
    assert Api(sari).post("bookings", wish(rembug_1)).status_code == 201
    problem(Api(bagus).post("bookings", wish(rembug_1)), 409, "clash")
    assert Booking.objects.count() == 1


def test_availability_lists_what_is_free_and_why_the_rest_is_not(rembug_1, gatra, sari):
    window = {"hub": "semarang", "start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00"}
    before = Api().get("availability", **window, people=4).json()
    assert [item["name"] for item in before["items"]] == ["Rembug 1", "Gatra Timur", "Gatra Barat", "Gatra"]
    assert all(item["free"] for item in before["items"])
    Api(sari).post("bookings", wish(rembug_1))
    after = Api().get("availability", **window, people=4).json()
    assert "Rembug 1" not in [item["name"] for item in after["items"]]
    taken = next(item for item in after["others"] if item["name"] == "Rembug 1")
    assert [why["code"] for why in taken["reasons"]] == ["clash"]
    crowd = Api().get("availability", **window, people=60).json()
    assert [item["name"] for item in crowd["items"]] == ["Gatra"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (
            {"start": "2026-11-24T11:00:00+07:00", "end": "2026-11-24T09:00:00+07:00"},
            "end_before_start",
            "end",
        ),
        ({"start": "2020-01-01T09:00:00+07:00", "end": "2020-01-01T11:00:00+07:00"}, "past", "start"),
        (
            {"start": "2026-11-24T05:00:00+07:00", "end": "2026-11-24T07:00:00+07:00"},
            "outside_hours",
            "start",
        ),
        ({"start": "2026-12-25T09:00:00+07:00", "end": "2026-12-25T11:00:00+07:00"}, "holiday", "start"),
        ({"people": 900}, "too_many_people", "people"),
        ({"purpose": "x" * 10_000}, "purpose_too_long", "purpose"),
        ({"purpose": " "}, "no_purpose", "purpose"),
        ({"space": 999_999}, "unknown_space", "space"),
        ({"space": "tidak-ada"}, "unknown_space", "space"),
        ({"space": 2**70}, "unknown_space", "space"),
        ({"organisation": 424242}, "unknown_organisation", "organisation"),
        ({"start": "besok pagi"}, "invalid", "start"),
        ({"start": "2026-11-24T09:00:00"}, "invalid", "start"),
        ({"people": "banyak"}, "invalid", "people"),
    ],
)
def test_every_bad_wish_is_422_with_its_field(rembug_1, sari, change, code, field):
    body = problem(Api(sari).post("bookings", wish(rembug_1) | change), 422, code)
    assert field in [error["field"].split(".")[-1] for error in body["errors"]] or any(
        field in error["field"] for error in body["errors"]
    ), body
    assert Booking.objects.count() == 0


def test_a_slug_names_a_space_where_it_is_the_only_one(rembug_1, solo, sari):
    assert Api(sari).post("bookings", wish(rembug_1) | {"space": "rembug-1"}).status_code == 201
    add_space(solo, by=SYSTEM, name="Rembug 1", kind="meeting", capacity=8)
    problem(Api(sari).post("bookings", wish(rembug_1) | {"space": "rembug-1"}), 422, "ambiguous_space")


def test_acting_for_organisations(rembug_1, sari, bagus, batik):
    made = Api(sari).post("bookings", wish(rembug_1, organisation=batik.slug))
    assert made.json()["organisation"] == batik.slug
    later = wish(rembug_1, "2026-11-25T09:00:00+07:00", "2026-11-25T11:00:00+07:00", organisation=batik.pk)
    problem(Api(bagus).post("bookings", later), 403, "not_your_organisation")


def test_a_closed_account_gets_its_sentence(rembug_1, sari):
    api = Api(sari)
    members.close_account(sari, by=sari.user)
    problem(api.post("bookings", wish(rembug_1)), 403, "account_closed")


def test_the_same_key_and_body_replays_the_answer(rembug_1, sari):
    api = Api(sari)
    first = api.post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-1"})
    second = api.post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(rembug_1, sari):
    api = Api(sari)
    api.post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-1"})
    problem(api.post("bookings", wish(rembug_1, people=5), **{"Idempotency-Key": "tap-1"}), 422, "key_reused")


def test_a_refusal_is_replayed_too_and_leaves_nothing(rembug_1, sari, bagus):
    Api(sari).post("bookings", wish(rembug_1))
    api = Api(bagus)
    for _time in range(2):
        problem(api.post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-9"}), 409, "clash")
    assert Booking.objects.count() == 1
    assert AnsweredRequest.objects.count() == 1


def test_keys_belong_to_their_person(rembug_1, sari, bagus):
    Api(sari).post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-1"})
    problem(Api(bagus).post("bookings", wish(rembug_1), **{"Idempotency-Key": "tap-1"}), 409, "clash")


def test_strangers_and_bad_tokens(rembug_1, sari, enter):
    problem(Api().post("bookings", wish(rembug_1)), 401, "sign_in")
    problem(Api().get("me"), 401, "sign_in")
    api = Api(sari)
    api.headers["Authorization"] = "Bearer hs_nonsense"
    answer = api.get("me")
    problem(answer, 401, "bad_token")
    assert answer["WWW-Authenticate"] == "Bearer"
    browser = enter(sari)
    answer = browser.get("/api/v1/me", headers={"Authorization": "Bearer hs_nonsense"})
    problem(answer, 401, "bad_token")


def test_an_expired_or_revoked_token_ends(sari):
    api = Api(sari)
    token = Token.objects.get()
    with clock.set_to(token.expires_at):
        problem(api.get("me"), 401, "bad_token")
    token.revoked_at = clock.now()
    token.save()
    problem(api.get("me"), 401, "bad_token")


def test_a_session_needs_its_csrf_token(rembug_1, sari, enter):
    browser = enter(sari, enforce_csrf_checks=True)
    assert browser.get("/api/v1/me").status_code == 200
    answer = browser.post("/api/v1/bookings", json.dumps(wish(rembug_1)), content_type="application/json")
    problem(answer, 403, "csrf")


def test_me(sari, batik, ratna):
    told = Api(sari).get("me").json()
    assert told["name"] == "Sari Wulandari"
    assert [(one["slug"], one["sector"]) for one in told["organisations"]] == [(batik.slug, "msme")]
    assert Api(ratna).get("me").json()["hub_roles"] == [{"hub": "semarang", "roles": ["manager"]}]


def test_nobody_elses_booking_shows(rembug_1, sari, bagus, dimas):
    reference = Api(sari).post("bookings", wish(rembug_1)).json()["reference"]
    problem(Api(bagus).get(f"bookings/{reference}"), 404, "unknown_booking")
    problem(Api(bagus).post(f"bookings/{reference}/cancel"), 404, "unknown_booking")
    assert Api(dimas).get(f"bookings/{reference}").status_code == 200
    assert Api(bagus).get("bookings").json() == {"items": [], "count": 0}


def test_a_twin_office_never_shows(rembug_1, sari, twin_hub, twin_sari, gatra):
    ours = Api(sari)
    reference = ours.post("bookings", wish(rembug_1)).json()["reference"]
    twin = Api(twin_sari, host=TWIN_HOST)
    assert [hub["name"] for hub in twin.get("hubs").json()["items"]] == ["Hetero Space Kembar"]
    assert twin.get("spaces").json()["count"] == 0
    problem(twin.get(f"bookings/{reference}"), 404, "unknown_booking")
    problem(twin.post("bookings", wish(rembug_1)), 422, "unknown_space")
    problem(ours_at_twin(sari).get("me"), 403, "not_a_member")
    assert [hub["slug"] for hub in ours.get("hubs").json()["items"]] == ["semarang"]


def ours_at_twin(person):
    return Api(person, host=TWIN_HOST)


def test_hubs_and_spaces_are_public(semarang, rembug_1, gatra):
    api = Api()
    hub = api.get("hubs/semarang").json()
    assert len(hub["days"]) == 14
    assert hub["days"][0] == {
        "date": "2026-11-21",
        "open": [{"opens": "08:00", "closes": "22:00"}],
        "reason": "",
    }
    problem(api.get("hubs/atlantis"), 404, "unknown_hub")
    assert api.get("spaces", people=60).json()["items"][0]["name"] == "Gatra"
    assert api.get("spaces", kind="meeting").json()["count"] == 1
    assert api.get("spaces", features="step-free").json()["count"] == 0
    problem(api.get("spaces", hub="atlantis"), 404, "unknown_hub")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("hubs", {}),
        ("spaces", {}),
        ("availability", {"start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00"}),
    ],
)
def test_lists_ask_as_much_for_fifty_rows_as_for_one(semarang, rembug_1, path, query):
    api = Api()
    asked = {}
    for rows in (1, 3, 50):
        while semarang.spaces.count() < rows:
            add_space(
                semarang,
                by=SYSTEM,
                name=f"Ruang {semarang.spaces.count()}",
                kind="meeting",
                capacity=6,
                features=["wifi", "step-free"],
            )
        api.get(path, **query)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.get(path, **query).status_code == 200
        asked[rows] = len(queries)
    assert len(set(asked.values())) == 1, asked


def test_openapi_names_every_path(db):
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/hubs",
        "/api/v1/hubs/{slug}",
        "/api/v1/events",
        "/api/v1/events/{slug}",
        "/api/v1/events/{slug}/publish",
        "/api/v1/events/{slug}/registrations",
        "/api/v1/events/{slug}/attendance",
        "/api/v1/events/{slug}/door",
        "/api/v1/events/{slug}/walk-ins",
        "/api/v1/registrations",
        "/api/v1/registrations/{reference}",
        "/api/v1/registrations/{reference}/cancel",
        "/api/v1/registrations/{reference}/accept",
        "/api/v1/registrations/{reference}/switch",
        "/api/v1/check-ins",
        "/api/v1/figures",
        "/api/v1/certificates/{serial}",
        "/api/v1/spaces",
        "/api/v1/availability",
        "/api/v1/first-free",
        "/api/v1/utilisation",
        "/api/v1/waiting-list",
        "/api/v1/waiting-list/{reference}/accept",
        "/api/v1/waiting-list/{reference}/withdraw",
        "/api/v1/block-outs",
        "/api/v1/equipment",
        "/api/v1/bookings",
        "/api/v1/bookings/{reference}",
        "/api/v1/bookings/{reference}/approve",
        "/api/v1/bookings/{reference}/refuse",
        "/api/v1/bookings/{reference}/cancel",
        "/api/v1/bookings/{reference}/check-in",
        "/api/v1/bookings/{reference}/release",
        "/api/v1/bookings/{reference}/extend",
        "/api/v1/bookings/{reference}/move",
        "/api/v1/enquiries",
        "/api/v1/questionnaires/{key}",
        "/api/v1/questionnaires/{key}/answers",
        "/api/v1/questionnaires/{key}/results",
        "/api/v1/initiatives",
        "/api/v1/initiatives/{key}",
        "/api/v1/initiatives/{key}/answer",
        "/api/v1/initiatives/{key}/stewards",
        "/api/v1/initiatives/{key}/stages",
        "/api/v1/initiatives/{key}/acts",
        "/api/v1/initiatives/{key}/continuity",
        "/api/v1/initiatives/{key}/timeline",
        "/api/v1/initiatives/{key}/criteria",
        "/api/v1/initiatives/{key}/judgements",
        "/api/v1/proposals",
        "/api/v1/proposals/{reference}",
        "/api/v1/proposals/{reference}/amendments",
        "/api/v1/proposals/{reference}/comments",
        "/api/v1/proposals/{reference}/support",
        "/api/v1/proposals/{reference}/answer",
        "/api/v1/amendments/{reference}/accept",
        "/api/v1/amendments/{reference}/reject",
        "/api/v1/amendments/{reference}/promote",
        "/api/v1/decisions",
        "/api/v1/decisions/{reference}",
        "/api/v1/decisions/{reference}/open",
        "/api/v1/decisions/{reference}/close",
        "/api/v1/decisions/{reference}/ballots",
        "/api/v1/decisions/{reference}/receipts",
        "/api/v1/commitments",
        "/api/v1/commitments/{reference}",
        "/api/v1/commitments/{reference}/deliver",
        "/api/v1/commitments/{reference}/confirm",
        "/api/v1/commitments/{reference}/reject",
        "/api/v1/commitments/{reference}/renegotiate",
        "/api/v1/commitments/{reference}/release",
        "/api/v1/initiatives/{id}/dialogues",
        "/api/v1/dialogues/{id}",
        "/api/v1/dialogues/{id}/statements",
        "/api/v1/dialogues/{id}/next",
        "/api/v1/dialogues/{id}/results",
        "/api/v1/dialogues/{id}/import",
        "/api/v1/dialogues/{id}/close",
        "/api/v1/statements/{id}/votes",
        "/api/v1/me",
    }
