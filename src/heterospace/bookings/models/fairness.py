"""Fair shares: what everybody had, and how much one may have."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...hubs.models import Hub
from ...spaces.enums import SpaceKind
from ..enums import LedgerKind, Per, Whose
from .booking import Booking


class LedgerEntry(models.Model):
    """What became of a booking, in minutes: used, cancelled late, missed, given back early. Append-only.

    Whose it was stands in the booking, so that erasing or merging a person leaves the ledger alone.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=12, choices=LedgerKind.choices)
    minutes = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "kind"], name="ledger_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.kind} {self.minutes}"


class Quota(models.Model):
    """How many hours one organisation (its people together) or one person may have at a hub in a day, week or month.

    With `prime_from` it counts only what falls into those hours of the weekdays Monday to Friday.
    """

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="quotas")
    whose = models.CharField(_("for whom"), max_length=12, choices=Whose.choices)
    kind = models.CharField(_("kind of space"), max_length=12, choices=SpaceKind.choices, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours"))
    per = models.CharField(_("in"), max_length=5, choices=Per.choices)
    prime_from = models.PositiveSmallIntegerField(_("prime time from"), null=True, blank=True)
    prime_until = models.PositiveSmallIntegerField(_("prime time until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=744), name="quota_hours"),
            models.CheckConstraint(
                condition=Q(prime_from=None, prime_until=None)
                | Q(prime_from__lt=models.F("prime_until"), prime_until__lte=1440),
                name="quota_prime_time",
            ),
            models.UniqueConstraint(
                fields=["hub", "whose", "kind", "per", "prime_from", "prime_until"],
                nulls_distinct=False,
                name="quota_once",
            ),
        ]
        ordering = ["whose", "kind", "per", "id"]

    def __str__(self) -> str:
        return f"{self.hours} h {self.per} {self.whose}"

    @property
    def prime_span(self) -> tuple[int, int]:
        """Prime time in minutes after midnight; the whole day without one."""
        return self.prime_from or 0, self.prime_until or 1440
