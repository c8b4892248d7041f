"""What the kernel keeps: sign-ins, tokens, the action log, answered requests, messages to people."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock
from .enums import Channel, MessageState


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str | None = None, password: str | None = None, *, confirmed: bool = False
    ) -> "User":
        """A new sign-in. Its first code by mail confirms the e-mail; without one its person signs in with a desk code."""
        from allauth.account.models import EmailAddress

        user = self.model(email=email.lower() if email else None)
        user.set_password(password)
        user.save(force_insert=True)
        if user.email:
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=confirmed)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The sign-in with this e-mail, whatever the case it was typed in."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A sign-in and nothing else; who the person is stands in `members`."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.email or f"#{self.pk}"

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Permissions are predicates in `rules.py`; nobody has one here."""
        return False


class Token(models.Model):
    """A bearer token of the API; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.label} ({self.pk})"


class LogEntry(models.Model):
    """Who did what, for which organisation, to what, when, through which door. Append-only (a trigger)."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    office = models.BigIntegerField(null=True)
    organisation = models.BigIntegerField(null=True)
    deed = models.CharField(max_length=60)
    thing = models.CharField(max_length=60)
    thing_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=12)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["thing", "thing_id", "-id"]), models.Index(fields=["by", "-id"])]

    def __str__(self) -> str:
        return f"{self.deed} {self.thing} {self.thing_id}"


class AnsweredRequest(models.Model):
    """The answer to a POST that carried an Idempotency-Key, so that a repeat gets the same one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answered_once_per_key")]

    def __str__(self) -> str:
        return self.key


class Message(models.Model):
    """The outbox: one message to one person. `addressee` is the id of a person of `members`."""

    office = models.BigIntegerField()
    hub = models.BigIntegerField(null=True)
    addressee = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=5, default="id")
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office", "-id"]), models.Index(fields=["hub", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
