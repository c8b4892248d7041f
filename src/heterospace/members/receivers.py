"""The messages that members get."""

from django.utils.translation import gettext_lazy as _

from ..core import notify

notify.register("affiliation_asked", _("Somebody asks to belong to your organisation"))
notify.register("affiliation_decided", _("Your organisation answered"))
notify.register("role_given", _("You have a new role"))
