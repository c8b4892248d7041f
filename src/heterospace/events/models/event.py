"""An event: when, who hosts it, its sessions, its seats, who helps."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ...bookings.models import Booking
from ...core import clock
from ...core.models import User
from ...hubs.models import Hub, Office
from ...members.models import Organisation, Person
from ...questionnaires.models import Questionnaire
from ...spaces.models import Space
from .. import enums


class EventSeries(models.Model):
    """Events made from one template: a class of several evenings, a monthly meeting."""

    reference = models.CharField(max_length=12, unique=True)
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="event_series")
    title = models.CharField(_("title"), max_length=160)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "event series"

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """Something people are invited to, at a hub, online, or both at once."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="events")
    hub = models.ForeignKey(Hub, models.PROTECT, related_name="events")
    series = models.ForeignKey(EventSeries, models.PROTECT, null=True, blank=True, related_name="events")
    slug = models.SlugField(max_length=80)
    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    about = models.TextField(_("what happens"), max_length=8000, blank=True)
    topic = models.CharField(_("topic"), max_length=12, choices=enums.Topic.choices, default="other")
    mode = models.CharField(_("how"), max_length=8, choices=enums.EventMode.choices, default="onsite")
    period = DateTimeRangeField()  # from the first session's start to the last one's end
    place = models.CharField(_("where, if not in a space of the hub"), max_length=200, blank=True)
    photo = models.ImageField(_("picture"), upload_to="events/", blank=True)
    photo_text = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    price = models.PositiveIntegerField(_("price (Rp), paid at the door; 0 is free"), default=0)
    access = ArrayField(
        models.CharField(max_length=16, choices=enums.Access.choices),
        verbose_name=_("so that everybody can take part"),
        default=list,
        blank=True,
    )
    admission = models.CharField(
        _("who may come"), max_length=10, choices=enums.Admission.choices, default="open"
    )
    closes_at = models.DateTimeField(_("registration until"), null=True, blank=True)  # None: until it ends
    companions = models.PositiveSmallIntegerField(_("companions a person may bring"), default=0)
    offer_hours = models.PositiveSmallIntegerField(_("a seat offered is kept for (hours)"), default=24)
    questionnaire = models.ForeignKey(
        Questionnaire,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("questions at registration"),
    )
    online_url = models.URLField(_("link of the meeting"), max_length=500, blank=True)
    online_minutes = models.PositiveSmallIntegerField(
        _("minutes online that count as having been there"), default=30
    )
    note_onsite = models.TextField(_("for those who come"), max_length=2000, blank=True)
    note_online = models.TextField(_("for those online"), max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=enums.EventState.choices, default="draft")
    state_note = models.CharField(max_length=500, blank=True)  # why it was sent back or called off
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="planned_events")
    made_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # done, or called off
    revision = models.PositiveSmallIntegerField(default=0)  # SEQUENCE of its calendar entry
    reminded_day = models.DateTimeField(null=True)  # H-1 went out
    reminded_hour = models.DateTimeField(null=True)  # H-0 went out

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="event_slug_once"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="event_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "cancelled"]) | Q(published_at__isnull=False),
                name="published_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "reported", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["done", "reported", "cancelled"]) & Q(ended_at=None)),
                name="event_ended_says_when",
            ),
            models.CheckConstraint(condition=Q(companions__lte=10), name="event_few_companions"),
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1, offer_hours__lte=336), name="event_offer_hours"
            ),
        ]
        indexes = [
            GistIndex(fields=["period"], name="event_period"),
            models.Index(fields=["hub", "state"]),
            models.Index("office", RangeStartsWith("period"), name="event_start"),
            models.Index(
                RangeEndsWith("period"), condition=Q(state="published"), name="event_published_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def start(self) -> dt.datetime:
        """When it begins."""
        return self.period.lower

    @property
    def end(self) -> dt.datetime:
        """When it ends."""
        return self.period.upper

    @property
    def photo_name(self) -> str:
        """Its picture's file name, as the address of the picture has it."""
        return self.photo.name.rsplit("/", 1)[-1] if self.photo else ""

    @property
    def is_shown(self) -> bool:
        """Whether everybody may read its page."""
        return self.state in enums.SHOWN

    @property
    def was_held(self) -> bool:
        """Whether it took place."""
        return self.state in enums.HELD

    @property
    def modes(self) -> tuple[enums.Mode, ...]:
        """The kinds of seats it has."""
        return enums.EventMode(self.mode).modes


class Session(models.Model):
    """One sitting of an event; it may have a space of the hub, by a booking."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=160, blank=True)
    about = models.TextField(_("what happens"), max_length=2000, blank=True)
    period = DateTimeRangeField()
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="event_sessions")
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="event_session"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="session_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(booking=None) | Q(space__isnull=False), name="session_booking_has_a_space"
            ),
            models.UniqueConstraint(
                fields=["event", "period", "title"], name="session_once", violation_error_code="session_twice"
            ),
        ]
        ordering = [RangeStartsWith("period"), "id"]

    def __str__(self) -> str:
        return self.title or str(self.period)

    @property
    def start(self) -> dt.datetime:
        """When it begins."""
        return self.period.lower

    @property
    def end(self) -> dt.datetime:
        """When it ends."""
        return self.period.upper


class Speaker(models.Model):
    """Who speaks in a session: a person known here, or just a name."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="speakers")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="speeches")
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("who is this"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="speakers"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class EventParty(models.Model):
    """An organisation that hosts an event, hosts it with others, or supports it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="event_parts")
    part = models.CharField(max_length=10, choices=enums.Part.choices, default="host")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "organisation"], name="event_party_once")]
        ordering = ["id"]
        verbose_name_plural = "event parties"

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.part} of {self.event_id}"


class Helper(models.Model):
    """A person who organises an event, or stands at its door and sees names only."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="helpers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="event_helps")
    role = models.CharField(max_length=10, choices=enums.HelperRole.choices)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="event_helper_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.event_id}"


class Invitation(models.Model):
    """A person was invited: who may register where only invited people may, and whom we asked at all."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="event_invitations")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.event_id}"


class Seats(models.Model):
    """The counter of an event's seats of one mode. Its row is the lock of everything that takes or gives a seat.

    `taken` are the seats of those confirmed or offered one, `kept` those of groups that nobody has taken yet;
    the constraint is the proof that nobody gets the 51st seat of 50. `last_number` is the last place given on
    the waiting list.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="seats")
    mode = models.CharField(max_length=6, choices=enums.Mode.choices)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)  # None: as many as come
    taken = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "mode"], name="seats_once_a_mode"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, kept__gte=0)
                & (Q(capacity=None) | Q(capacity__gte=F("taken") + F("kept"))),
                name="seats_not_over",
            ),
        ]
        ordering = ["-mode"]  # on site first
        verbose_name_plural = "seats"

    def __str__(self) -> str:
        return f"{self.event_id} {self.mode}: {self.taken}/{self.capacity}"

    @property
    def free(self) -> int | None:
        """Seats anybody could have now; None when they are not counted."""
        return None if self.capacity is None else self.capacity - self.taken - self.kept


class KeptSeats(models.Model):
    """Seats kept for a group until a moment, with the reason everybody may read."""

    seats = models.ForeignKey(Seats, models.CASCADE, related_name="kept_for")
    group = models.CharField(_("for whom"), max_length=12, choices=enums.Group.choices)
    region = models.CharField(_("kabupaten or kota"), max_length=5, blank=True)
    count = models.PositiveIntegerField(_("seats"))
    taken = models.IntegerField(default=0)
    reason = models.CharField(_("why"), max_length=300)
    until = models.DateTimeField(_("kept until"))
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seats", "group", "region"], condition=Q(released_at=None), name="kept_once_a_group"
            ),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("count")), name="kept_not_over"),
            models.CheckConstraint(
                condition=(Q(group="region") & ~Q(region="")) | (~Q(group="region") & Q(region="")),
                name="kept_says_the_region",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="kept_says_why"),
        ]
        ordering = ["id"]
        verbose_name_plural = "kept seats"

    def __str__(self) -> str:
        return f"{self.count} for {self.group}"
