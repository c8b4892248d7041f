"""The messages that members get, and what their sign-in tells us."""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ..core import formats, notify
from ..core.models import Message, User
from . import actions


def _until(_message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """The day in the reader's words."""
    return {"until_text": formats.date_medium(dt.date.fromisoformat(told["until"]))}


notify.register("affiliation_asked", _("Somebody asks to belong to your organisation"))
notify.register("affiliation_decided", _("Your organisation answered"))
notify.register("agreement_ends", _("An agreement ends soon"), words=_until)
notify.register("role_given", _("You have a new role"))


@receiver(email_confirmed)
def confirmed(sender: Any, email_address: EmailAddress, **_given: Any) -> None:
    """The first confirmed e-mail of a sign-in is where its person gets messages."""
    user = email_address.user
    if email_address.primary or not user.email:
        actions.take_email(user, email_address.email, by=user)


@receiver(email_changed)
def changed(sender: Any, user: User, to_email_address: EmailAddress, **_given: Any) -> None:
    """Another e-mail of the sign-in became the first one."""
    actions.take_email(user, to_email_address.email, by=user)
