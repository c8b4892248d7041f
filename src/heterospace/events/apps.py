from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "heterospace.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import panels, receivers, rules  # noqa: F401
