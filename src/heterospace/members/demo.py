"""The invented cast of the demonstration: the only accounts that can ever be entered by one click."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..hubs.models import Office


@dataclass(frozen=True)
class Actor:
    email: str
    name: str
    who: str | Promise


CAST = (
    Actor("sari@demo.example", "Bu Sari", _("batik maker: books a desk on her phone")),
    Actor("bagus@demo.example", "Bagus", _("start-up founder: books the meeting room weekly")),
    Actor("wulan@demo.example", "Wulan", _("leads a community: wants a room for forty people")),
    Actor("dimas@demo.example", "Dimas", _("front desk: today's board, walk-ins, codes")),
    Actor("ratna@demo.example", "Ratna", _("hub manager: spaces, hours, staff")),
    Actor("hendro@demo.example", "Pak Hendro", _("officer of the province: all hubs")),
)


def is_open(office: Office | None) -> bool:
    """Whether one click signs in here: only with the demo switched on, and only at the invented office."""
    return bool(settings.DEMO and office is not None and office.is_demo)
