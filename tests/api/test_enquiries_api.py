"""Asking a hub by program, as a stranger and as a member; the desk's queue."""

import pytest

from heterospace.enquiries.models import Enquiry
from tests.api.test_bookings_api import Api, problem
from tests.cast import TWIN_HOST

pytestmark = pytest.mark.django_db
TOLD = {"hub": "semarang", "text": "Ada musala?", "name": "Lestari", "whatsapp": "0812 5555 6666"}


def test_a_stranger_asks_and_is_promised_a_time(semarang):
    made = Api().post("enquiries", TOLD)
    assert made.status_code == 201, made.content
    enquiry = Enquiry.objects.get()
    assert made.json() == {
        "reference": enquiry.reference,
        "promised_by": "2026-11-21T17:00:00+07:00",
        "link": f"/enquiries/{enquiry.secret}/",
    }
    again = Api().post("enquiries", TOLD, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, made.json())


def test_a_member_asks_with_her_own_contact(semarang, rembug_1, sari):
    told = {"hub": "semarang", "kind": "fault", "text": "Lampu mati", "space": "rembug-1"}
    api = Api(sari)
    first = api.post("enquiries", told, **{"Idempotency-Key": "k1"})
    assert first.status_code == 201, first.content
    second = api.post("enquiries", told, **{"Idempotency-Key": "k1"})
    assert second["Idempotency-Replayed"] == "true"
    enquiry = Enquiry.objects.get()
    assert (enquiry.person, enquiry.space) == (sari, rembug_1)


def test_wrong_wishes_say_which_field(semarang, twin_hub):
    for wrong, field in (
        ({"whatsapp": ""}, "whatsapp"),
        ({"whatsapp": "12"}, "whatsapp"),
        ({"text": " "}, "text"),
        ({"name": ""}, "name"),
        ({"kind": "song"}, "kind"),
        ({"space": "nowhere"}, "space"),
        ({"email": "x"}, "email"),
    ):
        body = Api().post("enquiries", {**TOLD, **wrong}).json()
        assert (body["status"], body["errors"][0]["field"]) == (422, field), body
    problem(Api().post("enquiries", {**TOLD, "hub": "nowhere"}), 404, "unknown_hub")
    broken = Api()
    broken.headers["Authorization"] = "Bearer nonsense"
    problem(broken.post("enquiries", TOLD), 401, "bad_token")
    assert not Enquiry.objects.exists()


def test_one_number_asks_only_so_often(semarang):
    answers = [Api().post("enquiries", {**TOLD, "text": f"Nomor {n}"}) for n in range(9)]
    assert [one.status_code for one in answers] == [201] * 8 + [429]
    problem(answers[-1], 429, "too_often")


def test_the_desk_reads_its_queue_without_contacts(semarang, twin_hub, dimas, sari):
    Api().post("enquiries", TOLD)
    Api(host=TWIN_HOST).post("enquiries", {**TOLD, "text": "Kembar"})
    listed = Api(dimas).get("enquiries", hub="semarang")
    assert listed.json()["count"] == 1
    assert listed.json()["items"][0]["text"] == "Ada musala?"
    assert "6666" not in listed.content.decode()
    problem(Api(sari).get("enquiries", hub="semarang"), 403, "forbidden")
    problem(Api().get("enquiries", hub="semarang"), 401, "sign_in")
