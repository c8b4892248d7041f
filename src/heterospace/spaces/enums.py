"""Words of the spaces."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SpaceKind(models.TextChoices):
    COWORKING = "coworking", _("Co-working")
    MEETING = "meeting", _("Meeting room")
    OFFICE = "office", _("Private office")
    EVENT = "event", _("Event space")
    OUTDOOR = "outdoor", _("Outdoor space")
    KITCHEN = "kitchen", _("Food lab")
    GAMES = "games", _("Game area")
    COURT = "court", _("Sports court")
    LODGING = "lodging", _("Co-living room")
    MAKERSPACE = "makerspace", _("Makerspace")
    STUDIO = "studio", _("Studio")
    COUNTER = "counter", _("Lending counter")
    OTHER = "other", pgettext_lazy("space", "Other")

    @property
    def icon(self) -> str:
        """The picture of this kind of space, by its Lucide name."""
        return _ICONS[self.value]


_ICONS = {
    "coworking": "laptop",
    "meeting": "users-round",
    "office": "briefcase-business",
    "event": "presentation",
    "outdoor": "trees",
    "kitchen": "cooking-pot",
    "games": "gamepad-2",
    "court": "trophy",
    "lodging": "bed-double",
    "makerspace": "hammer",
    "studio": "video",
    "counter": "hand-heart",
    "other": "door-open",
}


class Unit(models.TextChoices):
    HOUR = "hour", pgettext_lazy("unit", "hour")
    DAY = "day", pgettext_lazy("unit", "day")
    NIGHT = "night", pgettext_lazy("unit", "night")
    MONTH = "month", pgettext_lazy("unit", "month")


class WhoMay(models.TextChoices):
    MEMBERS = "members", _("Every member")
    ORGANISATIONS = "organisations", _("Members acting for an organisation")
    STAFF = "staff", _("Staff of the hub only")


class Approval(models.TextChoices):
    INSTANT = "instant", _("Confirmed at once")
    HOLD = "hold", _("Asked for; the time is kept until the answer")
    COMPETE = "compete", _("Asked for; several may ask, one gets it")
