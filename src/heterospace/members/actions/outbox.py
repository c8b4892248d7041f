"""What staff do with messages that did not go by themselves."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.enums import MessageState
from ...core.models import Message
from ...core.refusals import Refused
from ...core.tasks import deliver


@deed
def mark_sent(message: Message, *, by: Author) -> Message:
    """Staff sent this message by hand. Raises Forbidden, Refused (`not_by_hand`)."""
    require(by, "members.send_message", message)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.state != MessageState.BY_HAND:
        raise Refused("not_by_hand", _("This message does not wait to be sent by hand."))
    row.state, row.sent_at = MessageState.SENT, clock.now()
    row.save(update_fields=["state", "sent_at"])
    log(by, "mark_sent", row, office=row.office, kind=row.kind)
    return row


@deed
def retry_message(message: Message, *, by: Author) -> Message:
    """Try a message again that could not be delivered. Raises Forbidden, Refused (`not_failed`)."""
    require(by, "members.send_message", message)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.state != MessageState.FAILED:
        raise Refused("not_failed", _("This message did not fail."))
    row.state, row.attempts, row.error = MessageState.WAITING, 0, ""
    row.save(update_fields=["state", "attempts", "error"])
    deliver.enqueue(row.pk)
    log(by, "retry_message", row, office=row.office, kind=row.kind)
    return row
