"""The room of an event online: the organisers' link, or a room that only those learn of who are let in."""

import datetime as dt

from django.conf import settings
from django.utils.crypto import salted_hmac

from ..core import clock
from .enums import EventState, Mode, RegistrationState
from .models import Event, Registration

OPENS_BEFORE = dt.timedelta(minutes=30)
SILENCE = dt.timedelta(minutes=5)  # who is not heard of for so long has left


def meeting_of(event: Event) -> str:
    """The address of the meeting: the one the organisers gave, else a Jitsi room nobody can guess, always the same."""
    if event.online_url:
        return event.online_url
    room = salted_hmac("events.meeting", event.reference, algorithm="sha256").hexdigest()[:24]
    return f"{settings.MEET_URL}/HeteroSpace-{room}"


def opens_at(event: Event) -> dt.datetime:
    """From when the way in is open."""
    return event.start - OPENS_BEFORE


def why_shut(registration: Registration) -> str:
    """Why this registration may not enter just now: `not_online`, `not_yet`, `over`; "" when it may."""
    event = registration.event
    if registration.state != RegistrationState.CONFIRMED or registration.seats.mode != Mode.ONLINE:
        return "not_online"
    if event.state != EventState.PUBLISHED or event.end <= clock.now():
        return "over"
    return "not_yet" if clock.now() < opens_at(event) else ""
