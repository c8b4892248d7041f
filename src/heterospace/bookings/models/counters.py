"""What is counted rather than claimed whole: desks of a shared space, things of an equipment pool."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from ...spaces.models import Equipment, Space
from .booking import BlockOut, Booking


class BookedThing(models.Model):
    """So many things of a pool that belong to a booking, asked for or held."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="things")
    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="booked_things")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "equipment"], name="booked_thing_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="booked_thing_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.equipment_id}"


class Portion(models.Model):
    """So many desks of a shared space, or so many things of a pool, held for a period by a booking or a block-out.

    `counted` is the period by whole quarter hours, as its counter rows were moved.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="portions")
    block_out = models.ForeignKey(BlockOut, models.CASCADE, null=True, related_name="portions")
    space = models.ForeignKey(Space, models.PROTECT, null=True, related_name="portions")
    equipment = models.ForeignKey(Equipment, models.PROTECT, null=True, related_name="portions")
    quantity = models.PositiveIntegerField()
    counted = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="portion_of_something"),
            models.CheckConstraint(
                condition=Q(booking=None, block_out__isnull=False) | Q(booking__isnull=False, block_out=None),
                name="portion_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(space=None, equipment__isnull=False) | Q(space__isnull=False, equipment=None),
                name="portion_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.equipment_id or self.space_id}"


class Quarter(models.Model):
    """How many of a shared space's desks, or of a pool's things, are taken in the quarter hour from `at`.

    The constraint is the proof that nobody gets the 51st desk of 50.
    """

    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="quarters")
    equipment = models.ForeignKey(Equipment, models.CASCADE, null=True, related_name="quarters")
    at = models.DateTimeField()
    taken = models.IntegerField()
    most = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "at"], name="quarter_once_a_space"),
            models.UniqueConstraint(fields=["equipment", "at"], name="quarter_once_a_pool"),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("most")), name="quarter_not_over"),
            models.CheckConstraint(
                condition=Q(space=None, equipment__isnull=False) | Q(space__isnull=False, equipment=None),
                name="quarter_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id or self.space_id} {self.at}: {self.taken}/{self.most}"
