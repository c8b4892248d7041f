"""Names may be written in any script and with any sign; nowhere do they become markup, a header or a calendar line."""

import json

import pytest
from django.core import mail
from icalendar import Calendar

from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.core.tasks import deliver
from heterospace.hubs import actions as hubs
from heterospace.members import actions as members
from heterospace.spaces import actions as spaces
from tests.api.test_bookings_api import Api, wish
from tests.cast import EVERY_DAY, staff

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
JAVANESE = "ꦱꦫꦶ 🎉"
BROKEN = "\r\nBcc: victim@demo.example\r\nX-EVIL:1"
NAME = f"{EVIL} {JAVANESE}{BROKEN}"
KEPT = " ".join(NAME.split())


@pytest.fixture
def house(office):
    """A hub, a room, people and an organisation that all carry the worst name there is; answers who and what."""
    hub = hubs.open_hub(
        office, by=SYSTEM, week=EVERY_DAY, name=NAME[:120], slug="semarang", regency="33.74", address=NAME
    )
    room = spaces.add_space(hub, by=SYSTEM, name=KEPT[:80], kind="meeting", capacity=8, about=NAME)
    manager = staff(hub, "manager", NAME, "ratna@demo.example")
    officer = members.give_office_role(
        office, by=SYSTEM, role="officer", name=NAME, email="hendro@demo.example"
    ).person
    owner = members.create_organisation(
        office, by=manager.user, role="owner", name=NAME, kind="umkm", about=NAME
    )
    members.change_person(manager, by=manager.user, name=NAME)
    return hub, room, manager, officer, owner


def harmless(answer):
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert" not in words
    assert "<img src=x" not in words
    assert "\"'>" not in words
    return words


def test_on_every_page(house, enter):
    hub, room, manager, officer, owner = house
    booked = Api(manager).post("bookings", wish(room, purpose=NAME, organisation=owner.pk)).json()
    members.register_person(
        hub.office, by=manager.user, name=NAME, whatsapp="081311112222", purposes=["service"]
    )
    at = f"/hubs/{hub.slug}"
    here = f"{at}/spaces/{room.slug}/"
    pages = [
        "/", "/spaces/", f"{at}/", here, f"{here}book/", f"{here}edit/", f"{at}/spaces/", f"{at}/settings/", f"{at}/settings/hours/",
        f"{at}/settings/days/", f"{at}/staff/", f"{at}/settings/organisations/", "/search/?date=2026-11-24&start=09:00&end=11:00&people=2",
        "/organisations/", f"/organisations/{owner.slug}/", f"/organisations/{owner.slug}/edit/", f"/organisations/{owner.slug}/people/",
        "/people/", f"/people/{manager.pk}/", f"/people/{manager.pk}/edit/", "/me/", "/me/profile/", "/me/data/", "/bookings/",
        f"/bookings/{booked['reference']}/", f"/desk/{hub.slug}/?date=2026-11-24", "/outbox/", f"/outbox/{Message.objects.latest('pk').pk}/",
        "/api/v1/docs", "/account/mfa/",
    ]  # fmt: skip
    shown = 0
    for page in pages:
        for who in (manager, officer):
            words = harmless(enter(who).get(page)) if (who, page[:10]) != (officer, "/bookings/") else ""
            shown += JAVANESE in words
    assert shown > 20
    harmless(enter().get("/spaces/?kind=%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "<script>alert" not in enter().get("/<script>alert(1)</script>/").content.decode()


def test_in_mail_calendar_and_json(house, enter, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    _hub, room, manager, _officer, owner = house
    api = Api(manager)
    booked = api.post("bookings", wish(room, purpose=NAME, organisation=owner.pk))
    assert booked.status_code == 201
    body = booked.json()
    assert body["person"] == KEPT
    assert body["space"]["name"] == KEPT[:80]
    assert "\n" not in api.get("hubs").json()["items"][0]["name"]
    api.post(f"bookings/{body['reference']}/cancel", {"reason": NAME})
    for message in Message.objects.order_by("pk"):
        deliver.call(message.pk)
        message.refresh_from_db()
        assert message.state == "sent", message.error
    assert len(mail.outbox) >= 3
    for sent in mail.outbox:
        assert sent.recipients() in (["ratna@demo.example"], ["hendro@demo.example"])
        assert "\n" not in sent.subject
        parsed = sent.message()
        assert not parsed["Bcc"]
        assert not parsed["X-EVIL"]
    file = enter(manager).get(f"/bookings/{body['reference']}/calendar.ics")
    lines = file.content.decode().replace("\r\n ", "").split("\r\n")
    assert not [line for line in lines if line.startswith(("X-EVIL", "Bcc"))]
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    assert JAVANESE in event["description"]
    assert "\r" not in file.headers["Content-Disposition"]
    told = enter(manager).get("/me/data/export/")
    assert JAVANESE in json.dumps(json.loads(told.content), ensure_ascii=False)
