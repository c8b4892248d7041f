"""A slow line sends the same request many times at once: one booking, one answer."""

import json

import pytest
from django.test import Client

from heterospace.bookings.models import Booking
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import AnsweredRequest
from heterospace.core.tokens import give_token
from tests.bookings.test_race import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def send(token, space, key):
    body = {
        "space": space.pk,
        "start": "2026-11-24T09:00:00+07:00",
        "end": "2026-11-24T11:00:00+07:00",
        "purpose": "Temu pembeli",
        "people": 4,
    }
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    return Client().post(
        "/api/v1/bookings", json.dumps(body), content_type="application/json", headers=headers
    )


def test_six_at_once_with_one_key_are_one_booking(rembug_1, sari):
    token = give_token(sari.user, by=SYSTEM, label="test")
    answers = at_once([lambda: send(token, rembug_1, "tap")] * 6)
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert (Booking.objects.count(), AnsweredRequest.objects.count()) == (1, 1)


def test_without_a_key_the_others_clash(rembug_1, sari):
    """The control: it is the key that makes them one."""
    token = give_token(sari.user, by=SYSTEM, label="test")
    answers = at_once([lambda: send(token, rembug_1, "")] * 6)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
