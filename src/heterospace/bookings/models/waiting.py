"""The waiting list: a wish for a time that others have."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...hubs.models import Hub
from ...members.models import Organisation, Person
from ...spaces.models import Space
from ..enums import WishState
from .booking import Booking


class Wish(models.Model):
    """Somebody waits for a space, or for any of its hub that fits, at a time. What becomes free is offered in turn.

    An offer is a booking in the state `held` until its time is up; accepting confirms it.
    """

    reference = models.CharField(max_length=12, unique=True)
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="wishes")
    space = models.ForeignKey(Space, models.PROTECT, related_name="wishes")
    any_space = models.BooleanField(_("another space that fits will do, too"), default=False)
    period = DateTimeRangeField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="wishes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="wishes")
    purpose = models.CharField(_("purpose"), max_length=500)
    people = models.PositiveIntegerField(_("people"))
    state = models.CharField(max_length=10, choices=WishState.choices, default=WishState.WAITING)
    made_at = models.DateTimeField(default=clock.now)
    passed = models.PositiveSmallIntegerField(default=0)  # offers that were not taken
    offer = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="wish")  # the latest

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1), name="wish_for_somebody"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="wish_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["offered", "accepted"]) | Q(offer__isnull=False),
                name="wish_offered_what",
            ),
            models.UniqueConstraint(
                fields=["person", "space", "period"],
                condition=Q(state__in=["waiting", "offered"]),
                name="wish_once",
            ),
        ]
        indexes = [
            GistIndex(fields=["hub", "period"], condition=Q(state="waiting"), name="wish_waiting"),
            models.Index(fields=["person", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def start(self):
        """When it would begin."""
        return self.period.lower

    @property
    def end(self):
        """When it would end."""
        return self.period.upper
