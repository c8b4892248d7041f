"""What the door says, in words, pictures and colours; the same on the page and in the app."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from .enums import Mode, Outcome, RegistrationState

TONES = {  # in: green, out: blue, warn: yellow, no: red
    Outcome.IN: "in",
    Outcome.OUT: "out",
    Outcome.ALREADY_IN: "warn",
    Outcome.NOT_IN: "warn",
    Outcome.NOT_CONFIRMED: "warn",
    Outcome.CANCELLED: "no",
    Outcome.WRONG_EVENT: "no",
    Outcome.UNKNOWN: "no",
}
PAGE_TONES = {"in": "good", "out": "act", "warn": "wait", "no": "bad"}  # as the components name them
ICONS = {
    Outcome.IN: "circle-check",
    Outcome.OUT: "log-out",
    Outcome.ALREADY_IN: "users-round",
    Outcome.NOT_IN: "circle-dashed",
    Outcome.NOT_CONFIRMED: "hourglass",
    Outcome.CANCELLED: "ban",
    Outcome.WRONG_EVENT: "calendar-x",
    Outcome.UNKNOWN: "circle-x",
}
WHY = {
    Outcome.IN: gettext_lazy("Welcome."),
    Outcome.OUT: gettext_lazy("Until next time."),
    Outcome.ALREADY_IN: gettext_lazy("This ticket was used before."),
    Outcome.NOT_IN: gettext_lazy("This ticket was not let in here."),
    Outcome.NOT_CONFIRMED: gettext_lazy("No seat yet: still waiting."),
    Outcome.CANCELLED: gettext_lazy("This registration was cancelled."),
    Outcome.WRONG_EVENT: gettext_lazy("Right house, other event: look at the ticket."),
    Outcome.UNKNOWN: gettext_lazy("Look for the name instead."),
}


def words() -> dict[str, Any]:
    """Every sentence the app says, in the language of its page."""
    return {
        "outcomes": {one.value: str(one.label) for one in Outcome},
        "why": {one.value: str(sentence) for one, sentence in WHY.items()},
        "states": {one.value: str(one.label) for one in RegistrationState},
        "modes": {one.value: str(one.label) for one in Mode},
        "people": _("%(n)s people"),
        "isNew": _("Registered after this list was loaded"),
        "before": _("%(time)s at %(gate)s"),
        "conflict": _("The same ticket twice"),
        "conflictLine": _("%(first)s, and here at %(time)s"),
        "otherwise": _("This device said: %(said)s. The hub says: %(heard)s."),
        "refused": _("Not taken: %(why)s"),
        "waiting": pgettext("a scan", "waits to be sent"),
        "taken": pgettext("a scan", "taken"),
        "differs": pgettext("a scan", "conflict"),
        "notTaken": pgettext("a scan", "not taken"),
        "walkIn": pgettext("check-in", "Written down"),
        "walkInWhy": _("The hub finds a seat as soon as there is a connection."),
        "walkedIn": _("Walk-in"),
        "online": pgettext("check-in", "Connected"),
        "offline": _("No connection: it works on"),
        "signIn": _("Sign in again to send"),
        "gone": _("You may no longer check people in here."),
        "unsent": _("%(n)s waiting to be sent"),
        "allSent": _("Everything is sent"),
        "listOf": _("List of %(time)s"),
        "nobody": _("Nobody on the list fits."),
        "noCamera": _("The camera cannot be used. Type the reference, or look for the name."),
        "insecure": _("This address is not protected (https), so the camera and offline work are off."),
        "start": _("Turn the camera on"),
        "stop": _("Turn the camera off"),
        "choose": {"in": _("Comes in"), "out": _("Goes out")},
        "seen": pgettext("a conflict", "Seen"),
        "noGate": _("gate not named"),
        "forget": _("Forget this device"),
        "forgetLoses": _("%(n)s scans were not sent and would be lost. Tap again to forget them."),
        "forgotten": _("This device knows nothing of the event any more."),
        "over": _("The event is over: the list was deleted from this device."),
        "noList": _("There is no list on this device yet. Connect once to load it."),
        "nameAndAddress": _("Give the name, and a WhatsApp number or an e-mail address."),
        "device": _("Phone"),
    }
