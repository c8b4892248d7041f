"""Whatever a program sends, the API answers with what it asked for or with a problem that has a code; never with 500."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heterospace.core.deeds import SYSTEM
from heterospace.core.tokens import give_token
from tests.api.test_bookings_api import Api, problem, wish
from tests.events.houses import batik_class

pytestmark = pytest.mark.django_db

ODD_TEXTS = [
    "", " ", "\0", "a\0b", "ꦲꦏ꧀ꦱꦫꦗꦮ 🎉", "<b>x</b>", "'; drop table", "x" * 12_000, "true", "-1", "0", "%00", "../..", "1e400",
    "99999999999999999999999", "-99999999999999999999999", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "2026-11-24T09:00:00", "2026-11-24T09:00:00+07:00", "1999-12-31T23:59:59Z",
    "semarang", "rembug-1", "confirmed", "wifi,\0", "HS-0000-0000",
]  # fmt: skip
texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.integers(-5, 200) | st.floats(allow_nan=True) | texts
values = scalars | st.lists(scalars, max_size=3) | st.dictionaries(texts, scalars, max_size=3)
LISTS = {
    "hubs": [],
    "spaces": ["hub", "kind", "people", "features"],
    "availability": ["hub", "start", "end", "people", "kind", "features"],
    "bookings": ["state", "limit", "offset"],
    "events": ["hub", "from", "to", "topic", "limit", "offset"],
    "registrations": [],
    "me": [],
}
WISH = {"space", "start", "end", "purpose", "people", "organisation", "person"}
few = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)


@pytest.fixture
def api(sari, rembug_1, batik):
    return Api(sari)


@pytest.fixture
def ratnas(ratna):
    return Api(ratna)


@pytest.fixture
def kelas(semarang):
    return batik_class(semarang, companions=2)


def sound(response):
    """A good answer, or a problem with a code; no 500."""
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        body = problem(response, response.status_code, response.json()["code"])
        assert all(set(row) == {"field", "message"} for row in body["errors"])
    return response


@few
@given(data=st.data())
def test_odd_queries(api, data):
    path = data.draw(st.sampled_from(sorted(LISTS)))
    names = st.sampled_from([*LISTS[path], "unknown"])
    good = {"start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00"}
    query = data.draw(st.dictionaries(names, texts | st.integers(), max_size=4))
    sound(api.get(path, **({**good, **query} if path == "availability" else query)))


@few
@given(tail=texts, path=st.sampled_from(["hubs", "bookings"]))
def test_odd_addresses(api, path, tail):
    from urllib.parse import quote

    sound(api.client.get(f"/api/v1/{path}/{quote(tail)}", headers=api.headers))


@few
@given(odd=st.dictionaries(st.sampled_from(sorted(WISH)) | texts, values, max_size=4))
def test_odd_wishes(api, rembug_1, odd):
    body = {**wish(rembug_1), **odd}
    sound(api.client.post("/api/v1/bookings", json.dumps(body), "application/json", headers=api.headers))


EVENT = {
    "title",
    "hub",
    "start",
    "end",
    "mode",
    "capacity",
    "price",
    "topic",
    "admission",
    "companions",
    "hosts",
}
SCAN = {"ticket", "event", "session", "direction", "scanned_at", "nonce", "gate", "device"}


@few
@given(odd=st.dictionaries(st.sampled_from(sorted(EVENT)) | texts, values, max_size=4))
def test_odd_events(ratnas, semarang, odd):
    good = {
        "title": "Kelas",
        "hub": semarang.slug,
        "start": "2026-11-24T13:00:00+07:00",
        "end": "2026-11-24T16:00:00+07:00",
    }
    body = json.dumps({**good, **odd})
    sound(ratnas.client.post("/api/v1/events", body, "application/json", headers=ratnas.headers))


@few
@given(odd=st.dictionaries(st.sampled_from(sorted(SCAN)) | texts, values, max_size=4))
def test_odd_scans(ratnas, kelas, odd):
    good = {"ticket": "x", "event": kelas.slug, "scanned_at": "2026-11-24T13:00:00+07:00", "nonce": "n"}
    body = json.dumps([{**good, **odd}])
    sound(ratnas.client.post("/api/v1/check-ins", body, "application/json", headers=ratnas.headers))


@few
@given(
    odd=st.dictionaries(
        texts | st.sampled_from(["mode", "answers", "person", "companions"]), values, max_size=4
    )
)
def test_odd_registrations(api, kelas, odd):
    address = f"/api/v1/events/{kelas.slug}/registrations"
    sound(api.client.post(address, json.dumps(odd), "application/json", headers=api.headers))


@few
@given(body=st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode()))
@pytest.mark.parametrize("kind", ["application/json", "text/xml", "multipart/form-data; boundary=x"])
def test_odd_bodies(api, kind, body):
    for path in ("bookings", "bookings/HS-0000-0000/cancel"):
        sound(api.client.generic("POST", f"/api/v1/{path}", body, kind, headers=api.headers))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("purpose", "a\ud800b", "bad_request"),
        ("purpose", "a\0b", "bad_request"),
        ("purpose", "x" * 10_000, "purpose_too_long"),
        ("start", "0001-01-01T00:00:00+14:00", "invalid"),
        ("end", "9999-12-31T23:59:59-12:00", "invalid"),
        ("space", 10**30, "unknown_space"),
        ("organisation", -(10**30), "unknown_organisation"),
        ("person", 10**30, "unknown_person"),
        ("people", 10**30, "invalid"),
    ],
)
def test_what_no_column_holds_is_refused_by_name(api, rembug_1, field, value, code):
    response = sound(api.post("bookings", {**wish(rembug_1), field: value}))
    assert (response.status_code, response.json()["code"]) == (400 if code == "bad_request" else 422, code)


def test_too_large_and_too_deep(api):
    for body in ("[" * 100_000, '"' + "a" * 2_000_000 + '"'):
        response = api.client.post("/api/v1/bookings", body, "application/json", headers=api.headers)
        problem(response, 400, "bad_request")


def test_a_session_cookie_of_nobody_is_nobody(client, semarang):
    client.cookies["sessionid"] = "abc\0def"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/spaces/?hub=%00", "/hubs/%00/", "/organisations/?words=%00", "/?%00=1"]
)
def test_pages_refuse_a_nul_too(client, semarang, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("path", ["hubs", "hubs/semarang", "spaces", "bookings", "me", "availability"])
def test_methods_an_address_does_not_know(api, semarang, path):
    for method in ("PUT", "DELETE", "PATCH", "BREW"):
        response = api.client.generic(method, f"/api/v1/{path}", headers=api.headers)
        problem(response, 405, "method_not_allowed")
        assert "GET" in response.headers["Allow"]


def test_head_options_and_a_slash_too_many(api, semarang, rembug_1):
    head = api.client.head("/api/v1/hubs")
    assert (head.status_code, head.content) == (200, b"")
    options = api.client.options("/api/v1/bookings", headers=api.headers)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert api.get("hubs/").json() == api.get("hubs").json()
    assert api.post("bookings/", wish(rembug_1)).status_code == 201
    for nowhere in ("/api/", "/api/v1/", "/api/v2/hubs", "/api/v1/nothing"):
        problem(api.client.get(nowhere, headers=api.headers), 404, "not_found")


def test_a_token_is_printed_alone_and_an_endless_one_is_refused(sari, capsys):
    from django.core.management import CommandError, call_command

    call_command("token", "Sari@demo.example")
    printed = capsys.readouterr()
    assert printed.out.strip().startswith("hs_")
    assert len(printed.out.splitlines()) == 1
    assert printed.err == ""
    for days in (0, -1, 10**9):
        with pytest.raises(CommandError):
            call_command("token", "sari@demo.example", days=days)
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("token", "nobody@demo.example")
    assert give_token(sari.user, by=SYSTEM, label="x" * 500)
