"""What the house itself keeps: files it is taking in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core import clock
from ..core.models import User
from ..hubs.models import Hub


class ImportState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("import", "Waiting to begin")
    ACTIVE = "active", pgettext_lazy("import", "Being taken in")
    DONE = "done", pgettext_lazy("import", "Taken in")
    REFUSED = "refused", pgettext_lazy("import", "Nothing was taken")
    FAILED = "failed", pgettext_lazy("import", "Broke off")


class Import(models.Model):
    """A sheet somebody sent: how far it is, what it brought, or every reason why nothing of it was taken."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14)
    name = models.CharField(_("file"), max_length=120)  # what its sender calls it; never a path
    file = models.FileField(upload_to="imports/", blank=True)  # gone as soon as it was read
    language = models.CharField(max_length=5, default="id")
    state = models.CharField(max_length=8, choices=ImportState.choices, default="queued")
    percent = models.PositiveSmallIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # [line, column, reason]
    more = models.PositiveIntegerField(default=0)  # problems beyond those
    dropped = models.JSONField(default=list)  # [column, why it is not kept]
    sent_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["hub", "-id"], name="import_of_hub")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {ImportState.QUEUED, ImportState.ACTIVE}
