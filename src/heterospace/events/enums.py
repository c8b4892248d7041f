"""States of events and registrations with their allowed moves, and the words around them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mode(models.TextChoices):
    """How one person takes part."""

    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")


class EventMode(models.TextChoices):
    """How an event is held; `hybrid` is one event with seats of both kinds."""

    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The kinds of seats it has."""
        return tuple(Mode) if self == EventMode.HYBRID else (Mode(self.value),)


class EventState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("event", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("event", "Waiting for the hub")
    PUBLISHED = "published", pgettext_lazy("event", "Published")
    DONE = "done", pgettext_lazy("event", "Over")
    REPORTED = "reported", pgettext_lazy("event", "Reported")
    CANCELLED = "cancelled", pgettext_lazy("event", "Called off")


EVENT_MOVES: dict[EventState, frozenset[EventState]] = {
    EventState.DRAFT: frozenset({EventState.SUBMITTED, EventState.PUBLISHED, EventState.CANCELLED}),
    EventState.SUBMITTED: frozenset({EventState.DRAFT, EventState.PUBLISHED, EventState.CANCELLED}),
    EventState.PUBLISHED: frozenset({EventState.DONE, EventState.CANCELLED}),
    EventState.DONE: frozenset({EventState.REPORTED}),
    EventState.REPORTED: frozenset(),
    EventState.CANCELLED: frozenset(),
}
SHOWN = frozenset({EventState.PUBLISHED, EventState.DONE, EventState.REPORTED, EventState.CANCELLED})
HELD = frozenset({EventState.DONE, EventState.REPORTED})  # it took place
PLANNED = frozenset({EventState.DRAFT, EventState.SUBMITTED})


class Topic(models.TextChoices):
    BUSINESS = "business", _("Business and start-up")
    DIGITAL = "digital", _("Digital skills")
    MARKETING = "marketing", _("Marketing and brand")
    FINANCE = "finance", _("Finance and capital")
    LEGALITY = "legality", _("Permits and legality")
    CRAFT = "craft", _("Craft and design")
    FOOD = "food", _("Food")
    CULTURE = "culture", _("Arts and culture")
    COMMUNITY = "community", _("Community")
    OTHER = "other", pgettext_lazy("topic", "Other")


class Access(models.TextChoices):
    """What an event does so that everybody can take part."""

    WHEELCHAIR = "wheelchair", _("Wheelchair accessible")
    SIGN_LANGUAGE = "sign_language", _("Sign language interpreter")
    CAPTIONS = "captions", _("Live captions")
    QUIET = "quiet", _("Quiet corner")
    COMPANION = "companion", _("A companion is welcome")


class Admission(models.TextChoices):
    OPEN = "open", _("Open to everyone")
    APPROVAL = "approval", _("The organisers choose")
    INVITATION = "invitation", _("By invitation")


class Part(models.TextChoices):
    HOST = "host", pgettext_lazy("of an event", "Host")
    CO_HOST = "co_host", pgettext_lazy("of an event", "Co-host")
    SUPPORTER = "supporter", pgettext_lazy("of an event", "Supporter")


class HelperRole(models.TextChoices):
    """What a helper may do: everything, or stand at the door and see names only."""

    ORGANISER = "organiser", _("Organiser")
    DOOR = "door", _("At the door")


class Group(models.TextChoices):
    """For whom seats may be kept."""

    WOMEN = "women", _("Women")
    DISABILITY = "disability", _("People with a disability")
    FIRST_TIMERS = "first_timers", _("People here for the first time")
    REGION = "region", _("People from a region")


class RegistrationState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("registration", "Waiting for the organisers")
    CONFIRMED = "confirmed", pgettext_lazy("registration", "Confirmed")
    WAITLISTED = "waitlisted", pgettext_lazy("registration", "On the waiting list")
    OFFERED = "offered", pgettext_lazy("registration", "Offered a seat")
    CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")
    REFUSED = "refused", pgettext_lazy("registration", "Not chosen")
    EXPIRED = "expired", pgettext_lazy("registration", "Offer lapsed")


REGISTRATION_MOVES: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.PENDING: frozenset(
        {
            RegistrationState.CONFIRMED,
            RegistrationState.WAITLISTED,
            RegistrationState.REFUSED,
            RegistrationState.CANCELLED,
        }
    ),
    RegistrationState.CONFIRMED: frozenset({RegistrationState.CANCELLED, RegistrationState.WAITLISTED}),
    RegistrationState.WAITLISTED: frozenset(
        {RegistrationState.OFFERED, RegistrationState.CONFIRMED, RegistrationState.CANCELLED}
    ),
    RegistrationState.OFFERED: frozenset(
        {
            RegistrationState.CONFIRMED,
            RegistrationState.WAITLISTED,
            RegistrationState.CANCELLED,
            RegistrationState.EXPIRED,
        }
    ),
    RegistrationState.CANCELLED: frozenset(),
    RegistrationState.REFUSED: frozenset(),
    RegistrationState.EXPIRED: frozenset(),
}
SEATED = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})  # take seats
LIVE = SEATED | {RegistrationState.PENDING, RegistrationState.WAITLISTED}  # one a person and event


