"""The office, its hubs, and when their doors are open."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..core import clock
from .enums import Weekday

PROMISE_HOURS = 8
ANSWER_DAYS = 14


class Office(models.Model):
    """The tenant: what belongs to one office never shows at another."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    host = models.CharField(max_length=200, blank=True, help_text="the domain this office answers at")
    is_demo = models.BooleanField(default=False)
    demo_progress = models.PositiveSmallIntegerField(null=True)  # per cent while the demo's history fills
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host"], condition=~Q(host=""), name="one_office_per_host"),
        ]

    def __str__(self) -> str:
        return self.name


class Hub(models.Model):
    """One house: a place with an address, a clock of its own and opening hours."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="hubs")
    slug = models.SlugField(_("short name in links"))
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("one sentence about the hub"), max_length=200, blank=True)
    about = models.TextField(_("about the hub"), max_length=4000, blank=True)
    regency = models.CharField(_("kabupaten or kota"), max_length=5)
    district = models.CharField(_("kecamatan"), max_length=8, blank=True)
    address = models.CharField(_("address"), max_length=300)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Jakarta")
    whatsapp = models.CharField(_("WhatsApp number"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    access_notes = models.TextField(_("getting in and around"), max_length=2000, blank=True)
    closed_on_holidays = models.BooleanField(_("closed on public holidays"), default=True)
    closed_on_collective_leave = models.BooleanField(_("closed on cuti bersama"), default=True)
    is_open = models.BooleanField(_("shown and bookable"), default=True)
    promise_hours = models.PositiveSmallIntegerField(_("answers within (open hours)"), default=PROMISE_HOURS)
    answer_days = models.PositiveSmallIntegerField(
        _("answers initiatives and proposals within (days)"), default=ANSWER_DAYS
    )
    position = models.PositiveSmallIntegerField(default=0)
    hours_version = models.PositiveIntegerField(
        default=0
    )  # raised when hours change: names a cached schedule

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="hub_slug_once_per_office"),
            models.CheckConstraint(
                condition=Q(promise_hours__gte=1, promise_hours__lte=200), name="hub_promise_can_be_kept"
            ),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=90), name="hub_answers_in_days"
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


def minutes_are_a_span(name: str) -> models.CheckConstraint:
    """CHECK that `opens` and `closes` (minutes after midnight) are a span inside one day; 1440 is midnight."""
    return models.CheckConstraint(
        condition=Q(opens__gte=0, closes__lte=1440, opens__lt=F("closes")), name=f"{name}_span"
    )


class OpeningHours(models.Model):
    """One span of one weekday; a hub open past midnight has one span on each side of it."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.PositiveSmallIntegerField(_("opens"))
    closes = models.PositiveSmallIntegerField(_("closes"))

    class Meta:
        constraints = [
            minutes_are_a_span("hub_hours"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hub_hours_weekday"),
            models.UniqueConstraint(fields=["hub", "weekday", "opens"], name="hub_hours_once"),
        ]
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.hub_id} {self.weekday} {self.opens}-{self.closes}"


class HoursException(models.Model):
    """A date that is unlike its weekday: closed, or open at other hours, holidays included."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    opens = models.PositiveSmallIntegerField(_("opens"), null=True, blank=True)
    closes = models.PositiveSmallIntegerField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hub", "date"], name="one_exception_per_date"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None)
                | Q(opens__gte=0, closes__lte=1440, opens__lt=F("closes")),
                name="exception_span",
            ),
        ]
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.hub_id} {self.date}"

    @property
    def span(self) -> tuple[int, int] | None:
        """When it is open on that date, in minutes after midnight; None for closed."""
        return None if self.opens is None or self.closes is None else (self.opens, self.closes)
