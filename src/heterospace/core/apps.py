from django.apps import AppConfig

from . import panels

panels.place("core.sign_in")


class CoreConfig(AppConfig):
    name = "heterospace.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
