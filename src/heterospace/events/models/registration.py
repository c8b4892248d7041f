"""Who wants to come, in what state, with what number on the waiting list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...members.models import Organisation, Person
from ..enums import LIVE, SEATED, RegistrationState
from .event import Event, KeptSeats, Seats


class Registration(models.Model):
    """A person wants to come to an event, alone or with companions; one live registration a person and event."""

    reference = models.CharField(max_length=12, unique=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    seats = models.ForeignKey(Seats, models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="registrations")
    state = models.CharField(max_length=10, choices=RegistrationState.choices)
    companions = ArrayField(models.CharField(max_length=120), default=list)  # their names
    people = models.PositiveSmallIntegerField(default=1)  # seats: the person and her companions
    number = models.PositiveIntegerField(null=True)  # on the waiting list of its mode
    kept = models.ForeignKey(KeptSeats, models.PROTECT, null=True, related_name="registrations")
    offered_until = models.DateTimeField(null=True)
    access_needs = models.CharField(_("accessibility needs"), max_length=300, blank=True)
    access_consent_at = models.DateTimeField(null=True)
    access_met = models.BooleanField(null=True)  # said by the organisers afterwards
    guardian_name = models.CharField(_("parent or guardian"), max_length=200, blank=True)
    guardian_whatsapp = models.CharField(_("their WhatsApp number"), max_length=20, blank=True)
    door = models.CharField(max_length=12, default="page")  # page, api, desk, import, demo
    made_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)  # why it was cancelled or refused

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                condition=Q(state__in=sorted(LIVE)),
                name="registered_once",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, people=F("companions__len") + 1), name="registration_counts_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waitlisted", "offered"]) | Q(number__isnull=False),
                name="waiting_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", offered_until__isnull=False)
                | (~Q(state="offered") & Q(offered_until=None)),
                name="offer_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(kept=None) | Q(state__in=sorted(SEATED)), name="kept_seat_is_taken"
            ),
            models.CheckConstraint(
                condition=Q(access_needs="") | Q(access_consent_at__isnull=False),
                name="access_needs_agreed_to",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "refused", "expired"], ended_at__isnull=False)
                | (~Q(state__in=["cancelled", "refused", "expired"]) & Q(ended_at=None)),
                name="registration_ended_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="confirmed_says_when",
            ),
            models.UniqueConstraint(
                fields=["seats", "number"], condition=Q(number__isnull=False), name="waiting_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "state"]),
            models.Index(fields=["seats", "number"], condition=Q(state="waitlisted"), name="in_the_queue"),
            models.Index(fields=["offered_until"], condition=Q(state="offered"), name="offers_out"),
            models.Index(fields=["person", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def mode(self) -> str:
        """On site or online."""
        return self.seats.mode

    @property
    def is_live(self) -> bool:
        """Whether it still stands."""
        return self.state in LIVE

    @property
    def is_seated(self) -> bool:
        """Whether it takes seats: confirmed, or offered."""
        return self.state in SEATED
