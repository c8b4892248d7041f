"""The deeds of events."""

from .links import send_link_again
from .registering import (
    PLAIN,
    Wish,
    accept_offer,
    cancel_registration,
    decide_registration,
    invite,
    lapse_offers,
    register,
    register_guest,
    registration_of_link,
    switch_mode,
)

__all__ = [
    "PLAIN",
    "Wish",
    "accept_offer",
    "cancel_registration",
    "decide_registration",
    "invite",
    "lapse_offers",
    "register",
    "register_guest",
    "registration_of_link",
    "send_link_again",
    "switch_mode",
]
