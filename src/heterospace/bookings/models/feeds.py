"""Calendars people subscribe to."""

from django.db import models
from django.db.models import Q

from ...core import clock
from ...hubs.models import Hub
from ...members.models import Organisation, Person
from ...spaces.models import Space


class Feed(models.Model):
    """A calendar somebody subscribes to by a secret address: her own, an organisation's, a space's or a hub's bookings.

    Each reading asks anew what its maker may see; revoking it closes the address for good.
    """

    secret = models.CharField(max_length=40, unique=True)
    maker = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="feeds")
    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="feeds")
    hub = models.ForeignKey(Hub, models.CASCADE, null=True, related_name="feeds")
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, space=None)
                | Q(organisation=None, hub=None)
                | Q(space=None, hub=None),
                name="feed_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["maker", "organisation", "space", "hub"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="one_feed_of_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def thing(self) -> Organisation | Space | Hub | Person:
        """Whose bookings it tells; the maker's own when nothing else is named."""
        return self.organisation or self.space or self.hub or self.maker