class Direction(models.TextChoices):
    IN = "in", pgettext_lazy("check-in", "In")
    OUT = "out", pgettext_lazy("check-in", "Out")


class Outcome(models.TextChoices):
    """What came of a scan; all but the first two are refusals, kept in the ledger as well."""

    IN = "in", pgettext_lazy("check-in", "Let in")
    OUT = "out", pgettext_lazy("check-in", "Went out")
    ALREADY_IN = "already_in", _("Is in already")
    NOT_IN = "not_in", _("Was not in")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed")
    CANCELLED = "cancelled", pgettext_lazy("check-in", "Registration cancelled")
    WRONG_EVENT = "wrong_event", _("Ticket of another event")
    UNKNOWN = "unknown", _("No ticket of ours")


EFFECTIVE = frozenset({Outcome.IN, Outcome.OUT})


class Source(models.TextChoices):
    """How the system knows that somebody was there."""

    DOOR = "door", pgettext_lazy("attendance", "At the door")
    ONLINE = "online", pgettext_lazy("attendance", "Online")
    MANUAL = "manual", pgettext_lazy("attendance", "By hand")
    IMPORT = "import", pgettext_lazy("attendance", "From a list")


class EvidenceKind(models.TextChoices):
    INVITATION = "invitation", pgettext_lazy("evidence", "Invitation")
    PROGRAMME = "programme", pgettext_lazy("evidence", "Programme")
    ATTENDANCE = "attendance", pgettext_lazy("evidence", "Signed attendance list")
    PHOTO = "photo", pgettext_lazy("evidence", "Photo")
    MINUTES = "minutes", pgettext_lazy("evidence", "Minutes")
    REPORT = "report", pgettext_lazy("evidence", "Report")
    OTHER = "other", pgettext_lazy("evidence", "Other")


class Audience(models.TextChoices):
    """Whom a mailing goes to."""

    ONSITE = "onsite", _("Confirmed, on site")
    ONLINE = "online", _("Confirmed, online")
    CONFIRMED = "confirmed", _("All who are confirmed")
    WAITLISTED = "waitlisted", _("All who wait")
    CAME = "came", _("All who came")
    MISSED = "missed", _("All who did not come")
    NEWS = "news", _("People of earlier events who want news")


class MailingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mailing", "Draft")
    REVIEWED = "reviewed", pgettext_lazy("mailing", "Checked")
    SENDING = "sending", pgettext_lazy("mailing", "Being sent")
    SENT = "sent", pgettext_lazy("mailing", "Sent")


class TextKind(models.TextChoices):
    """Messages in which the organisers may speak for themselves; the value is the message's kind."""

    CONFIRMED = "registration_confirmed", _("To those who are confirmed")
    WAITLISTED = "registration_waitlisted", _("To those who wait")
    OFFERED = "seat_offered", _("To those who are offered a seat")
    REMINDER = "event_tomorrow", _("The reminder on the day before")
