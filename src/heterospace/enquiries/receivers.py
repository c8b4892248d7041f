"""What enquiries tell the apps below: whose words they keep, and the messages they send."""

from django.utils.translation import gettext_lazy as _

from ..core import notify
from ..members import personal_data
from .actions import blank
from .queries import answers_to

notify.register("enquiry_new", _("Somebody asks the hub"))
notify.register("enquiry_answered", _("Answer to a question"))

personal_data.know(
    "enquiries.enquiry.person",
    export=lambda row: {
        "reference": row.reference,
        "hub": row.hub.name,
        "kind": row.kind,
        "text": row.text,
        "asked_at": row.asked_at.isoformat(),
        "promised_by": row.promised_by.isoformat(),
        "state": row.state,
        "outcome": row.outcome,
        "answers": [{"at": answer.at.isoformat(), "text": answer.text} for answer in answers_to(row)],
    },
    erase=blank,
)
personal_data.know("enquiries.enquiry.taken_by", export=None)
personal_data.know("enquiries.answer.by", export=None)
