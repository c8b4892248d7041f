"""What the kernel does after a deed is committed: deliver messages. Every task may run twice without harm."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django_tasks import task

from . import clock
from .enums import Channel, MessageState
from .models import Message
from .notify import compose

TRIES = 5


@task()
def deliver(message_id: int) -> None:
    """Send one message of the outbox, or make it ready for staff to send by WhatsApp.

    A failed attempt is written down and raised again by `tick` until it was tried TRIES times.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=MessageState.WAITING)
            .first()
        )
        if message is None:
            return
        message.subject, message.body = compose(message)
        message.attempts += 1
        if message.channel == Channel.WHATSAPP:
            message.state = MessageState.BY_HAND
        else:
            try:
                _mail(message)
            except OSError as error:  # smtplib's errors are OSErrors
                message.error = f"{type(error).__name__}: {error}"[:500]
                if message.attempts >= TRIES:
                    message.state = MessageState.FAILED
            else:
                message.state, message.sent_at, message.error = MessageState.SENT, clock.now(), ""
        message.save()


def _mail(message: Message) -> None:
    headers = {}
    if path := message.context.get("unsubscribe"):  # RFC 8058: the mail program's own button
        headers = {
            "List-Unsubscribe": f"<{settings.BASE_URL}{path}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMessage(message.subject, message.body, to=[message.to_address], headers=headers)
    if calendar := message.context.get("ics"):
        mail.attach("hetero-space.ics", calendar, "text/calendar")
    mail.send()
