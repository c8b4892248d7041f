"""What people ask, complain about or praise, and what they were answered."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.notify import Addressee
from ..hubs.models import Hub
from ..members.models import Person
from ..spaces.models import Space
from . import enums


class Enquiry(models.Model):
    """Something told to a hub, by a member or a stranger, with the moment by which an answer was promised."""

    reference = models.CharField(max_length=12, unique=True)
    secret = models.CharField(max_length=40, unique=True)  # of the page the person follows it on
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="enquiries")
    space = models.ForeignKey(Space, models.PROTECT, null=True, related_name="enquiries")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="enquiries")
    kind = models.CharField(_("what it is"), max_length=10, choices=enums.EnquiryKind.choices)
    text = models.TextField(_("text"), max_length=2000)
    name = models.CharField(_("name"), max_length=200)
    whatsapp = models.CharField(_("WhatsApp number"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=5, default="id")
    asked_at = models.DateTimeField(default=clock.now)
    promised_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=enums.EnquiryState.choices, default="waiting")
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=enums.Outcome.choices, blank=True)
    outcome_note = models.CharField(max_length=500, blank=True)
    forgotten_at = models.DateTimeField(null=True)  # who it was and what was said is blanked

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="closed_enquiry_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(name="", whatsapp="", email="", text="", outcome_note=""),
                name="forgotten_enquiry_is_blank",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hub", "promised_by"],
                condition=Q(state__in=["waiting", "in_hand"]),
                name="enquiry_open",
            ),
            models.Index(fields=["hub", "-id"], name="enquiry_of_hub"),
            models.Index(fields=["person", "-id"], name="enquiry_of_person"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return enums.EnquiryKind(self.kind).icon

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed."""
        return self.state in enums.OPEN

    @property
    def overdue(self) -> int:
        """Whole minutes since an answer it still waits for was promised; 0 while there is time."""
        late = clock.now() - self.promised_by
        return max(0, int(late / dt.timedelta(minutes=1))) if self.is_open else 0

    @property
    def lateness(self) -> int:
        """`overdue` as people say it: whole days, else whole hours, else minutes (in minutes)."""
        late = self.overdue
        unit = next(unit for unit in (1440, 60, 1) if late >= unit or unit == 1)
        return late - late % unit

    @property
    def addressee(self) -> Addressee:
        """Where an answer by mail goes; a stranger is number 0."""
        return Addressee(self.person_id or 0, self.name, self.email, "", self.language)


class Answer(models.Model):
    """What somebody was told. The first one since the promise says which promise it kept or broke."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="answers")
    text = models.TextField(_("answer"), max_length=2000)
    way = models.CharField(_("way"), max_length=10, choices=enums.Way.choices)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    promised_by = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["enquiry", "id"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
