"""What events tell the apps below: whose data they hold, and the messages they send."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..core import notify
from ..members import personal_data
from ..members.enums import Purpose
from ..members.signals import consent_withdrawn
from .models import Registration
from .wording import mailing_words, own_words

notify.register("registration_confirmed", _("Registration confirmed"), words=own_words)
notify.register("registration_waitlisted", _("On the waiting list of an event"), words=own_words)
notify.register("registration_pending", _("Registration received"))
notify.register("registration_refused", _("Registration not chosen"))
notify.register("registration_cancelled", _("Registration cancelled"))
notify.register("seat_offered", _("Waiting list: a seat is offered"), words=own_words)
notify.register("seat_lapsed", _("Waiting list: the seat went to others"))
notify.register("event_moved", _("Event at another time or place"))
notify.register("event_called_off", _("Event called off"))
notify.register("event_invited", _("Invitation to an event"))
notify.register("event_submitted", _("To the hub: an event waits for review"))
notify.register("event_returned", _("Event sent back to its organisers"))
notify.register("certificate_issued", _("Certificate"))
notify.register("certificate_revoked", _("Certificate revoked"))
notify.register("event_tomorrow", _("Reminder the day before an event"), words=own_words)
notify.register("event_soon", _("Reminder two hours before an event"))
notify.register("event_mailing", _("Message of an event's organisers"), words=mailing_words)
notify.register("event_news", _("News: invitation to an event"), words=mailing_words)
notify.register("event_published", _("Event published"))


def _blank_registrations(rows):
    """The seats stay counted; the names of companions and what was said about her go."""
    for row in rows:
        row.companions = [""] * len(row.companions)
        row.access_needs = row.guardian_name = row.guardian_whatsapp = row.note = ""
        row.save(update_fields=["companions", "access_needs", "guardian_name", "guardian_whatsapp", "note"])


@receiver(consent_withdrawn)
def _forget_needs(person: Any, purposes: Any, **_more: Any) -> None:
    """What she needs to take part was told event by event; it goes with her consent to keep such things."""
    if Purpose.DISABILITY in purposes:
        Registration.objects.filter(person=person).update(access_needs="", access_consent_at=None)


personal_data.know(
    "events.registration.person",
    export=lambda row: {
        "reference": row.reference,
        "event": row.event.title,
        "start": row.event.start.isoformat(),
        "mode": row.seats.mode,
        "state": row.state,
        "companions": row.companions,
        "access_needs": row.access_needs,
        "made_at": row.made_at.isoformat(),
        "attendance": [
            {"at": scan.scanned_at.isoformat(), "outcome": scan.outcome, "source": scan.source}
            for scan in row.scans.order_by("pk")
        ],
    },
    erase=_blank_registrations,
)
personal_data.know(
    "events.event.made_by", export=lambda row: {"event": row.title, "start": row.start.isoformat()}
)
personal_data.know(
    "events.speaker.person",
    export=lambda row: {"event": row.session.event.title, "name": row.name},
    erase=lambda rows: rows.update(name="", role=""),
)
personal_data.know("events.helper.person", export=lambda row: {"event": row.event.title, "role": row.role})
personal_data.know(
    "events.invitation.person", export=lambda row: {"event": row.event.title, "at": row.at.isoformat()}
)
personal_data.know(
    "events.certificate.holder",
    export=lambda row: {
        "serial": row.serial,
        "title": row.title,
        "issued_at": row.issued_at.isoformat(),
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    },
)
