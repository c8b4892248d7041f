from django.apps import AppConfig
from django.db.models.signals import post_migrate

from ..core import panels

panels.place("spaces.hub", "spaces.hub_end", "spaces.space", "spaces.edit")


class SpacesConfig(AppConfig):
    name = "heterospace.spaces"
    label = "spaces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import rules  # noqa: F401
        from .features import keep_features

        post_migrate.connect(keep_features, sender=self)
