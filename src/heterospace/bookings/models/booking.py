"""A booking, a series, a block-out, and the claims that make a double booking impossible."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.models import User
from ...hubs.models import Hub
from ...members.models import Organisation, Person
from ...spaces.models import Space
from ..enums import FIRM, GIVEN_UP, LIVE, WAITING, BlockKind, BookingState, RefusalReason


class Series(models.Model):
    """Bookings of one wish that comes back by a rule (RFC 5545): each date is a booking of its own.

    Dates that could not be had are kept as `MissedDate` with the reason.
    """

    reference = models.CharField(max_length=12, unique=True)
    space = models.ForeignKey(Space, models.PROTECT, related_name="series")
    person = models.ForeignKey(Person, models.PROTECT, related_name="series")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="series")
    rule = models.CharField(max_length=200)  # RRULE with COUNT or UNTIL, without DTSTART
    start = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.reference


class MissedDate(models.Model):
    """A date of a series that is no booking: skipped by the person, or refused and why. It may be added again."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="missed")
    period = DateTimeRangeField()
    code = models.CharField(max_length=30)  # of the refusal; `skipped` when the person left it out
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "period"], name="missed_once")]
        ordering = ["period"]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period}"


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
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="bookings")
    revision = models.PositiveSmallIntegerField(default=0)  # SEQUENCE of its calendar entry
    created_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)  # asked for, and answered
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(max_length=14, choices=RefusalReason.choices, blank=True)  # why refused
    decision_note = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)
    release_at = models.DateTimeField(
        null=True
    )  # unless somebody checked in (by the rule of the day it was booked), or decided
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
                | (~Q(state__in=["checked_in", "finished"]) & Q(checked_in_at=None)),
                name="checked_in_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["finished", "no_show"], ended_at__isnull=False)
                | (~Q(state__in=["finished", "no_show"]) & Q(ended_at=None)),
                name="ended_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["requested", "held"]) | Q(release_at__isnull=False),
                name="waiting_says_until_when",
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
            models.Index(
                fields=["release_at"],
                condition=Q(state__in=["confirmed", "held", "requested"]),
                name="booking_release",
            ),
            models.Index(
                fields=["hub", "id"], condition=Q(state__in=["held", "requested"]), name="booking_undecided"
            ),
            GistIndex(fields=["period"], condition=Q(state="requested"), name="booking_requested"),
            models.Index(
                RangeEndsWith("period"),
                condition=Q(state__in=["confirmed", "checked_in"]),
                name="booking_ends",
            ),
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
    def is_waiting(self) -> bool:
        """Whether somebody has yet to decide about it."""
        return self.state in WAITING

    @property
    def is_firm(self) -> bool:
        """Whether its people may come."""
        return self.state in FIRM

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


class BlockOut(models.Model):
    """Time in which nobody gets a space: maintenance, repair, the hub's own use, another calendar's entry."""

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="block_outs")
    space = models.ForeignKey(Space, models.PROTECT, related_name="block_outs")
    period = DateTimeRangeField()
    kind = models.CharField(max_length=12, choices=BlockKind.choices)
    reason = models.CharField(_("what for"), max_length=300)
    uid = models.CharField(max_length=255, blank=True)  # of the calendar entry it came from
    calendar = models.CharField(max_length=32, blank=True, default="")  # a hash of the calendar's name
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="block_out_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["space", "uid", "period"],
                condition=~Q(uid="") & Q(lifted_at=None),
                name="block_out_imported_once",
            ),
        ]
        indexes = [GistIndex(fields=["hub", "period"], name="block_out_hub_period")]

    def __str__(self) -> str:
        return f"{self.space_id} {self.period}"

    @property
    def start(self) -> dt.datetime:
        """When it begins."""
        return self.period.lower

    @property
    def end(self) -> dt.datetime:
        """When the space can be had again."""
        return self.period.upper


class Claim(models.Model):
    """One leaf space held for [start, end + turnaround) by a live booking, or for a block-out; the constraint is the proof."""

    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="claims")
    block_out = models.ForeignKey(BlockOut, models.CASCADE, null=True, related_name="claims")
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
            models.CheckConstraint(
                condition=Q(booking=None, block_out__isnull=False) | Q(booking__isnull=False, block_out=None),
                name="claim_of_one_thing",
            ),
        ]
        indexes = [  # claims of a leaf never overlap: the last to begin before a moment is the only one that can hold it
            models.Index("space", RangeStartsWith("period"), include=["period"], name="claim_start")
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.period}"
