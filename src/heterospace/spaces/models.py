"""Rooms and halls as a tree of which only the leaves are ever claimed, with their rules as data."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..hubs.models import Hub, minutes_are_a_span
from . import enums


class Feature(models.Model):
    """A fact a space can have: a projector, a ramp, a door 90 cm wide. Named in both languages."""

    code = models.SlugField(unique=True)
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    is_access = models.BooleanField(default=False)  # a fact about accessibility
    icon = models.CharField(max_length=30, default="check")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["is_access", "position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_id


class Space(models.Model):
    """One place people can be in. A space with parts is booked by claiming all its leaves."""

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="spaces")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=enums.SpaceKind.choices)
    capacity = models.PositiveIntegerField(_("people at most"))
    floor_area = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    about = models.TextField(_("description"), max_length=2000, blank=True)
    photo = models.ImageField(_("photo"), upload_to="spaces/", blank=True)
    photo_text = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    features = models.ManyToManyField(Feature, through="SpaceFeature", related_name="spaces")
    is_leaf = models.BooleanField(default=True)
    is_bookable = models.BooleanField(_("can be booked"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    who_may = models.CharField(
        _("who may book"), max_length=14, choices=enums.WhoMay.choices, default="members"
    )
    unit = models.CharField(
        pgettext_lazy("of a booking", "unit"), max_length=6, choices=enums.Unit.choices, default="hour"
    )
    min_length = models.PositiveIntegerField(_("shortest"), default=60)
    max_length = models.PositiveIntegerField(_("longest"), default=480)
    step_minutes = models.PositiveIntegerField(_("starts every (minutes)"), default=30)
    lead_minutes = models.PositiveIntegerField(_("book at least this long before (minutes)"), default=0)
    horizon_days = models.PositiveIntegerField(_("book at most this far ahead (days)"), default=60)
    turnaround_minutes = models.PositiveIntegerField(_("tidying time after (minutes)"), default=0)
    cancel_minutes = models.PositiveIntegerField(_("cancel until this long before (minutes)"), default=120)
    grace_minutes = models.PositiveSmallIntegerField(
        _("kept without check-in for (minutes)"), default=0
    )  # 0: for ever
    arrive = models.PositiveSmallIntegerField(_("arrival from"), default=14 * 60)
    leave = models.PositiveSmallIntegerField(_("departure by"), default=12 * 60)
    is_shared = models.BooleanField(
        _("many at once, each books a desk"), default=False
    )  # `people` are desks, counted by the quarter hour
    approval = models.CharField(
        _("approval"), max_length=8, choices=enums.Approval.choices, default="instant"
    )
    hold_hours = models.PositiveSmallIntegerField(_("kept while asked for (hours)"), default=24)
    own_hours = models.BooleanField(_("has its own opening hours"), default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hub", "slug"], name="space_slug_once_per_hub"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="space_holds_somebody"),
            models.CheckConstraint(
                condition=Q(min_length__gte=1, max_length__gte=F("min_length")), name="space_min_max"
            ),
            models.CheckConstraint(
                condition=Q(step_minutes__gte=5, step_minutes__lte=1440), name="space_step"
            ),
            models.CheckConstraint(
                condition=Q(grace_minutes=0) | Q(grace_minutes__gte=5, grace_minutes__lte=240),
                name="space_grace",
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False)
                | Q(unit__in=["hour", "day"], turnaround_minutes=0, approval="instant"),
                name="space_shared_by_hours",
            ),
            models.CheckConstraint(
                condition=Q(hold_hours__gte=1, hold_hours__lte=336), name="space_hold_hours"
            ),
            models.CheckConstraint(condition=Q(leave__lte=F("arrive")), name="space_leave_before_arrive"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="space_not_its_own_part"),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def photo_name(self) -> str:
        """The photo's file name, for its address; "" without one."""
        return self.photo.name.removeprefix("spaces/") if self.photo else ""

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return enums.SpaceKind(self.kind).icon


class SpaceFeature(models.Model):
    """That a space has a feature, with a detail ("door 90 cm")."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="feature_rows")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="space_rows")
    detail = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "feature"], name="space_feature_once")]

    def __str__(self) -> str:
        return f"{self.feature_id} of {self.space_id}"


class SpaceLeaf(models.Model):
    """Which leaves a booking of `space` claims; a leaf has itself. Kept by `actions`, checked by `doctor`."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="leaf_rows")
    leaf = models.ForeignKey(Space, models.CASCADE, related_name="claimed_by_rows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "leaf"], name="space_leaf_once")]

    def __str__(self) -> str:
        return f"{self.leaf_id} under {self.space_id}"


class SpaceHours(models.Model):
    """One span of one weekday of a space with its own hours."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            minutes_are_a_span("space_hours"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="space_hours_weekday"),
            models.UniqueConstraint(fields=["space", "weekday", "opens"], name="space_hours_once"),
        ]
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.space_id} {self.weekday} {self.opens}-{self.closes}"


class Equipment(models.Model):
    """So many things of one kind at a hub, had with a space or at its lending counter: four projectors.

    `quantity` are those that work; `broken` ones are kept apart until they are mended.
    """

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="equipment")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(_("description"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("how many work"))
    broken = models.PositiveIntegerField(_("how many are broken"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hub", "slug"], name="equipment_slug_once_per_hub"),
            models.CheckConstraint(
                condition=Q(quantity__lte=10_000, broken__lte=10_000), name="equipment_countable"
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
