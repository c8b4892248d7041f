"""What people looked for and did not find, without saying who."""

from django.db import models
from django.db.models import Q

from ...hubs.models import Hub, Office
from ...spaces.enums import SpaceKind
from ..enums import UnmetReason


class UnmetWish(models.Model):
    """How often nothing was to be had for wishes that are alike: a counter, no person, no text, no exact number."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="unmet_wishes")
    hub = models.ForeignKey(
        Hub, models.CASCADE, null=True, related_name="unmet_wishes"
    )  # None: any hub would do
    kind = models.CharField(max_length=12, choices=SpaceKind.choices, blank=True)  # "": any kind would do
    day = models.DateField()  # the wished one
    hour = models.PositiveSmallIntegerField()  # in which the wish would begin
    people = models.PositiveSmallIntegerField()  # the least of its band, see PEOPLE_BANDS
    reason = models.CharField(max_length=10, choices=UnmetReason.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "day", "hub", "hour", "kind", "people", "reason"],
                nulls_distinct=False,
                name="unmet_once_alike",
            ),
            models.CheckConstraint(condition=Q(hour__lte=23), name="unmet_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour}: {self.reason} {self.count}"
