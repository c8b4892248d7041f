"""What an event leaves behind: certificates and their rules, the evidence folder, mailings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.models import User
from ...hubs.models import Hub
from ...members.models import Person
from ..enums import Audience, EvidenceKind, MailingState, TextKind
from .event import Event, EventSeries


class CertificateRule(models.Model):
    """Who gets a certificate of an event, or of a whole series: those who were at so much of its sessions."""

    event = models.OneToOneField(Event, models.CASCADE, null=True, related_name="certificate_rule")
    series = models.OneToOneField(EventSeries, models.CASCADE, null=True, related_name="certificate_rule")
    percent = models.PositiveSmallIntegerField(_("of the sessions, at least (per cent)"), default=80)
    title = models.CharField(_("what the certificate says"), max_length=200, blank=True)
    signer = models.CharField(_("who signs"), max_length=120, blank=True)
    signer_title = models.CharField(_("their office"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(event=None, series__isnull=False) | Q(event__isnull=False, series=None),
                name="certificate_rule_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="certificate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class Certificate(models.Model):
    """Says that its holder was there; the ledger's lines it rests on are frozen in it. Never deleted, only revoked."""

    serial = models.CharField(max_length=24, unique=True)
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="certificates")
    holder = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="certificates")
    series = models.ForeignKey(EventSeries, models.PROTECT, null=True, related_name="certificates")
    title = models.CharField(max_length=200)
    topic = models.CharField(max_length=12, blank=True)
    evidence = models.JSONField()  # sessions, how many of them, minutes, ids of the ledger's lines
    signer = models.CharField(max_length=120, blank=True)
    signer_title = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    signature = models.CharField(max_length=200)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="revoked_says_why",
            ),
            models.UniqueConstraint(
                fields=["holder", "event"],
                condition=Q(revoked_at=None, event__isnull=False),
                name="one_certificate_an_event",
            ),
            models.UniqueConstraint(
                fields=["holder", "series"],
                condition=Q(revoked_at=None, series__isnull=False),
                name="one_certificate_a_series",
            ),
        ]
        indexes = [models.Index(fields=["hub", "-id"]), models.Index(fields=["holder", "-id"])]

    def __str__(self) -> str:
        return self.serial


class EvidenceFile(models.Model):
    """A file of an event's evidence folder."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="evidence")
    kind = models.CharField(_("what it is"), max_length=10, choices=EvidenceKind.choices)
    title = models.CharField(_("title"), max_length=160, blank=True)
    file = models.FileField(_("file"), upload_to="evidence/")
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["kind", "id"]

    def __str__(self) -> str:
        return self.title or self.kind


class Mailing(models.Model):
    """A message to many people of an event: drafted, checked by somebody, then sent, batch after batch.

    `sent_at` is when sending began, `planned` how many it went to then, `sent_to` how many were written to so far, up
    to the person `reached`.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="mailings")
    audience = models.CharField(_("to whom"), max_length=10, choices=Audience.choices)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("message"), max_length=5000)
    state = models.CharField(max_length=8, choices=MailingState.choices, default=MailingState.DRAFT)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_to = models.PositiveIntegerField(null=True)
    planned = models.PositiveIntegerField(null=True)
    reached = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sending", "sent"], sent_at__isnull=False, sent_to__isnull=False)
                | (~Q(state__in=["sending", "sent"]) & Q(sent_at=None, sent_to=None)),
                name="mailing_sent_says_when",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="sending"), name="mailings_on_the_way")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject


class EventText(models.Model):
    """What the organisers say in place of the house's sentence in one kind of message about their event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="texts")
    kind = models.CharField(_("which message"), max_length=40, choices=TextKind.choices)
    body = models.TextField(_("your words"), max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="event_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.event_id}"
