"""What comes on paper or to the desk: letters of approval, faults that were reported."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.models import User
from ...hubs.models import Hub
from ...members.models import Person
from ...spaces.models import Equipment, Space
from ..enums import FaultState
from .booking import BlockOut, Booking


class Letter(models.Model):
    """The letter that says a request was approved: numbered through the year at its hub, its content frozen."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="letter")
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="letters")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField(default=clock.now)
    signer = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hub", "year", "number"], name="letter_number_once")]

    def __str__(self) -> str:
        return f"{self.number:03}/{self.hub_id}/{self.year}"


class Fault(models.Model):
    """Somebody says that something is broken: a space, something in it, or a thing that can be borrowed."""

    reference = models.CharField(max_length=12, unique=True)
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="faults")
    space = models.ForeignKey(Space, models.PROTECT, null=True, related_name="faults")
    equipment = models.ForeignKey(Equipment, models.PROTECT, null=True, related_name="faults")
    person = models.ForeignKey(Person, models.PROTECT, related_name="faults")
    text = models.TextField(_("what is wrong"), max_length=1000)
    state = models.CharField(max_length=10, choices=FaultState.choices, default=FaultState.OPEN)
    block_out = models.ForeignKey(BlockOut, models.SET_NULL, null=True, related_name="faults")
    reported_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(space__isnull=False) | Q(equipment__isnull=False), name="fault_of_something"
            )
        ]
        indexes = [models.Index(fields=["hub", "-id"])]

    def __str__(self) -> str:
        return self.reference
