"""Words of the enquiries: what people bring, where it stands, what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnquiryKind(models.TextChoices):
    QUESTION = "question", pgettext_lazy("enquiry", "Question")
    FAULT = "fault", pgettext_lazy("enquiry", "Something is broken")
    COMPLAINT = "complaint", pgettext_lazy("enquiry", "Complaint")
    PRAISE = "praise", pgettext_lazy("enquiry", "Praise or suggestion")

    @property
    def icon(self) -> str:
        """The picture of this kind, by its Lucide name."""
        return {
            "question": "circle-help",
            "fault": "wrench",
            "complaint": "megaphone",
            "praise": "hand-heart",
        }[self.value]


class EnquiryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("enquiry", "Waiting")
    IN_HAND = "in_hand", pgettext_lazy("enquiry", "Somebody is on it")
    ANSWERED = "answered", pgettext_lazy("enquiry", "Answered")
    CLOSED = "closed", pgettext_lazy("enquiry", "Closed")


OPEN = frozenset({EnquiryState.WAITING, EnquiryState.IN_HAND})  # an answer is owed


class Way(models.TextChoices):
    """How an answer reached the person."""

    EMAIL = "email", _("E-mail")
    WHATSAPP = "whatsapp", "WhatsApp"
    SPOKEN = "spoken", _("By phone or at the desk")


class Outcome(models.TextChoices):
    SOLVED = "solved", pgettext_lazy("enquiry", "Solved")
    EXPLAINED = "explained", pgettext_lazy("enquiry", "Explained, nothing changes")
    PASSED_ON = "passed_on", pgettext_lazy("enquiry", "Passed on to somebody else")
    UPHELD = "upheld", pgettext_lazy("enquiry", "The complaint was right")
    PARTLY = "partly", pgettext_lazy("enquiry", "The complaint was partly right")
    NOT_UPHELD = "not_upheld", pgettext_lazy("enquiry", "The complaint was not right")
    UNREACHABLE = "unreachable", pgettext_lazy("enquiry", "Could not be reached")
    JUNK = "junk", pgettext_lazy("enquiry", "Not meant for us (spam)")


WITHOUT_ANSWER = frozenset({Outcome.UNREACHABLE, Outcome.JUNK})
_JUDGED = frozenset({Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD})


def outcomes_of(kind: str) -> list[Outcome]:
    """What may become of an enquiry of this kind: a complaint is judged, anything else is settled."""
    settled = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.PASSED_ON})
    others = settled if kind == EnquiryKind.COMPLAINT else _JUDGED
    return [outcome for outcome in Outcome if outcome not in others]
