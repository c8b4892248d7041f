from django.apps import AppConfig

from ..core import panels

panels.place("events.event")


class EventsConfig(AppConfig):
    name = "heterospace.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import panels, receivers, rules  # noqa: F401
