"""Tablets beside doors."""

from django.db import models
from django.db.models import Q

from ...core import clock
from ...members.models import Person
from ...spaces.models import Space


class Display(models.Model):
    """A tablet beside a space's door, opened at a secret address: it says who has the space now and next.

    It stays open when its maker leaves; a manager closes the address for good.
    """

    secret = models.CharField(max_length=40, unique=True)
    space = models.ForeignKey(Space, models.CASCADE, related_name="displays")
    maker = models.ForeignKey(Person, models.CASCADE, related_name="displays")
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space"], condition=Q(revoked_at=None), name="one_display_of_a_space"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
