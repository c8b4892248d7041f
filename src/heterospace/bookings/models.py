"""A booking and the claims that make a double booking impossible."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..hubs.models import Hub
from ..members.models import Organisation, Person
from ..spaces.models import Space
from .enums import GIVEN_UP, LIVE, BookingState


class Booking(models.Model):
    """A person has a space for a time, for herself or for an organisation she acts for."""

    reference = models.CharField(max_length=12, unique=True)
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="bookings")
    space = models.ForeignKey(Space, models.PROTECT, related_name="bookings")
    period = DateTimeRangeField()  # [start, end), what the person asked for
    person = models.ForeignKey(Person, models.PROTECT, related_name="bookings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="bookings")
    purpose = models.CharField(_("purpose"), max_length=500)
    people = models.PositiveIntegerField(_("people"))
    state = models.CharField(max_length=10, choices=BookingState.choices, default=BookingState.CONFIRMED)
    revision = models.PositiveSmallIntegerField(default=0)  # SEQUENCE of its calendar entry
    created_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True)
    release_at = models.DateTimeField(
        null=True
    )  # unless somebody checked in; by the rule of the day it was booked
    checked_in_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # when they left, or when nobody had come
    booked_until = models.DateTimeField(null=True)  # the end before the rest was given back
    held_from = models.DateTimeField(null=True)  # when it moved here while it was on: its claims begin then

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1), name="booking_for_somebody"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="booking_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="cancelled_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="checked_in", checked_in_at__isnull=False)
                | Q(state="finished")
                | Q(state__in=["confirmed", "no_show", "cancelled"], checked_in_at=None),
                name="checked_in_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["finished", "no_show"], ended_at__isnull=False)
                | (~Q(state__in=["finished", "no_show"]) & Q(ended_at=None)),
                name="ended_says_when",
            ),
            models.CheckConstraint(
                condition=Q(booked_until=None)
                | Q(state="finished", period__endswith__lt=models.F("booked_until")),
                name="given_back_before_the_end",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"]),
            models.Index(fields=["organisation", "-id"]),
            GistIndex(fields=["hub", "period"], name="booking_hub_period"),
            models.Index(RangeStartsWith("period"), name="booking_start"),
            models.Index(fields=["release_at"], condition=Q(state="confirmed"), name="booking_release"),
            models.Index(fields=["id"], condition=Q(state="checked_in"), name="booking_inside"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def start(self) -> dt.datetime:
        """When it begins."""
        return self.period.lower

    @property
    def end(self) -> dt.datetime:
        """When it ends; tidying comes after."""
        return self.period.upper

    @property
    def is_live(self) -> bool:
        """Whether it holds its space."""
        return self.state in LIVE

    @property
    def is_given_up(self) -> bool:
        """Whether its space was never used: cancelled, or nobody came."""
        return self.state in GIVEN_UP

    @property
    def is_inside(self) -> bool:
        """Whether its people are in the space."""
        return self.state == BookingState.CHECKED_IN

    @property
    def longer(self) -> dt.datetime:
        """Half an hour after its end (by half hours, still to come): what the button that extends it asks for."""
        half = dt.timedelta(minutes=30)
        over = max(dt.timedelta(), clock.now() - self.end)
        return self.end + half * (over // half + 1)

    @property
    def overtime(self) -> int:
        """Whole minutes its people stayed beyond its end, so far or until they left."""
        left = self.ended_at or clock.now()
        known = self.is_inside or self.state == BookingState.FINISHED
        return max(0, int((left - self.end).total_seconds() // 60)) if known else 0


class Claim(models.Model):
    """One leaf space held for [start, end + turnaround) by a live booking; the constraint is the proof."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="claims")
    space = models.ForeignKey(Space, models.PROTECT, related_name="claims")
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="claim_no_overlap",
                expressions=[("space", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="claim_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.period}"


class Guest(models.Model):
    """Somebody a booking brings along: a name for the desk, blanked a month after, and when she came and went."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="guests")
    name = models.CharField(_("name"), max_length=120, blank=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(arrived_at__isnull=False, left_at__gte=models.F("arrived_at")),
                name="guest_came_before_leaving",
            )
        ]
        indexes = [models.Index(fields=["booking"], condition=~Q(name=""), name="guest_named")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_there(self) -> bool:
        """Whether she came and has not gone."""
        return self.arrived_at is not None and self.left_at is None


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
